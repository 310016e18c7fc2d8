"""“I want someone to contact me”: a page of its own, apart from every question and every answer.

It works without an invitation, without scripts and in the middle of a survey, and touches
no cookie. What is written goes sealed into the vault and there into the reading queue of
safeguarding, and nowhere else; whether it is bound to somebody's answers is their own yes.
A child who asks is never turned away without a number to ring.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session

from api import security
from api.collect import drafts, service
from api.collect.drafts import Draft
from api.collect.visit import ADULT, INVITED, MINE, Visit, Visitor
from api.errors import Refused
from api.look import way_back
from api.models.columns import new_id
from api.pages import Summary
from api.vault import READING_TARGET, Asked
from api.vault.contacts import CONTACT_TARGET
from api.vault.door import VaultDep
from api.wiring import Fields, OpenForm, one, see_other
from nlp.screen import screen

router = APIRouter(include_in_schema=False)

LONGEST = {"reach": 1_000, "say": 4_000, "name": 100, "not_to_know": 1_000}
"""The fields for own words and the most characters each takes."""
RING = ("yes", "no", "not_sure")
LONGEST_BACK = 300
MOST_UNREAD = 200
"""Requests that may wait unread at once: more than any council gets, few enough that a machine cannot bury the others."""
_TURNS_TEXT_ROUND = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Marks that show letters in another order than they stand: a number to ring must be what it looks like."""


def _(text: str) -> str:
    """Mark for translation."""
    return text


REACH_MISSING = _("Tell us how we can reach you. A phone number, an email or a place is fine.")
TOO_LONG = _("That is too long. Make it a bit shorter.")
TOO_MANY = _("We cannot take this right now. Please ring one of the numbers below, or try again in one hour.")
OPEN_TOO_LONG = _("This page was open for a long time. Look at it and press Send again.")


@router.get("/contact")
def contact_page(visit: Visit, back: str = "") -> HTMLResponse:
    """What somebody can tell who wants to be contacted; ``back`` is the question whose half answer was saved on the way."""
    return _form(visit, {"back": back}, new_id())


@router.post("/contact")
def ask_for_contact(visit: Visit, vault: VaultDep, fields: OpenForm) -> Response:
    """Keep a request to be contacted. Sending twice is the same as sending once."""
    typed = {name: clean(one(fields, name, limit=most * 2)) for name, most in LONGEST.items()}
    typed["ring"] = ring if (ring := one(fields, "ring", limit=10)) in RING else ""
    typed |= {name: one(fields, name, limit=limit) for name, limit in (("answers", 5), ("back", LONGEST_BACK))}
    sheet = _sheet(one(fields, "sheet", limit=40))
    problems = [Summary(name, TOO_LONG) for name, most in LONGEST.items() if len(typed[name]) > most]
    if not typed["reach"]:
        problems.insert(0, Summary("reach", REACH_MISSING))
    if problems:
        return _form(visit, typed, sheet, problems, 422)
    if not visit.parts.attempts.allowed("contact", visit.address) or vault.contacts.unread() >= MOST_UNREAD:
        return _form(visit, typed, sheet, [Summary("", TOO_MANY)], 429)
    if visit.cookie and not _is_of_this_phone(visit, fields):
        return _form(visit, typed, sheet, [Summary("", OPEN_TOO_LONG)], 422)
    response_id, language = None, visit.language
    if typed["answers"] == "yes":
        with visit.parts.main.glancing() as session:
            draft, response_id = _own(visit, session)
            language = draft.language if draft else language
    asked = Asked(
        reach=typed["reach"], say=typed["say"], name=typed["name"], ring=typed["ring"],
        not_to_know=typed["not_to_know"], language=language, response_id=response_id,
    )  # fmt: skip
    seen = screen("\n".join((asked.say, asked.reach, asked.not_to_know)), language)
    tier = "red" if seen.tier == "red" else "amber"
    vault.contacts.keep(
        sheet, asked, tier=tier, reasons=("contact_asked", *seen.reasons), now=visit.parts.clock(),
        due_in=READING_TARGET["red"] if tier == "red" else CONTACT_TARGET,
    )  # fmt: skip
    visit.parts.attempts.missed("contact", visit.address)
    return see_other(f"/contact/sent?{urlencode({'back': typed['back']})}" if typed["back"] else "/contact/sent")


@router.get("/contact/sent")
def contact_sent(visit: Visit, back: str = "") -> HTMLResponse:
    """What happens next, and by when."""
    with visit.parts.main.glancing() as session:
        draft, _response = _own(visit, session)
    return visit.page(
        "collect/contact_sent.html", language=draft.language if draft else "", back_url=_back(visit, draft, back),
        council=visit.parts.settings.council_name,
    )  # fmt: skip


def clean(text: str) -> str:
    r"""The text in one Unicode form, without control characters and marks that turn its order round.

    >>> clean("ring\u202e 123\x07 \r\n now ")
    'ring 123 \n now'
    """
    plain = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    kept = (
        c for c in plain if c == "\n" or (unicodedata.category(c) not in ("Cc", "Cs") and c not in _TURNS_TEXT_ROUND)
    )
    return "".join(kept).strip()


def _form(
    visit: Visitor, typed: Mapping[str, str], sheet: str, problems: Sequence[Summary] = (), status: int = 200
) -> HTMLResponse:
    with visit.parts.main.glancing() as session:
        draft, response_id = _own(visit, session)
    language = draft.language if draft else visit.language
    translate = visit.parts.pages.translator(language)
    return visit.page(
        "collect/contact.html", status, language=language, cookie=visit.cookie, typed=typed, sheet=sheet,
        problems=[Summary(problem.field, translate(problem.sentence)) for problem in problems],
        back_url=_back(visit, draft, typed.get("back", "")), may_show_answers=response_id is not None,
        council=visit.parts.settings.council_name,
    )  # fmt: skip


def _own(visit: Visitor, session: Session) -> tuple[Draft | None, str | None]:
    """The draft of this phone, and the response that is this phone's own: being answered, sent, or opened by three words."""
    way = drafts.way_in(visit.cookie)
    if way is not None:
        draft = drafts.find(session, visit.parts.keyring, way)
        if draft is not None or service.receipt_of(session, visit.parts.keyring, way) is not None:
            return draft, way.response_id
    return None, _carried(visit, MINE, visit.receipt_cookie)


def _back(visit: Visitor, draft: Draft | None, asked: str) -> str:
    """The page to go on with; ``asked`` comes from an address, and counts only where it leads into somebody's own survey."""
    if draft is not None and asked.startswith("/q/"):
        return way_back(asked)
    if draft is not None:
        return visit.where_they_were(draft)
    if drafts.way_in(visit.cookie) is not None:
        return "/done"
    if _carried(visit, INVITED, visit.cookie) is not None:
        return "/agree"
    if _carried(visit, ADULT, visit.adult_cookie) is not None:
        return "/permission"
    return "/mine" if _carried(visit, MINE, visit.receipt_cookie) is not None else "/"


def _carried(visit: Visitor, what: str, sealed: str) -> str | None:
    try:
        return visit.carried(what, sealed)
    except Refused:
        return None


def _is_of_this_phone(visit: Visitor, fields: Fields) -> bool:
    # A phone without a cookie has no session that somebody could abuse; the gate refuses what another site posts.
    return security.csrf_matches(visit.parts.keyring, visit.cookie, one(fields, "csrf", limit=100))


def _sheet(typed: str) -> str:
    """The number of the page that was sent, so that a second press is told from a second request."""
    try:
        return str(UUID(typed))
    except ValueError:
        return new_id()
