"""The adult's half of a pair: read what a child would be asked, say yes or no, change it; and be asked oneself, apart.

What these pages show is the same whatever the child did: nothing here looks for a draft or
an answer of the child. Who may not give permission is told who may, and nothing of that is
kept. The adult's own survey is entered by an invitation that no row joins to the pair
(``pairs.OWN``). Decision 0026 says why.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session

from api import asking, pairs, published
from api.collect import drafts, service
from api.collect.visit import ADULT, ADULT_COOKIE, INVITED, MINUTES, RECEIPT_COOKIE, Visit, Visitor
from api.errors import Refused
from api.models.surveys import WaveState
from api.pages import Summary
from api.published import OpenedWave
from api.wiring import RESPONDENT_COOKIE, Fields, OpenForm, check_csrf, one, see_other, set_cookie
from survey_engine import permission
from survey_engine.answers import Problem
from survey_engine.consent import Decision
from survey_engine.paper import on_paper
from survey_engine.permission import CAPACITY_FIELD, DECISION_FIELD, SOMEBODY_ELSE, Capacity, Standing

router = APIRouter(include_in_schema=False)

PAGE = "/permission"


def _(text: str) -> str:
    """Mark for translation."""
    return text


CAPACITIES: dict[str, str] = {
    Capacity.PARENT: _("A parent who by law decides for the child"),
    Capacity.SPECIAL_GUARDIAN: _("A special guardian, named by a court"),
    Capacity.AUTHORITY: _("A social worker who decides by a care order"),
    SOMEBODY_ELSE: _("Someone else, like a foster carer or a gran"),
}
_CHOOSE = {
    CAPACITY_FIELD: _("Choose who you are to the child."),
    DECISION_FIELD: _("Choose yes or no. Both are fine."),
}


@dataclass(frozen=True, slots=True)
class Adult:
    """An adult's half of a pair and the wave it is for; ``own_id``: the way into their own survey, if there is one."""

    invitation_id: str
    own_id: str | None
    pair: pairs.Pair
    wave: OpenedWave
    needed: pairs.Needed


def adult(session: Session, visit: Visitor, by: str, secret: str) -> Adult | None:
    """The adult's half of a pair that this token or code opens; None for anything else."""
    keyring = visit.parts.keyring
    found = service.invitation_with(session, fingerprint=keyring.fingerprint(f"invitation {by}", secret), by=by)
    if found is None or pairs.of_adult(session, found) is None:
        return None
    own = service.invitation_with(session, fingerprint=keyring.fingerprint(f"{pairs.OWN} {by}", secret), by=by)
    return _adult(session, found, own)


def let_in(session: Session, visit: Visitor, adult: Adult) -> Response | None:
    """Lead an adult to their page; None where the wave is over, so that there is nothing left to decide.

    Whatever a child had open on this phone is closed: neither a draft nor sent answers may be
    one step away from who must not see them. What the adult began for themselves stays.
    """
    if not _is_open(visit, adult.wave):
        return None
    response = see_other(PAGE)
    carried = visit.carry(ADULT, f"{adult.invitation_id}.{adult.own_id or ''}")
    set_cookie(visit.parts, response, ADULT_COOKIE, carried, seconds=MINUTES[ADULT] * 60)
    response.delete_cookie(RECEIPT_COOKIE, path="/")
    if not _is_in(session, visit, adult.needed.adults_wave_id):
        response.delete_cookie(RESPONDENT_COOKIE, path="/")
    return response


@router.get(PAGE)
def permission_page(visit: Visit, language: str = "") -> Response:
    """What this is about, what the adult never sees, and the question."""
    response = _page(visit, language)
    if language:
        visit.keep_language(response, language)
    return response


async def adults_form(visit: Visit, fields: OpenForm) -> Fields:
    """A form posted from the adult's own page."""
    check_csrf(visit.parts, visit.adult_cookie, fields)
    return fields


AdultsForm = Annotated[Fields, Depends(adults_form)]


@router.post(PAGE)
def say(visit: Visit, fields: AdultsForm) -> Response:
    """Yes or no, by somebody who may say it. Saying the same twice is saying it once."""
    said = permission.read_said(fields)
    if isinstance(said, tuple):
        return _page(visit, one(fields, "language", limit=35), said, fields)
    if said.capacity is None:
        return see_other(f"{PAGE}/who-may")
    with visit.parts.main.writing() as session:
        known = _of(session, visit)
        language = visit.language_for(known.wave.published.survey, one(fields, "language", limit=35))
        pairs.record(
            session, known.pair, said.capacity, said.yes, known.needed, language=language, today=visit.parts.today,
            now=visit.parts.clock(),
        )  # fmt: skip
    return see_other(f"{PAGE}/said")


@router.get(f"{PAGE}/said")
def said_page(visit: Visit) -> Response:
    """What was said, what it means, how to change it, and the adult's own survey."""
    with visit.parts.main.reading() as session:
        known = _of(session, visit)
        events = pairs.said(session, known.pair.id)
        offered = known.own_id is not None and _opens(session, visit, known.own_id)
    if not events:
        return see_other(PAGE)
    language = visit.language_for(known.wave.published.survey)
    return visit.page(
        "collect/permission_said.html", language=language, cookie=visit.adult_cookie, page_url=PAGE,
        given=permission.standing(events) is Standing.GIVEN,
        was_given=any(event.decision is Decision.AGREED for event in events),
        until=asking.day_in_words(known.wave.closes_on, language), own_url=f"{PAGE}/own" if offered else None,
    )  # fmt: skip


@router.get(f"{PAGE}/who-may")
def who_may(visit: Visit) -> HTMLResponse:
    """Who may say yes or no, for somebody who may not."""
    with visit.parts.main.reading() as session:
        known = _of(session, visit)
    return visit.page(
        "collect/permission_who.html", language=visit.language_for(known.wave.published.survey), back_url=PAGE
    )


@router.get(f"{PAGE}/questions")
def questions(visit: Visit) -> HTMLResponse:
    """What the child reads and is asked, without a place to answer."""
    with visit.parts.main.reading() as session:
        wave = _of(session, visit).wave
    survey = wave.published.survey
    return visit.page(
        "collect/permission_questions.html", language=visit.language_for(survey), media=survey.media, survey=survey,
        notice=wave.published.notice, lines=on_paper(survey), back_url=PAGE,
    )  # fmt: skip


@router.post(f"{PAGE}/own")
def own(visit: Visit, fields: AdultsForm) -> Response:
    """Go on to the adult's own survey, as anybody who was invited to it; what they began there is not lost."""
    with visit.parts.main.reading() as session:
        known = _of(session, visit)
        if known.own_id is None:
            raise Refused("not_found")
        if _is_in(session, visit, known.needed.adults_wave_id):
            return see_other("/back")
        service.invited(session, today=visit.parts.today, by="id", id=known.own_id)
    response = see_other("/agree")
    visit.keep_invited(response, visit.carry(INVITED, known.own_id))
    return response


def _page(
    visit: Visitor, language: str, problems: Sequence[Problem] = (), fields: Fields | None = None
) -> HTMLResponse:
    with visit.parts.main.reading() as session:
        known = _of(session, visit)
        events = pairs.said(session, known.pair.id)
    survey = known.wave.published.survey
    language = visit.language_for(survey, language)
    translate = visit.parts.pages.translator(language)
    return visit.page(
        "collect/permission.html", 422 if problems else 200, language=language, cookie=visit.adult_cookie, survey=survey,
        notice=known.needed.notice, languages=survey.languages, capacities=CAPACITIES, action_url=PAGE,
        chosen={name: one(fields or {}, name, limit=20) for name in (CAPACITY_FIELD, DECISION_FIELD)},
        given=permission.standing(events) is Standing.GIVEN,
        said_on=asking.day_in_words(events[-1].day, language) if events else "", questions_url=f"{PAGE}/questions",
        problems=[Summary(problem.question, translate(_CHOOSE[problem.question])) for problem in problems],
    )  # fmt: skip


def _of(session: Session, visit: Visitor) -> Adult:
    """The half of a pair that this phone opened; refused when it did not, or the wave is over."""
    invitation_id, _dot, own_id = visit.carried(ADULT, visit.adult_cookie).partition(".")
    known = _adult(session, invitation_id, own_id or None)
    if not _is_open(visit, known.wave):
        raise Refused("survey_closed")
    return known


def _adult(session: Session, invitation_id: str, own_id: str | None) -> Adult:
    pair = pairs.of_adult(session, invitation_id)
    assert pair is not None, "it was found as an adult's half"
    wave, needed = published.wave(session, pair.wave_id), pairs.needed(session, pair.wave_id)
    assert wave is not None, "a foreign key"
    assert needed is not None, "pairs are made for no other waves"
    return Adult(invitation_id, own_id, pair, wave, needed)


def _is_open(visit: Visitor, wave: OpenedWave) -> bool:
    # Also before its first day: then everybody's yes can be there when it comes.
    return wave.state == WaveState.OPEN and visit.parts.today <= wave.closes_on


def _opens(session: Session, visit: Visitor, invitation_id: str) -> bool:
    try:
        service.invited(session, today=visit.parts.today, by="id", id=invitation_id)
    except Refused:
        return False
    return True


def _is_in(session: Session, visit: Visitor, wave_id: str | None) -> bool:
    """Whether this phone holds somebody's answers to this wave, sent or not."""
    way = drafts.way_in(visit.cookie)
    if way is None or wave_id is None:
        return False
    draft = drafts.find(session, visit.parts.keyring, way)
    if draft is not None:
        return draft.wave.id == wave_id
    receipt = service.receipt_of(session, visit.parts.keyring, way)
    return receipt is not None and receipt.wave_id == wave_id
