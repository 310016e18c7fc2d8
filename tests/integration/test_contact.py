"""“I want someone to contact me”: kept sealed and apart, seen by safeguarding alone, never refused without a number."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlmodel import col

from api.models import AuditEvent
from api.vault.tables import ReadingItem
from api.worker import Workshop, sweep
from tests.people import Phone, respond

REACH = "07700 900123 after school, quillwort"
ALL = {
    "reach": REACH, "say": "I miss my brother vetchling", "name": "Sorrel", "ring": "no", "not_to_know": "my aunt burdock",
}  # fmt: skip
WORDS = ("900123", "quillwort", "vetchling", "Sorrel", "burdock")


def ask(child: Phone, **changes: Any) -> Any:
    """Open the page, fill it in and send it."""
    page = child.get("/contact").text
    sheet = re.search(r'name="sheet" value="([^"]+)"', page)
    assert sheet is not None
    return child.post("/contact", {"sheet": sheet[1]} | ALL | changes)


def items(deployment: Any) -> tuple[ReadingItem, ...]:
    return tuple(deployment.vault.waiting())


def taken(deployment: Any, lead: Any) -> str:
    """The page of the only request, claimed by this lead."""
    (item,) = items(deployment)
    assert lead.post(f"/safeguard/{item.id}/claim").status_code == 200
    return f"/safeguard/{item.id}"


def everything(database: Any) -> str:
    """All a database holds, as text."""
    with database.reading() as session:
        names = (
            [row[0] for row in session.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'"))]
            if session.get_bind().dialect.name == "sqlite"
            else [
                row[0] for row in session.execute(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"))
            ]
        )
        rows = [tuple(row) for name in names for row in session.execute(text(f'SELECT * FROM "{name}"'))]
    return "\n".join(repr(bytes(cell) if isinstance(cell, memoryview) else cell) for row in rows for cell in row)


# -- asking


def test_anyone_can_ask_without_an_invitation_and_is_told_what_happens_next(deployment: Any, phone: Any) -> None:
    child = phone()
    answer = ask(child)
    assert answer.url.path == "/contact/sent"
    assert "next working day" in answer.text
    assert "999" in answer.text
    assert not child.client.cookies
    assert not any(word in child.get("/contact").text for word in WORDS)
    (item,) = items(deployment)
    assert (item.asks_contact, item.tier, item.wave_id, item.draft_id) == (True, "amber", None, None)
    assert "contact_asked" in item.reasons


def test_no_word_of_it_stands_readable_in_either_database(deployment: Any, phone: Any, a_wave: Any) -> None:
    wave, child = a_wave(), phone()
    child.agree(wave.token)
    ask(child, answers="yes")
    own = child.client.cookies["earshot"].split(".")[1]
    held = everything(deployment.main) + everything(deployment.vault.database)
    assert not [word for word in WORDS if word in held]
    assert own not in everything(deployment.vault.database), "not even whose it is"
    if deployment.dsns.vault.startswith("sqlite"):
        for file in deployment.folder.glob("*.db*"):
            assert not [word for word in WORDS if word.encode() in file.read_bytes()], file.name


def test_what_sounds_like_danger_is_due_within_the_hour(deployment: Any, phone: Any) -> None:
    ask(phone(), say="my uncle hits me when mum is out")
    (item,) = items(deployment)
    assert item.tier == "red"
    assert (item.due_at - item.received_at).total_seconds() == 3600


def test_pressing_twice_is_one_request(deployment: Any, phone: Any) -> None:
    child = phone()
    page = child.get("/contact").text
    sheet = re.search(r'name="sheet" value="([^"]+)"', page)
    assert sheet is not None
    for _ in range(2):
        child.page = page
        assert child.post("/contact", {"sheet": sheet[1]} | ALL).url.path == "/contact/sent"
    assert len(items(deployment)) == 1


def test_how_to_reach_somebody_is_needed_and_nothing_typed_is_lost(deployment: Any, phone: Any) -> None:
    child = phone()
    answer = ask(child, reach="  ")
    assert answer.status_code == 422
    assert "Problem: " in answer.text
    assert "I miss my brother vetchling" in answer.text
    assert 'href="#reach"' in answer.text
    assert ask(child, say="x" * 4001).status_code == 422
    assert items(deployment) == ()


def test_the_draft_is_where_it_was_and_the_way_back_leads_there(phone: Any, a_wave: Any) -> None:
    wave, child = a_wave(), phone()
    child.agree(wave.token)
    child.answer("settled", "yes")
    assert 'href="/q/homes"' in child.get("/contact").text
    assert 'href="/q/homes"' in ask(child).text
    assert child.get("/q/settled").text.count("checked") == 1


HOSTILE = "<script>alert(1)</script>\u202e123\u2066 \x07\x00 &amp; \ud83d\ude00"


def test_hostile_letters_do_no_harm(deployment: Any, phone: Any, staff: Any) -> None:
    lead = staff("safeguarding")
    hostile = HOSTILE.encode("utf-16", "surrogatepass").decode("utf-16")
    assert ask(phone(), reach=hostile, name=hostile, sheet="no number").url.path == "/contact/sent"
    address = taken(deployment, lead)
    page = lead.get(address).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;123 " in page
    assert not set("\u202e\u2066\x07\x00") & set(page)
    assert phone().client.post("/contact", data={"reach": "x" * 300_000}).status_code == 413


# -- too much


def test_a_flood_is_stopped_but_nobody_is_turned_away_without_a_number(
    make_settings: Any, dsns: Any, tmp_path: Any
) -> None:
    from api.main import create_app
    from tests.conftest import Clock, Deployment

    clock = Clock()
    deployment = Deployment(create_app(make_settings(code_attempts_per_minute=3), clock=clock), clock, dsns, tmp_path)
    child = Phone(deployment.app)
    for _ in range(3):
        assert ask(child).status_code == 200
    refused = ask(child)
    assert refused.status_code == 429
    assert "Please ring one of the numbers below" in refused.text
    assert {"tel:999", "tel:08001111", "tel:01632960001"} <= set(re.findall(r'href="(tel:[^"]+)"', refused.text))
    assert "vetchling" in refused.text, "what was written stays on the page"
    assert len(items(deployment)) == 3


def test_many_phones_cannot_bury_the_queue(deployment: Any, phone: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from api.collect import contacting

    monkeypatch.setattr(contacting, "MOST_UNREAD", 2)
    assert [ask(phone()).status_code for _ in range(3)] == [200, 200, 429]


# -- who reads it


def test_only_safeguarding_sees_it_and_only_after_claiming(deployment: Any, phone: Any, staff: Any) -> None:
    ask(phone())
    (item,) = items(deployment)
    for role in ("practitioner", "officer", "researcher", "administrator"):
        assert staff(role).get(f"/safeguard/{item.id}").status_code == 403
    lead, other = staff("safeguarding"), staff("safeguarding")
    queue = lead.get("/safeguard").text
    assert "Somebody asks to be contacted" in queue
    assert "Read within four hours" in queue
    before = lead.get(f"/safeguard/{item.id}").text
    address = taken(deployment, lead)
    seen = lead.get(address).text
    assert not [word for word in WORDS if word in queue + before + other.get(address).text]
    assert not [word for word in WORDS if word not in seen]
    assert "Do not ring." in seen
    assert "nothing here tells which are theirs" in seen
    with deployment.main.reading() as session:
        trail = session.execute(select(col(AuditEvent.kind), col(AuditEvent.details))).all()
    assert [row.kind for row in trail][:1] == ["reading.claimed"]
    assert "original.read" in [row.kind for row in trail]
    assert not [word for word in WORDS if word in str(trail)]


def test_it_is_decided_reopened_and_never_closes_itself(deployment: Any, phone: Any, staff: Any) -> None:
    ask(phone())
    lead = staff("safeguarding")
    address = taken(deployment, lead)
    assert lead.post(f"{address}/decide", {"decision": "contacted", "note": "rang at four"}).status_code == 200
    assert "Contacted, as they asked" in lead.get("/safeguard?show=decided").text
    assert lead.post(f"{address}/reopen").status_code == 200
    assert len(items(deployment)) == 1


def test_a_text_of_a_survey_cannot_be_decided_as_contacted(
    deployment: Any, phone: Any, staff: Any, a_wave: Any
) -> None:
    respond(phone(), a_wave(), say="there is a lot of homework")
    lead = staff("safeguarding")
    address = taken(deployment, lead)
    assert lead.post(f"{address}/decide", {"decision": "contacted"}).status_code == 422


# -- whose answers they are


@pytest.mark.parametrize("choice", ["", "no"])
def test_without_a_yes_nothing_tells_whose_answers_they_are(
    deployment: Any, phone: Any, staff: Any, a_wave: Any, choice: str
) -> None:
    child, lead = phone(), staff("safeguarding")
    respond(child, a_wave(), say="my own words here")
    ask(child, answers=choice)
    (item,) = [one for one in items(deployment) if one.asks_contact]
    lead.post(f"/safeguard/{item.id}/claim")
    seen = lead.get(f"/safeguard/{item.id}").text
    assert "my own words here" not in seen
    assert "nothing here tells which are theirs" in seen
    assert deployment.vault.contacts.read(item.response_id).response_id is None


def test_with_a_yes_the_answers_are_shown_once_they_are_sent_until_they_are_deleted(
    deployment: Any, phone: Any, staff: Any, a_wave: Any
) -> None:
    child, lead = phone(), staff("safeguarding")
    child.agree(a_wave().token)
    child.answer("settled", "yes")
    assert 'name="answers"' in child.get("/contact").text
    assert "checked" not in child.page, "neither yes nor no is chosen for anybody"
    ask(child, answers="yes")
    address = taken(deployment, lead)
    assert "not sent yet" in lead.get(address).text
    child.answer("homes", "2")
    child.answer("helpers", "carer")
    child.answer("say", "my own words here")
    child.send()
    seen = lead.get(address).text
    assert all(told in seen for told in ("my own words here", "My carer", "Do you feel settled?"))
    words = child.receipt()
    child.get("/receipt")
    child.post("/receipt", {"words": words})
    child.get("/mine/delete")
    child.post("/mine/delete")
    gone = lead.get(address).text
    assert "have been deleted since" in gone
    assert "my own words here" not in gone
    assert "quillwort" in gone, "the request stands for itself"


def test_a_yes_without_answers_on_the_phone_or_from_another_page_binds_nothing(
    deployment: Any, phone: Any, a_wave: Any
) -> None:
    stranger, child = phone(), phone()
    assert 'name="answers"' not in stranger.get("/contact").text
    ask(stranger, answers="yes")
    child.agree(a_wave().token)
    again = child.client.post("/contact", data={"answers": "yes", "csrf": "of another page"} | ALL)
    assert again.status_code == 422
    assert "vetchling" in again.text
    assert [deployment.vault.contacts.read(one.response_id).response_id for one in items(deployment)] == [None]


# -- the end


def test_it_is_deleted_some_time_after_the_decision_and_not_before_one(deployment: Any, phone: Any, staff: Any) -> None:
    ask(phone())
    shop = Workshop(deployment.main, deployment.vault, clock=deployment.clock)
    deployment.clock.forward(days=400)
    sweep(shop)
    lead = staff("safeguarding")
    address = taken(deployment, lead)
    assert "quillwort" in lead.get(address).text
    lead.post(f"{address}/decide", {"decision": "contacted"})
    deployment.clock.forward(days=89)
    sweep(shop)
    (item,) = deployment.vault.waiting(decided=True)
    assert deployment.vault.contacts.read(item.response_id) is not None
    deployment.clock.forward(days=2)
    sweep(shop)
    assert deployment.vault.contacts.read(item.response_id) is None
    lead = staff("safeguarding")
    lead.post(f"{address}/reopen")
    lead.post(f"{address}/claim")
    assert "its time was over" in lead.get(address).text
    with deployment.main.reading() as session:
        kinds = session.execute(select(col(AuditEvent.kind))).scalars().all()
    assert "contacts.expired" in kinds
