"""Published surveys, the waves in which they are asked, and the ways in."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import SQLModel

from api.models.columns import document, identifier, moment, one_of, reference, short_text


class SurveyVersion(SQLModel, table=True):
    """One published, immutable version: its definition, its agreement notice, and the hashes answers are bound to."""

    __tablename__ = "survey_versions"
    __table_args__ = (UniqueConstraint("name", "version"),)

    id: str = identifier()
    name: str = short_text(60)
    version: int
    title: str = short_text(200)
    audience: str = short_text(20)
    definition: dict[str, Any] = document()
    content_hash: str = short_text(64)
    notice: dict[str, Any] = document()
    notice_version: str = short_text(40)
    notice_hash: str = short_text(64)
    published_by: str | None = reference("staff.id", nullable=True)
    published_at: datetime = moment()


class WaveState(StrEnum):
    """Open waves take answers; themes and releases may be made of both."""

    OPEN = "open"
    CLOSED = "closed"


class Wave(SQLModel, table=True):
    """One asking of one version, in one area and period."""

    __tablename__ = "waves"
    __table_args__ = (
        one_of("state", WaveState),
        CheckConstraint("opens_on <= closes_on", name="opens_before_it_closes"),
    )

    id: str = identifier()
    survey_version_id: str = reference("survey_versions.id")
    label: str = short_text(100)
    area_code: str = short_text(9)
    area_name: str = short_text(100)
    opens_on: date
    closes_on: date
    state: str = short_text(10)


class Kiosk(SQLModel, table=True):
    """A tablet that stands somewhere and lets one person after the other into a wave. Only hashes are kept.

    The link opens one tablet once (``link_hash`` goes then, ``tablet_hash`` comes); from then
    on the tablet is known by its cookie, until somebody ends it or the wave closes.
    """

    __tablename__ = "kiosks"
    __table_args__ = (
        CheckConstraint("link_hash IS NULL OR tablet_hash IS NULL", name="a_link_opens_one_tablet"),
        CheckConstraint("NOT ended OR (link_hash IS NULL AND tablet_hash IS NULL)", name="an_ended_one_has_no_way_in"),
    )

    id: str = identifier()
    wave_id: str = reference("waves.id")
    label: str = short_text(100)
    link_hash: str | None = short_text(64, nullable=True, unique=True)
    tablet_hash: str | None = short_text(64, nullable=True, unique=True)
    pin_hash: str = short_text(300)
    ended: bool = False
    created_by: str | None = reference("staff.id", nullable=True)
    created_at: datetime = moment()


class Invitation(SQLModel, table=True):
    """A way in: a link and a short code for the same wave. Only hashes are kept.

    ``used`` is a yes or no without a time, and no response points back here once it was
    sent: who was invited and what was said cannot be joined.
    """

    __tablename__ = "invitations"

    id: str = identifier()
    wave_id: str = reference("waves.id")
    token_hash: str = short_text(64, unique=True)
    code_hash: str = short_text(64, unique=True)
    single_use: bool = False
    used: bool = False
    expires_on: date
    created_by: str | None = reference("staff.id", nullable=True)
