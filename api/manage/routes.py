"""Pages of signing in, accounts, ways into a wave and cases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated
from uuid import UUID

import segno
from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, Response

from api import audit, pairs, permissions, published, security
from api.errors import CATALOGUE, Refused
from api.manage import kiosks, models, paper, service
from api.manage.service import Account, Made
from api.pages import Summary
from api.permissions import Action
from api.published import OpenedWave
from api.roles import Role
from api.security import Principal
from api.vault.door import VaultDep
from api.wiring import (
    ROLE_NAMES,
    STAFF_COOKIE,
    START,
    Joined,
    OpenForm,
    Parts,
    SignedIn,
    StaffForm,
    allowed,
    one,
    see_other,
    set_cookie,
    staff_page,
)  # fmt: skip
from survey_engine.definition import Audience
from survey_engine.disclosure import Cell, CountTable, Policy, protect
from survey_engine.permission import Standing

router = APIRouter(include_in_schema=False)
for pages in (kiosks, models, paper):
    router.include_router(pages.router)

Administrator = Annotated[Principal, Depends(allowed(Action.MANAGE_STAFF))]
Inviter = Annotated[Principal, Depends(allowed(Action.MAKE_INVITATION))]
CaseHolder = Annotated[Principal, Depends(allowed(Action.LINK_CASE))]

PASSWORD_PAGE = "/staff/password"  # noqa: S105 - an address


def _(text: str) -> str:
    """Mark for translation."""
    return text


# -- signing in


@router.get("/staff")
def start(principal: SignedIn) -> Response:
    """Where this person's work begins."""
    return see_other(START[principal.role])


@router.get("/staff/sign-in")
def sign_in_page(parts: Parts) -> HTMLResponse:
    """E-mail address and password."""
    return _sign_in_page(parts)


@router.post("/staff/sign-in")
def sign_in(request: Request, parts: Parts, fields: OpenForm) -> Response:
    """Sign in with a password. The page never says which of the two was wrong."""
    email = one(fields, "email", limit=254)
    address = request.client.host if request.client else ""
    if not parts.attempts.allowed("sign-in", address):
        return _sign_in_page(parts, "too_many_tries", email)
    # Looked up before the writing session: argon2 takes its time, and a writer would keep others waiting.
    with parts.main.reading() as session:
        staff_id = security.check_password(session, email, _password(fields, "password"))
    if staff_id is None:
        parts.attempts.missed("sign-in", address)
        return _sign_in_page(parts, "sign_in_failed", email)
    with parts.main.writing() as session:
        security.close_session(session, parts.keyring, request.cookies.get(STAFF_COOKIE, ""))
        token = service.sign_in(
            session, parts.keyring, staff_id, hours=parts.settings.staff_session_hours, now=parts.clock()
        )
    return _signed_in(parts, token, "/staff")


@router.get("/staff/link/{token}")
def sign_in_by_link(request: Request, parts: Parts, token: str) -> Response:
    """Sign in by a one-time link. What a browser only fetches ahead does not use it up, and HEAD is not served."""
    if "prefetch" in request.headers.get("sec-purpose", ""):
        return Response(status_code=204)
    with parts.main.writing() as session:
        used = service.sign_in_by_link(
            session, parts.keyring, token, hours=parts.settings.staff_session_hours, now=parts.clock()
        )
    if used is None:
        raise Refused("sign_in_link_used")
    return _signed_in(parts, *used)


@router.post("/staff/sign-out")
def sign_out(request: Request, parts: Parts, principal: SignedIn, fields: StaffForm) -> Response:
    """End this browser's session."""
    with parts.main.writing() as session:
        security.close_session(session, parts.keyring, request.cookies[STAFF_COOKIE])
        audit.record(session, principal.actor, "staff.signed_out", principal.staff_id, now=parts.clock())
    response = see_other("/staff/sign-in")
    response.delete_cookie(STAFF_COOKIE, path="/", httponly=True, samesite="lax", secure=parts.secure)
    return response


@router.get(PASSWORD_PAGE)
def password_page(request: Request, parts: Parts, principal: SignedIn, done: str = "") -> HTMLResponse:
    """Choose a password."""
    return staff_page(parts, principal, "manage/password.html", path=request.url.path, problems=[], done=done)


@router.post(PASSWORD_PAGE)
def set_password(request: Request, parts: Parts, principal: SignedIn, fields: StaffForm) -> Response:
    """Set the own password; every other browser is signed out, this one gets a new session."""
    with parts.main.writing() as session:
        problems = service.set_password(
            session, principal.staff_id, _password(fields, "password"), _password(fields, "repeated"),
            by=principal.actor, now=parts.clock(),
        )  # fmt: skip
        if not problems:
            hours = parts.settings.staff_session_hours
            token = security.open_session(session, parts.keyring, principal.staff_id, hours=hours, now=parts.clock())
    if problems:
        template = "manage/password.html"
        return staff_page(parts, principal, template, path=request.url.path, status=422, problems=problems, done="")
    return _signed_in(parts, token, PASSWORD_PAGE + "?done=set")


def _password(fields: OpenForm, name: str) -> str:
    # Not ``one``: a password may begin or end with a space.
    values = fields.get(name)
    return values[0][:1000] if values else ""


def _sign_in_page(parts: Joined, code: str = "", email: str = "") -> HTMLResponse:
    kind = CATALOGUE.get(code)
    html = parts.pages.render(
        "security/sign_in.html",
        page=parts.pages.page(),
        email=email,
        problem=parts.pages.translator("en")(kind.sentence) if kind else None,
        action_url="/staff/sign-in",
        next_url="",
    )
    return HTMLResponse(html, kind.status if kind else 200)


def _signed_in(parts: Joined, token: str, leads_to: str) -> Response:
    response = see_other(leads_to)
    set_cookie(parts, response, STAFF_COOKIE, token, seconds=parts.settings.staff_session_hours * 3600)
    return response


# -- accounts


@router.get("/manage/staff")
def staff_list(request: Request, parts: Parts, administrator: Administrator, done: str = "") -> HTMLResponse:
    """All accounts, and a form for a new one."""
    return _staff_page(request, parts, administrator, done=done)


@router.post("/manage/staff")
def add_staff(request: Request, parts: Parts, administrator: Administrator, fields: StaffForm) -> Response:
    """Make an account; its first sign-in link is on the page that answers, and nowhere else."""
    typed = {name: one(fields, name, limit=300) for name in ("name", "email", "role")}
    with parts.main.writing() as session:
        added = service.add_staff(session, **typed, by=administrator.actor, now=parts.clock())
    if not isinstance(added, str):
        return _staff_page(request, parts, administrator, problems=added, typed=typed, status=422)
    return _link_page(request, parts, administrator, added)


@router.post("/manage/staff/{staff_id}/link")
def make_link(
    request: Request, parts: Parts, administrator: Administrator, staff_id: UUID, fields: StaffForm
) -> Response:
    """A fresh one-time link for somebody who cannot get in."""
    return _link_page(request, parts, administrator, str(staff_id))


@router.post("/manage/staff/{staff_id}/close")
def close_account(parts: Parts, administrator: Administrator, staff_id: UUID, fields: StaffForm) -> Response:
    """Close an account at once. Nobody closes their own, so there is always somebody left to open one."""
    with parts.main.writing() as session:
        if str(staff_id) == administrator.staff_id or not service.close_account(
            session, str(staff_id), by=administrator.actor, now=parts.clock()
        ):
            raise Refused("wrong_state")
    return see_other("/manage/staff?done=closed")


@router.post("/manage/staff/{staff_id}/reopen")
def reopen_account(parts: Parts, administrator: Administrator, staff_id: UUID, fields: StaffForm) -> Response:
    """Open a closed account again."""
    with parts.main.writing() as session:
        if not service.reopen_account(session, str(staff_id), by=administrator.actor, now=parts.clock()):
            raise Refused("wrong_state")
    return see_other("/manage/staff?done=reopened")


def _staff_page(
    request: Request, parts: Joined, administrator: Principal, *, done: str = "", problems: list[Summary] | None = None,
    typed: dict[str, str] | None = None, status: int = 200,
) -> HTMLResponse:  # fmt: skip
    with parts.main.reading() as session:
        listed = service.accounts(session)
    return staff_page(
        parts, administrator, "manage/staff.html", path=request.url.path, status=status, accounts=listed, done=done,
        problems=problems or [], typed=typed or {}, roles=[(role.value, name) for role, name in ROLE_NAMES.items()],
        role_names=ROLE_NAMES,
    )  # fmt: skip


def _link_page(request: Request, parts: Joined, administrator: Principal, staff_id: str) -> HTMLResponse:
    now = parts.clock()
    with parts.main.writing() as session:
        known: Account | None = service.account(session, staff_id)
        leads_to = "/staff" if known and known.has_password else PASSWORD_PAGE
        token = service.sign_in_link(session, parts.keyring, staff_id, leads_to, by=administrator.actor, now=now)
    if known is None or token is None:
        raise Refused("wrong_state")
    return staff_page(
        parts, administrator, "manage/link.html", path=request.url.path, account=known,
        link=f"{parts.settings.base_url}/staff/link/{token}", until=(now + security.SIGN_IN_LINK_LIFETIME).date(),
    )  # fmt: skip


# -- ways into a wave


@dataclass(frozen=True, slots=True)
class Card:
    """One way in as it is printed: what to scan, to open or to type."""

    link: str
    code: str
    picture: str


def card(base_url: str, made: Made) -> Card:
    """The card of a way in; its QR code is a picture inside the page, so nothing is fetched and nothing is stored."""
    link = f"{base_url}/s/{made.token}"
    picture = segno.make(link, error="m", micro=False).svg_data_uri(scale=4, border=4, dark="#000", light="#fff")
    return Card(link, security.shown_code(made.code), picture)


@router.get("/manage/waves/{wave_id}/invitations")
def invitations_page(request: Request, parts: Parts, inviter: Inviter, wave_id: UUID) -> HTMLResponse:
    """How to let people into a wave."""
    wave = _wave(parts, wave_id)
    return _invitations_page(request, parts, inviter, wave, {"expires_on": wave.closes_on.isoformat()})


@router.post("/manage/waves/{wave_id}/invitations")
def make_invitations(request: Request, parts: Parts, inviter: Inviter, wave_id: UUID, fields: StaffForm) -> Response:
    """Make ways in; the page that answers shows them this once."""
    wave = _wave(parts, wave_id)
    if not _takes_invitations(wave, parts.today):
        raise Refused("wrong_state")
    typed = {name: one(fields, name, limit=40) for name in ("kind", "count", "expires_on")}
    if wave.needs_permission:  # never one way in for many: each child's goes with one adult's
        typed["kind"] = "single"
    wanted = _read_invitations(typed, parts.today, wave.closes_on)
    if isinstance(wanted, list):
        return _invitations_page(request, parts, inviter, wave, typed, wanted)
    count, single_use, expires_on = wanted
    if wave.needs_permission:
        return _make_pairs(parts, inviter, wave, count, expires_on)
    with parts.main.writing() as session:
        made = service.make_invitations(
            session, parts.keyring, wave.id, count=count, single_use=single_use, expires_on=expires_on,
            created_by=inviter.actor, now=parts.clock(),
        )  # fmt: skip
    return staff_page(
        parts, inviter, "manage/invitations_made.html", path="/design", wave=wave, single_use=single_use,
        address=parts.settings.base_url.partition("://")[2],
        expires_on=expires_on, cards=[card(parts.settings.base_url, way) for way in made],
    )  # fmt: skip


def _make_pairs(parts: Joined, inviter: Principal, wave: OpenedWave, count: int, expires_on: date) -> HTMLResponse:
    with parts.main.writing() as session:
        made = service.make_pairs(
            session, parts.keyring, wave.id, count=count, expires_on=expires_on, closes_on=wave.closes_on,
            created_by=inviter.actor, now=parts.clock(),
        )  # fmt: skip
    base_url = parts.settings.base_url
    return staff_page(
        parts, inviter, "manage/pairs_made.html", path="/design", wave=wave, address=base_url.partition("://")[2],
        expires_on=expires_on, sheets=[(card(base_url, pair.child), card(base_url, pair.adult)) for pair in made],
    )  # fmt: skip


def _wave(parts: Joined, wave_id: UUID) -> OpenedWave:
    with parts.main.reading() as session:
        wave = published.wave(session, str(wave_id))
    if wave is None:
        raise Refused("not_found")
    return wave


def _takes_invitations(wave: OpenedWave, today: date) -> bool:
    """Open now or later, and answered by those it is about: practitioners' forms are opened from their own list."""
    asked_by_link = wave.published.survey.audience is not Audience.PRACTITIONER
    return asked_by_link and wave.takes_answers(max(today, wave.opens_on))


def _read_invitations(typed: dict[str, str], today: date, last: date) -> tuple[int, bool, date] | list[Summary]:
    problems = []
    single_use = typed["kind"] == "single"
    if typed["kind"] not in ("open", "single"):
        problems.append(Summary("kind", _("Choose one link for many people, or a code for each person.")))
    count = int(typed["count"]) if typed["count"].isascii() and typed["count"].isdigit() else 0
    if single_use and not 1 <= count <= service.MOST_INVITATIONS:
        problems.append(Summary("count", _("Write how many codes you need: a number from 1 to 200.")))
    try:
        expires_on = date.fromisoformat(typed["expires_on"])
    except ValueError:
        expires_on = today - timedelta(days=1)
    if not today <= expires_on <= last:
        problems.append(Summary("expires_on", _("Choose a day from today up to the day on which the wave closes.")))
    return problems or (count if single_use else 1, single_use, expires_on)


def _invitations_page(
    request: Request, parts: Joined, inviter: Principal, wave: OpenedWave, typed: dict[str, str],
    problems: list[Summary] | None = None,
) -> HTMLResponse:  # fmt: skip
    with parts.main.reading() as session:
        made = service.invitations_made(session, wave.id)
        needed = pairs.needed(session, wave.id) if wave.needs_permission else None
        counted = pairs.counted(session, wave.id) if needed else {}
        adults_wave = published.wave(session, needed.adults_wave_id) if needed and needed.adults_wave_id else None
    return staff_page(
        parts, inviter, "manage/invitations.html", path="/design", status=422 if problems else 200, wave=wave,
        made=made, typed=typed, problems=problems or [], possible=_takes_invitations(wave, parts.today),
        for_practitioners=wave.published.survey.audience is Audience.PRACTITIONER, action_url=request.url.path,
        needed=needed, adults_wave=adults_wave, pairs_made=sum(counted.values()),
        standings=_protected(counted, parts.settings.disclosure_threshold) if needed else {},
    )  # fmt: skip


def _protected(counted: Mapping[Standing, int], threshold: int) -> dict[str, Cell]:
    """How many said what, as it may be shown beside how many sheets were made, which whoever made them knows.

    Nobody and everybody are hidden like a few: they would say of each child what its adult said.
    """
    table = CountTable(("standing",), {(standing.value,): counted[standing] for standing in Standing})
    safe = protect(table, Policy(threshold=threshold, zero_discloses=True))
    return {standing.value: safe.cells[standing.value,] for standing in Standing}


# -- cases


@router.get("/manage/cases")
def cases_page(request: Request, parts: Parts, holder: CaseHolder, done: str = "") -> HTMLResponse:
    """The cases on a list, and a form to put one on it."""
    return _cases_page(request, parts, holder, done=done)


@router.post("/manage/cases")
def link_case(request: Request, parts: Parts, vault: VaultDep, holder: CaseHolder, fields: StaffForm) -> Response:
    """Put a case on a list by its reference, which only the vault keeps."""
    typed = {"reference": one(fields, "reference", limit=200), "names": one(fields, "names")}
    chosen = one(fields, "practitioner", limit=36)
    with parts.main.writing() as session:
        listed = dict(service.practitioners(session))
        owner = holder.staff_id if holder.role is Role.PRACTITIONER else chosen
        if owner in listed:
            names = service.read_names(typed["names"])
            linked = service.link_case(
                session, vault, typed["reference"], names, owner, by=holder.actor, now=parts.clock()
            )
        else:
            linked = [Summary("practitioner", _("Choose whose case this is."))]
    if not isinstance(linked, str):
        return _cases_page(request, parts, holder, problems=linked, typed=typed | {"practitioner": chosen}, status=422)
    return see_other(f"/manage/cases?done={linked}")


@router.post("/manage/cases/{assignment_id}/remove")
def unlink_case(parts: Parts, holder: CaseHolder, assignment_id: UUID, fields: StaffForm) -> Response:
    """Take a case off a list; typing its reference again puts it back."""
    with parts.main.writing() as session:
        if not service.unlink_case(
            session, str(assignment_id), staff_id=_only_own(holder), by=holder.actor, now=parts.clock()
        ):
            raise Refused("wrong_state")
    return see_other("/manage/cases?done=removed")


def _only_own(holder: Principal) -> str | None:
    return holder.staff_id if holder.role is Role.PRACTITIONER else None


def _cases_page(
    request: Request, parts: Joined, holder: Principal, *, done: str = "", problems: list[Summary] | None = None,
    typed: dict[str, str] | None = None, status: int = 200,
) -> HTMLResponse:  # fmt: skip
    own = _only_own(holder)
    with parts.main.reading() as session:
        listed = service.cases(session, own)
        practitioners = () if own else service.practitioners(session)
    return staff_page(
        parts, holder, "manage/cases.html", path="/observe" if own else request.url.path, status=status, cases=listed,
        practitioners=practitioners, is_own=own is not None, problems=problems or [], typed=typed or {}, done=done,
        linked=next((case for case in listed if case.assignment_id == done), None),
        may_log=permissions.may(holder.role, Action.LOG_OBSERVATION),
    )  # fmt: skip
