"""What the pages of drafts share: opening a draft or a version, whose page it is, the page for two at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse

from api import published
from api.design import drafts
from api.design.drafts import Conflict, Draft
from api.errors import Refused
from api.models.drafts import DraftState
from api.permissions import Action
from api.security import Principal
from api.wiring import Fields, Joined, allowed, one, staff_page
from survey_engine.definition import Group, Question, Survey

Designer = Annotated[Principal, Depends(allowed(Action.DESIGN_SURVEY))]
Publisher = Annotated[Principal, Depends(allowed(Action.PUBLISH_SURVEY))]


def not_in_history(response: HTMLResponse) -> HTMLResponse:
    """A page that answers a post has no address of its own to come back to; htmx must not note one."""
    if response.status_code >= 400:
        response.headers["hx-push-url"] = "false"
    return response


def draft_of(parts: Joined, draft_id: UUID) -> Draft:
    """A draft; refuses (``not_found``) an unknown one."""
    with parts.main.reading() as session:
        return drafts.read(session, str(draft_id))


def open_draft(parts: Joined, draft_id: UUID) -> Draft:
    """A draft that can be changed; refuses (``draft_closed``) any other."""
    draft = draft_of(parts, draft_id)
    if draft.state is not DraftState.OPEN:
        raise Refused("draft_closed")
    return draft


def version_of(parts: Joined, version_id: str) -> published.Published:
    """A published version; refuses (``not_found``) an unknown one."""
    try:
        with parts.main.reading() as session:
            return published.version(session, str(UUID(version_id)))
    except (LookupError, ValueError) as fault:
        raise Refused("not_found") from fault


def find(survey: Survey, name: str) -> Question | Group | None:
    """The question or section of this name, if there is one."""
    return next((item for item in survey.all_items if item.name == name), None)


def revision_of(form: Fields) -> int:
    """The revision a form was made on; 0, which no draft has, where it says none."""
    typed = one(form, "revision", limit=9)
    return int(typed) if typed.isascii() and typed.isdigit() else 0


def shown_in(form: Fields) -> str:
    """The language the page showed the preview in."""
    return one(form, "shown_in", limit=40)


def conflict_page(
    request: Request, parts: Joined, designer: Principal, conflict: Conflict, form: Fields, *,
    typed: Sequence[tuple[str, str]] = (), gone: bool = False,
) -> HTMLResponse:  # fmt: skip
    """The page for whoever was slower: what they typed, and a button that makes the change in the newest version."""
    carried = [(name, value) for name, values in form.items() if name not in ("csrf", "revision") for value in values]
    response = staff_page(
        parts, designer, "design/conflict.html", path=request.url.path, status=409, conflict=conflict,
        draft=conflict.draft, action_url=request.url.path, carried=carried, typed=typed, gone=gone,
        can_repeat=not gone and request.headers.get("content-type", "").startswith("application/x-www-form"),
    )  # fmt: skip
    return not_in_history(response)
