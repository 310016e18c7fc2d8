"""The desk over HTTP: waves, themes beside measures, and an officer's decisions; the same as JSON, protected alike."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api import published, replies
from api.errors import Refused
from api.pages import Summary
from api.permissions import Action
from api.review import answers, beside, code_routes, decisions, desk, groups, over_time, runs, writing_back
from api.review.decisions import Decided, Decision
from api.security import Principal
from api.wiring import Fields, Joined, Parts, StaffForm, allowed, one, see_other, staff_page
from survey_engine.disclosure import Policy

router = APIRouter()
router.include_router(code_routes.router)

Officer = Annotated[Principal, Depends(allowed(Action.REVIEW_THEMES))]
HowMany = Annotated[int | None, Query(ge=1, le=1000)]
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
    "kept": _("The themes are joined. You find each under “Merged themes” and can undo one or all."),
    "apart": _("The themes that were merged are on their own again."),
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
    parts: Parts, officer: Officer, wave_id: UUID, run: UUID | None = None, done: str = "", watch: bool = False,
    themes: HowMany = None,
) -> HTMLResponse:  # fmt: skip
    """The themes of one wave beside the measures of its area; joined to as few as asked for, to look at."""
    return _wave_page(
        parts, officer, str(wave_id), run_id=str(run) if run else None, done=done, watch=watch, themes=themes
    )


def _wave_page(
    parts: Joined, officer: Principal, wave_id: str, *, run_id: str | None = None, done: str = "", watch: bool = False,
    problems: tuple[Summary, ...] = (), typed: str = "", status: int = 200, themes: int | None = None,
) -> HTMLResponse:  # fmt: skip
    with parts.main.reading() as session:
        shown = desk.wave_page(session, _policy(parts), wave_id, today=parts.today, run_id=run_id, themes=themes)
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


@router.get("/review/waves/{wave_id}/who", include_in_schema=False)
def show_who(
    parts: Parts, officer: Officer, wave_id: UUID, by: str | None = None, themes: HowMany = None
) -> HTMLResponse:
    """The themes of a wave by a closed question, or by how people answered."""
    with parts.main.reading() as session:
        shown = groups.who_page(session, _policy(parts), str(wave_id), by or None, themes)
    if shown is None:
        raise Refused("not_found")
    return staff_page(
        parts, officer, "review/who.html", path="/review", shown=shown, threshold=parts.settings.disclosure_threshold
    )


@router.get("/review/waves/{wave_id}/over-time", include_in_schema=False)
def show_over_time(parts: Parts, officer: Officer, wave_id: UUID) -> HTMLResponse:
    """The themes of all waves of a survey, side by side."""
    with parts.main.reading() as session:
        shown = over_time.over_time(session, _policy(parts), str(wave_id))
    if shown is None:
        raise Refused("not_found")
    return staff_page(
        parts, officer, "review/over_time.html", path="/review", shown=shown,
        threshold=parts.settings.disclosure_threshold,
    )  # fmt: skip


# -- what an officer does


@router.post("/review/waves/{wave_id}/themes", include_in_schema=False)
def request_themes(parts: Parts, officer: Officer, wave_id: UUID, fields: StaffForm) -> RedirectResponse:
    """Ask for themes of a wave; the worker makes them."""
    with parts.main.writing() as session:
        runs.request(session, str(wave_id), officer.actor, requested_by=officer.staff_id, now=parts.clock())
    return see_other(f"/review/waves/{wave_id}?done=requested&watch=1")


@router.post("/review/waves/{wave_id}/keep", include_in_schema=False)
def keep_themes(parts: Parts, officer: Officer, wave_id: UUID, fields: StaffForm) -> RedirectResponse:
    """Merge the themes of a run as they were looked at: few broad ones."""
    run_id, wanted = one(fields, "run", limit=40), one(fields, "themes", limit=4)
    with parts.main.writing() as session:
        shown = desk.wave_page(
            session, _policy(parts), str(wave_id), today=parts.today, run_id=run_id,
            themes=int(wanted) if wanted.isdecimal() else None,
        )  # fmt: skip
        if shown is None or not shown.levels.broad:
            raise Refused("invalid_request")
        if shown.levels.seen != one(fields, "seen", limit=40):
            raise Refused("wrong_state")  # decided on, or answered, meanwhile: these are not the themes that were seen
        groups = [theme.ids for theme in shown.levels.broad]
        decisions.keep(session, run_id, groups, officer.actor, now=parts.clock())
    return see_other(f"/review/waves/{wave_id}?run={run_id}&done=kept")


@router.post("/review/waves/{wave_id}/apart", include_in_schema=False)
def undo_merges(parts: Parts, officer: Officer, wave_id: UUID, fields: StaffForm) -> RedirectResponse:
    """Undo every merge of a run of this wave."""
    run_id = one(fields, "run", limit=40)
    with parts.main.writing() as session:
        if run_id not in {run.id for run in runs.of_waves(session, [str(wave_id)]).get(str(wave_id), ())}:
            raise Refused("invalid_request")
        decisions.reopen_merged(session, run_id, officer.actor, now=parts.clock())
    return see_other(f"/review/waves/{wave_id}?run={run_id}&done=apart")


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
def list_themes(parts: Parts, officer: Officer, wave_id: UUID, themes: HowMany = None) -> answers.ThemesAnswer:
    """The themes of a wave's newest finished run beside the measures of its area and period.

    Counts are of people and protected together; rejected and merged themes are not listed. With
    `themes`, `broad` has these themes joined to that many, safe beside every other number of them.
    """
    with parts.main.reading() as session:
        shown = desk.wave_page(session, _policy(parts), str(wave_id), today=parts.today, themes=themes)
    if shown is None:
        raise Refused("not_found")
    return answers.themes(shown)


@router.get("/api/v1/waves/{wave_id}/themes/by-group")
def list_themes_by_group(
    parts: Parts, officer: Officer, wave_id: UUID, by: str | None = None, themes: HowMany = None
) -> answers.ByGroupAnswer:
    """The themes of a wave by a closed question (`by`: its name), or by how people answered (`~mode`).

    Small groups are put together, and all counts are protected beside those of `themes`, joined to as many as
    asked for or not. `groups` is empty where there are too few people to tell groups apart.
    """
    with parts.main.reading() as session:
        shown = groups.who_page(session, _policy(parts), str(wave_id), by, themes)
    if shown is None:
        raise Refused("not_found")
    return answers.by_group(shown)


@router.get("/api/v1/waves/{wave_id}/themes/over-time")
def list_themes_over_time(parts: Parts, officer: Officer, wave_id: UUID) -> answers.OverTimeAnswer:
    """The themes of all waves of this wave's survey that can be compared: by the same code, or a name people gave."""
    with parts.main.reading() as session:
        shown = over_time.over_time(session, _policy(parts), str(wave_id))
    if shown is None:
        raise Refused("not_found")
    return answers.over_time(shown)
