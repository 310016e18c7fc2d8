"""How the columns of all tables are made: identifiers, moments, documents, closed lists of values."""

from __future__ import annotations

from enum import StrEnum
from typing import Any
from uuid import uuid4

from sqlalchemy import JSON, CheckConstraint, Column, ForeignKey, LargeBinary, String, Table, Text
from sqlmodel import Field, SQLModel

from api.db import UtcDateTime, UuidText

UNORDERED = {"sqlite_with_rowid": False}
"""For tables about respondents: on SQLite the rows lie in the order of their random keys, not in that of arrival."""


def new_id() -> str:
    """A random identifier. Random, not time-ordered: an identifier must not tell when a child answered."""
    return str(uuid4())


def sa_table(model: type[SQLModel]) -> Table:
    """The plain table behind a model, for statements that are made once and run often."""
    table: Table = model.__table__  # type: ignore[attr-defined]  # SQLModel does not declare it
    return table


def identifier() -> Any:
    """A primary key that tells nothing."""
    return Field(default_factory=new_id, sa_column=Column(UuidText, primary_key=True))


def reference(target: str, *, nullable: bool = False, cascade: bool = False, index: bool = True) -> Any:
    """A foreign key to another table's ``id``; ``cascade`` deletes this row with the one it points to."""
    key = ForeignKey(target, ondelete="CASCADE" if cascade else None)
    column = Column(UuidText, key, nullable=nullable, index=index)
    return Field(default=None, sa_column=column) if nullable else Field(sa_column=column)


def part_of_key(target: str, *, index: bool = False) -> Any:
    """A foreign key that is (part of) this table's primary key; the row goes with the one it points to."""
    key = ForeignKey(target, ondelete="CASCADE")
    return Field(sa_column=Column(UuidText, key, primary_key=True, index=index))


def moment(*, nullable: bool = False) -> Any:
    """A moment in UTC, for what staff and the machine do; never for what a respondent does."""
    column = Column(UtcDateTime, nullable=nullable)
    return Field(default=None, sa_column=column) if nullable else Field(sa_column=column)


def document(*, nullable: bool = False) -> Any:
    """A JSON document, written whole: editing one in place is silently not saved."""
    # none_as_null: a missing document is NULL, which constraints and queries can see, not the JSON text "null"
    return Field(default=None, sa_column=Column(JSON(none_as_null=True), nullable=nullable))


def sealed(*, nullable: bool = False) -> Any:
    """Encrypted or binary content."""
    return Field(default=None, sa_column=Column(LargeBinary, nullable=nullable))


def long_text(*, nullable: bool = False) -> Any:
    """Text of any length."""
    return Field(default=None if nullable else "", sa_column=Column(Text, nullable=nullable))


def short_text(length: int = 200, *, nullable: bool = False, unique: bool = False, index: bool = False) -> Any:
    """Text up to ``length`` characters."""
    column = Column(String(length), nullable=nullable, unique=unique or None, index=index or None)
    return Field(default=None, sa_column=column) if nullable else Field(sa_column=column)


def defaulting(length: int, value: str) -> Any:
    """Text that the database itself fills in, for rows older than the column and for code that does not know it."""
    column = Column(String(length), nullable=False, server_default=value)
    return Field(default=value, sa_column=column)


def one_of(column: str, values: type[StrEnum]) -> CheckConstraint:
    """The constraint that a column holds only these values."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")
