"""The one place that reads the environment: every setting, its meaning, its safe default.

``create_app`` reads it once and passes parts on; nothing else looks at the environment.
Outside the demo and development the service refuses to start with a missing or
placeholder key: a default secret is worse than none.
"""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from api.brand import accent_problem, read_logo

PROJECT_DIR = Path(__file__).resolve().parent.parent
MINIMUM_KEY_LENGTH = 32
PLACEHOLDERS = ("change", "secret", "placeholder", "example", "password", "default", "test", "demo")


class Environment(StrEnum):
    """Where this runs. Only ``production`` may hold real children's words."""

    DEMO = "demo"
    DEVELOPMENT = "development"
    PRODUCTION = "production"


class HelpLine(BaseModel):
    """A number shown on every page, in the same place, with the day someone last rang it to check.

    A survey cannot be published while a local one was never checked.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, Field(min_length=1, max_length=100)]
    number: Annotated[str, Field(pattern=r"^\+?[0-9][0-9 ()-]{1,24}$")]
    note: Annotated[str, Field(max_length=200)] = ""
    last_checked: date | None = None


NATIONAL_HELP = (
    HelpLine(name="In danger right now", number="999"),
    HelpLine(name="Childline", number="0800 1111", note="Free, day and night"),
)


class Settings(BaseSettings):
    """All settings; each can be given as ``EARSHOT_<NAME>`` (docs/settings.md lists them)."""

    model_config = SettingsConfigDict(env_prefix="EARSHOT_", env_file=None, extra="forbid", frozen=True)

    environment: Environment = Environment.DEVELOPMENT
    data_dir: Path = PROJECT_DIR / "var" / "data"
    """Where the embedded databases and the key file live by default."""
    model_dir: Path = PROJECT_DIR / "var" / "models"
    """Where ``earshot model build`` puts the sentence model."""
    embedding_model: str = ""
    """A folder with another sentence model (ONNX) for themes and codes; empty: the packaged one."""
    gazetteer: str = ""
    """The path of a council's own lists for redaction, as `earshot text gazetteer build` writes them."""
    database_url: str = ""
    """The main database: ``sqlite:///…`` or ``postgresql+psycopg://…``. Empty: ``main.db`` in ``data_dir``."""
    vault_url: str = ""
    """The vault: who a pseudonym is, original words, the reading queue. Never the same database as the main one."""
    root_key: SecretStr = SecretStr("")
    """All other keys derive from it (HKDF). At least 32 characters; keep it outside both databases and their backups."""
    base_url: str = "http://127.0.0.1:8000"
    """The address invitations point to; https in production."""

    service_name: Annotated[str, Field(min_length=1, max_length=40)] = "Earshot"
    """What young people call it; shown everywhere."""
    council_name: Annotated[str, Field(min_length=1, max_length=60)] = "Your council"
    """Who asks; on each page for young people, and in the agreement notice."""
    logo: str = ""
    """The path of the council's logo: an SVG or PNG of at most 20 KB."""
    accent: str = ""
    """The council's own colour for links and buttons, such as `#0b5257`. One that cannot be read well is refused."""
    area_code: Annotated[str, Field(pattern=r"^E\d{8}$")] = "E10000000"
    """The nine-character code of the area this service speaks for, as in DfE's files (``new_la_code``)."""
    area_name: str = "Your area"
    help_lines: tuple[HelpLine, ...] = ()
    """Local numbers, shown after the national ones. A survey cannot be published without one that was checked."""
    leave_url: str = "https://www.bbc.co.uk/weather"
    """Where "leave this page" leads: a neutral site."""

    disclosure_threshold: Annotated[int, Field(ge=5, le=50)] = 10
    """No figure from fewer people than this is shown (domain: 10 for anything that leaves the service, 5 the least)."""
    draft_days: Annotated[int, Field(ge=1, le=90)] = 14
    """How long an unfinished answer waits before it is deleted."""
    retention_days: Annotated[int, Field(ge=30, le=3650)] = 730
    """How long sent answers are kept, from the day they were sent; the agreement notice promises two years at most."""
    contact_days: Annotated[int, Field(ge=1, le=3650)] = 90
    """How long a request to be contacted is kept after somebody has decided on it."""
    staff_session_hours: Annotated[int, Field(ge=1, le=24)] = 8
    max_body_bytes: Annotated[int, Field(ge=10_000)] = 200_000
    """The largest form a respondent may post, but for pictures and recordings (12 MB, of which 2 to 8 MB are kept)."""
    max_upload_bytes: Annotated[int, Field(ge=100_000)] = 20_000_000
    """The largest file a member of staff may upload."""
    code_attempts_per_minute: Annotated[int, Field(ge=1)] = 10
    """How often one address may try a code before it has to wait."""
    rate_limit_storage: str = "memory://"
    """Where wrong tries are counted: in each process's memory, or shared by all (``redis://…``, with its driver installed)."""

    log_level: Annotated[str, Field(pattern="^(debug|info|warning|error)$")] = "info"

    @field_validator("base_url")
    @classmethod
    def _no_trailing_slash(cls, value: str) -> str:
        return value.rstrip("/")

    @field_validator("accent")
    @classmethod
    def _readable(cls, value: str) -> str:
        if value and (problem := accent_problem(value)):
            raise ValueError(problem)
        return value

    @field_validator("logo")
    @classmethod
    def _usable(cls, value: str) -> str:
        if value:
            read_logo(Path(value))
        return value

    @model_validator(mode="after")
    def _refuse_placeholders(self) -> Self:
        key = self.root_key.get_secret_value()
        if self.environment is Environment.PRODUCTION:
            if len(key) < MINIMUM_KEY_LENGTH or any(word in key.lower() for word in PLACEHOLDERS):
                raise ValueError(
                    "EARSHOT_ROOT_KEY must be a random text of at least 32 characters; "
                    "make one with: python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
                )
            if not self.base_url.startswith("https://"):
                raise ValueError("EARSHOT_BASE_URL must begin with https:// in production")
            if not self.help_lines:
                raise ValueError("EARSHOT_HELP_LINES must name at least one local number before children are asked")
        if self.main_dsn == self.vault_dsn:
            raise ValueError("EARSHOT_DATABASE_URL and EARSHOT_VAULT_URL must be two different databases")
        return self

    @property
    def main_dsn(self) -> str:
        """The main database's address."""
        return self.database_url or f"sqlite:///{self.data_dir / 'main.db'}"

    @property
    def vault_dsn(self) -> str:
        """The vault's address."""
        return self.vault_url or f"sqlite:///{self.data_dir / 'vault.db'}"

    @property
    def all_help_lines(self) -> tuple[HelpLine, ...]:
        """The national numbers, then the council's own."""
        return NATIONAL_HELP + self.help_lines

    @property
    def draft_lifetime(self) -> timedelta:
        """How long an unfinished answer waits."""
        return timedelta(days=self.draft_days)

    def key(self) -> bytes:
        """The root key as bytes; in demo and development a key file is made on first use.

        Raises ``ValueError`` when production has none (``_refuse_placeholders`` says so first).
        """
        given = self.root_key.get_secret_value()
        if given:
            return given.encode()
        if self.environment is Environment.PRODUCTION:
            raise ValueError("EARSHOT_ROOT_KEY is not set")
        return _key_file(self.data_dir / "root.key")


def _key_file(path: Path) -> bytes:
    import os
    import secrets

    try:
        return path.read_bytes()
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        key = secrets.token_urlsafe(48).encode()
        # O_EXCL: two processes starting together must not end with two keys.
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return path.read_bytes()
        with os.fdopen(descriptor, "wb") as file:
            file.write(key)
        return key
