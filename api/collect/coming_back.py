"""Coming back with three words: to go on, to see what was sent and what came of it, to take it out, to delete it."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from api import asking, intake, replies
from api.collect import drafts, receipts, service, taking_out, ways
from api.collect.service import Sent
from api.collect.visit import MINE, MINUTES, OPENED, RECEIPT_COOKIE, OwnForm, Visit, Visitor, forgetting
from api.errors import CATALOGUE, Refused
from api.vault.door import VaultDep
from api.wiring import RESPONDENT_COOKIE, OpenForm, check_csrf, one, see_other, set_cookie
from survey_engine.definition import FILE

router = APIRouter(include_in_schema=False)


@router.get("/receipt")
def receipt_page(visit: Visit, language: str = "") -> HTMLResponse:
    """Type the three words."""
    return visit.page_in(language, "collect/receipt.html", value="", problem=None, action_url="/receipt")


@router.post("/receipt")
def open_by_words(visit: Visit, fields: OpenForm) -> Response:
    """Three words typed by hand. Whatever is wrong with them, the sentence is the same, and so is the work."""
    parts = visit.parts
    why_not = parts.attempts.refused("receipt", visit.address)
    if why_not:
        raise Refused(why_not)
    typed = one(fields, "words", limit=200)
    codes = receipts.typed(typed)
    stretched = ways.stretch(parts.keyring, codes[-1] if codes else "")
    with parts.main.reading() as session:
        response_id = service.find_by_receipt(session, parts.keyring, codes)
        way = ways.find(session, parts.keyring, stretched)
        draft = drafts.find(session, parts.keyring, way) if way else None
    if response_id is not None:
        response = see_other("/mine")
        set_cookie(parts, response, RECEIPT_COOKIE, visit.carry(MINE, response_id), seconds=MINUTES[MINE] * 60)
        return response
    if draft is None or draft.started < parts.today - parts.settings.draft_lifetime:
        parts.attempts.missed("receipt", visit.address)
        told = parts.pages.translator(visit.language)(CATALOGUE["unknown_receipt"].sentence)
        return visit.page_in("", "collect/receipt.html", status=422, value=typed, problem=told, action_url="/receipt")
    here = drafts.way_in(visit.cookie)
    with parts.main.reading() as session:
        others = here is not None and here != draft.way and drafts.find(session, parts.keyring, here) is not None
    if others:  # two children with one phone: neither may lose their place unasked
        carried = visit.carry(OPENED, f"{draft.way.response_id}.{draft.way.secret}")
        return visit.page(
            "collect/others.html", language=draft.language, cookie=visit.cookie, opened=carried,
            action_url="/receipt/here", stay_url="/back",
        )  # fmt: skip
    return _on_this_phone(visit, draft.way)


@router.post("/receipt/here")
def open_here(visit: Visit, fields: OwnForm) -> Response:
    """Open the draft of these words on a phone that holds somebody else's, which keeps waiting for its own words."""
    response_id, _, secret = visit.carried(OPENED, one(fields, "opened", limit=600)).partition(".")
    return _on_this_phone(visit, drafts.Way(response_id, secret))


def _on_this_phone(visit: Visitor, way: drafts.Way) -> Response:
    response = see_other("/back")
    set_cookie(visit.parts, response, RESPONDENT_COOKIE, way.cookie, seconds=None)
    return response


def _sent(visit: Visitor, vault: VaultDep) -> Sent:
    response_id = visit.mine
    with visit.parts.main.reading() as session:
        sent = service.sent(session, vault, response_id)
    if sent is None:
        raise Refused("unknown_receipt")
    return sent


@router.get("/mine")
def mine(visit: Visit, vault: VaultDep) -> Response:
    """One's own answers, the reply, and what can be done with them."""
    sent = _sent(visit, vault)
    with visit.parts.main.reading() as session:
        reply = replies.told(session, sent.wave_id)
    return visit.page(
        "collect/my_answers.html", language=sent.language, answers=taking_out.listed(visit, vault, sent),
        delete_url="/mine/delete", reply=reply, today=visit.parts.today,
        look_again=asking.day_in_words(reply.look_again_on, sent.language) if reply.look_again_on else "",
    )  # fmt: skip


@router.get("/mine/file/{name}")
def my_file(visit: Visit, vault: VaultDep, name: str) -> Response:
    """A picture or recording one has sent."""
    sent = _sent(visit, vault)
    question = sent.published.survey.asked(name)
    file = vault.files.sent(sent.response_id, name) if question is not None and question.kind in FILE else None
    if file is None:
        raise Refused("not_found")
    return Response(file.data, media_type=file.media_type)


@router.get("/mine/my-answers.html")
def take_out_to_read(visit: Visit, vault: VaultDep) -> Response:
    """One's answers as a file to keep, to read and to print."""
    sent = _sent(visit, vault)
    with visit.parts.main.reading() as session:
        reply = replies.told(session, sent.wave_id)
    return _attached(taking_out.page(visit, vault, sent, reply), "text/html; charset=utf-8", "my-answers.html")


@router.get("/mine/my-answers.json")
def take_out_for_computers(visit: Visit, vault: VaultDep) -> Response:
    """The same for a program (docs/my-answers.md)."""
    sent = _sent(visit, vault)
    with visit.parts.main.reading() as session:
        reply = replies.told(session, sent.wave_id)
    return _attached(taking_out.document(visit, vault, sent, reply), "application/json", "my-answers.json")


def _attached(content: str, media_type: str, name: str) -> Response:
    kept_nowhere = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
    return Response(content.encode("utf-8", "replace"), media_type=media_type, headers=kept_nowhere)


@router.get("/mine/delete")
def delete_page(visit: Visit) -> Response:
    """Ask whether they are sure."""
    _ = visit.mine
    return visit.page("collect/delete.html", cookie=visit.receipt_cookie, action_url="/mine/delete", back_url="/mine")


@router.post("/mine/delete")
def delete(visit: Visit, vault: VaultDep, fields: OpenForm) -> Response:
    """Withdraw: the answers and everything made of them go, everywhere."""
    check_csrf(visit.parts, visit.receipt_cookie, fields)
    response_id = visit.mine
    with visit.parts.main.writing() as session:
        intake.withdraw(session, vault, response_id, today=visit.parts.today, now=visit.parts.clock())
    return forgetting("/deleted", but_language=True)


@router.get("/deleted")
def deleted(visit: Visit) -> HTMLResponse:
    """It is gone."""
    return visit.page("collect/deleted.html")
