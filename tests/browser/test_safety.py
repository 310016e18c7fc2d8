"""The way out, who to turn to, and being told that something is wrong: in a real browser, as a child meets them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Request

from tests.browser import journeys
from tests.browser.conftest import Served
from tests.browser.journeys import agree
from tests.browser.visitors import DESK, PHONE, Visitor

Come = Callable[..., Visitor]

REACH = "Text me after school"
TITLE = "A message – Survey"


def twice_the_size(somebody: Visitor) -> None:
    """Text of twice the size, as the browser's own setting makes it."""
    somebody.context.new_cdp_session(somebody.page).send(
        "Page.setFontSizes", {"fontSizes": {"standard": 32, "fixed": 26}}
    )


# -- being contacted


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_somebody_asks_to_be_contacted_in_the_middle_of_a_survey_and_goes_on(
    visitor: Come, served: Served, scripts: bool
) -> None:
    somebody = visitor(scripts=scripts)
    page = somebody.page
    agree(somebody, served.links["young_person"])
    journeys.card(page, journeys.ANSWERS["week"][0]).click()
    somebody.press("Next")
    somebody.press("I want someone to contact me")
    assert (somebody.path, page.title()) == ("/contact", TITLE)
    assert page.locator("input:checked").count() == 0
    if scripts:
        page.get_by_label("What do you want to tell us?").fill(REACH)
        somebody.press("Send", status=422)
        assert page.title() == f"Problem: {TITLE}"
        somebody.look(PHONE, DESK)
    page.get_by_label("How can we reach you?").fill(REACH)
    page.get_by_role("group", name="Can we ring you").get_by_text("I am not sure").click()
    page.get_by_role("group", name="May they look at your answers").get_by_text("No", exact=True).click()
    somebody.press("Send")
    assert somebody.path == "/contact/sent"
    assert "next working day" in somebody.said
    if scripts:
        somebody.look(PHONE, DESK)
    somebody.press("Go on")
    assert somebody.path == "/q/living", "the draft is where it was"
    page.go_back()
    for _ in range(2 if scripts else 1):
        page.go_back()
        page.wait_for_load_state()
        assert somebody.path == "/contact"
        assert REACH not in page.locator("body").inner_text()
        assert [field.input_value() for field in page.locator("textarea, input[type=text]").all()] == [""] * 4
        assert page.locator("input:checked").count() == 0


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_half_an_answer_is_still_there_after_a_look_at_another_page(
    visitor: Come, served: Served, scripts: bool
) -> None:
    somebody = visitor(scripts=scripts)
    page = somebody.page
    agree(somebody, served.links["young_person"])
    chosen = page.locator("input:checked")

    def is_as_it_was(value: str) -> None:
        assert somebody.path == "/q/week", "not the question after it"
        assert chosen.get_attribute("value") == value

    first, second, third = (page.locator(".choice input").nth(place).get_attribute("value") or "" for place in range(3))
    journeys.card(page, first).click()
    somebody.press("I want someone to contact me")
    somebody.press("Send", status=422)
    somebody.press("Back")
    is_as_it_was(first)
    journeys.card(page, second).click()
    somebody.press("Who reads this?")
    somebody.press("Back")
    is_as_it_was(second)
    if not scripts:  # they open the settings over the page
        journeys.card(page, third).click()
        somebody.press("Settings")
        page.get_by_text("Dark").click()
        somebody.press("Save and go back")
        is_as_it_was(third)
    chosen.press("Enter")
    page.wait_for_url("**/q/living")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_half_an_answer_is_still_there_after_going_back_a_question(
    visitor: Come, served: Served, scripts: bool
) -> None:
    somebody = visitor(scripts=scripts)
    page = somebody.page
    agree(somebody, served.links["young_person"])
    assert not page.get_by_role("button", name="Back", exact=True).count(), "the first one has nothing before it"
    journeys.card(page, journeys.ANSWERS["week"][0]).click()
    somebody.press("Next")
    somebody.press("Back")
    assert somebody.path == "/q/week", "an empty page holds nobody"
    somebody.press("Next")
    value = page.locator(".choice input").first.get_attribute("value") or ""
    journeys.card(page, value).click()
    somebody.press("Back")
    assert somebody.path == "/q/week"
    somebody.press("Next")
    assert page.locator("input:checked").get_attribute("value") == value


@pytest.mark.parametrize(
    "wishes", [{}, {"color_scheme": "dark"}, {"forced_colors": "active"}], ids=["light", "dark", "forced"]
)
def test_asking_to_be_contacted_holds_on_a_small_phone_with_large_text(visitor: Come, wishes: dict[str, Any]) -> None:
    somebody = visitor(**wishes)
    twice_the_size(somebody)
    somebody.open("/contact")
    somebody.look(PHONE)
    somebody.press("Send", status=422)
    somebody.look(PHONE)
    somebody.open("/contact/sent")
    somebody.look(PHONE)


def test_the_link_to_be_contacted_stands_after_the_numbers_on_each_page(visitor: Come, served: Served) -> None:
    somebody = visitor()

    def last_of_help() -> list[str]:
        return [way.inner_text() for way in somebody.page.locator(".help li :is(a, button)").all()]

    somebody.open("/")
    first = last_of_help()
    assert first[-1] == "I want someone to contact me"
    agree(somebody, served.links["young_person"])
    assert last_of_help() == first
    somebody.open("/no-such-page", 404)
    assert last_of_help() == first
    somebody.open("/receipt")
    assert last_of_help() == first


# -- who reads it


def test_who_reads_it_is_said_before_the_first_question_and_the_first_own_words(visitor: Come, served: Served) -> None:
    somebody = visitor()
    page = somebody.page
    agree(somebody, served.links["young_person"])
    with_more = []
    for name, given in journeys.ANSWERS.items():
        assert somebody.path == f"/q/{name}"
        if page.get_by_role("button", name="Who reads this?").count():
            with_more.append(name)
            where: bool = page.evaluate(
                "!!(document.querySelector('[value=who]').compareDocumentPosition(document.querySelector('h1')) & 4)"
            )
            assert where, "before the question"
            somebody.press("Who reads this?")
            assert "danger" in somebody.said
            somebody.look(PHONE)
            somebody.press("Back")
            assert somebody.path == f"/q/{name}"
        if isinstance(given, str):
            somebody.press(journeys.BUTTONS[given])
        else:
            journeys.fill(page, journeys.asked(somebody), given)
            somebody.press("Next")
    own_words = [question.name for question in journeys.survey().questions if question.holds_free_text]
    assert with_more == [next(iter(journeys.ANSWERS)), next(name for name in journeys.ANSWERS if name in own_words)]


# -- the way out


def _focus_is_free(page: Page) -> dict[str, Any]:
    """What has the focus, and which part of it something else lies over (WCAG 2.4.11 and 2.4.12)."""
    found: dict[str, Any] = page.evaluate(
        """() => {
          const part = document.activeElement;
          const shown = /radio|checkbox/.test(part.type) ? document.querySelector(`label[for="${part.id}"]`) : part;
          const box = shown.getBoundingClientRect();
          const covered = [];
          for (const x of [box.left + 2, (box.left + box.right) / 2, box.right - 2])
            for (const y of [box.top + 2, (box.top + box.bottom) / 2, box.bottom - 2]) {
              if (x < 0 || y < 0 || x > innerWidth || y > innerHeight) continue;
              const top = document.elementFromPoint(x, y);
              if (top && !shown.contains(top) && !top.contains(shown)) covered.push(top.outerHTML.slice(0, 60));
            }
          return {
            text: part.outerHTML.slice(0, 90), covered, end: part === document.body,
            way_out: part.matches(".leave-link, .skip-link"), seen: box.bottom > 0 && box.top < innerHeight,
          };
        }"""
    )
    return found


@pytest.mark.parametrize("large", [False, True], ids=["100", "200"])
@pytest.mark.parametrize("address", ["agreement", "/contact"])
def test_nothing_covers_what_has_the_focus_down_and_up_a_long_page(
    visitor: Come, served: Served, address: str, large: bool
) -> None:
    somebody = visitor()
    if large:
        twice_the_size(somebody)
    somebody.open(served.links["young_person"] if address == "agreement" else address)
    page, stops = somebody.page, []
    for key in ("Tab", "Shift+Tab"):
        for _ in range(60):
            page.keyboard.press(key)
            stop = _focus_is_free(page)
            if stop["end"]:
                break
            stops.append(stop["text"])
            assert stop["seen"], stop
            assert stop["way_out"] or not stop["covered"], stop
        else:
            raise AssertionError("Tab never came to the end of the page")
        page.keyboard.press(key)  # past the browser's own bar
        page.keyboard.press("Shift+Tab" if key == "Tab" else "Tab")
    assert len(stops) > 20
    assert 'href="/leave"' in stops[0]


def test_the_other_site_learns_nothing_and_no_page_of_ours_comes_back(visitor: Come, served: Served) -> None:
    somebody = visitor()
    page = somebody.page
    agree(somebody, served.links["young_person"])
    journeys.card(page, journeys.ANSWERS["week"][0]).click()
    somebody.press("Next")
    somebody.press("Back")
    asked: list[Request] = []
    page.on("request", lambda request: asked.append(request) if request.url == served.elsewhere else None)
    page.get_by_role("link", name="Leave this page").click()
    page.wait_for_url(served.elsewhere)
    assert asked
    assert not [name for request in asked for name in request.all_headers() if name == "referer"]
    page.goto(served.elsewhere + "?further")
    with somebody.expecting(409):
        for _ in range(6):
            page.go_back()
            page.wait_for_load_state()
            page.wait_for_timeout(300)
            assert not page.locator("main input").count()
            assert not urlsplit(page.url).path.startswith("/q/") or "We lost your place" in page.content()


def test_leaving_works_while_nothing_may_be_kept_on_the_phone(visitor: Come, served: Served) -> None:
    somebody = visitor()
    somebody.context.add_init_script(
        "Object.defineProperty(window, 'sessionStorage', {get() { throw new DOMException('no', 'SecurityError'); }});"
    )
    agree(somebody, served.links["young_person"])
    somebody.page.get_by_role("link", name="Leave this page").click()
    somebody.page.wait_for_url(served.elsewhere)
    assert somebody.is_forgotten(served.base)


# -- being told


@pytest.mark.parametrize(
    ("path", "status"),
    [("/s/no-such-link", 404), ("/no-such-page", 404), ("/q/week", 409), ("/mine", 409), ("/advise/no-such-link", 404)],
)
def test_each_message_holds_at_twice_the_size_on_a_small_phone(visitor: Come, path: str, status: int) -> None:
    somebody = visitor()
    twice_the_size(somebody)
    somebody.open(path, status)
    somebody.look(PHONE)
    assert somebody.page.locator("main h1").count() == 1


def test_a_page_whose_style_and_scripts_do_not_come_can_still_be_read_and_used(visitor: Come, served: Served) -> None:
    somebody = visitor()
    somebody.page.route("**/static/**", lambda route: route.abort())
    agree(somebody, served.links["young_person"])
    somebody.press("Skip this question")
    assert somebody.path == "/q/living"
    wide, room = somebody.page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert wide <= room
    first = somebody.page.locator("a").first
    assert (first.inner_text(), first.is_visible()) == ("Leave this page", True)


def test_what_is_missing_among_the_pages_of_staff_leads_back_to_them(colleague: Come) -> None:
    officer = colleague("officer", size=DESK)
    officer.open("/design/nowhere", 404)
    officer.look(DESK, PHONE)
    officer.press("Your start page")
    assert officer.path == "/review"


def test_a_lead_opens_a_request_and_sees_it_whole(visitor: Come, colleague: Come) -> None:
    somebody = visitor()
    somebody.open("/contact")
    somebody.page.get_by_label("How can we reach you?").fill("A lead reads this: <b>ring</b> 07700 900123")
    somebody.press("Send")
    lead = colleague("safeguarding", size=DESK)
    lead.open("/safeguard")
    lead.look(DESK)
    lead.page.get_by_role("link", name="Somebody asks to be contacted").first.click()
    lead.press("Take it and read it")
    lead.look(DESK, PHONE)
    lead.page.get_by_text("Contacted, as they asked").click()
    lead.press("Record the decision")
    assert lead.path == "/safeguard"
