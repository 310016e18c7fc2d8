"""What conditions mean, and that no text can break the reader of them."""

from __future__ import annotations

import math

import pytest
from pydantic import TypeAdapter, ValidationError

from survey_engine.evaluation import evaluate, holds
from survey_engine.expression_parser import parse
from survey_engine.expressions import MAX_LENGTH, Expression, ExpressionError, Value, names

ANSWERS: dict[str, Value] = {"age": 12, "school": "yes", "helps": ("aunt", "mum"), "weight": 1.5, "word": "12"}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('school = "yes" and age > 10', True),
        ("school != 'yes' or age = 12", True),
        ("age > 5 + 3 * 2 + 1 - 1", True),
        ("age = 5 + 3 * 2 + 1", True),
        ("(age - 2) div 2 = 5 and age mod 5 = 2", True),
        ("word = 12 and word > 11", True),
        ('selected(helps, "aunt") and not(selected(helps, "dad"))', True),
        ('helps = "aunt mum" and count-selected(helps) = 2', True),
        ('selected(school, "yes")', True),
        ('if(age < 13, "child", "teen")', "child"),
        ("string-length(school)", 3),
        ('regex(school, "[a-z]{3}") and not(regex(school, "[a-z]{2}"))', True),
        ('coalesce(nothing, school, "x")', "yes"),
        ("true() and not(false())", True),
        ("-age = -12 and --age = 12", True),
        ("answered(school) and not(answered(nothing))", True),
        ("“yes” = school and ‘yes’ = school", True),
        ('contains(school, "es") and starts-with(school, "ye")', True),
        ("weight * 2", 3),
    ],
)
def test_a_condition_means_what_it_says(text: str, value: Value) -> None:
    assert evaluate(parse(text), ANSWERS) == value


@pytest.mark.parametrize("operator", ["=", "<", "<=", ">", ">="])
def test_an_unanswered_question_is_neither_more_nor_less_nor_equal_to_a_number(operator: str) -> None:
    assert evaluate(parse(f"nothing {operator} 0"), {}) is False
    assert evaluate(parse(f"word {operator} 0"), {"word": "many"}) is False


def test_an_unanswered_question_differs_from_every_number_and_equals_the_empty_text() -> None:
    assert holds(parse('nothing != 5 and nothing = ""'), {})


@pytest.mark.parametrize("text", ["1 div 0", "1 mod 0", 'school * "x"', "-school", "1000000000000000 * age * age"])
def test_what_cannot_be_worked_out_is_no_number_and_not_true(text: str) -> None:
    value = evaluate(parse(text), ANSWERS)
    assert value is None or (isinstance(value, int | float) and math.isfinite(value))


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("", 0), ("age >", 5), ("(age", 4), ("age age", 4), ('school = "yes', 9), ("selected(helps)", 0),
        ("answered()", 0), ("launch(1)", 0), ("age = 99999999999999999", 6), ("a and and b", 6), ("a ; b", 2),
        ("\ud800 = 1", 0), ('"\ud800"', 0), ("a\x00", 1), ("${}", 0),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_place(text: str, position: int) -> None:
    with pytest.raises(ExpressionError) as refused:
        parse(text)
    assert refused.value.position == position
    assert refused.value.message.endswith((".", "!"))


@pytest.mark.parametrize(
    "text",
    [
        "(" * 900 + "a" + ")" * 900,
        "not(" * 120 + "a" + ")" * 120,
        "-" * 1500 + "1",
        "1" + " + 1" * 200,
        "a" * (MAX_LENGTH + 1),
        '"' + "x" * 1_000_000 + '"',
    ],
)
def test_nothing_deep_or_long_gets_in(text: str) -> None:
    with pytest.raises(ExpressionError):
        parse(text)


def test_a_long_flat_list_of_options_does() -> None:
    condition = parse(" or ".join(f'selected(helps, "h{number}")' for number in range(60)))
    assert evaluate(condition, {"helps": ("h59",)}) is True


def test_a_condition_survives_json_and_a_forged_one_does_not() -> None:
    adapter: TypeAdapter[Expression] = TypeAdapter(Expression)
    condition = parse('not(selected(helps, "aunt")) and regex(school, "[a-z]+")')
    assert adapter.validate_json(adapter.dump_json(condition)) == condition
    deep: dict[str, object] = {"op": "this"}
    for _ in range(150):
        deep = {"op": "negative", "operand": deep}
    slow = {"op": "call", "function": "regex", "arguments": [{"op": "this"}, {"op": "value", "value": "(?=a)b"}]}
    unknown = {"op": "call", "function": "open", "arguments": []}
    for forged in (deep, slow, unknown, {"op": "value", "value": float("inf")}, {"op": "answer", "name": "a b"}):
        with pytest.raises(ValidationError):
            adapter.validate_python(forged)


def test_names_are_all_questions_looked_at() -> None:
    assert names(parse('if(a = 1, selected(b, "x"), -c) and . > d.e-f')) == {"a", "b", "c", "d.e-f"}
