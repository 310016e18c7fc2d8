"""The model card as a page: what each machine part can and cannot say, and how well it did."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from api.wiring import Parts, SignedIn, staff_page
from nlp.model_card import EVERYWHERE, PARTS, measured

router = APIRouter(include_in_schema=False)


@router.get("/models")
def models(parts: Parts, principal: SignedIn) -> Response:
    """For all staff: whoever works with what the computer suggests may know how it comes by it."""
    return staff_page(
        parts, principal, "manage/models.html", path="/models",
        everywhere=EVERYWHERE, machine_parts=PARTS, measured=measured(),
    )  # fmt: skip
