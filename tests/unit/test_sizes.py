"""What merging themes must not tell."""

from __future__ import annotations

from api.review import levels, sizes
from survey_engine.disclosure import Policy


def people(first: int, count: int) -> set[str]:
    return {f"p{number}" for number in range(first, first + count)}


APART = {"large": people(0, 30), "middle": people(30, 25), "small": people(55, 4)}


def shown(**joins: tuple[str, ...]) -> dict[str, int | None]:
    found = sizes.protect_joined_themes(APART, joins, 100, Policy())
    return {name: size.people.count for name, size in found.items()}


def test_merging_a_hidden_theme_does_not_tell_its_size() -> None:
    assert shown(into_large=("large", "small")) == {"large": 30, "middle": 25, "small": None, "into_large": None}
    assert shown(wide=("large", "middle"))["wide"] == 55


def test_merging_several_at_once_does_not_tell_the_smallest_either() -> None:
    assert shown(everything=("large", "middle", "small"))["everything"] is None
    both = shown(wide=("large", "middle"), everything=("wide", "small"))
    assert (both["wide"], both["everything"]) == (55, None)


def test_what_an_officer_merged_is_joined_before_the_tree_begins() -> None:
    tree = [
        {"first": 0, "second": 1, "into": 4},
        {"first": 2, "second": 3, "into": 5},
        {"first": 4, "second": 5, "into": 6},
    ]
    steps = levels.steps(tree, {0: "a", 1: "b", 2: "a", 3: "c"})
    assert levels.groups(["a", "b", "c"], steps[:1]) == {"c": ("c",), "joined-1": ("a", "b")}
    assert [len(levels.groups(["a", "b", "c"], steps[:taken])) for taken in range(3)] == [3, 2, 1]
