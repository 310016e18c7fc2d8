"""A real server with the invented county, and people at real browsers.

The county is loaded once for a whole test run; each pytest worker serves a copy of it.
Nothing here reaches another machine: the site that "Leave this page" leads to is a small
server of our own, and every other host name is unreachable for the browser.
"""

from __future__ import annotations

import fcntl
import http.server
import json
import os
import select
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.arguments import ARGUMENTS
from tests.browser.visitors import Visitor

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 240


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.browser)


# -- the county


@dataclass(frozen=True)
class Served:
    """A running Earshot: where it is, its links, and where "Leave this page" leads."""

    base: str
    links: dict[str, str]
    survey_links: dict[str, str]
    elsewhere: str


@pytest.fixture(scope="session")
def loaded_county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a loaded county; whichever worker comes first loads it, the others wait.

    ``EARSHOT_TEST_COUNTY`` names a folder that keeps it for the next run, while working on these tests.
    """
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder = Path(os.environ.get("EARSHOT_TEST_COUNTY", shared / "county"))
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = subprocess.run(
            [sys.executable, "-m", "tests.browser.served", str(folder / "data"), "--no-serve"],
            cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE_S, check=False,
        )  # fmt: skip
    assert done.returncode == 0, f"the county could not be loaded:\n{done.stderr}"
    return folder


class _Elsewhere(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = b'<!doctype html><html lang="en"><link rel="icon" href="data:,"><title>Weather</title><h1>Weather</h1>'
        self.send_response(200)
        self.send_header("content-type", "text/html; charset=utf-8")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="session")
def elsewhere() -> Iterator[str]:
    """The neutral site: the address of a page that is not ours."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Elsewhere) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture(scope="session")
def served(loaded_county: Path, elsewhere: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """This worker's own copy of the county, served by a process as ``./run demo`` does it."""
    folder = tmp_path_factory.mktemp("served")
    shutil.copytree(loaded_county / "data", folder / "data")
    (folder / "models").symlink_to(loaded_county / "models")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {"EARSHOT_LEAVE_URL": elsewhere, "EARSHOT_CODE_ATTEMPTS_PER_MINUTE": "600"}
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.browser.served", str(folder / "data"), "--port", str(port), "--json"],
            cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=log, text=True,
        )  # fmt: skip
        try:
            links = json.loads(_first_line(process, folder / "log"))
            yield Served(f"http://127.0.0.1:{port}", links["links"], links["survey_links"], elsewhere)
        finally:
            process.terminate()
            try:
                process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
    faults = [line for line in (folder / "log").read_text().splitlines() if "Traceback" in line or "error" in line]
    assert not faults, f"the server's log speaks of faults: {faults}"


def _first_line(process: subprocess.Popen[str], log: Path) -> str:
    assert process.stdout is not None
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        if select.select([process.stdout], [], [], 0.5)[0]:
            if line := process.stdout.readline():
                return line
            break
    raise AssertionError(f"the server printed no links; it said:\n{log.read_text()}")


# -- the browser


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """The system's Chromium. Of this package only: its event loop must not run below other tests."""
    with sync_playwright() as playwright:
        known = [os.environ.get("EARSHOT_CHROMIUM", "/usr/bin/chromium"), playwright.chromium.executable_path]
        executable = next((path for path in known if os.access(path, os.X_OK)), None)
        if executable is None:
            pytest.fail(
                f"There is no browser at {known[0]}. Install Chromium (./run test does it), or name one with "
                "EARSHOT_CHROMIUM=/path/to/chromium.",
                pytrace=False,
            )
        browser = playwright.chromium.launch(executable_path=executable, args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture
def visitor(chromium: Browser, served: Served) -> Iterator[Callable[..., Visitor]]:
    """Somebody at a browser: ``visitor(size=PHONE)``. At the end nothing may have gone wrong behind the pages."""
    there: list[Visitor] = []

    def come(**wishes: Any) -> Visitor:
        there.append(Visitor(chromium, served.base, elsewhere=served.elsewhere, **wishes))
        return there[-1]

    yield come
    complaints = [complaint for one in there for complaint in one.leave()]
    assert not complaints, "\n".join(complaints)


@pytest.fixture(scope="session")
def sessions() -> dict[str, Any]:
    """The cookies of those who have signed in, by role: each staff link works once."""
    return {}


@pytest.fixture
def colleague(visitor: Callable[..., Visitor], served: Served, sessions: dict[str, Any]) -> Callable[..., Visitor]:
    """A signed-in member of staff, on their start page: ``colleague("officer")``."""

    def come(role: str, **wishes: Any) -> Visitor:
        somebody = visitor(storage_state=sessions.get(role), **wishes)
        somebody.open("/staff" if role in sessions else served.links[role])
        sessions[role] = somebody.context.storage_state()
        return somebody

    return come
