"""Looking at surveys, importing, publishing, closing: refused first, then what works, then the trail."""

from __future__ import annotations

import html
import io
import re
from datetime import date
from typing import Any

from openpyxl import Workbook
from sqlalchemy import func, select
from sqlmodel import col

from api import audit, published
from api.design import ready_made, service
from api.models import AuditEvent, SurveyVersion, Wave
from api.pages import HelpLine
from survey_engine.authoring import write_yaml
from survey_engine.definition import Audience, content_hash
from tests.people import small_notice, small_survey

DATES = {"label": "Spring", "opens_on": "2026-11-22", "closes_on": "2026-12-20"}
YAML = b"""
survey: my-week
title: My week
audience: child
questions:
  - name: school
    type: one choice
    label: Did you go to school?
    choices:
      - yes: Yes
      - no: No
  - name: best
    type: long text
    label: What was the best thing? <script>alert(1)</script>
    show if: school = "yes"
"""


def form_of(survey: Any, **changes: str) -> dict[str, str]:
    return {"definition": write_yaml(survey)} | DATES | changes


def counted(deployment: Any) -> tuple[int, int]:
    with deployment.main.reading() as session:
        count = [
            session.execute(select(func.count()).select_from(table)).scalar_one() for table in (SurveyVersion, Wave)
        ]
    return count[0], count[1]


def kinds(deployment: Any) -> list[str]:
    with deployment.main.reading() as session:
        assert audit.verify(session) is None
        return list(session.execute(select(col(AuditEvent.kind)).order_by(col(AuditEvent.sequence))).scalars())


def spreadsheet(*rows: tuple[str, ...]) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "survey"
    for row in rows:
        sheet.append(row)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def upload(person: Any, name: str, data: bytes, **fields: str) -> Any:
    return person.post("/design/import", {"audience": "young_person"} | fields, files={"file": (name, data)})


# -- who may


def test_only_an_officer_designs_and_publishes(deployment: Any, staff: Any, a_wave: Any):
    wave = a_wave()
    for person in map(staff, ("practitioner", "researcher", "safeguarding", "administrator")):
        for path in ("/design", "/design/import", "/design/library/observation", f"/design/surveys/{wave.version_id}"):
            assert person.get(path).status_code == 403
        for path in ("/design/import/publish", f"/design/waves/{wave.id}/close", f"/design/waves/{wave.id}/reopen"):
            assert person.post(path, form_of(small_survey())).status_code == 403
        assert upload(person, "a.yaml", YAML).status_code == 403
    assert counted(deployment) == (1, 1)


def test_nothing_is_published_without_the_pages_own_token(deployment: Any, staff: Any, a_wave: Any):
    officer, wave = staff("officer"), a_wave()
    assert officer.post("/design/import/publish", form_of(small_survey()), csrf=None).status_code == 403
    assert officer.post(f"/design/waves/{wave.id}/close", csrf=None).status_code == 403
    assert counted(deployment) == (1, 1)


# -- looking


def test_an_empty_service_offers_the_ready_made_surveys(staff: Any):
    officer = staff("officer")
    assert "Nothing is published yet" in officer.get("/design").text
    for name in ready_made.surveys():
        assert "Publish for a wave" in officer.get(f"/design/library/{name}").text


def test_a_preview_shows_every_question_option_and_condition(staff: Any, a_wave: Any):
    page = html.unescape(staff("officer").get(f"/design/surveys/{a_wave().version_id}").text)
    survey = small_survey()
    for question in survey.questions:
        assert question.label["en"] in page
        assert all(choice.label["en"] in page for choice in question.choices)
    assert 'settled = "no"' in page
    assert content_hash(survey)[:16] in page


def test_an_unknown_survey_is_not_found(staff: Any):
    officer = staff("officer")
    for path in ("surveys/nothing", "surveys/00000000-0000-0000-0000-000000000000", "library/nothing"):
        assert officer.get(f"/design/{path}").status_code == 404, path


# -- importing


def test_a_yaml_file_is_shown_whole_and_published_from_that_page(deployment: Any, staff: Any):
    officer = staff("officer")
    page = upload(officer, "week.yaml", YAML).text
    assert counted(deployment) == (0, 0)
    assert "<script>alert" not in page
    carried = re.search(r'<textarea name="definition"[^>]*>\n(.*?)</textarea>', page, re.S)
    assert carried
    definition = html.unescape(carried.group(1)).replace("\n", "\r\n")
    assert officer.post("/design/import/publish", {"definition": definition} | DATES).status_code == 200
    assert counted(deployment) == (1, 1)
    assert kinds(deployment) == ["survey.imported", "survey.published"]


def test_a_spreadsheet_is_read_with_a_report_of_what_was_lost(staff: Any):
    rows = (("type", "name", "label"), ("text", "mood", "How are you?"), ("geopoint", "place", "Where are you?"))
    answer = upload(staff("officer"), "form.bin", spreadsheet(*rows), audience="parent_carer")
    assert answer.status_code == 200
    assert "geopoint" in answer.text
    assert "audience: parent_carer" in answer.text


NO_SURVEYS = (
    ("a.yaml", b""),
    ("a.yaml", b"\x89PNG\r\n\x1a\n\x00\x00"),
    ("a.xlsx", b"PK\x03\x04 not a zip"),
    ("a.xls", b"\xd0\xcf\x11\xe0 not a workbook"),
    ("a.csv", b"just,some\ncolumns,here\n"),
    ("a.yaml", b"survey: x\ntitle: X\naudience: dogs\nquestions: []\n"),
    ("a.yaml", b"a: &a [*a, *a]\n"),
    ("a.yaml", b"[" * 5000),
    ("a.yaml", b"# " + b"x" * 1_500_000),
    ("a.xlsx", spreadsheet(("type", "name", "label"), ("select_one none", "q", "Q?"))),
)


def test_a_file_that_is_no_survey_says_what_to_mend_and_keeps_nothing(deployment: Any, staff: Any):
    officer = staff("officer")
    for name, data in NO_SURVEYS:
        answer = upload(officer, name, data)
        assert answer.status_code == 422, data[:40]
        assert "What to mend in the file" in answer.text
    assert counted(deployment) == (0, 0)
    assert kinds(deployment) == []


def test_no_file_or_no_audience_is_told_on_the_form(staff: Any):
    officer = staff("officer")
    assert officer.post("/design/import", {"audience": "child"}, files={"other": ("a", b"b")}).status_code == 422
    assert upload(officer, "a.yaml", YAML, audience="dogs").status_code == 422
    assert officer.post("/design/import", {"audience": "child"}).status_code in (403, 422)


# -- publishing


def test_publishing_opens_a_wave_in_the_services_own_area(deployment: Any, staff: Any):
    assert staff("officer").post("/design/import/publish", form_of(small_survey())).status_code == 200
    with deployment.main.reading() as session:
        (wave,) = published.waves(session)
    assert (wave.area_code, wave.area_name, wave.label) == ("E10009999", "Marlshire", "Spring")
    assert wave.takes_answers(deployment.clock().date())
    assert wave.published.survey == small_survey()
    assert set(wave.published.notice.controller.values()) == {"Marlshire"}


def test_the_same_questions_are_the_same_version_and_others_the_next(deployment: Any, staff: Any):
    officer = staff("officer")
    changed = small_survey(title={"en": "Where I live now"})
    for survey in (small_survey(), small_survey(), changed, small_survey()):
        assert officer.post("/design/import/publish", form_of(survey)).status_code == 200
    assert counted(deployment) == (2, 4)
    with deployment.main.reading() as session:
        assert sorted(wave.published.version for wave in published.waves(session)) == [1, 1, 1, 2]
        assert [survey.version for survey in service.overview(session)] == [2]


FAULTY_WAVES = (
    {"label": ""}, {"label": "x" * 101}, {"opens_on": "soon"}, {"closes_on": ""}, {"closes_on": "2026-11-21"},
    {"opens_on": "2026-12-21"}, {"closes_on": "2026-02-31"}, {"opens_on": "\x00"},
)  # fmt: skip


def test_a_faulty_wave_is_not_opened_and_what_was_typed_stays(deployment: Any, staff: Any):
    officer = staff("officer")
    for changes in FAULTY_WAVES:
        answer = officer.post("/design/import/publish", form_of(small_survey(), **changes))
        assert answer.status_code == 422, changes
        assert 'name="definition"' in answer.text
    assert counted(deployment) == (0, 0)


def test_a_definition_changed_on_the_way_is_refused_with_a_list(deployment: Any, staff: Any):
    officer = staff("officer")
    for definition in ("", "\x00", "survey: [", "x" * 2_000_000, "survey: s\ntitle: T\n"):
        answer = officer.post("/design/import/publish", {"definition": definition} | DATES)
        assert answer.status_code == 422, definition[:20]
        assert "not ready to publish" in answer.text
    assert counted(deployment) == (0, 0)


def test_a_language_with_gaps_cannot_be_published(deployment: Any, staff: Any):
    answer = staff("officer").post("/design/import/publish", form_of(small_survey(languages=("en", "cy"))))
    assert answer.status_code == 422
    assert "The label of the option “yes” of “settled” has no words in Cymraeg." in html.unescape(answer.text)
    assert counted(deployment) == (0, 0)


def test_without_a_local_help_line_nothing_can_be_published(make_settings: Any, dsns: Any, tmp_path: Any):
    from api.main import create_app
    from tests.conftest import Clock, Deployment
    from tests.people import sign_in

    clock = Clock()
    deployment = Deployment(create_app(make_settings(help_lines=()), clock=clock), clock, dsns, tmp_path)
    answer = sign_in(deployment, "officer").post("/design/import/publish", form_of(small_survey()))
    assert answer.status_code == 422
    assert "EARSHOT_HELP_LINES" in answer.text
    assert counted(deployment) == (0, 0)


def test_a_survey_is_only_published_under_a_notice_for_its_audience():
    today = date(2026, 11, 22)
    near: Any = {"help_lines": (HelpLine("Night team", "01632 960001", last_checked=today),), "today": today}
    assert service.obstacles(small_survey(), small_notice(), **near) == ()
    assert service.obstacles(small_survey(), small_notice(Audience.CHILD), **near)
    assert service.obstacles(small_survey(), None, **near)


def test_every_ready_made_survey_can_be_published(deployment: Any, staff: Any):
    officer = staff("officer")
    for survey in ready_made.surveys().values():
        assert officer.post("/design/import/publish", form_of(survey)).status_code == 200
    assert counted(deployment)[0] == len(ready_made.surveys())


# -- closing


def test_a_closed_wave_takes_no_answers_until_it_is_opened_again(deployment: Any, staff: Any, phone: Any, a_wave: Any):
    officer, wave = staff("officer"), a_wave()
    assert officer.post(f"/design/waves/{wave.id}/close").status_code == 200
    assert phone().get(f"/s/{wave.token}").status_code == 410
    assert officer.post(f"/design/waves/{wave.id}/close").status_code == 409
    assert officer.post(f"/design/waves/{wave.id}/reopen").status_code == 200
    assert phone().get(f"/s/{wave.token}").status_code == 200
    assert officer.post(f"/design/waves/{wave.id}/reopen").status_code == 409
    assert kinds(deployment) == ["wave.closed", "wave.reopened"]
