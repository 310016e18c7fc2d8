"""What a scale is: which answers it makes into numbers, how it adds them up, how to read the sum.

Values only; they are worked out by ``scoring`` and shut away by ``licensed``. No wording and
no key of a licensed instrument is in this program: whoever holds the licence imports it.

>>> listened = Scale(name="listened", title={"en": "Being listened to"}, items=(
...     ScaleItem(question="asked", values={"yes": 2, "partly": 1, "no": 0}),
...     ScaleItem(question="ignored", least=0, most=2, reversed=True),
... ))
>>> listened.bounds
(0.0, 4.0)
"""

from __future__ import annotations

import math
from datetime import date
from typing import Annotated, Literal

from pydantic import Field, model_validator

from survey_engine.words import Frozen, Name, Text

Number = Annotated[float, Field(allow_inf_nan=False, ge=-1e9, le=1e9)]
Age = Annotated[int, Field(ge=0, le=120)]
Sentence = Annotated[str, Field(max_length=1_000)]

RespondentKind = Literal["self", "proxy"]
"""Whether somebody answers about themselves or about somebody else (a parent about a child)."""

AudienceWord = Literal["child", "young_person", "parent_carer", "practitioner"]
"""``definition.Audience``, which is built on this module and so cannot be imported here."""


class ScaleItem(Frozen):
    """One question's part in a scale.

    ``values`` gives each option its number; an option not in it is missing ("I don't know").
    Without ``values`` the number is taken as it was answered (an option may be named ``7``),
    and ``least`` and ``most`` say between what. ``reversed`` turns it round: least + most - number.
    """

    question: Name
    values: dict[str, Number] = {}
    reversed: bool = False
    least: Number | None = None
    most: Number | None = None
    weight: Annotated[float, Field(gt=0, le=1_000)] = 1

    @model_validator(mode="after")
    def _bounds_are_known(self) -> ScaleItem:
        if not self.values and (self.least is None or self.most is None):
            raise ValueError(f"say which number each option of “{self.question}” counts, or its least and most number")
        least, most = self.bounds
        if least > most:
            raise ValueError(f"the least number of “{self.question}” is more than the most")
        if any(not least <= number <= most for number in self.values.values()):
            raise ValueError(f"an option of “{self.question}” counts less than the least number or more than the most")
        return self

    @property
    def bounds(self) -> tuple[float, float]:
        """The least and the most number this item can count, before its weight."""
        numbers = self.values.values()
        least = self.least if self.least is not None else min(numbers)
        most = self.most if self.most is not None else max(numbers)
        return least, most


class Conversion(Frozen):
    """One row of a published table: this raw sum is that score."""

    raw: Number
    score: Number


class Band(Frozen):
    """What a range of scores is called; both ends belong to it.

    ``from_age`` and ``to_age`` (years, both included) and ``audience`` say for whom;
    ``edition`` tells bands published at different times apart.
    """

    name: Name
    label: Text
    least: Number
    most: Number
    from_age: Age | None = None
    to_age: Age | None = None
    audience: AudienceWord | None = None
    edition: Annotated[str, Field(max_length=60)] = ""

    @model_validator(mode="after")
    def _least_is_not_more_than_most(self) -> Band:
        if self.least > self.most:
            raise ValueError(f"the band “{self.name}” ends before it begins")
        _check_ages(self.name, self.from_age, self.to_age)
        return self


class Measure(Frozen):
    """Some items made into one number.

    ``fewest_answered`` (all of them when None) is how many items must be answered. Where some
    of the others are missing, a sum is scaled up from those answered (pro-rated), a mean is
    that of those answered: a missing answer is never nought. ``decimals`` rounds a pro-rated
    sum or a mean, halves away from nought; None does not round. ``conversion`` looks the raw
    number up in a published table. A score between two bands belongs to none.
    """

    name: Name
    title: Text
    items: tuple[ScaleItem, ...] = ()
    how: Literal["sum", "mean"] = "sum"
    fewest_answered: Annotated[int, Field(ge=1)] | None = None
    decimals: Annotated[int, Field(ge=0, le=6)] | None = None
    conversion: tuple[Conversion, ...] = ()
    bands: tuple[Band, ...] = ()

    @model_validator(mode="after")
    def _items_can_be_added(self) -> Measure:
        questions = [item.question for item in self.items]
        if len(set(questions)) != len(questions):
            raise ValueError(f"“{self.name}” counts a question twice")
        if self.fewest_answered is None:
            return self
        if self.items and self.fewest_answered > len(self.items):
            raise ValueError(f"“{self.name}” needs more answers than it has items")
        if self.fewest_answered < len(self.items) and len({item.bounds for item in self.items}) > 1:
            raise ValueError(
                f"the items of “{self.name}” have different least and most numbers, so all of them must be answered"
            )
        return self

    @model_validator(mode="after")
    def _table_and_bands_say_one_thing(self) -> Measure:
        if len({row.raw for row in self.conversion}) != len(self.conversion):
            raise ValueError(f"the table of “{self.name}” has a raw number twice")
        for place, band in enumerate(self.bands):
            if any(_overlap(band, other) for other in self.bands[:place]):
                raise ValueError(f"the band “{band.name}” of “{self.name}” overlaps another for the same people")
        return self

    @property
    def raw_bounds(self) -> tuple[float, float]:
        """Between which numbers the raw score of the items lies; what ``items`` are empty for is a scale's matter."""
        least = math.fsum(item.bounds[0] * item.weight for item in self.items)
        most = math.fsum(item.bounds[1] * item.weight for item in self.items)
        if self.how == "mean":
            weight = math.fsum(item.weight for item in self.items) or 1
            return least / weight, most / weight
        return least, most

    @property
    def bounds(self) -> tuple[float, float]:
        """Between which numbers the score lies, both included."""
        if self.conversion:
            return min(row.score for row in self.conversion), max(row.score for row in self.conversion)
        return self.raw_bounds


class Subscale(Measure):
    """A part of a scale with a score of its own.

    ``counts`` False keeps it out of a total that is made of its sub-scales.
    """

    counts: bool = True

    @model_validator(mode="after")
    def _has_items(self) -> Subscale:
        if not self.items:
            raise ValueError(f"the sub-scale “{self.name}” needs items")
        return self


class Validity(Measure):
    """Items that tell whether the other answers can be relied on (such as wishing to please).

    A score of at most ``caution_at_most`` or at least ``caution_at_least`` calls for care;
    ``meaning`` says what it may mean, ``withholds`` whether the scale's score is then left
    out altogether.
    """

    caution_at_most: Number | None = None
    caution_at_least: Number | None = None
    meaning: Text
    withholds: bool = False

    @model_validator(mode="after")
    def _calls_for_care_somewhere(self) -> Validity:
        if not self.items:
            raise ValueError(f"“{self.name}” needs items")
        if self.caution_at_most is None and self.caution_at_least is None:
            raise ValueError(f"say from which score on “{self.name}” calls for care")
        return self


class Licence(Frozen):
    """What may be done with a scale.

    ``open``: anybody may use it who says whose it is (``attribution``). ``own``: our own
    words. ``licensed``: only under the licence ``number`` that ``holder`` has until
    ``expires`` (that day included), and never to be passed on.
    """

    kind: Literal["open", "own", "licensed"] = "own"
    name: Sentence = ""
    holder: Sentence = ""
    number: Sentence = ""
    expires: date | None = None
    attribution: Text = {}

    @model_validator(mode="after")
    def _says_what_it_must(self) -> Licence:
        if self.kind == "open" and not self.attribution:
            raise ValueError("an open licence needs the words that say whose the scale is (attribution)")
        if self.kind == "licensed" and not (self.holder and self.number and self.expires):
            raise ValueError("a licensed scale needs the licence's holder, number and last day (expires)")
        return self


class AgeFrom(Frozen):
    """Where the respondent's age comes from: a number as answered, or each option's age in whole years.

    An option that stands for several years gives its youngest.
    """

    question: Name
    years: dict[str, Age] = {}


class Scale(Measure):
    """A published or own way of making one number of several answers.

    Without ``items`` the score is the sum (or mean) of those sub-scales that count, all of
    which are needed then. ``from_age`` to ``to_age`` (years, both included) are the ages it is
    made for; outside, or where the age is not known, there is no score. Answers about
    oneself and about somebody else (``respondent``) are never mixed. ``reliable_change`` is
    the published difference from which a change is more than chance (Jacobson and Truax 1991).
    """

    subscales: tuple[Subscale, ...] = ()
    validity: Validity | None = None
    respondent: RespondentKind = "self"
    from_age: Age | None = None
    to_age: Age | None = None
    age: AgeFrom | None = None
    edition: Annotated[str, Field(max_length=60)] = ""
    reliable_change: Annotated[float, Field(gt=0, le=1e9)] | None = None
    source: Sentence = ""
    citation: Sentence = ""
    licence: Licence = Licence()

    @model_validator(mode="after")
    def _is_made_of_something(self) -> Scale:
        if not self.items and not any(part.counts for part in self.subscales):
            raise ValueError(f"the scale “{self.name}” needs items, or sub-scales that count")
        if not self.items and self.fewest_answered is not None:
            raise ValueError(f"“{self.name}” adds up its sub-scales: say at each how many answers it needs")
        names = [measure.name for measure in self.measures]
        if len(set(names)) != len(names):
            raise ValueError(f"two parts of the scale “{self.name}” have the same name")
        _check_ages(self.name, self.from_age, self.to_age)
        return self

    @property
    def measures(self) -> tuple[Measure, ...]:
        """The scale itself, its sub-scales and what tells whether they can be relied on."""
        return (self, *self.subscales, *((self.validity,) if self.validity else ()))

    @property
    def questions(self) -> tuple[str, ...]:
        """The names of all questions that any part of the scale looks at, each once."""
        return tuple(dict.fromkeys(item.question for measure in self.measures for item in measure.items))

    @property
    def raw_bounds(self) -> tuple[float, float]:
        """Between which numbers the raw score lies."""
        if self.items:
            return super().raw_bounds
        parts = [part.bounds for part in self.subscales if part.counts]
        least, most = math.fsum(low for low, _ in parts), math.fsum(high for _, high in parts)
        return (least / len(parts), most / len(parts)) if self.how == "mean" else (least, most)


def _check_ages(name: str, from_age: int | None, to_age: int | None) -> None:
    if from_age is not None and to_age is not None and from_age > to_age:
        raise ValueError(f"the ages of “{name}” end before they begin")


def _overlap(one: Band, other: Band) -> bool:
    """Whether somebody could be in both bands with the same score; one for a named audience goes before one for all."""
    return (
        (one.edition, one.audience) == (other.edition, other.audience)
        and max(one.least, other.least) <= min(one.most, other.most)
        and max(one.from_age or 0, other.from_age or 0) <= min(one.to_age or 120, other.to_age or 120)
    )
