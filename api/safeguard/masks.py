"""A text cut into what can be hidden or shown with one press each, and put together again from what was chosen.

Pure: the original words and the computer's masks in, pieces out; choices in, the safe text out.
Places are code points of the original.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from api.vault import Mask

KINDS = ("PERSON", "LOCATION", "SCHOOL", "ORG_LOCAL", "ADDRESS", "PHONE", "UNKNOWN_NAME")
"""What a person can say that a word they hide is."""
MOST_PIECES = 1_500
"""A longer text is changed as a text: nobody looks for the one word among thousands of buttons."""
MOST_HIDDEN = 350
"""A form holds 400 fields."""

_WORD = re.compile(r"\w+(?:['’-]\w+)*")
_SURROGATE = re.compile(r"\[([A-Z]+(?:_[A-Z]+)*)_(\d{1,6})\]")
_JOINED = re.compile(r"[ '’-]{0,2}")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the original: a word or a mask of the computer's (``key`` names it), or what stands between (no key)."""

    text: str
    key: str = ""
    mask: Mask | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person decided: the safe text, and for the counts what became of each mask and what was added."""

    text: str
    kept: tuple[Mask, ...]
    removed: tuple[Mask, ...]
    added: int


def pieces(original: str, masks: Sequence[Mask]) -> tuple[Piece, ...]:
    """All of the original in order; empty where it is too long, or the masks do not lie in it."""
    found: list[Piece] = []
    end = 0
    for mask in masks:
        if not end <= mask.start < mask.end <= len(original):
            return ()
        found += _words(original, end, mask.start)
        found.append(Piece(original[mask.start : mask.end], f"{mask.start}-{mask.end}", mask))
        end = mask.end
    found += _words(original, end, len(original))
    return tuple(found) if len(found) <= MOST_PIECES and len(masks) <= MOST_HIDDEN else ()


def recovered(original: str, redacted: str) -> tuple[Mask, ...]:
    """The masks that make ``redacted`` of ``original``, where nobody kept them; none where it is not made so.

    >>> [(mask.start, mask.end, mask.kind) for mask in recovered("Ann met Bo there", "[PERSON_1] met [PERSON_2] there")]
    [(0, 3, 'PERSON'), (8, 10, 'PERSON')]
    """
    surrogates = list(_SURROGATE.finditer(redacted))
    if not surrogates or not original.startswith(redacted[: surrogates[0].start()]):
        return ()
    found: list[Mask] = []
    start = surrogates[0].start()
    for number, surrogate in enumerate(surrogates):
        last = number + 1 == len(surrogates)
        between = redacted[surrogate.end() : None if last else surrogates[number + 1].start()]
        # What is hidden has at least one letter; the last stretch of the text must be the end of the original.
        end = len(original) - len(between) if last else original.find(between, start + 1)
        if end <= start or not original.endswith(between, start, len(original) if last else end + len(between)):
            return ()
        found.append(Mask(start, end, surrogate.group(1), 0.0, "earlier", surrogate.group()))
        start = end + len(between)
    return tuple(found)


def _words(original: str, start: int, end: int) -> list[Piece]:
    found: list[Piece] = []
    for word in _WORD.finditer(original, start, end):
        if word.start() > start:
            found.append(Piece(original[start : word.start()]))
        found.append(Piece(word.group(), f"{word.start()}-{word.end()}"))
        start = word.end()
    if end > start:
        found.append(Piece(original[start:end]))
    return found


def choose(cut: Sequence[Piece], hidden: Collection[str], kind: str, taken: Sequence[str]) -> Choice:
    """The text with the pieces of these keys hidden; a key that is none of the text's is no choice at all.

    Words hidden side by side become one name. The computer's surrogates stay; new ones are of
    ``kind``, and their numbers are free in all of ``taken`` (the texts of the same response).
    """
    last = max(
        (int(number) for text in taken for found, number in _SURROGATE.findall(text) if found == kind), default=0
    )
    numbers: dict[str, str] = {}
    said: list[str] = []
    added = 0
    place = 0
    while place < len(cut):
        piece = cut[place]
        if not piece.key or piece.key not in hidden:
            said.append(piece.text)
        elif piece.mask is not None:
            said.append(piece.mask.surrogate)
        else:
            words = piece.text
            while (
                place + 2 < len(cut)
                and not cut[place + 1].key
                and _JOINED.fullmatch(cut[place + 1].text)
                and cut[place + 2].key in hidden
                and cut[place + 2].mask is None
            ):
                words += cut[place + 1].text + cut[place + 2].text
                place += 2
            if words.casefold() not in numbers:
                last += 1
                numbers[words.casefold()] = f"[{kind}_{last}]"
            said.append(numbers[words.casefold()])
            added += 1
        place += 1
    masks = [piece for piece in cut if piece.mask is not None]
    return Choice(
        "".join(said),
        tuple(piece.mask for piece in masks if piece.mask and piece.key in hidden),
        tuple(piece.mask for piece in masks if piece.mask and piece.key not in hidden),
        added,
    )
