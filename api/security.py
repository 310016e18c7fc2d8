"""Who are you: passwords, staff sessions, one-time links, codes and tokens, forged forms, too many tries.

Tokens and codes are random; the databases hold only their keyed fingerprints. Nothing
here knows a page or a feature; ``wiring`` turns these into what a handler asks for.
"""

from __future__ import annotations

import hmac
import ipaddress
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import methodcaller

from limits import RateLimitItem, RateLimitItemPerDay, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.errors import ConfigurationError, StorageError
from limits.storage import storage_from_string
from limits.strategies import MovingWindowRateLimiter
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import delete, insert, select, update
from sqlmodel import Session, col

from api.audit import Actor
from api.keyring import Keyring
from api.logs import logger
from api.models import SignInLink, Staff, StaffSession
from api.roles import Role

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
    """The hidden field of every form of one session: another text on every page, because pages are packed.

    The secret is hidden under random bytes that stand before it (as Django does it), so that
    the length of a packed page tells nothing about it (BREACH; decision 0025).
    """
    pad = secrets.token_bytes(_CSRF_BYTES)
    return (pad + _xor(pad, _csrf_secret(keyring, session_token))).hex()


def csrf_matches(keyring: Keyring, session_token: str, given: str) -> bool:
    """Whether a posted form came from our own page of this session."""
    if not re.fullmatch(rf"[0-9a-f]{{{4 * _CSRF_BYTES}}}", given):
        return False
    pad, hidden = bytes.fromhex(given)[:_CSRF_BYTES], bytes.fromhex(given)[_CSRF_BYTES:]
    return hmac.compare_digest(_xor(pad, hidden), _csrf_secret(keyring, session_token))


_CSRF_BYTES = 16


def _csrf_secret(keyring: Keyring, session_token: str) -> bytes:
    return bytes.fromhex(keyring.fingerprint("csrf", session_token))[:_CSRF_BYTES]


def _xor(one: bytes, other: bytes) -> bytes:
    return bytes(left ^ right for left, right in zip(one, other, strict=True))


WRONG_A_DAY = 60
"""Of one address, where a code opens something: a school with one address still has plenty."""
WRONG_AN_HOUR_BY_ALL, WRONG_A_DAY_BY_ALL = 100, 500
"""Of all addresses together, where a code opens what somebody said. Many machines then guess no faster than one."""
_EVERYBODY = "everybody"


class Attempts:
    """How often one address may try a code, by keyed hash of the address; nothing of it is ever in the databases.

    ``storage`` says where the counts are (an address of the ``limits`` library), so that several
    processes can share them. While it does not answer, each process counts for itself: nobody is
    locked out and no gate stands open, and an error is logged. Raises ``ValueError`` for a storage
    that cannot be used.
    """

    def __init__(self, keyring: Keyring, per_minute: int, storage: str = "memory://") -> None:
        self._keyring = keyring
        self._per_minute = RateLimitItemPerMinute(per_minute)
        self._contacts = RateLimitItemPerHour(per_minute)
        """Requests to be contacted are counted by the hour: as many as tries of a code in a minute."""
        self._per_day = RateLimitItemPerDay(WRONG_A_DAY)
        self._by_all = (RateLimitItemPerHour(WRONG_AN_HOUR_BY_ALL), RateLimitItemPerDay(WRONG_A_DAY_BY_ALL))
        self._limiter = _limiter(storage)
        self._own = _limiter("memory://")

    def refused(self, what: str, address: str) -> str | None:
        """Why this address may not try now, as a code of the catalogue; None when it may.

        A right code costs nothing: a whole class shares one address.
        """
        for limit, key, code in self._limits(what, address):
            if not self._ask(methodcaller("test", limit, what, key)):
                return code
        return None

    def allowed(self, what: str, address: str) -> bool:
        """Whether this address may still try."""
        return self.refused(what, address) is None

    def missed(self, what: str, address: str) -> None:
        """Count a wrong one."""
        for limit, key, _ in self._limits(what, address):
            self._ask(methodcaller("hit", limit, what, key))

    def _limits(self, what: str, address: str) -> list[tuple[RateLimitItem, str, str]]:
        key = self._key(address)
        if what == "contact":
            return [(self._contacts, key, "too_many_tries")]
        limits: list[tuple[RateLimitItem, str, str]] = [(self._per_minute, key, "too_many_tries")]
        if what in ("code", "receipt"):
            limits.append((self._per_day, key, "too_many_tries_today"))
        if what == "receipt":
            limits.extend((limit, _EVERYBODY, "words_are_resting") for limit in self._by_all)
        return limits

    def _ask(self, question: Callable[[MovingWindowRateLimiter], bool]) -> bool:
        try:
            return question(self._limiter)
        except StorageError as fault:
            # Not swallowed: the same question is asked of this process's own memory, and the operator is told.
            logger().error("attempts_storage", error_type=type(fault.storage_error).__name__)
            return question(self._own)

    def _key(self, address: str) -> str:
        return self._keyring.fingerprint("attempts", network_of(address))[:16]


def network_of(address: str) -> str:
    """Whose address this is: with IPv6 one household or machine has 2^64 of them, which count as one.

    >>> network_of("2001:db8:1:2:3:4:5:6"), network_of("192.0.2.7")
    ('2001:db8:1:2::/64', '192.0.2.7')
    """
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(known, ipaddress.IPv6Address):
        if known.ipv4_mapped:
            return str(known.ipv4_mapped)
        return str(ipaddress.ip_network((known, 64), strict=False))
    return address


def _limiter(storage: str) -> MovingWindowRateLimiter:
    try:
        if storage.startswith("async+"):
            raise ConfigurationError("an async storage")
        return MovingWindowRateLimiter(storage_from_string(storage, wrap_exceptions=True))
    # ``limits`` raises NotImplementedError for a storage that cannot count as we ask: it is the operator's setting that is wrong.
    except (ConfigurationError, NotImplementedError) as fault:
        # Without the address: it can hold a password.
        raise ValueError(
            "EARSHOT_RATE_LIMIT_STORAGE cannot be used: memory:// and, with their drivers installed, "
            "redis://, rediss://, valkey:// and mongodb:// can"
        ) from fault


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
