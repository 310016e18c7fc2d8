r"""Looking at a text without losing one's place in it: folding, words, sentences, content, language.

Everything that finds something in a text works on a ``Folded`` copy (plain letters, no
invisible characters) and reports places in the original: ``fold("Łu\u200bcja")`` reads
``Lucja`` and still knows where each letter stood.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

# Letters that Unicode does not take apart into a plain letter and a mark.
_PLAIN = {
    "ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ı": "i", "ð": "d", "þ": "th", "ß": "ss", "æ": "ae", "Æ": "AE", "œ": "oe",
    "’": "'", "‘": "'", "ʼ": "'", "ʻ": "'", "`": "'", "´": "'", "“": '"', "”": '"', "–": "-", "—": "-", "‐": "-", "‑": "-", "−": "-",
}  # fmt: skip
# Categories that show nothing: marks on letters, format characters (zero width, right-to-left), controls.
_INVISIBLE = {"Mn", "Me", "Cf", "Cc", "Cs"}
_SENTENCE_END = re.compile(r"[.!?…]+[\"')\]]*(?=\s)|\n+")


@dataclass(frozen=True, slots=True)
class Folded:
    """A text in plain letters; ``places[i]`` is where character ``i`` stood, with the original's length at the end."""

    text: str
    places: tuple[int, ...] | range

    def original(self, start: int, end: int) -> tuple[int, int]:
        r"""The original's span for a folded one; marks that follow a letter belong to it.

        >>> fold("Zoe\u0308 sings").original(0, 3)
        (0, 4)
        """
        return self.places[start], self.places[end] if end > start else self.places[start]


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence: code points ``start`` to ``end`` (exclusive) of the text."""

    start: int
    end: int


@lru_cache(maxsize=4096)
def _fold_character(character: str) -> str:
    if character in _PLAIN:
        return _PLAIN[character]
    if character in "\n\r\t\x0b\x0c\x1c\x1d\x1e\x1f\x85\u2028\u2029":
        return "\n" if character in "\n\r\u2028\u2029" else " "
    if unicodedata.category(character) in _INVISIBLE:
        return ""
    if character.isspace():
        return " "
    pieces = unicodedata.normalize("NFKD", character)
    # Compatibility forms may hold a space or a mark of their own (the ligature for "may peace be upon him").
    return "".join(_PLAIN.get(p, p) for p in pieces if unicodedata.category(p) not in _INVISIBLE)


def fold(text: str) -> Folded:
    """The text in plain letters with each letter's place in the original. Case is kept.

    >>> fold("Zoë").text
    'Zoe'
    """
    if text.isascii() and text.isprintable():
        return Folded(text, range(len(text) + 1))
    letters: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        for letter in _fold_character(character):
            letters.append(letter)
            places.append(place)
    places.append(len(text))
    return Folded("".join(letters), tuple(places))


def sentences(text: str) -> list[Sentence]:
    r"""The sentences of a text, without the white space between them.

    >>> [("Hi. I am ok!\nBye")[s.start : s.end] for s in sentences("Hi. I am ok!\nBye")]
    ['Hi.', 'I am ok!', 'Bye']
    """
    found: list[Sentence] = []
    start = 0
    for end in [match.end() for match in _SENTENCE_END.finditer(text)] + [len(text)]:
        piece = text[start:end]
        left = start + len(piece) - len(piece.lstrip())
        right = start + len(piece.rstrip())
        if right > left:
            found.append(Sentence(left, right))
        start = end
    return found


def has_content(text: str) -> bool:
    r"""Whether there is at least one letter or digit to read: not white space, punctuation or pictures alone.

    >>> has_content("ok"), has_content(" 🙂 … "), has_content("\u200b")
    (True, False, False)
    """
    return any(character.isalnum() for character in text)


def is_latin(text: str) -> bool:
    """Whether most letters are of the Latin alphabet; True for a text without letters."""
    letters = [character for character in text[:5000] if character.isalpha()]
    latin = sum(
        1 for letter in letters if letter < "\u0250" or "\u1e00" <= letter <= "\u1eff" or "\uff21" <= letter <= "\uff5a"
    )
    return 2 * latin >= len(letters)


def has_other_script(text: str) -> bool:
    """Whether a word of another alphabet stands anywhere in the text, in which English rules find nothing.

    >>> has_other_script("my friend Օլգա"), has_other_script("naïve café")
    (True, False)
    """
    run = 0
    for character in text:
        if character.isalpha() and character >= "\u0250" and not _fold_character(character)[:1].isascii():
            run += 1
            if run >= 2 or character >= "\u2e80":  # one sign of Chinese, Japanese or Korean is a word
                return True
        else:
            run = 0
    return False
