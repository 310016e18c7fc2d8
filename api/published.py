"""Published surveys as values: read from their row, checked against their hash, kept while the process lives.

A published version never changes, so a version read once is never read again. Publishing
itself (checks, audit, the first wave) is ``design``'s.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import select
from sqlmodel import Session, col

from api.models import SurveyVersion, Wave
from api.models.surveys import WaveState
from survey_engine.consent import Notice, notice_hash
from survey_engine.definition import Survey, content_hash

_SURVEY = TypeAdapter(Survey)
_NOTICE = TypeAdapter(Notice)


WAVE_COLUMNS: Sequence[Any] = (
    col(Wave.id), col(Wave.label), col(Wave.area_code), col(Wave.area_name), col(Wave.opens_on),
    col(Wave.closes_on), col(Wave.state), col(Wave.needs_permission), col(Wave.survey_version_id),
)  # fmt: skip
"""What a query has to select to make an ``OpenedWave``, in this order."""


@dataclass(frozen=True, slots=True)
class Published:
    """One published version."""

    id: str
    name: str
    version: int
    survey: Survey
    notice: Notice
    content_hash: str
    notice_hash: str


@dataclass(frozen=True, slots=True)
class OpenedWave:
    """A wave with its survey; ``takes_answers`` says whether it is open on the day that was asked about.

    ``needs_permission``: an adult has to say yes before a child is asked (``pairs``).
    """

    id: str
    label: str
    area_code: str
    area_name: str
    opens_on: date
    closes_on: date
    state: str
    published: Published
    needs_permission: bool = False

    def takes_answers(self, today: date) -> bool:
        """Open by state and by date."""
        return self.state == WaveState.OPEN and self.opens_on <= today <= self.closes_on


def version(session: Session, version_id: str) -> Published:
    """A published version by its id; raises ``LookupError`` for an unknown one, which is a bug."""
    known = _by_id.get(version_id)
    if known is None:
        row = session.execute(
            select(
                col(SurveyVersion.name), col(SurveyVersion.version), col(SurveyVersion.definition),
                col(SurveyVersion.content_hash), col(SurveyVersion.notice), col(SurveyVersion.notice_hash),
            ).where(col(SurveyVersion.id) == version_id)
        ).one_or_none()  # fmt: skip
        if row is None:
            raise LookupError("no such survey version")
        survey, notice = _SURVEY.validate_python(row.definition), _NOTICE.validate_python(row.notice)
        if content_hash(survey) != row.content_hash or notice_hash(notice) != row.notice_hash:
            raise RuntimeError("a published survey version is not what was published")
        known = Published(version_id, row.name, row.version, survey, notice, row.content_hash, row.notice_hash)
        _by_id[version_id] = known
    return known


_by_id: dict[str, Published] = {}


def wave(session: Session, wave_id: str) -> OpenedWave | None:
    """A wave by its id, with its survey; None for an unknown one."""
    row = session.execute(select(*WAVE_COLUMNS).where(col(Wave.id) == wave_id)).one_or_none()  # fmt: skip
    if row is None:
        return None
    *fields, version_id = row
    return opened(fields, version(session, version_id))


def opened(fields: Sequence[Any], published: Published) -> OpenedWave:
    """A wave from the columns of ``WAVE_COLUMNS`` without the last, which names its version."""
    wave_id, label, area_code, area_name, opens_on, closes_on, state, needs_permission = fields
    return OpenedWave(wave_id, label, area_code, area_name, opens_on, closes_on, state, published, needs_permission)


def waves(session: Session, audience: str | None = None) -> tuple[OpenedWave, ...]:
    """All waves, the newest first; with ``audience`` only those of surveys for it."""
    query = (
        select(*WAVE_COLUMNS)
        .join(SurveyVersion, col(SurveyVersion.id) == col(Wave.survey_version_id))
        .order_by(col(Wave.opens_on).desc(), col(SurveyVersion.title))
    )
    if audience is not None:
        query = query.where(col(SurveyVersion.audience) == audience)
    return tuple(opened(row[:-1], version(session, row[-1])) for row in session.execute(query).all())
