"""Laws of comparing versions: nothing different is nothing said, and every edit is named."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from survey_engine.definition import CHOICE, Audience, Choice, Group, Kind, Question, Survey
from survey_engine.expression_parser import parse
from survey_engine.versions import differences

quickly = settings(max_examples=80, deadline=None)
LABELS = st.dictionaries(
    st.sampled_from(["en", "cy"]), st.sampled_from(["Who helps?", "Who helped?", "What now?", "Hello"]), max_size=2
)
OPTIONS = [Choice(name=name, label={"en": label}) for name in "xyz" for label in ("Yes", "No", "Perhaps")]
CONDITIONS = [None, parse("answered(q0)"), parse('q0 = "x"')]


@st.composite
def questions(draw: st.DrawFn, name: str) -> Question:
    kind = draw(st.sampled_from([Kind.TEXT, Kind.SINGLE_CHOICE, Kind.RANGE, Kind.NOTE, Kind.MULTIPLE_CHOICE]))
    choices = draw(st.lists(st.sampled_from(OPTIONS), min_size=1, max_size=3, unique_by=lambda choice: choice.name))
    return Question(
        name=name, kind=kind, label=draw(LABELS), hint=draw(LABELS), required=draw(st.booleans()),
        relevant=draw(st.sampled_from(CONDITIONS)), choices=tuple(choices) if kind in CHOICE else (), least=0, most=5,
    )  # fmt: skip


@st.composite
def surveys(draw: st.DrawFn) -> Survey:
    """Up to five questions, some in groups; names from a small store, so that versions share some."""
    names = draw(st.lists(st.sampled_from([f"q{n}" for n in range(6)]), min_size=1, max_size=5, unique=True))
    made: list[Question | Group] = [draw(questions(name)) for name in names]
    cut = draw(st.integers(0, len(made) - 1))
    if draw(st.booleans()):
        inside = Group(name=draw(st.sampled_from(["g", "h"])), label=draw(LABELS), items=tuple(made[cut:]))
        made = [*made[:cut], inside.model_copy(update={"relevant": draw(st.sampled_from(CONDITIONS))})]
    return Survey(
        name="s", title=draw(LABELS), audience=Audience.CHILD, items=tuple(made),
        languages=tuple(draw(st.permutations(["en", "cy"]))),
    )  # fmt: skip


@quickly
@given(surveys())
def test_a_version_is_not_different_from_itself(survey: Survey) -> None:
    assert differences(survey, survey) == ()
    assert differences(survey, Survey.model_validate_json(survey.model_dump_json())) == ()


@settings(max_examples=200, deadline=None)
@given(surveys(), surveys())
def test_nothing_is_said_exactly_when_nothing_is_different(one: Survey, other: Survey) -> None:
    found = differences(one, other)
    assert (found == ()) == (one == other)
    assert all(difference.sentence.strip() for difference in found)
    named = {difference.item for difference in found}
    assert named <= {"", *(item.name for item in (*one.all_items, *other.all_items))}


def _question(changes: dict[str, Any]) -> Callable[[Question], Question]:
    return lambda question: Question(**dict(question) | changes)


EDITS: dict[str, tuple[Callable[[Question], Question], str]] = {
    "new words": (_question({"label": {"en": "Something else altogether?"}}), "reworded"),
    "needed": (lambda question: question.model_copy(update={"required": not question.required}), "required"),
    "condition": (_question({"relevant": parse("1 = 2")}), "condition"),
    "rule": (_question({"constraint": parse('. != "x"')}), "rule"),
    "new option": (
        lambda question: question.model_copy(
            update={"choices": (*question.choices, Choice(name="new", label={"en": "New"}))}
        ),
        "option_added",
    ),
    "order of options": (lambda question: question.model_copy(update={"choices": question.choices[::-1]}), "options_reordered"),
    "setting": (_question({"source": "a book"}), "setting"),
}  # fmt: skip


@quickly
@given(surveys(), st.sampled_from(sorted(EDITS)), st.data())
def test_every_edit_of_a_question_is_named_with_the_question(survey: Survey, edit: str, data: st.DataObject) -> None:
    chosen = data.draw(st.sampled_from(survey.questions))
    make, code = EDITS[edit]
    if ("option" in edit and chosen.kind not in CHOICE) or ("order" in edit and len(chosen.choices) < 2):
        return
    edited = make(chosen)

    def walk(items: tuple[Question | Group, ...]) -> tuple[Question | Group, ...]:
        return tuple(
            edited if item is chosen
            else item.model_copy(update={"items": walk(item.items)}) if isinstance(item, Group) else item
            for item in items
        )  # fmt: skip

    fields = {name: getattr(survey, name) for name in Survey.model_fields}
    found = differences(survey, Survey(**fields | {"items": walk(survey.items)}))
    if edit == "new words" and "en" not in chosen.label:
        code = "words_added"
    assert (code, chosen.name) in {(difference.code, difference.item) for difference in found}
    assert {difference.item for difference in found} == {chosen.name}
