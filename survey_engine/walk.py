"""A survey tried out on given answers, one after another: what each item is like before and after.

Speaks of items as an XForm does (``/data/visit/zone``, ``/data/child[1]/name``), so that
what we make of a form can be held against another engine's, and shows rules as they stand:
whether something *must* be answered, also where a respondent could decline.

>>> from survey_engine.definition import Audience, Kind, Question, Survey
>>> from survey_engine.expression_parser import parse
>>> survey = Survey(name="s", title={"en": "S"}, audience=Audience.CHILD, languages=("en",), items=(
...     Question(name="age", kind=Kind.INTEGER, label={"en": "Age?"}),
...     Question(name="job", kind=Kind.TEXT, label={"en": "Job?"}, relevant=parse("age > 15")),
... ))
>>> walk(survey, [("/data/age", "17")])["after"]["/data/job"]["relevant"]
True
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from survey_engine.definition import CHOICE, SEVERAL, Group, Kind, Question, Survey
from survey_engine.evaluation import key_of, text
from survey_engine.expressions import Reference, Value
from survey_engine.situation import Situation

State = dict[str, Any]
"""``relevant``, ``required``, ``readonly``, ``value``, ``options`` (names, or None) and ``violation``."""

Step = tuple[str, Any]


def walk(survey: Survey, steps: Sequence[Step], *, today: date | None = None, seed: int = 0) -> dict[str, Any]:
    """The state of every item before the first and after the last step.

    A step gives one item (by its path) a value: a text, as a form would hold it, or a list
    of options. A step to a path that is not there then, or to an option that is not
    offered, changes nothing and is listed under ``refused``.
    """
    given: dict[str, Value] = {}
    typed: dict[str, tuple[str, str]] = {}
    now = _situation(survey, given, today, seed)
    initial = dict(_states(survey, now, typed))
    refused: list[str] = []
    for path, value in steps:
        key = dict(_keys(survey, now)).get(path)
        question = survey.asked(key) if key is not None else None
        if key is None or question is None:
            refused.append(path)
            continue
        name, _, _ = key.partition("~")
        said = " ".join(str(part) for part in value) if isinstance(value, list | tuple) else text(value)
        if survey.question_by_name[name].calculation is not None:
            # worked out, and typed over: what was typed stays until what it is worked out from changes
            typed[key] = (said, text(now.values.get(key)))
        elif question.choices and question.kind is not Kind.RANKING:
            offered = {choice.name for choice in now.options(*_split(key))}
            chosen = said.split() if question.kind in SEVERAL else [said]
            kept = [option for option in chosen if option in offered]
            if said and not kept:
                refused.append(path)
            given[key] = " ".join(kept)
        else:
            given[key] = said
        now = _situation(survey, given, today, seed)
        typed = {key: pair for key, pair in typed.items() if text(now.values.get(key)) == pair[1]}
    return {"initial": initial, "after": dict(_states(survey, now, typed)), "refused": refused}


def _situation(survey: Survey, given: dict[str, Value], today: date | None, seed: int) -> Situation:
    return Situation(survey, given, today=today, seed=seed, fewest_turns=1, prefill=True)


def _root(survey: Survey) -> str:
    return f"/{survey.written_as or 'data'}"


def _split(key: str) -> tuple[str, tuple[int, ...]]:
    name, *turns = key.split("~")
    return name, tuple(int(turn) for turn in turns)


def _keys(survey: Survey, now: Situation) -> Iterator[tuple[str, str]]:
    for path, item, turn in _nodes(now, survey.items, _root(survey), ()):
        if isinstance(item, Question):
            yield path, key_of(item.name, turn)


def _nodes(
    now: Situation, items: Sequence[Question | Group], above: str, turn: tuple[int, ...]
) -> Iterator[tuple[str, Question | Group | None, tuple[int, ...]]]:
    """Every item and turn with its path; None stands for a turn of a repeated group."""
    for item in items:
        path = f"{above}/{item.written_as or item.name}"
        yield path, item, turn
        if isinstance(item, Question):
            continue
        if item.repeat is None:
            yield from _nodes(now, item.items, path, turn)
            continue
        for one in [one for one in now.turns(item.name) if one[:-1] == turn]:
            yield f"{path}[{one[-1]}]", None, one
            yield from _nodes(now, item.items, f"{path}[{one[-1]}]", one)


def _states(survey: Survey, now: Situation, typed: dict[str, tuple[str, str]]) -> Iterator[tuple[str, State]]:
    yield _root(survey), _state(relevant=True)
    group: list[str] = []
    for path, item, turn in _nodes(now, survey.items, _root(survey), ()):
        if item is None:
            yield path, _state(relevant=now.relevant[key_of(group[-1], turn)])
        elif isinstance(item, Group):
            if item.repeat is not None:
                group = [*group[: len(turn)], item.name]
                yield from _count(now, item, path, turn)
            yield path, _state(relevant=now.relevant[key_of(item.name, turn)], readonly=now.read_only(item.name, turn))
        else:
            yield path, _of_question(now, item, turn, typed)
    yield f"{_root(survey)}/meta", _state(relevant=True)
    yield f"{_root(survey)}/meta/instanceID", _state(relevant=True, readonly=True)


def _count(now: Situation, group: Group, path: str, turn: tuple[int, ...]) -> Iterator[tuple[str, State]]:
    """The number of turns worked out by a rule that is more than a question's answer stands beside the group."""
    assert group.repeat is not None
    if group.repeat.count is None or isinstance(group.repeat.count, Reference):
        return
    relevant = now.relevant[key_of(group.name, turn)]
    how_many = str(sum(1 for one in now.turns(group.name) if one[:-1] == turn))
    yield f"{path}_count", _state(relevant=relevant, readonly=True, value=how_many if relevant else "")


def _of_question(now: Situation, question: Question, turn: tuple[int, ...], typed: dict[str, tuple[str, str]]) -> State:
    key = key_of(question.name, turn)
    value = typed[key][0] if key in typed else now.values.get(key)
    said = text(value)
    options = None
    shown: Any = said
    if question.kind in CHOICE:
        options = [choice.name for choice in now.options(question.name, turn)]
        shown = (
            list(value)
            if isinstance(value, tuple)
            else said.split()
            if question.kind in SEVERAL
            else [said] * bool(said)
        )
    violation = now.violation(question.name, turn)
    if key in typed and violation == "required":
        violation = None if said else violation
    return _state(
        relevant=now.relevant[key],
        required=now.required(question.name, turn),
        readonly=question.kind is Kind.NOTE or now.read_only(question.name, turn),
        value=shown,
        options=options,
        violation=violation,
    )


def _state(
    *, relevant: bool, required: bool = False, readonly: bool = False, value: Any = None,
    options: list[str] | None = None, violation: str | None = None,
) -> State:  # fmt: skip
    return {
        "relevant": relevant, "required": required, "readonly": readonly, "value": value, "options": options,
        "violation": violation,
    }  # fmt: skip
