"""A server that can be stopped, killed and started again in the middle of things, with one survey and its links.

It has databases of its own on disk and always the same address, so a browser finds it again.
A process that has read all code forks the server anew each time (``python -m
tests.browser.outages PORT``), because reading code takes longer than a test may wait.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from api.cli.running import migrate_databases
from api.db import Database
from api.keyring import Keyring
from api.models import Answer, Response
from api.settings import Settings
from api.vault import Vault
from survey_engine.definition import Survey
from tests.people import open_wave

ROOT = Path(__file__).resolve().parents[2]
KEY = "a-key-of-these-tests-only-0123456789abcdef"
PATIENCE_S = 40


class Server:
    """Earshot at ``base``, with a survey that can be opened at ``link``."""

    def __init__(self, folder: Path, survey: Survey, *, leave_url: str) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
        self.base = f"http://127.0.0.1:{self._port}"
        self.settings = Settings(data_dir=folder, root_key=KEY, base_url=self.base)
        self._environment = os.environ | {
            "EARSHOT_DATA_DIR": str(folder), "EARSHOT_ROOT_KEY": KEY, "EARSHOT_BASE_URL": self.base,
            "EARSHOT_LEAVE_URL": leave_url, "EARSHOT_LOG_LEVEL": "warning",
            "EARSHOT_HELP_LINES": '[{"name": "Marlshire", "number": "01632 960001"}]',
        }  # fmt: skip
        self._log = folder / "server.log"
        self._forking: subprocess.Popen[bytes] | None = None
        self._serving = 0
        self._stopping: threading.Timer | None = None
        migrate_databases(self.settings)
        self._main, keyring = Database(self.settings.main_dsn), Keyring(self.settings.key())
        self._vault = Vault(Database(self.settings.vault_dsn), keyring)
        today = datetime.now(UTC).date()
        likeness: Any = SimpleNamespace(
            main=self._main, joined=SimpleNamespace(keyring=keyring), clock=lambda: datetime.now(UTC)
        )
        wave = open_wave(
            likeness, survey=survey, opens_on=today - timedelta(days=1), closes_on=today + timedelta(days=30)
        )
        self.link = f"{self.base}/s/{wave.token}"

    def start(self) -> None:
        """Start it and wait until it answers."""
        if self._forking is None:
            with self._log.open("ab") as log:
                self._forking = subprocess.Popen(
                    [sys.executable, "-m", "tests.browser.outages", str(self._port)],
                    cwd=ROOT, env=self._environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log,
                )  # fmt: skip
        assert self._forking.stdin is not None
        assert self._forking.stdout is not None
        self._forking.stdin.write(b"start\n")
        self._forking.stdin.flush()
        self._serving = int(self._forking.stdout.readline() or self._log.read_text())
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            try:
                urllib.request.urlopen(self.base, timeout=5).close()
                return
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                time.sleep(0.02)
        raise AssertionError(f"the server does not answer:\n{self._log.read_text()}")

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """Stop it, or with ``SIGKILL`` pull the plug; when this returns it is gone."""
        if self._serving and self._forking is not None:
            assert self._forking.stdout is not None
            os.kill(self._serving, how)
            self._serving = 0
            assert self._forking.stdout.readline() == b"gone\n"

    def stop_in(self, seconds: float, how: signal.Signals) -> None:
        """Stop it some moments from now, whatever happens meanwhile."""
        self._stopping = threading.Timer(seconds, self.stop, (how,))
        self._stopping.start()

    def wait_until_stopped(self) -> None:
        """Until ``stop_in`` has done it."""
        if self._stopping is not None:
            self._stopping.join()
            self._stopping = None

    def close(self) -> None:
        """End of the test."""
        self.wait_until_stopped()
        self.stop(signal.SIGKILL)
        if self._forking is not None and self._forking.stdin is not None:
            self._forking.stdin.close()
            self._forking.wait(timeout=PATIENCE_S)
        self._main.dispose()
        self._vault.dispose()

    # -- what is stored

    def sent(self) -> list[dict[str, Any]]:
        """Each sent response as question to value, own words as they were written; a question twice would be a failure."""
        with self._main.reading() as session:
            ids = session.execute(select(col(Response.id)).where(col(Response.state) == "submitted")).scalars().all()
            rows = session.execute(
                select(col(Answer.response_id), col(Answer.question), col(Answer.state), col(Answer.value))
            ).all()
        found: list[dict[str, Any]] = []
        for response_id in ids:
            own = {words.question: words.text for words in self._vault.words(response_id)}
            mine = [row for row in rows if row.response_id == response_id]
            assert len({row.question for row in mine}) == len(mine), "a question was stored twice"
            found.append(
                {row.question: own.get(row.question, row.value) if row.state == "a" else row.state for row in mine}
            )
        return found

    @property
    def log(self) -> str:
        """What it said."""
        return self._log.read_text()


def _fork_servers(port: int) -> None:
    """Fork a server for each line that comes in; say its number, and "gone" when it has ended."""
    import uvicorn

    from api.main import from_environment

    for _line in sys.stdin:
        child = os.fork()
        if not child:
            uvicorn.run(from_environment, factory=True, port=port, log_level="error", timeout_graceful_shutdown=1)
            os._exit(0)
        print(child, flush=True)
        os.waitpid(child, 0)
        print("gone", flush=True)


if __name__ == "__main__":
    _fork_servers(int(sys.argv[1]))
