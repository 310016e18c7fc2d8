"""Every page of children, young people, parents, carers and advisers, in every state: the numbers that each must keep."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser import pages, wcag
from tests.browser.conftest import ROOT
from tests.browser.everything import Everything, serving
from tests.browser.pages import LOOKS, ONE_OF_EACH_MAKE, PAGES, Look, Looker, PageState, People, named
from tests.web import validity

SHOTS = os.environ.get("EARSHOT_SHOTS", "")
"""A folder for a picture of each page, while working on them."""
EVERY_LOOK = os.environ.get("EARSHOT_EVERY_LOOK") == "1"
"""Each state in each look, which takes minutes (``./run bench pages`` does it); else each in one look, by turns."""

STATIC = ROOT / "frontend" / "static"

Seen = Callable[[Look], Looker]


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Everything]:
    with serving(tmp_path_factory.mktemp("pages"), EARSHOT_CODE_ATTEMPTS_PER_MINUTE="6000") as running:
        yield running


@pytest.fixture(scope="module")
def there(everything: Everything) -> Callable[[str], People]:
    """People at their places, by the language they read."""
    known: dict[str, People] = {}

    def of(language: str) -> People:
        if language not in known:
            known[language] = pages.people(everything, language)
        return known[language]

    return of


@pytest.fixture
def seen(chromium: Browser, everything: Everything, there: Callable[[str], People]) -> Iterator[Seen]:
    """Somebody who sees pages in one way; at the end nothing may have gone wrong behind them."""
    lookers: list[Looker] = []

    def come(look: Look) -> Looker:
        lookers.append(Looker(chromium, everything, look, there(look.language)))
        return lookers[-1]

    yield come
    complaints = [complaint for one in lookers for complaint in one.leave()]
    assert not complaints, "\n".join(complaints)


def shoot(somebody: Looker, state: PageState) -> None:
    if SHOTS:
        Path(SHOTS).mkdir(parents=True, exist_ok=True)
        name = re.sub(r"\W+", "-", f"{somebody.as_seen.name} {state.name}")
        somebody.page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


def share(look: Look) -> list[PageState]:
    """The states that are tried in this look: every second make, and every so manieth of the others."""
    turn = LOOKS.index(look)
    return [
        state for number, state in enumerate(PAGES)
        if EVERY_LOOK or state.name in ONE_OF_EACH_MAKE[turn % 2 :: 2] or number % len(LOOKS) == turn
    ]  # fmt: skip


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.name)
def test_every_page_is_accessible_in_every_look(seen: Seen, look: Look) -> None:
    somebody = seen(look)
    found = []
    for state in share(look):
        somebody.see(state)
        shoot(somebody, state)
        try:
            somebody.look()
        except AssertionError as fault:
            found.append(f"{state.name}: {fault}")
        found += [f"{state.name}: {fault}" for fault in wcag.faults(somebody.page)]
    assert not found, "\n".join(found)


def test_every_page_stands_still_and_shows_where_the_keys_are(seen: Seen) -> None:
    somebody, found = seen(LOOKS[0]), []
    # Every second one besides one of each make: all of them take a minute and a half (``./run bench pages``).
    for state in PAGES if EVERY_LOOK else [*map(named, ONE_OF_EACH_MAKE), *PAGES[::2]]:
        somebody.see(state)
        faults = wcag.layout_shift(somebody.page)
        faults += wcag.focus_2_4_12_and_2_4_13(somebody.page)
        faults += wcag.faults(somebody.page)
        found += [f"{state.name}: {fault}" for fault in faults]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("name", ["dark", "text of 200 %", "zoom of 400 %"])
def test_the_focus_shows_in_other_looks(seen: Seen, name: str) -> None:
    somebody, found = seen(next(look for look in LOOKS if look.name == name)), []
    for state in map(named, ONE_OF_EACH_MAKE):
        somebody.see(state)
        faults = wcag.layout_shift(somebody.page)
        faults += wcag.focus_2_4_12_and_2_4_13(somebody.page)
        found += [f"{state.name}: {fault}" for fault in faults]
    assert not found, "\n".join(found)


# -- weight


def test_the_first_page_weighs_little_and_the_next_ones_less(seen: Seen) -> None:
    """Over the wire of a real browser; the other pages are weighed as the server sends them."""
    scale = pages.Scale(seen(LOOKS[0]))
    first = scale.weigh(PageState("first", "{link}"))
    assert first.requests <= pages.FIRST_REQUESTS, first
    assert 1_000 < first.bytes <= pages.FIRST_BYTES, first
    weighed = [(scale.weigh(state), pages.NEXT_BYTES + pages.MAY_ADD.get(state.type, 0)) for state in _some()]
    assert not [one for one, most in weighed if not 500 < one.bytes <= most], weighed


def _some() -> list[PageState]:
    return [named(name) for name in ONE_OF_EACH_MAKE]


def test_every_page_is_light_and_so_are_its_scripts(everything: Everything, there: Callable[[str], People]) -> None:
    too_heavy, scripts_seen = [], set()
    for state in PAGES:
        answer = pages.html(state, everything, there("en"))
        head = sum(len(name) + len(value) + 4 for name, value in answer.headers.raw)
        size = head + answer.num_bytes_downloaded
        scripts = re.findall(r'<script [^>]*src="/static/([^"]+)"', answer.text)
        packed = sum((STATIC / f"{name}.gz").stat().st_size for name in scripts)
        scripts_seen |= set(scripts)
        extra = pages.MAY_ADD.get(state.type, 0)
        if size > pages.NEXT_BYTES + extra or packed > pages.SCRIPT_BYTES + extra:
            too_heavy.append((state.name, size, packed))
    assert not too_heavy, too_heavy
    assert len(scripts_seen) >= 4, "the scripts of drawing, recording and ranking were counted"


# -- what is kept, and where


def test_one_cookie_nothing_kept_by_the_browser_and_no_answer_in_an_address(
    everything: Everything, there: Callable[[str], People]
) -> None:
    somebody = there("en")
    for place, cookies in somebody.items():
        expected = {"nobody": set(), "reading": {"earshot_mine"}}.get(place, {"earshot"})
        expected = {"earshot_adviser"} if "adviser" in place else expected
        expected = {"earshot_adult"} if place.startswith("adult") else expected
        assert set(cookies) == expected, place
    for state in PAGES:
        answer = pages.html(state, everything, somebody)
        assert answer.headers["cache-control"] == "no-store", state.name
        addresses = re.findall(r'(?:href|src|action)="([^"]*)"', answer.text)
        assert not [
            address
            for address in addresses
            if "?" in address and not address.startswith(("?language", "/q/", "/settings?back=/"))
        ]
        for said in ("Bo", "Loud", "Mx%20Reed", "kitchen", "Jo%20", "20:30"):
            assert not [address for address in addresses if said in address], state.name


def test_before_any_choice_there_is_one_cookie_and_nothing_else(seen: Seen, everything: Everything) -> None:
    somebody = seen(LOOKS[0])
    somebody.context.clear_cookies()
    somebody.open("/")
    assert somebody.context.cookies() == []
    somebody.open(everything.link)
    (cookie,) = somebody.context.cookies()
    assert (cookie["name"], cookie["httpOnly"], cookie["sameSite"]) == ("earshot", True, "Lax")
    kept = "async () => [localStorage.length, sessionStorage.length, (await indexedDB.databases()).length, (await caches.keys()).length]"
    assert somebody.page.evaluate(kept) == [0, 0, 0, 0]


# -- validity


@pytest.fixture(scope="module")
def saved(
    everything: Everything, there: Callable[[str], People], tmp_path_factory: pytest.TempPathFactory
) -> list[Path]:
    """Each page in each state as the server sends it, in files."""
    folder, files = tmp_path_factory.mktemp("saved"), []
    for language in {look.language: None for look in LOOKS}:
        for state in PAGES if language == "en" else _some():
            file = folder / f"{re.sub(r'[^a-z0-9]+', '-', f'{state.name} {language}'.lower())}.html"
            file.write_text(pages.html(state, everything, there(language)).text, encoding="utf-8")
            files.append(file)
    return files


def test_html_is_valid(saved: list[Path]) -> None:
    assert len(saved) > len(PAGES)
    faults = validity.html_validate(saved)
    assert not faults, "\n".join(faults)


def test_html_and_style_sheets_are_valid_for_the_nu_checker(saved: list[Path]) -> None:
    faults = validity.nu(saved, sorted(STATIC.glob("*.css")))
    assert not faults, "\n".join(faults)
