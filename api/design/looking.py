"""Pages that only show: a draft as a respondent meets it, on paper, as a file, beside what it was made from.

What is typed while trying a survey out is never stored, so that one form answers with a
page instead of 303.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from api.design import drafts, files, kinds, panel, trying
from api.design.opened import Designer, draft_of, shown_in, version_of
from api.errors import Refused
from api.security import Principal
from api.sentences import sentence
from api.wiring import Fields, Joined, Parts, StaffForm, one, staff_page
from survey_engine.definition import Survey
from survey_engine.languages import own_name
from survey_engine.versions import differences

router = APIRouter(include_in_schema=False)


def _(text: str) -> str:
    """Mark for translation."""
    return text


# -- looking at it as a respondent ----------------------------------------------------------------


@router.get("/design/drafts/{draft_id}/preview/{name}")
def preview_page(
    parts: Parts, designer: Designer, draft_id: UUID, name: str, language: str = "", direction: str = ""
) -> HTMLResponse:
    """One question exactly as its page shows it, for the frame beside the settings.

    ``direction`` (``rtl`` or ``ltr``) shows how the page stands in languages written the other
    way round, before there is a translation; otherwise it follows from the language.
    """
    survey = draft_of(parts, draft_id).survey
    shown = trying.alone(survey, name)
    if shown is None:
        raise Refused("not_found")
    question, section, position, total = shown
    return _as_respondent(
        parts, designer, survey, language, "design/preview.html", direction=direction, question=question,
        section=section, position=position, total=total, values=[], problem=None, answers="", has_back=False,
        action_url="",
    )  # fmt: skip


@router.get("/design/drafts/{draft_id}/try")
def try_page(parts: Parts, designer: Designer, draft_id: UUID, language: str = "") -> HTMLResponse:
    """The first page of the real way."""
    return _try(parts, designer, draft_id, {}, language)


@router.post("/design/drafts/{draft_id}/try")
def try_on(parts: Parts, designer: Designer, draft_id: UUID, form: StaffForm) -> HTMLResponse:
    """The next page of the real way; the answers so far came along and are kept nowhere."""
    return _try(parts, designer, draft_id, form, shown_in(form))


def _try(parts: Joined, designer: Principal, draft_id: UUID, form: Fields, language: str) -> HTMLResponse:
    draft = draft_of(parts, draft_id)
    survey = draft.survey
    key, action = one(form, "key", limit=120), one(form, "action", limit=10) or "next"
    carried = one(form, "answers", limit=trying.MOST_CARRIED)
    shown = trying.step(survey, carried, key, form, action, parts.today)
    url = f"/design/drafts/{draft.id}/try"
    if isinstance(shown, trying.Ended):
        return _as_respondent(
            parts, designer, survey, language, "design/tried.html", draft=draft, again_url=url, count=len(shown.answers)
        )
    code = language if language in survey.languages else survey.languages[0]
    told = None
    if shown.problem is not None:
        translate = parts.pages.translator(code, even_unchecked=True)
        told = sentence(shown.problem, translate, code, survey.languages[0], question=shown.question)
    return _as_respondent(
        parts, designer, survey, language, "design/preview.html", question=shown.question, section=shown.section,
        values=shown.values, problem=told, position=shown.position, total=shown.total, answers=shown.answers,
        has_back=shown.has_back, action_url=url,
    )  # fmt: skip


def _as_respondent(
    parts: Joined,
    designer: Principal,
    survey: Survey,
    language: str,
    template: str,
    direction: str = "",
    **context: Any,
) -> HTMLResponse:
    code = language if language in survey.languages else survey.languages[0]
    page = parts.pages.page(
        code, csrf=designer.csrf, help_lines=parts.help_lines, media=survey.media, even_unchecked=True
    )
    if direction in ("ltr", "rtl"):
        page = replace(page, direction="rtl" if direction == "rtl" else "ltr")
    html = parts.pages.render(template, code, page=page, survey=survey, **context)
    return HTMLResponse(html)


@router.get("/design/drafts/{draft_id}/print")
def print_page(request: Request, parts: Parts, designer: Designer, draft_id: UUID, language: str = "") -> HTMLResponse:
    """The whole draft on paper: every question with its options and conditions."""
    draft = draft_of(parts, draft_id)
    survey = draft.survey
    shown_in = language if language in survey.languages else survey.languages[0]
    return staff_page(
        parts, designer, "design/print.html", path=request.url.path, draft=draft, survey=survey, shown_in=shown_in,
        audience=kinds.AUDIENCES[survey.audience], own_name=own_name, items={one.name: one for one in survey.all_items},
        outline=panel.outline(survey, (), shown_in, parts.pages.translator("en")),
    )  # fmt: skip


# -- what is different ------------------------------------------------------------------------------


@router.get("/design/drafts/{draft_id}/differences")
def draft_differences(request: Request, parts: Parts, designer: Designer, draft_id: UUID) -> HTMLResponse:
    """What a draft changes about the version it was made from."""
    draft = draft_of(parts, draft_id)
    if draft.based_on is None:
        raise Refused("not_found")
    old, translate = version_of(parts, draft.based_on), parts.pages.translator("en")
    return staff_page(
        parts, designer, "design/differences.html", path=request.url.path,
        back=(f"/design/drafts/{draft.id}", drafts.title_of(draft.survey)), found=differences(old.survey, draft.survey),
        older=translate(_("version {number}")).format(number=old.version), newer=translate(_("this draft")),
    )  # fmt: skip


@router.get("/design/surveys/{version_id}/differences/{older_id}")
def version_differences(
    request: Request, parts: Parts, designer: Designer, version_id: UUID, older_id: UUID
) -> HTMLResponse:
    """What one published version changed about another."""
    new, old, translate = (
        version_of(parts, str(version_id)),
        version_of(parts, str(older_id)),
        parts.pages.translator("en"),
    )
    if new.name != old.name:
        raise Refused("not_found")
    return staff_page(
        parts, designer, "design/differences.html", path=request.url.path,
        back=(f"/design/surveys/{new.id}", drafts.title_of(new.survey)), found=differences(old.survey, new.survey),
        older=translate(_("version {number}")).format(number=old.version),
        newer=translate(_("version {number}")).format(number=new.version),
    )  # fmt: skip


# -- files to take away ---------------------------------------------------------------------------


@router.get("/design/drafts/{draft_id}/files")
def files_page(request: Request, parts: Parts, designer: Designer, draft_id: UUID) -> HTMLResponse:
    """The formats, and what each cannot say of this survey."""
    draft = draft_of(parts, draft_id)
    return _files_page(request, parts, designer, draft.survey, f"/design/drafts/{draft.id}")


@router.get("/design/surveys/{version_id}/files")
def version_files_page(request: Request, parts: Parts, designer: Designer, version_id: UUID) -> HTMLResponse:
    """The same of a published version."""
    known = version_of(parts, str(version_id))
    return _files_page(request, parts, designer, known.survey, f"/design/surveys/{known.id}")


def _files_page(request: Request, parts: Joined, designer: Principal, survey: Survey, back: str) -> HTMLResponse:
    return staff_page(
        parts, designer, "design/files.html", path=request.url.path, survey=survey, back=back,
        formats=list(files.FORMATS.values()), losses=files.losses(survey),
    )  # fmt: skip


@router.get("/design/drafts/{draft_id}/files/{name}")
def draft_file(parts: Parts, designer: Designer, draft_id: UUID, name: str) -> Response:
    """A draft as a file."""
    return _file(draft_of(parts, draft_id).survey, name)


@router.get("/design/surveys/{version_id}/files/{name}")
def version_file(parts: Parts, designer: Designer, version_id: UUID, name: str) -> Response:
    """A published version as a file."""
    return _file(version_of(parts, str(version_id)).survey, name)


def _file(survey: Survey, name: str) -> Response:
    known = files.FORMATS.get(name)
    if known is None:
        raise Refused("not_found")
    headers = {"content-disposition": f'attachment; filename="{survey.name}.{known.ending}"'}
    return Response(files.write(survey, name).data, media_type=known.media_type, headers=headers)
