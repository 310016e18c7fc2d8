"""One request of somebody who answers: which cookies it brought, whose draft that opens, and how their pages are made.

Handlers ask for a ``Visit`` and nothing else of the request, so what holds for each page
of a respondent (the language, the forged-form token, the help lines) is decided here once.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session

from api import asking, security
from api.collect import drafts, service
from api.collect.drafts import Draft
from api.errors import Refused
from api.keyring import Unreadable
from api.wiring import (
    ADVISER_COOKIE,
    RESPONDENT_COOKIE,
    Fields,
    Joined,
    OpenForm,
    SeenParts,
    Upload,
    check_csrf,
    see_other,
    set_cookie,
    uploaded,
)  # fmt: skip
from survey_engine import journey
from survey_engine.answers import SKIPPED, Answers, AnswerState
from survey_engine.definition import Question, Survey
from survey_engine.situation import Situation

RECEIPT_COOKIE = "earshot_mine"
INVITED, MINE = "i", "m"
"""What a sealed cookie stands for: an invitation that was opened, or answers that three words opened."""
MINUTES = {INVITED: 60, MINE: 30}
_LOST = {INVITED: "no_session", MINE: "receipt_needed"}


class Visitor:
    """Who asks, as far as the request tells: an address to count tries by, and the cookies it brought."""

    def __init__(self, parts: Joined, request: Request) -> None:
        self.parts = parts
        self.address = request.client.host if request.client else ""
        self.cookie = request.cookies.get(RESPONDENT_COOKIE, "")
        self.receipt_cookie = request.cookies.get(RECEIPT_COOKIE, "")
        """Apart from the other, so that a draft on the same phone stays when somebody looks at what they sent."""
        self.look = parts.pages.look
        self.language = "en"
        """The language of pages that belong to no survey."""

    # -- pages

    @property
    def typed_address(self) -> str:
        """Our address as it stands on paper: without what a browser adds by itself."""
        return self.parts.settings.base_url.partition("://")[2]

    def page(
        self, template: str, status: int = 200, *, language: str = "", cookie: str = "",
        media: Mapping[str, str] | None = None, **context: Any,
    ) -> HTMLResponse:  # fmt: skip
        """A page; ``cookie`` is the one its form is bound to, if it has a form of somebody's own."""
        parts, language = self.parts, language or self.language
        csrf = security.csrf_token(parts.keyring, cookie) if cookie else ""
        page = parts.pages.page(language=language, csrf=csrf, help_lines=parts.help_lines, media=media)
        return HTMLResponse(parts.pages.render(template, language=language, page=page, **context), status)

    # -- cookies

    def carry(self, what: str, identifier: str) -> str:
        """An identifier sealed for the way through a cookie, with the minute from which it is good."""
        minute = int(self.parts.clock().timestamp() // 60)
        seal = self.parts.keyring.seal("cookie", f"{minute}/{identifier}".encode(), context=what)
        return f"{what}.{base64.urlsafe_b64encode(seal).decode().rstrip('=')}"

    def carried(self, what: str, sealed: str) -> str:
        """The identifier in what ``carry`` made; refused when it is something else, or too old."""
        prefix, _, seal = sealed.partition(".")
        try:
            if prefix != what:
                raise Unreadable
            plain = self.parts.keyring.open("cookie", base64.urlsafe_b64decode(seal + "=="), context=what).decode()
        except (Unreadable, binascii.Error, ValueError) as fault:
            raise Refused(_LOST[what]) from fault
        minute, _, identifier = plain.partition("/")
        if int(minute) + MINUTES[what] < self.parts.clock().timestamp() // 60:
            raise Refused(_LOST[what])
        return identifier

    def keep_invited(self, response: Response, carried: str) -> None:
        """Give the phone its sealed invitation, so that no address holds the token while somebody answers."""
        set_cookie(self.parts, response, RESPONDENT_COOKIE, carried, seconds=MINUTES[INVITED] * 60)

    def invited(self) -> service.Invited:
        """The invitation this phone opened; refused when it did not, or when it is good no longer."""
        invitation_id = self.carried(INVITED, self.cookie)
        with self.parts.main.reading() as session:
            return service.invited(session, today=self.parts.today, by="id", id=invitation_id)

    @property
    def mine(self) -> str:
        """The response that three words opened on this phone; refused when none did."""
        return self.carried(MINE, self.receipt_cookie)

    # -- a draft

    def draft(self, session: Session, *, lock: bool = False) -> Draft:
        """The draft of this phone; refused, with the reason, when there is none that still takes answers."""
        way = drafts.way_in(self.cookie)
        if way is None:
            raise Refused("no_session")
        draft = drafts.find(session, self.parts.keyring, way, lock=lock)
        if draft is None:
            raise Refused("already_sent" if service.receipt_of(session, self.parts.keyring, way) else "no_session")
        if draft.started < self.parts.today - timedelta(days=self.parts.settings.draft_days):
            raise Refused("draft_expired")
        if not draft.wave.takes_answers(self.parts.today):
            raise Refused("survey_closed")
        return draft

    def situation(self, draft: Draft) -> Situation:
        """The survey as it stands for a draft, worked out once for all a page asks."""
        return journey.situation(draft.wave.published.survey, draft.answers, today=self.parts.today)

    def where_they_were(self, draft: Draft) -> str:
        """The page of the first question without an answer."""
        asked = journey.visible(draft.wave.published.survey, draft.answers, today=self.parts.today)
        following = next((question for question in asked if question.name not in draft.answers), None)
        return f"/q/{following.name}" if following else "/check"

    def listed(
        self, survey: Survey, answers: Answers, now: Situation, question: Question, language: str,
        change_url: str | None,
    ) -> dict[str, Any]:  # fmt: skip
        """One question with its answer, as ``components/answers.html`` shows it."""
        given = answers.get(question.name, SKIPPED)
        state = {AnswerState.ANSWERED: "answered", AnswerState.DECLINED: "declined"}.get(given.state, "skipped")
        said = asking.as_said(question, survey, answers, now)
        lines = asking.in_words(said, given, self.parts.pages.translator(language), language, survey.languages[0])
        section = asking.section_of(survey, answers, question.name, now)
        return {"question": said, "section": section, "state": state, "lines": lines, "change_url": change_url}


async def visiting(request: Request, parts: SeenParts) -> Visitor:
    """The visit this request is."""
    return Visitor(parts, request)


Visit = Annotated[Visitor, Depends(visiting)]


async def own_form(visit: Visit, fields: OpenForm) -> Fields:
    """A form posted from one of our pages by the phone the page was made for."""
    check_csrf(visit.parts, visit.cookie, fields)
    return fields


async def own_upload(visit: Visit, upload: Annotated[Upload, Depends(uploaded)]) -> Upload:
    """The same with a file."""
    check_csrf(visit.parts, visit.cookie, upload.fields)
    return upload


OwnForm = Annotated[Fields, Depends(own_form)]
OwnUpload = Annotated[Upload, Depends(own_upload)]


def forgetting(path: str) -> Response:
    """Lead to ``path`` and forget this phone's place, whatever it was."""
    response = see_other(path)
    for name in (RESPONDENT_COOKIE, RECEIPT_COOKIE, ADVISER_COOKIE):
        response.delete_cookie(name, path="/")
    return response
