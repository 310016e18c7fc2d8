"""A phone that loses the network in the middle: every question still works, nothing is lost, nothing is stored twice."""

from __future__ import annotations

import contextlib
import os
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Error

from tests.browser.arguments import ARGUMENTS
from tests.browser.offline_phone import OWN_WORDS, OfflinePhone, choose, walk_with_a_cut, write
from tests.browser.outages import Server
from tests.browser.visitors import RULES, STRICTER
from tests.every_kind import every_kind
from tests.people import small_survey

LEAVE = "http://127.0.0.1:9/elsewhere"


@pytest.fixture
def a_phone(chromium: Browser, tmp_path: Path) -> Iterator[Callable[..., OfflinePhone]]:
    """``a_phone(survey)``: a server with that survey, running, and a phone beside it."""
    there: list[OfflinePhone] = []

    def come(survey: Any) -> OfflinePhone:
        folder = tmp_path / f"server{len(there)}"
        folder.mkdir()
        server = Server(folder, survey, leave_url=LEAVE)
        server.start()
        executable = os.environ.get("EARSHOT_CHROMIUM", "/usr/bin/chromium")
        there.append(OfflinePhone(chromium.browser_type, executable, list(ARGUMENTS), folder / "profile", server))
        return there[-1]

    yield come
    for one in there:
        one.close()
        one.server.close()
        assert not one.complaints
        assert "Traceback" not in one.server.log, one.server.log


def look(phone: OfflinePhone) -> None:
    found = (
        Axe()
        .run(phone.page, options={"runOnly": list(RULES + STRICTER), "resultTypes": ["violations", "incomplete"]})
        .response
    )
    assert not found["violations"], found["violations"]
    assert not found["incomplete"], found["incomplete"]
    wide, room = phone.page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert wide <= room


@pytest.mark.parametrize("way", ["Save and come back later", "I want someone to contact me"])
def test_leaving_a_question_half_way_without_network_keeps_what_was_typed_and_stays(a_phone: Any, way: str) -> None:
    phone = a_phone(small_survey())
    phone.agree()
    here = phone.path
    phone.server.stop()
    phone.press(way)
    assert phone.path == here
    assert "no internet" in phone.said.lower(), "it says why nothing else came"
    assert "Choose or write an answer" not in phone.said, "who leaves is not asked for what is missing"
    phone.server.start()
    phone.go(here)
    phone.page.locator('.choice:has(input[value="no"]) label').click()
    phone.server.stop()
    phone.press(way)
    assert phone.path == here
    assert "1 answer is waiting on this phone" in phone.said
    assert phone.page.locator("input:checked").get_attribute("value") == "no"
    phone.press("Next")
    assert phone.path == "/q/why_not"
    assert "1 answer is waiting on this phone" in phone.said


def test_a_whole_survey_without_network_is_sent_once_when_it_is_back(a_phone: Any) -> None:
    phone = a_phone(small_survey())
    phone.agree()
    phone.server.stop()
    assert phone.page.evaluate("navigator.onLine"), "the browser believes it is online"
    phone.press("Next")
    assert "Choose or write an answer" in phone.said, "what is needed is asked for here, too"
    look(phone)
    choose(phone, "no")
    assert phone.path == "/q/why_not", "the branch is followed on the phone"
    assert "1 answer is waiting on this phone" in phone.said
    assert "2 of 5" in phone.said
    look(phone)
    write(phone, OWN_WORDS)
    write(phone, "3")
    assert "3 answers are waiting" in phone.said
    phone.press("Back")
    assert phone.page.locator("#answer").input_value() == "3"
    phone.press("Next")
    choose(phone, "carer", "friend")
    phone.press("Skip")
    assert phone.path == "/check"
    look(phone)
    shown = [entry.inner_text().replace("\n\n", "\n") for entry in phone.page.locator(".answers dd").all()]
    assert [entry.partition("\nChange")[0] for entry in shown] == [
        "No",
        OWN_WORDS,
        "3",
        "My carer\nA friend",
        "You skipped this",
    ]
    phone.press("Send my answers")
    assert "Your answers are safe on this phone" in phone.said
    look(phone)
    phone.restart()
    phone.go("/done")
    assert "5 answers are waiting" in phone.said
    assert phone.server.sent() == []
    phone.server.start()
    phone.go("/done")
    assert "Thank you. Your answers are sent." in phone.said
    assert phone.server.sent() == [
        {"settled": "no", "why_not": OWN_WORDS, "homes": 3, "helpers": ["carer", "friend"], "say": "s"}
    ]
    phone.page.wait_for_timeout(300)
    assert phone.kept() == [], "nothing stays on the phone"


def test_every_kind_of_question_works_without_network(a_phone: Any) -> None:
    phone = a_phone(every_kind())
    phone.agree()
    phone.press("Next")  # one answer with network first
    phone.server.stop()
    write(phone, "Mo")
    assert "What is home like, Mo?" in phone.said, "an earlier answer stands in the words"
    write(phone, OWN_WORDS)
    write(phone, "4")
    write(phone, "1.52")
    choose(phone, "7")
    choose(phone, "2.5")
    write(phone, "120")
    for part, said in (("day", "3"), ("month", "12"), ("year", "2019")):
        phone.page.locator(f'[name="answer-{part}"]').fill(said)
    phone.press("Next")
    for part, said in (("month", "2"), ("year", "2020")):
        phone.page.locator(f'[name="answer-{part}"]').fill(said)
    phone.press("Next")
    write(phone, "2020")
    write(phone, "21:30")
    choose(phone, "12_to_15")
    choose(phone, "dont_know")
    choose(phone, "good")
    choose(phone, "4")
    choose(phone, "garden")
    choose(phone, "carer", "teacher")
    assert phone.path == "/q/other", "a condition on several options"
    write(phone, "Miss")
    for name in ("friends", "family", "school"):
        phone.page.get_by_role("button", name=name).click()
    phone.press("Next")
    choose(phone, "agree")
    choose(phone, "disagree")
    choose(phone, "2")
    assert phone.path == "/q/person~1", "a repeated group asks in turns"
    write(phone, "Ann")
    assert "Is Ann kind?" in phone.said
    choose(phone, "sometimes")
    write(phone, "Bo")
    assert "Is Bo kind?" in phone.said
    phone.press("Back")
    assert phone.page.locator("#answer").input_value() == "Bo"
    phone.press("Next")
    phone.press("Skip")
    while phone.path != "/check":
        phone.press("Skip" if phone.page.get_by_role("button", name="Skip").count() else "Next")
    phone.press("Send my answers")
    phone.server.start()
    assert phone.try_again() == 0
    [sent] = phone.server.sent()
    expected = {
        "name": "Mo", "story": OWN_WORDS, "homes": 4, "height": 1.52, "ladder": 7, "points": 2.5, "weight": 120,
        "born": "2019-12-03", "since": "2020-02", "year": 2020, "bed": "21:30", "age": "12_to_15",
        "settled": "dont_know", "mood": "good", "happy": "4", "place": "garden", "helpers": ["carer", "teacher"],
        "other": "Miss", "order": ["friends", "family", "school"], "listens": "agree", "explains": "disagree",
        "people": 2, "person~1": "Ann", "kind~1": "sometimes", "person~2": "Bo", "kind~2": "s",
    }  # fmt: skip
    assert {name: sent.get(name) for name in expected} == expected


def test_words_on_the_phone_can_be_read_by_nobody_who_has_its_files(a_phone: Any) -> None:
    phone = a_phone(small_survey())
    phone.agree()
    phone.server.stop()
    choose(phone, "no")
    write(phone, "zyzzyva-on-the-disk")
    assert phone.waiting() == 2
    phone.close()
    for file in phone.profile.rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            for encoding in ("utf-8", "utf-16-le"):
                assert "zyzzyva-on-the-disk".encode(encoding) not in content, file
    phone.open()


def test_whoever_leaves_quickly_is_seen_by_nobody_and_loses_nothing(a_phone: Any) -> None:
    phone = a_phone(small_survey())
    phone.agree()
    phone.server.stop()
    choose(phone, "no")
    write(phone, OWN_WORDS)
    phone.page.get_by_role("link", name="Leave this page").click()
    phone.page.wait_for_timeout(1000)
    for path in ("/q/why_not", "/check", "/done", "/"):
        with contextlib.suppress(Error):  # the neutral site is no site here: the browser says it cannot be reached
            phone.go(path)
        phone.page.wait_for_timeout(500)
        assert not phone.page.url.startswith(phone.server.base)
        assert "Quokka" not in phone.page.content()
    phone.server.start()
    phone.go("/check")
    assert "Quokka" not in phone.page.content()
    assert phone.page.locator("h1").inner_text() != "Is this what you want to say?"
    phone.page.wait_for_timeout(500)
    assert phone.kept() == [], "what waited was handed in behind their back, and all is gone here"


def test_what_is_on_the_phone_can_be_deleted(a_phone: Any) -> None:
    phone = a_phone(small_survey())
    phone.agree()
    phone.server.stop()
    choose(phone, "yes")
    phone.page.get_by_text("Delete what is on this phone").click()
    phone.page.get_by_role("button", name="Yes, delete it").click()
    phone.page.get_by_text("It is deleted.").wait_for()
    assert phone.page.locator("main form").count() == 0
    phone.server.start()
    phone.go("/")
    assert phone.kept() == []
    phone.go("/q/homes")
    assert phone.path == "/q/settled", "the server never heard of it"


def test_what_the_server_does_not_take_is_shown_again_and_nothing_behind_it_is_lost(a_phone: Any) -> None:
    phone = a_phone(small_survey())
    phone.agree()
    phone.server.stop()
    choose(phone, "yes")
    write(phone, "a lot")  # the phone does not know numbers as well as the server does
    choose(phone, "friend")
    phone.server.start()
    write(phone, "The last word")
    assert phone.page.locator("#answer").input_value() == "a lot"
    assert "Write a number" in phone.said
    write(phone, "2")
    phone.go("/check")
    assert phone.waiting() == 0
    shown = [entry.inner_text().partition("\n")[0] for entry in phone.page.locator(".answers dd").all()]
    assert shown == ["Yes", "2", "A friend", "The last word"]


def test_somebody_else_on_the_same_phone_sees_nothing_and_the_first_answers_still_arrive(a_phone: Any) -> None:
    phone = a_phone(small_survey())
    phone.agree()
    choose(phone, "no")
    phone.server.stop()
    write(phone, OWN_WORDS)
    write(phone, "1")
    phone.press("Skip")
    phone.press("Skip")
    phone.press("Send my answers")
    phone.context.clear_cookies()
    phone.server.start()
    phone.page.goto(phone.server.link)
    for group in phone.page.locator("fieldset.purpose").all():
        group.get_by_text("Yes", exact=True).click()
    phone.press("Next")
    assert "Quokka" not in phone.page.content()
    assert phone.page.locator("input:checked").count() == 0
    phone.page.wait_for_timeout(800)
    choose(phone, "yes")
    assert phone.path == "/q/homes"
    assert {"settled": "no", "why_not": OWN_WORDS}.items() <= phone.server.sent()[0].items()


CUTS = 2
"""Random cuts in each test run; ``./run bench offline`` makes a hundred."""


@pytest.mark.parametrize("cut", range(CUTS))
def test_a_random_cut_stores_every_answer_once(a_phone: Any, cut: int) -> None:
    phone = a_phone(small_survey())
    assert walk_with_a_cut(phone, random.Random(cut)) == []
