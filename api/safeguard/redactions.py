"""Texts the computer was not sure it made safe: a person reads the original and says what may be used.

Until then such a text is used nowhere. Accepting makes it ``done`` with what the person hid
and left; leaving it out keeps the way shut for good, but can be undone, and a text that is
``done`` can be taken back to be looked at again. The state a page was made from comes back
with its form, so of two people only the first decides. What people did with the computer's
masks is kept as cases (``MaskCheck``), without words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, delete, func, insert, or_, select, update
from sqlalchemy.sql.elements import ColumnElement
from sqlmodel import Session, col

from api import audit, published
from api.audit import Actor
from api.errors import Refused
from api.models import (
    Answer,
    AnswerVector,
    AuditEvent,
    DecidedCodes,
    MaskCheck,
    MaskOutcome,
    ReleaseCodes,
    Response,
    SuggestedCodes,
    ThemeAssignment,
)
from api.models.columns import new_id
from api.models.responses import RedactionState, ResponseState
from api.safeguard import masks
from api.safeguard.masks import Choice, Piece
from api.safeguard.service import question_of, titled
from api.vault import Vault, WrittenWords
from survey_engine.definition import Question

LEFT_OUT = ""
"""What stands for the redacted text of an answer that a person left out; one that merely failed has none (NULL)."""
LONGEST_TEXT = 30_000
MOST_SHOWN = 200
MOST_FOUND = 25
ENOUGH_CHECKS = 20
"""A share of fewer says nothing."""

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
    pieces: tuple[Piece, ...] = ()


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
    original, cut = _cut(vault, row)
    return Beside(unsure_one, original, row.redacted_text or "", cut)


def _cut(vault: Vault, row: Row[Any]) -> tuple[WrittenWords | None, tuple[Piece, ...]]:
    """The original and its pieces; none where the computer's masks are not known and more than nothing was hidden."""
    original = next((one for one in vault.words(row.response_id) if one.question == row.question), None)
    if original is None:
        return None, ()
    made = vault.masks(row.response_id, row.question)
    if not made and row.redacted_text:
        made = masks.recovered(original.text, row.redacted_text)  # masked before masks were kept
    # Without masks every word would stand there unhidden, one press away from being used.
    known = bool(made) or original.text == row.redacted_text
    return original, masks.pieces(original.text, made) if known else ()


def next_waiting(session: Session) -> str | None:
    """The next answer to check; None when all are done."""
    listed = _found(session, or_(_STAGES["needs_reading"], _STAGES["failed"]), limit=1)
    return listed[0][0].id if listed else None


def accept_masks(
    session: Session,
    vault: Vault,
    answer_id: str,
    stage: str,
    hidden: Sequence[str],
    kind: str,
    *,
    actor: Actor,
    now: datetime,
) -> str | None:
    """Use the original with these pieces hidden from now on; or the code of what to mend.

    ``hidden`` are keys of ``Beside.pieces``; ``kind`` is what a word is that the computer had missed.
    """
    found = _found(session, and_(col(Answer.id) == answer_id, or_(*_STAGES.values())))
    if not found:
        raise Refused(_gone(session, answer_id))
    row = found[0][1]
    _original, cut = _cut(vault, row)
    if not cut or kind not in masks.KINDS or not set(hidden) <= {piece.key for piece in cut if piece.key}:
        raise Refused("invalid_request")
    others = session.execute(
        select(col(Answer.redacted_text)).where(
            col(Answer.response_id) == row.response_id, col(Answer.redacted_text).is_not(None)
        )
    ).scalars()
    choice = masks.choose(cut, set(hidden), kind, [text for text in others if text])
    counted_before = _is_counted(session, answer_id)
    outcome = {"kept": len(choice.kept), "removed": len(choice.removed), "added": choice.added}
    problem = accept(session, answer_id, stage, choice.text, actor=actor, now=now, masks_checked=outcome)
    if problem is None and not counted_before:
        _count(session, choice, kind)
    return problem


def _is_counted(session: Session, answer_id: str) -> bool:
    """Whether this answer's masks were decided on before, and taken back since: of two looks at one text the first counts."""
    reviews = session.execute(
        select(col(AuditEvent.details)).where(
            col(AuditEvent.kind) == "redaction.reviewed", col(AuditEvent.subject) == answer_id
        )
    ).scalars()
    return any("kept" in details for details in reviews)


def _count(session: Session, choice: Choice, kind: str) -> None:
    rows = [
        {
            "id": new_id(),
            "kind": mask.kind,
            "layer": mask.layer,
            "sureness": round(100 * mask.confidence),
            "outcome": outcome,
        }
        for outcome, decided in ((MaskOutcome.KEPT, choice.kept), (MaskOutcome.REMOVED, choice.removed))
        for mask in decided
    ]
    rows += [
        {"id": new_id(), "kind": kind, "layer": "person", "sureness": 0, "outcome": MaskOutcome.ADDED}
        for _ in range(choice.added)
    ]
    if rows:
        session.execute(insert(MaskCheck), rows)


def take_back(session: Session, answer_id: str, *, actor: Actor, now: datetime) -> None:
    """Look again at a text that is used: from now on it is used nowhere, and its vector, themes and codes are forgotten."""
    moved = session.execute(
        update(Answer)
        .where(col(Answer.id) == answer_id, col(Answer.redaction) == RedactionState.DONE)
        .values(redaction=RedactionState.NEEDS_READING)
        .returning(col(Answer.id))
    ).first()
    if moved is None:
        raise Refused(_gone(session, answer_id))
    for table in (AnswerVector, ThemeAssignment, SuggestedCodes, DecidedCodes, ReleaseCodes):
        session.execute(delete(table).where(col(table.answer_id) == answer_id))
    audit.record(session, actor, "redaction.reviewed", answer_id, {"outcome": "taken_back"}, now=now)


def used(session: Session, words: str) -> tuple[tuple[Unsure, str], ...]:
    """Texts in use that hold these words, to be taken back; at most ``MOST_FOUND``, none for fewer than 3 letters."""
    words = " ".join(words.split())
    if len(words) < 3:
        return ()
    holds = col(Answer.redacted_text).icontains(words, autoescape=True)
    listed = _found(session, and_(col(Answer.redaction) == RedactionState.DONE, holds), limit=MOST_FOUND)
    return tuple((one, row.redacted_text) for one, row in listed)


@dataclass(frozen=True, slots=True)
class Masking:
    """How well one kind is masked, among the texts people looked at. Shares are None below ``ENOUGH_CHECKS``."""

    kind: str
    kept: int
    removed: int
    added: int

    @property
    def right(self) -> float | None:
        """The share of the computer's masks that people left as they were."""
        masked = self.kept + self.removed
        return self.kept / masked if masked >= ENOUGH_CHECKS else None

    @property
    def found(self) -> float | None:
        """The share of what had to be hidden that the computer had hidden."""
        wanted = self.kept + self.added
        return self.kept / wanted if wanted >= ENOUGH_CHECKS else None


def masking(session: Session) -> tuple[Masking, ...]:
    """What people did with masks, by kind, the most frequent first, and all together at the end; empty before any check."""
    counts: dict[str, dict[str, int]] = {}
    for kind, outcome, number in session.execute(
        select(col(MaskCheck.kind), col(MaskCheck.outcome), func.count()).group_by(
            col(MaskCheck.kind), col(MaskCheck.outcome)
        )
    ):
        counts.setdefault(kind, {})[outcome] = number
    rows = [Masking(kind, *(found.get(outcome, 0) for outcome in MaskOutcome)) for kind, found in counts.items()]
    rows.sort(key=lambda row: (-(row.kept + row.removed + row.added), row.kind))
    if rows:
        rows.append(Masking("", *(sum(getattr(row, outcome) for row in rows) for outcome in MaskOutcome)))
    return tuple(rows)


def accept(
    session: Session,
    answer_id: str,
    stage: str,
    text: str,
    *,
    actor: Actor,
    now: datetime,
    masks_checked: Mapping[str, int] | None = None,
) -> str | None:
    """Use this text from now on; or the code of what to mend in it. ``stage``: the one the page was made from."""
    cleaned = clean(text)
    if not cleaned:
        return "empty"
    if len(cleaned) > LONGEST_TEXT:
        return "too_long"
    if _IDENTIFIERS.search(cleaned):
        return "identifier"
    _move(session, answer_id, stage, {"redaction": RedactionState.DONE, "redacted_text": cleaned})
    audit.record(
        session, actor, "redaction.reviewed", answer_id, {"outcome": "accepted", **(masks_checked or {})}, now=now
    )
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


def _found(
    session: Session, condition: ColumnElement[bool], *, limit: int = MOST_SHOWN
) -> list[tuple[Unsure, Row[Any]]]:
    rows = session.execute(
        select(
            col(Answer.id), col(Answer.response_id), col(Answer.question), col(Answer.redaction),
            col(Answer.redacted_text), col(Response.wave_id),
        )
        .join(Response, col(Response.id) == col(Answer.response_id))
        .where(condition, col(Response.state) == ResponseState.SUBMITTED)
        .order_by(col(Answer.id))
        .limit(limit)
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
