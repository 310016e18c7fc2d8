"""The dictionary of an export and its cells: nothing is blank, no raw text gets out."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from survey_engine.answers import DECLINED, SKIPPED, Answer, AnswerState
from survey_engine.codebook import MISSING, codebook, coded
from survey_engine.definition import Audience, Choice, Kind, Question, Survey, content_hash
from survey_engine.expression_parser import parse

OPTIONS = (Choice(name="aunt", label={"en": "My aunt"}), Choice(name="pa", label={"en": "My adviser"}))


def question(name: str, kind: Kind, **changes: Any) -> Question:
    return Question(**{"name": name, "kind": kind, "label": {"en": f"{name}?", "cy": f"{name} cy?"}} | changes)


SURVEY = Survey(
    name="s",
    title={"en": "S"},
    audience=Audience.CHILD,
    languages=("en", "cy"),
    items=(
        question("hello", Kind.NOTE),
        question("helps", Kind.MULTIPLE_CHOICE, choices=OPTIONS),
        question("who", Kind.SINGLE_CHOICE, choices=OPTIONS),
        question("age", Kind.INTEGER),
        question("why", Kind.LONG_TEXT, relevant=parse("age > 10")),
    ),
)


def answered(value: Any) -> Answer:
    return Answer(AnswerState.ANSWERED, value)


def test_every_column_is_described_and_every_cell_filled() -> None:
    assert [variable.name for variable in codebook(SURVEY)] == ["helps__aunt", "helps__pa", "who", "age", "why"]
    assert list(coded(SURVEY, {})) == [variable.name for variable in codebook(SURVEY)]
    assert "" not in coded(SURVEY, {}).values()


def test_a_row_is_written_in_codes() -> None:
    answers = {"helps": answered(("pa",)), "who": DECLINED, "age": answered(12), "why": answered("raw words")}
    assert coded(SURVEY, answers, {"why": "safe words"}) == {
        "helps__aunt": "0",
        "helps__pa": "1",
        "who": "-8",
        "age": "12",
        "why": "safe words",
    }


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        ({"age": answered(9)}, "-7"),
        ({"age": answered(9), "why": answered("raw words")}, "-7"),
        ({"age": answered(12)}, "-9"),
        ({"age": answered(12), "why": SKIPPED}, "-9"),
        ({"age": answered(12), "why": DECLINED}, "-8"),
        ({"age": answered(12), "why": answered("raw words")}, "-6"),
    ],
)
def test_a_missing_text_says_why_it_is_missing_and_raw_words_never_come_out(
    answers: dict[str, Answer], why: str
) -> None:
    assert coded(SURVEY, answers)["why"] == why
    assert why in MISSING


def test_a_variable_tells_question_language_version_and_condition() -> None:
    why = codebook(SURVEY, "cy")[-1]
    assert (why.label, why.language, why.condition) == ("why cy?", "cy", "age > 10")
    assert why.survey_version == content_hash(SURVEY)
    assert codebook(SURVEY)[0].label == "helps? – My aunt"


@pytest.mark.parametrize("name", MISSING)
def test_no_option_can_look_like_a_missing_answer(name: str) -> None:
    with pytest.raises(ValidationError):
        Choice(name=name, label={"en": "No"})


def test_no_two_columns_can_have_one_name() -> None:
    clash = (question("helps__aunt", Kind.TEXT), question("helps", Kind.MULTIPLE_CHOICE, choices=OPTIONS))
    with pytest.raises(ValidationError):
        Survey(name="s", title={"en": "S"}, audience=Audience.CHILD, languages=("en",), items=clash)
