"""A hundred phones that lose the server at a random moment: is each answer stored exactly once? And what it costs."""

from __future__ import annotations

import gzip
import os
import random
import statistics
import tempfile
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from playwright.sync_api import sync_playwright

from api.demo.county import YOUNG_PEOPLE, surveys
from tests.browser.arguments import ARGUMENTS
from tests.browser.offline_phone import OfflinePhone, choose, walk_with_a_cut, write
from tests.browser.outages import Server
from tests.people import small_survey

EXECUTABLE = os.environ.get("EARSHOT_CHROMIUM", "/usr/bin/chromium")
PROCESSES = 2
STATIC = Path(__file__).resolve().parents[2] / "frontend" / "static"


def _trial(trial: int) -> list[str]:
    """One phone, one cut; what went wrong."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        place = Path(folder)
        server = Server(place, small_survey(), leave_url="http://127.0.0.1:9/")
        server.start()
        phone = OfflinePhone(playwright.chromium, EXECUTABLE, list(ARGUMENTS), place / "profile", server)
        try:
            return walk_with_a_cut(phone, random.Random(trial))
        except Exception as fault:  # a trial that ends in a fault is one that failed
            return [f"{type(fault).__name__}: {str(fault)[:60]}"]
        finally:
            phone.close()
            server.close()


def table(trials: int) -> str:
    """The table as Markdown."""
    problems: Counter[str] = Counter()
    right, pages, size = 0, [], 0
    with ProcessPoolExecutor(PROCESSES) as processes:
        for found in processes.map(_trial, range(trials)):
            right += not found
            problems.update(found)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        place = Path(folder) / "speed"
        place.mkdir()
        server = Server(place, surveys()[YOUNG_PEOPLE], leave_url="http://127.0.0.1:9/")
        server.start()
        phone = OfflinePhone(playwright.chromium, EXECUTABLE, list(ARGUMENTS), place / "profile", server)
        phone.agree()
        size = len(gzip.compress(phone.context.request.get(f"{server.base}/offline/pages").body(), 9))
        server.stop()
        for words in ("good", "foster", "middle", "no", None):
            started = time.perf_counter()
            choose(phone, words) if words else write(phone, "Words")
            pages.append(time.perf_counter() - started)
        phone.close()
        server.close()
    packed = {name: next(STATIC.glob(f"{name}-*.js.gz")).stat().st_size for name in ("sw", "waiting", "survey")}
    failures = "; ".join(f"{count} × {what}" for what, count in problems.most_common()) or "none"
    return "\n".join(
        [
            "The server is killed or stopped within 0.12 s around one of six presses, the browser stays, is closed or is killed,",
            "then the server comes back. Small survey with a branch; real Chromium, SQLite.",
            "",
            "| what | goal | measured |",
            "|---|---|---|",
            f"| cuts after which each answer is stored exactly once | {trials} of {trials} | {right} of {trials} |",
            f"| what went wrong | – | {failures} |",
            f"| press to next page without network, median of {len(pages)} | – | {statistics.median(pages) * 1000:.0f} ms |",
            f"| the ready-made survey for young people on the phone, packed | – | {size / 1000:.1f} KB |",
            f"| worker with the rules, packed | – | {packed['sw'] / 1000:.1f} KB |",
            f"| script of pages without network, packed | – | {packed['waiting'] / 1000:.1f} KB |",
            f"| script of every survey page, packed | ≤ 8 KB | {packed['survey'] / 1000:.1f} KB |",
        ]
    )
