"""What the web process needs in memory after pages of every role, and which of the language tools it has loaded."""

from __future__ import annotations

import tempfile
from pathlib import Path
from types import SimpleNamespace

import httpx
from fastapi import FastAPI

from api import permissions
from api.roles import Role
from api.wiring import NAVIGATION, STAFF_COOKIE, START
from tests.benchmarks.journeys import Server, measure
from tests.people import sign_in

REQUESTS, GOAL_MB = 200, 150
LANGUAGE_TOOLS = ("torch", "umap", "numba", "bertopic", "onnxruntime", "sklearn", "spacy")


def table() -> str:
    """The measurement as a table of Markdown."""
    with tempfile.TemporaryDirectory() as folder:
        server = Server(f"sqlite:///{folder}/m.db", f"sqlite:///{folder}/v.db", Path(folder), [])
        try:
            rows = [("after the start", 0, _megabytes(server))]
            measure(server, 1, 8)
            rows.append(("after 10 journeys of respondents", 0, _megabytes(server)))
            for role in Role:
                done = _pages_of(server, role, REQUESTS // len(Role))
                rows.append((f"after pages of: {role.value}", done, _megabytes(server)))
            loaded = [tool for tool in LANGUAGE_TOOLS if f"/{tool}/" in _mapped(server)]
        finally:
            server.stop()
    lines = ["| web process, SQLite | requests of it | resident MB |", "|---|---|---|"]
    lines += [f"| {what} | {count or '–'} | {size:.0f} |" for what, count, size in rows]
    lines.append(f"| goal | | ≤ {GOAL_MB} |")
    return "\n".join([*lines, "", f"Libraries of the language tools mapped at the end: {', '.join(loaded) or 'none'}."])


def _megabytes(server: Server) -> float:
    return float(sum(process.memory_info().rss for process in (server.process, *server.process.children(recursive=True)))) / 2**20  # fmt: skip


def _mapped(server: Server) -> str:
    return "\n".join(mapped.path for mapped in server.process.memory_maps())


def _pages_of(server: Server, role: Role, count: int) -> int:
    """Asks for the pages one role has, in turn; how many were asked for."""
    here = server.deployment
    signing_in = SimpleNamespace(main=here.main, joined=here.joined, clock=here.clock, app=FastAPI())
    token = sign_in(signing_in, role.value).client.cookies[STAFF_COOKIE]
    pages = [START[role], *(href for action, _, href in NAVIGATION if permissions.may(role, action))]
    if role is Role.OFFICER:
        pages += [f"/review/waves/{server.wave.id}", "/models"]
    with httpx.Client(base_url=f"http://127.0.0.1:{server.port}", cookies={STAFF_COOKIE: token}) as client:
        for number in range(count):
            answer = client.get(pages[number % len(pages)])
            if answer.status_code != 200:
                raise RuntimeError(f"{pages[number % len(pages)]} answered {answer.status_code}")
    return count
