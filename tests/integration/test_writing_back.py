"""Writing back to those who answered: who may, what is seen when, and that it tells nothing about anybody."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from api.models import AuditEvent, WaveReply
from tests.people import respond, small_survey

HEARD = "Many of you want to know sooner.\n\nSome want a say in where they live."
TEXTS = {"heard-en": HEARD, "changed-en": "Workers now ring you first.", "cannot-en": "We cannot choose the judge."}


def here(wave: Any) -> str:
    return f"/review/waves/{wave.id}/reply"


def publish(officer: Any, wave: Any, **changes: str) -> Any:
    page = officer.get(here(wave)).text
    revision = re.search(r'name="revision" value="(\d+)"', page)
    assert revision
    fields = {**TEXTS, "checked": "yes", "revision": revision.group(1), "action": "publish"} | changes
    return officer.post(here(wave), {name: value for name, value in fields.items() if value})


def mine(phone: Any, words: str) -> str:
    child = phone()
    child.get("/receipt")
    return str(child.post("/receipt", {"words": words}).text)


@pytest.mark.parametrize("role", ["practitioner", "researcher", "safeguarding", "administrator"])
def test_only_an_officer_writes_back(staff: Any, a_wave: Any, role: str) -> None:
    wave, other = a_wave(), staff(role)
    assert other.get(here(wave)).status_code == 403
    assert other.post(here(wave), TEXTS | {"action": "publish"}).status_code == 403


def test_what_is_published_is_seen_by_its_writers_and_everybody_who_was_asked(
    deployment: Any, staff: Any, phone: Any, a_wave: Any
) -> None:
    wave, child = a_wave(), phone()
    words = respond(child, wave)
    changed = re.search(r'href="(/changed/[^"]+)"', child.page)
    assert changed
    assert "Nobody has written back yet" in child.get(changed.group(1)).text
    assert publish(staff("officer"), wave).status_code == 200
    for page in (mine(phone, words), phone().get(changed.group(1)).text):
        assert all(text in page for text in ("Many of you want", "Workers now ring", "We cannot choose"))
    answer = phone()
    answer.get(f"/s/{wave.token}")
    assert changed.group(1) in answer.page
    taken = phone()
    taken.get("/receipt")
    taken.post("/receipt", {"words": words})
    assert taken.get("/mine/my-answers.json").json()["reply"]["published_on"] == "2026-11-22"
    assert "Workers now ring" in taken.get("/mine/my-answers.html").text


def test_a_closed_link_leads_to_what_changed(staff: Any, phone: Any, a_wave: Any) -> None:
    wave = a_wave(state="closed")
    publish(staff("officer"), wave)
    child = phone()
    answer = child.get(f"/s/{wave.token}")
    assert answer.status_code == 410
    assert f'href="/changed/{wave.id}"' in child.page
    assert 'href="/receipt"' in child.page


def test_a_draft_is_seen_by_nobody_and_taking_back_hides_again(
    deployment: Any, staff: Any, phone: Any, a_wave: Any
) -> None:
    wave, officer = a_wave(), staff("officer")
    publish(officer, wave, action="save", look_again_on="2027-05-31")
    page = phone().get(f"/changed/{wave.id}").text
    assert "Workers now ring" not in page
    assert "You can look again from 31 May 2027" in page
    publish(officer, wave)
    assert "Workers now ring" in phone().get(f"/changed/{wave.id}").text
    publish(officer, wave, action="save")
    assert "Workers now ring" not in phone().get(f"/changed/{wave.id}").text
    with deployment.main.reading() as session:
        kinds = session.execute(
            select(col(AuditEvent.kind)).where(col(AuditEvent.kind).like("reply.%")).order_by(col(AuditEvent.sequence))
        )
        assert kinds.scalars().all() == ["reply.saved", "reply.published", "reply.taken_back"]
        events = session.execute(select(AuditEvent)).scalars()
        assert not any("ring" in str(event.details) for event in events)


def test_a_day_that_is_over_is_not_promised_any_more(deployment: Any, staff: Any, phone: Any, a_wave: Any) -> None:
    wave = a_wave()
    publish(staff("officer"), wave, action="save", look_again_on="2026-11-30")
    deployment.clock.forward(days=8)
    page = phone().get(f"/changed/{wave.id}").text
    assert "30 November" not in page
    assert "We do not know when they will" in page


MISTAKES = {
    "not checked": ({"checked": ""}, "tick that you have checked"),
    "nothing written": ({"heard-en": "", "changed-en": "", "cannot-en": ""}, "Write at least one"),
    "too long": ({"heard-en": "x" * 4_001}, "at most 4,000"),
    "no day": ({"look_again_on": "soon"}, "Write the day as"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_what_cannot_be_published_is_told_at_its_field_and_nothing_is_lost(
    deployment: Any, staff: Any, a_wave: Any, name: str
) -> None:
    changes, told = MISTAKES[name]
    answer = publish(staff("officer"), a_wave(), **changes)
    assert answer.status_code == 422
    assert told in answer.text
    if "changed-en" not in changes:
        assert "Workers now ring you first." in answer.text
    with deployment.main.reading() as session:
        assert session.execute(select(WaveReply)).first() is None


def test_two_officers_do_not_write_over_each_other_unseen(staff: Any, a_wave: Any) -> None:
    wave, first, second = a_wave(), staff("officer"), staff("officer")
    assert publish(first, wave).status_code == 200
    stale = TEXTS | {"checked": "yes", "revision": "0", "action": "publish"}
    assert second.post(here(wave), stale).status_code == 409


def test_each_language_of_the_survey_has_its_own_words_and_the_page_shows_them(
    staff: Any, phone: Any, a_wave: Any
) -> None:
    wave = a_wave(survey=small_survey(languages=("en", "cy")))
    publish(staff("officer"), wave, **{"heard-cy": "Rydych chi eisiau gwybod yn gynt."})
    page = phone().get(f"/changed/{wave.id}?language=cy").text
    assert "Rydych chi eisiau" in page
    assert "Many of you" not in page
    assert "Workers now ring" in page, "what has no translation is shown as it is, marked with its language"


def test_the_public_page_says_nothing_of_who_or_how_many_answered(staff: Any, phone: Any, a_wave: Any) -> None:
    wave = a_wave(label="Oak House 2026")
    page = phone().get(f"/changed/{wave.id}").text
    for _ in range(3):
        respond(phone(), wave)
    assert phone().get(f"/changed/{wave.id}").text == page
    assert "Oak House" not in page


@pytest.mark.parametrize("path", ["/changed/nothing", "/changed/11111111-1111-4111-8111-111111111111"])
def test_an_unknown_page_is_not_there(phone: Any, path: str) -> None:
    assert phone().get(path).status_code == 404


def test_markup_in_a_reply_is_shown_and_not_done(staff: Any, phone: Any, a_wave: Any) -> None:
    wave = a_wave()
    publish(staff("officer"), wave, **{"heard-en": "<script>alert(1)</script>"})
    assert "<script>alert" not in phone().get(f"/changed/{wave.id}").text
