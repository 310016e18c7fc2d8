"""Who may open which page, what is still open, and how fast all of it is."""

from __future__ import annotations

import time

import pytest

from survey_engine import journey
from survey_engine.answers import DECLINED, SKIPPED, Answer, AnswerState, Problem
from survey_engine.definition import Audience, Group, Kind, Question, Repeat, Survey
from survey_engine.expression_parser import parse
from survey_engine.situation import ORDER_SEED


def survey(*questions: Question) -> Survey:
    return Survey(name="s", title={"en": "S"}, audience=Audience.CHILD, languages=("en",), items=questions)


def question(name: str, condition: str = "", **changes: object) -> Question:
    relevant = parse(condition) if condition else None
    made = {"name": name, "kind": Kind.TEXT, "label": {"en": name}, "relevant": relevant}
    return Question.model_validate(made | changes)


SURVEY = survey(
    question("a"),
    question("b", required=True),
    question("c", 'b = "yes"', required=True),
    question("d", required=True, may_decline=False),
    question("e"),
)


def said(value: str) -> Answer:
    return Answer(AnswerState.ANSWERED, value)


@pytest.mark.parametrize(
    ("answers", "asked_for", "opens"),
    [
        ({}, "a", "a"),
        ({}, "b", "b"),
        ({}, "e", "b"),  # b must be done first
        ({"b": SKIPPED}, "e", "b"),
        ({"b": DECLINED}, "d", "d"),
        ({"b": DECLINED}, "e", "d"),
        ({"b": said("yes")}, "e", "c"),
        ({"b": said("no")}, "c", "d"),  # hidden by now: the next one
        ({"b": DECLINED, "d": said("x")}, "e", "e"),
        ({"b": DECLINED, "d": DECLINED}, "e", "d"),  # d cannot be declined
        ({"b": DECLINED, "d": said("x")}, "unheard", None),
        ({}, "unheard", "b"),
    ],
)
def test_a_page_opens_when_nothing_required_before_it_is_open(
    answers: dict[str, Answer], asked_for: str, opens: str | None
) -> None:
    page = journey.may_open(SURVEY, answers, asked_for)
    assert (page.name if page else None) == opens


def test_finished_means_every_visible_required_question_is_answered_or_declined() -> None:
    answers = {"b": said("yes"), "c": DECLINED, "d": said("x")}
    assert journey.unfinished(SURVEY, answers) is None
    assert journey.unfinished(SURVEY, answers | {"d": SKIPPED}) is SURVEY.question_by_name["d"]


def test_a_survey_that_shows_nobody_anything_is_finished_at_once() -> None:
    hidden = survey(question("a", "false()", required=True))
    assert journey.after(hidden, {}, None) is None
    assert journey.unfinished(hidden, {}) is None


def test_each_call_takes_well_under_a_millisecond_for_twenty_questions() -> None:
    twenty = survey(*(question(f"q{n}", f'q{n - 1} = "yes" or answered(q{n - 1})' if n else "") for n in range(20)))
    answers = {f"q{n}": said("yes") for n in range(20)}
    journey.visible(twenty, answers)
    best = min(_seconds(twenty, answers) for _ in range(20))
    assert best < 0.001


def _seconds(twenty: Survey, answers: dict[str, Answer]) -> float:
    started = time.process_time()
    journey.after(twenty, answers, "q10")
    return time.process_time() - started


def test_a_note_has_no_answer_even_where_one_was_forged() -> None:
    noted = survey(question("note", kind=Kind.NOTE), question("secret", "answered(note)"))
    assert [page.name for page in journey.visible(noted, {"note": said("yes")})] == ["note"]
    assert journey.kept(noted, {"note": said("yes")}) == {}


def test_what_is_left_to_chance_comes_out_the_same_from_what_was_stored() -> None:
    by_lot = survey(question("a", "random() > 0.5"), question("b", "random() <= 0.5"))
    shown = {}
    for seed in range(20):
        answers = {ORDER_SEED: Answer(AnswerState.ANSWERED, seed * 10**8), "a": said("x"), "b": said("y")}
        kept = journey.kept(by_lot, answers)
        shown[seed] = [page.name for page in journey.visible(by_lot, answers)]
        assert [page.name for page in journey.visible(by_lot, kept)] == shown[seed]
    assert {tuple(pages) for pages in shown.values()} == {("a",), ("b",)}


@pytest.mark.parametrize("name", ["a~x", "~", "a~1~", "a~²", "a~" + "9" * 5000, "e~0", "../a", ""])
def test_a_page_that_no_survey_can_have_is_none_and_no_fault(name: str) -> None:
    assert journey.after(SURVEY, {"b": said("no"), "d": said("x")}, name) is None
    assert journey.check(SURVEY, {}, name, ["x"], "next") == Problem(name, "unknown_question")


def turns_of(most: int, *questions: Question) -> Survey:
    pets = Group(name="pet", items=questions, repeat=Repeat(most=most))
    return Survey(name="s", title={"en": "S"}, audience=Audience.CHILD, languages=("en",), items=(pets,))


def test_two_hundred_turns_of_questions_are_gone_through_in_a_few_milliseconds() -> None:
    pets = turns_of(20, *(question(f"p{number}", f"position(pet) > {number}") for number in range(10)))
    answers = {"pet": Answer(AnswerState.ANSWERED, 20)} | {f"p1~{turn}": said("x") for turn in range(1, 21)}
    assert len(journey.visible(pets, answers)) == 1 + sum(min(turn, 10) for turn in range(1, 21))
    started = time.process_time()
    for _ in range(10):
        journey.after(pets, answers, "p1~2")
    assert (time.process_time() - started) / 10 < 0.05
