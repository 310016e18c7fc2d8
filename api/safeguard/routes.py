"""The reading queue and the redactions to check, over HTTP. Every change is a plain form."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from api.pages import Summary
from api.permissions import Action
from api.safeguard import masks, redactions, service
from api.security import Principal
from api.vault.door import VaultDep
from api.wiring import Joined, Parts, StaffForm, allowed, one, see_other, staff_page

router = APIRouter(include_in_schema=False)

PAGE_SIZE = 25
SHOWN = ("waiting", "mine", "decided")


def _(text: str) -> str:
    """Mark for translation."""
    return text


SENTENCES = {
    "unknown_decision": _("Choose what happens with it."),
    "empty": _("Write what may be used, or press “Leave it out”."),
    "too_long": _("Make it shorter."),
    "identifier": _(
        "An address, a telephone or other long number, a postcode or an account is still in it. Take it out."
    ),
}
FLASHES = {
    "decided": _("Your decision is recorded. You find it under “Decided” and can reopen it there."),
    "judged": _("Kept, without the words. You can change it as long as your name stands at this text."),
    "reopened": _("It is back among those to read."),
    "accepted": _("Only the text you accepted is used from now on."),
    "taken_back": _("It is used nowhere until somebody has looked at it again."),
    "left_out": _("It is left out. You can take it up again under “Left out”."),
}

KINDS = {
    "PERSON": _("A person"),
    "LOCATION": _("A place"),
    "SCHOOL": _("A school"),
    "ORG_LOCAL": _("A home, a club or a service"),
    "ADDRESS": _("An address"),
    "POSTCODE": _("A postcode"),
    "PHONE": _("A number"),
    "EMAIL": _("An e-mail address"),
    "URL_PROFILE": _("A web address"),
    "USERNAME": _("A user name"),
    "DATE_OF_BIRTH": _("A date of birth"),
    "NHS_NUMBER": _("An NHS number"),
    "UPN": _("A pupil number"),
    "CASE_REF": _("A reference"),
    "UNKNOWN_NAME": _("Perhaps a name"),
    "": _("All together"),
}
"""What is hidden, as the pages say it."""

Lead = Annotated[Principal, Depends(allowed(Action.READ_QUEUE))]
Checker = Annotated[Principal, Depends(allowed(Action.CHECK_REDACTION))]


@router.get("/safeguard")
def queue(parts: Parts, vault: VaultDep, lead: Lead, show: str = "waiting", page: int = 1, done: str = "") -> Response:
    """The reading queue, the most urgent first."""
    show = show if show in SHOWN else "waiting"
    with parts.main.reading() as session:
        found = service.queue(session, vault, show, staff_id=lead.staff_id, now=parts.clock())
        to_check = redactions.waiting(session)
    pages = max(1, -(-len(found.entries) // PAGE_SIZE))
    current = min(max(page, 1), pages)
    entries = found.entries[(current - 1) * PAGE_SIZE : current * PAGE_SIZE]
    return staff_page(
        parts, lead, "safeguard/queue.html", path="/safeguard",
        queue=found, entries=entries, show=show, current=current, pages=pages, to_check=to_check,
        most_shown=service.MOST_SHOWN, flash=FLASHES.get(done, ""), **_here(parts),
    )  # fmt: skip


@router.get("/safeguard/redactions")
def to_check(
    parts: Parts, checker: Checker, show: str = "waiting", done: str = "", before: UUID | None = None
) -> Response:
    """The texts the computer was not sure it made safe."""
    left_out = show == "left_out"
    with parts.main.reading() as session:
        listed = redactions.unsure(session, left_out=left_out)
        waiting = redactions.waiting(session)
    return staff_page(
        parts, checker, "safeguard/redactions.html", path="/safeguard",
        listed=listed, waiting=waiting, left_out=left_out, flash=FLASHES.get(done, ""), before=before,
    )  # fmt: skip


@router.get("/safeguard/redactions/how-well")
def how_well(parts: Parts, checker: Checker) -> Response:
    """What people who checked did with the computer's masks, counted by kind."""
    with parts.main.reading() as session:
        rows = redactions.masking(session)
    return staff_page(
        parts, checker, "safeguard/masking.html", path="/safeguard", rows=rows, enough=redactions.ENOUGH_CHECKS,
        kinds=KINDS,
    )  # fmt: skip


@router.get("/safeguard/redactions/used")
def in_use(parts: Parts, checker: Checker) -> Response:
    """Where to look for a text in use that was made safe wrongly."""
    return staff_page(parts, checker, "safeguard/used.html", path="/safeguard", words="", listed=None)


@router.post("/safeguard/redactions/used")
def find_used(parts: Parts, checker: Checker, fields: StaffForm) -> Response:
    """The texts in use that hold these words. Posted, so that no words stand in an address."""
    words = one(fields, "words", limit=200)
    with parts.main.reading() as session:
        listed = redactions.used(session, words)
    return staff_page(parts, checker, "safeguard/used.html", path="/safeguard", words=words, listed=listed)


@router.get("/safeguard/redactions/{answer_id}")
def redaction(
    parts: Parts, vault: VaultDep, checker: Checker, answer_id: UUID, done: str = "", before: UUID | None = None
) -> Response:
    """One text: the original beside what may be used. ``before``: the one checked last, to undo it."""
    with parts.main.writing() as session:
        found = redactions.beside(session, vault, str(answer_id), actor=checker.actor, now=parts.clock())
    return _redaction_page(parts, checker, found, found.proposed, flash=FLASHES.get(done, ""), before=before)


@router.post("/safeguard/redactions/{answer_id}/masks")
def accept_masks(parts: Parts, vault: VaultDep, checker: Checker, answer_id: UUID, fields: StaffForm) -> Response:
    """Use the original with the chosen words hidden, and go on to the next text."""
    hidden, kind = fields.get("hide", ()), one(fields, "kind", limit=30) or "PERSON"
    with parts.main.writing() as session:
        code = redactions.accept_masks(
            session, vault, str(answer_id), one(fields, "stage"), hidden, kind,
            actor=checker.actor, now=parts.clock(),
        )  # fmt: skip
        if code is None:
            following = redactions.next_waiting(session)
            path = f"/safeguard/redactions/{following}" if following else "/safeguard/redactions"
            return see_other(f"{path}?done=accepted&before={answer_id}")
        found = redactions.beside(session, vault, str(answer_id), actor=checker.actor, now=parts.clock())
    return _redaction_page(
        parts, checker, found, found.proposed, problem=_sentence(parts, code), chosen=(set(hidden), kind)
    )


@router.post("/safeguard/redactions/{answer_id}/take-back")
def take_back(parts: Parts, checker: Checker, answer_id: UUID, fields: StaffForm) -> Response:
    """Look again at a text that is in use; until then it is used nowhere."""
    with parts.main.writing() as session:
        redactions.take_back(session, str(answer_id), actor=checker.actor, now=parts.clock())
    return see_other(f"/safeguard/redactions/{answer_id}?done=taken_back")


@router.post("/safeguard/redactions/{answer_id}/accept")
def accept(parts: Parts, vault: VaultDep, checker: Checker, answer_id: UUID, fields: StaffForm) -> Response:
    """Use the text as the person left it."""
    text = one(fields, "text", limit=redactions.LONGEST_TEXT * 2)
    with parts.main.writing() as session:
        code = redactions.accept(
            session, str(answer_id), one(fields, "stage"), text, actor=checker.actor, now=parts.clock()
        )
        if code is None:
            return see_other("/safeguard/redactions?done=accepted")
        found = redactions.beside(session, vault, str(answer_id), actor=checker.actor, now=parts.clock())
    return _redaction_page(parts, checker, found, text, problem=_sentence(parts, code))


@router.post("/safeguard/redactions/{answer_id}/leave-out")
def leave_out(parts: Parts, checker: Checker, answer_id: UUID, fields: StaffForm) -> Response:
    """Use the text nowhere."""
    with parts.main.writing() as session:
        redactions.leave_out(session, str(answer_id), one(fields, "stage"), actor=checker.actor, now=parts.clock())
    return see_other("/safeguard/redactions?done=left_out")


@router.get("/safeguard/order")
def order(parts: Parts, vault: VaultDep, lead: Lead) -> Response:
    """How often the computer's order was right, as far as readers said so."""
    return staff_page(
        parts, lead, "safeguard/order.html", path="/safeguard",
        order=service.order(vault), fewest=service.FEWEST_FOR_A_SHARE,
    )  # fmt: skip


@router.get("/safeguard/{item_id}")
def item(parts: Parts, vault: VaultDep, lead: Lead, item_id: UUID, done: str = "") -> Response:
    """One item; its words are shown to whoever has claimed it."""
    return _item_page(parts, vault, lead, str(item_id), flash=FLASHES.get(done, ""))


@router.get("/safeguard/{item_id}/file")
def file(parts: Parts, vault: VaultDep, lead: Lead, item_id: UUID) -> Response:
    """The picture or recording of an item, for whoever has claimed it."""
    with parts.main.writing() as session:
        opened = service.open_file(
            session, vault, str(item_id), staff_id=lead.staff_id, actor=lead.actor, now=parts.clock()
        )
    return Response(opened.data, media_type=opened.media_type)


@router.post("/safeguard/{item_id}/claim")
def claim(parts: Parts, vault: VaultDep, lead: Lead, item_id: UUID, fields: StaffForm) -> Response:
    """Take an item to read it."""
    with parts.main.writing() as session:
        service.claim(session, vault, str(item_id), staff_id=lead.staff_id, actor=lead.actor, now=parts.clock())
    return see_other(f"/safeguard/{item_id}")


@router.post("/safeguard/{item_id}/decide")
def decide(parts: Parts, vault: VaultDep, lead: Lead, item_id: UUID, fields: StaffForm) -> Response:
    """Record what happens with an item."""
    note = one(fields, "note", limit=service.LONGEST_NOTE)
    with parts.main.writing() as session:
        decided = service.decide(
            session, vault, str(item_id), one(fields, "decision"), note,
            staff_id=lead.staff_id, actor=lead.actor, now=parts.clock(),
        )  # fmt: skip
    if not decided:
        return _item_page(parts, vault, lead, str(item_id), problem=_sentence(parts, "unknown_decision"), note=note)
    return see_other("/safeguard?done=decided")


@router.post("/safeguard/{item_id}/judge")
def judge(parts: Parts, vault: VaultDep, lead: Lead, item_id: UUID, fields: StaffForm) -> Response:
    """Keep how soon it should have been read: a case for whoever mends the computer's order, without the words."""
    with parts.main.writing() as session:
        service.judge(
            session, vault, str(item_id), one(fields, "tier"),
            staff_id=lead.staff_id, actor=lead.actor, now=parts.clock(),
        )  # fmt: skip
    return see_other(f"/safeguard/{item_id}?done=judged")


@router.post("/safeguard/{item_id}/reopen")
def reopen(parts: Parts, vault: VaultDep, lead: Lead, item_id: UUID, fields: StaffForm) -> Response:
    """Put an item back among those to read."""
    with parts.main.writing() as session:
        service.reopen(session, vault, str(item_id), actor=lead.actor, now=parts.clock())
    return see_other("/safeguard?done=reopened")


def _item_page(
    parts: Joined, vault: VaultDep, lead: Principal, item_id: str, *, problem: str = "", note: str = "",
    flash: str = "",
) -> Response:  # fmt: skip
    # A writing session: showing the words leaves its line in the trail before they are sent.
    with parts.main.writing() as session:
        opened = service.open_item(
            session, vault, item_id, staff_id=lead.staff_id, actor=lead.actor, now=parts.clock(),
            translate=parts.pages.translator("en"),
        )  # fmt: skip
    decisions = service.decisions(asks_contact=opened.entry.asks_contact)
    return staff_page(
        parts, lead, "safeguard/item.html", path="/safeguard", status=422 if problem else 200,
        opened=opened, entry=opened.entry, decisions=tuple(decisions.items()), typed_note=note,
        problems=[Summary("decision", problem)] if problem else [], flash=flash, urgency=service.URGENCY, **_here(parts),
    )  # fmt: skip


def _redaction_page(
    parts: Joined,
    checker: Principal,
    found: redactions.Beside,
    text: str,
    *,
    problem: str = "",
    chosen: tuple[set[str], str] | None = None,
    flash: str = "",
    before: UUID | None = None,
) -> Response:
    with parts.main.reading() as session:
        waiting = redactions.waiting(session)
    hidden, kind = chosen or ({piece.key for piece in found.pieces if piece.mask}, "PERSON")
    at = "words" if chosen else "text"
    translate = parts.pages.translator("en")
    return staff_page(
        parts, checker, "safeguard/redaction.html", path="/safeguard", status=422 if problem else 200,
        found=found, text=text, problems=[Summary(at, problem)] if problem else [], at=at, waiting=waiting,
        hidden=hidden, kind=kind, kinds=KINDS, choosable_options=[(code, translate(KINDS[code])) for code in masks.KINDS],
        flash=flash, before=before,
    )  # fmt: skip


def _here(parts: Joined) -> dict[str, Any]:
    """Whom to ring in this area."""
    return {"help_lines": parts.help_lines, "council": parts.settings.council_name}


def _sentence(parts: Joined, code: str) -> str:
    return parts.pages.translator("en")(SENTENCES[code])
