"""Between page and answer: fields in, values out, and an answer in words."""

from __future__ import annotations

from typing import Any

import pytest

from api.asking import in_words, raw, section_of, shown_again, typed
from survey_engine import journey
from survey_engine.answers import Answer, AnswerState, check
from survey_engine.definition import CHOICE, FILE, UNSEEN, Choice, Group, Kind, Question, Repeat, Survey
from tests.every_kind import ANSWERS, every_kind, posted

SURVEY = every_kind()


@pytest.mark.parametrize(
    "key", [key for key, value in ANSWERS.items() if value is not None and key not in ("drawing", "photo", "voice")]
)
def test_what_a_page_shows_again_is_posted_as_the_same_answer(key: str) -> None:
    question, value = SURVEY.asked(key), ANSWERS[key]
    assert question is not None
    given = check(question, raw(question, typed(question, posted_fields(question, value))), "next", {})
    assert given == Answer(AnswerState.ANSWERED, value)
    again = shown_again(question, given)
    assert check(question, raw(question, again), "next", {}) == given


def posted_fields(question: Question, value: Any) -> dict[str, list[str]]:
    return {name: given if isinstance(given, list) else [given] for name, given in posted(question, value).items()}


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind not in UNSEEN | FILE])
@pytest.mark.parametrize("nasty", [["\x00"], ["1:1:1", "::"], ["9" * 500], ["-", "/", "//"], ["\ud800"], ["١/٢/٢٠٢٤"]])
def test_nothing_posted_breaks_a_field(kind: Kind, nasty: list[str]) -> None:
    choices = (Choice(name="a", label={"en": "A"}),) if kind in CHOICE else ()
    bounds = {"least": 0, "most": 3} if kind is Kind.RANGE else {}
    question = Question(name="q", kind=kind, label={"en": "Q"}, choices=choices, **bounds)
    for fields in ({"answer": nasty}, {"answer-day": nasty, "answer-month": [], "answer-year": nasty}):
        values = typed(question, fields)
        assert check(question, raw(question, values), "next", {}) is not None


@pytest.mark.parametrize(
    ("language", "kind", "value", "lines"),
    [
        ("en", Kind.DATE, "2024-02-29", ["29 February 2024"]),
        ("en-x-easy", Kind.DATE, "2024-02-29", ["29 February 2024"]),
        ("cy", Kind.DATE, "2024-02-29", ["29 Chwefror 2024"]),
        ("tlh", Kind.DATE, "2024-02-29", ["29 February 2024"]),
        ("cy", Kind.MONTH, "2024-02", ["Chwefror 2024"]),
        ("en", Kind.TIME, "14:30", ["14:30"]),
        ("en", Kind.DECIMAL, 2.0, ["2"]),
        ("en", Kind.RANKING, ("b", "a"), ["1. Bee", "2. a"]),
        ("en", Kind.MULTIPLE_CHOICE, ("b",), ["Bee"]),
        ("en", Kind.PHOTO, "12345678", ["A photo you sent"]),
        ("en", Kind.TEXT, "1:a", ["1:a"]),
    ],
)
def test_an_answer_reads_in_words(language: str, kind: Kind, value: Any, lines: list[str]) -> None:
    choices = (Choice(name="b", label={"en": "Bee"}),) if kind in CHOICE else ()
    question = Question(name="q", kind=kind, label={"en": "Q"}, choices=choices)
    assert in_words(question, Answer(AnswerState.ANSWERED, value), str, language, "en") == lines


def test_a_page_knows_the_group_around_it_and_which_turn_it_is() -> None:
    def text(name: str) -> Question:
        return Question(name=name, kind=Kind.TEXT, label={"en": name})

    survey = every_kind(items=(
        Group(name="about", label={"en": "About ${who}"}, hint={"en": "Hint"}, items=(text("who"), text("second"))),
        Group(name="homes", label={"en": "Home"}, repeat=Repeat(most=3), items=(
            Group(name="inside", items=(text("street"),)),
        )),
        text("alone"),
    ))  # fmt: skip
    answers = {"who": Answer(AnswerState.ANSWERED, "Bo"), "homes": Answer(AnswerState.ANSWERED, 2)}

    def around(key: str, survey: Survey = survey) -> Any:
        found = section_of(survey, answers, key, journey.situation(survey, answers))
        return found and (found.label, found.hint, found.turn, found.turns)

    assert around("who") == ({"en": "About Bo"}, {"en": "Hint"}, 0, 0)
    assert around("second") == ({"en": "About Bo"}, {}, 0, 0)
    assert around("street~2") == ({"en": "Home"}, {}, 2, 2)
    assert around("homes") is None
    assert around("alone") is None
