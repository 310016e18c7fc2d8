"""Drawings, photos and recorded voices: sealed under the phone's own secret on their way, under the vault's key once sent.

Until a respondent sends their answers nobody here can open a file (as with the draft
itself, docs/decisions/0004). Sent, it enters the reading queue in the same transaction,
because a person must look at it; it is never exported. There is one file for each
question of a response; a new one takes the place of the old.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, update
from sqlmodel import Session, col

from api.db import Database
from api.keyring import Keyring, open_with, seal_with
from api.models.columns import identifier, new_id, sealed, short_text
from api.vault.tables import ReadingItem, ReadingState, VaultTable


class KeptFile(VaultTable, table=True):
    """One picture or recording. ``on_its_way``: sealed under the secret of the phone, which this service does not keep."""

    __tablename__ = "kept_files"

    id: str = identifier()
    response_id: str = short_text(36, index=True)
    question: str = short_text(100)
    media_type: str = short_text(40)
    content: bytes = sealed()
    on_its_way: bool = True


@dataclass(frozen=True, slots=True)
class File:
    """A picture or recording, opened."""

    id: str
    media_type: str
    data: bytes


class Files:
    """The kept files of one deployment."""

    def __init__(self, database: Database, keyring: Keyring) -> None:
        self._database = database
        self._keyring = keyring

    def keep(self, response_id: str, question: str, media_type: str, data: bytes, *, secret: str | None) -> str:
        """Keep a file in place of any earlier one of the same question; its id.

        ``secret`` is the phone's, for a file on its way; None seals it under the vault's key
        at once (what a practitioner saves is sent).
        """
        file_id = new_id()
        content = self._sealed(file_id, data) if secret is None else seal_with(secret, data, context=file_id)
        with self._database.writing() as session:
            _delete(session, response_id, question)
            session.execute(
                insert(KeptFile).values(
                    id=file_id, response_id=response_id, question=question, media_type=media_type, content=content,
                    on_its_way=secret is not None,
                )
            )  # fmt: skip
        return file_id

    def drop(self, response_id: str, question: str) -> None:
        """Delete the file of a question, if there is one."""
        with self._database.writing() as session:
            _delete(session, response_id, question)

    def on_its_way(self, response_id: str, question: str, secret: str) -> File | None:
        """The file a phone has kept here for a question; raises ``Unreadable`` for another phone's secret."""
        return self._file(response_id, question, secret)

    def sent(self, response_id: str, question: str) -> File | None:
        """A file that was sent; None also while it is on its way, because nobody here can open it then."""
        return self._file(response_id, question, None)

    def media_type(self, response_id: str, question: str) -> str | None:
        """What kind of file was sent for a question, without opening it."""
        with self._database.reading() as session:
            found: str | None = session.execute(
                select(col(KeptFile.media_type)).where(
                    col(KeptFile.response_id) == response_id, col(KeptFile.question) == question,
                    ~col(KeptFile.on_its_way),
                )
            ).scalar_one_or_none()  # fmt: skip
        return found

    def send(
        self, response_id: str, questions: Mapping[str, str], secret: str | None, *, wave_id: str, tier: str,
        due_in: timedelta, now: datetime,
    ) -> None:  # fmt: skip
        """Take in what is sent: seal it under the vault's key and put it into the reading queue. Again harms nothing.

        ``questions`` says by question why somebody must look (a reason of the queue); the
        files of all others are deleted, because they were taken back.
        """
        with self._database.writing() as session:
            rows = session.execute(select(KeptFile).where(col(KeptFile.response_id) == response_id)).scalars().all()
            for row in rows:
                if row.question not in questions:
                    _delete(session, response_id, row.question)
                elif row.on_its_way and secret is not None:
                    content = self._sealed(row.id, open_with(secret, row.content, context=row.id))
                    session.execute(
                        update(KeptFile).where(col(KeptFile.id) == row.id).values(content=content, on_its_way=False)
                    )
            _queue(session, response_id, {row.question for row in rows} & set(questions), questions, {
                "wave_id": wave_id, "tier": tier, "received_at": now, "due_at": now + due_in,
            })  # fmt: skip

    def _file(self, response_id: str, question: str, secret: str | None) -> File | None:
        with self._database.reading() as session:
            row = session.execute(
                select(KeptFile).where(col(KeptFile.response_id) == response_id, col(KeptFile.question) == question)
            ).scalar_one_or_none()
        if row is None or (row.on_its_way and secret is None):
            return None
        if row.on_its_way:
            assert secret is not None
            return File(row.id, row.media_type, open_with(secret, row.content, context=row.id))
        return File(row.id, row.media_type, self._keyring.open("vault", row.content, context=f"file/{row.id}"))

    def _sealed(self, file_id: str, data: bytes) -> bytes:
        return self._keyring.seal("vault", data, context=f"file/{file_id}")


def erase(session: Session, response_id: str) -> None:
    """Delete all files of a response."""
    session.execute(delete(KeptFile).where(col(KeptFile.response_id) == response_id))


def _delete(session: Session, response_id: str, question: str) -> None:
    session.execute(
        delete(KeptFile).where(col(KeptFile.response_id) == response_id, col(KeptFile.question) == question)
    )


def _queue(
    session: Session, response_id: str, questions: Collection[str], reasons: Mapping[str, str],
    values: Mapping[str, object],
) -> None:  # fmt: skip
    # Only what nobody has taken up: a second sending must not undo what a person decided.
    session.execute(
        delete(ReadingItem).where(
            col(ReadingItem.response_id) == response_id, col(ReadingItem.question).in_(questions),
            col(ReadingItem.state) == ReadingState.NEW,
        )
    )  # fmt: skip
    there = set(
        session.execute(select(col(ReadingItem.question)).where(col(ReadingItem.response_id) == response_id)).scalars()
    )
    rows = [
        {
            "id": new_id(), "response_id": response_id, "question": question, "reasons": [reasons[question]],
            "screened": True, "state": ReadingState.NEW, **values,
        }
        for question in sorted(set(questions) - there)
    ]  # fmt: skip
    if rows:
        session.execute(insert(ReadingItem), rows)
