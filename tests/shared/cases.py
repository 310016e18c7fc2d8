"""The shared tables as values: what a row means to the server, and the same as a phone gets it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from survey_engine import journey
from survey_engine.answers import Answer, from_json, to_json
from survey_engine.definition import UNASKED, Choice, Survey
from survey_engine.evaluation import Scope, Structure, compiled, tidy
from survey_engine.expression_parser import parse
from survey_engine.expressions import Node, Value
from survey_engine.rules import choice_for_phone, rules_for_phone, tree_for_phone

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Look:
    """From where an expression looks; everything as it stands in JSON."""

    answers: Mapping[str, Any]
    this: Any = None
    structure: Mapping[str, Any] = field(default_factory=dict)
    today: str | None = None
    seed: int = 0

    def known(self, what: str, otherwise: Any) -> Any:
        return self.structure.get(what, otherwise)


def work_out(tree: Node, look: Look) -> Any:
    """What the server makes of it, as JSON."""
    choices = _choices(look)
    structure = Structure(
        {name: tuple(chain) for name, chain in look.known("chains", {}).items()}, look.known("turns", {}), choices
    )
    scope = Scope(
        {key: value_of(value) for key, value in look.answers.items()},
        value_of(look.this),
        structure,
        tuple(look.known("chain", ())),
        tuple(look.known("turn", ())),
        date.fromisoformat(look.today) if look.today else None,
        look.seed,
        next((c for options in choices.values() for c in options if c.name == look.known("choice", None)), None),
    )
    return as_json(tidy(compiled(tree)(scope)))


def for_phone(tree: Node, look: Look) -> dict[str, Any]:
    """The same as a task for ``work_out.mjs``."""
    columns = frozenset({"county", "people", "label", "constructor"})
    choices = {
        name: [choice_for_phone(choice, columns, "en") for choice in options]
        for name, options in _choices(look).items()
    }
    return {
        "tree": tree_for_phone(tree), "answers": look.answers, "this": look.this, "today": look.today,
        "seed": look.seed, "structure": dict(look.structure) | {"choices": choices},
    }  # fmt: skip


def _choices(look: Look) -> dict[str, tuple[Choice, ...]]:
    return {
        name: tuple(
            Choice(name=one["name"], label={"en": one["label"]}, columns=one.get("columns", {})) for one in options
        )
        for name, options in look.known("choices", {}).items()
    }


def value_of(value: Any) -> Value:
    return tuple(value) if isinstance(value, list) else value


def as_json(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def alike(one: Any, other: Any) -> bool:
    """Whether two values of JSON are the same: True is not 1, but 1.0 is, as in every other language."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(alike(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(alike, one, other))
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, int | float) and isinstance(other, int | float):
        return float(one) == float(other)  # 1e20 is written with all its noughts by one and without by the other
    return bool(one == other)


def expression_cases() -> list[tuple[str, Look, Any]]:
    """Text, from where it looks, and what it yields."""
    table = json.loads((FOLDER / "expression_cases.json").read_text(encoding="utf-8"))
    return [(row["text"], _look(row, table["situations"]), row["value"]) for row in table["cases"]]


def _look(row: dict[str, Any], situations: dict[str, Any]) -> Look:
    answers: dict[str, Any] = {}
    structure: dict[str, Any] = {}
    names = [row["in"]] if "in" in row else []
    while names and "like" in situations[names[-1]]:
        names.append(situations[names[-1]]["like"])
    for name in reversed(names):
        answers |= situations[name].get("answers", {})
        structure |= situations[name]["structure"]
    answers |= row.get("answers", {})
    return Look(answers, row.get("this"), structure, row.get("today"), row.get("seed", 0))


@dataclass(frozen=True)
class Way:
    """A survey, what somebody said, and what must come of it; ``tries`` is a value to try on every rule."""

    title: str
    survey: Survey
    answers: Mapping[str, Answer]
    today: str | None = None
    tries: Any = None
    expected: Mapping[str, Any] = field(default_factory=dict)

    @property
    def keys(self) -> list[str]:
        """Every page there can be, and some there cannot."""
        return [question.name for question in self.survey.possible] + ["unheard", "who~x", "who~9"]


def walk(way: Way) -> dict[str, Any]:
    """Everything the journey says of a way, as JSON."""
    survey, answers = way.survey, way.answers
    now = journey.situation(survey, answers, today=date.fromisoformat(way.today) if way.today else None)
    pages = journey.visible(survey, answers, now=now)
    asked = {page.name: journey.asked_now(survey, answers, page.name, now=now) or page for page in pages}
    return {
        "visible": [page.name for page in pages],
        "first": _name(journey.after(survey, answers, None, now=now)),
        "after": {key: _name(journey.after(survey, answers, key, now=now)) for key in way.keys},
        "before": {key: _name(journey.before(survey, answers, key, now=now)) for key in way.keys},
        "position": {key: list(journey.position(survey, answers, key, now=now)) for key in way.keys},
        "may_open": {key: _name(journey.may_open(survey, answers, key, now=now)) for key in way.keys},
        "unfinished": _name(journey.unfinished(survey, answers, now=now)),
        "required": [key for key, page in asked.items() if page.required and page.kind not in UNASKED],
        "options": {key: [choice.name for choice in page.choices] for key, page in asked.items()},
        "meets": [
            key
            for key, page in asked.items()
            if page.constraint is None or now.meets(page.constraint, *journey.split(key), value_of(way.tries))
        ],
        "kept": {key: to_json(answer) for key, answer in journey.kept(survey, answers, now=now).items()},
    }


def walk_on_phone(way: Way) -> dict[str, Any]:
    """The same as a task for ``work_out.mjs``."""
    return {
        "rules": rules_for_phone(way.survey),
        "answers": {key: to_json(answer) for key, answer in way.answers.items()},
        "today": way.today,
        "keys": way.keys,
        "tries": way.tries,
    }


def differences(outcome: Mapping[str, Any], expected: Mapping[str, Any]) -> dict[str, Any]:
    """Where an outcome is not what a case says, which is silent about the rest."""
    found = {}
    for what, wanted in expected.items():
        got = outcome[what]
        if what == "kept" and isinstance(wanted, list):
            got, wanted = sorted(got), sorted(wanted)
        elif what != "kept" and isinstance(wanted, dict):
            got = {key: got[key] for key in wanted}
        if not alike(got, wanted):
            found[what] = got
    return found


def _name(question: Any) -> str | None:
    return question.name if question is not None else None


def journey_cases() -> list[Way]:
    """The ways of the table."""
    table = json.loads((FOLDER / "journey_cases.json").read_text(encoding="utf-8"))
    surveys = {name: survey_of(name, items) for name, items in table["surveys"].items()}
    return [
        Way(
            f"{row['survey']}: {row['says']}", surveys[row["survey"]],
            {key: from_json(answer) for key, answer in row.get("answers", {}).items()},
            row.get("today"), row.get("tries"), row["expected"],
        )
        for row in table["cases"]
    ]  # fmt: skip


_CONDITIONS = frozenset(
    {"relevant", "calculation", "default", "constraint", "required_if", "choice_filter", "shuffle_seed", "count"}
)


def survey_of(name: str, items: list[Any]) -> Survey:
    """A survey from the short form of the table: conditions as texts, options by name."""
    whole = [_item(item) for item in items]
    return Survey.model_validate(
        {"name": name, "title": {"en": name}, "audience": "child", "languages": ["en"], "items": whole}
    )


def _item(item: dict[str, Any]) -> dict[str, Any]:
    read = {what: parse(said) if what in _CONDITIONS else said for what, said in item.items()}
    if "items" in item:
        read |= {"type": "group", "items": [_item(inner) for inner in item["items"]]}
        if "repeat" in item:
            read["repeat"] = {k: parse(said) if k in _CONDITIONS else said for k, said in item["repeat"].items()}
        return read
    options = [{"name": one} if isinstance(one, str) else one for one in item.get("choices", [])]
    choices = [{"label": {"en": one["name"]}} | one for one in options]
    return {"type": "question", "label": {"en": item["name"]}, "kind": "text"} | read | {"choices": choices}
