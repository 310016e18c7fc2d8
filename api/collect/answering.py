"""One question after the other, looking at all of them, sending, and thanks."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from api import asking, received_files
from api.collect import answering_back, drafts, helping, paper, receipts, saving, service, ways
from api.collect.drafts import Draft
from api.collect.offline import kept_on_phone
from api.collect.visit import OwnForm, OwnUpload, Visit, Visitor
from api.errors import Refused
from api.look import way_back
from api.sentences import FILE_SENTENCES, sentence
from api.vault.door import VaultDep
from api.wiring import one, see_other
from survey_engine import journey
from survey_engine.answers import Answers, AnswerState, Problem
from survey_engine.collection import Mode
from survey_engine.consent import About
from survey_engine.definition import FILE, UNASKED, Kind, Question, Survey
from survey_engine.situation import Situation

router = APIRouter(include_in_schema=False)

BACK = "back"
AND_BACK = ("contact", "settings", "who", "helping")
"""Pages that somebody looks at on the way, and comes back from."""
STOPS = (saving.LATER, BACK, *AND_BACK)
"""Buttons that leave a question without having answered it; what was typed so far is kept."""


@router.get("/q/{name}")
def question_page(visit: Visit, name: str) -> Response:
    """One question; ``name`` is its key, in a repeated group with the turn (``helper~2``)."""
    with visit.parts.main.glancing() as session:
        draft = visit.draft(session)
    now = visit.situation(draft)
    question = _may_open(draft, name, now)
    if question is None:
        return see_other("/check")
    if question.name != name:
        return see_other(f"/q/{question.name}")
    return _question(visit, draft, name, now, asking.shown_again(question, draft.answers.get(name)))


@router.post("/q/{name}")
def answer(visit: Visit, fields: OwnForm, name: str) -> Response:
    """The answer to one question; saved before the next page is shown."""
    with visit.parts.main.writing() as session:
        draft = visit.draft(session, lock=True)
        survey, now = draft.wave.published.survey, visit.situation(draft)
        if visit.is_delivered(draft):
            return _onward(visit, survey, draft.answers, name)
        question = _may_answer(visit, draft, name, now)
        if question is None:
            return visit.instead("/check")
        if question.name != name:  # out of order: show the page that comes first
            return visit.instead(f"/q/{question.name}")
        values = asking.typed(question, fields)
        if question.kind in FILE:  # a file comes by its own address; none can be named here
            values = asking.shown_again(question, draft.answers.get(name))
        pressed = one(fields, "action", limit=20) or "next"
        stops, raw = pressed in STOPS, asking.raw(question, values)
        # Who stops on an empty page has not skipped its question: it waits for them as it was.
        given = None
        if any(raw) or not stops:
            given = journey.check(survey, draft.answers, name, raw, "next" if stops else pressed, now=now)
        if given is not None and not isinstance(given, Problem):
            answers = draft.answers | {name: given}
            drafts.save(session, draft, answers, delivery=visit.delivery)
    if stops:
        return _stop(visit, draft, name, pressed, kept_out=isinstance(given, Problem))
    if isinstance(given, Problem):
        return _question(visit, draft, name, now, values, problem=given)
    return _onward(visit, survey, answers, name)


@router.get("/who")
def who_reads(visit: Visit, back: str = "") -> HTMLResponse:
    """Who reads the answers and what cannot stay secret, in the words of the notice that was agreed to; then ``back``."""
    with visit.parts.main.glancing() as session:
        draft = visit.draft(session)
    told = [one for one in draft.wave.published.notice.sections if one.about in (About.LIMITS, About.WHO, About.USE)]
    back_url = way_back(back) if back else visit.where_they_were(draft)
    return visit.page("collect/who.html", language=draft.language, sections=told, back_url=back_url)


@router.get("/upload/{name}")
def own_file(visit: Visit, vault: VaultDep, name: str) -> Response:
    """The picture or recording this phone has added, which only this phone can open."""
    with visit.parts.main.glancing() as session:
        draft = visit.draft(session)
    known = draft.wave.published.survey.asked(name) is not None
    file = vault.files.on_its_way(draft.way.response_id, name, draft.way.secret) if known else None
    if file is None:
        raise Refused("not_found")
    return Response(file.data, media_type=file.media_type)


@router.post("/upload/{name}")
def answer_with_file(visit: Visit, vault: VaultDep, upload: OwnUpload, name: str) -> Response:
    """The answer to a question that asks for a drawing, a photo or a voice; nothing new keeps what was there."""
    with visit.parts.main.glancing() as session:
        draft = visit.draft(session)
    survey, now = draft.wave.published.survey, visit.situation(draft)
    if visit.is_delivered(draft):
        return _onward(visit, survey, draft.answers, name)
    question = _may_answer(visit, draft, name, now)
    if question is None or question.name != name or question.kind not in FILE:
        return visit.instead("/check" if question is None else f"/q/{question.name}")
    pressed = one(upload.fields, "action", limit=20) or "next"
    stops = pressed in STOPS
    sent = next(iter(upload.files.get("answer", ())), None) if stops or pressed == "next" else None
    if stops and sent is None:
        return _stop(visit, draft, name, pressed)
    # Outside the transaction: to draw a photo anew takes long, and others want to write meanwhile.
    kept = received_files.kept(question.kind, sent.data) if sent else None
    if isinstance(kept, received_files.NotKept):
        if stops:
            return _stop(visit, draft, name, pressed, kept_out=True)
        values = asking.shown_again(question, draft.answers.get(name))
        return _question(visit, draft, name, now, values, file_problem=FILE_SENTENCES[kept.code])
    with visit.parts.main.writing() as session:
        draft = visit.draft(session, lock=True)
        values = asking.shown_again(question, draft.answers.get(name))
        if kept is not None:
            way = draft.way
            values = [vault.files.keep(way.response_id, name, kept.media_type, kept.data, secret=way.secret)]
        given = journey.check(
            survey, draft.answers, name, values, "next" if stops else pressed, today=visit.parts.today
        )
        if not isinstance(given, Problem):
            answers = draft.answers | {name: given}
            drafts.save(session, draft, answers, delivery=visit.delivery)
            if given.state is not AnswerState.ANSWERED:
                vault.files.drop(draft.way.response_id, name)
    if stops:
        return _stop(visit, draft, name, pressed, kept_out=isinstance(given, Problem))
    if isinstance(given, Problem):
        return _question(visit, draft, name, now, values, problem=given)
    return _onward(visit, survey, answers, name)


def _stop(visit: Visitor, draft: Draft, name: str, pressed: str, *, kept_out: bool = False) -> Response:
    """Where somebody goes who leaves a question half answered. Nothing may stand between a child and asking for help."""
    if pressed in AND_BACK:
        asked = {"back": f"/q/{name}"} | ({"language": draft.language} if pressed == "settings" else {})
        return visit.saved(f"/{pressed}?{urlencode(asked, safe='/~')}")
    if pressed == BACK:
        earlier = journey.before(draft.wave.published.survey, draft.answers, name, now=visit.situation(draft))
        return visit.saved(f"/q/{earlier.name if earlier else name}")
    return saving.stop_here(visit, draft, kept_out=kept_out)


def _may_open(draft: Draft, name: str, now: Situation) -> Question | None:
    survey = draft.wave.published.survey
    # A key this survey does not know leads to what is open first, like one that comes too late.
    known = name if survey.asked(name) is not None else ""
    question = journey.may_open(survey, draft.answers, known, now=now)
    return None if question is None else journey.asked_now(survey, draft.answers, question.name, now=now)


def _may_answer(visit: Visitor, draft: Draft, name: str, now: Situation) -> Question | None:
    """As ``_may_open``. What a phone hands in by itself was asked in its turn there, so only the question itself counts."""
    if visit.delivery:
        asked = journey.asked_now(draft.wave.published.survey, draft.answers, name, now=now)
        if asked is not None:
            return asked
    return _may_open(draft, name, now)


def _onward(visit: Visitor, survey: Survey, answers: Answers, name: str) -> Response:
    following = journey.after(survey, answers, name, today=visit.parts.today)
    return visit.saved(f"/q/{following.name}" if following else "/check")


@router.get("/check")
def check_page(visit: Visit) -> Response:
    """Look at everything before it is sent."""
    with visit.parts.main.glancing() as session:
        draft = visit.draft(session)
    survey, now = draft.wave.published.survey, visit.situation(draft)
    missing = journey.unfinished(survey, draft.answers, now=now)
    if missing is not None:
        return see_other(f"/q/{missing.name}")
    seen = journey.visible(survey, draft.answers, now=now)
    listed = [
        visit.listed(survey, draft.answers, now, question, draft.language, f"/q/{question.name}")
        for question in seen
        if question.kind not in UNASKED
    ]
    helped = helping.of(draft)
    if helped is not None:
        listed.insert(0, helping.listed(visit, helped, draft.language, "/with"))
    return visit.page(
        "collect/check.html", language=draft.language, cookie=visit.cookie, answers=listed, action_url="/send",
        back_url=f"/q/{seen[-1].name}" if seen else "/agree",
    )  # fmt: skip


@router.post("/send")
def send(visit: Visit, vault: VaultDep, fields: OwnForm) -> Response:
    """Send the answers. Sending twice is the same as sending once."""
    way = drafts.way_in(visit.cookie)
    stretches = ways.Stretches(visit.parts.keyring)
    with visit.parts.main.reading() as session:
        slow = way is not None and ways.are_there_any(session) and ways.variant(session, way.response_id) is None
    if slow and way is not None:
        stretches.of(receipts.candidates(way.secret)[0])  # before the transaction, in which others wait for us
    with visit.parts.main.writing() as session:
        if way is not None and service.receipt_of(session, visit.parts.keyring, way) is not None:
            return visit.saved("/done")
        try:
            draft = visit.draft(session, lock=True)
        except Refused as refusal:
            if refusal.kind.code == "already_sent":  # a second press that waited for the first
                return visit.saved("/done")
            raise
        typist = paper.typist(session, visit) if draft.mode is Mode.PAPER else None
        missing = service.send(
            session, vault, visit.parts.keyring, draft, today=visit.parts.today, now=visit.parts.clock(),
            stretches=stretches,
        )  # fmt: skip
        if typist is not None and missing is None:
            paper.record(session, typist, draft.wave.id, now=visit.parts.clock())
    return visit.instead(f"/q/{missing.name}") if missing else visit.saved("/done")


@router.get("/done")
def done(visit: Visit) -> Response:
    """Thank you, and the three words."""
    way = drafts.way_in(visit.cookie)
    with visit.parts.main.reading() as session:
        receipt = service.receipt_of(session, visit.parts.keyring, way) if way else None
        if receipt is None:
            return see_other("/check" if way and drafts.find(session, visit.parts.keyring, way) else "/")
        assert way is not None, "it led to the receipt"
        mode, wave_id = service.sent_in(session, way) or (visit.mode, "")
    if mode is Mode.PAPER and visit.mode is not Mode.KIOSK:
        visit.mode = mode
    return visit.page(
        "collect/done.html", language=receipt.language,
        receipt=receipts.shown(receipt.code, receipt.language, visit.parts.pages.code_words(receipt.language)),
        receipt_url="/receipt", address=f"{visit.typed_address}/receipt", next_form=paper.next_form(visit, wave_id),
        changed_url=answering_back.address_of(receipt.wave_id),
    )  # fmt: skip


def _question(
    visit: Visitor, draft: Draft, name: str, now: Situation, values: Sequence[str],
    *, problem: Problem | None = None, file_problem: str = "",
) -> HTMLResponse:  # fmt: skip
    survey, answers = draft.wave.published.survey, draft.answers
    asked = journey.asked_now(survey, answers, name, now=now)
    assert asked is not None, "only what may be opened is shown"
    question = asking.as_said(asked, survey, answers, now)
    place, total = journey.position(survey, answers, name, now=now)
    earlier = journey.before(survey, answers, name, now=now)
    first_text = question.holds_free_text and _is_first_text(survey, answers, name, now)
    translate = visit.parts.pages.translator(draft.language)
    told = translate(file_problem) or None
    if problem is not None:
        told = sentence(problem, translate, draft.language, survey.languages[0], question=question)
    page = visit.page(
        "collect/question.html", 422 if told else 200, language=draft.language, cookie=visit.cookie,
        media=survey.media, question=question, value=[value[: question.max_length * 2] for value in values],
        problem=told, position=place, total=total, back_url=f"/q/{earlier.name}" if earlier else None,
        action_url=f"/{'upload' if question.kind in FILE else 'q'}/{name}",
        section=asking.section_of(survey, answers, name, now),
        first_free_text=first_text, who_reads_it=place == 1 or first_text, keep=kept_on_phone(visit, draft),
        supporter=(helped := helping.of(draft)) is not None and helped.has_supporter,
    )  # fmt: skip
    if question.kind is Kind.VOICE:
        page.headers["permissions-policy"] = "geolocation=(), camera=(), microphone=(self)"
    return page


def _is_first_text(survey: Survey, answers: Answers, name: str, now: Situation) -> bool:
    seen = journey.visible(survey, answers, now=now)
    return name == next((question.name for question in seen if question.holds_free_text), None)
