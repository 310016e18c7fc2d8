"""Young advisers at a phone of 320 pixels, with scripts and without; the officer who asks, reads and answers."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from api.demo.county import YOUNG_PEOPLE
from tests.browser.visitors import DESK, PHONE, Visitor

Come = Callable[..., Visitor]

PROPOSAL = "How was your week, from one to five?"


def begin(officer: Visitor, group: str) -> tuple[str, str]:
    """A draft begun from the ready-made survey and a link for a group: the page of remarks, the link."""
    officer.open("/design/drafts/new")
    card = officer.page.locator(".card", has=officer.page.locator(f"input[value={YOUNG_PEOPLE}]"))
    officer.press("Begin from this", within=card)
    remarks = f"{officer.path}/coproduction"
    officer.open(remarks)
    officer.press("Make a link", status=422)
    officer.look(PHONE, DESK)
    officer.page.get_by_label("Name of the group").fill(group)
    officer.press("Make a link")
    officer.look(PHONE, DESK)
    link = officer.page.locator("a[href*='/advise/']").inner_text()
    return remarks, link


def come_in(adviser: Visitor, link: str, look: Callable[[], None]) -> None:
    """Open the link, try a full name, be a first name."""
    page = adviser.page
    adviser.open(link)
    assert adviser.path == "/advise"
    look()
    adviser.press("Start", status=422)
    look()
    page.get_by_text("My first name", exact=True).click()
    page.get_by_label("Your first name, if you chose it").fill("Amber Shields")
    adviser.press("Start", status=422)
    look()
    assert page.get_by_label("Your first name, if you chose it").input_value() == "Amber Shields"
    page.get_by_label("Your first name, if you chose it").fill("Amber")
    adviser.press("Start")
    assert adviser.path.startswith("/advise/q/")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_young_adviser_votes_proposes_and_takes_back_on_a_small_phone(
    visitor: Come, colleague: Come, scripts: bool
) -> None:
    _, link = begin(colleague("officer", size=DESK), "Thursday group")
    adviser = visitor(size=PHONE, scripts=scripts)
    page = adviser.page

    def look() -> None:
        if scripts:  # axe is one
            adviser.look()
        wide, room = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        assert wide <= room, f"{adviser.path} scrolls sideways"

    come_in(adviser, link, look)
    first = adviser.path
    look()
    assert page.locator("fieldset[disabled] input").first.is_disabled(), "the question is there to look at"

    page.get_by_label("How would you ask it?").fill(PROPOSAL)
    adviser.press("Good")
    assert adviser.path == first
    look()
    assert "Your vote: Good." in adviser.said
    assert PROPOSAL in adviser.said, "a vote keeps what was typed"
    assert page.get_by_role("button", name="Good").get_attribute("aria-pressed") == "true"
    adviser.press("Take it back")
    assert PROPOSAL not in adviser.said

    page.get_by_label("Anything else about this question?").fill("too long " * 200)
    adviser.press("Send and next", status=422)
    assert adviser.path == first
    look()
    page.get_by_label("Anything else about this question?").fill("Too many words")
    adviser.press("Send and next")
    assert adviser.path not in (first, "/advise/end")
    adviser.press("Back")
    assert "Too many words" in adviser.said

    while adviser.path != "/advise/end":
        look()
        adviser.press(
            "Send and finish" if page.get_by_role("button", name="Send and finish").count() else "Send and next"
        )
    look()
    page.get_by_role("link", name="Leave this page").click()
    page.wait_for_url(f"{adviser.elsewhere}**")
    adviser.open(first, status=409)
    look()


def test_what_a_young_adviser_proposes_is_read_decided_and_answered(visitor: Come, colleague: Come) -> None:
    officer = colleague("officer", size=DESK)
    remarks, link = begin(officer, "Friday crew")
    adviser = visitor(size=PHONE)
    come_in(adviser, link, adviser.look)
    first = adviser.path
    adviser.page.get_by_label("How would you ask it?").fill(PROPOSAL)
    adviser.press("Change it")
    officer.open(remarks)
    assert PROPOSAL not in officer.said
    assert "A person of the safeguarding team reads it first." in officer.said

    lead = colleague("safeguarding", size=DESK)
    item = lead.page.locator(".card", has_text="Young advisers: Friday crew")
    number = 1
    while not item.count():
        number += 1
        lead.open(f"/safeguard?show=waiting&page={number}")
    lead.press(item.get_by_role("link").inner_text(), within=item)
    lead.press("Take it and read it")
    lead.look(DESK)
    lead.page.get_by_text("No concern", exact=True).click()
    lead.press("Record the decision")

    officer.open(remarks)
    assert PROPOSAL in officer.said
    officer.look(PHONE, DESK)
    officer.press("Decide")
    officer.press("Save the decision", status=422)
    officer.look(PHONE, DESK)
    officer.page.get_by_text("We take it up", exact=True).click()
    officer.page.get_by_label("How the question is asked from now on").fill("How was your week?")
    officer.page.get_by_label("Your answer: what you did, or why not").fill("Shorter, as you said.")
    officer.press("Save the decision")
    assert officer.path == remarks
    assert "Proposed by Amber" in officer.said
    officer.look(PHONE, DESK)

    adviser.open(first)
    assert "How was your week?" in adviser.said
    assert "Shorter, as you said." in adviser.said
    adviser.look()
    officer.press("Close the link of Friday crew")
    adviser.open(link, status=410)
    assert "Shorter, as you said." in adviser.said
    adviser.look()
