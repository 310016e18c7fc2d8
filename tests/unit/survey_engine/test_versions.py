"""What is different between two versions, in sentences an officer can read."""

from __future__ import annotations

from typing import Any

import pytest

from survey_engine.definition import Audience, Choice, Group, Kind, Question, Repeat, Survey
from survey_engine.expression_parser import parse
from survey_engine.scales import Band, Scale, ScaleItem
from survey_engine.versions import Difference, differences

YES, NO = Choice(name="yes", label={"en": "Yes", "cy": "Ydw"}), Choice(name="no", label={"en": "No"})
MAYBE = Choice(name="maybe", label={"en": "Maybe"})


def question(name: str, **changes: Any) -> Question:
    made = {"name": name, "kind": Kind.TEXT, "label": {"en": f"What about {name}?"}}
    return Question(**made | changes)


def survey(*items: Question | Group, **changes: Any) -> Survey:
    made = {"name": "s", "title": {"en": "S"}, "audience": Audience.CHILD, "languages": ("en",), "items": items}
    return Survey(**made | changes)


def only(old: Survey, new: Survey) -> Difference:
    found = differences(old, new)
    assert len(found) == 1, found
    return found[0]


A, B, C = question("a"), question("b"), question("c")
CHOICE = question("choice", kind=Kind.SINGLE_CHOICE, choices=(YES, NO))


@pytest.mark.parametrize(
    ("old", "new", "code", "item", "breaks"),
    [
        (survey(A), survey(A, B), "added", "b", False),
        (survey(A, B), survey(A), "removed", "b", True),
        (survey(A, B, C), survey(B, C, A), "moved", "a", False),
        (survey(A, question("x", label={"en": "Same"})), survey(A, question("y", label={"en": "Same"})), "renamed", "y", False),
        (survey(A), survey(question("a", kind=Kind.LONG_TEXT)), "kind", "a", True),
        (survey(A), survey(question("a", relevant=parse("today() > '2026-01-01'"))), "condition", "a", True),
        (survey(A), survey(question("a", constraint=parse("string-length(.) > 3"))), "rule", "a", False),
        (survey(A), survey(question("a", required=True)), "required", "a", False),
        (survey(A), survey(question("a", max_length=9)), "rule", "a", False),
        (survey(A), survey(question("a", hint={"en": "Guess"})), "words_added", "a", False),
        (survey(question("a", hint={"en": "Guess"})), survey(A), "words_removed", "a", False),
        (survey(A), survey(A, languages=("en", "cy")), "language_added", "", False),
        (survey(A, languages=("en", "cy")), survey(A), "language_removed", "", False),
        (survey(A), survey(A, minutes=9), "survey", "", False),
        (survey(A), survey(A, audience=Audience.PARENT_CARER), "survey", "", True),
        (survey(Group(name="g", items=(A,))), survey(Group(name="g", items=(A,), repeat=Repeat())), "repeat", "g", True),
    ],
)  # fmt: skip
def test_one_change_is_one_difference(old: Survey, new: Survey, code: str, item: str, breaks: bool) -> None:
    found = only(old, new)
    assert (found.code, found.item, found.breaks_comparison) == (code, item, breaks)
    assert found.sentence.endswith(".")


@pytest.mark.parametrize(
    ("choices", "code", "breaks"),
    [
        ((YES, NO, MAYBE), "option_added", True),
        ((YES,), "option_removed", True),
        ((NO, YES), "options_reordered", False),
        ((YES.model_copy(update={"name": "y"}), NO), "option_renamed", False),
        ((YES, NO.model_copy(update={"label": {"en": "Never"}})), "option_reworded", True),
        ((YES, NO.model_copy(update={"label": {"en": "No!"}})), "option_reworded", False),
        ((YES, NO.model_copy(update={"means": "dont_know"})), "option_changed", True),
        ((YES, NO.model_copy(update={"label": {"en": "No", "cy": "Na"}})), "words_added", False),
    ],
)
def test_options_are_compared_one_by_one(choices: tuple[Choice, ...], code: str, breaks: bool) -> None:
    found = only(survey(CHOICE), survey(CHOICE.model_copy(update={"choices": choices})))
    assert (found.code, found.item, found.breaks_comparison) == (code, "choice", breaks)


@pytest.mark.parametrize(
    ("old", "new", "breaks"),
    [
        ("How do you feel about schol?", "How do you feel about school", False),
        ("Who helps you", "Who  helps YOU?", False),
        ("Do you feel freindly today", "Do you feel friendly today", False),
        ("Do you feel safe?", "Do you feel unsafe?", True),
        ("Can you choose?", "Can't you choose?", True),
        ("In the last 12 months", "In the last 13 months", True),
        ("Were you asked?", "Were you heard?", True),
        ("Is it true?", "Is it not true?", True),
    ],
)
def test_a_slip_of_the_pen_does_not_break_a_comparison_and_other_words_may(old: str, new: str, breaks: bool) -> None:
    found = only(survey(question("a", label={"en": old})), survey(question("a", label={"en": new})))
    assert (found.code, found.breaks_comparison) == ("reworded", breaks)
    assert (found.before, found.after) == (old, new)


def test_words_are_compared_in_each_language() -> None:
    old = survey(question("a", label={"en": "Hello", "cy": "Helo"}))
    new = survey(question("a", label={"en": "Hello", "cy": "Sut mae?"}))
    assert only(old, new).sentence == "The question “Hello” has other words in “cy”: “Helo” became “Sut mae?”."


def test_conditions_are_printed_so_that_they_can_be_read() -> None:
    old = survey(A, question("b", relevant=parse("answered(a)")))
    new = survey(A, question("b", relevant=parse('a = "yes"')))
    found = only(old, new)
    assert found.sentence == (
        'The condition of the question “What about b?” is different: answered(a) became a = "yes".'
    )


def test_a_new_name_is_followed_into_conditions_words_and_scales() -> None:
    def version(name: str) -> Survey:
        asked = CHOICE.model_copy(update={"name": name})
        after = question("b", label={"en": f"You said ${{{name}}}. Why?"}, relevant=parse(f'{name} = "yes"'))
        scale = Scale(name="s", title={"en": "S"}, items=(ScaleItem(question=name, values={"yes": 1, "no": 0}),))
        return survey(asked, after, scales=(scale,))

    assert [found.code for found in differences(version("old"), version("new"))] == ["renamed"]


def test_what_could_be_meant_twice_is_not_called_renamed() -> None:
    same = {"label": {"en": "Same"}}
    old, new = survey(question("x", **same), question("y", **same)), survey(question("z", **same))
    assert sorted(found.code for found in differences(old, new)) == ["added", "removed", "removed"]


def test_moving_under_a_condition_breaks_the_comparison() -> None:
    group = Group(name="g", label={"en": "More"}, relevant=parse("answered(a)"), items=(B,))
    old = survey(A, group, C)
    new = survey(A, group.model_copy(update={"items": (B, C)}))
    found = only(old, new)
    assert (found.code, found.item, found.breaks_comparison) == ("moved", "c", True)
    assert "after the question “What about b?” in the group “More”" in found.sentence


def test_the_fewest_items_are_said_to_have_moved() -> None:
    names = [question(name) for name in "abcdefgh"]
    moved = [names[7], *names[:7]]
    assert [found.item for found in differences(survey(*names), survey(*moved))] == ["h"]


def test_scales_are_compared_part_by_part() -> None:
    def version(**changes: Any) -> Survey:
        item = ScaleItem(question="choice", values={"yes": 1, "no": 0})
        scale = Scale(**{"name": "x", "title": {"en": "Being heard"}, "items": (item,)} | changes)
        return survey(CHOICE, scales=(scale,))

    found = only(version(), version(how="mean"))
    assert (found.code, found.item, found.breaks_comparison) == ("scale_changed", "x", True)
    assert found.sentence == "The scale “Being heard” is different in: how."
    assert only(version(), version(source="new")).breaks_comparison is False
    band = Band(name="low", label={"en": "Low"}, least=0, most=0)
    assert only(version(), version(bands=(band,))).breaks_comparison is True
    assert only(survey(CHOICE), version()).code == "scale_added"
    assert only(version(), survey(CHOICE)).code == "scale_removed"
