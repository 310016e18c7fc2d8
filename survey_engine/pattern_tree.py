r"""A pattern taken apart for a phone, which follows it step by step as RE2 does here.

A browser's own regular expressions will not do: they mean other things (``\s``, ``$``), and
a pattern that goes back and forth could stop a child's phone for ever. So the phone gets the
parts and tries them all at once, in time that grows with the text and no faster.

``steps`` gives the plan, as JSON, from the last step to the first: the one to begin with comes
last, and the end of the pattern is the first. ``to`` are the places of the steps that may
follow. ``ends`` are pairs of code points: the step takes one sign between the two of a pair.
``when`` makes it a place, which takes no sign: the ends of the text ``^`` and ``$``, an end
of a word ``b``, or none ``B``. What RE2 knows and this does not (flags, classes by Unicode's
properties, single bytes) has no plan; how greedy a repetition is does not matter to a whole text.

>>> steps("a[0-9]?")
[{'to': []}, {'ends': [48, 57], 'to': [0]}, {'to': [0, 1]}, {'ends': [97, 97], 'to': [2]}]
>>> steps("(?i)a") is None
True
"""

from __future__ import annotations

import re
from typing import Any, TypeAlias

Part: TypeAlias = "list[Any]"
"""Of a pattern: ``["c", low, high, …]`` a sign, ``["s", part, …]`` one after the other, ``["a", part, …]`` any of
these, ``["r", part, least, most]`` repeated (``most`` -1: without end), ``["^"]`` and the like a place.
"""
Ranges: TypeAlias = "list[tuple[int, int]]"

MOST_STEPS = 2_000
"""Steps a phone may have to look at for each sign of a text."""

_LAST = 0x10FFFF
_CLASSES: dict[str, Ranges] = {
    "d": [(48, 57)],
    "s": [(9, 10), (12, 13), (32, 32)],
    "w": [(48, 57), (65, 90), (95, 95), (97, 122)],
}
_NAMED: dict[str, Ranges] = {
    "alnum": [(48, 57), (65, 90), (97, 122)], "alpha": [(65, 90), (97, 122)], "ascii": [(0, 127)],
    "blank": [(9, 9), (32, 32)], "cntrl": [(0, 31), (127, 127)], "digit": [(48, 57)], "graph": [(33, 126)],
    "lower": [(97, 122)], "print": [(32, 126)], "punct": [(33, 47), (58, 64), (91, 96), (123, 126)],
    "space": [(9, 13), (32, 32)], "upper": [(65, 90)], "word": _CLASSES["w"],
    "xdigit": [(48, 57), (65, 70), (97, 102)],
}  # fmt: skip
_SIGNS = {"a": 7, "f": 12, "t": 9, "n": 10, "r": 13, "v": 11}
_REPEAT = re.compile(r"\{([0-9]+)(?:(,)([0-9]*))?\}|[*+?]")
_OPENING = re.compile(r"\((?:\?:|\?P?<[^>]*>)?")
_POSIX = re.compile(r"\[:(\^?)([a-z]+):\]")
_HEX = re.compile(r"x(?:([0-9A-Fa-f]{2})|\{([0-9A-Fa-f]{1,6})\})")
_OCTAL = re.compile("[0-7]{1,3}")


class _Unknown(Exception):
    """Something that is not taken apart here."""


def steps(pattern: str) -> list[dict[str, Any]] | None:
    """The plan for a pattern ``patterns.problem`` has no fault with; None for one that a phone cannot follow."""
    reader = _Reader(pattern)
    try:
        whole = reader.alternatives()
    except _Unknown:
        return None
    if reader.place < len(pattern) or _cost(whole) > MOST_STEPS:
        return None
    plan: list[dict[str, Any]] = [{"to": []}]
    start = _lay(whole, plan, 0)
    if start != len(plan) - 1:
        plan.append({"to": [start]})
    return plan


def _lay(part: Part, plan: list[dict[str, Any]], after: int) -> int:
    """Add the steps of a part that lead on to ``after``, a place in the plan; where they begin."""
    match part:
        case ["s", *parts]:
            for one in reversed(parts):
                after = _lay(one, plan, after)
            return after
        case ["a", *parts]:
            return _added(plan, {"to": [_lay(one, plan, after) for one in parts]})
        case ["r", inner, int(least), int(most)]:
            start = after
            if most < 0:
                start = _added(plan, {"to": [after]})
                plan[start]["to"].append(_lay(inner, plan, start))
            for _ in range(most - least):
                start = _added(plan, {"to": [after, _lay(inner, plan, start)]})
            for _ in range(least):
                start = _lay(inner, plan, start)
            return start
        case ["c", *ends]:
            return _added(plan, {"ends": ends, "to": [after]})
    return _added(plan, {"when": part[0], "to": [after]})


def _added(plan: list[dict[str, Any]], step: dict[str, Any]) -> int:
    plan.append(step)
    return len(plan) - 1


def _cost(part: Part) -> int:
    """How many steps a part comes to."""
    match part:
        case ["s" | "a", *inner]:
            return 1 + sum(_cost(one) for one in inner)
        case ["r", inner, int(least), int(most)]:
            return 1 + (_cost(inner) + 1) * max(least + (most < 0), most)
        case ["c", *ends]:
            return 1 + len(ends) // 20  # looking through a long class takes time as well
    return 1


class _Reader:
    """Goes through a pattern once; ``place`` is how far it has come."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.place = 0

    def alternatives(self) -> Part:
        parts = [self._sequence()]
        while self._take("|"):
            parts.append(self._sequence())
        return parts[0] if len(parts) == 1 else ["a", *parts]

    def _take(self, sign: str) -> bool:
        found = self.pattern.startswith(sign, self.place)
        self.place += len(sign) * found
        return found

    def _match(self, expression: re.Pattern[str]) -> re.Match[str] | None:
        found = expression.match(self.pattern, self.place)
        if found is not None:
            self.place = found.end()
        return found

    def _sequence(self) -> Part:
        parts: list[Part] = []
        while self.place < len(self.pattern) and self.pattern[self.place] not in "|)":
            if self._take("\\Q"):
                quoted, _, _ = self.pattern[self.place :].partition("\\E")
                self.place += len(quoted)
                self._take("\\E")
                parts += [["c", ord(sign), ord(sign)] for sign in quoted]
                if quoted:
                    parts.append(self._repeated(parts.pop()))
            elif not self._take("\\E"):
                parts.append(self._repeated(self._one()))
        return parts[0] if len(parts) == 1 else ["s", *parts]

    def _repeated(self, part: Part) -> Part:
        found = self._match(_REPEAT)
        if found is None:
            return part
        self._take("?")  # a lazy repetition ends in the same places
        least, most = {"*": (0, -1), "+": (1, -1), "?": (0, 1)}.get(found[0], (-1, -1))
        if least < 0:
            least = int(found[1])
            most = least if not found[2] else int(found[3]) if found[3] else -1
        return ["r", part, least, most]

    def _one(self) -> Part:
        sign = self.pattern[self.place]
        if sign == "(":
            found = self._match(_OPENING)
            if self._take("?") or found is None:
                raise _Unknown
            inner = self.alternatives()
            if not self._take(")"):
                raise _Unknown
            return inner
        self.place += 1
        match sign:
            case "^" | "$":
                return [sign]
            case ".":
                return _class([(0, 9), (11, _LAST)])
            case "[":
                return _class(self._bracket())
            case "\\":
                return self._escape()
        return _class([(ord(sign), ord(sign))])

    def _escape(self) -> Part:
        letter = self.pattern[self.place : self.place + 1]
        if letter in ("b", "B", "A", "z"):
            self.place += 1
            return [{"A": "^", "z": "$"}.get(letter, letter)]
        return _class(self._ranges_of_escape())

    def _ranges_of_escape(self) -> Ranges:
        """What comes after a backslash, as a class."""
        if found := self._match(_HEX):
            return [(code := int(found[1] or found[2], 16), code)]
        if found := self._match(_OCTAL):
            return [(code := int(found[0], 8), code)]
        letter = self.pattern[self.place : self.place + 1]
        self.place += 1
        if letter.lower() in _CLASSES:
            ranges = _CLASSES[letter.lower()]
            return ranges if letter.islower() else _others(ranges)
        if letter in _SIGNS:
            return [(_SIGNS[letter], _SIGNS[letter])]
        if not letter or letter.isalnum() or not letter.isascii():
            raise _Unknown
        return [(ord(letter), ord(letter))]

    def _bracket(self) -> Ranges:
        negative = self._take("^")
        ranges: Ranges = []
        first = True
        while first or not self._take("]"):
            first = False
            if self.place >= len(self.pattern):
                raise _Unknown
            if found := self._match(_POSIX):
                named = _NAMED.get(found[2])
                if named is None:
                    raise _Unknown
                ranges += _others(named) if found[1] else named
                continue
            low = self._sign_in_bracket()
            following = self.pattern[self.place : self.place + 2]
            if len(low) == 1 and low[0][0] == low[0][1] and following[:1] == "-" and following[1:] not in ("", "]"):
                self.place += 1
                high = self._sign_in_bracket()
                low = [(low[0][0], high[0][0])]
            ranges += low
        return _others(ranges) if negative else ranges

    def _sign_in_bracket(self) -> Ranges:
        sign = self.pattern[self.place]
        self.place += 1
        return self._ranges_of_escape() if sign == "\\" else [(ord(sign), ord(sign))]


def _class(ranges: Ranges) -> Part:
    return ["c", *(end for pair in _merged(ranges) for end in pair)]


def _others(ranges: Ranges) -> Ranges:
    """Every sign that is in none of these."""
    left: Ranges = []
    start = 0
    for low, high in _merged(ranges):
        if start < low:
            left.append((start, low - 1))
        start = high + 1
    return [*left, (start, _LAST)] if start <= _LAST else left


def _merged(ranges: Ranges) -> Ranges:
    merged: Ranges = []
    for low, high in sorted(ranges):
        if merged and low <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(high, merged[-1][1]))
        else:
            merged.append((low, high))
    return merged
