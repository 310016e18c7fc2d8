"""An officer's pages for tablets that stand in family hubs: set one up, see which are in use, end one."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import segno
from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse, Response

from api import kiosks, published, security
from api.errors import Refused
from api.pages import Summary
from api.permissions import Action
from api.published import OpenedWave
from api.security import Principal
from api.wiring import Joined, Parts, StaffForm, allowed, one, see_other, staff_page
from survey_engine.definition import Audience

router = APIRouter(include_in_schema=False)

Inviter = Annotated[Principal, Depends(allowed(Action.MAKE_INVITATION))]


def _(text: str) -> str:
    """Mark for translation."""
    return text


DONE = {"ended": _("The tablet asks no more questions. If somebody was answering on it, they can still send.")}


@router.get("/manage/waves/{wave_id}/kiosks")
def kiosks_page(parts: Parts, inviter: Inviter, wave_id: UUID, done: str = "") -> HTMLResponse:
    """The tablets of a wave, and a form for one more."""
    return _page(parts, inviter, _wave(parts, wave_id), done=done)


@router.post("/manage/waves/{wave_id}/kiosks")
def make_kiosk(parts: Parts, inviter: Inviter, wave_id: UUID, fields: StaffForm) -> Response:
    """Set up a tablet; the page that answers shows its link this once."""
    wave = _wave(parts, wave_id)
    if not wave.takes_answers(parts.today):
        raise Refused("wrong_state")
    label, pin = one(fields, "label", limit=kiosks.LONGEST_LABEL + 1), one(fields, "pin", limit=20)
    problems = []
    if not 1 <= len(label) <= kiosks.LONGEST_LABEL:
        problems.append(Summary("label", _("Write where the tablet stands, in up to 100 letters.")))
    if not kiosks.is_pin(pin):
        problems.append(Summary("pin", _("Write a PIN of 4 to 8 digits.")))
    if problems:
        return _page(parts, inviter, wave, label=label, problems=problems)
    pin_hash = security.hash_password(pin)  # outside the writing session: argon2 takes its time
    with parts.main.writing() as session:
        token = kiosks.make(
            session, parts.keyring, wave.id, label=label, pin_hash=pin_hash, by=inviter.actor, now=parts.clock()
        )
    link = f"{parts.settings.base_url}/kiosk/open/{token}"
    picture = segno.make(link, error="m", micro=False).svg_data_uri(scale=4, border=4, dark="#000", light="#fff")
    return staff_page(
        parts, inviter, "manage/kiosk_made.html", path="/design", wave=wave, label=label, link=link, picture=picture
    )


@router.post("/manage/waves/{wave_id}/kiosks/{kiosk_id}/end")
def end_kiosk(parts: Parts, inviter: Inviter, wave_id: UUID, kiosk_id: UUID, fields: StaffForm) -> Response:
    """End a tablet from a distance."""
    with parts.main.writing() as session:
        if not kiosks.end(session, str(kiosk_id), wave_id=str(wave_id), by=inviter.actor, now=parts.clock()):
            raise Refused("wrong_state")
    return see_other(f"/manage/waves/{wave_id}/kiosks?done=ended")


def _wave(parts: Joined, wave_id: UUID) -> OpenedWave:
    with parts.main.reading() as session:
        wave = published.wave(session, str(wave_id))
    # A tablet and a paper form ask whoever comes: nothing there tells whose adult has said yes.
    if wave is None or wave.published.survey.audience is Audience.PRACTITIONER or wave.needs_permission:
        raise Refused("not_found")
    return wave


def _page(
    parts: Joined, inviter: Principal, wave: OpenedWave, *, label: str = "", problems: list[Summary] | None = None,
    done: str = "",
) -> HTMLResponse:  # fmt: skip
    with parts.main.reading() as session:
        tablets = kiosks.of_wave(session, wave.id)
    return staff_page(
        parts, inviter, "manage/kiosks.html", path="/design", status=422 if problems else 200, wave=wave,
        tablets=tablets, label=label, problems=problems or [], possible=wave.takes_answers(parts.today),
        flash=parts.pages.translator("en")(DONE.get(done, "")),
    )  # fmt: skip
