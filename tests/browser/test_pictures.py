"""The pictures of the documentation, taken of the invented county: ``EARSHOT_PICTURES=1 ./run test tests/browser/test_pictures.py -n 0``."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser

from api.demo.county import YOUNG_PEOPLE, surveys
from tests.browser.arguments import ARGUMENTS
from tests.browser.conftest import ROOT, Served
from tests.browser.journeys import agree, answer_all, send
from tests.browser.offline_phone import OfflinePhone, choose
from tests.browser.outages import Server
from tests.browser.visitors import DESK, PHONE, Visitor

pytestmark = pytest.mark.skipif(os.environ.get("EARSHOT_PICTURES") != "1", reason="set EARSHOT_PICTURES=1 to take them")

Come = Callable[..., Visitor]

FOLDER = ROOT / "docs" / "pictures"
LARGEST = 150_000


def take(somebody: Visitor, name: str) -> None:
    """What somebody sees without scrolling, in 256 colours: pages are flat, and whoever reads the pages may be on a phone."""
    somebody.page.evaluate("document.activeElement.blur()")
    keep(somebody.page.screenshot(), name)


def keep(screenshot: bytes, name: str) -> None:
    """Write a picture into the documentation."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    picture = FOLDER / f"{name}.png"
    shot = Image.open(io.BytesIO(screenshot)).convert("RGB")
    shot.quantize(256, dither=Image.Dither.NONE).save(picture, optimize=True)
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


def test_pictures_of_how_a_phone_can_look(visitor: Come, served: Served) -> None:
    somebody = visitor(size=PHONE, device_scale_factor=2)
    agree(somebody, served.links["young_person"], lambda state: None)
    somebody.page.locator(".tools > :first-child").click()
    somebody.page.get_by_role("dialog").wait_for()
    take(somebody, "phone-settings")
    for name, look in (("phone-pictures", "tone:pictures"), ("phone-teen", "tone:teen.colours:dark.accent:berry")):
        somebody.context.add_cookies([{"name": "earshot_look", "value": look, "url": served.base}])
        somebody.open("/q/week")
        take(somebody, name)
    somebody.context.clear_cookies(name="earshot_look")
    somebody.open("/contact")
    take(somebody, "phone-contact")


def test_picture_of_a_phone_without_network(chromium: Browser, tmp_path: Path) -> None:
    server = Server(tmp_path, surveys()[YOUNG_PEOPLE], leave_url="http://127.0.0.1:9/")
    server.start()
    executable = os.environ.get("EARSHOT_CHROMIUM", "/usr/bin/chromium")
    phone = OfflinePhone(chromium.browser_type, executable, list(ARGUMENTS), tmp_path / "profile", server)
    phone.agree()
    server.stop()
    for value in ("good", "foster"):
        choose(phone, value)
    keep(phone.page.screenshot(), "phone-offline")
    phone.close()
    server.close()


def test_pictures_of_a_desk(colleague: Come) -> None:
    officer = colleague("officer", size=DESK)
    take(officer, "desk")
    officer.press("See the themes", within=officer.page.locator(".card", has_text="Where I live and who helps me"))
    beside = "article.card:has(.key-figure):has(.quotes)"
    officer.page.locator(beside).first.locator("summary", has_text="Read what some").click()
    bring_up(officer, beside)
    take(officer, "themes")
    officer.page.get_by_role("spinbutton", name="How many themes?").fill("5")
    officer.press("Show", within=officer.page.locator("#levels"))
    bring_up(officer, "#levels")
    take(officer, "levels")
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


def test_pictures_of_writing_a_survey(colleague: Come, visitor: Come) -> None:
    officer = colleague("officer", size=(1280, 860))
    officer.open("/design/drafts/new")
    card = officer.page.locator(".card", has=officer.page.locator("input[value=my-week-and-my-people]"))
    officer.press("Begin from this", within=card)
    draft = officer.path
    officer.open(f"{draft}?item=worker_listens&language=en-x-easy")
    bring_up(officer, ".designer-list")
    officer.page.frame_locator("iframe.phone").locator("h1").wait_for()
    take(officer, "designer")
    officer.open(f"{draft}/coproduction")
    officer.page.get_by_label("Name of the group").fill("The Thursday group")
    officer.press("Make a link")
    adviser = visitor(size=PHONE, device_scale_factor=2)
    adviser.open(officer.page.locator("a[href*='/advise/']").inner_text())
    adviser.page.get_by_text("My group: The Thursday group").click()
    adviser.press("Start")
    take(adviser, "phone-adviser")
