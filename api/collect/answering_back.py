"""What came of a survey, for anybody who was asked: the public page of one wave. It knows nothing of who answered."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response

from api import asking, published, replies
from api.collect.visit import Visit
from api.errors import Refused

router = APIRouter(include_in_schema=False)


def address_of(wave_id: str) -> str:
    """Where the reply to a wave is read."""
    return f"/changed/{wave_id}"


@router.get("/changed/{wave_id}")
def changed(visit: Visit, wave_id: UUID, language: str = "") -> Response:
    """What was heard, what changed, and what cannot."""
    with visit.parts.main.reading() as session:
        wave = published.wave(session, str(wave_id))
        if wave is None:
            raise Refused("not_found")
        reply = replies.told(session, wave.id)
    survey = wave.published.survey
    language = language if language in survey.languages else survey.languages[0]
    return visit.page(
        "collect/changed.html", language=language, title=survey.title, languages=survey.languages, reply=reply,
        today=visit.parts.today,
        look_again=asking.day_in_words(reply.look_again_on, language) if reply.look_again_on else "",
    )  # fmt: skip
