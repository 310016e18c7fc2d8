"""How well two colours can be told apart, and whether a council's own colour can be read on a survey's pages.

Only arithmetic. The papers and inks are those of the pages' style sheet (``tokens.css``; a
test keeps the two in step). Text has at least 7:1 here, which is WCAG's level AAA: many
respondents read on a cracked phone, outdoors, or with poor sight.

>>> contrast_ratio("#000000", "#fff")
21.0
>>> accent_fails("#0b5257")
()
"""

from __future__ import annotations

import re
from collections.abc import Callable

TEXT = 7.0
"""WCAG 2.2, 1.4.6 (AAA): words against what is behind them."""
PARTS = 3.0
"""WCAG 2.2, 1.4.11 (AA): lines, frames and marks against what is beside them."""

PAPER = {"ground": "#fbf6ec", "card": "#ffffff", "tint": "#e3efec", "sunk": "#f1e8d6", "cream": "#f6e9c6"}
"""What lies behind words on a survey's page, in light colours and on cream (of whose papers this is the darkest)."""
DARK_PAPER = {"ground": "#1b1d21", "card": "#26292e", "sunk": "#2f3238"}
"""The same in dark colours."""
ON_ACCENT = "#ffffff"
"""The words on a button of the accent colour."""

_COLOUR = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})")


def contrast_ratio(foreground: str, background: str) -> float:
    """The contrast of two colours by WCAG 2.2 (from 1.0, the same, to 21.0, black on white), to two decimals, cut.

    Colours are ``#rgb`` or ``#rrggbb``; anything else is a ValueError. Cut and not rounded,
    so that 6.999 is never shown, or let through, as 7.
    """
    lighter, darker = sorted((_luminance(foreground), _luminance(background)), reverse=True)
    return int((lighter + 0.05) / (darker + 0.05) * 100 + 1e-9) / 100


def is_colour(text: str) -> bool:
    """Whether a text is a colour as it is written here: ``#rgb`` or ``#rrggbb``."""
    return _COLOUR.fullmatch(text) is not None


def accent_fails(accent: str) -> tuple[str, ...]:
    """Why an accent colour cannot be used, as sentences; empty when it can.

    The accent is the colour of links and buttons: words in it on every paper, white words on
    it, and frames of it. Frames need 3:1 and are always met where the words are.
    """
    if not is_colour(accent):
        return ("Write the colour as # and three or six of 0–9 and a–f, such as #0b5257.",)
    found = [_fails(accent, paper, f"Words in this colour on the {name}", TEXT) for name, paper in PAPER.items()]
    found.append(_fails(ON_ACCENT, accent, "White words on this colour", TEXT))
    found += [_fails(accent, paper, f"Frames in this colour on the {name}", PARTS) for name, paper in PAPER.items()]
    return tuple(sentence for sentence in found if sentence)


def nearest_that_passes(accent: str) -> str:
    """The colour nearest to ``accent``, of the same hue, that can be used: mixed with as little black as will do.

    A colour that passes is its own nearest. Raises ValueError for a text that is no colour.

    >>> nearest_that_passes("#1d70b8")
    '#144e81'
    """
    return _mixed(accent, 0, lambda colour: not accent_fails(colour))


def dark_partner(accent: str) -> str:
    """What an accent becomes in dark colours: mixed with as little white as gives 7:1 on every dark paper.

    Raises ValueError for a text that is no colour.
    """
    return _mixed(
        accent, 255, lambda colour: all(contrast_ratio(colour, paper) >= TEXT for paper in DARK_PAPER.values())
    )


def _mixed(colour: str, towards: int, good: Callable[[str], bool]) -> str:
    parts = _parts(colour)
    steps = 256
    mixtures = (
        "#" + "".join(f"{round(part + (towards - part) * step / steps):02x}" for part in parts)
        for step in range(steps + 1)
    )
    return next(mixture for mixture in mixtures if good(mixture))  # pure black and pure white always are


def _fails(foreground: str, background: str, what: str, least: float) -> str:
    ratio = contrast_ratio(foreground, background)
    if ratio >= least:
        return ""
    return f"{what} have a contrast of {ratio:.2f} to 1 and need {least:g} to 1. Choose a darker colour."


def _parts(colour: str) -> tuple[int, ...]:
    if not is_colour(colour):
        raise ValueError("a colour is # and three or six hexadecimal digits")
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    return tuple(int(digits[at : at + 2], 16) for at in (0, 2, 4))


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(part / 255) for part in _parts(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
