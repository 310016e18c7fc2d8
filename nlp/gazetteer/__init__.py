"""Word lists of our own: first names, surnames, places, everyday words, and capitals that name nobody.

Written for Earshot as heard in English schools; each file says what it holds. A council's
official lists are added by a later command; here they are read once and never change.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources

from nlp.text import fold


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """The lists, lower case and in plain letters. Phrases are tuples of words.

    ``usual_first`` are the English first names alone: of the short names only these count
    without a capital, because two or three letters of another language are soon a word.
    """

    first: frozenset[str]
    usual_first: frozenset[str]
    last: frozenset[str]
    places: frozenset[str]
    place_phrases: frozenset[tuple[str, ...]]
    ordinary: frozenset[str]
    nobody: frozenset[str]
    nobody_phrases: frozenset[tuple[str, ...]]

    def is_ordinary(self, word: str) -> bool:
        """Whether a lower-case word is everyday English, with its usual endings.

        >>> gazetteer().is_ordinary("shouting"), gazetteer().is_ordinary("femke")
        (True, False)
        """
        if word in self.ordinary:
            return True
        start, apostrophe, ending = word.partition("'")
        if apostrophe and ending in {"m", "ve", "d", "ll", "re", "s", "t"}:
            return self.is_ordinary(start) or start + ending in self.ordinary
        return any(stem in self.ordinary for stem in _stems(word))


def _stems(word: str) -> list[str]:
    stems: list[str] = []
    for ending in (
        "'s",
        "s",
        "es",
        "ed",
        "d",
        "ing",
        "ly",
        "er",
        "r",
        "ers",
        "est",
        "y",
        "ness",
        "less",
        "ful",
        "n't",
        "nt",
        "'ll",
        "'ve",
        "'d",
        "'re",
    ):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            stem = word[: -len(ending)]
            stems += [stem, stem + "e"]
            if len(stem) > 3 and stem[-1] == stem[-2]:
                stems.append(stem[:-1])
            if stem.endswith("i"):
                stems.append(stem[:-1] + "y")
    for start in ("un", "re", "dis", "non", "over", "pre", "mis"):
        if word.startswith(start) and len(word) - len(start) >= 4:
            stems.append(word[len(start) :])
    return stems


def _paragraphs(name: str) -> list[list[str]]:
    """The words of a list file, one inner list a paragraph; comment lines start with #."""
    text = fold(resources.files("nlp.gazetteer").joinpath(name).read_text("utf-8")).text
    lines = [" ".join(line for line in block.splitlines() if not line.startswith("#")) for block in text.split("\n\n")]
    return [line.lower().split() for line in lines]


@cache
def gazetteer() -> Gazetteer:
    """The lists, read once."""
    first = _paragraphs("first_names.txt")
    last = {word for block in _paragraphs("surnames.txt") for word in block}
    places = {word for block in _paragraphs("places.txt") for word in block}
    nobody = {word for block in _paragraphs("not_people.txt") for word in block}
    return Gazetteer(
        first=frozenset(word for block in first for word in block),
        usual_first=frozenset(word for block in first if "abigail" in block or "benjamin" in block for word in block),
        last=frozenset(last),
        places=frozenset(word for word in places if "_" not in word),
        place_phrases=frozenset(tuple(word.split("_")) for word in places if "_" in word),
        ordinary=frozenset(word for block in _paragraphs("ordinary_words.txt") for word in block),
        nobody=frozenset(word for word in nobody if "_" not in word),
        nobody_phrases=frozenset(tuple(word.split("_")) for word in nobody if "_" in word),
    )
