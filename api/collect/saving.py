"""Stopping half-way: three words to come back with on any phone, and deleting what there is so far."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from api import asking, intake
from api.collect import receipts, service, ways
from api.collect.drafts import Draft
from api.collect.visit import OwnForm, Visit, Visitor, forgetting
from api.vault.door import VaultDep
from api.wiring import see_other
from survey_engine import journey

router = APIRouter(include_in_schema=False)

LATER = "later"
"""The value of the button on a question's page that saves, and leads here."""
_KEPT_OUT = "1"


def stop_here(visit: Visitor, draft: Draft, *, kept_out: bool = False) -> Response:
    """Give a draft its three words and show them. ``kept_out``: what was typed last could not be saved; the page says so."""
    with visit.parts.main.reading() as session:
        there = ways.variant(session, draft.way.response_id) is not None
    if not there:
        stretches = ways.Stretches(visit.parts.keyring)
        stretches.of(receipts.candidates(draft.way.secret)[0])  # the slow step, before anybody has to wait for us
        with visit.parts.main.writing() as session:
            service.give_words(session, visit.parts.keyring, visit.draft(session, lock=True), stretches)
    return visit.saved(f"/later?out={_KEPT_OUT}" if kept_out else "/later")


@router.post("/later")
def save_for_later(visit: Visit, fields: OwnForm) -> Response:
    """Ask for three words."""
    with visit.parts.main.glancing() as session:
        draft = visit.draft(session)
    return stop_here(visit, draft)


@router.get("/later")
def later_page(visit: Visit, out: str = "") -> Response:
    """The three words of what is not sent yet, until when they work, and how to come back."""
    with visit.parts.main.reading() as session:
        draft = visit.draft(session)
        code = ways.code_of(session, draft.way)
    if code is None:
        return see_other(visit.where_they_were(draft))
    until = min(draft.started + visit.parts.settings.draft_lifetime, draft.wave.closes_on)
    return visit.page(
        "collect/later.html", language=draft.language,
        receipt=receipts.shown(code, draft.language, visit.parts.pages.code_words(draft.language)),
        until=asking.day_in_words(until, draft.language), address=f"{visit.typed_address}/receipt",
        kept_out=out == _KEPT_OUT, carry_on_url=visit.where_they_were(draft), delete_url="/later/delete",
    )  # fmt: skip


@router.get("/back")
def back_page(visit: Visit) -> Response:
    """Three words opened a draft on this phone: go on, or delete it."""
    with visit.parts.main.glancing() as session:
        draft = visit.draft(session)
    return visit.page(
        "collect/back.html", language=draft.language, **_how_far(draft, visit),
        carry_on_url=visit.where_they_were(draft), delete_url="/later/delete",
    )  # fmt: skip


def _how_far(draft: Draft, visit: Visitor) -> dict[str, Any]:
    asked = journey.visible(draft.wave.published.survey, draft.answers, today=visit.parts.today)
    return {"done": sum(question.name in draft.answers for question in asked), "total": len(asked)}


@router.get("/later/delete")
def delete_page(visit: Visit) -> Response:
    """Ask whether they are sure."""
    with visit.parts.main.glancing() as session:
        draft = visit.draft(session, even_on_hold=True)
    return visit.page(
        "collect/delete_unsent.html", language=draft.language, cookie=visit.cookie, action_url="/later/delete",
        back_url=visit.where_they_were(draft),
    )  # fmt: skip


@router.post("/later/delete")
def delete(visit: Visit, vault: VaultDep, fields: OwnForm) -> Response:
    """Delete what there is so far, here and on every phone, at once."""
    with visit.parts.main.writing() as session:
        draft = visit.draft(session, lock=True, even_on_hold=True)
        ways.forget(session, [draft.way.response_id])
        intake.abandon(session, vault, draft.way.response_id, today=visit.parts.today, now=visit.parts.clock())
    return forgetting("/deleted")
