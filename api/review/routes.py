"""The desk over HTTP: waves, themes beside measures, and an officer's decisions; the same as JSON, protected alike."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api import published, replies
from api.errors import Refused
from api.pages import Summary
from api.permissions import Action
from api.review import answers, beside, code_routes, decisions, desk, runs, writing_back
from api.review.decisions import Decided, Decision
from api.security import Principal
from api.wiring import Fields, Joined, Parts, StaffForm, allowed, one, see_other, staff_page
from survey_engine.disclosure import Policy

router = APIRouter()
router.include_router(code_routes.router)

Officer = Annotated[Principal, Depends(allowed(Action.REVIEW_THEMES))]
WATCH_SECONDS = 4


def _(text: str) -> str:
    """Mark for translation."""
    return text


DONE: dict[str, str] = {
    "requested": _("The computer is looking for themes."),
    "renamed": _("The theme has its new name."),
    "approve": _("The theme is approved."),
    "reject": _("The theme is set aside. You find it under “Rejected themes” and can bring it back."),
    "merge": _("The theme is now part of the other. You find it under “Merged themes” and can undo that."),
    "reopen": _("The theme is open again."),
    "paired": _("The indicator stands beside the theme."),
    "unpaired": _("The indicator is no longer pinned."),
}
"""What the page says once after something was done; the address holds the word."""
WRITTEN: dict[str, str] = {
    "saved": _("It is saved as a draft. Young people do not see it."),
    "published": _("It is published. Young people see it now."),
}


def _policy(parts: Joined) -> Policy:
    return Policy(threshold=parts.settings.disclosure_threshold)


# -- pages


@router.get("/review", include_in_schema=False)
def show_desk(parts: Parts, officer: Officer) -> HTMLResponse:
    """All waves."""
    with parts.main.reading() as session:
        cards = desk.cards(session, _policy(parts), today=parts.today)
    return staff_page(
        parts, officer, "review/desk.html", path="/review", cards=cards, threshold=parts.settings.disclosure_threshold
    )


@router.get("/review/waves/{wave_id}", include_in_schema=False)
def show_wave(
    parts: Parts, officer: Officer, wave_id: UUID, run: UUID | None = None, done: str = "", watch: bool = False
) -> HTMLResponse:
    """The themes of one wave beside the measures of its area."""
    return _wave_page(parts, officer, str(wave_id), run_id=str(run) if run else None, done=done, watch=watch)


def _wave_page(
    parts: Joined, officer: Principal, wave_id: str, *, run_id: str | None = None, done: str = "", watch: bool = False,
    problems: tuple[Summary, ...] = (), typed: str = "", status: int = 200,
) -> HTMLResponse:  # fmt: skip
    with parts.main.reading() as session:
        shown = desk.wave_page(session, _policy(parts), wave_id, today=parts.today, run_id=run_id)
    if shown is None:
        raise Refused("not_found")
    going_on = shown.newest is not None and shown.newest.going_on
    page = staff_page(
        parts, officer, "review/wave.html", path="/review", status=status, shown=shown, problems=problems, typed=typed,
        flash=parts.pages.translator("en")(DONE.get(done, "")), watching=watch and going_on,
        threshold=parts.settings.disclosure_threshold,
    )  # fmt: skip
    if watch and going_on:
        # By header and only when asked for: the page itself offers how to stop it (WCAG 2.2.1).
        page.headers["refresh"] = str(WATCH_SECONDS)
    return page


# -- what an officer does


@router.post("/review/waves/{wave_id}/themes", include_in_schema=False)
def request_themes(parts: Parts, officer: Officer, wave_id: UUID, fields: StaffForm) -> RedirectResponse:
    """Ask for themes of a wave; the worker makes them."""
    with parts.main.writing() as session:
        runs.request(session, str(wave_id), officer.actor, requested_by=officer.staff_id, now=parts.clock())
    return see_other(f"/review/waves/{wave_id}?done=requested&watch=1")


@router.post("/review/themes/{theme_id}/rename", include_in_schema=False)
def rename_theme(parts: Parts, officer: Officer, theme_id: UUID, fields: StaffForm) -> Response:
    """Give a theme another name."""
    typed = one(fields, "label", limit=1000)
    with parts.main.writing() as session:
        outcome = decisions.rename(
            session, str(theme_id), typed, officer.actor, was=one(fields, "was"), now=parts.clock()
        )
    if isinstance(outcome, decisions.LabelProblem):
        problem = Summary(f"label-{theme_id}", parts.pages.translator("en")(outcome.sentence))
        place = outcome.place
        return _wave_page(
            parts, officer, place.wave_id, run_id=place.run_id, problems=(problem,), typed=typed[:200], status=422
        )
    return _back(outcome, "renamed")


def _decide(decision: Decision) -> Callable[..., RedirectResponse]:
    def handler(parts: Parts, officer: Officer, theme_id: UUID, fields: StaffForm) -> RedirectResponse:
        with parts.main.writing() as session:
            place = decisions.decide(
                session, str(theme_id), decision, officer.actor, into=one(fields, "into", limit=40), now=parts.clock()
            )
        return _back(place, decision.value)

    return handler


for _decision in Decision:
    router.add_api_route(
        f"/review/themes/{{theme_id}}/{_decision.value}", _decide(_decision), methods=["POST"],
        include_in_schema=False, name=f"{_decision.value}_theme",
    )  # fmt: skip


@router.post("/review/themes/{theme_id}/pair", include_in_schema=False)
def pair_theme(parts: Parts, officer: Officer, theme_id: UUID, fields: StaffForm) -> RedirectResponse:
    """Set an indicator beside a theme."""
    with parts.main.writing() as session:
        place = decisions.pair(session, str(theme_id), _indicator(fields), officer.actor, now=parts.clock())
    return _back(place, "paired")


@router.post("/review/themes/{theme_id}/unpair", include_in_schema=False)
def unpair_theme(parts: Parts, officer: Officer, theme_id: UUID, fields: StaffForm) -> RedirectResponse:
    """Take an indicator from beside a theme."""
    with parts.main.writing() as session:
        place = decisions.unpair(session, str(theme_id), _indicator(fields), officer.actor, now=parts.clock())
    return _back(place, "unpaired")


def _indicator(fields: Fields) -> str:
    indicator = one(fields, "indicator", limit=80)
    if not beside.known(indicator):
        raise Refused("invalid_request")
    return indicator


def _back(place: Decided, done: str) -> RedirectResponse:
    return see_other(f"/review/waves/{place.wave_id}?run={place.run_id}&done={done}#theme-{place.theme_id}")


# -- writing back


@router.get("/review/waves/{wave_id}/reply", include_in_schema=False)
def show_reply(parts: Parts, officer: Officer, wave_id: UUID, done: str = "") -> HTMLResponse:
    """What is written back to those who answered a wave."""
    return _reply_page(parts, officer, str(wave_id), done=done)


@router.post("/review/waves/{wave_id}/reply", include_in_schema=False)
def save_reply(parts: Parts, officer: Officer, wave_id: UUID, fields: StaffForm) -> Response:
    """Save it as a draft, or publish it."""
    wave = str(wave_id)
    publish = one(fields, "action", limit=20) == "publish"
    with parts.main.reading() as session:
        opened = published.wave(session, wave)
    if opened is None:
        raise Refused("not_found")
    languages = opened.published.survey.languages
    revision = one(fields, "revision", limit=9)
    typed = writing_back.Typed(
        {
            part: {language: one(fields, writing_back.field_name(part, language)) for language in languages}
            for part in replies.PARTS
        },
        one(fields, "look_again_on", limit=40),
        one(fields, "checked", limit=5) == "yes",
        int(revision) if revision.isdecimal() else -1,
    )
    problems = writing_back.mistakes(typed, languages, publish=publish)
    if problems:
        return _reply_page(parts, officer, wave, typed=typed, problems=problems, status=422)
    with parts.main.writing() as session:
        writing_back.save(
            session, wave, typed, officer.actor, staff_id=officer.staff_id, publish=publish, now=parts.clock()
        )
    return see_other(f"/review/waves/{wave}/reply?done={'published' if publish else 'saved'}")


def _reply_page(
    parts: Joined, officer: Principal, wave_id: str, *, typed: writing_back.Typed | None = None,
    problems: tuple[writing_back.Mistake, ...] = (), done: str = "", status: int = 200,
) -> HTMLResponse:  # fmt: skip
    translate = parts.pages.translator("en")
    with parts.main.reading() as session:
        wave = published.wave(session, wave_id)
        reply = replies.of_wave(session, wave_id)
    if wave is None:
        raise Refused("not_found")
    return staff_page(
        parts, officer, "review/reply.html", path="/review", status=status, wave=wave, reply=reply,
        typed=typed or writing_back.as_typed(reply), parts_in_order=replies.PARTS,
        problems=[Summary(problem.field, translate(problem.sentence)) for problem in problems],
        public_address=f"{parts.settings.base_url}/changed/{wave_id}", flash=translate(WRITTEN.get(done, "")),
        threshold=parts.settings.disclosure_threshold,
    )  # fmt: skip


# -- the same as JSON


@router.get("/api/v1/waves")
def list_waves(parts: Parts, officer: Officer) -> list[answers.WaveAnswer]:
    """All waves with the number of people who answered; `c` instead of a number that could point to somebody."""
    with parts.main.reading() as session:
        return [answers.wave(card) for card in desk.cards(session, _policy(parts), today=parts.today)]


@router.get("/api/v1/waves/{wave_id}/themes")
def list_themes(parts: Parts, officer: Officer, wave_id: UUID) -> answers.ThemesAnswer:
    """The themes of a wave's newest finished run beside the measures of its area and period.

    Counts are of people and protected together; rejected and merged themes are not listed.
    """
    with parts.main.reading() as session:
        shown = desk.wave_page(session, _policy(parts), str(wave_id), today=parts.today)
    if shown is None:
        raise Refused("not_found")
    return answers.themes(shown)
