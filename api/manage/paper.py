"""A wave's survey as a sheet to print, in large type. Typing in what came back is ``collect``'s."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse

from api import published
from api.errors import Refused
from api.permissions import Action
from api.security import Principal
from api.wiring import Parts, allowed
from survey_engine.definition import Audience
from survey_engine.languages import own_name
from survey_engine.paper import on_paper

router = APIRouter(include_in_schema=False)

Inviter = Annotated[Principal, Depends(allowed(Action.MAKE_INVITATION))]
LONGEST_PLACE = 200


@router.get("/manage/waves/{wave_id}/paper")
def paper_page(parts: Parts, inviter: Inviter, wave_id: UUID, language: str = "", hand_in: str = "") -> HTMLResponse:
    """The sheet in one of the survey's languages; ``hand_in`` says on it where it is taken."""
    with parts.main.reading() as session:
        wave = published.wave(session, str(wave_id))
    if wave is None or wave.published.survey.audience is Audience.PRACTITIONER or wave.needs_permission:
        raise Refused("not_found")
    survey = wave.published.survey
    shown_in = language if language in survey.languages else survey.languages[0]
    page = parts.pages.page(shown_in, help_lines=parts.help_lines, media=survey.media)
    html = parts.pages.render(
        "manage/paper.html", shown_in, page=page, survey=survey, notice=wave.published.notice, wave=wave,
        lines=on_paper(survey), hand_in=" ".join(hand_in.split())[:LONGEST_PLACE], own_name=own_name,
        address=parts.settings.base_url.partition("://")[2],
    )  # fmt: skip
    return HTMLResponse(html)
