"""How many people a theme comes from: counted live from answers that still exist, never stored.

People, not texts: a child of whom practitioners logged five observations is one person.
One base for all shares, the people who answered the wave, on every page: with a second
base (those who wrote something) the few between the two could be worked out.

>>> resolve({"a": None, "b": "a", "c": "b"})
{'a': 'a', 'b': 'a', 'c': 'a'}
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import func, select
from sqlmodel import Session, col

from api import agreements
from api.agreements import person as person  # asked for here by the other modules of review
from api.models import Answer, Response, ThemeAssignment
from api.models.responses import RedactionState, ResponseKind, ResponseState
from survey_engine.collection import Mode
from survey_engine.consent import Purpose
from survey_engine.disclosure import TOTAL, Cell, Policy, protect_list, protected_share
from survey_engine.joining import protect_joined


@dataclass(frozen=True, slots=True)
class Size:
    """How many people, as it may be shown; ``percent`` of all who answered, 0 to 100, None where hidden."""

    people: Cell
    percent: Decimal | None


@dataclass(frozen=True, slots=True)
class Sizes:
    """Everyone who answered, and each theme by its id; themes that are hidden all look the same."""

    answered: Cell
    themes: Mapping[str, Size]


def answered_by_wave(session: Session) -> dict[str, int]:
    """How many people answered each wave and agreed that it is used; waves nobody answered are missing."""
    rows = session.execute(
        select(col(Response.wave_id), func.count(func.distinct(person())))
        .where(col(Response.state) == ResponseState.SUBMITTED, agreements.holds(Purpose.TAKE_PART))
        .group_by(col(Response.wave_id))
    )
    return {row[0]: row[1] for row in rows}


def answered_by_mode(session: Session) -> dict[str, dict[str, int]]:
    """The same by the mode of data collection, for each wave."""
    rows = session.execute(
        select(col(Response.wave_id), col(Response.mode), func.count(func.distinct(person())))
        .where(
            col(Response.state) == ResponseState.SUBMITTED, col(Response.kind) == ResponseKind.SURVEY,
            agreements.holds(Purpose.TAKE_PART),
        )
        .group_by(col(Response.wave_id), col(Response.mode))
    )  # fmt: skip
    found: dict[str, dict[str, int]] = {}
    for wave_id, mode, people in rows:
        found.setdefault(wave_id, {})[mode] = people
    return found


def answered(session: Session, wave_id: str) -> int:
    """How many people answered one wave and agreed that it is used."""
    count = select(func.count(func.distinct(person()))).where(col(Response.id).in_(agreements.usable(wave_id)))
    return int(session.execute(count).scalar_one())


def people_of_themes(session: Session, run_id: str, wave_id: str) -> dict[str, set[str]]:
    """The people behind each theme of a run, as it stands now; themes that lost everyone are missing."""
    rows = session.execute(
        select(col(ThemeAssignment.theme_id), person())
        .join(Answer, col(Answer.id) == col(ThemeAssignment.answer_id))
        .join(Response, col(Response.id) == col(Answer.response_id))
        .where(
            col(ThemeAssignment.run_id) == run_id,
            col(Answer.redaction) == RedactionState.DONE,
            col(Response.id).in_(agreements.usable(wave_id)),
        )
        .distinct()
    )
    people: dict[str, set[str]] = {}
    for theme_id, who in rows:
        people.setdefault(theme_id, set()).add(who)
    return people


def resolve(merged_into: Mapping[str, str | None]) -> dict[str, str]:
    """For each theme the one it ended up in. Raises ``RuntimeError`` for a circle, which the decisions never make."""
    roots: dict[str, str] = {}
    for theme in merged_into:
        root, steps = theme, 0
        while (target := merged_into[root]) is not None:
            root, steps = target, steps + 1
            if steps > len(merged_into):
                raise RuntimeError("themes are merged in a circle")
        roots[theme] = root
    return roots


def protect_one(count: int, policy: Policy) -> Cell:
    """One number of people that stands alone, as it may be shown."""
    return protect_list({}, count, policy).cells[TOTAL,]


def protect_modes(by_mode: Mapping[str, int], answered: int, policy: Policy) -> dict[Mode, Cell]:
    """How many people answered by each mode, as it may be shown beside how many answered in all."""
    cells = protect_list({mode.value: by_mode.get(mode.value, 0) for mode in Mode}, answered, policy).cells
    return {mode: cells[mode.value,] for mode in Mode}


def protect_themes(people: Mapping[str, set[str]], listed: Iterable[str], answered: int, policy: Policy) -> Sizes:
    """The sizes of the listed themes beside the number who answered, as they may be shown together."""
    counts = {theme: len(people.get(theme, ())) for theme in listed}
    cells = protect_list(counts, answered, policy).cells
    base_hidden = bool(cells[TOTAL,].symbol)
    sizes: dict[str, Size] = {}
    for theme, count in counts.items():
        cell = cells[theme,]
        share = None if cell.symbol or base_hidden else protected_share(count, answered, policy).value
        sizes[theme] = Size(cell, share)
    return Sizes(cells[TOTAL,], sizes)


def protect_joined_themes(
    apart: Mapping[str, set[str]], joins: Mapping[str, Sequence[str]], answered: int, policy: Policy
) -> dict[str, Size]:
    """The sizes of themes before any merging, and of all that they are or can be seen joined to.

    ``apart`` are the people of every theme of the run, rejected and merged ones too: what is decided can be
    undone, so all of it can be looked at. Each of ``joins`` names what it is made of, earlier ones first.
    """
    people = dict(apart)
    for into, parts in joins.items():
        people[into] = set[str]().union(*(people[part] for part in parts))
    counts = {name: len(who) for name, who in people.items()}
    base_hidden = bool(protect_one(answered, policy).symbol)
    sizes: dict[str, Size] = {}
    for name, cell in protect_joined(counts, joins, answered, policy).items():
        share = None if cell.symbol or base_hidden else protected_share(counts[name], answered, policy).value
        sizes[name] = Size(cell, share)
    return sizes
