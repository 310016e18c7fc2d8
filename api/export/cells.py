"""Cells that no spreadsheet runs: a text that would be taken for a formula gets an apostrophe in front.

>>> harmless_words("=1+1"), harmless_words("-9"), harmless("-9"), harmless("-2.5"), harmless("-2+3")
("'=1+1", "'-9", '-9', '-2.5', "'-2+3")
"""

from __future__ import annotations

import re

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What makes a spreadsheet run a cell instead of showing it (OWASP, "CSV Injection"), full-width forms included."""
RULE = "A ' was put in front of each text that began with = + - @ or a tab, so that no spreadsheet runs it."
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")


def harmless_words(text: str) -> str:
    """Somebody's own words: marked even where they look like a number, so "-9" said is not "-9" for nothing said."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def harmless(cell: str) -> str:
    """Any other cell: numbers, and the codes of missing answers, stay as they are."""
    return cell if _NUMBER.fullmatch(cell) else harmless_words(cell)
