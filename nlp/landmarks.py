"""Schools, children's homes, clubs, addresses and two-word towns: phrases found with spaCy's matchers.

Each kind is a row of token patterns. What a phrase *begins* with decides: "Oak Tree School"
names one, "a new school" does not.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from threading import RLock
from typing import Any

import spacy
from spacy.matcher import Matcher, PhraseMatcher
from spacy.tokens import Doc
from spacy.vocab import Vocab

from nlp.documents import Span
from nlp.gazetteer import gazetteer
from nlp.words import Word, cut

# Words that cannot be part of a proper name written without capitals.
_PLAIN = (
    "a an the this that these those my your his her our their its me you him them us i we they he she it some any no every each all both another other "
    "in on at to of for from with by about after before during around near off out up down into over than as so or but if when while because cos "
    "is are was were be been am do does did has have had can could will would should might must not dont never always also just only really very too "
    "new old big small little nice good bad best better worse same different special secondary primary high junior infant main local nearest whole next last first "
    "boarding private normal mainstream specialist alternative sixth summer sunday saturday friday after-school home online lunch night youth kids childrens children's our "
    "go goes going went come comes get gets getting got like likes love loves hate hates want wants leave leaves left start starts started finish finished miss missed skip attend attends "
    "attending attended join joined need needs call called named think said say tell told help helps hear see saw make makes made let lets at-school pre medical food sports football dance drama "
    "music art care foster social support family community health leisure shopping town city village half full part back more most less free time day days week year years and"
).split()
_SCHOOL_KINDS = [
    "primary",
    "high",
    "junior",
    "juniors",
    "infant",
    "infants",
    "grammar",
    "secondary",
    "nursery",
    "community",
    "church",
    "ce",
    "c.e",
    "rc",
    "catholic",
    "special",
    "free",
    "prep",
    "sixth",
    "form",
    "and",
    "&",
    "of",
    "c",
    "e",
    "boys",
    "girls",
    "academy",
    "primaries",
    "voluntary",
    "aided",
    "muslim",
    "islamic",
]
_SCHOOL_END = ["school", "academy", "college", "nursery", "pru", "primary", "infants", "juniors", "preschool", "high"]
_HOME_END: list[list[str]] = [["children", "home"], ["childrens", "home"], ["care", "home"], ["residential", "home"], ["family", "hub"], ["family", "centre"], ["children", "centre"], ["childrens", "centre"],
    ["youth", "club"], ["youth", "hub"], ["youth", "centre"], ["youth", "project"], ["community", "centre"], ["community", "hub"], ["contact", "centre"], ["sports", "club"], ["football", "club"], ["boxing", "club"],
    ["boxing", "gym"], ["dance", "school"], ["dance", "academy"], ["scout", "group"], ["respite", "centre"], ["respite"], ["juniors"], ["colts"], ["hostel"], ["refuge"], ["scouts"], ["brownies"], ["cubs"],
    ["medical", "centre"], ["surgery"], ["health", "centre"], ["hospital"], ["unit"], ["rufc"], ["jfc"], ["junior", "fc"], ["u8s"], ["u9s"], ["u10s"], ["u11s"], ["u12s"], ["u13s"], ["u14s"], ["youth", "fc"], ["hub"], ["project"]]  # fmt: skip
_STREET = [
    "street",
    "st",
    "road",
    "rd",
    "avenue",
    "ave",
    "lane",
    "ln",
    "close",
    "drive",
    "crescent",
    "cres",
    "way",
    "court",
    "grove",
    "gardens",
    "place",
    "terrace",
    "walk",
    "square",
    "mews",
    "rise",
    "hill",
    "row",
    "view",
    "park",
    "green",
    "croft",
    "fold",
    "parade",
    "mount",
    "garth",
    "gate",
    "vale",
    "bank",
    "end",
    "yard",
    "wharf",
    "quay",
]
_PLAIN_STREET = ["street", "road", "avenue", "lane", "crescent", "grove", "terrace", "close", "mews"]
_NAMED: dict[str, Any] = {
    "TEXT": {"REGEX": r"^[A-Z][A-Za-z'.-]+$"},
    "LOWER": {"NOT_IN": [*_PLAIN, "school", "he", "she"]},
}
_WORD: dict[str, Any] = {
    "LOWER": {
        "REGEX": r"^[a-z'-]{2,}$",
        "NOT_IN": [*_PLAIN, "school", "college", "friends", "teacher", "sort", "kind", "work", "miss", "class"],
    }
}
_THE: dict[str, Any] = {"LOWER": "the"}
_GOES: dict[str, Any] = {
    "LOWER": {
        "IN": [
            "to",
            "at",
            "called",
            "from",
            "leave",
            "left",
            "attends",
            "attend",
            "attending",
            "join",
            "joined",
            "in",
            "near",
            "like",
            "love",
            "hate",
            "miss",
        ]
    }
}

_PATTERNS: dict[str, list[list[dict[str, Any]]]] = {
    "SCHOOL": [
        [{**_NAMED, "OP": "{1,4}"}, {"LOWER": {"IN": _SCHOOL_KINDS}, "OP": "{0,4}"}, {"LOWER": {"IN": ["school", "academy", "college", "nursery", "pru", "preschool"]}}],
        [{**_NAMED, "OP": "{1,4}"}, {"TEXT": {"IN": ["High", "Primary", "Juniors", "Infants", "Academy", "Grammar", "PRU", "Nursery"]}}],
        [{**_NAMED, "OP": "{1,3}"}, {"TEXT": "Community"}, {"TEXT": {"IN": ["Primary", "High", "School", "College"]}}],
        [{"LOWER": {"IN": ["st", "saint"]}}, {"TEXT": ".", "OP": "?"}, {"LOWER": {"REGEX": r"^[a-z']+$"}, "OP": "{1,2}"}, {"LOWER": {"IN": _SCHOOL_KINDS}, "OP": "{0,3}"}, {"LOWER": {"IN": _SCHOOL_END}}],
        [{"LOWER": {"IN": ["university"]}}, {"LOWER": "of"}, {**_NAMED, "OP": "{1,2}"}],
    ],
    "ORG_LOCAL": [
        *[[{**_NAMED, "OP": "{1,3}"}, *[{"LOWER": word} for word in end]] for end in _HOME_END],
        [{**_NAMED, "OP": "{1,2}"}, {"TEXT": {"IN": ["Lodge", "Cottage", "Grange", "Manor"]}}],
        [{"LOWER": {"IN": ["at", "in", "to", "from", "left", "leaving", "called"]}}, {**_NAMED, "OP": "{1,2}"}, {"TEXT": {"IN": ["House", "Lodge", "Cottage", "Hall", "Manor", "Grange", "Farm", "Villa", "Barn"]}}],
        [{**_NAMED, "OP": "{1,3}"}, {"LOWER": {"IN": ["fc", "afc", "rfc", "jfc", "united", "rovers", "town", "rangers", "athletic"]}, "OP": "?"}, {"LOWER": {"REGEX": r"^u\d{1,2}s?$"}}],
    ],
    "ADDRESS": [
        [{"LOWER": {"IN": ["flat", "room", "apartment", "apt", "unit"]}, "OP": "?"}, {"LOWER": {"REGEX": r"^\d{1,4}[a-z]?$"}, "OP": "?"}, {"TEXT": ",", "OP": "?"}, {"LOWER": {"REGEX": r"^\d{1,4}[a-z]?$"}}, {"TEXT": ",", "OP": "?"},
         {"LOWER": {"REGEX": r"^[a-z'.-]{2,}$", "NOT_IN": ["of", "to", "is", "and", "minutes", "years", "days", "hours", "weeks", "times", "people", "miles", "out", "in", "on", "from", "the", "my", "or"]}, "OP": "{1,3}"}, {"LOWER": {"IN": _STREET}}],
        [{"LOWER": {"IN": ["flat", "room", "apartment", "apt"]}}, {"LOWER": {"REGEX": r"^\d{1,4}[a-z]?$"}}, {"TEXT": ","}, {**_NAMED, "OP": "{1,3}"}],
        [{**_NAMED, "OP": "{1,2}"}, {"TEXT": {"IN": ["Street", "St", "Road", "Rd", "Avenue", "Ave", "Lane", "Close", "Drive", "Crescent", "Court", "Grove", "Gardens", "Terrace", "Walk", "Square", "Mews", "Rise", "Way", "Row", "Place", "Croft"]}}],
        [{**_NAMED, "OP": "{1,2}"}, {"LOWER": {"IN": ["street", "road", "avenue", "crescent", "grove", "terrace", "lane", "close"]}}],
    ],
    "LOCATION": [
        [{**_NAMED, "OP": "{1,2}"}, {"LOWER": {"IN": ["estate", "park", "rec", "common", "woods", "moor", "leisure"]}}, {"LOWER": {"IN": ["centre"]}, "OP": "?"}],
    ],
}  # fmt: skip
# The same without capitals, where a preposition leads to the name; the preposition itself stays.
_LED: dict[str, list[list[dict[str, Any]]]] = {
    "SCHOOL": [[_GOES, {**_WORD, "OP": "{1,3}"}, {"LOWER": {"IN": ["primary", "high", "junior", "infant", "secondary", "grammar", "community"]}, "OP": "?"}, {"LOWER": {"IN": ["school", "academy", "college", "primary", "high", "juniors", "infants", "nursery"]}}]],
    "ORG_LOCAL": [
        *[[_GOES, {**_WORD, "OP": "{1,2}"}, *[{"LOWER": word} for word in end]] for end in _HOME_END if len(end) == 2 and end[0] not in {"football", "boxing", "dance", "medical", "health", "care", "sports"}],
        *[[_GOES, _THE, {**_WORD, "OP": "{1,2}"}, *[{"LOWER": word} for word in end]] for end in _HOME_END if end[0] in {"children", "family", "contact", "youth"}],
        *[[{**_WORD, "OP": "{1,2}"}, *[{"LOWER": word} for word in end]] for end in _HOME_END if end in (["children", "home"], ["childrens", "home"], ["family", "hub"], ["contact", "centre"])],
        [_GOES, {**_WORD, "OP": "{1,2}"}, {"LOWER": {"IN": ["lodge", "cottage", "grange", "manor"]}}],
    ],
    "ADDRESS": [[{"LOWER": {"IN": ["on", "in", "at", "down", "off", "live", "near", "to"]}}, {**_WORD, "OP": "{1,2}"}, {"LOWER": {"IN": _PLAIN_STREET}}]],
    "LOCATION": [[{"LOWER": {"IN": ["on", "in", "at", "to", "near", "from"]}}, {"LOWER": {"IN": ["the"]}, "OP": "?"}, {**_WORD, "OP": "{1,2}"}, {"LOWER": {"IN": ["estate"]}}]],
}  # fmt: skip
_LEADS = frozenset(
    "to at called from leave left attends attend attending join joined in near like love hate miss on down off live the".split()
)
_GENERIC_LED = frozenset(
    "council housing whole church main big busy quiet country one play same dead cul-de-sac wrong right long back side front top bottom real estate park water travel "
    "middle language swimming driving riding law film stage forest breakfast homework holiday different mums dads nans friends cousins sisters brothers any which is get pretty keep mosque arabic islamic college uni".split()
)
_NEVER_FIRST = frozenset(
    "mum dad my the at in on he she it we they but and so i attends going go year when no yes every after before social early life care independent virtual high primary special foster family next home visit placement escorted contact".split()
)

_reading = RLock()


@cache
def _matchers() -> tuple[Vocab, Matcher, Matcher, PhraseMatcher]:
    vocab = spacy.blank("en").vocab
    matcher, led = Matcher(vocab), Matcher(vocab)
    for kind, patterns in _PATTERNS.items():
        matcher.add(kind, patterns)
    for kind, patterns in _LED.items():
        led.add(kind, patterns)
    phrases = PhraseMatcher(vocab, attr="LOWER")
    lists = gazetteer()
    for kind, entries in (("LOCATION", lists.place_phrases), ("NOBODY", lists.nobody_phrases)):
        phrases.add(kind, [Doc(vocab, words=[word.text for word in cut(" ".join(entry))]) for entry in sorted(entries)])
    return vocab, matcher, led, phrases


def find_landmarks(words: list[Word]) -> tuple[list[Span], list[tuple[int, int]]]:
    """Named places and organisations among the words of a text, and stretches that name nobody (clubs, brands, famous people)."""
    if not words:
        return [], []
    with _reading:
        vocab, matcher, led, phrases = _matchers()
        # What one text adds to the vocabulary is forgotten with it: the worker lives for months, and names must not stay in its memory.
        with vocab.memory_zone():
            doc = Doc(vocab, words=[word.text for word in words])
            found = [(vocab.strings[kind], start, end) for kind, start, end in matcher(doc)]
            ways = [(vocab.strings[kind], start, end) for kind, start, end in led(doc)]
            known = [(vocab.strings[kind], start, end) for kind, start, end in phrases(doc)]
    spans = [*_named(words, found), *_led_to(words, ways)]
    nobody: list[tuple[int, int]] = []
    for kind, start, end in known:
        place = (words[start].start, words[end - 1].end)
        if kind == "NOBODY":
            nobody.append(place)
        else:
            spans.append(Span(*place, kind, 0.85))
    return spans, nobody


def _named(words: list[Word], found: list[tuple[str, int, int]]) -> Iterator[Span]:
    for kind, start, end in found:
        if kind == "ORG_LOCAL" and words[start].form in {"at", "in", "to", "from", "left", "leaving", "called"}:
            start += 1
        while start < end - 1 and words[start].form in _NEVER_FIRST:
            start += 1
        opening = words[start]
        # One everyday word with a sentence's capital ("Special school") names nothing; two words or a true capital do.
        ordinary = gazetteer().is_ordinary(opening.form)
        if end - start < 2 or (
            not opening.capital
            and not opening.text[:1].isdigit()
            and kind != "ADDRESS"
            and opening.form not in {"st", "saint"}
        ):
            continue
        if opening.first and ordinary and end - start == 2 and not opening.text[:1].isdigit():
            continue
        if (
            kind == "ADDRESS"
            and not opening.text[:1].isdigit()
            and not opening.capital
            and opening.form not in {"flat", "room", "apartment", "apt", "unit"}
        ):
            continue
        yield Span(opening.start, words[end - 1].end, kind, 0.85)


def _led_to(words: list[Word], found: list[tuple[str, int, int]]) -> Iterator[Span]:
    for kind, start, end in found:
        led = words[start].form in _LEADS
        while start < end and words[start].form in _LEADS:
            start += 1
        own = [word.form for word in words[start:end]][: -1 if kind != "ORG_LOCAL" else None]
        if (
            not own
            or any(form in _GENERIC_LED for form in own)
            or any(word.gap.strip() or "\n" in word.gap for word in words[start:end])
        ):
            continue
        if led or not all(gazetteer().is_ordinary(form) for form in own):
            yield Span(words[start].start, words[end - 1].end, kind, 0.65)
