"""Writing a survey: refused first, then each step, two officers at once, files, the checklist, the trail."""

from __future__ import annotations

import html
import io
import re
import zipfile
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import func, select
from sqlmodel import col

from api import audit, published
from api.design import drafts, fields, files, ready_made
from api.models import AuditEvent, DraftStep, SurveyDraft, SurveyMedia, SurveyVersion
from api.models.drafts import STEPS_KEPT, DraftState
from survey_engine import editing
from survey_engine.authoring import read_yaml
from survey_engine.definition import Audience, Choice, Group, Kind, Question, Repeat, Survey, content_hash
from survey_engine.expression_parser import parse
from tests.people import small_survey

BEGUN = {"from": "nothing", "title": "My week", "audience": "child", "language": "en"}
DATES = {"label": "Spring", "opens_on": "2026-11-22", "closes_on": "2026-12-20"}
SIGNED = {"signed_by": "Ada Invented, DPO", "signed_on": "2026-11-20", "reference": "DPIA-2026-014"}


def begin(officer: Any, **changes: str) -> str:
    """A draft; its address."""
    answer = officer.post("/design/drafts", BEGUN | changes)
    assert answer.status_code == 200, answer.text
    return str(answer.url.path)


def a_draft(deployment: Any, officer: Any, survey: Survey | None = None) -> str:
    """A draft of a survey, put straight into the database; its address."""
    actor = audit.Actor(officer.staff_id, "officer")
    with deployment.main.writing() as session:
        draft_id = drafts.start(session, survey or small_survey(), origin="a test", by=actor, now=deployment.clock())
    return f"/design/drafts/{draft_id}"


def kept(deployment: Any, base: str) -> drafts.Draft:
    with deployment.main.reading() as session:
        return drafts.read(session, base.rpartition("/")[2])


def survey_of(deployment: Any, base: str) -> Survey:
    return kept(deployment, base).survey


def names(deployment: Any, base: str) -> list[str]:
    return [item.name for item in survey_of(deployment, base).all_items]


def post(
    deployment: Any, officer: Any, base: str, path: str, sent: dict[str, Any] | None = None, **changes: Any
) -> Any:
    """A form of the page as it stands now."""
    revision = {"revision": str(kept(deployment, base).revision)}
    return officer.post(f"{base}/{path}", revision | (sent or {}), **changes)


def settings(deployment: Any, base: str, which: str, /, **changes: str) -> dict[str, Any]:
    """The settings form of an item as it stands, with some fields typed over."""
    survey = survey_of(deployment, base)
    item = next(item for item in survey.all_items if item.name == which)
    boxes = ["may_decline", "shuffle", "read_only"] if isinstance(item, Question) else ["shuffle"]
    return {"boxes": boxes} | fields.written(item, survey.languages) | {key: [value] for key, value in changes.items()}


def kinds_of(deployment: Any) -> list[str]:
    with deployment.main.reading() as session:
        assert audit.verify(session) is None
        return list(session.execute(select(col(AuditEvent.kind)).order_by(col(AuditEvent.sequence))).scalars())


def steps(deployment: Any) -> int:
    with deployment.main.reading() as session:
        return int(session.execute(select(func.count()).select_from(DraftStep)).scalar_one())


# -- who may


def test_only_an_officer_writes_surveys(deployment: Any, staff: Any):
    base = a_draft(deployment, staff("officer"))
    for person in map(staff, ("practitioner", "researcher", "safeguarding", "administrator")):
        for path in ("", "/add", "/preview/settled", "/try", "/print", "/files", "/files/yaml", "/publish"):
            assert person.get(base + path).status_code == 403, path
        assert person.get("/design/drafts/new").status_code == 403
        assert person.post("/design/drafts", BEGUN).status_code == 403
        for path in ("add", "items/say", "items/say/look", "items/say/move", "items/say/copy", "items/say/delete",
                     "items/say/detach", "facts", "languages", "undo", "try", "discard", "reopen", "forget",
                     "ticks/preview", "publish"):  # fmt: skip
            assert post(deployment, person, base, path).status_code == 403, path
    assert kept(deployment, base).revision == 1
    assert kinds_of(deployment) == ["survey.draft_started"]


def test_nothing_changes_without_the_pages_own_token(deployment: Any, staff: Any):
    officer = staff("officer")
    base = a_draft(deployment, officer)
    for path in ("items/say/delete", "undo", "discard", "facts"):
        assert post(deployment, officer, base, path, csrf=None).status_code == 403
    assert officer.post("/design/drafts", BEGUN, csrf=None).status_code == 403
    assert names(deployment, base)[-1] == "say"


def test_an_unknown_draft_is_not_found(staff: Any):
    officer = staff("officer")
    for draft in ("nothing", "00000000-0000-0000-0000-000000000000"):
        for path in ("", "/preview/x", "/publish"):
            assert officer.get(f"/design/drafts/{draft}{path}").status_code == 404


# -- beginning


def test_a_draft_begins_from_nothing_with_one_empty_section(deployment: Any, staff: Any):
    base = begin(staff("officer"))
    survey = survey_of(deployment, base)
    assert (survey.name, survey.title, survey.audience, survey.languages) == (
        "my-week",
        {"en": "My week"},
        "child",
        ("en",),
    )
    assert [item.name for item in survey.all_items] == ["part_1"]
    assert kinds_of(deployment) == ["survey.draft_started"]


def test_a_draft_that_says_too_little_is_not_begun(deployment: Any, staff: Any):
    officer = staff("officer")
    for changes in ({"title": ""}, {"audience": "dogs"}, {"language": "not a code"}):
        answer = officer.post("/design/drafts", BEGUN | changes)
        assert answer.status_code == 422, changes
        assert "error-summary" in answer.text
    assert kinds_of(deployment) == []


def test_two_surveys_of_one_title_get_names_of_their_own(deployment: Any, staff: Any):
    officer = staff("officer")
    assert [survey_of(deployment, begin(officer)).name for _ in range(3)] == ["my-week", "my-week-2", "my-week-3"]
    assert survey_of(deployment, begin(officer, title="¿Qué?")).name == "qu"


def test_a_draft_begins_from_every_ready_made_survey(deployment: Any, staff: Any):
    officer = staff("officer")
    for name, survey in ready_made.surveys().items():
        answer = officer.post("/design/drafts", {"from": "library", "name": name})
        assert answer.status_code == 200, name
        assert survey_of(deployment, str(answer.url.path)) == survey
    assert officer.post("/design/drafts", {"from": "library", "name": "nothing"}).status_code == 404


def test_a_published_version_is_changed_as_the_next_one_and_stays_what_it_was(deployment: Any, staff: Any, a_wave: Any):
    officer, wave = staff("officer"), a_wave()
    answer = officer.post("/design/drafts", {"from": "version", "version": wave.version_id})
    base = str(answer.url.path)
    assert kept(deployment, base).based_on == wave.version_id
    post(deployment, officer, base, "items/say/delete")
    with deployment.main.reading() as session:
        assert published.version(session, wave.version_id).survey == wave.survey
    assert "not asked any more" in officer.get(f"{base}/differences").text
    assert officer.post("/design/drafts", {"from": "version", "version": "nothing"}).status_code == 404


def test_an_uploaded_file_becomes_a_draft_that_keeps_what_was_lost(deployment: Any, staff: Any):
    from tests.integration.test_design import spreadsheet

    rows = (("type", "name", "label"), ("text", "mood", "How are you?"), ("geopoint", "place", "Where are you?"))
    upload = {"audience": "parent_carer", "action": "draft"}
    answer = staff("officer").post("/design/import", upload, files={"file": ("f.xlsx", spreadsheet(*rows))})
    assert answer.status_code == 200
    draft = kept(deployment, str(answer.url.path))
    assert draft.survey.audience is Audience.PARENT_CARER
    assert any("geopoint" in loss.feature for loss in draft.losses)
    assert "geopoint" in answer.text
    assert kinds_of(deployment) == ["survey.draft_started"]


# -- adding


def test_every_kind_can_be_added_shown_and_saved_again_unchanged(deployment: Any, staff: Any):
    from api.design.kinds import PICKER

    officer = staff("officer")
    base = begin(officer)
    for kind in [one.kind for _heading, kinds in PICKER for one in kinds]:
        answer = post(deployment, officer, base, "add", {"kind": kind, "words": f"About {kind}?"})
        assert answer.status_code == 200, kind
        survey = survey_of(deployment, base)
        name = survey.items[-1].name
        assert answer.url.params["item"] == name
        before = kept(deployment, base).revision
        assert post(deployment, officer, base, f"items/{name}", settings(deployment, base, name)).status_code == 200
        assert survey_of(deployment, base) == survey, kind
        assert kept(deployment, base).revision == before, "saving nothing new is no change"
        shown = officer.get(f"{base}/preview/{name}").status_code
        assert shown == (404 if kind in ("calculated", "hidden", "section", "grid") else 200), kind


def test_a_question_is_added_after_another_or_into_a_section(deployment: Any, staff: Any):
    officer = staff("officer")
    base = a_draft(deployment, officer, small_survey(items=(Group(name="part", items=()), *small_survey().items)))
    post(deployment, officer, base, "add", {"kind": "text", "words": "First?", "inside": "part"})
    post(deployment, officer, base, "add", {"kind": "text", "words": "Then?", "after": "settled"})
    assert names(deployment, base)[:4] == ["part", "first", "settled", "then"]


def test_adding_without_a_kind_or_words_shows_what_was_typed(deployment: Any, staff: Any):
    officer = staff("officer")
    base = begin(officer)
    for sent in ({"kind": "text", "words": ""}, {"kind": "spell", "words": "Hm?"}, {"words": "Hm?"}):
        answer = post(deployment, officer, base, "add", sent)
        assert answer.status_code == 422, sent
        assert sent["words"] in answer.text
    assert names(deployment, base) == ["part_1"]


# -- changing


def test_settings_are_saved_and_a_new_name_is_followed(deployment: Any, staff: Any):
    officer = staff("officer")
    base = a_draft(deployment, officer)
    sent = settings(
        deployment, base, "settled",
        **{"name": "calm", "label:en": "Do you feel calm?", "hint:en": "At home.", "required": "no",
           "choice:1:name": "not_yet", "choice:1:label:en": "Not yet", "choice:2:name": "", "choice:2:label:en": "Maybe"},
    )  # fmt: skip
    answer = post(deployment, officer, base, "items/settled", sent)
    assert answer.status_code == 200
    survey = survey_of(deployment, base)
    calm = survey.question_by_name["calm"]
    assert (calm.label, calm.hint, calm.required) == ({"en": "Do you feel calm?"}, {"en": "At home."}, False)
    assert [choice.name for choice in calm.choices] == ["yes", "not_yet", "maybe"]
    assert survey.question_by_name["why_not"].relevant == parse('calm = "not_yet"')


def test_options_move_go_and_are_pasted(deployment: Any, staff: Any):
    officer = staff("officer")
    base = a_draft(deployment, officer)

    def options() -> list[str]:
        return [choice.name for choice in survey_of(deployment, base).question_by_name["helpers"].choices]

    for action, expected in (("down:0", ["friend", "carer"]), ("up:1", ["carer", "friend"]), ("remove:0", ["friend"])):
        post(deployment, officer, base, "items/helpers", settings(deployment, base, "helpers", action=action))
        assert options() == expected, action
    pasted = settings(deployment, base, "helpers", paste="My teacher\r\naunt = My aunt\r\n\r\nMy teacher")
    post(deployment, officer, base, "items/helpers", pasted)
    assert options() == ["friend", "my_teacher", "aunt", "my_teacher_2"]


def test_many_options_are_edited_as_lines(deployment: Any, staff: Any):
    officer = staff("officer")
    many = tuple(Choice(name=f"place_{n}", label={"en": f"Place {n}"}, columns={"n": str(n)}) for n in range(150))
    asked = Question(name="place", kind=Kind.SINGLE_CHOICE, label={"en": "Where?"}, choices=many)
    base = a_draft(deployment, officer, small_survey(items=(asked,)))
    assert 'name="list:en"' in officer.get(f"{base}?item=place").text
    lines = "\r\n".join(f"{choice.name} = {choice.label['en']}!" for choice in many[1:])
    assert (
        post(
            deployment, officer, base, "items/place", settings(deployment, base, "place", **{"list:en": lines})
        ).status_code
        == 200
    )
    choices = survey_of(deployment, base).question_by_name["place"].choices
    assert (len(choices), choices[0].label["en"], choices[0].columns) == (149, "Place 1!", {"n": "1"})


FAULTY = (
    ({"relevant": 'settled = "no" and'}, "relevant", "Look at letter"),
    ({"constraint": "nonsense(1)"}, "constraint", "There is no nonsense()"),
    ({"name": "über"}, "name", "letters without accents"),
    ({"name": "settled"}, "", "used twice"),
    ({"max_length": "many"}, "max_length", "whole number"),
    ({"required": "if"}, "required_if", "when an answer is needed"),
    ({"kind": "spell"}, "kind", "one of the list"),
    ({"label:en": "x" * 20_001}, "label:en", "too long"),
)


def test_a_mistake_is_told_at_its_field_and_what_was_typed_stays(deployment: Any, staff: Any):
    officer = staff("officer")
    base = a_draft(deployment, officer)
    for typed, field, said in FAULTY:
        sent = settings(deployment, base, "say", **{"hint:en": "Typed."}, **typed)
        answer = post(deployment, officer, base, "items/say", sent)
        page = html.unescape(answer.text)
        assert answer.status_code == 422, typed
        assert said in page, typed
        assert f'href="#{field}"' in page or not field
        assert "Typed." in page
    assert kept(deployment, base).revision == 1


def test_a_question_becomes_another_kind_with_what_that_needs(deployment: Any, staff: Any):
    officer = staff("officer")
    base = a_draft(deployment, officer)
    for kind in ("range", "single_choice", "note", "ranking", "text"):
        sent = settings(deployment, base, "say", kind=kind)
        assert post(deployment, officer, base, "items/say", sent).status_code == 200, kind
        assert survey_of(deployment, base).question_by_name["say"].kind == kind


def test_a_section_is_asked_again_for_each(deployment: Any, staff: Any):
    officer = staff("officer")
    base = a_draft(deployment, officer, small_survey(items=(*small_survey().items, Group(name="each", items=()))))
    post(
        deployment,
        officer,
        base,
        "items/each",
        settings(deployment, base, "each", repeat="counted", repeat_count="homes"),
    )
    group = survey_of(deployment, base).items[-1]
    assert isinstance(group, Group)
    assert group.repeat == Repeat(count=parse("homes"))
    assert (
        post(
            deployment,
            officer,
            base,
            "items/each",
            settings(deployment, base, "each", repeat="counted", repeat_count=""),
        ).status_code
        == 422
    )
    post(deployment, officer, base, "items/each", settings(deployment, base, "each", repeat="no"))
    assert survey_of(deployment, base).items[-1] == Group(name="each", items=())


def test_the_live_check_says_what_is_wrong_and_keeps_nothing(deployment: Any, staff: Any):
    officer = staff("officer")
    base = a_draft(deployment, officer)
    sent = settings(deployment, base, "say", relevant="answered(", **{"label:en": "What is your name?"})
    answer = post(deployment, officer, base, "items/say/look", sent)
    assert answer.status_code == 200
    assert re.search(r'id="live-relevant"[^>]*>[^<]*Look at letter', answer.text)
    ahead = post(
        deployment, officer, base, "items/settled/look", settings(deployment, base, "settled", relevant="answered(say)")
    )
    assert "only asked here or later" in ahead.text
    assert kept(deployment, base).revision == 1
    assert steps(deployment) == 0


def test_moving_copying_and_deleting_are_single_presses(deployment: Any, staff: Any):
    officer = staff("officer")
    base = a_draft(deployment, officer)
    post(deployment, officer, base, "items/say/move", {"where": "up"})
    assert names(deployment, base)[-2:] == ["say", "helpers"]
    post(deployment, officer, base, "items/helpers/copy")
    post(deployment, officer, base, "items/say/delete")
    assert names(deployment, base) == ["settled", "why_not", "homes", "helpers", "helpers_2"]
    assert post(deployment, officer, base, "items/settled/move", {"where": "up"}).status_code == 422
    assert post(deployment, officer, base, "items/settled/move", {"where": "away"}).status_code == 400


def test_what_others_look_at_is_deleted_only_with_their_conditions(deployment: Any, staff: Any):
    officer = staff("officer")
    base = a_draft(deployment, officer)
    answer = post(deployment, officer, base, "items/settled/delete")
    assert answer.status_code == 422
    assert "why_not" in answer.text
    assert 'name="drop"' in answer.text
    assert post(deployment, officer, base, "items/settled/delete", {"drop": "yes"}).status_code == 200
    assert survey_of(deployment, base).question_by_name["why_not"].relevant is None


def test_facts_and_languages(deployment: Any, staff: Any):
    officer = staff("officer")
    base = a_draft(deployment, officer)
    typed = fields.facts_written(small_survey()) | {"minutes": ["7"], "introduction:en": ["Hello.\r\nWelcome."]}
    assert post(deployment, officer, base, "facts", typed).status_code == 200
    assert post(deployment, officer, base, "facts", typed | {"minutes": ["0"]}).status_code == 422
    assert post(deployment, officer, base, "languages", {"language": "cy"}).status_code == 200
    assert post(deployment, officer, base, "languages", {"other": "not a code"}).status_code == 422
    survey = survey_of(deployment, base)
    assert (survey.minutes, survey.introduction["en"], survey.languages) == (7, "Hello.\nWelcome.", ("en", "cy"))
    assert 'name="label:cy"' in officer.get(f"{base}?item=say").text
    assert post(deployment, officer, base, "languages", {"remove": "cy"}).status_code == 200
    assert post(deployment, officer, base, "languages", {"remove": "en"}).status_code == 422


# -- going back, two officers at once


def test_undo_takes_back_step_by_step_what_was_done(deployment: Any, staff: Any):
    officer = staff("officer")
    base = a_draft(deployment, officer)
    post(deployment, officer, base, "items/say/delete")
    assert "Undo: Deleted “What else should people know?”" in html.unescape(officer.get(base).text)
    post(deployment, officer, base, "items/homes/delete")
    post(deployment, officer, base, "undo")
    assert names(deployment, base)[-2:] == ["homes", "helpers"]
    post(deployment, officer, base, "undo")
    assert survey_of(deployment, base) == small_survey()
    assert "nothing to take back" in post(deployment, officer, base, "undo").text
    assert kinds_of(deployment)[1:] == ["survey.draft_changed"] * 2 + ["survey.draft_undone"] * 2


def test_only_the_last_steps_are_kept(deployment: Any, staff: Any):
    officer = staff("officer")
    base = a_draft(deployment, officer)
    actor = audit.Actor(officer.staff_id, "officer")
    with deployment.main.writing() as session:
        for number in range(STEPS_KEPT + 5):
            facts = editing.Facts({"minutes": number % 60 + 6})
            drafts.change(session, base.rpartition("/")[2], number + 1, facts, "x", by=actor, now=deployment.clock())
    assert steps(deployment) == STEPS_KEPT
    assert kept(deployment, base).revision == STEPS_KEPT + 6


def test_the_second_of_two_officers_keeps_what_they_typed(deployment: Any, staff: Any):
    first, second = staff("officer"), staff("officer")
    base = a_draft(deployment, first)
    mine = settings(deployment, base, "say", **{"label:en": "What do you wish?"}) | {"revision": "1"}
    post(deployment, first, base, "items/homes/delete")
    answer = second.post(f"{base}/items/say", mine)
    page = html.unescape(answer.text)
    assert answer.status_code == 409
    assert "What do you wish?" in page
    assert "Deleted “How many homes this year?”" in page
    again = {
        name: html.unescape(value)
        for name, value in re.findall(r'<textarea name="([^"]+)" hidden[^>]*>\n(.*?)</textarea>', answer.text, re.S)
    }
    assert second.post(f"{base}/items/say", again | {"revision": "2"}).status_code == 200
    survey = survey_of(deployment, base)
    assert survey.question_by_name["say"].label["en"] == "What do you wish?"
    assert "homes" not in survey.question_by_name


def test_a_change_to_what_somebody_deleted_says_so(deployment: Any, staff: Any):
    first, second = staff("officer"), staff("officer")
    base = a_draft(deployment, first)
    mine = settings(deployment, base, "say", **{"hint:en": "Typed for nothing?"}) | {"revision": "1"}
    post(deployment, first, base, "items/say/delete")
    answer = second.post(f"{base}/items/say", mine)
    assert answer.status_code == 409
    assert "Typed for nothing?" in answer.text
    assert "Make my change" not in answer.text


# -- pictures and recordings


def picture(size: tuple[int, int] = (40, 30)) -> bytes:
    written = io.BytesIO()
    made = Image.new("RGB", size, "teal")
    exif = Image.Exif()
    exif[0x010E] = "Marlshire secret place"
    made.save(written, "JPEG", exif=exif)
    return written.getvalue()


def attach(deployment: Any, officer: Any, base: str, data: bytes, name: str = "My house.jpg", **sent: str) -> Any:
    form = {"role": "picture", "file_language": "en", "option": "", "revision": str(kept(deployment, base).revision)}
    address = f"/design/media/{base.rpartition('/')[2]}/settled"
    return officer.post(address, form | sent, files={"file": (name, data)})


def test_a_picture_is_drawn_anew_and_shown_to_everybody_who_has_its_address(deployment: Any, staff: Any, phone: Any):
    officer = staff("officer")
    base = a_draft(deployment, officer)
    assert attach(deployment, officer, base, picture(), option="yes").status_code == 200
    survey = survey_of(deployment, base)
    ((name, sha256),) = survey.media.items()
    assert name == "my-house.jpg"
    assert survey.question_by_name["settled"].choices[0].picture == {"en": name}
    answer = phone().client.get(f"/media/{sha256}")
    assert answer.status_code == 200
    assert b"secret" not in answer.content
    assert answer.headers["content-type"] == "image/jpeg"
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert phone().get(f"/media/{'0' * 64}").status_code == 404
    assert phone().get("/media/x").status_code == 404


def test_ready_made_questions_with_a_scale_are_taken_in_once(deployment: Any, staff: Any):
    officer = staff("officer")
    base = a_draft(deployment, officer)
    assert post(deployment, officer, base, "include", {"ready_made": "nonsense"}).status_code == 422
    answer = post(deployment, officer, base, "include", {"ready_made": "ons-personal-wellbeing"})
    assert answer.status_code == 200
    made, library = survey_of(deployment, base), ready_made.surveys()["ons-personal-wellbeing"]
    assert made.scales == library.scales
    assert made.items[-1] == library.items[-1]
    assert "Open Government Licence" in made.credit["en"], "whoever uses it has to say whose it is"
    again = post(deployment, officer, base, "include", {"ready_made": "ons-personal-wellbeing"})
    assert again.status_code == 422
    assert "is used twice" in again.text


INSTRUMENT = """
survey: stripes
title: The stripes questionnaire
audience: child
questions:
  - name: z1
    type: one choice
    label: My zebra stripes are mine alone
    choices: ["0": Never like a zebra, "1": Always like a zebra]
  - name: z2
    type: one choice
    label: My zebra tail is quite long
    choices: ["0": Never like a zebra, "1": Always like a zebra]
scales:
  - name: stripes
    title: The zebra scale
    items:
      - {question: z1, values: {"0": 0, "1": 1}}
      - {question: z2, values: {"0": 0, "1": 1}}
    licence: {kind: licensed, holder: Anyshire, number: AS-7, expires: 2030-03-31}
"""


def licensed(deployment: Any, officer: Any, base: str, file: str | None = INSTRUMENT) -> Any:
    """Send the private file of an instrument."""
    sent = {"revision": str(kept(deployment, base).revision)}
    files = {"instrument": ("private.yaml", file.encode())} if file is not None else None
    return officer.post(f"/design/licensed/{base.rpartition('/')[2]}", sent, files=files)


def test_a_licensed_instrument_is_added_from_its_private_file_and_leaves_in_none(deployment: Any, staff: Any):
    officer = staff("officer")
    base = a_draft(deployment, officer)
    answer = licensed(deployment, officer, base)
    assert answer.status_code == 200, answer.text
    assert "My zebra stripes are mine alone" in answer.text
    assert "Licence AS-7 of Anyshire" in officer.get(base).text
    made = survey_of(deployment, base)
    assert made.scales[0].questions == ("z1", "z2")
    for name in files.FORMATS:
        data = officer.get(f"{base}/files/{name}").content
        if data.startswith(b"PK"):
            with zipfile.ZipFile(io.BytesIO(data)) as book:
                data = b"".join(book.read(part) for part in book.namelist())
        assert b"zebra" not in data.lower(), name
        assert b"z1" in data, name
    assert "licence AS-7 of Anyshire" in officer.get(f"{base}/files").text
    section = next(item.name for item in made.items if isinstance(item, Group) and item.name.startswith("licensed_"))
    assert post(deployment, officer, base, f"items/{section}/delete").status_code == 200
    assert survey_of(deployment, base).scales == ()
    post(deployment, officer, base, "undo")
    assert survey_of(deployment, base) == made


@pytest.mark.parametrize(
    ("file", "told"),
    [
        (None, "Choose one file."),
        ("nonsense: [", "line"),
        (INSTRUMENT.replace("2030-03-31", "2019-03-31"), "ended on 31 March 2019"),
        (INSTRUMENT.replace("licence: {kind: licensed, holder: Anyshire, number: AS-7, expires: 2030-03-31}", ""), "does not name its licence"),
    ],
)  # fmt: skip
def test_an_instrument_without_a_valid_licence_is_not_added(deployment: Any, staff: Any, file: str | None, told: str):
    officer = staff("officer")
    base = a_draft(deployment, officer)
    before = survey_of(deployment, base)
    answer = licensed(deployment, officer, base, file)
    assert answer.status_code == 422
    assert told in html.unescape(answer.text)
    assert survey_of(deployment, base) == before


def test_what_is_no_picture_or_recording_is_not_kept(deployment: Any, staff: Any):
    officer = staff("officer")
    base = a_draft(deployment, officer)
    for data, sent in (
        (b"<svg onload=alert(1)>", {}), (b"", {}), (picture(), {"role": "audio"}), (b"ID3" + bytes(2_000_001), {"role": "audio"}),
    ):  # fmt: skip
        assert attach(deployment, officer, base, data, **sent).status_code == 422
    for sent in ({"role": "script"}, {"file_language": "cy"}):
        assert attach(deployment, officer, base, picture(), **sent).status_code == 400
    with deployment.main.reading() as session:
        assert session.execute(select(func.count()).select_from(SurveyMedia)).scalar_one() == 0


def test_the_same_file_is_stored_once_and_taken_away_again(deployment: Any, staff: Any):
    officer = staff("officer")
    base = a_draft(deployment, officer)
    attach(deployment, officer, base, picture())
    attach(deployment, officer, base, picture(), name="again.jpg", option="no")
    with deployment.main.reading() as session:
        assert session.execute(select(func.count()).select_from(SurveyMedia)).scalar_one() == 1
    assert kinds_of(deployment).count("survey.media_added") == 1
    for option in ("", "no"):
        gone = {"role": "picture", "file_language": "en", "option": option}
        assert post(deployment, officer, base, "items/settled/detach", gone).status_code == 200
    assert survey_of(deployment, base).media == {}


# -- trying it


def carried(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return html.unescape(found[1])


def tried(officer: Any, base: str, answer: str, action: str = "next") -> Any:
    page = officer.page
    sent = {name: carried(page, name) for name in ("key", "answers", "shown_in")}
    return officer.post(f"{base}/try", sent | {"answer": answer, "action": action})


def test_trying_walks_the_real_way_and_keeps_nothing(deployment: Any, staff: Any):
    officer = staff("officer")
    base = a_draft(deployment, officer)
    assert "Do you feel settled?" in officer.get(f"{base}/try").text
    assert tried(officer, base, "perhaps").status_code == 200
    assert "Do you feel settled?" in officer.page, "what is no answer comes back"
    assert "What would help?" in tried(officer, base, "no").text
    assert "Do you feel settled?" in tried(officer, base, "", "back").text
    assert "How many homes" in tried(officer, base, "yes").text
    for _ in range(3):
        tried(officer, base, "", "skip")
    assert "That was all" in officer.page
    assert kinds_of(deployment) == ["survey.draft_started"]


def test_answers_that_were_tampered_with_are_left_out(deployment: Any, staff: Any):
    officer = staff("officer")
    base = a_draft(deployment, officer)
    officer.get(f"{base}/try")
    for answers in (
        "", "[]", "{", "[" * 9000, '{"settled": 1}', '{"settled": ["a", {"x": 1}]}', '{"zz": ["a", 1]}',
        '{"helpers": ["a", 5]}', '{"homes": ["a", ["x"]]}', '{"settled": [[], "yes"]}', '{"say": ["a", true]}',
    ):  # fmt: skip
        for key in ("settled", "homes", "helpers", "say", "zz"):
            sent = {"key": key, "answers": answers, "answer": "2", "action": "next"}
            assert officer.post(f"{base}/try", sent).status_code == 200, (answers[:40], key)


def test_the_preview_is_the_respondents_page_in_the_chosen_language(deployment: Any, staff: Any):
    officer = staff("officer")
    arabic = Question(name="mood", kind=Kind.TEXT, label={"en": "How are you?", "ar": "كيف حالك؟"})
    base = a_draft(deployment, officer, small_survey(languages=("en", "ar"), items=(arabic,)))
    page = officer.get(f"{base}/preview/mood?language=ar").text
    assert 'dir="rtl"' in page
    assert "كيف حالك؟" in page
    assert 'class="survey"' in page
    assert "كيف حالك؟" not in officer.get(f"{base}/preview/mood").text
    turned = officer.get(f"{base}/preview/mood?direction=rtl").text
    assert 'dir="rtl"' in turned
    assert "How are you?" in turned
    assert 'dir="ltr"' in officer.get(f"{base}/preview/mood?direction=nonsense").text
    assert "preview/mood?language=en&amp;direction=rtl" in officer.get(f"{base}?item=mood&direction=rtl").text
    assert "preview/mood?language=ar&amp;direction=rtl" in officer.get(f"{base}?item=mood&language=ar").text
    assert "frame-src 'self'" in officer.get(f"{base}?item=mood").headers["content-security-policy"]


def test_the_print_has_every_question_and_option(deployment: Any, staff: Any):
    officer = staff("officer")
    base = a_draft(deployment, officer)
    page = html.unescape(officer.get(f"{base}/print").text)
    for question in small_survey().questions:
        assert question.label["en"] in page
        assert all(choice.label["en"] in page for choice in question.choices)
    assert 'settled = "no"' in page


def test_words_of_a_survey_are_never_markup(deployment: Any, staff: Any):
    officer = staff("officer")
    bad = "<script>alert(1)</script>\"'"
    asked = Question(
        name="q",
        kind=Kind.SINGLE_CHOICE,
        label={"en": bad},
        hint={"en": bad},
        source=bad,
        choices=(Choice(name="<b>", label={"en": bad}),),
    )
    base = a_draft(deployment, officer, small_survey(title={"en": bad}, credit={"en": bad}, items=(asked,)))
    for path in ("", "?item=q", "/preview/q", "/print", "/files", "/publish", "/add?after=q", "/try"):
        page = officer.get(base + path).text
        assert "<script>alert" not in page, path
        assert "<b>" not in page, path


# -- taking away


def test_a_draft_and_a_version_are_taken_away_as_files(deployment: Any, staff: Any, a_wave: Any):
    officer, wave = staff("officer"), a_wave()
    base = a_draft(deployment, officer)
    for where in (base, f"/design/surveys/{wave.version_id}"):
        assert "What it cannot say" in officer.get(f"{where}/files").text or "Nothing is lost" in officer.page
        answer = officer.get(f"{where}/files/yaml")
        assert read_yaml(answer.content) == small_survey()
        assert 'filename="small.yaml"' in answer.headers["content-disposition"]
        for name in files.FORMATS:
            assert officer.get(f"{where}/files/{name}").status_code == 200, name
        assert officer.get(f"{where}/files/exe").status_code == 404


# -- putting away


def test_a_draft_is_put_away_taken_out_and_deleted_for_good(deployment: Any, staff: Any):
    officer = staff("officer")
    base = a_draft(deployment, officer)
    assert post(deployment, officer, base, "forget").status_code == 409
    assert post(deployment, officer, base, "discard").status_code == 200
    assert post(deployment, officer, base, "items/say/delete").status_code == 409
    assert officer.get(base).status_code == 200
    assert post(deployment, officer, base, "reopen").status_code == 200
    post(deployment, officer, base, "discard")
    assert post(deployment, officer, base, "forget").status_code == 200
    assert officer.get(base).status_code == 404
    with deployment.main.reading() as session:
        assert session.execute(select(func.count()).select_from(SurveyDraft)).scalar_one() == 0
    assert kinds_of(deployment)[-3:] == ["survey.draft_reopened", "survey.draft_discarded", "survey.draft_deleted"]


# -- publishing


def ready(deployment: Any, officer: Any, base: str) -> None:
    """Tick everything off."""
    post(deployment, officer, base, "ticks/help_lines")
    post(deployment, officer, base, "ticks/preview")
    post(deployment, officer, base, "ticks/protection", SIGNED)


def publish(deployment: Any, officer: Any, base: str, **changes: str) -> Any:
    return post(deployment, officer, base, "publish", DATES | changes)


def test_nothing_is_published_before_each_tick_is_there(deployment: Any, staff: Any):
    officer = staff("officer")
    base = a_draft(deployment, officer)
    ready(deployment, officer, base)
    for missing in ("help_lines", "preview", "protection"):
        post(deployment, officer, base, f"ticks/{missing}", {"away": "yes"})
        answer = publish(deployment, officer, base)
        assert answer.status_code == 422, missing
        assert "not ready to publish" in answer.text
        ready(deployment, officer, base)
    assert publish(deployment, officer, base).status_code == 200
    with deployment.main.reading() as session:
        (wave,) = published.waves(session)
    assert wave.published.survey == small_survey()
    assert wave.published.content_hash == content_hash(small_survey())
    assert kept(deployment, base).state is DraftState.PUBLISHED
    assert steps(deployment) == 0
    assert kinds_of(deployment)[-2:] == ["survey.published", "survey.draft_published"]
    assert publish(deployment, officer, base).status_code == 409


def test_what_somebody_tried_must_be_what_is_published(deployment: Any, staff: Any):
    officer = staff("officer")
    base = a_draft(deployment, officer)
    ready(deployment, officer, base)
    post(deployment, officer, base, "items/say/delete")
    assert "it has changed" in officer.get(f"{base}/publish").text
    assert publish(deployment, officer, base).status_code == 422
    post(deployment, officer, base, "ticks/preview")
    assert "The survey was changed since" in officer.page
    assert publish(deployment, officer, base).status_code == 200


def test_errors_and_missing_words_stand_in_the_way(deployment: Any, staff: Any):
    officer = staff("officer")
    ahead = Question(name="first", kind=Kind.TEXT, label={"en": "Why?"}, relevant=parse("answered(say)"))
    for survey in (small_survey(items=(ahead, *small_survey().items)), small_survey(languages=("en", "cy"))):
        base = a_draft(deployment, officer, survey)
        ready(deployment, officer, base)
        assert publish(deployment, officer, base).status_code == 422
    with deployment.main.reading() as session:
        assert session.execute(select(func.count()).select_from(SurveyVersion)).scalar_one() == 0


def test_a_sign_off_needs_its_name_day_and_reference(deployment: Any, staff: Any):
    officer = staff("officer")
    base = a_draft(deployment, officer)
    for field, wrong in (("signed_by", ""), ("signed_on", "2027-01-01"), ("signed_on", "soon"), ("reference", "")):
        answer = post(deployment, officer, base, "ticks/protection", SIGNED | {field: wrong})
        assert answer.status_code == 422, field
        assert f'href="#{field}"' in answer.text
    assert "protection" not in kept(deployment, base).checklist


def test_a_sign_off_stays_with_the_draft_and_in_the_trail(deployment: Any, staff: Any):
    officer = staff("officer")
    base = a_draft(deployment, officer)
    post(deployment, officer, base, "ticks/protection", SIGNED)
    noted = kept(deployment, base).checklist["protection"]
    assert SIGNED.items() <= noted.items()
    assert noted["by"] == officer.staff_id
    with deployment.main.reading() as session:
        details = session.execute(
            select(col(AuditEvent.details)).where(col(AuditEvent.kind) == "survey.ticked")
        ).scalar_one()
    assert SIGNED.items() <= details.items()


def test_a_faulty_wave_is_told_on_the_checklist(deployment: Any, staff: Any):
    officer = staff("officer")
    base = a_draft(deployment, officer)
    ready(deployment, officer, base)
    for changes in ({"label": ""}, {"closes_on": "2026-11-01"}, {"opens_on": "soon"}):
        assert publish(deployment, officer, base, **changes).status_code == 422, changes
    assert kept(deployment, base).is_open


def test_a_changed_version_becomes_the_next_one_with_its_differences_shown(deployment: Any, staff: Any):
    officer = staff("officer")
    first = a_draft(deployment, officer)
    ready(deployment, officer, first)
    publish(deployment, officer, first)
    with deployment.main.reading() as session:
        (wave,) = published.waves(session)
    second = str(officer.post("/design/drafts", {"from": "version", "version": wave.published.id}).url.path)
    post(deployment, officer, second, "items/homes/delete")
    ready(deployment, officer, second)
    assert publish(deployment, officer, second).status_code == 200
    with deployment.main.reading() as session:
        new = max(published.waves(session), key=lambda one: one.published.version).published
    assert new.version == 2
    page = officer.get(f"/design/surveys/{new.id}").text
    address = f"/design/surveys/{new.id}/differences/{wave.published.id}"
    assert address in page
    assert "How many homes this year?" in officer.get(address).text


def test_a_checked_file_becomes_a_draft_with_its_losses_even_where_it_cannot_be_asked_yet(
    deployment: Any, staff: Any
) -> None:
    officer = staff("officer")
    form = (
        '"survey",,,\n,"type","name","label","relevant"\n,"text","mood","How are you?","${late} = 1"\n'
        ',"integer","late","How late?",\n,"geopoint","place","Where are you?",\n'
    )
    checked = officer.post(
        "/design/import", {"audience": "young_person", "action": "check"}, files={"file": ("form.csv", form.encode())}
    )
    page = html.unescape(checked.text)
    definition = page.partition('name="definition" hidden aria-hidden="true">\n')[2].partition("</textarea>")[0]
    losses = re.findall(r'name="loss" value="([^"]*)"', page)
    begun = officer.post("/design/import/draft", {"definition": definition, "loss": losses})
    draft = kept(deployment, str(begun.url.path))
    assert [question.name for question in draft.survey.questions] == ["mood", "late", "place"]
    assert any(loss.what_happens.startswith("refused for privacy") for loss in draft.losses)


def test_words_that_others_may_have_seen_stay_with_the_question_and_why_they_changed(
    deployment: Any, staff: Any
) -> None:
    officer = staff("officer")
    base = a_draft(deployment, officer)
    why = {"label:en": "Are you settled?", "why_reworded": "Shorter to say."}
    post(deployment, officer, base, "items/settled", settings(deployment, base, "settled", **why))
    provenance = survey_of(deployment, base).question_by_name["settled"].provenance
    assert provenance is not None
    assert [(one.words["en"], one.why) for one in provenance.earlier] == [("Do you feel settled?", "Shorter to say.")]
    post(deployment, officer, base, "items/say", settings(deployment, base, "say", **{"label:en": "Anything else?"}))
    assert survey_of(deployment, base).question_by_name["say"].provenance is None, "nobody had seen it yet"
