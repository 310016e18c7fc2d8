"""Which languages the pages may speak to children: those a person who speaks them has read and signed off.

A check names the sentences that were read, one digest each, so that a sentence that
changes later goes back to English by itself and the others stay (decision 0024).

What every page needs is kept in memory (``Checks``) and read anew at most once a minute,
because other processes sign off, too.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col

from api import audit, logs
from api.audit import Actor
from api.catalogues import Translation
from api.db import Database
from api.models.columns import new_id
from api.models.languages import LanguageCheck

SECONDS_KEPT = 60


@dataclass(frozen=True)
class Check:
    """One check that counts."""

    language: str
    sentences: frozenset[str]
    checked_by: str
    checked_as: str
    checked_at: datetime


class Checks:
    """What was checked, as ``Pages`` asks for it on each page: from memory, at most a minute old."""

    def __init__(self, main: Database, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._main = main
        self._monotonic = monotonic
        self._known: Mapping[str, frozenset[str]] = {}
        self._read_at = float("-inf")

    def __call__(self) -> Mapping[str, frozenset[str]]:
        """Each checked language with the digests of its checked sentences."""
        now = self._monotonic()
        if now - self._read_at >= SECONDS_KEPT:
            self._read_at = now  # first, so that others do not read at the same time
            try:
                with self._main.glancing() as session:
                    self._known = {check.language: check.sentences for check in current(session).values()}
            except SQLAlchemyError as fault:
                # The page that says so must not fail for the same reason: go on with what was known.
                logs.logger().error("language_checks", error_type=type(fault).__name__)
        return self._known

    def changed(self) -> None:
        """Somebody signed off, or took it back, in this process."""
        self._read_at = float("-inf")


def current(session: Session) -> dict[str, Check]:
    """The check that counts for each language that has one."""
    found = session.execute(
        select(
            col(LanguageCheck.language),
            col(LanguageCheck.sentences),
            col(LanguageCheck.checked_by),
            col(LanguageCheck.checked_as),
            col(LanguageCheck.checked_at),
        )
        .where(col(LanguageCheck.ended_at).is_(None))
        .order_by(col(LanguageCheck.checked_at))
    )
    return {
        row.language: Check(row.language, frozenset(row.sentences), row.checked_by, row.checked_as, row.checked_at)
        for row in found
    }


def sign_off(
    session: Session, actor: Actor, translation: Translation, checked_by: str, checked_as: str,
    *, now: datetime,
) -> None:  # fmt: skip
    """Record that somebody read every translated sentence of a language; the check before it ends."""
    _end(session, translation.language, now)
    identifier = new_id()
    session.execute(
        insert(LanguageCheck).values(
            id=identifier, language=translation.language, sentences=sorted(translation.digests),
            checked_by=checked_by, checked_as=checked_as, staff_id=actor.id, checked_at=now, ended_at=None,
        )
    )  # fmt: skip
    details = {
        "language": translation.language, "sentences": len(translation.digests),
        "checked_by": checked_by, "checked_as": checked_as,
    }  # fmt: skip
    audit.record(session, actor, "language.checked", identifier, details, now=now)


def take_back(session: Session, actor: Actor, language: str, *, now: datetime) -> None:
    """Offer a language no longer; doing it twice is the same as once."""
    if _end(session, language, now):
        audit.record(session, actor, "language.check_ended", language, now=now)


def _end(session: Session, language: str, now: datetime) -> bool:
    ended = session.execute(
        update(LanguageCheck)
        .where(col(LanguageCheck.language) == language, col(LanguageCheck.ended_at).is_(None))
        .values(ended_at=now)
        .returning(col(LanguageCheck.id))
    )
    return ended.first() is not None
