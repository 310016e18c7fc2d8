"""A tablet for many: its link, its start page, its PIN. Between two people nothing stays on it.

The start page is what cleans up, whatever way leads to it (the button after sending, "Leave
this page", the clock of ``frontend/src/kiosk.ts``, a reload without scripts): the draft is
emptied, each cookie of the person before is deleted, and the browser is asked to clear what
it stored. What is the same on every page of somebody who answers is not here.
"""

from __future__ import annotations

from datetime import timedelta

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from api import audit, kiosks, look, security
from api.collect.visit import ADULT_COOKIE, AT_KIOSK, RECEIPT_COOKIE, Visit
from api.errors import Refused
from api.vault.door import VaultDep
from api.wiring import (
    ADVISER_COOKIE,
    KIOSK_COOKIE,
    LANGUAGE_COOKIE,
    RESPONDENT_COOKIE,
    STAFF_COOKIE,
    OpenForm,
    check_csrf,
    one,
    see_other,
    set_cookie,
)
from survey_engine.collection import Mode

router = APIRouter(include_in_schema=False)

OF_ONE_PERSON = (RESPONDENT_COOKIE, RECEIPT_COOKIE, ADULT_COOKIE, ADVISER_COOKIE, look.COOKIE, LANGUAGE_COOKIE)
"""Everything a tablet for many forgets before the next person."""


def _(text: str) -> str:
    """Mark for translation."""
    return text


_WRONG_PIN = _("That is not the PIN. Try again.")


@router.get("/kiosk/open/{token}")
def open_tablet(request: Request, visit: Visit, token: str) -> Response:
    """Put a tablet into use. What a browser only fetches ahead does not use the link up.

    Whoever is signed in on it is signed out: nobody leaves a tablet with their staff pages open.
    """
    if "prefetch" in request.headers.get("sec-purpose", ""):
        return Response(status_code=204)
    parts = visit.parts
    with parts.main.writing() as session:
        tablet = kiosks.open_by_link(session, parts.keyring, token, today=parts.today, now=parts.clock())
        opened = kiosks.running(session, parts.keyring, today=parts.today, tablet=tablet) if tablet else None
        if opened is not None:
            security.close_session(session, parts.keyring, visit.staff_cookie)
    if tablet is None or opened is None:
        raise Refused("kiosk_link_used")
    response = see_other("/kiosk")
    response.delete_cookie(STAFF_COOKIE, path="/")
    until = opened.wave.closes_on - parts.today + timedelta(days=1)
    set_cookie(parts, response, KIOSK_COOKIE, tablet, seconds=int(until.total_seconds()))
    return response


@router.get("/kiosk")
def start_page(visit: Visit, vault: VaultDep) -> Response:
    """Where each person starts; what the one before left is gone when this is shown."""
    if not visit.kiosk_cookie:
        return visit.page("collect/kiosk_ended.html")
    visit.drop_draft(vault, Mode.KIOSK)
    tablet = _running(visit)
    if tablet is None:
        visit.mode = Mode.WEB
        response = visit.page("collect/kiosk_ended.html")
        response.delete_cookie(KIOSK_COOKIE, path="/")
    else:
        survey = tablet.wave.published.survey
        response = visit.page(
            "collect/kiosk_start.html", language=survey.languages[0], cookie=visit.kiosk_cookie, survey=survey,
            action_url="/kiosk", rest=True,
        )  # fmt: skip
    for name in OF_ONE_PERSON:
        response.delete_cookie(name, path="/")
    response.headers["clear-site-data"] = '"storage"'
    return response


@router.post("/kiosk")
def start(visit: Visit, fields: OpenForm) -> Response:
    """Let the next person in."""
    check_csrf(visit.parts, visit.kiosk_cookie, fields)
    tablet = _running(visit)
    if tablet is None:
        return see_other("/kiosk")
    response = see_other("/agree")
    visit.keep_invited(response, visit.carry(AT_KIOSK, tablet.id))
    return response


@router.get("/kiosk/close")
def close_page(visit: Visit) -> Response:
    """Ask for the PIN."""
    if not visit.kiosk_cookie:
        return see_other("/kiosk")
    return _ask_pin(visit)


@router.post("/kiosk/close")
def close(visit: Visit, fields: OpenForm) -> Response:
    """Take the tablet out of use, with its PIN. Tries are counted by tablet, whatever address it has."""
    check_csrf(visit.parts, visit.kiosk_cookie, fields)
    tablet = _running(visit)
    if tablet is None:
        return see_other("/kiosk")
    attempts = visit.parts.attempts
    if not attempts.allowed("kiosk pin", tablet.id):
        raise Refused("too_many_tries")
    if not security.matches(one(fields, "pin", limit=20), tablet.pin_hash):
        attempts.missed("kiosk pin", tablet.id)
        return _ask_pin(visit, _WRONG_PIN)
    with visit.parts.main.writing() as session:
        kiosks.end(session, tablet.id, by=audit.TABLET, now=visit.parts.clock())
    return see_other("/kiosk")


def _running(visit: Visit) -> kiosks.Running | None:
    with visit.parts.main.reading() as session:
        return kiosks.running(session, visit.parts.keyring, today=visit.parts.today, tablet=visit.kiosk_cookie)


def _ask_pin(visit: Visit, problem: str = "") -> HTMLResponse:
    told = visit.parts.pages.translator(visit.language)(problem)
    return visit.page(
        "collect/kiosk_close.html", 422 if problem else 200, cookie=visit.kiosk_cookie, problem=told or None,
        action_url="/kiosk/close",
    )  # fmt: skip
