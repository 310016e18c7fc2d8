"""Writing surveys down: pleasant to read, every mistake told with its line, nothing hostile gets built."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import get_args

import pytest

from survey_engine.authoring import AuthoringProblem, read_notices, read_yaml, write_yaml
from survey_engine.authoring_words import KIND_WORDS, keys
from survey_engine.definition import Appearance, Choice, Group, Kind, Provenance, Question, Repeat, Survey, Voice
from survey_engine.expression_parser import parse
from survey_engine.scales import Scale

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
    started = time.process_time()
    for result in (read_yaml(data), read_notices(data)):
        assert isinstance(result, tuple)
        assert result
        assert all(isinstance(problem, AuthoringProblem) and problem.message for problem in result)
    assert time.process_time() - started < 2


def test_a_large_file_is_read_in_reasonable_time() -> None:
    question = "  - {name: q%d, type: text, label: 'How?', hint: '" + "x" * 700 + "'}\n"
    text = "survey: s\ntitle: S\naudience: child\nquestions:\n" + "".join(question % n for n in range(1300))
    started = time.process_time()
    assert "at most 1000 questions" in problems(text)[0][1]
    assert time.process_time() - started < 5


EVERYTHING = """
survey: everything
title: Everything
audience: young_person
languages: [en, cy, en-x-easy]
media: {dog.png: %s}
scales:
  - name: wellbeing
    title: {en: Wellbeing, cy: Lles}
    items:
      - question: rated
        least: 0
        most: 10
      - question: who
        values: {aunt: 1, pa: 0.5}
        reversed: yes
    fewest answered: 2
    how: mean
    bands:
      - {name: low, label: Low, least: 0, most: 4.5, audience: young_person}
    licence: {kind: open, attribution: Theirs}
questions:
  - name: who
    type: one choice
    label: Who helps?
    picture: dog.png
    picture says: A brown dog.
    audio: {en: who.mp3, cy: pwy.mp3}
    read as: Who helps you
    guidance: Let them take their time.
    source: The county's survey of 2024
    written as: G1.Q_1
    shuffle: yes
    shuffle seed: 7
    provenance:
      proposed by: Young inspectors
      earlier wordings:
        - words: Who supports you?
          why: Too grown-up.
      refused:
        - proposal: Ask for the name
          why: Nobody needs it.
    choices:
      - aunt: My aunt
        columns: {county: york}
        picture: {en: aunt.png, cy: modryb.png}
      - pa: My adviser
      - dk: I don't know
        means: don’t know
      - no: I'd rather not say
        means: don't want to say
  - name: rated
    type: rating
    label: How was it?
    looks like: ladder
    least: 0
    most: 10
    step: 0.5
    required if: who = "aunt"
    required says: Please choose, or say that you don't want to.
    read only if: who = "pa"
  - name: town
    type: age band
    label: How old are you?
    choice filter: choice("county") = "york" or who = "pa"
    choices:
      - u12: Under 12
        columns: {county: york}
      - u16: 12 to 15
  - group: pets
    label: Pets
    hint: One at a time.
    repeat:
      ask: How many pets?
      most: 4
    shuffle: yes
    read only if: false()
    written as: pets_1
    questions:
      - name: likes
        type: ranking
        label: What does it like best?
        choices: [{food: Food}, {walks: Walks}]
  - name: agree
    type: tick
    label: I am 16 or over.
  - {name: born, type: date, label: When?}
  - {name: since, type: month, label: Since when?}
  - {name: left, type: year, label: Until when?}
  - {name: at, type: time, label: What time?}
  - {name: drawn, type: drawing, label: Draw it.}
  - {name: shown, type: photo, label: Show it.}
  - {name: told, type: voice recording, label: Say it.}
  - {name: sum, type: calculated, calculation: rated * 2}
  - {name: way, type: hidden, default: '"link"'}
  - {name: place, type: left out, label: Where are you?, left out: It asks where somebody is.}
""" % ("0a" * 32)


def test_everything_a_survey_can_have_is_read_and_written_again() -> None:
    read = survey(EVERYTHING)
    assert survey(write_yaml(read)) == read
    who, rated, *_ = read.questions
    assert [choice.means for choice in who.choices] == ["answer", "answer", "dont_know", "prefer_not"]
    assert (who.picture, who.audio) == ({"en": "dog.png"}, {"en": "who.mp3", "cy": "pwy.mp3"})
    assert who.provenance is not None
    assert who.provenance.earlier[0].why == "Too grown-up."
    assert (rated.least, rated.most, rated.step, rated.appearance) == (0, 10, 0.5, "ladder")
    assert read.scales[0].items[1].values == {"aunt": 1, "pa": 0.5}
    assert read.question_by_name["sum"].label == {}
    assert {question.kind for question in read.questions} >= set(Kind) - {
        Kind.TEXT, Kind.LONG_TEXT, Kind.INTEGER, Kind.DECIMAL, Kind.MULTIPLE_CHOICE, Kind.NOTE,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("looks like: ladder", "looks like: laddr"), "Did you mean “ladder”?"),
        (("type: rating", "type: rateing"), "Did you mean “rating”?"),
        (("least: 0\n    most: 10\n    step", "most: 10\n    step"), "needs a least and a most number"),
        (("step: 0.5", "step: half"), "needs a number after it"),
        (("step: 0.5", "step: 0"), "more than nought"),
        (("means: don’t know", "means: no idea"), "It can be: an answer, don't know"),
        (("columns: {county: york}\n        picture", "colums: {county: york}\n        picture"), "mean “columns”?"),
        (("proposed by:", "proposed:"), "Did you mean “proposed by”?"),
        (("fewest answered: 2", "fewest answered: two"), "needs a whole number"),
        (("how: mean", "how: median"), "It can be: sum, mean"),
        (("values: {aunt: 1, pa: 0.5}", "values: {aunt: one}"), "“aunt:” needs a number"),
        (("values: {aunt: 1, pa: 0.5}", "values: {aunt: 1, aunt: 2}"), "written twice"),
        (("    bands:\n", "    bonds:\n"), "Did you mean “bands”?"),
        (("media: {dog.png", "media: {../dog.png"), "plain name of a file"),
        (("picture: dog.png", "picture: a/dog.png"), "plain name of a file"),
        (("repeat:\n      ask", "repeat:\n      asks"), "Did you mean “ask”?"),
        (("most: 4\n    shuffle", "most: 400\n    shuffle"), "the limit is 20"),
        (("calculation: rated * 2", "calculation: rated *"), "ends too early"),
        (("label: When?}", "lable: When?}"), "Did you mean “label”?"),
        (("  - {name: born, type: date, label: When?}", "  - {name: born, type: date}"), "“label:” is missing"),
    ],
)
def test_each_new_word_has_its_sentence_when_it_is_wrong(change: tuple[str, str], says: str) -> None:
    changed = EVERYTHING.replace(*change, 1)
    line = 1 + EVERYTHING[: EVERYTHING.index(change[0])].count("\n")
    told = problems(changed)
    assert any(says in message and abs((place or 0) - line) <= 8 for place, message in told), told


OTHER = """
survey: s
title: S
audience: practitioner
languages: [en, cy]
questions:
  - name: helps
    type: several choices
    label: Who helps?
    voice: practitioner
    choices:
      - aunt: My aunt
      - other: {en: Someone else, cy: Rhywun arall}
        say what: {en: Please say who., cy: Pwy?}
  - name: where
    type: one choice
    label: Where?
    choices:
      - home: Home
      - elsewhere: Somewhere else
        say what: Where was it?
  - {name: end, type: note, label: Thank you.}
"""


def test_an_other_that_says_what_gets_a_question_of_its_own_right_behind() -> None:
    read = survey(OTHER)
    assert [question.name for question in read.questions] == ["helps", "helps_other", "where", "where_other", "end"]
    said, place = read.question_by_name["helps_other"], read.question_by_name["where_other"]
    assert (said.kind, said.voice) == (Kind.TEXT, Voice.PRACTITIONER)
    assert said.label == {"en": "Please say who.", "cy": "Pwy?"}
    assert said.relevant == parse('selected(helps, "other")')
    assert place.relevant == parse('where = "elsewhere"')
    assert "say what" not in write_yaml(read)
    assert survey(write_yaml(read)) == read


@pytest.mark.parametrize(
    ("change", "line", "says"),
    [
        (("aunt: My aunt", "aunt: My aunt\n        say what: Which?"), 15, "at one option"),
        (("several choices", "ranking"), 14, "for one choice and several"),
        (("name: end", "name: where_other"), 22, "used before, in line 21"),
        (("say what: Where was it?", "say waht: Where was it?"), 21, "Did you mean “say what”?"),
        (("say what: Where was it?", "say what: ''"), 21, "words are expected"),
    ],
)
def test_a_follow_up_that_cannot_be_is_told(change: tuple[str, str], line: int, says: str) -> None:
    told = problems(OTHER.replace(*change, 1))
    assert any(says in message and place == line for place, message in told), told


def test_an_option_may_be_called_like_a_word_that_means_something() -> None:
    text = OTHER.replace(
        "- home: Home", "- {name: means, label: Means}\n      - {name: name, label: Name}\n      - x: X"
    )
    read = survey(text)
    assert [choice.name for choice in read.question_by_name["where"].choices][:3] == ["means", "name", "x"]
    assert survey(write_yaml(read)) == read


def test_every_field_of_a_definition_has_a_key_of_plain_words() -> None:
    for kind in (Survey, Group, Question, Choice, Repeat, Provenance, Scale):
        known = keys(kind)
        assert len(set(known.values())) == len(known)
        assert set(known.values()) == set(kind.model_fields) - {"type"}
        assert all(re.fullmatch("[a-z]+( [a-z]+)*", key) for key in known)
    assert set(KIND_WORDS.values()) == set(Kind)


DOCUMENT = (Path(__file__).parents[3] / "docs" / "writing-surveys.md").read_text()
EXAMPLES = re.findall("```yaml\n(.*?)```", DOCUMENT, re.DOTALL)


@pytest.mark.parametrize("example", EXAMPLES, ids=range(len(EXAMPLES)))
def test_every_example_of_the_document_is_a_survey(example: str) -> None:
    whole = "survey: s\ntitle: S\naudience: child\nlanguages: [en, cy, en-x-easy]\nquestions:\n"
    read = survey(example if example.startswith("survey:") else whole + example)
    assert survey(write_yaml(read)) == read


def test_every_key_stands_in_the_document() -> None:
    for kind in (Survey, Group, Question, Choice, Repeat, Provenance, Scale):
        missing = [key for key in keys(kind) if f"{key}:" not in DOCUMENT and f"`{key}`" not in DOCUMENT]
        assert missing == [], kind
    assert [word for word in KIND_WORDS if f"`{word}`" not in DOCUMENT] == []
    assert all(f"`{looks}`" in DOCUMENT for looks in get_args(Appearance))
