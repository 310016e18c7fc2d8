"""No step of joining groups gives away, beside all other steps, what one of them hides; attacked by a solver."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey_engine.disclosure import TOTAL, Cell, Policy, protect_list
from survey_engine.joining import protect_joined

scipy_optimize = pytest.importorskip("scipy.optimize", reason="the independent attack needs scipy")

POLICIES = st.builds(Policy, threshold=st.sampled_from([5, 10]), zero_discloses=st.booleans())


@st.composite
def ladders(draw: st.DrawFn) -> tuple[dict[str, frozenset[str]], dict[str, tuple[str, ...]]]:
    """The separate groups inside each group, and the joins: two or three at a time until one is left, or fewer."""
    names = [f"g{number}" for number in range(draw(st.integers(2, 6)))]
    inside = {name: frozenset({name}) for name in names}
    joins: dict[str, tuple[str, ...]] = {}
    standing = list(names)
    for step in range(draw(st.integers(1, len(names)))):
        if len(standing) < 2:
            break
        several = draw(st.integers(2, min(3, len(standing))))
        parts = tuple(draw(st.permutations(standing))[:several])
        joins[f"j{step}"] = parts
        inside[f"j{step}"] = frozenset[str]().union(*(inside[part] for part in parts))
        standing = [name for name in standing if name not in parts] + [f"j{step}"]
    return inside, joins


def sizes_of(draw: Any, names: list[str]) -> dict[str, int]:
    return {name: draw(st.one_of(st.integers(0, 12), st.integers(0, 60))) for name in names}


@settings(max_examples=300, deadline=None)
@given(ladders(), st.data(), POLICIES)
def test_all_steps_together_leave_every_hidden_group_unknown(ladder: Any, data: st.DataObject, policy: Policy) -> None:
    """Each person is in one group at most and the attacker knows it: every size is the sum of its parts."""
    inside, joins = ladder
    names = [name for name in inside if name not in joins]
    alone = sizes_of(data.draw, names)
    rest = data.draw(st.one_of(st.just(0), st.integers(0, 80)))
    total = sum(alone.values()) + rest
    counts = {name: sum(alone[one] for one in parts) for name, parts in inside.items()}
    cells = protect_joined(counts, joins, total, policy)

    rows, right = [], []
    for name, parts in inside.items():
        if cells[name].count is not None:
            assert cells[name].count == counts[name]
            rows.append([float(one in parts) for one in names] + [0.0])
            right.append(counts[name])
    if not policy.hides(total):
        # He may even know that everybody is in a group, where they are.
        rows.append([1.0] * len(names) + [1.0])
        right.append(total)
    for name in names:
        if cells[name].count is not None:
            continue
        ends = []
        for sign in (1, -1):
            aim = [sign * float(one == name) for one in names] + [0.0]
            bounds = [(0, None)] * len(names) + [(0, None if rest else 0)]
            found = scipy_optimize.linprog(aim, A_eq=rows or None, b_eq=right or None, bounds=bounds, method="highs")
            assert found.status in (0, 3), found.message
            ends.append(sign * found.fun if found.status == 0 else sign * -float("inf"))
        assert ends[1] - ends[0] > policy.threshold - 1 - 1e-6, name


@settings(max_examples=300, deadline=None)
@given(ladders(), st.data())
def test_no_two_sizes_differ_by_a_few_people(ladder: Any, data: st.DataObject) -> None:
    """People may be in several groups: the size of a group less that of a part of it is nobody or enough people."""
    inside, joins = ladder
    names = [name for name in inside if name not in joins]
    people = range(data.draw(st.integers(0, 90)))
    random = data.draw(st.randoms(use_true_random=False))
    who = {
        name: {one for one in people if random.random() < data.draw(st.sampled_from([0.05, 0.2, 0.5]))}
        for name in names
    }
    all_of = {name: set().union(*(who[one] for one in parts)) for name, parts in inside.items()}
    cells = protect_joined({name: len(found) for name, found in all_of.items()}, joins, len(people), Policy())
    shown = [name for name in inside if cells[name].count is not None]
    for one, other in combinations(shown, 2):
        if inside[one] < inside[other] or inside[other] < inside[one]:
            assert not 0 < abs(len(all_of[one]) - len(all_of[other])) < 10
    for name in set(shown) & set(joins):
        assert not 0 < len(people) - len(all_of[name]) < 10


@settings(max_examples=200, deadline=None)
@given(ladders(), st.data(), POLICIES)
def test_separate_groups_are_shown_as_they_are_without_any_joining(
    ladder: Any, data: st.DataObject, policy: Policy
) -> None:
    inside, joins = ladder
    names = [name for name in inside if name not in joins]
    alone = sizes_of(data.draw, names)
    total = sum(alone.values()) + data.draw(st.integers(0, 50))
    counts = {name: sum(alone[one] for one in parts) for name, parts in inside.items()}
    without: dict[str, Cell] = {key[0]: cell for key, cell in protect_list(alone, total, policy).cells.items()}
    found = protect_joined(counts, joins, total, policy)
    assert {name: found[name] for name in names} == {name: without[name] for name in names if name != TOTAL}


def test_three_parts_do_not_tell_a_fourth() -> None:
    alone = {"a": 30, "b": 25, "small": 4}
    cells = protect_joined(alone | {"all": 59}, {"all": ("a", "b", "small")}, 100, Policy())
    assert (cells["a"].count, cells["b"].count, cells["all"].symbol) == (30, 25, "c")
    enough = protect_joined({"a": 30, "b": 7, "c": 8, "all": 45}, {"all": ("a", "b", "c")}, 100, Policy())
    assert enough["all"].count == 45
