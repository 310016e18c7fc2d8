"""A table of themes by groups, with all sizes that are told elsewhere, gives away none of its hidden counts; attacked by a solver."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey_engine.breakdown import joined_small, protect_breakdown
from survey_engine.disclosure import Policy
from survey_engine.joining import protect_joined

scipy_optimize = pytest.importorskip("scipy.optimize", reason="the independent attack needs scipy")

POLICIES = st.builds(Policy, threshold=st.sampled_from([5, 10]))


@st.composite
def tables(draw: st.DrawFn) -> tuple[dict[tuple[str, str], int], list[str], list[str], dict[str, tuple[str, ...]]]:
    """People by theme and group, each in one theme at most; perhaps some themes joined to one, and that to the rest."""
    themes = [f"t{number}" for number in range(draw(st.integers(1, 4)))]
    groups = [f"g{number}" for number in range(draw(st.integers(1, 4)))]
    counts = {
        (theme, group): draw(st.one_of(st.integers(0, 14), st.integers(0, 60)))
        for theme in [*themes, ""]
        for group in groups
    }
    joins: dict[str, tuple[str, ...]] = {}
    if len(themes) > 1 and draw(st.booleans()):
        first = themes[: draw(st.integers(2, 3))]
        joins["joined"] = tuple(first)
        if len(first) < len(themes):
            joins["all"] = ("joined", *themes[len(first) :])
    return counts, themes, groups, joins


@settings(max_examples=120, deadline=None)
@given(tables(), POLICIES)
def test_no_hidden_count_can_be_worked_out(table: Any, policy: Policy) -> None:
    counts, themes, names, joins = table
    first = {group: sum(counts[theme, group] for theme in [*themes, ""]) for group in names}
    small = joined_small(first, policy)
    place = {group: "other" if group in small else group for group in names if first[group]}
    bases: dict[str, int] = {}
    for group, to in place.items():
        bases[to] = bases.get(to, 0) + first[group]
    if len(bases) < 2:
        return
    inside = {theme: (theme,) for theme in themes}
    for into, members in joins.items():
        inside[into] = tuple(one for member in members for one in inside[member])
    by_group: dict[tuple[str, str], int] = {}
    for theme, parts in inside.items():
        for group, to in place.items():
            by_group[theme, to] = by_group.get((theme, to), 0) + sum(counts[part, group] for part in parts)
    sizes = {theme: sum(by_group[theme, to] for to in bases) for theme in inside}
    total = sum(bases.values())
    told = protect_joined(sizes, joins, total, policy)
    shown = {theme for theme in inside if not told[theme].symbol}
    cells = protect_breakdown(by_group, sizes, shown, bases, joins, policy)

    # Unknown to the attacker: how many of each single theme (and of none) are in each group.
    unknown = [(theme, to) for theme in [*themes, ""] for to in bases]
    rows, right = [], []

    def know(parts: Any, to: str | None, count: int) -> None:
        rows.append([float(theme in parts and to in (None, group)) for theme, group in unknown])
        right.append(count)

    for to, count in bases.items():
        know([*themes, ""], to, count)
    for theme in shown:
        know(inside[theme], None, sizes[theme])
    for (theme, to), cell in cells.items():
        if cell.count is not None:
            assert cell.count == by_group[theme, to] >= policy.threshold
            know(inside[theme], to, cell.count)
    for (theme, to), cell in cells.items():
        if cell.count is not None:
            continue
        aim = [float(one in inside[theme] and group == to) for one, group in unknown]
        ends = []
        for sign in (1, -1):
            found = scipy_optimize.linprog([sign * value for value in aim], A_eq=rows, b_eq=right, method="highs")
            assert found.status == 0, found.message
            ends.append(sign * found.fun)
        whole_table_hidden = all(other.symbol for other in cells.values())
        assert ends[1] - ends[0] > policy.threshold - 1 - 1e-6 or whole_table_hidden, (theme, to)


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.text("abcdef", min_size=1, max_size=2), st.integers(0, 40), max_size=7), POLICIES)
def test_no_group_that_is_shown_is_small(sizes: dict[str, int], policy: Policy) -> None:
    small = joined_small(sizes, policy)
    assert len(small) != 1 or len([name for name in sizes if sizes[name]]) == 1
    assert all(size >= policy.threshold for name, size in sizes.items() if size and name not in small)
    left = [name for name in sizes if sizes[name] and name not in small]
    assert not small or not left or sum(sizes[name] for name in small) >= policy.threshold


def test_people_in_several_themes_are_not_told_by_what_does_not_add_up() -> None:
    counts = {("a", "x"): 30, ("b", "x"): 14, ("ab", "x"): 35, ("a", "y"): 20, ("b", "y"): 3, ("ab", "y"): 22}
    sizes = {"a": 50, "b": 17, "ab": 57}
    cells = protect_breakdown(counts, sizes, {"a", "b", "ab"}, {"x": 60, "y": 60}, {"ab": ("a", "b")}, Policy())
    assert cells["b", "y"].symbol == cells["b", "x"].symbol == "c"
    assert cells["ab", "y"].symbol == cells["ab", "x"].symbol == "c"  # 35 less 30, 22 less 20


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 90), st.integers(2, 5), st.randoms(use_true_random=False))
def test_no_two_counts_of_a_group_differ_by_a_few_people(people: int, many: int, random: Any) -> None:
    """People are in several themes: a joined theme less a part of it is nobody, or enough people, in every group."""
    themes = [f"t{number}" for number in range(many)]
    place = {one: random.choice(["x", "x", "y"]) for one in range(people)}
    who = {theme: {one for one in place if random.random() < random.choice([0.1, 0.3, 0.6])} for theme in themes}
    joins = {"j0": tuple(themes[:2])} | {f"j{n}": (f"j{n - 1}", themes[n + 1]) for n in range(1, many - 1)}
    for into, parts in joins.items():
        who[into] = set().union(*(who[part] for part in parts))
    bases = {group: sum(at == group for at in place.values()) for group in ("x", "y")}
    if min(bases.values()) < 10:
        return
    told = protect_joined({theme: len(found) for theme, found in who.items()}, joins, people, Policy())
    counts = {(theme, g): sum(place[one] == g for one in found) for theme, found in who.items() for g in bases}
    sizes = {theme: len(found) for theme, found in who.items()}
    cells = protect_breakdown(counts, sizes, {t for t in who if not told[t].symbol}, bases, joins, Policy())
    for into in joins:
        inside = [theme for theme in who if theme != into and who[theme] <= who[into]]
        for group in bases:
            if cells[into, group].count is None:
                continue
            for theme in set(inside) & ({*themes[: int(into[1:]) + 2]} | {f"j{n}" for n in range(int(into[1:]))}):
                if cells[theme, group].count is not None:
                    assert not 0 < counts[into, group] - counts[theme, group] < 10
