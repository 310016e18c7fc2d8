"""Who spoke of what, and the waves of one survey side by side: true where shown, hidden where it would point to somebody."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pytest
from sqlalchemy import insert, select, update
from sqlmodel import col

from api.models import Answer, Response, SurveyVersion, Theme, ThemeRun, Wave
from api.models.columns import new_id, sa_table
from api.review import groups
from tests.integration.test_levels import a_ladder
from tests.integration.test_review import LATE, MOVING, a_run, audited, respond_directly


def say(deployment: Any, answers: Sequence[str], value: str, question: str = "settled") -> None:
    """Let the people behind these answers answer a closed question, too."""
    with deployment.main.writing() as session:
        who = session.execute(select(col(Answer.response_id)).where(col(Answer.id).in_(answers))).scalars().all()
        session.execute(
            insert(Answer),
            [
                {
                    "id": new_id(), "response_id": response, "question": question, "state": "a", "value": value,
                    "voice": "respondent", "redaction": "not_text",
                }
                for response in who
            ],
        )  # fmt: skip


def a_county(deployment: Any, a_wave: Any) -> tuple[Any, dict[str, str]]:
    """150 people: 40 settled ones and 20 others on moving, 15 and 25 on late help, 3 and 2 on food; the rest on nothing."""
    wave = a_wave()
    people = {
        theme: {said: respond_directly(deployment, wave, [text] * size) for said, size in sizes.items()}
        for theme, text, sizes in (
            ("Moving", MOVING, {"yes": 40, "no": 20}), ("Late help", LATE, {"yes": 15, "no": 25}),
            ("Food", "the food here", {"yes": 3, "no": 2}), ("", "nothing", {"yes": 20, "no": 25}),
        )
    }  # fmt: skip
    for by_answer in people.values():
        for said, answers in by_answer.items():
            say(deployment, answers, said)
    return wave, a_run(deployment, wave, {theme: by["yes"] + by["no"] for theme, by in people.items() if theme})


def by_group(officer: Any, wave: Any, by: str = "settled") -> tuple[dict[str, int], dict[str, list[int | None]]]:
    found = officer.get(f"/api/v1/waves/{wave.id}/themes/by-group?by={by}").json()
    groups = {group["label"]: group["people"] for group in found["groups"]}
    return groups, {
        theme["themes"][0]: [part["people"]["count"] for part in theme["parts"]] for theme in found["themes"]
    }


def test_only_officers_see_them(deployment: Any, phone: Any, staff: Any, a_wave: Any) -> None:
    wave, _ = a_county(deployment, a_wave)
    paths = [f"/review/waves/{wave.id}/who", f"/review/waves/{wave.id}/over-time"]
    paths += [f"/api/v1/waves/{wave.id}/themes/by-group", f"/api/v1/waves/{wave.id}/themes/over-time"]
    assert {phone().get(path).status_code for path in paths} == {401}
    for role in ("practitioner", "researcher", "safeguarding", "administrator"):
        assert {staff(role).get(path).status_code for path in paths} == {403}, role
    officer = staff("officer")
    assert {officer.get(path).status_code for path in paths} == {200}
    assert {officer.get(path.replace(wave.id, new_id())).status_code for path in paths} == {404}
    assert officer.get(f"{paths[0]}?by=no_such_question").status_code == 404
    assert officer.get(f"{paths[0]}?by=say").status_code == 404  # nobody is grouped by their own words
    assert audited(deployment) == []


def test_themes_by_a_closed_question_with_shares(deployment: Any, staff: Any, a_wave: Any) -> None:
    wave, _ = a_county(deployment, a_wave)
    officer = staff("officer")
    groups, themes = by_group(officer, wave)
    assert groups == {"Yes": 78, "No": 72}
    assert themes == {"Moving": [40, 20], "Late help": [15, 25], "Food": []}
    officer.get(f"/review/waves/{wave.id}/who?by=settled")
    assert "51.3%, 40 of 78" in officer.page
    assert "Not shown by group" in officer.page
    assert re.search(r"<option value=\"settled\" selected>", officer.page)


def test_only_those_who_agreed_and_did_not_withdraw_count(deployment: Any, staff: Any, a_wave: Any) -> None:
    wave, _ = a_county(deployment, a_wave)
    officer = staff("officer")
    before = by_group(officer, wave)
    say(deployment, respond_directly(deployment, wave, [MOVING] * 30, take_part=False), "yes")
    assert by_group(officer, wave) == before
    with deployment.main.writing() as session:
        session.execute(update(Response).where(col(Response.wave_id) == wave.id).values(state="withdrawn"))
    assert by_group(officer, wave)[0] == {}


def test_small_groups_are_seen_as_one_and_nobody_can_be_worked_out(deployment: Any, staff: Any, a_wave: Any) -> None:
    wave, _ = a_county(deployment, a_wave)
    few = respond_directly(deployment, wave, [MOVING] * 4)
    say(deployment, few, "maybe")  # an answer this survey does not know counts as none
    groups, _ = by_group(staff("officer"), wave)
    assert "Not said, or not asked" not in groups
    assert groups["Smaller groups together"] == 76  # four who did not say, with the next smallest
    with_all = staff("officer").get(f"/api/v1/waves/{wave.id}/themes/by-group?by=~mode").json()
    assert with_all["groups"] == []  # everybody came the same way: nothing to compare


def test_a_merged_theme_does_not_tell_the_small_one_in_it_by_group(deployment: Any, staff: Any, a_wave: Any) -> None:
    wave, themes = a_county(deployment, a_wave)
    officer = staff("officer")
    officer.post(f"/review/themes/{themes['Food']}/merge", {"into": themes["Moving"]})
    _, merged = by_group(officer, wave)
    assert merged["Moving"] == []  # 65 less 60 would tell already in its size
    officer.post(f"/review/themes/{themes['Food']}/reopen")
    officer.post(f"/review/themes/{themes['Late help']}/merge", {"into": themes["Moving"]})
    _, merged = by_group(officer, wave)
    assert merged["Moving"] == [55, 45]


def test_a_child_logged_differently_is_in_a_group_of_their_own(deployment: Any, staff: Any, a_wave: Any) -> None:
    wave, _ = a_county(deployment, a_wave)
    twice = respond_directly(deployment, wave, [MOVING, MOVING], pseudonym="P" * 24, voice="child")
    for answer, said in zip(twice, ("yes", "no"), strict=True):
        say(deployment, [answer], said)
    groups, _ = by_group(staff("officer"), wave)
    assert sum(groups.values()) == 151


# -- over time


def another_wave(deployment: Any, wave: Any, label: str, opens_on: date) -> Any:
    """The same version asked once more; what tests need of a wave is its id."""
    with deployment.main.writing() as session:
        columns = [column for column in sa_table(Wave).columns if column.name not in ("id", "label", "opens_on")]
        row = session.execute(select(*columns).where(col(Wave.id) == wave.id)).mappings().one()
        found = new_id()
        session.execute(insert(Wave).values({**row, "id": found, "label": label, "opens_on": opens_on}))
    return type("Asked", (), {"id": found})


def two_waves(
    deployment: Any, a_wave: Any, themes: Mapping[str, tuple[int, int]]
) -> tuple[Any, Any, dict[str, str], dict[str, str]]:
    first = a_wave(label="2026")
    second = another_wave(deployment, first, "autumn", date(2026, 9, 1))
    made = []
    for place, wave in enumerate((first, second)):
        answers = {name: respond_directly(deployment, wave, [MOVING] * sizes[place]) for name, sizes in themes.items()}
        respond_directly(deployment, wave, [LATE] * 30)
        made.append(a_run(deployment, wave, {name: found for name, found in answers.items() if found}))
    return first, second, made[0], made[1]


def compared(officer: Any, wave: Any) -> dict[str, list[Any]]:
    found = officer.get(f"/api/v1/waves/{wave.id}/themes/over-time").json()
    return {
        theme["label"]: [one["people"]["count"] if one["people"] else one["missing"] for one in theme["waves"]]
        for theme in found["themes"]
    }


def test_waves_are_compared_by_names_people_gave_only(deployment: Any, staff: Any, a_wave: Any) -> None:
    first, second, old, new = two_waves(deployment, a_wave, {"moving": (40, 25), "food": (20, 0), "small": (3, 30)})
    officer = staff("officer")
    assert compared(officer, first) == {}
    officer.get(f"/review/waves/{first.id}/over-time")
    assert "No theme can be compared yet" in officer.page
    officer.post(f"/review/themes/{old['moving']}/approve")
    officer.post(f"/review/themes/{new['moving']}/rename", {"label": " MOVING  ", "was": "moving"})
    officer.post(f"/review/themes/{old['food']}/approve")
    for small in (old["small"], new["small"]):
        officer.post(f"/review/themes/{small}/approve")
    assert compared(officer, second) == {"MOVING": [40, 25], "food": [20, "no_such_name"], "small": [None, 30]}
    officer.get(f"/review/waves/{first.id}/over-time")
    assert "Other people answered each time" in officer.page
    assert "no theme of this name" in officer.page


def test_waves_are_compared_by_the_code_of_the_same_frame(deployment: Any, staff: Any, a_wave: Any) -> None:
    first, _second, old, new = two_waves(deployment, a_wave, {"Home": (40, 25), "Food": (20, 0)})
    with deployment.main.writing() as session:
        for made, codes in ((old, ("home", "food")), (new, ("home", "food", "pets"))):
            run_id = session.execute(select(col(Theme.run_id)).where(col(Theme.id) == made["Home"])).scalar_one()
            frame = {"id": "ours", "version": "1", "codes": [{"id": code} for code in codes]}
            session.execute(update(ThemeRun).where(col(ThemeRun.id) == run_id).values(space={"frame": frame}))
        for made in (old, new):
            for label, theme in made.items():
                session.execute(update(Theme).where(col(Theme.id) == theme).values(code=label.casefold()))
    assert compared(staff("officer"), first) == {"Home": [40, 25], "Food": [20, "not_found"]}


@pytest.mark.parametrize("made", [True, False])
def test_a_wave_without_themes_or_without_another_says_so(deployment: Any, staff: Any, a_wave: Any, made: bool) -> None:
    wave = a_wave()
    if made:
        themes = a_run(deployment, wave, {"moving": respond_directly(deployment, wave, [MOVING] * 30)})
        staff("officer").post(f"/review/themes/{themes['moving']}/approve")
    officer = staff("officer")
    officer.get(f"/review/waves/{wave.id}/over-time")
    assert "Only one wave so far" in officer.page
    other = another_wave(deployment, wave, "later", date(2026, 9, 1))
    assert compared(officer, other) == ({"moving": [30, "no_themes"]} if made else {})
    assert officer.get(f"/review/waves/{other.id}/who").status_code == 200
    assert "No themes yet" in officer.page
    with deployment.main.reading() as session:
        assert len(session.execute(select(col(SurveyVersion.id))).all()) == 1


def test_broad_themes_are_shown_by_group_too_and_many_themes_only_as_they_are(
    deployment: Any, staff: Any, a_wave: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    wave, _ = a_ladder(deployment, a_wave, sizes=(24, 25, 16, 20))
    with deployment.main.reading() as session:
        texts = session.execute(select(col(Answer.id)).where(col(Answer.question) == "say").order_by(col(Answer.id)))
        answers = list(texts.scalars())
    say(deployment, answers[:50], "yes")
    say(deployment, answers[50:], "no")
    officer = staff("officer")

    def rows(themes: int) -> list[str]:
        found = officer.get(f"/api/v1/waves/{wave.id}/themes/by-group?by=settled&themes={themes}").json()
        for theme in found["themes"]:
            parts = [part["people"]["count"] for part in theme["parts"]]
            assert None in parts or not parts or sum(parts) == theme["people"]["count"]
        return sorted("; ".join(theme["themes"]) for theme in found["themes"])

    assert rows(2) == ["Help; School", "Moving; Food"]
    assert len(rows(1)) == 1
    officer.get(f"/review/waves/{wave.id}/who")
    assert "How many themes?" in officer.page
    monkeypatch.setattr(groups, "LARGEST", 8)
    assert rows(2) == ["Food", "Help", "Moving", "School"]
    officer.get(f"/review/waves/{wave.id}/who?themes=2")
    assert "How many themes?" not in officer.page
