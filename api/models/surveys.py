"""Published surveys, the waves in which they are asked, and the ways in."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Boolean, CheckConstraint, Column, UniqueConstraint, false
from sqlmodel import Field, SQLModel

from api.models.columns import UNORDERED, document, identifier, moment, one_of, part_of_key, reference, short_text
from survey_engine.consent import Decision
from survey_engine.permission import Capacity


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
    """One asking of one version, in one area and period; ``needs_permission``: see ``WavePermission``."""

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
    needs_permission: bool = Field(default=False, sa_column=Column(Boolean, nullable=False, server_default=false()))


class WavePermission(SQLModel, table=True):
    """What an adult is told whose permission a wave needs: why, in an officer's sentence, and the notice they read.

    ``adults_wave_id`` is the wave of a survey for parents and carers that they are offered
    afterwards; nothing joins its responses to those of this wave.
    """

    __tablename__ = "wave_permissions"

    wave_id: str = part_of_key("waves.id")
    why: str = short_text(300)
    adults_wave_id: str | None = reference("waves.id", nullable=True)
    notice: dict[str, Any] = document()
    notice_version: str = short_text(40)
    notice_hash: str = short_text(64)


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


class InvitationPair(SQLModel, table=True):
    """Two ways into a wave that needs permission: one for a child, one for the adult who may say yes. It links no people.

    The adult's own survey has a third way in, which no row joins to this one (``manage``).
    """

    __tablename__ = "invitation_pairs"
    __table_args__ = (UniqueConstraint("child_id"), UniqueConstraint("adult_id"), UNORDERED)

    id: str = identifier()
    wave_id: str = reference("waves.id")
    child_id: str = reference("invitations.id", index=False)
    adult_id: str = reference("invitations.id", index=False)


class PermissionEvent(SQLModel, table=True):
    """One yes or no of an adult for the child of a pair. Appended, never changed; the newest holds."""

    __tablename__ = "permission_events"
    __table_args__ = (
        UniqueConstraint("pair_id", "sequence"),
        one_of("capacity", Capacity),
        one_of("decision", Decision),
        UNORDERED,
    )

    id: str = identifier()
    pair_id: str = reference("invitation_pairs.id")
    capacity: str = short_text(20)
    decision: str = short_text(12)
    sequence: int
    day: date
    notice_version: str = short_text(40)
    notice_hash: str = short_text(64)
    language: str = short_text(35)
