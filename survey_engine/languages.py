"""In which languages a survey can be answered: what is there, what is missing, which way each is written.

Easy Read (``en-x-easy``) is a language like any other. A language on offer in which one
text is missing would put words in front of a child that they cannot read, in the middle
of a survey they can; so ``gaps`` stand in the way of publishing. What is *not* here:
which of its languages a page shows (``words.words``), and any translating.

>>> from survey_engine.definition import Audience, Kind, Question
>>> survey = Survey(name="s", title={"en": "My week", "cy": "Fy wythnos"}, audience=Audience.CHILD,
...     languages=("en", "cy"), items=(Question(name="mood", kind=Kind.TEXT, label={"en": "How are you?"}),))
>>> [gap.message for gap in gaps(survey)]
['The label of “mood” has no words in Cymraeg.']
>>> completeness(survey, "cy").there, completeness(survey, "cy").of
(1, 2)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from pydantic import BaseModel

from survey_engine.definition import UNSEEN, Choice, EarlierWording, Group, Question, Survey
from survey_engine.words import Media, Text

EASY_READ = "easy"
"""Behind ``-x-``, the mark of an Easy Read version."""

_ADVICE = frozenset({"audio", "picture", "attribution"})
_NOT_IN_CLDR = {"prs": ("دری", "Arab")}
"""Codes our lists of languages lack or know as a part of another: own name and script. Dari is much spoken here."""
_RIGHT_TO_LEFT_SCRIPTS = frozenset(
    ("Adlm", "Arab", "Aran", "Hebr", "Mand", "Mend", "Nkoo", "Rohg", "Samr", "Syrc", "Thaa", "Yezi")
)
"""ISO 15924 codes of living scripts written from right to left."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a text stands: the question or group (or scale), the field, the option it belongs to.

    ``item`` is empty for the survey's own texts, ``option`` for all but those of an option.
    """

    item: str
    field: str
    option: str = ""

    @property
    def called(self) -> str:
        """The place in words.

        >>> Place("mood", "label", "sad").called
        'the label of the option “sad” of “mood”'
        """
        field = self.field.replace("_", " ")
        option = f"the option “{self.option}” of " if self.option else ""
        return f"the {field} of {option}“{self.item}”" if self.item else f"the survey's {field}"


@dataclass(frozen=True, slots=True)
class Gap:
    """A text that has no words in a language on offer; ``message`` says so to whoever writes the survey."""

    language: str
    place: Place

    @property
    def message(self) -> str:
        """The gap as a sentence."""
        called = self.place.called
        return f"{called[0].upper()}{called[1:]} has no words in {own_name(self.language)}."


@dataclass(frozen=True, slots=True)
class Completeness:
    """How much of a survey a language has: ``there`` of the ``of`` texts there are.

    ``advice`` are recordings, pictures that differ by language, and the words of a licence,
    which it lacks: good to have, but no question is left without words for want of them.
    """

    language: str
    there: int
    of: int
    missing: tuple[Place, ...]
    advice: tuple[Place, ...]

    @property
    def whole(self) -> bool:
        """Whether no text is missing."""
        return not self.missing


def texts(survey: Survey) -> Iterator[tuple[Place, Text]]:
    """Every text a respondent may meet, the survey's own first, then in reading order; empty ones left out."""
    return ((place, said) for place, said in _strings(survey) if said and place.field not in _ADVICE)


def completeness(survey: Survey, language: str) -> Completeness:
    """How much of what the survey says it says in this language, and exactly what is missing.

    Counted are the texts that have words in the survey's first language; in the first
    language itself every text that has words in any.
    """
    first = survey.languages[0]
    missing: list[Place] = []
    of = 0
    for place, said in texts(survey):
        if language == first or first in said:
            of += 1
            if language not in said:
                missing.append(place)
    advice = [
        place for place, files in _strings(survey)
        if place.field in _ADVICE and language not in files and (place.field != "picture" or len(files) > 1) and files
    ]  # fmt: skip
    return Completeness(language, of - len(missing), of, tuple(missing), tuple(advice))


def gaps(survey: Survey) -> tuple[Gap, ...]:
    """What stands in the way of publishing: every text that is missing in a language on offer."""
    return tuple(
        Gap(language, place) for language in survey.languages for place in completeness(survey, language).missing
    )


# --- a language by its code --------------------------------------------------------------


@cache
def direction(language: str) -> str:
    """Which way a language is written, from its code alone: "rtl" or "ltr", which is also said of unknown codes.

    A script in the code decides (``ku-Arab``); else the one the language is most often
    written in, in the region the code names (CLDR's likely subtags).

    >>> direction("ar"), direction("ku"), direction("ku-Arab"), direction("en-x-easy"), direction("xx")
    ('rtl', 'ltr', 'rtl', 'ltr', 'ltr')
    """
    script = _script(language)
    return "rtl" if script in _RIGHT_TO_LEFT_SCRIPTS else "ltr"


@cache
def own_name(language: str) -> str:
    """What a language calls itself; the code where that is not known.

    >>> own_name("cy"), own_name("en-x-easy"), own_name("xx")
    ('Cymraeg', 'English – Easy Read', 'xx')
    """
    code, _, private = language.partition("-x-")
    if code in _NOT_IN_CLDR:
        return _NOT_IN_CLDR[code][0]
    try:
        name = Locale.parse(code.replace("-", "_")).get_display_name()
    except (UnknownLocaleError, ValueError):
        name = None
    name = f"{name[:1].upper()}{name[1:]}" if name else code
    return f"{name} – Easy Read" if private == EASY_READ else name


def _script(language: str) -> str:
    subtags = language.split("-x-")[0].split("-")
    named = [subtag.title() for subtag in subtags[1:] if len(subtag) == 4 and subtag.isalpha()]
    if named:
        return named[0]
    regions = [subtag.upper() for subtag in subtags[1:] if len(subtag) == 2 or (len(subtag) == 3 and subtag.isdigit())]
    likely: Mapping[str, str] = get_global("likely_subtags")
    tongue = subtags[0].lower()
    if tongue in _NOT_IN_CLDR:
        return _NOT_IN_CLDR[tongue][1]
    full = next(
        (likely[code] for code in (*(f"{tongue}_{region}" for region in regions), tongue) if code in likely), ""
    )
    return next((part for part in full.split("_")[1:] if len(part) == 4), "")


# --- every string of a survey ------------------------------------------------------------


def _strings(survey: Survey) -> Iterator[tuple[Place, Text]]:
    """Every text and every file by language."""
    yield from _own(survey, "")
    for item in survey.all_items:
        if isinstance(item, Question) and item.kind in UNSEEN:
            continue  # its label is for those who read the data
        yield from _own(item, item.name)
        if isinstance(item, Group) and item.repeat is not None:
            yield from _own(item.repeat, item.name)
        for choice in item.choices if isinstance(item, Question) else ():
            yield from _own(choice, item.name, choice.name)
    for scale in survey.scales:
        yield from _inside(scale, "")


def _own(value: BaseModel, item: str, option: str = "") -> Iterator[tuple[Place, Text]]:
    for field, description in type(value).model_fields.items():
        if description.annotation in (Text, Media):
            yield Place(item, field, option), getattr(value, field)


def _inside(value: object, item: str) -> Iterator[tuple[Place, Text]]:
    """The texts of a scale, at whatever depth: its title, the words for its bands."""
    if isinstance(value, BaseModel) and not isinstance(value, Choice | EarlierWording):
        called = getattr(value, "name", "")
        here = f"{item} {called}".strip() if called != item else item
        yield from _own(value, here)
        for name in type(value).model_fields:
            yield from _inside(getattr(value, name), here)
    elif isinstance(value, tuple | list):
        for entry in value:
            yield from _inside(entry, item)
    elif isinstance(value, Mapping):
        for entry in value.values():
            yield from _inside(entry, item)
