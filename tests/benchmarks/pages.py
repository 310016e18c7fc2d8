"""What a respondent's pages cost a phone: bytes, time on slow 3G, Lighthouse's scores, and every page in every look.

Times are medians of five after a warm-up, page by page in turns, with a bare page of the same question
beside them: on a busy machine the ratio to that says more than the seconds.
"""

from __future__ import annotations

import http.server
import os
import statistics
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from tests.browser.arguments import ARGUMENTS
from tests.browser.conftest import ROOT
from tests.browser.everything import Everything, serving
from tests.browser.pages import (
    LOOKS,
    NEXT_BYTES,
    PAGES,
    Cookies,
    Looker,
    PageState,
    People,
    Scale,
    Weight,
    address,
    html,
    named,
    people,
)
from tests.web import node

CHROMIUM = os.environ.get("EARSHOT_CHROMIUM", "/usr/bin/chromium")
RUNS = 5
SLOW_3G = {"offline": False, "latency": 400, "downloadThroughput": 400 * 1024 / 8, "uploadThroughput": 400 * 1024 / 8}
CPU_SLOWDOWN = 6
FIRST = PageState("first page", "{link}")
IN_LIGHTHOUSE = tuple({state.type: state.name for state in reversed(PAGES) if state.status == 200}.values())[::-1]
"""The first state of each kind of page; Lighthouse opens no page that answers 400 or above."""

PEERS = """
As documented on 2026-11-22 of other makers' pages, measured in the same way on a machine of this kind (not now):

| page | bytes, cold | first paint s | answer tappable s | Lighthouse |
|---|---|---|---|---|
| hand-made sample page, 1 question | 4.0 KB | 1.43 | 2.01 | 100 / 100 / 100 |
| page with the whole of govuk-frontend 6.6.0 | 95.7 KB | 1.97 | 2.19 | 100 / 100 / 100 |
| SurveyJS 2.5.38, 3 questions | 392 KB | 3.05 | 12.2 | 66 / 96 / 93 |"""

TAPPABLE = """(() => {
  const find = () => {
    const field = document.querySelector("main .choice input, main .rank-button, main textarea, main input.input");
    if (!field) return;
    const card = (field.labels && field.type === "radio" && field.labels[0]) || field;
    card.scrollIntoView({block: "center"});
    const box = card.getBoundingClientRect();
    const hit = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
    if (!hit || !(card === hit || card.contains(hit))) return;
    hit.click();
    if (field.type === "radio" && !field.checked) return;
    window.tappableAt = performance.now();
    clearInterval(watch);
  };
  const watch = setInterval(find, 30);
})()"""
BARE = b"""<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Survey</title>
<link rel="icon" href="data:,"><style>body{font:20px/1.5 system-ui;margin:16px}label{display:block;padding:12px;border:2px solid}</style>
<main><h1>How was your week?</h1><form method="post"><div class="choice"><input type="radio" name="a" id="a"><label for="a">Good</label></div>
<div class="choice"><input type="radio" name="a" id="b"><label for="b">Bad</label></div><button>Next</button></form></main></html>"""


@contextmanager
def bare_page() -> Iterator[str]:
    """The address of the smallest page that asks a question."""

    class Bare(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/html; charset=utf-8")
            self.send_header("content-length", str(len(BARE)))
            self.end_headers()
            self.wfile.write(BARE)

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Bare) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def slow_load(browser: Browser, url: str, base: str, cookies: Cookies) -> tuple[float, float]:
    """Seconds to the first paint and to the first answer that a tap reaches, on an old phone with nothing in its cache."""
    context = browser.new_context(
        viewport={"width": 360, "height": 640}, device_scale_factor=3, is_mobile=True, has_touch=True, service_workers="block"
    )  # fmt: skip
    try:
        context.add_cookies([{"name": name, "value": value, "url": base} for name, value in cookies.items()])
        page = context.new_page()
        page.add_init_script(TAPPABLE)
        wire = context.new_cdp_session(page)
        wire.send("Network.enable")
        wire.send("Network.emulateNetworkConditions", SLOW_3G)
        wire.send("Emulation.setCPUThrottlingRate", {"rate": CPU_SLOWDOWN})
        page.goto(url, wait_until="load", timeout=120_000)
        for _ in range(200):
            found = page.evaluate(
                "[performance.getEntriesByName('first-contentful-paint')[0]?.startTime || 0, window.tappableAt || 0]"
            )
            if all(found):
                return found[0] / 1000, max(found) / 1000  # nobody taps what is not painted yet
            page.wait_for_timeout(100)
        raise RuntimeError(f"{url} never became tappable")
    finally:
        context.close()


def _slow(browser: Browser, everything: Everything, there: People) -> Iterator[str]:
    yield "| page on slow 3G (400 kbit/s, 400 ms, CPU ÷ 6), cold | first paint s | answer tappable s | × bare page | goal |"
    yield "|---|---|---|---|---|"
    with bare_page() as bare:
        ways: list[tuple[str, str, str, Cookies]] = [
            ("a bare page with the question", bare, bare, {}),
            ("first page", address(FIRST, everything), everything.base, {}),
            ("a question of one choice", address(named("question mood, empty"), everything), everything.base,
             there["at mood"]),
            ("a question of own words", address(named("question story, empty"), everything), everything.base,
             there["at story"]),
        ]  # fmt: skip
        slow_load(browser, bare, bare, {})
        slow_load(browser, everything.link, everything.base, {})
        seen: dict[str, list[tuple[float, float]]] = {}
        for _ in range(RUNS):
            for name, url, base, cookies in ways:
                seen.setdefault(name, []).append(slow_load(browser, url, base, cookies))
    middle = {name: [statistics.median(column) for column in zip(*rows, strict=True)] for name, rows in seen.items()}
    reference = middle[ways[0][0]][1]
    for name, (paint, tap) in middle.items():
        goal = "" if name == ways[0][0] else "≤ 2.0, ≤ 2.5"
        yield f"| {name} | {paint:.2f} | {tap:.2f} | {tap / reference:.2f} | {goal} |"


def _bytes(browser: Browser, everything: Everything, there: People) -> Iterator[str]:
    somebody = Looker(browser, everything, LOOKS[0], there)
    first = Scale(somebody).weigh(FIRST)
    somebody.leave()
    sizes = []
    for state in PAGES:
        answer = html(state, everything, there)
        head = sum(len(name) + len(value) + 4 for name, value in answer.headers.raw)
        sizes.append(Weight(state.name, head + answer.num_bytes_downloaded, 1))
    questions = sorted(one.bytes for one in sizes if one.name.startswith("question"))
    heaviest = max((one for one in sizes if one.name.startswith("question")), key=lambda one: one.bytes)
    static = ROOT / "frontend" / "static"
    scripts = {one.name.partition("-")[0]: one.stat().st_size for one in static.glob("*.js.gz")}
    parts = ", ".join(f"{name} {scripts[name]:,}" for name in sorted(scripts) if name not in ("designer", "staff"))
    yield "| bytes on the wire, headers included | measured | goal |"
    yield "|---|---|---|"
    yield f"| first page with all its files, cold | {first.bytes:,} in {first.requests} requests | ≤ 20 KB, ≤ 6 |"
    yield f"| next pages: questions of every kind, middle | {statistics.median(questions):,.0f} | ≤ 5 KB |"
    yield f"| the heaviest of {len(questions)} ({heaviest.name}) | {heaviest.bytes:,} | ≤ {NEXT_BYTES:,} |"
    yield f"| scripts, packed ({parts}) | {sum(scripts[name] for name in scripts if name not in ('designer', 'staff')):,} | ≤ 8 KB a page |"


def _lighthouse(everything: Everything, there: People, runs: int) -> Iterator[str]:
    node.install()
    asked = [
        {"name": name, "url": address(named(name), everything),
         "cookie": "; ".join(f"{key}={value}" for key, value in there[named(name).who].items())}
        for name in IN_LIGHTHOUSE
    ]  # fmt: skip
    told = []
    for one in asked:  # one at a time: what was measured is not lost with what could not be
        try:
            told += node.ask("lighthouse.mjs", {"pages": [one], "chrome": CHROMIUM, "runs": runs})
        except (RuntimeError, subprocess.TimeoutExpired) as fault:
            told.append({"name": one["name"], "fault": str(fault).partition("\n    at ")[0][-150:]})
    yield f"| Lighthouse, mobile | performance (best of {runs}; all) | accessibility | best practices | CLS | TBT ms | LCP ms |"
    yield "|---|---|---|---|---|---|---|"
    for one in told:
        if "fault" in one:
            yield f"| {one['name']} | not measured: {one['fault']} | | | | | |"
            continue
        score = [round(100 * performance) for performance in one["performance"]]
        yield (
            f"| {one['name']} | {max(score)} ({', '.join(map(str, score))}) | {one['accessibility'] * 100:.0f} | "
            f"{one['practices'] * 100:.0f} | {one['cls']:.3f} | {one['tbt_ms']:.0f} | {one['lcp_ms']:.0f} |"
        )


def _every_look() -> str:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-n2", "-q", "-x", "--no-header", "tests/browser/test_every_page.py", "-k", "every_look"],
        cwd=ROOT, env=os.environ | {"EARSHOT_EVERY_LOOK": "1"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    size = f"{len(PAGES)} page states in {len(LOOKS)} looks ({', '.join(look.name for look in LOOKS)})"
    if done.returncode == 0:
        return f"{size}: no fault found by axe (A, AA, 2.2, AAA, best practice) or by the project's own rules for WCAG."
    return f"{size}: **faults**\n\n```\n{done.stdout[-3000:]}\n```"


PARTS = ("bytes", "slow", "lighthouse", "looks")


def table(parts: tuple[str, ...] = PARTS, runs: int = 3) -> str:
    """The measurement as tables of Markdown."""
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder)) as everything, sync_playwright() as playwright:
        there = people(everything)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        made: dict[str, Callable[[], str]] = {
            "bytes": lambda: "\n".join(_bytes(browser, everything, there)),
            "slow": lambda: "\n".join(_slow(browser, everything, there)) + "\n" + PEERS,
            "lighthouse": lambda: "\n".join(_lighthouse(everything, there, runs)),
            "looks": _every_look,
        }
        tables = [made[part]() for part in parts]
        browser.close()
    return "\n\n".join(tables)
