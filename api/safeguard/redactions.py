"""Texts the computer was not sure it made safe: a person reads the original and says what may be used.

Until then such a text is used nowhere. Accepting makes it ``done`` with the words the
person left; leaving it out keeps the way shut for good, but can be undone. The state a
page was made from comes back with its form, so of two people only the first decides.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, func, or_, select, update
from sqlalchemy.sql.elements import ColumnElement
from sqlmodel import Session, col

from api import audit, published
from api.audit import Actor
from api.errors import Refused
from api.models import Answer, Response
from api.models.responses import RedactionState, ResponseState
from api.safeguard.service import question_of, titled
from api.vault import Vault, WrittenWords
from survey_engine.definition import Question

LEFT_OUT = ""
"""What stands for the redacted text of an answer that a person left out; one that merely failed has none (NULL)."""
LONGEST_TEXT = 30_000
MOST_SHOWN = 200

PROBLEMS: dict[str, str] = {
    "empty": "nothing was left to use; leaving it out is another button",
    "too_long": f"more than {LONGEST_TEXT} characters",
    "identifier": "an e-mail address, telephone or other long number, postcode, account or web address is still there",
}
"""What can be wrong with an accepted text, by code; the page has the sentence."""

_IDENTIFIERS = re.compile(
    r"[\w.+-]+@[\w-]+\.\w+|(?<!\w)@\w{3,}|https?://|www\.|(?:\d[\s().-]{0,2}){7,}"
    r"|\b[a-z]{1,2}\d[a-z\d]?\s?\d[a-z]{2}\b",
    re.IGNORECASE,
)
"""Shapes no safe text has; a last look, after a person's own."""


@dataclass(frozen=True, slots=True)
class Unsure:
    """An answer whose redaction a person has to look at. ``stage``: needs_reading, failed or left_out."""

    id: str
    stage: str
    title: str
    wave: str
    question: Question | None


@dataclass(frozen=True, slots=True)
class Beside:
    """The original beside what the computer proposes to use; no original where its writer deleted it."""

    unsure: Unsure
    original: WrittenWords | None
    proposed: str


def unsure(session: Session, *, left_out: bool = False) -> tuple[Unsure, ...]:
    """Answers to check, at most ``MOST_SHOWN``, in no order that tells anything; or those a person left out."""
    stages = ("left_out",) if left_out else ("needs_reading", "failed")
    return tuple(one for one, _row in _found(session, or_(*(_STAGES[stage] for stage in stages))))


def waiting(session: Session) -> int:
    """How many answers wait for a person's check."""
    open_stages = or_(_STAGES["needs_reading"], _STAGES["failed"])
    query = select(func.count()).select_from(Answer).join(Response, col(Response.id) == col(Answer.response_id))
    count: int = session.execute(query.where(open_stages, col(Response.state) == ResponseState.SUBMITTED)).scalar_one()
    return count


def beside(session: Session, vault: Vault, answer_id: str, *, actor: Actor, now: datetime) -> Beside:
    """One answer with its original words, and a line in the audit trail for their being read."""
    found = _found(session, and_(col(Answer.id) == answer_id, or_(*_STAGES.values())))
    if not found:
        raise Refused(_gone(session, answer_id))
    unsure_one, row = found[0]
    audit.record(session, actor, "original.read", answer_id, now=now)
    original = next((one for one in vault.words(row.response_id) if one.question == row.question), None)
    return Beside(unsure_one, original, row.redacted_text or "")


def accept(session: Session, answer_id: str, stage: str, text: str, *, actor: Actor, now: datetime) -> str | None:
    """Use this text from now on; or the code of what to mend in it. ``stage``: the one the page was made from."""
    cleaned = clean(text)
    if not cleaned:
        return "empty"
    if len(cleaned) > LONGEST_TEXT:
        return "too_long"
    if _IDENTIFIERS.search(cleaned):
        return "identifier"
    _move(session, answer_id, stage, {"redaction": RedactionState.DONE, "redacted_text": cleaned})
    audit.record(session, actor, "redaction.reviewed", answer_id, {"outcome": "accepted"}, now=now)
    return None


def leave_out(session: Session, answer_id: str, stage: str, *, actor: Actor, now: datetime) -> None:
    """Never use this text; it can be taken up again from the list of those left out."""
    _move(session, answer_id, stage, {"redaction": RedactionState.FAILED, "redacted_text": LEFT_OUT})
    audit.record(session, actor, "redaction.reviewed", answer_id, {"outcome": "left_out"}, now=now)


def clean(text: str) -> str:
    """The text in one Unicode form, with plain line ends, without control characters and outer space."""
    plain = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(c for c in plain if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs")).strip()


_STAGES: Mapping[str, ColumnElement[bool]] = {
    "needs_reading": col(Answer.redaction) == RedactionState.NEEDS_READING,
    "failed": and_(col(Answer.redaction) == RedactionState.FAILED, col(Answer.redacted_text).is_(None)),
    "left_out": and_(col(Answer.redaction) == RedactionState.FAILED, col(Answer.redacted_text) == LEFT_OUT),
}


def _found(session: Session, condition: ColumnElement[bool]) -> list[tuple[Unsure, Row[Any]]]:
    rows = session.execute(
        select(
            col(Answer.id), col(Answer.response_id), col(Answer.question), col(Answer.redaction),
            col(Answer.redacted_text), col(Response.wave_id),
        )
        .join(Response, col(Response.id) == col(Answer.response_id))
        .where(condition, col(Response.state) == ResponseState.SUBMITTED)
        .order_by(col(Answer.id))
        .limit(MOST_SHOWN)
    ).all()  # fmt: skip
    waves = {wave_id: published.wave(session, wave_id) for wave_id in {row.wave_id for row in rows}}
    found = []
    for row in rows:
        wave = waves[row.wave_id]
        assert wave is not None  # a foreign key
        left_out = row.redaction == RedactionState.FAILED and row.redacted_text == LEFT_OUT
        stage = "left_out" if left_out else row.redaction
        found.append((Unsure(row.id, stage, *titled(wave), question_of(wave.published.survey, row.question)), row))
    return found


def _move(session: Session, answer_id: str, stage: str, values: dict[str, object]) -> None:
    as_seen = _STAGES.get(stage)
    if as_seen is None:
        raise Refused("invalid_request")
    moved = session.execute(
        update(Answer).where(col(Answer.id) == answer_id, as_seen).values(**values).returning(col(Answer.id))
    ).first()
    if moved is None:
        raise Refused(_gone(session, answer_id))


def _gone(session: Session, answer_id: str) -> str:
    """Why there is nothing to check: somebody has done it, or the answer was deleted."""
    there = session.execute(select(col(Answer.id)).where(col(Answer.id) == answer_id)).first()
    return "reading_gone" if there is None else "wrong_state"
