r"""Our conditions written in SurveyJS's language, with our meaning: the other way of ``surveyjs_expressions``.

Where survey-core reckons otherwise, what it needs is put beside: a missing answer is no
number here, so ``a + 1 > 5`` becomes ``{a} notempty and {a} + 1 > 5``. What SurveyJS cannot
say raises ExpressionError; what it says almost alike is told in ``notes``.

>>> from survey_engine.expression_parser import parse
>>> known = {"age": Said("age", Sort.NUMBER), "helps": Said("helps", Sort.OPTIONS, ("mum", "aunt"))}
>>> Writer(known.get).condition(parse('age >= 12 and selected(helps, "aunt")'))
"{age} >= 12 and {helps} contains 'aunt'"
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from survey_engine.expressions import (
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
)
from survey_engine.formats.surveyjs_expressions import (
    TODAY,
    Sort,
    alike,
    answered_turns,
    check_syntax,
    lower,
    whole_years,
)

CAPITALS_NOTE = "SurveyJS compares texts without regard to capital letters"
NOUGHT_NOTE = "divided by nought, SurveyJS has no number where Earshot has an endless one"


@dataclass(frozen=True, slots=True)
class Said:
    """How an answer is named in SurveyJS from where the condition stands, what it is, and its options in order."""

    path: str
    sort: Sort
    options: tuple[str, ...] = ()


class _Text(NamedTuple):
    said: str
    strength: int = 9
    needs: tuple[str, ...] = ()
    sort: Sort = Sort.TEXT


_OR, _AND, _COMPARE, _ADD, _TIMES, _REACH, _NOT, _ATOM = 1, 2, 3, 4, 5, 7, 8, 9
_SIGNS = {"div": "/", "mod": "%", "!=": "!="}
_TEXT_KINDS = (Sort.TEXT, Sort.OPTION)
_LISTS = (Sort.OPTIONS, Sort.RANKING)


class Writer:
    """Writes conditions that stand in one place.

    ``this`` is the name of the answer being checked; ``columns`` are those of the option
    that a choice filter looks at (None: the filter itself is written, where ``{item}`` is
    the option); ``turn_of`` is the repeated group whose turns count here.
    """

    def __init__(
        self, said_of: Callable[[str], Said | None], *, this: str = "", columns: Mapping[str, str] | None = None,
        turn_of: str = "",
    ) -> None:  # fmt: skip
        self._said_of = said_of
        self._this, self._columns, self._turn_of = this, columns, turn_of
        self.notes: dict[str, None] = {}

    def condition(self, node: Expression) -> str:
        """A condition that holds or does not."""
        return check_syntax(self._condition(node).said)

    def value(self, node: Expression) -> str:
        """What an expression yields; nothing where an answer it needs is missing."""
        return check_syntax(self._unneeding(node).said)

    # --- what holds or does not

    def _condition(self, node: Node) -> _Text:
        match node:
            case Constant():
                truth = bool(node.value)
                return _Text("true" if truth else "false", sort=Sort.TRUTH)
            case Logic():
                strength = _OR if node.op == "or" else _AND
                parts = [_inside(self._condition(part), strength + 1) for part in node.parts]
                return _Text(f" {node.op} ".join(parts), strength)
            case Binary() if node.op in ("=", "!=", "<", "<=", ">", ">="):
                return self._compared(node)
            case Call(function="not"):
                return self._denied(node.arguments[0])
            case Call(function="answered"):
                return _Text(f"{_inside(self._answer(node.arguments[0]), _NOT)} notempty", _NOT)
            case Call(function="selected"):
                return self._selected(*node.arguments)
            case Call(function="contains"):
                return self._contains(*node.arguments)
            case Call(function="boolean"):
                return self._condition(node.arguments[0])
            case Call(function="if"):
                condition, *rest = (self._condition(argument).said for argument in node.arguments)
                return _Text(f"iif({condition}, {', '.join(rest)})")
            case Reference() | This():
                answer = self._answer(node)
                if answer.sort is Sort.NUMBER:
                    return _Text(f"{answer.said} notempty and {answer.said} != 0", _AND)
                return _Text(f"{answer.said} notempty", _NOT)
        made = self._value(node)
        if made.sort is not Sort.NUMBER:
            raise _unsaid(node)
        return _guarded(_Text(f"{_inside(made, _ADD)} != 0", _COMPARE, made.needs))

    def _denied(self, node: Node) -> _Text:
        if isinstance(node, Call) and node.function == "answered":
            return _Text(f"{_inside(self._answer(node.arguments[0]), _NOT)} empty", _NOT)
        return _Text(f"!({self._condition(node).said})", _NOT)

    def _selected(self, chosen: Node, option: Node) -> _Text:
        answer = self._answer(chosen)
        of_option = isinstance(option, Call) and option.function == "choice"
        if answer.sort not in (*_LISTS, Sort.OPTION) or not (
            of_option or isinstance(option, Constant) or _is_answer(option)
        ):
            raise _unsaid(chosen)
        if not isinstance(option, Constant):
            if answer.sort is Sort.OPTION:
                raise _unsaid(option)
            return _Text(f"{answer.said} contains {self._value(option).said}", _REACH)
        wanted = str(option.value).strip()
        self._check_options(chosen, wanted)
        sign = "contains " if answer.sort in _LISTS else "anyof ["
        return _Text(f"{answer.said} {sign}{_quoted(wanted)}{']' if sign[-1] == '[' else ''}", _REACH)

    def _contains(self, holder: Node, sought: Node) -> _Text:
        without_capitals = _lowered(holder)
        answer = self._answer(holder if without_capitals is None else without_capitals)
        if answer.sort is not Sort.TEXT or not isinstance(sought, Constant) or not isinstance(sought.value, str):
            raise _unsaid(holder)
        if not sought.value:
            raise _unsaid(holder)
        if without_capitals is None or sought.value != sought.value.lower():
            self._note_capitals(sought.value)
        return _Text(f"{answer.said} contains {_quoted(sought.value)}", _REACH)

    # --- comparisons

    def _compared(self, node: Binary) -> _Text:
        if special := self._compared_otherwise(node):
            return special
        left, right = self._value(node.left), self._value(node.right)
        self._check_comparable(node, left, right)
        if node.op in ("<=", ">=") and _is_answer(node.left) and _is_answer(node.right):
            left = left._replace(needs=(left.said,))
        needs = tuple(dict.fromkeys(left.needs + right.needs))
        said = f"{_inside(left, _ADD)} {node.op} {_inside(right, _ADD)}"
        return _guarded(_Text(said, _COMPARE, needs), denied=node.op == "!=")

    def _check_comparable(self, node: Binary, left: _Text, right: _Text) -> None:
        sorts = {left.sort, right.sort}
        if sorts & {Sort.TRUTH, Sort.TURNS, Sort.NOTHING} or sorts & set(_LISTS):
            raise _unsaid(node)
        if node.op in ("=", "!="):
            for one, other in ((node.left, node.right), (node.right, node.left)):
                if isinstance(other, Constant) and isinstance(other.value, str):
                    if self._sort(one) is Sort.OPTION:
                        self._check_options(one, other.value)
                    elif self._sort(one) is Sort.TEXT:
                        self._note_capitals(other.value)
            return
        # here, as in XPath, more and less are about numbers (and days); there texts go by the alphabet
        if sorts <= {Sort.TEXT, Sort.OPTION} and not any(_is_number(side) for side in (node.left, node.right)):
            raise _unsaid(node)
        if sorts & {Sort.TIME, Sort.MONTH}:
            raise _unsaid(node)

    def _compared_otherwise(self, node: Binary) -> _Text | None:
        """Comparisons that have a form of their own there."""
        for one, other in ((node.left, node.right), (node.right, node.left)):
            if not _is_answer(one) and _lowered(one) is None:
                continue
            if self._sort(one) in _LISTS and isinstance(other, Constant):
                return self._same_list(node.op, one, str(other.value))
        plain = _lowered(node.left)
        if plain is not None and isinstance(node.right, Constant) and node.op in ("=", "!="):
            answer = self._answer(plain)
            if answer.sort is Sort.TEXT and isinstance(node.right.value, str):
                return _Text(f"{answer.said} {node.op} {_quoted(node.right.value)}", _COMPARE)
        if node.op in ("<", "<=", ">", ">="):
            for unwrap, sort in ((_moment_of, Sort.TIME), (_month_of, Sort.MONTH)):
                left, right = unwrap(node.left), unwrap(node.right)
                if left is not None and right is not None and sort in (self._sort(left), self._sort(right)):
                    first, second = self._value(left), self._value(right)
                    needs = (first.said,) if _is_answer(left) and _is_answer(right) and node.op in ("<=", ">=") else ()
                    return _guarded(_Text(f"{first.said} {node.op} {second.said}", _COMPARE, needs))
        return None

    def _same_list(self, op: str, chosen: Node, wanted: str) -> _Text:
        answer, options = self._answer(chosen), self._options(chosen)
        if op not in ("=", "!=") or answer.sort is Sort.RANKING or any(" " in name for name in options):
            raise _unsaid(chosen)
        if not wanted:  # an unanswered list is an empty list there, which no empty text equals
            return _Text(f"{answer.said} {'empty' if op == '=' else 'notempty'}", _NOT)
        names = wanted.split(" ")
        if [name for name in options if name in names] != names:
            raise _unsaid(chosen)
        return _Text(f"{answer.said} {op} [{', '.join(_quoted(name) for name in names)}]", _COMPARE)

    # --- values

    def _value(self, node: Node) -> _Text:
        match node:
            case Constant():
                return _constant(node.value)
            case Reference() | This():
                return self._answer(node)
            case Negative():
                made = self._sum_part(node.operand)
                return _Text(f"-1 * {_inside(made, _TIMES + 1)}", _TIMES, made.needs, Sort.NUMBER)
            case Binary() if node.op in ("+", "-", "*", "div", "mod"):
                return self._sum(node)
            case Call():
                return self._call(node)
        made = self._condition(node)
        return _Text(made.said, made.strength, (), Sort.TRUTH)

    def _sum(self, node: Binary) -> _Text:
        left, right = self._sum_part(node.left), self._sum_part(node.right)
        strength = _TIMES if node.op in ("*", "div", "mod") else _ADD
        if node.op == "div" and not (isinstance(node.right, Constant) and node.right.value):
            self.notes[NOUGHT_NOTE] = None
        said = f"{_inside(left, strength)} {_SIGNS.get(node.op, node.op)} {_inside(right, strength + 1)}"
        return _Text(said, strength, tuple(dict.fromkeys(left.needs + right.needs)), Sort.NUMBER)

    def _sum_part(self, node: Node) -> _Text:
        """A part of a sum: an answer that is missing makes the whole no number."""
        match node:
            case Call(function="coalesce", arguments=(Reference() | This() as answer, Constant(value=0))):
                return self._numeric(self._answer(answer), node)
            case Reference() | This():
                made = self._numeric(self._answer(node), node)
                return made._replace(needs=(made.said,))
        return self._numeric(self._value(node), node)

    def _numeric(self, made: _Text, node: Node) -> _Text:
        if made.sort in (Sort.NUMBER, Sort.OPTION):
            return made
        raise _unsaid(node)

    def _call(self, call: Call) -> _Text:
        if special := self._special(call):
            return special
        given = call.arguments
        match call.function:
            case "if":
                condition = self._condition(given[0]).said
                yes, no = (self._unneeding(argument) for argument in given[1:])
                return _Text(f"iif({condition}, {yes.said}, {no.said})", sort=yes.sort)
            case "coalesce" if len(given) == 2 and _is_answer(given[0]):
                answer, otherwise = self._answer(given[0]), self._unneeding(given[1])
                return _Text(f"iif({answer.said} notempty, {answer.said}, {otherwise.said})", sort=answer.sort)
            case "concat":
                parts = [_inside(self._unneeding(argument), _TIMES) for argument in given]
                if any(self._sort(argument) in (*_LISTS, Sort.TURNS) for argument in given):
                    raise _unsaid(call)
                return _Text(" + ".join(("''", *parts)), _ADD)
            case "count-selected":
                return _Text(f"count({self._answer(given[0]).said})", sort=Sort.NUMBER)
            case "selected-at" if isinstance(given[1], Constant) and isinstance(given[1].value, int):
                answer = self._answer(given[0])
                if answer.sort in _LISTS and 0 <= given[1].value < 1_000:
                    return _Text(f"{{{answer.said[1:-1]}[{given[1].value}]}}", sort=Sort.OPTION)
            case "count" if isinstance(given[0], Reference):
                turns = self._answer(given[0])
                if turns.sort is Sort.TURNS:
                    return _Text(f"{{{turns.said[1:-1]}.length}}", sort=Sort.NUMBER)
            case "position" if isinstance(given[0], Reference) and given[0].name == self._turn_of:
                return _Text("{panelIndex} + 1", _ADD, (), Sort.NUMBER)
            case "string-length":
                answer = self._answer(given[0])
                if answer.sort is Sort.TEXT:
                    return _Text(f"{{{answer.said[1:-1]}.length}}", sort=Sort.NUMBER)
            case "min" | "max" | "round":
                parts_ = [self._sum_part(argument) for argument in given]
                needs = tuple(dict.fromkeys(need for part in parts_ for need in part.needs))
                return _Text(f"{call.function}({', '.join(part.said for part in parts_)})", _ATOM, needs, Sort.NUMBER)
            case "choice":
                return self._column(given[0])
        raise _unsaid(call)

    def _special(self, call: Call) -> _Text | None:
        """Whole patterns of ours that SurveyJS has a function for."""
        if call == TODAY:
            return _Text("today()", sort=Sort.DATE)
        found = _ages(call)
        if found is not None:
            start, end = (self._day(day) for day in found)
            said = f"age({start})" if end == "today()" else f"dateDiff({start}, {end}, 'years')"
            return _Text(said, sort=Sort.NUMBER)
        if call.function in ("sum", "min", "max", "count-non-empty") and len(call.arguments) == 1:
            column = call.arguments[0]
            if call.function != "count-non-empty":
                within = column.arguments[0] if isinstance(column, Call) and column.function == "among" else None
                of_turn = Call(function="answered", arguments=(This(),))
                if within is None or column not in (
                    answered_turns(within),
                    Call(function="among", arguments=(within, of_turn)),
                ):
                    return None
                column = within
            if isinstance(column, Reference):
                path = self._answer(column).said[1:-1]
                group, mark, name = path.partition("[].")
                if mark:
                    kind = {"count-non-empty": "count"}.get(call.function, call.function)
                    return _Text(f"{kind}InArray({{{group}}}, {_quoted(name)})", sort=Sort.NUMBER)
        return None

    def _day(self, node: Node) -> str:
        made = self._value(node)
        if made.sort is not Sort.DATE:
            raise _unsaid(node)
        return made.said

    def _unneeding(self, node: Node) -> _Text:
        """A value by itself: nothing where an answer it needs is missing."""
        made = self._value(node)
        if made.sort in (Sort.TURNS, Sort.NOTHING):
            raise _unsaid(node)
        return _Text(f"iif({_all_there(made.needs).said}, {made.said})", sort=made.sort) if made.needs else made

    def _column(self, column: Node) -> _Text:
        assert isinstance(column, Constant)
        name = str(column.value)
        if self._columns is not None:
            if name not in self._columns:
                raise _unsaid(column)
            return _constant(self._columns[name])
        if name != "name":
            raise ExpressionError(f"the column {name[:40]} of an option", 0, unsupported=True)
        return _Text("{item}", sort=Sort.OPTION)

    # --- answers

    def _answer(self, node: Node) -> _Text:
        said = self._found(node)
        return _Text(f"{{{said.path}}}", sort=said.sort)

    def _found(self, node: Node) -> Said:
        name = self._this if isinstance(node, This) else node.name if isinstance(node, Reference) else ""
        said = self._said_of(name) if name else None
        if said is None or any(sign in said.path for sign in "{}") or not name:
            raise _unsaid(node)
        return said

    def _sort(self, node: Node) -> Sort | None:
        if isinstance(node, Call) and node.function == "selected-at":
            return Sort.OPTION
        if not _is_answer(node):
            return None
        name = self._this if isinstance(node, This) else getattr(node, "name", "")
        said = self._said_of(name)
        return said.sort if said else None

    def _options(self, node: Node) -> tuple[str, ...]:
        return self._found(node).options

    def _check_options(self, node: Node, wanted: str) -> None:
        if not _is_answer(node):
            return
        if sum(alike(name, wanted) for name in self._options(node)) > (wanted in self._options(node)):
            self.notes[CAPITALS_NOTE] = None

    def _note_capitals(self, text: str) -> None:
        if text.lower() != text.upper():
            self.notes[CAPITALS_NOTE] = None


def _unsaid(node: Node) -> ExpressionError:
    what = node.function + "()" if isinstance(node, Call) else getattr(node, "op", "") or "this"
    return ExpressionError(f"SurveyJS has nothing that means {what} here", 0, unsupported=True)


def _is_answer(node: Node) -> bool:
    return isinstance(node, Reference | This)


def _is_number(node: Node) -> bool:
    if not isinstance(node, Constant):
        return False
    if isinstance(node.value, str):
        return node.value.strip().lstrip("-").replace(".", "", 1).isdecimal()
    return True


def _inside(made: _Text, weakest: int) -> str:
    return f"({made.said})" if made.strength < weakest else made.said


def _all_there(needs: tuple[str, ...]) -> _Text:
    return _Text(" and ".join(f"{need} notempty" for need in needs), _AND)


def _guarded(made: _Text, denied: bool = False) -> _Text:
    """A comparison with what must be answered for it to mean here what it means there."""
    if not made.needs:
        return made
    if denied:
        return _Text(f"{' or '.join(f'{need} empty' for need in made.needs)} or {made.said}", _OR)
    return _Text(f"{_all_there(made.needs).said} and {made.said}", _AND)


def _constant(value: str | float) -> _Text:
    if isinstance(value, bool):
        return _Text("true" if value else "false", sort=Sort.TRUTH)
    if isinstance(value, str):
        return _Text(_quoted(value))
    return _Text(format(Decimal(repr(value)), "f"), sort=Sort.NUMBER)


def _quoted(text: str) -> str:
    if text.endswith("\\"):
        raise ExpressionError("SurveyJS cannot write a text that ends with a backslash", 0, unsupported=True)
    escaped = text.replace("'", "\\'").replace('"', '\\"')
    return f"'{escaped}'"


def _lowered(node: Node) -> Node | None:
    """What is compared without capitals, if this is such a comparison."""
    if isinstance(node, Call) and node.function == "translate" and _is_answer(node.arguments[0]):
        return node.arguments[0] if node == lower(node.arguments[0]) else None
    return None


def _moment_of(node: Node) -> Node | None:
    return node.arguments[0] if isinstance(node, Call) and node.function == "decimal-time" else None


def _month_of(node: Node) -> Node | None:
    if not (isinstance(node, Call) and node.function == "number" and isinstance(node.arguments[0], Call)):
        return None
    inner = node.arguments[0]
    dropped = inner.function == "translate" and inner.arguments[1:] == (Constant(value="-"), Constant(value=""))
    return inner.arguments[0] if dropped else None


def _ages(call: Call) -> tuple[Node, Node] | None:
    """The two days whose whole years are counted, if that is what is done."""
    match call.arguments:
        case (
            Binary(
                left=Binary(
                    left=Call(arguments=(Call(arguments=(end, *_)),)),
                    right=Call(arguments=(Call(arguments=(start, *_)),)),
                )
            ),
        ) if call == whole_years(start, end):
            return start, end
    return None
