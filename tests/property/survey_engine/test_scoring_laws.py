"""Laws of scoring, tried on scales and answers that nobody wrote."""

from __future__ import annotations

import math
import random
from typing import Literal

from hypothesis import given, settings
from hypothesis import strategies as st

from survey_engine import journey
from survey_engine.answers import DECLINED, SKIPPED, Answer, AnswerState
from survey_engine.definition import Audience, Choice, Kind, Question, Survey
from survey_engine.expression_parser import parse
from survey_engine.scales import Scale, ScaleItem, Subscale
from survey_engine.scoring import change, score, score_all, score_columns, scored

quickly = settings(max_examples=80, deadline=None)
NAMES = [f"q{number}" for number in range(5)]
halves = st.integers(-20, 20).map(lambda number: number / 2)


@st.composite
def scales(draw: st.DrawFn, how: Literal["sum", "mean"] | None = None) -> Scale:
    """A scale of up to five items with one range, so that it may be pro-rated."""
    low, high = sorted((draw(halves), draw(halves)))
    names = NAMES[: draw(st.integers(1, 5))]
    items = tuple(
        ScaleItem(
            question=name, least=low, most=high, reversed=draw(st.booleans()), weight=draw(st.sampled_from([1, 2, 0.1]))
        )
        for name in names
    )
    return Scale(
        name="s", title={"en": "S"}, items=items, how=how or draw(st.sampled_from(["sum", "mean"])),
        fewest_answered=draw(st.none() | st.integers(1, len(items))), decimals=draw(st.none() | st.integers(0, 2)),
    )  # fmt: skip


def answered(number: float) -> Answer:
    return Answer(AnswerState.ANSWERED, number)


missing = st.sampled_from([SKIPPED, DECLINED, answered(1e6)])
any_answers = st.dictionaries(st.sampled_from(NAMES), missing | halves.map(answered))


@st.composite
def complete(draw: st.DrawFn, scale: Scale) -> dict[str, Answer]:
    return {
        item.question: answered(draw(st.integers(int(item.bounds[0] * 2), int(item.bounds[1] * 2))) / 2)
        for item in scale.items
    }


@quickly
@given(st.data(), scales())
def test_turning_items_and_answers_round_gives_the_same_score(data: st.DataObject, scale: Scale) -> None:
    answers = data.draw(complete(scale))
    turned = scale.model_copy(
        update={"items": tuple(item.model_copy(update={"reversed": not item.reversed}) for item in scale.items)}
    )
    other_way = {}
    for item in scale.items:
        value = answers[item.question].value
        assert isinstance(value, float)
        other_way[item.question] = answered(sum(item.bounds) - value)
    assert score(turned, other_way).value == score(scale, answers).value


@quickly
@given(st.data(), scales("sum"))
def test_a_pro_rated_sum_of_complete_answers_is_the_sum(data: st.DataObject, scale: Scale) -> None:
    answers = data.draw(complete(scale))
    strict = scale.model_copy(update={"fewest_answered": None})
    assert score(scale, answers) == score(strict, answers)
    assert score(scale, answers).prorated is False


@quickly
@given(scales(), any_answers, st.randoms(use_true_random=False))
def test_the_order_of_items_and_answers_never_matters(
    scale: Scale, answers: dict[str, Answer], chance: random.Random
) -> None:
    items = list(scale.items)
    chance.shuffle(items)
    shuffled = scale.model_copy(update={"items": tuple(items)})
    assert score(shuffled, dict(reversed(answers.items()))) == score(scale, answers)


@quickly
@given(scales(), any_answers)
def test_a_score_stays_within_its_bounds(scale: Scale, answers: dict[str, Answer]) -> None:
    found = score(scale, answers)
    assert (found.value is None) == (found.reason is not None)
    if found.value is not None:
        assert scale.bounds[0] <= found.value <= scale.bounds[1]
        assert found.answered >= (scale.fewest_answered or len(scale.items))


@quickly
@given(st.data(), scales("mean"))
def test_leaving_out_an_answer_is_not_answering_nought(data: st.DataObject, scale: Scale) -> None:
    """Where everybody says the same of every item, those who skip some have the same mean."""
    patient = scale.model_copy(
        update={
            "fewest_answered": 1, "decimals": None,
            "items": tuple(item.model_copy(update={"reversed": False}) for item in scale.items),
        }
    )  # fmt: skip
    number = answered(scale.items[0].bounds[1])
    everything = {item.question: number for item in scale.items}
    some = data.draw(st.sets(st.sampled_from([item.question for item in scale.items]), min_size=1))
    found = score(patient, {name: answer if name in some else SKIPPED for name, answer in everything.items()})
    whole = score(patient, everything)
    assert found.value is not None
    assert whole.value is not None
    assert math.isclose(found.value, whole.value, abs_tol=1e-9)


def _survey(scale: Scale) -> Survey:
    choices = (
        *(Choice(name=str(number), label={"en": str(number)}) for number in range(3)),
        Choice(name="unsure", label={"en": "I don't know"}, means="dont_know"),
    )
    questions = tuple(
        Question(
            name=name, kind=Kind.SINGLE_CHOICE, label={"en": name}, choices=choices,
            relevant=parse(f'{NAMES[place - 1]} = "1"') if place % 2 else None,
        )
        for place, name in enumerate(NAMES)
    )  # fmt: skip
    return Survey(
        name="s", title={"en": "S"}, audience=Audience.CHILD, languages=("en",), items=questions, scales=(scale,)
    )


@quickly
@given(
    st.dictionaries(
        st.sampled_from(NAMES), missing | st.sampled_from(["0", "1", "2", "unsure"]).map(lambda o: Answer(AnswerState.ANSWERED, o))
    ),
    st.integers(1, 5),
)  # fmt: skip
def test_a_score_never_comes_from_a_hidden_question_or_from_not_knowing(
    answers: dict[str, Answer], fewest: int
) -> None:
    items = tuple(ScaleItem(question=name, values={"0": 0, "1": 1, "2": 2}) for name in NAMES)
    parts = tuple(Subscale(name=f"p{n}", title={"en": "P"}, items=items[n : n + 2]) for n in (0, 2))
    scale = Scale(name="s", title={"en": "S"}, items=items, fewest_answered=fewest, subscales=parts)
    survey = _survey(scale)
    found = score_all(survey, answers)["s"]
    seen = {question.name for question in journey.visible(survey, answers)}
    counting = [n for n in seen if answers.get(n, SKIPPED).value in ("0", "1", "2")]
    assert found.answered == len(counting)
    without = {name: answer for name, answer in answers.items() if name in counting}
    assert score_all(survey, without)["s"].value == found.value
    assert list(scored(survey, answers)) == [variable.name for variable in score_columns(survey)]
    assert "" not in scored(survey, answers).values()


@quickly
@given(scales(), any_answers, any_answers)
def test_a_change_back_is_the_same_change_the_other_way(
    scale: Scale, one: dict[str, Answer], other: dict[str, Answer]
) -> None:
    published = scale.model_copy(update={"reliable_change": 2.0})
    before, after = score(published, one), score(published, other)
    there, back = change(published, before, after), change(published, after, before)
    assert there.reliable == back.reliable
    assert (there.difference is None) == (back.difference is None) == (before.value is None or after.value is None)
    if there.difference is not None and back.difference is not None:
        assert there.difference == -back.difference
