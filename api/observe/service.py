"""The steps of logging an observation: whose case it is, which forms are open, storing it once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import and_, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from api import audit, intake, published, security
from api.audit import Actor
from api.intake import NewResponse
from api.keyring import Keyring
from api.models import CaseAssignment, Response
from api.models.responses import ResponseKind, ResponseState
from api.published import OpenedWave
from api.received_files import Kept
from api.vault import Vault
from survey_engine.answers import Answer, AnswerState
from survey_engine.consent import Decision, Purpose
from survey_engine.definition import Audience


@dataclass(frozen=True, slots=True)
class Case:
    """A case on a practitioner's list. ``pseudonym`` is for the database; a page shows ``shown``."""

    assignment_id: str
    pseudonym: str
    logged: int = 0
    """How many observations this practitioner has logged about it."""

    @property
    def shown(self) -> str:
        """As much of the pseudonym as tells cases apart, in groups."""
        return security.shown_code(self.pseudonym[:8])


def own_cases(session: Session, staff_id: str) -> tuple[Case, ...]:
    """A practitioner's cases, each with how often they logged about it themselves."""
    mine = and_(
        col(Response.case_pseudonym) == col(CaseAssignment.pseudonym),
        col(Response.logged_by) == staff_id,
        col(Response.state) == ResponseState.SUBMITTED,
    )
    rows = session.execute(
        select(col(CaseAssignment.id), col(CaseAssignment.pseudonym), func.count(col(Response.id)))
        .outerjoin(Response, mine)
        .where(col(CaseAssignment.staff_id) == staff_id)
        .group_by(col(CaseAssignment.id), col(CaseAssignment.pseudonym))
        .order_by(col(CaseAssignment.pseudonym))
    )
    return tuple(Case(*row) for row in rows)


def own_case(session: Session, staff_id: str, assignment_id: str) -> Case | None:
    """One case, if it is on this practitioner's list."""
    row = session.execute(
        select(col(CaseAssignment.id), col(CaseAssignment.pseudonym)).where(
            col(CaseAssignment.id) == assignment_id, col(CaseAssignment.staff_id) == staff_id
        )
    ).first()
    return None if row is None else Case(row[0], row[1])


def open_forms(session: Session, today: date) -> tuple[OpenedWave, ...]:
    """The waves practitioners can log on today."""
    return tuple(wave for wave in published.waves(session, Audience.PRACTITIONER) if wave.takes_answers(today))


def response_id(keyring: Keyring, staff_id: str, wave_id: str, case: Case, form: str) -> str:
    """The identifier of what one rendered form becomes.

    Worked out from the form's random mark, so that a form sent twice is stored once, and
    keyed, so that no page ever shows the identifier of an answer.
    """
    whole = f"{staff_id}/{wave_id}/{case.assignment_id}/{form}"
    return str(UUID(hex=keyring.fingerprint("observation form", whole)[:32]))


def store(
    session: Session, vault: Vault, id: str, wave: OpenedWave, case: Case, answers: Mapping[str, Answer],
    choices: Mapping[Purpose, Decision], *, by: Actor, now: datetime, files: Mapping[str, Kept] | None = None,
) -> bool:  # fmt: skip
    """Store one observation with what the child agreed to; False when this form was stored before."""
    response = NewResponse(
        id=id,
        wave=wave,
        kind=ResponseKind.OBSERVATION,
        language=wave.published.survey.languages[0],
        day=now.date(),
        told_by="practitioner",
        case_pseudonym=case.pseudonym,
        logged_by=by.id,
    )
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    stored = session.execute(
        dialect.insert(Response)
        .values(
            id=id, wave_id=wave.id, kind=response.kind, state=ResponseState.SUBMITTED, language=response.language,
            day=response.day, case_pseudonym=case.pseudonym, logged_by=by.id,
        )
        .on_conflict_do_nothing(index_elements=["id"])
        .returning(col(Response.id))
    ).first()  # fmt: skip
    if stored is None:
        return False
    intake.record_agreement(session, response, choices)
    for question, file in (files or {}).items():
        kept = vault.files.keep(id, question, file.media_type, file.data, secret=None)
        answers = {**answers, question: Answer(AnswerState.ANSWERED, kept)}
    intake.store_answers(session, vault, response, answers, now=now)
    audit.record(session, by, "observation.logged", wave.id, now=now)
    return True
