"""The steps of a respondent's way that touch the databases: find the invitation, send, look again, withdraw."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select, update
from sqlmodel import Session, col

from api import intake
from api.collect import drafts, receipts
from api.collect.drafts import Draft, Way
from api.errors import Refused
from api.intake import NewResponse
from api.keyring import Keyring
from api.models import Answer, Invitation, Response, Wave
from api.models.responses import ResponseKind, ResponseState
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
    """The invitation with this token or code fingerprint, or this id; refuses unknown, expired, used and closed ones."""
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
        raise Refused("survey_closed")
    if row.expires_on < today:
        raise Refused("expired_code")
    if row.single_use and row.used:
        raise Refused("used_code")
    return Invited(row.id, opened)


def send(
    session: Session, vault: Vault, keyring: Keyring, draft: Draft, *, today: date, now: datetime
) -> Question | None:
    """Turn a draft into a sent response, all or nothing; the question that still needs an answer, if there is one."""
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
    free = next(code for code in receipts.candidates(draft.way.secret) if not _taken(session, keyring, code))
    new = NewResponse(draft.way.response_id, draft.wave, ResponseKind.SURVEY, draft.language, today)
    intake.store_answers(
        session, vault, new, journey.kept(survey, draft.answers, now=seen), now=now, secret=draft.way.secret
    )
    helped = collection.from_answer(draft.answers.get(collection.HELPED))
    session.execute(
        update(Response)
        .where(col(Response.id) == new.id)
        .values(
            receipt_hash=receipts.fingerprint(keyring, free),
            helped_by=helped.by if helped else None,
            help_reads=helped.reads if helped else None,
            help_writes=helped.writes if helped else None,
        )
    )
    return None


def _taken(session: Session, keyring: Keyring, code: str) -> bool:
    found = session.execute(
        select(col(Response.id)).where(col(Response.receipt_hash) == receipts.fingerprint(keyring, code))
    )
    return found.first() is not None


def receipt_of(session: Session, keyring: Keyring, way: Way) -> str | None:
    """The three words of what this phone has sent; None when it has sent nothing (or withdrew it)."""
    stored = session.execute(
        select(col(Response.receipt_hash)).where(
            col(Response.id) == way.response_id, col(Response.state) == ResponseState.SUBMITTED
        )
    ).scalar_one_or_none()
    return next(
        (code for code in receipts.candidates(way.secret) if receipts.fingerprint(keyring, code) == stored), None
    )


def sent_in(session: Session, way: Way) -> tuple[Mode, str] | None:
    """How, and in which wave, this device sent its answers; None when it has sent none."""
    row = session.execute(
        select(col(Response.mode), col(Response.wave_id)).where(
            col(Response.id) == way.response_id, col(Response.state) == ResponseState.SUBMITTED
        )
    ).one_or_none()
    return None if row is None else (Mode(row.mode), row.wave_id)


def find_by_receipt(session: Session, keyring: Keyring, code: str) -> str | None:
    """The response these three words lead to."""
    return session.execute(
        select(col(Response.id)).where(
            col(Response.receipt_hash) == receipts.fingerprint(keyring, code),
            col(Response.state) == ResponseState.SUBMITTED,
        )
    ).scalar_one_or_none()


@dataclass(frozen=True, slots=True)
class Sent:
    """What somebody sent, with their own words as they wrote them."""

    published: Published
    language: str
    answers: dict[str, GivenAnswer]
    helped: Helped | None


def sent(session: Session, vault: Vault, response_id: str) -> Sent | None:
    """A sent response for its writer; None when it was withdrawn meanwhile."""
    head = session.execute(
        select(
            col(Response.language), col(Wave.survey_version_id), col(Response.helped_by), col(Response.help_reads),
            col(Response.help_writes),
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
    return Sent(version(session, head.survey_version_id), head.language, answers, helped)


def _value(stored: object) -> str | int | float | tuple[str, ...] | None:
    if isinstance(stored, list):
        return tuple(str(name) for name in stored)
    assert stored is None or isinstance(stored, str | int | float)
    return stored
