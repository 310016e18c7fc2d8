"""A tablet for many in a real browser: two people one after the other, the clock, the PIN; and the sheet on paper."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.browser import journeys
from tests.browser.conftest import Served
from tests.browser.visitors import PHONE, Visitor

Come = Callable[..., Visitor]
TABLET = (768, 1024)
KIOSK_TARGET = 60


def _wave(officer: Visitor) -> str:
    """The address of the young people's wave under ``/manage/waves``."""
    officer.open("/design")
    links = officer.page.locator('a[href^="/manage/waves/"][href$="/invitations"]')
    addresses = [str(link.get_attribute("href")).removesuffix("/invitations") for link in links.all()]
    for address in addresses:
        officer.open(f"{address}/invitations")
        if journeys.survey().title["en"] in officer.said and "Type in a paper form" in officer.said:
            return address
    raise AssertionError("no open wave of the young people's survey")


def _tablet(officer: Visitor, visitor: Come, **wishes: Any) -> Visitor:
    address = _wave(officer)
    officer.press("Tablets")
    officer.look()
    officer.page.get_by_label("Where does it stand?").fill("Westmoor family hub")
    officer.page.get_by_label("PIN to stop it").fill("4711")
    officer.press("Make its link")
    officer.look()
    link = re.search(r"http://\S+/kiosk/open/\S+", officer.said)
    assert link, address
    tablet = visitor(size=wishes.pop("size", TABLET), **wishes)
    tablet.open(link[0])
    assert tablet.path == "/kiosk"
    return tablet


def _start(tablet: Visitor) -> None:
    tablet.press("Start")
    for group in tablet.page.locator("fieldset.purpose").all():
        group.get_by_text("Yes", exact=True).click()
    tablet.press("Next")


def _targets_are_large(tablet: Visitor) -> None:
    small = tablet.page.evaluate(
        """least => [...document.querySelectorAll("a[href], button, input:not([type=hidden]), textarea")]
        .filter(part => part.getClientRects().length && part.checkVisibility() && !part.matches(".visually-hidden[aria-hidden=true]"))
        .map(part => /radio|checkbox/.test(part.type) ? document.querySelector(`label[for="${part.id}"]`) : part)
        .map(part => [part.outerHTML.slice(0, 90), part.getBoundingClientRect()])
        .filter(([, box]) => Math.min(box.width, box.height) < least - .5).map(([words]) => words)""",
        KIOSK_TARGET,
    )
    assert not small, small


def _stored(tablet: Visitor) -> Any:
    return tablet.page.evaluate(
        """async () => [localStorage.length, sessionStorage.length, (await caches.keys()).length,
        (await indexedDB.databases()).length, (await navigator.serviceWorker.getRegistrations()).length]"""
    )


@pytest.mark.parametrize("size", [TABLET, PHONE], ids=["tablet", "phone"])
def test_the_next_person_finds_nothing_of_the_one_before(
    visitor: Come, colleague: Come, served: Served, size: tuple[int, int]
) -> None:
    tablet = _tablet(colleague("officer"), visitor, size=size)
    page = tablet.page
    tablet.look()
    _targets_are_large(tablet)
    _start(tablet)
    first = tablet.path
    tablet.look()
    _targets_are_large(tablet)
    journeys.answer_all(tablet)
    tablet.look()
    words = journeys.send(tablet)
    tablet.look()
    _targets_are_large(tablet)
    tablet.press("Done – ready for the next person")
    assert tablet.path == "/kiosk"
    assert [cookie["name"] for cookie in tablet.context.cookies()] == ["earshot_kiosk"]
    assert _stored(tablet) == [0, 0, 0, 0, 0]

    with tablet.expecting(409):
        for _ in range(6):  # back through everything the one before had open
            page.go_back()
            page.wait_for_load_state()
            said = page.content()
            assert words not in said
            assert "A quieter room" not in said
            assert page.locator("input:checked").count() == 0
    tablet.open("/kiosk")
    _start(tablet)
    assert tablet.path == first
    assert page.locator("input:checked").count() == 0
    page.go_back()
    page.wait_for_load_state()
    assert page.locator("input:checked").count() == 0, "a browser fills nothing in again"


def test_a_tablet_left_alone_asks_and_then_starts_again(visitor: Come, colleague: Come, served: Served) -> None:
    tablet = _tablet(colleague("officer"), visitor)
    page = tablet.page
    page.clock.install()
    tablet.open("/kiosk")
    page.clock.run_for(200_000)
    assert tablet.path == "/kiosk"
    assert not page.locator("dialog[open]").count(), "the start page waits for ever"
    _start(tablet)
    page.clock.run_for(58_000)
    assert not page.locator("dialog[open]").count()
    page.clock.run_for(4_000)
    dialog = page.locator("dialog[open]")
    assert "in 30 seconds" in dialog.inner_text()
    assert page.evaluate("document.activeElement.textContent") == "Yes, I need more time"
    tablet.look()
    page.clock.run_for(11_000)
    assert "20 seconds" in dialog.inner_text()
    dialog.get_by_role("button").click()
    assert not page.locator("dialog[open]").count()
    page.clock.run_for(58_000)
    assert not page.locator("dialog[open]").count(), "whoever is there has all the time again"
    page.clock.run_for(10_000)
    with page.expect_navigation():
        page.clock.run_for(30_000)
    assert tablet.path == "/kiosk"
    assert [cookie["name"] for cookie in tablet.context.cookies()] == ["earshot_kiosk"]


def test_the_three_words_go_by_themselves_unless_touched(visitor: Come, colleague: Come, served: Served) -> None:
    tablet = _tablet(colleague("officer"), visitor)
    page = tablet.page
    page.clock.install()
    tablet.press("Start")
    for group in page.locator("fieldset.purpose").all():
        group.get_by_text("No", exact=True).click()
    tablet.press("Next")
    assert tablet.path == "/declined"
    page.clock.run_for(20_000)
    page.locator("h1").click()
    page.clock.run_for(25_000)
    assert tablet.path == "/declined", "a touch keeps it"
    with page.expect_navigation():
        page.clock.run_for(10_000)
    assert tablet.path == "/kiosk"


def test_a_tablet_works_without_scripts_and_stops_with_its_pin(visitor: Come, colleague: Come, served: Served) -> None:
    tablet = _tablet(colleague("officer"), visitor, scripts=False)
    _start(tablet)
    assert "goes away after 5 minutes" in tablet.page.content()
    tablet.press("Leave this page")
    assert tablet.path == "/kiosk"
    tablet.press("For staff: stop using this tablet")
    tablet.page.get_by_label("What is the PIN?").fill("0000")
    tablet.press("Stop using this tablet", status=422)
    tablet.page.get_by_label("What is the PIN?").fill("4711")
    tablet.press("Stop using this tablet")
    assert "not in use" in tablet.said
    assert tablet.context.cookies() == []


def test_the_pin_page_is_designed(visitor: Come, colleague: Come, served: Served) -> None:
    tablet = _tablet(colleague("officer"), visitor)
    tablet.press("For staff: stop using this tablet")
    tablet.look(PHONE, TABLET)
    _targets_are_large(tablet)
    tablet.page.get_by_label("What is the PIN?").fill("4711")
    tablet.press("Stop using this tablet")
    tablet.look(PHONE, TABLET)


def test_typing_in_a_paper_form_and_the_sheet_itself(colleague: Come, served: Served) -> None:
    officer = colleague("officer")
    address = _wave(officer)
    officer.look()
    officer.open(f"{address}/paper")
    assert "You may leave any question out" in officer.said
    officer.look((1280, 800), (800, 1000))
    assert officer.page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") >= 24, "18 points"
    assert officer.page.pdf(format="A4").startswith(b"%PDF")
    officer.open(f"{address}/invitations")
    officer.press("Type in a paper form")
    officer.look()
    for group in officer.page.locator("fieldset.purpose").all():
        group.get_by_text("Yes", exact=True).click()
    officer.press("Next")
    assert "typing in a paper form" in officer.page.content()
    officer.look(PHONE)
    journeys.answer_all(officer)
    journeys.send(officer)
    officer.look(PHONE)
    officer.press("Type in the next form")
    assert officer.path == "/agree"
    officer.press("Stop typing")
