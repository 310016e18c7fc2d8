"""Codes in a release: fixed when asked for, of enough people, and never such that two files tell a few people apart."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import func, insert, select
from sqlmodel import col

from api import intake
from api.models import Answer, CodeFrame, CodingRun, DecidedCodes, ReleaseCodes, SuggestedCodes
from api.models.columns import new_id
from survey_engine.codebook import SKIPPED, WITHHELD
from tests.integration.test_export import PURPOSE, Somebody, ask, files, kinds, released, rows, send

FRAME: dict[str, Any] = {
    "id": "garden",
    "version": "2026",
    "codes": [
        {"id": code, "name_young_person": code.title(), "definition": f"About {code}"}
        for code in ("swings", "bins", "pond")
    ],
}


def coded(deployment: Any, wave: Any, *people: tuple[str, float] | None) -> list[str]:
    """Send an answer for each and code it as the computer would, with this code and confidence; the answers' ids."""
    responses = send(deployment, wave, *[Somebody(say=f"Text {number}") for number in range(len(people))])
    frame, run, now = new_id(), new_id(), deployment.clock()
    with deployment.main.writing() as session:
        found = session.execute(
            select(col(Answer.response_id), col(Answer.id)).where(
                col(Answer.question) == "say", col(Answer.response_id).in_(responses)
            )
        )
        of = dict(found.tuples().all())
        answers = [of[response] for response in responses]
        session.execute(
            insert(CodeFrame).values(
                id=frame, name="garden", number=1, content=FRAME, added_by=None, added_at=now, used_since=now
            )
        )
        session.execute(
            insert(CodingRun).values(
                id=run, wave_id=wave.id, frame_id=frame, state="done", requested_at=now, finished_at=now,
                config={"sure_from": 0.75}, versions={"encoder": "tested"}, message="",
            )
        )  # fmt: skip
        session.execute(
            insert(SuggestedCodes),
            [
                {
                    "id": new_id(), "run_id": run, "answer_id": answer, "codes": [list(one)] if one else [],
                    "sentiment": "neutral", "turn": 0, "subject": "", "subject_words": [],
                }
                for answer, one in zip(answers, people, strict=True)
            ],
        )  # fmt: skip
    return answers


def decide(deployment: Any, answers: list[str], *codes: str) -> None:
    """A person's decision on each of these answers, on top of what was decided before."""
    with deployment.main.writing() as session:
        frame = session.execute(select(col(CodeFrame.id))).scalar_one()
        for answer in answers:
            before = select(func.count()).select_from(DecidedCodes).where(col(DecidedCodes.answer_id) == answer)
            session.execute(
                insert(DecidedCodes).values(
                    id=new_id(), answer_id=answer, frame_id=frame, codes=list(codes),
                    sequence=session.execute(before).scalar_one() + 1,
                )
            )  # fmt: skip


def refused(researcher: Any, wave: Any, **fields: str) -> str:
    answer = researcher.post("/export/request", {"wave": wave.id, "purpose": PURPOSE, **fields})
    assert answer.status_code == 422
    return str(answer.text)


def column(got: list[dict[str, str]], name: str) -> list[str]:
    return sorted(row[name] for row in got)


def test_how_each_code_came_about_is_in_the_cells_and_the_frame_in_codebook_and_manifest(
    staff: Any, a_wave: Any, deployment: Any
) -> None:
    wave, researcher = a_wave(), staff("researcher")
    answers = coded(deployment, wave, *[("swings", 0.8)] * 11, *[("swings", 0.95)] * 2, *[("bins", 0.5)] * 11, None)
    decide(deployment, answers[13:24], "bins")
    send(deployment, wave, Somebody(say="Came later"), Somebody())
    address = released(staff, researcher, wave, codes="sure")
    got = rows(researcher.get(f"{address}/file"))
    assert column(got, "code_swings") == [WITHHELD, SKIPPED, *"0" * 12, *"1" * 11, *"2" * 2]
    assert column(got, "code_bins") == [WITHHELD, SKIPPED, *"0" * 14, *"3" * 11]
    assert not {"code_pond", "code__others"} & set(got[0])
    assert {row["say"] for row in got} == {WITHHELD, SKIPPED}, "codes are not words"
    parts = files(researcher.get(f"{address}/file"))
    book, told = json.loads(parts["codebook.json"]), json.loads(parts["manifest.json"])["codes"]
    assert [code["id"] for code in book["code_frame"]["codes"]] == ["swings", "bins", "pond"]
    label = next(variable["label"] for variable in book["variables"] if variable["name"] == "code_bins")
    assert label == "Bins: About bins"
    assert (told["frame"]["id"], told["frame"]["version"], told["made_with"]) == (
        "garden",
        "2026",
        {"encoder": "tested"},
    )
    assert told["columns"] == ["code_swings", "code_bins"]
    assert told["joined_because_of_few_people"] == ["pond"]
    assert "suggestions of a computer" in parts["README.txt"].decode()
    page = researcher.get(address).text
    assert "garden" in page
    assert "Codes of people’s words are in it" in page


def test_only_what_a_person_decided_where_that_was_asked_for(staff: Any, a_wave: Any, deployment: Any) -> None:
    wave, researcher = a_wave(), staff("researcher")
    answers = coded(deployment, wave, *[("swings", 0.9)] * 30)
    decide(deployment, answers[:12], "bins")
    got = rows(researcher.get(released(staff, researcher, wave, codes="decided") + "/file"))
    assert column(got, "code_bins") == [*[WITHHELD] * 18, *"3" * 12]
    assert "code_swings" not in got[0]
    without = rows(researcher.get(released(staff, researcher, wave) + "/file"))
    assert not [name for name in without[0] if name.startswith("code_")]


def test_codes_of_few_people_share_a_column_and_too_few_have_none(staff: Any, a_wave: Any, deployment: Any) -> None:
    wave, researcher = a_wave(), staff("researcher")
    coded(deployment, wave, *[("swings", 0.8)] * 15, *[("bins", 0.8)] * 9, *[("pond", 0.8)] * 4, None)
    got = rows(researcher.get(released(staff, researcher, wave, codes="sure") + "/file"))
    assert column(got, "code__others") == [*"0" * 16, *"1" * 13]
    assert not {"code_bins", "code_pond"} & set(got[0])


def test_a_code_that_lost_people_leaves_the_file_and_is_not_joined(staff: Any, a_wave: Any, deployment: Any) -> None:
    wave, researcher = a_wave(), staff("researcher")
    answers = coded(deployment, wave, *[("swings", 0.8)] * 15, *[("bins", 0.8)] * 10, *[("pond", 0.8)] * 4)
    address = released(staff, researcher, wave, codes="sure")
    assert "code_bins" in rows(researcher.get(f"{address}/file"))[0]
    with deployment.main.writing() as session:
        gone = select(col(Answer.response_id)).where(col(Answer.id) == answers[15])
        assert intake.withdraw(
            session, deployment.vault, session.execute(gone).scalar_one(), today=deployment.clock().date(),
            now=deployment.clock(),
        )  # fmt: skip
        left = session.execute(select(func.count()).select_from(ReleaseCodes)).scalar_one()
    assert left == 28
    assert [name for name in rows(researcher.get(f"{address}/file"))[0] if name.startswith("code_")] == ["code_swings"]


def test_what_is_decided_later_is_in_no_file_of_a_request(staff: Any, a_wave: Any, deployment: Any) -> None:
    wave, researcher = a_wave(), staff("researcher")
    answers = coded(deployment, wave, *[("swings", 0.8)] * 12, *[None] * 12)
    address = released(staff, researcher, wave, codes="sure")
    before = files(researcher.get(f"{address}/file"))
    decide(deployment, answers[12:13], "swings")
    assert files(researcher.get(f"{address}/file")) == before
    assert column(rows(researcher.get(f"{address}/file")), "code_swings") == [*"0" * 12, *"1" * 12]


@pytest.mark.parametrize("having", [9, 12])
def test_two_releases_never_differ_by_one_persons_code(staff: Any, a_wave: Any, deployment: Any, having: int) -> None:
    wave, researcher = a_wave(), staff("researcher")
    answers = coded(deployment, wave, *[("swings", 0.8)] * having, *[("bins", 0.8)] * 6, *[None] * 30)
    address = released(staff, researcher, wave, codes="sure")
    decide(deployment, answers[having + 6 : having + 7], "swings")
    assert "only a few people’s are different" in refused(researcher, wave, codes="sure")
    assert "only a few people’s are different" in refused(staff("researcher"), wave, codes="sure")
    decide(deployment, answers[having + 7 : having + 16], "swings")
    got = rows(researcher.get(released(staff, researcher, wave, codes="sure") + "/file"))
    assert column(got, "code_swings")[-10:] == ["3"] * 10
    assert rows(researcher.get(f"{address}/file"))


def test_of_two_requests_that_tell_a_code_apart_only_one_is_released(staff: Any, a_wave: Any, deployment: Any) -> None:
    wave = a_wave()
    answers = coded(deployment, wave, *[("swings", 0.8)] * 12, *[None] * 12)
    first = ask(staff("researcher"), wave, codes="sure")
    decide(deployment, answers[12:13], "swings")
    second = ask(staff("researcher"), wave, codes="sure")
    officer = staff("officer")
    decision = {"decision": "release", "note": "Looked at every column."}
    assert officer.post(f"{first}/decide", decision).status_code == 200
    answer = officer.post(f"{second}/decide", decision)
    assert answer.status_code == 422
    assert "only a few people’s are different here" in answer.text


def test_codes_cannot_be_asked_for_before_there_are_any_or_by_another_word(
    staff: Any, a_wave: Any, deployment: Any
) -> None:
    wave, researcher = a_wave(), staff("researcher")
    send(deployment, wave, *[Somebody(say="Text")] * 12)
    assert "not coded yet" in refused(researcher, wave, codes="sure")
    assert "Choose one of the ways" in refused(researcher, wave, codes="all")
    assert kinds(deployment) == []


def test_a_code_a_second_person_has_to_look_at_needs_a_reason(staff: Any, a_wave: Any, deployment: Any) -> None:
    wave = a_wave()
    coded(deployment, wave, *[("swings", 0.8)] * 12, *[None] * 3)
    address = ask(staff("researcher"), wave, codes="sure")
    assert "code_swings" in staff("officer").post(f"{address}/decide", {"decision": "release"}).text
