"""What respondents agreed to and answered, under identifiers that tell nothing.

No name, no address of a machine, no moment: the day is enough. While somebody is still
answering, their answers are one sealed document that only their own cookie can open.
On SQLite these tables are stored in the order of their random keys, so that not even the
order of rows tells who answered first.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import SQLModel

from api.models.columns import (
    UNORDERED,
    defaulting,
    document,
    identifier,
    long_text,
    one_of,
    part_of_key,
    reference,
    sealed,
    short_text,
)
from survey_engine.collection import HelpedBy, Mode


class ResponseState(StrEnum):
    """``draft`` → ``submitted`` → ``withdrawn`` or ``expired``; a response of the last two keeps no answers."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class ResponseKind(StrEnum):
    """A survey answered by a respondent, or an observation logged by a practitioner."""

    SURVEY = "survey"
    OBSERVATION = "observation"


class Response(SQLModel, table=True):
    """One person's answers to one wave.

    ``mode`` is how they came (``survey_engine.collection``). ``helped_by`` and the two beside
    it are who was there and what they did: set when answers are sent, empty where nobody was
    asked or nothing was said, and emptied again with the answers.
    """

    __tablename__ = "responses"
    __table_args__ = (
        one_of("state", ResponseState),
        one_of("kind", ResponseKind),
        one_of("mode", Mode),
        one_of("helped_by", HelpedBy),
        CheckConstraint("(state = 'draft') = (draft_token_hash IS NOT NULL)", name="only_drafts_have_a_way_back_in"),
        CheckConstraint("state = 'draft' OR invitation_id IS NULL", name="sent_answers_forget_their_invitation"),
        CheckConstraint("state = 'draft' OR draft_answers IS NULL", name="only_drafts_hold_sealed_answers"),
        UNORDERED,
    )

    id: str = identifier()
    wave_id: str = reference("waves.id")
    kind: str = short_text(12)
    state: str = short_text(10)
    language: str = short_text(35)
    day: date
    draft_token_hash: str | None = short_text(64, nullable=True, unique=True)
    draft_answers: bytes | None = sealed(nullable=True)
    invitation_id: str | None = reference("invitations.id", nullable=True, index=False)
    receipt_hash: str | None = short_text(64, nullable=True, unique=True)
    case_pseudonym: str | None = short_text(40, nullable=True, index=True)
    logged_by: str | None = reference("staff.id", nullable=True, index=False)
    mode: str = defaulting(10, Mode.WEB.value)
    helped_by: str | None = short_text(15, nullable=True)
    help_reads: bool | None = None
    help_writes: bool | None = None


class DraftWords(SQLModel, table=True):
    """The way back into one unsent draft by three words, for those who asked for one (``collect.ways``).

    The words are not here: only a stretched and keyed fingerprint of them, which of the draft's
    candidate codes they are, and the draft's secret, sealed under a key made of the words, the
    root key and this row's salt.
    """

    __tablename__ = "draft_words"
    __table_args__ = (UNORDERED,)

    response_id: str = part_of_key("responses.id")
    fingerprint: str = short_text(64, unique=True)
    variant: int
    salt: bytes = sealed()
    seal: bytes = sealed()


class AgreementEvent(SQLModel, table=True):
    """One decision on one purpose. Appended, never changed; the newest for a purpose is the one that holds."""

    __tablename__ = "agreement_events"
    __table_args__ = (UniqueConstraint("response_id", "purpose", "sequence"), UNORDERED)

    id: str = identifier()
    response_id: str = reference("responses.id")
    purpose: str = short_text(20)
    decision: str = short_text(12)
    sequence: int
    day: date
    notice_version: str = short_text(40)
    notice_hash: str = short_text(64)
    language: str = short_text(35)
    told_by: str = short_text(20)
    """``self``; ``practitioner`` where the child said it and a practitioner wrote it down; ``paper`` where it was
    ticked on paper and typed in by staff."""


class RedactionState(StrEnum):
    """Only ``done`` text is ever shown, analysed or exported: whatever else happens, the way stays shut."""

    NOT_TEXT = "not_text"
    PENDING = "pending"
    NEEDS_READING = "needs_reading"
    DONE = "done"
    FAILED = "failed"


class Answer(SQLModel, table=True):
    """One answer of a submitted response. Own words are here only redacted; the original is sealed in the vault."""

    __tablename__ = "answers"
    __table_args__ = (
        UniqueConstraint("response_id", "question"),
        one_of("redaction", RedactionState),
        CheckConstraint("redaction != 'done' OR redacted_text IS NOT NULL", name="done_has_text"),
        CheckConstraint("redaction = 'not_text' OR value IS NULL", name="own_words_are_never_a_plain_value"),
        UNORDERED,
    )

    id: str = identifier()
    response_id: str = reference("responses.id", cascade=True)
    question: str = short_text(100)
    state: str = short_text(10)
    value: Any = document(nullable=True)
    voice: str = short_text(15)
    redaction: str = short_text(15)
    redacted_text: str | None = long_text(nullable=True)


class AnswerVector(SQLModel, table=True):
    """The embedding of a redacted text; it goes when the answer goes."""

    __tablename__ = "answer_vectors"
    __table_args__ = (UNORDERED,)

    answer_id: str = part_of_key("answers.id")
    embedder: str = short_text(60)
    vector: bytes = sealed()
