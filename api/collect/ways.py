"""The way back into an unsent draft by three words: made only when somebody asks for it.

The row holds a fingerprint of the words, by which the draft is found, and the draft's
secret sealed under a key that needs both the words and the service's root key. Words that
can be remembered can be tried out, so each try costs an Argon2id stretch, a wrong one as
much as a right one. The numbers are in docs/decisions/0021.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Collection
from dataclasses import dataclass

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import delete, insert, select
from sqlmodel import Session, col

from api.collect import receipts
from api.collect.drafts import Way
from api.keyring import Keyring, Unreadable, open_with, seal_with
from api.models import DraftWords

PASSES, LANES, MEMORY_KIB = 3, 4, 64 * 1024
"""RFC 9106, the second recommended choice: about 0.16 s of one core."""
SALT_BYTES = 16
_AT_ONCE = threading.BoundedSemaphore(2)
"""So that many tries at the same moment take time, not memory."""


@dataclass(frozen=True, slots=True)
class Stretched:
    """What the stretch made of a code: the fingerprint it is found by, and half of the key that opens it."""

    fingerprint: str
    half: bytes


def stretch(keyring: Keyring, code: str) -> Stretched:
    """The slow step of every try, the same for a code that exists and for nonsense."""
    with _AT_ONCE:
        both = Argon2id(
            # One salt for all drafts of this service: the words alone must find the row. It comes from the
            # root key, so nobody can prepare a table before they have that.
            salt=keyring.derive("draft words/salt")[:SALT_BYTES], length=64, iterations=PASSES, lanes=LANES,
            memory_cost=MEMORY_KIB,
        ).derive(code.encode())  # fmt: skip
    return Stretched(keyring.fingerprint("draft words", both[:32].hex()), both[32:])


class Stretches:
    """Remembers the stretches of one request, so that the slow step can be done before a transaction begins."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring
        self._known: dict[str, Stretched] = {}

    def of(self, code: str) -> Stretched:
        """The stretch of a code, worked out once."""
        if code not in self._known:
            self._known[code] = stretch(self._keyring, code)
        return self._known[code]


def are_there_any(session: Session) -> bool:
    """Whether any draft has words at all; where none has, sending needs no stretch to find a free code."""
    return session.execute(select(col(DraftWords.response_id)).limit(1)).first() is not None


def is_taken(session: Session, stretched: Stretched) -> bool:
    """Whether these words lead to a draft."""
    found = session.execute(
        select(col(DraftWords.response_id)).where(col(DraftWords.fingerprint) == stretched.fingerprint)
    )
    return found.first() is not None


def variant(session: Session, response_id: str) -> int | None:
    """Which of its candidate codes a draft was given; None when nobody asked for words."""
    found: int | None = session.execute(
        select(col(DraftWords.variant)).where(col(DraftWords.response_id) == response_id)
    ).scalar_one_or_none()
    return found


def code_of(session: Session, way: Way) -> str | None:
    """The words of a draft for who holds its secret already; None when nobody asked for any."""
    number = variant(session, way.response_id)
    return None if number is None else receipts.candidates(way.secret)[number]


def keep(session: Session, keyring: Keyring, way: Way, number: int, stretched: Stretched) -> None:
    """Store the way back by the words of candidate ``number``."""
    salt = os.urandom(SALT_BYTES)
    key = _key(keyring, stretched, salt, way.response_id)
    session.execute(
        insert(DraftWords).values(
            response_id=way.response_id, fingerprint=stretched.fingerprint, variant=number, salt=salt,
            seal=seal_with(key, way.secret.encode(), context=way.response_id),
        )
    )  # fmt: skip


def find(session: Session, keyring: Keyring, stretched: Stretched) -> Way | None:
    """The way into the draft these words lead to; None when they lead to none."""
    row = session.execute(
        select(col(DraftWords.response_id), col(DraftWords.salt), col(DraftWords.seal)).where(
            col(DraftWords.fingerprint) == stretched.fingerprint
        )
    ).one_or_none()
    if row is None:
        return None
    try:
        secret = open_with(_key(keyring, stretched, row.salt, row.response_id), row.seal, context=row.response_id)
    except Unreadable:  # a row somebody changed or moved: to who types, as good as none
        return None
    return Way(row.response_id, secret.decode())


def forget(session: Session, response_ids: Collection[str]) -> None:
    """Delete the ways into these drafts: they were sent, deleted, or ran out."""
    session.execute(delete(DraftWords).where(col(DraftWords.response_id).in_(response_ids)))


def _key(keyring: Keyring, stretched: Stretched, salt: bytes, response_id: str) -> str:
    made = HKDF(algorithm=SHA256(), length=32, salt=salt, info=b"earshot/draft words/" + response_id.encode())
    return made.derive(stretched.half + keyring.derive("draft words/seal")).hex()
