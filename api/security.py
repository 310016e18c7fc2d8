"""Who are you: passwords, staff sessions, one-time links, codes and tokens, forged forms, too many tries.

Tokens and codes are random; the databases hold only their keyed fingerprints. Nothing
here knows a page or a feature; ``wiring`` turns these into what a handler asks for.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import delete, insert, select, update
from sqlmodel import Session, col

from api.audit import Actor
from api.keyring import Keyring
from api.models import SignInLink, Staff, StaffSession
from api.models.staff import Role

CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRTVWXYZ"
"""Letters and digits that are not mistaken for one another (no 0 O 1 I L S U); 29 of them, a prime, for the check."""
CODE_LENGTH = 9
"""Eight random ones (38 bits) and one that checks them, so a slip of the finger is told apart from a wrong code."""
MINIMUM_PASSWORD_LENGTH = 12
SIGN_IN_LINK_LIFETIME = timedelta(days=2)

_passwords = PasswordHash((Argon2Hasher(),))
_NOBODY = _passwords.hash("a password nobody has")


@dataclass(frozen=True, slots=True)
class Principal:
    """A signed-in member of staff."""

    staff_id: str
    role: Role
    name: str
    csrf: str

    @property
    def actor(self) -> Actor:
        """As the audit trail names them."""
        return Actor(self.staff_id, self.role.value)


def new_token() -> str:
    """256 random bits as text that fits an address or a cookie."""
    return secrets.token_urlsafe(32)


def new_code() -> str:
    """A short code to type by hand, the last character checking the others."""
    body = "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH - 1))
    return body + _check_character(body)


def shown_code(code: str) -> str:
    """A code in groups, as it is printed.

    >>> shown_code("K7MQ2XPAD")
    'K7M-Q2X-PAD'
    """
    return "-".join(code[start : start + 3] for start in range(0, len(code), 3))


def typed_code(typed: str) -> str | None:
    """The code in what somebody typed (any case, spaces, dashes); None when the check character says it has a slip."""
    letters = "".join(character for character in typed.upper() if character.isalnum())
    if len(letters) != CODE_LENGTH or any(letter not in CODE_ALPHABET for letter in letters):
        return None
    return letters if letters[-1] == _check_character(letters[:-1]) else None


def _check_character(body: str) -> str:
    # A weighted sum modulo a prime finds every single slip and every swap of neighbours.
    total = sum((place + 2) * CODE_ALPHABET.index(letter) for place, letter in enumerate(body))
    return CODE_ALPHABET[total % len(CODE_ALPHABET)]


def csrf_token(keyring: Keyring, session_token: str) -> str:
    """The hidden field of every form of one session."""
    return keyring.fingerprint("csrf", session_token)[:32]


def csrf_matches(keyring: Keyring, session_token: str, given: str) -> bool:
    """Whether a posted form came from our own page of this session."""
    return hmac.compare_digest(csrf_token(keyring, session_token), given.encode("ascii", "replace").decode())


class Attempts:
    """How often one address may try a code: kept in memory for a minute, by keyed hash, never stored."""

    def __init__(self, keyring: Keyring, per_minute: int) -> None:
        self._keyring = keyring
        self._rate = RateLimitItemPerMinute(per_minute)
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def allowed(self, what: str, address: str) -> bool:
        """Whether this address may still try. A right code costs nothing: a whole class shares one address."""
        return self._limiter.test(self._rate, what, self._key(address))

    def missed(self, what: str, address: str) -> None:
        """Count a wrong one."""
        self._limiter.hit(self._rate, what, self._key(address))

    def _key(self, address: str) -> str:
        return self._keyring.fingerprint("attempts", address)[:16]


# -- staff


def hash_password(password: str) -> str:
    """Argon2id with the library's defaults. The caller has checked ``MINIMUM_PASSWORD_LENGTH``."""
    return _passwords.hash(password)


def matches(password: str, stored: str) -> bool:
    """Whether this is what was hashed (a tablet's PIN)."""
    return _passwords.verify(password[:1000], stored)


def check_password(session: Session, email: str, password: str) -> str | None:
    """The staff id when the password is right. As slow for an address nobody has, so that it tells nothing."""
    row = session.execute(
        select(col(Staff.id), col(Staff.password_hash)).where(
            col(Staff.email) == email.strip().lower(), col(Staff.active)
        )
    ).first()
    stored = row.password_hash if row is not None and row.password_hash else _NOBODY
    right = _passwords.verify(password[:1000], stored)
    return row.id if row is not None and row.password_hash and right else None


def open_session(session: Session, keyring: Keyring, staff_id: str, *, hours: int, now: datetime) -> str:
    """Start a session and return its token for the cookie; sessions that ran out are swept away on the way."""
    token = new_token()
    session.execute(delete(StaffSession).where(col(StaffSession.expires_at) < now))
    session.execute(
        insert(StaffSession).values(
            token_hash=keyring.fingerprint("staff session", token),
            staff_id=staff_id,
            created_at=now,
            expires_at=now + timedelta(hours=hours),
        )
    )
    return token


def who(session: Session, keyring: Keyring, token: str, *, now: datetime) -> Principal | None:
    """The member of staff behind a cookie; None when it is unknown, ran out, or the account was closed."""
    row = session.execute(
        select(col(Staff.id), col(Staff.role), col(Staff.display_name))
        .join(StaffSession, col(StaffSession.staff_id) == col(Staff.id))
        .where(
            col(StaffSession.token_hash) == keyring.fingerprint("staff session", token),
            col(StaffSession.expires_at) > now,
            col(Staff.active),
        )
    ).first()
    return None if row is None else Principal(row.id, Role(row.role), row.display_name, csrf_token(keyring, token))


def close_session(session: Session, keyring: Keyring, token: str) -> None:
    """End a session at once, everywhere."""
    session.execute(
        delete(StaffSession).where(col(StaffSession.token_hash) == keyring.fingerprint("staff session", token))
    )


def make_sign_in_link(session: Session, keyring: Keyring, staff_id: str, leads_to: str, *, now: datetime) -> str:
    """The token of a link that signs this person in once and shows ``leads_to`` (a path of ours)."""
    token = new_token()
    session.execute(
        insert(SignInLink).values(
            token_hash=keyring.fingerprint("sign-in link", token),
            staff_id=staff_id,
            leads_to=leads_to,
            expires_at=now + SIGN_IN_LINK_LIFETIME,
        )
    )
    return token


def use_sign_in_link(session: Session, keyring: Keyring, token: str, *, now: datetime) -> tuple[str, str] | None:
    """(staff id, path to show) for a fresh link, which is used up by this; None for any other."""
    row = session.execute(
        update(SignInLink)
        .where(
            col(SignInLink.token_hash) == keyring.fingerprint("sign-in link", token),
            col(SignInLink.used_at).is_(None),
            col(SignInLink.expires_at) > now,
        )
        .values(used_at=now)
        .returning(col(SignInLink.staff_id), col(SignInLink.leads_to))
    ).first()
    return None if row is None else (row.staff_id, row.leads_to)
