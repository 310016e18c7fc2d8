"""The respondent's pages, in the order in which they are met. Every form answers with 303, so reloading sends nothing twice."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from api.collect import answering, coming_back, coming_in, looks
from api.collect.visit import Visit, forgetting

router = APIRouter(include_in_schema=False)
for way in (coming_in, answering, coming_back, looks):
    router.include_router(way.router)


@router.get("/leave")
def leave(visit: Visit) -> Response:
    """The quick way out: forget this phone's place and go to a neutral site."""
    return forgetting(visit.parts.settings.leave_url)


@router.get("/finished")
def finished(visit: Visit) -> Response:
    """Forget this phone's place: the next person on it sees nothing."""
    return forgetting("/")
