"""The small language of "show this if …" as a tree: its parts, its functions, its bounds, how it is printed.

The tree is what is stored, as JSON, and what the phone gets: Python (``evaluation``) and
TypeScript (``frontend/src/rules.ts``) work it out alike, which one table of cases proves.
It is read from a readable text (``expression_parser``) or from the XPath of XLSForm
(``formats.xpath``). Nothing is ever ``eval``ed, and size, depth and work are bounded.

Some functions are not called with values but look at the survey: ``count(helper)`` and
``position(helper)`` of a repeated group, ``among(age, position(helper) = 2)`` (the answers
of those turns for which the condition holds), ``current(age)`` inside of it (as it was
outside), ``choice("county")`` in a choice filter (a column of the option looked at),
``lookup(town, "county", choice("name") = town)`` (a column of a question's options) and
``choice-label(town, "york")`` (the words of an option).

>>> from survey_engine.expression_parser import parse
>>> print_expression(parse('school="yes" and not(age<10)'))
'school = "yes" and not(age < 10)'
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Literal, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator, model_validator

from survey_engine import patterns

MAX_LENGTH = 5_000
MAX_NESTING = 100
MAX_NUMBER = 10**15
"""Whole numbers up to here are exact in floating point."""

Value: TypeAlias = str | int | float | bool | tuple[str, ...] | None
"""What an answer can be inside a condition; None is an unanswered question."""

Comparison = Literal["=", "!=", "<", "<=", ">", ">="]
Arithmetic = Literal["+", "-", "*", "div", "mod"]


class ExpressionError(ValueError):
    """A text that is not a condition. ``position`` counts characters from 0.

    ``unsupported`` tells correct XPath that this language leaves out from a mistake.
    """

    def __init__(self, message: str, position: int, *, unsupported: bool = False) -> None:
        super().__init__(message)
        self.message = message
        self.position = position
        self.unsupported = unsupported


class _Node(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Constant(_Node):
    """A text, a number, true() or false()."""

    op: Literal["value"] = "value"
    value: str | int | float | bool

    @field_validator("value")
    @classmethod
    def _number_is_exact(cls, value: str | float) -> str | float:
        if not isinstance(value, str) and not abs(value) <= MAX_NUMBER:
            raise ValueError("a number in a condition must lie within ±1,000,000,000,000,000")
        return value


class Reference(_Node):
    """Another question's answer."""

    op: Literal["answer"] = "answer"
    name: Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_.\-]*$", max_length=100)]


class This(_Node):
    """The answer being checked, written as a dot."""

    op: Literal["this"] = "this"


class Negative(_Node):
    """A number with its sign turned round."""

    op: Literal["negative"] = "negative"
    operand: Node


class Binary(_Node):
    """A comparison or a sum."""

    op: Comparison | Arithmetic
    left: Node
    right: Node


class Logic(_Node):
    """``and`` or ``or`` over two or more parts; long lists stay flat."""

    op: Literal["and", "or"]
    parts: Annotated[tuple[Node, ...], Field(min_length=2)]


class Call(_Node):
    """A function of the table ``FUNCTIONS``."""

    op: Literal["call"] = "call"
    function: str
    arguments: tuple[Node, ...] = ()

    @model_validator(mode="after")
    def _function_can_be_called_so(self) -> Call:
        if problem := problem_of_call(self.function, self.arguments):
            raise ValueError(problem)
        return self


Node: TypeAlias = Annotated[Constant | Reference | This | Negative | Binary | Logic | Call, Field(discriminator="op")]

EXPRESSION_PARTS = (Constant, Reference, This, Negative, Binary, Logic, Call)
"""Every class a node can be."""


def _bounded(node: Node) -> Node:
    if problem := problem_of_size(node):
        raise ValueError(problem)
    return node


Expression: TypeAlias = Annotated[Node, AfterValidator(_bounded)]
"""A condition as a field of another value: any node, within the bounds of size."""


def print_expression(expression: Expression) -> str:
    """The readable form; reading it again gives the same tree."""
    return _print(expression)


def names(expression: Expression) -> frozenset[str]:
    """The questions (and repeated groups) whose answers a condition looks at."""
    found: set[str] = set()
    waiting: list[Node] = [expression]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Reference):
            found.add(node.name)
        elif isinstance(node, Call) and node.function in ("lookup", "choice-label"):
            waiting.extend(node.arguments[1:])  # the first names a list of options, not an answer
        else:
            waiting.extend(children(node))
    return frozenset(found)


def nodes(node: Node) -> Iterator[Node]:
    """Every part of a condition, the whole first."""
    waiting = [node]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(children(node))


# --- the functions -----------------------------------------------------------------------

_MANY = 100
FUNCTIONS: dict[str, tuple[int, int]] = {
    # choices
    "selected": (2, 2), "count-selected": (1, 1), "selected-at": (2, 2), "choice-label": (2, 2), "choice": (1, 1),
    "lookup": (3, 3),
    # truth
    "answered": (1, 1), "not": (1, 1), "if": (3, 3), "boolean": (1, 1), "boolean-from-string": (1, 1),
    "checklist": (3, _MANY), "weighted-checklist": (4, _MANY),
    # text
    "regex": (2, 2), "string": (1, 1), "string-length": (1, 1), "contains": (2, 2), "starts-with": (2, 2),
    "ends-with": (2, 2), "concat": (1, _MANY), "join": (2, _MANY), "coalesce": (2, 10), "substr": (2, 3),
    "substring": (2, 3), "substring-before": (2, 2), "substring-after": (2, 2), "normalize-space": (1, 1),
    "translate": (3, 3),
    # numbers
    "number": (1, 1), "int": (1, 1), "round": (1, 2), "floor": (1, 1), "ceiling": (1, 1), "abs": (1, 1), "pow": (2, 2),
    "sqrt": (1, 1), "exp": (1, 1), "exp10": (1, 1), "log": (1, 1), "log10": (1, 1), "sin": (1, 1), "cos": (1, 1),
    "tan": (1, 1), "asin": (1, 1), "acos": (1, 1), "atan": (1, 1), "atan2": (2, 2), "pi": (0, 0), "random": (0, 0),
    "min": (1, _MANY), "max": (1, _MANY), "sum": (1, 1), "count": (1, 1), "count-non-empty": (1, 1),
    # days and times
    "today": (0, 0), "now": (0, 0), "date": (1, 1), "format-date": (2, 2), "format-date-time": (2, 2),
    "decimal-date-time": (1, 1), "decimal-time": (1, 1),
    # turns of a repeated group
    "position": (1, 1), "among": (2, 2), "current": (1, 1), "once": (1, 1),
}  # fmt: skip
"""Each function with its fewest and most arguments. true() and false() are constants."""

_FIRST_IS_A_NAME = frozenset({"lookup", "choice-label", "position", "among"})


def problem_of_call(function: str, arguments: tuple[Node, ...]) -> str | None:
    """Why a function cannot be called like this, as a sentence; None when it can."""
    known = FUNCTIONS.get(function)
    if known is None:
        return f"There is no {function}() here. There are: {', '.join(sorted(FUNCTIONS))}."
    fewest, most = known
    if not fewest <= len(arguments) <= most:
        count = str(fewest) if fewest == most else f"{fewest} to {most}"
        return (
            f"{function}() takes {count} {'part' if count == '1' else 'parts'} in its brackets, not {len(arguments)}."
        )
    if function in _FIRST_IS_A_NAME and not isinstance(arguments[0], Reference):
        return f"The first part of {function}() must be the name of a question or group."
    if function in ("choice", "lookup") and not _is_text(arguments[-2 if function == "lookup" else 0]):
        return f"The column of {function}() must be written out in quotes."
    if function == "regex":
        pattern = arguments[1]
        if not (isinstance(pattern, Constant) and isinstance(pattern.value, str)):
            return "The pattern of regex() must be written out in quotes."
        return patterns.problem(pattern.value)
    return None


def _is_text(node: Node) -> bool:
    return isinstance(node, Constant) and isinstance(node.value, str)


STRENGTH = {
    "or": 1, "and": 2, "=": 3, "!=": 3, "<": 4, "<=": 4, ">": 4, ">=": 4, "+": 5, "-": 5, "*": 6, "div": 6, "mod": 6,
}  # fmt: skip
"""How strongly an operator binds."""
SIGN_STRENGTH = 7
RESERVED = frozenset({"and", "or", "div", "mod"})
"""Words that name no question unless written as ``${and}``."""


# --- size and printing -------------------------------------------------------------------


def children(node: Node) -> tuple[Node, ...]:
    """The parts a node is made of."""
    match node:
        case Negative():
            return (node.operand,)
        case Binary():
            return (node.left, node.right)
        case Logic():
            return node.parts
        case Call():
            return node.arguments
    return ()


def problem_of_size(node: Node) -> str | None:
    """Why a condition is too large, as a sentence; None when it is not."""
    level: tuple[Node, ...] = (node,)
    for _ in range(MAX_NESTING):
        level = tuple(child for parent in level for child in children(parent))
        if not level:
            break
    else:
        return f"The condition is nested more than {MAX_NESTING} deep. Split it up."
    if len(_print(node)) > MAX_LENGTH:
        return f"The condition is longer than {MAX_LENGTH} characters. Split it up."
    return None


def _print(node: Node) -> str:
    match node:
        case Constant():
            return _print_constant(node.value)
        case Reference():
            return f"${{{node.name}}}" if node.name in RESERVED else node.name
        case This():
            return "."
        case Call():
            return f"{node.function}({', '.join(_print(argument) for argument in node.arguments)})"
        case Logic():
            return f" {node.op} ".join(_inside(part, STRENGTH[node.op] + 1) for part in node.parts)
        case Binary():
            strength = STRENGTH[node.op]
            return f"{_inside(node.left, strength)} {node.op} {_inside(node.right, strength + 1)}"
        case Negative():
            inner = _inside(node.operand, SIGN_STRENGTH)
            return f"-({inner})" if inner[0] in ".0123456789" and inner != "." else f"-{inner}"


def _inside(node: Node, weakest: int) -> str:
    """A part of something larger: in brackets where it binds less than ``weakest``."""
    bracketed = isinstance(node, Binary | Logic) and STRENGTH[node.op] < weakest
    return f"({_print(node)})" if bracketed else _print(node)


def _print_constant(value: str | float) -> str:
    if isinstance(value, bool):
        return "true()" if value else "false()"
    if isinstance(value, str):
        doubled = value.replace('"', '""')
        return f'"{doubled}"'
    if isinstance(value, int):
        return str(value)
    plain = format(Decimal(repr(value)), "f")
    return plain if "." in plain else f"{plain}.0"


for _recursive in (Negative, Binary, Logic, Call):
    _recursive.model_rebuild()
