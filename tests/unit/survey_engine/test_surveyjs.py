"""SurveyJS files: what becomes a question, what is lost by name, what is a mistake; there and back; never a crash."""

from __future__ import annotations

import copy
import json
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey_engine.definition import Audience, Group, Kind, Question, Survey
from survey_engine.expression_parser import parse
from survey_engine.expressions import ExpressionError, Reference, print_expression
from survey_engine.formats.account import Imported
from survey_engine.formats.surveyjs import read_surveyjs, write_surveyjs
from survey_engine.formats.surveyjs_expressions import Meant, Sort, read_condition, read_typed
from survey_engine.formats.surveyjs_expressions_writer import Said, Writer


def form(*elements: dict[str, Any], **more: Any) -> Imported:
    return read_surveyjs(json.dumps({"locale": "en", "elements": elements, **more}).encode(), "form.json")


def whole(imported: Imported) -> Survey:
    assert imported.problems == ()
    assert imported.survey is not None
    return imported.survey


def only(*elements: dict[str, Any], **more: Any) -> Question:
    """The last question of a form that says all it needs."""
    return whole(form(*elements, **more)).questions[-1]


def losses(imported: Imported) -> list[str]:
    return [loss.feature for loss in imported.loss]


def text(name: str, **more: Any) -> dict[str, Any]:
    return {"type": "text", "name": name, **more}


# --- questions


@pytest.mark.parametrize(
    ("element", "kind"),
    [
        ({"type": "text"}, Kind.TEXT),
        ({"type": "text", "inputType": "number"}, Kind.DECIMAL),
        ({"type": "text", "inputType": "number", "step": 1}, Kind.INTEGER),
        ({"type": "text", "inputType": "range", "max": 10}, Kind.RANGE),
        ({"type": "text", "inputType": "date"}, Kind.DATE),
        ({"type": "text", "inputType": "month"}, Kind.MONTH),
        ({"type": "text", "inputType": "time"}, Kind.TIME),
        ({"type": "comment"}, Kind.LONG_TEXT),
        ({"type": "radiogroup", "choices": ["a"]}, Kind.SINGLE_CHOICE),
        ({"type": "dropdown", "choices": [1, {"value": 2, "text": "Two"}]}, Kind.SINGLE_CHOICE),
        ({"type": "checkbox", "choices": ["a"]}, Kind.MULTIPLE_CHOICE),
        ({"type": "tagbox", "choices": ["a"]}, Kind.MULTIPLE_CHOICE),
        ({"type": "imagepicker", "choices": ["a"]}, Kind.SINGLE_CHOICE),
        ({"type": "ranking", "choices": ["a", "b"]}, Kind.RANKING),
        ({"type": "boolean"}, Kind.SINGLE_CHOICE),
        ({"type": "rating"}, Kind.RANGE),
        ({"type": "slider"}, Kind.RANGE),
        ({"type": "signaturepad"}, Kind.DRAWING),
        ({"type": "file", "acceptedTypes": "image/*"}, Kind.PHOTO),
        ({"type": "checkbox", "choices": ["OK"]}, Kind.ACKNOWLEDGE),
        ({"type": "expression", "expression": "1 + 1", "visible": False}, Kind.CALCULATED),
        ({"type": "html", "html": "<p>Hello</p>"}, Kind.NOTE),
    ],
)
def test_each_type_becomes_a_question(element: dict[str, Any], kind: Kind) -> None:
    imported = form({"name": "q", **element}, text("last"))
    assert whole(imported).questions[0].kind is kind
    assert losses(imported) == []


@pytest.mark.parametrize(
    ("element", "feature"),
    [
        ({"type": "text", "inputType": "email"}, "inputType email"),
        ({"type": "text", "inputType": "tel"}, "inputType tel"),
        ({"type": "file"}, "file"),
        ({"type": "file", "acceptedTypes": ".pdf,image/*"}, "file"),
        ({"type": "geolocation"}, "type geolocation"),
    ],
)
def test_what_tells_who_or_where_somebody_is_keeps_its_place_and_is_never_asked(
    element: dict[str, Any], feature: str
) -> None:
    imported = form(
        {"name": "q", **element}, text("then", visibleIf="{q} notempty"), text("else", visibleIf="{q} empty")
    )
    survey = whole(imported)
    assert survey.questions[0].kind is Kind.LEFT_OUT
    assert [(loss.feature, "refused for privacy" in loss.what_happens) for loss in imported.loss] == [(feature, True)]
    assert survey.questions[1].relevant == parse("answered(q)")  # read as unanswered: never


def test_a_loss_names_its_place_in_the_file() -> None:
    page = {"name": "first", "elements": [text("mood"), text("why", visibleIf="foo({mood}) = 1")]}
    imported = read_surveyjs(json.dumps({"locale": "en", "pages": [page]}).encode(), "f.json")
    assert imported.loss[0].where == "pages[0].elements[1] (question “why”), visibleIf"
    assert "foo()" in imported.loss[0].feature
    assert "asked of everybody" in imported.loss[0].what_happens


def test_special_options_keep_what_they_mean() -> None:
    question = only(
        {"type": "checkbox", "name": "q", "choices": ["a"], "showNoneItem": True, "showDontKnowItem": True,
         "showRefuseItem": True}
    )  # fmt: skip
    assert [(choice.name, choice.exclusive, choice.means) for choice in question.choices] == [
        ("a", False, "answer"), ("none", True, "answer"), ("refused", True, "prefer_not"), ("dontknow", True, "dont_know"),
    ]  # fmt: skip


def test_other_is_asked_in_a_question_of_its_own() -> None:
    radio = {"type": "radiogroup", "name": "q", "choices": ["a"], "hasOther": True}
    survey = whole(form(radio, text("then", visibleIf="{q-Comment} notempty")))
    other, then = survey.questions[1:]
    assert other.name == "q_other"
    assert other.relevant == parse('selected(q, "other")')
    assert then.relevant == parse("answered(q_other)")


def test_faces_go_from_the_happiest_and_numbers_stay_a_scale() -> None:
    smileys = {"type": "rating", "name": "q", "rateType": "smileys", "rateMax": 3}
    faces = form(smileys)
    question = whole(faces).questions[0]
    assert [(choice.name, choice.label["en"]) for choice in question.choices] == [
        ("3", "Happy"), ("2", "In the middle"), ("1", "Unhappy"),
    ]  # fmt: skip
    assert question.appearance == "faces"
    assert losses(faces) == ["faces without words"]
    scale = only({"type": "rating", "name": "q", "rateMin": 0, "rateMax": 10, "minRateDescription": "never"})
    assert (scale.kind, scale.least, scale.most, scale.hint) == (Kind.RANGE, 0, 10, {"en": "0 = never"})


def test_a_matrix_is_a_grid_and_a_matrix_of_questions_a_group_for_each_row() -> None:
    matrix = {"type": "matrix", "name": "m", "columns": ["yes", "no"], "rows": ["art", {"value": "pe", "text": "P.E."}]}
    cells = {
        "type": "matrixdropdown", "name": "d", "choices": ["a", "b"], "rows": ["x", "y"],
        "columns": [{"name": "c"}, {"name": "t", "cellType": "text", "visibleIf": "{row.c} = 'a'"}],
    }  # fmt: skip
    survey = whole(form(matrix, cells, text("then", visibleIf="{m.art} = 'yes' and {d.y.c} = 'b'")))
    grid = survey.items[0]
    assert isinstance(grid, Group)
    assert grid.appearance == "grid"
    assert [question.name for question in survey.questions] == ["art", "pe", "d_x_c", "d_x_t", "d_y_c", "d_y_t", "then"]
    assert survey.question_by_name["d_y_t"].relevant == parse('d_y_c = "a"')
    assert survey.questions[-1].relevant == parse('art = "yes" and d_y_c = "b"')


def test_a_dynamic_panel_is_a_repeated_group_and_its_columns_are_seen_from_outside() -> None:
    panel = {
        "type": "paneldynamic", "name": "pets", "maxPanelCount": 3, "templateElements": [
            text("called"), text("age", inputType="number", visibleIf="{panel.called} notempty"),
            text("second", visibleIf="{panelIndex} = 1"),
        ],
    }  # fmt: skip
    survey = whole(form(panel, text("old", visibleIf="sumInArray({pets}, 'age') > 9 or {pets.length} > 1")))
    group = survey.items[0]
    assert isinstance(group, Group)
    assert group.repeat is not None
    assert group.repeat.most == 3
    assert survey.question_by_name["age"].relevant == parse("answered(called)")
    assert survey.question_by_name["second"].relevant == parse("position(pets) - 1 = 1")
    assert survey.question_by_name["old"].relevant == parse("sum(among(age, answered(age))) > 9 or count(pets) > 1")


def test_fields_of_one_question_are_a_group() -> None:
    fields = {
        "type": "multipletext",
        "name": "home",
        "items": [{"name": "street"}, {"name": "rooms", "inputType": "number"}],
    }
    survey = whole(form(fields, text("big", visibleIf="{home.rooms} > 4")))
    assert [(question.name, question.kind) for question in survey.questions[:2]] == [
        ("street", Kind.TEXT), ("rooms", Kind.DECIMAL),
    ]  # fmt: skip
    assert survey.questions[2].relevant == parse("rooms > 4")


def test_pages_dissolve_unless_they_say_something() -> None:
    pages = [
        {"name": "p1", "elements": [text("a")]},
        {"name": "p2", "title": "More", "visibleIf": "{a} = 'x'", "elements": [text("b")]},
    ]
    survey = whole(read_surveyjs(json.dumps({"locale": "en", "pages": pages}).encode(), "f.json"))
    assert [item.name for item in survey.items] == ["a", "p2"]
    assert survey.items[1].label == {"en": "More"}


def test_languages_and_piping_come_along() -> None:
    survey = whole(form(
        text("pet", title={"default": "Your pet?", "cy": "Dy anifail?"}),
        text("age", title={"default": "How old is {pet}?", "cy": "Faint yw oed {pet}?"}),
    ))  # fmt: skip
    assert survey.languages == ("en", "cy")
    assert survey.questions[1].label == {"en": "How old is ${pet}?", "cy": "Faint yw oed ${pet}?"}


def test_a_form_in_one_other_language_is_in_that_language() -> None:
    data = json.dumps({"elements": [text("a", title={"cy": "Sut wyt ti?"})]}).encode()
    assert whole(read_surveyjs(data, "f.json")).languages == ("cy",)


@pytest.mark.parametrize(
    ("rule", "constraint"),
    [
        ({"type": "numeric", "minValue": 1, "maxValue": 9}, ". >= 1 and . <= 9"),
        ({"type": "text", "minLength": 3}, "string-length(.) >= 3"),
        ({"type": "expression", "expression": "{q} empty or {q} > {a}"}, ". > a"),
        ({"type": "regex", "regex": "^[A-Z]{2}$"}, 'regex(., "[A-Z]{2}")'),
        ({"type": "regex", "regex": "cat", "caseInsensitive": True}, 'regex(., "(?i)[\\s\\S]*cat[\\s\\S]*")'),
    ],
)
def test_rules_come_along_with_their_message(rule: dict[str, Any], constraint: str) -> None:
    number = {"inputType": "number"} if rule["type"] in ("numeric", "expression") else {}
    question = only(text("a", inputType="number"), text("q", validators=[{**rule, "text": "Try again."}], **number))
    assert question.constraint is not None
    assert print_expression(question.constraint) == constraint
    assert question.constraint_message == {"en": "Try again."}


def test_options_are_filtered_by_their_own_conditions() -> None:
    question = only(
        text("age", inputType="number"),
        {"type": "radiogroup", "name": "q", "choices": ["a", {"value": "b", "visibleIf": "{age} > 9"}]},
    )
    assert question.choice_filter == parse('choice("when") = "0" or choice("when") = "1" and age > 9')
    assert [choice.columns for choice in question.choices] == [{"when": "0"}, {"when": "1"}]


def test_nothing_is_filled_in_beforehand() -> None:
    imported = form(
        text("a", defaultValue="x"), text("b", defaultValueExpression="{a}"), text("c", setValueExpression="1")
    )
    assert [question.default for question in whole(imported).questions] == [parse('"x"'), parse("a"), None]
    assert losses(imported) == ["defaultValue", "defaultValue", "setValueExpression"]


def test_calculations_stand_behind_what_they_look_at() -> None:
    imported = form(
        text("a", inputType="number"), text("b", visibleIf="{twice} > 4"),
        calculatedValues=[{"name": "twice", "expression": "{a} * 2"}],
    )  # fmt: skip
    survey = whole(imported)
    assert [question.name for question in survey.questions] == ["a", "twice", "b"]
    assert survey.questions[1].calculation == parse("coalesce(a, 0) * 2")


def test_triggers_timers_and_thanks_are_lost_by_name() -> None:
    imported = form(
        text("a"), triggers=[{"type": "complete", "expression": "{a} = 1"}], completedHtml="<b>Bye</b>", timeLimit=60,
        cookieName="c",
    )  # fmt: skip
    assert sorted(losses(imported)) == ["completedHtml", "cookieName", "timeLimit", "trigger complete"]


def test_an_answer_that_became_hidden_counts_on_in_surveyjs_which_is_told() -> None:
    elements = [text("a"), text("b", visibleIf="{a} = 'x'"), text("c", visibleIf="{b} = 'y'")]
    assert losses(form(*elements)) == ["answers that have become hidden"]
    assert losses(form(*elements, clearInvisibleValues="onHiddenContainer")) == []


def test_a_condition_on_a_later_question_is_lost_by_name() -> None:
    imported = form(text("a", visibleIf="{b} = 'x'"), text("b"))
    assert whole(imported).questions[0].relevant is None
    assert losses(imported) == ["condition: it looks at “b”, which comes later"]


def test_names_that_cannot_be_kept_are_told_and_followed() -> None:
    imported = form(text("How old?", inputType="number"), text("1st", visibleIf="{How old?} > 5"), text("1st"))
    assert [question.name for question in whole(imported).questions] == ["How_old", "q_1st", "q_1st_2"]
    assert whole(imported).questions[1].relevant == parse("How_old > 5")
    assert len([loss for loss in imported.loss if "renamed" in loss.what_happens]) == 3


def test_html_becomes_words_alone() -> None:
    question = only(
        text("a"),
        {
            "type": "html",
            "name": "n",
            "html": "<h2>Hi</h2><p>One &amp; <b>two</b></p><ul><li>three</li></ul><script>x</script>",
        },
    )
    assert (question.label, question.hint) == ({"en": "Hi"}, {"en": "One & two\n\nthree"})


# --- mistakes and hostile files


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"{", "no JSON"),
        (b"\xff\xfe", "UTF-8"),
        (b"[]", "neither"),
        (b'{"elements": []}', "Nothing is left to ask"),
        (b'{"elements": [{"name": "a"}]}', "no type"),
        (b'{"elements": [{"type": "text"}]}', "no name"),
        (b'{"elements": [5]}', "no question"),
        (b'{"elements": [{"type": "text", "name": "a", "visibleIf": "{b} = "}]}', "ends too early"),
        (b'{"pages": [7]}', "no page"),
        (b'{"elements": ' + b"[" * 500 + b"]" * 500 + b"}", "nested"),
        (b" " * (5 * 1024 * 1024 + 1), "larger than 5 MB"),
    ],
)
def test_a_file_that_cannot_be_read_says_how_to_mend_it(data: bytes, says: str) -> None:
    imported = read_surveyjs(data, "f.json")
    assert imported.survey is None
    assert any(says in problem.message for problem in imported.problems)


RICH: dict[str, Any] = {
    "title": {"default": "All of it", "cy": "Popeth"}, "description": "Hello {name}", "locale": "en",
    "clearInvisibleValues": "none", "triggers": [{"type": "complete", "expression": "{a} = 1"}],
    "calculatedValues": [{"name": "calc", "expression": "{n} + 1"}],
    "pages": [{"name": "p1", "visibleIf": "{x} notempty", "elements": [
        text("a", title={"default": "A?", "cy": "A?"}, validators=[{"type": "regex", "regex": "^a|b$"}, {"type": "expression", "expression": "{a} <> 'x'"}]),
        text("n", inputType="number", min=0, max=10, step=2, requiredIf="{a} = 'x'", enableIf="{a} notempty"),
        {"type": "checkbox", "name": "c", "choices": ["a", {"value": 2, "text": {"cy": "Dau"}, "visibleIf": "{n} > 2"}], "choicesVisibleIf": "{item} <> {a}", "showOtherItem": True, "hasComment": True, "defaultValue": ["a"]},
        {"type": "rating", "name": "r", "rateValues": [1, 2, {"value": 3, "text": "three"}], "rateType": "smileys"},
        {"type": "matrix", "name": "m", "columns": ["y", "n"], "rows": ["r1", {"value": "r2", "visibleIf": "{c} contains 'a'"}], "eachRowRequired": True},
        {"type": "matrixdropdown", "name": "md", "choices": ["k"], "columns": [{"name": "c1"}, {"name": "c2", "cellType": "text"}], "rows": ["one", "two"]},
        {"type": "matrixdynamic", "name": "my", "columns": [{"name": "c1", "cellType": "text"}], "maxRowCount": 3},
        {"type": "panel", "name": "pa", "title": "P", "elements": [
            {"type": "paneldynamic", "name": "pd", "maxPanelCount": 2, "bindings": {"panelCount": "n"}, "templateElements": [
                text("in"), {"type": "paneldynamic", "name": "pe", "templateElements": [text("deep", visibleIf="{parentPanel.in} = {panel.deep}")]}]},
            {"type": "multipletext", "name": "mt", "items": [{"name": "i1"}, {"name": "i2", "isRequired": True}]},
        ]},
        {"type": "imagepicker", "name": "ip", "choices": [{"value": "x", "imageLink": "cat.png"}, {"value": "y", "imageLink": "https://example.org/dog.png"}], "multiSelect": True},
        {"type": "html", "name": "h", "html": {"default": "<h1>x</h1><p>y</p>"}}, {"type": "expression", "name": "e", "expression": "sumInArray({my}, 'c1')"},
        {"type": "slider", "name": "s", "step": 5}, {"type": "boolean", "name": "b", "labelTrue": "Aye"}, {"type": "ranking", "name": "rk", "choices": [1, 2]},
        {"type": "file", "name": "f"}, {"type": "signaturepad", "name": "sg"}, {"type": "unheard of", "name": "u"},
    ]}],
}  # fmt: skip
ODD = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.floats() | st.text(max_size=8)
    | st.sampled_from(["{a} = 1", "{panel.x} > {row.y}", "{c} contains 'a'", "-9", "~1", "\ud800", "a__b", "{a}" * 200, "text", "panel"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["default", "value", "type", "name", "elements"]), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, one in inner for place in places(one, (*path, key)))]


def is_there(value: Any, key: Any) -> bool:
    if isinstance(value, list):
        return isinstance(key, int) and key < len(value)
    return isinstance(value, dict) and key in value


PLACES = [place for place in places(RICH) if place]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(PLACES), ODD), min_size=1, max_size=4))
def test_a_mutilated_file_never_crashes_and_gives_a_survey_or_a_problem(
    changes: list[tuple[tuple[Any, ...], Any]],
) -> None:
    mutilated: Any = copy.deepcopy(RICH)
    for place, odd in changes:
        at: Any = mutilated
        for key in place[:-1]:
            at = at[key] if is_there(at, key) else None
        if is_there(at, place[-1]):
            at[place[-1]] = odd
    imported = read_surveyjs(json.dumps(mutilated).encode(), "f.json")
    assert (imported.survey is None) == bool(imported.problems)
    json.dumps(imported.to_json()).encode()
    if imported.survey is not None:
        assert read_surveyjs(write_surveyjs(imported.survey).data, "f.json").problems == ()


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_told_what_is_wrong(data: bytes) -> None:
    assert read_surveyjs(data, "f.json").survey is None


def test_a_huge_file_is_read_or_refused_in_seconds() -> None:
    began = time.monotonic()
    many = {"elements": [text(f"q{number}", visibleIf="{q1} = 'x'") for number in range(20_000)]}
    assert read_surveyjs(json.dumps(many).encode(), "f.json").survey is None
    options = {"elements": [{"type": "dropdown", "name": "q", "choices": list(range(200_000))}]}
    assert read_surveyjs(json.dumps(options).encode(), "f.json").survey is None
    cells = {
        "type": "matrixdropdown",
        "name": "m",
        "rows": list(range(999)),
        "columns": list(range(99)),
        "cellType": "text",
    }
    assert read_surveyjs(json.dumps({"elements": [cells] * 20}).encode(), "f.json").survey is None
    assert time.monotonic() - began < 20


# --- conditions

KNOWN = {
    "one": Meant(Reference(name="one"), Sort.OPTION, ("Mum", "dad")),
    "some": Meant(Reference(name="some"), Sort.OPTIONS, ("a", "b")),
    "n": Meant(Reference(name="n"), Sort.NUMBER),
    "m": Meant(Reference(name="m"), Sort.NUMBER),
    "t": Meant(Reference(name="t"), Sort.TEXT),
    "d": Meant(Reference(name="d"), Sort.DATE),
    "yes": Meant(Reference(name="yes"), Sort.OPTION, ("true", "false"), yes_no=True),
}


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("{one} = 'MUM'", 'one = "Mum"'),
        ("{t} = 'x'", 'translate(t, "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz") = "x"'),
        ("{t} = '7'", 't = "7"'),
        ("{n} + 1 > 5", "coalesce(n, 0) + 1 > 5"),
        ("{n} notempty and {n} + 1 > 5", "n + 1 > 5"),
        ("{n} <= {m}", "n <= m or not(answered(n) or answered(m))"),
        ("{some} contains ['a', 'b']", 'selected(some, "a") and selected(some, "b")'),
        ("{some} = ['b','a']", 'some = "a b"'),
        ("{some} = 'a'", "false()"),
        ("{some} noneof ['a']", 'not(selected(some, "a"))'),
        ("{yes} and !{yes}", 'yes = "true" and not(yes = "true")'),
        ("{one} contains 'm'", 'one = "Mum"'),
        ("{n} empty || {n} <> 3", "not(answered(n)) or n != 3"),
        ("iif({n} > 1, {m}, 2) = 2", "if(n > 1, m, 2) = 2"),
        ("{n} = null", "not(answered(n))"),
        ("age({d}) >= 18", 'int((number(format-date(today(), "%Y%m%d")) - number(format-date(d, "%Y%m%d"))) div 10000) >= 18'),
    ],
)  # fmt: skip
def test_a_condition_keeps_its_meaning(said: str, read: str) -> None:
    assert print_expression(read_condition(said, KNOWN.get)) == read


@pytest.mark.parametrize(
    "said", ["{t}", "{n} = 1 and {t}", "foo({n}) = 1", "{gone} = 1", "{t} > 'a'", "{n} = 1" + " or {n} = 1" * 800]
)
def test_what_cannot_be_said_here_is_refused_by_name(said: str) -> None:
    with pytest.raises(ExpressionError) as refused:
        read_condition(said, KNOWN.get)
    assert refused.value.message


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="{}[]()'\"!=<>+-*/%^,.&| \\nmtdoneyssome019abc", max_size=60) | st.text(max_size=30))
def test_reading_any_text_as_a_condition_yields_one_or_refuses(said: str) -> None:
    for read in (read_condition, read_typed):
        try:
            read(said, KNOWN.get)
        except ExpressionError:
            continue


SAID = {
    "one": Said("one", Sort.OPTION, ("Mum", "dad")),
    "some": Said("some", Sort.OPTIONS, ("a", "b")),
    "n": Said("n", Sort.NUMBER),
    "m": Said("m", Sort.NUMBER),
    "d": Said("d", Sort.DATE),
}
ATOMS = st.sampled_from([
    'one = "Mum"', 'one != "dad"', 'selected(some, "a")', 'selected(one, "Mum")', 'some = "a b"', "n > 5", "n <= m", "n != m",
    "answered(n)", "answered(some)", "n + m > 3", "coalesce(n, 0) + m >= 3", "n * 2 - m div 4 != 3", "n mod 2 = 1",
    "count-selected(some) > 1", 'd >= "2020-01-01"', "d <= today()", "max(n, m) > 2", "-n < 3", "true()",
    'int((number(format-date(today(), "%Y%m%d")) - number(format-date(d, "%Y%m%d"))) div 10000) < 18',
    "if(answered(n), m, 2) > 1", 'if(n > 2, one = "dad", answered(m))',
])  # fmt: skip
TREES = st.recursive(
    ATOMS,
    lambda inner: (
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: " and ".join(f"({part})" for part in parts))
        | st.lists(inner, min_size=2, max_size=3).map(lambda parts: " or ".join(f"({part})" for part in parts))
        | inner.map(lambda part: f"not({part})")
    ),
    max_leaves=8,
)


@settings(max_examples=200, deadline=None)
@given(TREES)
def test_a_condition_written_and_read_again_is_the_same(said: str) -> None:
    condition = parse(said)
    assert read_condition(Writer(SAID.get).condition(condition), KNOWN.get) == condition


# --- there and back


def survey(*items: Any, **more: Any) -> Survey:
    fields = {
        "name": "s",
        "title": {"en": "S"},
        "audience": Audience.YOUNG_PERSON,
        "languages": ("en",),
        "items": items,
    }
    return Survey.model_validate({**fields, **more})


def question(name: str, kind: Kind, **more: Any) -> dict[str, Any]:
    if kind in (Kind.SINGLE_CHOICE, Kind.MULTIPLE_CHOICE, Kind.RANKING):
        options = [
            {"name": option, "label": {"en": option.upper(), "cy": f"{option} cy"}} for option in ("ann", "bob", "cy")
        ]
        more.setdefault("choices", options)
    return {"type": "question", "name": name, "kind": kind, "label": {"en": f"{name}?", "cy": f"{name} cy?"}, **more}


QUESTIONS = st.lists(
    st.one_of(
        st.fixed_dictionaries({"kind": st.sampled_from([Kind.TEXT, Kind.LONG_TEXT]), "max_length": st.integers(1, 20_000)}),
        st.fixed_dictionaries({"kind": st.just(Kind.INTEGER), "least": st.none() | st.integers(0, 5), "most": st.none() | st.integers(5, 9)}),
        st.fixed_dictionaries({"kind": st.just(Kind.DECIMAL), "step": st.sampled_from([None, 0.5, 0.25])}),
        st.fixed_dictionaries({"kind": st.just(Kind.RANGE), "least": st.integers(-3, 1), "most": st.integers(2, 6), "step": st.sampled_from([None, 1]), "appearance": st.sampled_from(["plain", "scale"])}),
        st.fixed_dictionaries({"kind": st.sampled_from([Kind.DATE, Kind.MONTH, Kind.TIME, Kind.DRAWING, Kind.PHOTO, Kind.ACKNOWLEDGE])}),
        st.fixed_dictionaries({"kind": st.just(Kind.SINGLE_CHOICE), "appearance": st.sampled_from(["plain", "faces", "scale"])}),
        st.fixed_dictionaries({"kind": st.sampled_from([Kind.MULTIPLE_CHOICE, Kind.RANKING]), "shuffle": st.booleans()}),
        st.fixed_dictionaries({"kind": st.just(Kind.NOTE), "hint": st.sampled_from([{}, {"en": "Well,\n\nthen\nso & <so>."}])}),
    ),
    min_size=1, max_size=6,
)  # fmt: skip


@settings(max_examples=120, deadline=None)
@given(QUESTIONS, st.booleans(), st.booleans(), st.data())
def test_a_survey_written_and_read_again_is_the_same(
    made: list[dict[str, Any]], grouped: bool, repeated: bool, data: Any
) -> None:
    items: list[Any] = []
    for number, fields in enumerate(made):
        more = dict(fields)
        if number and data.draw(st.booleans()):
            more["relevant"] = parse(
                f"answered(q{number - 1})" if made[number - 1]["kind"] is not Kind.NOTE else "true()"
            )
        if more["kind"] is not Kind.NOTE:
            more["required"] = data.draw(st.booleans())
            more["hint"] = data.draw(st.sampled_from([{}, {"en": "A hint.", "cy": "Awgrym."}]))
        items.append(question(f"q{number}", more.pop("kind"), **more))
    items.append(question("last", Kind.TEXT))
    if grouped:
        repeat = {"repeat": {"most": 3}} if repeated else {}
        items = [{"type": "group", "name": "g", "label": {"en": "Group"}, "items": items, **repeat}]
    before = survey(*items, languages=("en", "cy"))
    after = whole(read_surveyjs(write_surveyjs(before).data, "s.json"))
    assert after.model_dump(mode="json", exclude={"minutes"}) == before.model_dump(mode="json", exclude={"minutes"})


def test_grids_filters_rules_and_orders_come_back_as_they_were() -> None:
    yes_no = [{"name": option, "label": {"en": option}} for option in ("yes", "no")]
    before = survey(
        question("n", Kind.INTEGER), question("more", Kind.TEXT, required_if=parse("n > 3")),
        {"type": "group", "name": "likes", "appearance": "grid", "shuffle": True, "items": [
            question(name, Kind.SINGLE_CHOICE, choices=yes_no, required=True) for name in ("art", "sport")]},
        question("who", Kind.MULTIPLE_CHOICE, constraint=parse("count-selected(.) <= 2"), constraint_message={"en": "Two."}),
        question("best", Kind.SINGLE_CHOICE, choice_filter=parse('selected(who, choice("name"))'), shuffle=True),
        question("code", Kind.TEXT, constraint=parse('regex(., "[A-Z]+|x") and . != "7"'), constraint_message={"en": "No."}),
        question("total", Kind.CALCULATED, calculation=parse("n * 2"), label={"en": "total"}),
        question("why", Kind.LONG_TEXT, relevant=parse("total > 4"), read_only_if=parse('art = "no"')),
        {"type": "group", "name": "pets", "label": {"en": "Pets"}, "repeat": {"most": 4, "count": parse("n")}, "items": [
            question("pet", Kind.TEXT), question("old", Kind.INTEGER, relevant=parse("answered(pet)"))]},
        question("sum", Kind.TEXT, relevant=parse("sum(among(old, answered(old))) > 5 or count(pets) = 2"), label={"en": "${n} pets?"}),
    )  # fmt: skip
    exported = write_surveyjs(before)
    after = whole(read_surveyjs(exported.data, "s.json"))
    same = before.model_copy(update={"languages": ("en", "cy")})
    assert after.model_dump(mode="json", exclude={"minutes"}) == same.model_dump(mode="json", exclude={"minutes"})
    assert {loss.where for loss in exported.loss} <= {"survey"}


def test_what_surveyjs_cannot_say_is_named() -> None:
    exported = write_surveyjs(
        survey(
            question("born", Kind.DATE, voice="child", guidance={"en": "Ask twice."}),
            question("voice", Kind.VOICE),
            question("odd", Kind.TEXT, relevant=parse('regex(string(born), "2.*")')),
            credit={"en": "By us."},
        )
    )
    features = [loss.feature for loss in exported.loss]
    assert {"audience", "minutes", "credit", "voice", "guidance"} <= set(features)
    assert any("regex()" in feature for feature in features)


def test_a_question_that_can_be_locked_need_not_be_answered() -> None:
    imported = form(text("a"), text("b", isRequired=True, enableIf="{a} = '1'"))
    last = whole(imported).questions[-1]
    assert not last.required
    assert last.read_only_if == parse('not(a = "1")')
    assert losses(imported) == ["required and locked"]
