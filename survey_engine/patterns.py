"""Regular expressions that survey authors may use: only those that can never take long.

A pattern comes from a spreadsheet somebody was sent, and is tried on whatever a stranger
types, so both sides may be hostile. ``cost`` bounds how many ways the matcher could split
a text among the repeats of a pattern; what may exceed ``MOST_STEPS`` is refused when the
survey is read, with a sentence, and never reaches a respondent.

>>> problem("[0-9]{3}-?[0-9]{4}") is None, matches("[0-9]{3}-?[0-9]{4}", "555-0199")
(True, True)
>>> problem("(a+)+")
'The pattern repeats something that itself repeats. Write it without the outer repeat.'
"""

from __future__ import annotations

import re
from functools import lru_cache
from re import _parser  # type: ignore[attr-defined]  # the only parser that agrees with the matcher; 3.11 to 3.14 have it
from typing import Any

MOST_CHARACTERS = 300
MOST_STEPS = 10_000_000
"""About a tenth of a second of matching."""

_TEXT_LENGTHS = (20_000, 2_000, 200)
"""Longest text a pattern is tried on: the first of these that keeps within MOST_STEPS."""

_AMBIGUOUS_IN_SETS = ("[[", "--", "&&", "||", "~~")
_PLAIN = {"LITERAL", "NOT_LITERAL", "ANY", "IN", "AT", "CATEGORY", "RANGE"}


class _Refused(Exception):
    """Carries the sentence for the author out of the walk."""


def problem(pattern: str) -> str | None:
    """Why a pattern cannot be used, as a sentence for the author; None when it can."""
    try:
        _compiled(pattern)
    except _Refused as refused:
        return str(refused)
    return None


def matches(pattern: str, text: str) -> bool:
    """Whether the whole text fits the pattern; False for a text too long to try."""
    compiled, longest = _compiled(pattern)
    return len(text) <= longest and compiled.fullmatch(text) is not None


@lru_cache(maxsize=500)
def _compiled(pattern: str) -> tuple[re.Pattern[str], int]:
    if len(pattern) > MOST_CHARACTERS:
        raise _Refused(f"The pattern is longer than {MOST_CHARACTERS} characters. Make it shorter.")
    if any(marks in pattern for marks in _AMBIGUOUS_IN_SETS):
        raise _Refused("The pattern has [[, --, &&, || or ~~, which programs read differently. Write it another way.")
    try:
        compiled = re.compile(pattern)
        tree = _parser.parse(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        raise _Refused("The pattern is not a regular expression this program understands. Check it.") from error
    for longest in _TEXT_LENGTHS:
        if _cost(tree, longest) <= MOST_STEPS:
            return compiled, longest
    raise _Refused("The pattern has too many open repeats (* or +), so it could take very long. Use {1,20} instead.")


def _cost(parts: Any, longest: int) -> int:
    """At most how many ways there are to split a text of ``longest`` characters among these parts."""
    cost = 1
    for code, value in parts:
        name = str(code)
        if name in ("MAX_REPEAT", "MIN_REPEAT"):
            cost *= _cost_of_repeat(value, longest)
        elif name == "SUBPATTERN":
            cost *= _cost(value[-1], longest)
        elif name == "BRANCH":
            cost *= sum(_cost(branch, longest) for branch in value[1])
        elif name not in _PLAIN:
            raise _Refused("The pattern looks ahead, behind or back. Write it without (?= ), (?! ) or \\1.")
        cost = min(cost, MOST_STEPS + 1)
    return cost


def _cost_of_repeat(value: Any, longest: int) -> int:
    fewest, most, body = value
    once = _cost(body, longest)
    if once == 1:
        return 1 if fewest == most else int(max(1, min(most, longest) - fewest + 1))
    if most > 50:
        raise _Refused("The pattern repeats something that itself repeats. Write it without the outer repeat.")
    return int(min(sum(once**times for times in range(fewest, most + 1)), MOST_STEPS + 1))
