"""Code frames and codes over HTTP: an officer brings a frame, has answers coded by it and decides on what was suggested."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.errors import Refused
from api.pages import Summary
from api.permissions import Action
from api.review import code_desk, code_review, frames
from api.security import Principal
from api.wiring import Joined, Parts, StaffForm, StaffUpload, allowed, one, see_other, staff_page
from nlp.frames import FrameProblem
from survey_engine.disclosure import Policy

router = APIRouter()

Coder = Annotated[Principal, Depends(allowed(Action.REVIEW_CODES))]
MOST_PROBLEMS = 50
"""Shown of one file; a file with more is the wrong one."""


def _(text: str) -> str:
    """Mark for translation."""
    return text


FRAME_DONE: dict[str, str] = {
    "added": _("The frame is kept and in use: answers are coded by it from now on."),
    "used": _("This version is in use: answers are coded by it from now on."),
}
"""What the page says once after something was done; the address holds the word."""
CODES_DONE: dict[str, str] = {
    "requested": _("The computer is coding the answers."),
    "all": _("You have decided on every answer that may be read."),
}
WATCH_SECONDS = 4
NO_FILE = _("Choose one file.")
MEND = _("Mend what the list names, then choose the file again.")


# -- frames


@router.get("/review/frames", include_in_schema=False)
def show_frames(parts: Parts, officer: Coder) -> HTMLResponse:
    """All frames, and a field to bring one."""
    return _frames_page(parts, officer)


@router.post("/review/frames/upload", include_in_schema=False)
def upload_frame(parts: Parts, officer: Coder, upload: StaffUpload) -> Response:
    """Keep a file as the version in use, or say where it has to be mended; then nothing is kept."""
    files = upload.files.get("file", ())
    if len(files) != 1:
        return _frames_page(parts, officer, problem=NO_FILE)
    with parts.main.writing() as session:
        outcome = frames.add(session, files[0].data, officer.actor, added_by=officer.staff_id, now=parts.clock())
    if isinstance(outcome, tuple):
        return _frames_page(parts, officer, problem=MEND, to_mend=outcome)
    return see_other(f"/review/frames/{outcome}?done=added")


def _frames_page(
    parts: Joined, officer: Principal, *, problem: str = "", to_mend: tuple[FrameProblem, ...] = ()
) -> HTMLResponse:
    with parts.main.reading() as session:
        kept = frames.kept(session)
    problems = [Summary("file", parts.pages.translator("en")(problem))] if problem else []
    return staff_page(
        parts, officer, "review/frames.html", path="/review", status=422 if problem else 200, frames=kept,
        problems=problems, to_mend=to_mend[:MOST_PROBLEMS], more=max(0, len(to_mend) - MOST_PROBLEMS),
    )  # fmt: skip


@router.get("/review/frames/{frame_id}", include_in_schema=False)
def show_frame(parts: Parts, officer: Coder, frame_id: UUID, done: str = "") -> HTMLResponse:
    """One version of a frame: its codes with what they mean."""
    with parts.main.reading() as session:
        kept = frames.one_of_them(session, str(frame_id))
    flash = parts.pages.translator("en")(FRAME_DONE.get(done, ""))
    return staff_page(parts, officer, "review/frame.html", path="/review", kept=kept, flash=flash)


@router.get("/review/frames/{frame_id}/file", include_in_schema=False)
def download_frame(parts: Parts, officer: Coder, frame_id: UUID) -> Response:
    """The version as a file that can be changed and brought again."""
    with parts.main.reading() as session:
        kept = frames.one_of_them(session, str(frame_id))
    disposition = f'attachment; filename="code-frame-{kept.id[:8]}-{kept.number}.json"'
    return Response(frames.as_file(kept), media_type="application/json", headers={"content-disposition": disposition})


@router.post("/review/frames/{frame_id}/use", include_in_schema=False)
def use_frame(parts: Parts, officer: Coder, frame_id: UUID, fields: StaffForm) -> RedirectResponse:
    """Code by this version from now on."""
    with parts.main.writing() as session:
        frames.use(session, str(frame_id), officer.actor, now=parts.clock())
    return see_other(f"/review/frames/{frame_id}?done=used")


# -- codes of a wave


def _policy(parts: Joined) -> Policy:
    return Policy(threshold=parts.settings.disclosure_threshold)


@router.get("/review/waves/{wave_id}/codes", include_in_schema=False)
def show_codes(parts: Parts, officer: Coder, wave_id: UUID, done: str = "", watch: bool = False) -> HTMLResponse:
    """How many people each code comes from, and how far people are with reviewing."""
    with parts.main.reading() as session:
        shown = code_desk.codes_page(session, _policy(parts), str(wave_id))
    if shown is None:
        raise Refused("not_found")
    watching = watch and shown.newest is not None and shown.newest.going_on
    page = staff_page(
        parts, officer, "review/codes.html", path="/review", shown=shown, watching=watching,
        flash=parts.pages.translator("en")(CODES_DONE.get(done, "")), threshold=parts.settings.disclosure_threshold,
    )  # fmt: skip
    if watching:
        # By header and only when asked for: the page itself offers how to stop it (WCAG 2.2.1).
        page.headers["refresh"] = str(WATCH_SECONDS)
    return page


@router.post("/review/waves/{wave_id}/codes", include_in_schema=False)
def request_codes(parts: Parts, officer: Coder, wave_id: UUID, fields: StaffForm) -> RedirectResponse:
    """Have the answers of a wave coded by the frame in use; the worker does it."""
    with parts.main.writing() as session:
        code_desk.request(session, str(wave_id), officer.actor, requested_by=officer.staff_id, now=parts.clock())
    return see_other(f"/review/waves/{wave_id}/codes?done=requested&watch=1")


@router.get("/review/waves/{wave_id}/codes/agreement", include_in_schema=False)
def show_agreement(parts: Parts, officer: Coder, wave_id: UUID) -> HTMLResponse:
    """How well computer and people agree, and what the frame lacks."""
    with parts.main.reading() as session:
        shown = code_desk.agreement_page(session, _policy(parts), str(wave_id))
    if shown is None:
        raise Refused("not_found")
    return staff_page(
        parts, officer, "review/agreement.html", path="/review", shown=shown, enough=code_desk.ENOUGH_REVIEWED,
        enough_of_a_code=code_desk.ENOUGH_OF_A_CODE, threshold=parts.settings.disclosure_threshold,
    )  # fmt: skip


# -- reviewing


@router.get("/review/waves/{wave_id}/codes/next", include_in_schema=False)
def go_to_next(parts: Parts, officer: Coder, wave_id: UUID, before: UUID | None = None) -> RedirectResponse:
    """To the answer that tells most when a person decides on it; ``before`` is the one decided on last."""
    with parts.main.reading() as session:
        following = code_review.next_one(session, _policy(parts), str(wave_id))
    if following is None:
        return see_other(f"/review/waves/{wave_id}/codes?done=all" if before else f"/review/waves/{wave_id}/codes")
    return see_other(f"/review/codes/{following}" + (f"?before={before}" if before else ""))


@router.get("/review/waves/{wave_id}/codes/decided", include_in_schema=False)
def show_decided(
    parts: Parts, officer: Coder, wave_id: UUID, start: Annotated[int, Query(ge=0, le=1_000_000)] = 0
) -> HTMLResponse:
    """What one has decided on the answers of a wave, to change it or take it back."""
    with parts.main.reading() as session:
        shown = code_review.decided_by(session, _policy(parts), str(wave_id), officer.staff_id, start=start)
    if shown is None:
        raise Refused("not_found")
    return staff_page(parts, officer, "review/decided.html", path="/review", shown=shown, page_length=code_review.PAGE)


@router.get("/review/codes/{coded_id}", include_in_schema=False)
def show_coded(parts: Parts, officer: Coder, coded_id: UUID, before: UUID | None = None) -> HTMLResponse:
    """One answer beside its suggested codes."""
    with parts.main.reading() as session:
        found = code_review.to_review(session, _policy(parts), str(coded_id))
        progress = code_desk.progress(session, found.run, _policy(parts))
    return staff_page(
        parts, officer, "review/coded.html", path="/review", found=found, progress=progress, before=before
    )


@router.post("/review/codes/{coded_id}", include_in_schema=False)
def decide_codes(parts: Parts, officer: Coder, coded_id: UUID, fields: StaffForm) -> RedirectResponse:
    """Keep what was ticked as this person's decision, and go on to the next answer."""
    with parts.main.writing() as session:
        wave_id = code_review.decide(
            session, _policy(parts), str(coded_id), frozenset(fields.get("code", ())),
            revision=one(fields, "revision", limit=9), by=officer.staff_id, actor=officer.actor, now=parts.clock(),
        )  # fmt: skip
    return see_other(f"/review/waves/{wave_id}/codes/next?before={coded_id}")


@router.post("/review/codes/{coded_id}/undo", include_in_schema=False)
def undo_decision(parts: Parts, officer: Coder, coded_id: UUID, fields: StaffForm) -> RedirectResponse:
    """Take one's own newest decision back and look at the answer again."""
    with parts.main.writing() as session:
        code_review.undo(
            session, _policy(parts), str(coded_id), by=officer.staff_id, actor=officer.actor, now=parts.clock()
        )
    return see_other(f"/review/codes/{coded_id}")
