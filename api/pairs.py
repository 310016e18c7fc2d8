"""Pairs of invitations for waves that need permission: one for a child, one for the adult who may say yes.

The adult's way in opens the pages of permission (``collect.permission``), the child's opens
the questions while permission is given. A pair knows two invitations and what the adult said;
it knows no person, and not whether the child has answered: a paired child's code is never
used up, and a sent response points to no invitation. Decision 0026 says why.

Shared by those who publish (``design``), invite (``manage``) and answer (``collect``).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from pydantic import TypeAdapter
from sqlalchemy import insert, select, update
from sqlmodel import Session, col

from api import audit
from api.models import InvitationPair, PermissionEvent, Wave, WavePermission
from api.models.columns import new_id
from survey_engine import permission
from survey_engine.consent import Decision, Notice, notice_hash
from survey_engine.permission import Capacity, Standing

OWN = "adult's own"
"""What the way into the adult's own survey is fingerprinted as, from the same code as their half of a pair."""
_NOTICE = TypeAdapter(Notice)


@dataclass(frozen=True, slots=True)
class Needed:
    """What a wave needs permission for, in an officer's words, and what the adult reads; ``adults_wave_id``: theirs to answer."""

    why: str
    adults_wave_id: str | None
    notice: Notice
    notice_hash: str


@dataclass(frozen=True, slots=True)
class Pair:
    """A pair, as its adult's way in finds it."""

    id: str
    wave_id: str


def need(
    session: Session, wave_id: str, notice: Notice, *, why: str, language: str, adults_wave_id: str | None
) -> None:
    """Mark a wave that was just opened: nobody is asked in it before an adult has said yes."""
    told = permission.with_reason(notice, why, language)
    session.execute(update(Wave).where(col(Wave.id) == wave_id).values(needs_permission=True))
    session.execute(
        insert(WavePermission).values(
            wave_id=wave_id, why=why, adults_wave_id=adults_wave_id, notice=told.model_dump(mode="json"),
            notice_version=told.version, notice_hash=notice_hash(told),
        )
    )  # fmt: skip


def needed(session: Session, wave_id: str) -> Needed | None:
    """What an adult is told about a wave; None where it needs nobody's permission."""
    row = session.execute(
        select(
            col(WavePermission.why), col(WavePermission.adults_wave_id), col(WavePermission.notice),
            col(WavePermission.notice_hash),
        ).where(col(WavePermission.wave_id) == wave_id)
    ).one_or_none()  # fmt: skip
    if row is None:
        return None
    notice = _NOTICE.validate_python(row.notice)
    if notice_hash(notice) != row.notice_hash:
        raise RuntimeError("the notice of a wave's permission is not what was published")
    return Needed(row.why, row.adults_wave_id, notice, row.notice_hash)


def join(session: Session, wave_id: str, child_id: str, adult_id: str) -> None:
    """Make two invitations a pair."""
    session.execute(insert(InvitationPair).values(id=new_id(), wave_id=wave_id, child_id=child_id, adult_id=adult_id))


def of_adult(session: Session, invitation_id: str) -> Pair | None:
    """The pair whose adult's half this invitation is; None for any other."""
    row = session.execute(
        select(col(InvitationPair.id), col(InvitationPair.wave_id)).where(col(InvitationPair.adult_id) == invitation_id)
    ).one_or_none()
    return None if row is None else Pair(row.id, row.wave_id)


def may_be_asked(session: Session, child_id: str | None, *, hold: bool = False) -> bool:
    """Whether permission is given now for the child with this invitation, which is part of no pair if nobody made one.

    ``hold`` lets nobody take it back until the session ends.
    """
    if child_id is None:
        return False
    query = select(col(InvitationPair.id)).where(col(InvitationPair.child_id) == child_id)
    if hold:
        query = query.with_for_update(read=True)
    pair_id = session.execute(query).scalar_one_or_none()
    return pair_id is not None and permission.standing(said(session, pair_id)) is Standing.GIVEN


def said(session: Session, pair_id: str) -> tuple[permission.PermissionEvent, ...]:
    """Everything an adult said about a pair, the newest last."""
    rows = session.execute(
        select(
            col(PermissionEvent.capacity), col(PermissionEvent.decision), col(PermissionEvent.day),
            col(PermissionEvent.notice_version), col(PermissionEvent.notice_hash), col(PermissionEvent.sequence),
        )
        .where(col(PermissionEvent.pair_id) == pair_id)
        .order_by(col(PermissionEvent.sequence))
    )  # fmt: skip
    return tuple(
        permission.PermissionEvent(Capacity(row[0]), Decision(row[1]), row[2], row[3], row[4], row[5]) for row in rows
    )


def record(
    session: Session, pair: Pair, capacity: Capacity, yes: bool, needed: Needed, *, language: str, today: date,
    now: datetime,
) -> None:  # fmt: skip
    """Append what an adult said; saying the same again appends nothing. On the trail by wave and day, without which."""
    # Held, so that two presses at once become one event after the other.
    session.execute(select(col(InvitationPair.id)).where(col(InvitationPair.id) == pair.id).with_for_update())
    events = said(session, pair.id)
    before = permission.standing(events)
    wanted = Standing.GIVEN if yes else Standing.REFUSED
    if events and before is wanted and events[-1].capacity is capacity:
        return
    session.execute(
        insert(PermissionEvent).values(
            id=new_id(), pair_id=pair.id, capacity=capacity, decision=permission.decision(yes, events), day=today,
            sequence=len(events) + 1, notice_version=needed.notice.version, notice_hash=needed.notice_hash,
            language=language,
        )
    )  # fmt: skip
    audit.record(session, audit.RESPONDENT, "permission.said", pair.wave_id, now=now)


def counted(session: Session, wave_id: str) -> dict[Standing, int]:
    """How many pairs of a wave stand where; to be protected before anybody sees it."""
    rows = session.execute(
        select(col(InvitationPair.id), col(PermissionEvent.decision))
        .outerjoin(PermissionEvent, col(PermissionEvent.pair_id) == col(InvitationPair.id))
        .where(col(InvitationPair.wave_id) == wave_id)
        .order_by(col(PermissionEvent.sequence))
    )
    newest = {row.id: row.decision for row in rows}
    found = Counter(
        Standing.WAITING if decided is None else Standing.GIVEN if decided == Decision.AGREED else Standing.REFUSED
        for decided in newest.values()
    )
    return {standing: found[standing] for standing in Standing}
