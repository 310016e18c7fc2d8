"""An officer writes a survey with keys alone, publishes it, and somebody answers it; with scripts and without them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator

from tests.browser.visitors import DESK, PHONE, Visitor

Come = Callable[..., Visitor]
ROOM, BETTER, WEEK = "Do you like your room?", "What would make it better?", "How was your week?"


def look(officer: Visitor, scripts: bool = True) -> None:
    """At both sizes; without scripts the accessibility check cannot run in the page."""
    if scripts:
        officer.look(PHONE, DESK)


class Keys:
    """Somebody who has no pointer."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor, self.page = visitor, visitor.page

    def reach(self, target: Locator) -> None:
        """Go on with Tab until the target has the focus."""
        for _ in range(400):
            if target.evaluate("part => part === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"no key leads to {target}")

    def button(self, name: str, then: str, exact: bool = True) -> None:
        """Reach a button or a link, press it, and wait for what comes of it."""
        page = self.page
        self.reach(
            page.get_by_role("button", name=name, exact=exact)
            .or_(page.get_by_role("link", name=name, exact=exact))
            .first
        )
        page.keyboard.press("Enter")
        page.locator(then).first.wait_for()
        page.wait_for_load_state()

    def write(self, label: str, words: str) -> None:
        """Type into a field."""
        self.reach(self.page.get_by_label(label, exact=True).first)
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.type(words)

    def choose(self, group: str, value: str) -> None:
        """Choose one of several with the arrows."""
        radios = self.page.locator(f'input[name="{group}"]')
        self.reach(radios.first)
        self.page.keyboard.press("Space")
        for _ in range(radios.count()):
            if radios.locator(f'xpath=self::*[@value="{value}"]').is_checked():
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"no key chooses {value}")

    def add(self, words: str, kind: str) -> None:
        """Fill in the page that adds a question; its first field has the focus."""
        assert self.page.locator("#words").evaluate("part => part === document.activeElement")
        self.page.keyboard.type(words)
        self.choose("kind", kind)
        self.button("Add", "#settings-title")
        assert words in self.page.locator("#settings-title").inner_text()
        assert self.page.locator("#settings-title").evaluate("part => part === document.activeElement"), (
            "the focus is where the change is"
        )


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_a_survey_is_written_with_keys_alone_published_and_answered(
    colleague: Come, visitor: Come, scripts: bool
) -> None:
    title = f"My room {'and' if scripts else 'or'} me"
    officer = colleague("officer", size=DESK, scripts=scripts)
    keys, page = Keys(officer), officer.page
    keys.button("Surveys", "h1:has-text('Surveys')")
    keys.button("Write a survey", "h1:has-text('Write a survey')")
    look(officer, scripts)
    keys.write("Title", title)
    keys.choose("audience", "young_person")
    keys.button("Begin", "#settings-title")
    look(officer, scripts)

    keys.button("Add to this section", "#words", exact=False)
    look(officer, scripts)
    keys.add(ROOM, "single_choice")
    keys.button("Add after this", "#words")
    keys.add(BETTER, "long_text")
    keys.write("Show it only if", 'do_you_like_your_room = "no"')
    keys.button("Save", ".flash:has-text('Saved')")
    keys.button("Add after this", "#words")
    keys.add(WEEK, "range")
    look(officer, scripts)
    frame = page.frame_locator("iframe.phone")
    assert WEEK in frame.locator("h1").inner_text()

    keys.button("Move up", ".flash:has-text('Moved')")
    keys.button("Undo", ".flash:has-text('Taken back')", exact=False)
    listed = page.locator(".outline-question .outline-words").all_inner_texts()
    assert [words.partition(". ")[2] for words in listed] == [ROOM, BETTER, WEEK]
    assert "No errors" in page.locator("#check").inner_text()

    keys.button("Publish …", "h1:has-text('Before it is published')")
    look(officer, scripts)
    keys.button("I have looked: they are right", "#tick-help_lines .badge-good")
    keys.button("I have tried it", "#tick-preview .badge-good")
    keys.write("Signed off by", "Ada Invented, data protection officer")
    keys.write("Reference", "DPIA-2026-014")
    keys.button("Note the sign-off", "#tick-protection .badge-good")
    look(officer, scripts)
    keys.write("Name of the wave", "Autumn")
    keys.button("Publish", ".flash:has-text('The survey is published')")

    officer.press("Invite", within=page.locator("section.card", has_text=title))
    page.get_by_text("One link and code for many people").click()
    officer.press("Make invitations")
    link = page.locator(".card a").inner_text()
    _answer(visitor(), link)


def _answer(young_person: Visitor, link: str) -> None:
    from tests.browser.journeys import agree

    page = young_person.page
    agree(young_person, link)
    for answer, following in (("no", BETTER), ("yes", WEEK)):
        assert ROOM in young_person.said
        page.locator(f'.choice:has(input[value="{answer}"]) label').click()
        young_person.press("Next")
        assert following in young_person.said
        if answer == "no":
            young_person.press("Back")
    young_person.press("Skip this question")
    assert page.get_by_role("button", name="Send").count() == 1


def test_what_is_typed_is_checked_at_once_and_survives_a_mistake_a_colleague_and_a_broken_line(
    colleague: Come, visitor: Come
) -> None:
    officer = colleague("officer", size=DESK)
    page = officer.page
    officer.open("/design/drafts/new")
    officer.press("Begin from this", within=page.locator(".card", has_text="Where I live and who helps me").last)
    base = officer.path
    page.locator(".outline a").nth(1).click()
    page.locator("#settings-title:focus").wait_for()
    assert "item=" in page.url

    page.get_by_label("Show it only if").fill("answered(nobody")
    page.locator("#live-relevant:has-text('Look at letter')").wait_for()
    with officer.expecting(422):
        page.get_by_role("button", name="Save").first.click()
        page.locator(".error-summary:focus").wait_for()
    look(officer)
    page.locator(".error-summary a").click()
    assert page.evaluate("document.activeElement.id") == "relevant"
    assert page.get_by_label("Show it only if").input_value() == "answered(nobody"
    page.get_by_label("Show it only if").fill("")

    page.context.set_offline(True)
    page.get_by_label("Hint", exact=True).fill("Pick one, please.")
    page.get_by_role("button", name="Save").first.click()
    page.locator("#not-sent").wait_for()
    page.context.set_offline(False)
    # htmx itself notes on the console that nothing came back; that is meant here
    officer._complaints[:] = [told for told in officer._complaints if "Failed to fetch" not in told]
    assert page.get_by_label("Hint", exact=True).input_value() == "Pick one, please."

    second = page.context.new_page()
    second.goto(officer.base + base + "?item=home")
    second.get_by_role("button", name="Delete").click()
    second.locator(".flash-good").wait_for()
    second.close()
    with officer.expecting(409):
        page.get_by_role("button", name="Save").first.click()
        page.locator("h1:has-text('Somebody else changed this draft')").wait_for()
    assert "Pick one, please." in officer.said
    look(officer)
    officer.press("Make my change in the newest version")
    assert page.get_by_label("Hint", exact=True).input_value() == "Pick one, please."
    assert page.locator(".outline a[href*='item=home&']").count() == 0

    for path in ("/print", "/files", "/try", "/add", "/publish"):
        officer.open(base + path)
        look(officer)
    officer.open("/design")
    look(officer)
