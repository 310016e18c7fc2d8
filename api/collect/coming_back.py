"""Coming back with three words: to see what was sent, and to delete it."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from api import intake
from api.collect import helping, receipts, service
from api.collect.visit import MINE, MINUTES, RECEIPT_COOKIE, Visit, forgetting
from api.errors import CATALOGUE, Refused
from api.vault.door import VaultDep
from api.wiring import OpenForm, check_csrf, one, see_other, set_cookie
from survey_engine import journey
from survey_engine.definition import UNASKED

router = APIRouter(include_in_schema=False)


@router.get("/receipt")
def receipt_page(visit: Visit) -> HTMLResponse:
    """Type the three words."""
    return visit.page("collect/receipt.html", value="", problem=None, action_url="/receipt")


@router.post("/receipt")
def open_by_receipt(visit: Visit, fields: OpenForm) -> Response:
    """Three words typed by hand. Whatever is wrong with them, the sentence is the same."""
    if not visit.parts.attempts.allowed("receipt", visit.address):
        raise Refused("too_many_tries")
    typed = one(fields, "words", limit=200)
    code = receipts.typed(typed)
    with visit.parts.main.reading() as session:
        response_id = service.find_by_receipt(session, visit.parts.keyring, code or "")
    if response_id is None:
        visit.parts.attempts.missed("receipt", visit.address)
        told = visit.parts.pages.translator("en")(CATALOGUE["unknown_receipt"].sentence)
        return visit.page("collect/receipt.html", 422, value=typed, problem=told, action_url="/receipt")
    response = see_other("/mine")
    set_cookie(visit.parts, response, RECEIPT_COOKIE, visit.carry(MINE, response_id), seconds=MINUTES[MINE] * 60)
    return response


@router.get("/mine")
def mine(visit: Visit, vault: VaultDep) -> Response:
    """One's own answers."""
    response_id = visit.mine
    with visit.parts.main.reading() as session:
        sent = service.sent(session, vault, response_id)
    if sent is None:
        raise Refused("unknown_receipt")
    survey = sent.published.survey
    now = journey.situation(survey, sent.answers, today=visit.parts.today)
    listed = [
        visit.listed(survey, sent.answers, now, question, sent.language, None)
        for question in survey.possible
        if question.name in sent.answers and question.kind not in UNASKED
    ]
    if sent.helped is not None:
        listed.insert(0, helping.listed(visit, sent.helped, sent.language, None))
    return visit.page("collect/my_answers.html", language=sent.language, answers=listed, delete_url="/mine/delete")


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
    return forgetting("/deleted")


@router.get("/deleted")
def deleted(visit: Visit) -> HTMLResponse:
    """It is gone."""
    return visit.page("collect/deleted.html")
