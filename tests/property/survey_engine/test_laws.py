"""Laws of surveys, tried on thousands that nobody wrote."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from survey_engine import journey
from survey_engine.answers import DECLINED, SKIPPED, Answer, AnswerState, Problem, check, from_json, to_json
from survey_engine.authoring import read_yaml, write_yaml
from survey_engine.codebook import codebook, coded
from survey_engine.definition import CHOICE, Audience, Choice, Group, Kind, Question, Survey
from survey_engine.evaluation import evaluate, holds
from survey_engine.expression_parser import parse
from survey_engine.expressions import (
    MAX_LENGTH,
    Binary,
    Call,
    Constant,
    ExpressionError,
    Logic,
    Negative,
    Node,
    Reference,
    This,
    print_expression,
)
from survey_engine.faults import faults

quickly = settings(max_examples=40, deadline=None)
QUESTIONS = [f"q{number}" for number in range(6)]
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)

constants = st.one_of(
    st.builds(Constant, value=WORDS),
    st.builds(Constant, value=st.integers(-(10**15), 10**15)),
    st.builds(Constant, value=st.floats(-1e15, 1e15, allow_subnormal=False)),
    st.builds(Constant, value=st.booleans()),
)


def expressions(known: list[str]) -> st.SearchStrategy[Node]:
    leaves = st.one_of(constants, *([st.builds(Reference, name=st.sampled_from(known))] if known else []))

    def grow(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
        return st.one_of(
            st.builds(Negative, operand=inner),
            st.builds(Binary, op=st.sampled_from("= != < <= > >= + - * div mod".split()), left=inner, right=inner),
            st.builds(
                Logic, op=st.sampled_from(["and", "or"]), parts=st.lists(inner, min_size=2, max_size=3).map(tuple)
            ),
            st.builds(
                Call,
                function=st.sampled_from(["answered", "not", "string-length"]),
                arguments=inner.map(lambda a: (a,)),
            ),
            st.builds(Call, function=st.sampled_from(["selected", "contains"]), arguments=st.tuples(inner, inner)),
            st.builds(Call, function=st.just("if"), arguments=st.tuples(inner, inner, inner)),
        )

    return st.recursive(leaves, grow, max_leaves=12)


any_expression = expressions([*QUESTIONS, "and", "div", "not", "a.b-c"]) | st.just(This())
values = st.one_of(st.none(), WORDS, st.integers(), st.floats(), st.booleans(), st.lists(WORDS, max_size=3).map(tuple))


@settings(deadline=None)
@given(any_expression)
def test_printing_and_parsing_give_the_same_tree(expression: Node) -> None:
    printed = print_expression(expression)
    if len(printed) <= MAX_LENGTH:
        assert parse(printed) == expression


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


@st.composite
def questions(draw: st.DrawFn, name: str, known: list[str]) -> Question:
    kind = draw(st.sampled_from(Kind))
    choices = tuple(Choice(name=option, label={"en": option}) for option in ("yes", "no", "1"))
    return Question(
        name=name,
        kind=kind,
        label={"en": draw(_label), "cy": draw(_label)},
        hint=draw(st.just({}) | st.builds(lambda words: {"en": words}, _label)),
        required=draw(st.booleans()),
        may_decline=draw(st.booleans()),
        relevant=draw(st.none() | expressions(known)),
        choices=choices if kind in CHOICE else (),
        least=0 if kind is Kind.RANGE else None,
        most=5 if kind is Kind.RANGE else None,
        max_length=draw(st.integers(1, 20_000)),
    )


_label = WORDS.filter(str.strip)


@st.composite
def surveys(draw: st.DrawFn) -> Survey:
    """Up to six questions, some in a group, conditions looking back only."""
    made = [draw(questions(name, QUESTIONS[:place])) for place, name in enumerate(QUESTIONS[: draw(st.integers(1, 6))])]
    cut = draw(st.integers(0, len(made) - 1))
    group = Group(name="group", relevant=draw(st.none() | expressions(QUESTIONS[:cut])), items=tuple(made[cut:]))
    items = (*made[:cut], group)
    return Survey(name="s", title={"en": "S"}, audience=Audience.CHILD, languages=("en", "cy"), items=items)


all_answers = st.dictionaries(
    st.sampled_from(QUESTIONS),
    st.sampled_from([DECLINED, SKIPPED])
    | st.builds(Answer, st.just(AnswerState.ANSWERED), st.sampled_from(["yes", "no", "1", 1, 2.5, ("yes", "no"), ()])),
)


@quickly
@given(surveys())
def test_a_survey_survives_being_written_down(survey: Survey) -> None:
    if not faults(survey) and all(len(print_expression(q.relevant)) < 2000 for q in survey.questions if q.relevant):
        again = read_yaml(write_yaml(survey).encode())
        if isinstance(again, Survey):
            assert again == survey
        else:  # the reader checks spelling of options too, which no other part minds
            assert all("no option" in problem.message for problem in again)


@quickly
@given(surveys(), all_answers)
def test_a_hidden_question_never_blocks_finishing(survey: Survey, answers: dict[str, Answer]) -> None:
    done = dict(answers)
    for _ in range(len(survey.questions) + 1):
        page = journey.unfinished(survey, done)
        if page is None:
            break
        assert page in journey.visible(survey, done)
        done[page.name] = DECLINED if page.may_decline else Answer(AnswerState.ANSWERED, "yes")
    assert journey.unfinished(survey, done) is None


@quickly
@given(surveys(), all_answers, st.sampled_from(QUESTIONS), st.sampled_from(["yes", "no", 1]))
def test_changing_an_answer_never_keeps_one_that_cannot_be_reached(
    survey: Survey, answers: dict[str, Answer], changed: str, value: Any
) -> None:
    kept = journey.kept(survey, answers | {changed: Answer(AnswerState.ANSWERED, value)})
    seen = {question.name for question in journey.visible(survey, kept)}
    assert set(kept) <= seen
    assert journey.kept(survey, kept) == kept  # what is kept leads to itself


@quickly
@given(surveys(), all_answers)
def test_walking_forward_always_ends_and_visits_each_visible_page_once(
    survey: Survey, answers: dict[str, Answer]
) -> None:
    walked, page = [], journey.after(survey, answers, None)
    while page is not None:
        walked.append(page)
        opened = journey.may_open(survey, answers, page.name)
        assert opened is not None
        assert survey.place[opened.name] <= survey.place[page.name]
        page = journey.after(survey, answers, page.name)
    assert tuple(walked) == journey.visible(survey, answers)


@quickly
@given(surveys(), all_answers)
def test_every_export_cell_is_filled_and_described(survey: Survey, answers: dict[str, Answer]) -> None:
    row = coded(survey, answers)
    assert list(row) == [variable.name for variable in codebook(survey)]
    assert all(row.values())


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
