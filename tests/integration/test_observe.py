"""Logging an observation: refused first, then what works, what never may be kept, then the trail."""

from __future__ import annotations

import html
import re
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlmodel import col

from api import audit
from api.models import AgreementEvent, Answer, AuditEvent, Response
from survey_engine.definition import Audience, Choice, Kind, Question, Survey, Voice
from survey_engine.expression_parser import parse
from tests.people import PURPOSES

WORDS = "nobody tells me when I move"
VIEW = "She seemed tired."


def observation() -> Survey:
    return Survey(
        name="observation", title={"en": "A visit"}, audience=Audience.PRACTITIONER, languages=("en",),
        items=(
            Question(
                name="setting", kind=Kind.SINGLE_CHOICE, label={"en": "Where?"}, required=True, may_decline=False,
                choices=(Choice(name="home", label={"en": "At home"}), Choice(name="school", label={"en": "School"})),
            ),
            Question(
                name="age.group", kind=Kind.SINGLE_CHOICE, label={"en": "Age?"}, required=True,
                choices=(Choice(name="a", label={"en": "Under 8"}), Choice(name="b", label={"en": "Older"})),
            ),
            Question(name="visits", kind=Kind.INTEGER, label={"en": "How many visits?"}),
            Question(
                name="who", kind=Kind.MULTIPLE_CHOICE, label={"en": "Who was there?"},
                choices=(Choice(name="carer", label={"en": "Carer"}), Choice(name="alone", label={"en": "No one"}, exclusive=True)),
            ),
            Question(name="words", kind=Kind.LONG_TEXT, label={"en": "What did they say?"}, voice=Voice.CHILD, max_length=200),
            Question(name="view", kind=Kind.LONG_TEXT, label={"en": "What do you think?"}, voice=Voice.PRACTITIONER),
            Question(
                name="lesson", kind=Kind.TEXT, label={"en": "Which lesson?"}, relevant=parse('setting = "school"'),
                required=True, voice=Voice.PRACTITIONER,
            ),
        ),
    )  # fmt: skip


class Desk:
    """A practitioner with one case and one open form."""

    def __init__(self, deployment: Any, person: Any, wave: Any) -> None:
        self.deployment, self.person, self.wave = deployment, person, wave
        person.post("/manage/cases", {"reference": f"ML {person.staff_id}", "names": "Tova Quill"})
        links = re.findall(rf"/observe/{wave.id}/([0-9a-f-]+)", person.get("/observe").text)
        self.path = f"/observe/{wave.id}/{links[0]}" if links else ""

    def log(self, path: str = "", **changes: Any) -> Any:
        person = self.person
        person.get(path or self.path)
        mark = re.search(r'name="form" value="([^"]+)"', person.page)
        fields: dict[str, Any] = {
            "form": mark.group(1) if mark else "m",
            "answer_setting": "home",
            "answer_age.group": "a",
        }
        fields |= {"answer_words": WORDS, "answer_view": VIEW} | {f"purpose_{purpose}": "yes" for purpose in PURPOSES}
        return person.post(path or self.path, fields | changes)

    def rows(self, table: Any) -> list[Any]:
        with self.deployment.main.reading() as session:
            return list(session.execute(select(table)).scalars())


@pytest.fixture
def desk(deployment: Any, staff: Any, a_wave: Any) -> Desk:
    return Desk(deployment, staff("practitioner"), a_wave(survey=observation()))


# -- who may


def test_only_a_practitioner_logs(desk: Desk, staff: Any):
    for person in map(staff, ("officer", "researcher", "safeguarding", "administrator")):
        assert person.get("/observe").status_code == 403
        assert person.get(desk.path).status_code == 403
        assert person.post(desk.path, {"form": "x"}).status_code == 403


def test_nobody_logs_about_a_colleagues_case(desk: Desk, staff: Any):
    colleague = staff("practitioner")
    assert colleague.get(desk.path).status_code == 404
    assert colleague.post(desk.path, {"form": "x", "purpose_take_part": "yes"}).status_code == 404
    assert desk.rows(Response) == []


def test_a_form_without_the_pages_token_is_refused(desk: Desk):
    assert desk.log(csrf=None).status_code in (403, 422)
    assert desk.person.post(desk.path, {"form": "x"}, csrf=None).status_code == 403


def test_a_closed_or_unknown_form_and_a_survey_for_young_people_cannot_be_logged_on(
    desk: Desk, deployment: Any, a_wave: Any
):
    case = desk.path.rpartition("/")[2]
    others = (a_wave().id, "00000000-0000-0000-0000-000000000000")
    for wave_id in others:
        assert desk.person.get(f"/observe/{wave_id}/{case}").status_code == 410
        assert desk.person.post(f"/observe/{wave_id}/{case}", {"form": "x"}).status_code == 410
    assert desk.person.get(f"/observe/nothing/{case}").status_code == 404
    deployment.clock.forward(days=60)
    assert desk.person.get(desk.path).status_code in (401, 410)


# -- what works


def test_an_observation_is_stored_with_the_words_kept_apart_and_out_of_the_main_database(desk: Desk, deployment: Any):
    answer = desk.log(answer_visits="3", answer_who=["carer"])
    assert answer.status_code == 200
    assert "The observation is saved" in answer.text
    assert "You have logged 1 observation" in answer.text
    (response,) = desk.rows(Response)
    assert (response.kind, response.state, response.day) == ("observation", "submitted", date(2026, 11, 22))
    assert response.logged_by == desk.person.staff_id
    answers = {row.question: row for row in desk.rows(Answer)}
    assert {name: row.value for name, row in answers.items()} == {
        "setting": "home", "age.group": "a", "visits": 3, "who": ["carer"], "words": None, "view": None
    }  # fmt: skip
    assert (answers["words"].voice, answers["view"].voice) == ("child", "practitioner")
    assert {written.question: written.text for written in deployment.vault.words(response.id)} == {
        "words": WORDS,
        "view": VIEW,
    }
    assert len(deployment.vault.waiting()) == 2


def test_the_childs_agreement_is_stored_as_the_practitioner_told_it(desk: Desk):
    desk.log(purpose_quotes="no")
    events = {event.purpose: (event.decision, event.told_by) for event in desk.rows(AgreementEvent)}
    assert events["take_part"] == ("agreed", "practitioner")
    assert events["quotes"] == ("declined", "practitioner")


def test_the_page_keeps_the_childs_words_apart_and_tells_the_duty_first(desk: Desk):
    page = desk.person.get(desk.path).text
    assert page.index("not a referral") < page.index("What the child agrees to") < page.index("The child’s own words")
    assert page.index("The child’s own words") < page.index("Your own view")
    assert "01632 960001" in page
    assert " checked" not in page


def test_no_page_shows_the_whole_pseudonym_or_the_response(desk: Desk):
    desk.log()
    (response,) = desk.rows(Response)
    for page in (desk.person.get("/observe").text, desk.person.get(desk.path).text):
        assert response.case_pseudonym not in page
        assert response.id not in page


def test_the_same_form_sent_twice_is_stored_once(desk: Desk):
    for _ in range(3):
        assert desk.log(form="the same mark").status_code == 200
    assert len(desk.rows(Response)) == 1
    assert [event.kind for event in desk.rows(AuditEvent)].count("observation.logged") == 1
    desk.log(form="another")
    assert len(desk.rows(Response)) == 2


def test_two_practitioners_with_the_same_mark_do_not_meet(desk: Desk, deployment: Any, staff: Any):
    other = Desk(deployment, staff("practitioner"), desk.wave)
    desk.log(form="same")
    other.log(form="same")
    assert len(desk.rows(Response)) == 2


# -- agreement


def test_without_agreement_to_take_part_nothing_at_all_is_kept(desk: Desk, deployment: Any):
    answer = desk.log(purpose_take_part="no")
    assert answer.status_code == 200
    assert "Nothing was kept" in answer.text
    assert "case record" in answer.text
    assert desk.rows(Response) == desk.rows(Answer) == desk.rows(AgreementEvent) == []
    assert deployment.vault.waiting() == ()


def test_agreement_that_was_not_told_is_never_a_yes(desk: Desk):
    for said in ("", "perhaps", ["yes", "no"]):
        answer = desk.log(purpose_take_part=said)
        assert answer.status_code == 422, said
        assert "#purpose_take_part" in answer.text
        assert WORDS in answer.text
    assert desk.rows(Response) == []


# -- what was typed


FAULTY_ANSWERS: tuple[tuple[dict[str, Any], str], ...] = (
    ({"answer_setting": ""}, "setting"),
    ({"answer_setting": "moon"}, "setting"),
    ({"answer_setting": ["home", "school"]}, "setting"),
    ({"answer_age.group": ""}, "age.group"),
    ({"answer_visits": "many"}, "visits"),
    ({"answer_who": ["carer", "alone"]}, "who"),
    ({"answer_words": "x" * 201}, "words"),
    ({"answer_words": "x" * 100_000}, "words"),
    ({"answer_setting": "school"}, "lesson"),
    ({"answer_lesson": "Maths"}, "lesson"),
    ({"decline_setting": "yes", "answer_setting": ""}, "setting"),
)


def test_a_problem_leads_to_its_field_and_everything_typed_stays(desk: Desk):
    for changes, field in FAULTY_ANSWERS:
        answer = desk.log(**{"answer_view": "<b>tired & cross</b>"} | changes)
        assert answer.status_code == 422, changes
        assert f'href="#answer_{field}"' in answer.text
        assert f'id="answer_{field}"' in answer.text
        assert html.escape("<b>tired & cross</b>") in answer.text
        assert "<b>tired" not in answer.text
    assert desk.rows(Response) == []


def test_words_for_a_question_that_does_not_apply_are_never_dropped_unseen(desk: Desk):
    answer = desk.log(answer_lesson="He said it in maths")
    assert "He said it in maths" in answer.text
    assert "hangs on an answer above" in answer.text
    assert desk.log(answer_lesson="He said it in maths", answer_setting="school").status_code == 200


def test_an_answer_nobody_can_give_may_be_left_out_knowingly(desk: Desk):
    assert desk.log(**{"answer_age.group": "", "decline_age.group": "yes"}).status_code == 200
    assert {row.question: row.state for row in desk.rows(Answer)}["age.group"] == "d"


def test_a_tick_never_throws_away_what_was_chosen(desk: Desk):
    desk.log(**{"answer_age.group": "b", "decline_age.group": "yes"})
    assert {row.question: row.value for row in desk.rows(Answer)}["age.group"] == "b"


def test_any_writing_is_kept_as_it_was_written(desk: Desk, deployment: Any):
    writings = ("🙂" * 50, "\u202eabc", "أريد أن أبقى", "a\nb", "x\x00\x01y")
    for words in writings:
        assert desk.log(answer_words=words.replace("\n", "\r\n")).status_code == 200
    kept = {
        written.text
        for response in desk.rows(Response)
        for written in deployment.vault.words(response.id)
        if written.question == "words"
    }
    assert kept == {words.replace("\x00\x01", "") for words in writings}


def test_a_form_without_its_mark_is_refused(desk: Desk):
    assert desk.log(form="").status_code == 422
    assert desk.rows(Response) == []


# -- the trail


def test_logging_is_audited_by_wave_without_case_or_words(desk: Desk, deployment: Any):
    desk.log()
    (response,) = desk.rows(Response)
    event = desk.rows(AuditEvent)[-1]
    assert (event.kind, event.subject, event.actor) == ("observation.logged", desk.wave.id, desk.person.staff_id)
    whole = str(event.model_dump())
    assert response.id not in whole
    assert response.case_pseudonym not in whole
    assert WORDS not in whole
    with deployment.main.reading() as session:
        assert audit.verify(session) is None


# -- nothing yet


def test_a_practitioner_without_cases_or_forms_is_told_what_to_do(staff: Any):
    practitioner = staff("practitioner")
    assert "Put a case on your list" in practitioner.get("/observe").text
    practitioner.post("/manage/cases", {"reference": "ML 1", "names": "Tova"})
    assert "No form is open today" in practitioner.get("/observe").text


def test_counts_are_of_the_own_observations_only(desk: Desk, deployment: Any, staff: Any):
    colleague = staff("practitioner")
    colleague.post("/manage/cases", {"reference": f"ML {desk.person.staff_id}", "names": "Tova Quill"})
    desk.log()
    with deployment.main.reading() as session:
        assert session.execute(select(func.count(col(Response.case_pseudonym)))).scalar_one() == 1
    assert "You have logged nothing yet" in colleague.get("/observe").text
