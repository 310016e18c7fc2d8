"""Disclosure control on tables small enough to check by hand."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from survey_engine.differencing import differencing_problem
from survey_engine.disclosure import (
    CountTable,
    Policy,
    ProtectedTable,
    TableProblem,
    from_json,
    protect,
    protect_list,
    protected_share,
    read_count_table,
    table_rows,
    to_json,
)

POLICY = Policy()


def one_way(**counts: int) -> ProtectedTable:
    return protect(CountTable(("home",), {(name,): count for name, count in counts.items()}), POLICY)


def shown(table: ProtectedTable) -> list[int | None]:
    return [cell.count for cell in table.cells.values()]


def test_one_small_cell_takes_the_next_smallest_with_it_because_the_total_is_published() -> None:
    assert shown(one_way(a=4, b=31, c=12, d=40)) == [None, 31, None, 40, 87]


def test_two_small_cells_that_add_up_to_a_small_number_are_not_enough() -> None:
    assert shown(one_way(a=2, b=3, c=50, d=60)) == [None, None, None, 60, 115]


def test_ten_cells_of_one_child_each_under_a_total_of_ten_are_not_given_away_by_their_number() -> None:
    table = one_way(**{f"home{number}": 1 for number in range(10)})
    assert shown(table)[-1] is None


def test_a_total_below_the_threshold_is_hidden_and_zeros_are_shown() -> None:
    assert shown(one_way(a=3, b=0)) == [None, 0, None]


def test_zeros_are_hidden_where_none_of_them_says_something() -> None:
    table = protect(CountTable(("said",), {("yes",): 0, ("no",): 30, ("unsure",): 12}), Policy(zero_discloses=True))
    assert table.cells["yes",].count is None
    assert sum(cell.count is None for cell in table.cells.values()) >= 2


def test_in_a_two_way_table_no_hidden_cell_stands_alone_in_its_row_or_column() -> None:
    counts: dict[tuple[str, ...], int] = {
        ("r1", "c1"): 3,
        ("r1", "c2"): 50,
        ("r2", "c1"): 60,
        ("r2", "c2"): 70,
        ("r3", "c3"): 80,
    }
    table = protect(CountTable(("row", "column"), counts), POLICY)
    hidden = [key for key, cell in table.cells.items() if cell.count is None]
    assert table.audit.recoverable == 0
    assert all(sum(key[place] == other[place] for other in hidden) >= 2 for key in hidden for place in (0, 1))


def test_the_reader_is_not_told_which_cell_was_the_small_one_but_the_officer_is() -> None:
    table = one_way(a=4, b=31, c=12)
    assert {row["reason"] for row in table_rows(table)} == {"", "suppressed"}
    assert {cell["reason"] for cell in to_json(table, internal=True)["cells"]} == {"", "primary", "complementary"}


def test_themes_that_overlap_are_not_parts_of_a_whole() -> None:
    table = protect_list({"moving": 41, "school": 6, "family": 38}, 60, POLICY)
    assert shown(table) == [38, 41, None, 60]


def test_themes_that_may_be_parts_of_a_whole_are_protected_as_parts() -> None:
    assert shown(protect_list({"moving": 41, "school": 6, "family": 13}, 60, POLICY)) == [None, 41, None, 60]


def test_a_theme_nearly_everybody_named_is_hidden_like_its_share() -> None:
    assert protect_list({"food": 57, "sleep": 40}, 60, POLICY).cells["food",].count is None
    assert protected_share(57, 60, POLICY).symbol == "c"


def test_no_theme_of_a_small_survey_is_shown() -> None:
    assert shown(protect_list({"food": 5, "sleep": 8, "rain": 0}, 9, POLICY)) == [None, None, None, None]


def test_without_a_total_only_the_small_themes_are_hidden() -> None:
    assert shown(protect_list({"food": 5, "sleep": 12}, None, POLICY)) == [None, 12]


@pytest.mark.parametrize(
    ("numerator", "denominator", "symbol"),
    [
        (9, 100, "c"),
        (10, 100, ""),
        (91, 100, "c"),
        (90, 100, ""),
        (4, 9, "c"),
        (0, 19, "c"),
        (19, 19, "c"),
        (0, 20, ""),
    ],
)
def test_a_share_is_hidden_with_its_numerator_its_base_its_remainder_and_as_all_or_none_of_few(
    numerator: int, denominator: int, symbol: str
) -> None:
    assert protected_share(numerator, denominator, POLICY).symbol == symbol


def test_a_share_is_taken_before_rounding_and_told_in_whole_percents_then() -> None:
    assert str(protected_share(13, 39, Policy(round_to=5)).value) == "33"


def test_the_threshold_cannot_be_set_below_five() -> None:
    with pytest.raises(ValidationError):
        Policy(threshold=4)


def test_last_week_and_this_week_differing_by_three_children_is_refused() -> None:
    assert differencing_problem(one_way(a=20, b=30), one_way(a=20, b=33), POLICY)


def test_all_and_all_without_one_home_is_refused_by_their_totals_alone() -> None:
    by_age = protect(CountTable(("age",), {("young",): 30, ("old",): 24}), POLICY)
    assert differencing_problem(one_way(a=20, b=30), by_age, POLICY) == [
        "All together: this table and the earlier one differ by fewer than 10 people."
    ]


def test_a_second_table_that_shows_what_the_first_hid_to_protect_another_is_refused() -> None:
    first = one_way(a=4, b=31, c=12)
    second = to_json(first)
    for cell in second["cells"]:
        if cell["by"]["home"] == "b":
            cell["count"], cell["symbol"] = None, "c"
        if cell["by"]["home"] == "c":
            cell["count"], cell["symbol"] = 12, ""
    assert any("worked out from both" in said for said in differencing_problem(first, second, POLICY))


def test_a_release_grown_by_many_is_not_refused() -> None:
    assert differencing_problem(one_way(a=20, b=30), one_way(a=35, b=47), POLICY) == []


def test_what_is_no_released_table_is_refused() -> None:
    with pytest.raises(ValueError, match="table protect"):
        from_json({"cells": [1, 2]})


ROWS = [{"age": "8-11", "home": "A", "n": "4"}, {"age": "12-14", "home": "A", "n": "12"}]


def problems(rows: list[dict[str, str]], by: list[str]) -> list[tuple[int | None, str, str]]:
    read = read_count_table(rows, by, "n")
    assert isinstance(read, tuple)
    assert all(isinstance(problem, TableProblem) for problem in read)
    return [(problem.row, problem.column, problem.code) for problem in read]


def test_a_count_file_is_added_up_by_the_columns_asked_for() -> None:
    table = read_count_table([*ROWS, {"age": "8-11", "home": "B", "n": "7"}], ["age"], "n")
    assert isinstance(table, CountTable)
    assert table.counts == {("8-11",): 11, ("12-14",): 12}


def test_totals_in_a_count_file_must_agree_with_their_rows() -> None:
    assert isinstance(read_count_table([*ROWS, {"age": "Total", "home": "A", "n": "16"}], ["age"], "n"), CountTable)
    assert problems([*ROWS, {"age": "Total", "home": "A", "n": "15"}], ["age"]) == [(4, "n", "total_differs")]


@pytest.mark.parametrize("bad", ["c", "-3", "3.5", "", "１２", "9" * 13, "1e3", "nan"])
def test_what_is_no_count_is_refused_with_its_row(bad: str) -> None:
    assert problems([ROWS[0], {**ROWS[1], "n": bad}], ["age"]) == [(3, "n", "not_a_count")]


def test_wrong_columns_no_rows_and_huge_tables_are_refused() -> None:
    assert problems(ROWS, ["school"]) == [(2, "school", "column_missing")]
    assert problems([], ["age"]) == [(None, "n", "no_rows")]
    assert problems(ROWS, ["age", "age"]) == [(None, "age,age", "columns")]
    huge = [{"a": str(x), "b": str(x), "n": "1"} for x in range(100)]
    assert problems(huge, ["a", "b"]) == [(None, "a,b", "too_large")]
