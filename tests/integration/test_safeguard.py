"""The reading queue and the redactions to check: who sees words, when, and that nothing happens by itself."""

from __future__ import annotations

import re
import threading
from typing import Any

from sqlalchemy import insert, select, update
from sqlmodel import col

from api.models import Answer, AuditEvent, Response
from api.models.columns import new_id
from api.vault import WrittenWords

WORDS = "he comes in my room at night"


def send(deployment: Any, wave: Any, text: str = WORDS, *, tier: str | None = "red", **answer: Any) -> tuple[str, str]:
    """Store one response with one text, screened unless ``tier`` is None; its id and its answer's."""
    response_id, answer_id = new_id(), new_id()
    with deployment.main.writing() as session:
        session.execute(
            insert(Response).values(
                id=response_id,
                wave_id=wave.id,
                kind="survey",
                state="submitted",
                language="en",
                day=deployment.clock().date(),
            )
        )
        session.execute(
            insert(Answer).values(
                **{
                    "id": answer_id,
                    "response_id": response_id,
                    "question": "say",
                    "state": "a",
                    "value": None,
                    "voice": "respondent",
                    "redaction": "done",
                    "redacted_text": "[PERSON_1] is kind",
                }
                | answer
            )
        )
    deployment.vault.keep(
        response_id, [WrittenWords("say", "en", text)], unread_in_wave=wave.id, now=deployment.clock()
    )
    if tier is not None:
        deployment.vault.screened(response_id, "say", tier, ["fear"] if tier != "none" else [])
    return response_id, answer_id  # fmt: skip


def item_of(deployment: Any, response_id: str) -> str:
    every = (*deployment.vault.waiting(), *deployment.vault.waiting(decided=True))
    return str(next(item.id for item in every if item.response_id == response_id))


def claimed(deployment: Any, wave: Any, lead: Any, **sent: Any) -> tuple[str, str]:
    """A text that this lead has taken: its response and its page."""
    response_id, _ = send(deployment, wave, **sent)
    address = f"/safeguard/{item_of(deployment, response_id)}"
    assert lead.post(f"{address}/claim").status_code == 200
    return response_id, address


def kinds(deployment: Any) -> list[str]:
    with deployment.main.reading() as session:
        return list(session.execute(select(col(AuditEvent.kind)).order_by(col(AuditEvent.sequence))).scalars())


# -- the queue


def test_nobody_else_gets_near_it(deployment: Any, staff: Any, a_wave: Any, phone: Any) -> None:
    response_id, answer_id = send(deployment, a_wave(), redaction="needs_reading")
    address = f"/safeguard/{item_of(deployment, response_id)}"
    check = f"/safeguard/redactions/{answer_id}"
    for role in ("practitioner", "officer", "researcher", "administrator"):
        other = staff(role)
        seen = [other.get(path) for path in ("/safeguard", "/safeguard/redactions", address, check)]
        steps = [f"{address}/{step}" for step in ("claim", "decide", "reopen")]
        done = [other.post(path) for path in (*steps, f"{check}/accept", f"{check}/leave-out")]
        assert {answer.status_code for answer in (*seen, *done)} == {403}
        assert not any(WORDS in answer.text for answer in seen)
    assert phone().get(address).status_code == 401
    assert kinds(deployment) == []


def test_the_most_urgent_comes_first_and_the_unscreened_before_all(deployment: Any, staff: Any, a_wave: Any) -> None:
    wave = a_wave()
    for tier in ("none", "green", "amber", "red", None):
        send(deployment, wave, tier=tier)
    page = staff("safeguarding").get("/safeguard").text
    shown = re.findall(r"</svg>(Read [^<]*)<", page)
    assert shown == [
        "Read today: not looked at by the computer yet", "Read within the hour", "Read today",
        "Read within two working days", "Read within five working days",
    ]  # fmt: skip
    assert WORDS not in page
    assert "Is afraid of someone, or of a place." in page


def test_the_clock_is_in_words_and_says_overdue(deployment: Any, staff: Any, a_wave: Any) -> None:
    send(deployment, a_wave())
    lead = staff("safeguarding")
    deployment.clock.forward(minutes=20)
    assert "Due in 40 minutes" in lead.get("/safeguard").text
    deployment.clock.forward(hours=4)
    page = lead.get("/safeguard").text
    assert "Overdue by 3 hours" in page
    assert "1 text should have been read" in page


def test_words_are_shown_only_after_claiming_and_each_reading_is_audited(
    deployment: Any, staff: Any, a_wave: Any
) -> None:
    response_id, _ = send(deployment, a_wave())
    lead, colleague = staff("safeguarding"), staff("safeguarding")
    address = f"/safeguard/{item_of(deployment, response_id)}"
    assert WORDS not in lead.get(address).text
    assert kinds(deployment) == []
    assert WORDS in lead.post(f"{address}/claim").text
    assert WORDS in lead.get(address).text
    assert kinds(deployment) == ["reading.claimed", "original.read", "original.read"]
    seen = colleague.get(address)
    assert seen.status_code == 200
    assert WORDS not in seen.text
    assert "has taken this" in seen.text
    assert response_id not in lead.page + seen.text


def test_of_two_leads_who_claim_at_once_one_gets_it(deployment: Any, staff: Any, a_wave: Any) -> None:
    response_id, _ = send(deployment, a_wave())
    address = f"/safeguard/{item_of(deployment, response_id)}"
    leads = [staff("safeguarding") for _ in range(2)]
    statuses: list[int] = []
    start = threading.Barrier(2)

    def press(lead: Any) -> None:
        start.wait()
        statuses.append(lead.post(f"{address}/claim", follow_redirects=False).status_code)

    threads = [threading.Thread(target=press, args=(lead,)) for lead in leads]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [303, 409]
    assert kinds(deployment) == ["reading.claimed"]


def test_pressing_claim_twice_is_the_same_as_once(deployment: Any, staff: Any, a_wave: Any) -> None:
    lead = staff("safeguarding")
    _, address = claimed(deployment, a_wave(), lead)
    assert lead.post(f"{address}/claim").status_code == 200
    assert kinds(deployment).count("reading.claimed") == 1


def test_only_the_reader_decides_and_it_can_be_reopened(deployment: Any, staff: Any, a_wave: Any) -> None:
    lead, colleague = staff("safeguarding"), staff("safeguarding")
    _, address = claimed(deployment, a_wave(), lead)
    decision = {"decision": "passed_to_front_door", "note": "Rang at once, spoke to the duty worker."}
    assert colleague.post(f"{address}/decide", decision).status_code == 409
    assert lead.post(f"{address}/decide", {"decision": "closed by computer", "note": "kept note"}).status_code == 422
    assert "kept note" in lead.page
    assert lead.post(f"{address}/decide", decision).status_code == 200
    page = colleague.get(address).text
    assert "Passed to the front door (MASH)" in page
    assert "duty worker" in page
    assert WORDS not in page
    assert "Passed to the front door" in colleague.get("/safeguard?show=decided").text
    assert lead.post(f"{address}/decide", decision).status_code == 409
    assert colleague.post(f"{address}/reopen").status_code == 200
    assert colleague.post(f"{address}/reopen").status_code == 409
    assert "Nobody has read it yet" in lead.get(address).text
    changes = [kind for kind in kinds(deployment) if kind.startswith("reading.")]
    assert changes == ["reading.claimed", "reading.decided", "reading.reopened"]


def test_the_audit_trail_holds_no_words_and_no_note(deployment: Any, staff: Any, a_wave: Any) -> None:
    lead = staff("safeguarding")
    response_id, address = claimed(deployment, a_wave(), lead)
    lead.post(f"{address}/decide", {"decision": "no_concern", "note": "Oddname is fine"})
    with deployment.main.reading() as session:
        trail = str([event.model_dump() for event in session.execute(select(AuditEvent)).scalars()])
    assert WORDS not in trail
    assert "Oddname" not in trail
    assert response_id not in trail


def test_time_alone_closes_nothing(deployment: Any, staff: Any, a_wave: Any) -> None:
    response_id, _ = send(deployment, a_wave(), tier="none")
    deployment.clock.forward(days=400)
    assert item_of(deployment, response_id) in staff("safeguarding").get("/safeguard").text


def test_words_deleted_meanwhile_are_said_to_be_deleted(deployment: Any, staff: Any, a_wave: Any) -> None:
    wave, lead = a_wave(), staff("safeguarding")
    response_id, address = claimed(deployment, wave, lead)
    unread_id, _ = send(deployment, wave)
    unread = f"/safeguard/{item_of(deployment, unread_id)}"
    deployment.vault.erase(response_id)
    deployment.vault.erase(unread_id)
    page = lead.get(address)
    assert page.status_code == 200
    assert WORDS not in page.text
    assert "deleted it since" in page.text
    assert lead.post(f"{address}/decide", {"decision": "advice_given"}).status_code == 200
    gone = lead.post(f"{unread}/claim")
    assert gone.status_code == 404
    assert "may have deleted" in gone.text


def test_an_observation_says_who_logged_it_and_a_respondent_nothing(deployment: Any, staff: Any, a_wave: Any) -> None:
    wave, lead, worker = a_wave(), staff("safeguarding"), staff("practitioner")
    response_id, address = claimed(deployment, wave, lead)
    assert "Nothing here tells who wrote it" in lead.get(address).text
    pseudonym = "ABCDEFGHJKMNPQRSTVWXYZ23"
    with deployment.main.writing() as session:
        session.execute(
            update(Response)
            .where(col(Response.id) == response_id)
            .values(kind="observation", logged_by=worker.staff_id, case_pseudonym=pseudonym)
        )
    page = lead.get(address).text
    assert "Logged by A practitioner" in page
    assert "ABCDEF" in page
    assert pseudonym not in page


def test_bad_addresses_and_pages_are_designed(deployment: Any, staff: Any, a_wave: Any) -> None:
    lead = staff("safeguarding")
    assert lead.get("/safeguard/not-an-id").status_code == 404
    assert lead.get(f"/safeguard/{new_id()}").status_code == 404
    assert lead.get(f"/safeguard/redactions/{new_id()}").status_code == 404
    assert lead.get("/safeguard?show=everything&page=99999&done=x").status_code == 200
    assert "Nothing to read" in lead.page
    _, address = claimed(deployment, a_wave(), lead)
    assert lead.post(f"{address}/decide", {"decision": "no_concern"}, csrf=None).status_code == 403


# -- redactions


def stored(deployment: Any, answer_id: str) -> tuple[str, str | None]:
    with deployment.main.reading() as session:
        row = session.execute(
            select(col(Answer.redaction), col(Answer.redacted_text)).where(col(Answer.id) == answer_id)
        ).one()
    return row.redaction, row.redacted_text


def test_a_person_accepts_a_text_they_changed(deployment: Any, staff: Any, a_wave: Any) -> None:
    lead = staff("safeguarding")
    _, answer_id = send(deployment, a_wave(), "Oddname is kind", redaction="needs_reading")
    address = f"/safeguard/redactions/{answer_id}"
    assert "Oddname" not in lead.get("/safeguard/redactions").text
    page = lead.get(address).text
    assert "Oddname is kind" in page
    assert "[PERSON_1] is kind" in page
    lead.post(f"{address}/accept", {"stage": "needs_reading", "text": " [PERSON_1] is\r\nvery kind\x00 "})
    assert stored(deployment, answer_id) == ("done", "[PERSON_1] is\nvery kind")
    assert kinds(deployment) == ["original.read", "redaction.reviewed"]
    assert "Nothing to check" in lead.page


def test_what_plainly_identifies_or_is_empty_is_not_accepted(deployment: Any, staff: Any, a_wave: Any) -> None:
    _, answer_id = send(deployment, a_wave(), redaction="failed", redacted_text=None)
    lead = staff("safeguarding")
    for text in (
        "", "   ", "\x00", "mail me at a.b@example.org", "ring 07700 900 123", "@oddname99", "I live at ZZ9 9ZZ",
        "www.x.uk", "x" * 30_001,
    ):  # fmt: skip
        answer = lead.post(f"/safeguard/redactions/{answer_id}/accept", {"stage": "failed", "text": text})
        assert answer.status_code == 422
        assert "error-summary" in answer.text
    assert stored(deployment, answer_id) == ("failed", None)


def test_leaving_out_keeps_the_way_shut_and_can_be_undone(deployment: Any, staff: Any, a_wave: Any) -> None:
    lead = staff("safeguarding")
    _, answer_id = send(deployment, a_wave(), redaction="needs_reading")
    address = f"/safeguard/redactions/{answer_id}"
    lead.post(f"{address}/leave-out", {"stage": "needs_reading"})
    assert stored(deployment, answer_id) == ("failed", "")
    assert answer_id not in lead.get("/safeguard/redactions").text
    assert answer_id in lead.get("/safeguard/redactions?show=left_out").text
    lead.post(f"{address}/accept", {"stage": "left_out", "text": "it is kind here"})
    assert stored(deployment, answer_id) == ("done", "it is kind here")


def test_of_two_people_who_check_the_same_text_the_first_decides(deployment: Any, staff: Any, a_wave: Any) -> None:
    first, second = staff("safeguarding"), staff("safeguarding")
    _, answer_id = send(deployment, a_wave(), redaction="needs_reading")
    address = f"/safeguard/redactions/{answer_id}"
    assert first.post(f"{address}/leave-out", {"stage": "needs_reading"}).status_code == 200
    late = second.post(f"{address}/accept", {"stage": "needs_reading", "text": "something else"})
    assert late.status_code == 409
    assert stored(deployment, answer_id) == ("failed", "")
    assert second.post(f"{address}/accept", {"stage": "done", "text": "something"}).status_code == 422


def test_a_text_that_is_done_or_still_with_the_computer_is_not_offered(
    deployment: Any, staff: Any, a_wave: Any
) -> None:
    wave, lead = a_wave(), staff("safeguarding")
    for redaction in ("done", "pending"):
        _, answer_id = send(deployment, wave, redaction=redaction)
        assert lead.get(f"/safeguard/redactions/{answer_id}").status_code == 409
        for stage in ("needs_reading", "failed", "left_out", "pending"):
            answer = lead.post(f"/safeguard/redactions/{answer_id}/accept", {"stage": stage, "text": "overwritten"})
            assert answer.status_code in (409, 422)
        assert stored(deployment, answer_id) == (redaction, "[PERSON_1] is kind")
