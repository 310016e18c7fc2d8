"""A phone whose browser can be closed and opened again, keeping what it had on disk."""

from __future__ import annotations

import contextlib
import random
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
from playwright.sync_api import BrowserType, Error, Page

from tests.browser.outages import Server

OWN_WORDS = "Quokka <b>bold</b> & a “quiet” room 💛"
CUTS_WITHIN_S = 0.12
"""A request takes some milliseconds; a cut comes before it, inside it or after it."""
THANKS = "Thank you. Your answers are sent."
KEPT = """new Promise((done, failed) => {
  const opening = indexedDB.open("earshot", 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore("kept");
  opening.onerror = () => failed(opening.error);
  opening.onsuccess = () => {
    const names = opening.result.transaction("kept").objectStore("kept").getAllKeys();
    names.onsuccess = () => { opening.result.close(); done(names.result); };
  };
})"""


class OfflinePhone:
    """A browser with a profile of its own; ``page`` is its one tab."""

    def __init__(
        self, browser: BrowserType, executable: str, arguments: list[str], profile: Path, server: Server
    ) -> None:
        self._browser, self._executable, self._arguments = browser, executable, arguments
        self.server = server
        self.profile = profile
        self.complaints: list[str] = []
        self.page: Page
        self.open()

    def open(self) -> None:
        """Open the browser."""
        self.context = self._browser.launch_persistent_context(
            str(self.profile), executable_path=self._executable, args=self._arguments,
            viewport={"width": 320, "height": 640}, locale="en-GB", reduced_motion="reduce",
        )  # fmt: skip
        self.context.on("weberror", lambda fault: self.complaints.append(f"a script failed: {fault.error}"))
        self.page = self.context.pages[0] if self.context.pages else self.context.new_page()

    def close(self) -> None:
        """Close the browser; its profile stays."""
        self.context.close()

    def kill(self) -> None:
        """End the browser as a phone without battery does: no process of it is asked."""
        for process in psutil.process_iter(["cmdline"]):
            if any(str(self.profile) in part for part in process.info["cmdline"] or ()):
                process.kill()
        with contextlib.suppress(Error):  # it is gone already
            self.context.close()

    def restart(self) -> None:
        """Close it and open it again."""
        self.close()
        self.open()

    def go(self, path: str) -> None:
        """Go to a path of the service."""
        self.page.goto(self.server.base + path)

    @property
    def path(self) -> str:
        """Where it is."""
        return self.page.url.removeprefix(self.server.base)

    @property
    def said(self) -> str:
        """What the main part of the page says."""
        return self.page.locator("main").inner_text()

    def press(self, name: str) -> None:
        """Press a button that leads to another page, and wait for that."""
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=name).click()

    def agree(self) -> None:
        """Open the link, say yes to everything, and wait until the survey is on the phone."""
        self.page.goto(self.server.link)
        for group in self.page.locator("fieldset.purpose").all():
            group.get_by_text("Yes", exact=True).click()
        self.press("Next")
        self.wait_until_kept()

    def wait_until_kept(self) -> None:
        """Until the survey is on the phone."""
        for _ in range(200):
            if "draft" in self.kept():
                return
            self.page.wait_for_timeout(50)
        raise AssertionError("the survey never came to the phone")

    def kept(self) -> list[str]:
        """The names of what lies on the phone."""
        names: list[str] = self.page.evaluate(KEPT)
        return names

    def waiting(self) -> int:
        """How much waits."""
        return sum(name[0] == "w" for name in self.kept())

    def try_again(self) -> Any:
        """What the button "Try now" does, without loading the page again; how much waits then."""
        return int(self.page.evaluate("fetch('/offline/waiting', {method: 'POST'}).then(answer => answer.text())"))


def choose(phone: OfflinePhone, *values: str) -> None:
    """Choose options and go on."""
    for value in values:
        phone.page.locator(f'.choice:has(input[value="{value}"]) label').click()
    phone.press("Next")


def write(phone: OfflinePhone, words: str) -> None:
    """Write an answer and go on."""
    phone.page.locator("#answer").fill(words)
    phone.press("Next")


def walk_with_a_cut(phone: OfflinePhone, chance: random.Random) -> list[str]:
    """Answer the small survey while the server is killed and the browser restarted at random moments; what went wrong."""
    steps: list[Callable[[], None]] = [
        lambda: choose(phone, "no"), lambda: write(phone, OWN_WORDS), lambda: write(phone, "3"),
        lambda: choose(phone, "carer"), lambda: write(phone, "The end"), lambda: phone.press("Send my answers"),
    ]  # fmt: skip
    at = chance.randrange(len(steps))
    browser = chance.choice(("stays", "is closed", "is killed"))
    how = chance.choice((signal.SIGKILL, signal.SIGTERM))
    thanked = False
    phone.agree()
    for number, step in enumerate(steps):
        if number == at:
            # Somewhere inside the request, before it, or after it: the process is gone within milliseconds.
            phone.server.stop_in(chance.random() * CUTS_WITHIN_S, how)
        step()
        thanked = thanked or THANKS in phone.said
        if number == at and browser != "stays":
            phone.server.wait_until_stopped()
            place = phone.path
            if browser == "is killed":
                phone.kill()
            else:
                phone.close()
            phone.open()
            if not thanked:  # who saw the thanks has nothing on the phone any more to be shown
                phone.go(place)
    phone.server.wait_until_stopped()
    phone.server.start()
    if not thanked:
        phone.go("/done")
    expected = [{"settled": "no", "why_not": OWN_WORDS, "homes": 3, "helpers": ["carer"], "say": "The end"}]
    problems = [] if phone.server.sent() == expected else [f"stored {len(phone.server.sent())} responses"]
    if not thanked and THANKS not in phone.said:
        problems.append(f"not at the end but at {phone.path}")
    return problems
