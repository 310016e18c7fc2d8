"""Every kind of question in a real browser: with scripts, without them, by keys alone."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, FilePayload

from survey_engine.definition import FILE, FREE_TEXT, SEVERAL, Kind, Question
from tests.browser.everything import Everything, serving
from tests.browser.journeys import agree, card
from tests.browser.visitors import DESK, PHONE, Visitor
from tests.every_kind import ANSWERS, every_kind

Come = Callable[..., Visitor]
SURVEY = every_kind()
SHOTS = os.environ.get("EARSHOT_SHOTS", "")
"""A folder for a picture of each page, while working on them."""
MICROPHONE = """navigator.mediaDevices.getUserMedia = async () => {
  const context = new AudioContext(), there = context.createMediaStreamDestination(), tone = context.createOscillator();
  tone.connect(there); tone.start();
  return there.stream;
}"""
WEBM = b"\x1aE\xdf\xa3\x9fB\x86\x81\x01webm" + bytes(200)


def until_drawn(page: Any) -> None:
    """Wait for the drawing to be in the form; asked again and again, as the page allows no script made of text."""
    for _ in range(100):
        if page.evaluate("document.querySelector('#answer').files.length === 1"):
            return
        page.wait_for_timeout(50)
    raise AssertionError("no drawing came")


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Everything]:
    """A server of these tests' own."""
    with serving(tmp_path_factory.mktemp("everything")) as running:
        yield running


@pytest.fixture
def come(chromium: Browser, everything: Everything) -> Iterator[Come]:
    """Somebody at a browser, as ``visitor`` of the county."""
    there: list[Visitor] = []

    def arrive(**wishes: Any) -> Visitor:
        there.append(Visitor(chromium, everything.base, elsewhere="blob:", **wishes))
        return there[-1]

    yield arrive
    complaints = [complaint for one in there for complaint in one.leave()]
    assert not complaints, "\n".join(complaints)


def photo() -> FilePayload:
    """A small photo, as a phone hands it over."""
    file = io.BytesIO()
    Image.new("RGB", (60, 40), "red").save(file, "JPEG")
    return {"name": "IMG_0001.jpg", "mimeType": "image/jpeg", "buffer": file.getvalue()}


def asked(somebody: Visitor) -> Question:
    found = SURVEY.asked(somebody.path.removeprefix("/q/"))
    assert found is not None
    return found


def put(somebody: Visitor, question: Question, value: Any) -> None:
    """Choose, type, tap or draw an answer as a finger would."""
    page, kind = somebody.page, question.kind
    if kind in (Kind.DATE, Kind.MONTH):
        for part, typed in zip(("year", "month", "day"), value.split("-"), strict=False):
            page.locator(f'[name="answer-{part}"]').fill(typed)
    elif kind is Kind.RANKING:
        _rank(somebody, value)
    elif kind is Kind.DRAWING and page.locator(".sheet").count():
        _draw(somebody)
    elif kind is Kind.VOICE and page.locator("[data-module=record] > button").count():
        page.locator("[data-module=record] > button").click()
        page.wait_for_timeout(400)
        page.locator("[data-module=record] > button").click()
        page.locator("[data-module=record] > audio").wait_for()
    elif kind is Kind.VOICE:
        page.locator("#answer").set_input_files({"name": "v.webm", "mimeType": "audio/webm", "buffer": WEBM})
    elif kind in FILE:
        page.locator("#answer").set_input_files(photo())
    elif page.locator(".choices").count():
        for option in value if kind in SEVERAL else (value,):
            card(page, str(option)).click()
    elif value is not None:
        page.locator("#answer").fill(str(value))


def _rank(somebody: Visitor, order: tuple[str, ...]) -> None:
    buttons = somebody.page.locator(".rank-button")
    if not buttons.count():
        for place, name in enumerate(order, 1):
            somebody.page.locator(f'select:has(option[value="1:{name}"])').select_option(f"{place}:{name}")
        return
    said = somebody.page.locator(".ranking [aria-live]")
    buttons.nth(0).click()
    buttons.nth(0).click()
    assert said.inner_text() == "School has no place now."
    for place, name in enumerate(order, 1):
        buttons.filter(has_text=name.capitalize()).click()
        assert said.inner_text() == f"{name.capitalize()} is number {place}."
    assert somebody.page.locator(".rank-button[aria-pressed=true]").count() == len(order)


def _draw(somebody: Visitor) -> None:
    page, mouse = somebody.page, somebody.page.mouse
    page.locator(".sheet").scroll_into_view_if_needed()
    box = page.locator(".sheet").bounding_box()
    assert box is not None
    for across in (0.2, 0.5):
        mouse.move(box["x"] + box["width"] * across, box["y"] + 20)
        mouse.down()
        mouse.move(box["x"] + box["width"] * across, box["y"] + box["height"] - 20, steps=4)
        mouse.up()
    page.get_by_role("button", name="Undo").click()
    until_drawn(page)
    page.wait_for_timeout(150)


def shoot(somebody: Visitor, name: str) -> None:
    if SHOTS:
        Path(SHOTS).mkdir(parents=True, exist_ok=True)
        somebody.page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


def answer_all(somebody: Visitor, look: Callable[[str], None] = lambda state: None) -> None:
    """Page after page to the end of the questions."""
    for key, value in ANSWERS.items():
        assert somebody.path == f"/q/{key}"
        look(f"{key}, empty")
        put(somebody, asked(somebody), value)
        look(f"{key}, filled")
        somebody.press("Next")
    assert somebody.path == "/check"
    look("check")


def same(stored: dict[str, Any]) -> None:
    """What is stored is what was answered, whichever way it came."""
    for key, value in ANSWERS.items():
        question = SURVEY.asked(key)
        assert question is not None
        if question.kind in FILE:
            assert stored[key].media_type.startswith("audio/" if question.kind is Kind.VOICE else "image/")
            assert len(stored[key].data) > 100
        elif value is not None:
            assert stored[key] == (list(value) if isinstance(value, tuple) else value), key
            assert question.kind not in FREE_TEXT or isinstance(value, str)


# -- the same answers, whichever way


def test_with_scripts_every_kind_is_answered_looked_at_and_stored(come: Come, everything: Everything) -> None:
    somebody = come()
    somebody.context.add_init_script(MICROPHONE)

    def look(state: str) -> None:
        shoot(somebody, re.sub(r"\W+", "-", state))
        # What a script changes after the page has come; all else is looked at in ``test_every_page``.
        if state in ("order, filled", "drawing, filled", "photo, filled", "voice, filled"):
            somebody.look()

    agree(somebody, everything.link)
    answer_all(somebody, look)
    somebody.press("Send my answers")
    stored = everything.stored()
    same(stored)
    drawn = Image.open(io.BytesIO(stored["drawing"].data)).convert("L")
    columns = [min(drawn.crop((x, 0, x + 1, drawn.height)).getdata()) for x in range(drawn.width)]
    assert min(columns[int(drawn.width * 0.15) : int(drawn.width * 0.25)]) < 80, "the first line is there"
    assert min(columns[int(drawn.width * 0.4) : int(drawn.width * 0.6)]) > 200, "the second was undone"


def test_without_scripts_the_same_answers_are_stored(come: Come, everything: Everything) -> None:
    somebody = come(scripts=False)
    agree(somebody, everything.link)
    answer_all(somebody)
    somebody.press("Send my answers")
    same(everything.stored())


def test_with_keys_alone_the_same_answers_are_stored(come: Come, everything: Everything) -> None:
    somebody = come(size=DESK)
    somebody.context.add_init_script(MICROPHONE)
    page, keys = somebody.page, somebody.page.keyboard
    agree(somebody, everything.link)
    for key, value in ANSWERS.items():
        assert somebody.path == f"/q/{key}"
        question = asked(somebody)
        kind = question.kind
        if kind is Kind.RANKING:
            for name in value:
                tab_to(somebody, f'.rank-button:has-text("{name.capitalize()}")')
                keys.press("Space")
        elif kind is Kind.DRAWING:
            tab_to(somebody, ".sheet")
            for stroke in ("Space", "ArrowRight", "ArrowRight", "ArrowDown", "Space"):
                keys.press(stroke)
            until_drawn(page)
        elif kind is Kind.VOICE:
            tab_to(somebody, "[data-module=record] > button")
            keys.press("Enter")
            page.wait_for_timeout(400)
            keys.press("Enter")
            page.locator("[data-module=record] > audio").wait_for()
        elif kind is Kind.PHOTO:
            tab_to(somebody, "#answer")
            page.locator("#answer").set_input_files(photo())  # the browser's own window, which no key here reaches
        elif kind in (Kind.DATE, Kind.MONTH):
            for part, typed in reversed(list(zip(("year", "month", "day"), value.split("-"), strict=False))):
                tab_to(somebody, f'[name="answer-{part}"]')
                keys.insert_text(typed)
        elif page.locator(".choices").count() and kind in (Kind.MULTIPLE_CHOICE, Kind.ACKNOWLEDGE):
            for option in value if kind in SEVERAL else (value,):
                tab_to(somebody, f'input[value="{option}"]')
                keys.press("Space")
        elif page.locator(".choices").count():
            tab_to(somebody, "input[type=radio]")
            keys.press("Space")
            values = page.eval_on_selector_all("input[type=radio]", "radios => radios.map(radio => radio.value)")
            for _ in range(values.index(str(value))):
                keys.press("ArrowDown")
        elif value is not None:
            tab_to(somebody, "#answer")
            keys.insert_text(str(value))
        tab_to(somebody, ".button[value=next]")
        with page.expect_navigation():
            keys.press("Enter")
    somebody.press("Send my answers")
    same(everything.stored())


def tab_to(somebody: Visitor, wanted: str) -> None:
    """Press Tab until the focus is there; each stop on the way shows its outline."""
    there = somebody.page.locator(wanted).first
    for _ in range(60):
        somebody.page.keyboard.press("Tab")
        if there.evaluate("part => part === document.activeElement"):
            outlined = """part => {
              const card = /radio|checkbox/.test(part.type) ? document.querySelector(`label[for="${part.id}"]`) : part;
              return getComputedStyle(card).outlineStyle !== "none";
            }"""
            assert there.evaluate(outlined), f"focus cannot be seen on {wanted}"
            return
    raise AssertionError(f"Tab never came to {wanted} on {somebody.path}")


# -- other ways of seeing


def test_what_has_to_be_touched_on_a_phone_is_large_and_problems_stand_at_their_field(
    come: Come, everything: Everything
) -> None:
    somebody = come()
    page = somebody.page
    agree(somebody, everything.link)
    for key, value in ANSWERS.items():
        if key in ("ladder", "mood", "happy", "place", "order"):
            heights = page.eval_on_selector_all(
                ".choices:not(.choices-apart) label, .rank-button",
                "all => all.map(one => one.getBoundingClientRect().height)",
            )
            assert heights
            assert min(heights) >= 60, key
        if key in ("born", "order", "settled"):
            if key == "born":
                page.locator("#answer").fill("31")
            if key == "order":
                page.locator(".rank-button").first.click()
            somebody.press("Next", status=422)
            shoot(somebody, f"problem-{key}")
            somebody.look()
            page.locator(".error-summary a").click()
            assert page.evaluate("document.activeElement.id") == "answer"
        if key == "order":
            page.locator(".rank-button").first.click()
        if SURVEY.asked(key).kind in FILE:  # type: ignore[union-attr]
            somebody.press("Skip this question")
            continue
        put(somebody, asked(somebody), value)
        somebody.press("Next")


def test_easy_read_puts_a_large_picture_beside_large_words(come: Come, everything: Everything) -> None:
    somebody = come()
    page = somebody.page
    somebody.open(everything.link)
    somebody.open("/agree?language=en-x-easy")
    for group in page.locator("fieldset.purpose").all():
        group.get_by_text("Yes", exact=True).click()
    somebody.press("Next")
    somebody.open("/q/settled")
    card(page, "yes").click()
    somebody.press("Next")
    somebody.open("/q/photo")
    shoot(somebody, "easy-photo")
    somebody.look(PHONE, DESK)
    picture, words = page.locator(".picture").bounding_box(), page.locator("h1 label").bounding_box()
    assert picture is not None
    assert words is not None
    assert picture["width"] >= 96
    assert picture["x"] + picture["width"] <= words["x"]
    somebody.open("/q/place")
    shoot(somebody, "easy-place")
    somebody.look(PHONE)
    assert page.locator(".choice label").first.evaluate("part => parseFloat(getComputedStyle(part).fontSize)") >= 24


def test_pages_of_every_kind_stay_light(come: Come, everything: Everything) -> None:
    somebody = come(service_workers="block")
    weight: list[float] = []
    wire = somebody.context.new_cdp_session(somebody.page)
    wire.on("Network.loadingFinished", lambda event: weight.append(event["encodedDataLength"]))
    wire.send("Network.enable")
    agree(somebody, everything.link)
    somebody.open("/q/settled")
    card(somebody.page, "yes").click()
    somebody.press("Next")
    for key, most in (
        ("name", 5_000),
        ("ladder", 5_000),
        ("mood", 5_000),
        ("born", 5_000),
        ("order", 5_000),
        ("drawing", 5_000),
    ):
        somebody.page.wait_for_load_state("networkidle")
        weight.clear()
        somebody.open(f"/q/{key}")
        somebody.page.wait_for_load_state("networkidle")
        assert 500 < sum(weight) <= most, f"{key} weighs {sum(weight)} bytes"


def test_the_observation_form_shows_every_kind_and_keeps_what_was_typed(come: Come, everything: Everything) -> None:
    somebody = come(size=DESK)
    page = somebody.page
    somebody.context.add_cookies([{"name": "earshot_staff", "value": everything.practitioner, "url": everything.base}])
    somebody.open("/manage/cases")
    page.locator("#reference").fill("ML 20177")
    page.locator("#names").fill("Tova Quill")
    page.locator("main form .buttons button").first.click()
    somebody.open("/observe")
    somebody.press("Everything")
    somebody.look(DESK, PHONE)
    assert "${" not in somebody.said
    shoot(somebody, "observe")
    page.locator("#answer_born").fill("31")
    page.locator('[name="answer_order"]').first.select_option("1:school")
    page.locator("#answer_ladder").select_option("7")
    somebody.press("Save observation", status=422)
    shoot(somebody, "observe-wrong")
    somebody.look(DESK, PHONE)
    told = page.locator(".error-summary").inner_text()
    assert "Write a day that exists" in told
    assert "Give each one a place of its own" in told
    assert page.locator("#answer_born").input_value() == "31"
    assert page.locator('[name="answer_order"]').first.input_value() == "1:school"
