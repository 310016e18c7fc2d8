"""Taking out of a text what would tell a reader who someone is, before anybody or anything else sees it.

Three ways of looking, one answer: shapes (``recognisers``), the names a record knows and
word lists in context (``names``), and named places (``landmarks``). Their findings are joined,
so that every letter any of them found is covered, and replaced by surrogates that stay the
same within one set of answers. Anything unsure is hidden, too, and marked for a person to read.

>>> redact("My friend Ben lives at 4 Mill Lane").text
'My friend [PERSON_1] lives at [ADDRESS_1]'
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from nlp.documents import Redaction, Span
from nlp.gazetteer import Gazetteer, gazetteer
from nlp.known import find_known, known_parts
from nlp.landmarks import find_landmarks
from nlp.language import other_language
from nlp.names import find_names
from nlp.recognisers import recognise
from nlp.text import fold
from nlp.words import cut

NOT_CHECKED = "not checked for names"
UNSURE = "unsure about a name"
MASK_FROM = 0.2  # below this a finding is dropped
SURE_FROM = 0.5  # below this a person must look

_SURROGATE = re.compile(r"\[[A-Z]+(?:_[A-Z]+){0,3}_\d{1,6}\]")
# Stands for a surrogate while the text around it is read: a private sign no pattern and no list knows.
_HOLE = "\ue000"
_BETWEEN_HOLES = re.compile(rf"[^{_HOLE}\s,](?:[^{_HOLE}]*[^{_HOLE}\s,])?")
# Reading again with the found names hidden may show another; in practice the second reading finds nothing.
_READINGS = 8


def redact(
    text: str, known_names: Sequence[str] = (), language: str = "en", lists: Gazetteer | None = None
) -> Redaction:
    """The text with people, places and numbers replaced; ``spans`` are code points of the text given.

    ``known_names`` are the names this answer's record and its network know; ``lists`` are our own
    where none are given. In a language other than English only shapes and known names are looked
    for, and the text needs reading; so does one said to be English that does not read so.
    Redacting a redacted text changes nothing.
    """
    return redact_many([text], known_names, language, lists)[0]


def redact_many(
    texts: Sequence[str], known_names: Sequence[str] = (), language: str = "en", lists: Gazetteer | None = None
) -> list[Redaction]:
    """The texts of one set of answers, in order: the same name has the same surrogate in all of them."""
    numbers = _Numbers(texts)
    known = known_parts(known_names)
    in_english = language.lower().split("-")[0] == "en"
    return [_redact(text, known, in_english, lists or gazetteer(), numbers) for text in texts]


def _redact(text: str, known: frozenset[str], in_english: bool, lists: Gazetteer, numbers: _Numbers) -> Redaction:
    reads_english = not other_language(text, lists)
    spans: list[Span] = []
    for _ in range(_READINGS):
        seen = _with_holes(text, spans)
        more = _new(_find(seen, known, in_english, reads_english, lists), seen)
        if not more:
            break
        spans = sorted([*spans, *more], key=lambda span: span.start)
    notes: list[str] = []
    if not (in_english and reads_english):
        notes.append(NOT_CHECKED)
    if any(span.confidence < SURE_FROM for span in spans):
        notes.append(UNSURE)
    surrogates = tuple(numbers.surrogate(span.type, text[span.start : span.end]) for span in spans)
    pieces: list[str] = []
    end = 0
    for span, surrogate in zip(spans, surrogates, strict=True):
        pieces += [text[end : span.start], surrogate]
        end = span.end
    return Redaction("".join([*pieces, text[end:]]), tuple(spans), bool(notes), tuple(notes), surrogates)


def _with_holes(text: str, spans: list[Span]) -> str:
    """The text with what is hidden already replaced sign for sign, so that offsets stay."""
    pieces: list[str] = []
    end = 0
    for span in spans:
        pieces += [text[end : span.start], _HOLE * (span.end - span.start)]
        end = span.end
    return _SURROGATE.sub(lambda match: _HOLE * len(match.group()), "".join([*pieces, text[end:]]))


def _find(text: str, known: frozenset[str], in_english: bool, reads_english: bool, lists: Gazetteer) -> list[Span]:
    """All findings in code points of ``text``, joined where they touch the same letters."""
    folded = fold(text)
    words = cut(folded.text)
    found = {"shape": list(recognise(folded.text)), "known": list(find_known(words, known, lists))}
    if in_english:
        landmarks, nobody = find_landmarks(words, lists)

        def is_somebody(span: Span) -> bool:
            return not any(start <= span.start and span.end <= end for start, end in nobody)

        found["landmark"] = [span for span in landmarks if is_somebody(span)]
        found["name"] = [
            span
            for span in find_names(words, lists)
            # In another language every word is unknown: there only capitals and what our lists hold are hidden.
            if is_somebody(span) and (reads_english or span.type != "UNKNOWN_NAME" or folded.text[span.start].isupper())
        ]
    placed = []
    for layer, spans in found.items():
        for span in spans:
            start, end = folded.original(span.start, span.end)
            if span.confidence >= MASK_FROM and end > start:
                placed.append(Span(start, end, span.type, span.confidence, layer))
    return _union(placed)


def _union(spans: list[Span]) -> list[Span]:
    """Spans that share a letter become one: the longest gives the type, the surest the confidence."""
    joined: list[Span] = []
    longest = 0
    for span in sorted(spans, key=lambda s: (s.start, -s.end, -s.confidence, s.type)):
        if joined and span.start < joined[-1].end:
            last = joined[-1]
            kind = last.type
            if span.end - span.start > longest:
                kind, longest = span.type, span.end - span.start
            surest = max(last, span, key=lambda one: one.confidence)
            joined[-1] = Span(last.start, max(last.end, span.end), kind, surest.confidence, surest.layer)
        else:
            joined.append(span)
            longest = span.end - span.start
    return joined


def _new(found: list[Span], seen: str) -> list[Span]:
    """The findings without the holes: what is hidden already is never hidden a second time."""
    free: list[Span] = []
    for span in found:
        for piece in _BETWEEN_HOLES.finditer(seen, span.start, span.end):
            if any(character.isalnum() for character in piece.group()):
                free.append(replace(span, start=piece.start(), end=piece.end()))
    return free


class _Numbers:
    """Which name has which number, within one set of answers."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._given: dict[tuple[str, str], int] = {}
        self._last: dict[str, int] = {}
        for text in texts:
            for surrogate in _SURROGATE.findall(text):
                kind, number = surrogate[1:-1].rsplit("_", 1)
                self._last[kind] = max(self._last.get(kind, 0), int(number))

    def surrogate(self, kind: str, text: str) -> str:
        """``[PERSON_1]``; a first name alone shares the number of the full name that began with it, and the other way round."""
        name = " ".join(re.findall(r"\w+", fold(text).text.casefold()))
        number = self._given.get((kind, name))
        if number is None and kind == "PERSON":
            number = self._given.get((kind, name.split()[0])) if name else None
        if number is None:
            number = self._last[kind] = self._last.get(kind, 0) + 1
        self._given.setdefault((kind, name), number)
        if kind == "PERSON" and name:
            self._given.setdefault((kind, name.split()[0]), number)
        return f"[{kind}_{number}]"
