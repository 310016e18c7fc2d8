"""Somebody at a browser, who uses pages and notices what goes wrong behind them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Locator, Request, Response

PHONE, DESK = (320, 640), (1280, 800)
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
STRICTER = ("wcag2aaa",)
"""For children's pages, where also what axe only doubts counts as a fault."""
SMALLEST_TARGET = 44

_AXE = Axe()
_SMALL_TARGETS = """smallest => [...document.querySelectorAll(
    "a[href], button, input:not([type=hidden]), select, textarea, summary")]
  .filter(part => part.getClientRects().length && !part.matches(".visually-hidden[aria-hidden=true]"))
  .map(part => {
    const card = /radio|checkbox/.test(part.type) ? document.querySelector(`label[for="${part.id}"]`) : part;
    const box = card.getBoundingClientRect();
    return [part.outerHTML.slice(0, 90), Math.round(box.width * 10) / 10, Math.round(box.height * 10) / 10];
  })
  .filter(([, width, height]) => Math.min(width, height) < smallest)"""

FORGOTTEN_WITHIN_MS = 5000


class Visitor:
    """A browser of its own: nothing is shared with others but what the server keeps.

    Complaints gather silently (console errors and warnings, faults of scripts, answers of
    400 and above that nobody expected, requests to other hosts); ``leave`` hands them over.
    """

    def __init__(
        self, browser: Browser, base: str, *, elsewhere: str, size: tuple[int, int] = PHONE, scripts: bool = True,
        **wishes: Any,
    ) -> None:  # fmt: skip
        self.base = base
        self.elsewhere = elsewhere
        self.context = browser.new_context(
            viewport={"width": size[0], "height": size[1]}, java_script_enabled=scripts, locale="en-GB",
            reduced_motion="reduce", **wishes,
        )  # fmt: skip
        self.page = self.context.new_page()
        self._complaints: list[str] = []
        self._expected: tuple[int, ...] = ()
        self.context.on("console", self._heard)
        self.context.on("weberror", lambda fault: self._complain(f"a script failed: {fault.error}"))
        self.context.on("request", self._asked)
        self.context.on("response", self._answered)
        self.page.on("dialog", lambda dialog: dialog.accept())

    def _complain(self, what: str) -> None:
        self._complaints.append(f"{urlsplit(self.page.url).path}: {what}")

    def _heard(self, message: ConsoleMessage) -> None:
        # A refused page is told of here too; ``_answered`` knows whether it was meant.
        known = ("Failed to load resource", "Service Worker registration blocked by Playwright")
        if message.type in ("error", "warning") and not message.text.startswith(known):
            self._complain(f"console {message.type}: {message.text}")

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((self.base, self.elsewhere, "data:")):
            self._complain(f"asked another host: {request.url}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self._expected:
            self._complain(f"{response.request.method} {response.url} answered {response.status}")

    @contextmanager
    def expecting(self, *statuses: int) -> Iterator[None]:
        """Within this block pages may answer with these statuses."""
        before, self._expected = self._expected, statuses
        try:
            yield
        finally:
            self._expected = before

    def leave(self) -> list[str]:
        """Close the browser; what went wrong."""
        self.context.close()
        return self._complaints

    # -- using pages

    @property
    def path(self) -> str:
        """Where this browser is."""
        return urlsplit(self.page.url).path

    @property
    def said(self) -> str:
        """What the main part of the page says."""
        return self.page.locator("main").inner_text()

    def is_forgotten(self, base: str, but: Sequence[str] = ()) -> bool:
        """Whether the device soon holds no cookie of the service ``but`` these: the page goes first, the server hears of it behind that."""
        for _ in range(FORGOTTEN_WITHIN_MS // 50):
            if not [one for one in self.context.cookies(base) if one["name"] not in but]:
                return True
            self.page.wait_for_timeout(50)
        return False

    def open(self, address: str, status: int = 200) -> None:
        """Go to an address, or to a path of the service."""
        with self.expecting(*([status] if status >= 400 else [])):
            answer = self.page.goto(address if "://" in address else self.base + address)
        assert answer is not None
        assert answer.status == status, f"{address} answered {answer.status}"

    def press(self, name: str, *, within: Locator | None = None, status: int = 200) -> None:
        """Press a button or a link that leads to a page with this status."""
        root = within or self.page.locator("body")
        target = root.get_by_role("button", name=name).or_(root.get_by_role("link", name=name)).first
        with self.expecting(*([status] if status >= 400 else [])):
            with self.page.expect_response(
                lambda answer: answer.request.is_navigation_request() and answer.status != 303
            ) as led:
                target.click()
            self.page.wait_for_load_state()
        assert led.value.status == status, f"“{name}” led to {led.value.status} at {led.value.url}: {self.said[:300]}"

    def unfold(self) -> None:
        """Open everything that is folded."""
        self.page.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true; })")

    # -- looking at them

    def look(self, *sizes: tuple[int, int]) -> None:
        """Assert that axe finds nothing and nothing scrolls sideways, at these sizes (or as it is).

        On children's, parents' and carers' pages every target must be large enough, too.
        """
        page = self.page
        before = page.viewport_size
        self.unfold()
        for size in sizes or (None,):
            if size is not None:
                page.set_viewport_size({"width": size[0], "height": size[1]})
            assert not (found := self._faults()), f"{self.path} at {page.viewport_size}:\n" + "\n".join(found)
        if before is not None and sizes:
            page.set_viewport_size(before)

    def _faults(self) -> list[str]:
        page = self.page
        for_the_public = page.locator("body.survey").count() > 0
        rules, results = (RULES + STRICTER if for_the_public else RULES), ["violations"]
        if for_the_public and page.evaluate("scrollY") == 0:  # scrolled, the sticky way out lies over something
            results.append("incomplete")
        options: dict[str, Any] = {"runOnly": list(rules), "resultTypes": results}
        if for_the_public:  # what holds the contrast of AAA holds that of AA
            options["rules"] = {"color-contrast": {"enabled": False}}
        if page.evaluate("typeof axe") == "undefined":  # half a megabyte: once a page, not once a size
            page.evaluate(_AXE.axe_script)
        response = page.evaluate("options => axe.run(document, options)", options)
        found = [
            f"axe {rule['id']} ({rule['impact']}): {node['target']} {node['html'][:200]} {node['failureSummary'][:300]}"
            for result in results
            for rule in response[result]
            for node in rule["nodes"]
        ]
        wide, room = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        if wide > room:
            found.append(f"scrolls sideways: {wide} px in {room} px; widest: {self._widest()}")
        if for_the_public:
            small: Sequence[Any] = page.evaluate(_SMALL_TARGETS, SMALLEST_TARGET)
            found += [f"target of {width} × {height} px: {part}" for part, width, height in small]
        return found

    def _widest(self) -> Any:
        return self.page.evaluate(
            """() => [...document.body.querySelectorAll("*")]
              .filter(part => part.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
              .slice(-3).map(part => part.outerHTML.slice(0, 120))"""
        )
