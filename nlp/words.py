"""The words of a text as the name rules see them: place, plain lower-case form, and what its capital means.

spaCy's English tokenizer is made for printed prose and takes "im", "cant" and "shes" apart;
children write little else, so the words are cut here and handed to spaCy's matchers whole.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

# A letter run with inner apostrophes or hyphens; or one other visible sign.
_WORD = re.compile(r"[^\W_]+(?:['-][^\W_]+)*(?:(?<=[^\W\d_]s)'(?=\s+[^\W\d_]))?|[^\s]")
_ENDS = frozenset('.!?…\n:;"([{*•>|/')


@dataclass(frozen=True, slots=True)
class Word:
    """``form`` is lower case without a possessive; ``end`` leaves the possessive out too.

    ``first`` is True at the start of a sentence, line, quotation or list item, where a capital says nothing.
    """

    text: str
    form: str
    start: int
    end: int
    capital: bool
    first: bool
    alpha: bool
    gap: str  # what stands between the word before and this one
    possessive: bool

    @property
    def signals(self) -> bool:
        """Whether the capital marks a name: not at the start, not a word of capitals only."""
        return self.capital and not self.first


def cut(text: str) -> list[Word]:
    """The words of a folded text, in order.

    >>> [(w.form, w.signals) for w in cut("I saw Ben's dog")]
    [('i', False), ('saw', False), ('ben', True), ('dog', False)]
    """
    found: list[Word] = []
    means_nothing = _capitals_mean_nothing(text)
    last_end = 0
    first = True
    for match in _WORD.finditer(text):
        raw, start = match.group(), match.start()
        gap = text[last_end:start]
        first = first or "\n" in gap
        bare = raw
        for possessive in ("'s", "'S", "s'"):
            if len(raw) > 3 and raw.endswith(possessive):
                bare = raw[:-2] if possessive != "s'" else raw[:-1]
        alpha = bare[:1].isalpha()
        found.append(
            Word(
                text=bare,
                form=bare.lower(),
                start=start,
                end=start + len(bare),
                capital=alpha and bare[0].isupper() and not means_nothing,
                first=first,
                alpha=alpha,
                gap=gap,
                possessive=len(bare) < len(raw),
            )
        )
        last_end = match.end()
        first = raw in _ENDS or (first and not alpha and not raw.isdigit())
    return found


def _capitals_mean_nothing(text: str) -> bool:
    """A text in capitals throughout, or with each word capitalised, uses them for everything."""
    words = re.findall(r"[^\W\d_]{2,}", text[:4000])
    if len(words) < 3:
        return bool(words) and all(word.isupper() for word in words) and len(words) > 1
    if 2 * sum(word.isupper() for word in words) > len(words):
        return True
    return len(words) >= 6 and 10 * sum(word[0].isupper() for word in words) > 9 * len(words)
