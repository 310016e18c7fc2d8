"""What a person is told when something is not as expected: a page with one next step, the way out and numbers to ring."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from sqlalchemy import text

from api import gate, security
from api.errors import CATALOGUE
from tests.people import Phone, sign_in, small_survey

NUMBERS = {"tel:999", "tel:08001111", "tel:01632960001"}


def another(a_wave: Any, number: int, **changes: Any) -> Any:
    """A wave of one more survey."""
    return a_wave(survey=small_survey(name=f"small-{number}"), **changes)


def next_steps(page: str) -> list[str]:
    """Where the buttons of a message lead."""
    return re.findall(r'<a class="button" href="([^"]+)"', page)


def is_whole(answer: Any, code: str) -> None:
    """A message of the catalogue for a respondent, with what every page of theirs has."""
    assert answer.status_code == CATALOGUE[code].status
    assert f"<h1>{CATALOGUE[code].title}</h1>" in answer.text
    assert set(re.findall(r'href="(tel:[^"]+)"', answer.text)) >= NUMBERS
    assert re.search(r'<body[^>]*>\s*<nav[^>]*>\s*<a[^>]*href="/leave"', answer.text), "the way out comes first"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "same-origin"


def test_a_fault_of_ours_is_a_whole_page_with_every_header_and_a_number_to_quote(
    deployment: Any, phone: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_arguments: Any) -> None:
        raise RuntimeError("a child's words")

    monkeypatch.setattr(security, "typed_code", broken)
    child = phone()
    child.get("/")
    answer = child.post("/", {"code": "K7MQ2XPAD"})
    is_whole(answer, "internal")
    assert {name.decode() for name, _ in gate.HEADERS} <= set(answer.headers)
    assert "words" not in answer.text
    assert re.search(r'tell them: (<bdi dir="ltr">)?[0-9a-f]{12}', answer.text)


def test_with_the_database_gone_every_page_says_so_and_shows_the_numbers(
    deployment: Any, phone: Any, a_wave: Any
) -> None:
    wave, child, officer = a_wave(), phone(), sign_in(deployment, "officer")
    child.agree(wave.token)
    with deployment.main.writing() as session:
        for table in ("invitations", "responses", "staff_sessions"):
            session.execute(text(f"ALTER TABLE {table} RENAME TO {table}_gone"))
    answer = child.get("/q/settled")
    is_whole(answer, "storage_unavailable")
    assert next_steps(answer.text) == ["/q/settled"]
    is_whole(
        child.client.post("/q/settled", data={"csrf": "x"}, headers={"sec-fetch-site": "cross-site"}), "cross_site"
    )
    assert officer.get("/design").status_code == 503
    assert "tel:" not in officer.page, "staff are told on a staff page"


def test_each_expected_no_is_a_whole_page(deployment: Any, phone: Any, a_wave: Any) -> None:
    wave, child = a_wave(single_use=True), phone()
    closed, early = another(a_wave, 2, state="closed"), another(a_wave, 3, opens_on=date(2026, 12, 1))
    is_whole(child.get("/no-such-page"), "not_found")
    is_whole(child.get("/s/no-such-link"), "unknown_code")
    is_whole(child.get("/q/week"), "no_session")
    is_whole(child.get("/mine"), "receipt_needed")
    is_whole(child.client.put("/"), "method_not_allowed")
    is_whole(child.client.post("/", content=b"{}", headers={"content-type": "application/json"}), "malformed_request")
    is_whole(child.client.post("/agree", data={"x": "x" * 300_000}), "body_too_large")
    is_whole(child.get(f"/s/{closed.token}"), "survey_closed")
    is_whole(child.get(f"/s/{early.token}"), "survey_not_open")
    child.agree(wave.token)
    is_whole(child.post("/q/settled", {"answer": "yes"}, csrf=None), "missing_csrf")
    for name in ("settled", "homes", "helpers", "say"):
        child.answer(name, action="decline")
    child.send()
    is_whole(child.get("/q/settled"), "already_sent")
    is_whole(phone().get(f"/s/{wave.token}"), "used_code")


def test_a_code_that_ran_out_and_a_draft_that_waited_too_long(deployment: Any, phone: Any, a_wave: Any) -> None:
    short = another(a_wave, 2, expires_on=date(2026, 11, 1))
    is_whole(phone().get(f"/s/{short.token}"), "expired_code")
    child = phone()
    child.agree(a_wave().token)
    deployment.clock.forward(days=15)
    is_whole(child.get("/q/settled"), "draft_expired")


@pytest.mark.parametrize(("path", "field"), [("/", "code"), ("/receipt", "words")])
def test_too_many_tries_says_when_to_try_again_and_leads_back_there(
    make_settings: Any, dsns: Any, path: str, field: str
) -> None:
    from api.main import create_app
    from tests.conftest import Clock

    child = Phone(create_app(make_settings(code_attempts_per_minute=2), clock=Clock()))
    for _ in range(3):
        child.get(path)
        answer = child.post(path, {field: security.new_code() if field == "code" else "one two three"})
    is_whole(answer, "too_many_tries")
    assert "one minute" in answer.text
    assert next_steps(answer.text) == [path]


def test_what_is_wrong_under_an_address_of_staff_is_told_there_with_the_way_back(staff: Any, phone: Any) -> None:
    officer = staff("officer")
    for path, status in (
        ("/design/nowhere", 404),
        ("/design/surveys/1", 404),
        ("/safeguard", 403),
        ("/staff/nowhere", 404),
    ):
        answer = officer.get(path)
        assert answer.status_code == status, path
        assert '<body class="staff">' in answer.text, path
        assert next_steps(answer.text) == ["/staff"], path
        assert 'href="/design"' in answer.text, "the navigation of the role stays"
    stranger = phone().get("/design/nowhere")
    assert (stranger.status_code, next_steps(stranger.text)) == (404, ["/staff/sign-in"])
    assert '<body class="staff">' in stranger.text


def test_leaving_tells_the_other_site_nothing_and_keeps_nothing_but_how_pages_look(phone: Any, a_wave: Any) -> None:
    child = phone()
    child.agree(a_wave().token)
    child.client.cookies.set("earshot_look", "text-150", domain="testserver.local")
    answer = child.client.get("/leave", follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"] == "https://www.bbc.co.uk/weather"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "same-origin"
    assert "clear-site-data" not in answer.headers, "that would sign out colleagues and forget how pages look"
    assert [cookie.name for cookie in child.client.cookies.jar] == ["earshot_look"]
