"""Laws of surveys, tried on thousands that nobody wrote (``invented``)."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from survey_engine import journey
from survey_engine.answers import DECLINED, Answer, AnswerState, Problem, check, from_json, to_json
from survey_engine.authoring import read_yaml, write_yaml
from survey_engine.codebook import NOT_ASKED, codebook, coded, columns
from survey_engine.definition import UNSEEN, Audience, Choice, Group, Kind, Question, Repeat, Survey
from survey_engine.evaluation import evaluate, holds
from survey_engine.expression_parser import parse
from survey_engine.expressions import (
    FUNCTIONS,
    MAX_LENGTH,
    MAX_NESTING,
    Binary,
    Call,
    Constant,
    ExpressionError,
    Negative,
    Node,
    Reference,
    This,
    nodes,
    print_expression,
    problem_of_size,
)
from survey_engine.faults import faults
from survey_engine.situation import ORDER_SEED, Situation
from tests.property.survey_engine.invented import (
    JUNK,
    QUESTIONS,
    WORDS,
    answered,
    calls,
    expressions,
    fitting,
    questions,
    surveys,
    written_surveys,
)

quickly = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
TODAY = date(2026, 3, 1)

any_expression = expressions([*QUESTIONS, "and", "div", "not", "a.b-c"]) | st.just(This())
values = st.one_of(st.none(), WORDS, st.integers(), st.floats(), st.booleans(), st.lists(WORDS, max_size=3).map(tuple))
cases = surveys().flatmap(lambda survey: st.tuples(st.just(survey), answered(survey)))
Case = tuple[Survey, dict[str, Answer]]


# --- conditions --------------------------------------------------------------------------


@settings(deadline=None)
@given(any_expression)
def test_printing_and_parsing_give_the_same_tree(expression: Node) -> None:
    printed = print_expression(expression)
    if len(printed) <= MAX_LENGTH:
        assert parse(printed) == expression


@pytest.mark.parametrize("innermost", [Constant(value=5), Constant(value=-5), Reference(name="and"), This()])
def test_the_deepest_tree_there_may_be_can_still_be_printed_and_parsed(innermost: Node) -> None:
    tree = innermost
    for depth in range(MAX_NESTING - 1):
        tree = Binary(op="-", left=This(), right=tree) if depth % 7 == 6 else Negative(operand=tree)
    assert problem_of_size(tree) is None
    assert parse(print_expression(tree)) == tree
    assert problem_of_size(Negative(operand=tree)) is not None


@pytest.mark.parametrize("function", FUNCTIONS)
@settings(deadline=None, max_examples=10)
@given(st.data())
def test_each_function_can_be_printed_parsed_and_worked_out(function: str, data: st.DataObject) -> None:
    call = data.draw(calls(function, expressions(QUESTIONS, max_leaves=3), QUESTIONS))
    assert any(isinstance(node, Call) and node.function == function for node in nodes(call))
    assert parse(print_expression(call)) == call
    found = evaluate(call, data.draw(st.dictionaries(st.sampled_from(QUESTIONS), values)), data.draw(values))
    assert found is None or isinstance(found, str | int | float | bool | tuple)


@settings(deadline=None)
@given(any_expression, st.dictionaries(st.sampled_from(QUESTIONS), values), values)
def test_working_out_never_raises(expression: Node, answers: dict[str, Any], this: Any) -> None:
    value = evaluate(expression, answers, this)
    assert value is None or isinstance(value, str | int | float | bool | tuple)
    assert isinstance(holds(expression, answers, this), bool)


@settings(deadline=None)
@given(
    st.text(max_size=60)
    | st.lists(st.sampled_from('( ) and or not( a ${a} 1 -1 . "x" , = < div -'.split())).map(" ".join)
)
def test_any_text_is_a_condition_or_a_mistake_with_a_place(text: str) -> None:
    condition, place = outcome(parse, text)
    assert 0 <= place <= len(text)
    assert condition is None or parse(print_expression(condition)) == condition


def outcome(read: Callable[[str], Node], text: str) -> tuple[Node | None, int]:
    try:
        return read(text), 0
    except ExpressionError as error:
        return None, error.position


@pytest.mark.parametrize(
    "condition",
    [
        "count(" + "among(a, " * 30 + "true()" + ")" * 30 + ") > 0",
        "sum(among(a, count(among(a, count(among(a, . = current(.))) > current(position(i)))) > 0)) > 1",
        " and ".join(["sum(among(a, a = current(a))) != b"] * 60),
        " or ".join(["a = b"] * 200),
        " or ".join(["a > b"] * 200),
        " or ".join(["count(a = b) > 1"] * 60),
        'count(lookup(c, "name", count(lookup(c, "name", count(lookup(c, "name", true())) > 0)) > 0)) > 7',
        "string-length(" + "concat(a, " * 60 + '"x"' + ")" * 60 + ") > 1",
    ],
)
def test_looking_through_turns_within_turns_stays_within_its_budget(condition: str) -> None:
    inner = Group(name="i", items=(question_of("a"), question_of("b")), repeat=Repeat(most=20, count=parse("20")))
    outer = Group(name="o", items=(inner,), repeat=Repeat(most=20, count=parse("20")))
    options = tuple({"name": f"o{number}", "label": {"en": "o"}} for number in range(300))
    listed = Question.model_validate(
        {
            "name": "c",
            "kind": "single_choice",
            "label": {"en": "c"},
            "choices": options,
            "choice_filter": parse(condition),
        }
    )
    last = question_of("z").model_copy(update={"relevant": parse(condition)})
    survey = Survey(
        name="s", title={"en": "S"}, audience=Audience.CHILD, languages=("en",), items=(outer, listed, last)
    )
    given = dict.fromkeys((f"{name}~{o}~{i}" for name in "ab" for o in range(1, 21) for i in range(1, 21)), "words")
    started = time.process_time()
    Situation(survey, {**given, "c": "o1"}).options("c")
    assert time.process_time() - started < 3


def question_of(name: str) -> Question:
    return Question(name=name, kind=Kind.TEXT, label={"en": name})


# --- journeys ----------------------------------------------------------------------------


@quickly
@given(surveys())
def test_what_the_laws_are_tried_on_could_be_published(survey: Survey) -> None:
    assert [fault for fault in faults(survey) if fault.code != "looks_at_note"] == []


@quickly
@given(cases)
def test_a_hidden_question_never_blocks_finishing(case: Case) -> None:
    survey, done = case
    for _ in range(len(survey.possible) + 1):
        page = journey.unfinished(survey, done, today=TODAY)
        if page is None:
            break
        assert page.name in {question.name for question in journey.visible(survey, done, today=TODAY)}
        done[page.name] = DECLINED if page.may_decline else Answer(AnswerState.ANSWERED, "yes")
    assert journey.unfinished(survey, done, today=TODAY) is None


@quickly
@given(cases, st.data())
def test_changing_an_answer_never_keeps_or_exports_one_that_cannot_be_reached(case: Case, data: st.DataObject) -> None:
    survey, answers = case
    changed = data.draw(st.sampled_from(survey.possible))
    answers[changed.name] = Answer(AnswerState.ANSWERED, data.draw(fitting(changed) | JUNK))
    kept = journey.kept(survey, answers, today=TODAY)
    seen = {question.name for question in journey.visible(survey, answers, today=TODAY)}
    row = coded(survey, answers, today=TODAY)
    for question in survey.possible:
        if question.kind not in UNSEEN:
            assert question.name in seen or question.name not in kept
            cells = {row[column] for column in columns(question)}
            assert cells == {NOT_ASKED} or question.name in seen or not cells


def test_a_number_is_no_answer_to_a_question_with_options() -> None:
    age = Question(
        name="age", kind=Kind.SINGLE_CHOICE, label={"en": "?"}, choices=(Choice(name="1", label={"en": "1"}), Choice(name="2", label={"en": "2"})),
    )  # fmt: skip
    more = Question(name="more", kind=Kind.TEXT, label={"en": "?"}, relevant=parse("age = 1"))
    survey = Survey(name="s", title={"en": "S"}, audience=Audience.CHILD, languages=("en",), items=(age, more))
    assert pages(survey, {"age": Answer(AnswerState.ANSWERED, 1)}) == ["age"]
    assert pages(survey, {"age": Answer(AnswerState.ANSWERED, "1")}) == ["age", "more"]


@quickly
@given(cases)
def test_what_is_kept_leads_to_itself_and_is_exported_as_asked(case: Case) -> None:
    survey, answers = case
    kept = journey.kept(survey, answers, today=TODAY)
    assert journey.kept(survey, kept, today=TODAY) == kept
    assert pages(survey, kept) == pages(survey, answers)
    row = coded(survey, kept, today=TODAY)
    asked = [question for question in survey.possible if question.name in kept]
    assert all(row[column] != NOT_ASKED for question in asked for column in columns(question))


@quickly
@given(cases)
def test_every_page_forward_is_a_page_back_and_each_comes_once(case: Case) -> None:
    survey, answers = case
    walked, page = [], journey.after(survey, answers, None, today=TODAY)
    while page is not None:
        walked.append(page.name)
        opened = journey.may_open(survey, answers, page.name, today=TODAY)
        assert opened is not None
        assert opened.name in walked
        page = journey.after(survey, answers, page.name, today=TODAY)
    assert walked == pages(survey, answers)
    assert len(set(walked)) == len(walked)
    back: list[str] = []
    last = walked[-1] if walked else None
    while last is not None:
        back.append(last)
        before = journey.before(survey, answers, last, today=TODAY)
        last = before.name if before else None
    assert back[::-1] == walked


def pages(survey: Survey, answers: dict[str, Answer]) -> list[str]:
    return [question.name for question in journey.visible(survey, answers, today=TODAY)]


@quickly
@given(cases, st.integers(0, 2**31))
def test_what_is_offered_is_of_the_options_and_the_same_seed_gives_the_same_order(case: Case, seed: int) -> None:
    survey, answers = case
    answers[ORDER_SEED] = Answer(AnswerState.ANSWERED, seed)
    for name in pages(survey, answers):
        asked = journey.asked_now(survey, answers, name, today=TODAY)
        again = journey.asked_now(survey, dict(answers), name, today=TODAY)
        defined = survey.asked(name)
        assert asked is not None
        assert defined is not None
        assert asked == again
        assert all(choice in defined.choices for choice in asked.choices)
        assert len({choice.name for choice in asked.choices}) == len(asked.choices)
        means = [choice.means != "answer" or choice.exclusive for choice in asked.choices]
        assert means == sorted(means) or not asked.shuffle  # "I don't know" stays last
    assert pages(survey, answers) == pages(survey, dict(answers))


@quickly
@given(cases, st.data())
def test_what_is_typed_on_any_page_is_an_answer_or_a_problem(case: Case, data: st.DataObject) -> None:
    survey, answers = case
    for name in pages(survey, answers)[:5]:
        raw = data.draw(st.lists(st.sampled_from(["yes", "no", "dk", "1", "2:no", "OK", "2026-02-30", "x" * 99])))
        said = journey.check(survey, answers, name, raw, data.draw(st.sampled_from(["next", "skip", "decline"])))
        if isinstance(said, Answer):
            assert from_json(to_json(said)) == said


@quickly
@given(cases)
def test_nothing_a_condition_sees_comes_from_a_hidden_question(case: Case) -> None:
    survey, answers = case
    now = journey.situation(survey, answers, today=TODAY)
    assert all(now.relevant.get(key) for key in now.values)
    counted = [now.turns(group.name) for group in survey.all_items if isinstance(group, Group) and group.repeat]
    most = [group.repeat.most for group in survey.all_items if isinstance(group, Group) and group.repeat]
    for turns, limit in zip(counted, most, strict=True):
        assert all(1 <= number <= 3 and turn[-1] <= limit for turn in turns for number in turn)


@quickly
@given(cases)
def test_every_export_cell_is_filled_and_described(case: Case) -> None:
    survey, answers = case
    row = coded(survey, answers)
    assert list(row) == [variable.name for variable in codebook(survey)]
    assert all(row.values())


@quickly
@given(cases, st.text(max_size=8) | st.from_regex(r"(q1|outer)?~[0-9~x]{1,6}", fullmatch=True))
def test_whatever_page_an_address_asks_for_nothing_raises(case: Case, name: str) -> None:
    survey, answers = case
    journey.after(survey, answers, name)
    journey.before(survey, answers, name)
    place, of = journey.position(survey, answers, name)
    assert place >= 1 or not of
    opened = journey.may_open(survey, answers, name)
    assert opened is None or opened in journey.visible(survey, answers)
    said = journey.check(survey, answers, name, ["yes"], "next")
    assert isinstance(said, Problem) or any(page.name == name for page in journey.visible(survey, answers))


# --- answers and writing -------------------------------------------------------------------


@settings(deadline=None)
@given(
    questions("q9", []),
    st.lists(st.text(max_size=30) | st.sampled_from(["yes", "no", "\x00", "1" * 500, "\ud800"]), max_size=3),
    st.sampled_from(["next", "skip", "decline", "other"]),
)
def test_checking_never_raises_and_what_it_accepts_can_be_stored(
    question: Question, raw: list[str], action: str
) -> None:
    result = check(question, raw, action, {})
    if not isinstance(result, Problem):
        assert from_json(to_json(result)) == result
        str(result.value).encode()
        assert not isinstance(result.value, str) or (
            len(result.value) <= question.max_length and "\x00" not in result.value
        )
        if result.state is AnswerState.ANSWERED and isinstance(result.value, str):
            assert check(question, [result.value], action, {}) == result  # cleaning twice changes nothing


@settings(quickly, max_examples=60)
@given(written_surveys())
def test_a_survey_with_everything_survives_being_written_down(survey: Survey) -> None:
    again = read_yaml(write_yaml(survey).encode())
    if isinstance(again, Survey):
        assert again == survey
        assert write_yaml(again) == write_yaml(survey)
    else:  # the reader also tells what stands in the way of publishing, which is no matter of writing
        whole = {fault.message for fault in faults(survey)}
        assert all(problem.message in whole or "no option" in problem.message for problem in again)


@quickly
@given(surveys())
def test_a_survey_with_any_way_survives_being_written_down(survey: Survey) -> None:
    again = read_yaml(write_yaml(survey).encode())
    if isinstance(again, Survey):
        assert again == survey
    else:
        whole = {fault.message for fault in faults(survey)}
        assert all(problem.message in whole or "no option" in problem.message for problem in again)
