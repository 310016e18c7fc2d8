"""The kinds of question as an officer chooses between them: a name, what it is good for, and what a new one begins with.

What can be set for which kind is here too, so that the form, its reading and the picker agree.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from survey_engine.definition import (
    CHOICE,
    FILE,
    FREE_TEXT,
    NUMBER,
    SEVERAL,
    UNASKED,
    UNSEEN,
    Audience,
    Choice,
    Group,
    Kind,
    Question,
    Repeat,
)


def _(text: str) -> str:
    """Mark for translation."""
    return text


AUDIENCES = {
    Audience.CHILD: _("Children, 8 to 11"),
    Audience.YOUNG_PERSON: _("Young people, 12 and over"),
    Audience.PARENT_CARER: _("Parents and carers"),
    Audience.PRACTITIONER: _("Practitioners"),
}


@dataclass(frozen=True, slots=True)
class KindWords:
    """A kind in an officer's words."""

    kind: str
    name: str
    sentence: str


SECTION, REPEAT, GRID = "section", "repeat", "grid"
"""What the picker offers beside the kinds of question: groups."""

PICKER: tuple[tuple[str, tuple[KindWords, ...]], ...] = (
    (_("Choosing"), (
        KindWords(Kind.SINGLE_CHOICE, _("One choice"), _("One answer out of a few. As words, faces, a scale or pictures.")),
        KindWords(Kind.MULTIPLE_CHOICE, _("Several choices"), _("All that fit. An option such as “None of these” can stand alone.")),
        KindWords(Kind.RANKING, _("Put in order"), _("What matters most, next and least. Keep it to five or fewer.")),
        KindWords(Kind.AGE_BAND, _("Age group"), _("How old somebody is, in bands and never as a date of birth.")),
    )),
    (_("Own words"), (
        KindWords(Kind.LONG_TEXT, _("Long text"), _("Room to tell something. A person reads it; names are taken out before it is used.")),
        KindWords(Kind.TEXT, _("Short text"), _("A word or a line.")),
        KindWords(Kind.VOICE, _("Voice recording"), _("Say it instead of writing it.")),
        KindWords(Kind.DRAWING, _("Drawing"), _("Draw on the screen.")),
        KindWords(Kind.PHOTO, _("Photo"), _("Take or choose a picture. What a phone writes into it is taken out.")),
    )),
    (_("Numbers and days"), (
        KindWords(Kind.RANGE, _("A number on a scale"), _("From a least to a most number, such as 0 to 10.")),
        KindWords(Kind.INTEGER, _("Whole number"), _("How many? Typed as digits.")),
        KindWords(Kind.DECIMAL, _("Number"), _("A number that may have a decimal point.")),
        KindWords(Kind.DATE, _("Day"), _("A day of a month of a year. Ask for less where a month or year will do.")),
        KindWords(Kind.MONTH, _("Month"), _("A month of a year.")),
        KindWords(Kind.YEAR, _("Year"), _("A year.")),
        KindWords(Kind.TIME, _("Time of day"), _("Such as when school starts.")),
    )),
    (_("Without an answer"), (
        KindWords(Kind.NOTE, _("Note"), _("Something to read: a welcome, an explanation, a thank you.")),
        KindWords(Kind.ACKNOWLEDGE, _("“I have read this”"), _("A note with a box to tick.")),
        KindWords(Kind.CALCULATED, _("Worked out"), _("A value made from other answers. Nobody sees it; conditions can use it.")),
        KindWords(Kind.HIDDEN, _("Hidden value"), _("A fixed value that comes along with the answers. Nobody sees it.")),
    )),
    (_("Sections"), (
        KindWords(SECTION, _("Section"), _("Questions that belong together, with a heading and perhaps one condition for all.")),
        KindWords(REPEAT, _("Section asked again for each"), _("The same questions for each of several: each home, each person who helps.")),
        KindWords(GRID, _("Grid"), _("Several single choices with the same options. On a phone each row is a page.")),
    )),
)  # fmt: skip

NAMES: dict[str, str] = {
    **{one.kind: one.name for _heading, kinds in PICKER for one in kinds},
    Kind.LEFT_OUT: _("Left out of another program’s form"),
}

APPEARANCES: dict[str, tuple[tuple[str, str], ...]] = {
    Kind.SINGLE_CHOICE: (
        ("plain", _("A list of words")), ("faces", _("Faces, from happy to unhappy")),
        ("happiness", _("Five degrees of happy, for young children")), ("agree", _("Agree to disagree")),
        ("scale", _("A scale side by side")), ("ladder", _("A ladder from the bottom up")),
        ("pictures", _("A picture for each option")),
    ),
    Kind.MULTIPLE_CHOICE: (("plain", _("A list of words")), ("pictures", _("A picture for each option"))),
    Kind.RANGE: (("plain", _("A number to choose")), ("scale", _("A scale side by side")), ("ladder", _("A ladder from the bottom up"))),
}  # fmt: skip
"""How a kind can look; kinds that are not here look one way only."""

VOICES = (
    ("respondent", _("Whoever answers")),
    ("child", _("A child’s own words, written down by somebody else")),
    ("practitioner", _("A practitioner’s own view")),
)
MEANINGS = (("answer", _("An answer")), ("dont_know", _("“I don’t know”")), ("prefer_not", _("“I don’t want to say”")))


def fields_of(kind: Kind) -> frozenset[str]:
    """What can be set for a kind, by the names the settings form uses for its parts."""
    shown = {"hint", "relevant", "source"}
    if kind in UNSEEN:
        return frozenset({"calculation"} if kind is Kind.CALCULATED else {"default"} if kind is Kind.HIDDEN else set())
    shown |= {"guidance", "read_as", "media"}
    if kind in UNASKED:
        return frozenset(shown)
    shown |= {"required", "constraint", "read_only"}
    if kind in CHOICE:
        shown |= {"choices", "shuffle", "choice_filter"}
    if kind in FREE_TEXT:
        shown |= {"max_length", "voice"}
    if kind in NUMBER:
        shown |= {"bounds"}
    if kind in APPEARANCES:
        shown |= {"appearance"}
    if kind in SEVERAL:
        shown |= {"exclusive"}
    if kind in FILE:
        shown -= {"constraint", "read_only"}
    return frozenset(shown)


def begun(kind: str, name: str, words: str, language: str) -> Question | Group:
    """A new item of a kind, complete enough to be looked at: choices have two options, scales their ends."""
    label = {language: words}
    if kind in (SECTION, REPEAT, GRID):
        repeat = Repeat() if kind == REPEAT else None
        return Group(name=name, label=label, items=(), repeat=repeat, appearance="grid" if kind == GRID else "plain")
    return Question(name=name, kind=Kind(kind), label=label, **begun_fields(Kind(kind), language))


def begun_fields(kind: Kind, language: str) -> dict[str, Any]:
    """What a question must have besides its words when it becomes this kind."""
    if kind is Kind.AGE_BAND:
        bands = (("under_8", "Under 8"), ("8_11", "8 to 11"), ("12_15", "12 to 15"), ("16_plus", "16 or over"))
        return {"choices": tuple(Choice(name=name, label={language: said}) for name, said in bands)}
    if kind in CHOICE:
        pair = (
            (("yes", "Yes"), ("no", "No")) if kind is not Kind.RANKING else (("first", "First"), ("second", "Second"))
        )
        return {"choices": tuple(Choice(name=name, label={language: said}) for name, said in pair)}
    if kind is Kind.RANGE:
        return {"least": 0, "most": 10, "step": 1, "appearance": "scale"}
    return {}
