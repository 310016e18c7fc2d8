"""What the check of a survey finds, what it lets through, in which order, and how fast."""

from __future__ import annotations

import json
import re
import time
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from survey_engine import contrast, identifying, wording
from survey_engine.authoring import read_yaml
from survey_engine.checking import check
from survey_engine.definition import Survey
from survey_engine.expression_parser import parse
from survey_engine.findings import CODES, Finding, findings_to_json
from tests.property.survey_engine.invented import surveys, written_surveys

ROOT = Path(__file__).parents[3]
WHEN = date(2026, 11, 26)


def asked(
    name: str = "q", kind: str = "long_text", label: str = "What makes you smile?", *options: str, **more: Any
) -> dict[str, Any]:
    choices = [{"name": f"o{place}", "label": {"en": said}} for place, said in enumerate(options)]
    return {"type": "question", "name": name, "kind": kind, "label": {"en": label}, "choices": choices} | more


def group(name: str, *items: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "group", "name": name, "items": list(items)} | more


def survey(*items: dict[str, Any], audience: str = "child", **more: Any) -> Survey:
    facts = {"name": "s", "title": {"en": "My week"}, "audience": audience, "languages": ["en"], "items": list(items)}
    return Survey.model_validate(facts | more)


def when(condition: str) -> dict[str, Any]:
    return {"relevant": parse(condition).model_dump(mode="json")}


def codes(made: Survey, **more: Any) -> list[str]:
    return [finding.code for finding in check(made, today=WHEN, **more)]


YES_NO = ("Yes", "No", "I don't know")
PICTURE: dict[str, Any] = {"picture": {"en": "dog.png"}}
MEDIA: dict[str, Any] = {"media": {"dog.png": "0" * 64}}


def licensed(expires: str) -> dict[str, Any]:
    item = {"question": "q", "least": 0, "most": 10}
    licence = {"kind": "licensed", "holder": "Riverbank Council", "number": "17", "expires": expires}
    return {"name": "sc", "title": {"en": "A scale"}, "items": [item], "source": "SWEMWBS", "licence": licence}


LADDER: dict[str, Any] = {
    "kind": "range",
    "least": 0,
    "most": 10,
    "step": 1,
    "hint": {"en": "0 is the worst, 10 is the best."},
    "source": "SWEMWBS",
}
EASY: dict[str, Any] = {"languages": ["en", "en-x-easy"], "title": {"en": "A", "en-x-easy": "A"}}


def easy(label: str, **more: Any) -> Survey:
    made = asked(audio={"en-x-easy": "a.mp3"}, appearance="faces", **more)
    made["label"] = {"en": "What makes you smile?", "en-x-easy": label}
    return survey(made, media={"a.mp3": "0" * 64}, **EASY)


CASES: list[tuple[str, Survey, Survey]] = [
    # code, a survey it is found in, a survey near it in which it is not
    ("unknown_question", survey(asked(**when("answered(other)"))), survey(asked())),
    ("looks_ahead", survey(asked(**when("answered(b)")), asked("b", label="Why?")), survey(asked(), asked("b", label="Why?", **when("answered(q)")))),
    ("unknown_option", survey(asked("a", "single_choice", "Is it fun?", *YES_NO), asked(**when('a = "maybe"'))),
     survey(asked("a", "single_choice", "Is it fun?", *YES_NO), asked(**when('a = "o1"')))),
    ("words_missing", survey(asked(), languages=["en", "cy"]), survey(asked())),
    ("pipe_unknown", survey(asked(label="Who is ${nobody}?")), survey(asked(label="What costs $5?"))),
    ("pipe_later", survey(asked(label="Is ${b} kind?"), asked("b", label="Who?")), survey(asked("b", label="Who?"), asked(label="Is ${b} kind?"))),
    ("pipe_no_answer", survey(asked("n", "note", "Hello"), asked(label="Is ${n} kind?")), survey(asked("n", label="Who?"), asked(label="Is ${n} kind?"))),
    ("pipe_outside", survey(group("g", asked("b", label="Who?"), repeat={"ask": {"en": "How many pets?"}}), asked(label="Is ${b} kind?")),
     survey(group("g", asked("b", label="Who?"), asked(label="Is ${b} kind?"), repeat={"ask": {"en": "How many pets?"}}))),
    ("pipe_free_text", survey(asked("b", label="Who?"), asked(label="Is ${b} kind?")),
     survey(asked("b", "single_choice", "Is it fun?", *YES_NO), asked(label="Why ${b}?"))),
    ("file_missing", survey(asked(**PICTURE)), survey(asked(**PICTURE), **MEDIA)),
    ("picture_says_missing", survey(asked(**PICTURE), **MEDIA), survey(asked(**PICTURE, picture_says={"en": "A dog"}), **MEDIA)),
    ("never_asked", survey(asked("a", "integer", "How many pets?"), asked(**when("a > 5 and a < 3"))),
     survey(asked("a", "integer", "How many pets?"), asked(**when("a > 3 and a < 5")))),
    ("left_out", survey(asked(kind="left_out", left_out="No places.")), survey(asked())),
    ("default_not_filled", survey(asked(default=parse('"football"').model_dump(mode="json"))),
     survey(asked(kind="hidden", default=parse('"football"').model_dump(mode="json")), asked("b"))),
    ("repeat_ask_missing", survey(group("g", asked(), repeat={})), survey(group("g", asked(), repeat={"ask": {"en": "How many pets?"}}))),
    ("asked_twice", survey(asked("a"), asked("b", label="What makes you smile")), survey(asked("a"), asked("b", **when("answered(a)")))),
    ("cannot_decline", survey(asked(required=True, may_decline=False)), survey(asked(required=True, may_decline=False), audience="practitioner")),
    ("dont_know_missing", survey(asked("q", "single_choice", "Is it fun?", "Yes", "No")), survey(asked("q", "single_choice", "Is it fun?", *YES_NO))),
    ("other_missing", survey(asked("q", "single_choice", "Who cooks?", "Mum", "Dad", "A carer")),
     survey(asked("q", "single_choice", "Who cooks?", "Mum", "Dad", "Someone else"))),
    ("hard_words", survey(asked(label="Evaluate the effectiveness of organisational communication.")), survey(asked())),
    ("long_sentence", survey(asked(hint={"en": " ".join(["word"] * 16)})), survey(asked(hint={"en": " ".join(["word"] * 15)}))),
    ("jargon", survey(asked(label="Do you like your placement?")), survey(asked(label="Do you like your placement?"), audience="practitioner")),
    ("abbreviation", survey(asked(label="What is fun, e.g. at school?")), survey(asked(label="What is fun on TV? DO NOT WORRY."))),
    ("leading", survey(asked(label="Don't you love your room?")), survey(asked(label="What is your room like?"))),
    ("double_barrelled", survey(asked("q", "single_choice", "Is it warm and quiet?", *YES_NO)), survey(asked(label="Is it warm and quiet?"))),
    ("double_negative", survey(asked(label="Is it not unfair?"), audience="parent_carer"), survey(asked(label="Is it not fair?"), audience="parent_carer")),
    ("negative", survey(asked(label="Do they not listen?")), survey(asked(label="Do they not listen?"), audience="young_person")),
    ("absolute", survey(asked("q", "single_choice", "Is it always fun?", *YES_NO)), survey(asked(label="When is it always fun?"))),
    ("long_recall", survey(asked(label="What did you do last year?")), survey(asked(label="What did you do last year?"), audience="young_person")),
    ("long_recall", survey(asked(label="What changed in the last five years?"), audience="young_person"), survey(asked(label="What did you do last week?"))),
    ("too_many_options", survey(asked("q", "multiple_choice", "Pick", *"abcdefg")), survey(asked("q", "multiple_choice", "Pick", *"abcdef"))),
    ("one_sided_options", survey(asked("q", "single_choice", "How is it?", "Great", "Very good", "Good")),
     survey(asked("q", "single_choice", "Who is it?", "Mum", "Dad", "Good Fairy", "Someone else"))),
    ("unbalanced_options", survey(asked("q", "single_choice", "How is it?", "Great", "Good", "OK", "Bad")),
     survey(asked("q", "single_choice", "How is it?", "Great", "Good", "OK", "Bad", "Awful"))),
    ("options_out_of_order", survey(asked("q", "single_choice", "How is it?", "Good", "Awful", "Great", "Bad")),
     survey(asked("q", "single_choice", "How is it?", "Awful", "Bad", "Good", "Great"))),
    ("faces_without_words", survey(asked("q", "single_choice", "How is it?", "🙂", "🙁")), survey(asked("q", "single_choice", "How is it?", "Good 🙂", "Bad 🙁"))),
    ("ends_without_words", survey(asked(**LADDER | {"hint": {}, "source": ""})), survey(asked(**LADDER | {"source": ""}))),
    ("easy_contraction", easy("It's fun."), easy("It is fun.")),
    ("easy_several_ideas", easy("We play, and we eat, but we go."), easy("We play.")),
    ("easy_number_word", easy("I have three dogs."), easy("I have 3 dogs.")),
    ("easy_picture_missing", survey(asked() | {"label": {"en": "A?", "en-x-easy": "A?"}}, **EASY), easy("We play.")),
    ("easy_audio_missing", survey(asked() | {"label": {"en": "A?", "en-x-easy": "A?"}}, **EASY), easy("We play.")),
    ("exact_date", survey(asked(kind="date", label="When did you move?")), survey(asked(kind="month", label="When did you move?"))),
    ("licensed_instrument", survey(asked(**LADDER)), survey(asked(**LADDER), scales=[licensed("2027-01-31")])),
    ("licensed_instrument", survey(asked(source="Strengths and Difficulties")), survey(asked(source="Our young advisers, 2026"))),
    ("licence_expired", survey(asked(**LADDER), scales=[licensed("2026-11-25")]), survey(asked(**LADDER), scales=[licensed("2026-11-26")])),
    ("scale_fault", survey(asked("other"), scales=[licensed("2027-01-31")]), survey(asked(**LADDER), scales=[licensed("2027-01-31")])),
    ("minutes_off", survey(*(asked(f"q{n}", label=f"What is {n}?") for n in range(30))),
     survey(*(asked(f"q{n}", label=f"What is {n}?") for n in range(6)))),
    ("too_long", survey(*(asked(f"q{n}", label=f"What is {n}?") for n in range(30)), minutes=25),
     survey(*(asked(f"q{n}", label=f"What is {n}?") for n in range(30)), minutes=25, audience="young_person")),
    ("cannot_be_answered", survey(asked(kind="photo", required=True, may_decline=False)), survey(asked(kind="photo", required=True))),
    ("nothing_asked", survey(asked(kind="note")), survey(asked())),
    ("shows_face", survey(asked(kind="voice")), survey(asked(kind="drawing"))),
]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "bad", "good"), CASES, ids=[f"{code}-{place}" for place, (code, _, _) in enumerate(CASES)]
)
def test_a_finding_is_there_when_it_should_be_and_only_then(code: str, bad: Survey, good: Survey) -> None:
    assert code in codes(bad)
    assert code not in codes(good)
    usual = CODES[code].level
    levels = {finding.level for finding in check(bad, today=WHEN) if finding.code == code}
    assert usual == "either" or levels == {usual}


def test_every_code_has_a_survey_that_shows_it() -> None:
    shown = {code for code, _, _ in CASES}
    elsewhere = {
        "looks_at_note",
        "looks_at_itself",
        "circle",
        "reading_age",
        "small_cells",
    }  # their own tests, here or of faults
    labelled = {code for code in CODES if code.startswith("asks_")}  # test_wording
    assert set(CODES) - shown - elsewhere - labelled == set()


def test_errors_come_first_then_reading_order_and_the_whole_survey_before_its_parts() -> None:
    found = check(survey(
        asked("a", label="Do you like your placement?"), asked("b", label="What is your name?"),
        asked("c", "single_choice", "Are you kind and fair?", *YES_NO), *(asked(f"q{n}", label=f"What is {n}?") for n in range(30)),
    ))  # fmt: skip
    assert [(one.code, one.item) for one in found][:6] == [
        ("asks_name", "b"), ("minutes_off", ""), ("too_long", ""), ("jargon", "a"), ("double_barrelled", "c"),
    ][:6]  # fmt: skip


def test_a_page_that_reads_too_old_names_the_words_to_swap() -> None:
    label = "How satisfied are you with the arrangements for seeing members of your family in your accommodation?"
    found = [one for one in check(survey(asked("q", "single_choice", label, "Very satisfied", "Dissatisfied", "I don't know")))
             if one.code == "reading_age" and one.item == "q"]  # fmt: skip
    assert len(found) == 1
    assert "“arrangements”" in found[0].message
    assert "need 9" in found[0].message


def test_other_languages_are_only_counted() -> None:
    long = " ".join(["gair"] * 26)
    made = survey(
        asked() | {"label": {"cy": f"Placement contact LAC don't you? {long}?"}}, languages=["cy"], title={"cy": "T"}
    )
    assert codes(made) == ["long_sentence"]
    assert codes(survey(asked() | {"label": {"ar": "ما اسمك؟"}}, languages=["ar"], title={"ar": "T"})) == []


def test_another_language_that_calls_itself_english_is_only_counted_too() -> None:
    made = survey(
        *(asked(f"q{n}", "text", f"Nama lokasi pengungsian {n} apabila tersebut organisasi") for n in range(9))
    )
    assert codes(made) == []


def test_a_long_list_of_names_does_not_make_a_page_hard() -> None:
    wards = [f"Ballyhackamore Northeast {n}" for n in range(20)]
    assert "reading_age" not in codes(survey(asked("q", "single_choice", "Where do you play?", *wards)))
    assert "reading_age" in codes(survey(asked("q", "single_choice", "Where do you play?", *wards[:10])))


ATTRIBUTES = [
    asked("age", "age_band", "How old are you?", "8 or 9", "10 or 11"),
    asked("gender", "single_choice", "Are you a boy or a girl?", "Boy", "Girl", "Neither", "I don't know"),
    asked("area", "single_choice", "Which area do you live in?", "North", "South", "Somewhere else"),
]


def test_questions_that_together_single_people_out_are_named_with_what_to_do() -> None:
    (found,) = (one for one in check(survey(*ATTRIBUTES)) if one.code == "small_cells")
    assert "“age” (2), “gender” (3) and “area” (3) part people into 18 groups" in found.message
    assert "room for 10" in found.message
    assert codes(survey(*ATTRIBUTES), respondents=180).count("small_cells") == 0
    assert codes(survey(*ATTRIBUTES[:2])).count("small_cells") == 0
    assert codes(survey(*ATTRIBUTES), threshold=5).count("small_cells") == 0


def test_a_question_about_feelings_is_no_attribute() -> None:
    opinion = asked("x", "single_choice", "How do you feel about your religion?", *"abcdefghijkl")
    assert "small_cells" not in codes(survey(*ATTRIBUTES[:2], opinion))


def test_one_attribute_alone_can_be_too_many() -> None:
    ethnic = asked("e", "single_choice", "What is your ethnic group?", *"abcdefghijklmnopqr")
    (found,) = (one for one in check(survey(ethnic)) if one.code == "small_cells")
    assert found.instead.startswith("ethnicity in the 5 census groups")


def test_a_direct_identifier_is_an_error_for_respondents_and_advice_for_staff() -> None:
    for audience, level in (("child", "error"), ("parent_carer", "error"), ("practitioner", "advice")):
        (found,) = (
            one
            for one in check(survey(asked("q", "text", "What is your name?"), audience=audience))
            if one.code == "asks_name"
        )
        assert found.level == level


@pytest.mark.parametrize(
    ("condition", "never"),
    [
        ('a = "o0" and a = "o1"', True), ('a = "o0" and a != "o0"', True), ('a = "o0" and not(selected(a, "o0"))', True),
        ("false()", True), ("n > 5 and 3 > n", True), ("n = 3 and n = 3.0", False), ('a = "o0" or a = "o1"', False),
        ('selected(m, "o0") and selected(m, "o1")', False), ("n >= 5 and n <= 5", False), ("n > 5 and n < 5", True),
        ('not(a = "o0") and a = "o1"', False), ("n = 3 and n = 4", True),
    ],
)  # fmt: skip
def test_conditions_that_contradict_each_other_are_found(condition: str, never: bool) -> None:
    made = survey(
        asked("a", "single_choice", "Is it fun?", *YES_NO), asked("n", "integer", "How many pets?"),
        asked("m", "multiple_choice", "Pick", "x", "y"), asked("q", **when(condition)),
    )  # fmt: skip
    assert ("never_asked" in codes(made)) is never


def test_a_contradiction_of_group_and_question_is_found_once() -> None:
    inner = [asked("x", label="Why?", **when('a = "o1"')), asked("y", label="How?", **when('a = "o0"'))]
    made = survey(asked("a", "single_choice", "Is it fun?", *YES_NO), group("g", *inner, **when('a = "o0"')))
    assert [one.item for one in check(made) if one.code == "never_asked"] == ["x"]


def test_a_groups_heading_may_name_an_answer_given_inside_it() -> None:
    pets = group(
        "g",
        asked("pet", "single_choice", "Which pet?", "Dog", "Cat", "Another"),
        label={"en": "Your ${pet}"},
        repeat={"ask": {"en": "How many pets?"}},
    )
    assert not [code for code in codes(survey(pets)) if code.startswith("pipe")]
    pets["repeat"] = {"ask": {"en": "How many ${pet}?"}}
    assert "pipe_later" in codes(survey(pets))


def test_our_own_surveys_have_no_error_and_little_advice() -> None:
    for file in sorted((ROOT / "survey_engine" / "library").glob("*.yaml")):
        made = read_yaml(file.read_bytes())
        if isinstance(made, Survey):
            found = check(made, today=WHEN)
            assert [one for one in found if one.level == "error"] == [], file.name
            assert len([one for one in found if one.language != "en-x-easy"]) <= 6, file.name


@settings(max_examples=40, deadline=None)
@given(surveys() | written_surveys())
def test_no_survey_makes_the_check_fail(made: Survey) -> None:
    found = check(made, today=WHEN)
    assert {one.code for one in found} <= set(CODES)
    assert found == check(made, today=WHEN)
    levels = [one.level for one in found]
    assert levels == sorted(levels, key=lambda level: level != "error")
    for one in found:
        assert one.message.endswith((".", "”", "?")), one.message
        assert CODES[one.code].level in ("either", one.level)


def test_json_is_a_list_of_flat_objects() -> None:
    finding = Finding("advice", "jargon", "home", "en", "label", "Say it plainly.", "where you live")
    assert json.loads(json.dumps(findings_to_json([finding]))) == [
        {"level": "advice", "code": "jargon", "item": "home", "language": "en", "field": "label", "message": "Say it plainly.",
         "instead": "where you live"},
    ]  # fmt: skip


def test_the_page_about_the_check_lists_every_code() -> None:
    page = (ROOT / "docs" / "checking-surveys.md").read_text(encoding="utf-8")
    written = dict(re.findall(r"^\| `(\w+)` \| (error|advice|either) \|", page, re.MULTILINE))
    assert written == {code: about.level for code, about in CODES.items()}


def test_the_papers_are_those_of_the_style_sheet() -> None:
    sheet = (ROOT / "frontend" / "styles" / "tokens.css").read_text(encoding="utf-8")

    def block(selector: str) -> dict[str, str]:
        return dict(re.findall(r"--([\w-]+): (#\w+);", sheet[sheet.index(selector) :].partition("}")[0]))

    light, own, dark = block(":root {"), block(":root, [data-accent=own]"), block("[data-colours=dark]")
    papers = light | {"tint": own["tint-light"], "cream": block("[data-colours=cream]")["sunk"]}
    ratios = [contrast.contrast_ratio(papers[name], paper) for name, paper in contrast.PAPER.items()]
    ratios += [contrast.contrast_ratio(dark[name], paper) for name, paper in contrast.DARK_PAPER.items()]
    assert set(ratios) == {1.0}
    assert contrast.contrast_ratio(light["on-accent"], contrast.ON_ACCENT) == 1.0
    assert contrast.accent_fails(own["accent-light"]) == ()


def test_checking_keeps_up_with_somebody_who_types() -> None:
    sixty = survey(*(
        asked(f"q{n}", ["single_choice", "long_text"][n % 2], f"How do you feel about home, school and thing number {n}?",
              *([f"Good {n}", f"Bad {n}", f"I don't know {n}"] if n % 2 == 0 else []), hint={"en": f"You can skip number {n}."})
        for n in range(60)
    ))  # fmt: skip
    for module in (wording, identifying):
        for function in vars(module).values():
            if hasattr(function, "cache_clear"):
                function.cache_clear()
    start = time.process_time()
    check(sixty)
    assert time.process_time() - start < 0.3  # 40 ms on a quiet core; the bound is for a busy one
