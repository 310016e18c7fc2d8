"""What a release holds now: its rows, what was left out and why, and which columns need a second look.

Worked out from the database each time, never stored. Rows carry pseudonyms of this one
release and are sorted by them, so neither a name nor the order tells who answered first;
no day and no time is in them. Figures about people who are *not* in the file pass
through ``survey_engine.disclosure``; how many are in it anybody can count.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import Row, Select, case, func, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from api import agreements, published
from api.export import codes
from api.export.cells import harmless_words
from api.export.codes import AskedCodes
from api.keyring import Keyring
from api.models import Answer, Release, ReleaseMember, Response, Staff
from api.models.releases import ReleaseState
from api.models.responses import RedactionState, ResponseState
from api.published import OpenedWave
from survey_engine import answers, codebook, collection, disclosure, equivalence, scoring
from survey_engine.answers import AnswerState
from survey_engine.codebook import MISSING, Variable
from survey_engine.collection import Helped, HelpedBy, Mode
from survey_engine.consent import Purpose
from survey_engine.definition import FREE_TEXT, Survey
from survey_engine.disclosure import Cell, CountTable, Policy, ProtectedTable
from survey_engine.equivalence import EquivalenceMap
from survey_engine.licensed import without_licensed

EXPORT_ID = "export_id"
EXPORT_ID_LENGTH = 20
"""Characters of base32: 100 bits, far more than any set of respondents needs to be told apart."""
UNREADABLE = frozenset({RedactionState.PENDING, RedactionState.NEEDS_READING, RedactionState.FAILED})
NO_AGREEMENT = "did not agree to research"
WITHDRAWN = "deleted their answers"
LATER = "sent their answers after this was asked for"
_INCLUDED = "included"
_STANDINGS = (_INCLUDED, LATER, NO_AGREEMENT, WITHDRAWN)
_SOME_WORDS = "…"


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it stands. ``with_texts``: own words were asked for, made safe by redaction; ``codes``: codes of them."""

    id: str
    wave: OpenedWave
    purpose: str
    with_texts: bool
    codes: AskedCodes | None
    state: ReleaseState
    requested_by: str
    requested_by_name: str
    requested_at: datetime
    decided_by_name: str | None
    decided_at: datetime | None
    note: str


@dataclass(frozen=True, slots=True)
class ColumnCheck:
    """``review``: some answer in this column was given by fewer people than the threshold; how many is not said."""

    column: str
    label: str
    status: str


@dataclass(frozen=True, slots=True)
class Content:
    """What a release holds now. ``rows`` have ``export_id`` first, then a cell for each variable, in their order."""

    asked: Asked
    variables: tuple[Variable, ...]
    rows: tuple[dict[str, str], ...]
    people: int
    """From how many people the rows are: of one child practitioners may have logged several observations."""
    checks: tuple[ColumnCheck, ...]
    left_out: ProtectedTable
    unchecked_texts: Cell
    """How many people in the file have words that a person or the computer still has to make safe."""

    @property
    def to_review(self) -> tuple[ColumnCheck, ...]:
        """The columns a second person has to look at before releasing."""
        return tuple(check for check in self.checks if check.status == "review")

    @property
    def texts(self) -> tuple[Variable, ...]:
        """The columns of own words in the file."""
        return tuple(v for v in self.variables if v.kind in FREE_TEXT) if self.asked.with_texts else ()


def asked(session: Session, release_id: str) -> Asked | None:
    """One request; None for an unknown one."""
    return next(_asked(session, release_id=release_id), None)


def all_asked(session: Session, *, by: str | None = None) -> tuple[Asked, ...]:
    """All requests, the newest first; with ``by`` only those of one member of staff."""
    return tuple(_asked(session, by=by))


def _asked(session: Session, *, release_id: str | None = None, by: str | None = None) -> Iterator[Asked]:
    requester, decider = aliased(Staff), aliased(Staff)
    query: Select[*tuple[Any, ...]] = (
        select(
            col(Release.id), col(Release.wave_id), col(Release.purpose), col(Release.state), col(Release.requested_by),
            col(requester.display_name).label("requested_by_name"), col(Release.requested_at),
            col(decider.display_name).label("decided_by_name"), col(Release.decided_at),
            col(Release.decision_note), col(Release.manifest),
        )
        .join(requester, col(requester.id) == col(Release.requested_by))
        .outerjoin(decider, col(decider.id) == col(Release.decided_by))
        .order_by(col(Release.requested_at).desc(), col(Release.id))
    )  # fmt: skip
    if release_id is not None:
        query = query.where(col(Release.id) == release_id)
    if by is not None:
        query = query.where(col(Release.requested_by) == by)
    rows = session.execute(query).all()
    waves = {wave_id: published.wave(session, wave_id) for wave_id in {row.wave_id for row in rows}}
    for row in rows:
        wave = waves[row.wave_id]
        assert wave is not None  # a foreign key
        yield Asked(
            row.id, wave, row.purpose, bool((row.manifest or {}).get("with_texts")),
            codes.asked(session, row.manifest or {}), ReleaseState(row.state),
            row.requested_by, row.requested_by_name, row.requested_at, row.decided_by_name, row.decided_at,
            row.decision_note,
        )  # fmt: skip


def content(session: Session, keyring: Keyring, request: Asked, policy: Policy) -> Content | None:
    """What this release would hold if it were downloaded now; None where that is too few people to say anything."""
    survey = request.wave.published.survey
    key = keyring.derive(f"export/{request.id}")
    rows: list[dict[str, str]] = []
    persons: list[str] = []
    responses: dict[str, bool] = {}
    unchecked: set[str] = set()
    for response_id, given in groupby(_answers(session, request), key=attrgetter("response_id")):
        all_given = list(given)
        person = all_given[0].person
        stored = [row for row in all_given if row.question is not None]
        cells = _cells(survey, stored, all_given[0].day, request.with_texts) | _collected(request.wave, all_given[0])
        rows.append({EXPORT_ID: export_id(key, response_id), **cells})
        persons.append(person)
        responses[response_id] = any(row.redaction != RedactionState.NOT_TEXT for row in stored)
        if any(row.redaction in UNREADABLE for row in stored):
            unchecked.add(person)
    people = len(set(persons))
    if people < policy.threshold:
        return None
    whole = request.wave.published.content_hash  # of what was asked, also where words of it may not leave
    variables = tuple(
        replace(variable, survey_version=whole)
        for variable in (
            *codebook.codebook(without_licensed(survey)[0]),
            *scoring.score_columns(survey),
            *equivalence.common_columns(shared_concepts(), survey),
            *collection.collection_columns(survey),
        )
    )
    if request.codes is not None:
        taken = [variable.name for variable in variables]
        of_persons = dict(zip(responses, persons, strict=True))
        coded = codes.columns(session, request.id, request.codes, of_persons, taken, policy)
        variables += tuple(replace(variable, survey_version=whole) for variable in coded.variables)
        for row, (response_id, said) in zip(rows, responses.items(), strict=True):
            row.update(coded.row(response_id, said_something=said))
    unchecked_cell = disclosure.protect_list({"people": len(unchecked) if request.with_texts else 0}, None, policy)
    return Content(
        asked=request,
        variables=variables,
        rows=tuple(sorted(rows, key=lambda row: row[EXPORT_ID])),
        people=people,
        checks=tuple(_checks(variables, rows, persons, policy)),
        left_out=disclosure.protect(_left_out(session, request), policy),
        unchecked_texts=unchecked_cell.cells["people",],
    )


def export_id(key: bytes, response_id: str) -> str:
    """The pseudonym of one row within one release: a keyed hash, the key being of this release alone."""
    return base64.b32encode(hmac.new(key, response_id.encode(), hashlib.sha256).digest()).decode()[:EXPORT_ID_LENGTH]


def _answers(session: Session, request: Asked) -> list[Row[Any]]:
    # One statement, so one view of the data: a withdrawal that commits meanwhile is in it wholly or not at all.
    return list(
        session.execute(
            select(
                col(Response.id).label("response_id"), agreements.person().label("person"), col(Response.day), col(Answer.question), col(Answer.state), col(Answer.value),
                col(Answer.redaction), col(Answer.redacted_text), col(Response.mode), col(Response.helped_by),
                col(Response.help_reads), col(Response.help_writes),
            )
            .outerjoin(Answer, col(Answer.response_id) == col(Response.id))
            .where(
                col(Response.id).in_(agreements.usable(request.wave.id, Purpose.RESEARCH)),
                col(Response.id).in_(_members(request.id)),
            )
            .order_by(col(Response.id))
        )
    )  # fmt: skip


def _members(release_id: str) -> Any:
    return select(col(ReleaseMember.response_id)).where(col(ReleaseMember.release_id) == release_id)


def _cells(survey: Survey, stored: list[Row[Any]], day: date, with_texts: bool) -> dict[str, str]:
    """One response's cells, worked out as of the day it was sent; the day itself is in none of them."""
    given: dict[str, answers.Answer] = {}
    safe: dict[str, str] = {}
    for row in stored:
        text = row.redacted_text if row.redaction == RedactionState.DONE else None
        value = row.value
        if row.redaction != RedactionState.NOT_TEXT:
            # Words that may not be shown still count as said, for the conditions of later questions.
            value = text or _SOME_WORDS
            if with_texts and text:
                safe[row.question] = harmless_words(text)
        state = AnswerState(row.state)
        given[row.question] = answers.from_json(
            {"s": row.state, "v": value} if state is AnswerState.ANSWERED else {"s": row.state}
        )
    in_common = equivalence.common_cells(shared_concepts(), survey, given, today=day)
    return codebook.coded(survey, given, safe, today=day) | scoring.scored(survey, given, today=day) | in_common


def _collected(wave: OpenedWave, row: Row[Any]) -> dict[str, str]:
    """How one response was collected; checked like any other column, because few with a helper can point to one."""
    helped = Helped(HelpedBy(row.helped_by), row.help_reads, row.help_writes) if row.helped_by else None
    return collection.collected(wave.published.survey, Mode(row.mode), helped, needed_permission=wave.needs_permission)


@cache
def shared_concepts() -> EquivalenceMap:
    """What the ready-made surveys ask alike over ages and years; a broken file is a bug of ours and raises."""
    file = files("survey_engine").joinpath("equivalences", "equivalence.yaml")
    read = equivalence.read_map(file.read_bytes())
    if not isinstance(read, EquivalenceMap):
        raise ValueError(read[0].message)
    return read


def _checks(
    variables: tuple[Variable, ...], rows: Sequence[dict[str, str]], persons: Sequence[str], policy: Policy
) -> Iterator[ColumnCheck]:
    """Each column by itself: has every answer in it been given by enough people? Missing answers say nothing."""
    for variable in variables:
        if variable.kind in FREE_TEXT:
            continue
        given_by: defaultdict[str, set[str]] = defaultdict(set)
        for row, person in zip(rows, persons, strict=True):
            given_by[row[variable.name]].add(person)
        small = any(policy.hides(len(people)) for cell, people in given_by.items() if cell not in MISSING)
        yield ColumnCheck(variable.name, variable.label, "review" if small else "pass")


def _left_out(session: Session, request: Asked) -> CountTable:
    """People of this wave of whom nothing is in the file, by reason; somebody with several rows has the first.

    Who never sent anything is nobody left out: what they began was deleted, by them or because it ran
    out. An empty row does not tell that from answers that were sent and kept as long as promised,
    so neither is counted.
    """
    standing = case(
        (col(Response.state) == ResponseState.WITHDRAWN, _STANDINGS.index(WITHDRAWN)),
        (
            col(Response.id).not_in(agreements.usable(request.wave.id, Purpose.RESEARCH)),
            _STANDINGS.index(NO_AGREEMENT),
        ),
        (col(Response.id).in_(_members(request.id)), _STANDINGS.index(_INCLUDED)),
        else_=_STANDINGS.index(LATER),
    )
    each = (
        select(func.min(standing).label("standing"))
        .where(
            col(Response.wave_id) == request.wave.id,
            col(Response.state).in_((ResponseState.SUBMITTED, ResponseState.WITHDRAWN)),
        )
        .group_by(agreements.person())
        .subquery()
    )
    counted: dict[str, int] = {
        _STANDINGS[row.standing]: row.people
        for row in session.execute(select(each.c.standing, func.count().label("people")).group_by(each.c.standing))
    }
    return CountTable(("reason",), {(reason,): counted.get(reason, 0) for reason in (NO_AGREEMENT, WITHDRAWN, LATER)})
