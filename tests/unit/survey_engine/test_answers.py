"""What a posted field amounts to: everyday input, and everything a browser never sends."""

from __future__ import annotations

import time
from typing import Any

import pytest

from survey_engine.answers import (
    DECLINED,
    PROBLEM_CODES,
    SKIPPED,
    Answer,
    AnswerState,
    Problem,
    check,
    from_json,
    to_json,
    values,
)
from survey_engine.definition import CHOICE, UNASKED, Choice, Kind, Question
from survey_engine.expression_parser import parse

CHOICES = (
    Choice(name="mum", label={"en": "Mum"}),
    Choice(name="aunt", label={"en": "Aunt"}),
    Choice(name="nobody", label={"en": "Nobody"}, exclusive=True),
)


def question(kind: Kind, **changes: Any) -> Question:
    choices = CHOICES if kind in CHOICE else ()
    changes |= {"least": 0, "most": 9} if kind is Kind.RANGE else {}
    return Question(**{"name": "q", "kind": kind, "label": {"en": "Q"}, "choices": choices} | changes)


def outcome(kind: Kind, *raw: str, action: str = "next", **changes: Any) -> object:
    """The value of an answer, or the code of the problem, or the state."""
    result = check(question(kind, **changes), raw, action, {})
    if isinstance(result, Problem):
        assert result.code in PROBLEM_CODES
        return result.code
    return result.value if result.state is AnswerState.ANSWERED else result.state.name


@pytest.mark.parametrize(
    ("raw", "integer", "decimal"),
    [
        ("12", 12, 12.0),
        (" 12 ", 12, 12.0),
        ("١٢", 12, 12.0),  # Arabic-Indic digits
        ("12.0", 12, 12.0),
        ("1.5", "not_whole", 1.5),
        ("-3", -3, -3.0),
        ("−3", -3, -3.0),  # a minus sign as phones write it
        ("1,5", "not_a_number", "not_a_number"),
        ("1,000", "not_a_number", "not_a_number"),
        ("1e5", "not_a_number", "not_a_number"),
        ("1e400", "not_a_number", "not_a_number"),
        ("nan", "not_a_number", "not_a_number"),
        ("inf", "not_a_number", "not_a_number"),
        ("0x10", "not_a_number", "not_a_number"),
        ("twelve", "not_a_number", "not_a_number"),
        ("½", "not_a_number", "not_a_number"),
        ("1_000", "not_a_number", "not_a_number"),
        ("9" * 16, "out_of_range", "out_of_range"),
        ("9" * 100_000, "too_long", "too_long"),
        (".5", "not_whole", 0.5),
        (".", "not_a_number", "not_a_number"),
        ("-", "not_a_number", "not_a_number"),
    ],
)
def test_numbers(raw: str, integer: object, decimal: object) -> None:
    assert (outcome(Kind.INTEGER, raw), outcome(Kind.DECIMAL, raw)) == (integer, decimal)


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("  hello \r\n there\r ", "hello \n there"),
        ("a\x00b\x07c\td", "abc\td"),
        ("e\u0301", "é"),
        ("\ud83d", "SKIPPED"),  # half an emoji
        ("👩‍👧 ok", "👩‍👧 ok"),
        ("مرحبا", "مرحبا"),
        ("\u200b\u2060 ", "SKIPPED"),  # looks empty, is empty
        ("   ", "SKIPPED"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
    ],
)
def test_text_is_cleaned_and_never_cut(raw: str, kept: str) -> None:
    assert outcome(Kind.TEXT, raw) == kept


@pytest.mark.parametrize(
    ("raw", "most", "result"),
    [("x" * 10, 10, "x" * 10), ("x" * 11, 10, "too_long"), ("x" * 1_000_000, 4_000, "too_long")],
)
def test_a_text_that_is_too_long_is_a_problem_with_both_lengths(raw: str, most: int, result: str) -> None:
    assert outcome(Kind.LONG_TEXT, raw, max_length=most) == result
    problem = check(question(Kind.LONG_TEXT, max_length=most), [raw], "next", {})
    if isinstance(problem, Problem):
        assert problem.details == {"length": len(raw), "most": most}


@pytest.mark.parametrize("attack", ["\u0315\u0300\u0316" * 400_000, "\x00" * 1_000_000, " " * 1_000_000 + "x"])
def test_a_megabyte_of_anything_is_judged_at_once(attack: str) -> None:
    started = time.perf_counter()
    outcome(Kind.LONG_TEXT, attack, max_length=20_000)
    outcome(Kind.LONG_TEXT, attack[:60_000], max_length=20_000)
    assert time.perf_counter() - started < 2


@pytest.mark.parametrize(
    ("raw", "single", "several"),
    [
        (["aunt"], "aunt", ("aunt",)),
        (["aunt", "aunt"], "aunt", ("aunt",)),
        (["aunt", "mum"], "too_many", ("mum", "aunt")),  # in the order of the survey
        (["nobody"], "nobody", ("nobody",)),
        (["mum", "nobody"], "too_many", "exclusive"),
        (["dad"], "unknown_option", "unknown_option"),
        (["aunt", "dad"], "too_many", "unknown_option"),
        (["", "aunt"], "aunt", ("aunt",)),
        ([], "SKIPPED", "SKIPPED"),
    ],
)
def test_choices(raw: list[str], single: object, several: object) -> None:
    assert outcome(Kind.SINGLE_CHOICE, *raw) == single
    assert outcome(Kind.MULTIPLE_CHOICE, *raw) == several


@pytest.mark.parametrize(
    ("action", "required", "may_decline", "result"),
    [
        ("next", False, True, "SKIPPED"),
        ("next", True, True, "required"),
        ("skip", False, True, "SKIPPED"),
        ("skip", True, True, "required"),
        ("decline", True, True, "DECLINED"),
        ("decline", False, False, "cannot_decline"),
        ("delete", False, True, "unknown_action"),
    ],
)
def test_nobody_is_forced_to_say_but_required_means_answer_or_decline(
    action: str, required: bool, may_decline: bool, result: str
) -> None:
    assert outcome(Kind.TEXT, action=action, required=required, may_decline=may_decline) == result


def test_declining_wins_over_what_was_typed() -> None:
    assert check(question(Kind.TEXT), ["typed"], "decline", {}) == DECLINED
    assert check(question(Kind.TEXT), ["typed"], "skip", {}) == SKIPPED


def test_a_note_asks_nothing() -> None:
    assert check(question(Kind.NOTE), ["anything"], "next", {}) == SKIPPED


def test_a_broken_rule_brings_the_surveys_own_words_and_sees_earlier_answers() -> None:
    younger = question(Kind.INTEGER, constraint=parse(". < age"), constraint_message={"en": "Less than your age."})
    age = {"age": Answer(AnswerState.ANSWERED, 12)}
    assert check(younger, ["8"], "next", age) == Answer(AnswerState.ANSWERED, 8)
    problem = check(younger, ["15"], "next", age)
    assert isinstance(problem, Problem)
    assert (problem.code, problem.message) == ("constraint", {"en": "Less than your age."})


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind not in UNASKED])
def test_a_problem_never_repeats_what_was_typed(kind: Kind) -> None:
    secret = "Zebedee lives at 4 Roundabout Lane " * 600
    problem = check(question(kind, max_length=10), [secret, "Zebedee"], "next", {})
    assert isinstance(problem, Problem)
    assert "Zebedee" not in repr(problem)


@pytest.mark.parametrize("value", ["text", 3, 1.5, ("mum", "aunt"), ()])
def test_answers_survive_storing(value: Any) -> None:
    answer = Answer(AnswerState.ANSWERED, value)
    assert from_json(to_json(answer)) == answer


@pytest.mark.parametrize("stored", [{"s": "x"}, {}, {"s": "a", "v": {}}, {"s": "a", "v": [1]}, {"s": "a", "v": True}])
def test_a_stored_answer_of_unknown_shape_is_a_bug_and_raises(stored: dict[str, Any]) -> None:
    with pytest.raises((ValueError, TypeError, KeyError)):
        from_json(stored)


def test_conditions_see_only_what_was_answered() -> None:
    answers = {"a": Answer(AnswerState.ANSWERED, 1), "b": DECLINED, "c": SKIPPED}
    assert values(answers) == {"a": 1}
