"""The desk over HTTP: what an officer sees is safe to show, what they decide holds, and each decision is audited."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pytest
from sqlalchemy import delete, func, insert, select, update
from sqlmodel import col

from api import audit, intake
from api.models import (
    AgreementEvent,
    Answer,
    AnswerVector,
    AuditEvent,
    Job,
    Measure,
    MeasureImport,
    Response,
    Theme,
    ThemeAssignment,
    ThemeRun,
)  # fmt: skip
from api.models.columns import new_id
from api.models.jobs import JobState
from api.review import decisions, fitting, sizes

MOVING = "moving house again and again makes me sad"
LATE = "help came late and nobody asked again"


def respond_directly(
    deployment: Any, wave: Any, texts: Sequence[str], *, quotes: bool = True, pseudonym: str | None = None,
    redaction: str = "done", voice: str = "respondent", take_part: bool = True,
) -> list[str]:  # fmt: skip
    """One submitted response for each text, as intake and the worker would leave it; the ids of their answers."""
    if not texts:
        return []
    responses = [new_id() for _ in texts]
    answers = [new_id() for _ in texts]
    day = date(2026, 3, 2)
    purposes = {"take_part": take_part, "quotes": quotes, "research": False, "contact_again": False}
    with deployment.main.writing() as session:
        session.execute(
            insert(Response),
            [
                {
                    "id": key,
                    "wave_id": wave.id,
                    "kind": "observation" if pseudonym else "survey",
                    "state": "submitted",
                    "language": "en",
                    "day": day,
                    "case_pseudonym": pseudonym,
                }
                for key in responses
            ],
        )
        session.execute(
            insert(AgreementEvent),
            [
                {
                    "id": new_id(),
                    "response_id": key,
                    "purpose": purpose,
                    "decision": "agreed" if agreed else "declined",
                    "sequence": 1,
                    "day": day,
                    "notice_version": "1",
                    "notice_hash": "0" * 64,
                    "language": "en",
                    "told_by": "self",
                }
                for key in responses
                for purpose, agreed in purposes.items()
            ],
        )
        session.execute(
            insert(Answer),
            [
                {
                    "id": answer,
                    "response_id": response,
                    "question": "say",
                    "state": "a",
                    "voice": voice,
                    "redaction": redaction,
                    "redacted_text": None if redaction == "pending" else text,
                }
                for answer, response, text in zip(answers, responses, texts, strict=True)
            ],
        )
    return answers  # fmt: skip


def a_run(deployment: Any, wave: Any, themes: Mapping[str, Sequence[str]], state: str = "done") -> dict[str, str]:
    """A finished run with these themes (label: answer ids); the theme ids by label."""
    run_id, ids = new_id(), {label: new_id() for label in themes}
    now = deployment.clock()
    with deployment.main.writing() as session:
        session.execute(
            insert(ThemeRun).values(
                id=run_id,
                wave_id=wave.id,
                state=state,
                requested_at=now,
                finished_at=now,
                documents=0,
                people=0,
                config={"seed": 7},
                versions={"bertopic": "0"},
                message="",
                stages=[{"name": "embed", "wall_s": 0.1, "cpu_s": 0.1, "peak_mb": 90.0}],
            )
        )
        for number, (label, answers) in enumerate(themes.items()):
            session.execute(
                insert(Theme).values(
                    id=ids[label],
                    run_id=run_id,
                    number=number,
                    label=label,
                    suggested_label=label,
                    keywords=label.split(),
                    state="suggested",
                )
            )
            if answers:
                session.execute(
                    insert(ThemeAssignment),
                    [
                        {"run_id": run_id, "answer_id": key, "theme_id": ids[label], "confidence": 0.5, "rank": rank}
                        for rank, key in enumerate(answers)
                    ],
                )
    return ids  # fmt: skip


def a_desk(deployment: Any, a_wave: Any) -> tuple[Any, dict[str, str]]:
    """A wave of 60 people: 30 on moving, 25 on late help, 5 on food."""
    wave = a_wave()
    answers = respond_directly(deployment, wave, [MOVING] * 30 + [LATE] * 25 + ["the food here"] * 5)
    themes = {"moving house": answers[:30], "late help": answers[30:55], "food": answers[55:]}
    return wave, a_run(deployment, wave, themes)


def state_of(deployment: Any, theme_id: str) -> Any:
    with deployment.main.reading() as session:
        return session.execute(select(col(Theme.state), col(Theme.label)).where(col(Theme.id) == theme_id)).one()


def audited(deployment: Any) -> list[str]:
    with deployment.main.reading() as session:
        return list(session.execute(select(col(AuditEvent.kind)).order_by(col(AuditEvent.sequence))).scalars())


def card(page: str, theme_id: str) -> str:
    """The part of the page that is about one theme."""
    found = re.search(rf'<article class="card" id="theme-{theme_id}".*?</article>', page, re.DOTALL)
    assert found, "the theme is not on the page"
    return found.group(0)


# -- who may


def test_only_officers_come_to_the_desk(deployment: Any, phone: Any, staff: Any, a_wave: Any) -> None:
    wave, themes = a_desk(deployment, a_wave)
    pages = ("/review", f"/review/waves/{wave.id}", "/api/v1/waves", f"/api/v1/waves/{wave.id}/themes")
    posts = [f"/review/waves/{wave.id}/themes"]
    posts += [
        f"/review/themes/{themes['food']}/{do}" for do in ("rename", "approve", "reject", "merge", "reopen", "pair")
    ]
    stranger = phone()
    assert {stranger.get(path).status_code for path in pages} == {401}
    assert {stranger.post(path).status_code for path in posts} == {401}
    for role in ("practitioner", "researcher", "safeguarding", "administrator"):
        person = staff(role)
        assert {person.get(path).status_code for path in pages} == {403}, role
        assert {person.post(path).status_code for path in posts} == {403}, role
    officer = staff("officer")
    assert {officer.get(path).status_code for path in pages} == {200}
    assert {officer.post(path, csrf=None).status_code for path in posts} == {403}
    assert audited(deployment) == []


def test_unknown_waves_runs_and_themes_are_told_and_nothing_breaks(staff: Any, a_wave: Any) -> None:
    officer, wave = staff("officer"), a_wave()
    for path in ("not-a-wave", new_id(), f"{wave.id}?run={new_id()}", f"{wave.id}?run=x"):
        assert officer.get(f"/review/waves/{path}").status_code == 404
    for theme in (new_id(), "x", "%00"):
        assert officer.post(f"/review/themes/{theme}/approve").status_code in (404, 422)


# -- what is shown


def test_a_desk_without_waves_says_what_comes_first(staff: Any) -> None:
    officer = staff("officer")
    officer.get("/review")
    assert "Nothing has been asked yet" in officer.page


@pytest.mark.parametrize(("people", "shown"), [(0, "nobody yet"), (9, "fewer than 10 people"), (10, "10 people")])
def test_a_card_tells_how_many_answered_only_from_ten_on(
    deployment: Any, staff: Any, a_wave: Any, people: int, shown: str
) -> None:
    respond_directly(deployment, a_wave(), ["words"] * people, redaction="pending")
    officer = staff("officer")
    officer.get("/review")
    assert shown in officer.page
    waiting = {0: "none", 9: "some", 10: "10"}[people]
    assert re.search(rf"<dt>Texts to redact</dt><dd>{waiting}</dd>", officer.page)
    answered = officer.get("/api/v1/waves").json()[0]["answered"]
    assert answered == {0: {"count": 0, "symbol": ""}, 9: {"count": None, "symbol": "c"}}.get(
        people, {"count": 10, "symbol": ""}
    )


def test_a_theme_of_five_is_hidden_and_cannot_be_worked_out(deployment: Any, staff: Any, a_wave: Any) -> None:
    wave, _ = a_desk(deployment, a_wave)
    found = staff("officer").get(f"/api/v1/waves/{wave.id}/themes").json()
    counts = {theme["label"]: theme["people"]["count"] for theme in found["themes"]}
    assert found["answered"]["count"] == 60
    assert counts["food"] is None
    # 60 - 30 - 25 would tell: a second one is hidden too, and both look alike
    assert sorted(map(bool, counts.values())) == [False, False, True]
    hidden = [theme for theme in found["themes"] if theme["people"]["count"] is None]
    assert all(theme["quotes"] == [] and theme["percent_of_answered"] is None for theme in hidden)


def test_sizes_count_people_and_not_observations(deployment: Any, staff: Any, a_wave: Any) -> None:
    wave = a_wave()
    once = respond_directly(deployment, wave, [MOVING] * 12)
    often = respond_directly(deployment, wave, [LATE] * 20, pseudonym="P" * 24, voice="child")
    a_run(deployment, wave, {"moving": once, "late": often})
    found = staff("officer").get(f"/api/v1/waves/{wave.id}/themes").json()
    assert found["answered"]["count"] == 13
    assert {theme["label"]: theme["people"]["count"] for theme in found["themes"]}["late"] is None


def test_quotes_are_of_people_who_agreed_one_each_and_three_at_most(deployment: Any, staff: Any, a_wave: Any) -> None:
    wave = a_wave()
    said = [f"{MOVING}, number {n}" for n in range(20)]
    shy = respond_directly(deployment, wave, [f"shy {text}" for text in said], quotes=False)
    same = respond_directly(deployment, wave, ["twice one", "twice two"], pseudonym="P" * 24, voice="child")
    free = respond_directly(deployment, wave, said)
    a_run(deployment, wave, {"moving": [*shy, *same, *free]})
    found = staff("officer").get(f"/api/v1/waves/{wave.id}/themes").json()
    assert found["themes"][0]["quotes"] == ["twice one", f"{MOVING}, number 0", f"{MOVING}, number 1"]


def test_a_practitioners_own_reading_is_never_quoted(deployment: Any, staff: Any, a_wave: Any) -> None:
    wave = a_wave()
    theirs = respond_directly(deployment, wave, ["I think she is upset"] * 15, voice="practitioner")
    a_run(deployment, wave, {"moving": theirs})
    assert staff("officer").get(f"/api/v1/waves/{wave.id}/themes").json()["themes"][0]["quotes"] == []


def test_withdrawing_takes_a_person_out_of_size_and_quotes_at_once(deployment: Any, staff: Any, a_wave: Any) -> None:
    wave = a_wave()
    answers = respond_directly(deployment, wave, [f"{MOVING} {n}" for n in range(12)])
    respond_directly(deployment, wave, ["something else"] * 20)
    a_run(deployment, wave, {"moving": answers})
    with deployment.main.writing() as session:
        gone = session.execute(select(col(Answer.response_id)).where(col(Answer.id) == answers[0])).scalar_one()
        assert intake.withdraw(session, deployment.vault, gone, today=deployment.joined.today, now=deployment.clock())
    found = staff("officer").get(f"/api/v1/waves/{wave.id}/themes").json()
    theme = found["themes"][0]
    assert (found["answered"]["count"], theme["people"]["count"]) == (31, 11)
    assert theme["quotes"] == [f"{MOVING} {n}" for n in (1, 2, 3)]


def test_no_page_and_no_json_holds_the_identifier_of_a_response(deployment: Any, staff: Any, a_wave: Any) -> None:
    wave, _ = a_desk(deployment, a_wave)
    officer = staff("officer")
    with deployment.main.reading() as session:
        secret = list(session.execute(select(col(Response.id))).scalars())
        secret += session.execute(select(col(Answer.id))).scalars()
    for path in ("/review", f"/review/waves/{wave.id}", "/api/v1/waves", f"/api/v1/waves/{wave.id}/themes"):
        officer.get(path)
        assert not [key for key in secret if key in officer.page]


def test_hostile_words_are_shown_as_text(deployment: Any, staff: Any, a_wave: Any) -> None:
    wave = a_wave()
    answers = respond_directly(deployment, wave, ["<script>alert(1)</script> “moving”\u202e"] * 12)
    a_run(deployment, wave, {"<b>moving</b>": answers})
    officer = staff("officer")
    officer.get(f"/review/waves/{wave.id}")
    assert "<script>alert" not in officer.page
    assert "<b>moving" not in officer.page


# -- decisions


def test_an_officer_renames_approves_rejects_and_undoes_and_all_is_audited(
    deployment: Any, staff: Any, a_wave: Any
) -> None:
    wave, themes = a_desk(deployment, a_wave)
    officer, theme = staff("officer"), themes["moving house"]
    officer.get(f"/review/waves/{wave.id}")
    assert "Suggested by computer" in card(officer.page, theme)
    steps = [
        ("rename", {"label": "  Moving \x00 too often ", "was": "moving house"}, "suggested"),
        ("approve", {}, "approved"), ("reopen", {}, "suggested"), ("reject", {}, "rejected"), ("reopen", {}, "suggested"),
        ("approve", {}, "approved"),
    ]  # fmt: skip
    for action, fields, state in steps:
        answer = officer.post(f"/review/themes/{theme}/{action}", fields)
        assert (answer.status_code, state_of(deployment, theme).state) == (200, state)
        assert answer.url.path == f"/review/waves/{wave.id}"
    assert state_of(deployment, theme).label == "Moving too often"
    assert "The computer called it “moving house”" in card(officer.page, theme)
    assert audited(deployment) == [
        "theme.renamed", "theme.approved", "theme.reopened", "theme.rejected", "theme.reopened", "theme.approved",
    ]  # fmt: skip
    with deployment.main.reading() as session:
        details = session.execute(select(col(AuditEvent.details))).scalars().all()
    assert "Moving too often" not in str(details)


def test_a_name_that_cannot_be_used_leads_back_to_its_field(deployment: Any, staff: Any, a_wave: Any) -> None:
    _, themes = a_desk(deployment, a_wave)
    officer, theme = staff("officer"), themes["moving house"]
    for label, sentence in ((" \x00 ", "Write a name"), ("x" * 121, "shorter")):
        answer = officer.post(f"/review/themes/{theme}/rename", {"label": label, "was": "moving house"})
        assert answer.status_code == 422
        assert sentence in officer.page
        assert f'href="#label-{theme}"' in officer.page
    assert state_of(deployment, theme).label == "moving house"
    assert audited(deployment) == []


def test_a_name_of_exactly_120_letters_in_any_script_is_kept(deployment: Any, staff: Any, a_wave: Any) -> None:
    _, themes = a_desk(deployment, a_wave)
    label = "ب" * 119 + "🎈"
    staff("officer").post(f"/review/themes/{themes['food']}/rename", {"label": label, "was": "food"})
    assert state_of(deployment, themes["food"]).label == label


def test_what_no_longer_fits_the_page_is_refused(deployment: Any, staff: Any, a_wave: Any) -> None:
    _, themes = a_desk(deployment, a_wave)
    officer, theme = staff("officer"), themes["moving house"]
    base = f"/review/themes/{theme}"
    assert officer.post(f"{base}/reopen").status_code == 409  # nothing to undo
    officer.post(f"{base}/rename", {"label": "Mine", "was": "moving house"})
    assert officer.post(f"{base}/rename", {"label": "Yours", "was": "moving house"}).status_code == 409
    officer.post(f"{base}/reject")
    for action, fields in (
        ("approve", {}), ("reject", {}), ("rename", {"label": "x", "was": "Mine"}), ("merge", {"into": themes["food"]}),
        ("pair", {"indicator": "rereferrals"}),
    ):  # fmt: skip
        assert officer.post(f"{base}/{action}", fields).status_code == 409
    assert officer.post(f"/review/themes/{themes['food']}/merge", {"into": theme}).status_code == 409
    assert state_of(deployment, theme).label == "Mine"


def test_merging_adds_the_people_up_and_never_counts_one_twice(deployment: Any, staff: Any, a_wave: Any) -> None:
    wave = a_wave()
    once = respond_directly(deployment, wave, [MOVING] * 20)
    both = respond_directly(deployment, wave, [MOVING, LATE], pseudonym="P" * 24, voice="child")
    rest = respond_directly(deployment, wave, [LATE] * 15)
    respond_directly(deployment, wave, ["something else"] * 30)
    themes = a_run(deployment, wave, {"moving": [*once, both[0]], "late": [both[1], *rest], "other": []})
    officer = staff("officer")
    officer.post(f"/review/themes/{themes['late']}/merge", {"into": themes["moving"]})
    found = officer.get(f"/api/v1/waves/{wave.id}/themes").json()
    assert {t["label"]: t["people"]["count"] for t in found["themes"]} == {"moving": 36, "other": 0}
    officer.get(f"/review/waves/{wave.id}")
    assert "With it: late" in card(officer.page, themes["moving"])
    assert "late → moving" in officer.page
    officer.post(f"/review/themes/{themes['late']}/reopen")
    found = officer.get(f"/api/v1/waves/{wave.id}/themes").json()
    assert {t["label"]: t["people"]["count"] for t in found["themes"]} == {"moving": 21, "late": 16, "other": 0}


def test_themes_cannot_be_merged_in_a_circle_or_into_themselves_or_another_run(
    deployment: Any, staff: Any, a_wave: Any
) -> None:
    _, themes = a_desk(deployment, a_wave)
    elsewhere = a_run(deployment, _second_wave(deployment, a_wave), {"x": []})
    officer = staff("officer")
    one, two = themes["moving house"], themes["late help"]
    for into in (one, elsewhere["x"], new_id(), "", "\x00", "1; DROP TABLE themes"):
        assert officer.post(f"/review/themes/{one}/merge", {"into": into}).status_code == 422
    assert officer.post(f"/review/themes/{one}/merge", {"into": two}).status_code == 200
    assert officer.post(f"/review/themes/{two}/merge", {"into": one}).status_code == 409
    # a chain is followed to its end
    assert officer.post(f"/review/themes/{two}/merge", {"into": themes["food"]}).status_code == 200
    assert audited(deployment) == ["theme.merged", "theme.merged"]


def _second_wave(deployment: Any, a_wave: Any) -> Any:
    from tests.people import small_survey

    return a_wave(survey=small_survey(name="second"))


def test_a_rejected_theme_leaves_the_list_but_not_the_number_who_answered(
    deployment: Any, staff: Any, a_wave: Any
) -> None:
    wave, themes = a_desk(deployment, a_wave)
    officer = staff("officer")
    officer.post(f"/review/themes/{themes['food']}/reject")
    found = officer.get(f"/api/v1/waves/{wave.id}/themes").json()
    assert "food" not in {theme["label"] for theme in found["themes"]}
    assert found["answered"]["count"] == 60  # else rejecting would tell how many it was
    officer.get(f"/review/waves/{wave.id}")
    assert "Rejected themes" in officer.page


# -- beside the measures


def a_figure(
    deployment: Any, start: date, end: date, value: str | None, *, symbol: str = "", area: str = "E10009999"
) -> None:
    key, now = new_id(), deployment.clock()
    with deployment.main.writing() as session:
        session.execute(
            insert(MeasureImport).values(
                id=key, file_name="f.csv", kind="dfe", content_hash=key, rows=1, problems=[], imported_at=now
            )
        )
        session.execute(
            insert(Measure).values(
                id=new_id(), import_id=key, indicator="placements_3_or_more", indicator_version="dfe-1", area_code=area,
                area_name="Marlshire", geographic_level="Local authority", period=str(end.year), period_start=start,
                period_end=end, breakdown="", numerator=41, denominator=402, value=value, symbol=symbol, unit="%",
                source="DfE, Stability measures",
            )
        )  # fmt: skip


def test_a_theme_stands_beside_the_figure_of_its_area_and_period(deployment: Any, staff: Any, a_wave: Any) -> None:
    wave, themes = a_desk(deployment, a_wave)
    a_figure(deployment, date(2025, 4, 1), date(2026, 3, 31), "10.2")
    a_figure(deployment, date(2024, 4, 1), date(2025, 3, 31), "77.7")
    a_figure(deployment, date(2025, 4, 1), date(2026, 3, 31), "88.8", area="E10008888")
    officer = staff("officer")
    officer.get(f"/review/waves/{wave.id}")
    shown = card(officer.page, themes["moving house"])
    for words in ("Three or more placements", "10.2%", "1 April 2025 to 31 March 2026", "41 of 402", "DfE, Stability",
                  "A lower figure is better", "Of children looked after on 31 March"):  # fmt: skip
        assert words in shown
    assert "77.7" not in shown
    assert "88.8" not in shown
    assert "Different period" not in shown
    assert "says nothing about any child who wrote" in officer.page
    assert "77.7" not in officer.get(f"/api/v1/waves/{wave.id}/themes").text


def test_a_figure_of_another_period_is_marked_and_a_hidden_one_is_no_zero(
    deployment: Any, staff: Any, a_wave: Any
) -> None:
    wave, themes = a_desk(deployment, a_wave)
    officer = staff("officer")
    officer.get(f"/review/waves/{wave.id}")
    assert "No figure of this area has been imported" in card(officer.page, themes["moving house"])
    a_figure(deployment, date(2023, 4, 1), date(2024, 3, 31), None, symbol="c")
    a_figure(deployment, date(2022, 4, 1), date(2023, 3, 31), "9")
    officer.get(f"/review/waves/{wave.id}")
    shown = card(officer.page, themes["moving house"])
    assert "Different period" in shown
    assert "1 April 2023 to 31 March 2024" in shown
    assert "hidden to protect people" in shown


def test_an_indicator_is_pinned_once_and_taken_off_again(deployment: Any, staff: Any, a_wave: Any) -> None:
    wave, themes = a_desk(deployment, a_wave)
    officer, theme = staff("officer"), themes["food"]
    for _ in range(2):
        officer.post(f"/review/themes/{theme}/pair", {"indicator": "health_assessment"})
    found = officer.get(f"/api/v1/waves/{wave.id}/themes").json()
    pinned = {t["label"]: [m["indicator"] for m in t["measures"] if m["pinned"]] for t in found["themes"]}
    assert pinned["food"] == ["health_assessment"]
    for _ in range(2):
        officer.post(f"/review/themes/{theme}/unpair", {"indicator": "health_assessment"})
    assert officer.post(f"/review/themes/{theme}/pair", {"indicator": "made_up"}).status_code == 422
    assert audited(deployment) == ["theme.paired", "theme.unpaired"]


# -- runs


def runs_of(deployment: Any) -> list[Any]:
    with deployment.main.reading() as session:
        return list(session.execute(select(col(ThemeRun.id), col(ThemeRun.state))).all())


def test_asking_for_themes_twice_makes_one_run_and_one_job(deployment: Any, staff: Any, a_wave: Any) -> None:
    wave, officer = a_wave(), staff("officer")
    for _ in range(2):
        answer = officer.post(f"/review/waves/{wave.id}/themes")
    assert "Waiting for the computer" in officer.page
    assert answer.headers["refresh"] == "4"
    assert "refresh" not in officer.get(f"/review/waves/{wave.id}").headers  # only who asks to watch
    with deployment.main.reading() as session:
        assert session.execute(select(func.count()).select_from(Job)).scalar_one() == 1
    assert len(runs_of(deployment)) == 1
    assert audited(deployment) == ["themes.requested"]


def test_a_run_whose_job_was_lost_counts_as_failed_and_can_be_asked_for_again(
    deployment: Any, staff: Any, a_wave: Any
) -> None:
    wave, officer = a_wave(), staff("officer")
    officer.post(f"/review/waves/{wave.id}/themes")
    with deployment.main.writing() as session:
        session.execute(update(Job).values(state=JobState.FAILED))
    deployment.clock.forward(minutes=1)
    officer.get(f"/review/waves/{wave.id}")
    assert "could not be made" in officer.page
    officer.post(f"/review/waves/{wave.id}/themes")
    assert "Waiting for the computer" in officer.page
    assert len(runs_of(deployment)) == 2


def test_an_earlier_run_stays_within_reach(deployment: Any, staff: Any, a_wave: Any) -> None:
    wave, _ = a_desk(deployment, a_wave)
    deployment.clock.forward(hours=1)
    a_run(deployment, wave, {"newer words": []})
    officer = staff("officer")
    officer.get(f"/review/waves/{wave.id}")
    assert "newer words" in officer.page
    assert "moving house" not in officer.page
    older = re.search(rf'href="(/review/waves/{wave.id}\?run=[^"]+)"', officer.page)
    assert older
    officer.get(older.group(1))
    assert "moving house" in officer.page


def test_names_of_themes_resolve_to_their_end_and_a_circle_is_a_bug() -> None:
    assert sizes.resolve({"a": "b", "b": None}) == {"a": "b", "b": "b"}
    with pytest.raises(RuntimeError):
        sizes.resolve({"a": "b", "b": "a"})


def test_every_move_is_undone_by_reopening() -> None:
    targets = {move.target for decision, move in decisions.MOVES.items() if decision is not decisions.Decision.REOPEN}
    assert targets == decisions.MOVES[decisions.Decision.REOPEN].sources


# -- fitting in the worker


@pytest.fixture
def embedder() -> Any:
    from nlp.embed import HashingEmbedder

    return HashingEmbedder()


def varied(text: str, number: int) -> list[str]:
    ends = ("all the time", "this year", "with my bags", "to a new town", "away from friends", "at night", "too often")
    return [f"{text} {ends[n % len(ends)]} {'really ' * (n // len(ends))}" for n in range(number)]


def requested(deployment: Any, wave: Any, officer: Any) -> str:
    officer.post(f"/review/waves/{wave.id}/themes")
    return max(runs_of(deployment), key=lambda run: run.state == "waiting").id


def table(deployment: Any, entity: Any) -> int:
    with deployment.main.reading() as session:
        return session.execute(select(func.count()).select_from(entity)).scalar_one()


def test_asked_for_fitted_and_on_the_page(deployment: Any, staff: Any, a_wave: Any, embedder: Any) -> None:
    wave, officer = a_wave(), staff("officer")
    respond_directly(deployment, wave, varied(MOVING, 30) + varied(LATE, 30))
    pending = respond_directly(deployment, wave, ["not redacted yet"], redaction="pending")
    read = respond_directly(deployment, wave, ["somebody reads this"], redaction="needs_reading")
    theirs = respond_directly(deployment, wave, ["she seems upset"], voice="practitioner")
    without = respond_directly(deployment, wave, ["no agreement"], take_part=False)
    run_id = requested(deployment, wave, officer)
    fitting.fit(deployment.main, run_id, embedder, now=deployment.clock)
    with deployment.main.reading() as session:
        placed = set(session.execute(select(col(ThemeAssignment.answer_id))).scalars())
        run = session.execute(select(ThemeRun)).scalar_one()
    assert len(placed) == 60
    assert not placed & {*pending, *read, *theirs, *without}
    assert (run.state, run.documents, run.people) == ("done", 60, 60)
    assert run.config["embedder"] == embedder.name
    assert [stage["name"] for stage in run.stages][:3] == ["read", "load", "embed"]
    officer.get(f"/review/waves/{wave.id}")
    assert "Suggested by computer" in officer.page
    assert "moving" in officer.page.casefold()
    assert audited(deployment) == ["themes.requested", "themes.fitted"]


def test_doing_the_job_twice_changes_nothing(deployment: Any, staff: Any, a_wave: Any, embedder: Any) -> None:
    wave = a_wave()
    respond_directly(deployment, wave, varied(MOVING, 25))
    run_id = requested(deployment, wave, staff("officer"))
    for _ in range(2):
        fitting.fit(deployment.main, run_id, embedder, now=deployment.clock)
    assert audited(deployment).count("themes.fitted") == 1
    assert table(deployment, ThemeAssignment) == 25


def test_a_worker_killed_while_storing_leaves_vectors_alone_and_the_job_runs_again(
    deployment: Any, staff: Any, a_wave: Any, embedder: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    wave = a_wave()
    respond_directly(deployment, wave, varied(MOVING, 25))
    run_id = requested(deployment, wave, staff("officer"))

    def killed(*_given: Any, **_named: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(audit, "record", killed)
        with pytest.raises(KeyboardInterrupt):
            fitting.fit(deployment.main, run_id, embedder, now=deployment.clock)
    assert (table(deployment, Theme), table(deployment, ThemeAssignment), table(deployment, AnswerVector)) == (0, 0, 25)
    assert [run.state for run in runs_of(deployment)] == ["running"]
    fitting.fit(deployment.main, run_id, embedder, now=deployment.clock)
    assert [run.state for run in runs_of(deployment)] == ["done"]
    assert table(deployment, ThemeAssignment) == 25


class Withdrawing:
    """An embedder during whose work somebody takes their answers out."""

    def __init__(self, inner: Any, withdraw: Any) -> None:
        self._inner, self._withdraw = inner, withdraw
        self.name, self.dimensions = inner.name, inner.dimensions
        self.seen: list[str] = []

    def embed(self, texts: Any, progress: Any = None) -> Any:
        self.seen += texts
        self._withdraw()
        return self._inner.embed(texts, progress)


def test_what_is_withdrawn_while_the_computer_works_gets_no_place(
    deployment: Any, staff: Any, a_wave: Any, embedder: Any
) -> None:
    wave = a_wave()
    answers = respond_directly(deployment, wave, varied(MOVING, 24) + ["quokka quokka quokka moving house"] * 5)

    def withdraw() -> None:
        with deployment.main.writing() as session:
            gone = session.execute(select(col(Answer.response_id)).where(col(Answer.id) == answers[-1])).scalar_one()
            assert intake.withdraw(
                session, deployment.vault, gone, today=deployment.joined.today, now=deployment.clock()
            )

    run_id = requested(deployment, wave, staff("officer"))
    fitting.fit(deployment.main, run_id, Withdrawing(embedder, withdraw), now=deployment.clock)
    assert table(deployment, ThemeAssignment) == 28
    with deployment.main.reading() as session:
        words = [word for words in session.execute(select(col(Theme.keywords))).scalars() for word in words]
    assert "quokka" not in words  # only four use it now, too few for a theme's name


def test_a_second_run_embeds_only_what_is_new(deployment: Any, staff: Any, a_wave: Any, embedder: Any) -> None:
    wave, officer = a_wave(), staff("officer")
    respond_directly(deployment, wave, varied(MOVING, 25))
    watching = Withdrawing(embedder, lambda: None)
    fitting.fit(deployment.main, requested(deployment, wave, officer), watching, now=deployment.clock)
    deployment.clock.forward(hours=1)
    with deployment.main.writing() as session:
        session.execute(delete(Job))
    before = len(watching.seen)
    respond_directly(deployment, wave, ["the food is cold"])
    fitting.fit(deployment.main, requested(deployment, wave, officer), watching, now=deployment.clock)
    assert watching.seen[before:] == ["the food is cold"]


@pytest.mark.parametrize("people", [0, 4])
def test_too_few_answers_say_so_without_saying_how_few(
    deployment: Any, staff: Any, a_wave: Any, embedder: Any, people: int
) -> None:
    wave, officer = a_wave(), staff("officer")
    respond_directly(deployment, wave, varied(MOVING, people))
    fitting.fit(deployment.main, requested(deployment, wave, officer), embedder, now=deployment.clock)
    officer.get(f"/review/waves/{wave.id}")
    assert "too few answers" in officer.page
    assert not re.search(r"\b4 (answers|people)", officer.page)


def test_a_run_that_failed_for_good_says_what_to_do(deployment: Any, staff: Any, a_wave: Any) -> None:
    wave, officer = a_wave(), staff("officer")
    fitting.failed(deployment.main, requested(deployment, wave, officer))
    officer.get(f"/review/waves/{wave.id}")
    assert "The themes could not be made" in officer.page
    assert "Find themes" in officer.page


def themes_of(deployment: Any, run_id: str) -> list[Any]:
    with deployment.main.reading() as session:
        return list(session.execute(select(Theme).where(col(Theme.run_id) == run_id)).scalars())


def test_what_was_decided_of_a_theme_goes_with_it_into_the_next_run(
    deployment: Any, staff: Any, a_wave: Any, embedder: Any
) -> None:
    wave, officer = a_wave(), staff("officer")
    hungry = "the food at dinner is cold and small"
    for text in (MOVING, LATE, hungry):
        respond_directly(deployment, wave, varied(text, 25))
    first = requested(deployment, wave, officer)
    fitting.fit(deployment.main, first, embedder, now=deployment.clock)
    before = themes_of(deployment, first)
    renamed, rejected, *others = before
    officer.get(f"/review/waves/{wave.id}")
    officer.post(f"/review/themes/{renamed.id}/rename", {"label": "Our own name", "was": renamed.label})
    officer.post(f"/review/themes/{rejected.id}/reject")
    if others:
        officer.post(f"/review/themes/{others[0].id}/merge", {"into": renamed.id})
    deployment.clock.forward(hours=1)
    with deployment.main.writing() as session:
        session.execute(delete(Job))
    respond_directly(deployment, wave, varied(LATE + " once more", 5))
    second = requested(deployment, wave, officer)
    fitting.fit(deployment.main, second, embedder, now=deployment.clock)
    after = {theme.number: theme for theme in themes_of(deployment, second)}
    assert {theme.number for theme in before} == set(after)
    assert {theme.history for theme in after.values()} == {"kept"}
    assert after[renamed.number].label == "Our own name"
    assert after[rejected.number].state == "rejected"
    if others:
        assert after[others[0].number].merged_into == after[renamed.number].id
    with deployment.main.reading() as session:
        details = session.execute(select(col(AuditEvent.details)).where(col(AuditEvent.kind) == "themes.fitted")).scalars().all()  # fmt: skip
    assert sorted(found["carried"] for found in details) == [0, 2 + len(others[:1])]


def test_a_name_nobody_said_stays_when_words_of_a_theme_are_forgotten(deployment: Any, a_wave: Any) -> None:
    wave = a_wave()
    answers = respond_directly(deployment, wave, varied(MOVING, 12))
    (theme,) = a_run(deployment, wave, {"Being moved": answers}).values()
    with deployment.main.writing() as session:
        session.execute(update(Theme).values(keywords=["moving", "vanished"], suggested_label="Being moved"))
        run_id = session.execute(select(col(ThemeRun.id))).scalar_one()
        intake.forget_rare_words(session, run_id)
    with deployment.main.reading() as session:
        found = session.execute(select(col(Theme.label), col(Theme.keywords)).where(col(Theme.id) == theme)).one()
    assert tuple(found) == ("Being moved", ["moving"])
