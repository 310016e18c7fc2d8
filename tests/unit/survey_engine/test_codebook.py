"""The dictionary of an export and its cells: nothing is blank, no raw text gets out."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from survey_engine.answers import DECLINED, SKIPPED, Answer, AnswerState
from survey_engine.codebook import MISSING, codebook, coded
from survey_engine.definition import Audience, Choice, Group, Kind, Question, Repeat, Survey, content_hash
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


def test_a_way_that_depends_on_the_day_is_coded_as_of_the_day_it_was_sent() -> None:
    dated = survey_of(
        question("born", Kind.DATE), question("exam", Kind.TEXT, relevant=parse("today() > born + 365 * 16"))
    )
    answers = {"born": answered("2009-05-01"), "exam": answered("raw words")}
    assert coded(dated, answers, {"exam": "safe"}, today=date(2026, 3, 1))["exam"] == "safe"
    assert coded(dated, answers, {"exam": "safe"}, today=date(2024, 3, 1))["exam"] == "-7"


def test_each_turn_has_its_columns_and_turns_beyond_the_number_said_were_not_asked() -> None:
    pets = Group(name="pet", items=(question("kind", Kind.SINGLE_CHOICE, choices=OPTIONS),), repeat=Repeat(most=3))
    row = coded(survey_of(pets), {"pet": answered(1), "kind~1": answered("aunt"), "kind~2": answered("pa")})
    assert row == {"pet": "1", "kind~1": "aunt", "kind~2": "-7", "kind~3": "-7"}


def test_not_knowing_is_a_value_of_its_own_and_not_among_the_opinions() -> None:
    unsure = (*OPTIONS, Choice(name="dk", label={"en": "I don't know"}, means="dont_know"))
    variable = codebook(survey_of(question("who", Kind.SINGLE_CHOICE, choices=unsure)))[0]
    assert list(variable.values) == ["aunt", "pa"]
    assert variable.missing["dk"] == "I don't know"


def test_a_ranking_is_coded_by_places_and_what_is_left_out_has_no_column() -> None:
    ranked = survey_of(question("order", Kind.RANKING, choices=OPTIONS), question("where", Kind.LEFT_OUT))
    assert coded(ranked, {"order": answered(("pa", "aunt"))}) == {"order__aunt": "2", "order__pa": "1"}
    assert coded(ranked, {"order": DECLINED}) == {"order__aunt": "-8", "order__pa": "-8"}


def survey_of(*items: Question | Group) -> Survey:
    return Survey(name="s", title={"en": "S"}, audience=Audience.CHILD, languages=("en",), items=items)
