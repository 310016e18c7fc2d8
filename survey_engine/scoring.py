"""How answers become a score: recoded, turned round, added up, pro-rated, looked up, put into a band.

A missing answer (nothing said, "I don't want to say", "I don't know", a question that is
hidden) is never counted as nought: where too few are left there is no score, and a reason.
Answers about oneself and about somebody else are never set against each other. Which
numbers a scale uses is its own matter (``scales``); nothing of a licensed scale is here.

>>> from survey_engine.scales import ScaleItem
>>> heard = Scale(name="heard", title={"en": "Being heard"}, fewest_answered=2, items=tuple(
...     ScaleItem(question=name, values={"no": 0, "partly": 1, "yes": 2}) for name in ("asked", "told", "changed")))
>>> said = {"asked": Answer(AnswerState.ANSWERED, "yes"), "told": Answer(AnswerState.ANSWERED, "partly")}
>>> found = score(heard, said)
>>> found.value, found.prorated
(4.5, True)
>>> score(heard, {"asked": said["asked"]}).reason
'too_few'
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from survey_engine import journey
from survey_engine.answers import SKIPPED, Answer, Answers, AnswerState
from survey_engine.codebook import NOT_ASKED, WITHHELD, Variable, columns
from survey_engine.codebook import SKIPPED as NOTHING_SAID
from survey_engine.definition import (
    NUMBER,
    Audience,
    Choice,
    Kind,
    Question,
    Survey,
    Voice,
    content_hash,
    words,
)
from survey_engine.scales import AgeFrom, Band, Measure, RespondentKind, Scale, ScaleItem
from survey_engine.words import Text

Reason = Literal["not_asked", "too_few", "wrong_age", "age_unknown", "validity", "not_in_table"]

REASONS: dict[Reason, str] = {
    "not_asked": "none of its questions was asked",
    "too_few": "too few of its questions were answered",
    "wrong_age": "it is not made for this age",
    "age_unknown": "it is made for some ages only, and the age is not known",
    "validity": "the answers cannot be relied on",
    "not_in_table": "the published table has no score for this sum",
}
"""Why there is no score, in words that fit after “No score, because …”."""


@dataclass(frozen=True, slots=True)
class Score:
    """What came of one scale or sub-scale. ``value`` is None exactly when there is a ``reason``.

    ``raw`` is the sum or mean before the published table, ``value`` after it. ``validity`` is
    the score of the questions that tell whether the others can be relied on; ``caution`` is
    what it may mean where it is suspicious, else None.
    """

    scale: str
    respondent: RespondentKind
    edition: str
    raw: float | None
    value: float | None
    band: Band | None
    answered: int
    items: int
    prorated: bool = False
    reason: Reason | None = None
    caution: Text | None = None
    subscales: tuple[Score, ...] = ()
    validity: Score | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """The difference between two scores of one scale, after minus before.

    ``reliable`` is whether it is at least the published reliable change; None where none is
    published. ``difference`` is None exactly when there is a ``reason``.
    """

    difference: float | None
    reliable: bool | None = None
    reason: Literal["no_score", "another_scale", "another_edition", "another_respondent"] | None = None


def score(scale: Scale, answers: Answers, *, age: int | None = None, audience: Audience | None = None) -> Score:
    """The score of one scale.

    ``answers`` are those that count (``counted``): a question hidden by now must not be among
    them. ``age`` in whole years; where it is None, the scale's own ``age`` question is asked.
    Bands for an age, an audience or another edition apply only where it is known to be that one.
    """
    known_age = age if age is not None else _age(scale.age, answers)
    outside = _outside(scale, known_age)
    parts = tuple(_measured(part, answers, scale) for part in scale.subscales)
    whole = _measured(scale, answers, scale) if scale.items else _of_parts(scale, parts)
    whole = replace(whole, subscales=parts)
    if outside is not None and whole.reason != "not_asked":
        return _without(whole, outside)
    if scale.validity is not None:
        checked = _measured(scale.validity, answers, scale)
        low, high = scale.validity.caution_at_most, scale.validity.caution_at_least
        whole = replace(whole, validity=checked)
        if checked.value is not None and (
            (low is not None and checked.value <= low) or (high is not None and checked.value >= high)
        ):
            whole = replace(whole, caution=scale.validity.meaning)
            if scale.validity.withholds:
                return _without(whole, "validity")
    found = tuple(
        replace(part, band=_band(measure, part.value, scale.edition, known_age, audience))
        for measure, part in zip(scale.subscales, parts, strict=True)
    )
    return replace(whole, subscales=found, band=_band(scale, whole.value, scale.edition, known_age, audience))


def score_all(
    survey: Survey, answers: Answers, *, age: int | None = None, today: date | None = None
) -> dict[str, Score]:
    """The score of every scale of a survey, by the scale's name, from the answers that count now."""
    count = counted(survey, answers, today=today)
    return {scale.name: score(scale, count, age=age, audience=survey.audience) for scale in survey.scales}


def counted(survey: Survey, answers: Answers, *, today: date | None = None) -> dict[str, Answer]:
    """The answers a scale may count: those of visible questions, with "I don't know" and the like as nothing said.

    A visible question without an answer is in it, too, as nothing said; a hidden one is not.
    """
    found: dict[str, Answer] = {
        question.name: SKIPPED
        for question in journey.visible(survey, answers, today=today)
        if question.kind is not Kind.NOTE
    }
    for key, answer in journey.kept(survey, answers, today=today).items():
        question = survey.asked(key)
        found[key] = SKIPPED if question is not None and _is_no_opinion(question, answer) else answer
    return found


def change(scale: Scale, before: Score, after: Score) -> Change:
    """How a score changed, and whether that is more than chance.

    A change is only called reliable from the difference the scale's authors published
    (``reliable_change``; Jacobson and Truax 1991), in either direction. A smaller one is no
    proof that nothing changed. Self-report and proxy, or two editions, are never compared.
    """
    if not before.scale == after.scale == scale.name:
        return Change(None, reason="another_scale")
    if before.respondent != after.respondent:
        return Change(None, reason="another_respondent")
    if before.edition != after.edition:
        return Change(None, reason="another_edition")
    if before.value is None or after.value is None:
        return Change(None, reason="no_score")
    difference = after.value - before.value
    if scale.reliable_change is None:
        return Change(difference)
    return Change(difference, reliable=abs(difference) >= scale.reliable_change - _SMALLEST)


# --- columns of exports ------------------------------------------------------------------

MISSING_SCORES: dict[str, str] = {
    NOT_ASKED: "no score: not asked, not made for this age, or the age is not known",
    NOTHING_SAID: "no score: too few questions answered",
    WITHHELD: "no score: the answers cannot be relied on, or the published table has none for this sum",
}
"""The codes of exports, as they are meant in a score's column."""

_CODES: dict[Reason, str] = {
    "not_asked": NOT_ASKED,
    "wrong_age": NOT_ASKED,
    "age_unknown": NOT_ASKED,
    "too_few": NOTHING_SAID,
    "validity": WITHHELD,
    "not_in_table": WITHHELD,
}


def score_columns(survey: Survey, language: str | None = None) -> tuple[Variable, ...]:
    """The columns of scores, described like those of ``codebook.codebook``; none of a licensed scale.

    For each scale and sub-scale ``score_…``, the number of answers it rests on
    (``answered_…``), where there are bands ``band_…``, and for a scale that checks whether
    answers can be relied on ``caution_…``.
    """
    version = content_hash(survey)
    wanted = (language or survey.languages[0], survey.languages[0])
    found: list[Variable] = []
    for scale in _exported(survey):
        whose = "" if scale.respondent == "self" else ", answered about somebody else"
        for column, measure in _parts(scale):
            title, spoken = words(measure.title, *wanted)
            described = Variable(
                name=f"score_{column}", question="", label=f"{title or measure.name}{whose}: {_how(measure, scale)}",
                language=spoken or survey.languages[0], kind="score", voice=Voice.RESPONDENT.value, condition="",
                survey_version=version, missing=MISSING_SCORES,
            )  # fmt: skip
            found.append(described)
            label = f"{title or measure.name}{whose}: how many questions were answered"
            found.append(replace(described, name=f"answered_{column}", label=label, missing={}))
            if measure.bands:
                bands = {band.name: words(band.label, *wanted)[0] for band in measure.bands}
                label = f"{title or measure.name}{whose}: what the score is called"
                missing = MISSING_SCORES | {_NO_BAND: "there is a score, but no band for it"}
                found.append(replace(described, name=f"band_{column}", label=label, values=bands, missing=missing))
        if scale.validity is not None:
            title, spoken = words(scale.title, *wanted)
            cautions = {"0": "nothing unusual", "1": words(scale.validity.meaning, *wanted)[0]}
            missing = {code: MISSING_SCORES[code] for code in (NOT_ASKED, NOTHING_SAID)}
            caution = Variable(
                name=f"caution_{scale.name}", question="", label=f"{title or scale.name}: read with care",
                language=spoken or survey.languages[0], kind="score", voice=Voice.RESPONDENT.value, condition="",
                survey_version=version, values=cautions, missing=missing,
            )  # fmt: skip
            found.append(caution)
    return tuple(found)


def scored(survey: Survey, answers: Answers, *, age: int | None = None, today: date | None = None) -> dict[str, str]:
    """One respondent's cells for ``score_columns``, in its order; never an empty one."""
    found = score_all(survey, answers, age=age, today=today)
    row: dict[str, str] = {}
    for scale in _exported(survey):
        whole = found[scale.name]
        for (column, measure), one in zip(_parts(scale), (whole, *whole.subscales), strict=True):
            row[f"score_{column}"] = _cell(one)
            row[f"answered_{column}"] = str(one.answered)
            if measure.bands:
                no_band = _NO_BAND if one.reason is None else _cell(one)
                row[f"band_{column}"] = one.band.name if one.band else no_band
        if scale.validity is not None:
            row[f"caution_{scale.name}"] = _caution(whole)
    return row


_NO_BAND = "-5"


def _exported(survey: Survey) -> Iterator[Scale]:
    return (scale for scale in survey.scales if scale.licence.kind != "licensed")


def _parts(scale: Scale) -> Iterator[tuple[str, Measure]]:
    yield scale.name, scale
    for part in scale.subscales:
        yield f"{scale.name}__{part.name}", part


def _how(measure: Measure, scale: Scale) -> str:
    low, high = (_written(number) for number in measure.bounds)
    source = f" Source: {scale.source}." if scale.source else ""
    return f"score, from {low} to {high}.{source}"


def _cell(found: Score) -> str:
    if found.value is None:
        assert found.reason is not None
        return _CODES[found.reason]
    return _written(found.value)


def _caution(found: Score) -> str:
    if found.validity is None or found.validity.value is None:
        return NOTHING_SAID if found.validity is not None and found.validity.reason == "too_few" else NOT_ASKED
    return "0" if found.caution is None else "1"


def _written(number: float) -> str:
    return f"{round(number, 6) + 0:.6f}".rstrip("0").rstrip(".")


# --- what is wrong with the scales of a survey ----------------------------------------------


@dataclass(frozen=True, slots=True)
class ScaleFault:
    """Why a scale cannot be worked out in this survey as meant; ``message`` says what to mend."""

    scale: str
    code: Literal[
        "unknown_question", "no_number", "repeated", "unknown_option", "option_not_counted", "no_opinion_counted",
        "bounds_differ", "table_gaps", "name_twice", "column_taken", "looks_missing", "whose_answers", "words_missing",
    ]  # fmt: skip
    message: str


def scale_faults(survey: Survey) -> tuple[ScaleFault, ...]:
    """What the scales and questions of a survey have wrong between them; a survey with faults is not published."""
    found: list[ScaleFault] = []
    taken = {column for question in survey.possible for column in columns(question)}
    for scale in survey.scales:
        found += _faults_of_names(survey, scale, taken)
        for measure in scale.measures:
            found += _faults_of_table(scale, measure)
            for item in measure.items:
                found += _faults_of_item(survey, scale, item)
        if scale.age is not None and scale.age.question not in survey.question_by_name:
            message = f"The age comes from “{scale.age.question}”, but there is no question of that name."
            found.append(ScaleFault(scale.name, "unknown_question", message))
        elif scale.age is not None:
            found += _faults_of_age(scale, scale.age, survey.question_by_name[scale.age.question])
    return tuple(dict.fromkeys(found))


def _faults_of_names(survey: Survey, scale: Scale, taken: set[str]) -> Iterator[ScaleFault]:
    for column in _columns_of(scale):
        if column in taken:
            message = f"The export would have two columns “{column}”. Give the scale or the question another name."
            yield ScaleFault(scale.name, "column_taken", message)
        taken.add(column)
    if sum(other.name == scale.name for other in survey.scales) > 1:
        yield ScaleFault(scale.name, "name_twice", f"Two scales are called “{scale.name}”. Rename one.")
    if any(measure.bounds[0] <= -5 and measure.bounds[1] >= -9 for measure in scale.measures):
        message = "A score from -9 to -5 would look like a missing one in exports. Count from nought upwards."
        yield ScaleFault(scale.name, "looks_missing", message)
    if survey.audience is Audience.PRACTITIONER and scale.respondent == "self":
        message = "A practitioner answers about somebody else. Say so: the scale's respondent is “proxy”."
        yield ScaleFault(scale.name, "whose_answers", message)
    for text in (scale.title, *(band.label for measure in scale.measures for band in measure.bands)):
        if survey.languages[0] not in text:
            message = f"The title or a band has no words in “{survey.languages[0]}”, the survey's first language."
            yield ScaleFault(scale.name, "words_missing", message)


def _faults_of_age(scale: Scale, age: AgeFrom, question: Question) -> Iterator[ScaleFault]:
    options = {choice.name for choice in question.choices}
    for option in age.years:
        if option not in options:
            message = f"The age of the option “{option}” of “{question.name}” is told, but it has none of that name."
            yield ScaleFault(scale.name, "unknown_option", message)
    for choice in question.choices:
        if choice.means == "answer" and choice.name not in age.years:
            message = f"Say from which age the option “{choice.name}” of “{question.name}” is."
            yield ScaleFault(scale.name, "option_not_counted", message)


def _faults_of_table(scale: Scale, measure: Measure) -> Iterator[ScaleFault]:
    if not measure.conversion:
        return
    known = {row.raw for row in measure.conversion}
    whole = all(float(number).is_integer() for item in measure.items for number in (item.weight, *item.values.values()))
    if measure.how == "sum" and measure.items and whole:
        low, high = (int(bound) for bound in measure.raw_bounds)
        gaps = [raw for raw in range(low, min(high, low + 10_000) + 1) if raw not in known]
        if gaps:
            message = (
                f"The table of “{measure.name}” has no score for {gaps[0]}, which answers can add up to. Add the row."
            )
            yield ScaleFault(scale.name, "table_gaps", message)
    scaled_up = measure.fewest_answered is not None and measure.fewest_answered < len(measure.items)
    if (scaled_up or measure.how == "mean") and measure.decimals is None:
        message = f"“{measure.name}” is looked up in a table, so say to how many decimals it is rounded first."
        yield ScaleFault(scale.name, "table_gaps", message)


def _columns_of(scale: Scale) -> Iterator[str]:
    for column, _ in _parts(scale):
        yield from (f"score_{column}", f"answered_{column}", f"band_{column}")
    yield f"caution_{scale.name}"


def _faults_of_item(survey: Survey, scale: Scale, item: ScaleItem) -> Iterator[ScaleFault]:
    question = survey.question_by_name.get(item.question)
    if question is None:
        message = f"It counts “{item.question}”, but there is no question of that name."
        yield ScaleFault(scale.name, "unknown_question", message)
    elif survey.repeats[question.name]:
        message = f"“{question.name}” is asked several times, so it has no one number. Count another question."
        yield ScaleFault(scale.name, "repeated", message)
    elif question.kind in (Kind.SINGLE_CHOICE, Kind.AGE_BAND):
        yield from _faults_of_options(scale, item, question)
    elif question.kind in NUMBER:
        yield from _faults_of_bounds(scale, item, question)
    elif question.kind not in (Kind.CALCULATED, Kind.HIDDEN):
        message = f"“{question.name}” has no number to count. Count a number, or a question with one choice."
        yield ScaleFault(scale.name, "no_number", message)


def _faults_of_options(scale: Scale, item: ScaleItem, question: Question) -> Iterator[ScaleFault]:
    options = {choice.name: choice for choice in question.choices}
    for name in item.values:
        if name not in options:
            message = f"It counts the option “{name}” of “{question.name}”, which has none of that name."
            yield ScaleFault(scale.name, "unknown_option", message)
        elif options[name].means != "answer":
            message = f"“{name}” of “{question.name}” is no opinion, so it must not count anything."
            yield ScaleFault(scale.name, "no_opinion_counted", message)
    for choice in options.values():
        if choice.means == "answer" and _item_number(item, Answer(AnswerState.ANSWERED, choice.name)) is None:
            message = (
                f"Say what the option “{choice.name}” of “{question.name}” counts, or that it means “I don't know”."
            )
            yield ScaleFault(scale.name, "option_not_counted", message)


def _faults_of_bounds(scale: Scale, item: ScaleItem, question: Question) -> Iterator[ScaleFault]:
    if not item.values and (question.least, question.most) != item.bounds:
        least, most = (_written(number) for number in item.bounds)
        message = (
            f"The scale counts “{question.name}” from {least} to {most}. Let the question take just these numbers."
        )
        yield ScaleFault(scale.name, "bounds_differ", message)


# --- working it out ----------------------------------------------------------------------

_SMALLEST = 1e-9
"""Less than this apart, two numbers are the same: what is left of adding fractions."""


def _measured(measure: Measure, answers: Answers, scale: Scale) -> Score:
    counting = [(item, _item_number(item, answers.get(item.question))) for item in measure.items]
    known = [(item.weight, number) for item, number in counting if number is not None]
    found = Score(
        measure.name, scale.respondent, scale.edition, None, None, None, answered=len(known), items=len(counting)
    )
    if not any(item.question in answers for item in measure.items):
        return replace(found, reason="not_asked")
    if len(known) < (len(counting) if measure.fewest_answered is None else measure.fewest_answered):
        return replace(found, reason="too_few")
    # fsum is exact, so the order of items and answers makes no difference, not even in the last digit
    raw = math.fsum(weight * number for weight, number in known)
    weight, of_all = math.fsum(weight for weight, _ in known), math.fsum(item.weight for item in measure.items)
    prorated = len(known) < len(counting)
    if measure.how == "mean":
        raw /= weight
    elif prorated:
        raw = raw / weight * of_all
    if prorated or measure.how == "mean":
        raw = _rounded(raw, measure.decimals)
    return _converted(measure, replace(found, prorated=prorated), _within(raw, measure.raw_bounds))


def _of_parts(scale: Scale, parts: tuple[Score, ...]) -> Score:
    counting = [part for measure, part in zip(scale.subscales, parts, strict=True) if measure.counts]
    found = Score(
        scale.name, scale.respondent, scale.edition, None, None, None,
        answered=sum(part.answered for part in counting), items=sum(part.items for part in counting),
        prorated=any(part.prorated for part in counting),
    )  # fmt: skip
    reasons = {part.reason for part in counting if part.reason is not None}
    if reasons:
        nobody_asked = all(part.reason == "not_asked" for part in counting)
        reason: Reason = "not_asked" if nobody_asked else "not_in_table" if reasons == {"not_in_table"} else "too_few"
        return replace(found, reason=reason, prorated=False)
    values = [part.value for part in counting if part.value is not None]
    raw = math.fsum(values)
    if scale.how == "mean":
        raw = _rounded(raw / len(values), scale.decimals)
    return _converted(scale, found, _within(raw, scale.raw_bounds))


def _converted(measure: Measure, found: Score, raw: float) -> Score:
    if not measure.conversion:
        return replace(found, raw=raw, value=raw)
    value = next((row.score for row in measure.conversion if abs(row.raw - raw) < _SMALLEST), None)
    return replace(found, raw=raw, value=value, reason="not_in_table" if value is None else None)


def _without(found: Score, reason: Reason) -> Score:
    """The score left out for a reason that holds for all its parts."""
    parts = tuple(_without(part, reason) for part in found.subscales)
    return replace(found, raw=None, value=None, band=None, prorated=False, reason=reason, subscales=parts)


def _item_number(item: ScaleItem, answer: Answer | None) -> float | None:
    """What an item counts; None for whatever is no number of this item, which is missing and not nought."""
    if answer is None or answer.state is not AnswerState.ANSWERED or isinstance(answer.value, tuple | None):
        return None
    said = _written(answer.value) if isinstance(answer.value, int | float) else answer.value
    number = item.values.get(said) if item.values else _as_number(said)
    least, most = item.bounds
    if number is None or not least <= number <= most:
        return None
    return _within(least + most - number, item.bounds) if item.reversed else number


def _as_number(said: str) -> float | None:
    try:
        number = float(said)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _within(number: float, bounds: tuple[float, float]) -> float:
    """The number held within its bounds, beyond which only rounding can have put it."""
    return min(max(number, bounds[0]), bounds[1])


def _rounded(number: float, decimals: int | None) -> float:
    if decimals is None:
        return number
    return float(Decimal(repr(number)).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP))


def _is_no_opinion(question: Question, answer: Answer) -> bool:
    chosen: Choice | None = next((choice for choice in question.choices if choice.name == answer.value), None)
    return chosen is not None and chosen.means != "answer"


def _age(source: AgeFrom | None, answers: Answers) -> int | None:
    answer = answers.get(source.question) if source is not None else None
    if source is None or answer is None or answer.state is not AnswerState.ANSWERED:
        return None
    if isinstance(answer.value, str) and source.years:
        return source.years.get(answer.value)
    number = _as_number(str(answer.value))
    return int(number) if number is not None and 0 <= number <= 120 else None


def _outside(scale: Scale, age: int | None) -> Reason | None:
    if scale.from_age is None and scale.to_age is None:
        return None
    if age is None:
        return "age_unknown"
    return None if _of_age(age, scale.from_age, scale.to_age) else "wrong_age"


def _of_age(age: int, from_age: int | None, to_age: int | None) -> bool:
    return (from_age is None or age >= from_age) and (to_age is None or age <= to_age)


def _band(
    measure: Measure, value: float | None, edition: str, age: int | None, audience: Audience | None
) -> Band | None:
    """The band a score lies in; one for this audience goes before one for all."""
    if value is None:
        return None
    fitting = [
        band
        for band in measure.bands
        if band.least - _SMALLEST <= value <= band.most + _SMALLEST
        and band.edition in ("", edition)
        and band.audience in (None, audience)
        and (
            (band.from_age is None and band.to_age is None)
            or (age is not None and _of_age(age, band.from_age, band.to_age))
        )
    ]
    return min(fitting, key=lambda band: (band.audience is None, band.edition == ""), default=None)
