"""What readers say of the computer's order, what a missing reader does, and the card that says what the machine parts can."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from api import redaction
from api.models import AuditEvent
from api.redaction import Screener
from api.vault.tables import ScreeningCase
from tests.integration.test_command_line import earshot
from tests.integration.test_safeguard import WORDS, claimed, item_of, kinds, send


def cases(deployment: Any) -> list[tuple[str, list[str], str]]:
    with deployment.vault.database.reading() as session:
        rows = session.execute(
            select(col(ScreeningCase.tier), col(ScreeningCase.reasons), col(ScreeningCase.reader_tier))
        )
        return [(row.tier, row.reasons, row.reader_tier) for row in rows]


def test_one_press_says_how_soon_it_should_have_been_read_and_keeps_no_words(
    deployment: Any, staff: Any, a_wave: Any
) -> None:
    lead = staff("safeguarding")
    response_id, address = claimed(deployment, a_wave(), lead, tier="none")
    assert "How soon should it have been read?" in lead.get(address).text
    page = lead.post(f"{address}/judge", {"tier": "red"})
    assert page.status_code == 200
    assert 'aria-pressed="true"' in page.text
    assert cases(deployment) == [("none", [], "red")]
    assert kinds(deployment)[-2:] == ["reading.judged", "original.read"]
    with deployment.vault.database.reading() as session:
        kept = session.execute(select(ScreeningCase)).scalar_one().model_dump()
    assert not {response_id, address.rpartition("/")[2]} & {str(value) for value in kept.values()}
    assert WORDS not in json.dumps(kept)


def test_saying_it_again_corrects_it_also_after_deciding(deployment: Any, staff: Any, a_wave: Any) -> None:
    lead = staff("safeguarding")
    _, address = claimed(deployment, a_wave(), lead)
    lead.post(f"{address}/judge", {"tier": "none"})
    lead.post(f"{address}/decide", {"decision": "no_concern"})
    lead.post(f"{address}/judge", {"tier": "amber"})
    assert cases(deployment) == [("red", ["fear"], "amber")]


def test_only_its_reader_may_say_it(deployment: Any, staff: Any, a_wave: Any) -> None:
    wave = a_wave()
    unread = f"/safeguard/{item_of(deployment, send(deployment, wave)[0])}"
    lead, colleague = staff("safeguarding"), staff("safeguarding")
    _, address = claimed(deployment, wave, lead)
    assert lead.post(f"{unread}/judge", {"tier": "red"}).status_code == 409
    assert colleague.post(f"{address}/judge", {"tier": "red"}).status_code == 409
    assert "How soon should it have been read?" not in colleague.get(address).text
    assert lead.post(f"{address}/judge", {"tier": "purple"}).status_code in (400, 422)
    for role in ("practitioner", "officer", "researcher", "administrator"):
        assert staff(role).post(f"{address}/judge", {"tier": "red"}).status_code == 403
        assert staff(role).get("/safeguard/order").status_code == 403
    assert cases(deployment) == []
    assert "reading.judged" not in kinds(deployment)


def test_what_the_computer_has_not_read_cannot_be_judged(deployment: Any, staff: Any, a_wave: Any) -> None:
    lead = staff("safeguarding")
    _, address = claimed(deployment, a_wave(), lead, tier=None)
    assert "How soon should it have been read?" not in lead.get(address).text
    assert lead.post(f"{address}/judge", {"tier": "red"}).status_code == 409


def test_a_case_outlives_its_text(deployment: Any, staff: Any, a_wave: Any) -> None:
    lead = staff("safeguarding")
    response_id, address = claimed(deployment, a_wave(), lead)
    lead.post(f"{address}/judge", {"tier": "red"})
    lead.post(f"{address}/reopen")
    deployment.vault.erase(response_id)
    assert cases(deployment) == [("red", ["fear"], "red")]


def test_how_often_the_order_was_right_is_told_in_counts_and_in_a_share_only_of_enough(
    deployment: Any, staff: Any, a_wave: Any
) -> None:
    lead, wave = staff("safeguarding"), a_wave()
    assert "Nobody has said so far" in lead.get("/safeguard/order").text
    for said in ("red", "red", "amber"):
        _, address = claimed(deployment, wave, lead)
        lead.post(f"{address}/judge", {"tier": said})
    page = lead.get("/safeguard/order").text
    assert "of 3 texts" in page
    assert "too few for a share" in page
    assert "Could have been read later: 1" in page
    for _ in range(7):
        _, address = claimed(deployment, wave, lead, tier="none")
        lead.post(f"{address}/judge", {"tier": "red"})
    page = lead.get("/safeguard/order").text
    assert "In 20 % of them" in page
    assert "Should have been read sooner: 7" in page


# -- the worker


def test_with_a_missing_reader_texts_are_to_be_read_soon_and_nothing_is_lost(deployment: Any, a_wave: Any) -> None:
    response_id, _ = send(deployment, a_wave(), "we had pizza", tier=None, redaction="pending", redacted_text=None)
    redaction.redact_response(deployment.main, deployment.vault, response_id, Screener(missing=True))
    (item,) = deployment.vault.waiting()
    assert (item.tier, item.reasons, item.screened_by) == ("amber", ["reader_missing"], "rules 5")


def test_what_screened_a_text_is_kept_with_it(deployment: Any, a_wave: Any) -> None:
    class Reader:
        version, amber, red = "reader 9", 0.0, 5.0

        def read(self, texts: Any) -> Any:
            from nlp.screening_reader import Reading

            return [Reading(1.0, "fear") for _ in texts]

    response_id, _ = send(deployment, a_wave(), "we had pizza", tier=None)
    redaction.screen_remark(deployment.vault, response_id, Screener(Reader()))
    (item,) = deployment.vault.waiting()
    assert (item.tier, item.reasons, item.screened_by) == ("amber", ["like_fear"], "rules 5, reader 9")


# -- the card


def test_all_staff_can_read_what_the_computer_can_and_cannot_do(staff: Any, phone: Any) -> None:
    for role in ("practitioner", "officer", "researcher", "safeguarding", "administrator"):
        page = staff(role).get("/models")
        assert page.status_code == 200
        assert "suggested by computer" in page.text
        assert "It may serve worse" in page.text
    assert phone().get("/models").status_code == 401


# -- the command


def test_the_command_counts_on_a_councils_own_labelled_file(tmp_path: Path) -> None:
    rows = [
        {"text": "he hits me", "label": "concern"}, {"text": "this game kills me", "label": "none"},
        {"text": "football", "label": "none", "kind": "ordinary"},
    ]  # fmt: skip
    given = "\n".join(json.dumps(row) for row in rows).encode()
    done = earshot(tmp_path, "text", "screen", "-", "--check", "--rules-alone", given=given)
    found = json.loads(done.stdout)
    assert (found["recall"], found["false_alarms"], found["alerts"]) == (1.0, 0.0, 0.0)
    assert found["tiers"]["concern"]["red"] == 1
    assert found["screened_by"] == "rules 5"


@pytest.mark.parametrize("row", [{"text": "x"}, {"text": "x", "label": "maybe"}])
def test_an_unlabelled_line_is_refused_with_its_number(tmp_path: Path, row: dict[str, str]) -> None:
    done = earshot(tmp_path, "text", "screen", "-", "--check", "--rules-alone", given=json.dumps(row).encode())
    assert done.returncode == 1
    assert b"line 1" in done.stderr


def test_audit_says_both_tiers(deployment: Any, staff: Any, a_wave: Any) -> None:
    lead = staff("safeguarding")
    _, address = claimed(deployment, a_wave(), lead)
    lead.post(f"{address}/judge", {"tier": "green"})
    with deployment.main.reading() as session:
        details = session.execute(
            select(col(AuditEvent.details)).where(col(AuditEvent.kind) == "reading.judged")
        ).scalar_one()
    assert details == {"computer": "red", "reader": "green"}
