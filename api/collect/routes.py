"""The respondent's pages, in the order in which they are met. Every form answers with 303, so reloading sends nothing twice."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from api.collect import (
    answering,
    answering_back,
    coming_back,
    coming_in,
    contacting,
    helping,
    kiosk,
    looks,
    offline,
    paper,
    permission,
    saving,
)
from api.collect.visit import Visit, forgetting
from api.wiring import see_other

router = APIRouter(include_in_schema=False)
for way in (
    coming_in, permission, helping, answering, offline, saving, coming_back, answering_back, contacting, looks, kiosk,
    paper,
):  # fmt: skip
    router.include_router(way.router)


@router.get("/leave")
def leave(visit: Visit) -> Response:
    """The quick way out: forget this phone's place and go to a neutral site; a tablet for many starts again."""
    if visit.kiosk_cookie:
        return see_other("/kiosk")
    return forgetting(visit.parts.settings.leave_url)


@router.get("/finished")
def finished(visit: Visit) -> Response:
    """Forget this phone's place: the next person on it sees nothing."""
    if visit.kiosk_cookie:
        return see_other("/kiosk")
    return forgetting("/")
