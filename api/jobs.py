"""Work for later: enqueue in the caller's transaction, claim with a lease, finish or fail. Knows no job.

A job whose worker is killed is claimed again when its lease runs out, so it may run
twice and must be idempotent; it is never lost. A long one renews its lease as it goes on. Finished jobs are deleted: their times
would tell when a child answered.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, or_, select, update
from sqlmodel import Session, col

from api.models import Job
from api.models.columns import new_id
from api.models.jobs import JobState

LEASE = timedelta(minutes=15)
MAXIMUM_ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class Claimed:
    """A job in hand; ``lease`` proves that it is still ours."""

    id: str
    kind: str
    payload: dict[str, Any]
    attempts: int
    lease: str


def enqueue(session: Session, kind: str, payload: Mapping[str, Any], *, now: datetime, priority: int = 5) -> None:
    """Ask for work; it exists exactly when the caller's transaction commits."""
    session.execute(
        insert(Job).values(
            id=new_id(), kind=kind, payload=dict(payload), priority=priority, state=JobState.WAITING,
            attempts=0, available_at=now, error="",
        )
    )  # fmt: skip


def claim(session: Session, *, now: datetime) -> Claimed | None:
    """Take the next job that is due, or whose worker let its lease run out; None when there is none."""
    due = (
        select(col(Job.id), col(Job.kind), col(Job.payload), col(Job.attempts))
        .where(
            col(Job.available_at) <= now,
            or_(col(Job.state) == JobState.WAITING, col(Job.state) == JobState.LEASED),
            col(Job.attempts) < MAXIMUM_ATTEMPTS,
        )
        .order_by(col(Job.priority), col(Job.available_at))
        .limit(1)
        .with_for_update(skip_locked=True)  # PostgreSQL: many workers side by side; SQLite: one writer anyway
    )
    row = session.execute(due).first()
    if row is None:
        return None
    lease = new_id()
    session.execute(
        update(Job)
        .where(col(Job.id) == row.id)
        .values(state=JobState.LEASED, lease=lease, attempts=row.attempts + 1, available_at=now + LEASE)
    )
    return Claimed(row.id, row.kind, row.payload, row.attempts + 1, lease)


def abandon(session: Session, *, now: datetime) -> tuple[Claimed, ...]:
    """Give up jobs that took every worker down with them; the caller does what is left to do for each."""
    lost = session.execute(
        update(Job)
        .where(col(Job.state) == JobState.LEASED, col(Job.available_at) <= now, col(Job.attempts) >= MAXIMUM_ATTEMPTS)
        .values(state=JobState.FAILED, error="LeaseLost")
        .returning(col(Job.id), col(Job.kind), col(Job.payload), col(Job.attempts))
    )
    return tuple(Claimed(row.id, row.kind, row.payload, row.attempts, "") for row in lost)


def renew(session: Session, job: Claimed, *, now: datetime) -> bool:
    """Hold a job for another lease from now; False when somebody else has taken it since."""
    held = (
        update(Job)
        .where(col(Job.id) == job.id, col(Job.lease) == job.lease)
        .values(available_at=now + LEASE)
        .returning(col(Job.id))
    )
    return session.execute(held).first() is not None


def put_back(session: Session, job: Claimed, *, now: datetime) -> None:
    """Let another worker go on at once, because this one was told to stop; that is no failed attempt."""
    session.execute(
        update(Job)
        .where(col(Job.id) == job.id, col(Job.lease) == job.lease)
        .values(state=JobState.WAITING, available_at=now, attempts=job.attempts - 1)
    )


def finish(session: Session, job: Claimed) -> bool:
    """Delete a finished job; False when somebody else has taken it since (the work was done twice, harmlessly)."""
    done = delete(Job).where(col(Job.id) == job.id, col(Job.lease) == job.lease).returning(col(Job.id))
    return session.execute(done).first() is not None


def fail(session: Session, job: Claimed, error_type: str, *, now: datetime) -> bool:
    """Put a job back with a growing wait; after the last attempt it stays as failed. True when it was the last."""
    last = job.attempts >= MAXIMUM_ATTEMPTS
    session.execute(
        update(Job)
        .where(col(Job.id) == job.id, col(Job.lease) == job.lease)
        .values(
            state=JobState.FAILED if last else JobState.WAITING,
            available_at=now + timedelta(seconds=2**job.attempts),
            error=error_type[:80],
        )
    )
    return last
