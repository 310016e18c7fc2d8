"""How well the computer masks: what people who checked it kept, took away and added. No words, no answers, no persons, no times."""

from __future__ import annotations

from enum import StrEnum

from sqlmodel import SQLModel

from api.models.columns import identifier, one_of, short_text


class MaskOutcome(StrEnum):
    """What a person did: left a mask as it was, took it away, or added one the computer had missed."""

    KEPT = "kept"
    REMOVED = "removed"
    ADDED = "added"


class MaskCheck(SQLModel, table=True):
    """One mask a person decided on: its kind, which layer had found it, and how sure that was (0 to 100).

    For what a person added the layer is ``person`` and the sureness 0.
    """

    __tablename__ = "mask_checks"
    __table_args__ = (one_of("outcome", MaskOutcome), {"sqlite_with_rowid": False})

    id: str = identifier()
    kind: str = short_text(30)
    layer: str = short_text(20)
    sureness: int
    outcome: str = short_text(10)
