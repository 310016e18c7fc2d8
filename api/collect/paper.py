"""Staff type in a form that was filled in on paper: the same pages, journey and agreement, marked as such.

Where a paper form to print comes from is ``manage``'s. What is typed goes the same way as
what a child types: sealed until it is sent, then vault, screening, reading queue. The
trail says who typed in a form of which wave, and nothing of what stood on it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from sqlmodel import Session

from api import audit, permissions, published, security
from api.collect.visit import ON_PAPER, Visit, Visitor
from api.errors import Refused
from api.permissions import Action
from api.security import Principal
from api.vault.door import VaultDep
from api.wiring import RESPONDENT_COOKIE, StaffForm, allowed, see_other
from survey_engine.collection import Mode
from survey_engine.definition import Audience

router = APIRouter(include_in_schema=False)

Typist = Annotated[Principal, Depends(allowed(Action.MAKE_INVITATION))]


@dataclass(frozen=True, slots=True)
class NextForm:
    """The button that begins another form of the same wave: where it posts to, and the token of the staff session."""

    action_url: str
    csrf: str


@router.post("/type-in/{wave_id}")
def begin(visit: Visit, vault: VaultDep, typist: Typist, wave_id: UUID, fields: StaffForm) -> Response:
    """Begin to type in one form. A form left half typed in this browser goes."""
    with visit.parts.main.reading() as session:
        wave = published.wave(session, str(wave_id))
    if wave is None or wave.published.survey.audience is Audience.PRACTITIONER or wave.needs_permission:
        raise Refused("not_found")
    if not wave.takes_answers(visit.parts.today):
        raise Refused("wrong_state")
    visit.drop_draft(vault, Mode.PAPER)
    response = see_other("/agree")
    visit.keep_invited(response, visit.carry(ON_PAPER, wave.id))
    return response


@router.get("/type-in/stop")
def stop(visit: Visit, vault: VaultDep, typist: Typist) -> Response:
    """Leave a form half typed: what was typed goes at once."""
    visit.drop_draft(vault, Mode.PAPER)
    response = see_other("/design")
    response.delete_cookie(RESPONDENT_COOKIE, path="/")
    return response


def next_form(visit: Visitor, wave_id: str = "") -> NextForm | None:
    """The way to the next form, for a page at which typing one ended; None on any other device."""
    if visit.mode is not Mode.PAPER:
        return None
    wave_id = wave_id or visit.carried(ON_PAPER, visit.cookie)
    return NextForm(f"/type-in/{wave_id}", security.csrf_token(visit.parts.keyring, visit.staff_cookie))


def typist(session: Session, visit: Visitor) -> Principal:
    """Who sends what was typed in; refused where nobody who may is signed in any more."""
    principal = security.who(session, visit.parts.keyring, visit.staff_cookie, now=visit.parts.clock())
    if principal is None:
        raise Refused("sign_in_required")
    permissions.check(principal.role, Action.MAKE_INVITATION)
    return principal


def record(session: Session, by: Principal, wave_id: str, *, now: datetime) -> None:
    """Put it on the trail that a form was typed in."""
    audit.record(session, by.actor, "paper.typed_in", wave_id, now=now)
