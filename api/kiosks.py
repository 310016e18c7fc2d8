"""Tablets that stand somewhere for many: made by an officer, opened once by a link, ended by a PIN or from a distance.

Shared by the pages of the officer (``manage``) and of the tablet (``collect``). A tablet is
known by its cookie alone, of which only a fingerprint is stored; nothing here knows who used it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import insert, select, update
from sqlmodel import Session, col

from api import audit, security
from api.audit import Actor
from api.keyring import Keyring
from api.models import Kiosk
from api.models.columns import new_id
from api.published import OpenedWave, wave

SHORTEST_PIN, LONGEST_PIN = 4, 8
LONGEST_LABEL = 100


@dataclass(frozen=True, slots=True)
class Tablet:
    """A tablet as the officer's list shows it: ``waiting`` for its link to be opened, ``in_use`` or ``ended``."""

    id: str
    label: str
    state: str


@dataclass(frozen=True, slots=True)
class Running:
    """A tablet in use, and what it asks."""

    id: str
    wave: OpenedWave
    pin_hash: str


def is_pin(typed: str) -> bool:
    """Whether this can be a PIN: 4 to 8 digits.

    >>> is_pin("4711"), is_pin("12"), is_pin("١٢٣٤")
    (True, False, False)
    """
    return SHORTEST_PIN <= len(typed) <= LONGEST_PIN and typed.isascii() and typed.isdigit()


def make(
    session: Session, keyring: Keyring, wave_id: str, *, label: str, pin_hash: str, by: Actor, now: datetime
) -> str:
    """A tablet for a wave; the token of the link that opens it once."""
    kiosk_id, token = new_id(), security.new_token()
    session.execute(
        insert(Kiosk).values(
            id=kiosk_id, wave_id=wave_id, label=label, pin_hash=pin_hash, ended=False, created_by=by.id, created_at=now,
            link_hash=keyring.fingerprint("kiosk link", token),
        )
    )  # fmt: skip
    audit.record(session, by, "kiosk.made", kiosk_id, {"wave": wave_id}, now=now)
    return token


def of_wave(session: Session, wave_id: str) -> tuple[Tablet, ...]:
    """All tablets of a wave, those in use first."""
    rows = session.execute(
        select(col(Kiosk.id), col(Kiosk.label), col(Kiosk.ended), col(Kiosk.link_hash).is_not(None).label("waiting"))
        .where(col(Kiosk.wave_id) == wave_id)
        .order_by(col(Kiosk.ended), col(Kiosk.label), col(Kiosk.id))
    )
    return tuple(
        Tablet(row.id, row.label, "ended" if row.ended else "waiting" if row.waiting else "in_use") for row in rows
    )


def open_by_link(session: Session, keyring: Keyring, token: str, *, today: date, now: datetime) -> str | None:
    """The token of the tablet that opens this link, for its cookie; None where the link is unknown, used or too late."""
    fingerprint = keyring.fingerprint("kiosk link", token)
    row = session.execute(
        select(col(Kiosk.id), col(Kiosk.wave_id)).where(col(Kiosk.link_hash) == fingerprint).with_for_update()
    ).one_or_none()
    asked = wave(session, row.wave_id) if row else None
    if row is None or asked is None or not asked.takes_answers(today):
        return None
    tablet = security.new_token()
    used = session.execute(
        update(Kiosk)
        .where(col(Kiosk.id) == row.id, col(Kiosk.link_hash) == fingerprint)
        .values(link_hash=None, tablet_hash=keyring.fingerprint("kiosk tablet", tablet))
        .returning(col(Kiosk.id))
    ).first()
    if used is None:
        return None
    audit.record(session, audit.TABLET, "kiosk.opened", row.id, now=now)
    return tablet


def running(session: Session, keyring: Keyring, *, today: date, tablet: str = "", id: str = "") -> Running | None:
    """The tablet with this cookie, or this id, while it is in use and its wave takes answers."""
    here = col(Kiosk.id) == id if id else col(Kiosk.tablet_hash) == keyring.fingerprint("kiosk tablet", tablet)
    row = session.execute(
        select(col(Kiosk.id), col(Kiosk.wave_id), col(Kiosk.pin_hash)).where(here, col(Kiosk.tablet_hash).is_not(None))
    ).one_or_none()
    asked = wave(session, row.wave_id) if row else None
    if row is None or asked is None or not asked.takes_answers(today):
        return None
    return Running(row.id, asked, row.pin_hash)


def end(session: Session, kiosk_id: str, *, by: Actor, now: datetime, wave_id: str | None = None) -> bool:
    """End a tablet at once (``wave_id``: only one of this wave); False when it had ended."""
    query = update(Kiosk).where(col(Kiosk.id) == kiosk_id, col(Kiosk.ended).is_(False))
    if wave_id is not None:
        query = query.where(col(Kiosk.wave_id) == wave_id)
    ended = session.execute(query.values(ended=True, link_hash=None, tablet_hash=None).returning(col(Kiosk.id))).first()
    if ended is None:
        return False
    audit.record(session, by, "kiosk.ended", kiosk_id, now=now)
    return True
