"""Releases: who may ask, who decides, what is in the file, and what can never be."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
import zipfile
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from api import intake
from api.export import service
from api.models import (
    AdviserLink,
    AdviserRemark,
    AgreementEvent,
    Answer,
    AuditEvent,
    Release,
    ReleaseMember,
    Response,
    Staff,
    SurveyDraft,
)
from api.models.columns import new_id
from survey_engine.codebook import DECLINED, NOT_ASKED, SKIPPED, WITHHELD
from survey_engine.consent import Purpose
from survey_engine.coproduction import refused, reworded, wording_hash
from survey_engine.definition import EarlierWording, Provenance, Question, Survey, content_hash
from survey_engine.editing import Edited, Replace, edit
from survey_engine.scales import Licence, Scale, ScaleItem
from tests.people import open_pairs, small_survey

PURPOSE = "How settled young people feel, for the yearly report."


@dataclass
class Somebody:
    """What one respondent sent."""

    research: bool = True
    settled: str = "yes"
    say: str | None = None
    redaction: str = "done"
    homes: int = 2
    case: str | None = None
    """The child's pseudonym, where a practitioner logged this."""
    mode: str = "web"
    helped_by: str | None = None


def send(deployment: Any, wave: Any, *people: Somebody) -> list[str]:
    """Store finished responses as intake and the worker leave them; their ids."""
    ids = []
    responses, events, answers = [], [], []
    for person in people:
        response_id = new_id()
        ids.append(response_id)
        responses.append(
            {
                "id": response_id,
                "wave_id": wave.id,
                "kind": "observation" if person.case else "survey",
                "state": "submitted",
                "language": "en",
                "day": deployment.clock().date(),
                "case_pseudonym": person.case,
                "mode": person.mode,
                "helped_by": person.helped_by,
                "help_reads": person.helped_by == "worker" if person.helped_by else None,
                "help_writes": False if person.helped_by else None,
            }
        )
        for purpose in Purpose:
            yes = purpose is Purpose.TAKE_PART or (purpose is Purpose.RESEARCH and person.research)
            events.append(
                {
                    "id": new_id(),
                    "response_id": response_id,
                    "purpose": purpose.value,
                    "sequence": 1,
                    "decision": "agreed" if yes else "declined",
                    "day": deployment.clock().date(),
                    "notice_version": "1",
                    "notice_hash": "n",
                    "language": "en",
                    "told_by": "self",
                }
            )
        given: dict[str, Any] = {"settled": person.settled, "homes": person.homes, "helpers": ["carer"]}
        answers += [
            {
                "id": new_id(),
                "response_id": response_id,
                "question": name,
                "state": "a",
                "value": value,
                "voice": "respondent",
                "redaction": "not_text",
                "redacted_text": None,
            }
            for name, value in given.items()
        ]
        answers.append(
            {
                "id": new_id(),
                "response_id": response_id,
                "question": "say",
                "state": "s" if person.say is None else "a",
                "value": None,
                "voice": "respondent",
                "redaction": "not_text" if person.say is None else person.redaction,
                "redacted_text": person.say,
            }
        )
    with deployment.main.writing() as session:
        for table, rows in ((Response, responses), (AgreementEvent, events), (Answer, answers)):
            session.execute(insert(table), rows)
    return ids  # fmt: skip


def ask(researcher: Any, wave: Any, **fields: str) -> str:
    """Ask for a wave; the address of the request."""
    answer = researcher.post("/export/request", {"wave": wave.id, "purpose": PURPOSE, **fields}, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"]).partition("?")[0]


def released(staff: Any, researcher: Any, wave: Any, **fields: str) -> str:
    """Ask, and have it released by a second person."""
    address = ask(researcher, wave, **fields)
    answer = staff("officer").post(f"{address}/decide", {"decision": "release", "note": "Looked at every column."})
    assert answer.status_code == 200, answer.text
    return address


def files(answer: Any) -> dict[str, bytes]:
    assert answer.status_code == 200, answer.text
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rows(answer: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(files(answer)["data.csv"].decode(), newline="")))


def kinds(deployment: Any) -> list[str]:
    with deployment.main.reading() as session:
        return list(session.execute(select(col(AuditEvent.kind)).order_by(col(AuditEvent.sequence))).scalars())


# -- who may


def test_other_roles_cannot_see_ask_decide_or_download(staff: Any, a_wave: Any, deployment: Any) -> None:
    wave = a_wave()
    send(deployment, wave, *[Somebody()] * 12)
    address = released(staff, staff("researcher"), wave)
    for role in ("practitioner", "safeguarding"):
        other = staff(role)
        asked = other.post("/export/request", {"wave": wave.id, "purpose": PURPOSE})
        changed = [other.post(f"{address}/{step}", {"decision": "release"}) for step in ("decide", "end")]
        seen = [other.get(path) for path in ("/export", address, f"{address}/file")]
        assert {answer.status_code for answer in (asked, *changed, *seen)} == {403}


def test_nobody_gets_in_without_signing_in(deployment: Any, phone: Any) -> None:
    assert phone().get("/export").status_code == 401


def test_the_whole_way_is_audited(staff: Any, a_wave: Any, deployment: Any) -> None:
    wave, researcher = a_wave(), staff("researcher")
    send(deployment, wave, *[Somebody()] * 12)
    address = ask(researcher, wave)
    staff("officer").post(f"{address}/decide", {"decision": "release"})
    researcher.get(f"{address}/file")
    staff("administrator").post(f"{address}/end")
    assert kinds(deployment) == ["release.requested", "release.released", "release.downloaded", "release.ended"]
    assert researcher.get(f"{address}/file").status_code == 409


def test_a_researcher_neither_decides_nor_sees_another_ones_request(staff: Any, a_wave: Any, deployment: Any) -> None:
    wave, researcher, other = a_wave(), staff("researcher"), staff("researcher")
    send(deployment, wave, *[Somebody()] * 12)
    address = released(staff, researcher, wave)
    assert other.get(address).status_code == 404
    assert other.get(f"{address}/file").status_code == 404
    assert PURPOSE not in other.get("/export").text
    assert researcher.post(f"{address}/decide", {"decision": "release"}).status_code == 403


def test_deciders_cannot_download(staff: Any, a_wave: Any, deployment: Any) -> None:
    wave = a_wave()
    send(deployment, wave, *[Somebody()] * 12)
    address = released(staff, staff("researcher"), wave)
    assert {staff(role).get(f"{address}/file").status_code for role in ("officer", "administrator")} == {403}


def test_who_asked_cannot_decide_even_after_changing_role(staff: Any, a_wave: Any, deployment: Any) -> None:
    wave, person = a_wave(), staff("researcher")
    send(deployment, wave, *[Somebody()] * 12)
    address = ask(person, wave)
    with deployment.main.writing() as session:
        session.execute(update(Staff).where(col(Staff.id) == person.staff_id).values(role="officer"))
    answer = person.post(f"{address}/decide", {"decision": "release"})
    assert answer.status_code == 403
    assert "second person" in answer.text
    assert "release.released" not in kinds(deployment)


def test_the_database_itself_refuses_one_person_in_both_roles(staff: Any, a_wave: Any, deployment: Any) -> None:
    wave, person = a_wave(), staff("researcher")
    send(deployment, wave, *[Somebody()] * 12)
    ask(person, wave)
    with pytest.raises(IntegrityError), deployment.main.writing() as session:
        session.execute(update(Release).values(state="released", decided_by=person.staff_id))


def test_a_decision_is_made_once(staff: Any, a_wave: Any, deployment: Any) -> None:
    wave = a_wave()
    send(deployment, wave, *[Somebody()] * 12)
    address = ask(staff("researcher"), wave)
    first, second = staff("officer"), staff("administrator")
    assert first.post(f"{address}/decide", {"decision": "refuse", "note": "Seen."}).status_code == 200
    assert second.post(f"{address}/decide", {"decision": "release", "note": "Seen."}).status_code == 409


def test_what_is_not_released_cannot_be_downloaded(staff: Any, a_wave: Any, deployment: Any) -> None:
    wave, researcher = a_wave(), staff("researcher")
    send(deployment, wave, *[Somebody()] * 12)
    address = ask(researcher, wave)
    before = researcher.get(f"{address}/file")
    staff("officer").post(f"{address}/decide", {"decision": "refuse", "note": "Not needed for that."})
    after = researcher.get(f"{address}/file")
    assert before.status_code == after.status_code == 409
    assert after.headers["content-type"].startswith("text/html")
    assert "Not needed for that." in researcher.get(address).text
    assert "release.downloaded" not in kinds(deployment)


# -- what is asked for


def test_a_request_that_lacks_something_comes_back_filled_in(staff: Any, a_wave: Any, deployment: Any) -> None:
    wave, researcher = a_wave(), staff("researcher")
    send(deployment, wave, *[Somebody()] * 12)
    for fields, said in (
        ({"purpose": "Report"}, "at least 20 letters"),
        ({"wave": "no wave"}, "Choose one of the waves"),
        ({"wave": "00000000-0000-4000-8000-000000000000"}, "Choose one of the waves"),
    ):
        answer = researcher.post("/export/request", {"wave": wave.id, "purpose": PURPOSE, **fields})
        assert answer.status_code == 422
        assert said in answer.text
        assert fields.get("purpose", PURPOSE) in answer.text
    assert kinds(deployment) == []


def test_a_form_from_elsewhere_is_refused(staff: Any, a_wave: Any) -> None:
    answer = staff("researcher").post("/export/request", {"wave": a_wave().id, "purpose": PURPOSE}, csrf=None)
    assert answer.status_code == 403


def test_nine_people_are_too_few_to_ask_for(staff: Any, a_wave: Any, deployment: Any) -> None:
    wave = a_wave()
    send(deployment, wave, *[Somebody()] * 9, *[Somebody(research=False)] * 30)
    answer = staff("researcher").post("/export/request", {"wave": wave.id, "purpose": PURPOSE})
    assert answer.status_code == 422
    assert "Too few people" in answer.text


@pytest.mark.parametrize("children", [1, 9])
def test_ten_observations_of_few_children_are_too_few_people_to_ask_for(
    staff: Any, a_wave: Any, deployment: Any, children: int
) -> None:
    wave = a_wave()
    send(deployment, wave, *[Somebody(case=f"c-{number % children}") for number in range(30)])
    answer = staff("researcher").post("/export/request", {"wave": wave.id, "purpose": PURPOSE})
    assert answer.status_code == 422
    assert "Too few people" in answer.text
    assert kinds(deployment) == []


def test_the_manifest_the_page_and_the_column_checks_count_people_not_observations(
    staff: Any, a_wave: Any, deployment: Any
) -> None:
    wave, researcher = a_wave(), staff("researcher")
    send(
        deployment, wave,
        *[Somebody(case=f"c-{number % 12}") for number in range(24)],
        *[Somebody(case="c-1", homes=17)] * 11,  # eleven times, one child
        *[Somebody(case="c-2", research=False)] * 15,  # of somebody who is in it with other observations
    )  # fmt: skip
    address = ask(researcher, wave)
    page = staff("officer").get(address).text
    assert "<code>homes</code>" in page.partition("Look at it")[2].partition("</ul>")[0]
    assert staff("officer").post(f"{address}/decide", {"decision": "release"}).status_code == 422
    staff("officer").post(f"{address}/decide", {"decision": "release", "note": "Looked at it."})
    told = json.loads(files(researcher.get(f"{address}/file"))["manifest.json"])
    assert (told["people"], told["rows"]) == (12, 35)
    assert told["columns_to_handle_with_care"] == ["homes"]
    assert told["left_out"]["did not agree to research"] == 0


def test_a_release_that_lost_people_but_kept_ten_observations_is_not_handed_out(
    staff: Any, a_wave: Any, deployment: Any
) -> None:
    wave, researcher = a_wave(), staff("researcher")
    ids = send(deployment, wave, *[Somebody(case=f"c-{number}") for number in range(10)], *[Somebody(case="c-1")] * 9)
    address = released(staff, researcher, wave)
    with deployment.main.writing() as session:
        intake.withdraw(session, deployment.vault, ids[0], today=deployment.clock().date(), now=deployment.clock())
    assert researcher.get(f"{address}/file").status_code == 422


# -- releases beside each other


@pytest.mark.parametrize("ended", [False, True])
def test_a_newcomer_cannot_be_had_by_subtracting_two_releases(
    staff: Any, a_wave: Any, deployment: Any, ended: bool
) -> None:
    wave = a_wave()
    send(deployment, wave, *[Somebody()] * 12)
    address = released(staff, staff("researcher"), wave)
    if ended:
        staff("officer").post(f"{address}/end")
    for newcomers in (1, 8):  # one more, nine more
        send(deployment, wave, *[Somebody(homes=17)] * newcomers)
        answer = staff("researcher").post("/export/request", {"wave": wave.id, "purpose": PURPOSE})
        assert answer.status_code == 422
        assert "Almost the same people" in answer.text
        assert "at least 10 more" in answer.text  # the same each time: not how many are missing
    send(deployment, wave, Somebody())
    released(staff, staff("researcher"), wave)


def test_ten_new_observations_of_one_child_are_one_newcomer(staff: Any, a_wave: Any, deployment: Any) -> None:
    wave, researcher = a_wave(), staff("researcher")
    send(deployment, wave, *[Somebody(case=f"c-{number}") for number in range(12)])
    released(staff, researcher, wave)
    send(deployment, wave, *[Somebody(case="c-1")] * 10)
    assert researcher.post("/export/request", {"wave": wave.id, "purpose": PURPOSE}).status_code == 422


@pytest.mark.parametrize("larger_first", [False, True])
def test_of_two_requests_almost_alike_only_one_is_released(
    staff: Any, a_wave: Any, deployment: Any, larger_first: bool
) -> None:
    wave, officer = a_wave(), staff("officer")
    send(deployment, wave, *[Somebody()] * 12)
    smaller = ask(staff("researcher"), wave)
    send(deployment, wave, Somebody(homes=17))
    larger = ask(staff("researcher"), wave)
    first, second = (larger, smaller) if larger_first else (smaller, larger)
    form = {"decision": "release", "note": "Looked at every column."}
    assert officer.post(f"{first}/decide", form).status_code == 200
    answer = officer.post(f"{second}/decide", form)
    assert answer.status_code == 422
    assert "Almost the same people" in answer.text
    assert officer.post(f"{second}/decide", {"decision": "refuse", "note": "Too alike."}).status_code == 200


def test_one_person_cannot_wait_for_two_requests_almost_alike_and_a_refused_one_is_no_hindrance(
    staff: Any, a_wave: Any, deployment: Any
) -> None:
    wave, researcher = a_wave(), staff("researcher")
    send(deployment, wave, *[Somebody()] * 12)
    address = ask(researcher, wave)
    send(deployment, wave, Somebody())
    assert researcher.post("/export/request", {"wave": wave.id, "purpose": PURPOSE}).status_code == 422
    staff("officer").post(f"{address}/decide", {"decision": "refuse", "note": "More came meanwhile."})
    ask(researcher, wave)


def test_after_a_withdrawal_the_rest_can_be_downloaded_and_asked_for_again(
    staff: Any, a_wave: Any, deployment: Any
) -> None:
    wave, researcher = a_wave(), staff("researcher")
    ids = send(deployment, wave, *[Somebody()] * 13)
    first = released(staff, researcher, wave)
    with deployment.main.writing() as session:
        intake.withdraw(session, deployment.vault, ids[0], today=deployment.clock().date(), now=deployment.clock())
    second = released(staff, researcher, wave)
    assert [len(rows(researcher.get(f"{address}/file"))) for address in (first, second)] == [12, 12]


def test_a_refusal_and_a_release_with_small_categories_need_a_reason(staff: Any, a_wave: Any, deployment: Any) -> None:
    wave = a_wave()
    send(deployment, wave, *[Somebody()] * 12, Somebody(homes=17))
    address = ask(staff("researcher"), wave)
    officer = staff("officer")
    for decision in ("refuse", "release", ""):
        assert officer.post(f"{address}/decide", {"decision": decision}).status_code == 422
    assert officer.post(f"{address}/decide", {"decision": "release", "note": "Thought about it."}).status_code == 200


def test_the_second_person_is_told_which_columns_to_look_at_but_not_how_few(
    staff: Any, a_wave: Any, deployment: Any
) -> None:
    wave = a_wave()
    send(deployment, wave, *[Somebody()] * 23, *[Somebody(homes=17)] * 3)
    address = ask(staff("researcher"), wave)
    page = staff("officer").get(address).text
    to_look_at = page.partition("Look at it")[2].partition("</ul>")[0]
    assert "<code>homes</code>" in to_look_at
    assert "<code>settled</code>" not in to_look_at
    assert ">3<" not in page
    assert ">17<" not in page


# -- what is in the file


def test_the_file_holds_exactly_those_who_agreed_and_codes_what_is_missing(
    staff: Any, a_wave: Any, deployment: Any
) -> None:
    wave, researcher = a_wave(), staff("researcher")
    send(deployment, wave, *[Somebody(homes=3)] * 12, *[Somebody(research=False, homes=8)] * 12)
    got = rows(researcher.get(released(staff, researcher, wave) + "/file"))
    assert len(got) == 12
    assert {row["homes"] for row in got} == {"3"}
    assert list(got[0]) == [
        "export_id", "settled", "why_not", "homes", "helpers__carer", "helpers__friend", "say", "mode", "permission",
    ]  # fmt: skip
    assert {(row["why_not"], row["say"], row["helpers__friend"]) for row in got} == {(NOT_ASKED, SKIPPED, "0")}


def test_how_answers_were_collected_is_in_the_file_and_looked_at_like_other_columns(
    staff: Any, a_wave: Any, deployment: Any
) -> None:
    wave, researcher = a_wave(survey=small_survey(asks_who_helps=True)), staff("researcher")
    several = [Somebody(helped_by="alone")] * 12 + [Somebody(mode="kiosk")] * 12
    send(deployment, wave, *several, *[Somebody(mode="paper", helped_by="worker")] * 3, Somebody(helped_by="declined"))
    address = released(staff, researcher, wave, note="Mode and helper are needed, and no other column joins to them.")
    got = rows(researcher.get(f"{address}/file"))
    seen = {(r["mode"], r["helped_by"], r["helped_by__reads"], r["helped_by__writes"]) for r in got}
    assert seen == {
        ("web", "alone", NOT_ASKED, NOT_ASKED), ("kiosk", SKIPPED, SKIPPED, SKIPPED), ("paper", "worker", "1", "0"),
        ("web", DECLINED, DECLINED, DECLINED),
    }  # fmt: skip
    told = files(researcher.get(f"{address}/file"))
    assert b"paper = on paper, typed in by staff" in told["codebook.csv"]
    careful = json.loads(told["manifest.json"])["columns_to_handle_with_care"]
    assert {"mode", "helped_by"} <= set(careful), "three on paper with a worker are fewer than the threshold"


def test_whether_permission_was_needed_is_one_column_that_points_to_nobody(
    staff: Any, a_wave: Any, deployment: Any
) -> None:
    wave, researcher = a_wave(), staff("researcher")
    open_pairs(deployment, wave.id, 1)
    send(deployment, wave, *[Somebody()] * 12)
    answer = researcher.get(released(staff, researcher, wave) + "/file")
    assert {row["permission"] for row in rows(answer)} == {"given"}
    assert b"special_guardian" not in b"".join(files(answer).values()), "as what an adult said it is in no file"


def test_words_are_only_in_it_where_asked_for(staff: Any, a_wave: Any, deployment: Any) -> None:
    wave, researcher = a_wave(), staff("researcher")
    send(deployment, wave, *[Somebody(say="I like [PERSON_1] best")] * 12)
    without, with_texts = (released(staff, researcher, wave, **more) for more in ({}, {"texts": "yes"}))
    assert {row["say"] for row in rows(researcher.get(without + "/file"))} == {WITHHELD}
    assert {row["say"] for row in rows(researcher.get(with_texts + "/file"))} == {"I like [PERSON_1] best"}


def test_a_text_not_yet_made_safe_is_in_no_file(staff: Any, a_wave: Any, deployment: Any) -> None:
    wave, researcher = a_wave(), staff("researcher")
    unsafe = [Somebody(say="Oddname of Elm House", redaction=state) for state in ("pending", "needs_reading", "failed")]
    send(deployment, wave, *[Somebody()] * 12, *unsafe)
    got = files(researcher.get(released(staff, researcher, wave, texts="yes") + "/file"))
    assert not any(b"Oddname" in data for data in got.values())
    assert got["data.csv"].count(b",-6,web,not_needed\r\n") == 3
    assert json.loads(got["manifest.json"])["texts"]["people_with_texts_not_yet_made_safe"] == "c"


def test_no_text_is_run_by_a_spreadsheet_or_taken_for_a_code(staff: Any, a_wave: Any, deployment: Any) -> None:
    wave, researcher = a_wave(), staff("researcher")
    texts = ["=HYPERLINK(1)", "+44", "-9", "@x", "\tx", "＝1+1"]
    send(deployment, wave, *[Somebody(homes=-3)] * 11, *[Somebody(say=text) for text in texts])
    got = rows(researcher.get(released(staff, researcher, wave, texts="yes") + "/file"))
    assert sorted(row["say"] for row in got) == sorted([*(f"'{text}" for text in texts), *[SKIPPED] * 11])
    assert {row["homes"] for row in got} == {"-3", "2"}


def test_a_withdrawn_response_is_gone_from_the_next_download(staff: Any, a_wave: Any, deployment: Any) -> None:
    wave, researcher = a_wave(), staff("researcher")
    ids = send(deployment, wave, *[Somebody()] * 12, Somebody(say="Only I say this"))
    address = released(staff, researcher, wave, texts="yes")
    before = {row["export_id"] for row in rows(researcher.get(f"{address}/file"))}
    with deployment.main.writing() as session:
        assert intake.withdraw(
            session, deployment.vault, ids[-1], today=deployment.clock().date(), now=deployment.clock()
        )
    answer = researcher.get(f"{address}/file")
    after = {row["export_id"] for row in rows(answer)}
    assert after < before
    assert len(before - after) == 1
    assert b"Only I say this" not in b"".join(files(answer).values())


def test_taking_back_agreement_to_research_takes_the_answers_out(staff: Any, a_wave: Any, deployment: Any) -> None:
    wave, researcher = a_wave(), staff("researcher")
    ids = send(deployment, wave, *[Somebody()] * 12)
    address = released(staff, researcher, wave)
    with deployment.main.writing() as session:
        session.execute(
            insert(AgreementEvent).values(
                id=new_id(), response_id=ids[0], purpose="research", sequence=2, decision="withdrawn",
                day=deployment.clock().date(), notice_version="1", notice_hash="n", language="en", told_by="self",
            )
        )  # fmt: skip
    assert len(rows(researcher.get(f"{address}/file"))) == 11


def test_a_release_that_became_too_small_is_not_handed_out(staff: Any, a_wave: Any, deployment: Any) -> None:
    wave, researcher = a_wave(), staff("researcher")
    ids = send(deployment, wave, *[Somebody()] * 10)
    address = released(staff, researcher, wave)
    with deployment.main.writing() as session:
        intake.withdraw(session, deployment.vault, ids[0], today=deployment.clock().date(), now=deployment.clock())
    assert researcher.get(f"{address}/file").status_code == 422
    page = researcher.get(address)
    assert page.status_code == 200
    assert "Too few people" in page.text
    assert "people who took part" not in page.text


def test_a_release_never_gains_anybody(staff: Any, a_wave: Any, deployment: Any) -> None:
    wave, researcher = a_wave(), staff("researcher")
    send(deployment, wave, *[Somebody(homes=1)] * 12)
    address = ask(researcher, wave)
    send(deployment, wave, *[Somebody(homes=5)] * 20)
    staff("officer").post(f"{address}/decide", {"decision": "release"})
    got = files(researcher.get(f"{address}/file"))
    assert {row["homes"] for row in rows(researcher.get(f"{address}/file"))} == {"1"}
    left_out = json.loads(got["manifest.json"])["left_out"]
    assert left_out["sent their answers after this was asked for"] == 20


def test_two_releases_cannot_be_joined_by_id_or_by_order(staff: Any, a_wave: Any, deployment: Any) -> None:
    wave, researcher = a_wave(), staff("researcher")
    ids = send(deployment, wave, *[Somebody(homes=number) for number in range(40)])
    first, second = (rows(researcher.get(released(staff, researcher, wave) + "/file")) for _ in range(2))
    assert not {row["export_id"] for row in first} & {row["export_id"] for row in second}
    for got in (first, second):
        keys = [row["export_id"] for row in got]
        assert keys == sorted(keys)
        assert len(set(keys)) == 40
        assert not any(response_id in json.dumps(got) for response_id in ids)
    orders = [[row["homes"] for row in got] for got in (first, second)]
    with deployment.main.reading() as session:
        stored = list(session.execute(select(col(ReleaseMember.response_id)).distinct()).scalars())
    by_storage = [str(ids.index(response_id)) for response_id in stored]
    assert orders[0] != orders[1]
    assert by_storage not in orders


def test_export_ids_cannot_be_made_without_the_key(staff: Any, a_wave: Any, deployment: Any) -> None:
    wave, researcher = a_wave(), staff("researcher")
    ids = send(deployment, wave, *[Somebody()] * 12)
    address = released(staff, researcher, wave)
    release_id = address.rpartition("/")[2]
    got = {row["export_id"] for row in rows(researcher.get(f"{address}/file"))}
    guesses = {
        base64.b32encode(hashlib.sha256(text.encode()).digest()).decode()[:20]
        for response_id in ids
        for text in (response_id, release_id + response_id, response_id + release_id)
    }
    assert not got & guesses


def test_nothing_in_the_file_says_when_somebody_answered(staff: Any, a_wave: Any, deployment: Any) -> None:
    wave, researcher = a_wave(), staff("researcher")
    send(deployment, wave, *[Somebody()] * 12)
    answer = researcher.get(released(staff, researcher, wave) + "/file")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert str(deployment.clock().year).encode() not in files(answer)["data.csv"]


def test_the_same_state_gives_the_same_bytes_and_the_manifest_proves_them(
    staff: Any, a_wave: Any, deployment: Any
) -> None:
    wave, researcher = a_wave(), staff("researcher")
    send(deployment, wave, *[Somebody(say=f"Text {number}") for number in range(15)])
    address = released(staff, researcher, wave, texts="yes")
    first, second = (files(researcher.get(f"{address}/file")) for _ in range(2))
    assert first == second
    told = json.loads(first["manifest.json"])
    for name in ("data.csv", "codebook.csv"):
        assert told["sha256"][name] == hashlib.sha256(first[name]).hexdigest()
    assert told["purpose"] == PURPOSE
    assert told["people"] == 15
    assert told["wave"]["area_code"] == "E10009999"
    assert told["texts"]["included"] == ["why_not", "say"]
    columns = [row["name"] for row in csv.DictReader(io.StringIO(first["codebook.csv"].decode()))]
    assert columns == list(rows(researcher.get(f"{address}/file"))[0])


def test_small_numbers_of_people_left_out_cannot_be_worked_out(staff: Any, a_wave: Any, deployment: Any) -> None:
    wave, researcher = a_wave(), staff("researcher")
    send(deployment, wave, *[Somebody()] * 30, *[Somebody(research=False)] * 3)
    address = ask(researcher, wave)
    send(deployment, wave, *[Somebody()] * 14)
    staff("officer").post(f"{address}/decide", {"decision": "release"})
    left_out = json.loads(files(researcher.get(f"{address}/file"))["manifest.json"])["left_out"]
    hidden = [reason for reason, people in left_out.items() if people == "c"]
    assert "did not agree to research" in hidden
    assert len(hidden) >= 2
    assert 3 not in left_out.values()


# -- how the survey was made


def test_who_never_sent_anything_did_not_disagree_to_research(
    staff: Any, phone: Any, a_wave: Any, deployment: Any
) -> None:
    wave, researcher = a_wave(), staff("researcher")
    send(deployment, wave, *[Somebody()] * 12, *[Somebody(research=False)] * 11)
    for _ in range(10):
        child = phone()
        child.agree(wave.token)
        child.get("/later/delete")
        child.post("/later/delete")
    with deployment.main.reading() as session:
        emptied = session.execute(select(col(Response.id)).where(col(Response.state) == "expired")).all()
    assert len(emptied) == 10
    address = released(staff, researcher, wave)
    left_out = json.loads(files(researcher.get(f"{address}/file"))["manifest.json"])["left_out"]
    assert left_out["did not agree to research"] == 11


def test_the_record_of_how_the_survey_was_made_goes_with_the_codebook(staff: Any, a_wave: Any, deployment: Any) -> None:
    made = small_survey()
    first = made.question_by_name["settled"]
    better = refused(
        reworded(first, {"en": "Is your home calm?"}, "=Shorter", credit="Thursday group"), "Calm?", "Vague"
    )
    survey = edit(made, Replace("settled", better))
    assert isinstance(survey, Edited)
    vote_on(deployment, survey.survey, first, better, better)
    wave, researcher = a_wave(survey=survey.survey), staff("researcher")
    send(deployment, wave, *[Somebody()] * 12)
    got = files(researcher.get(released(staff, researcher, wave) + "/file"))
    table = list(csv.DictReader(io.StringIO(got["how-the-survey-was-made.csv"].decode(), newline="")))
    row = next(row for row in table if row["question"] == "settled")
    assert (row["proposed_by"], row["wording"], row["votes_good"]) == ("Thursday group", "Is your home calm?", "2")
    assert row["earlier_wordings"] == f"{first.label['en']} (changed: =Shorter) [1 good, 0 not sure, 0 change it]"
    assert row["refused"] == "Calm? (not taken up: Vague)"
    page = got["how-the-survey-was-made.md"].decode()
    assert page.index("## Is your home calm?") < page.index("Because: Vague")
    assert "how-the-survey-was-made.md" in got["README.txt"].decode()


def vote_on(deployment: Any, survey: Survey, *seen: Question) -> None:
    """One vote of a young adviser for each of these wordings."""
    draft_id, link_id, now = new_id(), new_id(), deployment.clock()
    with deployment.main.writing() as session:
        session.execute(
            insert(SurveyDraft).values(
                id=draft_id, name=survey.name, title="Small", definition=survey.model_dump(mode="json"), revision=1,
                state="published", origin="blank", losses=[], checklist={}, created_at=now, updated_at=now,
            )
        )  # fmt: skip
        session.execute(
            insert(AdviserLink).values(
                id=link_id, draft_id=draft_id, token_hash="0" * 64, label="Thursday group", created_at=now,
                closes_on=now.date(), closed=True,
            )
        )  # fmt: skip
        for number, question in enumerate(seen):
            session.execute(
                insert(AdviserRemark).values(
                    id=new_id(), draft_id=draft_id, link_id=link_id, item=question.name, kind="vote", vote=1,
                    wording_hash=wording_hash(question, "en"), credit="", state="open", reply="", day=now.date(),
                    author=str(number),
                )
            )  # fmt: skip


def test_a_survey_nobody_advised_says_so(staff: Any, a_wave: Any, deployment: Any) -> None:
    wave, researcher = a_wave(), staff("researcher")
    send(deployment, wave, *[Somebody()] * 12)
    got = files(researcher.get(released(staff, researcher, wave) + "/file"))
    assert b"No proposal, vote or change was written down." in got["how-the-survey-was-made.md"]


def test_licensed_words_are_in_no_file_of_a_release(staff: Any, a_wave: Any, deployment: Any) -> None:
    made = small_survey()
    settled = made.question_by_name["settled"]
    provenance = Provenance(earlier=(EarlierWording(words={"en": "Zebra stripes of old"}, why="Zebra"),))
    licensed = settled.model_copy(update={"label": {"en": "My zebra stripes are mine"}, "provenance": provenance})
    scale = Scale(
        name="stripes", title={"en": "Zebra scale"},
        items=(ScaleItem(question="settled", values={choice.name: 1 for choice in settled.choices}),),
        licence=Licence(kind="licensed", holder="Anyshire", number="AS-7", expires=date(2030, 1, 1)),
    )  # fmt: skip
    items = tuple(licensed if item.name == "settled" else item for item in made.items)
    survey = small_survey(items=items, scales=(scale,))
    wave, researcher = a_wave(survey=survey), staff("researcher")
    send(deployment, wave, *[Somebody()] * 12)
    got = files(researcher.get(released(staff, researcher, wave) + "/file"))
    assert not [name for name, content in got.items() if b"zebra" in content.lower()]
    assert content_hash(survey).encode() in got["codebook.json"], "bound to what was asked all the same"


def test_scores_of_own_scales_are_columns_of_the_file_and_of_the_codebook(
    staff: Any, a_wave: Any, deployment: Any
) -> None:
    scale = Scale(
        name="at_home", title={"en": "Feeling at home"},
        items=(ScaleItem(question="settled", values={"yes": 2, "no": 0}),), licence=Licence(kind="own"),
    )  # fmt: skip
    wave, researcher = a_wave(survey=small_survey(scales=(scale,))), staff("researcher")
    send(deployment, wave, *[Somebody(settled="yes")] * 12, *[Somebody(settled="no")] * 11)
    got = files(researcher.get(released(staff, researcher, wave) + "/file"))
    rows = list(csv.DictReader(io.StringIO(got["data.csv"].decode("utf-8-sig"))))
    assert sorted(row["score_at_home"] for row in rows) == ["0"] * 11 + ["2"] * 12
    assert b"Feeling at home" in got["codebook.json"]


# -- the command line's way


def test_the_newest_release_of_a_survey_is_found_and_none_before(staff: Any, a_wave: Any, deployment: Any) -> None:
    wave, researcher = a_wave(), staff("researcher")
    send(deployment, wave, *[Somebody()] * 12)
    ask(researcher, wave)
    with deployment.main.reading() as session:
        assert service.latest_released(session, "small") is None
    released(staff, researcher, wave)
    deployment.clock.forward(minutes=5)
    newest = released(staff, researcher, wave)
    with deployment.main.reading() as session:
        assert service.latest_released(session, "small") == newest.rpartition("/")[2]
        assert service.latest_released(session, "other") is None
