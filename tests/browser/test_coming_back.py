"""Stopping half-way on one phone and going on with another, without scripts, on the smallest screen."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.browser.conftest import Served
from tests.browser.journeys import agree, card
from tests.browser.visitors import Visitor

Come = Callable[..., Visitor]
SMALLEST = (320, 640)


def words_on(visitor: Visitor) -> str:
    return visitor.page.locator(".receipt").inner_text().strip()


def leave_the_rest(visitor: Visitor) -> None:
    """Say nothing to all questions that follow."""
    while visitor.path != "/check":
        may_skip = visitor.page.get_by_role("button", name="Skip this question").count() > 0
        visitor.press("Skip this question" if may_skip else "I don’t want to say")


def type_words(visitor: Visitor, words: str, status: int = 200) -> None:
    visitor.open("/receipt")
    visitor.page.get_by_label("What are your three words?").fill(words)
    visitor.press("Open my answers", status=status)


@pytest.mark.parametrize("scripts", [False, True], ids=["without scripts", "with scripts"])
def test_a_young_person_stops_on_one_phone_goes_on_with_another_and_takes_it_out(
    visitor: Come, served: Served, scripts: bool
) -> None:
    first, second = visitor(size=SMALLEST, scripts=scripts), visitor(size=SMALLEST, scripts=scripts)

    def look(somebody: Visitor) -> None:
        if scripts:  # axe is one
            somebody.look()

    agree(first, served.links["young_person"])
    card(first.page, "good").click()
    first.press("Save and come back later")
    assert first.path == "/later"
    look(first)
    words = words_on(first)

    second.open("/")
    second.press("I have three words and want to come back")
    look(second)
    type_words(second, f" {words.upper()} ")
    assert second.path == "/back"
    look(second)
    second.press("Carry on")
    assert second.path == "/q/living"
    leave_the_rest(second)
    look(second)
    second.press("Send my answers")
    assert words_on(second) == words
    second.press("See what changes")
    assert second.path.startswith("/changed/")
    look(second)

    type_words(second, words)
    assert second.path == "/mine"
    look(second)
    with second.page.expect_download() as taken:
        second.page.get_by_role("link", name="A page to read or print").click()
    assert taken.value.suggested_filename == "my-answers.html"
    file = taken.value.path()
    assert file.stat().st_size < 60_000
    first.press("Carry on now", status=409)
    assert "Your answers are sent" in first.said


def test_what_is_not_sent_can_be_deleted_and_its_words_are_gone(visitor: Come, served: Served) -> None:
    somebody, other = visitor(size=SMALLEST), visitor(size=SMALLEST)
    agree(somebody, served.links["young_person"])
    somebody.press("Save and come back later")
    words = words_on(somebody)
    agree(other, served.links["young_person"])
    type_words(other, words)
    other.look()
    other.press("Open mine here")
    assert other.path == "/back"
    other.press("Delete what I have so far")
    other.look()
    other.press("Yes, delete it")
    assert other.path == "/deleted"
    type_words(other, words, status=422)
    somebody.press("Carry on now", status=409)


def test_an_officer_writes_back_and_young_people_read_it(
    visitor: Come, colleague: Callable[..., Visitor], served: Served
) -> None:
    officer, somebody = colleague("officer"), visitor(size=SMALLEST)
    officer.open("/review")
    officer.page.locator("main a[href^='/review/waves/']").first.click()
    officer.press("Write back to those who answered")
    officer.look()
    officer.press("Publish", status=422)
    officer.look()
    officer.page.locator("textarea").first.fill("Many of you want to know sooner.\n\nSome want a say.")
    officer.page.get_by_text("I have checked it").click()
    officer.press("Publish", within=officer.page.locator("main .buttons"))
    address = officer.page.get_by_role("link", name="See it as they do").get_attribute("href")
    assert address
    somebody.open(address)
    assert "Many of you want to know sooner." in somebody.said
    somebody.look()
