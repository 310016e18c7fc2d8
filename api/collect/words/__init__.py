"""The words that codes are made of, and what a typed word was meant to be.

English is the first list (``en.txt``, one word a line, made by ``tests/words_for_receipts.py``):
three of its words are a code, and codes are kept in them. Other languages have short lists of
simple words, read by ``catalogues`` from beside their translations, and say the same code with
four (decision 0034). A list's order is part of every code that was shown in it. Not here: which
lists a person has checked (``pages``), and what a code is (``receipts``).
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from importlib.resources import files

from api import catalogues

LANGUAGE = "en"
LETTERS = "abcdefghijklmnopqrstuvwxyz"
LONGEST = 9
"""Letters of a listed word, at most."""

_ALIKE = str.maketrans(
    {
        "ł": "l",
        "ґ": "г",
        # One letter of Arabic and Urdu keyboards, or of two habits of writing.
        **dict.fromkeys("ىيے", "ی"),
        **dict.fromkeys("ةہھۃە", "ه"),
        "ك": "ک",
        "ں": "ن",
        "ٱ": "ا",
        **dict.fromkeys("ـء", None),
    }
)


def folded(text: str) -> str:
    """A text without what people leave out or write in two ways: case, marks on letters, signs nobody sees.

    >>> folded("Żółw"), folded("قِطَّــة") == folded("قطه")
    ('zolw', True)
    """
    parts = unicodedata.normalize("NFKD", text.lower())
    return "".join(sign for sign in parts if unicodedata.category(sign) not in ("Mn", "Cf")).translate(_ALIKE)


@lru_cache(maxsize=1)
def own_languages() -> tuple[str, ...]:
    """The languages other than English that have a list, checked or not."""
    return catalogues.languages_with_code_words()


@lru_cache(maxsize=16)
def listed(language: str) -> tuple[str, ...]:
    """The words of a language as they are shown, in their fixed order; none where there is no list."""
    return tuple(words[0] for words in _lines(language))


@lru_cache(maxsize=16)
def places(language: str) -> dict[str, int]:
    """Where each word stands in its list, folded: what is shown, and what was shown there before and still opens."""
    return {folded(word): place for place, words in enumerate(_lines(language)) for word in words}


def meant(typed: str, language: str) -> int | None:
    """The place of a folded word: itself, or the only listed one that is a single slip away; else None.

    >>> listed("en")[meant("guittar", "en")]
    'guitar'
    """
    known = places(language)
    if typed in known or len(typed) > LONGEST + 1:
        return known.get(typed)
    near = {known[word] for word in one_slip(typed, _letters(language)) if word in known}
    return near.pop() if len(near) == 1 else None


def one_slip(word: str, letters: str = LETTERS) -> frozenset[str]:
    """Everything one slip of a finger away: a letter too few, too many, another, or two neighbours swapped."""
    parts = [(word[:place], word[place:]) for place in range(len(word) + 1)]
    fewer = (left + right[1:] for left, right in parts if right)
    swapped = (left + right[1] + right[0] + right[2:] for left, right in parts if len(right) > 1)
    other = (left + letter + right[1:] for left, right in parts if right for letter in letters)
    more = (left + letter + right for left, right in parts for letter in letters)
    return frozenset((*fewer, *swapped, *other, *more)) - {word}


@lru_cache(maxsize=16)
def _letters(language: str) -> str:
    return "".join(sorted(set("".join(places(language)))))


def _lines(language: str) -> tuple[tuple[str, ...], ...]:
    if language == LANGUAGE:
        text = files(__name__).joinpath("en.txt").read_text(encoding="utf-8")
        return tuple((word,) for word in text.split())
    return catalogues.code_words(language) if language in own_languages() else ()
