"""One survey with every kind of question, every look and every place a page can be in; and answers to all of it."""

from __future__ import annotations

import hashlib
import io
from typing import Any

from PIL import Image

from survey_engine.definition import Audience, Choice, Group, Kind, Question, Repeat, Survey
from survey_engine.expression_parser import parse


def options(*names: str, **more: Any) -> tuple[Choice, ...]:
    return tuple(Choice(name=name, label={"en": name.replace("_", " ").capitalize()}, **more) for name in names)


def _picture() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (160, 120), "#0b5257").save(file, "PNG")
    return file.getvalue()


PICTURE = _picture()
HASH = hashlib.sha256(PICTURE).hexdigest()
DONT_KNOW = Choice(name="dont_know", label={"en": "I don’t know"}, means="dont_know")
AGREE = options("strongly_agree", "agree", "in_between", "disagree", "strongly_disagree")


def question(name: str, kind: Kind, label: str, **more: Any) -> Question:
    return Question(name=name, kind=kind, label={"en": label}, **more)


def every_kind(**changes: Any) -> Survey:
    """All kinds of question that are shown."""
    items = (
        question("hello", Kind.NOTE, "Hello. This is about you.", hint={"en": "Take your time."}),
        question("name", Kind.TEXT, "What shall we call you?", hint={"en": "Not your real name."}),
        question("story", Kind.LONG_TEXT, "What is home like, ${name}?", guidance={"en": "There is no wrong answer."}),
        question("homes", Kind.INTEGER, "How many homes have you had?"),
        question("height", Kind.DECIMAL, "How tall are you in metres?"),
        question("ladder", Kind.RANGE, "Where on the ladder are you?", least=0, most=10, appearance="ladder",
                 hint={"en": "10 is the best life you can think of."}),
        question("points", Kind.RANGE, "How many points?", least=1, most=5, step=0.5),
        question("weight", Kind.RANGE, "How heavy is your bag?", least=0, most=500),
        question("born", Kind.DATE, "When did you move in?"),
        question("since", Kind.MONTH, "Since which month?"),
        question("year", Kind.YEAR, "Which year?"),
        question("bed", Kind.TIME, "When do you go to bed?"),
        question("age", Kind.AGE_BAND, "How old are you?", choices=options("8_to_11", "12_to_15", "16_and_over")),
        question("settled", Kind.SINGLE_CHOICE, "Do you feel settled?", choices=(*options("yes", "no"), DONT_KNOW), required=True),
        question("mood", Kind.SINGLE_CHOICE, "How was your week?", appearance="faces",
                 choices=(*options("great", "good", "middling", "bad", "awful"), DONT_KNOW)),
        question("happy", Kind.SINGLE_CHOICE, "How happy are you here?", appearance="happiness", choices=options("1", "2", "3", "4", "5")),
        question("place", Kind.SINGLE_CHOICE, "Where do you like to be?", appearance="pictures",
                 choices=options("garden", "kitchen", "my_room", picture={"en": "place.png"})),
        question("helpers", Kind.MULTIPLE_CHOICE, "Who helps you?", hint={"en": "Think of this year."},
                 choices=(*options("carer", "friend", "teacher"), Choice(name="nobody", label={"en": "Nobody"}, exclusive=True))),
        question("other", Kind.TEXT, "Which teacher?", relevant=parse('selected(helpers, "teacher")')),
        question("order", Kind.RANKING, "What matters most to you?", choices=options("school", "friends", "family")),
        Group(
            name="trust", label={"en": "How much do you agree?"}, hint={"en": "One line after the other."}, appearance="grid",
            items=(
                question("listens", Kind.SINGLE_CHOICE, "My worker listens.", choices=AGREE, appearance="agree"),
                question("explains", Kind.SINGLE_CHOICE, "My worker explains.", choices=AGREE, appearance="agree"),
            ),
        ),
        Group(
            name="people", label={"en": "Person"}, repeat=Repeat(ask={"en": "How many people live with you?"}, most=3),
            items=(
                question("person", Kind.TEXT, "What do you call them?"),
                question("kind", Kind.SINGLE_CHOICE, "Is ${person} kind?", choices=options("yes_always", "sometimes")),
            ),
        ),
        question("sum", Kind.CALCULATED, "Sum", calculation=parse("homes + 1")),
        question("secret", Kind.HIDDEN, "Secret", default=parse('"x"')),
        question("drawing", Kind.DRAWING, "Draw your best day."),
        question("photo", Kind.PHOTO, "Show us a place you like.", picture={"en": "place.png"}, picture_says={"en": "A green square"}),
        question("voice", Kind.VOICE, "Say it aloud, if you like."),
        question("ok", Kind.ACKNOWLEDGE, "We will read this with care."),
    )  # fmt: skip
    values: dict[str, Any] = {
        "name": "every-kind", "title": {"en": "Everything"}, "audience": Audience.YOUNG_PERSON, "languages": ("en", "en-x-easy"),
        "items": items, "media": {"place.png": HASH},
    }  # fmt: skip
    return Survey(**(values | changes))


ANSWERS: dict[str, Any] = {
    "hello": None, "name": "Bo <b>", "story": "Loud.\nGood.", "homes": 3, "height": 1.5, "ladder": 7, "points": 2.5,
    "weight": 12, "born": "2024-02-29", "since": "2025-09", "year": 2025, "bed": "20:30", "age": "12_to_15",
    "settled": "dont_know", "mood": "bad", "happy": "4", "place": "kitchen", "helpers": ("friend", "teacher"),
    "other": "Mx Reed", "order": ("family", "school", "friends"), "listens": "agree", "explains": "disagree", "people": 2,
    "person~1": "Mo", "kind~1": "yes_always", "person~2": "Jo", "kind~2": "sometimes", "drawing": b"", "photo": b"",
    "voice": b"", "ok": "OK",
}  # fmt: skip
"""What is stored for each page, in the order of the pages; files by their content, a note by nothing."""


def posted(question: Question, value: Any) -> dict[str, Any]:
    """The fields a page without scripts posts for an answer."""
    if question.kind is Kind.DATE:
        year, month, day = value.split("-")
        return {"answer-day": day, "answer-month": month, "answer-year": year}
    if question.kind is Kind.MONTH:
        year, month = value.split("-")
        return {"answer-month": month, "answer-year": year}
    if question.kind is Kind.RANKING:
        return {"answer": [f"{place}:{name}" for place, name in enumerate(value, 1)]}
    if isinstance(value, tuple):
        return {"answer": list(value)}
    return {} if value is None else {"answer": str(value)}
