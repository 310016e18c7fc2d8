"""The steps of managing: accounts, ways into a wave, cases a practitioner may log about.

Used by the pages, by ``earshot user add`` and by the demo. Each change is audited in the
caller's transaction; ``by`` says who did it (``audit.COMMAND_LINE`` outside the pages).
Tokens and codes leave here once, as values; only their fingerprints are stored.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from api import audit, pairs, security
from api.audit import Actor
from api.keyring import Keyring
from api.models import CaseAssignment, Invitation, SignInLink, Staff, StaffSession
from api.models.columns import new_id
from api.pages import Summary
from api.roles import Role
from api.vault import Vault

MOST_INVITATIONS = 200
"""Single-use ways in made at once: a printable sheet, not a mailing."""
MOST_NAMES = 40
LONGEST_NAME = 100
LONGEST_REFERENCE = 60
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def _(text: str) -> str:
    """Mark for translation."""
    return text


_TOO_SHORT = _("Use at least 12 characters. Three or four words do well.")


# -- signing in


def sign_in(session: Session, keyring: Keyring, staff_id: str, *, hours: int, now: datetime) -> str:
    """Open a session and return the token for the cookie."""
    role = session.execute(select(col(Staff.role)).where(col(Staff.id) == staff_id)).scalar_one()
    audit.record(session, Actor(staff_id, role), "staff.signed_in", staff_id, now=now)
    return security.open_session(session, keyring, staff_id, hours=hours, now=now)


def sign_in_by_link(
    session: Session, keyring: Keyring, token: str, *, hours: int, now: datetime
) -> tuple[str, str] | None:
    """(session token, path to show) for a fresh link of an open account, which is used up by this; None for any other."""
    used = security.use_sign_in_link(session, keyring, token, now=now)
    if used is None:
        return None
    staff_id, leads_to = used
    active = session.execute(select(col(Staff.active)).where(col(Staff.id) == staff_id)).scalar_one()
    return (sign_in(session, keyring, staff_id, hours=hours, now=now), leads_to) if active else None


def set_password(
    session: Session, staff_id: str, password: str, repeated: str, *, by: Actor, now: datetime
) -> list[Summary]:
    """Set somebody's password and end their sessions; or what stands in the way."""
    if len(password) < security.MINIMUM_PASSWORD_LENGTH:
        return [Summary("password", _TOO_SHORT)]
    if password != repeated:
        return [Summary("repeated", _("The two are not the same. Type the same password in both."))]
    session.execute(
        update(Staff).where(col(Staff.id) == staff_id).values(password_hash=security.hash_password(password))
    )
    session.execute(delete(StaffSession).where(col(StaffSession.staff_id) == staff_id))
    audit.record(session, by, "staff.password_set", staff_id, now=now)
    return []


# -- accounts


@dataclass(frozen=True, slots=True)
class Account:
    """A member of staff, as the list of accounts shows them."""

    id: str
    name: str
    email: str
    role: Role
    active: bool
    has_password: bool


def accounts(session: Session) -> tuple[Account, ...]:
    """All accounts, open ones first, by name."""
    rows = session.execute(
        select(
            col(Staff.id), col(Staff.display_name), col(Staff.email), col(Staff.role), col(Staff.active),
            col(Staff.password_hash).is_not(None),
        ).order_by(col(Staff.active).desc(), col(Staff.display_name), col(Staff.email))
    )  # fmt: skip
    return tuple(Account(row[0], row[1], row[2], Role(row[3]), row[4], row[5]) for row in rows)


def account(session: Session, staff_id: str) -> Account | None:
    """One account."""
    return next((known for known in accounts(session) if known.id == staff_id), None)


def add_staff(
    session: Session, *, name: str, email: str, role: str, by: Actor, now: datetime, password: str = ""
) -> str | list[Summary]:
    """Make an account and return its id, or everything that stands in the way.

    Without a password the account can only be entered by a one-time link
    (``security.make_sign_in_link``), which leads to setting one.
    """
    name, email = " ".join(name.split()), email.strip().lower()
    problems = list(_account_problems(session, name, email, role, password))
    if problems:
        return problems
    staff_id = new_id()
    session.execute(
        insert(Staff).values(
            id=staff_id, display_name=name, email=email, role=role, active=True, created_at=now,
            password_hash=security.hash_password(password) if password else None,
        )
    )  # fmt: skip
    audit.record(session, by, "staff.added", staff_id, {"role": role}, now=now)
    return staff_id


def _account_problems(session: Session, name: str, email: str, role: str, password: str) -> list[Summary]:
    problems = []
    if not 1 <= len(name) <= 100:
        problems.append(Summary("name", _("Write the person’s name, up to 100 letters.")))
    if len(email) > 254 or not _EMAIL.fullmatch(email):
        problems.append(Summary("email", _("Write a whole e-mail address, such as name@council.gov.uk.")))
    elif session.execute(select(col(Staff.id)).where(col(Staff.email) == email)).first():
        problems.append(Summary("email", _("There is an account with this address. Look for it in the list.")))
    if role not in set(Role):
        problems.append(Summary("role", _("Choose what this person is here for.")))
    if password and len(password) < security.MINIMUM_PASSWORD_LENGTH:
        problems.append(Summary("password", _TOO_SHORT))
    return problems


def close_account(session: Session, staff_id: str, *, by: Actor, now: datetime) -> bool:
    """Close an account and end its sessions and links at once; False when it was not open."""
    if not _set_active(session, staff_id, False):
        return False
    session.execute(delete(StaffSession).where(col(StaffSession.staff_id) == staff_id))
    session.execute(delete(SignInLink).where(col(SignInLink.staff_id) == staff_id))
    audit.record(session, by, "staff.closed", staff_id, now=now)
    return True


def reopen_account(session: Session, staff_id: str, *, by: Actor, now: datetime) -> bool:
    """Open a closed account again; False when it was not closed."""
    if not _set_active(session, staff_id, True):
        return False
    audit.record(session, by, "staff.reopened", staff_id, now=now)
    return True


def _set_active(session: Session, staff_id: str, active: bool) -> bool:
    changed = session.execute(
        update(Staff)
        .where(col(Staff.id) == staff_id, col(Staff.active).is_(not active))
        .values(active=active)
        .returning(col(Staff.id))
    )
    return changed.first() is not None


def sign_in_link(
    session: Session, keyring: Keyring, staff_id: str, leads_to: str, *, by: Actor, now: datetime
) -> str | None:
    """The token of a fresh one-time link for an open account; None where there is none. Older links stop working."""
    open_account = session.execute(select(col(Staff.id)).where(col(Staff.id) == staff_id, col(Staff.active))).first()
    if open_account is None:
        return None
    session.execute(delete(SignInLink).where(col(SignInLink.staff_id) == staff_id, col(SignInLink.used_at).is_(None)))
    audit.record(session, by, "staff.link_made", staff_id, now=now)
    return security.make_sign_in_link(session, keyring, staff_id, leads_to, now=now)


# -- ways into a wave


@dataclass(frozen=True, slots=True)
class Made:
    """A way in just made: the link's token and the short code. Known here and now only."""

    token: str
    code: str


def make_invitation(
    session: Session,
    keyring: Keyring,
    wave_id: str,
    *,
    single_use: bool,
    expires_on: date,
    created_by: Actor,
    now: datetime,
) -> Made:
    """One way into a wave: for one person (``single_use``) or for many, until a date."""
    return make_invitations(
        session, keyring, wave_id, count=1, single_use=single_use, expires_on=expires_on, created_by=created_by, now=now
    )[0]


def make_invitations(
    session: Session, keyring: Keyring, wave_id: str, *, count: int, single_use: bool, expires_on: date,
    created_by: Actor, now: datetime,
) -> tuple[Made, ...]:  # fmt: skip
    """Several ways in at once, audited as one event."""
    made = tuple(Made(security.new_token(), security.new_code()) for _ in range(count))
    by = None if created_by is audit.COMMAND_LINE else created_by.id
    session.execute(
        insert(Invitation),
        [
            _invitation(keyring, way, wave_id, single_use=single_use, expires_on=expires_on, created_by=by)
            for way in made
        ],
    )
    details = {"count": count, "single_use": single_use}
    audit.record(session, created_by, "invitation.made", wave_id, details, now=now)
    return made


def _invitation(
    keyring: Keyring, way: Made, wave_id: str, *, expires_on: date, created_by: str | None, single_use: bool = False,
    what: str = "invitation",
) -> dict[str, Any]:  # fmt: skip
    return {
        "id": new_id(), "wave_id": wave_id, "token_hash": keyring.fingerprint(f"{what} token", way.token),
        "code_hash": keyring.fingerprint(f"{what} code", way.code), "single_use": single_use, "used": False,
        "expires_on": expires_on, "created_by": created_by,
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class MadePair:
    """The two halves of a sheet."""

    child: Made
    adult: Made


def make_pairs(
    session: Session, keyring: Keyring, wave_id: str, *, count: int, expires_on: date, closes_on: date,
    created_by: Actor, now: datetime,
) -> tuple[MadePair, ...]:  # fmt: skip
    """Several ways in, each for a child and the adult who may say yes, for a wave that needs permission.

    Neither half is ever used up, so that no page and no row tells whether a child answered. The
    adult can change their mind until the wave closes. Where they are offered a survey of their
    own, the adult's code leads to a third way in by itself (``pairs.OWN``): no row joins the two.
    """
    needed = pairs.needed(session, wave_id)
    assert needed is not None, "the caller has looked"
    made = tuple(MadePair(*(Made(security.new_token(), security.new_code()) for _ in range(2))) for _ in range(count))
    by = None if created_by is audit.COMMAND_LINE else created_by.id
    rows, halves = [], []
    for pair in made:
        child = _invitation(keyring, pair.child, wave_id, expires_on=expires_on, created_by=by)
        adult = _invitation(keyring, pair.adult, wave_id, expires_on=closes_on, created_by=by)
        rows += [child, adult]
        halves.append((child["id"], adult["id"]))
        if needed.adults_wave_id is not None:
            own = _invitation(
                keyring,
                pair.adult,
                needed.adults_wave_id,
                expires_on=closes_on,
                created_by=by,
                single_use=True,
                what=pairs.OWN,
            )
            rows.append(own)
    # By their random ids: the order in which they lie must not say which belong together.
    session.execute(insert(Invitation), sorted(rows, key=lambda row: str(row["id"])))
    for child_id, adult_id in halves:
        pairs.join(session, wave_id, child_id, adult_id)
    audit.record(session, created_by, "invitation.pairs_made", wave_id, {"count": count}, now=now)
    return made


def invitations_made(session: Session, wave_id: str) -> dict[bool, int]:
    """How many ways into a wave were made, by whether they work once. How many were used is not for looking at."""
    rows = session.execute(
        select(col(Invitation.single_use), func.count())
        .where(col(Invitation.wave_id) == wave_id)
        .group_by(col(Invitation.single_use))
    )
    return {bool(single): count for single, count in rows}


# -- cases


@dataclass(frozen=True, slots=True)
class Case:
    """A case on a practitioner's list, by its short pseudonym."""

    assignment_id: str
    shown: str
    practitioner: str


def shown_pseudonym(pseudonym: str) -> str:
    """As much of a pseudonym as a person needs to tell cases apart, in groups.

    >>> shown_pseudonym("K7MQ2XPADWERTZUIOPASDFGH")
    'K7M-Q2X-PA'
    """
    return security.shown_code(pseudonym[:8])


def cases(session: Session, staff_id: str | None = None) -> tuple[Case, ...]:
    """The cases on one practitioner's list, or on everybody's."""
    query = (
        select(col(CaseAssignment.id), col(CaseAssignment.pseudonym), col(Staff.display_name))
        .join(Staff, col(Staff.id) == col(CaseAssignment.staff_id))
        .order_by(col(Staff.display_name), col(CaseAssignment.pseudonym))
    )
    if staff_id is not None:
        query = query.where(col(CaseAssignment.staff_id) == staff_id)
    return tuple(Case(row.id, shown_pseudonym(row.pseudonym), row.display_name) for row in session.execute(query))


def practitioners(session: Session) -> tuple[tuple[str, str], ...]:
    """(id, name) of everybody who may have cases."""
    rows = session.execute(
        select(col(Staff.id), col(Staff.display_name))
        .where(col(Staff.role) == Role.PRACTITIONER, col(Staff.active))
        .order_by(col(Staff.display_name))
    )
    return tuple((row[0], row[1]) for row in rows)


def read_names(typed: str) -> tuple[str, ...]:
    """The names in a box with one on each line, each once."""
    lines = (" ".join(line.split()) for line in typed.splitlines())
    return tuple(dict.fromkeys(line for line in lines if line))


def case_problems(reference: str, names: Sequence[str]) -> list[Summary]:
    """What stands in the way of linking a case."""
    problems = []
    if not 1 <= len(reference) <= LONGEST_REFERENCE:
        problems.append(Summary("reference", _("Write the case reference as your case system shows it.")))
    if not names:
        problems.append(
            Summary("names", _("Write at least the child’s own name. We need the names so that we can take them out."))
        )
    elif len(names) > MOST_NAMES or any(len(name) > LONGEST_NAME for name in names):
        problems.append(Summary("names", _("Write one name on each line: up to 40, each up to 100 letters.")))
    return problems


def link_case(
    session: Session, vault: Vault, reference: str, names: Sequence[str], staff_id: str, *, by: Actor, now: datetime
) -> str | list[Summary]:
    """Put a case on a practitioner's list and return the assignment's id, or what stands in the way.

    The reference and the names go to the vault and nowhere else; the trail tells whose
    list grew, not by which case.
    """
    problems = case_problems(reference, names)
    pseudonym = None if problems else vault.link(reference, names)
    if pseudonym is None:
        return problems or [Summary("reference", _("This looks like a stand-in, not a reference. Write the real one."))]
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    added = session.execute(
        dialect.insert(CaseAssignment)
        .values(id=new_id(), staff_id=staff_id, pseudonym=pseudonym)
        .on_conflict_do_nothing(index_elements=["staff_id", "pseudonym"])
        .returning(col(CaseAssignment.id))
    ).scalar_one_or_none()
    if added is not None:
        audit.record(session, by, "case.linked", staff_id, now=now)
        return str(added)
    known: str = session.execute(
        select(col(CaseAssignment.id)).where(
            col(CaseAssignment.staff_id) == staff_id, col(CaseAssignment.pseudonym) == pseudonym
        )
    ).scalar_one()
    return known


def unlink_case(session: Session, assignment_id: str, *, staff_id: str | None, by: Actor, now: datetime) -> bool:
    """Take a case off a list (``staff_id``: only off theirs); what was logged stays. False when it was not on it."""
    query = delete(CaseAssignment).where(col(CaseAssignment.id) == assignment_id)
    if staff_id is not None:
        query = query.where(col(CaseAssignment.staff_id) == staff_id)
    owner = session.execute(query.returning(col(CaseAssignment.staff_id))).scalar_one_or_none()
    if owner is None:
        return False
    audit.record(session, by, "case.unlinked", owner, now=now)
    return True
