"""The pictures of the documentation, taken of the invented county: ``EARSHOT_PICTURES=1 ./run test tests/browser/test_pictures.py -n 0``."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest

from tests.browser.conftest import ROOT, Served
from tests.browser.journeys import agree, answer_all, send
from tests.browser.visitors import DESK, PHONE, Visitor

pytestmark = pytest.mark.skipif(os.environ.get("EARSHOT_PICTURES") != "1", reason="set EARSHOT_PICTURES=1 to take them")

Come = Callable[..., Visitor]

FOLDER = ROOT / "docs" / "pictures"
LARGEST = 150_000


def take(somebody: Visitor, name: str) -> None:
    """What somebody sees without scrolling."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    picture = FOLDER / f"{name}.png"
    somebody.page.evaluate("document.activeElement.blur()")
    somebody.page.screenshot(path=picture)
    assert picture.stat().st_size < LARGEST, f"{picture.name} has {picture.stat().st_size} bytes"


def bring_up(somebody: Visitor, selector: str) -> None:
    """Scroll so that something stands near the top."""
    somebody.page.locator(selector).first.evaluate(
        "part => window.scrollTo(0, part.getBoundingClientRect().top + scrollY - 24)"
    )


def test_pictures_of_a_phone(visitor: Come, served: Served) -> None:
    somebody = visitor(size=PHONE, device_scale_factor=2)
    somebody.open(served.links["young_person"])
    take(somebody, "phone-agreement")
    agree(somebody, served.links["young_person"], lambda state: None)
    answer_all(somebody, lambda state: take(somebody, "phone-question") if state == "week, filled" else None)
    send(somebody)
    take(somebody, "phone-done")


def test_pictures_of_a_desk(colleague: Come) -> None:
    officer = colleague("officer", size=DESK)
    take(officer, "desk")
    officer.press("Themes", within=officer.page.locator(".card", has_text="Where I live and who helps me"))
    beside = "article.card:has(.key-figure):has(.quotes)"
    officer.page.locator(beside).first.locator("summary", has_text="Read what some").click()
    bring_up(officer, beside)
    take(officer, "themes")
    officer.open("/metrics")
    take(officer, "measures")


def test_picture_of_a_release(colleague: Come) -> None:
    second = colleague("administrator", size=DESK)
    second.open("/export")
    second.press("Where I live and who helps me", within=second.page.locator(".card", has_text="Waiting"))
    take(second, "release")


def test_picture_of_an_observation(colleague: Come) -> None:
    practitioner = colleague("practitioner", size=DESK)
    practitioner.press("What a child told us", within=practitioner.page.locator(".cards .card").first)
    take(practitioner, "observe")
