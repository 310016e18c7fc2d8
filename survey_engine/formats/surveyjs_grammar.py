"""The grammar of SurveyJS's condition language (survey-core 3.1): a text becomes parts, told apart and nested.

From weakest to strongest: ``or``, ``and``, comparisons, ``+ -``, ``* / %``, ``^``, ``contains`` and its
kin, ``!`` and ``empty``. What the parts mean is told by ``surveyjs_expressions``.

>>> part = Parser("{a} + 1 > 2 and {b} notempty").whole()
>>> part.op, [inner.op for inner in part.parts]
('and', ['>', 'notempty'])
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

from survey_engine.expressions import MAX_LENGTH, MAX_NUMBER, ExpressionError

DEEPEST = 40
"""How deep a condition may be nested; keeps every walk over it short."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a condition as SurveyJS sees it; ``op`` is an operator, a function, "var", "const" or "list"."""

    op: str
    value: Any = None
    parts: tuple[Part, ...] = ()
    bracketed: bool = False
    depth: int = 1


BRACED = re.compile(r"\{([^{}]{1,500})\}")
_TOKEN = re.compile(
    r"""(?P<space>\s+)
    |\{(?P<var>[^{}]{1,500})\}
    |(?P<text>'(?:\\['"]|[^'"\\]|\\(?!['"]))*'|"(?:\\['"]|[^'"\\]|\\(?!['"]))*")
    |(?P<number>(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?![0-9A-Za-z_.]))
    |(?P<word>[A-Za-z_][A-Za-z0-9_]*)
    |(?P<sign>\|\||&&|<=|>=|=>|=<|==|!=|<>|\*=|[=<>+\-*/%^!()\[\],])""",
    re.VERBOSE,
)
SPELT_OTHERWISE = re.compile("=>|=<|<>|equals")
_OPERATORS = {
    "||": "or", "or": "or", "&&": "and", "and": "and",
    "<=": "<=", "=<": "<=", "lessorequal": "<=", ">=": ">=", "=>": ">=", "greaterorequal": ">=", "==": "=", "=": "=",
    "equal": "=", "equals": "=", "!=": "!=", "<>": "!=", "notequal": "!=", "notequals": "!=", "<": "<", "less": "<",
    ">": ">", "greater": ">", "+": "+", "-": "-", "*": "*", "/": "/", "%": "%", "^": "^", "power": "^",
    "*=": "contains", "contains": "contains", "contain": "contains", "notcontains": "notcontains",
    "notcontain": "notcontains", "anyof": "anyof", "allof": "allof", "noneof": "noneof",
}  # fmt: skip
_STRENGTH = {
    "or": 1, "and": 2, "=": 3, "!=": 3, "<": 3, "<=": 3, ">": 3, ">=": 3, "+": 4, "-": 4, "*": 5, "/": 5, "%": 5,
    "^": 6, "contains": 7, "notcontains": 7, "anyof": 7, "allof": 7, "noneof": 7,
}  # fmt: skip
_CONSTANTS: dict[str, bool | None] = {"true": True, "false": False, "null": None, "undefined": None}


class Parser:
    """Precedence climbing over the tokens of one text."""

    def __init__(self, said: str) -> None:
        if len(said) > MAX_LENGTH:
            raise ExpressionError(f"The condition is longer than {MAX_LENGTH} characters. Split it up.", MAX_LENGTH)
        self._tokens: list[tuple[str, str, int]] = []
        position = 0
        while position < len(said):
            found = _TOKEN.match(said, position)
            if found is None or any("\ud800" <= sign <= "\udfff" for sign in found.group()):
                sign = said[position].encode("utf-8", "replace").decode()
                raise ExpressionError(f"“{sign}” is not expected here.", position)
            kind = found.lastgroup or ""
            if kind != "space":
                self._tokens.append((kind, found[kind], position))
            position = found.end()
        self._tokens.append(("end", "", position))
        self._index = 0
        self._nesting = 0

    def whole(self) -> Part:
        """The whole text as one part; raises ExpressionError where it is none."""
        part = self._operators(0)
        kind, text, position = self._tokens[self._index]
        if kind != "end":
            raise ExpressionError(f"“{text[:20]}” is not expected here.", position)
        return part

    def _operators(self, weakest: int) -> Part:
        left = self._unary()
        while True:
            kind, text, position = self._tokens[self._index]
            op = _OPERATORS.get(text.lower()) if kind in ("word", "sign") else None
            if op is None or _STRENGTH[op] <= weakest:
                return left
            self._index += 1
            right = self._operators(_STRENGTH[op])
            if op in ("and", "or") and left.op == op and not left.bracketed:
                left = self._made(op, (*left.parts, right), position)
            else:
                left = self._made(op, (left, right), position)

    def _unary(self) -> Part:
        kind, text, position = self._tokens[self._index]
        self._nesting += 1
        if self._nesting > DEEPEST:
            raise _too_deep(position)
        if (kind, text) == ("sign", "!") or (kind == "word" and text.lower() == "negate"):
            self._index += 1
            part = self._made("!", (self._unary(),), position)
        else:
            part = self._primary()
            while self._tokens[self._index][0] == "word" and self._tokens[self._index][1].lower() in POSTFIX:
                part = self._made(self._tokens[self._index][1].lower(), (part,), position)
                self._index += 1
        self._nesting -= 1
        return part

    def _primary(self) -> Part:
        kind, text, position = self._tokens[self._index]
        self._index += kind != "end"
        match kind:
            case "end":
                raise ExpressionError("The condition ends too early: something is missing at the end.", position)
            case "var":
                return Part("var", text.strip())
            case "text":
                return Part("const", re.sub(r"\\(['\"])", r"\1", text[1:-1]))
            case "number":
                return Part("const", _number(text, position))
            case "word" if self._take("("):
                return self._made("call", self._list(")"), position, value=text)
            case "word":
                return Part("const", _CONSTANTS[text.lower()] if text.lower() in _CONSTANTS else text)
            case _ if text == "(":
                inner = self._operators(0)
                self._expect(")")
                return replace(inner, bracketed=True)
            case _ if text == "[":
                return self._made("list", self._list("]"), position)
            case _ if text == "-" and self._tokens[self._index][0] == "number":
                self._index += 1
                return Part("const", -_number(self._tokens[self._index - 1][1], position))
        raise ExpressionError(f"“{text[:20]}” is not expected here.", position)

    def _list(self, end: str) -> tuple[Part, ...]:
        parts: list[Part] = []
        if not self._take(end):
            parts.append(self._operators(0))
            while self._take(","):
                parts.append(self._operators(0))
            self._expect(end)
        return tuple(parts)

    def _made(self, op: str, parts: tuple[Part, ...], position: int, value: Any = None) -> Part:
        depth = 1 + max((part.depth for part in parts), default=0)
        if depth > DEEPEST:
            raise _too_deep(position)
        return Part(op, value, parts, depth=depth)

    def _take(self, sign: str) -> bool:
        if self._tokens[self._index][:2] == ("sign", sign):
            self._index += 1
            return True
        return False

    def _expect(self, sign: str) -> None:
        if not self._take(sign):
            raise ExpressionError(f"“{sign}” is missing.", self._tokens[self._index][2])


POSTFIX = ("empty", "notempty")


def _too_deep(position: int) -> ExpressionError:
    return ExpressionError(f"The condition is nested more than {DEEPEST} deep. Split it up.", position)


def _number(text: str, position: int) -> int | float:
    value = float(text) if "." in text else int(text[:20])
    if abs(value) > MAX_NUMBER:
        raise ExpressionError("This number is too large for a condition.", position, unsupported=True)
    return value
