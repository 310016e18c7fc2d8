"""What a handler may ask for: the parts of the application, who is asking, the form that was posted.

A handler's signature tells who may call it: ``(parts: Parts, officer: Officer, …)``. A
route without a person in its signature says ``Anyone`` on purpose; a test looks at all.
The vault is not here: only the features the import contract names ask ``api.vault`` for it.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Annotated, Any
from urllib.parse import parse_qs

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from api import look, permissions, security
from api.db import Database
from api.errors import Refused
from api.keyring import Keyring
from api.language_checks import Checks
from api.pages import HelpLine, Link, Pages, StaffMember
from api.permissions import Action
from api.roles import Role
from api.settings import Environment, Settings

STAFF_COOKIE = "earshot_staff"
RESPONDENT_COOKIE = "earshot"
ADVISER_COOKIE = "earshot_adviser"
LANGUAGE_COOKIE = "earshot_language"
"""What somebody chose on this phone; only ever set by choosing."""
KIOSK_COOKIE = "earshot_kiosk"
MAXIMUM_FIELDS = 400

Fields = Mapping[str, Sequence[str]]
"""A posted form: each field with all its values, in the order in which they came."""


@dataclass(frozen=True, slots=True)
class Joined:
    """The parts of one running application, made once by ``create_app``."""

    settings: Settings
    main: Database
    keyring: Keyring
    pages: Pages
    attempts: security.Attempts
    checks: Checks
    clock: Callable[[], datetime]
    packs: bool = False
    """Whether the device that asks takes packed pages (``as_seen``)."""

    @property
    def today(self) -> date:
        """The day it is, in UTC: all that is ever kept of when somebody answered."""
        return self.clock().date()

    @property
    def secure(self) -> bool:
        """Whether cookies travel over https only."""
        return self.settings.base_url.startswith("https://")

    @property
    def help_lines(self) -> tuple[HelpLine, ...]:
        """The council's own numbers; the national ones are part of every page."""
        return tuple(
            HelpLine(line.name, line.number, line.note, line.last_checked) for line in self.settings.help_lines
        )


# The small dependencies are ``async`` although they wait for nothing: FastAPI runs a plain
# function in a thread of its own, which costs more than they do.


async def joined(request: Request) -> Joined:
    """The parts of the application that got this request."""
    parts: Joined = request.app.state.joined
    return parts


Parts = Annotated[Joined, Depends(joined)]


def own_language(request: Request, parts: Joined, offered: Sequence[str] = ()) -> str:
    """The language somebody chose on this phone, else the first its browser asks for, among those on offer.

    ``offered`` are the interface's own unless given; the first of them where nothing fits.
    """
    offered = offered or parts.pages.languages
    asked = [request.cookies.get(LANGUAGE_COOKIE, ""), *accepted(request.headers.get("accept-language", ""))]
    for wanted in asked:
        while wanted:
            if wanted in offered:
                return wanted
            wanted = wanted.rpartition("-")[0]
    return offered[0]


def accepted(header: str) -> list[str]:
    """The languages of an ``Accept-Language`` header, the most wanted first; what cannot be read is left out.

    >>> accepted("en;q=0.4, pl-PL, pl;q=0.9, *;q=0.1, de;q=0")
    ['pl-PL', 'pl', 'en']
    """
    found = re.findall(
        r"(?:^|,)\s*([a-zA-Z]{1,8}(?:-[a-zA-Z0-9]{1,8})*)\s*(?:;\s*q=([01](?:\.\d{0,3})?))?\s*(?=,|$)", header[:500]
    )
    weighed = [(float(weight or 1), tag) for tag, weight in found]
    return [tag for weight, tag in sorted(weighed, key=lambda one: -one[0]) if weight > 0]


def as_seen(parts: Joined, request: Request, here: str = "") -> Joined:
    """The parts whose pages look as the device that asks wants them, and whose settings lead back to where it is.

    ``here`` is for pages that have no address of their own.
    """
    chosen = look.Look.from_cookie(request.cookies.get(look.COOKIE, ""))
    path, language = request.url.path, request.query_params.get("language")
    if request.method == "POST":  # a form is shown again where it was posted to, but a file is at that address itself
        path = path.replace("/upload/", "/q/", 1)
    here = here or look.way_back(f"{path}?language={language}" if language else path)
    packs = "gzip" in request.headers.get("accept-encoding", "")
    return replace(parts, pages=parts.pages.as_seen(chosen, here), packs=packs)


async def joined_as_seen(request: Request, parts: Parts) -> Joined:
    """The parts for a visitor's own pages."""
    return as_seen(parts, request)


SeenParts = Annotated[Joined, Depends(joined_as_seen)]
"""What handlers of respondents' and advisers' pages ask for in place of ``Parts``."""


async def passed_the_gate(request: Request) -> None:
    """Refuse what ``gate`` found wrong with the request, here, where a page can be shown for it."""
    refused: str | None = request.state.refused
    if refused is not None:
        raise Refused(refused)


# -- forms


async def posted(request: Request) -> Fields:
    """The fields of an ordinary form (urlencoded); ``malformed_request`` for anything else."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    body = await request.body()
    if kind != "application/x-www-form-urlencoded" and body:
        raise Refused("malformed_request")
    try:
        return parse_qs(body.decode("ascii"), keep_blank_values=True, max_num_fields=MAXIMUM_FIELDS, errors="replace")
    except ValueError as fault:  # too many fields, or bytes that no form sends
        raise Refused("malformed_request") from fault


OpenForm = Annotated[Fields, Depends(posted)]
"""A form anyone may post; only the gate guards it, because there is no session yet to forge."""


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """A file somebody uploaded, read whole (the gate bounds it)."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Upload:
    """A form with files."""

    fields: Fields
    files: Mapping[str, Sequence[UploadedFile]]


async def uploaded(request: Request) -> Upload:
    """The fields and files of a multipart form; ``malformed_request`` where it is none."""
    try:
        form = await request.form(max_files=40, max_fields=MAXIMUM_FIELDS)
    except HTTPException as fault:
        raise Refused("malformed_request") from fault
    fields: dict[str, list[str]] = {}
    files: dict[str, list[UploadedFile]] = {}
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            if value.filename:
                files.setdefault(name, []).append(UploadedFile(value.filename[:200], await value.read()))
        else:
            fields.setdefault(name, []).append(value)
    return Upload(fields, files)


def one(fields: Fields, name: str, *, limit: int = 10_000) -> str:
    """The first value of a field without outer blanks, at most ``limit`` characters; empty where there is none."""
    values = fields.get(name)
    # NUL is no character anybody types, and PostgreSQL refuses it
    return values[0].replace("\x00", "").strip()[:limit] if values else ""


def check_csrf(parts: Joined, session_token: str, fields: Fields) -> None:
    """Refuse a form that did not come from our own page of this session."""
    if not session_token or not security.csrf_matches(parts.keyring, session_token, one(fields, "csrf", limit=100)):
        raise Refused("missing_csrf")


# -- staff


def signed_in(request: Request, parts: Parts) -> security.Principal:
    """The member of staff who asks; ``sign_in_required`` for anyone else."""
    token = request.cookies.get(STAFF_COOKIE, "")
    if token:
        with parts.main.reading() as session:
            principal = security.who(session, parts.keyring, token, now=parts.clock())
        if principal is not None:
            request.state.principal = principal
            return principal
    raise Refused("sign_in_required")


SignedIn = Annotated[security.Principal, Depends(signed_in)]


def allowed(action: Action) -> Callable[..., security.Principal]:
    """A guard: the signed-in person, if their role includes the action."""

    def guard(principal: SignedIn) -> security.Principal:
        permissions.check(principal.role, action)
        return principal

    return guard


async def staff_form(request: Request, parts: Parts, fields: OpenForm) -> Fields:
    """A form posted by a signed-in member of staff from one of our pages."""
    check_csrf(parts, request.cookies.get(STAFF_COOKIE, ""), fields)
    return fields


async def staff_upload(request: Request, parts: Parts, upload: Annotated[Upload, Depends(uploaded)]) -> Upload:
    """A form with files posted by a signed-in member of staff from one of our pages."""
    check_csrf(parts, request.cookies.get(STAFF_COOKIE, ""), upload.fields)
    return upload


StaffForm = Annotated[Fields, Depends(staff_form)]
StaffUpload = Annotated[Upload, Depends(staff_upload)]


# -- answers


NAVIGATION: tuple[tuple[Action, str, str], ...] = (
    (Action.LOG_OBSERVATION, "Observations", "/observe"),
    (Action.REVIEW_THEMES, "Desk", "/review"),
    (Action.DESIGN_SURVEY, "Surveys", "/design"),
    (Action.SEE_MEASURES, "Measures", "/metrics"),
    (Action.REQUEST_RELEASE, "Releases", "/export"),
    (Action.DECIDE_RELEASE, "Releases", "/export"),
    (Action.READ_QUEUE, "Reading queue", "/safeguard"),
    (Action.MANAGE_STAFF, "Staff", "/manage/staff"),
)
START: dict[Role, str] = {
    Role.PRACTITIONER: "/observe",
    Role.OFFICER: "/review",
    Role.RESEARCHER: "/export",
    Role.SAFEGUARDING: "/safeguard",
    Role.ADMINISTRATOR: "/manage/staff",
}
ROLE_NAMES: dict[Role, str] = {
    Role.PRACTITIONER: "Practitioner",
    Role.OFFICER: "Participation officer",
    Role.RESEARCHER: "Researcher",
    Role.SAFEGUARDING: "Safeguarding lead",
    Role.ADMINISTRATOR: "Administrator",
}


def staff_page(
    parts: Joined, principal: security.Principal, template: str, *, path: str = "", status: int = 200,
    media: Mapping[str, str] | None = None, **context: Any,
) -> HTMLResponse:  # fmt: skip
    """A staff page, with the navigation of this person's role; ``path`` marks where they are.

    ``media`` are the pictures and recordings of the survey the page shows (``Survey.media``).
    """
    entries = dict.fromkeys(
        (text, href) for action, text, href in NAVIGATION if permissions.may(principal.role, action)
    )
    navigation = tuple(Link(text, href, current=path.startswith(href)) for text, href in entries)
    page = parts.pages.page(
        csrf=principal.csrf, staff=StaffMember(principal.name, ROLE_NAMES[principal.role], navigation), media=media
    )
    html = parts.pages.render(template, page=page, principal=principal, demo=is_demo(parts), **context)
    return HTMLResponse(html, status)


def is_demo(parts: Joined) -> bool:
    """Whether everything here is invented; pages say so."""
    return parts.settings.environment is Environment.DEMO


SMALLEST_PACKED = 1000
"""Bytes below which packing a page gains nothing."""


def html_page(parts: Joined, html: str, status: int = 200) -> HTMLResponse:
    """A page for respondents and advisers (``parts`` as seen by their device), packed where their browser takes that: less than half of their data.

    Packing is safe here and not on pages of staff: nothing that another site could choose (a
    filter in the address) is shown beside what is somebody's own, forms of other sites are
    refused (``gate``), and a form's token is another one on each page (decision 0025).
    """
    content = html.encode()
    if len(content) < SMALLEST_PACKED or not parts.packs:
        return HTMLResponse(content, status)
    return HTMLResponse(gzip.compress(content, 6, mtime=0), status, headers={"content-encoding": "gzip"})


def see_other(path: str) -> RedirectResponse:
    """303: the answer to every successful form, so that loading the page again sends nothing twice."""
    return RedirectResponse(path, 303)


def set_cookie(parts: Joined, response: Response, name: str, value: str, *, seconds: int | None) -> None:
    """A strictly necessary cookie: unreadable for scripts, never sent across sites by a form."""
    response.set_cookie(name, value, max_age=seconds, httponly=True, samesite="lax", secure=parts.secure, path="/")
