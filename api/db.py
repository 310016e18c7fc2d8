"""The two engines and the sessions on them: how a transaction begins, and that it commits before the answer goes out.

Main and vault are two databases with nothing in common. SQLite runs with a write-ahead
log and a durable commit; a session that will write says so at the start
(``BEGIN IMMEDIATE``), because a reader that turns into a writer half-way can deadlock.
Tables live in ``models`` (main) and ``vault`` (vault); nothing here knows them.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, Engine, Uuid, create_engine, event
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.exc import OperationalError
from sqlalchemy.types import TypeDecorator
from sqlmodel import Session, SQLModel

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
SQLModel.metadata.naming_convention = NAMING

BEGIN = "earshot_begin"
BUSY_TIMEOUT_MS = 10_000


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC. SQLite drops time zones, so they are taken off and put back here; a naive one is a bug."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To the database, as UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """From the database, with its time zone back."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


UuidText = Uuid(as_uuid=False)
"""Identifiers travel as 36-character text: no conversions on the hot path, the same in both databases."""


def open_engine(dsn: str) -> Engine:
    """An engine for one of the two databases; nothing is opened before the first use."""
    if not dsn.startswith("sqlite"):
        # pre_ping: without it a restart of the server fails the next journey on each kept connection.
        # Kept open rather than opened anew: on PostgreSQL every connection is a process.
        return create_engine(dsn, pool_pre_ping=True, pool_size=20, max_overflow=0, hide_parameters=True)
    engine = create_engine(
        dsn, connect_args={"check_same_thread": False}, pool_size=10, max_overflow=30, hide_parameters=True
    )

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        cursor = connection.cursor()
        for pragma in (
            f"busy_timeout = {BUSY_TIMEOUT_MS}",
            "journal_mode = WAL",
            "synchronous = FULL",
            "foreign_keys = ON",
            "secure_delete = ON",  # deleted words are overwritten, not merely unlinked
            "temp_store = MEMORY",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(connection.get_execution_options().get(BEGIN, "BEGIN"))

    return engine


class Database:
    """One database: ``reading()`` and ``writing()`` sessions; a writing session commits at its end or not at all."""

    def __init__(self, dsn: str) -> None:
        self.engine = open_engine(dsn)
        self._write_engine = self.engine.execution_options(**{BEGIN: "BEGIN IMMEDIATE"})
        sqlite = dsn.startswith("sqlite")
        self._glance_engine = self.engine if sqlite else self.engine.execution_options(isolation_level="AUTOCOMMIT")
        # SQLite has one writer. Threads of this process queue here, in order; left to SQLite they would
        # sleep and try again, which costs a third of a journey and lets some wait for ever.
        self._turn = threading.Lock() if sqlite else None

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session for looking; whatever it changed is thrown away."""
        with Session(self.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def glancing(self) -> Iterator[Session]:
        """A session for one single look: on PostgreSQL without a transaction around it, which saves two round trips."""
        with Session(self._glance_engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session for changing: committed when the block ends, rolled back on any error."""
        with self._my_turn(), Session(self._write_engine, expire_on_commit=False) as session:
            try:
                yield session
                session.commit()
            except BaseException:
                # A writer that failed without ROLLBACK blocks every later writer until it is collected.
                session.rollback()
                raise

    @contextmanager
    def _my_turn(self) -> Iterator[None]:
        if self._turn is None:
            yield
            return
        if not self._turn.acquire(timeout=BUSY_TIMEOUT_MS / 1000):
            raise OperationalError("BEGIN IMMEDIATE", {}, TimeoutError("the database is busy"))
        try:
            yield
        finally:
            self._turn.release()

    def dispose(self) -> None:
        """Close all connections."""
        self.engine.dispose()
