"""The small language of "show this if …": read it, print it, work it out. Never ``eval``.

One grammar serves both the readable form of our YAML and the XPath of XLSForm, which
differ only in how a question is named (``school`` and ``${school}``); that is why the
parser is here and small, and no general XPath engine is loaded by the web process.

Meaning follows XPath 1.0, as every XLSForm engine does: an unanswered question is the
empty text; against a number, a text that is no number equals nothing and is neither more
nor less than anything (so ``age != 5`` holds and ``age < 5`` does not while age is
unanswered); a multiple choice compared as text is its options joined by a space.

>>> condition = parse('school = "yes" and age > 10')
>>> evaluate(condition, {"school": "yes", "age": 12}), evaluate(condition, {"school": "yes"})
(True, False)
>>> print_expression(parse_xpath("${school}='yes' and not(selected(${helps}, 'aunt'))"))
'school = "yes" and not(selected(helps, "aunt"))'
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Annotated, Literal, NamedTuple, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator, model_validator

from survey_engine import patterns

MAX_LENGTH = 2_000
MAX_NESTING = 50
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
        if problem := _problem_of_call(self.function, self.arguments):
            raise ValueError(problem)
        return self


Node: TypeAlias = Annotated[Constant | Reference | This | Negative | Binary | Logic | Call, Field(discriminator="op")]


def _bounded(node: Node) -> Node:
    if problem := _problem_of_size(node):
        raise ValueError(problem)
    return node


Expression: TypeAlias = Annotated[Node, AfterValidator(_bounded)]
"""A condition as a field of another value: any node, within the bounds of size."""


def parse(text: str) -> Expression:
    """The condition a text says, in the readable form; raises ExpressionError where it says none.

    >>> names(parse('answered(aunt) or uncle = "yes"')) == {"aunt", "uncle"}
    True
    """
    return _Parser(text, bare_names=True).whole()


def parse_xpath(text: str) -> Expression:
    """The condition an XLSForm cell says: questions are ``${name}``; paths are refused as unsupported."""
    return _Parser(text, bare_names=False).whole()


def print_expression(expression: Expression) -> str:
    """The readable form; reading it again gives the same tree."""
    return _print(expression)


def evaluate(expression: Expression, values: Mapping[str, Value], this: Value = None) -> Value:
    """What a condition yields; never raises, whatever the values are.

    A number that cannot be worked out (no number given, divided by nought) is None.
    """
    found = _evaluate(expression, values, this)
    if isinstance(found, float):
        if not math.isfinite(found):
            return None
        if found.is_integer() and abs(found) <= MAX_NUMBER:
            return int(found)
    return found


def holds(expression: Expression, values: Mapping[str, Value], this: Value = None) -> bool:
    """Whether a condition is true: a text or choice when not empty, a number when not nought."""
    return _boolean(_evaluate(expression, values, this))


def names(expression: Expression) -> frozenset[str]:
    """The questions a condition looks at."""
    return frozenset(node.name for node in nodes(expression) if isinstance(node, Reference))


def nodes(node: Node) -> Iterator[Node]:
    """Every part of a condition, the whole first."""
    waiting = [node]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(_children(node))


# --- the functions -----------------------------------------------------------------------


class _Function(NamedTuple):
    fewest: int
    most: int
    work: Callable[[tuple[Value, ...]], Value]


def _selected(arguments: tuple[Value, ...]) -> bool:
    chosen, option = arguments[0], _text(arguments[1])
    if isinstance(chosen, tuple):
        return option in chosen
    said = _text(chosen)
    return bool(option) and (said == option or option in said.split())


def _count_selected(arguments: tuple[Value, ...]) -> int:
    chosen = arguments[0]
    return len(chosen) if isinstance(chosen, tuple) else len(_text(chosen).split())


def _coalesce(arguments: tuple[Value, ...]) -> Value:
    return next((value for value in arguments if _is_answered(value)), None)


FUNCTIONS: dict[str, _Function] = {
    "selected": _Function(2, 2, _selected),
    "answered": _Function(1, 1, lambda given: _is_answered(given[0])),
    "not": _Function(1, 1, lambda given: not _boolean(given[0])),
    "if": _Function(3, 3, lambda given: given[1] if _boolean(given[0]) else given[2]),
    "regex": _Function(2, 2, lambda given: patterns.matches(_text(given[1]), _text(given[0]))),
    "count-selected": _Function(1, 1, _count_selected),
    "string-length": _Function(1, 1, lambda given: len(_text(given[0]))),
    "coalesce": _Function(2, 10, _coalesce),
    "contains": _Function(2, 2, lambda given: _text(given[1]) in _text(given[0])),
    "starts-with": _Function(2, 2, lambda given: _text(given[0]).startswith(_text(given[1]))),
}
"""Name, fewest and most arguments, and how it is worked out. true() and false() are constants."""


def _problem_of_call(function: str, arguments: tuple[Node, ...]) -> str | None:
    known = FUNCTIONS.get(function)
    if known is None:
        return f"There is no {function}() here. There are: {', '.join(sorted(FUNCTIONS))}."
    if not known.fewest <= len(arguments) <= known.most:
        count = str(known.fewest) if known.fewest == known.most else f"{known.fewest} to {known.most}"
        return (
            f"{function}() takes {count} {'part' if count == '1' else 'parts'} in its brackets, not {len(arguments)}."
        )
    if function == "regex":
        pattern = arguments[1]
        if not (isinstance(pattern, Constant) and isinstance(pattern.value, str)):
            return "The pattern of regex() must be written out in quotes."
        return patterns.problem(pattern.value)
    return None


# --- reading -----------------------------------------------------------------------------

_NAME = r"[A-Za-z_][A-Za-z0-9_.\-]*"
_TOKEN = re.compile(
    rf"""(?P<space>\s+)
    |(?P<number>[0-9]+(?:\.[0-9]*)?|\.[0-9]+)
    |(?P<text>"(?:[^"]|"")*"|'(?:[^']|'')*'|“[^”]*”|‘[^’]*’)
    |\$\{{\s*(?P<braced>{_NAME})\s*\}}
    |(?P<name>{_NAME})
    |(?P<sign><=|>=|!=|[=<>+*(),.\-])""",
    re.VERBOSE,
)
_STRENGTH = {
    "or": 1, "and": 2, "=": 3, "!=": 3, "<": 4, "<=": 4, ">": 4, ">=": 4, "+": 5, "-": 5, "*": 6, "div": 6, "mod": 6,
}  # fmt: skip
_SIGN_STRENGTH = 7
_WORDS = frozenset({"and", "or", "div", "mod"})


class _Token(NamedTuple):
    kind: str
    text: str
    position: int


class _Parser:
    """Precedence climbing over the tokens of one text."""

    def __init__(self, text: str, *, bare_names: bool) -> None:
        if len(text) > MAX_LENGTH:
            raise ExpressionError(f"The condition is longer than {MAX_LENGTH} characters. Split it up.", MAX_LENGTH)
        self._bare_names = bare_names
        self._tokens = _tokens(text)
        self._index = 0
        self._nesting = 0

    def whole(self) -> Node:
        node = self._operators(0)
        rest = self._tokens[self._index]
        if rest.kind != "end":
            raise ExpressionError(f"“{_shown(rest.text)}” is not expected here.", rest.position)
        if problem := _problem_of_size(node):
            raise ExpressionError(problem, 0)
        return node

    def _next(self) -> _Token:
        token = self._tokens[self._index]
        if token.kind != "end":
            self._index += 1
        return token

    def _take(self, sign: str) -> bool:
        token = self._tokens[self._index]
        if token.kind == "sign" and token.text == sign:
            self._index += 1
            return True
        return False

    def _expect(self, sign: str) -> None:
        token = self._tokens[self._index]
        if not self._take(sign):
            if token.kind == "end":
                raise _ended(token)
            raise ExpressionError(f"“{sign}” is expected before “{_shown(token.text)}”.", token.position)

    def _operators(self, weakest: int) -> Node:
        left = self._operand()
        while True:
            token = self._tokens[self._index]
            strength = _STRENGTH.get(token.text, 0) if token.kind in ("name", "sign") else 0
            if strength <= weakest:
                return left
            if token.text in ("and", "or"):
                parts = [left]
                while self._tokens[self._index].kind == "name" and self._tokens[self._index].text == token.text:
                    self._index += 1
                    parts.append(self._operators(strength))
                left = Logic.model_validate({"op": token.text, "parts": tuple(parts)})
            else:
                self._index += 1
                left = Binary.model_validate({"op": token.text, "left": left, "right": self._operators(strength)})

    def _operand(self) -> Node:
        token = self._next()
        self._nesting += 1
        if self._nesting > MAX_NESTING:
            raise ExpressionError(f"The condition is nested more than {MAX_NESTING} deep. Split it up.", token.position)
        node = self._operand_from(token)
        self._nesting -= 1
        return node

    def _operand_from(self, token: _Token) -> Node:
        match token.kind:
            case "end":
                raise _ended(token)
            case "number":
                return _constant(token)
            case "text":
                return Constant(value=_unquoted(token.text))
            case "braced":
                return _reference(token)
            case "name" if token.text not in _WORDS:
                return self._call(token) if self._take("(") else self._bare_name(token)
            case "sign" if token.text == ".":
                return This()
            case "sign" if token.text == "(":
                inner = self._operators(0)
                self._expect(")")
                return inner
            case "sign" if token.text == "-":
                if self._tokens[self._index].kind == "number":
                    return _constant(self._next(), sign=-1)
                return Negative(operand=self._operand())
        raise ExpressionError(f"“{_shown(token.text)}” is not expected here.", token.position)

    def _bare_name(self, token: _Token) -> Node:
        if not self._bare_names:
            raise ExpressionError(f"Name a question as ${{{_shown(token.text)}}}.", token.position, unsupported=True)
        return _reference(token)

    def _call(self, token: _Token) -> Node:
        arguments: list[Node] = []
        if not self._take(")"):
            arguments.append(self._operators(0))
            while self._take(","):
                arguments.append(self._operators(0))
            self._expect(")")
        if token.text in ("true", "false") and not arguments:
            return Constant(value=token.text == "true")
        if problem := _problem_of_call(token.text, tuple(arguments)):
            raise ExpressionError(
                problem, token.position, unsupported=token.text == "regex" or token.text not in FUNCTIONS
            )
        return Call(function=token.text, arguments=tuple(arguments))


def _tokens(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    position = 0
    while position < len(text):
        found = _TOKEN.match(text, position)
        if found is None or any("\ud800" <= character <= "\udfff" for character in found.group()):
            sign = text[position]
            path = sign in "/[]@|:$"
            message = "Paths are not understood here." if path else f"“{_shown(sign)}” is not expected here."
            if sign in "\"'“‘":
                message = "A text starts here and does not end: the closing quotation mark is missing."
            raise ExpressionError(message, position, unsupported=path)
        kind = found.lastgroup or ""
        if kind != "space":
            tokens.append(_Token(kind, found.group(kind), position))
        position = found.end()
    tokens.append(_Token("end", "", position))
    return tokens


def _shown(text: str) -> str:
    return text[:20].encode("utf-8", "replace").decode()


def _ended(token: _Token) -> ExpressionError:
    return ExpressionError("The condition ends too early: something is missing at the end.", token.position)


def _unquoted(text: str) -> str:
    return text[1:-1].replace(text[0] * 2, text[0]) if text[0] in "\"'" else text[1:-1]


def _constant(token: _Token, sign: int = 1) -> Constant:
    value = sign * (float(token.text) if "." in token.text else int(token.text))
    if abs(value) > MAX_NUMBER:
        raise ExpressionError("This number is too large for a condition.", token.position)
    return Constant(value=value)


def _reference(token: _Token) -> Reference:
    if len(token.text) > 100:
        raise ExpressionError("A question's name has at most 100 characters.", token.position)
    return Reference(name=token.text)


# --- size and printing -------------------------------------------------------------------


def _children(node: Node) -> tuple[Node, ...]:
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


def _problem_of_size(node: Node) -> str | None:
    level: tuple[Node, ...] = (node,)
    for _ in range(MAX_NESTING):
        level = tuple(child for parent in level for child in _children(parent))
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
            return f"${{{node.name}}}" if node.name in _WORDS else node.name
        case This():
            return "."
        case Call():
            return f"{node.function}({', '.join(_print(argument) for argument in node.arguments)})"
        case Logic():
            return f" {node.op} ".join(_inside(part, _STRENGTH[node.op] + 1) for part in node.parts)
        case Binary():
            strength = _STRENGTH[node.op]
            return f"{_inside(node.left, strength)} {node.op} {_inside(node.right, strength + 1)}"
        case Negative():
            inner = _inside(node.operand, _SIGN_STRENGTH)
            return f"-({inner})" if inner[0] in ".0123456789" and inner != "." else f"-{inner}"


def _inside(node: Node, weakest: int) -> str:
    """A part of something larger: in brackets where it binds less than ``weakest``."""
    bracketed = isinstance(node, Binary | Logic) and _STRENGTH[node.op] < weakest
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


# --- working it out ----------------------------------------------------------------------

_NUMBER = re.compile(r"\s*-?(?:[0-9]{1,400}(?:\.[0-9]{0,400})?|\.[0-9]{1,400})\s*")


def _is_answered(value: Value) -> bool:
    return value is not None and value != "" and value != ()


def _text(value: Value) -> str:
    match value:
        case None:
            return ""
        case str():
            return value
        case tuple():
            return " ".join(value)
        case bool():
            return "true" if value else "false"
        case int():
            return str(value) if abs(value) <= MAX_NUMBER else ""
        case _:
            if not math.isfinite(value):
                return ""
            return str(int(value)) if value.is_integer() and abs(value) <= MAX_NUMBER else repr(value)


def _number(value: Value) -> float:
    """As XPath's number(): what is no number is NaN."""
    if isinstance(value, bool | int | float):
        return float(value) if abs(value) <= 1e300 else math.nan
    said = _text(value)
    return float(said) if _NUMBER.fullmatch(said) else math.nan


def _boolean(value: Value) -> bool:
    if isinstance(value, float) and math.isnan(value):
        return False
    return bool(value)


def _evaluate(node: Node, values: Mapping[str, Value], this: Value) -> Value:
    match node:
        case Constant():
            return node.value
        case Reference():
            return values.get(node.name)
        case This():
            return this
        case Logic():
            wanted = node.op == "or"
            return wanted if any(_boolean(_evaluate(p, values, this)) is wanted for p in node.parts) else not wanted
        case Negative():
            return -_number(_evaluate(node.operand, values, this))
        case Binary():
            return _binary(node.op, _evaluate(node.left, values, this), _evaluate(node.right, values, this))
        case Call():
            return FUNCTIONS[node.function].work(tuple(_evaluate(a, values, this) for a in node.arguments))


def _binary(op: Comparison | Arithmetic, left: Value, right: Value) -> Value:
    match op:
        case "=" | "!=":
            return _equal(left, right) is (op == "=")
    a, b = _number(left), _number(right)
    match op:
        case "<":
            return a < b
        case "<=":
            return a <= b
        case ">":
            return a > b
        case ">=":
            return a >= b
        case "+":
            return a + b
        case "-":
            return a - b
        case "*":
            return a * b
        case "div":
            return a / b if b else math.nan
        case "mod":
            return math.fmod(a, b) if b and math.isfinite(a) and math.isfinite(b) else math.nan


def _equal(left: Value, right: Value) -> bool:
    if isinstance(left, bool) or isinstance(right, bool):
        return _boolean(left) is _boolean(right)
    if isinstance(left, int | float) or isinstance(right, int | float):
        return _number(left) == _number(right)
    return _text(left) == _text(right)


for _recursive in (Negative, Binary, Logic, Call):
    _recursive.model_rebuild()
