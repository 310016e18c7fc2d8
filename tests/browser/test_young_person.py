"""A young person's phone in a real browser: the whole way, without scripts, with keys alone, and leaving quickly."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser import journeys
from tests.browser.conftest import Served
from tests.browser.journeys import ANSWERS, agree, answer_all, open_mine, send, shown_answers, what_mine_should_show
from tests.browser.visitors import DESK, PHONE, Visitor

Come = Callable[..., Visitor]

MESSAGES = (("/s/no-such-link", 404), ("/no-such-page", 404), ("/q/week", 409), ("/mine", 409))


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_a_young_person_answers_sends_sees_and_deletes(visitor: Come, served: Served, size: tuple[int, int]) -> None:
    somebody = visitor(size=size)

    def look(state: str) -> None:
        somebody.look()

    agree(somebody, served.links["young_person"], look)
    answer_all(somebody)  # questions of each kind and state are looked at in ``test_every_page``
    look("check")
    assert shown_answers(somebody.page) == what_mine_should_show()
    words = send(somebody)
    look("done")
    assert len(words.split()) == 3
    somebody.press("See or delete my answers")
    look("receipt")
    open_mine(somebody, f"  {words.upper()} ")
    look("mine")
    assert shown_answers(somebody.page) == what_mine_should_show()
    somebody.press("Delete my answers")
    look("delete")
    somebody.press("Yes, delete them")
    assert somebody.path == "/deleted"
    look("deleted")
    somebody.open("/receipt")
    somebody.page.get_by_label("What are your three words?").fill(words)
    somebody.press("Open my answers", status=422)
    look("receipt, error")


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_what_is_missing_is_said_at_the_field_and_on_top(visitor: Come, served: Served, size: tuple[int, int]) -> None:
    somebody = visitor(size=size)
    page = somebody.page
    somebody.open(served.links["young_person"])
    somebody.press("Next", status=422)
    assert page.title().startswith("Problem: ")
    assert page.evaluate("document.activeElement.matches('.error-summary')")
    assert page.locator("fieldset.purpose .error").count() == page.locator("fieldset.purpose").count()
    somebody.look()
    page.locator(".error-summary a").first.click()
    assert page.evaluate("document.activeElement.id") == "purpose_take_part"

    agree(somebody, served.links["young_person"])
    somebody.press("Skip this question")
    assert somebody.path == "/q/living"
    somebody.press("Next", status=422)
    somebody.look()
    page.locator(".error-summary a").click()
    assert page.evaluate("document.activeElement.id") == "answer"
    journeys.card(page, "foster").click()
    somebody.press("Next")
    somebody.press("Skip this question")
    somebody.press("Skip this question")
    page.locator("#answer").fill("long " * 401)
    page.locator("#answer-count.count-over").wait_for()
    somebody.press("Next", status=422)
    somebody.look()
    assert page.locator("#answer").input_value().startswith("long long")


def test_the_code_page_and_each_message_are_designed(visitor: Come, served: Served) -> None:
    somebody = visitor()
    somebody.open("/")
    somebody.look(PHONE, DESK)
    somebody.page.get_by_label("What is your code?").fill("not a code!")
    somebody.press("Start", status=422)
    somebody.look(PHONE, DESK)
    for path, status in MESSAGES:
        somebody.open(path, status)
        assert somebody.page.locator("main h1").count() == 1
        assert somebody.page.get_by_role("link", name="Ring 0800 1111").is_visible()
        somebody.look(PHONE, DESK)


def test_saying_no_keeps_nothing_and_is_fine(visitor: Come, served: Served) -> None:
    somebody = visitor()
    somebody.open(served.links["young_person"])
    for group in somebody.page.locator("fieldset.purpose").all():
        group.get_by_text("No", exact=True).click()
    somebody.press("Next")
    assert somebody.path == "/declined"
    somebody.look(PHONE, DESK)
    somebody.press("I want to choose again")
    assert somebody.page.locator("input:checked").count() == 0


def test_without_scripts_the_same_answers_are_stored(visitor: Come, served: Served) -> None:
    plain = visitor(scripts=False)
    agree(plain, served.links["young_person"])
    answer_all(plain)
    words = send(plain)
    open_mine(plain, words)
    assert shown_answers(plain.page) == what_mine_should_show()
    plain.press("Delete my answers")
    plain.press("Yes, delete them")
    assert plain.path == "/deleted"


def test_back_and_change_keep_what_was_said(visitor: Come, served: Served) -> None:
    somebody = visitor()
    agree(somebody, served.links["young_person"])
    answer_all(somebody)
    somebody.page.locator('a[href="/q/home_change"]').click()
    assert somebody.page.locator("#answer").input_value() == journeys.OWN_WORDS
    somebody.press("Back")
    assert somebody.path == "/q/asked_first"
    assert somebody.page.locator("input:checked").get_attribute("value") == "no"
    somebody.open("/q/turn_to")
    journeys.card(somebody.page, "nobody").click()
    assert somebody.page.locator("input:checked").count() == 1, "“nobody” stands alone"


# -- keys alone


def _tab_to(somebody: Visitor, wanted: str) -> None:
    """Press Tab until the focus is on something matching; each stop on the way is visible and not covered."""
    for _ in range(80):
        somebody.page.keyboard.press("Tab")
        stop: dict[str, Any] = somebody.page.evaluate(
            """wanted => {
              const part = document.activeElement;
              const shown = /radio|checkbox/.test(part.type) ? document.querySelector(`label[for="${part.id}"]`) : part;
              const box = shown.getBoundingClientRect();
              const top = document.elementFromPoint(box.x + box.width / 2, box.y + Math.min(box.height, 40) / 2);
              return {
                there: part.matches(wanted),
                text: part.outerHTML.slice(0, 90),
                outlined: getComputedStyle(shown).outlineStyle !== "none",
                uncovered: !!top && (shown.contains(top) || top.contains(shown)),
              };
            }""",
            wanted,
        )
        assert stop["text"].startswith("<body") or stop["outlined"], f"focus cannot be seen on {stop['text']}"
        assert stop["uncovered"], f"something covers {stop['text']}"
        if stop["there"]:
            return
    raise AssertionError(f"Tab never came to {wanted} on {somebody.path}")


def _enter(somebody: Visitor) -> None:
    with somebody.page.expect_navigation():
        somebody.page.keyboard.press("Enter")


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_the_whole_survey_works_with_keys_alone(visitor: Come, served: Served, size: tuple[int, int]) -> None:
    somebody = visitor(size=size)
    page, keys = somebody.page, somebody.page.keyboard
    somebody.open(served.links["young_person"])
    keys.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Leave this page"
    for purpose in page.locator("fieldset.purpose input[value=yes]").all():
        _tab_to(somebody, f"#{purpose.get_attribute('id')}")
        keys.press("Space")
    _tab_to(somebody, "main button")
    _enter(somebody)
    for name, given in ANSWERS.items():
        assert somebody.path == f"/q/{name}"
        keys.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Leave this page"
        question = journeys.asked(somebody)
        if isinstance(given, str):
            _tab_to(somebody, f"button[value={given}]")
            _enter(somebody)
            continue
        if question.kind.value == "single_choice":
            _tab_to(somebody, "input[type=radio]")
            keys.press("Space")
            for _ in range([choice.name for choice in question.choices].index(given[0])):
                keys.press("ArrowDown")
        elif question.kind.value == "multiple_choice":
            for value in given:
                _tab_to(somebody, f'input[value="{value}"]')
                keys.press("Space")
        else:
            _tab_to(somebody, "#answer")
            keys.insert_text(given[0])
        _tab_to(somebody, ".button[value=next]")
        _enter(somebody)
    _tab_to(somebody, "main button")
    _enter(somebody)
    assert somebody.path == "/done"
    open_mine(somebody, page.locator(".receipt").inner_text())
    assert shown_answers(page) == what_mine_should_show()


def test_the_second_tab_stop_skips_to_the_question(visitor: Come, served: Served) -> None:
    somebody = visitor()
    agree(somebody, served.links["young_person"])
    _tab_to(somebody, ".skip-link")
    somebody.page.keyboard.press("Enter")
    assert somebody.page.evaluate("document.activeElement.id") == "main"


# -- leaving


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_leaving_forgets_the_place_and_back_shows_nothing(visitor: Come, served: Served, scripts: bool) -> None:
    somebody = visitor(scripts=scripts)
    agree(somebody, served.links["young_person"])
    somebody.press("Skip this question")
    secret = somebody.page.locator("h1").inner_text()
    assert somebody.context.cookies(served.base)
    somebody.page.get_by_role("link", name="Leave this page").click()
    somebody.page.wait_for_url(served.elsewhere)
    assert somebody.is_forgotten(served.base)
    with somebody.expecting(409):
        for _ in range(2):
            somebody.page.go_back()
            somebody.page.wait_for_load_state()
            somebody.page.wait_for_timeout(300)
            assert secret not in somebody.page.locator("html").inner_text()
            assert not somebody.path.startswith("/q/") or "We lost your place" in somebody.page.content()


# -- other ways of seeing


@pytest.mark.parametrize(
    "wishes", [{"color_scheme": "dark"}, {"forced_colors": "active"}, {"color_scheme": "dark", "forced_colors": "active"}],
    ids=["dark", "forced-colours", "forced-dark"],
)  # fmt: skip
def test_each_kind_of_page_holds_in_other_colours(visitor: Come, served: Served, wishes: dict[str, Any]) -> None:
    somebody = visitor(**wishes)
    somebody.open(served.links["young_person"])
    somebody.look(PHONE)
    somebody.press("Next", status=422)
    somebody.look(PHONE)
    _some_questions(somebody, served)


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_text_of_twice_the_size_reflows(visitor: Come, served: Served, size: tuple[int, int]) -> None:
    somebody = visitor(size=size)
    somebody.context.new_cdp_session(somebody.page).send(
        "Page.setFontSizes", {"fontSizes": {"standard": 32, "fixed": 26}}
    )
    somebody.open(served.links["young_person"])
    assert somebody.page.evaluate("getComputedStyle(document.documentElement).fontSize") == "32px"
    somebody.look()
    somebody.press("Next", status=422)
    somebody.look()
    _some_questions(somebody, served)


def _some_questions(somebody: Visitor, served: Served) -> None:
    agree(somebody, served.links["young_person"])
    for name in ("week", "living", "home", "asked_first", "home_change", "turn_to"):
        assert somebody.path == f"/q/{name}"
        given = ANSWERS[name]
        assert isinstance(given, tuple)
        journeys.fill(somebody.page, journeys.asked(somebody), given)
        if name != "home":
            somebody.look()
        somebody.press("Next")


# -- weight


def test_the_first_page_weighs_little_and_the_next_ones_less(visitor: Come, served: Served) -> None:
    somebody = visitor(service_workers="block")  # what comes from the worker is not seen on the wire
    asked: list[str] = []
    weight: list[float] = []
    wire = somebody.context.new_cdp_session(somebody.page)

    def sent(event: dict[str, Any]) -> None:
        if event["request"]["url"].startswith("http"):
            asked.append(event["request"]["url"])
        weight.append(event.get("redirectResponse", {}).get("encodedDataLength", 0))

    wire.on("Network.requestWillBeSent", sent)
    wire.on("Network.loadingFinished", lambda event: weight.append(event["encodedDataLength"]))
    wire.send("Network.enable")

    def loaded() -> tuple[int, float]:
        somebody.page.wait_for_load_state("networkidle")
        told = len(asked), sum(weight)
        asked.clear()
        weight.clear()
        return told

    somebody.open(served.links["young_person"])
    requests, size = loaded()
    assert requests <= 6
    assert 1_000 < size <= 20_000, f"the first page weighs {size} bytes"
    for group in somebody.page.locator("fieldset.purpose").all():
        group.get_by_text("Yes", exact=True).click()
    somebody.press("Next")
    for _ in ("week", "living", "home"):
        _, size = loaded()
        assert 500 < size <= 5_000, f"{somebody.path} weighs {size} bytes"
        journeys.card(somebody.page, ANSWERS[somebody.path.removeprefix("/q/")][0]).click()
        somebody.press("Next")
