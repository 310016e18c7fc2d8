"""The words that codes are made of: one list for each language, and what a typed word was meant to be.

A list is data (``<language>.txt``, one word a line). Its order is part of every code that
was made with it, so a list that has been given out is never edited; English is the first,
and one of another language must have as many words. ``tests/words_for_receipts.py`` made it.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

LETTERS = "abcdefghijklmnopqrstuvwxyz"


@lru_cache(maxsize=8)
def listed(language: str) -> tuple[str, ...]:
    """The words of a language in their fixed order; none where no list has been checked by a person."""
    file = files(__name__).joinpath(f"{language}.txt")
    return tuple(file.read_text(encoding="utf-8").split()) if language.isalpha() and file.is_file() else ()


@lru_cache(maxsize=8)
def places(language: str) -> dict[str, int]:
    """Where each word stands in its list."""
    return {word: place for place, word in enumerate(listed(language))}


def meant(typed: str, language: str) -> int | None:
    """The place of the word somebody typed: itself, or the only listed one that is a single slip away; else None.

    >>> listed("en")[meant("guittar", "en")]
    'guitar'
    """
    known = places(language)
    if typed in known:
        return known[typed]
    near = {known[word] for word in one_slip(typed) if word in known}
    return near.pop() if len(near) == 1 else None


def one_slip(word: str, letters: str = LETTERS) -> frozenset[str]:
    """Everything one slip of a finger away: a letter too few, too many, another, or two neighbours swapped."""
    parts = [(word[:place], word[place:]) for place in range(len(word) + 1)]
    fewer = (left + right[1:] for left, right in parts if right)
    swapped = (left + right[1] + right[0] + right[2:] for left, right in parts if len(right) > 1)
    other = (left + letter + right[1:] for left, right in parts if right for letter in letters)
    more = (left + letter + right for left, right in parts for letter in letters)
    return frozenset((*fewer, *swapped, *other, *more)) - {word}
