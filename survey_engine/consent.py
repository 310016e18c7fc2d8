"""What a respondent agreed to, and what that permits.

Agreement is a list of events that only ever grows; what is permitted now is worked out
from it. Absence of an event is never a yes, a later event replaces an earlier one of the
same purpose, and without agreement to take part nothing at all is permitted. This is
agreement in the ethical sense; the lawful basis in data-protection law is another matter
and not decided here.

>>> from datetime import date
>>> yes = AgreementEvent(Purpose.TAKE_PART, Decision.AGREED, date(2026, 3, 1), "1", "ab12", sequence=1)
>>> permitted([yes])
Permitted(collect=True, analyse=True, quote=False, share_for_research=False, contact=False)
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import Field, model_validator

from survey_engine.answers import Problem
from survey_engine.definition import Audience
from survey_engine.words import Frozen, Text


class Purpose(StrEnum):
    """What answers may be used for; each is asked about by itself."""

    TAKE_PART = "take_part"
    QUOTES = "quotes"
    RESEARCH = "research"
    CONTACT_AGAIN = "contact_again"


class Decision(StrEnum):
    """What somebody said about one purpose."""

    AGREED = "agreed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class AgreementEvent:
    """One decision about one purpose, after reading one exact notice.

    ``sequence`` orders the events of a respondent; the day alone is kept as time.
    """

    purpose: Purpose
    decision: Decision
    day: date
    notice_version: str
    notice_hash: str
    sequence: int


@dataclass(frozen=True, slots=True)
class Permitted:
    """What may be done with somebody's answers now."""

    collect: bool = False
    analyse: bool = False
    quote: bool = False
    share_for_research: bool = False
    contact: bool = False


def permitted(events: Iterable[AgreementEvent]) -> Permitted:
    """What the events permit, in whatever order they come.

    Where two events of one purpose have the same sequence, which should not happen, the
    one that permits less counts.
    """
    latest: dict[Purpose, tuple[int, bool]] = {}
    for event in events:
        # Of two equal sequences the greater tuple is the refusal.
        candidate = (event.sequence, event.decision is not Decision.AGREED)
        latest[event.purpose] = max(latest.get(event.purpose, candidate), candidate)
    agreed = {purpose for purpose, (_, refused) in latest.items() if not refused}
    if Purpose.TAKE_PART not in agreed:
        return Permitted()
    return Permitted(
        collect=True,
        analyse=True,
        quote=Purpose.QUOTES in agreed,
        share_for_research=Purpose.RESEARCH in agreed,
        contact=Purpose.CONTACT_AGAIN in agreed,
    )


class About(StrEnum):
    """What a notice must say before the first question (HRA and ICO practice), in the order of telling."""

    LIMITS = "limits"
    WHO = "who"
    WHY = "why"
    USE = "use"
    CHOICE = "choice"
    KEEP = "keep"
    QUESTIONS = "questions"
    HELP = "help"


class Section(Frozen):
    """One heading of a notice and its paragraphs."""

    about: About
    heading: Text
    paragraphs: Annotated[tuple[Text, ...], Field(min_length=1)]


class PurposeQuestion(Frozen):
    """How one purpose is asked about."""

    purpose: Purpose
    question: Text
    explanation: Text


class Notice(Frozen):
    """What somebody reads before they agree. Cannot be made without the limits of confidentiality, first."""

    version: Annotated[str, Field(min_length=1, max_length=40)]
    audience: Audience
    controller: Text
    title: Text
    sections: tuple[Section, ...]
    purposes: tuple[PurposeQuestion, ...]

    @model_validator(mode="after")
    def _nothing_is_missing(self) -> Notice:
        told = [section.about for section in self.sections]
        if not told or told[0] is not About.LIMITS:
            raise ValueError("a notice starts with the limits of confidentiality: its first section is about “limits”")
        if missing := [about.value for about in About if about not in told]:
            raise ValueError(f"the notice does not yet say: {', '.join(missing)}")
        asked = [question.purpose for question in self.purposes]
        if not asked or asked[0] is not Purpose.TAKE_PART or len(set(asked)) != len(asked):
            raise ValueError("a notice asks about taking part first, and about each purpose once")
        return self


def notice_hash(notice: Notice) -> str:
    """SHA-256 (hex) of the notice's canonical JSON; an agreement is bound to exactly this text."""
    canonical = json.dumps(notice.model_dump(mode="json"), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def field_name(purpose: Purpose) -> str:
    """The form field that asks about a purpose.

    >>> field_name(Purpose.QUOTES)
    'purpose_quotes'
    """
    return f"purpose_{purpose.value}"


def read_choices(notice: Notice, fields: Mapping[str, Sequence[str]]) -> dict[Purpose, Decision] | tuple[Problem, ...]:
    """The decisions a posted form says: an explicit "yes" or "no" for each purpose the notice asks about.

    A "no" to taking part declines all others without asking. Otherwise each purpose left
    open is a problem; its ``question`` is the name of the form field.
    """
    choices: dict[Purpose, Decision] = {}
    problems: list[Problem] = []
    for asked in notice.purposes:
        name = field_name(asked.purpose)
        said = set(fields.get(name, ()))
        if said == {"yes"}:
            choices[asked.purpose] = Decision.AGREED
        elif said == {"no"}:
            choices[asked.purpose] = Decision.DECLINED
        elif said <= {""}:
            problems.append(Problem(name, "required"))
        elif said == {"yes", "no"}:
            problems.append(Problem(name, "too_many", {"count": 2, "most": 1}))
        else:
            problems.append(Problem(name, "unknown_option"))
    if choices.get(Purpose.TAKE_PART) is Decision.DECLINED:
        return {asked.purpose: Decision.DECLINED for asked in notice.purposes}
    return tuple(problems) if problems else choices
