r"""Regular expressions that survey authors may use, matched in time that grows with the text and no faster.

A pattern comes from a spreadsheet somebody was sent, and is tried on whatever a stranger
types, so both sides may be hostile. RE2 matches without going back and forth; what it
cannot do (looking ahead or behind, repeating what was found) is refused with a sentence
when the survey is read.

>>> problem("[0-9]{3}-?[0-9]{4}") is None, matches("[0-9]{3}-?[0-9]{4}", "555-0199")
(True, True)
>>> problem("(a+)+") is None, matches("(a+)+", "a" * 20_000 + "b")
(True, False)
>>> problem(r"(a)\1")
'The pattern is not a regular expression this program understands. Check it.'
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import re2

MOST_CHARACTERS = 300
MOST_MEMORY_BYTES = 1 << 20
LONGEST_TEXT = 20_000

_LOOKS_AROUND = ("(?=", "(?!", "(?<=", "(?<!")
_OPTIONS: Any = re2.Options()
_OPTIONS.log_errors = False  # the pattern is the author's; it is told to them, not to the log
_OPTIONS.max_mem = MOST_MEMORY_BYTES


def problem(pattern: str) -> str | None:
    """Why a pattern cannot be used, as a sentence for the author; None when it can."""
    if len(pattern) > MOST_CHARACTERS:
        return f"The pattern is longer than {MOST_CHARACTERS} characters. Make it shorter."
    if any(sign in pattern for sign in _LOOKS_AROUND):
        return "The pattern looks ahead or behind. Write it without (?= ), (?! ), (?<= ) or (?<! )."
    if _compiled(pattern) is None:
        return "The pattern is not a regular expression this program understands. Check it."
    return None


def matches(pattern: str, text: str) -> bool:
    """Whether the whole text fits the pattern; False for a text too long to try or a pattern with a problem."""
    compiled = _compiled(pattern)
    return compiled is not None and len(text) <= LONGEST_TEXT and compiled.fullmatch(text) is not None


@lru_cache(maxsize=500)
def _compiled(pattern: str) -> Any:
    try:
        return re2.compile(pattern, _OPTIONS)
    except (re2.error, UnicodeEncodeError):
        return None
