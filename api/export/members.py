"""Who is in a release, compared with who was in earlier ones of the same wave.

Two files of almost the same people tell about the few who differ: their rows are what is
left when one file is taken away from the other. So two releases of a wave hold the same
rows, or rows of at least as many people more as the threshold says.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import and_, or_, select
from sqlalchemy.sql.elements import ColumnElement
from sqlmodel import Session, col

from api import agreements
from api.models import Release, ReleaseMember, Response, Wave
from api.models.releases import ReleaseState
from survey_engine.consent import Purpose
from survey_engine.disclosure import Policy

HANDED_OUT = (ReleaseState.RELEASED, ReleaseState.ENDED)

Rows = Mapping[str, str]
"""Response id to the person it is from: of one child practitioners may have logged several."""


def people(rows: Rows) -> int:
    """From how many people these rows are."""
    return len(set(rows.values()))


def hold_wave(session: Session, wave_id: str) -> None:
    """Let nobody else ask or decide about this wave until the session ends: each has to see what the other did."""
    session.execute(select(col(Wave.id)).where(col(Wave.id) == wave_id).with_for_update(key_share=True))


def usable_now(session: Session, wave_id: str) -> Rows:
    """Everybody of a wave who agrees to research now; until the session ends they wait with withdrawing."""
    found = session.execute(
        select(col(Response.id), agreements.person().label("person"))
        .where(col(Response.id).in_(agreements.usable(wave_id, Purpose.RESEARCH)))
        .with_for_update(read=True, of=Response)
    )
    return {row.id: row.person for row in found}


def of_release(session: Session, wave_id: str, release_id: str) -> Rows:
    """Who of a release agrees to research still."""
    usable = usable_now(session, wave_id)
    members = session.execute(
        select(col(ReleaseMember.response_id)).where(col(ReleaseMember.release_id) == release_id)
    ).scalars()
    return {response_id: usable[response_id] for response_id in members if response_id in usable}


def earlier(asked_by: str | None = None) -> ColumnElement[bool]:
    """The condition on ``Release`` that it was handed out, or with ``asked_by`` that this person waits for it."""
    handed_out: ColumnElement[bool] = col(Release.state).in_(HANDED_OUT)
    if asked_by is None:
        return handed_out
    return or_(handed_out, and_(col(Release.state) == ReleaseState.REQUESTED, col(Release.requested_by) == asked_by))


def too_alike(session: Session, wave_id: str, rows: Rows, policy: Policy, *, asked_by: str | None = None) -> bool:
    """Whether rows of a few people only tell these from an earlier release of the wave.

    Earlier are those released and ended; with ``asked_by`` also what this person waits for.
    Rows withdrawn since are in no file made from now on, so they are not compared.
    """
    found = session.execute(
        select(col(ReleaseMember.release_id), col(Response.id), agreements.person())
        .join(Release, col(Release.id) == col(ReleaseMember.release_id))
        .join(Response, col(Response.id) == col(ReleaseMember.response_id))
        .where(
            col(Release.wave_id) == wave_id,
            earlier(asked_by),
            col(Response.id).in_(agreements.usable(wave_id, Purpose.RESEARCH)),
        )
    )
    releases: dict[str, dict[str, str]] = {}
    for release_id, response_id, person in found:
        releases.setdefault(release_id, {})[response_id] = person
    return any(
        0 < people(_without(one, other)) < policy.threshold
        for before in releases.values()
        for one, other in ((rows, before), (before, rows))
    )


def _without(rows: Rows, others: Rows) -> Rows:
    return {response_id: person for response_id, person in rows.items() if response_id not in others}
