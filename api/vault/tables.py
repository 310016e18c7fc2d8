"""The vault's tables, in a database of their own with migrations of their own. Everything that says who or what is sealed."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, MetaData, false
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from api.db import NAMING
from api.models.columns import document, identifier, moment, one_of, sealed, short_text

vault_registry = registry(metadata=MetaData(naming_convention=NAMING))


class VaultTable(SQLModel, registry=vault_registry):
    """The base of the vault's tables: their own metadata, so that neither database can grow the other's tables."""


class Identity(VaultTable, table=True):
    """Who a pseudonym is: the local case reference and the names the record knows, both sealed."""

    __tablename__ = "identities"

    pseudonym: str = Field(primary_key=True, max_length=40)
    reference: bytes = sealed()
    names: bytes = sealed()


class Original(VaultTable, table=True):
    """The words as they were written, sealed; read again only by redaction, safeguarding and their writer."""

    __tablename__ = "originals"

    response_id: str = Field(primary_key=True, max_length=36)
    question: str = Field(primary_key=True, max_length=100)
    language: str = short_text(35)
    words: bytes = sealed()
    surrogates: bytes | None = sealed(nullable=True)
    """Which surrogate stands for which words ([PERSON_1] = …), sealed; kept nowhere else."""


class ReadingState(StrEnum):
    """``new`` → ``claimed`` → ``decided``. Only a person moves an item, and it can always be reopened."""

    NEW = "new"
    CLAIMED = "claimed"
    DECIDED = "decided"


class ReadingItem(VaultTable, table=True):
    """A text somebody must read, with the clock that runs for it. The clock's times are here, never with the answers.

    It was written in an answer of a wave, in a young adviser's remark on a draft, or in a
    request to be contacted, which belongs to neither; ``response_id`` is then the remark's or
    the request's.
    """

    __tablename__ = "reading_items"
    __table_args__ = (
        one_of("state", ReadingState),
        CheckConstraint(
            "(CASE WHEN wave_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN draft_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN asks_contact THEN 1 ELSE 0 END) = 1",
            name="of_one_origin",
        ),
    )

    id: str = identifier()
    response_id: str = short_text(36, index=True)
    question: str = short_text(100)
    wave_id: str | None = short_text(36, nullable=True)
    draft_id: str | None = short_text(36, nullable=True)
    asks_contact: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    """True for a request to be contacted (``api.vault.contacts``)."""
    tier: str = short_text(10)
    reasons: list[str] = document()
    screened: bool = True
    """False where the machine could not look: the item then stands with the most urgent."""
    state: str = short_text(10)
    received_at: datetime = moment()
    due_at: datetime = moment()
    claimed_by: str | None = short_text(36, nullable=True)
    decision: str | None = short_text(40, nullable=True)
    decided_at: datetime | None = moment(nullable=True)
    note: bytes | None = sealed(nullable=True)
    """The reader's note, sealed: it may repeat what was said."""
    screened_by: str | None = short_text(60, nullable=True)
    """Versions of what screened it; empty where nothing did, or before this was kept."""
    case_id: str | None = short_text(36, nullable=True)
    """The ``ScreeningCase`` a reader made of it."""


class ScreeningCase(VaultTable, table=True):
    """How soon a reader found that a text should have been read, beside what the machine had said: no words, no time.

    It points at nothing, so it outlives the text it came from and tells nothing of it.
    """

    __tablename__ = "screening_cases"

    id: str = identifier()
    tier: str = short_text(10)
    reasons: list[str] = document()
    screened_by: str | None = short_text(60, nullable=True)
    reader_tier: str = short_text(10)


def as_document(item: ReadingItem) -> dict[str, Any]:
    """An item without its note, for a list."""
    return item.model_dump(exclude={"note"})
