"""Which questions ask the same: mapped by people, checked against the surveys, never mixing self and proxy."""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from survey_engine.answers import DECLINED, SKIPPED, Answer, AnswerState
from survey_engine.authoring import read_yaml
from survey_engine.definition import Audience, Choice, Kind, Question, Survey, content_hash
from survey_engine.equivalence import (
    EquivalenceMap,
    EquivalentItem,
    Member,
    common,
    common_cells,
    common_columns,
    map_faults,
    read_map,
)
from survey_engine.expression_parser import parse
from survey_engine.scales import Scale
from survey_engine.scoring import REASONS, scale_faults

LIBRARY = resources.files("survey_engine") / "library"
SHIPPED = resources.files("survey_engine") / "equivalences" / "equivalence.yaml"
OPTIONS = tuple(Choice(name=name, label={"en": name}) for name in ("good", "bad", "other"))
UNSURE = Choice(name="unsure", label={"en": "?"}, means="dont_know")

MAP = b"""
items:
  - concept: week
    title: The week
    values: {1: Good, 0: Bad}
    members:
      - survey: younger
        question: week
        values: {good: 1, bad: 0}
        left out: [other]
      - survey: older
        question: my_week
        values: {good: 1, bad: 0}
        left out: [other]
  - concept: week_as_seen
    title: The child's week, as the parent sees it
    respondent: proxy
    counterpart: week
    values: {1: Good, 0: Bad}
    members:
      - survey: parents
        question: week
        values: {good: 1, bad: 0, other: 0}
"""


def survey(name: str, *questions: Question, audience: Audience = Audience.CHILD) -> Survey:
    return Survey(name=name, title={"en": name}, audience=audience, languages=("en",), items=questions)


def question(name: str, **changes: Any) -> Question:
    made = {"name": name, "kind": Kind.SINGLE_CHOICE, "label": {"en": name}, "choices": (*OPTIONS, UNSURE)}
    return Question(**made | changes)


YOUNGER = survey("younger", question("week"))
OLDER = survey("older", question("gate"), question("my_week", relevant=parse('gate = "good"')))
PARENTS = survey("parents", question("week"), audience=Audience.PARENT_CARER)
SURVEYS = {one.name: one for one in (YOUNGER, OLDER, PARENTS)}


def equivalences(data: bytes = MAP) -> EquivalenceMap:
    read = read_map(data, SURVEYS)
    assert isinstance(read, EquivalenceMap), read
    return read


def said(**values: Any) -> dict[str, Answer]:
    return {name: Answer(AnswerState.ANSWERED, value) for name, value in values.items()}


def test_answers_of_different_surveys_meet_in_common_values() -> None:
    assert common(equivalences(), YOUNGER, said(week="good")) == {"week": "1"}
    assert common(equivalences(), OLDER, said(gate="good", my_week="bad")) == {"week": "0"}


@pytest.mark.parametrize("answer", [SKIPPED, DECLINED, *said(a="unsure", b="other").values(), None])
def test_what_is_missing_or_has_no_counterpart_is_no_value(answer: Answer | None) -> None:
    assert common(equivalences(), YOUNGER, {} if answer is None else {"week": answer}) == {}


def test_a_hidden_question_has_no_common_value() -> None:
    assert common(equivalences(), OLDER, said(gate="bad", my_week="good")) == {}


def test_what_a_parent_sees_never_counts_as_what_the_child_says() -> None:
    assert common(equivalences(), PARENTS, said(week="good")) == {"week_as_seen": "1"}
    same = MAP.replace(b"respondent: proxy", b"respondent: self")
    problems = read_map(same, SURVEYS)
    assert not isinstance(problems, EquivalenceMap)
    assert "answered by somebody else" in problems[0].message


def test_a_practitioners_form_is_a_proxy_whatever_the_map_says() -> None:
    noted = survey("parents", question("week"), audience=Audience.PRACTITIONER)
    own = MAP.replace(b"respondent: proxy", b"respondent: self").replace(b"    counterpart: week\n", b"")
    problems = read_map(own, SURVEYS | {"parents": noted})
    assert not isinstance(problems, EquivalenceMap)
    assert (problems[0].line, "proxy" in problems[0].message) == (20, True)


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        (b"question: my_week", b"question: my_weak", 11, "has no question “my_weak”"),
        (b"survey: older", b"survey: oldest", 11, "no survey “oldest”"),
        (b"{good: 1, bad: 0, other: 0}", b"{good: 1, bad: 0, othr: 0}", 21, "has no option “othr”"),
        (b"{good: 1, bad: 0, other: 0}", b"{good: 1, bad: 0}", 21, "has no common value"),
        (b"{good: 1, bad: 0, other: 0}", b"{good: 1, bad: 0, other: 0, unsure: 0}", 21, "no opinion"),
        (b"{good: 1, bad: 0, other: 0}", b"{good: 7, bad: 0, other: 0}", 23, "no value of the concept"),
        (b"respondent: proxy", b"respondent: mum", 17, "It can be: self, proxy"),
        (b"concept: week_as_seen", b"concept: week", 15, "written twice"),
        (b"left out: [other]", b"left out: [other, good]", 7, "keep one"),
        (b"counterpart: week\n", b"counterprt: week\n", 18, "Did you mean “counterpart”"),
        (b"values: {1: Good, 0: Bad}\n    members:\n      - survey: younger", b"values: [1]\n    members:\n      - survey: younger", 5, "Entries are expected"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_map_is_told_with_its_line(old: bytes, new: bytes, line: int, message: str) -> None:
    problems = read_map(MAP.replace(old, new, 1), SURVEYS)
    assert not isinstance(problems, EquivalenceMap)
    assert any(problem.line == line and message in problem.message for problem in problems), problems


@pytest.mark.parametrize("data", [b"", b"- a", b"items: 1", b"items: [[]]", b"items:\n- {}\n", b"\xff", b"a: &b 1"])
def test_no_file_makes_it_fall_over(data: bytes) -> None:
    assert isinstance(read_map(data, SURVEYS), tuple)


def test_a_question_of_other_years_has_another_member() -> None:
    version = content_hash(YOUNGER)[:12]
    other = "0" * 12 if not version.startswith("0") else "f" * 12
    values = {"good": "1", "bad": "0", "other": "0"}

    def member(name: str, beginning: str) -> Member:
        return Member(survey="younger", question=name, versions=(beginning,), values=values)

    item = EquivalentItem(
        concept="week", title={"en": "W"}, values={"1": {"en": "Good"}, "0": {"en": "Bad"}},
        members=(member("old_week", other), member("week", version)),
    )  # fmt: skip
    assert map_faults(EquivalenceMap(items=(item,)), SURVEYS) == ()
    assert common(EquivalenceMap(items=(item,)), YOUNGER, said(week="good")) == {"week": "1"}
    with pytest.raises(ValidationError, match="two members"):
        EquivalentItem(**dict(item) | {"members": (member("a", version), member("b", version[:8]))})


def test_numbers_and_several_choices_have_common_values_too() -> None:
    many = survey(
        "many", question("ladder", kind=Kind.RANGE, choices=(), least=0, most=10),
        question("who", kind=Kind.MULTIPLE_CHOICE),
    )  # fmt: skip
    ladder = EquivalentItem(concept="l", title={"en": "L"}, members=(Member(survey="many", question="ladder"),))
    some = {"good": "some", "bad": "some", "other": "none"}
    who = EquivalentItem(
        concept="w", title={"en": "W"}, values={"some": {"en": "Somebody"}, "none": {"en": "Nobody"}},
        members=(Member(survey="many", question="who", values=some),),
    )  # fmt: skip
    both = EquivalenceMap(items=(ladder, who))
    assert map_faults(both, {"many": many}) == ()
    assert common(both, many, said(ladder=7, who=("good", "bad"))) == {"l": 7.0, "w": ("some",)}


def test_the_map_that_ships_fits_the_surveys_that_ship() -> None:
    surveys: dict[str, Survey] = {}
    for file in LIBRARY.iterdir():
        if file.name.endswith(".yaml") and file.name != "notice.yaml":
            read = read_yaml(file.read_bytes())
            assert isinstance(read, Survey), read
            surveys[read.name] = read
    shipped = read_map(SHIPPED.read_bytes(), surveys)
    assert isinstance(shipped, EquivalenceMap), shipped
    children, young = surveys["my-week-and-my-people"], surveys["where-i-live-and-who-helps-me"]
    assert common(shipped, children, said(week="great", worker="no", worker_listens="always")) == {"week": "4"}
    assert common(shipped, young, said(week="great", worker_listens="no_worker")) == {"week": "4"}
    for item in shipped.items:
        assert len(item.members) > 1, "a concept of one survey compares nothing"


def test_the_examples_of_the_documentation_can_be_read() -> None:
    text = (Path(__file__).resolve().parents[3] / "docs" / "scales.md").read_text(encoding="utf-8")
    scale, equivalence = (block.encode() for block in re.findall(r"```yaml\n(.*?)```", text, re.DOTALL))
    read = read_yaml(scale)
    assert isinstance(read, Survey), read
    assert scale_faults(read) == ()
    assert isinstance(read_map(equivalence), EquivalenceMap)
    for reason in REASONS:
        assert f"| `{reason}` | {REASONS[reason]} |" in text
    for key in (name.replace("_", " ") for name in Scale.model_fields if name not in ("name", "title")):
        assert f"`{key}`" in text, key


def test_answers_in_common_values_are_columns_that_are_never_empty() -> None:
    child, shipped = read_yaml((LIBRARY / "children_8_11.yaml").read_bytes()), read_map(SHIPPED.read_bytes())
    assert isinstance(child, Survey)
    assert isinstance(shipped, EquivalenceMap)
    columns = common_columns(shipped, child)
    week = next(column for column in columns if column.question == "week")
    said = common_cells(shipped, child, {"week": Answer(AnswerState.ANSWERED, "great")})
    assert list(said) == [column.name for column in columns]
    assert said[week.name] in week.values
    assert {said[column.name] for column in columns if column is not week} == {"-9"}
