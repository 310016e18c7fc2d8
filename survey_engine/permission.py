"""Permission: the yes of an adult who may give it, where a child cannot decide alone about being asked.

Permission is never agreement: it only lets a child be asked, and the child's own "no" stands
over it (``consent``). Whether a child needs it is decided by people, wave by wave, never
worked out from an age. As with agreement, events only grow, the newest holds, and absence
of an event is never a yes. Nothing here knows who the child or the adult is.

>>> from datetime import date
>>> yes = PermissionEvent(Capacity.PARENT, Decision.AGREED, date(2026, 3, 1), "1", "ab12", sequence=1)
>>> standing([yes]).value, standing([]).value
('given', 'waiting')
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from survey_engine.answers import Problem
from survey_engine.consent import About, Decision, Notice


class Capacity(StrEnum):
    """As what somebody says yes or no for a child; only those who may.

    Children Act 1989: a parent with parental responsibility (s.2–4); a special guardian, also
    against a parent (s.14C); the authority only where it shares parental responsibility by an
    order (s.33), not where a child is accommodated by agreement (s.20). Whoever else cares for
    a child has at most day-to-day decisions delegated to them, which this is not.
    """

    PARENT = "parent"
    SPECIAL_GUARDIAN = "special_guardian"
    AUTHORITY = "authority"


SOMEBODY_ELSE = "other"
"""What a form says for everybody who may not give permission; it is never stored."""


class Standing(StrEnum):
    """Where permission for one child stands."""

    WAITING = "waiting"
    GIVEN = "given"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class PermissionEvent:
    """One yes or no, after reading one exact notice. ``sequence`` orders the events of a pair; only the day is kept."""

    capacity: Capacity
    decision: Decision
    day: date
    notice_version: str
    notice_hash: str
    sequence: int


def standing(events: Iterable[PermissionEvent]) -> Standing:
    """Where it stands after these events, in whatever order they come.

    Of two with the same sequence, which should not happen, a "no" counts.
    """
    newest = max(((event.sequence, event.decision is not Decision.AGREED) for event in events), default=None)
    if newest is None:
        return Standing.WAITING
    return Standing.REFUSED if newest[1] else Standing.GIVEN


def decision(yes: bool, before: Sequence[PermissionEvent]) -> Decision:
    """What to append after these events, the newest last; a "no" after a "yes" takes permission back."""
    if yes:
        return Decision.AGREED
    return Decision.WITHDRAWN if standing(before) is Standing.GIVEN else Decision.DECLINED


def with_reason(notice: Notice, why: str, language: str) -> Notice:
    """The notice with the officer's sentence, said in ``language``, first where it tells why children are asked.

    So the sentence is part of what an adult's decision is bound to (``consent.notice_hash``).
    """
    sections = tuple(
        section.model_copy(update={"paragraphs": ({language: why}, *section.paragraphs)})
        if section.about is About.WHY
        else section
        for section in notice.sections
    )
    return notice.model_copy(update={"sections": sections})


CAPACITY_FIELD, DECISION_FIELD = "capacity", "permission"


@dataclass(frozen=True, slots=True)
class Said:
    """What a form said; ``capacity`` None: somebody who may neither give nor refuse permission."""

    capacity: Capacity | None
    yes: bool = False


def read_said(fields: Mapping[str, Sequence[str]]) -> Said | tuple[Problem, ...]:
    """What a posted form says: one capacity and an explicit "yes" or "no", or every field to look at again.

    Who may not decide is not asked for a decision, and one that came along counts for nothing.
    """
    capacities, decisions = set(fields.get(CAPACITY_FIELD, ())), set(fields.get(DECISION_FIELD, ()))
    if capacities == {SOMEBODY_ELSE}:
        return Said(None)
    problems = []
    if len(capacities) != 1 or not capacities <= set(Capacity):
        problems.append(Problem(CAPACITY_FIELD, "required"))
    if decisions not in ({"yes"}, {"no"}):
        problems.append(Problem(DECISION_FIELD, "required"))
    return tuple(problems) or Said(Capacity(capacities.pop()), decisions == {"yes"})
