"""The audit trail: appended in the same transaction as what it records, each line sealed to the one before."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import Field, SQLModel

from api.models.columns import document, moment, short_text


class AuditEvent(SQLModel, table=True):
    """One thing that was done. ``details`` hold identifiers and counts, never words."""

    __tablename__ = "audit_events"

    sequence: int | None = Field(default=None, primary_key=True)
    at: datetime = moment()
    actor: str = short_text(40)
    role: str = short_text(20)
    kind: str = short_text(60)
    subject: str = short_text(80)
    details: dict[str, Any] = document()
    previous_hash: str = short_text(64)
    hash: str = short_text(64, unique=True)
