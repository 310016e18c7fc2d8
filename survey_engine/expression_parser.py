"""The readable form of a condition, read: ``school = "yes" and age > 10``.

Precedence climbing over the tokens of one text; a mistake is an ``ExpressionError`` with its place.

>>> from survey_engine.expressions import names
>>> names(parse('answered(aunt) or uncle = "yes"')) == {"aunt", "uncle"}
True
"""

from __future__ import annotations

import re
from typing import NamedTuple

from survey_engine.expressions import (
    MAX_LENGTH,
    MAX_NESTING,
    MAX_NUMBER,
    RESERVED,
    STRENGTH,
    Binary,
    Call,
    Constant,
    Expression,
    ExpressionError,
    Logic,
    Negative,
    Node,
    Reference,
    This,
    problem_of_call,
    problem_of_size,
)


def parse(text: str) -> Expression:
    """The condition a text says; raises ExpressionError where it says none."""
    return _Parser(text).whole()


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


class _Token(NamedTuple):
    kind: str
    text: str
    position: int


class _Parser:
    """Precedence climbing over the tokens of one text."""

    def __init__(self, text: str) -> None:
        if len(text) > MAX_LENGTH:
            raise ExpressionError(f"The condition is longer than {MAX_LENGTH} characters. Split it up.", MAX_LENGTH)
        self._tokens = _tokens(text)
        self._index = 0
        self._nesting = 0

    def whole(self) -> Node:
        node = self._operators(0)
        rest = self._tokens[self._index]
        if rest.kind != "end":
            raise ExpressionError(f"“{_shown(rest.text)}” is not expected here.", rest.position)
        if problem := problem_of_size(node):
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
            strength = STRENGTH.get(token.text, 0) if token.kind in ("name", "sign") else 0
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
        # one more than a tree may have, for the brackets of -(5); the tree itself is measured when it is whole
        if self._nesting > MAX_NESTING + 1:
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
            case "name" if token.text not in RESERVED:
                return self._call(token) if self._take("(") else _reference(token)
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

    def _call(self, token: _Token) -> Node:
        arguments: list[Node] = []
        if not self._take(")"):
            arguments.append(self._operators(0))
            while self._take(","):
                arguments.append(self._operators(0))
            self._expect(")")
        if token.text in ("true", "false") and not arguments:
            return Constant(value=token.text == "true")
        if problem := problem_of_call(token.text, tuple(arguments)):
            raise ExpressionError(problem, token.position)
        return Call(function=token.text, arguments=tuple(arguments))


def _tokens(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    position = 0
    while position < len(text):
        found = _TOKEN.match(text, position)
        if found is None or any("\ud800" <= character <= "\udfff" for character in found.group()):
            sign = text[position]
            message = f"“{_shown(sign)}” is not expected here."
            if sign in "\"'“‘":
                message = "A text starts here and does not end: the closing quotation mark is missing."
            raise ExpressionError(message, position)
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
