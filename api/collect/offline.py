"""A survey on the phone: all its pages and rules after agreeing, so that a lost network loses no answer.

``frontend/src/sw.ts`` keeps what is handed out here (encrypted, under a key that cannot
leave the phone), shows pages from it while the server cannot be reached, and hands in what
waits, each answer under an idempotency key (``visit``). What goes out in two parts: the
pages, which are the same for everybody and hold nothing of anybody, so that they may be
packed and kept; and what belongs to one draft. Decision 0019 says why.
"""

from __future__ import annotations

import gzip
import json
import re
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import replace
from threading import Lock
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from api import asking, security
from api.catalogues import FRONTEND_DIR
from api.collect.drafts import Draft
from api.collect.visit import WAITING, Visit, Visitor
from api.errors import Refused
from api.sentences import sentence
from survey_engine.answers import Problem, to_json
from survey_engine.collection import Mode
from survey_engine.definition import FILE, TURN, UNSEEN, Kind, Question, Survey
from survey_engine.rules import not_for_phones, rules_for_phone
from survey_engine.situation import ORDER_SEED, plan_of

router = APIRouter(include_in_schema=False)

_MOST_KEPT = 24
"""Surveys, times languages and settings, whose pages stay made in memory."""
_MAIN = re.compile(r"<main[^>]*>(.*)</main>", re.DOTALL)
_TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)
_SCRIPT = re.compile(r'<script [^>]*src="[^"]*"[^>]*></script>')
_FILE = re.compile(r'<(?:img|link|script)\b[^>]*?\b(?:src|href)="(/(?:static|media)/[^"]+)"')


def kept_on_phone(visit: Visitor, draft: Draft) -> str:
    """What a page tells the phone to keep the survey under; "" where it must not or cannot be kept."""
    if visit.mode is not Mode.WEB or not_for_phones(draft.wave.published.survey):
        return ""
    return visit.parts.keyring.fingerprint("offline", draft.way.response_id)[:16]


@router.get("/sw.js")
def worker(request: Request, visit: Visit) -> Response:
    """The worker of the respondent's pages. At the root, because it may only answer for what lies below it."""
    built = visit.parts.pages.asset("sw.js").rpartition("/")[2]
    packed = "gzip" in request.headers.get("accept-encoding", "")
    path = FRONTEND_DIR / "static" / (f"{built}.gz" if packed else built)
    if not built or not path.is_file():
        raise Refused("not_found")
    headers = {"cache-control": "no-cache", "vary": "Accept-Encoding"}
    headers |= {"content-encoding": "gzip"} if packed else {}
    return Response(path.read_bytes(), media_type="text/javascript", headers=headers)


@router.get("/offline/answers")
def own_answers(visit: Visit) -> JSONResponse:
    """What belongs to this phone's draft: its answers so far, and the leave to hand in later what waits."""
    with visit.parts.main.glancing() as session:
        draft = visit.draft(session)
    of = kept_on_phone(visit, draft)
    if not of:
        raise Refused("not_found")
    survey = draft.wave.published.survey
    answers: dict[str, Any] = {}
    for key, given in draft.answers.items():
        question = survey.asked(key)
        fields = asking.fields_of(question, asking.shown_again(question, given)) if question is not None else []
        if question is not None or key == ORDER_SEED:
            answers[key] = to_json(given) | {"f": fields}
    return JSONResponse(
        {
            "of": of,
            "token": visit.carry(WAITING, draft.way.cookie),
            "csrf": security.csrf_token(visit.parts.keyring, visit.cookie),
            "answers": answers,
        }
    )


@router.get("/offline/pages")
def all_pages(request: Request, visit: Visit) -> Response:
    """Every page of the survey this phone answers, empty, with the rules that choose among them."""
    with visit.parts.main.glancing() as session:
        draft = visit.draft(session)
    if not kept_on_phone(visit, draft):
        raise Refused("not_found")
    # Without a network there are no settings to go to: they are the server's page.
    visit.parts = replace(visit.parts, pages=visit.parts.pages.as_seen(visit.look, ""))
    packed = _made.of(visit, draft)
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return Response(gzip.decompress(packed), media_type="application/json")
    # Packed although it is no built file: nothing in it is secret or anybody's, so its length tells nothing.
    return Response(packed, media_type="application/json", headers={"content-encoding": "gzip"})


class _Made:
    """The pages of the surveys asked for last, made once for everybody who answers them in the same language."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, ...], bytes] = OrderedDict()
        self._lock = Lock()

    def of(self, visit: Visitor, draft: Draft) -> bytes:
        """The packed pages of a draft's survey."""
        pages = visit.parts.pages
        wanted = (str(pages.edition), repr(pages.look), draft.wave.published.id, draft.language)
        with self._lock:
            if wanted in self._kept:
                self._kept.move_to_end(wanted)
                return self._kept[wanted]
        made = json.dumps(_pages(visit, draft.wave.published.survey, draft.language), ensure_ascii=False)
        packed = gzip.compress(made.encode(), 9, mtime=0)
        with self._lock:
            self._kept[wanted] = packed
            while len(self._kept) > _MOST_KEPT:
                self._kept.popitem(last=False)
        return packed


_made = _Made()


def _pages(visit: Visitor, survey: Survey, language: str) -> dict[str, Any]:
    translate = visit.parts.pages.translator(language)
    shell = _html(visit, "collect/kept.html", language, survey)
    pages: dict[str, dict[str, Any]] = {}
    for question in _each_once(survey):
        html = _html(
            visit, "collect/question.html", language, survey, question=question, value=[], problem=None, position=1,
            total=1, back_url="/", action_url=f"/{'upload' if question.kind in FILE else 'q'}/{question.name}",
            section=_without_turns(survey, question), first_free_text=question.holds_free_text, keep="",
        )  # fmt: skip
        told = {
            code: sentence(problem, translate, language, survey.languages[0], question=question)
            for code, problem in (
                ("required", Problem(question.name, "required")),
                ("constraint", Problem(question.name, "constraint", message=question.constraint_message or None)),
            )
        }
        pages[question.name.partition(TURN)[0]] = _page(html, shell) | {"kind": question.kind.value, "told": told}
    example = Question(name="example", kind=Kind.NOTE, label={language: "…"})
    examples = [
        {"question": example, "section": None, "state": state, "lines": ["…"], "change_url": "/"}
        for state in ("answered", "declined", "skipped")
    ]
    check = _html(visit, "collect/check.html", language, survey, answers=examples, back_url="/", action_url="/send")
    waiting = _html(visit, "collect/waiting.html", language, survey)
    special: dict[str, dict[str, Any]] = {"check": _page(check, shell), "done": _page(waiting, shell)}
    everything = [shell, *(page[part] for page in (*pages.values(), *special.values()) for part in ("main", "head"))]
    return {
        "leave": visit.parts.settings.leave_url,
        "shell": _TITLE.sub("<title>{title}</title>", shell, count=1),
        "files": sorted({path for html in everything for path in _FILE.findall(html)}),
        "rules": rules_for_phone(survey),
        "pages": pages,
        **special,
        "counted": [
            visit.parts.pages.render("collect/counted.html", language=language, count=count).strip()
            for count in range(len(pages) + 3)
        ],
    }


def _each_once(survey: Survey) -> Iterator[Question]:
    """Each page once, a page of a repeated group in its first turn."""
    seen = set()
    for question in survey.possible:
        name = question.name.partition(TURN)[0]
        if name not in seen and question.kind not in UNSEEN:
            seen.add(name)
            yield question


def _without_turns(survey: Survey, question: Question) -> asking.Section | None:
    """The words around a page, but for which turn it is: that only the phone knows."""
    groups = [item for item in survey.all_items if item.name == _group_of(survey, question)]
    return asking.Section(groups[0].label, {}) if groups and groups[0].label else None


def _group_of(survey: Survey, question: Question) -> str | None:
    return plan_of(survey).parts[question.name.partition(TURN)[0]].parent


def _html(visit: Visitor, template: str, language: str, survey: Survey, **context: Any) -> str:
    return visit.rendered(template, language=language, media=survey.media, **context)


def _page(html: str, shell: str) -> dict[str, Any]:
    main, title = _MAIN.search(html), _TITLE.search(html)
    assert main is not None, "each page has a main part"
    assert title is not None, "and a title"
    head = "".join(script for script in _SCRIPT.findall(html) if script not in shell)
    return {"title": title[1], "main": main[1].strip(), "head": head}
