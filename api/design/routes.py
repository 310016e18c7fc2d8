"""Pages of surveys: all of them, one to look at, a file to check, publishing, closing a wave."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, Response

from api import audit, published
from api.design import designer, drafts, interface, looking, media, publishing, ready_made, service
from api.design.kinds import AUDIENCES
from api.design.preview import preview
from api.design.reading import Outcome, ToMend, read_definition, read_upload
from api.errors import Refused
from api.models.drafts import DraftState
from api.pages import Summary
from api.permissions import Action
from api.published import Published
from api.security import Principal
from api.wiring import Joined, Parts, StaffForm, StaffUpload, allowed, one, see_other, staff_page
from survey_engine.authoring import MAX_BYTES, write_yaml
from survey_engine.collection import ASKED_WITH_PERMISSION
from survey_engine.consent import Notice
from survey_engine.definition import Audience, Survey, content_hash
from survey_engine.formats.account import Loss


def _(text: str) -> str:
    """Mark for translation."""
    return text


router = APIRouter(include_in_schema=False)

Designer = Annotated[Principal, Depends(allowed(Action.DESIGN_SURVEY))]
Publisher = Annotated[Principal, Depends(allowed(Action.PUBLISH_SURVEY))]


# -- looking


@router.get("/design")
def surveys_page(request: Request, parts: Parts, officer: Designer, done: str = "") -> HTMLResponse:
    """What was published, with its waves, and what is ready to publish."""
    with parts.main.reading() as session:
        listed = service.overview(session)
        open_ones = drafts.listed(session, DraftState.OPEN)
        put_away = drafts.listed(session, DraftState.DISCARDED)
    return staff_page(
        parts, officer, "design/surveys.html", path=request.url.path, surveys=listed, today=parts.today, done=done,
        ready=[(name, survey) for name, survey in ready_made.surveys().items()], audiences=AUDIENCES,
        drafts=open_ones, put_away=put_away, again=service.to_check_again(parts.help_lines, parts.today),
        help_missing=service.help_obstacles(parts.help_lines, parts.today),
    )  # fmt: skip


@router.get("/design/surveys/{version_id}")
def version_page(
    request: Request, parts: Parts, officer: Designer, version_id: UUID, language: str = ""
) -> HTMLResponse:
    """One published version, and a form to ask it again."""
    try:
        with parts.main.reading() as session:
            known = published.version(session, str(version_id))
    except LookupError as fault:
        raise Refused("not_found") from fault
    return _survey_page(request, parts, officer, known.survey, language, known=known)


@router.get("/design/library/{name}")
def ready_made_page(request: Request, parts: Parts, officer: Designer, name: str, language: str = "") -> HTMLResponse:
    """One ready-made survey, and a form to publish it."""
    survey = ready_made.surveys().get(name)
    if survey is None:
        raise Refused("not_found")
    return _survey_page(request, parts, officer, survey, language)


# -- pictures and recordings


@router.get("/media/{sha256}")
def picture_or_recording(parts: Parts, sha256: str) -> Response:
    """A file of a survey, for whoever knows the hash of its content: respondents see it without signing in."""
    with parts.main.reading() as session:
        found = media.find(session, sha256) if len(sha256) == 64 else None
    if found is None:
        raise Refused("not_found")
    return Response(found[1], media_type=found[0], headers=media.HEADERS)


# -- importing


@router.get("/design/import")
def import_page(request: Request, parts: Parts, officer: Designer) -> HTMLResponse:
    """Choose a file."""
    return _import_page(request, parts, officer)


@router.post("/design/import")
def check_file(request: Request, parts: Parts, officer: Designer, upload: StaffUpload) -> Response:
    """Read a file and show what came of it, or begin a draft with it; nothing else is stored before it is published."""
    chosen = one(upload.fields, "audience", limit=20)
    files = upload.files.get("file", ())
    problems = []
    if len(files) != 1:
        problems.append(Summary("file", _("Choose one file.")))
    if chosen not in set(Audience):
        problems.append(Summary("audience", _("Choose for whom the survey is.")))
    if problems:
        return _import_page(request, parts, officer, problems, chosen=chosen)
    outcome = read_upload(files[0].data, files[0].name, Audience(chosen))
    if outcome.survey is None:
        mend = [Summary("file", _("Mend what the list names, then choose the file again."))]
        return _import_page(request, parts, officer, mend, outcome, chosen)
    if one(upload.fields, "action", limit=10) == "draft":
        origin = _("a file")
        with parts.main.writing() as session:
            draft_id = drafts.start(
                session, outcome.survey, origin=origin, losses=outcome.losses, by=officer.actor, now=parts.clock()
            )
        return see_other(f"/design/drafts/{draft_id}?done=begun")
    counts = {"questions": len(outcome.survey.questions), "losses": len(outcome.losses)}
    with parts.main.writing() as session:
        audit.record(session, officer.actor, "survey.imported", outcome.survey.name, counts, now=parts.clock())
    return _survey_page(request, parts, officer, outcome.survey, losses=outcome.losses)


def _import_page(
    request: Request, parts: Joined, officer: Principal, problems: list[Summary] | None = None,
    outcome: Outcome | None = None, chosen: str = "",
) -> HTMLResponse:  # fmt: skip
    return staff_page(
        parts, officer, "design/import.html", path=request.url.path, status=422 if problems else 200,
        problems=problems or [], outcome=outcome, chosen=chosen,
        audiences=[(audience.value, name) for audience, name in AUDIENCES.items()],
    )  # fmt: skip


# -- publishing


@router.post("/design/import/draft")
def keep_checked(parts: Parts, officer: Designer, fields: StaffForm) -> Response:
    """Begin a draft with the definition that a checked page carries."""
    definition = one(fields, "definition", limit=MAX_BYTES + 1).encode("utf-8", "replace")
    outcome = read_definition(definition, publishable=False)
    if outcome.survey is None:
        raise Refused("not_publishable", details=tuple(f"{_where(mend)}: {mend.sentence}" for mend in outcome.to_mend))
    losses = tuple(
        Loss(*parts_) for value in fields.get("loss", ())[:500] if len(parts_ := value.split("\t")) == _LOSS_FIELDS
    )
    with parts.main.writing() as session:
        draft_id = drafts.start(
            session, outcome.survey, origin=_("a file"), losses=losses, by=officer.actor, now=parts.clock()
        )
    return see_other(f"/design/drafts/{draft_id}?done=begun")


_LOSS_FIELDS = 3


@router.post("/design/import/publish")
def publish(request: Request, parts: Parts, publisher: Publisher, fields: StaffForm) -> Response:
    """Publish the definition that the page carries for a wave, whether it was ready-made, imported or asked before."""
    outcome = read_definition(one(fields, "definition", limit=MAX_BYTES + 1).encode("utf-8", "replace"))
    survey = outcome.survey
    if survey is None:
        raise Refused("not_publishable", details=tuple(f"{_where(mend)}: {mend.sentence}" for mend in outcome.to_mend))
    notice = _notice(parts, survey)
    in_the_way = service.obstacles(survey, notice, help_lines=parts.help_lines, today=parts.today)
    if in_the_way or notice is None:
        raise Refused("not_publishable", details=in_the_way)
    typed = {name: one(fields, name, limit=400) for name in service.WAVE_FIELDS}
    opens_on, closes_on = service.day(typed["opens_on"]), service.day(typed["closes_on"])
    problems = service.wave_problems(typed["label"], opens_on, closes_on, parts.today)
    with parts.main.reading() as session:
        asking = service.read_asking(session, survey, typed, _permission_notice(parts), parts.today)
    if problems or opens_on is None or closes_on is None or isinstance(asking, list):
        problems += asking if isinstance(asking, list) else []
        return _survey_page(request, parts, publisher, survey, typed=typed, problems=problems)
    with parts.main.writing() as session:
        service.publish(
            session, survey, notice, label=typed["label"], opens_on=opens_on, closes_on=closes_on,
            area_code=parts.settings.area_code, area_name=parts.settings.area_name, help_lines=parts.help_lines,
            published_by=publisher.actor, now=parts.clock(), asking=asking,
        )  # fmt: skip
    return see_other("/design?done=published")


@router.post("/design/waves/{wave_id}/close")
def close_wave(parts: Parts, publisher: Publisher, wave_id: UUID, fields: StaffForm) -> Response:
    """Stop taking answers."""
    with parts.main.writing() as session:
        if not service.close_wave(session, str(wave_id), by=publisher.actor, now=parts.clock()):
            raise Refused("wrong_state")
    return see_other("/design?done=closed")


@router.post("/design/waves/{wave_id}/reopen")
def reopen_wave(parts: Parts, publisher: Publisher, wave_id: UUID, fields: StaffForm) -> Response:
    """Take answers again."""
    with parts.main.writing() as session:
        if not service.reopen_wave(
            session, str(wave_id), help_lines=parts.help_lines, by=publisher.actor, now=parts.clock()
        ):
            raise Refused("wrong_state")
    return see_other("/design?done=reopened")


def _where(mend: ToMend) -> str:
    return mend.where[:1].upper() + mend.where[1:]


def _notice(parts: Joined, survey: Survey) -> Notice | None:
    return ready_made.notice_for(survey.audience, parts.settings.council_name)


def _permission_notice(parts: Joined) -> Notice:
    return ready_made.permission_notice(parts.settings.council_name)


def _survey_page(
    request: Request, parts: Joined, officer: Principal, survey: Survey, language: str = "", *,
    known: Published | None = None, losses: tuple[Loss, ...] = (), typed: dict[str, str] | None = None,
    problems: list[Summary] | None = None,
) -> HTMLResponse:  # fmt: skip
    notice = _notice(parts, survey)  # what people will be told from now on; ``known.notice`` is what they were told
    version_id, version = None, 1
    if notice is not None:
        with parts.main.reading() as session:
            version_id, version = service.next_version(session, survey, notice)
    first = {
        "label": "",
        "opens_on": parts.today.isoformat(),
        "closes_on": (parts.today + timedelta(days=service.USUAL_DAYS)).isoformat(),
        "permission": "no", "why": "", "adults_wave": "",
    }  # fmt: skip
    with parts.main.reading() as session:
        versions = service.versions(session, survey.name) if known else ()
        adults_waves = service.adults_waves(session, parts.today)
    shown = language if language in survey.languages else survey.languages[0]
    return staff_page(
        parts, officer, "design/survey.html", path=request.url.path, status=422 if problems else 200, survey=survey,
        lines=preview(survey, shown), shown_in=shown, notice=known.notice if known else notice, known=known,
        version=version, is_new=version_id is None, hash=content_hash(survey),
        obstacles=service.obstacles(survey, notice, help_lines=parts.help_lines, today=parts.today), losses=losses,
        definition=write_yaml(survey), versions=versions, media=survey.media, typed=typed or first, problems=problems or [],
        may_need_permission=survey.audience in ASKED_WITH_PERMISSION, adults_waves=adults_waves,
        audience=AUDIENCES[survey.audience], page_url=request.url.path if request.method == "GET" else "",
    )  # fmt: skip


for pages in (designer, interface, looking, publishing):
    router.include_router(pages.router)
