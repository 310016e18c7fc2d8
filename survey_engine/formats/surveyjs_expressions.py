r"""SurveyJS's condition language (``{q} = 'x' and {r} notempty``) read into our tree.

The grammar is survey-core's (3.1): ``or``, ``and``, comparisons, ``+ -``, ``* / %``, ``^``,
``contains`` and its kin, then ``!`` and ``empty``, from weakest to strongest. What is
translated is the *meaning*, tried out on survey-core itself: texts compare there without
regard to capitals; nothing plus one is one there and no number here; a multiple choice is
a list, never equal to a text; where both sides are empty ``<=`` holds. What cannot be said
here is refused by name, never guessed.

>>> from survey_engine.expressions import Reference, print_expression
>>> known = {"age": Meant(Reference(name="age"), Sort.NUMBER)}
>>> print_expression(read_condition("{age} >= 12 and !({age} > 17)", known.get))
'age >= 12 and not(age > 17)'
>>> print_expression(read_condition("{age} + 1 > 12", known.get))
'coalesce(age, 0) + 1 > 12'
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, TypeAlias

from pydantic import ValidationError

from survey_engine.expressions import (
    MAX_LENGTH,
    MAX_NUMBER,
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
    problem_of_size,
)
from survey_engine.formats.surveyjs_grammar import BRACED, POSTFIX, SPELT_OTHERWISE, Parser, Part


class Sort(StrEnum):
    """What kind of value stands somewhere in a condition."""

    TEXT = "text"
    NUMBER = "number"
    OPTION = "option"
    OPTIONS = "options"
    RANKING = "ranking"
    TRUTH = "truth"
    DATE = "date"
    MONTH = "month"
    TIME = "time"
    TURNS = "turns"
    NOTHING = "nothing"
    """Only whether there is an answer can be asked: files, and what is left out."""


@dataclass(frozen=True, slots=True)
class Meant:
    """What a name in braces means: the part that reads it, and what can be done with it.

    ``options`` are those of a choice, in the survey's order; of a yes or no (``yes_no``) the
    first is yes.
    """

    node: Node
    sort: Sort
    options: tuple[str, ...] = ()
    yes_no: bool = False


LookUp: TypeAlias = "Callable[[str], Meant | None]"
"""What a name in braces means where the condition stands; a column of a repeat is asked for as ``pets[].age``."""


def read_condition(said: str, look_up: LookUp) -> Expression:
    """A condition that holds or does not. Raises ExpressionError, ``unsupported`` where survey-core could read it."""
    return _bounded(lambda reading: reading.whole(Parser(said).whole()), look_up)


def read_typed(said: str, look_up: LookUp) -> tuple[Expression, Sort]:
    """What an expression yields, such as a sum or a text, and what kind of value that is."""
    sorts: list[Sort] = []

    def read(reading: _Reading) -> Node:
        made = reading.value(Parser(said).whole())
        sorts.append(made.sort)
        return made.node

    return _bounded(read, look_up), sorts[0]


def check_syntax(said: str) -> str:
    """The same text where survey-core reads it as it stands; raises ExpressionError where it does not.

    survey-core changes a few spellings first, wherever they stand, even inside a text.
    """
    Parser(said).whole()
    if SPELT_OTHERWISE.search(said):
        raise ExpressionError("SurveyJS spells a part of it otherwise", 0, unsupported=True)
    return said


def looked_at(said: str) -> frozenset[str]:
    """The names in braces, as they are written; empty where the text is no condition."""
    return frozenset(name.strip() for name in BRACED.findall(said[:MAX_LENGTH]))


def constant_of(value: object) -> Constant | None:
    """A value of JSON as a constant; None for what is none (a list, no number, too large a number)."""
    if isinstance(value, str) or (isinstance(value, int | float) and abs(value) <= MAX_NUMBER):
        try:
            return Constant(value=value)
        except ValidationError:
            return None
    return None


def alike(one: object, other: object) -> bool:
    """Whether survey-core takes two texts or numbers for the same: capitals and outer spaces do not count."""
    if isinstance(one, bool) or isinstance(other, bool):
        return _plain(one) == _plain(other)
    first, second = _as_number(one), _as_number(other)
    if first is not None and second is not None:
        return first == second
    return _plain(one) == _plain(other)


def lower(node: Node) -> Node:
    """A text without capitals, for a comparison that does not mind them."""
    return Call(function="translate", arguments=(node, Constant(value=CAPITALS), Constant(value=CAPITALS.lower())))


CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def whole_years(start: Node, end: Node) -> Node:
    """How many whole years lie between two days, as an age is counted."""
    days = tuple(
        Call(function="number", arguments=(Call(function="format-date", arguments=(day, Constant(value="%Y%m%d"))),))
        for day in (end, start)
    )
    difference = Binary(op="-", left=days[0], right=days[1])
    return Call(function="int", arguments=(Binary(op="div", left=difference, right=Constant(value=10_000)),))


def opposite(node: Node) -> Node:
    """What holds when a condition does not: SurveyJS says when something can be changed, we say when it cannot."""
    if isinstance(node, Call) and node.function == "not":
        return node.arguments[0]
    return Call(function="not", arguments=(node,))


def answered_turns(column: Node) -> Node:
    """Those turns of a repeated question that have an answer."""
    return Call(function="among", arguments=(column, Call(function="answered", arguments=(column,))))


TODAY = Call(function="today")


def _bounded(read: Callable[[_Reading], Node], look_up: LookUp) -> Node:
    try:
        node = read(_Reading(look_up))
    except ValidationError as error:  # a call or a number that our tree does not allow
        raise ExpressionError("It is not understood here.", 0, unsupported=True) from error
    if problem := problem_of_size(node):
        raise ExpressionError(problem, 0, unsupported=True)
    return node


def _plain(value: object) -> str:
    return str(value).strip().lower()


def _as_number(value: object) -> float | None:
    try:
        if isinstance(value, int | float):
            return float(value)
        return float(_plain(value)) if re.fullmatch(r"-?[0-9.]+", _plain(value)) else None
    except (ValueError, OverflowError):
        return None


# --- parts to our tree -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Read:
    """A part read: our node and what is known of its value; ``name`` is that of an answer, which may be missing."""

    node: Node
    sort: Sort
    options: tuple[str, ...] = ()
    yes_no: bool = False
    name: str = ""

    @property
    def constant(self) -> Any:
        return self.node.value if isinstance(self.node, Constant) else None


_NO = Constant(value=False)
_YES = Constant(value=True)
_COMPARED = ("=", "!=", "<", "<=", ">", ">=")
_REACHED = ("contains", "notcontains", "anyof", "allof", "noneof")
_CHOICES = (Sort.OPTIONS, Sort.RANKING)


class _Reading:
    """Goes once through the parts of a condition, telling what each means here."""

    def __init__(self, look_up: LookUp) -> None:
        self._look_up = look_up
        self._answered: frozenset[str] = frozenset()

    # --- what holds or does not

    def whole(self, part: Part) -> Node:
        """A whole condition, which there holds only where it yields true itself, and not something like it."""
        last: tuple[Part, ...] = (part,)
        while last:
            if any(not self._yields_truth(one) for one in last if one.op not in ("and", "or")):
                raise _refused("an answer alone, which SurveyJS takes for true only where it is yes or no,")
            last = tuple(
                inner
                for one in last
                if one.op in ("and", "or")
                for inner in (one.parts[-1:] if one.op == "and" else one.parts)
            )
        return self.condition(part)

    def _yields_truth(self, part: Part) -> bool:
        if part.op == "var":
            meant = self._answer(part.value)
            return meant.yes_no or meant.sort is Sort.TRUTH
        if part.op == "const":
            return isinstance(part.value, bool)
        if part.op == "call" and part.value == "iif":
            return all(self._yields_truth(one) or one.op in ("and", "or") for one in part.parts[1:])
        return part.op not in ("+", "-", "*", "/", "%", "^", "list") and not (
            part.op == "call" and part.value != "isDisplayMode"
        )

    def condition(self, part: Part) -> Node:
        """A condition inside of something: what is not empty and not nought counts as true."""
        if part.op in ("and", "or"):
            return self._logic(part)
        if part.op == "!":
            return _not(self.condition(part.parts[0]))
        if part.op in POSTFIX:
            answered = self._is_answered(part.parts[0])
            return answered if part.op == "notempty" else _not(answered)
        if part.op in _COMPARED:
            return self._compared(part.op, *part.parts)
        if part.op in _REACHED:
            return self._reached(part.op, *part.parts)
        return self._truth(self.value(part))

    def _logic(self, part: Part) -> Node:
        # “{a} notempty and {a} + 1 > 5” is how our own “a + 1 > 5” is written there: take it back as that.
        *first, last = part.parts
        guard, comparisons = ("notempty", ("=", "<", "<=", ">", ">=")) if part.op == "and" else ("empty", ("!=",))
        guards = [one.parts[0].value for one in first if one.op == guard and one.parts[0].op == "var"]
        if last.op in comparisons and len(guards) == len(first) and set(guards) <= set(self._needs(last)):
            return self._knowing(guards, last)
        return Logic.model_validate({"op": part.op, "parts": tuple(self.condition(one) for one in part.parts)})

    def _knowing(self, names: Iterable[str], part: Part) -> Node:
        before, self._answered = self._answered, self._answered | set(names)
        try:
            return self.condition(part)
        finally:
            self._answered = before

    def _needs(self, comparison: Part) -> list[str]:
        """The answers that must be there for a comparison to mean the same on both sides, in order."""
        left, right = comparison.parts
        if comparison.op in ("<=", ">=") and left.op == right.op == "var":
            return [left.value]
        return list(dict.fromkeys(self._in_sums(left) + self._in_sums(right)))

    def _in_sums(self, part: Part) -> list[str]:
        if part.op == "call" and part.value in ("min", "max", "round"):
            return [name for one in part.parts for name in ([one.value] if one.op == "var" else self._in_sums(one))]
        if part.op not in ("+", "-", "*", "/", "%", "^"):
            return []
        return [name for one in part.parts for name in ([one.value] if one.op == "var" else self._in_sums(one))]

    def _truth(self, read: _Read) -> Node:
        if read.sort is Sort.TRUTH:
            return read.node
        if isinstance(read.node, Constant):
            return Constant(value=bool(read.constant))
        if read.yes_no:
            return Binary(op="=", left=read.node, right=Constant(value=read.options[0]))
        if read.sort is Sort.NUMBER:
            return read.node
        return self._answer_there(read)

    def _is_answered(self, part: Part) -> Node:
        if part.op == "list":
            return Constant(value=bool(part.parts))
        return self._answer_there(self.value(part))

    def _answer_there(self, read: _Read) -> Node:
        if isinstance(read.node, Constant):
            return Constant(value=read.constant != "")
        if read.sort is Sort.TURNS:
            return Binary(op=">", left=read.node, right=Constant(value=0))
        return Call(function="answered", arguments=(read.node,))

    # --- comparisons

    def _compared(self, op: str, left: Part, right: Part) -> Node:
        if op in ("=", "!="):
            same = self._equal(left, right)
            if op == "=":
                return same
            if isinstance(same, Binary) and same.op == "=":
                return Binary(op="!=", left=same.left, right=same.right)
            return Constant(value=not same.value) if isinstance(same, Constant) else _not(same)
        one, other = self.value(left), self.value(right)
        for side, beside in ((one, other), (other, one)):
            if side.constant == "" and side.sort is Sort.NOTHING:
                return _not(self._answer_there(beside)) if op in ("<=", ">=") else _NO
            if side.constant == "":
                raise _refused("comparing with an empty text by size")
        made = Binary.model_validate({"op": op, "left": self._ordered(one, other), "right": self._ordered(other, one)})
        both_may_be_empty = (
            op in ("<=", ">=") and one.name and other.name and not {one.name, other.name} & self._answered
        )
        if both_may_be_empty:
            neither = Logic(op="or", parts=(self._answer_there(one), self._answer_there(other)))
            return Logic(op="or", parts=(made, _not(neither)))
        return made

    def _ordered(self, read: _Read, beside: _Read) -> Node:
        """One side of “less than”, as a number."""
        sorts = {read.sort, beside.sort}
        if Sort.TIME in sorts:
            return Call(function="decimal-time", arguments=(read.node,))
        if Sort.MONTH in sorts:
            return Call(
                function="number",
                arguments=(Call(function="translate", arguments=(read.node, Constant(value="-"), Constant(value=""))),),
            )
        if sorts & {Sort.OPTIONS, Sort.RANKING, Sort.TURNS}:
            raise _refused("comparing a list by size")
        if read.sort is Sort.TEXT and beside.sort is Sort.TEXT and not (_numeric(read) or _numeric(beside)):
            raise _refused("comparing texts by the alphabet")
        return read.node

    def _equal(self, left: Part, right: Part) -> Node:
        if "list" in (left.op, right.op):
            listed, beside = (left, right) if left.op == "list" else (right, left)
            return self._equals_list(self.value(beside), listed) if beside.op != "list" else _NO
        one, other = self.value(left), self.value(right)
        if isinstance(one.node, Constant) and not isinstance(other.node, Constant):
            return self._equal_read(other, one, turned=True)
        return self._equal_read(one, other)

    def _equal_read(self, one: _Read, other: _Read, turned: bool = False) -> Node:
        if one.sort in _CHOICES and other.constant == "":
            return _NO  # an unanswered list is an empty list there, which equals neither an empty text nor null
        if other.sort is Sort.NOTHING and isinstance(other.node, Constant):
            return _not(self._answer_there(one))
        if one.sort is Sort.TURNS or other.sort is Sort.TURNS:
            raise _refused("comparing all turns at once")
        if one.sort is Sort.TRUTH and isinstance(other.constant, bool):
            return one.node if other.constant else _not(one.node)
        if one.yes_no and isinstance(other.constant, bool | int | float) and other.constant in (0, 1):
            return Binary(op="=", left=one.node, right=Constant(value=one.options[0 if other.constant else 1]))
        if isinstance(other.constant, bool):
            other = replace(other, node=Constant(value="true" if other.constant else "false"), sort=Sort.TEXT)
        if (one.sort in _CHOICES) != (other.sort in _CHOICES) and other.constant != "":
            return _NO  # a list is never a text there
        if one.sort is Sort.OPTION and other.constant not in (None, ""):
            return self._is_option(one, other.constant)
        left, right = one.node, other.node
        if one.sort is Sort.TEXT and isinstance(other.constant, str):
            plain = other.constant.strip()
            if plain.lower() != plain.upper():
                left, right = lower(left), Constant(value=plain.lower())
        if turned and left is one.node:
            left, right = right, left
        return Binary(op="=", left=left, right=right)

    def _is_option(self, one: _Read, value: Any) -> Node:
        names = _options_like(one.options, value) or [value]
        if len(names) == 1 and not isinstance(value, str):
            names = [value]
        same = [Binary(op="=", left=one.node, right=Constant(value=name)) for name in names]
        return _any(same)

    def _equals_list(self, one: _Read, listed: Part) -> Node:
        if one.sort not in _CHOICES:
            return _NO
        chosen: list[str] = []
        for part in listed.parts:
            if part.op != "const":
                raise _refused("a list of other answers")
            chosen += _options_like(one.options, part.value)[:1] or [""]
        if "" in chosen or len(set(chosen)) != len(listed.parts):
            return _NO
        if one.sort is Sort.RANKING:
            return self._answer_there(one) if set(chosen) == set(one.options) else _NO
        return Binary(
            op="=", left=one.node, right=Constant(value=" ".join(name for name in one.options if name in chosen))
        )

    # --- contains, anyof and their kin

    def _reached(self, op: str, left: Part, right: Part) -> Node:
        if op in ("notcontains", "noneof"):
            return _not(self._reached("contains" if op == "notcontains" else "anyof", left, right))
        one = self.value(left)
        if right.op != "list":
            return self._holds(one, self.value(right), whole=op == "anyof")
        if not right.parts:
            return _YES if op == "anyof" else self._answer_there(one)
        met = [self._holds(one, self.value(part), whole=op == "anyof", listed=True) for part in right.parts]
        return _any(met) if op == "anyof" else met[0] if len(met) == 1 else Logic(op="and", parts=tuple(met))

    def _holds(self, one: _Read, other: _Read, *, whole: bool, listed: bool = False) -> Node:
        """Whether one value has another in it; ``whole`` where a single one must be the same."""
        value = other.constant
        if value == "":
            return _NO
        if one.sort in _CHOICES:
            if isinstance(other.node, Constant):
                return _any([_selected(one.node, name) for name in _options_like(one.options, value)])
            if other.sort not in (Sort.OPTION, Sort.TEXT, Sort.NUMBER):
                raise _refused("comparing two lists")
            return Call(function="selected", arguments=(one.node, other.node))
        if other.sort in _CHOICES and whole:
            return Call(function="selected", arguments=(other.node, one.node))
        if not isinstance(other.node, Constant):
            raise _refused("looking for one answer inside another")
        if one.sort is Sort.OPTION and whole and listed:
            return _any([_selected(one.node, name) for name in _options_like(one.options, value)])
        if whole and listed:
            return self._equal_read(one, other)
        if whole or one.sort not in (Sort.OPTION, Sort.TEXT):
            raise _refused("looking for a part of a number or a day")
        sought = _plain(value)
        if one.sort is Sort.OPTION:
            return _any(
                [
                    Binary(op="=", left=one.node, right=Constant(value=name))
                    for name in one.options
                    if sought in name.lower()
                ]
            )
        held = lower(one.node) if sought.lower() != sought.upper() else one.node
        return Call(function="contains", arguments=(held, Constant(value=sought)))

    # --- values

    def value(self, part: Part) -> _Read:
        match part.op:
            case "const" if part.value is None:
                return _Read(Constant(value=""), Sort.NOTHING)
            case "const":
                sort = Sort.TRUTH if isinstance(part.value, bool) else Sort.NUMBER
                return _Read(Constant(value=part.value), Sort.TEXT if isinstance(part.value, str) else sort)
            case "var":
                return self._answer(part.value)
            case "+" | "-" | "*" | "/" | "%" | "^":
                return self._sum(part.op, *part.parts)
            case "call":
                return self._call(part.value, part.parts)
            case "list":
                raise _refused("a list in square brackets")
        return _Read(self.condition(part), Sort.TRUTH)

    def _answer(self, name: str) -> _Read:
        meant = self._look_up(name.removeprefix("#").strip())
        if meant is None:
            raise ExpressionError(f"There is no question “{name[:60]}” in this form.", 0, unsupported=True)
        return _Read(meant.node, meant.sort, meant.options, meant.yes_no, name)

    def _sum(self, op: str, left: Part, right: Part) -> _Read:
        if op == "+" and left.op == "var" and left.value == "panelIndex" and right.op == "const" and right.value == 1:
            index = self._answer("panelIndex").node
            return _Read(index.left if isinstance(index, Binary) else index, Sort.NUMBER)
        one, other = self.value(left), self.value(right)
        texts = {Sort.TEXT, Sort.OPTION}
        if op == "+" and {one.sort, other.sort} & texts and not (_numeric(one) or _numeric(other)):
            return _Read(Call(function="concat", arguments=(*_joined(one), *_joined(other))), Sort.TEXT)
        a, b = self._number(one), self._number(other)
        if op == "*" and isinstance(a, Constant) and a.value == -1 and not isinstance(b, Constant):
            return _Read(Negative(operand=b), Sort.NUMBER)
        if op == "^":
            return _Read(Call(function="pow", arguments=(a, b)), Sort.NUMBER)
        node: Node = Binary.model_validate({"op": {"/": "div", "%": "mod"}.get(op, op), "left": a, "right": b})
        if op == "/" and not (isinstance(b, Constant) and b.value):
            _check_short(right)
            nought = Binary(op="=", left=b, right=Constant(value=0))
            node = Call(function="if", arguments=(nought, Constant(value=""), node))
        return _Read(node, Sort.NUMBER)

    def _number(self, read: _Read) -> Node:
        """A value in a sum, where a missing answer counts as nought there."""
        if read.sort in (Sort.OPTIONS, Sort.RANKING, Sort.TURNS, Sort.NOTHING, Sort.DATE, Sort.MONTH, Sort.TIME):
            raise _refused("reckoning with days, times or lists")
        if read.name and read.name not in self._answered and isinstance(read.node, Reference | This):
            return Call(function="coalesce", arguments=(read.node, Constant(value=0)))
        return read.node

    # --- functions

    def _call(self, name: str, parts: Sequence[Part]) -> _Read:
        work = _FUNCTIONS.get(name)
        if work is None:
            raise _refused(f"the function {name[:40]}()")
        fewest, most, read = work
        if not fewest <= len(parts) <= most:
            raise _refused(f"{name}() with {len(parts)} parts")
        return read(self, parts)

    def iif(self, parts: Sequence[Part]) -> _Read:
        guards = [one.parts[0].value for one in _conjuncts(parts[0]) if _asks_for_answer(one)]
        if len(parts) == 2 and len(guards) == len(_conjuncts(parts[0])) and set(guards) <= set(self._in_sums(parts[1])):
            before, self._answered = self._answered, self._answered | set(guards)
            try:
                return self.value(parts[1])
            finally:
                self._answered = before
        condition = self.condition(parts[0])
        yes = self.value(parts[1])
        no = self.value(parts[2]) if len(parts) == 3 else _Read(Constant(value=""), yes.sort)
        if parts[0].op == "notempty" and parts[0].parts[0] == parts[1] and parts[1].op == "var" and len(parts) == 3:
            return _Read(Call(function="coalesce", arguments=(yes.node, no.node)), yes.sort)
        sort = yes.sort if yes.sort == no.sort else Sort.TEXT
        return _Read(Call(function="if", arguments=(condition, yes.node, no.node)), sort)

    def count(self, parts: Sequence[Part]) -> _Read:
        counted: list[Node] = []
        for part in parts:
            read = self.value(part)
            if read.sort in _CHOICES:
                counted.append(Call(function="count-selected", arguments=(read.node,)))
            elif read.sort is Sort.TURNS:
                counted.append(read.node)
            else:
                counted.append(Call(function="number", arguments=(self._answer_there(read),)))
        return _Read(_added(counted), Sort.NUMBER)

    def sum(self, parts: Sequence[Part]) -> _Read:
        return _Read(_added([self._number(self.value(part)) for part in parts]), Sort.NUMBER)

    def average(self, parts: Sequence[Part]) -> _Read:
        for part in parts:
            _check_short(part)
        return _mean(self.sum(parts).node, self.count(parts).node)

    def extreme(self, name: str, parts: Sequence[Part]) -> _Read:
        read = [self.value(part) for part in parts]
        if any(one.name and one.name not in self._answered for one in read):
            raise _refused(f"{name}() of answers that may be missing")
        return _Read(Call(function=name, arguments=tuple(self._number(one) for one in read)), Sort.NUMBER)

    def column(self, parts: Sequence[Part]) -> Node:
        if parts[0].op != "var" or parts[1].op != "const" or not isinstance(parts[1].value, str):
            raise _refused("a column that is not named")
        return self._answer(f"{parts[0].value}[].{parts[1].value}").node

    def count_column(self, parts: Sequence[Part]) -> _Read:
        return _Read(Call(function="count-non-empty", arguments=(self.column(parts),)), Sort.NUMBER)

    def over_column(self, name: str, parts: Sequence[Part]) -> _Read:
        return _Read(Call(function=name, arguments=(answered_turns(self.column(parts)),)), Sort.NUMBER)

    def average_column(self, parts: Sequence[Part]) -> _Read:
        return _mean(self.over_column("sum", parts).node, self.count_column(parts).node)

    def rounded(self, parts: Sequence[Part]) -> _Read:
        read = self.value(parts[0])
        rounded = self._number(read) if not read.name or read.name in self._answered else read.node
        places = [self._number(self.value(part)) for part in parts[1:]]
        if places and rounded is read.node and read.name not in self._answered and read.name:
            # without a number to round, survey-core takes the number of places for it
            rounded = Call(function="coalesce", arguments=(rounded, places[0]))
        return _Read(Call(function="round", arguments=(rounded, *places)), Sort.NUMBER)

    def today(self, parts: Sequence[Part]) -> _Read:
        if not parts:
            return _Read(TODAY, Sort.DATE)
        later = Binary(
            op="+", left=Call(function="number", arguments=(TODAY,)), right=self._number(self.value(parts[0]))
        )
        return _Read(Call(function="date", arguments=(later,)), Sort.DATE)

    def a_day(self, part: Part) -> Node:
        read = self.value(part)
        if read.sort not in (Sort.DATE, Sort.TEXT):
            raise _refused("reading a day out of something else")
        return read.node

    def age(self, parts: Sequence[Part]) -> _Read:
        return _Read(whole_years(self.a_day(parts[0]), TODAY), Sort.NUMBER)

    def days_between(self, parts: Sequence[Part]) -> _Read:
        days = [Call(function="number", arguments=(self.a_day(part),)) for part in parts[:2]]
        between = Binary(op="-", left=days[1], right=days[0])
        return _Read(Call(function="abs", arguments=(between,)), Sort.NUMBER)

    def date_difference(self, parts: Sequence[Part]) -> _Read:
        unit = parts[2].value if len(parts) == 3 else "days"
        if unit == "days":
            return self.days_between(parts)
        if unit == "years":
            return _Read(whole_years(self.a_day(parts[0]), self.a_day(parts[1])), Sort.NUMBER)
        raise _refused(f"dateDiff() in {str(unit)[:20]}")

    def later(self, parts: Sequence[Part]) -> _Read:
        if len(parts) == 3 and parts[2].value != "days":
            raise _refused("dateAdd() in months or years")
        day = Call(function="number", arguments=(self.a_day(parts[0]),))
        added = Binary(op="+", left=day, right=self._number(self.value(parts[1])))
        return _Read(Call(function="date", arguments=(added,)), Sort.DATE)

    def of_day(self, mark: str, parts: Sequence[Part], otherwise: Node | None = TODAY) -> _Read:
        day = self.a_day(parts[0]) if parts else TODAY
        if parts and otherwise is not None:
            day = Call(function="coalesce", arguments=(day, otherwise))
        formatted = Call(function="format-date", arguments=(day, Constant(value=mark)))
        return _Read(Call(function="number", arguments=(formatted,)), Sort.NUMBER)

    def day_of(self, parts: Sequence[Part]) -> _Read:
        return _Read(Call(function="date", arguments=(self.a_day(parts[0]),)), Sort.DATE)

    def part_of_text(self, parts: Sequence[Part]) -> _Read:
        ends = [part.value for part in parts[1:]]
        if not all(isinstance(end, int) and not isinstance(end, bool) and 0 <= end < 20_000 for end in ends):
            raise _refused("substring() without plain numbers")
        node = Call(function="substr", arguments=(self.value(parts[0]).node, *(Constant(value=end) for end in ends)))
        return _Read(node, Sort.TEXT)

    def comment(self, parts: Sequence[Part]) -> _Read:
        return self._answer(f"{parts[0].value}-Comment")


_Work: TypeAlias = "Callable[[_Reading, Sequence[Part]], _Read]"
_FUNCTIONS: dict[str, tuple[int, int, _Work]] = {
    "iif": (2, 3, _Reading.iif),
    "count": (1, 20, _Reading.count),
    "sum": (1, 20, _Reading.sum),
    "avg": (1, 20, _Reading.average),
    "min": (1, 20, lambda reading, parts: reading.extreme("min", parts)),
    "max": (1, 20, lambda reading, parts: reading.extreme("max", parts)),
    "countInArray": (2, 2, _Reading.count_column),
    "sumInArray": (2, 2, lambda reading, parts: reading.over_column("sum", parts)),
    "minInArray": (2, 2, lambda reading, parts: reading.over_column("min", parts)),
    "maxInArray": (2, 2, lambda reading, parts: reading.over_column("max", parts)),
    "avgInArray": (2, 2, _Reading.average_column),
    "round": (1, 2, _Reading.rounded),
    "today": (0, 1, _Reading.today),
    "currentDate": (0, 0, _Reading.today),
    "age": (1, 1, _Reading.age),
    "dateDiff": (2, 3, _Reading.date_difference),
    "diffDays": (2, 2, _Reading.days_between),
    "dateAdd": (2, 3, _Reading.later),
    "year": (0, 1, lambda reading, parts: reading.of_day("%Y", parts)),
    "getYear": (1, 1, lambda reading, parts: reading.of_day("%Y", parts, None)),
    "currentYear": (0, 0, lambda reading, parts: reading.of_day("%Y", parts)),
    "month": (0, 1, lambda reading, parts: reading.of_day("%n", parts)),
    "day": (0, 1, lambda reading, parts: reading.of_day("%e", parts)),
    "getDate": (1, 1, _Reading.day_of),
    "substring": (2, 3, _Reading.part_of_text),
    "getComment": (1, 2, _Reading.comment),
    "isDisplayMode": (0, 0, lambda reading, parts: _Read(_NO, Sort.TRUTH)),
}


def _refused(what: str) -> ExpressionError:
    return ExpressionError(f"{what} is not understood here.", 0, unsupported=True)


def _conjuncts(part: Part) -> tuple[Part, ...]:
    return part.parts if part.op == "and" else (part,)


def _asks_for_answer(part: Part) -> bool:
    return part.op == "notempty" and part.parts[0].op == "var"


def _check_short(part: Part) -> None:
    """What is said twice in our tree must be short, lest a few characters grow without bound."""
    if part.depth > 2:
        raise _refused("dividing by something long")


def _not(node: Node) -> Node:
    return Call(function="not", arguments=(node,))


def _any(nodes: Sequence[Node]) -> Node:
    return _NO if not nodes else nodes[0] if len(nodes) == 1 else Logic(op="or", parts=tuple(nodes))


def _selected(node: Node, option: str) -> Node:
    return Call(function="selected", arguments=(node, Constant(value=option)))


def _options_like(options: Sequence[str], value: Any) -> list[str]:
    return [name for name in options if alike(name, value)]


def _numeric(read: _Read) -> bool:
    return read.sort is Sort.NUMBER or (read.constant is not None and _as_number(read.constant) is not None)


def _joined(read: _Read) -> tuple[Node, ...]:
    """The parts of a text put together; the empty text that makes survey-core join and not add is dropped."""
    if read.constant == "":
        return ()
    if isinstance(read.node, Call) and read.node.function == "concat":
        return read.node.arguments
    return (read.node,)


def _added(nodes: Sequence[Node]) -> Node:
    total = nodes[0]
    for node in nodes[1:]:
        total = Binary(op="+", left=total, right=node)
    return total


def _mean(total: Node, count: Node) -> _Read:
    none = Binary(op="=", left=count, right=Constant(value=0))
    mean = Binary(op="div", left=total, right=count)
    return _Read(Call(function="if", arguments=(none, Constant(value=0), mean)), Sort.NUMBER)
