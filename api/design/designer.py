"""Pages on which a survey is written: begin, change step by step, look at it, try it, tick off, publish.

Every change is a plain form, posted with the revision it was made on and answered with
303; ``frontend/src/designer.ts`` only spares loading the whole page. Where the change
cannot be made the page comes back (422) with what was typed; where somebody else was
quicker a page of its own (409) keeps it. What is typed while trying a survey out is
never stored, so that one form answers with a page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from api import gate
from api.design import drafts, fields, kinds, media, panel, ready_made, service, trying
from api.design.drafts import Conflict, Draft
from api.design.opened import (
    Designer,
    conflict_page,
    draft_of,
    find,
    not_in_history,
    open_draft,
    revision_of,
    shown_in,
    version_of,
)
from api.errors import Refused
from api.pages import Summary
from api.pages import direction as direction_of
from api.security import Principal
from api.wiring import Fields, Joined, Parts, StaffForm, StaffUpload, one, see_other, staff_page
from survey_engine import editing, licensed
from survey_engine.definition import Audience, Group, Question, Survey
from survey_engine.editing import Edited, EditProblem, Operation
from survey_engine.languages import own_name

router = APIRouter(include_in_schema=False)

FACTS = "~facts"
"""What stands for the survey itself where an item's name is expected; no item can have it."""

LANGUAGES = (
    "en", "en-x-easy", "cy", "ar", "bn", "ckb", "fa", "fr", "gu", "ku", "pa", "pl", "prs", "ps", "pt", "ro", "so",
    "sq", "ti", "tr", "uk", "ur", "vi",
)  # fmt: skip
"""What is spoken by children English councils know; any other code can be typed."""


def _(text: str) -> str:
    """Mark for translation."""
    return text


DONE = {
    "begun": _("Your draft is ready. Nothing is published yet."),
    "added": _("Added. Now fill in the rest."),
    "saved": _("Saved."),
    "moved": _("Moved."),
    "copied": _("Copied. The copy is shown now."),
    "deleted": _("Deleted. “Undo” brings it back."),
    "undone": _("Taken back."),
    "nothing": _("There is nothing to take back."),
    "language": _("The languages are changed."),
    "file": _("The file is there."),
    "no_file": _("The file is taken away."),
    "included": _("Added at the end. Its words can be compared with others only while they stay as they are."),
    "instrument": _("The instrument is there. Its words stay in this service: no export holds them."),
    "reopened": _("The draft is open again."),
}
STEPS: Mapping[str, Literal["up", "down", "in", "out"]] = {"up": "up", "down": "down", "in": "in", "out": "out"}
"""What a form may say of where an item goes."""


# -- beginning ------------------------------------------------------------------------------


@router.get("/design/drafts/new")
def new_page(request: Request, parts: Parts, designer: Designer) -> HTMLResponse:
    """Choose what to begin from."""
    return _new_page(request, parts, designer)


@router.post("/design/drafts")
def begin(request: Request, parts: Parts, designer: Designer, form: StaffForm) -> Response:
    """Begin a draft from nothing, from a ready-made survey or from a published version."""
    source, translate = one(form, "from", limit=20), parts.pages.translator("en")
    based_on = None
    if source == "library":
        survey = ready_made.surveys().get(one(form, "name", limit=60))
        if survey is None:
            raise Refused("not_found")
        origin = translate(_("the ready-made survey “{title}”")).format(title=drafts.title_of(survey))
    elif source == "version":
        known = version_of(parts, one(form, "version", limit=36))
        survey, based_on = known.survey, known.id
        origin = translate(_("version {number} of “{title}”")).format(
            number=known.version, title=drafts.title_of(survey)
        )
    else:
        made = _from_nothing(form)
        if isinstance(made, tuple):
            return _new_page(request, parts, designer, made, form)
        survey, origin = made, translate(_("nothing"))
    with parts.main.writing() as session:
        if source not in ("library", "version"):
            survey = survey.model_copy(update={"name": drafts.free_name(session, survey.name)})
        draft_id = drafts.start(session, survey, origin=origin, based_on=based_on, by=designer.actor, now=parts.clock())
    return see_other(f"/design/drafts/{draft_id}?done=begun")


def _from_nothing(form: Fields) -> Survey | tuple[Summary, ...]:
    title, audience = one(form, "title", limit=200), one(form, "audience", limit=20)
    language = one(form, "language", limit=35) or "en"
    problems = []
    if not title:
        problems.append(Summary("title", _("Write a title. You can change it later.")))
    if audience not in set(Audience):
        problems.append(Summary("audience", _("Choose for whom the survey is.")))
    if problem := fields.language_problem(language):
        problems.append(Summary("language", problem))
    if problems:
        return tuple(problems)
    slug = "-".join("".join(c if c.isascii() and c.isalnum() else " " for c in title.lower()).split())[:50].strip("-")
    first = Group(name="part_1", label={language: _("First section")}, items=())
    return Survey(
        name=slug or "survey", title={language: title}, audience=Audience(audience), languages=(language,),
        items=(first,),
    )  # fmt: skip


def _new_page(
    request: Request, parts: Joined, designer: Principal, problems: Sequence[Summary] = (), typed: Fields | None = None
) -> HTMLResponse:
    with parts.main.reading() as session:
        listed = service.overview(session)
    return staff_page(
        parts, designer, "design/new.html", path=request.url.path, status=422 if problems else 200, problems=problems,
        typed={name: one(typed or {}, name) for name in ("title", "audience", "language")}, surveys=listed,
        ready=list(ready_made.surveys().items()), audiences=kinds.AUDIENCES, languages=_languages(),
    )  # fmt: skip


# -- the page -------------------------------------------------------------------------------


@router.get("/design/drafts/{draft_id}")
def draft_page(
    request: Request, parts: Parts, designer: Designer, draft_id: UUID, item: str = "", language: str = "",
    done: str = "", focus: str = "", direction: str = "",
) -> HTMLResponse:  # fmt: skip
    """The list, the preview, the settings of one item or of the survey itself."""
    draft = draft_of(parts, draft_id)
    return _page(request, parts, designer, draft, item, language, done=done, focus=focus, direction=direction)


def _page(
    request: Request, parts: Joined, designer: Principal, draft: Draft, item: str = "", language: str = "", *,
    done: str = "", focus: str = "", problems: Sequence[Summary] = (), state: Fields | None = None, status: int = 422,
    refused_delete: Sequence[EditProblem] = (), direction: str = "",
) -> HTMLResponse:  # fmt: skip
    survey, translate = draft.survey, parts.pages.translator("en")
    chosen = find(survey, item)
    found = panel.findings(survey, parts.today)
    shown_in = language if language in survey.languages else survey.languages[0]
    with parts.main.reading() as session:
        last = drafts.last_step(session, draft.id)
    if state is None:
        state = fields.facts_written(survey) if chosen is None else fields.written(chosen, survey.languages)
    before, after = panel.neighbours(survey, chosen.name) if chosen is not None else ("", survey.all_items[0].name)
    response = staff_page(
        parts, designer, "design/draft.html", path=request.url.path, status=status if problems else 200, draft=draft,
        survey=survey, chosen=chosen, selected=chosen.name if chosen is not None else FACTS, state=state,
        state_rows=fields.rows(state), shown=kinds.fields_of(chosen.kind) if isinstance(chosen, Question) else set(),
        outline=panel.outline(survey, found, shown_in, translate), findings=found, shown_in=shown_in,
        moves=panel.moves(survey, chosen.name) if chosen is not None else None, before=before, after=after,
        lookers=panel.looking_at(survey, chosen.name) if chosen is not None else (),
        nameable=panel.nameable(survey, chosen.name, shown_in) if chosen is not None else (),
        has_preview=chosen is not None and trying.alone(survey, chosen.name) is not None, last=last,
        done=translate(DONE.get(done, "")), focus=focus, problems=list(problems), refused_delete=refused_delete,
        kinds=kinds, audiences=kinds.AUDIENCES, languages=_languages(), own_name=own_name,
        direction=direction if direction in ("ltr", "rtl") else direction_of(shown_in),
        ready_made=[(name, drafts.title_of(one)) for name, one in ready_made.with_scales().items()],
    )  # fmt: skip
    response.headers["content-security-policy"] = FRAMED
    return not_in_history(response)


FRAMED = "; ".join((dict(gate.HEADERS)[b"content-security-policy"].decode(), "frame-src 'self'"))
"""What every page may load, and on this page besides: the preview, in a frame."""


# -- adding -----------------------------------------------------------------------------------


@router.get("/design/drafts/{draft_id}/add")
def add_page(
    request: Request, parts: Parts, designer: Designer, draft_id: UUID, after: str = "", inside: str = ""
) -> HTMLResponse:
    """Choose the kind of question and write its words."""
    draft = open_draft(parts, draft_id)
    return _add_page(request, parts, designer, draft, {"after": [after], "inside": [inside]})


@router.post("/design/drafts/{draft_id}/add")
def add(request: Request, parts: Parts, designer: Designer, draft_id: UUID, form: StaffForm) -> Response:
    """Add a question or a section."""
    draft = open_draft(parts, draft_id)
    kind, words = one(form, "kind", limit=40), one(form, "words", limit=fields.LONGEST_WORDS).replace("\r\n", "\n")
    problems = []
    if kind not in kinds.NAMES or kind == "left_out":
        problems.append(Summary("kind", _("Choose what kind it is.")))
    if not words:
        problems.append(Summary("words", _("Write the words people will read. You can change them later.")))
    if problems:
        return _add_page(request, parts, designer, draft, form, problems)
    survey = draft.survey
    item = kinds.begun(kind, editing.free_name(survey, words[:40]), words, survey.languages[0])
    operation = editing.Add(item, after=one(form, "after", limit=100), inside=one(form, "inside", limit=100))
    what = _told(parts, _("Added “{words}”"), words)
    result = _change(parts, designer, draft, form, operation, what)
    if isinstance(result, Conflict):
        return conflict_page(request, parts, designer, result, form, typed=[(_("Its words"), words)])
    if not isinstance(result, Edited):
        return _add_page(request, parts, designer, draft, form, _summaries(result))
    return _to(draft, result.name, "added", "settings-title")


def _add_page(
    request: Request, parts: Joined, designer: Principal, draft: Draft, typed: Fields,
    problems: Sequence[Summary] = (),
) -> HTMLResponse:  # fmt: skip
    response = staff_page(
        parts, designer, "design/add.html", path=request.url.path, status=422 if problems else 200, draft=draft,
        survey=draft.survey, typed={name: one(typed, name) for name in ("kind", "words", "after", "inside")},
        revision=one(typed, "revision") or draft.revision, problems=list(problems), picker=kinds.PICKER,
    )  # fmt: skip
    return not_in_history(response)


# -- changing one item ------------------------------------------------------------------------


@router.post("/design/drafts/{draft_id}/items/{name}")
def save_item(
    request: Request, parts: Parts, designer: Designer, draft_id: UUID, name: str, form: StaffForm
) -> Response:
    """Save the settings of a question or a section."""
    draft = open_draft(parts, draft_id)
    old = find(draft.survey, name)
    if old is None:
        return _gone(request, parts, designer, draft, form, name)
    read = fields.read_item(form, old, draft.survey.languages, parts.pages.translator("en"))
    if read.item is None:
        return _page(request, parts, designer, draft, name, shown_in(form), problems=read.problems, state=form)
    what = _told(parts, _("Changed “{words}”"), _label(old, draft.survey))
    operation = editing.Replace(name, read.item, read.options)
    result = _change(parts, designer, draft, form, operation, what)
    if isinstance(result, Conflict):
        now = find(result.draft.survey, name)
        typed = _differences(form, fields.written(now, draft.survey.languages) if now is not None else {})
        return conflict_page(request, parts, designer, result, form, typed=typed, gone=now is None)
    if not isinstance(result, Edited):
        return _page(request, parts, designer, draft, name, shown_in(form), problems=_summaries(result), state=form)
    action, _colon, at = one(form, "action", limit=30).partition(":")
    focus = "settings-title" if action not in ("up", "down", "remove") else _row_focus(action, at)
    return _to(draft, result.name, "saved", focus, shown_in(form))


def _row_focus(action: str, at: str) -> str:
    number = int(at) if at.isdigit() else 0
    place = max(number + {"up": -1, "down": 1}.get(action, 0), 0)
    return f"choice:{place}:{'name' if action == 'remove' else action}"


@router.post("/design/drafts/{draft_id}/items/{name}/look")
def look(parts: Parts, designer: Designer, draft_id: UUID, name: str, form: StaffForm) -> HTMLResponse:
    """What the check would say of a form that is still being typed into; nothing is saved."""
    draft = draft_of(parts, draft_id)
    translate = parts.pages.translator("en")
    told = fields.conditions_told(form, translate)
    old = find(draft.survey, name)
    survey = draft.survey
    if old is not None:
        read = fields.read_item(form, old, survey.languages, translate)
        edited = read.item and editing.edit(survey, editing.Replace(name, read.item, read.options))
        if isinstance(edited, Edited):
            survey, name = edited.survey, edited.name
    return staff_page(
        parts, designer, "design/look.html", draft=draft, findings=panel.findings(survey, parts.today), selected=name, told=told,
        unsaved=survey != draft.survey,
    )  # fmt: skip


@router.post("/design/drafts/{draft_id}/items/{name}/move")
def move(request: Request, parts: Parts, designer: Designer, draft_id: UUID, name: str, form: StaffForm) -> Response:
    """Move up, down, into the section before or out of its section."""
    where = STEPS.get(one(form, "where", limit=10))
    if where is None:
        raise Refused("malformed_request")
    operation = editing.Move(name, where)
    return _simple(
        request, parts, designer, draft_id, name, form, operation, _("Moved “{words}”"), "moved", f"move-{where}"
    )


@router.post("/design/drafts/{draft_id}/items/{name}/copy")
def copy(request: Request, parts: Parts, designer: Designer, draft_id: UUID, name: str, form: StaffForm) -> Response:
    """Put a copy right behind."""
    operation = editing.Duplicate(name)
    return _simple(request, parts, designer, draft_id, name, form, operation, _("Copied “{words}”"), "copied")


@router.post("/design/drafts/{draft_id}/items/{name}/delete")
def delete(request: Request, parts: Parts, designer: Designer, draft_id: UUID, name: str, form: StaffForm) -> Response:
    """Delete an item. Where others look at it, the page asks first whether their conditions go, too."""
    operation = editing.Delete(name, drop_conditions=one(form, "drop", limit=5) == "yes")
    return _simple(request, parts, designer, draft_id, name, form, operation, _("Deleted “{words}”"), "deleted")


def _simple(
    request: Request, parts: Joined, designer: Principal, draft_id: UUID, name: str, form: Fields,
    operation: Operation, what: str, done: str, focus: str = "settings-title",
) -> Response:  # fmt: skip
    draft = open_draft(parts, draft_id)
    item = find(draft.survey, name)
    if item is None:
        return _gone(request, parts, designer, draft, form, name)
    told = _told(parts, what, _label(item, draft.survey))
    result = _change(parts, designer, draft, form, operation, told)
    if isinstance(result, Conflict):
        return conflict_page(request, parts, designer, result, form, gone=find(result.draft.survey, name) is None)
    if not isinstance(result, Edited):
        deleting = result if isinstance(operation, editing.Delete) else ()
        return _page(
            request, parts, designer, draft, name, shown_in(form), problems=_summaries(result),
            refused_delete=deleting,
        )  # fmt: skip
    return _to(draft, result.name, done, focus, shown_in(form))


# -- the survey itself ------------------------------------------------------------------------


@router.post("/design/drafts/{draft_id}/facts")
def save_facts(request: Request, parts: Parts, designer: Designer, draft_id: UUID, form: StaffForm) -> Response:
    """Save the title, the audience and the other facts of the survey."""
    draft = open_draft(parts, draft_id)
    changes = fields.read_facts(form, draft.survey, parts.pages.translator("en"))
    if isinstance(changes, tuple):
        return _page(request, parts, designer, draft, FACTS, shown_in(form), problems=changes, state=form)
    what = _told(parts, _("Changed the facts of the survey"))
    result = _change(parts, designer, draft, form, editing.Facts(changes), what)
    if isinstance(result, Conflict):
        typed = _differences(form, fields.facts_written(result.draft.survey))
        return conflict_page(request, parts, designer, result, form, typed=typed)
    if not isinstance(result, Edited):
        return _page(request, parts, designer, draft, FACTS, shown_in(form), problems=_summaries(result), state=form)
    return _to(draft, FACTS, "saved", "settings-title", shown_in(form))


@router.post("/design/drafts/{draft_id}/languages")
def change_languages(request: Request, parts: Parts, designer: Designer, draft_id: UUID, form: StaffForm) -> Response:
    """Add a language, or take one away with its words."""
    draft = open_draft(parts, draft_id)
    gone = one(form, "remove", limit=40)
    code = gone or one(form, "other", limit=40) or one(form, "language", limit=40)
    if problem := fields.language_problem(code):
        return _page(request, parts, designer, draft, FACTS, problems=[Summary("language", problem)])
    operation: Operation = editing.RemoveLanguage(code) if gone else editing.AddLanguage(code)
    what = _told(parts, _("Took the language “{words}” away") if gone else _("Added the language “{words}”"), code)
    result = _change(parts, designer, draft, form, operation, what)
    if isinstance(result, Conflict):
        return conflict_page(request, parts, designer, result, form)
    if not isinstance(result, Edited):
        problems = [Summary("language", problem.message) for problem in result]
        return _page(request, parts, designer, draft, FACTS, problems=problems)
    return _to(draft, FACTS, "language", "languages-title")


@router.post("/design/drafts/{draft_id}/undo")
def undo(request: Request, parts: Parts, designer: Designer, draft_id: UUID, form: StaffForm) -> Response:
    """Take the last change back."""
    with parts.main.writing() as session:
        said = drafts.undo(session, str(draft_id), revision_of(form), by=designer.actor, now=parts.clock())
    if isinstance(said, Conflict):
        return conflict_page(request, parts, designer, said, form)
    item, language = one(form, "item", limit=100), shown_in(form)
    return _to(draft_of(parts, draft_id), item, "undone" if said else "nothing", "undo", language)


# -- pictures and recordings --------------------------------------------------------------------


@router.post("/design/media/{draft_id}/{name}")
def attach(
    request: Request, parts: Parts, designer: Designer, draft_id: UUID, name: str, upload: StaffUpload
) -> Response:
    """Give a question or one of its options a picture or a recording."""
    form = upload.fields
    draft = open_draft(parts, draft_id)
    role, language = one(form, "role", limit=10), one(form, "file_language", limit=40)
    chosen = upload.files.get("file", ())
    if role not in ("picture", "audio") or language not in draft.survey.languages:
        raise Refused("malformed_request")
    taken = media.take(role, chosen[0].data, chosen[0].name) if len(chosen) == 1 else _("Choose one file.")
    if isinstance(taken, str):
        return _page(request, parts, designer, draft, name, problems=[Summary("file", taken)])
    operation = editing.Attach(
        name, "audio" if role == "audio" else "picture", language, taken.file_name, taken.sha256,
        one(form, "option", limit=100),
    )  # fmt: skip
    with parts.main.writing() as session:
        drafts.keep_file(
            session, sha256=taken.sha256, media_type=taken.media_type, content=taken.content,
            file_name=taken.file_name, by=designer.actor, now=parts.clock(),
        )  # fmt: skip
    return _simple(
        request, parts, designer, draft_id, name, form, operation, _("Added a file to “{words}”"), "file",
        "media-title",
    )  # fmt: skip


@router.post("/design/drafts/{draft_id}/items/{name}/detach")
def detach(request: Request, parts: Parts, designer: Designer, draft_id: UUID, name: str, form: StaffForm) -> Response:
    """Take a picture or a recording away."""
    role = one(form, "role", limit=10)
    if role not in ("picture", "audio"):
        raise Refused("malformed_request")
    operation = editing.Detach(
        name, "audio" if role == "audio" else "picture", one(form, "file_language", limit=40),
        one(form, "option", limit=100),
    )  # fmt: skip
    return _simple(
        request, parts, designer, draft_id, name, form, operation, _("Took a file from “{words}”"), "no_file",
        "media-title",
    )  # fmt: skip


# -- scales --------------------------------------------------------------------------------------


@router.post("/design/drafts/{draft_id}/include")
def include(request: Request, parts: Parts, designer: Designer, draft_id: UUID, form: StaffForm) -> Response:
    """Add the questions and scales of a ready-made survey at the end."""
    draft = open_draft(parts, draft_id)
    chosen = ready_made.with_scales().get(one(form, "ready_made", limit=60))
    if chosen is None:
        problems = [Summary("ready_made", _("Choose which questions to add."))]
        return _page(request, parts, designer, draft, FACTS, problems=problems)
    what = _told(parts, _("Added “{words}”"), drafts.title_of(chosen))
    result = _change(parts, designer, draft, form, editing.Include(chosen), what)
    if isinstance(result, Conflict):
        return conflict_page(request, parts, designer, result, form)
    if not isinstance(result, Edited):
        problems = [Summary("ready_made", problem.message) for problem in result]
        return _page(request, parts, designer, draft, FACTS, problems=problems)
    return _to(draft, result.name, "included", "settings-title", shown_in(form))


# -- licensed instruments -----------------------------------------------------------------------


@router.post("/design/licensed/{draft_id}")
def add_instrument(request: Request, parts: Parts, designer: Designer, draft_id: UUID, upload: StaffUpload) -> Response:
    """Add an instrument from the private file of whoever holds its licence, as a section at the end."""
    form, chosen = upload.fields, upload.files.get("instrument", ())
    draft = open_draft(parts, draft_id)
    if len(chosen) != 1:
        return _not_added(request, parts, designer, draft, [_("Choose one file.")])
    read = licensed.read_licensed(chosen[0].data, parts.today)
    if not isinstance(read, licensed.Instrument):
        return _not_added(request, parts, designer, draft, [mend.message for mend in read])
    added = licensed.add_licensed(draft.survey, read, parts.today)
    if not isinstance(added, Survey):
        return _not_added(request, parts, designer, draft, [added.message])
    changes = added.model_dump(mode="json", include={"items", "scales"})
    what = _told(
        parts, _("Added the licensed instrument “{words}”"), read.title.get(draft.survey.languages[0], read.name)
    )
    result = _change(parts, designer, draft, form, editing.Facts(changes), what)
    if isinstance(result, Conflict):
        return conflict_page(request, parts, designer, result, form)
    if not isinstance(result, Edited):
        return _not_added(request, parts, designer, draft, [problem.message for problem in result])
    return _to(draft, read.name, "instrument", "settings-title", shown_in(form))


def _not_added(
    request: Request, parts: Joined, designer: Principal, draft: Draft, sentences: Sequence[str]
) -> HTMLResponse:
    problems = [Summary("instrument", sentence) for sentence in sentences]
    return _page(request, parts, designer, draft, FACTS, problems=problems)


# -- putting away ---------------------------------------------------------------------------------


@router.post("/design/drafts/{draft_id}/discard")
def discard(parts: Parts, designer: Designer, draft_id: UUID, form: StaffForm) -> Response:
    """Put a draft away."""
    with parts.main.writing() as session:
        drafts.discard(session, str(draft_id), by=designer.actor, now=parts.clock())
    return see_other("/design?done=put_away")


@router.post("/design/drafts/{draft_id}/reopen")
def reopen(parts: Parts, designer: Designer, draft_id: UUID, form: StaffForm) -> Response:
    """Take a draft out again."""
    with parts.main.writing() as session:
        drafts.take_out(session, str(draft_id), by=designer.actor, now=parts.clock())
    return see_other(f"/design/drafts/{draft_id}?done=reopened")


@router.post("/design/drafts/{draft_id}/forget")
def forget(parts: Parts, designer: Designer, draft_id: UUID, form: StaffForm) -> Response:
    """Delete a draft that was put away, for good."""
    with parts.main.writing() as session:
        drafts.forget(session, str(draft_id), by=designer.actor, now=parts.clock())
    return see_other("/design?done=forgotten")


# -- parts of the above -----------------------------------------------------------------------------


def _change(
    parts: Joined, designer: Principal, draft: Draft, form: Fields, operation: Operation, what: str
) -> Edited | tuple[EditProblem, ...] | Conflict:
    with parts.main.writing() as session:
        return drafts.change(
            session, draft.id, revision_of(form), operation, what, by=designer.actor, now=parts.clock(),
            why=one(form, "why_reworded", limit=300).strip(),
        )  # fmt: skip


def _to(draft: Draft, item: str, done: str, focus: str, language: str = "") -> Response:
    shown = f"&language={language}" if language in draft.survey.languages else ""
    return see_other(f"/design/drafts/{draft.id}?item={item}{shown}&done={done}&focus={focus}#{focus}")


def _told(parts: Joined, what: str, words: str = "") -> str:
    short = words if len(words) <= 80 else f"{words[:79]}…"
    return parts.pages.translator("en")(what).format(words=short)


def _label(item: Question | Group, survey: Survey) -> str:
    return item.label.get(survey.languages[0]) or item.name


def _summaries(problems: Sequence[EditProblem]) -> list[Summary]:
    return [Summary("", problem.message) for problem in problems]


def _languages() -> list[tuple[str, str]]:
    return [(code, own_name(code)) for code in LANGUAGES]


def _differences(form: Fields, now: Mapping[str, Sequence[str]]) -> list[tuple[str, str]]:
    """What was typed and differs from how it stands now, by field."""
    skipped = {"csrf", "revision", "action", "boxes", "shown_in"}
    return [
        (name.replace(":", " ").replace("_", " "), typed)
        for name in form
        if name not in skipped and (typed := one(form, name)) and typed != (now.get(name) or [""])[0].strip()
    ]


def _gone(request: Request, parts: Joined, designer: Principal, draft: Draft, form: Fields, name: str) -> HTMLResponse:
    with parts.main.reading() as session:
        conflict = drafts.conflict(session, draft)
    return conflict_page(request, parts, designer, conflict, form, typed=_differences(form, {}), gone=True)
