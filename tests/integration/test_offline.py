"""What the server does for a phone that loses the network: hands the survey out, and takes each waiting answer once."""

from __future__ import annotations

import gzip
import json
import re
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.catalogues import FRONTEND_DIR
from api.collect import answering
from survey_engine.definition import TURN, UNSEEN
from survey_engine.expression_parser import parse
from survey_engine.rules import not_for_phones, rules_for_phone
from tests.every_kind import every_kind
from tests.people import Phone, small_survey

KEY = "k" * 20


def kept(child: Phone) -> tuple[dict[str, Any], dict[str, Any]]:
    """The two parts a phone keeps: what belongs to everybody, and what belongs to its draft."""
    return child.get("/offline/pages").json(), child.get("/offline/answers").json()


def hand_in(child: Phone, own: dict[str, Any], path: str, key: str = KEY, **fields: Any) -> Any:
    """Hand in an answer as ``frontend/src/sw.ts`` does it."""
    return child.client.post(
        path,
        data={"csrf": own["csrf"], "action": "next"} | fields,
        headers={"idempotency-key": key, "earshot-waiting": own["token"], "earshot-carry-on": "true"},
        follow_redirects=False,
    )


def without_cookies(child: Phone) -> Phone:
    """The same phone after its browser was closed."""
    again = Phone(child.client.app)
    again.client = TestClient(child.client.app, base_url="http://testserver", raise_server_exceptions=False)
    return again


def test_every_page_and_the_rules_go_to_the_phone_and_nothing_of_anybody(phone: Any, a_wave: Any) -> None:
    survey = every_kind()
    child, other = phone(), phone()
    wave = a_wave(survey=survey)
    child.agree(wave.token)
    child.answer("hello")
    child.answer("name", "Zebedee-my-own-word")
    pages, own = kept(child)
    names = {q.name.partition(TURN)[0] for q in survey.possible if q.kind not in UNSEEN}
    assert set(pages["pages"]) == names
    assert pages["rules"] == rules_for_phone(survey)
    assert "Zebedee" not in json.dumps(pages)
    assert own["csrf"] not in json.dumps(pages)
    assert "/settings" not in json.dumps(pages), "nobody is led away from a page that is only on the phone"
    assert own["answers"]["name"] == {"s": "a", "v": "Zebedee-my-own-word", "f": [["answer", "Zebedee-my-own-word"]]}
    assert all('name="csrf" value=""' in page["main"] for page in pages["pages"].values())
    other.agree(wave.token)
    assert other.get("/offline/pages").json() == pages, "the pages are the same for everybody"
    assert other.get("/offline/answers").json()["token"] != own["token"]


def test_what_is_kept_is_packed_and_never_left_in_a_cache(phone: Any, a_wave: Any) -> None:
    child = phone()
    child.agree(a_wave(survey=every_kind()).token)
    plain = child.client.get("/offline/pages", headers={"accept-encoding": "identity"})
    packed = child.client.get("/offline/pages", headers={"accept-encoding": "gzip"})
    assert plain.json() == packed.json()
    assert len(gzip.compress(plain.content, 9)) < 16_000, "a whole survey of every kind"
    for path in ("/offline/pages", "/offline/answers"):
        assert child.get(path).headers["cache-control"] == "no-store"


def test_nobody_gets_anything_without_a_draft(phone: Any) -> None:
    for path in ("/offline/pages", "/offline/answers"):
        assert phone().get(path).status_code == 409


def test_a_survey_with_a_pattern_phones_cannot_follow_is_answered_online(phone: Any, a_wave: Any) -> None:
    made = small_survey()
    say = made.question_by_name["say"].model_copy(update={"constraint": parse('regex(., "(?i)yes")')})
    survey = small_survey(items=tuple(say if item.name == "say" else item for item in made.items))
    assert not_for_phones(survey) == ("say",)
    child = phone()
    assert "data-of" not in child.agree(a_wave(survey=survey).token).text
    assert child.get("/offline/pages").status_code == 404


def test_an_answer_handed_in_twice_counts_once_and_does_not_undo_a_later_one(phone: Any, a_wave: Any) -> None:
    child = phone()
    assert "data-of" in child.agree(a_wave().token).text
    _, own = kept(child)
    first = hand_in(child, own, "/q/settled", answer="no")
    assert (first.status_code, first.headers["location"]) == (204, "/q/why_not")
    child.answer("settled", "yes")
    again = hand_in(child, own, "/q/settled", answer="no")
    assert (again.status_code, again.headers["location"]) == (204, "/q/homes"), (
        "changed since: the old one is not taken again"
    )
    assert child.get("/offline/answers").json()["answers"]["settled"]["v"] == "yes"


def test_what_waits_arrives_after_the_browser_forgot_its_cookie_and_gives_the_place_back(
    phone: Any, a_wave: Any
) -> None:
    child = phone()
    child.agree(a_wave().token)
    _, own = kept(child)
    later = without_cookies(child)
    assert later.get("/q/settled").status_code == 409
    assert hand_in(later, own, "/q/settled", answer="yes").status_code == 204
    assert later.get("/q/homes").status_code == 200
    quiet = without_cookies(child)
    handed = quiet.client.post(
        "/q/homes",
        data={"csrf": own["csrf"], "answer": "2"},
        headers={"idempotency-key": "q" * 20, "earshot-waiting": own["token"]},
    )
    assert handed.status_code == 204
    assert "set-cookie" not in handed.headers, "behind the back of somebody who left, nothing is given back"


def test_leave_to_hand_in_is_no_leave_to_read(phone: Any, a_wave: Any) -> None:
    child = phone()
    child.agree(a_wave().token)
    _, own = kept(child)
    thief = without_cookies(child)
    headers = {"idempotency-key": KEY, "earshot-waiting": own["token"]}
    for path in ("/q/settled", "/check", "/offline/answers"):
        assert thief.client.get(path, headers={"earshot-waiting": own["token"]}).status_code == 409, path
    forged = own["token"][:-4] + "AAAA"
    assert (
        thief.client.post(
            "/q/settled", data={"csrf": own["csrf"]}, headers=headers | {"earshot-waiting": forged}
        ).status_code
        == 409
    )
    assert thief.client.post("/q/settled", data={"answer": "yes"}, headers=headers).status_code == 403


@pytest.mark.parametrize("key", ["", "short", "with space in it and more", "x" * 65, "käferkäferkäferkäfer"])
def test_a_key_that_is_none_is_an_ordinary_form(phone: Any, a_wave: Any, key: str) -> None:
    child = phone()
    child.agree(a_wave().token)
    _, own = kept(child)
    answer = child.client.post(
        "/q/settled", data={"csrf": own["csrf"], "answer": "yes", "action": "next"},
        headers={b"idempotency-key": key.encode("latin-1", "ignore")}, follow_redirects=False,
    )  # fmt: skip
    assert answer.status_code == 303


def test_sending_may_be_asked_for_again_and_again(phone: Any, a_wave: Any, deployment: Any) -> None:
    child = phone()
    child.agree(a_wave().token)
    _, own = kept(child)
    early = hand_in(child, own, "/send")
    assert (early.status_code, early.headers["location"]) == (409, "/q/settled")
    hand_in(child, own, "/q/settled", "a" * 20, answer="yes")
    for _ in range(3):
        sent = hand_in(child, own, "/send", "s" * 20)
        assert (sent.status_code, sent.headers["location"]) == (204, "/done")
    late = hand_in(child, own, "/q/homes", "b" * 20, answer="3")
    assert late.status_code == 409
    assert "location" not in late.headers
    assert child.get("/done").status_code == 200


def test_a_waiting_answer_that_does_not_fit_is_said_so_and_kept_by_the_phone(phone: Any, a_wave: Any) -> None:
    child = phone()
    child.agree(a_wave().token)
    _, own = kept(child)
    hand_in(child, own, "/q/settled", "a" * 20, answer="yes")
    answer = hand_in(child, own, "/q/homes", "b" * 20, answer="many")
    assert answer.status_code == 422
    assert 'value="many"' in answer.text


def test_a_hidden_question_is_not_asked_of_a_waiting_phone_either(phone: Any, a_wave: Any) -> None:
    child = phone()
    child.agree(a_wave().token)
    _, own = kept(child)
    hand_in(child, own, "/q/settled", "a" * 20, answer="yes")
    answer = hand_in(child, own, "/q/why_not", "b" * 20, answer="words nobody asks for now")
    assert (answer.status_code, answer.headers["location"]) == (409, "/q/homes")


def test_the_worker_is_at_the_root_and_always_asked_for_anew(phone: Any) -> None:
    worker = phone().get("/sw.js")
    assert worker.status_code == 200
    assert worker.headers["cache-control"] == "no-cache"
    assert worker.headers["content-type"].startswith("text/javascript")


def test_a_phone_knows_the_same_ways_off_a_question_as_the_server() -> None:
    worker = (FRONTEND_DIR / "src" / "sw.ts").read_text(encoding="utf-8")
    [known] = re.findall(r"const STOPS = /\^\((.*)\)\$/;", worker)
    assert set(known.split("|")) == set(answering.STOPS)
