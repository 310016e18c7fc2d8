"""Codes at a real browser: an officer brings a frame, has answers coded, decides by keyboard and sees what was decided."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

from tests.browser.visitors import DESK, PHONE, Visitor

FRAME = {
    "id": "county",
    "codes": [
        {
            "id": "home", "name_young_person": "Where I live", "definition": "The home itself, and moving from one to another",
            "examples": ["I like my room", "I moved three times", "it is noisy at night"],
        },
        {
            "id": "people", "name_young_person": "My people", "definition": "Family, friends and workers",
            "examples": ["I miss my sister", "my worker listens", "my friends are here"],
        },
    ],
}  # fmt: skip
PATIENCE_S = 180


def test_an_officer_brings_a_frame_and_decides_on_codes_by_keyboard(colleague: Callable[..., Visitor]) -> None:
    officer = colleague("officer", size=DESK)
    page = officer.page
    officer.open("/review/frames")
    officer.look(PHONE, DESK)
    page.locator("#file").set_input_files(
        {"name": "frame.json", "mimeType": "application/json", "buffer": json.dumps(FRAME).encode()}
    )
    page.locator("form[action='/review/frames/upload'] button").click()
    page.wait_for_url("**/review/frames/*done=added")
    officer.look(PHONE, DESK)

    officer.open("/review")
    officer.press("See the themes", within=page.locator(".card", has_text="Where I live and who helps me"))
    codes = officer.path + "/codes"
    officer.open(codes)
    officer.press("Code the answers")
    ends = time.monotonic() + PATIENCE_S
    while "What people spoke about, by code" not in officer.said:
        assert time.monotonic() < ends, officer.said
        page.wait_for_timeout(1000)
        officer.open(codes)
    officer.look(PHONE, DESK)

    officer.press("Begin")
    first = officer.path
    officer.look(PHONE, DESK)
    box = page.locator("input[type=checkbox]").first
    before = box.is_checked()
    box.focus()
    page.keyboard.press("Space")
    assert box.is_checked() is not before
    page.keyboard.press("Enter")
    page.wait_for_url("**before=*")
    assert officer.path != first

    officer.open(codes)
    officer.press("What you have decided")
    assert page.locator("ol.cards > li").count() == 1
    officer.look(PHONE, DESK)
    officer.press("Take back")
    assert officer.path == first
    assert "Nobody has decided yet" in officer.said
    officer.open(f"{codes}/decided")
    assert "Nothing here" in officer.said
    officer.look(PHONE)
