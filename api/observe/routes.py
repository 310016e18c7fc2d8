"""A practitioner's pages: the own cases, and one form a case."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, Response

from api import asking, security
from api.errors import Refused
from api.observe import service
from api.observe.form import (
    decline_field_of,
    field_of,
    is_conditional,
    is_optional_choice,
    parts_of,
    read_answers,
    sections_of,
)
from api.observe.service import Case
from api.pages import Summary
from api.permissions import Action
from api.published import OpenedWave
from api.security import Principal
from api.vault.door import VaultDep
from api.wiring import Fields, Joined, Parts, StaffUpload, allowed, one, see_other, staff_page
from survey_engine import consent
from survey_engine.consent import Decision, Purpose
from survey_engine.definition import FILE, words

router = APIRouter(include_in_schema=False)

Practitioner = Annotated[Principal, Depends(allowed(Action.LOG_OBSERVATION))]


def _(text: str) -> str:
    """Mark for translation."""
    return text


@router.get("/observe")
def cases_page(request: Request, parts: Parts, practitioner: Practitioner) -> HTMLResponse:
    """The own cases, each with the forms that can be filled in today."""
    with parts.main.reading() as session:
        cases = service.own_cases(session, practitioner.staff_id)
        forms = service.open_forms(session, parts.today)
    return staff_page(
        parts, practitioner, "observe/cases.html", path=request.url.path, cases=cases, forms=forms,
        done="saved" if "saved" in request.query_params else "",
    )  # fmt: skip


@router.get("/observe/{wave_id}/{assignment_id}")
def form_page(
    request: Request, parts: Parts, practitioner: Practitioner, wave_id: UUID, assignment_id: UUID
) -> HTMLResponse:
    """The form for one case."""
    wave, case = _form_and_case(parts, practitioner, wave_id, assignment_id)
    return _form_page(request, parts, practitioner, wave, case, {"form": [security.new_token()]}, [])


@router.post("/observe/{wave_id}/{assignment_id}")
def log(
    request: Request, parts: Parts, vault: VaultDep, practitioner: Practitioner, wave_id: UUID, assignment_id: UUID,
    form: StaffUpload,
) -> Response:  # fmt: skip
    """Log one observation. Without a yes to taking part nothing is kept, whatever was written."""
    fields = form.fields
    wave, case = _form_and_case(parts, practitioner, wave_id, assignment_id)
    mark = one(fields, "form", limit=100)
    if not mark:
        raise Refused("invalid_request")
    choices = consent.read_choices(wave.published.notice, fields)
    if isinstance(choices, dict) and choices[Purpose.TAKE_PART] is Decision.DECLINED:
        return staff_page(parts, practitioner, "observe/not_kept.html", path=request.url.path)
    problems = [] if isinstance(choices, dict) else [Summary(problem.question, _CHOOSE) for problem in choices]
    files = {name: sent[0].data for name, sent in form.files.items()}
    read = read_answers(wave.published.survey, fields, files, today=parts.today)
    if not isinstance(choices, dict) or isinstance(read, list):
        problems += read if isinstance(read, list) else []
        return _form_page(request, parts, practitioner, wave, case, fields, problems)
    with parts.main.writing() as session:
        service.store(
            session, vault, service.response_id(parts.keyring, practitioner.staff_id, wave.id, case, mark), wave, case,
            read[0], choices, by=practitioner.actor, now=parts.clock(), files=read[1],
        )  # fmt: skip
    return see_other("/observe?saved")


_CHOOSE = _("Choose yes or no.")


def _form_and_case(
    parts: Joined, practitioner: Principal, wave_id: UUID, assignment_id: UUID
) -> tuple[OpenedWave, Case]:
    with parts.main.reading() as session:
        case = service.own_case(session, practitioner.staff_id, str(assignment_id))
        wave = next((wave for wave in service.open_forms(session, parts.today) if wave.id == str(wave_id)), None)
    if case is None:
        raise Refused("not_found")
    if wave is None:
        raise Refused("form_closed")
    return wave, case


def _form_page(
    request: Request, parts: Joined, practitioner: Principal, wave: OpenedWave, case: Case, fields: Fields,
    problems: list[Summary],
) -> HTMLResponse:  # fmt: skip
    survey, notice = wave.published.survey, wave.published.notice
    form_parts = parts_of(survey)
    asked = [question for part in form_parts for question in part.questions]
    return staff_page(
        parts, practitioner, "observe/form.html", path=request.url.path, status=422 if problems else 200, wave=wave,
        case=case, survey=survey, notice=notice, form_parts=form_parts, fields=fields, media=survey.media,
        values={question.name: asking.typed(question, fields, field_of(question)) for question in asked},
        has_files=any(question.kind in FILE for question in asked), sections=sections_of(survey),
        conditional={question.name for question in asked if is_conditional(survey, question)},
        chosen={asked.purpose.value: one(fields, consent.field_name(asked.purpose)) for asked in notice.purposes},
        problems=problems, listed=_listed(wave, problems), field_of=field_of, decline_field_of=decline_field_of, is_optional_choice=is_optional_choice,
        help_lines=parts.help_lines, action_url=request.url.path, mark=one(fields, "form", limit=100),
    )  # fmt: skip


def _listed(wave: OpenedWave, problems: list[Summary]) -> list[Summary]:
    """The problems as the top of the page lists them: away from their question, each needs to name it."""
    labels = {field_of(question): question.label for question in wave.published.survey.possible}
    labels |= {consent.field_name(asked.purpose): asked.question for asked in wave.published.notice.purposes}
    return [
        Summary(problem.field, f"{words(labels[problem.field], 'en')[0]} {problem.sentence}") for problem in problems
    ]
