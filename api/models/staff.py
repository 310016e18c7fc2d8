"""Staff, how they sign in, and which pseudonyms a practitioner works with."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from api.models.columns import identifier, moment, one_of, reference, short_text
from api.roles import Role


class Staff(SQLModel, table=True):
    """A member of staff. Their own name is here; no child's is."""

    __tablename__ = "staff"
    __table_args__ = (one_of("role", Role),)

    id: str = identifier()
    email: str = short_text(254, unique=True)
    display_name: str = short_text(100)
    role: str = short_text(20)
    password_hash: str | None = short_text(300, nullable=True)
    active: bool = True
    created_at: datetime = moment()


class StaffSession(SQLModel, table=True):
    """A signed-in browser; the cookie holds the token, this table only its hash, so a session can be ended here."""

    __tablename__ = "staff_sessions"

    token_hash: str = Field(primary_key=True, max_length=64)
    staff_id: str = reference("staff.id", cascade=True)
    created_at: datetime = moment()
    expires_at: datetime = moment()


class SignInLink(SQLModel, table=True):
    """A link that signs in once."""

    __tablename__ = "sign_in_links"

    token_hash: str = Field(primary_key=True, max_length=64)
    staff_id: str = reference("staff.id", cascade=True)
    leads_to: str = short_text(200)
    expires_at: datetime = moment()
    used_at: datetime | None = moment(nullable=True)


class CaseAssignment(SQLModel, table=True):
    """A practitioner may log observations about this pseudonym; ``note`` is theirs to tell cases apart, not a name."""

    __tablename__ = "case_assignments"
    __table_args__ = (UniqueConstraint("staff_id", "pseudonym"),)

    id: str = identifier()
    staff_id: str = reference("staff.id", cascade=True)
    pseudonym: str = short_text(40)
