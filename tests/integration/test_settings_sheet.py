"""Settings without a script: a form, one cookie of the device, and back to where somebody was."""

from __future__ import annotations

import re
from collections.abc import Callable
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import pytest

from api.look import CHOICES
from api.main import create_app
from tests.people import Phone

AGREED = {"purpose_take_part": "yes"}


def html_tag(page: str) -> str:
    found = re.search(r"<html[^>]*>", page)
    assert found is not None
    return found[0]


def cookie_of(answer: Any) -> Any:
    cookie = SimpleCookie(answer.headers["set-cookie"])
    return cookie["earshot_look"]


def choose(phone: Phone, back: str = "/", **chosen: str) -> Any:
    return phone.client.post("/settings", data={"back": back, **chosen}, follow_redirects=False)


def test_what_is_chosen_holds_on_every_page_and_leads_back(phone: Callable[[], Phone]) -> None:
    somebody = phone()
    assert "data-" not in html_tag(somebody.get("/").text)
    assert 'href="/settings?back=/"' in somebody.page
    form = somebody.get("/settings?back=/receipt").text
    assert form.count("checked") == len(CHOICES)
    answer = choose(somebody, "/receipt", colours="dark", size="150", action="save")
    assert (answer.status_code, answer.headers["location"]) == (303, "/receipt")
    for path in ("/", "/receipt", "/no-such-page", "/settings"):
        page = somebody.get(path).text
        assert 'data-size="150" data-colours="dark"' in html_tag(page), path
        assert '<meta name="color-scheme" content="dark">' in page
    form = somebody.get("/settings").text
    assert re.search(r'value="dark" checked', form)
    choose(somebody, tone="teen")  # one alone leaves the others
    assert 'data-tone="teen" data-size="150" data-colours="dark"' in html_tag(somebody.get("/").text)


def test_the_cookie_is_small_for_this_device_alone_and_made_only_by_choosing(phone: Callable[[], Phone]) -> None:
    somebody = phone()
    assert "set-cookie" not in somebody.get("/settings").headers
    kept = cookie_of(choose(somebody, letters="lexend"))
    assert kept.value == "letters:lexend"
    assert (kept["path"], kept["samesite"], kept["max-age"]) == ("/", "lax", str(365 * 24 * 3600))
    assert not kept["httponly"]  # what is chosen is shown at once by a script
    assert not kept["domain"]


def test_a_cookie_over_https_stays_there(make_settings: Callable[..., Any]) -> None:
    app = create_app(make_settings(base_url="https://testserver"))
    kept = cookie_of(choose(Phone(app), letters="lexend"))
    assert kept["secure"]
    app.state.joined.main.dispose()
    app.state.vault.dispose()


def test_back_to_how_it_was_takes_the_cookie_away_and_shows_the_settings(phone: Callable[[], Phone]) -> None:
    somebody = phone()
    choose(somebody, colours="cream")
    answer = choose(somebody, "/agree?language=cy", colours="cream", action="reset", language="en")
    assert answer.headers["location"] == "/settings?back=%2Fagree%3Flanguage%3Dcy&language=en"
    assert cookie_of(answer)["max-age"] == "0"
    page = somebody.get(answer.headers["location"]).text
    assert "data-" not in html_tag(page)
    assert 'name="back" value="/agree?language=cy"' in page


@pytest.mark.parametrize(
    "hostile", ["https://elsewhere.example/", "//elsewhere.example", "/leave", "/finished", "/\\e.example"]
)
def test_no_way_back_leads_elsewhere_or_out(phone: Callable[[], Phone], hostile: str) -> None:
    somebody = phone()
    assert choose(somebody, hostile, size="125").headers["location"] == "/"
    page = somebody.client.get("/settings", params={"back": hostile}).text
    assert 'name="back" value="/"' in page


@pytest.mark.parametrize(
    "hostile", ["%00", "size:150;colours:dark", "<script>", "tone:" + "x" * 5000, '"', "size:999", "accent:\u00e9"]
)
def test_a_hostile_cookie_shows_the_page_as_it_comes(phone: Callable[[], Phone], hostile: str) -> None:
    somebody = phone()
    answer = somebody.client.get("/", headers={b"cookie": f"earshot_look={hostile}".encode("latin-1")})
    assert answer.status_code == 200
    assert "<script>" not in html_tag(answer.text)
    assert "999" not in html_tag(answer.text)


def test_what_is_not_offered_is_not_kept(phone: Callable[[], Phone]) -> None:
    answer = choose(phone(), size="1000", colours="<b>", tone="teen", nonsense="1")
    assert cookie_of(answer).value == "tone:teen"


def test_a_form_of_another_site_changes_nothing(phone: Callable[[], Phone]) -> None:
    answer = phone().client.post(
        "/settings", data={"colours": "dark"}, headers={"sec-fetch-site": "cross-site"}, follow_redirects=False
    )
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


def test_the_three_ways_are_offered_on_the_first_page_and_none_is_chosen_by_age(
    phone: Callable[[], Phone], a_wave: Callable[..., Any]
) -> None:
    somebody = phone()
    somebody.get(f"/s/{a_wave().token}")
    offered = re.findall(r'name="tone" value="(\w+)" aria-pressed="(\w+)"', somebody.page)
    assert offered == [("pictures", "false"), ("plain", "true"), ("teen", "false")]
    assert 'name="back" value="/agree"' in somebody.page
    assert 'class="spot"' not in somebody.page
    choose(somebody, "/agree", tone="pictures")
    assert 'class="spot"' in somebody.get("/agree").text


def test_the_settings_lead_back_to_the_question_also_after_a_mistake(
    phone: Callable[[], Phone], a_wave: Callable[..., Any]
) -> None:
    somebody = phone()
    somebody.get(f"/s/{a_wave().token}")
    fields = dict.fromkeys(re.findall(r'name="(purpose_\w+)"', somebody.page), "yes")
    somebody.post("/agree", fields)
    assert 'href="/settings?back=/q/settled"' in somebody.page
    somebody.post("/q/settled", {"action": "next"})
    assert "Problem" in somebody.page
    assert 'href="/settings?back=/q/settled"' in somebody.page


def test_an_adviser_and_staff_see_their_pages(phone: Callable[[], Phone], staff: Callable[..., Any]) -> None:
    somebody = phone()
    choose(somebody, colours="contrast")
    assert 'data-colours="contrast"' in html_tag(somebody.get("/advise").text)
    officer = staff("officer")
    page = officer.client.get("/design").text
    assert "/settings?back" not in page


# --- the council


@pytest.fixture
def of_a_council(make_settings: Callable[..., Any], tmp_path: Path) -> Any:
    logo = tmp_path / "logo.svg"
    logo.write_text('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 40"><path d="M0 0h120v40z"/></svg>')
    app = create_app(make_settings(accent="#144e81", logo=str(logo), service_name="Hear us", council_name="Marlshire"))
    yield app
    app.state.joined.main.dispose()
    app.state.vault.dispose()


def test_name_logo_and_colour_of_a_council_are_on_every_page(of_a_council: Any) -> None:
    somebody = Phone(of_a_council)
    for path in ("/", "/receipt", "/settings", "/no-such-page"):
        page = somebody.get(path).text
        assert "Hear us" in page
        assert 'alt="Marlshire"' in page
        style, logo = re.findall(r'"(/brand/[\w.-]+)"', page)
        assert style.startswith("/brand/brand-")
    answer = somebody.client.get(style)
    assert answer.headers["content-type"].startswith("text/css")
    assert "immutable" in answer.headers["cache-control"]
    assert "#144e81" in answer.text
    answer = somebody.client.get(logo)
    assert answer.headers["content-type"] == "image/svg+xml"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert somebody.client.get("/brand/other.css").status_code == 404


def test_without_a_colour_and_a_logo_nothing_is_linked_and_the_council_is_named(phone: Callable[[], Phone]) -> None:
    page = phone().get("/").text
    assert "/brand/" not in page
    assert '<span class="council">Marlshire</span>' in page
