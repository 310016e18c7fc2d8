"""Where the parts are joined: ``create_app(settings)``. Routers, the gate, and how refusals and faults are told."""

from __future__ import annotations

import mimetypes
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, Response
from sqlalchemy import inspect, text
from sqlalchemy.exc import InterfaceError, InternalError, OperationalError, ProgrammingError, SQLAlchemyError
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from api import gate, logs, security, wiring
from api.advise.routes import router as advise
from api.brand import brand
from api.catalogues import FRONTEND_DIR, SOURCE_LANGUAGE
from api.collect.routes import router as collect
from api.db import Database
from api.design.routes import router as design
from api.errors import CATALOGUE, ErrorKind, Refused
from api.export.routes import router as export
from api.keyring import Keyring
from api.language_checks import Checks
from api.manage.routes import router as manage
from api.metrics.routes import router as metrics
from api.observe.routes import router as observe
from api.pages import Pages
from api.review.routes import router as review
from api.safeguard.routes import router as safeguard
from api.settings import PROJECT_DIR, Environment, Settings
from api.vault import Vault
from survey_engine.collection import Mode

if TYPE_CHECKING:
    from alembic.config import Config

UPLOAD_PREFIXES = (
    "/design/import",
    "/design/licensed/",
    "/design/media/",
    "/metrics/import",
    "/observe/",
    "/review/frames/upload",
)
MOST_SENT_BY_RESPONDENTS = 12_000_000
"""More than the largest photo that is kept, so that a somewhat larger one is told on its own page."""
JSON_PREFIX = "/api/"
STAFF_PLACES = {"staff", "manage"} | {href.split("/")[1] for _action, _text, href in wiring.NAVIGATION}
"""The first parts of the addresses of staff; what is wrong there is told on a staff page."""
OVER = frozenset({"no_session", "receipt_needed", "draft_expired"})
"""Refusals that only say that somebody's turn is over."""
ROUTERS = (collect, advise, observe, design, review, safeguard, export, metrics, manage)


class Behind(Exception):
    """A database is not at the version this code needs; the text says what to do."""


def create_app(settings: Settings, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> FastAPI:
    """The application for these settings. Raises ``Behind`` where a database needs ``earshot migrate`` first."""
    logs.configure(settings.log_level)
    main, vault = Database(settings.main_dsn), Database(settings.vault_dsn)
    check_versions(main, vault)
    keyring, checks = Keyring(settings.key()), Checks(main)
    app = FastAPI(
        title="Earshot",
        summary="Themes beside measures, as JSON, for staff who are signed in.",
        version="1",
        docs_url=None,  # its page would load scripts from another host
        redoc_url=None,
        openapi_url=JSON_PREFIX + "openapi.json",
        telemetry={"logs": False},
    )
    app.state.joined = wiring.Joined(
        settings=settings,
        main=main,
        keyring=keyring,
        pages=Pages(
            service_name=settings.service_name,
            council_name=settings.council_name,
            brand=brand(settings.accent, settings.logo),
            auto_reload=settings.environment is Environment.DEVELOPMENT,
            signed_off=checks,
        ),
        checks=checks,
        attempts=security.Attempts(keyring, settings.code_attempts_per_minute, settings.rate_limit_storage),
        clock=clock,
    )
    app.state.vault = Vault(vault, keyring)
    app.router.routes.extend(_every_route().routes)
    static = FRONTEND_DIR / "static"
    if static.is_dir():
        app.mount("/static", HashedFiles(directory=static), name="static")
    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(SQLAlchemyError, _storage)
    app.add_exception_handler(Exception, _fault)
    app.add_middleware(
        gate.Gate,
        base_url=settings.base_url,
        max_body=settings.max_body_bytes,
        secure=settings.base_url.startswith("https://"),
        uploads=dict.fromkeys(UPLOAD_PREFIXES, settings.max_upload_bytes) | {"/upload/": MOST_SENT_BY_RESPONDENTS},
    )
    return app


@cache
def _every_route() -> APIRouter:
    """The routes of all features behind the gate, once for the process: they hold nothing of an application."""
    behind_the_gate = APIRouter(dependencies=[Depends(wiring.passed_the_gate)])
    for router in ROUTERS:
        behind_the_gate.include_router(router)
    return behind_the_gate


def from_environment() -> FastAPI:
    """The application with the settings of the environment, for a server with several processes."""
    return create_app(Settings())


class HashedFiles(StaticFiles):
    """Built files carry their content's hash in the name, so a phone may keep them for ever; packed where it can read that.

    Only these are packed: pages hold a form's token, and packing secrets beside typed
    text would let their length tell (BREACH).
    """

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file, with leave to keep it."""
        packed = "gzip" in Headers(scope=scope).get("accept-encoding", "")
        if packed and self.lookup_path(f"{path}.gz")[1] is not None:
            response = await super().get_response(f"{path}.gz", scope)
            response.headers["content-encoding"] = "gzip"
            response.headers["content-type"] = mimetypes.guess_type(path)[0] or "application/octet-stream"
        else:
            response = await super().get_response(path, scope)
        response.headers["vary"] = "Accept-Encoding"
        response.headers["cache-control"] = "public, max-age=31536000, immutable"
        return response


# -- databases


def alembic_config(section: str, dsn: str) -> Config:
    """The migrations of ``main`` or ``vault`` for the database at ``dsn``."""
    from alembic.config import Config  # 12 MB, and serving needs none of it

    config = Config(PROJECT_DIR / "alembic.ini", ini_section="alembic" if section == "main" else section)
    config.attributes["dsn"] = dsn
    return config


def check_versions(main: Database, vault: Database) -> None:
    """Raise ``Behind`` unless both databases are at the newest version this code knows."""
    for section, database in (("main", main), ("vault", vault)):
        newest = newest_version(section)
        with database.engine.connect() as connection:
            is_migrated = inspect(connection).has_table("alembic_version")
            current = connection.scalar(text("SELECT version_num FROM alembic_version")) if is_migrated else None
        if current != newest:
            raise Behind(
                f"The {section} database is at version {current or 'none'}, this program needs {newest}. "
                "Run: earshot migrate"
            )


@cache
def newest_version(section: str) -> str:
    """The version that the migrations of ``main`` or ``vault`` lead to: their files' names begin with it, in order."""
    versions = (PROJECT_DIR / "migrations" / section / "versions").glob("*_*.py")
    return max(file.name.partition("_")[0] for file in versions)


# -- refusals and faults


def _wants_json(request: Request) -> bool:
    return request.url.path.startswith(JSON_PREFIX)


def tell(request: Request, kind: ErrorKind, *, details: tuple[str, ...] = (), reference: str = "") -> Response:
    """The page, or the JSON, for one entry of the catalogue."""
    if _wants_json(request):
        body = {"code": kind.code, "title": kind.title, "sentence": kind.sentence, "details": list(details)}
        return JSONResponse(body, kind.status)
    # what was posted may have no page of its own to come back to
    parts = wiring.as_seen(request.app.state.joined, request, here="" if request.method == "GET" else "/")
    path = request.url.path
    for_staff = path.strip("/").partition("/")[0] in STAFF_PLACES
    language = SOURCE_LANGUAGE if for_staff or kind.for_staff else wiring.own_language(request, parts)
    translate = parts.pages.translator(language)
    told: dict[str, Any] = {
        "title": translate(kind.title), "sentence": translate(kind.sentence), "details": details, "reference": reference,
    }  # fmt: skip
    again = kind.code == "too_many_tries" or (kind.code in _PASSING and request.method == "GET")
    href, label = (path, _TRY_AGAIN) if again else (kind.next_url, kind.next_label)
    if not for_staff:
        link = {"text": translate(label), "href": href} if href else None
        mode = Mode.KIOSK if wiring.KIOSK_COOKIE in request.cookies else Mode.WEB
        page = parts.pages.page(language, help_lines=parts.help_lines, mode=mode)
        return wiring.html_page(
            parts, parts.pages.render("collect/message.html", language, page=page, link=link, **told), kind.status
        )
    principal = _principal(request, look=kind.code not in _PASSING)
    if href == "/":
        href, label = ("/staff", _START_PAGE) if principal else ("/staff/sign-in", _SIGN_IN)
    link = {"text": translate(label), "href": href} if href else None
    if principal is not None:
        return wiring.staff_page(
            parts, principal, "errors/problem.html", path=path, status=kind.status, link=link, **told
        )
    page, demo = parts.pages.page(), wiring.is_demo(parts)
    return HTMLResponse(parts.pages.render("errors/problem.html", page=page, demo=demo, link=link, **told), kind.status)


def _(text: str) -> str:
    """Mark for translation."""
    return text


_TRY_AGAIN, _START_PAGE, _SIGN_IN = _("Try again"), _("Your start page"), _("Sign in")
_PASSING = ("storage_unavailable", "internal")
"""Faults that may be over in a minute, and of which the database may be the reason: their pages ask it for nothing."""


def _principal(request: Request, *, look: bool) -> security.Principal | None:
    """Who is signed in, so that a staff page keeps its way back; ``look``: also where no guard has asked yet."""
    known: security.Principal | None = getattr(request.state, "principal", None)
    if known is not None or not look:
        return known
    try:
        return wiring.signed_in(request, request.app.state.joined)
    except Refused:
        return None


def _refused(request: Request, fault: Exception) -> Response:
    assert isinstance(fault, Refused)
    if fault.kind.code in OVER and wiring.KIOSK_COOKIE in request.cookies:
        # Somebody pressed "back" on a tablet for many: there is nothing behind it, so it starts again.
        return wiring.see_other("/kiosk")
    return tell(request, fault.kind, details=fault.details)


def _http(request: Request, fault: Exception) -> Response:
    assert isinstance(fault, HTTPException)
    codes = {404: "not_found", 405: "method_not_allowed", 413: "body_too_large"}
    return tell(request, CATALOGUE[codes.get(fault.status_code, "malformed_request")])


def _invalid(request: Request, _fault: Exception) -> Response:
    # The fault's own text repeats what was sent; ours does not.
    return tell(request, CATALOGUE["not_found" if request.method == "GET" else "invalid_request"])


def _storage(request: Request, fault: Exception) -> Response:
    logs.logger().error("storage", error_type=type(fault).__name__, request_id=request.state.request_id)
    # full, read-only, locked, gone, or tables missing; a broken constraint is a bug of ours
    unavailable = isinstance(fault, OperationalError | InterfaceError | InternalError | ProgrammingError)
    kind = CATALOGUE["storage_unavailable" if unavailable else "internal"]
    return tell(request, kind, reference=request.state.request_id)


def _fault(request: Request, fault: Exception) -> Response:
    logs.logger().error(
        "fault", error_type=type(fault).__name__, where=_where(fault), request_id=request.state.request_id
    )
    response = tell(request, CATALOGUE["internal"], reference=request.state.request_id)
    # This answer is made outside the gate, so it gets here what the gate gives to all others.
    secure = request.app.state.joined.secure
    for name, value in (*gate.headers_of(secure=secure), gate.NOT_KEPT):
        response.headers[name.decode()] = value.decode()
    return response


def _where(fault: BaseException) -> str:
    """Module and line of the innermost frame: enough to find a bug, nothing of what was being handled."""
    trace = fault.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return "" if trace is None else f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"
