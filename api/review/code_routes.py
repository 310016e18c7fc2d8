"""Code frames and codes over HTTP: an officer brings a frame, has answers coded by it and decides on what was suggested."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.pages import Summary
from api.permissions import Action
from api.review import frames
from api.security import Principal
from api.wiring import Joined, Parts, StaffForm, StaffUpload, allowed, see_other, staff_page
from nlp.frames import FrameProblem

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
