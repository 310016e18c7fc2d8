"""Who spoke of what: the themes of one wave by a closed question, or by how people answered, as they may be shown.

Only people who agreed that their answers are used count, as everywhere on the desk. Groups too
small to be shown are seen as one; nothing here is finer than one question. Every such table
holds what can be told beside the sizes on the wave's own page (``survey_engine.breakdown``), and two tables
by different questions share nothing but these sizes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from sqlalchemy import select
from sqlmodel import Session, col

from api import agreements, published
from api.models import Answer, Response
from api.published import OpenedWave
from api.review import desk, runs, sizes
from api.review.runs import Run
from api.review.sizes import Size
from survey_engine.answers import AnswerState
from survey_engine.breakdown import LARGEST, joined_small, protect_breakdown
from survey_engine.collection import MODES, Mode
from survey_engine.definition import Audience, Kind, Survey, words
from survey_engine.disclosure import Cell, Policy, protected_share

BY_MODE = "~mode"
"""How people answered; no question can be called like this."""
GROUPING_KINDS = (Kind.AGE_BAND, Kind.SINGLE_CHOICE)


def _(text: str) -> str:
    """Mark for translation."""
    return text


MOST_GROUPS = 24
"""Options of a question; one with more is a list of places, not a way to compare groups."""
NOT_SAID = _("Not said, or not asked")
DIFFERENT = _("Different each time")
OTHERS = _("Smaller groups together")


@dataclass(frozen=True, slots=True)
class Grouping:
    """A way to put the people of a wave into groups: ``options`` are names and words, in the survey's order."""

    id: str
    label: str
    options: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Group:
    """One group as it is shown: its words, how many people, and of which groups it was put together."""

    label: str
    people: int
    of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """How many people of one group spoke of a theme; ``percent`` of the group, 0 to 100, None where hidden."""

    people: Cell
    percent: Decimal | None


@dataclass(frozen=True, slots=True)
class Row:
    """One theme, or several looked at as one: its size on the wave's page, and a part for each group.

    No parts where the size is hidden, or all of them would be.
    """

    labels: tuple[str, ...]
    size: Size
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class WhoPage:
    """Everything on the page; ``groups`` is empty where there are too few people to tell groups apart.

    The themes can be joined to any number from ``fewest`` to ``broad`` (0: to none); there are ``most``.
    """

    wave: OpenedWave
    answered: Cell
    run: Run | None
    groupings: tuple[Grouping, ...]
    chosen: Grouping | None
    groups: tuple[Group, ...]
    rows: tuple[Row, ...]
    fewest: int = 0
    broad: int = 0
    most: int = 0


def groupings(survey: Survey) -> tuple[Grouping, ...]:
    """By what the people of a survey can be grouped: its closed questions with one answer, and how they answered."""
    found = [
        Grouping(
            question.name,
            words(question.label, "en", survey.languages[0])[0] or question.name,
            tuple(
                (choice.name, words(choice.label, "en", survey.languages[0])[0] or choice.name)
                for choice in question.choices
            ),
        )
        for question in survey.questions
        if question.kind in GROUPING_KINDS
        and not survey.repeats[question.name]
        and len(question.option_names) <= MOST_GROUPS
    ]
    # Age first: it is what is asked for most.
    found.sort(key=lambda grouping: survey.question_by_name[grouping.id].kind is not Kind.AGE_BAND)
    if survey.audience is not Audience.PRACTITIONER:
        found.append(Grouping(BY_MODE, _("How they answered"), tuple((mode.value, MODES[mode]) for mode in Mode)))
    return tuple(found)


def who_page(
    session: Session, policy: Policy, wave_id: str, by: str | None, themes: int | None = None
) -> WhoPage | None:
    """The themes of a wave's newest finished run by a grouping (the first there is); None for an unknown wave or grouping.

    ``themes`` joins them to that many, as on the wave's page.
    """
    wave = published.wave(session, wave_id)
    if wave is None:
        return None
    possible = groupings(wave.published.survey)
    chosen = next((grouping for grouping in possible if by in (None, grouping.id)), None)
    if by is not None and chosen is None:
        return None
    run = runs.finished(session, wave_id)
    answered = sizes.answered(session, wave_id)
    if not run or not chosen:
        return WhoPage(wave, sizes.protect_one(answered, policy), run, possible, chosen, (), ())
    standing = desk.stand(session, policy, run, answered)
    return _table(
        session,
        policy,
        WhoPage(wave, sizes.protect_one(answered, policy), run, possible, chosen, (), ()),
        standing,
        themes,
    )


def _table(session: Session, policy: Policy, page: WhoPage, standing: desk.Standing, themes: int | None) -> WhoPage:
    chosen = page.chosen
    assert chosen is not None
    group_of = _people_by_group(session, standing.run.wave_id, chosen)
    first = {name: 0 for name, _label in _all_options(chosen)}
    for group in group_of.values():
        first[group] += 1
    small = joined_small(first, policy)
    place = {name: OTHERS if name in small else name for name in first if first[name]}
    bases = {to: sum(first[name] for name in place if place[name] == to) for to in place.values()}
    if len(bases) < 2 or any(base < policy.threshold for base in bases.values()):
        return page
    broad, joins = _joins(standing, len(bases))
    wanted = None if themes is None or themes >= len(standing.live) or not broad else min(themes, broad)
    people = dict(standing.people)
    for node, members in joins.items():
        people[node] = set[str]().union(*(people[part] for part in members))
    counts: dict[tuple[str, str], int] = {}
    for theme, who in people.items():
        for person in who:
            key = (theme, place[group_of[person]])
            counts[key] = counts.get(key, 0) + 1
    shown = {name for name in people if not standing.sizes[name].people.symbol}
    cells = protect_breakdown(counts, {name: len(who) for name, who in people.items()}, shown, bases, joins, policy)
    rows = []
    for name, themes_in_it in standing.joined_to(wanted).items():
        node = standing.node.get(name, name)
        parts = [Part(cells[node, to], _share(cells[node, to], bases[to], policy)) for to in bases]
        told = any(not part.people.symbol for part in parts)
        own = standing.names(name) if name in standing.live else tuple(standing.live[one].label for one in themes_in_it)
        rows.append(Row(own, standing.size(name), tuple(parts) if told else ()))
    labels = dict(_all_options(chosen))
    put_together = tuple(labels[name] for name in place if name in small)
    groups = tuple(
        Group(OTHERS, size, put_together) if to == OTHERS else Group(labels[to], size) for to, size in bases.items()
    )
    return replace(page, groups=groups, rows=tuple(rows), fewest=standing.fewest, broad=broad, most=len(standing.live))


def _joins(standing: desk.Standing, groups: int) -> tuple[int, Mapping[str, Sequence[str]]]:
    """To how many broad themes they can be joined in one table of so many groups, and how: what officers merged, then these.

    Fewer than on the wave's page where there are many: each step of joining makes the table larger.
    """
    merged = {name: parts for name, parts in standing.joins.items() if name in standing.node.values()}
    room = LARGEST // groups - len(standing.people) - len(merged)
    broad = min(room // 2, len(standing.live) - 1)
    if broad < max(2, standing.fewest):
        return 0, merged
    joins = dict(merged)
    for name, parts in standing.joined_to(broad).items():
        if name not in standing.live:
            joins[name] = [standing.node.get(part, part) for part in parts]
    later = standing.steps[len(standing.live) - broad :]
    return broad, joins | {step.into: standing.joins[step.into] for step in later}


def _share(cell: Cell, base: int, policy: Policy) -> Decimal | None:
    return None if cell.count is None else protected_share(cell.count, base, policy).value


def _all_options(chosen: Grouping) -> Sequence[tuple[str, str]]:
    return (*chosen.options, (DIFFERENT, DIFFERENT), (NOT_SAID, NOT_SAID))


def _people_by_group(session: Session, wave_id: str, chosen: Grouping) -> Mapping[str, str]:
    """The group of everybody who answered; a child whom practitioners logged differently is in one of their own."""
    options = {name for name, _label in chosen.options}
    if chosen.id == BY_MODE:
        query = select(sizes.person(), col(Response.mode))
    else:
        query = select(sizes.person(), col(Answer.value)).outerjoin(
            Answer,
            (col(Answer.response_id) == col(Response.id))
            & (col(Answer.question) == chosen.id)
            & (col(Answer.state) == AnswerState.ANSWERED.value),
        )
    found: dict[str, set[str]] = {}
    for person, value in session.execute(query.where(col(Response.id).in_(agreements.usable(wave_id)))):
        said = found.setdefault(person, set())
        if isinstance(value, str) and value in options:
            said.add(value)
    return {
        person: next(iter(said)) if len(said) == 1 else DIFFERENT if said else NOT_SAID for person, said in found.items()
    }  # fmt: skip
