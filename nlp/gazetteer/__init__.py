"""Word lists of our own: first names, surnames, places, everyday words, and capitals that name nobody.

Written for Earshot as heard in English schools, but for ``english.txt`` (what is counted of English);
each file says what it holds. A council's official lists are added by ``official``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from math import log

from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc
from spacy.vocab import Vocab

from nlp.text import fold
from nlp.words import cut


@dataclass(frozen=True, eq=False)
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
    schools: frozenset[tuple[str, ...]]
    ordinary: frozenset[str]
    english: frozenset[str]
    nobody: frozenset[str]
    nobody_phrases: frozenset[tuple[str, ...]]

    def is_ordinary(self, word: str) -> bool:
        """Whether a lower-case word is everyday English, with its usual endings.

        >>> gazetteer().is_ordinary("shouting"), gazetteer().is_ordinary("femke")
        (True, False)
        """
        if word in self.ordinary or word in self.english:
            return True
        start, apostrophe, ending = word.partition("'")
        if apostrophe and ending in {"m", "ve", "d", "ll", "re", "s", "t"}:
            return self.is_ordinary(start) or start + ending in self.ordinary
        return any(stem in self.ordinary for stem in _stems(word))

    def is_someones(self, word: str) -> bool:
        """Whether a word is what belongs to a person when it stands before "house": "nans", "jermaines".

        >>> gazetteer().is_someones("nans"), gazetteer().is_someones("oak")
        (True, False)
        """
        bare = word.removesuffix("s")
        return bare != word and (
            bare in self.first or bare in {"nan", "mum", "dad", "gran", "friend", "mate", "cousin", "auntie", "uncle"}
        )

    def phrases_in(self, forms: Sequence[str]) -> list[tuple[str, int, int]]:
        """The listed phrases among the words of a text: kind (LOCATION, SCHOOL, NOBODY), first word, word behind the last.

        >>> gazetteer().phrases_in(["she", "likes", "taylor", "swift"])
        [('NOBODY', 2, 4)]
        """
        vocabulary, matcher, words = self._phrases
        # spaCy keeps each word it has seen; words of no phrase are somebody's own, and are not given to it.
        doc = Doc(vocabulary, words=[form if form in words else _OTHER_WORD for form in forms])
        return [(vocabulary.strings[kind], start, end) for kind, start, end in matcher(doc)]

    @cached_property
    def _phrases(self) -> tuple[Vocab, PhraseMatcher, frozenset[str]]:
        vocabulary = Vocab()
        matcher = PhraseMatcher(vocabulary)
        words: set[str] = set()
        kinds = (("LOCATION", self.place_phrases), ("SCHOOL", self.schools), ("NOBODY", self.nobody_phrases))
        for kind, phrases in kinds:
            # cut as a text is cut, so that "mother's day" and "wells-next-the-sea" have the same words
            cuts = [[word.form for word in cut(" ".join(phrase))] for phrase in phrases]
            words.update(form for forms in cuts for form in forms)
            matcher.add(kind, [Doc(vocabulary, words=forms) for forms in cuts])
        return vocabulary, matcher, frozenset(words)

    def looks_like_a_name(self, word: str) -> float:
        """How much more a word's letters are those of a first name than those of an everyday word; about -1 to 2.

        The mean logarithm of how much more often each three letters stand in our first names. It tells a name in
        no list from a slip of the pen.

        >>> gazetteer().looks_like_a_name("kalania") > 0.3 > gazetteer().looks_like_a_name("fotball")
        True
        """
        triples = _triples(word)
        return sum(self._triples_of_names.get(triple, 0.0) for triple in triples) / len(triples)

    @cached_property
    def _triples_of_names(self) -> dict[str, float]:
        names = Counter(triple for name in self.first if len(name) > 2 for triple in _triples(name))
        words = Counter(triple for word in self.ordinary if len(word) > 2 for triple in _triples(word))
        every = names.keys() | words.keys()
        all_names, all_words = names.total() + len(every) / 2, words.total() + len(every) / 2
        return {
            triple: log((names[triple] + 0.5) / all_names) - log((words[triple] + 0.5) / all_words) for triple in every
        }

    def is_near_ordinary(self, word: str) -> bool:
        """Whether a word of 4 to 24 letters is an everyday word with one slip, letters drawn out, or two run together.

        >>> [gazetteer().is_near_ordinary(word) for word in ("becuase", "sooooo", "itsnot", "femke")]
        [True, True, True, False]
        """
        if not 4 <= len(word) <= 24:
            return False
        short = _DRAWN_OUT.sub(r"\1", word)
        if short != word and (self.is_ordinary(short) or self.is_ordinary(_DRAWN_OUT.sub(r"\1\1", word))):
            return True
        if any(word[:cut] in self.ordinary and word[cut:] in self.ordinary for cut in range(3, len(word) - 2)):
            return True
        if len(word) > 6 and any(one in self.english for one in _one_slip_away(word)):
            return True
        slips = _slips()
        return word in slips or any(one in self.ordinary or one in slips for one in _one_less(word))


_OTHER_WORD = "\ue000"
_DRAWN_OUT = re.compile(r"(.)\1{2,}")


def _triples(word: str) -> list[str]:
    framed = f"^{word}$"
    return [framed[place : place + 3] for place in range(len(framed) - 2)]


def _one_less(word: str) -> set[str]:
    return {word[:place] + word[place + 1 :] for place in range(len(word))}


def _one_slip_away(word: str) -> Iterator[str]:
    """All that one letter more, less, other, or two exchanged make of a word."""
    for place in range(len(word) + 1):
        start, rest = word[:place], word[place:]
        yield start + rest[1:]
        if len(rest) > 1:
            yield start + rest[1] + rest[0] + rest[2:]
        for letter in "abcdefghijklmnopqrstuvwxyz":
            yield start + letter + rest
            yield start + letter + rest[1:]


@cache
def _slips() -> frozenset[str]:
    """Everyday words with one letter left out: two words that share one are a slip apart."""
    return frozenset(
        less
        for word in gazetteer().ordinary
        if len(word) > 4 and word.isalpha()
        for less in _one_less(word)
        if len(less) > 3
    )


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


def _file(name: str) -> str:
    return resources.files("nlp.gazetteer").joinpath(name).read_text("utf-8")


def _paragraphs(name: str) -> list[list[str]]:
    """The words of a list file, one inner list a paragraph; comment lines start with #."""
    text = fold(_file(name)).text
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
        schools=frozenset(),
        place_phrases=frozenset(tuple(word.split("_")) for word in places if "_" in word),
        ordinary=frozenset(word for block in _paragraphs("ordinary_words.txt") for word in block),
        english=frozenset(_file("english.txt").rpartition("#")[2].partition("\n")[2].split()),
        nobody=frozenset(word for word in nobody if "_" not in word),
        nobody_phrases=frozenset(tuple(word.split("_")) for word in nobody if "_" in word),
    )
