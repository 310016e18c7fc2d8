"""The last page of a draft: the checklist, its ticks, and publishing, which is refused while one is missing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from api.design import checklist, drafts, panel, ready_made, service
from api.design.drafts import Draft
from api.design.opened import Publisher, conflict_page, draft_of, not_in_history, open_draft, revision_of
from api.errors import Refused
from api.pages import Summary
from api.security import Principal
from api.wiring import Fields, Joined, Parts, StaffForm, one, see_other, staff_page
from survey_engine.collection import ASKED_WITH_PERMISSION
from survey_engine.languages import gaps

router = APIRouter(include_in_schema=False)


def _(text: str) -> str:
    """Mark for translation."""
    return text


DONE = {"ticked": _("Ticked."), "unticked": _("The tick is taken away.")}


# -- publishing -----------------------------------------------------------------------------------


@router.get("/design/drafts/{draft_id}/publish")
def checklist_page(
    request: Request, parts: Parts, publisher: Publisher, draft_id: UUID, done: str = ""
) -> HTMLResponse:
    """What must be true before it is published, and the form that publishes it."""
    return _checklist_page(request, parts, publisher, draft_of(parts, draft_id), done=done)


@router.post("/design/drafts/{draft_id}/ticks/{name}")
def tick(request: Request, parts: Parts, publisher: Publisher, draft_id: UUID, name: str, form: StaffForm) -> Response:
    """Tick one thing off, or take the tick away."""
    if name not in checklist.BY_A_PERSON:
        raise Refused("not_found")
    draft = open_draft(parts, draft_id)
    now, actor = parts.clock(), publisher.actor
    if one(form, "away", limit=5) == "yes":
        with parts.main.writing() as session:
            drafts.untick(session, str(draft_id), name, by=actor, now=now)
        return see_other(f"/design/drafts/{draft_id}/publish?done=unticked#tick-{name}")
    if draft.revision != revision_of(form):
        with parts.main.reading() as session:
            conflict = drafts.conflict(session, draft)
        return conflict_page(request, parts, publisher, conflict, form)
    noted = checklist.entry(
        name, form, draft, parts.help_lines, by=publisher.name, staff=publisher.staff_id, now=now,
        translate=parts.pages.translator("en"),
    )  # fmt: skip
    if isinstance(noted, tuple):
        return _checklist_page(request, parts, publisher, draft, problems=noted, typed=form)
    with parts.main.writing() as session:
        drafts.tick(session, str(draft_id), name, noted, by=actor, now=now)
    return see_other(f"/design/drafts/{draft_id}/publish?done=ticked#tick-{name}")


@router.post("/design/drafts/{draft_id}/publish")
def publish(request: Request, parts: Parts, publisher: Publisher, draft_id: UUID, form: StaffForm) -> Response:
    """Publish the draft for a wave; refused while anything on the list is missing."""
    draft = open_draft(parts, draft_id)
    if draft.revision != revision_of(form):
        with parts.main.reading() as session:
            conflict = drafts.conflict(session, draft)
        return conflict_page(request, parts, publisher, conflict, form)
    missing = [line for line in _lines(parts, draft) if not line.is_done]
    if missing:
        told = tuple(f"{line.title}: {detail}" for line in missing for detail in line.details or (line.sentence,))
        raise Refused("not_publishable", details=told)
    typed = {name: one(form, name, limit=400) for name in service.WAVE_FIELDS}
    opens_on, closes_on = service.day(typed["opens_on"]), service.day(typed["closes_on"])
    problems = service.wave_problems(typed["label"], opens_on, closes_on, parts.today)
    notice = ready_made.notice_for(draft.survey.audience, parts.settings.council_name)
    for_adults = ready_made.permission_notice(parts.settings.council_name)
    with parts.main.reading() as session:
        asking = service.read_asking(session, draft.survey, typed, for_adults, parts.today)
    if problems or opens_on is None or closes_on is None or notice is None or isinstance(asking, list):
        problems += asking if isinstance(asking, list) else []
        return _checklist_page(request, parts, publisher, draft, problems=problems, typed=form)
    now, by = parts.clock(), publisher.actor
    with parts.main.writing() as session:
        if drafts.read(session, draft.id, lock=True).revision != draft.revision:
            raise Refused("wrong_state")
        wave_id = service.publish(
            session, draft.survey, notice, label=typed["label"], opens_on=opens_on, closes_on=closes_on,
            area_code=parts.settings.area_code, area_name=parts.settings.area_name, help_lines=parts.help_lines,
            published_by=by, now=now, asking=asking,
        )  # fmt: skip
        drafts.was_published(session, draft.id, wave_id, by=by, now=now)
    return see_other("/design?done=published")


def _lines(parts: Joined, draft: Draft) -> tuple[checklist.Line, ...]:
    survey = draft.survey
    notice = ready_made.notice_for(survey.audience, parts.settings.council_name)
    errors = [
        one.message
        for one in panel.findings(survey, parts.today)
        if one.level == "error" and one.code != "words_missing"
    ]
    missing = [gap.message for gap in gaps(survey)]
    others = service.notice_obstacles(survey, notice, help_lines=parts.help_lines, today=parts.today)
    return checklist.lines(
        draft, errors=errors, gaps=missing, others=others, help_lines=parts.help_lines,
        translate=parts.pages.translator("en"),
    )  # fmt: skip


def _checklist_page(
    request: Request, parts: Joined, publisher: Principal, draft: Draft, *, done: str = "",
    problems: Sequence[Summary] = (), typed: Fields | None = None,
) -> HTMLResponse:  # fmt: skip
    first = {
        "label": "", "opens_on": parts.today.isoformat(),
        "closes_on": (parts.today + timedelta(days=service.USUAL_DAYS)).isoformat(), "signed_by": "",
        "signed_on": parts.today.isoformat(), "reference": "", "permission": "no", "why": "", "adults_wave": "",
    }  # fmt: skip
    lines = _lines(parts, draft)
    notice = ready_made.notice_for(draft.survey.audience, parts.settings.council_name)
    version = 1
    with parts.main.reading() as session:
        adults_waves = service.adults_waves(session, parts.today)
        if notice is not None:
            _same, version = service.next_version(session, draft.survey, notice)
    response = staff_page(
        parts, publisher, "design/checklist.html", path=request.url.path, status=422 if problems else 200, draft=draft,
        survey=draft.survey, lines=lines, ready=all(line.is_done for line in lines), problems=list(problems),
        typed=first | {name: one(typed, name) for name in first if typed and name in typed}, version=version,
        help_lines=parts.help_lines, again=service.to_check_again(parts.help_lines, parts.today), today=parts.today,
        done=parts.pages.translator("en")(DONE.get(done, "")), adults_waves=adults_waves,
        may_need_permission=draft.survey.audience in ASKED_WITH_PERMISSION,
    )  # fmt: skip
    return not_in_history(response)
