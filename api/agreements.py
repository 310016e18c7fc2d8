"""Which responses may be used for what: the one place where agreement meets a query.

Every way out of the database (themes, quotes, figures, exports) begins with one of these
sets. The rule itself is ``survey_engine.consent.permitted``; this is the same rule as a
query, and a test holds the two together on random histories.
"""

from __future__ import annotations

from functools import cache

from sqlalchemy import Select, String, and_, cast, exists, func, select
from sqlalchemy.orm import aliased
from sqlalchemy.sql.elements import ColumnElement
from sqlmodel import Session, col

from api.models import AgreementEvent, Response
from api.models.responses import ResponseState
from survey_engine import consent
from survey_engine.consent import Decision, Permitted, Purpose


@cache
def holds(purpose: Purpose) -> ColumnElement[bool]:
    """A condition on ``Response``: the newest decision on this purpose is a yes."""
    newest, later = aliased(AgreementEvent), aliased(AgreementEvent)
    return exists(
        select(col(newest.id)).where(
            col(newest.response_id) == col(Response.id),
            col(newest.purpose) == purpose.value,
            col(newest.decision) == Decision.AGREED.value,
            ~exists(
                select(col(later.id)).where(
                    col(later.response_id) == col(newest.response_id),
                    col(later.purpose) == col(newest.purpose),
                    col(later.sequence) > col(newest.sequence),
                )
            ),
        )
    )


def usable(wave_id: str, *purposes: Purpose) -> Select[str]:
    """The ids of sent, not withdrawn responses of a wave whose agreement holds for taking part and these purposes."""
    return select(col(Response.id)).where(col(Response.wave_id) == wave_id, is_usable(*purposes))


def is_usable(*purposes: Purpose) -> ColumnElement[bool]:
    """The same as a condition on ``Response``, whatever its wave."""
    return and_(
        col(Response.state) == ResponseState.SUBMITTED,
        holds(Purpose.TAKE_PART),
        *(holds(purpose) for purpose in purposes),
    )


def person() -> ColumnElement[str]:
    """Who a ``Response`` is from: the child's pseudonym where practitioners log, else the response itself."""
    return func.coalesce(col(Response.case_pseudonym), cast(col(Response.id), String))


def permitted(session: Session, response_id: str) -> Permitted:
    """What one response's agreement permits now."""
    rows = session.execute(
        select(
            col(AgreementEvent.purpose), col(AgreementEvent.decision), col(AgreementEvent.day),
            col(AgreementEvent.notice_version), col(AgreementEvent.notice_hash), col(AgreementEvent.sequence),
        ).where(col(AgreementEvent.response_id) == response_id)
    )  # fmt: skip
    return consent.permitted(
        consent.AgreementEvent(Purpose(row[0]), Decision(row[1]), row[2], row[3], row[4], row[5]) for row in rows
    )
