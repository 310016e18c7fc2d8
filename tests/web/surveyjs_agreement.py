"""Whether survey-core and Earshot agree on what is asked and what is required, survey by survey.

Each survey is written as SurveyJS; invented respondents answer it in survey-core, in order,
then change their minds about one answer. For the answers survey-core then holds, every
question must be visible and required there exactly where it is here, and no answer may
count on one side only. ``python -m tests.web.surveyjs_agreement`` prints the table.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from importlib import resources
from typing import Any

from survey_engine.authoring import read_yaml
from survey_engine.definition import FILE, NUMBER, TURN, UNASKED, UNSEEN, Audience, Group, Kind, Question, Survey
from survey_engine.evaluation import is_answered
from survey_engine.expression_parser import parse
from survey_engine.expressions import Expression, Value, names
from survey_engine.formats.account import Loss
from survey_engine.formats.surveyjs import read_surveyjs, write_surveyjs
from survey_engine.journey import split
from survey_engine.situation import Situation
from tests.web import node

TODAY = date.today()
RESPONDENTS = 60


@dataclass
class Agreement:
    """What came of one survey: how many things were compared, and where the engines differ."""

    survey: str
    questions: int
    conditions: int
    compared: int = 0
    visible: int = 0
    differences: list[str] = field(default_factory=list)
    loss: tuple[Loss, ...] = ()


def library() -> dict[str, Survey]:
    """Every survey that ships."""
    found = {}
    for file in sorted((resources.files("survey_engine") / "library").iterdir(), key=lambda file: file.name):
        if file.name.endswith(".yaml") and file.name != "notice.yaml":
            survey = read_yaml(file.read_bytes())
            assert isinstance(survey, Survey), survey
            found[file.name.removesuffix(".yaml")] = survey
    return found


def constructed() -> dict[str, Survey]:
    """Surveys made for what the library does not have."""
    found = {}
    for name, source in SOURCES.items():
        found[name] = Survey.model_validate({
            "name": name, "title": {"en": name}, "audience": Audience.CHILD, "languages": ("en",),
            "items": source(),
        })  # fmt: skip
    return found


def agreements(surveys: dict[str, Survey], respondents: int = RESPONDENTS, seed: int = 7) -> list[Agreement]:
    """Walk invented respondents through all of them, in one run of node."""
    written = {name: write_surveyjs(survey) for name, survey in surveys.items()}
    forms = {name: (json.loads(exported.data), exported.loss) for name, exported in written.items()}
    return _walked(surveys, forms, respondents, seed)


def import_agreements(respondents: int = RESPONDENTS, seed: int = 7) -> list[Agreement]:
    """The other way: a form as others write it, and what becomes of it here."""
    form = foreign_form()
    imported = read_surveyjs(json.dumps(form).encode(), "foreign.json")
    assert imported.survey is not None, imported.problems
    return _walked({"foreign": imported.survey}, {"foreign": (form, imported.loss)}, respondents, seed)


def _walked(surveys: dict[str, Survey], forms: dict[str, Any], respondents: int, seed: int) -> list[Agreement]:
    asked, walks = [], {}
    for name, survey in surveys.items():
        chance = random.Random(f"{seed}/{name}")
        walks[name] = [list(walk) for _ in range(respondents) for walk in _walks(survey, chance)]
        asked.append({"survey": forms[name][0], "walks": walks[name]})
    answered = node.ask("surveyjs_walk.mjs", asked)
    return [
        _compared(name, survey, walks[name], found, forms[name][1])
        for (name, survey), found in zip(surveys.items(), answered, strict=True)
    ]


# --- invented respondents


def _walks(survey: Survey, chance: random.Random) -> Iterator[list[tuple[str, Any]]]:
    """Answers in the survey's order, some questions left open; and the same with one changed at the end."""
    looked_at = frozenset().union(*(names(node) for item in survey.all_items for node in _conditions_of(item)))
    steps = []
    for question in survey.possible:
        often = 0.8 if split(question.name)[0] in looked_at else 0.2
        if question.kind not in UNASKED and chance.random() < often:
            if (value := _value(survey, question, chance)) is not None:
                steps.append((question.name, value))
    yield steps
    if steps:
        key, _ = chance.choice(steps)
        changed = survey.asked(key)
        assert changed is not None
        yield [*steps, (key, _value(survey, changed, chance))]


def _conditions_of(item: Question | Group) -> list[Expression]:
    keys = ("relevant", "required_if", "calculation", "choice_filter")
    return [condition for key in keys if (condition := getattr(item, key, None)) is not None]


def _value(survey: Survey, question: Question, chance: random.Random) -> Any:
    """An answer as survey-core holds it."""
    options = [choice.name for choice in question.choices]
    match question.kind:
        case Kind.SINGLE_CHOICE | Kind.AGE_BAND:
            return chance.choice(options)
        case Kind.MULTIPLE_CHOICE:
            alone = [choice.name for choice in question.choices if choice.exclusive]
            if alone and chance.random() < 0.3:
                return [chance.choice(alone)]
            several = [name for name in options if name not in alone]
            return [name for name in several if chance.random() < 0.4] or [several[0]]
        case Kind.RANKING:
            return chance.sample(options, len(options))
        case Kind.ACKNOWLEDGE:
            return ["OK"]
        case Kind.DATE:
            return f"{chance.randint(2000, 2026)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
        case Kind.MONTH:
            return f"{chance.randint(2020, 2026)}-{chance.randint(1, 12):02}"
        case Kind.TIME:
            return f"{chance.randint(0, 23):02}:{chance.randint(0, 59):02}"
        case Kind.DRAWING:
            return "data:image/png;base64,iVBORw0KGgo="
        case Kind.PHOTO | Kind.VOICE:
            return [{"name": "invented.png", "type": "image/png", "content": "data:image/png;base64,iVBORw0KGgo="}]
        case kind if kind in NUMBER:
            least = int(question.least if question.least is not None else 0)
            most = int(question.most if question.most is not None else 20)
            return chance.randint(least, min(most, least + 40))
    return chance.choice(["yes", "no", "a cat", "Bo", 'it’s "fine"', "7", "ÄÖ", "x"])


# --- the comparison


def _compared(name: str, survey: Survey, walks: list[Any], found: list[Any], loss: tuple[Loss, ...]) -> Agreement:
    made = Agreement(
        name, len(survey.questions), sum(item.relevant is not None for item in survey.all_items), loss=loss
    )
    for steps, result in zip(walks, found, strict=True):
        if result["errors"]:
            made.differences.append(f"survey-core does not understand it: {result['errors'][:2]}")
            break
        there = result["found"]
        now = Situation(survey, _given(survey, there), today=TODAY)
        for key, question in _asked(survey, now):
            if key not in there and key == "one_other":
                continue  # SurveyJS asks it inside the question before
            if key not in there:
                made.differences.append(f"{key} is not there")
                continue
            made.compared += 1
            made.visible += now.relevant[key]
            turns = question.name.partition(TURN)[0] not in survey.question_by_name
            if there[key]["shown"] != now.relevant[key]:
                made.differences.append(f"{key} is {'shown' if there[key]['shown'] else 'hidden'} there only: {steps}")
            elif question.kind not in UNASKED and not turns:
                if now.relevant[key] and there[key]["required"] != now.required(*split(key)):
                    made.differences.append(f"{key} is required on one side only: {steps}")
                there_is = is_answered(_ours(question, there[key]["value"]))
                if there_is != is_answered(now.values.get(key)):
                    made.differences.append(f"the answer {key} counts on one side only: {steps}")
    return made


def _asked(survey: Survey, now: Situation) -> Iterator[tuple[str, Question]]:
    for question in survey.possible:
        if question.kind not in UNSEEN and question.name in now.relevant:
            yield question.name, question


def _given(survey: Survey, there: dict[str, Any]) -> dict[str, Value]:
    given: dict[str, Value] = {}
    for question in survey.possible:
        held = there.get(question.name)
        if held is not None and question.kind not in UNASKED:
            value = _ours(question, held["value"])
            if is_answered(value):
                given[question.name] = value
    return given


def _ours(question: Question, value: Any) -> Value:
    """What survey-core holds, as an answer of ours."""
    if value is None:
        return None
    if question.kind is Kind.MULTIPLE_CHOICE:
        return tuple(choice.name for choice in question.choices if choice.name in value)
    if question.kind is Kind.RANKING:
        return tuple(value)
    if question.kind is Kind.ACKNOWLEDGE:
        return "OK" if value == ["OK"] else None
    if question.kind in FILE:
        return "a-kept-file" if value else None
    if question.choices and not isinstance(value, str):
        return str(value).lower() if isinstance(value, bool) else str(value)
    held: Value = value
    return held


# --- surveys made for it


def _q(name: str, kind: Kind = Kind.TEXT, choices: Any = "", **more: Any) -> Question:
    for key in ("relevant", "required_if", "constraint", "calculation", "choice_filter", "read_only_if", "default"):
        if isinstance(more.get(key), str):
            more[key] = parse(more[key])
    options = choices
    if isinstance(choices, str):
        options = tuple({"name": option, "label": {"en": option.capitalize()}} for option in choices.split())
    return Question.model_validate({
        "name": name, "kind": kind, "label": {"en": f"{name}?"}, **({"choices": options} if choices else {}), **more,
    })  # fmt: skip


def _g(name: str, *items: Any, **more: Any) -> dict[str, Any]:
    if isinstance(more.get("relevant"), str):
        more["relevant"] = parse(more["relevant"])
    return {"type": "group", "name": name, "items": items, **more}


def _nested() -> list[Any]:
    return [
        _q("lives", Kind.SINGLE_CHOICE, "home foster alone"),
        _g(
            "home_life", _q("who", Kind.MULTIPLE_CHOICE, "mum dad gran pet"),
            _g("pets", _q("pet_name", required_if='selected(who, "dad")'), _q("pet_note", Kind.NOTE), relevant='selected(who, "pet")'),
            _q("two", relevant='selected(who, "mum") and selected(who, "dad")'),
            _q("many", relevant="count-selected(who) >= 3"),
            relevant='lives != "alone"',
        ),
        _q("named", relevant="answered(pet_name)"),
        _q("not_named", relevant="not(answered(pet_name))", required_if='lives = "home" or not(answered(two))'),
        _q("just_mum", relevant='who = "mum"'),
        _q("not_just", relevant='who != "mum dad"'),
        _g("deep", _g("deeper", _g("deepest", _q("bottom", relevant='lives = "foster"'))), relevant='not(selected(who, "gran"))'),
        _q("after", relevant='answered(bottom) or selected(lives, "alone")'),
    ]  # fmt: skip


def _numbers() -> list[Any]:
    return [
        _q("age", Kind.INTEGER, least=0, most=20, required=True),
        _q("brothers", Kind.INTEGER, least=0, most=5), _q("sisters", Kind.INTEGER, least=0, most=5),
        _q("height", Kind.DECIMAL), _q("likes", Kind.RANGE, least=0, most=10, appearance="scale"),
        _q("far", Kind.RANGE, least=0, most=100, step=5),
        _q("young", relevant="age < 10"), _q("not_ten", relevant="age != 10"), _q("upto", relevant="age <= 12 and age >= 3"),
        _q("siblings", relevant="brothers + sisters > 3"), _q("not_two", relevant="brothers + sisters != 2"),
        _q("safe_sum", relevant="coalesce(brothers, 0) + coalesce(sisters, 0) > 3"),
        _q("more", relevant="brothers > sisters"), _q("at_least", relevant="brothers >= sisters"), _q("same", relevant="brothers = sisters"),
        _q("half", relevant="brothers * 2 - sisters div 2 >= 4"), _q("even", relevant="age mod 2 = 0"),
        _q("any_brothers", relevant="brothers"), _q("no_brothers", relevant="not(brothers)"),
        _q("liked", relevant="likes >= 7 or far > 50"), _q("nothing", relevant="not(answered(height)) and likes = 0"),
        _q("total", Kind.CALCULATED, calculation="brothers + sisters"), _q("big", relevant="total > 4"), _q("small", relevant="total < 3"),
        _q("weighed", Kind.CALCULATED, calculation="if(age > 10, likes * 2, likes)", relevant="answered(likes)"),
        _q("heavy", relevant="weighed >= 8"), _q("most", relevant="max(brothers, sisters) >= 3"),
    ]  # fmt: skip


def _days() -> list[Any]:
    years = 'int((number(format-date(today(), "%Y%m%d")) - number(format-date(born, "%Y%m%d"))) div 10000)'
    return [
        _q("born", Kind.DATE), _q("moved", Kind.DATE), _q("bedtime", Kind.TIME), _q("since", Kind.MONTH), _q("year", Kind.YEAR),
        _q("grown", relevant=f"{years} >= 18"), _q("teen", relevant=f"{years} > 12 and {years} < 20"), _q("not_grown", relevant=f"{years} < 18"),
        _q("late", relevant='decimal-time(bedtime) > decimal-time("21:30")'),
        _q("long", relevant='number(translate(since, "-", "")) < number(translate("2023-06", "-", ""))'),
        _q("moved_after", relevant="moved > born"), _q("same_day", relevant="moved = born"), _q("past", relevant="moved <= today()"),
        _q("new", relevant='moved >= "2020-01-01"'), _q("recent", relevant="year > 2010"),
        _q("no_day", relevant="not(answered(moved)) and answered(bedtime)"),
    ]  # fmt: skip


def _filters() -> list[Any]:
    towns = tuple(
        {"name": town, "label": {"en": town}, "columns": {"county": county}}
        for town, county in (("york", "north"), ("leeds", "west"), ("hull", "east"), ("selby", "north"))
    )
    return [
        _q("county", Kind.SINGLE_CHOICE, "north west east"),
        _q("town", Kind.SINGLE_CHOICE, towns, choice_filter='choice("county") = county or not(answered(county))'),
        _q("yorkish", relevant='town = "york"'), _q("any_town", relevant="answered(town)"),
        _q("helps", Kind.MULTIPLE_CHOICE, "mum dad aunt"),
        _q("best", Kind.SINGLE_CHOICE, "mum dad aunt", choice_filter='selected(helps, choice("name"))'),
        _q("aunt_best", relevant='best = "aunt"', required_if='selected(helps, "mum")'),
        _q("also", Kind.MULTIPLE_CHOICE, "mum dad aunt", choice_filter='choice("name") != best'),
        _q("also_mum", relevant='selected(also, "mum")'),
        _q("order", Kind.RANKING, "art music sport"), _q("art_first", relevant='selected-at(order, 0) = "art"'),
        _q("art_not_last", relevant='answered(order) and selected-at(order, 2) != "art"'),
        _q("read", Kind.ACKNOWLEDGE, required=True), _q("was_read", relevant='read = "OK"'), _q("unread", relevant="not(answered(read))"),
        _q("face", Kind.SINGLE_CHOICE, "great fine bad", appearance="faces"), _q("sad", relevant='face = "bad"'),
        _q("true_false", Kind.SINGLE_CHOICE, "true false"), _q("truly", relevant='true_false = "true"'),
        _q("falsely", relevant='true_false != "true"'), _q("photo", Kind.PHOTO), _q("drawn", Kind.DRAWING),
        _q("seen", relevant="answered(photo) or answered(drawn)"),
        _q("digit", Kind.SINGLE_CHOICE, "1 2 3 10"), _q("over_two", relevant="digit > 2"), _q("is_ten", relevant='digit = "10"'),
    ]  # fmt: skip


def _turns() -> list[Any]:
    return [
        _q("how_many", Kind.INTEGER, least=0, most=3),
        _g(
            "helper", _q("first_name"), _q("kind", Kind.SINGLE_CHOICE, "family friend worker"),
            _q("met", relevant='kind = "worker"'), _q("often", Kind.INTEGER, least=0, most=7, required_if='kind = "friend"'),
            _q("second", relevant="position(helper) = 2"), _q("likes_pets", Kind.MULTIPLE_CHOICE, "dog cat"),
            _g("dogs", _q("dog_name"), relevant='selected(likes_pets, "dog")'),
            repeat={"most": 4},
        ),
        _q("several", relevant="count(helper) > 1"), _q("alone", relevant="count(helper) = 0"),
        _q("often_in_all", relevant="sum(among(often, answered(.))) > 6"), _q("times", relevant="count-non-empty(often) >= 2"),
        _g(
            "pet", _q("animal", Kind.SINGLE_CHOICE, "dog cat"),
            _g("trick", _q("what"), _q("learned", relevant='what = "x"'), _q("dogs_only", relevant='animal = "dog"'), repeat={"most": 2}),
            repeat={"most": 3, "count": parse("how_many")}, relevant="how_many > 0",
        ),
        _g("likes", *(
            _q(f"like_{what}", Kind.SINGLE_CHOICE, "yes no", label={"en": what}, required=True, relevant=relevant)
            for what, relevant in (("art", None), ("sport", "how_many != 2"), ("maths", 'like_art = "yes"'))
        ), appearance="grid"),
        _q("both", relevant='like_art = "yes" and like_sport = "yes"'), _q("no_maths", relevant='like_maths != "yes"'),
    ]  # fmt: skip


def _texts() -> list[Any]:
    return [
        _q("word"), _q("story", Kind.LONG_TEXT), _q("said_yes", relevant='word = "yes"'), _q("not_x", relevant='word != "x"'),
        _q("seven", relevant="word = 7"), _q("quoted", relevant="word = \"it’s \"\"fine\"\"\""), _q("has_cat", relevant='contains(story, "cat")'),
        _q("long", relevant="string-length(story) > 2"), _q("same", relevant="word = story"), _q("either", relevant="word or story"),
        _q("joined", Kind.CALCULATED, calculation='concat(word, "-", story)'), _q("is_bo", relevant='joined = "Bo-x"'),
        _q("umlaut", relevant='word = "ÄÖ"'), _q("never", relevant="false()"), _q("always", relevant="true()"),
        _q("secret", Kind.HIDDEN, default='"wave 2"'), _q("in_wave", relevant='secret = "wave 2"'),
        _q("if_any", relevant='if(answered(word), word = "x", answered(story))'), _q("neither", relevant="not(word or story)"),
    ]  # fmt: skip


def _random() -> list[Any]:
    """Conditions by chance over one question of each kind: what nobody thought of."""
    chance = random.Random(20)
    base = [
        _q("one", Kind.SINGLE_CHOICE, "a b c"), _q("some", Kind.MULTIPLE_CHOICE, "a b c d"), _q("number", Kind.INTEGER, least=0, most=9),
        _q("scale", Kind.RANGE, least=1, most=5, appearance="scale"), _q("word"), _q("day", Kind.DATE), _q("order", Kind.RANKING, "a b c"),
        _q("agreed", Kind.ACKNOWLEDGE),
    ]  # fmt: skip
    return [
        *base,
        *(_q(f"r{index}", relevant=_condition(chance, 3), required_if=_condition(chance, 1)) for index in range(120)),
    ]


def _condition(chance: random.Random, depth: int) -> str:
    if depth and chance.random() < 0.6:
        parts = [_condition(chance, depth - 1) for _ in range(chance.randint(2, 3))]
        made = chance.choice([" and ", " or "]).join(f"({part})" for part in parts)
        return f"not({made})" if chance.random() < 0.3 else made
    op, letter, digit = chance.choice(["=", "!=", "<", "<=", ">", ">="]), chance.choice("abc"), chance.randint(0, 9)
    return chance.choice([
        f'one {chance.choice(["=", "!="])} "{letter}"', f'selected(one, "{letter}")', f'selected(some, "{letter}")',
        f'some {chance.choice(["=", "!="])} "{chance.choice(["a", "a b", "b d"])}"', f"count-selected(some) {op} {digit % 4}",
        f"number {op} {digit}", f"scale {op} number", f"number + scale {op} {digit}", f"number - 2 * scale {op} {digit}",
        f"coalesce(number, 0) {op} {digit}", f"number mod 3 {op} scale", f'word {chance.choice(["=", "!="])} "{chance.choice(["x", "7", "yes"])}"',
        f"answered({chance.choice(['one', 'some', 'number', 'word', 'day', 'order', 'agreed'])})", f'day {op} "2015-06-0{digit or 1}"',
        f"not(day {op} today())", f'selected-at(order, {digit % 3}) = "{letter}"', "one = word", f"if(answered(one), number {op} 4, scale {op} 2)",
        chance.choice(["one", "some", "number", "word", "agreed"]), f'some = "" or number {op} {digit}.5', f"string-length(word) {op} {digit}",
        f"min(number, scale) {op} {digit}", f"-number {op} -{digit}", f"round(scale, 0) {op} {digit}",
    ])  # fmt: skip


def foreign_form() -> dict[str, Any]:
    """A SurveyJS form with conditions by chance, as somebody who knows SurveyJS would write them."""
    chance = random.Random(5)
    base: list[dict[str, Any]] = [
        {"type": "radiogroup", "name": "one", "choices": ["Mum", "dad", {"value": "gran", "text": "My gran"}], "showOtherItem": True},
        {"type": "checkbox", "name": "some", "choices": ["a", "b", "c"], "showNoneItem": True},
        {"type": "dropdown", "name": "digit", "choices": [1, 2, 3]},
        {"type": "boolean", "name": "yes"},
        {"type": "text", "name": "number", "inputType": "number", "step": 1, "min": 0, "max": 9},
        {"type": "rating", "name": "stars"},
        {"type": "text", "name": "word"},
        {"type": "text", "name": "day", "inputType": "date"},
        {"type": "ranking", "name": "order", "choices": ["x", "y", "z"]},
        {"type": "matrix", "name": "likes", "columns": ["much", "little"], "rows": ["art", "sport"]},
        {"type": "expression", "name": "total", "expression": "{number} + {stars}", "visible": False},
        {
            "type": "paneldynamic", "name": "pets", "maxPanelCount": 3,
            "templateElements": [
                {"type": "text", "name": "called"},
                {"type": "text", "name": "years", "inputType": "number", "step": 1, "visibleIf": "{panel.called} notempty"},
                {"type": "text", "name": "old", "visibleIf": "{panel.years} > 5 and {panelIndex} > 0"},
            ],
        },
    ]  # fmt: skip
    made = [
        {"type": "text", "name": f"s{index}", "visibleIf": _said(chance, 2), "requiredIf": _said(chance, 1)}
        for index in range(90)
    ]
    filtered = {
        "type": "checkbox", "name": "left", "choices": ["a", "b", {"value": "c", "visibleIf": "{number} > 3"}],
        "choicesVisibleIf": "{some} contains {item}",
    }  # fmt: skip
    return {"clearInvisibleValues": "onHiddenContainer", "elements": [*base, *made, filtered]}


def _said(chance: random.Random, depth: int) -> str:
    if depth and chance.random() < 0.6:
        made = chance.choice([" and ", " or ", " && ", " || "]).join(_said(chance, depth - 1) for _ in range(2))
        return f"!({made})" if chance.random() < 0.2 else f"({made})"
    op, digit, letter = (
        chance.choice(["=", "!=", "<>", "<", "<=", ">", ">="]),
        chance.randint(0, 9),
        chance.choice("abc"),
    )
    return chance.choice([
        f"{{one}} {chance.choice(['=', '<>'])} '{chance.choice(['mum', 'DAD', 'gran', 'other'])}'", "{one} anyof ['mum', 'gran']",
        f"{{one}} contains '{letter}'", f"{{some}} {chance.choice(['contains', 'notcontains'])} '{letter}'",
        f"{{some}} {chance.choice(['anyof', 'allof', 'noneof'])} ['{letter}', 'b']", f"{{some}} = ['{letter}', 'a']", f"{{some}} = '{letter}'",
        f"{{digit}} {op} {digit % 4}", f"{{digit}} = '{digit % 4}'", "{yes}", "!{yes}", f"{{yes}} = {chance.choice(['true', 'false'])}",
        f"{{yes}} <> {chance.choice(['true', 'false'])}", f"{{number}} {op} {digit}", f"{{number}} + 1 {op} {digit}", f"{{number}} {op} {{stars}}",
        f"{{number}} * {{stars}} - 3 {op} {digit}", f"{{number}} / {{stars}} {op} 2", f"{{number}} % 2 {op} 1", f"{{total}} {op} {digit}",
        f"{{word}} {chance.choice(['=', '!='])} '{chance.choice(['YES', 'x', 'bo', '7'])}'", "{word} contains 'A'", "{word.length} > 2",
        f"{{{chance.choice(['one', 'some', 'yes', 'number', 'word', 'day', 'order', 'likes.art', 'one-Comment', 'pets'])}}} {chance.choice(['empty', 'notempty'])}",
        f"age({{day}}) {op} {digit * 3}", f"{{day}} {op} '20{digit}5-06-01'", "{day} < today()", f"diffDays({{day}}, today()) > {digit + 1}000",
        f"year({{day}}) {op} 2010", "{order[0]} = 'y'", "{likes.art} = 'much'", f"{{pets.length}} {op} {digit % 3}", "{pets[0].called} = 'x'",
        f"sumInArray({{pets}}, 'years') {op} {digit}", f"countInArray({{pets}}, 'called') {op} 1", f"count({{some}}) {op} {digit % 3}",
        f"iif({{number}} > 4, {{stars}}, 2) {op} {digit % 5}", f"sum({{number}}, {{stars}}) {op} {digit}", f"{{number}} ^ 2 {op} {digit}",
        f"{{number}} {op} null", f"{{word}} {chance.choice(['=', '!='])} ''", f"{{some.length}} {op} 2", "{One} = 'dad'",
    ])  # fmt: skip


SOURCES = {
    "random": _random,
    "nested-groups": _nested, "numbers": _numbers, "days": _days, "filters": _filters, "turns": _turns, "texts": _texts,
}  # fmt: skip


def main() -> None:
    """Print the table."""
    node.install()
    surveys = library() | constructed()
    print(
        f"{'survey':<24}{'questions':>10}{'conditions':>12}{'compared':>10}{'visible':>9}{'differ':>8}  not said there"
    )
    for made in [*agreements(surveys), *import_agreements()]:
        unsaid = sum("left out there" in loss.what_happens for loss in made.loss)
        print(
            f"{made.survey:<24}{made.questions:>10}{made.conditions:>12}{made.compared:>10}{made.visible:>9}"
            f"{len(made.differences):>8}  {unsaid}"
        )
        for difference in made.differences[:3]:
            print(f"    {difference[:400]}")
        for loss in made.loss:
            if "left out there" in loss.what_happens:
                print(f"    {loss.where}: {loss.feature}")


if __name__ == "__main__":
    main()
