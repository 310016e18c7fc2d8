"""Requests to be contacted: how a child wants to be reached, sealed and apart from every answer.

A request is bound to nothing: no wave, no draft, no response, unless its writer said that
their answers may be looked at with it; then the response's identifier lies inside the seal,
where only somebody who opens the request finds it. It enters the reading queue in the
transaction that keeps it, is opened for whoever claimed it, and goes a number of days after
a person's decision. Nothing here knows the web, and nothing of it is exported or analysed.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col

from api.db import Database
from api.keyring import Keyring
from api.models.columns import identifier, new_id, sealed
from api.vault.tables import ReadingItem, ReadingState, VaultTable

QUESTION = "contact"
"""What stands for the question in the queue's item of a request."""
CONTACT_TARGET = timedelta(hours=4)
"""How soon a request is to be read. Ours: sooner than what a computer guesses is amber, because somebody asks; what
children are promised (the next working day) is later, so that the promise holds."""


class ContactRequest(VaultTable, table=True):
    """One request to be contacted, all of it under one seal."""

    __tablename__ = "contact_requests"

    id: str = identifier()
    content: bytes = sealed()


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wrote who wants to be contacted. ``ring`` is "yes", "no", "not_sure" or "" (not said).

    ``response_id`` is set only where they said that their answers may be looked at with it.
    """

    reach: str
    say: str = ""
    name: str = ""
    ring: str = ""
    not_to_know: str = ""
    language: str = "en"
    response_id: str | None = None


class Contacts:
    """The requests of one deployment."""

    def __init__(self, database: Database, keyring: Keyring) -> None:
        self._database = database
        self._keyring = keyring

    def keep(
        self, request_id: str, asked: Asked, *, tier: str, reasons: Sequence[str], due_in: timedelta, now: datetime
    ) -> None:
        """Keep a request and put it into the reading queue; the same ``request_id`` again changes nothing."""
        content = self._keyring.seal("vault", json.dumps(asdict(asked)).encode(), context=_context(request_id))
        dialect = postgresql if self._database.engine.dialect.name == "postgresql" else sqlite
        row = {"id": request_id, "content": content}
        with self._database.writing() as session:
            new = session.execute(
                dialect.insert(ContactRequest)
                .values(row)
                .on_conflict_do_nothing(index_elements=["id"])
                .returning(col(ContactRequest.id))
            ).first()
            if new is None:
                return
            session.execute(
                insert(ReadingItem).values(
                    id=new_id(), response_id=request_id, question=QUESTION, asks_contact=True, tier=tier,
                    reasons=list(reasons), screened=True, state=ReadingState.NEW, received_at=now, due_at=now + due_in,
                )
            )  # fmt: skip

    def read(self, request_id: str) -> Asked | None:
        """What was written in a request; None where its time was over."""
        with self._database.reading() as session:
            content = session.execute(
                select(col(ContactRequest.content)).where(col(ContactRequest.id) == request_id)
            ).scalar_one_or_none()
        if content is None:
            return None
        return Asked(**json.loads(self._keyring.open("vault", content, context=_context(request_id))))

    def unread(self) -> int:
        """How many requests nobody has taken up yet."""
        query = select(func.count()).select_from(ReadingItem)
        with self._database.reading() as session:
            count: int = session.execute(
                query.where(col(ReadingItem.asks_contact), col(ReadingItem.state) == ReadingState.NEW)
            ).scalar_one()
        return count

    def forget(self, *, decided_before: datetime) -> int:
        """Delete what was written in requests decided before a moment; how many. The decision itself stays in the queue."""
        decided = select(col(ReadingItem.response_id)).where(
            col(ReadingItem.asks_contact),
            col(ReadingItem.state) == ReadingState.DECIDED,
            col(ReadingItem.decided_at) < decided_before,
        )
        with self._database.writing() as session:
            ids = session.execute(decided).scalars().all()  # two columns of different types: no subquery
            gone = session.execute(
                delete(ContactRequest).where(col(ContactRequest.id).in_(ids)).returning(col(ContactRequest.id))
            )
            return len(gone.all())


def _context(request_id: str) -> str:
    return f"contact/{request_id}"
