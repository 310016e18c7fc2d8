"""One request of somebody who answers: which cookies it brought, whose draft that opens, and how their pages are made.

Handlers ask for a ``Visit`` and nothing else of the request, so what holds for each page
of a respondent (the language, the forged-form token, the help lines) is decided here once.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from datetime import timedelta
from functools import cached_property
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session

from api import asking, intake, kiosks, pairs, published, security
from api.collect import drafts, service, ways
from api.collect.drafts import Draft
from api.errors import Refused
from api.keyring import Unreadable
from api.vault import Vault
from api.wiring import (
    ADVISER_COOKIE,
    KIOSK_COOKIE,
    LANGUAGE_COOKIE,
    RESPONDENT_COOKIE,
    STAFF_COOKIE,
    Fields,
    Joined,
    OpenForm,
    SeenParts,
    Upload,
    check_csrf,
    html_page,
    own_language,
    see_other,
    set_cookie,
    uploaded,
)  # fmt: skip
from survey_engine import journey
from survey_engine.answers import SKIPPED, Answers, AnswerState
from survey_engine.collection import Mode
from survey_engine.definition import Question, Survey
from survey_engine.situation import Situation

RECEIPT_COOKIE = "earshot_mine"
ADULT_COOKIE = "earshot_adult"
INVITED, MINE, OPENED, WAITING, AT_KIOSK, ON_PAPER, ADULT = "i", "m", "o", "w", "k", "p", "a"
"""What ``carry`` seals: an invitation that was opened, sent answers that three words opened, a draft that they did, the
leave to hand in later what waits on a phone, a tablet for many, a paper form to type in, the adult's half of a pair."""
MINUTES = {INVITED: 60, MINE: 30, OPENED: 30, WAITING: 60 * 24 * 90, AT_KIOSK: 60, ON_PAPER: 60, ADULT: 30}
"""How long each is good. What waits is bounded by the life of its draft, which is shorter."""
_LOST = dict.fromkeys(MINUTES, "no_session") | {MINE: "receipt_needed", OPENED: "receipt_needed"}
DELIVERY_HEADER, WAITING_HEADER, CARRY_ON_HEADER = "idempotency-key", "earshot-waiting", "earshot-carry-on"
_DELIVERY = re.compile(r"[A-Za-z0-9_-]{16,64}")


class Visitor:
    """Who asks, as far as the request tells: an address to count tries by, and the cookies it brought."""

    def __init__(self, parts: Joined, request: Request) -> None:
        self.parts = parts
        self.address = request.client.host if request.client else ""
        self.cookie = request.cookies.get(RESPONDENT_COOKIE, "")
        self.receipt_cookie = request.cookies.get(RECEIPT_COOKIE, "")
        """Apart from the other, so that a draft on the same phone stays when somebody looks at what they sent."""
        self.adult_cookie = request.cookies.get(ADULT_COOKIE, "")
        """Apart from a draft, too: an adult's yes or no is never in the same place as anybody's answers."""
        self._request = request
        self.look = parts.pages.look
        self.kiosk_cookie = request.cookies.get(KIOSK_COOKIE, "")
        self.staff_cookie = request.cookies.get(STAFF_COOKIE, "")
        self.delivery = request.headers.get(DELIVERY_HEADER, "")
        """The idempotency key of an answer that a phone hands in by itself (``offline``); "" for a page's own form."""
        if not _DELIVERY.fullmatch(self.delivery):
            self.delivery = ""
        self.lost_cookie = ""
        """The way of a phone whose browser was closed meanwhile, so that it can be given back."""
        waiting = request.headers.get(WAITING_HEADER, "")
        if self.delivery and waiting:
            way = self.carried(WAITING, waiting)
            self.lost_cookie = way if not self.cookie and request.headers.get(CARRY_ON_HEADER) == "true" else ""
            self.cookie = way
        self.mode = Mode.WEB
        """How this device is used; a draft knows it, too, and says so when it is opened."""
        if self.kiosk_cookie:
            self.mode = Mode.KIOSK
        elif self.cookie.startswith(f"{ON_PAPER}."):
            self.mode = Mode.PAPER

    @cached_property
    def language(self) -> str:
        """The language of pages that belong to no survey."""
        # Not at once: it may read which languages were signed off, and a visit begins where nothing may wait.
        return own_language(self._request, self.parts)

    def language_for(self, survey: Survey, chosen: str = "") -> str:
        """The language a survey is shown in: chosen, else the phone's own, else the survey's first."""
        return chosen if chosen in survey.languages else own_language(self._request, self.parts, survey.languages)

    def keep_language(self, response: Response, language: str) -> None:
        """Remember on the phone what was chosen, until the browser closes, for pages that belong to no survey."""
        set_cookie(self.parts, response, LANGUAGE_COOKIE, language, seconds=None)

    def page_in(self, language: str, template: str, **context: Any) -> HTMLResponse:
        """A page that belongs to no survey, with the languages to choose among; one that was chosen is remembered."""
        offered = self.parts.pages.languages
        chosen = language if language in offered else ""
        page = self.page(template, language=chosen, languages=offered, **context)
        if chosen:
            self.keep_language(page, chosen)
        return page

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
        html = self.rendered(template, language=language, cookie=cookie, media=media, **context)
        return html_page(self.parts, html, status)

    def rendered(
        self, template: str, *, language: str = "", cookie: str = "", media: Mapping[str, str] | None = None,
        **context: Any,
    ) -> str:  # fmt: skip
        """The same as the page's HTML."""
        parts, language = self.parts, language or self.language
        csrf = security.csrf_token(parts.keyring, cookie) if cookie else ""
        page = parts.pages.page(
            language=language, csrf=csrf, help_lines=parts.help_lines, media=media, mode=self.mode
        )  # fmt: skip
        return parts.pages.render(template, language=language, page=page, **context)

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
        """What let this phone in (an invitation, a tablet for many, a paper form); refused when it is good no longer."""
        prefix = self.cookie.partition(".")[0]
        what = prefix if prefix in (AT_KIOSK, ON_PAPER) else INVITED
        identifier = self.carried(what, self.cookie)
        with self.parts.main.reading() as session:
            if what == INVITED:
                return service.invited(session, today=self.parts.today, by="id", id=identifier)
            if what == AT_KIOSK:
                tablet = kiosks.running(session, self.parts.keyring, today=self.parts.today, id=identifier)
                wave = tablet.wave if tablet else None
            else:
                wave = published.wave(session, identifier)
        if wave is None or not wave.takes_answers(self.parts.today):
            raise Refused("survey_closed")
        return service.Invited(None, wave)

    @property
    def mine(self) -> str:
        """The response that three words opened on this phone; refused when none did."""
        return self.carried(MINE, self.receipt_cookie)

    # -- a draft

    def draft(self, session: Session, *, lock: bool = False, even_on_hold: bool = False) -> Draft:
        """The draft of this phone; refused, with the reason, when there is none that still takes answers.

        ``even_on_hold``: also while the permission it needs is taken back, only to delete it.
        """
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
        if (
            draft.wave.needs_permission and not even_on_hold
            and not pairs.may_be_asked(session, draft.invitation_id, hold=lock)
        ):  # fmt: skip
            raise Refused("on_hold")
        # What was begun on a tablet for many and opened again by three words stands on somebody's own phone now.
        if draft.mode is Mode.PAPER and not self.kiosk_cookie:
            self.mode = Mode.PAPER
        return draft

    def is_delivered(self, draft: Draft) -> bool:
        """Whether this very delivery has arrived before, and its answer was lost on the way back."""
        return bool(self.delivery) and self.delivery in draft.delivered

    def saved(self, path: str) -> Response:
        """What was posted is kept: lead on to ``path``. A phone that hands in by itself reads that as 204."""
        response: Response = Response(status_code=204, headers={"location": path}) if self.delivery else see_other(path)
        if self.lost_cookie:
            set_cookie(self.parts, response, RESPONDENT_COOKIE, self.lost_cookie, seconds=None)
        return response

    def instead(self, path: str) -> Response:
        """What was posted is not asked (any more): lead to ``path``. A phone that hands in by itself reads that as 409."""
        return Response(status_code=409, headers={"location": path}) if self.delivery else see_other(path)

    def drop_draft(self, vault: Vault, mode: Mode) -> None:
        """Empty this device's unsent answers of this mode at once; what is sent stays sent.

        So does what somebody has three words for: they were told that it waits for them.
        """
        way = drafts.way_in(self.cookie)
        if way is None:
            return
        with self.parts.main.writing() as session:
            draft = drafts.find(session, self.parts.keyring, way, lock=True)
            if draft is not None and draft.mode is mode and ways.variant(session, way.response_id) is None:
                intake.abandon(session, vault, way.response_id, today=self.parts.today, now=self.parts.clock())

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


def forgetting(path: str, *, but_language: bool = False) -> Response:
    """Lead to ``path`` and forget this phone's place, whatever it was; ``but_language`` for a page they still read."""
    response = see_other(path)
    for name in (
        RESPONDENT_COOKIE,
        RECEIPT_COOKIE,
        ADULT_COOKIE,
        ADVISER_COOKIE,
        *(() if but_language else (LANGUAGE_COOKIE,)),
    ):
        response.delete_cookie(name, path="/")
    return response
