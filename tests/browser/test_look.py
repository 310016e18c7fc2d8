"""How pages look and sound on one device: the sheet of settings, each choice on each kind of page, letters, reading aloud."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator

from api.look import CHOICES
from tests.browser import journeys
from tests.browser.conftest import Served
from tests.browser.journeys import ANSWERS, agree
from tests.browser.visitors import DESK, PHONE, Visitor

Come = Callable[..., Visitor]
EVERY_LOOK = os.environ.get("EARSHOT_EVERY_LOOK") == "1"


def chosen(somebody: Visitor, look: str) -> None:
    """Give this browser a look, as if it had been chosen before."""
    somebody.context.add_cookies([{"name": "earshot_look", "value": look, "url": somebody.base}])


def look_of(somebody: Visitor) -> dict[str, str]:
    """The data attributes of the page."""
    found: dict[str, str] = somebody.page.evaluate("({...document.documentElement.dataset})")
    return found


def kept(somebody: Visitor) -> str:
    """What the cookie says."""
    return next((one["value"] for one in somebody.context.cookies() if one["name"] == "earshot_look"), "")


def sheet(somebody: Visitor) -> Locator:
    """The open sheet of settings."""
    somebody.page.locator(".tools > :first-child").click()
    opened = somebody.page.get_by_role("dialog", name="Settings")
    opened.wait_for()
    return opened


def at_own_words(somebody: Visitor, served: Served) -> None:
    """Go as far as the first question that is answered in one's own words."""
    agree(somebody, served.links["young_person"])
    for name in ("week", "living", "home", "asked_first"):
        given = ANSWERS[name]
        assert isinstance(given, tuple)
        journeys.fill(somebody.page, journeys.asked(somebody), given)
        somebody.press("Next")
    assert somebody.path == "/q/home_change"


# -- the sheet


def test_a_choice_is_seen_at_once_keeps_what_was_typed_and_holds_on_the_next_page(
    visitor: Come, served: Served
) -> None:
    somebody = visitor()
    page = somebody.page
    at_own_words(somebody, served)
    page.locator("#answer").fill(journeys.OWN_WORDS)
    assert not kept(somebody)
    opened = sheet(somebody)
    page.evaluate(
        "scrollTo(0, 20)"
    )  # axe cannot tell what lies behind an open dialog; /settings itself is looked at whole
    somebody.look()
    for words, name, value in (
        ("Dark", "colours", "dark"), ("Bigger", "size", "150"), ("Purple", "accent", "plum"), ("More space", "spacing", "wide"),
        ("For teenagers", "tone", "teen"), ("No pictures", "pictures", "off"), ("No, keep still", "motion", "less"),
    ):  # fmt: skip
        opened.get_by_text(words, exact=True).click()
        assert look_of(somebody)[name] == value
        assert f"{name}:{value}" in kept(somebody)
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "24px"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(27, 29, 33)"
    somebody.look()
    opened.get_by_role("button", name="Save and go back").click()
    assert page.get_by_role("dialog").count() == 0
    assert page.evaluate("document.activeElement.textContent").strip() == "Settings"
    assert page.locator("#answer").input_value() == journeys.OWN_WORDS
    before = look_of(somebody)
    somebody.press("Next")
    assert somebody.path == "/q/turn_to"
    assert look_of(somebody) == before
    somebody.page.reload()
    assert look_of(somebody) == before


def test_back_to_how_it_was_and_escape(visitor: Come, served: Served) -> None:
    somebody = visitor()
    chosen(somebody, "size:200.colours:contrast")
    somebody.open("/")
    opened = sheet(somebody)
    assert opened.locator("input:checked").evaluate_all("all => all.map(one => one.value)")[:3] == [
        "plain",
        "200",
        "contrast",
    ]
    opened.get_by_role("button", name="Back to how it was").click()
    assert look_of(somebody) == {}
    assert not kept(somebody)
    somebody.page.keyboard.press("Escape")
    assert somebody.page.get_by_role("dialog").count() == 0


def test_leaving_is_at_hand_while_the_sheet_is_open(visitor: Come, served: Served) -> None:
    somebody = visitor()
    agree(somebody, served.links["young_person"])
    opened = sheet(somebody)
    opened.get_by_role("link", name="Leave this page").click()
    somebody.page.wait_for_url(served.elsewhere)
    assert somebody.is_forgotten(served.base, but=["earshot_look"])


def test_a_phone_without_dialogs_keeps_what_was_typed_too(visitor: Come, served: Served) -> None:
    somebody = visitor()
    page = somebody.page
    somebody.context.add_init_script("delete HTMLDialogElement.prototype.showModal")
    at_own_words(somebody, served)
    page.locator("#answer").fill("half a thought")
    opened = sheet(somebody)
    assert not page.locator("#answer").is_visible()
    opened.get_by_text("Cream", exact=True).click()
    somebody.look()
    opened.get_by_role("button", name="Save and go back").click()
    assert page.locator("#answer").input_value() == "half a thought"
    assert page.locator("#answer").is_visible()
    assert look_of(somebody) == {"colours": "cream"}


def test_without_a_network_the_sheet_says_so_and_nothing_is_lost(visitor: Come, served: Served) -> None:
    somebody = visitor()
    page = somebody.page
    at_own_words(somebody, served)
    page.locator("#answer").fill("half a thought")
    page.route(re.compile(r"/settings\?"), lambda route: route.abort())
    page.locator(".tools > :first-child").click()
    page.get_by_text("No internet. Try again later.").wait_for()
    assert somebody.path == "/q/home_change"
    assert page.locator("#answer").input_value() == "half a thought"


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_settings_as_a_page_with_keys_alone(visitor: Come, served: Served, scripts: bool) -> None:
    somebody = visitor(scripts=scripts)
    page, keys = somebody.page, somebody.page.keyboard
    somebody.open("/settings?back=/receipt")
    if scripts:  # axe needs them
        somebody.look(PHONE, DESK)
    page.locator("#set-colours-auto").focus()
    keys.press("ArrowDown")
    keys.press("ArrowDown")
    page.locator("#set-size-100").focus()
    keys.press("ArrowDown")
    page.get_by_role("button", name="Save and go back").focus()
    with page.expect_navigation():
        keys.press("Enter")
    assert somebody.path == "/receipt"
    assert look_of(somebody) == {"colours": "dark", "size": "125"}


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_the_three_ways_on_the_first_page(visitor: Come, served: Served, scripts: bool) -> None:
    somebody = visitor(scripts=scripts)
    page = somebody.page
    somebody.open(served.links["young_person"])
    widths = page.locator(".three button").evaluate_all("all => all.map(one => one.getBoundingClientRect())")
    assert len({round(box["y"]) for box in widths}) == 1, "all three on one line"
    assert max(box["width"] for box in widths) - min(box["width"] for box in widths) < 2
    if scripts:
        page.locator("fieldset.purpose").first.get_by_text("Yes", exact=True).click()
    page.get_by_role("button", name="More pictures").click()
    page.locator("main h1 .spot").wait_for()
    assert look_of(somebody) == {"tone": "pictures"}
    assert page.get_by_role("button", name="More pictures").get_attribute("aria-pressed") == "true"
    if scripts:
        assert page.locator("fieldset.purpose input:checked").count() == 1, "what was chosen before stays"
        somebody.look()
    page.get_by_role("button", name="Plain").click()
    page.locator("html:not([data-tone])").wait_for()
    assert not page.locator("main .spot").first.is_visible() if scripts else page.locator("main .spot").count() == 0


# -- every look on every kind of page


def _kinds_of_pages(somebody: Visitor, served: Served) -> None:
    somebody.open(served.links["young_person"])
    somebody.look()
    somebody.press("Next", status=422)
    somebody.look()
    agree(somebody, served.links["young_person"])
    for name in ("week", "living", "home", "asked_first", "home_change", "turn_to"):
        assert somebody.path == f"/q/{name}"
        if name in ("week", "living", "home_change", "turn_to"):
            given = ANSWERS[name]
            assert isinstance(given, tuple)
            journeys.fill(somebody.page, journeys.asked(somebody), given)
            somebody.look()
            somebody.press("Next")
        else:
            somebody.press("Skip this question")
    somebody.open("/check")
    somebody.look()
    somebody.open("/settings")
    somebody.look()
    somebody.open("/no-such-page", 404)
    somebody.look()


LOOKS = ["letters:opendyslexic.spacing:wide", "size:200", "tone:pictures.size:200.colours:dark.pictures:off"]
MORE_LOOKS = [
    "colours:light", "colours:dark.accent:berry", "colours:contrast.accent:moss", "colours:cream.accent:rust",
    "accent:blue.letters:atkinson", "accent:plum.letters:lexend", "size:150.spacing:wide", "tone:pictures", "tone:teen",
]  # fmt: skip
"""Tried with the others by ``./run bench pages``: each run of the tests tries those that are likeliest to break, and
``test_every_page`` some more."""


@pytest.mark.parametrize("look", LOOKS + (MORE_LOOKS if EVERY_LOOK else []))
def test_each_kind_of_page_holds_in_each_look(visitor: Come, served: Served, look: str) -> None:
    somebody = visitor()
    chosen(somebody, look)
    _kinds_of_pages(somebody, served)


@pytest.mark.parametrize("accent", CHOICES["accent"] if EVERY_LOOK else ("plum",))
def test_a_page_holds_in_each_accent_in_light_and_dark(visitor: Come, served: Served, accent: str) -> None:
    somebody = visitor()
    for colours in ("light", "dark"):
        chosen(somebody, f"accent:{accent}.colours:{colours}")
        somebody.open(served.links["young_person"])
        somebody.look()


def test_big_letters_reflow_on_a_desk(visitor: Come, served: Served) -> None:
    somebody = visitor(size=DESK)
    chosen(somebody, "size:200.spacing:wide")
    agree(somebody, served.links["young_person"], lambda state: somebody.look())
    somebody.look()


def test_more_contrast_is_given_to_those_whose_device_asks_for_it(visitor: Come, served: Served) -> None:
    somebody = visitor(contrast="more")
    somebody.open(served.links["young_person"])
    somebody.look()
    line = somebody.page.evaluate("getComputedStyle(document.querySelector('.choice label')).borderColor")
    assert line == "rgb(29, 36, 51)"


def test_wide_space_is_that_of_the_standard(visitor: Come, served: Served) -> None:
    somebody = visitor()
    chosen(somebody, "spacing:wide")
    somebody.open("/receipt")
    given = somebody.page.evaluate(
        """() => { const of = getComputedStyle(document.querySelector("main p")), size = parseFloat(of.fontSize);
          return [of.lineHeight, of.letterSpacing, of.wordSpacing, of.marginBlockEnd].map(it => parseFloat(it) / size); }"""
    )
    assert all(is_ >= wanted - 0.001 for is_, wanted in zip(given, (1.5, 0.12, 0.16, 2), strict=True)), given


def test_nothing_moves_for_those_who_want_it_still(visitor: Come, served: Served) -> None:
    somebody = visitor()
    moves = "getComputedStyle(document.querySelector('.button')).transitionDuration"
    somebody.open("/")
    assert somebody.page.evaluate(moves) == "0s"  # these browsers ask for less motion
    somebody.page.emulate_media(reduced_motion="no-preference")
    longest = somebody.page.evaluate(moves)
    assert all(0 < float(part.rstrip("s")) <= 0.2 for part in longest.split(", "))
    chosen(somebody, "motion:less")
    somebody.open("/")
    assert somebody.page.evaluate(moves) == "0s"


# -- letters


@pytest.mark.parametrize(
    ("letters", "words"), [("atkinson", "Clear shapes"), ("lexend", "Wide"), ("opendyslexic", "Heavy at the bottom")]
)
def test_letters_are_fetched_once_they_are_chosen_and_not_before(
    visitor: Come, served: Served, letters: str, words: str
) -> None:
    somebody = visitor()
    fetched: list[str] = []
    somebody.context.on("request", lambda request: fetched.append(request.url) if ".woff2" in request.url else None)
    somebody.open("/")
    opened = sheet(somebody)
    somebody.page.wait_for_load_state("networkidle")
    assert fetched == []
    with somebody.page.expect_response("**/*.woff2") as answer:
        opened.get_by_text(words, exact=True).click()
    assert answer.value.headers["content-type"] == "font/woff2"
    assert "immutable" in answer.value.headers["cache-control"]
    assert len(answer.value.body()) < 35_000
    somebody.page.wait_for_load_state("networkidle")
    assert [url for url in fetched if letters in url] == fetched
    assert len(fetched) == 1
    assert (
        somebody.page.evaluate(
            "document.fonts.size > 0 && [...document.fonts].filter(f => f.status === 'loaded').length"
        )
        == 1
    )


# -- reading aloud

VOICES = """
  window.said = []; window.voices = [VOICES]; let now = 0, speaking = null;
  window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
  const own = { getVoices: () => window.voices, get speaking() { return !!speaking; },
    speak(it) {
      if (!it.text) return;
      const shown = [...document.querySelectorAll(".spoken")].map(part => part.textContent.trim());
      said.push({ text: it.text, lang: it.voice.lang, rate: it.rate, shown });
      speaking = it; now = setTimeout(() => { speaking = null; it.onend(); }, window.slow ? 60000 : 5);
    },
    cancel() { clearTimeout(now); const it = speaking; speaking = null;
      if (it) { window.stopped && window.stopped(document.documentElement.hidden); it.onerror(); } } };
  Object.defineProperty(window, "speechSynthesis", { value: own });
"""
ENGLISH = '{ lang: "en_GB", localService: true }, { lang: "en-US", localService: true }'


def with_voices(somebody: Visitor, voices: str = ENGLISH, *, slow: bool = False) -> Visitor:
    script = VOICES.replace("VOICES", voices) + ("window.slow = true;" if slow else "")
    somebody.context.add_init_script(script)
    return somebody


HEARD = "said.length > 2 && said[said.length - 1].text.startsWith('Save and come')"


def until(somebody: Visitor, condition: str) -> None:
    """Wait until a condition holds on the page (the page's own policy forbids Playwright's way of waiting for one)."""
    end = time.monotonic() + 20
    while not somebody.page.evaluate(condition):
        assert time.monotonic() < end, condition
        somebody.page.wait_for_timeout(50)


def said(somebody: Visitor) -> list[dict[str, Any]]:
    """What was spoken so far."""
    spoken: list[dict[str, Any]] = somebody.page.evaluate("window.said")
    return spoken


@pytest.mark.parametrize(
    "voices", ["", '{ lang: "fr-FR", localService: true }', '{ lang: "en-GB", localService: false }'],
    ids=["no-voice", "another-language", "a-voice-on-another-machine"],
)  # fmt: skip
def test_where_nothing_can_speak_there_is_no_button(visitor: Come, served: Served, voices: str) -> None:
    somebody = with_voices(visitor(), voices)
    agree(somebody, served.links["young_person"])
    somebody.page.wait_for_timeout(500)
    assert not somebody.page.get_by_role("button", name="Listen").is_visible()
    # a voice that comes late is found
    somebody.page.evaluate(f"window.voices.push({ENGLISH}); speechSynthesis.onvoiceschanged()")
    somebody.page.get_by_role("button", name="Listen").wait_for()


def test_a_browser_without_speech_or_scripts_shows_no_button(visitor: Come, served: Served) -> None:
    for somebody in (visitor(scripts=False), visitor()):
        somebody.open(served.links["young_person"])
        assert not somebody.page.get_by_role("button", name="Listen").is_visible()


def test_a_question_is_read_in_order_sentence_by_sentence_and_each_is_shown(visitor: Come, served: Served) -> None:
    somebody = with_voices(visitor())
    at_own_words(somebody, served)
    page = somebody.page
    page.locator("#answer").fill("my own words")
    page.wait_for_timeout(900)  # the count of letters waits for a pause
    before = page.locator("main").inner_html()
    page.get_by_role("button", name="Listen").click()
    until(somebody, HEARD)
    page.get_by_role("button", name="Listen").wait_for()
    spoken = said(somebody)
    texts = [one["text"] for one in spoken]
    label = page.locator("h1").inner_text()
    private = page.locator("#answer-private").inner_text()
    assert texts[:2] == ["Back", "5 of 10"] or "of" in texts[1]
    assert texts.index(label) < next(place for place, text in enumerate(texts) if private.startswith(text))
    assert " ".join(text for text in texts if text in private) == private
    assert len([text for text in texts if text in private]) >= 3, "sentence by sentence"
    assert texts[-4:] == ["Next", "Skip this question", "I don’t want to say", "Save and come back later"]
    assert "my own words" not in " ".join(texts)
    assert all(one["shown"] == [one["text"]] for one in spoken)
    assert {one["lang"] for one in spoken} == {"en_GB"}
    assert all(one["rate"] < 1 for one in spoken)
    assert page.locator("main").inner_html() == before, "the page is as it was"
    assert page.locator("#answer").input_value() == "my own words"


def test_options_are_read_in_their_order(visitor: Come, served: Served) -> None:
    somebody = with_voices(visitor())
    agree(somebody, served.links["young_person"])
    question = journeys.asked(somebody)
    somebody.page.get_by_role("button", name="Listen").click()
    until(somebody, HEARD)
    texts = [one["text"] for one in said(somebody)]
    options = [choice.label["en"] for choice in question.choices if choice.means == "answer"]
    first = texts.index(options[0])
    assert texts[first : first + len(options)] == options


@pytest.mark.parametrize("way", ["button", "Escape", "leaving", "next"])
def test_reading_stops(visitor: Come, served: Served, way: str) -> None:
    somebody = with_voices(visitor(), slow=True)
    stopped: list[bool] = []
    somebody.context.expose_function("stopped", lambda hidden: stopped.append(hidden))
    agree(somebody, served.links["young_person"])
    page = somebody.page
    before = page.locator("main").inner_html()
    page.get_by_role("button", name="Listen").click()
    page.locator(".spoken").wait_for()
    somebody.look()
    if way == "button":
        page.get_by_role("button", name="Stop").click()
    elif way == "Escape":
        page.keyboard.press("Escape")
    elif way == "leaving":
        page.get_by_role("link", name="Leave this page").click()
        page.wait_for_url(served.elsewhere)
    else:
        page.locator(".choice").first.click()
        somebody.press("Next")
    # at once, and not only when the next page has come: a slow network must not let it speak on
    for _ in range(40):
        if not stopped:
            page.wait_for_timeout(50)
    assert stopped == [False]
    if way in ("button", "Escape"):
        assert page.locator(".spoken").count() == 0
        assert len(said(somebody)) == 1
        assert page.locator("main").inner_html() == before
        page.get_by_role("button", name="Listen").wait_for()


def test_words_of_another_language_are_left_out_or_spoken_by_a_voice_of_theirs(visitor: Come, served: Served) -> None:
    for voices, expected in ((ENGLISH, []), (ENGLISH + ', { lang: "cy-GB", localService: true }', ["cy-GB"])):
        somebody = with_voices(visitor(), voices)
        agree(somebody, served.links["young_person"])
        somebody.page.evaluate(
            "document.querySelector('main form').insertAdjacentHTML('afterbegin', '<p lang=cy>Bore da.</p>')"
        )
        somebody.page.get_by_role("button", name="Listen").click()
        until(somebody, HEARD)
        assert [one["lang"] for one in said(somebody) if one["text"] == "Bore da."] == expected


def test_a_recording_is_heard_in_place_of_the_words_it_says(visitor: Come, served: Served) -> None:
    somebody = with_voices(visitor())
    agree(somebody, served.links["young_person"])
    page = somebody.page
    page.evaluate(
        """() => { const recording = document.createElement("audio"); recording.preload = "none";
          recording.setAttribute("src", "/media/none");
          recording.play = () => { window.heard = document.querySelector(".spoken").tagName;
            setTimeout(() => recording.onended(), 5); return Promise.resolve(); };
          document.querySelector("legend").after(recording); }"""
    )
    page.get_by_role("button", name="Listen").click()
    until(somebody, HEARD)
    assert page.evaluate("heard") == "LEGEND"
    assert page.locator("h1").inner_text() not in [one["text"] for one in said(somebody)]


def test_who_wants_each_page_read_hears_it_without_a_tap(visitor: Come, served: Served) -> None:
    somebody = with_voices(visitor())
    chosen(somebody, "aloud:on")
    somebody.open("/receipt")
    until(somebody, "said.length > 2")


# -- what it costs


def test_what_can_be_fetched_on_a_tap_is_small(visitor: Come, served: Served) -> None:
    somebody = visitor()
    somebody.open("/")
    sizes = somebody.page.evaluate(
        """async () => { const parts = ["[src*=survey-]", ".tools > :first-child", ".tools > :last-child"]
            .map(part => document.querySelector(part)).map(part => part.src || part.dataset.script);
          const style = document.querySelector("[rel=stylesheet]").href, sizes = [];
          for (const part of [...parts, style]) {
            const answer = await fetch(part, { cache: "reload" });
            sizes.push(Number(answer.headers.get("content-length"))); }
          return sizes; }"""
    )
    assert all(sizes)
    assert sum(sizes[:3]) <= 5_000, sizes
    assert sizes[3] <= 7_000, sizes


def test_nothing_moves_on_the_page_when_a_voice_is_found(visitor: Come, served: Served) -> None:
    somebody = with_voices(visitor(), "")
    somebody.context.add_init_script(
        "window.shift = 0; new PerformanceObserver(list => list.getEntries().forEach(one => { shift += one.value; }))"
        ".observe({ type: 'layout-shift', buffered: true })"
    )
    agree(somebody, served.links["young_person"])
    somebody.page.wait_for_timeout(700)
    somebody.page.evaluate(f"window.voices.push({ENGLISH}); speechSynthesis.onvoiceschanged()")
    somebody.page.get_by_role("button", name="Listen").wait_for()
    somebody.page.wait_for_timeout(300)
    assert somebody.page.evaluate("shift") == 0
