"""The core journey in WebKit, the engine of every browser on an iPhone: a real one, not Chromium that says it were one.

WebKitGTK's driver comes from the system (``apt-get install webkit2gtk-driver xvfb``); where it is missing these
tests are skipped and say so. ``./run test`` installs it on Debian and Ubuntu where it may.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException, WebDriverException
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.webkitgtk.options import Options
from selenium.webdriver.webkitgtk.service import Service
from selenium.webdriver.webkitgtk.webdriver import WebDriver

from tests.browser.everything import Everything, serving

PATIENCE_S = 30
BROWSERS = ("/usr/lib/x86_64-linux-gnu/webkit2gtk-*/MiniBrowser", "/usr/lib/aarch64-linux-gnu/webkit2gtk-*/MiniBrowser")
SAID = "A quieter room. البيت"
ANSWERS = {
    "name": "Bo", "story": SAID, "homes": "3", "ladder": "7", "born": ("29", "2", "2024"), "settled": "no",
    "mood": "bad", "place": "kitchen", "helpers": ("carer", "friend"), "order": ("family", "school", "friends"),
    "listens": "agree", "ok": "OK",
}  # fmt: skip
"""Several kinds of question; the others are skipped."""


def _programs() -> tuple[str, str, str]:
    """Where the driver, the browser and the screen that nobody sees are; skips where one is missing."""
    driver, screen = shutil.which("WebKitWebDriver"), shutil.which("Xvfb")
    found = [str(path) for pattern in BROWSERS for path in sorted(Path("/").glob(pattern.lstrip("/")))]
    if driver is None or screen is None or not found:
        pytest.skip("WebKit is not on this machine (apt-get install webkit2gtk-driver xvfb)")
    return driver, found[-1], screen


@pytest.fixture(scope="module")
def screen() -> Iterator[str]:
    """A display of our own."""
    program = _programs()[2]
    read, write = os.pipe()
    process = subprocess.Popen(
        [program, "-displayfd", str(write), "-screen", "0", "800x1000x24", "-nolisten", "tcp"], pass_fds=(write,),
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(write)
    try:
        with os.fdopen(read) as told:
            number = told.readline().strip()
        assert number, "Xvfb did not start"
        yield f":{number}"
    finally:
        process.terminate()
        process.wait(timeout=10)


@pytest.fixture(scope="module")
def everything(elsewhere: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Everything]:
    _programs()
    with serving(tmp_path_factory.mktemp("webkit"), EARSHOT_LEAVE_URL=elsewhere) as running:
        yield running


@pytest.fixture
def webkit(screen: str) -> Iterator[WebDriver]:
    """A WebKit with nothing in its memory."""
    driver, browser, _ = _programs()
    options = Options()
    options.add_argument("--automation")
    options.binary_location = browser
    with tempfile.TemporaryDirectory() as home, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        environment = os.environ | {
            "DISPLAY": screen, "HOME": home, "XDG_RUNTIME_DIR": home, "NO_AT_BRIDGE": "1", "LIBGL_ALWAYS_SOFTWARE": "1",
            "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1", "GDK_BACKEND": "x11", "LANG": "en_GB.UTF-8",
        }  # fmt: skip
        one = webdriver.WebKitGTK(options=options, service=Service(driver, port=port, env=environment))
        try:
            one.set_window_size(400, 900)
            yield one
        finally:
            one.quit()


class Person:
    """Somebody at WebKit."""

    def __init__(self, driver: WebDriver, base: str) -> None:
        self.driver, self.base = driver, base

    @property
    def path(self) -> str:
        return self.driver.current_url.removeprefix(self.base)

    def open(self, address: str) -> None:
        self.driver.get(address if "://" in address else self.base + address)

    def find(self, selector: str) -> WebElement:
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def all(self, selector: str) -> list[WebElement]:
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def tap(self, part: WebElement) -> None:
        """Tap what lies there; WebDriver refuses when something else covers it."""
        self.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", part)
        part.click()

    def press(self, selector: str) -> None:
        """Tap what leads to another page, and wait for that."""
        before = self.find("html")
        self.tap(self.find(selector))
        until(lambda: _gone(before) and self.driver.execute_script("return document.readyState") == "complete")

    def answer(self, key: str, given: Sequence[str]) -> None:
        if key == "order":
            for name in given:
                self.tap(next(one for one in self.all(".rank-button") if name.capitalize() in one.text))
        elif key == "born":
            for part, typed in zip(("day", "month", "year"), given, strict=True):
                self.find(f"[name=answer-{part}]").send_keys(typed)
        elif self.all(".choices"):
            for value in (given,) if isinstance(given, str) else given:
                card = self.find(f'.choice:has(input[value="{value}"]) label')
                self.tap(card)
        else:
            self.find("#answer").send_keys(*given)


def _gone(part: WebElement) -> bool:
    try:
        part.is_enabled()
    except (StaleElementReferenceException, WebDriverException):
        return True
    return False


def until(true: Callable[[], bool]) -> None:
    """Wait for something to be so."""
    end = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.05)


def test_the_core_journey_in_webkit(webkit: WebDriver, everything: Everything) -> None:
    somebody = Person(webkit, everything.base)
    assert "AppleWebKit" in webkit.execute_script("return navigator.userAgent")
    assert "Chrome" not in webkit.execute_script("return navigator.userAgent")
    somebody.open(everything.link)
    assert somebody.path == "/agree"
    somebody.press("main form .buttons button")
    assert webkit.title.startswith("Problem: ")
    assert webkit.execute_script("return document.activeElement.matches('.error-summary')")
    for card in somebody.all('.choice:has(input[value="yes"]) label'):
        somebody.tap(card)
    somebody.press("main form .buttons button")
    while somebody.path.startswith("/q/"):
        key = somebody.path.removeprefix("/q/")
        wide, room = webkit.execute_script(
            "return [document.documentElement.scrollWidth, document.documentElement.clientWidth]"
        )
        assert wide <= room, f"{key} scrolls sideways: {wide} in {room}"
        if key == "settled":
            somebody.press(".button[value=next]")
            assert somebody.all(".error-summary"), "a required question was left open"
        if key in ANSWERS:
            somebody.answer(key, ANSWERS[key])
        skips = key not in ANSWERS and somebody.all("button[value=skip]")
        somebody.press("button[value=skip]" if skips else ".button[value=next]")
    assert somebody.path == "/check"
    shown = somebody.find(".answers").text
    for said in (SAID, "Kitchen", "Carer", "Friend", "29"):
        assert said in shown
    assert [shown.index(said) for said in ("Family", "School", "Friends")] == sorted(
        shown.index(said) for said in ("Family", "School", "Friends")
    )
    somebody.press("main form .buttons button")
    assert somebody.path == "/done"
    words = somebody.find(".receipt").text
    assert len(words.split()) == 3

    somebody.open("/receipt")
    somebody.find("#words").send_keys(words)
    somebody.press("main form .buttons button")
    assert somebody.path == "/mine"
    assert SAID in somebody.find(".answers").text
    somebody.press(".buttons a")
    somebody.press("main form .buttons button")
    assert somebody.path == "/deleted"
    somebody.open("/receipt")
    somebody.find("#words").send_keys(words)
    somebody.press("main form .buttons button")
    assert somebody.all(".error-summary"), "deleted answers do not open"


def test_leaving_quickly_in_webkit_forgets_the_place(webkit: WebDriver, everything: Everything) -> None:
    somebody = Person(webkit, everything.base)
    somebody.open(everything.link)
    for card in somebody.all('.choice:has(input[value="yes"]) label'):
        somebody.tap(card)
    somebody.press("main form .buttons button")
    secret = somebody.find("h1").text
    assert somebody.path.startswith("/q/")
    somebody.tap(somebody.find(".leave-link"))
    until(lambda: not webkit.current_url.startswith(everything.base))
    webkit.back()
    time.sleep(0.5)
    assert secret not in webkit.page_source
    somebody.open("/q/name")
    assert "We lost your place" in somebody.find("h1").text
