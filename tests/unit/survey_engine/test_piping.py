"""An earlier answer inside a later sentence: only what is visible, in words, cut, never worked on twice."""

from __future__ import annotations

from typing import Any

import pytest

from survey_engine.answers import DECLINED, Answer, AnswerState
from survey_engine.definition import Audience, Choice, Group, Kind, Question, Repeat, Survey
from survey_engine.expression_parser import parse
from survey_engine.piping import piped, piped_text


def said(value: Any) -> Answer:
    return Answer(AnswerState.ANSWERED, value)


CHOICES = (
    Choice(name="mum", label={"en": "My mum", "cy": "Mam"}),
    Choice(name="odd", label={"en": "Somebody ${name}"}),
)
SURVEY = Survey(
    name="s", title={"en": "S"}, audience=Audience.CHILD, languages=("en", "cy"),
    items=(
        Question(name="who", kind=Kind.SINGLE_CHOICE, label={"en": "Who?"}, choices=CHOICES),
        Question(name="all", kind=Kind.RANKING, label={"en": "All?"}, choices=CHOICES),
        Question(name="name", kind=Kind.TEXT, label={"en": "Name?"}, relevant=parse('who = "mum"')),
        Question(name="day", kind=Kind.DATE, label={"en": "Day?"}),
        Question(name="age", kind=Kind.DECIMAL, label={"en": "Age?"}),
        Question(name="photo", kind=Kind.PHOTO, label={"en": "Photo?"}),
        Group(name="pets", repeat=Repeat(most=3), items=(Question(name="pet", kind=Kind.TEXT, label={"en": "Pet?"}),)),
    ),
)  # fmt: skip


@pytest.mark.parametrize(
    ("words", "answers", "shown"),
    [
        ("${who}", {"who": said("mum")}, "My mum"),
        ("${ all }!", {"all": said(("odd", "mum"))}, "Somebody …, My mum!"),
        ("${day}", {"day": said("2026-03-01")}, "1/3/2026"),
        ("${age}", {"age": said(3.0)}, "3"),
        ("${pets}", {"pets": said(2)}, "2"),
        ("${photo}", {"photo": said("abcdefgh")}, "…"),
        ("${who}", {"who": DECLINED}, "…"),
        ("${who}", {}, "…"),
        ("${nobody}", {}, "…"),
        ("${name}", {"who": said("odd"), "name": said("Bo")}, "…"),
        ("${name}", {"who": said("mum"), "name": said("${who}\n<b>")}, "${who} <b>"),
        ("${name}", {"who": said("mum"), "name": said("x" * 80)}, "x" * 60 + "…"),
        ("$who {who} ${", {"who": said("mum")}, "$who {who} ${"),
    ],
)
def test_a_place_holds_what_was_said_and_can_be_seen(words: str, answers: dict[str, Answer], shown: str) -> None:
    assert piped(words, SURVEY, answers, "en") == shown


def test_each_language_gets_its_own_words() -> None:
    text = piped_text({"en": "About ${who}", "cy": "Am ${who}"}, SURVEY, {"who": said("mum")})
    assert text == {"en": "About My mum", "cy": "Am Mam"}


def test_inside_a_repeated_group_the_same_turn_is_meant() -> None:
    answers = {"pets": said(2), "pet~1": said("Bo"), "pet~2": said("Mo")}
    assert piped("${pet}", SURVEY, answers, "en", (2,)) == "Mo"
    assert piped("${pet}", SURVEY, answers, "en", (3,)) == "…"
    assert piped("${pet}", SURVEY, answers, "en") == "…"
