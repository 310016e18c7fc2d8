"""The pages of co-production: those of young advisers, who need no account, and those of the officer who asked them.

An adviser's form answers with 303 and works without scripts. Whatever button is pressed,
what was typed is kept, so that a vote never costs somebody their words.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any
from uuid import UUID

import segno
from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session

from api import asking, security
from api.advise import service, visits
from api.advise.service import Decision
from api.advise.visits import LONGEST_COMMENT, LONGEST_PROPOSAL, Link, Visit
from api.errors import Refused
from api.keyring import Unreadable
from api.models.drafts import RemarkKind
from api.pages import Summary
from api.permissions import Action
from api.security import Principal
from api.vault.door import VaultDep
from api.wiring import (
    ADVISER_COOKIE,
    Fields,
    Joined,
    OpenForm,
    Parts,
    SeenParts,
    StaffForm,
    allowed,
    check_csrf,
    html_page,
    one,
    see_other,
    set_cookie,
    staff_page,
)  # fmt: skip
from survey_engine import coproduction, journey
from survey_engine.coproduction import CreditKind, Vote
from survey_engine.definition import Question
from survey_engine.words import words

router = APIRouter(include_in_schema=False)

Designer = Annotated[Principal, Depends(allowed(Action.DESIGN_SURVEY))]
USUAL_DAYS = 28


def _(text: str) -> str:
    """Mark for translation."""
    return text


CREDIT_SENTENCES = {
    "choose": _("Choose one of the three."),
    "name_missing": _("Write your first name. Or choose your group, or nobody."),
    "full_name": _("Please write only your first name, as one word. Or choose your group, or nobody."),
    "too_long": _("Make your name shorter: up to 40 letters."),
    "not_a_name": _("Use letters only. Or choose your group, or nobody."),
}
TEXT_SENTENCES = {
    "too_long": _("That is too long to send. Make it a bit shorter."),
    "enough_said_here": _("You wrote a lot about this question. Take something back first, or go on to the next one."),
    "enough_said_today": _("Your group wrote a lot today. Please come back tomorrow."),
}
VOTES = ((Vote.GOOD, _("Good")), (Vote.NOT_SURE, _("Not sure")), (Vote.CHANGE_IT, _("Change it")))
FLASHES = {
    "closed": _("The link is closed. Nobody gets in by it any more."),
    "taken_up": _("It is taken up. The record and your answer are saved."),
    "refused": _("It is refused, with your reason. The record and your answer are saved."),
}


async def the_cookie(request: Request) -> str:
    """The cookie of a young adviser."""
    return request.cookies.get(ADVISER_COOKIE, "")


Cookie = Annotated[str, Depends(the_cookie)]


@dataclass(frozen=True, slots=True)
class Carried:
    """What an adviser's cookie holds, sealed. ``credit`` is None until they chose; ``visitor`` is random."""

    link_id: str
    visitor: str
    credit_kind: str | None = None
    credit: str = ""
    language: str = ""


async def own_form(parts: Parts, fields: OpenForm, cookie: Cookie) -> Fields:
    """A form posted from one of our pages by the browser the page was made for."""
    carried = _opened(parts, cookie)
    check_csrf(parts, carried.visitor if carried else "", fields)
    return fields


OwnForm = Annotated[Fields, Depends(own_form)]


# -- young advisers: coming in


@router.get("/advise")
def start_page(parts: SeenParts, cookie: Cookie, language: str = "") -> Response:
    """What this is, who reads it, what cannot stay secret; and how they want to be named."""
    with parts.main.reading() as session:
        visit, carried = _visit(parts, session, cookie)
    offered = visit.draft.survey.languages
    shown = language if language in offered else visit.language
    return _start(parts, visit, carried, shown, chosen=carried.credit_kind or "", first_name=_first_name(carried))


@router.post("/advise")
def start(parts: SeenParts, cookie: Cookie, fields: OwnForm) -> Response:
    """How they want to be named; kept for this visit, and used for what they said in it before."""
    kind, typed = one(fields, "credit", limit=20), one(fields, "first_name", limit=100)
    with parts.main.writing() as session:
        visit, carried = _visit(parts, session, cookie)
        language = one(fields, "language", limit=35)
        language = language if language in visit.draft.survey.languages else visit.language
        credit = coproduction.credit(kind, typed, visit.link.label)
        if not isinstance(credit, str):
            visits.rename(session, visit, credit.name)
    if isinstance(credit, str):
        field = "credit" if credit == "choose" else "first_name"
        told = parts.pages.translator(language)(CREDIT_SENTENCES[credit])
        return _start(parts, visit, carried, language, chosen=kind, first_name=typed, problems=[Summary(field, told)])
    now = Carried(carried.link_id, carried.visitor, credit.kind.value, credit.name, language)
    first = next(iter(visit.draft.looked_at), None)
    return _with(parts, see_other(_page_of(first) if first else "/advise/end"), now)


@router.get("/advise/end")
def end_page(parts: SeenParts, cookie: Cookie) -> Response:
    """Thank you, and what came of what was said before."""
    with parts.main.reading() as session:
        visit, carried = _visit(parts, session, cookie)
        came_of_it = visits.outcomes(session, visit.draft)
    last = next(reversed(visit.draft.looked_at), None)
    return _page(
        parts, "advise/end.html", visit.language, carried, outcomes=came_of_it, draft=visit.draft,
        back_url=_page_of(last) if last else "/advise",
    )  # fmt: skip


@router.get("/advise/q/{item}")
def question_page(parts: SeenParts, vault: VaultDep, cookie: Cookie, item: str, saved: str = "") -> Response:
    """One question as it is asked now: vote, propose, say something."""
    return _question(parts, vault, cookie, item, saved=bool(saved))


@router.post("/advise/q/{item}")
def remark(parts: SeenParts, vault: VaultDep, cookie: Cookie, fields: OwnForm, item: str) -> Response:
    """A vote, a proposal, a comment, or all at once; what is empty is left out."""
    action = one(fields, "action", limit=20)
    chosen = next((vote for vote, _name in VOTES if action == vote.name.lower()), None)
    typed = {kind: one(fields, kind.value, limit=20_000) for kind in (RemarkKind.PROPOSAL, RemarkKind.COMMENT)}
    problems: dict[str, str] = {}
    with parts.main.writing() as session:
        visit = _visit(parts, session, cookie, named=True)[0]
        question = _question_of(visit, item)
        if chosen is not None:
            visits.vote(session, visit, question, chosen, today=parts.today)
        for kind, said in typed.items():
            most = LONGEST_PROPOSAL if kind is RemarkKind.PROPOSAL else LONGEST_COMMENT
            code = "too_long" if len(said) > most else ""
            if said and not code:
                code = visits.say(
                    session, vault, parts.keyring, visit, question, kind, said,
                    sheet=one(fields, "sheet", limit=100), today=parts.today, now=parts.clock(),
                )  # fmt: skip
            if code:
                problems[kind.value] = code
    if problems:
        left = {kind: said for kind, said in typed.items() if kind.value in problems}
        return _question(parts, vault, cookie, item, typed=left, problems=problems)
    if action == "next":
        following = _beside(visit, question, 1)
        return see_other(_page_of(following) if following else "/advise/end")
    return see_other(f"{_page_of(question)}?saved=1#saved")


@router.post("/advise/q/{item}/take-back/{remark_id}")
def take_back(
    parts: SeenParts, vault: VaultDep, cookie: Cookie, fields: OwnForm, item: str, remark_id: UUID
) -> Response:
    """Delete what one wrote; pressing twice is the same as once."""
    with parts.main.writing() as session:
        visit = _visit(parts, session, cookie)[0]
        visits.take_back(session, vault, visit, str(remark_id), now=parts.clock())
    return see_other(_page_of(_question_of(visit, item)))


@router.get("/advise/{token}")
def open_by_link(request: Request, parts: SeenParts, cookie: Cookie, token: str) -> Response:
    """A group's link. The token leaves the address at once; a visit that goes on in this browser stays the same."""
    address = request.client.host if request.client else ""
    if not parts.attempts.allowed("adviser link", address):
        raise Refused("too_many_tries")
    with parts.main.reading() as session:
        link = service.link_behind(session, parts.keyring, token)
        if link is None:
            parts.attempts.missed("adviser link", address)
            raise Refused("unknown_adviser_link")
        draft = service.draft(session, link.draft_id)
        if not (link.takes_remarks(parts.today) and draft.open):
            came_of_it = visits.outcomes(session, draft)
            return _page(parts, "advise/closed.html", draft.survey.languages[0], None, 410, outcomes=came_of_it,
                         draft=draft)  # fmt: skip
    carried = _opened(parts, cookie)
    if carried is None or carried.link_id != link.id:
        carried = Carried(link.id, security.new_token())
    return _with(parts, see_other("/advise"), carried)


# -- how: advisers


def _visit(parts: Joined, session: Session, cookie: str, *, named: bool = False) -> tuple[Visit, Carried]:
    """The visit behind a cookie; ``adviser_lost`` without one, ``adviser_link_closed`` after its end.

    ``named``: only somebody who chose how to be named.
    """
    carried = _opened(parts, cookie)
    link = service.link(session, carried.link_id) if carried else None
    if carried is None or link is None or (named and carried.credit_kind is None):
        raise Refused("adviser_lost")
    draft = service.draft(session, link.draft_id)
    if not (link.takes_remarks(parts.today) and draft.open):
        raise Refused("adviser_link_closed")
    offered = draft.survey.languages
    language = carried.language if carried.language in offered else offered[0]
    author = visits.author_of(parts.keyring, link.id, carried.visitor)
    credit = None if carried.credit_kind is None else carried.credit
    return Visit(link, draft, author, credit, language), carried


def _opened(parts: Joined, cookie: str) -> Carried | None:
    try:
        seal = base64.urlsafe_b64decode(cookie + "==")
        return Carried(**json.loads(parts.keyring.open("cookie", seal, context="adviser")))
    except (Unreadable, binascii.Error, ValueError, TypeError):
        return None


def _with(parts: Joined, response: Response, carried: Carried) -> Response:
    plain = {name: getattr(carried, name) for name in Carried.__slots__}
    seal = parts.keyring.seal("cookie", json.dumps(plain).encode(), context="adviser")
    # Until the browser closes: on a shared computer the next group starts anew.
    set_cookie(parts, response, ADVISER_COOKIE, base64.urlsafe_b64encode(seal).decode().rstrip("="), seconds=None)
    return response


def _page(
    parts: Joined, template: str, language: str, carried: Carried | None, status: int = 200, **context: Any
) -> HTMLResponse:
    csrf = security.csrf_token(parts.keyring, carried.visitor) if carried else ""
    page = parts.pages.page(language=language, csrf=csrf, help_lines=parts.help_lines)
    return html_page(parts, parts.pages.render(template, language=language, page=page, **context), status)


def _start(
    parts: Joined, visit: Visit, carried: Carried, language: str, *, chosen: str, first_name: str,
    problems: list[Summary] | None = None,
) -> HTMLResponse:  # fmt: skip
    return _page(
        parts, "advise/start.html", language, carried, 422 if problems else 200, draft=visit.draft, link=visit.link,
        chosen=chosen, first_name=first_name, problems=problems or [], council=parts.settings.council_name,
    )  # fmt: skip


def _first_name(carried: Carried) -> str:
    return carried.credit if carried.credit_kind == CreditKind.FIRST_NAME else ""


def _question(
    parts: Joined, vault: VaultDep, cookie: str, item: str, *, typed: Mapping[RemarkKind, str] | None = None,
    problems: Mapping[str, str] | None = None, saved: bool = False,
) -> Response:  # fmt: skip
    with parts.main.reading() as session:
        visit, carried = _visit(parts, session, cookie)
        if visit.credit is None:
            return see_other("/advise")
        question = _question_of(visit, item)
        own_vote = visits.own_vote(session, visit, question)
        own = visits.own_remarks(session, vault, visit, question)
        came_of_it = visits.outcomes(session, visit.draft, item, but=visit)
    survey, translate = visit.draft.survey, parts.pages.translator(visit.language)
    looked_at = visit.draft.looked_at
    earlier = _beside(visit, question, -1)
    told = {name: translate(TEXT_SENTENCES[code]) for name, code in (problems or {}).items()}
    asked = asking.as_said(question, survey, {}, journey.situation(survey, {}, today=parts.today))
    return _page(
        parts, "advise/question.html", visit.language, carried, 422 if problems else 200, question=asked,
        position=looked_at.index(question) + 1, total=len(looked_at), back_url=_page_of(earlier) if earlier else "/advise",
        votes=[(vote.name.lower(), translate(name), vote is own_vote) for vote, name in VOTES],
        saved=saved, voted=next((translate(name) for vote, name in VOTES if vote is own_vote), ""), own=own, outcomes=came_of_it,
        typed={kind.value: said for kind, said in (typed or {}).items()}, told=told,
        problems=[Summary(name, sentence) for name, sentence in told.items()], sheet=security.new_token(),
        longest={"proposal": LONGEST_PROPOSAL, "comment": LONGEST_COMMENT}, action_url=_page_of(question),
    )  # fmt: skip


def _question_of(visit: Visit, item: str) -> Question:
    found = next((question for question in visit.draft.looked_at if question.name == item), None)
    if found is None:  # never there, or taken out of the draft while somebody looked at it
        raise Refused("not_found")
    return found


def _beside(visit: Visit, question: Question, step: int) -> Question | None:
    place = visit.draft.looked_at.index(question) + step
    return visit.draft.looked_at[place] if 0 <= place < len(visit.draft.looked_at) else None


def _page_of(question: Question) -> str:
    return f"/advise/q/{question.name}"


# -- officers


@router.get("/design/drafts/{draft_id}/coproduction")
def overview(parts: Parts, vault: VaultDep, designer: Designer, draft_id: UUID, done: str = "") -> Response:
    """Links, votes, remarks of one draft."""
    return _overview(parts, vault, designer, str(draft_id), done=done)


@router.post("/design/drafts/{draft_id}/coproduction/links")
def make_link(parts: Parts, vault: VaultDep, designer: Designer, draft_id: UUID, fields: StaffForm) -> Response:
    """Make a link for a group; the page that answers shows it this once."""
    typed = {name: one(fields, name, limit=200) for name in ("label", "closes_on")}
    with parts.main.writing() as session:
        made = service.make_link(
            session, parts.keyring, str(draft_id), label=typed["label"], closes_on=_day(typed["closes_on"]),
            by=designer.actor, today=parts.today, now=parts.clock(),
        )  # fmt: skip
        of = service.draft(session, str(draft_id))
    if isinstance(made, list):
        return _overview(parts, vault, designer, str(draft_id), typed=typed, problems=_translated(parts, made))
    address = f"{parts.settings.base_url}/advise/{made}"
    return staff_page(
        parts, designer, "advise/link.html", path="/design", draft=of, label=" ".join(typed["label"].split()),
        closes_on=_day(typed["closes_on"]), link=address, all_url=_all_of(of.id),
        picture=segno.make(address, error="m", micro=False).svg_data_uri(scale=4, border=4, dark="#000", light="#fff"),
    )  # fmt: skip


@router.post("/design/drafts/{draft_id}/coproduction/links/{link_id}/close")
def close_link(parts: Parts, designer: Designer, draft_id: UUID, link_id: UUID, fields: StaffForm) -> Response:
    """Close a link before its day."""
    with parts.main.writing() as session:
        service.close_link(session, str(draft_id), str(link_id), by=designer.actor, now=parts.clock())
    return see_other(f"{_all_of(str(draft_id))}?done=closed")


@router.get("/design/drafts/{draft_id}/coproduction/remarks/{remark_id}")
def remark_page(parts: Parts, vault: VaultDep, designer: Designer, draft_id: UUID, remark_id: UUID) -> Response:
    """One remark, to decide."""
    return _remark(parts, vault, designer, str(draft_id), str(remark_id))


@router.post("/design/drafts/{draft_id}/coproduction/remarks/{remark_id}")
def decide(
    parts: Parts, vault: VaultDep, designer: Designer, draft_id: UUID, remark_id: UUID, fields: StaffForm
) -> Response:
    """Take it up or refuse it with a reason."""
    revision = one(fields, "revision", limit=9)
    decision = Decision(
        take_up={"take_up": True, "refuse": False}.get(one(fields, "decision", limit=20)),
        recorded=" ".join(one(fields, "recorded", limit=service.LONGEST_RECORDED).split()),
        label=one(fields, "label", limit=service.LONGEST_RECORDED),
        reply=" ".join(one(fields, "reply", limit=service.LONGEST_RECORDED).split()),
        revision=int(revision) if revision.isascii() and revision.isdigit() else 0,
    )
    with parts.main.writing() as session:
        problems = service.decide(
            session, vault, str(draft_id), str(remark_id), decision, by=designer.actor, now=parts.clock()
        )
    if problems:
        return _remark(parts, vault, designer, str(draft_id), str(remark_id), decision, _translated(parts, problems))
    return see_other(f"{_all_of(str(draft_id))}?done={'taken_up' if decision.take_up else 'refused'}")


# -- how: officers


def _overview(
    parts: Joined, vault: VaultDep, designer: Principal, draft_id: str, *, done: str = "",
    typed: dict[str, str] | None = None, problems: list[Summary] | None = None,
) -> Response:  # fmt: skip
    # A writing session: showing words leaves its line in the trail before they are sent.
    with parts.main.writing() as session:
        found = service.look(session, vault, draft_id, actor=designer.actor, now=parts.clock())
    usual = {"label": "", "closes_on": (parts.today + timedelta(days=USUAL_DAYS)).isoformat()}
    return staff_page(
        parts, designer, "design/coproduction.html", path="/design", status=422 if problems else 200, found=found,
        draft=found.draft, today=parts.today, typed=typed or usual, problems=problems or [], all_url=_all_of(draft_id),
        flash=parts.pages.translator("en")(FLASHES.get(done, "")), is_open=_is_open(parts.today),
    )  # fmt: skip


def _is_open(today: date) -> Any:
    return lambda link: isinstance(link, Link) and link.takes_remarks(today)


def _remark(
    parts: Joined, vault: VaultDep, designer: Principal, draft_id: str, remark_id: str,
    decision: Decision | None = None, problems: list[Summary] | None = None,
) -> Response:  # fmt: skip
    with parts.main.writing() as session:
        of, found = service.one_remark(session, vault, draft_id, remark_id, actor=designer.actor, now=parts.clock())
    question = of.survey.question_by_name.get(found.item)
    label = words(question.label, *of.survey.languages)[0] if question else ""
    chosen = {True: "take_up", False: "refuse", None: ""}[decision.take_up if decision else None]
    typed = {
        "decision": chosen,
        "recorded": decision.recorded if decision else (found.words or "" if found.kind is RemarkKind.PROPOSAL else ""),
        "label": decision.label if decision else label,
        "reply": decision.reply if decision else "",
    }
    return staff_page(
        parts, designer, "advise/remark.html", path="/design", status=422 if problems else 200, draft=of, remark=found,
        question=question, label=label, typed=typed, problems=problems or [], all_url=_all_of(draft_id),
        action_url=f"{_all_of(draft_id)}/remarks/{remark_id}",
    )  # fmt: skip


def _all_of(draft_id: str) -> str:
    return f"/design/drafts/{draft_id}/coproduction"


def _translated(parts: Joined, problems: list[Summary]) -> list[Summary]:
    translate = parts.pages.translator("en")
    return [Summary(problem.field, translate(problem.sentence)) for problem in problems]


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None
