"""XPath as XLSForm writes it, to our conditions and back.

elementpath reads the text; its tree becomes ours, with names for paths: where a form says
``../zone`` or ``/data/visit/zone`` we say ``zone``. What XPath can say and a survey must
not, or cannot here, is refused by name (``ExpressionError.unsupported``).

>>> form = Form({("zone",): "zone", ("visit",): "visit", ("visit", "pets"): "pets"}, frozenset({"visit"}), {})
>>> from survey_engine.expressions import print_expression
>>> print_expression(read_xpath("sum(${pets}) > 3 and ../zone='north'", form, ("visit",)))
'sum(pets) > 3 and zone = "north"'
>>> write_xpath(read_xpath("${zone} != ''", form, ("visit",)), form, ("visit",))
"${zone} != ''"
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from elementpath.exceptions import ElementPathError
from elementpath.tdop import Parser
from elementpath.xpath1 import XPath1Parser

from survey_engine.expressions import (
    FUNCTIONS,
    MAX_LENGTH,
    MAX_NESTING,
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
    nodes,
    problem_of_call,
    problem_of_size,
)

Path = tuple[str, ...]


@dataclass(frozen=True)
class Form:
    """What a form calls things: our name by path, which of them are repeated, a question for each list of options."""

    names: Mapping[Path, str]
    repeats: frozenset[str]
    lists: Mapping[str, str]

    @cached_property
    def paths(self) -> dict[str, Path]:
        """The path of each of our names."""
        return {name: path for path, name in self.names.items()}

    @cached_property
    def by_last(self) -> dict[str, list[Path]]:
        """All paths that end in a name of the form."""
        found: dict[str, list[Path]] = {}
        for path in self.names:
            found.setdefault(path[-1], []).append(path)
        return found

    def named(self, name: str, here: Path) -> str | None:
        """What ``${name}`` means for an item: the nearest of that name, in its own groups first."""
        found = self.by_last.get(name, ())
        if not found:
            return None
        return self.names[max(found, key=lambda path: (_common(path, here), -len(path)))]

    def repeat_of(self, path: Path) -> str | None:
        """The innermost repeated group on the way to a path, itself included."""
        around = (self.names.get(path[:length]) for length in range(len(path), 0, -1))
        return next((name for name in around if name in self.repeats), None)


def read_xpath(text: str, form: Form, here: Path, *, of_choices: bool = False) -> Expression:
    """The condition a cell says for the item at ``here``; raises ExpressionError.

    ``of_choices`` reads a choice filter, where a bare name is a column of the option.
    """
    if len(text) > MAX_LENGTH:
        raise ExpressionError(f"The condition is longer than {MAX_LENGTH} characters. Split it up.", MAX_LENGTH)
    if _deepest(text) > MAX_NESTING:
        raise ExpressionError(f"The condition is nested more than {MAX_NESTING} deep. Split it up.", 0)
    variables: list[str] = []

    def variable(found: re.Match[str]) -> str:
        variables.append(found[1])
        return f"$v{len(variables) - 1}"

    plain = _BRACED.sub(variable, text.translate(_QUOTES))
    plain = re.sub(r"\bjr:(?=[a-z-]+\s*\()", "jr-", plain)
    plain = re.sub(r"\bposition\s*\(\s*(?=[^)\s])", "position-of(", plain)
    try:
        root = _PARSER.parse(plain)
    except ElementPathError as error:
        raise _refusal(str(error), text) from error
    except RecursionError as error:
        raise ExpressionError("The condition is nested too deep. Split it up.", 0) from error
    node = _Translator(form, here, variables, of_choices).node(root)
    if problem := problem_of_size(node):
        raise ExpressionError(problem, 0)
    return node


# --- reading -----------------------------------------------------------------------------

_BRACED = re.compile(r"\$\{\s*([^}\s]+)\s*\}")
_QUOTES = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'"})
_ELSEWHERE = {
    "pulldata": "looks something up in another file", "uuid": "makes an identifier", "digest": "makes a fingerprint",
    "base64-decode": "decodes", "base64-encode": "encodes", "area": "measures where somebody is",
    "distance": "measures where somebody is", "geofence": "measures where somebody is", "version": "asks for a version",
    "property": "asks about the device", "randomize": "shuffles a list", "id": "looks for an identifier",
    "last": "counts inside a list", "local-name": "asks for a name", "name": "asks for a name",
    "namespace-uri": "asks for a name", "lang": "asks for a language", "date-time": "makes a moment",
    "intersects": "measures where somebody is", "extract-signed": "checks a signature",
}  # fmt: skip
_OURS_ONLY = frozenset({"answered", "among", "choice", "lookup", "choice-label", "current", "position"})
_SPECIAL = ("instance", "current", "indexed-repeat", "jr-choice-name", "jr-itext", "position-of", "date-time")


class _XPathParser(XPath1Parser):
    """XPath 1.0 with the functions of OpenRosa; reads, and never works anything out."""

    PATH_STEP_LABELS = (*XPath1Parser.PATH_STEP_LABELS, "function")

    def parse(self, source: str) -> Any:
        if self.tokenizer is None:
            self.tokenizer = self.create_tokenizer(self.symbol_table)
        return Parser.parse(self, source)


_BUILT_IN = frozenset(XPath1Parser.symbol_table)
for _name in sorted({*FUNCTIONS, *_ELSEWHERE, *_SPECIAL} - _OURS_ONLY - _BUILT_IN | {"current"}):
    _XPathParser.function(_name, nargs=(0, None))
for _name in sorted({*FUNCTIONS} & _BUILT_IN):
    # XPath's own functions, too, may have more arguments here (round(x, 2)); how many is checked by us
    _built_in = _XPathParser.symbol_table[_name]
    _XPathParser.symbol_table[_name] = type(_built_in.__name__, (_built_in,), {"nargs": (0, None)})
_XPathParser.build()
_PARSER = _XPathParser()


def _deepest(text: str) -> int:
    depth = deepest = 0
    for sign in text:
        depth += sign in "(["
        depth -= sign in ")]"
        deepest = max(deepest, depth)
    return deepest


def _refusal(message: str, text: str) -> ExpressionError:
    place = re.search(r"line (\d+), column (\d+)", message)
    position = min(int(place[2]) - 1, len(text)) if place else 0
    if unknown := re.search(r"unknown function '([^']+)'", message):
        return ExpressionError(f"{unknown[1]}() is not known here.", position, unsupported=True)
    said = message.rsplit("] ", 1)[-1].rstrip(".")
    return ExpressionError(f"This is no expression: {said[:120]}. Check brackets, quotes and commas.", position)


def _common(one: Path, other: Path) -> int:
    length = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        length += 1
    return length


@dataclass(frozen=True)
class _Step:
    name: str
    condition: Any = None


class _Translator:
    """From elementpath's tokens to our tree, for one expression of one item."""

    def __init__(self, form: Form, here: Path, variables: Sequence[str], of_choices: bool) -> None:
        self._form, self._here, self._variables, self._of_choices = form, here, variables, of_choices
        self._inside: Path | None = None  # in a condition on the turns of a repeat: the path of that repeat

    def node(self, token: Any) -> Node:
        symbol = token.symbol
        if symbol == "(string)":
            return Constant(value=self._unchanged(token.value))
        if symbol in ("(integer)", "(decimal)", "(float)"):
            return Constant(value=_plain_number(token.value))
        if symbol == "(" and len(token) == 1:
            return self.node(token[0])
        if symbol in ("and", "or"):
            return Logic(op=symbol, parts=tuple(self._flat(token, symbol)))
        if symbol in STRENGTH and len(token) == 2:
            return Binary(op=symbol, left=self.node(token[0]), right=self.node(token[1]))
        if symbol == "-" and len(token) == 1:
            inner = self.node(token[0])
            if (
                isinstance(inner, Constant)
                and isinstance(inner.value, int | float)
                and not isinstance(inner.value, bool)
            ):
                return Constant(value=-inner.value)
            return Negative(operand=inner)
        if symbol == "+" and len(token) == 1:
            return Call(function="number", arguments=(self.node(token[0]),))
        if token.label == "function" and symbol not in ("instance", "current"):
            return self._function(token)
        return self._place(token)

    def _flat(self, token: Any, symbol: str) -> list[Node]:
        parts: list[Node] = []
        for side in token:
            parts += self._flat(side, symbol) if side.symbol == symbol else [self.node(side)]
        return parts

    def _unchanged(self, said: str) -> str:
        """A text between quotes as it was written."""
        return re.sub(r"\$v(\d+)\b", lambda found: f"${{{self._variables[int(found[1])]}}}", said).replace(
            "jr-choice", "jr:choice"
        )

    # --- functions

    def _function(self, token: Any) -> Node:
        name = token.symbol
        given = tuple(token)
        if name in ("true", "false"):
            return Constant(value=name == "true")
        if name == "indexed-repeat":
            return self._indexed(given)
        if name == "jr-choice-name":
            return self._choice_name(given)
        if name == "jr-itext":
            return self._words_of(given)
        if name == "position-of":
            return self._position(given[0])
        if name == "position":
            if self._inside is None:
                raise ExpressionError("position() needs to know of what: position(..).", 0, unsupported=True)
            return Call(function="position", arguments=(Reference(name=self._form.names[self._inside]),))
        if name == "date-time":
            name = "date"
        if name in _ELSEWHERE and name not in FUNCTIONS:
            raise ExpressionError(f"{name}() {_ELSEWHERE[name]}, which Earshot does not.", 0, unsupported=True)
        arguments = tuple(self.node(argument) for argument in given)
        if not arguments and FUNCTIONS.get(name, (0, 0))[0] == 1:
            arguments = (This(),)
        if problem := problem_of_call(name, arguments):
            unknown = name not in FUNCTIONS or name == "regex"
            raise ExpressionError(problem, 0, unsupported=unknown)
        return Call(function=name, arguments=arguments)

    def _indexed(self, given: tuple[Any, ...]) -> Node:
        if len(given) < 3 or len(given) % 2 == 0:
            raise ExpressionError("indexed-repeat() takes a question, then pairs of a repeat and a number.", 0)
        conditions: list[Node] = []
        for group, number in zip(given[1::2], given[2::2], strict=True):
            repeat = self._known(group)
            wanted = self.node(number)
            outside = Call(function="current", arguments=(wanted,)) if self._moves(wanted) else wanted
            position = Call(function="position", arguments=(Reference(name=repeat),))
            conditions.append(Binary(op="=", left=position, right=outside))
        condition = conditions[0] if len(conditions) == 1 else Logic(op="and", parts=tuple(conditions))
        return Call(function="among", arguments=(Reference(name=self._known(given[0])), condition))

    def _choice_name(self, given: tuple[Any, ...]) -> Node:
        said = self._unchanged(given[1].value) if len(given) == 2 and given[1].symbol == "(string)" else ""
        found = _BRACED.fullmatch(said.strip())
        question = self._form.named(found[1], self._here) if found else None
        if question is None:
            raise ExpressionError("jr:choice-name() takes a value, and a question as '${name}'.", 0, unsupported=True)
        return Call(function="choice-label", arguments=(Reference(name=question), self.node(given[0])))

    def _words_of(self, given: tuple[Any, ...]) -> Node:
        found = self.node(given[0]) if len(given) == 1 else None
        if isinstance(found, Call) and found.function == "lookup":
            arguments = (found.arguments[0], Constant(value="label"), found.arguments[2])
            return Call(function="lookup", arguments=arguments)
        raise ExpressionError("jr:itext() is understood for the words of an option only.", 0, unsupported=True)

    def _position(self, token: Any) -> Node:
        outside = self._inside is not None and _begins_with_current(token)
        path = self._path(token, from_here=outside)
        repeat = self._form.repeat_of(path)
        if repeat is None:
            return Constant(value=1)
        position = Call(function="position", arguments=(Reference(name=repeat),))
        return Call(function="current", arguments=(position,)) if outside else position

    def _moves(self, node: Node) -> bool:
        """Whether a part means something else inside another turn than outside of it."""
        return any(
            isinstance(part, Reference) and self._form.repeat_of(self._form.paths[part.name]) is not None
            for part in nodes(node)
        )

    def _known(self, token: Any) -> str:
        path = self._path(token, from_here=False)
        name = self._form.names.get(path)
        if name is None:
            raise self._nowhere(path)
        return name

    # --- places

    def _place(self, token: Any) -> Node:
        if token.symbol == ".":
            return This()
        if token.symbol == "(name)" and (self._of_choices or self._inside == ()):
            return Call(function="choice", arguments=(Constant(value=token.value),))
        if token.symbol == "(name)" and self._inside is None:
            return Constant(value="")  # a path to nothing, such as `null`: empty
        if token.symbol == "|":
            raise ExpressionError("Two places joined by | are not understood here.", 0, unsupported=True)
        start, steps = self._steps(token)
        if start == "instance":
            return self._looked_up(token, steps)
        conditions = [(index, step) for index, step in enumerate(steps) if step.condition is not None]
        path = self._walked(start, [step.name for step in steps])
        name = self._form.names.get(path)
        if name is None:
            if start == "current" and not steps:
                return This()
            raise self._nowhere(path)
        if not conditions:
            reference = Reference(name=name)
            leaves = self._inside is not None and start != "." and not (start == "" and self._inside)
            if leaves and self._inside and self._form.repeat_of(path) is not None:
                return Call(function="current", arguments=(reference,))
            return reference
        return self._among(start, steps, path, name)

    def _among(self, start: str, steps: list[_Step], path: Path, name: str) -> Node:
        conditions: list[Node] = []
        for index, step in enumerate(steps):
            if step.condition is None:
                continue
            repeat = self._walked(start, [earlier.name for earlier in steps[: index + 1]])
            if self._form.names.get(repeat) not in self._form.repeats:
                raise ExpressionError("A condition in [ ] is understood on a repeat only.", 0, unsupported=True)
            conditions.append(self._condition_on(repeat, step.condition))
        condition = conditions[0] if len(conditions) == 1 else Logic(op="and", parts=tuple(conditions))
        return Call(function="among", arguments=(Reference(name=name), condition))

    def _condition_on(self, repeat: Path, token: Any) -> Node:
        before, self._inside = self._inside, repeat
        try:
            condition = self.node(token)
        finally:
            self._inside = before
        if isinstance(condition, Constant) and not isinstance(condition.value, str | bool):
            position = Call(function="position", arguments=(Reference(name=self._form.names[repeat]),))
            return Binary(op="=", left=position, right=condition)
        return condition

    def _looked_up(self, token: Any, steps: list[_Step]) -> Node:
        instance = token
        while instance.symbol != "instance":
            instance = instance[0]
        listed = instance[0].value if len(instance) == 1 and instance[0].symbol == "(string)" else ""
        question = self._form.lists.get(listed)
        names = [step.name for step in steps]
        if question is None or names[:2] != ["root", "item"] or len(names) not in (2, 3):
            raise ExpressionError(f"The list “{listed[:40]}” is not one of this form.", 0, unsupported=True)
        condition: Node = Constant(value=True)
        if steps[1].condition is not None:
            before, self._inside = self._inside, ()
            try:
                condition = self.node(steps[1].condition)
            finally:
                self._inside = before
        column = names[2] if len(names) == 3 else "name"
        arguments = (Reference(name=question), Constant(value=column), condition)
        return Call(function="lookup", arguments=arguments)

    def _path(self, token: Any, *, from_here: bool) -> Path:
        start, steps = self._steps(token)
        if from_here:
            before, self._inside = self._inside, None
            try:
                return self._walked(start, [step.name for step in steps])
            finally:
                self._inside = before
        return self._walked(start, [step.name for step in steps])

    def _walked(self, start: str, names: list[str]) -> Path:
        if start == "/":
            path: Path = ()
            names = names[1:]  # the form's own root
        elif start.startswith("$"):
            name = self._form.named(start[1:], self._here)
            if name is None:
                raise ExpressionError(f"There is no question “{start[1:][:60]}” in this form.", 0)
            path = self._form.paths[name]
        elif self._inside and start != "current":
            path = self._inside
        else:
            path = self._here
        for name in names:
            path = path[:-1] if name == ".." else path if name == "." else (*path, name)
        return path

    def _steps(self, token: Any) -> tuple[str, list[_Step]]:
        """Where a path starts ("/", "", "current", "instance", "$name") and the steps from there."""
        symbol = token.symbol
        if symbol == "$":
            place = str(token[0].value)[1:]
            if not (place.isascii() and place.isdigit() and int(place) < len(self._variables)):
                raise ExpressionError("A question is named as ${name}, in curly brackets.", 0)
            return f"${self._variables[int(place)]}", []
        if symbol == "/" and len(token) == 1:
            return "/", self._steps(token[0])[1]
        if symbol == "/" and len(token) == 2:
            start, steps = self._steps(token[0])
            return start, steps + self._steps(token[1])[1]
        if symbol == "[":
            start, steps = self._steps(token[0])
            if steps and steps[-1].condition is None:
                return start, [*steps[:-1], _Step(steps[-1].name, token[1])]
            if not steps:
                return start, [_Step(".", token[1])]
            raise ExpressionError("Two conditions in [ ] on one place are not understood here.", 0, unsupported=True)
        if symbol in ("current", "instance"):
            return symbol, []
        if symbol == "(name)":
            return "", [_Step(token.value)]
        if symbol in ("..", "."):
            return "", [_Step(symbol)]
        if symbol == "(" and len(token) == 1:
            return self._steps(token[0])
        raise ExpressionError(f"“{str(symbol)[:20]}” is not understood in a path here.", 0, unsupported=True)

    def _nowhere(self, path: Path) -> ExpressionError:
        said = "/".join(path)[:80] or "/"
        return ExpressionError(f"There is nothing at “{said}” in this form.", 0, unsupported=True)


def _begins_with_current(token: Any) -> bool:
    while len(token) and token.symbol in ("/", "["):
        token = token[0]
    return bool(token.symbol == "current")


def _plain_number(value: Any) -> int | float:
    if isinstance(value, Decimal):
        value = float(value)
    if isinstance(value, float) and not abs(value) <= 1e15:
        raise ExpressionError("This number is too large for a condition.", 0)
    if isinstance(value, int) and abs(value) > 10**15:
        raise ExpressionError("This number is too large for a condition.", 0)
    assert isinstance(value, int | float)
    return value


# --- writing -----------------------------------------------------------------------------


def write_xpath(node: Expression, form: Form, here: Path) -> str:
    """The condition as an XLSForm cell says it, for the item at ``here``; reading it gives the same tree.

    Raises ExpressionError for what XPath cannot say (a choice inside what is not a filter).
    """
    return _Writer(form, here).text(node)


class _Writer:
    def __init__(self, form: Form, here: Path) -> None:
        self._form, self._here, self._inside = form, here, ""

    def text(self, node: Node) -> str:
        match node:
            case Constant():
                return self._constant(node.value)
            case Reference():
                return self._reference(node.name)
            case This():
                return "."
            case Negative():
                return f"-{self._part(node.operand, 7)}"
            case Logic():
                return f" {node.op} ".join(self._part(part, STRENGTH[node.op] + 1) for part in node.parts)
            case Binary():
                strength = STRENGTH[node.op]
                return f"{self._part(node.left, strength)} {node.op} {self._part(node.right, strength + 1)}"
            case Call():
                return self._call(node)

    def _part(self, node: Node, weakest: int) -> str:
        bracketed = isinstance(node, Binary | Logic) and STRENGTH[node.op] < weakest
        return f"({self.text(node)})" if bracketed else self.text(node)

    def _constant(self, value: str | float) -> str:
        if isinstance(value, bool):
            return "true()" if value else "false()"
        if not isinstance(value, str):
            return format(Decimal(repr(value)), "f")
        if "'" not in value:
            return f"'{value}'"
        if '"' not in value:
            return f'"{value}"'
        quoted = ', "\'", '.join(f"'{part}'" for part in value.split("'"))
        return f"concat({quoted})"

    def _reference(self, name: str) -> str:
        path = self._form.paths.get(name)
        if path is None:
            raise ExpressionError(f"There is no “{name[:60]}” to refer to.", 0, unsupported=True)
        if self._inside and self._form.repeat_of(path) == self._inside:
            repeat = self._form.paths[self._inside]
            return "/".join(path[len(repeat) :]) if len(path) > len(repeat) else "."
        if len(self._form.by_last[path[-1]]) > 1:
            return "/".join(("/data", *path))
        return f"${{{path[-1]}}}"

    def _call(self, call: Call) -> str:
        given = call.arguments
        match call.function:
            case "answered":
                return f"{self._part(given[0], 4)} != ''"
            case "choice":
                assert isinstance(given[0], Constant)
                return str(given[0].value)
            case "choice-label":
                assert isinstance(given[0], Reference)
                return f"jr:choice-name({self.text(given[1])}, '${{{self._form.paths[given[0].name][-1]}}}')"
            case "current":
                inside, self._inside = self._inside, ""
                try:
                    if isinstance(given[0], Call) and given[0].function == "position":
                        return self._position(given[0].arguments[0], "current()/")
                    return self.text(given[0])
                finally:
                    self._inside = inside
            case "position":
                return self._position(given[0])
            case "among":
                return self._among(given[0], given[1])
            case "lookup":
                return self._lookup(given)
        return f"{call.function}({', '.join(self.text(argument) for argument in given)})"

    def _position(self, group: Node, start: str = "") -> str:
        assert isinstance(group, Reference)
        if self._inside == group.name:
            return "position()"
        repeat = self._form.paths.get(group.name, ())
        ups = len(self._here) - len(repeat)
        if ups < 0 or self._here[: len(repeat)] != repeat:
            raise ExpressionError(f"position({group.name}) has no meaning outside of it.", 0, unsupported=True)
        return f"position({start}{'/'.join(['..'] * ups) or '.'})"

    def _among(self, wanted: Node, condition: Node) -> str:
        assert isinstance(wanted, Reference)
        path = self._form.paths.get(wanted.name, ())
        repeat = self._form.repeat_of(path)
        if repeat is None:
            return self.text(wanted)
        inside, self._inside = self._inside, repeat
        try:
            said = self.text(condition)
        finally:
            self._inside = inside
        group = self._form.paths[repeat]
        rest = "".join(f"/{step}" for step in path[len(group) :])
        return f"${{{group[-1]}}}[{said}]{rest}"

    def _lookup(self, given: tuple[Node, ...]) -> str:
        assert isinstance(given[0], Reference)
        assert isinstance(given[1], Constant)
        name = given[0].name
        listed = next((listed for listed, question in self._form.lists.items() if question == name), None)
        if listed is None:
            raise ExpressionError(f"The options of “{name[:60]}” have no list.", 0, unsupported=True)
        everything = isinstance(given[2], Constant) and given[2].value is True
        condition = "" if everything else f"[{self.text(given[2])}]"
        return f"instance('{listed}')/root/item{condition}/{given[1].value}"


def looks_at_choices(node: Expression) -> bool:
    """Whether a condition looks at columns of options, so that only a choice filter can hold it."""
    return any(isinstance(part, Call) and part.function == "choice" for part in nodes(node))
