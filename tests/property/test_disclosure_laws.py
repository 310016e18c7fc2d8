"""Laws of disclosure control, attacked by a solver that shares no code with the one in the product."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey_engine.differencing import differencing_problem
from survey_engine.disclosure import (
    TOTAL,
    CountTable,
    Policy,
    ProtectedTable,
    from_json,
    protect,
    protect_list,
    to_json,
)

scipy_optimize = pytest.importorskip("scipy.optimize", reason="the independent attack needs scipy")

COUNTS = st.one_of(st.integers(0, 12), st.integers(0, 12), st.integers(0, 200))


@st.composite
def tables(draw: st.DrawFn, largest: tuple[int, ...] = (4, 4, 2)) -> CountTable:
    dimensions = draw(st.integers(1, 3))
    sizes = [draw(st.integers(1, most)) for most in largest[:dimensions]]
    keys = list(product(*[[f"c{number}" for number in range(size)] for size in sizes]))
    return CountTable(tuple(f"d{number}" for number in range(dimensions)), {key: draw(COUNTS) for key in keys})


policies = st.builds(Policy, threshold=st.sampled_from([5, 6, 10]), zero_discloses=st.booleans())


def attack(protected: ProtectedTable, least: int = 0) -> dict[tuple[str, ...], tuple[float, float]]:
    """The interval of every hidden cell, from nothing but the published table; built from parts, not from lines.

    Unknowns are the innermost cells alone, each margin is a sum of them: another model
    than the product's, which has margins as unknowns of their own.
    """
    inner = [key for key in protected.cells if TOTAL not in key]

    def parts(key: tuple[str, ...]) -> list[float]:
        return [float(all(k in (TOTAL, c) for k, c in zip(key, cell, strict=True))) for cell in inner]

    rows, right, at_most, limits = [], [], [], []
    for key, cell in protected.cells.items():
        if cell.count is not None:
            rows.append(parts(key))
            right.append(cell.count)
        elif least:
            at_most.append([-value for value in parts(key)])
            limits.append(-least)
    found = {}
    for key, cell in protected.cells.items():
        if cell.count is not None:
            continue
        ends = []
        for sign in (1, -1):
            answer = scipy_optimize.linprog(
                [sign * value for value in parts(key)],
                A_ub=at_most or None,
                b_ub=limits or None,
                A_eq=rows or None,
                b_eq=right or None,
                method="highs",
            )
            assert answer.status in (0, 3), answer.message
            ends.append(sign * answer.fun if answer.status == 0 else sign * -float("inf"))
        found[key] = (ends[0], ends[1])
    return found


@settings(max_examples=60, deadline=None)
@given(tables(), policies)
def test_no_hidden_cell_can_be_worked_out_from_the_published_table(table: CountTable, policy: Policy) -> None:
    protected = protect(table, policy)
    intervals = attack(protected)
    narrowest = min((high - low for low, high in intervals.values()), default=float("inf"))
    assert narrowest > policy.threshold - 1 - 1e-6
    assert protected.audit.recoverable == 0
    if protected.audit.min_width is not None:
        assert protected.audit.min_width >= policy.threshold - 1


@settings(max_examples=40, deadline=None)
@given(tables())
def test_knowing_that_zeros_are_shown_leaves_every_small_value_possible(table: CountTable) -> None:
    intervals = attack(protect(table, Policy()), least=1)
    assert all(high - low > 10 - 2 - 1e-6 for low, high in intervals.values())


@settings(max_examples=150, deadline=None)
@given(tables(), policies)
def test_every_published_count_is_true_and_zero_or_at_least_the_threshold(table: CountTable, policy: Policy) -> None:
    protected = protect(table, policy)
    for key, cell in protected.cells.items():
        true = sum(
            count for at, count in table.counts.items() if all(k in (TOTAL, c) for k, c in zip(key, at, strict=True))
        )
        assert cell.count is None or (cell.count == true and not policy.hides(cell.count))
        assert (cell.count is None) == (cell.symbol == "c") == (cell.reason != "")


@settings(max_examples=100, deadline=None)
@given(tables(), st.data())
def test_a_respondent_elsewhere_never_uncovers_a_small_cell(table: CountTable, data: st.DataObject) -> None:
    """A small cell stays hidden whoever else answers; at the earliest it is shown when its own count is large."""
    small = [key for key, count in table.counts.items() if 0 < count < 10]
    elsewhere = data.draw(st.sampled_from(sorted(table.counts)))
    more = protect(CountTable(table.dimensions, {**table.counts, elsewhere: table.counts[elsewhere] + 1}), Policy())
    assert all(more.cells[key].count is None for key in small if key != elsewhere)


@settings(max_examples=60, deadline=None)
@given(tables(), policies, st.randoms())
def test_the_order_of_the_rows_changes_nothing(table: CountTable, policy: Policy, random: object) -> None:
    keys = list(table.counts)
    random.shuffle(keys)  # type: ignore[attr-defined]
    shuffled = CountTable(table.dimensions, {key: table.counts[key] for key in keys})
    assert to_json(protect(shuffled, policy), internal=True) == to_json(protect(table, policy), internal=True)


@settings(max_examples=60, deadline=None)
@given(tables(), st.integers(10, 30))
def test_a_table_without_small_cells_is_published_as_it_is(table: CountTable, more: int) -> None:
    large = CountTable(table.dimensions, {key: count + more for key, count in table.counts.items()})
    protected = protect(large, Policy())
    assert all(cell.count is not None for cell in protected.cells.values())
    assert protected.audit.min_width is None


@settings(max_examples=60, deadline=None)
@given(tables(), st.sampled_from([5, 10]))
def test_rounded_totals_are_the_sums_of_rounded_parts(table: CountTable, base: int) -> None:
    protected = protect(table, Policy(round_to=base))
    for key, cell in protected.cells.items():
        assert cell.count is not None
        assert cell.count % base == 0
        parts = [
            other.count
            for at, other in protected.cells.items()
            if TOTAL not in at and all(k in (TOTAL, c) for k, c in zip(key, at, strict=True))
        ]
        assert cell.count == sum(part for part in parts if part is not None)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.sampled_from("abcdef"), COUNTS, min_size=1), st.integers(0, 60), policies)
def test_a_list_of_parts_of_a_whole_cannot_be_undone(counts: dict[str, int], rest: int, policy: Policy) -> None:
    """As a partition with an unpublished rest, which is what a reader may take a list of themes for."""
    protected = protect_list(counts, sum(counts.values()) + rest, policy)
    total = protected.cells[(TOTAL,)].count
    if total is None:
        return
    seen = sum(cell.count or 0 for key, cell in protected.cells.items() if key != (TOTAL,))
    hidden = [key for key, cell in protected.cells.items() if cell.count is None]
    assert not hidden or total - seen >= min(policy.threshold, sum(counts[key[0]] for key in hidden) + rest)
    assert len(hidden) != 1 or rest > 0


@settings(max_examples=60, deadline=None)
@given(tables(), policies)
def test_what_is_written_as_json_reads_back_and_may_be_released_again(table: CountTable, policy: Policy) -> None:
    protected = protect(table, policy)
    assert from_json(to_json(protected, internal=True)) == protected
    assert differencing_problem(to_json(protected), protected, policy) == []


@settings(max_examples=80, deadline=None)
@given(tables(largest=(3, 3, 2)), st.data())
def test_two_weeks_that_differ_by_a_few_visible_people_are_refused(table: CountTable, data: st.DataObject) -> None:
    before = protect(table, Policy())
    where = data.draw(st.sampled_from(sorted(table.counts)))
    added = data.draw(st.integers(1, 9))
    after = protect(CountTable(table.dimensions, {**table.counts, where: table.counts[where] + added}), Policy())
    both = [key for key in before.cells if before.cells[key].count is not None and after.cells[key].count is not None]
    if any(before.cells[key].count != after.cells[key].count for key in both):
        assert differencing_problem(before, after, Policy())
