"""The way in: a code or a link, what this is, and what somebody agrees to. Nothing is stored before a yes to taking part."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from api import replies, security
from api.collect import answering_back, drafts, paper, permission, service
from api.collect.visit import ADULT_COOKIE, AT_KIOSK, INVITED, ON_PAPER, OwnForm, Visit, Visitor
from api.errors import CATALOGUE, Refused
from api.pages import Summary
from api.wiring import RESPONDENT_COOKIE, Fields, OpenForm, one, see_other, set_cookie
from survey_engine import consent, journey
from survey_engine.answers import Problem
from survey_engine.consent import Decision, Purpose

router = APIRouter(include_in_schema=False)


@router.get("/")
def open_page(visit: Visit, language: str = "") -> Response:
    """Type a code; a tablet for many has its own start."""
    if visit.kiosk_cookie:
        return see_other("/kiosk")
    return visit.page_in(language, "collect/open.html", value="", problem=None, action_url="/")


@router.post("/")
def open_by_code(visit: Visit, fields: OpenForm) -> Response:
    """A code typed by hand."""
    why_not = visit.parts.attempts.refused("code", visit.address)
    if why_not:
        raise Refused(why_not)
    typed = one(fields, "code", limit=40)
    code = security.typed_code(typed)
    if code is None:
        sentence_ = visit.parts.pages.translator(visit.language)(CATALOGUE["mistyped_code"].sentence)
        return visit.page_in("", "collect/open.html", status=422, value=typed, problem=sentence_, action_url="/")
    try:
        return _let_in(visit, "code", code)
    except Refused as refusal:
        if refusal.kind.code == "unknown_code":
            visit.parts.attempts.missed("code", visit.address)
        raise


@router.get("/s/{token}")
def open_by_link(visit: Visit, token: str) -> Response:
    """A link or a QR code."""
    return _let_in(visit, "token", token)


def _let_in(visit: Visitor, by: str, secret: str) -> Response:
    response = _to_their_place(visit, by, secret)
    if visit.adult_cookie and response.headers.get("location") != permission.PAGE:
        # A child on the same phone must not find an adult's yes and no still open.
        response.delete_cookie(ADULT_COOKIE, path="/")
    return response


def _to_their_place(visit: Visitor, by: str, secret: str) -> Response:
    way, fingerprint = drafts.way_in(visit.cookie), visit.parts.keyring.fingerprint(f"invitation {by}", secret)
    with visit.parts.main.reading() as session:
        adult = permission.adult(session, visit, by, secret)
        if adult is not None:
            return permission.let_in(session, visit, adult) or _closed(visit, adult.wave.id)
        try:
            invited = service.invited(session, today=visit.parts.today, fingerprint=fingerprint, by=by)
        except Refused as refusal:
            if refusal.kind.code == "grown_up_first":
                return visit.page("collect/grown_up_first.html", refusal.kind.status)
            if refusal.kind.code != "survey_closed":
                raise
            return _closed(visit, service.wave_of(session, fingerprint=fingerprint, by=by))
        draft = drafts.find(session, visit.parts.keyring, way) if way else None
    assert invited.invitation_id is not None, "it was found by its fingerprint"
    carried = visit.carry(INVITED, invited.invitation_id)
    if draft is not None and draft.wave.id == invited.wave.id:
        # Opening the link again must not lose what was answered; nor may somebody else's answers open by themselves.
        return visit.page(
            "collect/started.html", language=draft.language, cookie=visit.cookie, invitation=carried,
            carry_on_url=visit.where_they_were(draft), action_url="/start-again",
        )  # fmt: skip
    return _to_agreement(visit, carried)


def _closed(visit: Visitor, wave_id: str) -> Response:
    kind = CATALOGUE["survey_closed"]
    translate = visit.parts.pages.translator("en")
    return visit.page(
        "collect/closed.html", kind.status, title=translate(kind.title), sentence=translate(kind.sentence),
        changed_url=answering_back.address_of(wave_id),
    )  # fmt: skip


@router.post("/start-again")
def start_again(visit: Visit, fields: OwnForm) -> Response:
    """Leave the answers so far behind and begin anew."""
    carried = one(fields, "invitation", limit=400)
    visit.carried(INVITED, carried)
    return _to_agreement(visit, carried)


def _to_agreement(visit: Visitor, carried: str) -> Response:
    response = see_other("/agree")
    visit.keep_invited(response, carried)
    return response


@router.get("/agree")
def agreement_page(visit: Visit, language: str = "") -> Response:
    """What this is and what you agree to, before the first question."""
    response = _agreement(visit, language)
    if language:
        visit.keep_language(response, visit.language_for(visit.invited().wave.published.survey, language))
    return response


@router.post("/agree")
def agree(visit: Visit, fields: OwnForm) -> Response:
    """Yes or no to each purpose. Nothing is stored unless taking part was agreed to."""
    invited = visit.invited()
    notice = invited.wave.published.notice
    choices = consent.read_choices(notice, fields)
    language = visit.language_for(invited.wave.published.survey, one(fields, "language", limit=35))
    if isinstance(choices, tuple):
        return _agreement(visit, language, problems=choices, fields=fields)
    if choices[Purpose.TAKE_PART] is not Decision.AGREED:
        return see_other("/declined")
    survey = invited.wave.published.survey
    begun = drafts.beginning(survey)
    with visit.parts.main.writing() as session:
        way = drafts.start(
            session, visit.parts.keyring, invited.wave, invited.invitation_id, language, choices, today=visit.parts.today,
            begun=begun, mode=visit.mode,
        )  # fmt: skip
    first = journey.after(survey, begun, None, today=visit.parts.today)
    response = see_other("/with" if survey.asks_who_helps else f"/q/{first.name}" if first else "/check")
    set_cookie(visit.parts, response, RESPONDENT_COOKIE, way.cookie, seconds=None)
    if language != visit.language:  # the thanks at the end, and the three words, are said in the same
        visit.keep_language(response, language)
    return response


@router.get("/declined")
def declined(visit: Visit) -> HTMLResponse:
    """Somebody said no, and that is fine."""
    let_in = visit.cookie.startswith((f"{INVITED}.", f"{AT_KIOSK}.", f"{ON_PAPER}."))
    return visit.page("collect/declined.html", start_url="/agree" if let_in else None, next_form=paper.next_form(visit))


def _agreement(
    visit: Visitor, language: str, problems: Sequence[Problem] = (), fields: Fields | None = None
) -> Response:
    wave = visit.invited().wave
    published = wave.published
    with visit.parts.main.glancing() as session:
        answered_back = replies.is_published(session, wave.id)
    survey = published.survey
    language = visit.language_for(survey, language)
    translate = visit.parts.pages.translator(language)
    chosen = {
        asked.purpose.value: one(fields or {}, consent.field_name(asked.purpose), limit=5)
        for asked in published.notice.purposes
    }
    return visit.page(
        "collect/agreement.html", 422 if problems else 200, language=language, cookie=visit.cookie, survey=survey,
        notice=published.notice, chosen=chosen, action_url="/agree", languages=survey.languages,
        problems=[Summary(problem.question, translate(_CHOOSE)) for problem in problems],
        changed_url=answering_back.address_of(wave.id) if answered_back else "",
    )  # fmt: skip


def _(text: str) -> str:
    """Mark for translation."""
    return text


_CHOOSE = _("Choose yes or no. Both are fine.")
