"""Conditions and calculations worked out: a tree becomes a function once, then runs in microseconds.

Meaning follows XPath 1.0 and the OpenRosa functions, as every XLSForm engine does: an
unanswered question is the empty text; against a number, a text that is no number equals
nothing and is neither more nor less than anything (so ``age != 5`` holds and ``age < 5``
does not while age is unanswered); a day is its number of days since 1970 where a number is
needed; a multiple choice compared as text is its options joined by a space; several turns
of a question compared with something are compared one by one, any will do.

Nothing here raises or hangs, whatever the values: texts made are cut at ``LONGEST_TEXT``,
looking through turns and options costs from a ``Scope``'s budget.

A phone works the same trees out in TypeScript (``frontend/src/rules.ts``), to the last
digit. Hence what may look pedantic here: numbers are written as JavaScript writes them,
sums go strictly from left to right, white space is XPath's (space, tab, line feed, carriage
return), and what comes out of ``sin`` or ``log``, where the makers of processors and
libraries differ in the last digit, is rounded to ``DIGITS`` digits.

>>> from survey_engine.expression_parser import parse
>>> condition = parse('school = "yes" and age > 10')
>>> evaluate(condition, {"school": "yes", "age": 12}), evaluate(condition, {"school": "yes"})
(True, False)
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import reduce
from typing import TypeAlias, TypeVar

from survey_engine import patterns
from survey_engine.definition import TURN, Choice
from survey_engine.expressions import MAX_NUMBER, Binary, Call, Constant, Logic, Negative, Node, Reference, This, Value
from survey_engine.ordering import fraction

LONGEST_TEXT = 20_000
DIGITS = 12
"""Digits that are kept of a number no finite sum yields (a root of no square, a sine, a logarithm)."""
BUDGET = 200_000
"""Turns and options one working-out may look at."""

Found: TypeAlias = "Value | list[Value]"
"""A value, or those of several turns; where one is needed the first counts."""
Compiled: TypeAlias = "Callable[[Scope], Found]"
_One = TypeVar("_One")


@dataclass(frozen=True, slots=True)
class Structure:
    """What conditions may know of a survey beside answers.

    ``chains`` are the repeated groups each question and group lies in; ``turns`` how many
    turns a repeated group has now, by its key (``pet~2``); ``choices`` the options of a
    question; ``language`` the one in which an option's words are compared and shown.
    """

    chains: Mapping[str, tuple[str, ...]]
    turns: Mapping[str, int]
    choices: Mapping[str, Sequence[Choice]]
    language: str = "en"


_NO_STRUCTURE = Structure({}, {}, {})


@dataclass(slots=True)
class Scope:
    """From where a condition looks: the answers by key, and the turn the question itself is in."""

    values: Mapping[str, Value]
    this: Value = None
    structure: Structure = _NO_STRUCTURE
    chain: tuple[str, ...] = ()
    turn: tuple[int, ...] = ()
    today: date | None = None
    seed: int = 0
    choice: Choice | None = None
    outer: Scope | None = None
    budget: list[int] = field(default_factory=lambda: [BUDGET])

    def spend(self) -> bool:
        """Take one from the budget; False when there is none left."""
        self.budget[0] -= 1
        return self.budget[0] >= 0


def evaluate(expression: Node, values: Mapping[str, Value], this: Value = None) -> Value:
    """What an expression yields over plain answers; never raises, whatever the values are.

    A number that cannot be worked out (no number given, divided by nought) is None.
    """
    return tidy(compiled(expression)(Scope(values, this)))


def holds(expression: Node, values: Mapping[str, Value], this: Value = None) -> bool:
    """Whether a condition is true: a text or choice when not empty, a number when not nought."""
    return boolean(compiled(expression)(Scope(values, this)))


def tidy(found: Found) -> Value:
    """What was found as one value: whole numbers as such, no number as None."""
    value = first(found)
    if isinstance(value, float):
        if not math.isfinite(value):
            return None
        if value.is_integer() and abs(value) <= MAX_NUMBER:
            return int(value)
    return value


def key_of(name: str, turn: tuple[int, ...]) -> str:
    """The key of a question's answer in a turn: ``helper~2``.

    >>> key_of("pet", (2, 1)), key_of("age", ())
    ('pet~2~1', 'age')
    """
    return name + "".join(f"{TURN}{number}" for number in turn)


def all_turns(structure: Structure, chain: tuple[str, ...], start: tuple[int, ...] = ()) -> Iterator[tuple[int, ...]]:
    """Every turn of a chain of repeated groups that begins with ``start``, in order."""
    if len(start) >= len(chain):
        yield start
        return
    for number in range(1, structure.turns.get(key_of(chain[len(start)], start), 0) + 1):
        yield from all_turns(structure, chain, (*start, number))


# --- from tree to function ---------------------------------------------------------------


def compiled(node: Node) -> Compiled:
    """The function that works a tree out in a scope."""
    match node:
        case Constant():
            value = node.value
            return lambda scope: value
        case This():
            return lambda scope: scope.this
        case Reference():
            return _reference(node.name)
        case Negative():
            operand = compiled(node.operand)
            return lambda scope: -number(operand(scope))
        case Logic():
            return _logic(node.op == "or", tuple(compiled(part) for part in node.parts))
        case Binary():
            return _binary(node.op, compiled(node.left), compiled(node.right))
        case Call():
            special = _SPECIAL.get(node.function)
            if special is not None:
                return special(node)
            work = _PLAIN[node.function]
            arguments = tuple(compiled(argument) for argument in node.arguments)
            if len(arguments) == 1:
                only = arguments[0]
                return lambda scope: work((only(scope),))
            return lambda scope: work(tuple(argument(scope) for argument in arguments))


def _reference(name: str) -> Compiled:
    def look(scope: Scope) -> Found:
        chain = scope.structure.chains.get(name)
        if not chain:
            return scope.values.get(name)
        shared = _shared(chain, scope.chain)
        if shared == len(chain):
            return scope.values.get(key_of(name, scope.turn[:shared]))
        return [scope.values.get(key_of(name, turn)) for turn in _turns_seen(scope, chain, shared)]

    return look


def _shared(chain: tuple[str, ...], here: tuple[str, ...]) -> int:
    """How many repeated groups two chains begin with in common."""
    shared = 0
    for one, other in zip(chain, here, strict=False):
        if one != other:
            break
        shared += 1
    return shared


def _turns_seen(scope: Scope, chain: tuple[str, ...], shared: int) -> Iterator[tuple[int, ...]]:
    for turn in all_turns(scope.structure, chain, scope.turn[:shared]):
        if not scope.spend():
            return
        yield turn


def _logic(wanted: bool, parts: tuple[Compiled, ...]) -> Compiled:
    def work(scope: Scope) -> bool:
        for part in parts:
            if boolean(part(scope)) is wanted:
                return wanted
        return not wanted

    return work


def _binary(op: str, left: Compiled, right: Compiled) -> Compiled:
    if op in ("=", "!="):
        same = op == "="

        def compare(scope: Scope) -> bool:
            a, b = left(scope), right(scope)
            if isinstance(a, list) or isinstance(b, list):
                return any(_equal(one, other) is same for one, other in _pairs(scope, listed(a), listed(b)))
            return _equal(a, b) is same

        return compare
    if op in _ORDER:
        ordered = _ORDER[op]

        def order(scope: Scope) -> bool:
            a, b = left(scope), right(scope)
            if isinstance(a, list) or isinstance(b, list):
                numbers = [number(one) for one in listed(a)], [number(other) for other in listed(b)]
                return any(ordered(one, other) for one, other in _pairs(scope, *numbers))
            return ordered(number(a), number(b))

        return order
    reckon = _ARITHMETIC[op]
    return lambda scope: reckon(number(left(scope)), number(right(scope)))


def _pairs(scope: Scope, left: Sequence[_One], right: Sequence[_One]) -> Iterator[tuple[_One, _One]]:
    """Each turn's value with each other turn's: turns times turns, so it costs from the budget."""
    for one in left:
        for other in right:
            if not scope.spend():
                return
            yield one, other


def _equal(left: Value, right: Value) -> bool:
    if isinstance(left, bool) or isinstance(right, bool):
        return boolean(left) is boolean(right)
    if isinstance(left, int | float) or isinstance(right, int | float):
        return number(left) == number(right)
    return text(left) == text(right)


def _divided(a: float, b: float) -> float:
    if b:
        return a / b
    return math.nan if not a or math.isnan(a) else math.copysign(math.inf, a) * math.copysign(1, b)


_ORDER: dict[str, Callable[[float, float], bool]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}
_ARITHMETIC: dict[str, Callable[[float, float], float]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "div": _divided,
    "mod": lambda a, b: math.fmod(a, b) if b and math.isfinite(a) and not math.isnan(b) else math.nan,
}


# --- what values mean --------------------------------------------------------------------

SPACE = " \t\n\r"
"""White space as XPath has it; a no-break space is a letter like any other."""
_NUMBER = re.compile(rf"[{SPACE}]*-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)[{SPACE}]*")
_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:T([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.[0-9]+)?)?)?.*")
_EPOCH = date(1970, 1, 1)


def first(found: Found) -> Value:
    """The one value meant where several turns were found."""
    return (found[0] if found else None) if isinstance(found, list) else found


def listed(found: Found) -> list[Value]:
    """What was found as a list."""
    return found if isinstance(found, list) else [found]


def is_answered(found: Found) -> bool:
    """Whether there is a value at all."""
    value = first(found)
    return value is not None and value != "" and value != ()


def text(found: Found) -> str:
    """The text XPath takes a value for: numbers as JavaScript writes them, a multiple choice joined by spaces."""
    value = first(found)
    match value:
        case None:
            return ""
        case str():
            return value
        case tuple():
            return " ".join(value)
        case bool():
            return "true" if value else "false"
        case _:
            return str(value) if isinstance(value, int) and abs(value) <= MAX_NUMBER else _written(number(value))


def _written(value: float) -> str:
    """A number as JavaScript writes it, what is no number as nothing: the shortest digits that mean it, a power of ten only from 1e21 and 1e-7 on."""
    if not math.isfinite(value):
        return "" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if value.is_integer() and abs(value) <= MAX_NUMBER:
        return str(int(value))
    if 1e-4 <= abs(value) < MAX_NUMBER:
        return repr(value)
    negative, figures, exponent = Decimal(repr(value)).as_tuple()
    digits = "".join(map(str, figures))
    point = len(digits) + int(exponent)
    digits = digits.rstrip("0")
    if 0 < point <= 21:
        said = f"{digits[:point]:0<{point}}" + (f".{digits[point:]}" if digits[point:] else "")
    elif -6 < point <= 0:
        said = "0." + "0" * -point + digits
    else:
        said = digits[0] + (f".{digits[1:]}" if digits[1:] else "") + f"e{point - 1:+}"
    return "-" * negative + said


def number(found: Found) -> float:
    """The number XPath takes a value for, a day counted in days since 1970; what is no number is NaN."""
    value = first(found)
    if isinstance(value, bool | int | float):
        if isinstance(value, int) and abs(value) >= 10**300:
            return math.inf if value > 0 else -math.inf
        return float(value)
    said = text(value)
    if _NUMBER.fullmatch(said):
        return float(said)
    moment = _moment(said)
    return math.nan if moment is None else _days(moment)


def boolean(found: Found) -> bool:
    """Whether XPath takes a value for true: a text that is not empty, a number that is not nought."""
    value = first(found)
    if isinstance(value, float) and math.isnan(value):
        return False
    return bool(value)


def _moment(said: str) -> datetime | None:
    found = _DAY.fullmatch(said)
    if found is None:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups())
    try:
        return datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC)
    except ValueError:
        return None


def _days(moment: datetime) -> float:
    return (moment.date() - _EPOCH).days + (moment.hour * 3600 + moment.minute * 60 + moment.second) / 86_400


# --- functions of values -----------------------------------------------------------------


def _cut(said: str) -> str:
    return said[:LONGEST_TEXT]


def split(said: str) -> list[str]:
    """The words of a text, as white space parts them."""
    return [word for word in _SPACES.split(said) if word]


_SPACES = re.compile(f"[{SPACE}]+")


def chosen_options(found: Found) -> Sequence[str]:
    """The names chosen, of a multiple choice or of its text."""
    value = first(found)
    return value if isinstance(value, tuple) else split(text(value))


def _selected(given: Sequence[Found]) -> bool:
    option = text(given[1]).strip(SPACE)
    return bool(option) and (option in chosen_options(given[0]) or text(given[0]) == option)


def _selected_at(given: Sequence[Found]) -> str:
    chosen, place = chosen_options(given[0]), number(given[1])
    return chosen[int(place)] if 0 <= place < len(chosen) else ""


def _coalesce(given: Sequence[Found]) -> Value:
    return next((first(found) for found in given if is_answered(found)), None)


def _substr(given: Sequence[Found]) -> str:
    said = text(given[0])
    ends = [_whole(number(part), len(said)) for part in given[1:]] + ([len(said)] if len(given) == 2 else [])
    start, end = (min(max(0, len(said) + place if place < 0 else place), len(said)) for place in ends)
    return said[start:end]


def _whole(value: float, otherwise: int) -> int:
    return otherwise if math.isnan(value) else int(min(max(value, -MAX_NUMBER), MAX_NUMBER))


def _substring(given: Sequence[Found]) -> str:
    said, start = text(given[0]), _halves_up(number(given[1]))
    end = start + _halves_up(number(given[2])) if len(given) == 3 else math.inf
    return "".join(sign for place, sign in enumerate(said, start=1) if start <= place < end)


def _before(given: Sequence[Found]) -> str:
    said, mark, _ = text(given[0]).partition(text(given[1])) if text(given[1]) else ("", "", "")
    return said if mark else ""


def _after(given: Sequence[Found]) -> str:
    return text(given[0]).partition(text(given[1]))[2] if text(given[1]) else text(given[0])


def _translate(given: Sequence[Found]) -> str:
    said, old, new = (text(part) for part in given)
    table: dict[int, str] = {}
    for place, sign in enumerate(old):
        table.setdefault(ord(sign), new[place : place + 1])
    return _cut(said.translate(table))


def _halves_up(value: float) -> float:
    return value if not math.isfinite(value) else math.floor(value + 0.5)


def _rounded(given: Sequence[Found]) -> float:
    value = number(given[0])
    places = number(given[1]) if len(given) == 2 else 0
    if not math.isfinite(value) or not math.isfinite(places):
        return value if math.isfinite(places) else math.nan
    if len(given) == 1:
        return math.copysign(math.floor(abs(value) + 0.5), value)
    shift = _multiplied_out(10.0, min(max(math.trunc(places), -15), 15))
    shifted = abs(value) * shift
    return math.copysign(math.floor(shifted + 0.5) / shift, value) if math.isfinite(shifted) else value


def _safe(work: Callable[..., float], *values: float) -> float:
    """What a function of the standard library gives, rounded; no number where it has none."""
    if any(math.isnan(value) for value in values):
        return math.nan
    try:
        return _rounded_off(work(*values))
    except OverflowError:
        return math.inf
    except (ValueError, ZeroDivisionError):
        return math.nan


def _rounded_off(value: float) -> float:
    """To ``DIGITS`` digits, halves away from nought, as JavaScript's ``toPrecision`` does; nought without a sign."""
    return float(_PRECISION.create_decimal_from_float(value)) + 0.0 if math.isfinite(value) else value


_PRECISION = Context(prec=DIGITS, rounding=ROUND_HALF_UP)


def _of_one(work: Callable[[float], float]) -> Callable[[Sequence[Found]], float]:
    return lambda given: _safe(work, number(given[0]))


def _whole_of(work: Callable[[float], int]) -> Callable[[Sequence[Found]], float]:
    def whole(given: Sequence[Found]) -> float:
        value = number(given[0])
        return float(work(value)) if math.isfinite(value) else value

    return whole


def _root(given: Sequence[Found]) -> float:
    value = number(given[0])
    return math.sqrt(value) if value >= 0 else math.nan


def _power(a: float, b: float) -> float:
    """A whole power is multiplied out, so that it is the same everywhere; another is rounded."""
    if math.isnan(a) or math.isnan(b) or (abs(a) == 1 and math.isinf(b)):
        return math.nan
    if b.is_integer():
        return _multiplied_out(a, int(b))
    return math.inf if a == 0 and b < 0 else _safe(math.pow, a, b)


def _multiplied_out(a: float, times: int) -> float:
    product, left = 1.0, abs(times)
    while left:
        if left % 2:
            product *= a
        a *= a
        left //= 2
    return _divided(1.0, product) if times < 0 else product


def _log(work: Callable[[float], float]) -> Callable[[float], float]:
    return lambda value: -math.inf if value == 0 else work(value)


def _total(values: Iterable[float]) -> float:
    """From left to right; Python's own ``sum`` makes up for lost digits since 3.12, a browser does not."""
    return reduce(lambda a, b: a + b, values, 0.0)


def _every(given: Sequence[Found]) -> list[float]:
    return [number(value) for found in given for value in listed(found)]


def _extreme(work: Callable[[list[float]], float]) -> Callable[[Sequence[Found]], float]:
    def extreme(given: Sequence[Found]) -> float:
        values = _every(given)
        return math.nan if not values or any(math.isnan(value) for value in values) else work(values)

    return extreme


def _date(given: Sequence[Found]) -> Value:
    value = first(given[0])
    if isinstance(value, bool):
        return ""
    if isinstance(value, int | float):
        return _day_from(value)
    said = text(value)
    unpadded = re.fullmatch(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(T.*)?", said)
    if unpadded is not None:
        said = f"{unpadded[1]}-{unpadded[2]:0>2}-{unpadded[3]:0>2}{unpadded[4] or ''}"
    return said if _moment(said) is not None else ""


def _day_from(days: float) -> str:
    if not math.isfinite(days) or abs(days) > 700_000:
        return ""
    return (_EPOCH + timedelta(days=math.floor(days))).isoformat()


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def _format_date(given: Sequence[Found], with_time: bool = False) -> str:
    moment = _moment(text(given[0]))
    if moment is None:
        return ""
    parts = {
        "%Y": f"{moment.year:04}", "%y": f"{moment.year % 100:02}", "%m": f"{moment.month:02}",
        "%n": str(moment.month), "%b": _MONTHS[moment.month - 1], "%d": f"{moment.day:02}", "%e": str(moment.day),
        "%a": _WEEKDAYS[moment.weekday()],
    }  # fmt: skip
    if with_time:
        parts |= {"%H": f"{moment.hour:02}", "%h": str(moment.hour), "%M": f"{moment.minute:02}"}
        parts |= {"%S": f"{moment.second:02}", "%3": "000"}
    return _cut(re.sub("%.", lambda sign: parts.get(sign[0], sign[0]), text(given[1])))


def _decimal_date_time(given: Sequence[Found]) -> float:
    value = first(given[0])
    if isinstance(value, int | float):
        return number(value)
    moment = _moment(text(value))
    return math.nan if moment is None else _days(moment)


def _decimal_time(given: Sequence[Found]) -> float:
    found = re.fullmatch(r"([01][0-9]|2[0-3]):([0-5][0-9])(?::([0-5][0-9]))?(?:\.[0-9]+)?(?:Z|[-+].*)?", text(given[0]))
    if found is None:
        return math.nan
    hour, minute, second = (int(part or 0) for part in found.groups())
    return (hour * 3600 + minute * 60 + second) / 86_400


def _checklist(given: Sequence[Found]) -> bool:
    met = sum(boolean(value) for found in given[2:] for value in listed(found))
    return _within(met, given)


def _weighted(given: Sequence[Found]) -> bool:
    met = 0.0
    for item, weight in zip(given[2::2], given[3::2], strict=False):
        met += _total(number(w) for value, w in zip(listed(item), listed(weight), strict=False) if boolean(value))
    return _within(met, given)


def _within(met: float, given: Sequence[Found]) -> bool:
    least, most = number(given[0]), number(given[1])
    return met >= least and (most == -1 or met <= most)


_PLAIN: dict[str, Callable[[Sequence[Found]], Value]] = {
    "selected": _selected,
    "count-selected": lambda given: len(chosen_options(given[0])),
    "selected-at": _selected_at,
    "answered": lambda given: is_answered(given[0]),
    "not": lambda given: not boolean(given[0]),
    "boolean": lambda given: boolean(given[0]),
    "boolean-from-string": lambda given: text(given[0]) in ("1", "true"),
    "checklist": _checklist,
    "weighted-checklist": _weighted,
    "regex": lambda given: patterns.matches(text(given[1]), text(given[0])),
    "string": lambda given: text(given[0]),
    "string-length": lambda given: len(text(given[0])),
    "contains": lambda given: text(given[1]) in text(given[0]),
    "starts-with": lambda given: text(given[0]).startswith(text(given[1])),
    "ends-with": lambda given: text(given[0]).endswith(text(given[1])),
    "concat": lambda given: _cut("".join(text(value) for found in given for value in listed(found))),
    "join": lambda given: _cut(text(given[0]).join(text(value) for found in given[1:] for value in listed(found))),
    "coalesce": _coalesce,
    "substr": _substr,
    "substring": _substring,
    "substring-before": _before,
    "substring-after": _after,
    "normalize-space": lambda given: " ".join(split(text(given[0]))),
    "translate": _translate,
    "number": lambda given: number(given[0]),
    "int": _whole_of(math.trunc),
    "round": _rounded,
    "floor": _whole_of(math.floor),
    "ceiling": _whole_of(math.ceil),
    "abs": lambda given: abs(number(given[0])),
    "pow": lambda given: _power(number(given[0]), number(given[1])),
    "sqrt": _root,
    "exp": _of_one(math.exp),
    "exp10": lambda given: _power(10.0, number(given[0])),
    "log": _of_one(_log(math.log)),
    "log10": _of_one(_log(math.log10)),
    "sin": _of_one(math.sin),
    "cos": _of_one(math.cos),
    "tan": _of_one(math.tan),
    "asin": _of_one(math.asin),
    "acos": _of_one(math.acos),
    "atan": _of_one(math.atan),
    "atan2": lambda given: _safe(math.atan2, number(given[0]), number(given[1])),
    "pi": lambda given: math.pi,
    "min": _extreme(min),
    "max": _extreme(max),
    "sum": lambda given: _total(_every(given)),
    "count-non-empty": lambda given: sum(text(value) != "" for value in listed(given[0])),
    "date": _date,
    "format-date": _format_date,
    "format-date-time": lambda given: _format_date(given, with_time=True),
    "decimal-date-time": _decimal_date_time,
    "decimal-time": _decimal_time,
}


# --- functions that look at the survey ---------------------------------------------------


def _name_of(node: Node) -> str:
    assert isinstance(node, Reference)
    return node.name


def _if(call: Call) -> Compiled:
    condition, yes, no = (compiled(argument) for argument in call.arguments)
    return lambda scope: yes(scope) if boolean(condition(scope)) else no(scope)


def _count(call: Call) -> Compiled:
    counted = call.arguments[0]
    if isinstance(counted, Reference):
        name = counted.name

        def count(scope: Scope) -> int:
            chain = scope.structure.chains.get(name)
            if not chain:
                return 1
            shared = _shared(chain, scope.chain)
            if chain[-1] == name:  # a repeated group: its turns, seen from the turn that holds them all
                shared = min(shared, len(chain) - 1)
            return sum(1 for _ in _turns_seen(scope, chain, shared))

        return count
    inner = compiled(counted)
    return lambda scope: len(listed(inner(scope)))


def _position(call: Call) -> Compiled:
    name = _name_of(call.arguments[0])

    def position(scope: Scope) -> float:
        chain = scope.structure.chains.get(name, ())
        depth = len(chain)
        return scope.turn[depth - 1] if depth and scope.chain[:depth] == chain else math.nan

    return position


def _among(call: Call) -> Compiled:
    name, condition = _name_of(call.arguments[0]), compiled(call.arguments[1])

    def among(scope: Scope) -> Found:
        structure = scope.structure
        chain = structure.chains.get(name)
        if not chain:
            return scope.values.get(name)
        shared = min(_shared(chain, scope.chain), len(chain) - 1)
        found: list[Value] = []
        for turn in _turns_seen(scope, chain, shared):
            value = scope.values.get(key_of(name, turn))
            there = Scope(
                scope.values, value, structure, chain, turn, scope.today, scope.seed, scope.choice, scope, scope.budget
            )
            if boolean(condition(there)):
                found.append(value)
        return found

    return among


def _current(call: Call) -> Compiled:
    inner = compiled(call.arguments[0])
    return lambda scope: inner(scope.outer or scope)


def _choice(call: Call) -> Compiled:
    column = call.arguments[0]
    assert isinstance(column, Constant)
    assert isinstance(column.value, str)
    name = column.value

    def look(scope: Scope) -> Found:
        found = None if scope.choice is None else column_of(scope.choice, name, scope.structure.language)
        return [] if found is None else found  # a column that is not there equals nothing, not even the empty text

    return look


def column_of(choice: Choice, column: str, language: str) -> str | None:
    """What an option has in a column; ``name`` and ``label`` are columns, too. None where it has no such column."""
    if column == "name":
        return choice.name
    if column == "label" and "label" not in choice.columns:
        return choice.label.get(language) or next(iter(choice.label.values()), "")
    return choice.columns.get(column)


def _lookup(call: Call) -> Compiled:
    name, column, condition = _name_of(call.arguments[0]), call.arguments[1], compiled(call.arguments[2])
    assert isinstance(column, Constant)
    assert isinstance(column.value, str)
    wanted = column.value

    def lookup(scope: Scope) -> Found:
        found: list[Value] = []
        for choice in scope.structure.choices.get(name, ()):
            if not scope.spend():
                break
            there = Scope(
                scope.values, scope.this, scope.structure, scope.chain, scope.turn, scope.today, scope.seed, choice,
                scope, scope.budget,
            )  # fmt: skip
            if boolean(condition(there)):
                found.append(column_of(choice, wanted, scope.structure.language))
        return found

    return lookup


def _choice_label(call: Call) -> Compiled:
    name, value = _name_of(call.arguments[0]), compiled(call.arguments[1])

    def label(scope: Scope) -> str:
        wanted = text(value(scope))
        choices = scope.structure.choices.get(name, ())
        return next((column_of(c, "label", scope.structure.language) or "" for c in choices if c.name == wanted), "")

    return label


def _once(call: Call) -> Compiled:
    inner = compiled(call.arguments[0])
    return lambda scope: scope.this if is_answered(scope.this) else inner(scope)


def _random(call: Call) -> Compiled:
    # A number of the response and not of the moment: working a page out twice must not change it.
    return lambda scope: fraction(str(scope.seed))


_SPECIAL: dict[str, Callable[[Call], Compiled]] = {
    "if": _if,
    "count": _count,
    "position": _position,
    "among": _among,
    "current": _current,
    "choice": _choice,
    "lookup": _lookup,
    "choice-label": _choice_label,
    "once": _once,
    "random": _random,
    "today": lambda call: lambda scope: None if scope.today is None else scope.today.isoformat(),
    "now": lambda call: lambda scope: None if scope.today is None else f"{scope.today.isoformat()}T00:00:00",
}
