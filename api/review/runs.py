"""Theme runs of a wave: asking for one, and where the newest stands."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlmodel import Session, col

from api import audit, jobs
from api.audit import Actor
from api.errors import Refused
from api.models import Job, ThemeRun, Wave
from api.models.columns import new_id
from api.models.jobs import JobState
from api.models.themes import RunState
from api.review.fitting import FIT_THEMES, STAGES

GOING_ON = (RunState.WAITING, RunState.RUNNING)


@dataclass(frozen=True, slots=True)
class Step:
    """How far a run has come: step ``number`` of ``of``, and how much of that is done in percent."""

    name: str
    number: int
    of: int
    percent: int


@dataclass(frozen=True, slots=True)
class Run:
    """One run as it stands: ``state`` is ``failed`` too where the job was lost with its worker.

    How many texts and people it saw is left out on purpose: beside today's number it
    would tell how many have taken their answers out since.
    """

    id: str
    wave_id: str
    state: RunState
    requested_at: datetime
    finished_at: datetime | None
    message: str
    config: dict[str, Any]
    versions: dict[str, Any]
    stages: list[dict[str, Any]]

    @property
    def going_on(self) -> bool:
        """Whether it may still become something by itself."""
        return self.state in GOING_ON

    @property
    def step(self) -> Step | None:
        """Where a run that goes on is; None before its first step and after its last."""
        if self.state is not RunState.RUNNING or not self.stages or self.stages[-1]["name"] not in STAGES:
            return None
        now = self.stages[-1]
        return Step(now["name"], STAGES.index(now["name"]) + 1, len(STAGES), int(100 * now.get("share", 0)))


def request(session: Session, wave_id: str, actor: Actor, *, requested_by: str | None, now: datetime) -> str:
    """Ask for themes of a wave; the run's id. A second click while one is going on gives that one's id."""
    found = session.execute(select(col(Wave.id)).where(col(Wave.id) == wave_id).with_for_update()).first()
    if found is None:
        raise Refused("not_found")
    newest = next(iter(of_waves(session, [wave_id]).get(wave_id, ())), None)
    if newest is not None and newest.going_on:
        return newest.id
    run_id = new_id()
    session.execute(
        insert(ThemeRun).values(
            id=run_id, wave_id=wave_id, state=RunState.WAITING, requested_by=requested_by, requested_at=now,
            documents=0, people=0, config={}, versions={}, stages=[], message="",
        )
    )  # fmt: skip
    jobs.enqueue(session, FIT_THEMES, {"run_id": run_id}, now=now)
    audit.record(session, actor, "themes.requested", run_id, {"wave": wave_id}, now=now)
    return run_id


def of_waves(session: Session, wave_ids: Collection[str] | None = None) -> dict[str, tuple[Run, ...]]:
    """The runs of each wave, the newest first; of all waves where none is named."""
    query = select(
        col(ThemeRun.id), col(ThemeRun.wave_id), col(ThemeRun.state), col(ThemeRun.requested_at),
        col(ThemeRun.finished_at), col(ThemeRun.message), col(ThemeRun.config), col(ThemeRun.versions),
        col(ThemeRun.stages),
    ).order_by(col(ThemeRun.requested_at).desc(), col(ThemeRun.id))  # fmt: skip
    if wave_ids is not None:
        query = query.where(col(ThemeRun.wave_id).in_(wave_ids))
    rows = session.execute(query).all()
    alive = _with_a_job(session) if any(row.state in GOING_ON for row in rows) else set()
    runs: dict[str, list[Run]] = {}
    for row in rows:
        state = RunState(row.state)
        lost = state in GOING_ON and row.id not in alive
        run = Run(
            row.id, row.wave_id, RunState.FAILED if lost else state, row.requested_at, row.finished_at, row.message,
            row.config, row.versions, row.stages,
        )  # fmt: skip
        runs.setdefault(row.wave_id, []).append(run)
    return {wave_id: tuple(found) for wave_id, found in runs.items()}


def finished(session: Session, wave_id: str) -> Run | None:
    """The newest run of a wave that was finished; None before the first."""
    return next((run for run in of_waves(session, [wave_id]).get(wave_id, ()) if run.state is RunState.DONE), None)


def _with_a_job(session: Session) -> set[str]:
    payloads = session.execute(
        select(col(Job.payload)).where(
            col(Job.kind) == FIT_THEMES, col(Job.state).in_((JobState.WAITING, JobState.LEASED))
        )
    ).scalars()
    return {payload["run_id"] for payload in payloads}
