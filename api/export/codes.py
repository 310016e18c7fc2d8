"""The codes of a release: of what was said, as a person decided or the computer was sure, as they stood when it was asked for.

Like who is in it, the codes are fixed at the request: a decision made later is in no file of it. A code
of fewer people than the threshold has no column of its own; all of these share one where together they
are of enough people. Which codes have a column is fixed too: else what was joined could be told
apart later. Two releases of a wave give a code to the same people, or to so many others that
nobody is singled out (decision 0032).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.sql.elements import ColumnElement
from sqlmodel import Session, col

from api import agreements
from api.models import Answer, CodeFrame, CodingRun, DecidedCodes, Release, ReleaseCodes, Response, SuggestedCodes
from api.models.responses import RedactionState
from api.models.themes import RunState
from nlp.frames import Frame
from survey_engine.codebook import SKIPPED, WITHHELD, Variable
from survey_engine.consent import Purpose
from survey_engine.definition import Voice
from survey_engine.disclosure import Policy

KIND = "code"
"""The kind of these columns in a codebook."""
NOT_GIVEN, SURE, VERY_SURE, BY_PERSON = "0", "1", "2", "3"
VERY_SURE_FROM = 0.9
VALUES = {
    NOT_GIVEN: "not in it",
    SURE: "suggested by computer, which is sure",
    VERY_SURE: "suggested by computer, which is very sure (90 % or more)",
    BY_PERSON: "decided by a person",
}
_MISSING = {
    WITHHELD: "words were given, but they are not coded, or not in the way that was asked for",
    SKIPPED: "nothing said in own words",
}


class Chosen(StrEnum):
    """Which codes were asked for: only what a person decided, or else also what the computer is sure of."""

    DECIDED = "decided"
    SURE = "sure"


@dataclass(frozen=True, slots=True)
class AskedCodes:
    """How the codes of a release came about, and which codes have a column: ``apart`` their own, ``together`` one for all."""

    chosen: Chosen
    frame: Frame
    frame_number: int
    coded_on: str
    sure_from: float
    versions: Mapping[str, str]
    apart: tuple[str, ...]
    together: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Gathered:
    """What a request for codes would hold: ``manifest`` is kept with it, ``of_answers`` says how each answer has each code."""

    manifest: dict[str, Any]
    of_answers: Mapping[str, Mapping[str, str]]
    holders: Holders


Holders = Mapping[str, Mapping[str, str]]
"""Code to the responses that have it, each with its person."""


def gather(session: Session, wave_id: str, rows: Mapping[str, str], chosen: Chosen, policy: Policy) -> Gathered | None:
    """The codes of these responses (each with its person) now; None where the wave has not been coded yet."""
    run = session.execute(
        select(
            col(CodingRun.id), col(CodingRun.frame_id), col(CodingRun.finished_at), col(CodingRun.config),
            col(CodingRun.versions), col(CodeFrame.name), col(CodeFrame.content),
        )
        .join(CodeFrame, col(CodeFrame.id) == col(CodingRun.frame_id))
        .where(col(CodingRun.wave_id) == wave_id, col(CodingRun.state) == RunState.DONE)
        .order_by(col(CodingRun.requested_at).desc(), col(CodingRun.id))
        .limit(1)
    ).first()  # fmt: skip
    if run is None:
        return None
    decisions = session.execute(
        select(col(DecidedCodes.answer_id), col(DecidedCodes.codes))
        .join(SuggestedCodes, col(SuggestedCodes.answer_id) == col(DecidedCodes.answer_id))
        .where(col(SuggestedCodes.run_id) == run.id, col(DecidedCodes.frame_id) == run.frame_id)
        .order_by(col(DecidedCodes.sequence))
    )
    decided = dict(decisions.tuples().all())  # the last decision on an answer holds
    suggested = session.execute(
        select(col(SuggestedCodes.answer_id), col(SuggestedCodes.codes), col(Answer.response_id))
        .join(Answer, col(Answer.id) == col(SuggestedCodes.answer_id))
        .where(col(SuggestedCodes.run_id) == run.id, col(Answer.redaction) == RedactionState.DONE)
    )
    of_answers: dict[str, dict[str, str]] = {}
    holders: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for answer_id, codes, response_id in suggested:
        if response_id not in rows or (chosen is Chosen.DECIDED and answer_id not in decided):
            continue
        of_answers[answer_id] = (
            dict.fromkeys(decided[answer_id], BY_PERSON)
            if answer_id in decided
            else {code: _how_sure(share) for code, share in codes if share >= run.config["sure_from"]}
        )
        for code in of_answers[answer_id]:
            holders[code][response_id] = rows[response_id]
    frame = Frame.model_validate(run.content)
    apart = [code.id for code in frame.codes if _enough(holders.get(code.id, {}).values(), policy)]
    finished: datetime | None = run.finished_at
    manifest = {
        "chosen": chosen.value, "frame": run.frame_id, "frame_name": run.name,
        "coded_on": finished.date().isoformat() if finished else "", "sure_from": run.config["sure_from"],
        "versions": run.versions, "apart": apart,
        "together": [code.id for code in frame.codes if code.id not in apart],
    }  # fmt: skip
    return Gathered(manifest, of_answers, holders)


def fix(session: Session, release_id: str, gathered: Gathered) -> None:
    """Keep the codes of a request as they are."""
    rows = [
        {"release_id": release_id, "answer_id": answer_id, "codes": dict(codes)}
        for answer_id, codes in gathered.of_answers.items()
    ]
    if rows:
        session.execute(insert(ReleaseCodes), rows)


def asked(session: Session, manifest: Mapping[str, Any]) -> AskedCodes | None:
    """What the kept description of a request says of codes; None where none were asked for."""
    told = manifest.get("codes")
    if not told:
        return None
    row = session.execute(
        select(col(CodeFrame.content), col(CodeFrame.number)).where(col(CodeFrame.id) == told["frame"])
    ).one()
    return AskedCodes(
        Chosen(told["chosen"]), Frame.model_validate(row.content), row.number, told["coded_on"], told["sure_from"],
        told["versions"], tuple(told["apart"]), tuple(told["together"]),
    )  # fmt: skip


def of_rows(session: Session, release_id: str) -> dict[str, dict[str, str]]:
    """The codes of each response of a release that has coded answers, each as the surest of its answers has it."""
    found: dict[str, dict[str, str]] = {}
    rows = session.execute(
        select(col(Answer.response_id), col(ReleaseCodes.codes))
        .join(Answer, col(Answer.id) == col(ReleaseCodes.answer_id))
        .where(col(ReleaseCodes.release_id) == release_id, col(Answer.redaction) == RedactionState.DONE)
    )
    for response_id, codes in rows:
        row = found.setdefault(response_id, {})
        for code, how in codes.items():
            row[code] = max(how, row.get(code, NOT_GIVEN))
    return found


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of codes in a file: their description and, for each response with coded answers, its cells."""

    variables: tuple[Variable, ...]
    cells: Mapping[str, Mapping[str, str]]

    def row(self, response_id: str, *, said_something: bool) -> dict[str, str]:
        """One response's cells, in the columns' order."""
        missing = WITHHELD if said_something else SKIPPED
        return dict(self.cells.get(response_id) or dict.fromkeys((v.name for v in self.variables), missing))


def columns(session: Session, release_id: str, told: AskedCodes, persons: Mapping[str, str], taken: Collection[str], policy: Policy) -> Columns:  # fmt: skip
    """The columns of a release as they may leave now: those of too few people, for some withdrew, are gone.

    ``persons``: the person of each response in the file; ``taken``: names that columns have already.
    """
    rows = {key: codes for key, codes in of_rows(session, release_id).items() if key in persons}
    names = [*told.frame.by_id, "_others"]
    prefix = "code_"
    while any(prefix + name in taken for name in names):
        prefix = "response_" + prefix
    groups = {code: (code,) for code in told.apart} | {"_others": told.together}
    variables, cells = [], {key: dict[str, str]() for key in rows}
    for name, codes in groups.items():
        given = {key: max((row.get(code, NOT_GIVEN) for code in codes), default=NOT_GIVEN) for key, row in rows.items()}
        if not _enough((persons[key] for key, how in given.items() if how != NOT_GIVEN), policy):
            continue
        variables.append(_variable(prefix + name, _label(told, name)))
        for key, how in given.items():
            cells[key][prefix + name] = how
    return Columns(tuple(variables), cells)


def too_alike(
    session: Session, wave_id: str, frame_name: str, apart: Iterable[str], together: Iterable[str], holders: Holders,
    rows: Collection[str], earlier: ColumnElement[bool], policy: Policy,
) -> bool:  # fmt: skip
    """Whether this and an earlier release of the wave, laid side by side, tell a few people's code apart.

    Compared are responses (``rows``) in both, whatever version of the frame was used: who has a code here, and
    who has one there of which it may be a part.
    """
    new = _by_column(holders, apart, together)
    releases = session.execute(
        select(col(Release.id), col(Release.manifest)).where(col(Release.wave_id) == wave_id, earlier)
    ).all()
    for release_id, manifest in releases:
        told = (manifest or {}).get("codes")
        if not told or told["frame_name"] != frame_name:
            continue
        before, members = _kept_holders(session, wave_id, release_id)
        old = _by_column(before, told["apart"], told["together"])
        both = members & set(rows)
        if _differ(new, old, both, policy) or _differ(old, new, both, policy):
            return True
    return False


def kept_holders(session: Session, wave_id: str, release_id: str) -> Holders:
    """Who has which code in a release, of those who still agree to research."""
    return _kept_holders(session, wave_id, release_id)[0]


def _kept_holders(session: Session, wave_id: str, release_id: str) -> tuple[Holders, set[str]]:
    found = session.execute(
        select(col(Response.id), agreements.person().label("person"), col(ReleaseCodes.codes))
        .select_from(ReleaseCodes)
        .join(Answer, col(Answer.id) == col(ReleaseCodes.answer_id))
        .join(Response, col(Response.id) == col(Answer.response_id))
        .where(
            col(ReleaseCodes.release_id) == release_id,
            col(Response.id).in_(agreements.usable(wave_id, Purpose.RESEARCH)),
        )
    )
    holders: defaultdict[str, dict[str, str]] = defaultdict(dict)
    members = set()
    for response_id, person, codes in found:
        members.add(response_id)
        for code in codes:
            holders[code][response_id] = person
    return holders, members


def _by_column(holders: Holders, apart: Iterable[str], together: Iterable[str]) -> dict[frozenset[str], dict[str, str]]:
    groups = [frozenset([code]) for code in apart] + [frozenset(together)]
    return {
        group: {key: person for code in group for key, person in holders.get(code, {}).items()}
        for group in groups
        if group
    }


def _differ(
    one: Mapping[frozenset[str], Mapping[str, str]], other: Mapping[frozenset[str], Mapping[str, str]],
    both: Collection[str], policy: Policy,
) -> bool:  # fmt: skip
    for codes, who in one.items():
        alike = [holders for others, holders in other.items() if codes & others]
        if not alike:
            continue
        left = {person for key, person in who.items() if key in both and not any(key in holders for holders in alike)}
        if 0 < len(left) < policy.threshold:
            return True
    return False


def _how_sure(share: float) -> str:
    return VERY_SURE if share >= VERY_SURE_FROM else SURE


def _enough(persons: Iterable[str], policy: Policy) -> bool:
    return len(set(persons)) >= policy.threshold


def _label(told: AskedCodes, name: str) -> str:
    if name == "_others":
        return "Any other code of the frame, each of too few people to stand alone"
    code = told.frame.by_id[name]
    return f"{code.name}: {code.definition}" if code.definition else code.name


def _variable(name: str, label: str) -> Variable:
    return Variable(
        name=name, question="", label=label, language="en", kind=KIND, voice=Voice.RESPONDENT.value, condition="",
        survey_version="", values=VALUES, missing=_MISSING,
    )  # fmt: skip
