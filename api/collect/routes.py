"""The respondent's pages, in the order in which they are met. Every form answers with 303, so reloading sends nothing twice."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response

from api import asking, intake, received_files, security
from api.collect import drafts, receipts, service
from api.collect.drafts import Draft
from api.errors import CATALOGUE, Refused
from api.keyring import Unreadable
from api.pages import Summary
from api.sentences import FILE_SENTENCES, sentence
from api.vault.door import VaultDep
from api.wiring import (
    ADVISER_COOKIE,
    RESPONDENT_COOKIE,
    Fields,
    Joined,
    OpenForm,
    Parts,
    Upload,
    check_csrf,
    one,
    see_other,
    set_cookie,
    uploaded,
)  # fmt: skip
from survey_engine import consent, journey
from survey_engine.answers import SKIPPED, Answers, AnswerState, Problem
from survey_engine.consent import Decision, Purpose
from survey_engine.definition import FILE, UNASKED, Kind, Question, Survey
from survey_engine.rules import not_for_phones, rules_for_phone
from survey_engine.situation import Situation

router = APIRouter(include_in_schema=False)

RECEIPT_COOKIE = "earshot_mine"
INVITED_MINUTES = 60
MINE_MINUTES = 30


async def the_cookie(request: Request) -> str:
    """The cookie of somebody who answers."""
    return request.cookies.get(RESPONDENT_COOKIE, "")


async def the_receipt_cookie(request: Request) -> str:
    """The cookie of somebody who came back with three words; apart, so that a draft on the same phone stays."""
    return request.cookies.get(RECEIPT_COOKIE, "")


Cookie = Annotated[str, Depends(the_cookie)]
ReceiptCookie = Annotated[str, Depends(the_receipt_cookie)]


async def own_form(parts: Parts, fields: OpenForm, cookie: Cookie) -> Fields:
    """A form posted from one of our pages by the phone the page was made for."""
    check_csrf(parts, cookie, fields)
    return fields


async def own_upload(parts: Parts, upload: Annotated[Upload, Depends(uploaded)], cookie: Cookie) -> Upload:
    """The same with a file."""
    check_csrf(parts, cookie, upload.fields)
    return upload


OwnForm = Annotated[Fields, Depends(own_form)]
OwnUpload = Annotated[Upload, Depends(own_upload)]


# -- coming in


@router.get("/")
def open_page(parts: Parts) -> HTMLResponse:
    """Type a code."""
    return _page(parts, "collect/open.html", value="", problem=None, action_url="/")


@router.post("/")
def open_by_code(request: Request, parts: Parts, cookie: Cookie, fields: OpenForm) -> Response:
    """A code typed by hand."""
    if not parts.attempts.allowed("code", _address(request)):
        raise Refused("too_many_tries")
    typed = one(fields, "code", limit=40)
    code = security.typed_code(typed)
    if code is None:
        sentence_ = parts.pages.translator("en")(CATALOGUE["mistyped_code"].sentence)
        return _page(parts, "collect/open.html", 422, value=typed, problem=sentence_, action_url="/")
    try:
        return _let_in(parts, cookie, parts.keyring.fingerprint("invitation code", code), "code")
    except Refused as refusal:
        if refusal.kind.code == "unknown_code":
            parts.attempts.missed("code", _address(request))
        raise


@router.get("/s/{token}")
def open_by_link(parts: Parts, cookie: Cookie, token: str) -> Response:
    """A link or a QR code."""
    return _let_in(parts, cookie, parts.keyring.fingerprint("invitation token", token), "token")


def _let_in(parts: Joined, cookie: str, fingerprint: str, by: str) -> Response:
    way = drafts.way_in(cookie)
    with parts.main.reading() as session:
        invited = service.invited(session, today=parts.today, fingerprint=fingerprint, by=by)
        draft = drafts.find(session, parts.keyring, way) if way else None
    carried = _carry(parts, "i", invited.invitation_id)
    if draft is not None and draft.wave.id == invited.wave.id:
        # Opening the link again must not lose what was answered; nor may somebody else's answers open by themselves.
        return _page(
            parts, "collect/started.html", language=draft.language, cookie=cookie, invitation=carried,
            carry_on_url=_where_they_were(parts, draft), action_url="/start-again",
        )  # fmt: skip
    return _to_agreement(parts, carried)


@router.post("/start-again")
def start_again(parts: Parts, cookie: Cookie, fields: OwnForm) -> Response:
    """Leave the answers so far behind and begin anew."""
    carried = one(fields, "invitation", limit=400)
    _carried(parts, "i", carried, INVITED_MINUTES)
    return _to_agreement(parts, carried)


def _to_agreement(parts: Joined, carried: str) -> Response:
    # The invitation travels sealed, so that no address holds the token while somebody answers.
    response = see_other("/agree")
    set_cookie(parts, response, RESPONDENT_COOKIE, carried, seconds=INVITED_MINUTES * 60)
    return response


def _where_they_were(parts: Joined, draft: Draft) -> str:
    asked = journey.visible(draft.wave.published.survey, draft.answers, today=parts.today)
    following = next((question for question in asked if question.name not in draft.answers), None)
    return f"/q/{following.name}" if following else "/check"


@router.get("/agree")
def agreement_page(parts: Parts, cookie: Cookie, language: str = "") -> Response:
    """What this is and what you agree to, before the first question."""
    return _agreement(parts, cookie, language)


@router.post("/agree")
def agree(parts: Parts, cookie: Cookie, fields: OwnForm) -> Response:
    """Yes or no to each purpose. Nothing is stored unless taking part was agreed to."""
    invited = _invited(parts, cookie)
    notice = invited.wave.published.notice
    choices = consent.read_choices(notice, fields)
    language = _offered(invited.wave.published.survey.languages, one(fields, "language", limit=35))
    if isinstance(choices, tuple):
        return _agreement(parts, cookie, language, problems=choices, fields=fields)
    if choices[Purpose.TAKE_PART] is not Decision.AGREED:
        return see_other("/declined")
    survey = invited.wave.published.survey
    begun = drafts.beginning(survey)
    with parts.main.writing() as session:
        way = drafts.start(
            session, parts.keyring, invited.wave, invited.invitation_id, language, choices, today=parts.today,
            begun=begun,
        )  # fmt: skip
    first = journey.after(survey, begun, None, today=parts.today)
    response = see_other(f"/q/{first.name}" if first else "/check")
    set_cookie(parts, response, RESPONDENT_COOKIE, way.cookie, seconds=None)
    return response


@router.get("/declined")
def declined(parts: Parts, cookie: Cookie) -> HTMLResponse:
    """Somebody said no, and that is fine."""
    return _page(parts, "collect/declined.html", start_url="/agree" if cookie.startswith("i.") else None)


# -- answering


@router.get("/q/{name}")
def question_page(parts: Parts, cookie: Cookie, name: str) -> Response:
    """One question; ``name`` is its key, in a repeated group with the turn (``helper~2``)."""
    with parts.main.glancing() as session:
        draft = _draft(parts, session, cookie)
    now = _situation(parts, draft)
    question = _may_open(draft, name, now)
    if question is None:
        return see_other("/check")
    if question.name != name:
        return see_other(f"/q/{question.name}")
    return _question(parts, cookie, draft, name, now, asking.shown_again(question, draft.answers.get(name)))


@router.post("/q/{name}")
def answer(parts: Parts, cookie: Cookie, fields: OwnForm, name: str) -> Response:
    """The answer to one question; saved before the next page is shown."""
    with parts.main.writing() as session:
        draft = _draft(parts, session, cookie, lock=True)
        survey, now = draft.wave.published.survey, _situation(parts, draft)
        question = _may_open(draft, name, now)
        if question is None:
            return see_other("/check")
        if question.name != name:  # out of order: show the page that comes first
            return see_other(f"/q/{question.name}")
        values = asking.typed(question, fields)
        if question.kind in FILE:  # a file comes by its own address; none can be named here
            values = asking.shown_again(question, draft.answers.get(name))
        pressed = one(fields, "action", limit=20) or "next"
        given = journey.check(survey, draft.answers, name, asking.raw(question, values), pressed, now=now)
        if not isinstance(given, Problem):
            answers = draft.answers | {name: given}
            drafts.save(session, draft, answers)
    if isinstance(given, Problem):
        return _question(parts, cookie, draft, name, now, values, problem=given)
    return _onward(parts, survey, answers, name)


@router.get("/rules")
def own_rules(parts: Parts, cookie: Cookie) -> Response:
    """The rules of the survey this phone answers, for ``frontend/src/rules.ts``; no words and no answers are in them.

    A survey with a pattern that phones cannot follow has none (``not_found``) and is answered online.
    """
    with parts.main.glancing() as session:
        survey = _draft(parts, session, cookie).wave.published.survey
    if not_for_phones(survey):
        raise Refused("not_found")
    return JSONResponse(rules_for_phone(survey))


@router.get("/upload/{name}")
def own_file(parts: Parts, vault: VaultDep, cookie: Cookie, name: str) -> Response:
    """The picture or recording this phone has added, which only this phone can open."""
    with parts.main.glancing() as session:
        draft = _draft(parts, session, cookie)
    known = draft.wave.published.survey.asked(name) is not None
    file = vault.files.on_its_way(draft.way.response_id, name, draft.way.secret) if known else None
    if file is None:
        raise Refused("not_found")
    return Response(file.data, media_type=file.media_type)


@router.post("/upload/{name}")
def answer_with_file(parts: Parts, vault: VaultDep, cookie: Cookie, upload: OwnUpload, name: str) -> Response:
    """The answer to a question that asks for a drawing, a photo or a voice; nothing new keeps what was there."""
    with parts.main.glancing() as session:
        draft = _draft(parts, session, cookie)
    survey, now = draft.wave.published.survey, _situation(parts, draft)
    question = _may_open(draft, name, now)
    if question is None or question.name != name or question.kind not in FILE:
        return see_other("/check" if question is None else f"/q/{question.name}")
    pressed = one(upload.fields, "action", limit=20) or "next"
    sent = next(iter(upload.files.get("answer", ())), None) if pressed == "next" else None
    # Outside the transaction: to draw a photo anew takes long, and others want to write meanwhile.
    kept = received_files.kept(question.kind, sent.data) if sent else None
    if isinstance(kept, received_files.NotKept):
        values = asking.shown_again(question, draft.answers.get(name))
        return _question(parts, cookie, draft, name, now, values, file_problem=FILE_SENTENCES[kept.code])
    with parts.main.writing() as session:
        draft = _draft(parts, session, cookie, lock=True)
        values = asking.shown_again(question, draft.answers.get(name))
        if kept is not None:
            way = draft.way
            values = [vault.files.keep(way.response_id, name, kept.media_type, kept.data, secret=way.secret)]
        given = journey.check(survey, draft.answers, name, values, pressed, today=parts.today)
        if not isinstance(given, Problem):
            answers = draft.answers | {name: given}
            drafts.save(session, draft, answers)
            if given.state is not AnswerState.ANSWERED:
                vault.files.drop(draft.way.response_id, name)
    if isinstance(given, Problem):
        return _question(parts, cookie, draft, name, now, values, problem=given)
    return _onward(parts, survey, answers, name)


def _situation(parts: Joined, draft: Draft) -> Situation:
    """The survey as it stands for this draft, worked out once for all a page asks."""
    return journey.situation(draft.wave.published.survey, draft.answers, today=parts.today)


def _may_open(draft: Draft, name: str, now: Situation) -> Question | None:
    survey = draft.wave.published.survey
    # A key this survey does not know leads to what is open first, like one that comes too late.
    known = name if survey.asked(name) is not None else ""
    question = journey.may_open(survey, draft.answers, known, now=now)
    return None if question is None else journey.asked_now(survey, draft.answers, question.name, now=now)


def _onward(parts: Joined, survey: Survey, answers: Answers, name: str) -> Response:
    following = journey.after(survey, answers, name, today=parts.today)
    return see_other(f"/q/{following.name}" if following else "/check")


@router.get("/check")
def check_page(parts: Parts, cookie: Cookie) -> Response:
    """Look at everything before it is sent."""
    with parts.main.glancing() as session:
        draft = _draft(parts, session, cookie)
    survey, now = draft.wave.published.survey, _situation(parts, draft)
    missing = journey.unfinished(survey, draft.answers, now=now)
    if missing is not None:
        return see_other(f"/q/{missing.name}")
    seen = journey.visible(survey, draft.answers, now=now)
    listed = [
        _listed(parts, survey, draft.answers, now, question, draft.language, f"/q/{question.name}")
        for question in seen
        if question.kind not in UNASKED
    ]
    return _page(
        parts, "collect/check.html", language=draft.language, cookie=cookie, answers=listed, action_url="/send",
        back_url=f"/q/{seen[-1].name}" if seen else "/agree",
    )  # fmt: skip


@router.post("/send")
def send(parts: Parts, vault: VaultDep, cookie: Cookie, fields: OwnForm) -> Response:
    """Send the answers. Sending twice is the same as sending once."""
    way = drafts.way_in(cookie)
    with parts.main.writing() as session:
        if way is not None and service.receipt_of(session, parts.keyring, way) is not None:
            return see_other("/done")
        try:
            draft = _draft(parts, session, cookie, lock=True)
        except Refused as refusal:
            if refusal.kind.code == "already_sent":  # a second press that waited for the first
                return see_other("/done")
            raise
        missing = service.send(session, vault, parts.keyring, draft, today=parts.today, now=parts.clock())
    return see_other(f"/q/{missing.name}" if missing else "/done")


@router.get("/done")
def done(parts: Parts, cookie: Cookie) -> Response:
    """Thank you, and the three words."""
    way = drafts.way_in(cookie)
    with parts.main.reading() as session:
        receipt = service.receipt_of(session, parts.keyring, way) if way else None
        if receipt is None:
            return see_other("/check" if way and drafts.find(session, parts.keyring, way) else "/")
    return _page(
        parts, "collect/done.html", receipt=receipt, receipt_url="/receipt", address=f"{_typed_address(parts)}/receipt"
    )


# -- coming back


@router.get("/receipt")
def receipt_page(parts: Parts) -> HTMLResponse:
    """Type the three words."""
    return _page(parts, "collect/receipt.html", value="", problem=None, action_url="/receipt")


@router.post("/receipt")
def open_by_receipt(request: Request, parts: Parts, fields: OpenForm) -> Response:
    """Three words typed by hand. Whatever is wrong with them, the sentence is the same."""
    if not parts.attempts.allowed("receipt", _address(request)):
        raise Refused("too_many_tries")
    typed = one(fields, "words", limit=200)
    code = receipts.typed(typed)
    with parts.main.reading() as session:
        response_id = service.find_by_receipt(session, parts.keyring, code or "")
    if response_id is None:
        parts.attempts.missed("receipt", _address(request))
        told = parts.pages.translator("en")(CATALOGUE["unknown_receipt"].sentence)
        return _page(parts, "collect/receipt.html", 422, value=typed, problem=told, action_url="/receipt")
    response = see_other("/mine")
    set_cookie(parts, response, RECEIPT_COOKIE, _carry(parts, "m", response_id), seconds=MINE_MINUTES * 60)
    return response


@router.get("/mine")
def mine(parts: Parts, vault: VaultDep, cookie: ReceiptCookie) -> Response:
    """One's own answers."""
    response_id = _carried(parts, "m", cookie, MINE_MINUTES)
    with parts.main.reading() as session:
        sent = service.sent(session, vault, response_id)
    if sent is None:
        raise Refused("unknown_receipt")
    survey = sent.published.survey
    now = journey.situation(survey, sent.answers, today=parts.today)
    listed = [
        _listed(parts, survey, sent.answers, now, question, sent.language, None)
        for question in survey.possible
        if question.name in sent.answers and question.kind not in UNASKED
    ]
    return _page(parts, "collect/my_answers.html", language=sent.language, answers=listed, delete_url="/mine/delete")


@router.get("/mine/delete")
def delete_page(parts: Parts, cookie: ReceiptCookie) -> Response:
    """Ask whether they are sure."""
    _carried(parts, "m", cookie, MINE_MINUTES)
    return _page(parts, "collect/delete.html", cookie=cookie, action_url="/mine/delete", back_url="/mine")


@router.post("/mine/delete")
def delete(parts: Parts, vault: VaultDep, cookie: ReceiptCookie, fields: OpenForm) -> Response:
    """Withdraw: the answers and everything made of them go, everywhere."""
    check_csrf(parts, cookie, fields)
    response_id = _carried(parts, "m", cookie, MINE_MINUTES)
    with parts.main.writing() as session:
        intake.withdraw(session, vault, response_id, today=parts.today, now=parts.clock())
    return _forgetting(see_other("/deleted"))


@router.get("/deleted")
def deleted(parts: Parts) -> HTMLResponse:
    """It is gone."""
    return _page(parts, "collect/deleted.html")


@router.get("/leave")
def leave(parts: Parts) -> Response:
    """The quick way out: forget this phone's place and go to a neutral site."""
    return _forgetting(see_other(parts.settings.leave_url))


@router.get("/finished")
def finished(parts: Parts) -> Response:
    """Forget this phone's place: the next person on it sees nothing."""
    return _forgetting(see_other("/"))


# -- how


def _typed_address(parts: Joined) -> str:
    """Our address as it stands on paper: without what a browser adds by itself."""
    return parts.settings.base_url.partition("://")[2]


def _forgetting(response: Response) -> Response:
    for name in (RESPONDENT_COOKIE, RECEIPT_COOKIE, ADVISER_COOKIE):
        response.delete_cookie(name, path="/")
    return response


def _page(
    parts: Joined, template: str, status: int = 200, *, language: str = "en", cookie: str = "",
    media: Mapping[str, str] | None = None, **context: Any,
) -> HTMLResponse:  # fmt: skip
    csrf = security.csrf_token(parts.keyring, cookie) if cookie else ""
    page = parts.pages.page(language=language, csrf=csrf, help_lines=parts.help_lines, media=media)
    return HTMLResponse(parts.pages.render(template, language=language, page=page, **context), status)


def _agreement(
    parts: Joined, cookie: str, language: str, problems: Sequence[Problem] = (), fields: Fields | None = None
) -> Response:
    published = _invited(parts, cookie).wave.published
    survey = published.survey
    language = _offered(survey.languages, language)
    translate = parts.pages.translator(language)
    chosen = {
        asked.purpose.value: one(fields or {}, consent.field_name(asked.purpose), limit=5)
        for asked in published.notice.purposes
    }
    return _page(
        parts, "collect/agreement.html", 422 if problems else 200, language=language, cookie=cookie, survey=survey,
        notice=published.notice, chosen=chosen, action_url="/agree", languages=survey.languages,
        problems=[Summary(problem.question, translate(_CHOOSE)) for problem in problems],
    )  # fmt: skip


def _question(
    parts: Joined, cookie: str, draft: Draft, name: str, now: Situation, values: Sequence[str],
    *, problem: Problem | None = None, file_problem: str = "",
) -> HTMLResponse:  # fmt: skip
    survey, answers = draft.wave.published.survey, draft.answers
    asked = journey.asked_now(survey, answers, name, now=now)
    assert asked is not None, "only what may be opened is shown"
    question = asking.as_said(asked, survey, answers, now)
    place, total = journey.position(survey, answers, name, now=now)
    earlier = journey.before(survey, answers, name, now=now)
    translate = parts.pages.translator(draft.language)
    told = translate(file_problem) or None
    if problem is not None:
        told = sentence(problem, translate, draft.language, survey.languages[0], question=question)
    page = _page(
        parts, "collect/question.html", 422 if told else 200, language=draft.language, cookie=cookie,
        media=survey.media, question=question, value=[value[: question.max_length * 2] for value in values],
        problem=told, position=place, total=total, back_url=f"/q/{earlier.name}" if earlier else None,
        action_url=f"/{'upload' if question.kind in FILE else 'q'}/{name}",
        section=asking.section_of(survey, answers, name, now),
        first_free_text=question.holds_free_text and _is_first_text(survey, answers, name, now),
    )  # fmt: skip
    if question.kind is Kind.VOICE:
        page.headers["permissions-policy"] = "geolocation=(), camera=(), microphone=(self)"
    return page


def _is_first_text(survey: Survey, answers: Answers, name: str, now: Situation) -> bool:
    seen = journey.visible(survey, answers, now=now)
    return name == next((question.name for question in seen if question.holds_free_text), None)


def _(text: str) -> str:
    """Mark for translation."""
    return text


_CHOOSE = _("Choose yes or no. Both are fine.")


def _draft(parts: Joined, session: Any, cookie: str, *, lock: bool = False) -> Draft:
    way = drafts.way_in(cookie)
    if way is None:
        raise Refused("no_session")
    draft = drafts.find(session, parts.keyring, way, lock=lock)
    if draft is None:
        raise Refused("already_sent" if service.receipt_of(session, parts.keyring, way) else "no_session")
    if draft.started < parts.today - timedelta(days=parts.settings.draft_days):
        raise Refused("draft_expired")
    if not draft.wave.takes_answers(parts.today):
        raise Refused("survey_closed")
    return draft


def _invited(parts: Joined, cookie: str) -> service.Invited:
    invitation_id = _carried(parts, "i", cookie, INVITED_MINUTES)
    with parts.main.reading() as session:
        return service.invited(session, today=parts.today, by="id", id=invitation_id)


def _carry(parts: Joined, what: str, identifier: str) -> str:
    """An identifier sealed for the way through a cookie, with the minute from which it is good."""
    minute = int(parts.clock().timestamp() // 60)
    seal = parts.keyring.seal("cookie", f"{minute}/{identifier}".encode(), context=what)
    return f"{what}.{base64.urlsafe_b64encode(seal).decode().rstrip('=')}"


def _carried(parts: Joined, what: str, cookie: str, minutes: int) -> str:
    prefix, _, seal = cookie.partition(".")
    lost = "receipt_needed" if what == "m" else "no_session"
    try:
        if prefix != what:
            raise Unreadable
        plain = parts.keyring.open("cookie", base64.urlsafe_b64decode(seal + "=="), context=what).decode()
    except (Unreadable, binascii.Error, ValueError) as fault:
        raise Refused(lost) from fault
    minute, _, identifier = plain.partition("/")
    if int(minute) + minutes < parts.clock().timestamp() // 60:
        raise Refused(lost)
    return identifier


def _offered(languages: tuple[str, ...], wanted: str) -> str:
    return wanted if wanted in languages else languages[0]


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


def _listed(
    parts: Joined, survey: Survey, answers: Answers, now: Situation, question: Question, language: str,
    change_url: str | None,
) -> dict[str, Any]:  # fmt: skip
    given = answers.get(question.name, SKIPPED)
    state = {AnswerState.ANSWERED: "answered", AnswerState.DECLINED: "declined"}.get(given.state, "skipped")
    said = asking.as_said(question, survey, answers, now)
    lines = asking.in_words(said, given, parts.pages.translator(language), language, survey.languages[0])
    section = asking.section_of(survey, answers, question.name, now)
    return {"question": said, "section": section, "state": state, "lines": lines, "change_url": change_url}
