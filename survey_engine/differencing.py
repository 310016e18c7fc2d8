"""Two releases about the same people: whether the second may go out after the first.

What each table hides can come out when both are laid side by side: last week's counts
from this week's, "all" less "all without X" (UK LLC guidebook: no value below ten
derivable, also not from the difference of two outputs). The safest rule stays a fixed set
of breakdowns, released once per closed wave; this module refuses what that rule forgot.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from survey_engine._bounds import Bounds
from survey_engine.disclosure import TOTAL, Key, Policy, ProtectedTable, from_json, lines_of

_Place = frozenset[tuple[str, str]]
"""A cell by what it is of, without its totals: comparable between tables of different shape."""

_Line = list[tuple[_Place, int]]
_Name = tuple[str, _Place]
"""A number an attacker may know: a cell of the ``old`` table, of the ``new`` one, or its ``change``."""

_Equation = list[tuple[_Name, int]]


def differencing_problem(
    previous: ProtectedTable | Mapping[str, Any], new: ProtectedTable | Mapping[str, Any], policy: Policy
) -> list[str]:
    """Why a table may not be released after an earlier one about the same people; empty where it may.

    Refuses where two published counts of the same cell differ by 1 to threshold less one
    (last week and this week; "all" and "all without X"), and where one table shows what
    the other hides so that a small count can be worked out from both. Cells are the same
    if they have the same categories of the same dimensions, whatever else the tables
    hold: the grand totals of two tables are always compared. Either table may be given as
    the JSON of :func:`to_json`. Three or more releases have to be compared pair by pair.

    >>> from survey_engine.disclosure import CountTable, protect
    >>> def of(**n): return protect(CountTable(("age",), {(age,): count for age, count in n.items()}), Policy())
    >>> differencing_problem(of(young=20, old=30), of(young=20, old=33), Policy())[0]
    'All together: this table and the earlier one differ by fewer than 10 people.'
    >>> differencing_problem(of(young=20, old=30), of(young=40, old=45), Policy())
    []
    """
    tables = {
        name: table if isinstance(table, ProtectedTable) else from_json(table)
        for name, table in (("old", previous), ("new", new))
    }
    places = {
        name: {_place(table.dimensions, key): cell.count for key, cell in table.cells.items()}
        for name, table in tables.items()
    }
    published = {
        (name, place): count for name, cells in places.items() for place, count in cells.items() if count is not None
    }
    both = sorted(set(places["old"]) & set(places["new"]), key=_in_order)
    sums = {name: _sums(table) for name, table in tables.items()}
    equations = [[((name, place), sign) for place, sign in line] for name, lines in sums.items() for line in lines]
    equations += [[(("new", place), 1), (("old", place), -1), (("change", place), -1)] for place in both]
    shared = [line for line in sums["new"] if line in sums["old"]]
    changes = [[(("change", place), sign) for place, sign in line] for line in shared]
    known = _derived(published, equations + changes, changes)
    said = [
        f"{_words(place)}: this table and the earlier one differ by fewer than {policy.threshold} people."
        for place in both
        if 0 < abs(known.get(("change", place), 0)) < policy.threshold
    ]
    for name, which in (("old", "the earlier"), ("new", "this")):
        hidden = [place for place in places[name] if (name, place) not in published]
        for place in sorted(_given_away(name, hidden, sums[name], known, policy), key=_in_order):
            said.append(f"{_words(place)}: what {which} table hides can be worked out from both together.")
    return said


def _place(dimensions: tuple[str, ...], key: Key) -> _Place:
    return frozenset((name, category) for name, category in zip(dimensions, key, strict=True) if category != TOTAL)


def _in_order(place: _Place) -> tuple[int, list[tuple[str, str]]]:
    return len(place), sorted(place)


def _sums(table: ProtectedTable) -> list[_Line]:
    """The sums a released table holds (parts +1, total -1); none where rounded or overlapping counts do not add up."""
    if table.policy.round_to or not table.additive:
        return []
    categories = [sorted({key[place] for key in table.cells} - {TOTAL}) for place in range(len(table.dimensions))]
    return [
        [(_place(table.dimensions, key), 1) for key in members] + [(_place(table.dimensions, margin), -1)]
        for members, margin in lines_of(categories)
        if all(key in table.cells for key in (*members, margin))
    ]


def _derived(published: dict[_Name, int], equations: list[_Equation], changes: list[_Equation]) -> dict[_Name, int]:
    """Everything that follows, one unknown at a time; where a total did not change, its parts are taken not to have."""
    known = dict(published)
    before = -1
    while before != len(known):
        before = len(known)
        for equation in equations:
            unknown = [(name, sign) for name, sign in equation if name not in known]
            if len(unknown) == 1:
                name, sign = unknown[0]
                known[name] = -sign * sum(known[other] * weight for other, weight in equation if other != name)
        for *parts, (total, _) in changes:
            if known.get(total) == 0 and all(known.get(part, 0) == 0 for part, _ in parts):
                known |= {part: 0 for part, _ in parts}
    return known


def _given_away(
    name: str, hidden: list[_Place], lines: list[_Line], known: dict[_Name, int], policy: Policy
) -> list[_Place]:
    """Cells a table hides that are small and now known, or whose interval is now too narrow."""
    told = [place for place in hidden if policy.hides(known.get((name, place), -1))]
    unknown = [place for place in hidden if (name, place) not in known]
    index = {place: number for number, place in enumerate(unknown)}
    equations = [
        (
            {index[place]: sign for place, sign in line if place in index},
            -sum(sign * known[name, place] for place, sign in line if place not in index),
        )
        for line in lines
        if any(place in index for place, _ in line)
    ]
    bounds = Bounds(equations, len(unknown))
    needed = policy.threshold - 1
    return told + [place for place in unknown if bounds.width(index[place], needed) < needed]


def _words(place: _Place) -> str:
    return ", ".join(f"{name} {category}" for name, category in sorted(place)) or "All together"
