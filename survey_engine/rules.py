"""What a phone needs to know of a survey to go on without a network: its rules, as compact JSON.

``frontend/src/rules.ts`` reads this and works out, exactly as ``situation`` and ``journey``
do here, which pages there are, which options they offer and what is kept. Words are not
rules: pages come to the phone as they are, so of words only those are here that a condition
looks at. What is derived is left out, but for the order of working out, which is expensive
and the same for everybody.

A pattern is sent laid out step by step (``pattern_tree``). A survey with one that a phone cannot
follow has no rules for phones; it is answered online.

>>> from survey_engine.definition import Audience, Kind
>>> from survey_engine.expression_parser import parse
>>> survey = Survey(name="s", title={"en": "S"}, audience=Audience.CHILD, languages=("en",), items=(
...     Question(name="age", kind=Kind.INTEGER, label={"en": "How old are you?"}),
...     Question(name="work", kind=Kind.TEXT, label={"en": "Your job?"}, relevant=parse("answered(age)")),
... ))
>>> rules = rules_for_phone(survey)
>>> rules["order"], rules["parts"][0]
([0, 1], {'name': 'age', 'page': True, 'asks': True})
>>> rules["parts"][1]["relevant"]
{'op': 'call', 'function': 'answered', 'arguments': [{'op': 'answer', 'name': 'age'}]}
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from survey_engine.definition import SEVERAL, UNASKED, UNSEEN, Choice, Group, Kind, Question, Survey
from survey_engine.evaluation import column_of
from survey_engine.expressions import Binary, Call, Constant, Expression, Logic, Negative, Node, nodes
from survey_engine.pattern_tree import steps
from survey_engine.situation import Part, plan_of

_EXPRESSIONS = (
    "relevant", "calculation", "default", "constraint", "required_if", "read_only_if", "choice_filter", "shuffle_seed",
)  # fmt: skip
"""The fields of an item that a phone works out; what makes a page read-only it learns from the page."""


def not_for_phones(survey: Survey) -> tuple[str, ...]:
    """The names of questions and groups with a pattern that a phone cannot follow; empty for nearly every survey."""
    return tuple(
        item.name
        for item in survey.all_items
        if any(pattern_of(node) is None for one in _expressions(item) for node in nodes(one) if _is_regex(node))
    )


def rules_for_phone(survey: Survey) -> dict[str, Any]:
    """The rules of a survey; ``parts`` in reading order, ``order`` their places so that each follows what it looks at.

    ``chance`` says that something is left to chance, so that the seed is kept with the answers.

    Raises ValueError for a survey that ``not_for_phones`` has something to say about.
    """
    plan = plan_of(survey)
    columns = _columns_looked_at(survey)
    parts = [_part(plan.parts[item.name], columns, survey.languages[0]) for item in survey.all_items]
    for name in plan.wordy:
        parts[plan.places[name]].pop("worked_out", None)  # somebody's own words have only one place
    order = [plan.places[part.item.name] for part in plan.order]
    return {"parts": parts, "order": order} | ({"chance": True} if plan.shuffles else {})


def tree_for_phone(expression: Node) -> dict[str, Any]:
    """An expression's own JSON, its patterns laid out step by step; raises ValueError where one cannot be."""
    match expression:
        case Negative():
            return {"op": "negative", "operand": tree_for_phone(expression.operand)}
        case Binary():
            sides = {"left": tree_for_phone(expression.left), "right": tree_for_phone(expression.right)}
            return {"op": expression.op, **sides}
        case Logic():
            return {"op": expression.op, "parts": [tree_for_phone(part) for part in expression.parts]}
        case Call():
            arguments = [tree_for_phone(argument) for argument in expression.arguments]
            if _is_regex(expression):
                pattern = pattern_of(expression)
                if pattern is None:
                    raise ValueError("a phone cannot follow a pattern of this survey")
                arguments[1] = {"op": "value", "value": pattern}
            return {"op": "call", "function": expression.function, "arguments": arguments}
    return expression.model_dump(mode="json")


def pattern_of(call: Node) -> list[dict[str, Any]] | None:
    """The plan for the pattern a call of regex() has; None where a phone cannot follow it."""
    assert isinstance(call, Call)
    pattern = call.arguments[1]
    assert isinstance(pattern, Constant)
    assert isinstance(pattern.value, str)
    return steps(pattern.value)


def _is_regex(node: Node) -> bool:
    return isinstance(node, Call) and node.function == "regex"


def _expressions(item: Question | Group) -> Iterator[Expression]:
    for field in _EXPRESSIONS:
        expression = getattr(item, field, None)
        if expression is not None:
            yield expression
    if isinstance(item, Group) and item.repeat is not None and item.repeat.count is not None:
        yield item.repeat.count


def _columns_looked_at(survey: Survey) -> frozenset[str]:
    """The columns of options that any condition looks at; ``label`` are an option's words."""
    columns: set[str] = set()
    for item in survey.all_items:
        for expression in _expressions(item):
            for node in nodes(expression):
                if isinstance(node, Call) and node.function in ("choice", "lookup"):
                    column = node.arguments[-2 if node.function == "lookup" else 0]
                    assert isinstance(column, Constant)
                    columns.add(str(column.value))
                elif isinstance(node, Call) and node.function == "choice-label":
                    columns.add("label")
    return frozenset(columns - {"name"})


def _part(part: Part, columns: frozenset[str], language: str) -> dict[str, Any]:
    item = part.item
    said: dict[str, Any] = {"name": item.name}
    if part.parent is not None:
        said["in"] = part.parent
    if part.chain:
        said["chain"] = list(part.chain)
    said |= dict.fromkeys(_flags(item), True)
    if isinstance(item, Question):
        if not item.may_decline:
            said["may_decline"] = False
        required = item.required_if or (Constant(value=True) if item.required else None)
        if required is not None and item.read_only_if is not None:
            typed = Call(function="not", arguments=(item.read_only_if,))
            required = Logic(op="and", parts=(required, typed))  # what nobody may type into keeps nobody
        if required is not None and item.kind not in UNASKED and not item.read_only:
            said["required"] = tree_for_phone(required)
        if item.choices:
            said["choices"] = [choice_for_phone(choice, columns, language) for choice in item.choices]
    elif item.repeat is not None:
        said["most"] = item.repeat.most
        if item.repeat.count is not None:
            said["count"] = tree_for_phone(item.repeat.count)
    for field in _EXPRESSIONS:
        expression = getattr(item, field, None)
        if expression is not None and _is_worked_out(item, field):
            said[field] = tree_for_phone(expression)
    return said


def _flags(item: Question | Group) -> Iterator[str]:
    """What is true of an item, in the words of ``Part`` in ``rules.ts``."""
    if item.shuffle:
        yield "shuffle"
    if isinstance(item, Group):
        yield "group"
        if item.repeat is not None and item.repeat.count is None:
            yield from ("page", "asks")
        return
    if item.kind not in UNSEEN:
        yield "page"
    if item.kind not in UNASKED:
        yield "asks"
    if item.kind in SEVERAL:
        yield "several"
    if item.kind in (Kind.CALCULATED, Kind.HIDDEN):
        yield "worked_out"


def _is_worked_out(item: Question | Group, field: str) -> bool:
    """Whether anything on a respondent's way depends on an expression: nothing is filled in beforehand for them."""
    if isinstance(item, Group):
        return field != "read_only_if"
    if field == "default":
        return item.kind is Kind.HIDDEN
    return field not in ("required_if", "read_only_if")  # go out as ``required``


def choice_for_phone(choice: Choice, columns: frozenset[str], language: str) -> dict[str, Any]:
    """An option's name, whether it stays last in a random order, and what it has in these columns."""
    said: dict[str, Any] = {"name": choice.name}
    if choice.exclusive or choice.means != "answer":
        said["stays"] = True
    filled = {column: value for column in sorted(columns) if (value := column_of(choice, column, language)) is not None}
    if filled:
        said["columns"] = filled
    return said
