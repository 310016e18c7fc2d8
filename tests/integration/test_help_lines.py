"""Local help numbers: nothing is published or opened again without one that somebody rang; old ones are told to officers."""

from __future__ import annotations

import html
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from api.settings import HelpLine
from tests.integration.test_design import counted, form_of
from tests.people import open_wave, sign_in, small_survey

NAME, NUMBER = "Night team", "01632 960 002"
Make = Callable[..., Any]


@pytest.fixture
def with_line(make_settings: Any, dsns: Any, tmp_path: Any) -> Make:
    """A deployment whose only local number was last checked on this day (None: never)."""
    from api.main import create_app
    from tests.conftest import Clock, Deployment

    def make(last_checked: date | None) -> Any:
        lines = (HelpLine(name=NAME, number=NUMBER, last_checked=last_checked),)
        clock = Clock()
        return Deployment(create_app(make_settings(help_lines=lines), clock=clock), clock, dsns, tmp_path)

    return make


@pytest.mark.parametrize("day", [None, date(2026, 11, 23)], ids=["never", "a day to come"])
def test_with_a_number_nobody_checked_nothing_is_published_or_opened_again(with_line: Make, day: date | None) -> None:
    deployment = with_line(day)
    officer = sign_in(deployment, "officer")
    answer = officer.post("/design/import/publish", form_of(small_survey()))
    assert answer.status_code == 422
    told = html.unescape(answer.text)
    assert f"Nobody has checked the number of “{NAME}” yet. Ring {NUMBER}" in told
    assert counted(deployment) == (0, 0)
    wave = open_wave(deployment, opens_on=date(2026, 1, 12), closes_on=date(2026, 12, 18))
    assert officer.post(f"/design/waves/{wave.id}/close").status_code == 200
    assert officer.post(f"/design/waves/{wave.id}/reopen").status_code == 422
    assert "Nobody has checked the number" in html.unescape(officer.get("/design").text)


def test_a_number_checked_more_than_a_year_ago_is_told_and_stops_nothing(with_line: Make) -> None:
    deployment = with_line(date(2025, 3, 3))
    officer = sign_in(deployment, "officer")
    assert "was last checked on 3 March 2025" in officer.get("/design").text
    assert officer.post("/design/import/publish", form_of(small_survey())).status_code == 200


def test_children_are_told_since_when_the_numbers_are_known_to_be_right(with_line: Make, phone: Any) -> None:
    from tests.people import Phone

    assert "The numbers were right on 3 March 2026." in Phone(with_line(date(2026, 3, 3)).app).get("/").text
    assert "The numbers were right" not in Phone(with_line(None).app).get("/").text
    assert "The numbers were right on 1 September 2026." in phone().get("/").text


@pytest.mark.parametrize(
    "wrong",
    [{"number": "ask at school"}, {"number": ""}, {"name": ""}, {"last_checked": "last spring"}, {"phone": "1"}],
)
def test_a_help_line_that_cannot_be_rung_stops_the_start(wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        HelpLine.model_validate({"name": NAME, "number": NUMBER} | wrong)
