"""The plug pulled: databases that are full, read-only, behind or gone; processes killed in the middle. Nothing acknowledged is lost."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select, text
from sqlmodel import col

from api.models import Answer, Job, Response
from tests.conftest import Dsns
from tests.people import Phone, respond


def _ready_to_send(child: Phone, token: str) -> None:
    child.agree(token)
    for name in ("settled", "homes", "helpers"):
        child.answer(name, action="decline")
    child.answer("say", "there is a lot of homework")
    child.get("/check")


def _count(deployment: Any, table: Any) -> int:
    with deployment.main.reading() as session:
        return session.execute(select(func.count()).select_from(table)).scalar_one()


def test_a_read_only_main_database_shows_a_page_and_keeps_nothing_half(
    deployment: Any, phone: Any, a_wave: Any, database_kind: str
) -> None:
    wave, child = a_wave(), phone()
    _ready_to_send(child, wave.token)
    if database_kind == "sqlite":
        deployment.main.dispose()
        engine = deployment.main.engine
        from sqlalchemy import event

        @event.listens_for(engine, "connect")
        def _read_only(connection: Any, _record: object) -> None:
            connection.execute("PRAGMA query_only = ON")
    else:
        from sqlalchemy import event

        deployment.main.dispose()

        @event.listens_for(deployment.main.engine, "connect")
        def _read_only(connection: Any, _record: object) -> None:
            connection.autocommit = True
            connection.execute("SET default_transaction_read_only = on")
            connection.autocommit = False

    assert child.post("/send").status_code == 503
    assert "<h1>" in child.page
    event.remove(deployment.main.engine, "connect", _read_only)
    deployment.main.dispose()
    assert _count(deployment, Answer) == 0
    child.get("/check")
    assert child.post("/send").url.path == "/done"
    assert _count(deployment, Answer) == 4


@pytest.mark.sqlite_only
def test_a_full_disk_shows_a_page_and_the_same_page_can_be_sent_again(deployment: Any, phone: Any, a_wave: Any) -> None:
    wave, child = a_wave(), phone()
    child.agree(wave.token)
    child.answer("settled", "yes")
    child.answer("homes", "1")
    child.answer("helpers", action="skip")
    with deployment.main.reading() as session:
        pages = session.execute(text("PRAGMA page_count")).scalar_one()
    from sqlalchemy import event

    deployment.main.dispose()

    @event.listens_for(deployment.main.engine, "connect")
    def _small(connection: Any, _record: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {pages}")

    child.get("/q/say")
    long = "homework and football. " * 170
    statuses = set()
    for number in range(40):  # fill what is left of the last pages
        statuses.add(child.post("/q/say", {"answer": long[: 200 + number * 90], "action": "next"}).status_code)
        if 503 in statuses:
            break
        child.get("/q/say")
    assert 503 in statuses
    assert statuses <= {200, 503}
    event.remove(deployment.main.engine, "connect", _small)
    deployment.main.dispose()
    assert child.get("/q/say").status_code == 200
    assert child.post("/q/say", {"answer": long[:3000], "action": "next"}).url.path == "/check"


def test_missing_tables_are_a_page_not_a_fault(deployment: Any, phone: Any) -> None:
    with deployment.main.writing() as session:
        session.execute(
            text(
                "DROP TABLE invitations CASCADE"
                if session.get_bind().dialect.name != "sqlite"
                else "DROP TABLE invitations"
            )
        )
    assert phone().get("/s/" + "x" * 43).status_code == 503


def test_a_job_that_fails_leaves_the_text_shut_away_and_in_the_reading_queue(
    deployment: Any, phone: Any, a_wave: Any, monkeypatch: Any
) -> None:
    from api import jobs, redaction
    from api.models.responses import RedactionState

    respond(phone(), a_wave(), say="zanzibar marmalade")

    def broken(*_: Any) -> None:
        raise ValueError("zanzibar marmalade")

    monkeypatch.setattr(redaction, "redact_many", broken)
    for _ in range(jobs.MAXIMUM_ATTEMPTS):
        deployment.work()
        deployment.clock.forward(hours=1)
    with deployment.main.reading() as session:
        row = session.execute(
            select(col(Answer.redaction), col(Answer.redacted_text)).where(col(Answer.question) == "say")
        ).one()
        job = session.execute(select(col(Job.state), col(Job.error))).one()
    assert (row.redaction, row.redacted_text) == (RedactionState.FAILED, None)
    assert tuple(job) == ("failed", "ValueError")
    (item,) = deployment.vault.waiting()
    assert item.screened
    assert deployment.vault.words(item.response_id)[0].text == "zanzibar marmalade"


# -- real processes, killed


class Process:
    """A real server or worker on the databases of a test."""

    def __init__(self, dsns: Dsns, folder: Path, *arguments: str) -> None:
        self.environment = os.environ | {
            "EARSHOT_DATA_DIR": str(folder), "EARSHOT_DATABASE_URL": dsns.main, "EARSHOT_VAULT_URL": dsns.vault,
            "EARSHOT_ROOT_KEY": "r7" * 24, "EARSHOT_LOG_LEVEL": "error", "EARSHOT_CODE_ATTEMPTS_PER_MINUTE": "1000",
        }  # fmt: skip
        self.arguments = arguments
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "api.cli", *self.arguments], env=self.environment,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


def _free_port() -> int:
    import socket

    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


def _until_up(port: int) -> None:
    for _ in range(300):
        try:
            if httpx.get(f"http://127.0.0.1:{port}/receipt").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError("the server did not come up")


class RealPhone(Phone):
    """A phone that talks to a real server and asks again when the line breaks."""

    def __init__(self, port: int) -> None:
        self.client: Any = httpx.Client(base_url=f"http://127.0.0.1:{port}", follow_redirects=True, timeout=20)
        self.page = ""


@pytest.mark.parametrize("seed", range(2))
def test_what_was_acknowledged_survives_a_server_killed_at_any_moment(
    deployment: Any, a_wave: Any, tmp_path: Path, seed: int
) -> None:
    chance, wave, port = random.Random(seed), a_wave(), _free_port()
    server = Process(deployment.dsns, tmp_path, "serve", "--port", str(port))
    _until_up(port)
    acknowledged: list[str] = []
    try:
        for number in range(3):
            child = RealPhone(port)
            child.agree(wave.token)
            child.answer("settled", "yes")
            kill_after = chance.choice(["settled", "homes", "helpers", "say", "send"])
            for name in ("homes", "helpers", "say"):
                if kill_after == name:
                    server.kill()
                    server.start()
                    _until_up(port)
                    # the page that was acknowledged is still filled in
                    assert 'value="yes" checked' in child.get("/q/settled").text
                child.answer(name, f"{number}" if name == "homes" else "carer" if name == "helpers" else "all fine")
            child.get("/check")
            csrf_page = child.page
            child.post("/send")
            words = child.receipt()
            if kill_after == "send":
                server.kill()
                server.start()
                _until_up(port)
                child.page = csrf_page
                child.post("/send")  # the answer to the first send may have been lost: sending again is safe
                assert child.receipt() == words
            acknowledged.append(words)
    finally:
        server.kill()
    assert _count(deployment, Response) == len(acknowledged) == 3
    for words in acknowledged:
        back = Phone(deployment.app)
        back.get("/receipt")
        assert "all fine" in back.post("/receipt", {"words": words}).text


def test_a_worker_killed_in_the_middle_of_a_job_loses_none(
    deployment: Any, phone: Any, a_wave: Any, tmp_path: Path, monkeypatch: Any
) -> None:
    from datetime import UTC, datetime

    from api import jobs

    wave = a_wave()
    for number in range(12):
        respond(phone(), wave, say=f"text number {number} about homework")
    # jobs were asked for at the test's clock, which is not later than now for the real worker
    with deployment.main.writing() as session:
        session.execute(text("UPDATE jobs SET available_at = '2020-01-01 00:00:00+00:00'"))
    worker = Process(deployment.dsns, tmp_path, "worker")
    for _ in range(600):
        with deployment.main.reading() as session:
            done = session.execute(
                select(func.count()).select_from(Answer).where(col(Answer.redacted_text).is_not(None))
            ).scalar_one()
        if done:
            break
        time.sleep(0.05)
    worker.kill()
    assert done, "the worker did something before it was killed"
    deployment.clock.now = datetime.now(UTC)
    deployment.work()
    deployment.clock.now += jobs.LEASE  # what the dead worker had in hand comes back
    deployment.work()
    assert _count(deployment, Job) == 0
    with deployment.main.reading() as session:
        states = session.execute(select(col(Answer.redaction)).where(col(Answer.question) == "say")).scalars().all()
    assert set(states) <= {"done", "needs_reading"}
    assert len(states) == 12
