"""Is somebody with you? One page before the first question, and a page that speaks to whoever helps.

Asked only where the survey says so (``asks_who_helps``), never required. Until answers are
sent, what was said here is sealed with them.
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from api.collect import drafts
from api.collect.drafts import Draft
from api.collect.visit import OwnForm, Visit, Visitor
from api.look import way_back
from api.wiring import Fields, one, see_other
from survey_engine.collection import HELP, HELPED, Helped, HelpedBy, as_answer, from_answer
from survey_engine.definition import Choice, Kind, Question

router = APIRouter(include_in_schema=False)


def _(text: str) -> str:
    """Mark for translation."""
    return text


QUESTION = _("Is someone with you?")
WHO: dict[HelpedBy, str] = {
    HelpedBy.ALONE: _("Nobody. I am doing this by myself"),
    HelpedBy.PARENT_CARER: _("A parent or carer"),
    HelpedBy.WORKER: _("A worker, like a social worker or a teacher"),
    HelpedBy.FRIEND_FAMILY: _("A friend, brother or sister"),
    HelpedBy.DECLINED: _("I don’t want to say"),
}
WHAT: dict[str, str] = {"reads": _("They help me read"), "writes": _("They write what I say")}


@router.get("/with")
def with_page(visit: Visit) -> Response:
    """Ask who is there."""
    with visit.parts.main.glancing() as session:
        draft = visit.draft(session)
    if not draft.wave.published.survey.asks_who_helps:
        return see_other(visit.where_they_were(draft))
    return visit.page(
        "collect/with.html", language=draft.language, cookie=visit.cookie, helped=of(draft), who=WHO, what=WHAT,
        question=QUESTION, action_url="/with",
    )  # fmt: skip


@router.post("/with")
def answer_with(visit: Visit, fields: OwnForm) -> Response:
    """Keep it with the answers; the next page speaks to the supporter, if there is one."""
    helped = _read(fields)
    with visit.parts.main.writing() as session:
        draft = visit.draft(session, lock=True)
        answers = {name: answer for name, answer in draft.answers.items() if name != HELPED}
        if helped is not None and draft.wave.published.survey.asks_who_helps:
            answers[HELPED] = as_answer(helped)
        drafts.save(session, draft, answers)
    if helped is not None and helped.has_supporter:
        return see_other("/helping")
    return see_other(visit.where_they_were(draft))


@router.get("/helping")
def helping_page(visit: Visit, back: str = "") -> Response:
    """What a supporter should do and should not do; then ``back`` to the question they came from, or on."""
    with visit.parts.main.glancing() as session:
        draft = visit.draft(session)
    go_on_url = way_back(back) if back else visit.where_they_were(draft)
    return visit.page("collect/helping.html", language=draft.language, go_on_url=go_on_url)


def of(draft: Draft) -> Helped | None:
    """Who is there, as far as it was said."""
    return from_answer(draft.answers.get(HELPED))


def listed(visit: Visitor, helped: Helped, language: str, change_url: str | None) -> dict[str, Any]:
    """What was said here as one of the answers that ``components/answers.html`` shows."""
    translate = visit.parts.pages.translator(language)
    choices = tuple(Choice(name=by.value, label={language: translate(words)}) for by, words in WHO.items())
    asked = Question(name="helped_by", kind=Kind.SINGLE_CHOICE, label={language: translate(QUESTION)}, choices=choices)
    said = [WHO[helped.by], *(words for name, words in WHAT.items() if getattr(helped, name))]
    state = "declined" if helped.by is HelpedBy.DECLINED else "answered"
    lines = [translate(words) for words in said]
    return {"question": asked, "section": None, "state": state, "lines": lines, "change_url": change_url}


def _read(fields: Fields) -> Helped | None:
    chosen = one(fields, "who", limit=20)
    if one(fields, "action", limit=20) == "skip" or chosen not in set(HelpedBy):
        return None
    helped = Helped(HelpedBy(chosen))
    ticked = fields.get("what", ())
    return Helped(helped.by, *(name in ticked for name in HELP)) if helped.has_supporter else helped
