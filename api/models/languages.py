"""Who checked which translations of the pages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import SQLModel

from api.models.columns import document, identifier, moment, reference, short_text


class LanguageCheck(SQLModel, table=True):
    """Somebody read the translations of one language; ``sentences`` are the digests of exactly those they read.

    The one that counts is the newest of a language, while it has not ended.
    """

    __tablename__ = "language_checks"

    id: str = identifier()
    language: str = short_text(35, index=True)
    sentences: list[Any] = document()
    checked_by: str = short_text(100)
    checked_as: str = short_text(200)
    staff_id: str = reference("staff.id")
    checked_at: datetime = moment()
    ended_at: datetime | None = moment(nullable=True)
