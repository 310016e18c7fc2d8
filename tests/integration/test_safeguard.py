"""The reading queue and the redactions to check: who sees words, when, and that nothing happens by itself."""

from __future__ import annotations

import re
import threading
from typing import Any

import pytest
from sqlalchemy import insert, select, update
from sqlmodel import col

from api.models import Answer, AnswerVector, AuditEvent, MaskCheck, Response
from api.models.columns import new_id
from api.vault import Mask, WrittenWords

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
    assert "Oddname" in page
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


# -- masks, one by one


def masked(deployment: Any, wave: Any, text: str, *masks: Mask, **answer: Any) -> tuple[str, str]:
    """A text with the computer's masks, waiting for a person; its answer and its page."""
    safe, end = "", 0
    for mask in masks:
        safe, end = safe + text[end : mask.start] + mask.surrogate, mask.end
    response_id, answer_id = send(
        deployment, wave, text, **{"redaction": "needs_reading", "redacted_text": safe + text[end:]} | answer
    )
    deployment.vault.keep_masks(response_id, "say", masks)
    return answer_id, f"/safeguard/redactions/{answer_id}"


ODDNAME = Mask(4, 11, "PERSON", 0.95, "name", "[PERSON_1]")
BRORT = Mask(16, 21, "UNKNOWN_NAME", 0.3, "name", "[UNKNOWN_NAME_1]")
SAID = "and Oddname has brort Elfine Park cake"


def test_a_person_accepts_all_masks_with_one_press(deployment: Any, staff: Any, a_wave: Any) -> None:
    lead = staff("safeguarding")
    answer_id, address = masked(deployment, a_wave(), SAID, ODDNAME, BRORT)
    page = lead.get(address).text
    assert page.count(" checked") == 2
    assert "1 is left" in page
    answer = lead.post(f"{address}/masks", {"stage": "needs_reading", "hide": ["4-11", "16-21"], "kind": "PERSON"})
    assert "Nothing to check" in answer.text
    assert stored(deployment, answer_id) == ("done", "and [PERSON_1] has [UNKNOWN_NAME_1] Elfine Park cake")


def test_a_person_removes_one_mask_and_adds_another_and_only_counts_are_kept(
    deployment: Any, staff: Any, a_wave: Any
) -> None:
    lead = staff("safeguarding")
    answer_id, address = masked(deployment, a_wave(), SAID, ODDNAME, BRORT)
    form = {"stage": "needs_reading", "hide": ["4-11", "22-28", "29-33"], "kind": "LOCATION"}
    lead.post(f"{address}/masks", form)
    assert stored(deployment, answer_id) == ("done", "and [PERSON_1] has brort [LOCATION_1] cake")
    with deployment.main.reading() as session:
        cases = {
            (case.kind, case.layer, case.sureness, case.outcome)
            for case in session.execute(select(MaskCheck)).scalars()
        }
        [event] = session.execute(select(AuditEvent).where(col(AuditEvent.kind) == "redaction.reviewed")).scalars()
    assert cases == {
        ("PERSON", "name", 95, "kept"),
        ("UNKNOWN_NAME", "name", 30, "removed"),
        ("LOCATION", "person", 0, "added"),
    }
    assert event.details == {"outcome": "accepted", "kept": 1, "removed": 1, "added": 1}
    page = lead.get("/safeguard/redactions/how-well").text
    assert "too few" in page
    assert "Oddname" not in page


def test_of_two_looks_at_one_text_the_masks_are_counted_once(deployment: Any, staff: Any, a_wave: Any) -> None:
    lead = staff("safeguarding")
    _answer_id, address = masked(deployment, a_wave(), SAID, ODDNAME, BRORT)
    for hide in (["4-11", "16-21"], ["4-11"]):
        lead.post(f"{address}/masks", {"stage": "needs_reading", "hide": hide, "kind": "PERSON"})
        lead.post(f"{address}/take-back")
    with deployment.main.reading() as session:
        outcomes = [case.outcome for case in session.execute(select(MaskCheck)).scalars()]
    assert outcomes == ["kept", "kept"]


def test_a_text_masked_before_masks_were_kept_can_be_checked_word_by_word(
    deployment: Any, staff: Any, a_wave: Any
) -> None:
    lead = staff("safeguarding")
    answer_id, address = masked(deployment, a_wave(), SAID)
    with deployment.main.writing() as session:
        session.execute(
            update(Answer)
            .where(col(Answer.id) == answer_id)
            .values(redacted_text="and [PERSON_1] has brort [LOCATION_1] cake")
        )
    assert lead.get(address).text.count(" checked") == 2
    lead.post(f"{address}/masks", {"stage": "needs_reading", "hide": ["4-11", "22-33"], "kind": "PERSON"})
    assert stored(deployment, answer_id) == ("done", "and [PERSON_1] has brort [LOCATION_1] cake")


def test_the_next_text_follows_and_the_last_can_be_undone(deployment: Any, staff: Any, a_wave: Any) -> None:
    lead, wave = staff("safeguarding"), a_wave()
    pages = dict(masked(deployment, wave, SAID, ODDNAME) for _ in range(2))
    first, second = sorted(pages)
    answer = lead.post(f"{pages[first]}/masks", {"stage": "needs_reading", "hide": ["4-11"]})
    assert pages[second] in answer.text
    lead.post(f"{pages[first]}/take-back")
    assert stored(deployment, first)[0] == "needs_reading"
    assert pages[first] in lead.get("/safeguard/redactions").text


@pytest.mark.parametrize(
    "form",
    [
        {"hide": ["0-2"]}, {"hide": ["4-11", "x"]}, {"hide": ["-1-5"]}, {"hide": ["4-9999999999"]},
        {"hide": ["4-11"], "kind": "<b>"}, {"hide": ["4-11"], "stage": "done"},
    ],
)  # fmt: skip
def test_choices_that_are_none_of_the_pages_change_nothing(deployment: Any, staff: Any, a_wave: Any, form: Any) -> None:
    answer_id, address = masked(deployment, a_wave(), SAID, ODDNAME)
    before = stored(deployment, answer_id)
    assert staff("safeguarding").post(f"{address}/masks", {"stage": "needs_reading"} | form).status_code == 422
    assert stored(deployment, answer_id) == before


def test_of_two_people_who_choose_masks_the_first_decides(deployment: Any, staff: Any, a_wave: Any) -> None:
    first, second = staff("safeguarding"), staff("safeguarding")
    answer_id, address = masked(deployment, a_wave(), SAID, ODDNAME)
    first.post(f"{address}/masks", {"stage": "needs_reading", "hide": ["4-11"]})
    assert second.post(f"{address}/masks", {"stage": "needs_reading", "hide": []}).status_code == 409
    assert "Oddname" not in (stored(deployment, answer_id)[1] or "")


def test_an_identifier_left_to_see_is_not_accepted_and_the_choice_stays(
    deployment: Any, staff: Any, a_wave: Any
) -> None:
    ring = Mask(5, 17, "PHONE", 0.95, "shape", "[PHONE_1]")
    answer_id, address = masked(deployment, a_wave(), "ring 07700 900123 ok", ring)
    answer = staff("safeguarding").post(f"{address}/masks", {"stage": "needs_reading", "hide": ["18-20"]})
    assert answer.status_code == 422
    assert 'value="18-20" checked' in answer.text
    assert stored(deployment, answer_id)[0] == "needs_reading"


def test_without_masks_to_start_from_no_word_is_offered_unhidden(deployment: Any, staff: Any, a_wave: Any) -> None:
    lead, wave = staff("safeguarding"), a_wave()
    for answer in ({"redacted_text": "[PERSON_1] is very kind"}, {"redaction": "failed", "redacted_text": None}):
        _, answer_id = send(deployment, wave, "Oddname is kind", **{"redaction": "needs_reading"} | answer)
        page = lead.get(f"/safeguard/redactions/{answer_id}").text
        assert 'name="hide"' not in page
        sent = {"stage": "needs_reading", "hide": []}
        assert lead.post(f"/safeguard/redactions/{answer_id}/masks", sent).status_code == 422


def test_a_text_in_use_can_be_found_and_taken_back(deployment: Any, staff: Any, a_wave: Any) -> None:
    lead, wave = staff("safeguarding"), a_wave()
    _, answer_id = send(deployment, wave, "Oddname has a 100% cake", redacted_text="Oddname has a 100% cake")
    with deployment.main.writing() as session:
        session.execute(insert(AnswerVector).values(answer_id=answer_id, embedder="x", vector=b"1"))
    find = "/safeguard/redactions/used"
    assert "No text in use" in lead.post(find, {"words": "%%%"}).text
    assert "No text in use" in lead.post(find, {"words": "od"}).text
    assert "Oddname has" in lead.post(find, {"words": "ODDNAME  has a 100%"}).text
    assert lead.post(f"/safeguard/redactions/{answer_id}/take-back").status_code == 200
    assert stored(deployment, answer_id)[0] == "needs_reading"
    with deployment.main.reading() as session:
        assert session.execute(select(AnswerVector)).first() is None
    assert lead.post(f"/safeguard/redactions/{answer_id}/take-back").status_code == 409
    assert "No text in use" in lead.post(find, {"words": "Oddname"}).text


def test_only_who_may_check_redactions_sees_these_pages(deployment: Any, staff: Any, a_wave: Any) -> None:
    answer_id, address = masked(deployment, a_wave(), SAID, ODDNAME)
    officer = staff("officer")
    for path in ("/safeguard/redactions/how-well", "/safeguard/redactions/used"):
        assert officer.get(path).status_code == 403
    for path in (f"{address}/masks", f"{address}/take-back", "/safeguard/redactions/used"):
        assert officer.post(path, {"stage": "needs_reading", "hide": []}).status_code == 403
    assert stored(deployment, answer_id)[0] == "needs_reading"
