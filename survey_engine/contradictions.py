"""Conditions that cannot all hold: a question behind them is never asked, however somebody answers.

Only what is cheap and certain: comparisons of one answer with a constant that must all hold.
Nothing found does not mean that somebody will see it.

>>> from survey_engine.definition import Audience
>>> from survey_engine.expression_parser import parse
>>> shut = Question(name="b", kind=Kind.TEXT, label={"en": "B"}, relevant=parse("a > 5 and a < 3"))
>>> survey = Survey(name="s", title={"en": "S"}, audience=Audience.CHILD, languages=("en",), items=(
...     Question(name="a", kind=Kind.INTEGER, label={"en": "A"}), shut))
>>> list(never_asked(survey))
[('b', 'a')]
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from survey_engine.definition import NUMBER, Group, Kind, Question, Survey
from survey_engine.expressions import Binary, Call, Constant, Expression, Logic, Node, Reference


def never_asked(survey: Survey) -> Iterator[tuple[str, str]]:
    """Each question or group nobody will see, and the question its conditions contradict each other about.

    Of a group only the group itself is named; "false()" stands for a condition that is never true.
    """
    yield from _never(survey, survey.items, ())


def _never(survey: Survey, items: tuple[Question | Group, ...], outer: tuple[Node, ...]) -> Iterator[tuple[str, str]]:
    for item in items:
        here = outer
        if item.relevant is not None:
            here = (*outer, *_parts(item.relevant))
            if name := _contradicts(survey, here):
                yield item.name, name
                continue
        if isinstance(item, Group):
            yield from _never(survey, item.items, here)


def _parts(condition: Expression) -> Iterator[Node]:
    if isinstance(condition, Logic) and condition.op == "and":
        for part in condition.parts:
            yield from _parts(part)
    else:
        yield condition


_DENIED = {"=": "!=", "!=": "=", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}
_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


def _contradicts(survey: Survey, parts: tuple[Node, ...]) -> str:
    """The question about which conditions that must all hold say what cannot be at once; "" where none is found.

    Only comparisons with a constant are looked at, of questions with one answer asked once.
    """
    equal: dict[str, set[str]] = defaultdict(set)
    unequal: dict[str, set[str]] = defaultdict(set)
    above: dict[str, float] = {}
    below: dict[str, float] = {}
    for part in parts:
        if isinstance(part, Constant) and part.value is False:
            return "false()"
        compared = _comparison(part)
        if compared is None:
            continue
        name, op, value = compared
        question = survey.question_by_name.get(name)
        if question is None or question.kind in (Kind.MULTIPLE_CHOICE, Kind.RANKING) or survey.repeats[name]:
            continue
        if op == "=":
            equal[name].add(_same(value))
        elif op == "!=":
            unequal[name].add(_same(value))
        elif isinstance(value, int | float) and not isinstance(value, bool) and question.kind in NUMBER:
            small = 1e-9 if op in ("<", ">") else 0.0
            if op in (">", ">="):
                above[name] = max(above.get(name, float("-inf")), value + small)
            else:
                below[name] = min(below.get(name, float("inf")), value - small)
    for name in (*equal, *above):
        if len(equal.get(name, ())) > 1 or equal.get(name, set()) & unequal.get(name, set()):
            return name
        if above.get(name, float("-inf")) > below.get(name, float("inf")):
            return name
    return ""


def _comparison(node: Node) -> tuple[str, str, str | float | bool] | None:
    denied = False
    while isinstance(node, Call) and node.function == "not":
        node, denied = node.arguments[0], not denied
    if isinstance(node, Call) and node.function == "selected":
        one, op, other = node.arguments[0], "=", node.arguments[1]
    elif isinstance(node, Binary) and node.op in _DENIED:
        one, op, other = node.left, str(node.op), node.right
        if isinstance(one, Constant):
            one, op, other = other, _TURNED.get(op, op), one
    else:
        return None
    if not isinstance(one, Reference) or not isinstance(other, Constant):
        return None
    return one.name, _DENIED[op] if denied else op, other.value


def _same(value: str | float | bool) -> str:
    try:
        return f"{float(value):g}"
    except ValueError:
        return str(value)
