"""The steps of a respondent's way that touch the databases: find the invitation, send, look again, withdraw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select, update
from sqlmodel import Session, col

from api import intake, pairs
from api.collect import drafts, receipts, ways
from api.collect.drafts import Draft, Way
from api.errors import Refused
from api.intake import NewResponse
from api.keyring import Keyring
from api.models import Answer, Invitation, Response, Wave
from api.models.responses import ResponseKind, ResponseState
from api.models.surveys import WaveState
from api.published import OpenedWave, Published, version, wave
from api.vault import Vault
from survey_engine import collection, journey
from survey_engine.answers import Answer as GivenAnswer
from survey_engine.answers import AnswerState
from survey_engine.collection import Helped, HelpedBy, Mode
from survey_engine.definition import Question


@dataclass(frozen=True, slots=True)
class Invited:
    """A good invitation (none at a tablet for many and for a paper form) and the wave it leads to."""

    invitation_id: str | None
    wave: OpenedWave


def invited(session: Session, *, today: date, fingerprint: str = "", by: str = "token", id: str = "") -> Invited:
    """The invitation with this token or code fingerprint, or this id; refuses unknown, expired, used and closed ones.

    Also refuses (``grown_up_first``) whatever is not a child's half of a pair with a yes, where
    the wave needs permission: the adult's half opens no question.
    """
    column = {"token": Invitation.token_hash, "code": Invitation.code_hash, "id": Invitation.id}[by]
    row = session.execute(
        select(
            col(Invitation.id), col(Invitation.wave_id), col(Invitation.single_use), col(Invitation.used),
            col(Invitation.expires_on),
        ).where(col(column) == (id or fingerprint))
    ).one_or_none()  # fmt: skip
    if row is None:
        raise Refused("unknown_code")
    opened = wave(session, row.wave_id)
    assert opened is not None, "an invitation's wave is there by foreign key"
    if not opened.takes_answers(today):
        raise Refused(
            "survey_not_open" if opened.state == WaveState.OPEN and today < opened.opens_on else "survey_closed"
        )
    if row.expires_on < today:
        raise Refused("expired_code")
    if row.single_use and row.used:
        raise Refused("used_code")
    if opened.needs_permission and not pairs.may_be_asked(session, row.id):
        raise Refused("grown_up_first")
    return Invited(row.id, opened)


def invitation_with(session: Session, *, fingerprint: str, by: str) -> str | None:
    """The id of the invitation with this fingerprint, whatever it opens and whether it still does; None for none."""
    column = {"token": Invitation.token_hash, "code": Invitation.code_hash}[by]
    found: str | None = session.execute(
        select(col(Invitation.id)).where(col(column) == fingerprint)
    ).scalar_one_or_none()
    return found


def wave_of(session: Session, *, fingerprint: str, by: str) -> str:
    """The wave a known invitation is for, also when that takes no answers any more."""
    column = {"token": Invitation.token_hash, "code": Invitation.code_hash}[by]
    found: str = session.execute(select(col(Invitation.wave_id)).where(col(column) == fingerprint)).scalar_one()
    return found


def send(
    session: Session, vault: Vault, keyring: Keyring, draft: Draft, *, today: date, now: datetime,
    stretches: ways.Stretches | None = None,
) -> Question | None:  # fmt: skip
    """Turn a draft into a sent response, all or nothing; the question that still needs an answer, if there is one.

    Words that were given to the draft stay those of the sent answers. ``stretches`` may hold
    what was worked out before the transaction began.
    """
    survey = draft.wave.published.survey
    seen = journey.situation(survey, draft.answers, today=today)
    missing = journey.unfinished(survey, draft.answers, now=seen)
    if missing is not None:
        return missing
    if draft.invitation_id is not None:
        single_use, used = drafts.invitation(session, draft.invitation_id) or (False, False)
        if single_use and used:
            raise Refused("used_code")
        if single_use:
            drafts.use_up(session, draft.invitation_id)
    code = ways.code_of(session, draft.way)
    if code is None:
        code = _free(session, keyring, draft.way, stretches or ways.Stretches(keyring))[1]
    new = NewResponse(draft.way.response_id, draft.wave, ResponseKind.SURVEY, draft.language, today)
    intake.store_answers(
        session, vault, new, journey.kept(survey, draft.answers, now=seen), now=now, secret=draft.way.secret
    )
    helped = collection.from_answer(draft.answers.get(collection.HELPED))
    session.execute(
        update(Response)
        .where(col(Response.id) == new.id)
        .values(
            receipt_hash=receipts.fingerprint(keyring, code),
            helped_by=helped.by if helped else None,
            help_reads=helped.reads if helped else None,
            help_writes=helped.writes if helped else None,
        )
    )
    ways.forget(session, [new.id])
    return None


def give_words(session: Session, keyring: Keyring, draft: Draft, stretches: ways.Stretches) -> None:
    """Store a way back into a draft by three words; again changes nothing. The caller has locked the draft."""
    if ways.variant(session, draft.way.response_id) is None:
        number, code = _free(session, keyring, draft.way, stretches)
        ways.keep(session, keyring, draft.way, number, stretches.of(code))


def _free(session: Session, keyring: Keyring, way: Way, stretches: ways.Stretches) -> tuple[int, str]:
    """The first candidate of a draft that leads to no other draft and to nobody's sent answers."""
    others = ways.are_there_any(session)
    return next(
        (number, code)
        for number, code in enumerate(receipts.candidates(way.secret))
        if find_by_receipt(session, keyring, (code,)) is None
        and not (others and ways.is_taken(session, stretches.of(code)))
    )


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a phone has sent: its code, the language it answered in, the wave."""

    code: str
    language: str
    wave_id: str


def receipt_of(session: Session, keyring: Keyring, way: Way) -> Receipt | None:
    """The code of what this phone has sent; None when it has sent nothing (or withdrew it)."""
    row = session.execute(
        select(col(Response.receipt_hash), col(Response.language), col(Response.wave_id)).where(
            col(Response.id) == way.response_id, col(Response.state) == ResponseState.SUBMITTED
        )
    ).one_or_none()
    if row is None:
        return None
    codes = (*receipts.candidates(way.secret), *receipts.former(way.secret))
    code = next((code for code in codes if receipts.fingerprint(keyring, code) == row.receipt_hash), None)
    return None if code is None else Receipt(code, row.language, row.wave_id)


def sent_in(session: Session, way: Way) -> tuple[Mode, str] | None:
    """How, and in which wave, this device sent its answers; None when it has sent none."""
    row = session.execute(
        select(col(Response.mode), col(Response.wave_id)).where(
            col(Response.id) == way.response_id, col(Response.state) == ResponseState.SUBMITTED
        )
    ).one_or_none()
    return None if row is None else (Mode(row.mode), row.wave_id)


def find_by_receipt(session: Session, keyring: Keyring, codes: Sequence[str]) -> str | None:
    """The response the first of these codes leads to that leads to one."""
    prints = [receipts.fingerprint(keyring, code) for code in codes]
    rows = session.execute(
        select(col(Response.receipt_hash), col(Response.id)).where(
            col(Response.receipt_hash).in_(prints), col(Response.state) == ResponseState.SUBMITTED
        )
    )
    found: dict[str | None, str] = {row.receipt_hash: row.id for row in rows}
    return next((found[stored] for stored in prints if stored in found), None)


@dataclass(frozen=True, slots=True)
class Sent:
    """What somebody sent, with their own words as they wrote them, and the day they sent it."""

    response_id: str
    wave_id: str
    day: date
    published: Published
    language: str
    answers: dict[str, GivenAnswer]
    helped: Helped | None


def sent(session: Session, vault: Vault, response_id: str) -> Sent | None:
    """A sent response for its writer; None when it was withdrawn meanwhile."""
    head = session.execute(
        select(
            col(Response.language), col(Response.day), col(Response.wave_id), col(Wave.survey_version_id),
            col(Response.helped_by), col(Response.help_reads), col(Response.help_writes),
        )
        .join(Wave, col(Wave.id) == col(Response.wave_id))
        .where(col(Response.id) == response_id, col(Response.state) == ResponseState.SUBMITTED)
    ).one_or_none()  # fmt: skip
    if head is None:
        return None
    helped = Helped(HelpedBy(head.helped_by), head.help_reads, head.help_writes) if head.helped_by else None
    own_words = {written.question: written.text for written in vault.words(response_id)}
    rows = session.execute(
        select(col(Answer.question), col(Answer.state), col(Answer.value)).where(col(Answer.response_id) == response_id)
    )
    answers = {
        row.question: GivenAnswer(AnswerState(row.state), own_words.get(row.question, _value(row.value)))
        for row in rows
    }
    return Sent(
        response_id, head.wave_id, head.day, version(session, head.survey_version_id), head.language, answers, helped
    )


def _value(stored: object) -> str | int | float | tuple[str, ...] | None:
    if isinstance(stored, list):
        return tuple(str(name) for name in stored)
    assert stored is None or isinstance(stored, str | int | float)
    return stored
