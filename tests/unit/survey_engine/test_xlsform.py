"""XLSForms: what becomes a question, what is lost by name, what is refused with a row; never a crash."""

from __future__ import annotations

import io
import json
import time
import zipfile
from pathlib import Path

import openpyxl
import pytest

from survey_engine import journey
from survey_engine.definition import Group, Kind, Survey
from survey_engine.expressions import print_expression
from survey_engine.formats.account import Imported
from survey_engine.formats.xlsform import read_xlsform

CHOICES = "yn yes Yes, yn no No, people mum Mum, people aunt Aunt"


def form(*rows: str, choices: str = CHOICES, settings: str = "", headers: str = "type|name|label|relevant") -> Imported:
    """A form from rows such as ``text|mood|How are you?``; the headers are row 1, so the first row is 2."""
    return read_xlsform(workbook(*rows, choices=choices, settings=settings, headers=headers), "form.xlsx")


def workbook(
    *rows: str, choices: str = CHOICES, settings: str = "", headers: str = "type|name|label|relevant"
) -> bytes:
    book = openpyxl.Workbook()
    survey = book.active
    assert survey is not None
    survey.title = "survey"
    for row in (headers, *rows):
        survey.append([cell.strip() or None for cell in row.split("|")])
    sheet = book.create_sheet("choices")
    for row in ("list_name name label", *choices.split(", ")):
        sheet.append(row.split(" ", 2))
    if settings:
        sheet = book.create_sheet("settings")
        for line in zip(*(pair.split("=") for pair in settings.split(", ")), strict=True):
            sheet.append(list(line))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def whole(imported: Imported) -> Survey:
    assert imported.problems == ()
    assert imported.survey is not None
    return imported.survey


def losses(imported: Imported) -> list[str]:
    return [loss.feature for loss in imported.loss if loss.feature != "default_language"]


def test_each_kind_of_the_first_cut_becomes_a_question() -> None:
    imported = form(
        "text|a|A", "integer|b|B", "decimal|c|C", "select_one yn|d|D", "select_multiple people|e|E", "note|f|F",
        "select one from yn|g|G", "Select_Multiple people|h|H", "string|i|I|",
    )  # fmt: skip
    kinds = [question.kind for question in whole(imported).questions]
    one, several = Kind.SINGLE_CHOICE, Kind.MULTIPLE_CHOICE
    assert kinds == [Kind.TEXT, Kind.INTEGER, Kind.DECIMAL, one, several, Kind.NOTE, one, several, Kind.TEXT]
    assert losses(imported) == []


def test_groups_conditions_rules_and_hints_come_along() -> None:
    headers = "type|name|label|relevant|constraint|constraint_message|required|hint|appearance"
    survey = whole(
        form(
            "select_one yn|school|School?",
            "begin_group|learning|Learning|${school} = 'yes'",
            "integer|hours|Hours?||. >= 0 and . <= 12|Up to 12.|yes|A guess will do.",
            "end_group",
            "text|more|More?||||true()||multiline",
            headers=headers,
        )
    )
    group = survey.items[1]
    assert isinstance(group, Group)
    assert group.relevant is not None
    assert print_expression(group.relevant) == 'school = "yes"'
    hours, more = survey.question_by_name["hours"], survey.question_by_name["more"]
    assert hours.constraint is not None
    assert hours.constraint_message == {"en": "Up to 12."}
    assert (hours.required, hours.hint, more.required, more.kind) == (
        True, {"en": "A guess will do."}, True, Kind.LONG_TEXT,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("headers", "settings", "languages", "label"),
    [
        ("type|name|label", "", ("en",), {"en": "x"}),
        ("type|name|label::English (en)|label::Welsh (cy)", "", ("en", "cy"), {"en": "x", "cy": "y"}),
        ("type|name|label:Welsh|label:English", "", ("cy", "en"), {"cy": "x", "en": "y"}),
        ("type|name|label|label::pl", "default_language=English (en)", ("en", "pl"), {"en": "x", "pl": "y"}),
        ("TYPE|NAME|LABEL::FR|Label::Klingon", "", ("fr", "und-x-klingon"), {"fr": "x", "und-x-klingon": "y"}),
        ("type|name|label::cy|label::en", "default_language=en", ("en", "cy"), {"cy": "x", "en": "y"}),
    ],
)
def test_languages_are_told_by_their_columns(
    headers: str, settings: str, languages: tuple[str, ...], label: dict[str, str]
) -> None:
    survey = whole(form("text|a|x|y", headers=headers, settings=settings))
    assert survey.languages == languages
    assert dict(survey.questions[0].label) == label


@pytest.mark.parametrize(
    "kind", "geopoint geotrace geoshape start-geopoint deviceid phonenumber username email start end today video file "
    "simserial imei".split(),
)  # fmt: skip
def test_what_would_give_somebody_away_keeps_its_place_and_is_never_asked(kind: str) -> None:
    imported = form("text|mood|How are you?", f"{kind}|x|X", "text|why|Why?|${x} = ''")
    survey = whole(imported)
    assert survey.question_by_name["x"].kind is Kind.LEFT_OUT
    assert [question.name for question in journey.visible(survey, {})] == ["mood", "why"]
    (loss,) = [loss for loss in imported.loss if loss.feature == kind]
    assert (loss.where, loss.what_happens.startswith("refused for privacy")) == ("survey row 3", True)


@pytest.mark.parametrize("kind", ["audit", "background-audio"])
def test_what_watches_how_somebody_answers_has_no_place(kind: str) -> None:
    imported = form("text|mood|How are you?", f"{kind}|x|X")
    assert [question.name for question in whole(imported).questions] == ["mood"]
    assert losses(imported) == [kind]


@pytest.mark.parametrize(
    ("kind", "ours"),
    [
        ("date", Kind.DATE), ("time", Kind.TIME), ("range", Kind.RANGE), ("rank people", Kind.RANKING),
        ("acknowledge", Kind.ACKNOWLEDGE), ("hidden", Kind.HIDDEN), ("image", Kind.PHOTO), ("audio", Kind.VOICE),
        ("add integer prompt", Kind.INTEGER), ("select all that apply from people", Kind.MULTIPLE_CHOICE),
    ],
)  # fmt: skip
def test_every_kind_there_is_becomes_one_of_ours(kind: str, ours: Kind) -> None:
    imported = form(f"{kind}|x|X")
    assert whole(imported).questions[0].kind is ours
    assert losses(imported) == []


@pytest.mark.parametrize(
    ("looks", "kind", "ours"),
    [
        ("month-year", "date", Kind.MONTH), ("year", "date", Kind.YEAR), ("draw", "image", Kind.DRAWING),
        ("signature", "image", Kind.DRAWING), ("multiline", "text", Kind.LONG_TEXT),
    ],
)  # fmt: skip
def test_looks_tell_kinds_apart(looks: str, kind: str, ours: Kind) -> None:
    assert whole(form(f"{kind}|x|X|{looks}", headers="type|name|label|appearance")).questions[0].kind is ours


@pytest.mark.parametrize("kind", ["barcode", "select_one_from_file towns.csv", "select_one ${mood}"])
def test_what_is_not_supported_keeps_its_place_and_is_named(kind: str) -> None:
    imported = form("text|mood|How are you?", f"{kind}|x|X")
    assert whole(imported).question_by_name["x"].kind is Kind.LEFT_OUT
    assert any("left out" in loss.what_happens for loss in imported.loss)


def test_a_condition_on_a_later_question_is_kept_and_told() -> None:
    imported = form("text|mood|How are you?|${late} = 'x'", "text|late|Late?")
    assert print_expression(whole(imported).conditions["mood"][0]) == 'late = "x"'
    assert losses(imported) == ["condition on a later question"]


@pytest.mark.parametrize(
    ("column", "cell", "feature"),
    [
        ("default", "x", "default"),
        ("media::image", "a.png", "image a.png"),
        ("media::video", "a.mp4", "video"),
        ("appearance", "minimal", "appearance minimal"),
        ("constraint", "regex(., '(?=a)')", "constraint: The pattern looks ahead"),
        ("constraint", "pulldata('a', 'b', 'c', .) = 1", "constraint: pulldata() looks something up"),
        ("trigger", "${mood}", "trigger"),
    ],
)
def test_every_feature_that_is_dropped_is_named(column: str, cell: str, feature: str) -> None:
    imported = form("text|mood|Mood?", f"text|a|A|{cell}", headers=f"type|name|label|{column}")
    assert whole(imported)
    assert any(lost.startswith(feature) for lost in losses(imported)), losses(imported)


def test_everything_a_row_can_say_comes_along() -> None:
    headers = "type|name|label|required|calculation|choice_filter|parameters|required_message|guidance_hint|readonly"
    survey = whole(
        form(
            "integer|age|Age?|${who} != ''|||||Ask gently.|",
            "select_one people|who|Who?|yes||name != 'mum'|randomize=true seed=${age}|Please say.||",
            "calculate|next|||${age} + 1|||||",
            "range|ladder|Ladder?||||start=0 end=8 step=2|||",
            "text|shown|Shown||||||| yes",
            headers=headers,
        )
    )
    age, who, following, ladder, shown = survey.questions
    assert age.required_if is not None
    assert (age.guidance, who.required_message) == ({"en": "Ask gently."}, {"en": "Please say."})
    assert who.choice_filter is not None
    assert (who.shuffle, print_expression(who.shuffle_seed or who.choice_filter)) == (True, "age")
    assert following.calculation is not None
    assert (ladder.least, ladder.most, ladder.step) == (0, 8, 2)
    assert shown.kind is Kind.NOTE


def test_a_repeat_is_asked_for_each_turn_and_a_loop_for_each_option() -> None:
    imported = form(
        "integer|n|How many?|", "begin repeat|child|Child|", "text|name|Name of ${n}?|", "end repeat",
        "begin loop over yn|l|L", "text|z|%(label)s?", "end loop",
    )  # fmt: skip
    survey = whole(imported)
    group = survey.items[1]
    assert isinstance(group, Group)
    assert group.repeat is not None
    assert [question.label["en"] for question in survey.questions[-2:]] == ["Yes?", "No?"]
    assert [question.written_as for question in survey.questions[-2:]] == [None, "z"]
    assert "loop" in losses(imported)


def test_answers_repeated_in_words_keep_their_question_and_must_have_one() -> None:
    survey = whole(form("text|mood|Mood?", "note|n|You said ${ mood }."))
    assert survey.questions[1].label == {"en": "You said ${mood}."}
    refused = form("note|n|You said ${nothing}.")
    assert (refused.problems[0].row, refused.problems[0].column) == (2, "label")


def test_words_are_shown_without_marks_of_other_programs() -> None:
    survey = whole(form('text|mood|# **How** are <span style="color:red">you</span>?'))
    assert survey.questions[0].label == {"en": "How are you?"}


def test_or_other_adds_the_option_and_the_question_behind_it() -> None:
    survey = whole(form("select_one yn or_other|a|A"))
    assert [choice.name for choice in survey.questions[0].choices] == ["yes", "no", "other"]
    assert survey.questions[1].name == "a_other"
    assert survey.questions[1].relevant is not None


def test_a_name_used_again_in_another_group_is_renamed_and_its_conditions_follow() -> None:
    imported = form(
        "begin group|one|One", "integer|age|Age?", "end group",
        "begin group|two|Two", "integer|age|Age?", "text|why|Why?|${age} > 10", "end group",
    )  # fmt: skip
    survey = whole(imported)
    assert [question.name for question in survey.questions] == ["age", "two.age", "why"]
    assert survey.question_by_name["two.age"].written_as == "age"
    assert print_expression(survey.conditions["why"][0]) == "two.age > 10"
    assert len(losses(imported)) == 1


@pytest.mark.parametrize(
    ("rows", "sheet", "row", "column"),
    [
        (["launch|a|A"], "survey", 2, "type"),
        (["text|a|A", "text|a|B"], "survey", 3, "name"),
        (["text||A"], "survey", 2, "name"),
        (["text|my name|A"], "survey", 2, "name"),
        (["text|a|"], "survey", 2, "label"),
        (["|a|A"], "survey", 2, "type"),
        (["select_one nowhere|a|A"], "survey", 2, "type"),
        (["text|a|A|${b} ="], "survey", 2, "relevant"),
        (["text|a|A", "text|b|B|${typo} = 'x'"], "survey", 3, "relevant"),
        (["begin group|g|G", "text|a|A"], "survey", 2, "type"),
        (["text|a|A", "end group"], "survey", 3, "type"),
        (["begin group|g|G", "end repeat"], "survey", 3, "type"),
        (["calculate|a|A"], "survey", 2, "calculation"),
        (["geopoint|a|"], "survey", 2, "label"),
        (["begin group|g|G", "end group"], "survey", None, ""),
        (["text|a|A|if(${a} > 1, 2"], "survey", 2, "relevant"),
    ],
)
def test_a_mistake_is_told_with_its_row(rows: list[str], sheet: str, row: int | None, column: str) -> None:
    imported = form(*rows)
    assert imported.survey is None
    assert (sheet, row, column) in {(problem.sheet, problem.row, problem.column) for problem in imported.problems}
    assert all(problem.message.endswith(".") for problem in imported.problems)


def test_choices_with_mistakes_are_told_with_their_row() -> None:
    imported = form("select_one yn|a|A", choices="yn yes Yes, yn yes Again, yn -8 Eight")
    assert [(problem.sheet, problem.row) for problem in imported.problems] == [("choices", 3), ("choices", 4)]


def test_formulas_are_never_worked_out() -> None:
    imported = form('text|a|=HYPERLINK("http://example.org")', "text|b|B")
    assert imported.survey is None
    assert imported.problems[0].row == 2


def zipped(**parts: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return file.getvalue()


ENTITIES = (
    b'<?xml version="1.0"?><!DOCTYPE t [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;"><!ENTITY f SYSTEM "file:///etc/passwd">]>'
    b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">&b;&f;</Types>'
)


@pytest.mark.parametrize(
    "data",
    [
        b"", b"   ", b"\x89PNG\r\n\x1a\n" + b"\0" * 100, b"%PDF-1.7", b"PK\x03\x04broken", b"<html></html>", b"\0" * 500,
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 3000, b"just text", b"\xff\xfe\x00\xd8", b"a,b\nc,d\n",
        b'"never closed', b"survey,,\n", b"survey,,\n,type\n", b"survey,,\n,name,label\n,a,A\n", b"\xe9\xe8",
        zipped(hello=b"x"), zipped(**{"[Content_Types]_xml": b"<x/>"}), zipped(**{"[Content_Types]_xml": ENTITIES}),
        zipped(**{"[Content_Types]_xml": b" " * 70_000_000}), workbook("text|a|A")[:-500], b"x" * 10_000_001,
    ],
)  # fmt: skip
def test_a_file_that_is_no_form_gets_a_sentence(data: bytes) -> None:
    started = time.perf_counter()
    imported = read_xlsform(data, "form.xlsx")
    assert imported.survey is None
    assert imported.problems
    assert all(problem.message.endswith((".", "?", "!")) for problem in imported.problems)
    assert time.perf_counter() - started < 5


def test_real_forms_never_crash_and_what_must_be_refused_is_with_its_row(shared_data: Path) -> None:
    for file in sorted((shared_data / "xlsform" / "forms").glob("*")):
        imported = read_xlsform(file.read_bytes(), file.name)
        broken = file.name == "onadata__error_test_form.xlsx"  # a calculation that is no expression
        assert [problem.row for problem in imported.problems] == ([5] if broken else [])
        json.dumps(imported.to_json())
        if imported.survey is not None:
            assert Survey.model_validate_json(imported.survey.model_dump_json()) == imported.survey
    for file in sorted((shared_data / "xlsform" / "rejects").glob("*")):
        imported = read_xlsform(file.read_bytes(), file.name)
        assert any(problem.row for problem in imported.problems), file.name
