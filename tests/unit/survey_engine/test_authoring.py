"""Writing surveys down: pleasant to read, every mistake told with its line, nothing hostile gets built."""

from __future__ import annotations

import time

import pytest

from survey_engine.authoring import AuthoringProblem, read_notices, read_yaml, write_yaml
from survey_engine.definition import Group, Kind, Survey, Voice
from survey_engine.expression_parser import parse

GOOD = """
survey: my-week
title: {en: My week, cy: Fy wythnos}
audience: child
languages: [en, cy]
minutes: 3
introduction: |
  Hello.

  Skip what you like.
questions:
  - name: school
    type: one choice
    label: {en: Did you go to school?, cy: Est ti i'r ysgol?}
    required: yes
    looks like: faces
    choices:
      - yes: {en: Yes, cy: Do}
      - no: No
  - group: learning
    show if: school = "yes"
    questions:
      - name: helpers
        type: several choices
        label: Who helped?
        choices:
          - teacher: My teacher
          - nobody: Nobody
            stands alone: yes
      - name: hours
        type: whole number
        label: How many hours?
        rule: . >= 0 and . <= 12
        rule says: A number from 0 to 12, please.
  - name: seen
    type: long text
    label: What did they say?
    hint: In their words.
    voice: child
    may decline: no
    longest: 500
"""


def survey(text: str = GOOD) -> Survey:
    result = read_yaml(text.encode())
    assert isinstance(result, Survey), result
    return result


def problems(text: str) -> list[tuple[int | None, str]]:
    result = read_yaml(text.encode())
    assert isinstance(result, tuple), "a problem was expected"
    return [(problem.line, problem.message) for problem in result]


def test_a_survey_reads_as_it_is_written() -> None:
    read = survey()
    school, learning, seen = read.items
    assert [choice.name for choice in read.questions[0].choices] == ["yes", "no"]
    assert school.label == {"en": "Did you go to school?", "cy": "Est ti i'r ysgol?"}
    assert isinstance(learning, Group)
    assert learning.relevant == parse('school = "yes"')
    assert [question.kind for question in read.questions] == [
        Kind.SINGLE_CHOICE, Kind.MULTIPLE_CHOICE, Kind.INTEGER, Kind.LONG_TEXT,
    ]  # fmt: skip
    last = read.questions[-1]
    assert (last.voice, last.may_decline, last.max_length) == (Voice.CHILD, False, 500)
    assert read.questions[1].choices[1].exclusive
    assert seen.name == "seen"
    assert read.introduction["en"] == "Hello.\n\nSkip what you like."


def test_writing_and_reading_again_gives_the_same_survey() -> None:
    assert survey(write_yaml(survey())) == survey()
    assert write_yaml(survey(write_yaml(survey()))) == write_yaml(survey())


def test_all_mistakes_are_told_at_once_each_with_its_line() -> None:
    text = """survey: My Week
title: My week
audience: kids
questions:
  - name: a
    type: choices
    label: A
  - name: a
    type: text
    lable: A again
  - name: b
    type: one choice
    label: B
    show if: school == "yes"
    longest: many
    required: perhaps
"""
    told = problems(text)
    assert [line for line, _ in told] == [3, 6, 8, 10, 14, 15, 16]
    assert all(message.endswith((".", "?")) for _, message in told)


@pytest.mark.parametrize(
    ("change", "line", "says"),
    [
        (('school = "yes"', 'school = "yse"'), 20, "no option “yse”"),
        (('school = "yes"', 'skool = "yes"'), 20, "no question of that name"),
        (('school = "yes"', 'answered(seen)'), 20, "only asked here or later"),
        (('school = "yes"', '. = "yes"'), 20, "answer itself"),
        (("label: Who helped?", "label: {cy: Pwy?}"), 23, "no words in “en”"),
        (("label: Who helped?", "label: {fr: Qui?}"), 25, "no “fr” here"),
        (("label: Who helped?", "label: ''"), 25, "words are expected"),
        (("    required: yes\n", "    required: yes\n    required: no\n"), 16, "written twice"),
        (("type: long text", "type: long text\n    choices: [{a: A}]"), 35, "hoices are for choice questions"),
        (("name: seen", "name: my seen"), 35, "no spaces"),
        (("survey: my-week", "survey: My Week!"), 2, "no spaces"),
        (("minutes: 3", "minutes: 999"), 6, "limit is 120"),
        (("    questions:\n", "    questions: none\n    x:\n"), 22, "list is expected"),
        (("name: hours", "name: learning"), 30, "used before"),
        (("minutes: 3", "minutes: 3.5"), 6, "whole number"),
    ],
)  # fmt: skip
def test_each_mistake_has_its_own_sentence(change: tuple[str, str], line: int, says: str) -> None:
    told = problems(GOOD.replace(*change, 1))
    assert any(says in message and place == line for place, message in told), told


@pytest.mark.parametrize(
    "data",
    [
        b"", b"\n\n", b"---", b"just words", b"- a\n- b", b"\xff\xfe\x00", b"a: b: c", b"a: [", b"\t- x", b"survey: \x00",
        b"a: &x [1]\nb: *x", b"a: !!python/object/apply:os.system [ls]", b"{" * 5000, b"[" * 100 + b"]" * 100,
        b"survey: a\n---\nsurvey: b", b"? [a]\n: b", b"x" * 1_000_001, b"{a: 1, a: 2}", b"\x89PNG\r\n", b"a: \xed\xa0\x80",
        b"questions: {a: b}", b"questions: [1, [2], {}]", b"questions: [{choices: [a, {}, [b], {[c]: d}]}]",
        b"languages: [not a language]", b"questions: [{group: {a: b}, questions: []}]", b"<<: {a: b}",
    ],
)  # fmt: skip
def test_a_file_that_is_no_survey_yields_sentences(data: bytes) -> None:
    started = time.perf_counter()
    for result in (read_yaml(data), read_notices(data)):
        assert isinstance(result, tuple)
        assert result
        assert all(isinstance(problem, AuthoringProblem) and problem.message for problem in result)
    assert time.perf_counter() - started < 2


def test_a_large_file_is_read_in_reasonable_time() -> None:
    question = "  - {name: q%d, type: text, label: 'How?', hint: '" + "x" * 700 + "'}\n"
    text = "survey: s\ntitle: S\naudience: child\nquestions:\n" + "".join(question % n for n in range(1300))
    started = time.perf_counter()
    assert "at most 1000 questions" in problems(text)[0][1]
    assert time.perf_counter() - started < 5
