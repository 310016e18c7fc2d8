"""Few broad themes or many fine ones: looked at without changing anything, kept as decisions that can be undone."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import select, update
from sqlmodel import col

from api.models import AuditEvent, Theme, ThemeRun
from api.models.columns import new_id
from api.review import fitting
from nlp.embed import HashingEmbedder
from tests.integration.test_review import LATE, MOVING, a_run, audited, requested, respond_directly, varied

FOOD = "the food at dinner is cold"


def a_ladder(deployment: Any, a_wave: Any, *, sizes: tuple[int, ...] = (30, 25, 6, 20)) -> tuple[Any, dict[str, str]]:
    """A wave of 100 people and four themes; moving and food are joined first, then help and school, then all."""
    wave = a_wave()
    answers = [respond_directly(deployment, wave, [f"{MOVING} {n}"] * size) for n, size in enumerate(sizes)]
    respond_directly(deployment, wave, ["nothing of that"] * (100 - sum(sizes)))
    themes = a_run(deployment, wave, dict(zip(("Moving", "Help", "Food", "School"), answers, strict=True)))
    tree = [(0, 2, 4), (1, 3, 5), (4, 5, 6)]
    with deployment.main.writing() as session:
        session.execute(update(Theme).values(number=col(Theme.number) + 10))
        session.execute(update(Theme).values(number=col(Theme.number) - 9))  # counted from one, as the worker does
        session.execute(
            update(ThemeRun).values(
                space={"tree": [{"first": a, "second": b, "into": c, "height": 0.5} for a, b, c in tree]}
            )
        )
    return wave, themes


def levels(officer: Any, wave: Any, count: int) -> dict[str, int | None]:
    found = officer.get(f"/api/v1/waves/{wave.id}/themes?themes={count}").json()
    return {"; ".join(theme["themes"]): theme["people"]["count"] for theme in found["broad"]}


def keep(officer: Any, wave: Any, count: int, **changes: str) -> Any:
    officer.get(f"/review/waves/{wave.id}?themes={count}")
    fields = {name: re.search(rf'name="{name}" value="([^"]+)"', officer.page) for name in ("run", "seen")}
    sent = {name: found.group(1) for name, found in fields.items() if found} | {"themes": str(count)}
    return officer.post(f"/review/waves/{wave.id}/keep", sent | changes)


def test_themes_are_looked_at_as_fewer_without_changing_anything(deployment: Any, staff: Any, a_wave: Any) -> None:
    wave, _ = a_ladder(deployment, a_wave)
    officer = staff("officer")
    assert levels(officer, wave, 3) == {"Help": 25, "School": 20, "Moving; Food": None}  # 36 less 30 would tell
    assert levels(officer, wave, 2) == {"Help; School": 45, "Moving; Food": None}
    assert levels(officer, wave, 1) == {"Moving; Help; School; Food": None}  # 81 less 45 less 30 would tell
    officer.get(f"/review/waves/{wave.id}?themes=2")
    assert "Nothing has been changed" in officer.page
    assert "Help; School" in officer.page
    assert officer.page.count('<article class="card') == 2
    assert audited(deployment) == []
    for path in ("themes=0", "themes=x", "themes=-1"):
        assert officer.get(f"/review/waves/{wave.id}?{path}").status_code in (404, 422)
    officer.get(f"/review/waves/{wave.id}?themes=999")
    assert "Nothing has been changed" not in officer.page


def test_a_run_without_a_tree_offers_no_levels(deployment: Any, staff: Any, a_wave: Any) -> None:
    wave = a_wave()
    a_run(deployment, wave, {"moving": respond_directly(deployment, wave, [MOVING] * 30), "late": []})
    officer = staff("officer")
    officer.get(f"/review/waves/{wave.id}?themes=1")
    assert officer.page.count('<article class="card') == 2
    assert "How many themes?" not in officer.page


def test_keeping_them_merges_and_everything_comes_apart_again(deployment: Any, staff: Any, a_wave: Any) -> None:
    wave, themes = a_ladder(deployment, a_wave)
    officer = staff("officer")
    assert keep(officer, wave, 2).status_code == 200
    assert "The themes are joined" in officer.page
    assert audited(deployment) == ["theme.merged", "theme.merged"]
    found = officer.get(f"/api/v1/waves/{wave.id}/themes").json()["themes"]
    assert {theme["label"]: (theme["includes"], theme["people"]["count"]) for theme in found} == {
        "Help": (["School"], 45),
        "Moving": (["Food"], None),
    }
    officer.get(f"/review/waves/{wave.id}")
    assert "Help; School" in officer.page
    run = re.search(r'name="run" value="([^"]+)"', officer.page)
    assert run
    officer.post(f"/review/themes/{themes['Food']}/reopen")
    officer.post(f"/review/waves/{wave.id}/apart", {"run": run.group(1)})
    assert audited(deployment)[2:] == ["theme.reopened", "theme.reopened"]
    found = officer.get(f"/api/v1/waves/{wave.id}/themes").json()["themes"]
    assert {theme["label"] for theme in found} == set(themes)


def test_what_an_officer_decided_stays_decided_at_every_level(deployment: Any, staff: Any, a_wave: Any) -> None:
    wave, themes = a_ladder(deployment, a_wave)
    officer = staff("officer")
    officer.post(f"/review/themes/{themes['Food']}/reject")
    officer.post(f"/review/themes/{themes['School']}/merge", {"into": themes["Moving"]})
    assert levels(officer, wave, 1) == {"Moving; Help": 75}
    assert officer.get(f"/api/v1/waves/{wave.id}/themes").json()["fewest"] == 1


def test_only_what_was_seen_is_kept(deployment: Any, staff: Any, a_wave: Any) -> None:
    wave, themes = a_ladder(deployment, a_wave)
    officer = staff("officer")
    assert keep(officer, wave, 2, seen="0" * 16).status_code == 409
    assert keep(officer, wave, 2, run=new_id()).status_code == 422
    assert keep(officer, wave, 2, themes="many").status_code == 422
    assert keep(officer, wave, 2, themes="4").status_code == 422
    officer.get(f"/review/waves/{wave.id}?themes=2")
    seen = re.search(r'name="seen" value="([^"]+)"', officer.page)
    run = re.search(r'name="run" value="([^"]+)"', officer.page)
    assert seen
    assert run
    staff("officer").post(f"/review/themes/{themes['School']}/reject")
    fields = {"seen": seen.group(1), "run": run.group(1), "themes": "2"}
    assert officer.post(f"/review/waves/{wave.id}/keep", fields).status_code == 409
    assert officer.post(f"/review/waves/{new_id()}/keep", fields).status_code == 422
    assert officer.post(f"/review/waves/{new_id()}/apart", fields).status_code == 422
    assert audited(deployment) == ["theme.rejected"]
    for role in ("practitioner", "researcher", "safeguarding", "administrator"):
        assert staff(role).post(f"/review/waves/{wave.id}/keep", fields).status_code == 403
        assert staff(role).post(f"/review/waves/{wave.id}/apart", fields).status_code == 403


def test_the_words_of_a_label_are_not_in_the_audit_trail(deployment: Any, staff: Any, a_wave: Any) -> None:
    wave, themes = a_ladder(deployment, a_wave)
    keep(staff("officer"), wave, 1)
    with deployment.main.reading() as session:
        details = session.execute(select(col(AuditEvent.details))).scalars().all()
    assert len(details) == 3
    assert not [label for label in themes if label in str(details)]


def test_the_worker_stores_how_themes_are_joined(deployment: Any, staff: Any, a_wave: Any) -> None:
    wave, officer = a_wave(), staff("officer")
    for text in (MOVING, LATE, FOOD):
        respond_directly(deployment, wave, varied(text, 25))
    fitting.fit(deployment.main, requested(deployment, wave, officer), HashingEmbedder(), now=deployment.clock)
    found = officer.get(f"/api/v1/waves/{wave.id}/themes").json()
    assert found["fewest"] == 1 < len(found["themes"])
    assert len(levels(officer, wave, 1)) == 1
    officer.get(f"/review/waves/{wave.id}")
    assert "How many themes?" in officer.page
