"""Expressions, surveys and answers that nobody wrote, the same ones for the same seed.

Unlike hypothesis they come in one heap, so that one start of a browser's engine does for all.
"""

from __future__ import annotations

from random import Random
from typing import Any

from survey_engine import patterns
from survey_engine.answers import DECLINED, SKIPPED, Answer, AnswerState
from survey_engine.definition import CHOICE, Audience, Choice, Group, Kind, Question, Repeat, Survey
from survey_engine.expressions import (
    FUNCTIONS,
    Binary,
    Call,
    Constant,
    Logic,
    Negative,
    Node,
    Reference,
    This,
    problem_of_size,
)
from survey_engine.pattern_tree import steps
from survey_engine.situation import ORDER_SEED
from tests.shared.cases import Look, Way

TEXTS = [
    "", " ", "a", "b", "yes", "no", "dog", "a b", "  a\tb\n", "5", "-3", "0.5", " 7 ", "1e3", "NaN", "true", "é", "😀x",
    "2026-03-01", "2026-02-30", "2024-2-29", "2026-03-01T10:20:30", "14:30", "%d.%m.%Y %H", "\u00a05", "constructor",
    "York, north", "--", "0", "1",
]  # fmt: skip
NUMBERS = [
    0,
    1,
    2,
    3,
    -1,
    -2,
    10,
    0.5,
    2.5,
    -2.5,
    0.1,
    1.005,
    1e-7,
    1e15,
    -1e15,
    123456.789,
    20_513,
    0.49999999999999994,
]
NAMES = ["a", "b", "c", "age", "kind", "colour", "pet", "toy", "town", "unsaid", "constructor"]
GROUPS = ["pet", "toy"]
COLUMNS = ["name", "label", "county", "nothing"]
STRUCTURE: dict[str, Any] = {
    "chains": {"a": [], "pet": ["pet"], "age": ["pet"], "kind": ["pet"], "toy": ["pet", "toy"], "colour": ["pet", "toy"]},
    "choices": {"town": [
        {"name": "york", "label": "York", "columns": {"county": "north"}},
        {"name": "bath", "label": "Bath", "columns": {"county": ""}},
        {"name": "1", "label": "One", "columns": {}},
    ]},
}  # fmt: skip
_PATTERN_BITS = [
    "a", "b", "[a-z]", "[^a]", "\\d", "\\w", "\\s", "\\S", ".", "(a|b)", "(?:ab|a)", "*", "+", "?", "{2}", "{1,2}", "^",
    "$", "\\b", "😀", "[[:digit:]]", "\\.", "|", "*?",
]  # fmt: skip


def look(random: Random) -> Look:
    """Answers, and a turn to look from."""
    turns = {"pet": random.randint(0, 3)} | {f"toy~{pet}": random.randint(0, 2) for pet in range(1, 4)}
    keys = ["a", "b", "c", "town", "constructor"]
    keys += [f"{name}~{pet}" for name in ("age", "kind") for pet in range(1, 4)]
    keys += [f"colour~{pet}~{toy}" for pet in range(1, 4) for toy in range(1, 3)]
    chain, turn = random.choice([([], []), (["pet"], [1]), (["pet"], [2]), (["pet", "toy"], [1, 2])])
    structure = STRUCTURE | {
        "turns": turns,
        "chain": chain,
        "turn": turn,
        "choice": random.choice([None, "york", "bath"]),
    }
    answers = {key: value(random) for key in keys if random.random() < 0.8}
    return Look(answers, value(random), structure, random.choice([None, "2026-03-01"]), random.randint(0, 2**40))


def value(random: Random) -> Any:
    return random.choice(
        [random.choice(TEXTS), random.choice(NUMBERS), random.choice(NUMBERS), ["a"], ["yes", "no"], [], None]
    )


def expression(random: Random, names: list[str], depth: int = 4) -> Node:
    """A tree within the bounds; all functions come up, each as often as the others."""
    while True:
        made = _node(random, names, depth)
        if problem_of_size(made) is None:
            return made


def _node(random: Random, names: list[str], depth: int) -> Node:
    if depth == 0 or random.random() < 0.15:
        return _leaf(random, names)
    inner = [_node(random, names, depth - 1) for _ in range(3)]
    match random.randrange(8):
        case 0:
            return Binary(op=random.choice(["=", "!=", "<", "<=", ">", ">="]), left=inner[0], right=inner[1])
        case 1:
            return Binary(op=random.choice(["+", "-", "*", "div", "mod"]), left=inner[0], right=inner[1])
        case 2:
            return Logic(op=random.choice(["and", "or"]), parts=tuple(inner[: random.randint(2, 3)]))
        case 3:
            return Negative(operand=inner[0])
    return _call(random, names, inner, depth)


def _leaf(random: Random, names: list[str]) -> Node:
    made: list[Node] = [
        Constant(value=random.choice(TEXTS)),
        Constant(value=random.choice(NUMBERS)),
        Constant(value=random.random() < 0.5),
        Reference(name=random.choice(names)),
        Reference(name=random.choice(names)),
        This(),
    ]
    return random.choice(made)


def _call(random: Random, names: list[str], inner: list[Node], depth: int) -> Node:
    function = random.choice(sorted(FUNCTIONS))
    fewest, most = FUNCTIONS[function]
    arguments = [random.choice(inner) for _ in range(random.randint(fewest, min(most, fewest + 2)))]
    column = Constant(value=random.choice(COLUMNS))
    match function:
        case "regex":
            arguments[1] = Constant(value=_pattern(random))
        case "lookup":
            arguments = [Reference(name=random.choice(["town", *names])), column, inner[0]]
        case "choice":
            arguments = [column]
        case "choice-label":
            arguments[0] = Reference(name="town")
        case "among" | "position":
            arguments[0] = Reference(name=random.choice([*names, *GROUPS]))
        case "count" if random.random() < 0.7:
            arguments[0] = Reference(name=random.choice([*names, *GROUPS]))
    return Call(function=function, arguments=tuple(arguments))


def _pattern(random: Random) -> str:
    while True:
        made = "".join(random.choice(_PATTERN_BITS) for _ in range(random.randint(1, 5)))
        if patterns.problem(made) is None and steps(made) is not None:
            return made


def way(random: Random) -> Way:
    """A survey with groups, repeats, filters, orders and calculations; conditions look anywhere, also ahead."""
    names = [f"q{number}" for number in range(8)] + ["g0", "g1", "g2"]
    left = [f"q{number}" for number in range(8)]
    groups = ["g0", "g1", "g2"]
    items: list[Question | Group] = []
    while left:
        items.append(_item(random, names, left, groups, 2))
    survey = Survey(name="s", title={"en": "S"}, audience=Audience.CHILD, languages=("en",), items=tuple(items))
    answers = {page.name: _answer(random) for page in survey.possible if random.random() < 0.7}
    if random.random() < 0.7:
        answers[ORDER_SEED] = Answer(AnswerState.ANSWERED, random.randint(0, 2**31))
    return Way("by chance", survey, answers, random.choice([None, "2026-03-01"]), value(random))


def _item(random: Random, names: list[str], left: list[str], groups: list[str], depth: int) -> Question | Group:
    if depth and groups and random.random() < 0.4:
        name = groups.pop()
        inner = [_item(random, names, left, groups, depth - 1) for _ in range(random.randint(1, 3)) if left]
        count = _condition(random, names, 0.3)
        return Group(
            name=name, items=tuple(inner), relevant=_condition(random, names, 0.2), shuffle=random.random() < 0.3,
            repeat=Repeat(most=random.randint(1, 3), count=count) if random.random() < 0.7 else None,
        )  # fmt: skip
    kind = random.choice(sorted(Kind))
    options = random.sample(["yes", "no", "1", "a b", "dog", "a"], 4) if kind in CHOICE else []
    return Question(
        name=left.pop(0),
        kind=kind,
        label={"en": "?"},
        required=random.random() < 0.4,
        may_decline=random.random() < 0.7,
        relevant=_condition(random, names, 0.4),
        constraint=_condition(random, names, 0.2),
        required_if=_condition(random, names, 0.2),
        calculation=_condition(random, names, 0.8 if kind is Kind.CALCULATED else 0.05),
        default=_condition(random, names, 0.3),
        choice_filter=_condition(random, names, 0.5) if options else None,
        shuffle=bool(options) and random.random() < 0.4,
        shuffle_seed=_condition(random, names, 0.3) if options else None,
        choices=tuple(_choice(random, option) for option in options),
        least=0 if kind is Kind.RANGE else None,
        most=5 if kind is Kind.RANGE else None,
    )


def _condition(random: Random, names: list[str], share: float) -> Node | None:
    return expression(random, names, random.randint(1, 3)) if random.random() < share else None


def _choice(random: Random, name: str) -> Choice:
    columns = {"county": random.choice(["north", "1"])} if random.random() < 0.5 else {}
    means: Any = random.choice(["answer", "answer", "dont_know"])
    return Choice(name=name, label={"en": name.upper()}, means=means, exclusive=random.random() < 0.1, columns=columns)


def _answer(random: Random) -> Answer:
    if random.random() < 0.15:
        return random.choice([DECLINED, SKIPPED])
    said: Any = random.choice(
        ["yes", "no", "1", "a b", "dog", 1, 2, 3, 2.5, ("yes",), ("no", "a b", "dog"), "2026-03-01"]
    )
    return Answer(AnswerState.ANSWERED, said)
