"""Permission in a real browser, on the smallest phone: an officer makes a sheet, an adult says yes, a child decides."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.browser.conftest import Served
from tests.browser.visitors import DESK, PHONE, Visitor

Come = Callable[..., Visitor]
WHY = "The children in this survey are under ten."


def choose(somebody: Visitor, words: str) -> None:
    """Press the card of an option."""
    somebody.page.locator("main form label", has_text=words).first.click()


def a_sheet(officer: Visitor, label: str) -> tuple[str, str]:
    """Open a wave that needs permission and make one sheet: the links of the child's and the adult's half."""
    page = officer.page
    officer.open("/design/library/my-week-and-my-people")
    page.get_by_text("Permission by a parent or guardian").click()
    choose(officer, "Yes, and each child gets a sheet")
    page.get_by_label("Why? One sentence").fill(WHY)
    page.get_by_label("A survey the adult is offered").select_option(index=1)
    page.get_by_label("Name of the wave").fill(label)
    officer.look(PHONE, DESK)
    officer.press("Publish")
    page.locator("a.button", has_text=label).click()
    page.wait_for_url("**/invitations")
    officer.look(PHONE, DESK)
    page.get_by_label("How many sheets?").fill("1")
    officer.press("Make sheets")
    officer.look(PHONE, DESK)
    links = [link.get_attribute("href") or "" for link in page.locator(".sheet-half a").all()]
    assert len(links) == 2
    return links[0], links[1]


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_a_child_is_asked_after_a_yes_and_decides_alone(
    visitor: Come, colleague: Come, served: Served, scripts: bool
) -> None:
    assert served.survey_links, "the county offers parents a survey"
    childs, adults = (
        link.partition("://")[2].partition("/")[2]
        for link in a_sheet(colleague("officer"), f"Sheets {'with' if scripts else 'without'} scripts")
    )
    child, adult = visitor(size=PHONE, scripts=scripts), visitor(size=PHONE, scripts=scripts)

    def look(somebody: Visitor) -> None:
        if scripts:
            somebody.look(PHONE, DESK)

    child.open(f"/{childs}", 409)
    assert "A grown-up has to say yes first" in child.said
    look(child)
    adult.open(f"/{adults}")
    assert adult.path == "/permission"
    assert WHY in adult.said
    adult.press("See what the child is asked")
    assert "No answers are here" in adult.said
    assert adult.page.locator("main input, main textarea").count() == 0
    look(adult)
    adult.press("Back")
    adult.press("Next", status=422)
    assert adult.page.title().startswith("Problem")
    look(adult)
    choose(adult, "Someone else")
    adult.press("Next")
    assert adult.path == "/permission/who-may"
    adult.press("Back")
    choose(adult, "A parent who by law")
    choose(adult, "Yes")
    look(adult)
    adult.press("Next")
    assert "You said yes" in adult.said
    look(adult)

    child.open(f"/{childs}")
    assert child.path == "/agree"
    for question in child.page.locator("fieldset.purpose").all():
        question.locator("label", has_text="Yes").click()
    child.press("Next")
    first = child.path
    adult.press("Change what I said")
    assert "You said yes on" in adult.said
    choose(adult, "A parent who by law")
    choose(adult, "No")
    adult.press("Next")
    assert "Only the child can delete them" in adult.said
    child.open(first, 409)
    assert "You cannot go on right now" in child.said
    look(child)
    adult.press("Change what I said")
    choose(adult, "A parent who by law")
    choose(adult, "Yes")
    adult.press("Next")
    child.open(first)
    assert child.page.locator("main form").count() == 1, "with a yes again the child goes on where they were"

    adult.press("See the questions for me")
    assert adult.path == "/agree"
    adult.open("/permission/said")
    assert "You said yes" in adult.said
