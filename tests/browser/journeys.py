"""One young person's answers to the ready-made survey, given with a pointer, without scripts or with keys alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Locator, Page

from api.demo.county import YOUNG_PEOPLE, surveys
from survey_engine.definition import Kind, Question
from tests.browser.visitors import Visitor

SKIP, DECLINE = "skip", "decline"
BUTTONS = {"next": "Next", SKIP: "Skip this question", DECLINE: "I don’t want to say"}
OWN_WORDS = "A quieter room. My brother’s visits 💛 <b>matter</b>\nالبيت"
ANSWERS: dict[str, tuple[str, ...] | str] = {
    "week": ("good",),
    "living": ("foster",),
    "home": ("middle",),
    "asked_first": ("no",),
    "home_change": (OWN_WORDS,),
    "turn_to": ("carer", "friend"),
    "worker_listens": ("sometimes",),
    "worker_more": SKIP,
    "heard": DECLINE,
    "told_after": ("partly",),
    "one_thing": ("Tell us sooner.",),
    "helped": ("alone",),
}
"""By question: the values that are chosen or typed, or the button that is pressed instead."""

Look = Callable[[str], None]


def survey() -> Any:
    """The survey behind the young person's link."""
    return surveys()[YOUNG_PEOPLE]


def what_mine_should_show() -> list[tuple[str, str]]:
    """Question and answer as the page of one's own answers words them."""
    shown = []
    for question in survey().questions:
        given = ANSWERS[question.name]
        if given == SKIP:
            said = "You skipped this"
        elif given == DECLINE:
            said = "You did not want to say"
        else:
            labels = {choice.name: choice.label["en"] for choice in question.choices}
            said = "\n".join(labels.get(value, value) for value in given)
        shown.append((question.label["en"], said))
    return shown


def shown_answers(page: Page) -> list[tuple[str, str]]:
    """The answers a page lists."""
    return [
        (
            entry.locator("dt").inner_text().strip(),
            "\n".join(line.inner_text().strip() for line in entry.locator("dd p").all()),
        )
        for entry in page.locator(".answers > div").all()
    ]


def agree(visitor: Visitor, link: str, look: Look = lambda state: None) -> None:
    """Open the link and say yes to everything."""
    visitor.open(link)
    look("agreement")
    for group in visitor.page.locator("fieldset.purpose").all():
        group.get_by_text("Yes", exact=True).click()
    visitor.press("Next")


def card(page: Page, value: str) -> Locator:
    """The card of an option, which is what a finger hits."""
    return page.locator(f'.choice:has(input[value="{value}"]) label')


def fill(page: Page, question: Question, values: tuple[str, ...]) -> None:
    """Choose or type."""
    if question.choices:
        for value in values:
            card(page, value).click()
    elif question.kind is not Kind.NOTE:
        page.locator("#answer").fill(values[0])


def asked(visitor: Visitor) -> Question:
    """The question this page asks."""
    question: Question = survey().question_by_name[visitor.path.removeprefix("/q/")]
    return question


def answer_all(visitor: Visitor, look: Look = lambda state: None) -> None:
    """Answer page after page, until the answers stand there to be checked."""
    for name, given in ANSWERS.items():
        assert visitor.path == f"/q/{name}"
        assert visitor.page.locator("h1").inner_text() == survey().question_by_name[name].label["en"]
        look(f"{name}, empty")
        if isinstance(given, str):
            visitor.press(BUTTONS[given])
            continue
        fill(visitor.page, asked(visitor), given)
        look(f"{name}, filled")
        visitor.press("Next")
    assert visitor.path == "/check"


def send(visitor: Visitor) -> str:
    """Send the answers; the three words."""
    visitor.press("Send my answers")
    assert visitor.path == "/done"
    return visitor.page.locator(".receipt").inner_text().strip()


def open_mine(visitor: Visitor, words: str) -> None:
    """Type the three words."""
    visitor.open("/receipt")
    visitor.page.get_by_label("What are your three words?").fill(words)
    visitor.press("Open my answers")
    assert visitor.path == "/mine"
