"""Commands that run the service: ``migrate``, ``serve``, ``worker``, ``demo``, ``model build``."""

from __future__ import annotations

import signal
import socket
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from api.cli.telling import progress_bar, refuse, say, write_json
from api.settings import Environment, HelpLine, Settings


def settings_or_refuse(**changes: Any) -> Settings:
    """The settings of the environment; what is wrong with them in one sentence each."""
    try:
        return Settings(**changes)
    except ValidationError as fault:
        lines = [f"{'.'.join(map(str, error['loc'])) or 'settings'}: {error['msg']}" for error in fault.errors()]
        refuse("The settings do not fit together:\n" + "\n".join(lines))


def gazetteer_or_refuse(path: str) -> Any:
    """The lists redaction reads with: ours, and a council's own where there is a path."""
    from nlp.gazetteer import gazetteer, official

    if not path:
        return gazetteer()
    try:
        return official.with_more(gazetteer(), official.from_json(Path(path).read_text("utf-8")))
    except OSError as fault:
        refuse(f"{path}: {fault.strerror or 'cannot be read'}. Check the name and whether you may read it.")
    except ValueError:
        refuse(f"{path}: not a gazetteer. Make it anew with `earshot text gazetteer build`.")


def kept_settings(*, or_demo: bool = False) -> Settings:
    """The settings for a command about what is stored, once both databases are there and at the right version.

    ``or_demo``: where no place was named and nothing is there, the demonstration's county.
    """
    from api.demo.load import DEMO_DIR

    settings = settings_or_refuse()
    nothing_here = not settings.database_url and not (settings.data_dir / "main.db").exists()
    nowhere_named = settings.data_dir == Settings.model_fields["data_dir"].default
    if nothing_here and nowhere_named and or_demo and (DEMO_DIR / "main.db").exists():
        say("There is no database of your own yet, so this is about the demonstration's county.")
        settings = settings_or_refuse(environment=Environment.DEMO, data_dir=DEMO_DIR)
        nothing_here = False
    if nothing_here:
        refuse("There is no database yet. Make one with: earshot migrate")
    from api.db import Database
    from api.main import Behind, check_versions

    main, vault = Database(settings.main_dsn), Database(settings.vault_dsn)
    try:
        check_versions(main, vault)
    except Behind as fault:
        refuse(str(fault))
    finally:
        main.dispose()
        vault.dispose()
    return settings


def migrate_databases(settings: Settings) -> None:
    """Bring both databases to the newest version."""
    from alembic import command

    from api.main import alembic_config

    settings.data_dir.mkdir(parents=True, exist_ok=True)
    for section, dsn in (("main", settings.main_dsn), ("vault", settings.vault_dsn)):
        command.upgrade(alembic_config(section, dsn), "head")


def build_model(settings: Settings) -> None:
    """Build the sentence model and the reader of screening from the packaged weights, unless they are there."""
    from nlp import minilm_graph, screening_reader

    if not minilm_graph.model_file(settings.model_dir, "int8").exists():
        minilm_graph.build(settings.model_dir)
    if not screening_reader.is_built(settings.model_dir):
        screening_reader.build(settings.model_dir)


def make_screener(settings: Settings) -> Any:
    """What looks at texts first: rules and the trained reader, or rules alone that say so where it cannot be loaded."""
    from api.logs import logger
    from api.redaction import Screener
    from nlp import screening_reader
    from nlp.embed import ModelMissing

    try:
        if not screening_reader.is_built(settings.model_dir):
            screening_reader.build(settings.model_dir)
        return Screener(screening_reader.Reader(settings.model_dir))
    except (ModelMissing, OSError) as fault:
        logger().error("screening_reader_missing", mend=str(fault))
        return Screener(missing=True)


def make_workshop(settings: Settings) -> Any:
    """A worker's parts, with a sentence model that is loaded at the first theme run."""
    from api.db import Database
    from api.keyring import Keyring
    from api.vault import Vault
    from api.worker import Workshop

    def embedder() -> Any:
        from nlp.embed import open_embedder

        return open_embedder(settings.model_dir, settings.embedding_model)

    return Workshop(
        Database(settings.main_dsn),
        Vault(Database(settings.vault_dsn), Keyring(settings.key())),
        make_embedder=embedder,
        model_dir=settings.model_dir,
        lists=gazetteer_or_refuse(settings.gazetteer) if settings.gazetteer else None,
        make_screener=lambda: make_screener(settings),
        draft_lifetime=settings.draft_lifetime,
        kept_for=timedelta(days=settings.retention_days),
        contacts_kept_for=timedelta(days=settings.contact_days),
    )


def _migrate() -> None:
    """Bring both databases to the newest version."""
    settings = settings_or_refuse()
    migrate_databases(settings)
    say("Both databases are at the newest version.")


def _serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8000,
    workers: Annotated[int, typer.Option(help="Processes; more than one needs PostgreSQL.")] = 1,
) -> None:
    """Serve the pages and the JSON side."""
    settings = settings_or_refuse()
    if workers > 1 and settings.main_dsn.startswith("sqlite"):
        refuse("SQLite is for one process. For more, set EARSHOT_DATABASE_URL and EARSHOT_VAULT_URL to PostgreSQL.")
    from api.main import Behind, create_app

    try:
        app = create_app(settings)
    except Behind as fault:
        refuse(str(fault))
    app.state.joined.main.dispose()
    refuse_taken_port(host, port)
    _uvicorn("api.main:from_environment" if workers > 1 else app, host, port, workers)


def refuse_taken_port(host: str, port: int) -> None:
    """Say so where something else listens on the port already."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as trying:
        trying.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trying.bind((host, port))
        except OSError:
            refuse(f"Port {port} is in use. Stop what uses it, or choose another: --port {port + 1}")


def _uvicorn(app: Any, host: str, port: int, workers: int = 1) -> None:
    import uvicorn

    uvicorn.run(
        app, host=host, port=port, workers=workers, factory=isinstance(app, str), access_log=False, log_config=None,
        server_header=False, proxy_headers=True,
    )  # fmt: skip


def _worker() -> None:
    """Do background work: screening, redaction, themes. Stop it with Ctrl-C; it may be killed at any time."""
    settings = settings_or_refuse()
    from api import logs, worker
    from api.main import Behind, check_versions

    logs.configure(settings.log_level)
    shop = make_workshop(settings)
    try:
        check_versions(shop.main, shop.vault.database)
    except Behind as fault:
        refuse(str(fault))
    stop = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stop.set())
    say("Working. Stop with Ctrl-C.")
    worker.run(shop, stop)


def _demo(
    port: Annotated[int, typer.Option(help="Port to serve on.")] = 8000,
    serve: Annotated[bool, typer.Option("--serve/--no-serve", help="Serve the county after loading it.")] = True,
    as_json: Annotated[bool, typer.Option("--json", help="Print the links as one JSON object.")] = False,
) -> None:
    """A whole invented county: surveys, answers, themes, measures; served, with links to try."""
    from api import logs
    from api.demo import load
    from api.demo.serving import serve_county

    if serve:
        refuse_taken_port("127.0.0.1", port)
    settings = settings_or_refuse(
        environment=Environment.DEMO,
        data_dir=load.DEMO_DIR,
        base_url=f"http://127.0.0.1:{port}",
        council_name=load.COUNCIL,
        area_code=load.AREA_CODE,
        area_name=load.COUNCIL,
        help_lines=tuple(
            HelpLine(name=line.name, number=line.number, note=line.note, last_checked=line.last_checked)
            for line in load.help_lines(datetime.now(UTC).date())
        ),
        log_level="warning",
    )  # fmt: skip
    logs.configure(settings.log_level)
    with progress_bar() as bar:
        load.prepare(settings, migrate_databases, build_model, make_workshop, bar, say)
    if not serve:
        say("The county is loaded. Serve it with ./run demo")
        return

    def announce(links: dict[str, Any]) -> None:
        if as_json:
            write_json(links)
        else:
            say(load.told(links))

    serve_county(settings, make_workshop, port, announce)


def add_to(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.command("migrate")(_migrate)
    app.command("serve")(_serve)
    app.command("worker")(_worker)
    app.command("demo")(_demo)
    model = typer.Typer(no_args_is_help=True, help="The packaged sentence model.")

    @model.command("build")
    def build() -> None:
        """Build the sentence model from the packaged weights (once; a few seconds)."""
        from nlp import minilm_graph, screening_reader
        from nlp.embed import ModelMissing, open_embedder
        from nlp.field import field_of

        settings = settings_or_refuse()
        minilm_graph.build(settings.model_dir)  # anew, in case the one that is there is broken
        screening_reader.build(settings.model_dir)
        try:
            field_of(open_embedder(settings.model_dir, settings.embedding_model), settings.model_dir)
        except ModelMissing as fault:
            refuse(str(fault))
        say(f"The sentence model is in {settings.model_dir}.")

    @model.callback()
    def about() -> None:
        """The packaged sentence model."""

    app.add_typer(model, name="model")
