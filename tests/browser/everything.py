"""A running Earshot that asks every kind of question, in several languages, and can be looked into from outside."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from sqlalchemy import insert, select
from sqlmodel import col

from api.advise import service
from api.audit import Actor
from api.cli.running import migrate_databases
from api.db import Database
from api.keyring import Keyring
from api.models import Answer, SurveyDraft
from api.models.columns import new_id
from api.models.drafts import SurveyMedia
from api.settings import Settings
from api.vault import Vault
from survey_engine.authoring import read_yaml
from survey_engine.definition import UNASKED, Audience, Group, Kind, Question, Survey
from tests.every_kind import HASH, PICTURE, every_kind
from tests.people import open_pairs, open_wave, sign_in, small_survey

ROOT = Path(__file__).resolve().parents[2]
KEY = "k7" * 24
LANGUAGES = ("en", "en-x-easy", "ar")
"""English, Easy Read, and one that is written from right to left."""


@dataclass(frozen=True)
class Everything:
    """A running Earshot that asks everything, and its two databases."""

    base: str
    link: str
    main: Database
    vault: Vault
    practitioner: str
    """The cookie of a practitioner who is signed in."""
    keyring: Keyring
    strict_token: str
    """What opens the same survey with each question required."""
    closed_link: str
    """A link to a survey that has ended."""
    adviser_link: str
    """A group's link to a draft with a few questions."""
    child_link: str
    """A child's half of a sheet on which no adult has said anything."""
    adult_links: tuple[str, str]
    """The adults' halves of two sheets, with a survey of their own."""
    seen: set[str] = field(default_factory=set)
    """Responses that were looked at before."""

    def stored(self) -> dict[str, Any]:
        """What the newest response holds: words and files by their content, everything else as it is stored."""
        with self.main.reading() as session:
            newest = (
                session.execute(select(col(Answer.response_id)).where(col(Answer.question) == "ok")).scalars().all()
            )
            (response_id,) = set(newest) - self.seen
            rows = session.execute(
                select(col(Answer.question), col(Answer.value)).where(col(Answer.response_id) == response_id)
            ).all()
        self.seen.add(response_id)
        own = {one.question: one.text for one in self.vault.words(response_id)}
        files = {key: self.vault.files.sent(response_id, key) for key in ("drawing", "photo", "voice")}
        return {row.question: files.get(row.question) or own.get(row.question, row.value) for row in rows}


@contextmanager
def serving(folder: Path, **settings_of_server: str) -> Iterator[Everything]:
    """A server process on fresh databases with an open wave of the survey that has every kind.

    ``settings_of_server`` are environment variables for the process.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    base = f"http://127.0.0.1:{port}"
    settings = Settings(data_dir=folder, root_key=KEY)
    migrate_databases(settings)
    main, keyring = Database(settings.main_dsn), Keyring(KEY.encode())
    deployment = SimpleNamespace(
        main=main, joined=SimpleNamespace(keyring=keyring), app=None, clock=lambda: datetime.now(UTC)
    )
    today = datetime.now(UTC).date()
    a_year = today.replace(year=today.year + 1, day=min(today.day, 28))
    wave = open_wave(deployment, survey=every_kind(languages=LANGUAGES), opens_on=date(2020, 1, 1), closes_on=a_year)
    strict = every_kind(name="every-kind-required", languages=LANGUAGES)
    strict = strict.model_copy(update={"items": tuple(_required(item) for item in strict.items)})
    required = open_wave(deployment, survey=strict, opens_on=date(2020, 1, 1), closes_on=a_year)
    form = every_kind(name="every-log", audience=Audience.PRACTITIONER)
    open_wave(deployment, survey=form, opens_on=date(2020, 1, 1), closes_on=a_year)
    ended = open_wave(deployment, opens_on=date(2020, 1, 1), closes_on=today - timedelta(days=1))
    asked, theirs = (_ready_made(name) for name in ("children_8_11", "parents_carers"))
    of_adults = open_wave(deployment, survey=theirs, opens_on=date(2020, 1, 1), closes_on=a_year)
    of_children = open_wave(deployment, survey=asked, opens_on=date(2020, 1, 1), closes_on=a_year)
    sheets = open_pairs(
        deployment, of_children.id, 3, why="The children in this survey are under ten.", adults_wave_id=of_adults.id
    )
    practitioner = sign_in(deployment, "practitioner").client.cookies["earshot_staff"]
    with main.writing() as session:
        session.execute(
            insert(SurveyMedia).values(
                sha256=HASH, media_type="image/png", content=PICTURE, file_name="place.png", added_at=deployment.clock()
            )
        )
    advisers = _adviser_link(deployment, sign_in(deployment, "officer").staff_id, today)
    environment: Mapping[str, str] = {
        "EARSHOT_DATA_DIR": str(folder), "EARSHOT_ROOT_KEY": KEY, "EARSHOT_BASE_URL": base, "EARSHOT_LOG_LEVEL": "warning",
    } | settings_of_server  # fmt: skip
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "api.cli", "serve", "--port", str(port)], cwd=ROOT, env={**os.environ, **environment},
            stdout=log, stderr=log,
        )  # fmt: skip
        try:
            _wait_for(base, process)
            vault = Vault(Database(settings.vault_dsn), keyring)
            yield Everything(
                base, f"{base}/s/{wave.token}", main, vault, practitioner, keyring, required.token,
                closed_link=f"{base}/s/{ended.token}", adviser_link=f"{base}/advise/{advisers}",
                child_link=f"{base}/s/{sheets[0].child.token}",
                adult_links=(f"{base}/s/{sheets[1].adult.token}", f"{base}/s/{sheets[2].adult.token}"),
            )  # fmt: skip
        finally:
            process.terminate()
            process.wait(timeout=15)
    assert "Traceback" not in (folder / "log").read_text()


def _ready_made(name: str) -> Survey:
    survey = read_yaml((ROOT / "survey_engine" / "library" / f"{name}.yaml").read_bytes())
    assert isinstance(survey, Survey), survey
    return survey


def _required(item: Any) -> Any:
    if isinstance(item, Group):
        return item.model_copy(update={"items": tuple(_required(inner) for inner in item.items)})
    asks = isinstance(item, Question) and item.kind not in (Kind.NOTE, *UNASKED)
    return item.model_copy(update={"required": True}) if asks else item


def _adviser_link(deployment: Any, officer: str, today: date) -> str:
    survey, draft_id, now = small_survey(), new_id(), deployment.clock()
    with deployment.main.writing() as session:
        session.execute(
            insert(SurveyDraft).values(
                id=draft_id, name=survey.name, title=survey.title["en"], definition=survey.model_dump(mode="json"),
                revision=1, state="open", origin="blank", losses=[], checklist={}, created_at=now, updated_at=now,
            )
        )  # fmt: skip
        token = service.make_link(
            session, deployment.joined.keyring, draft_id, label="Thursday group", closes_on=today + timedelta(days=30),
            by=Actor(officer, "officer"), today=today, now=now,
        )  # fmt: skip
    assert isinstance(token, str), token
    return token


def _wait_for(base: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(1_200):
        try:
            urllib.request.urlopen(base, timeout=2).close()
            return
        except OSError:
            assert process.poll() is None, "the server ended"
            time.sleep(0.1)
    raise AssertionError("the server did not come up")
