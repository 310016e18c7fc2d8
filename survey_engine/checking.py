"""The check of a survey before anybody is asked: what stands in the way of publishing, and what to think about again.

One function gathers everything; it is quick enough to run at every change in the designer.
Each rule is a function that yields findings; the rules about words are in ``wording``,
``plain_words`` and ``identifying``, the codes and their sources in ``findings``. Nothing
here changes a survey, and nothing decides: errors block, advice is for a person.

>>> from survey_engine.definition import Survey
>>> asked = Question(name="who", kind=Kind.TEXT, label={"en": "What is your name?"})
>>> survey = Survey(name="s", title={"en": "S"}, audience=Audience.CHILD, languages=("en",), items=(asked,))
>>> [(finding.level, finding.code) for finding in check(survey)]
[('error', 'asks_name')]
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from survey_engine import duration, identifying, languages, wording
from survey_engine.contradictions import never_asked
from survey_engine.definition import (
    CHOICE,
    FILE,
    FREE_TEXT,
    UNASKED,
    UNSEEN,
    Audience,
    Group,
    Kind,
    Question,
    Survey,
)
from survey_engine.faults import faults, unknown_options
from survey_engine.findings import Finding, Level
from survey_engine.languages import Place
from survey_engine.plain_words import KNOWN_AT_WORK, jargon
from survey_engine.scoring import scale_faults
from survey_engine.words import Text

EXPECTED_RESPONDENTS = 100
"""A median council gets about 140 answers; a single survey of it fewer."""
SMALLEST_CELL = 10
"""The fewest people a figure for others may stand for (ADR UK, ONS SRS, UK LLC)."""


@dataclass(frozen=True, slots=True)
class Readers:
    """What an audience can be asked to read: the oldest reading age of a page, the most words of a sentence."""

    age: int
    words: int


READERS: dict[Audience, Readers] = {
    # GOV.UK aims at a reading age of 9 for everybody; under 13: 15 words a sentence (gov.uk: 10 to 15)
    Audience.CHILD: Readers(age=9, words=15),
    # care-experienced young people often read below their age: one band lower than 12 to 17
    Audience.YOUNG_PERSON: Readers(age=11, words=20),
    # councils write for 9 to 14; one adult in seven reads like a child of 9 to 11 (Skills for Life survey 2011)
    Audience.PARENT_CARER: Readers(age=11, words=25),
    # GOV.UK: no sentence over 25 words, for specialists too
    Audience.PRACTITIONER: Readers(age=14, words=25),
}
EASY_READERS = Readers(age=9, words=15)
"""Easy Read: at most 15 words, for any audience (Department of Health guidelines)."""
WORDS_IN_ANY_LANGUAGE = 25
"""Languages other than English are only counted, not judged."""

MOST_OPTIONS: dict[Audience, int] = {
    # Borgers and others: four or five work best at 8 to 11; memory holds about seven from 11 on
    Audience.CHILD: 6, Audience.YOUNG_PERSON: 10, Audience.PARENT_CARER: 12, Audience.PRACTITIONER: 20,
}  # fmt: skip
MOST_RANKED: dict[Audience, int] = {
    Audience.CHILD: 4, Audience.YOUNG_PERSON: 6, Audience.PARENT_CARER: 7, Audience.PRACTITIONER: 10,
}  # fmt: skip
MANY_HARD_WORDS = 3
"""On a page too short for a reading age. None of our easy pages has one, nearly all hard ones have three."""
FEW_PAGES = 3
"""With more pages that lack a picture one finding names them all."""
LONGEST_OPEN_LIST = 12
"""A longer list is most often complete (all wards, all schools)."""
A_DRAFT = 5
"""With fewer questions a survey has only been begun; what it takes is not told yet."""
LONGEST_FOR_CHILDREN = 10
"""Minutes; from about eight, attention holds a quarter of an hour at best (de Leeuw 2011)."""
ONE_ANSWER = frozenset({Kind.SINGLE_CHOICE, Kind.RANGE, Kind.INTEGER, Kind.DECIMAL})
"""Kinds that take one answer, so that two things asked get mixed up."""
_WORDLESS = frozenset({"faces", "happiness", "pictures"})


def check(
    survey: Survey,
    *,
    today: date | None = None,
    respondents: int = EXPECTED_RESPONDENTS,
    threshold: int = SMALLEST_CELL,
) -> tuple[Finding, ...]:
    """Everything the check finds: errors first, each part in reading order, what concerns the whole survey before it.

    ``today`` tells whether a licence has run out; without it that is not looked at.
    ``respondents`` are the answers expected, ``threshold`` the fewest people a figure may
    stand for. Never raises for a well-formed survey; a survey without findings gives ``()``.
    """
    found = [
        *_faults(survey), *_scales(survey, today), *_texts(survey), *_pages(survey), *_whole(survey), *_small_cells(survey, respondents, threshold),
        *_instruments(survey, today), *_time(survey), *_twice(survey), *_never_asked(survey), *_easy_read(survey),
    ]  # fmt: skip
    places = {item.name: place for place, item in enumerate(survey.all_items, 1)}
    found.sort(key=lambda finding: (finding.level != "error", places.get(finding.item, 0)))
    return tuple(dict.fromkeys(found))


# --- what cannot be answered as meant ------------------------------------------------------


def _faults(survey: Survey) -> Iterator[Finding]:
    if all(question.kind in UNASKED for question in survey.questions):
        yield Finding("error", "nothing_asked", "", "", "", "The survey asks nothing yet. Add a question.")
    missing = languages.gaps(survey)
    told = {gap.place.item for gap in missing if gap.language == survey.languages[0]}
    for fault in (*faults(survey), *unknown_options(survey)):
        if fault.code == "unknown_option" and "“NaN”" in fault.message:
            continue  # how other programs ask whether a number is missing
        if fault.code != "words_missing" or fault.name not in told:
            language = survey.languages[0] if fault.code == "words_missing" else ""
            yield Finding("error", fault.code, fault.name, language, "", fault.message)
    for gap in missing:
        message = f"{gap.message} Translate it, or take the language off the survey."
        yield Finding(
            "error", "words_missing", gap.place.item.partition(" ")[0], gap.language, _field(gap.place), message
        )


def _scales(survey: Survey, today: date | None) -> Iterator[Finding]:
    for fault in scale_faults(survey):
        if fault.code == "words_missing":
            continue  # a gap like any other
        yield Finding("error", "scale_fault", fault.scale, "", "", fault.message)
    for scale in survey.scales:
        ends = scale.licence.expires
        if scale.licence.kind == "licensed" and today is not None and ends is not None and ends < today:
            message = f"The licence of “{scale.name}” ended on {ends:%d/%m/%Y}. Renew it, or take the scale out."
            yield Finding("error", "licence_expired", scale.name, "", "", message)


def _field(place: Place) -> str:
    if not place.option:
        return place.field
    return f"choices.{place.option}" if place.field == "label" else f"choices.{place.option}.{place.field}"


# --- every text ------------------------------------------------------------------------------


def _texts(survey: Survey) -> Iterator[Finding]:
    """What holds for any text a respondent meets: long sentences, hard words, ${…}."""
    own = {scale.name for scale in survey.scales}
    for place, text in languages.texts(survey):
        if place.item and place.item.split()[0] in own and place.item not in survey.repeats:
            continue  # titles and bands of scales are for those who read the figures
        for language, said in text.items():
            if language in survey.languages:
                yield from _text(survey, place, language, said)
        yield from _pipes(survey, place, text)


def _text(survey: Survey, place: Place, language: str, said: str) -> Iterator[Finding]:
    english, easy = language in _english(survey), _is_easy(language)
    where = (place.item, language, _field(place))
    most = WORDS_IN_ANY_LANGUAGE if not english else _readers(survey, language).words
    reading = wording.read(said) if len(said) > most * 2 or "\n" in said else None
    if reading is not None and reading.longest > most and place.field != "credit":
        message = (
            f"The sentence “{reading.longest_sentence} …” has {reading.longest} words; {most} are the most here. "
            "Make two sentences of it."
        )
        yield Finding("advice", "long_sentence", *where, message)
    if not english or place.field == "credit":
        return
    if survey.audience.value not in KNOWN_AT_WORK:
        for word in jargon(said):
            message = f"“{word.said}” is a word of the trade. Say it plainly: {word.instead}."
            yield Finding("advice", "jargon", *where, message, word.instead)
        if short := wording.abbreviation(said):
            yield Finding("advice", "abbreviation", *where, f"Not everybody knows “{short}”. Write it out.")
    if easy:
        yield from _easy_text(where, said)


def _easy_text(where: tuple[str, str, str], said: str) -> Iterator[Finding]:
    if short := wording.contraction(said):
        yield Finding(
            "advice", "easy_contraction", *where, f"Easy Read has no contractions. Write “{short}” as two words."
        )
    if first := wording.several_ideas(said):
        message = f"“{first} …” holds more than one idea. Write a sentence for each."
        yield Finding("advice", "easy_several_ideas", *where, message)
    if number := wording.number_word(said):
        yield Finding("advice", "easy_number_word", *where, f"Write “{number}” in digits.")


_PIPE = re.compile(r"\$\{\s*([A-Za-z_][A-Za-z0-9_.\-]*)\s*\}")


def _pipes(survey: Survey, place: Place, text: Text) -> Iterator[Finding]:
    """``${name}`` is only ever the answer to a question before; see ``piping`` for what is put in."""
    if not any("${" in said for said in text.values()):
        return
    for language, said in text.items():
        for name in dict.fromkeys(_PIPE.findall(said)):
            where = (place.item, language, _field(place))
            yield from _pipe(survey, where, name)


def _pipe(survey: Survey, where: tuple[str, str, str], name: str) -> Iterator[Finding]:
    question, group = survey.question_by_name.get(name), None
    if question is None:
        group = next((item for item in survey.all_items if item.name == name and isinstance(item, Group)), None)
        if group is None:
            message = f"“${{{name}}}” names no question of this survey. Correct the name, or take it out."
            yield Finding("error", "pipe_unknown", *where, message)
            return
    no_answer = group is not None and group.repeat is None
    if question is not None and question.kind in FILE | {Kind.NOTE, Kind.LEFT_OUT}:
        no_answer = True
    if no_answer:
        message = f"“{name}” has no answer that could be put in for “${{{name}}}”. Take it out."
        yield Finding("error", "pipe_no_answer", *where, message)
        return
    if (question is None or question.kind not in (Kind.CALCULATED, Kind.HIDDEN)) and not _comes_before(
        survey, name, where
    ):
        message = f"“{name}” is asked only here or later, so “${{{name}}}” would stay empty. Ask it earlier."
        yield Finding("error", "pipe_later", *where, message)
        return
    around = survey.repeats[name] if question is not None else survey.repeats[name][:-1]
    inside = survey.repeats.get(where[0], ())
    if inside[: len(around)] != around:
        message = f"“{name}” is asked several times, so “${{{name}}}” has no one answer here. Use it inside its group."
        yield Finding("error", "pipe_outside", *where, message)
    elif question is not None and question.kind in FREE_TEXT:
        message = (
            f"“${{{name}}}” repeats somebody's own words, which may hold a name or more than fits. "
            "Better put in the answer to a choice."
        )
        yield Finding("advice", "pipe_free_text", *where, message)


def _comes_before(survey: Survey, name: str, where: tuple[str, str, str]) -> bool:
    """Whether something is asked before a text is read. A group's heading is read on each of its pages."""
    order = {item.name: number for number, item in enumerate(survey.all_items)}
    here = order.get(where[0], -1)
    item = survey.all_items[here] if here >= 0 else None
    if isinstance(item, Group) and where[2] != "ask":
        here += len(tuple(_inside(item)))
        return order[name] <= here and name != where[0]
    return order[name] < here


def _inside(group: Group) -> Iterator[Question | Group]:
    for item in group.items:
        yield item
        if isinstance(item, Group):
            yield from _inside(item)


# --- every question ----------------------------------------------------------------------------


def _pages(survey: Survey) -> Iterator[Finding]:
    for item in survey.all_items:
        if isinstance(item, Group):
            if item.repeat is not None and item.repeat.count is None and not item.repeat.ask:
                message = "Before this group people are asked how many. Write that question, such as “How many pets do you have?”"
                yield Finding("advice", "repeat_ask_missing", item.name, "", "ask", message)
            continue
        yield from _question(survey, item)
        if item.kind not in UNSEEN:
            for language in survey.languages:
                if language in _english(survey) and language in item.label:
                    yield from _page(survey, item, language)
            if item.kind in CHOICE:
                yield from _options(survey, item)


def _question(survey: Survey, question: Question) -> Iterator[Finding]:
    """What holds in any language."""
    respondents = survey.audience is not Audience.PRACTITIONER
    name = question.name
    if question.kind is Kind.LEFT_OUT:
        message = f"This is not asked: {question.left_out.rstrip('.') or 'Earshot has no such question'}. Ask it another way, or take it out."
        yield Finding("advice", "left_out", name, "", "", message)
    if question.kind in UNASKED and question.kind is not Kind.NOTE:
        return
    if respondents and not question.may_decline and question.kind not in UNASKED | {Kind.ACKNOWLEDGE}:
        level: Level = "error" if question.required or question.required_if is not None else "advice"
        message = "Nobody is made to answer. Allow “I don't want to say” here."
        yield Finding(level, "cannot_decline", name, "", "may_decline", message)
    if respondents and question.default is not None:
        message = "People never meet an answer that is filled in already, because it nudges. Take the default out."
        yield Finding("advice", "default_not_filled", name, "", "default", message)
    if question.picture and survey.languages[0] not in question.picture_says:
        message = "Say in a few words what the picture shows, for people who do not see it."
        yield Finding("error", "picture_says_missing", name, survey.languages[0], "picture_says", message)
    files = [("picture", question.picture), ("audio", question.audio)]
    files += [(f"choices.{c.name}.{kind}", getattr(c, kind)) for c in question.choices for kind in ("picture", "audio")]
    for field, media in files:
        for language, file in media.items():
            if file not in survey.media:
                yield Finding(
                    "error", "file_missing", name, language, field, f"Attach the file “{file}”, or take it out."
                )
    if respondents and question.kind is Kind.DATE and not _birthday(survey, question):
        message = "A day can be looked up in a record. Ask for the month or the year, if that is enough."
        yield Finding("advice", "exact_date", name, "", "kind", message)


def _birthday(survey: Survey, question: Question) -> bool:
    """Whether a day is asked for that has a finding of its own."""
    return any(identifying.asks_for(said) for language, said in question.label.items() if language in _english(survey))


def _page(survey: Survey, question: Question, language: str) -> Iterator[Finding]:
    """What holds for one page in one kind of English."""
    said = question.label[language]
    where = (question.name, language, "label")
    readers = _readers(survey, language)
    reading = _read(survey, question, language)
    words = _listed([f"“{word}”" for word in reading.hard_words[:4]]) if reading.hard_words else ""
    if reading.is_older_than(readers.age):
        use = f"Shorten the sentences, and find other words for {words}." if words else "Shorten the sentences."
        message = f"This page reads at about age {_years(reading)}; its readers need {readers.age}. {use}"
        yield Finding("advice", "reading_age", question.name, language, "", message)
    elif (
        reading.age is None
        and len(reading.hard_words) >= MANY_HARD_WORDS
        and survey.audience is not Audience.PRACTITIONER
    ):
        message = f"Many long words for a short page. Find others for {words}."
        yield Finding("advice", "hard_words", question.name, language, "", message)
    if question.kind is not Kind.NOTE:
        yield from _remarks(survey, question, where, said)
    if found := identifying.identifier_of(question, said):
        yield _identifies(survey, question, found, where)
    if question.kind is Kind.RANGE and not _ends_said(question, language):
        message = f"Say in the hint what {question.least:g} and {question.most:g} mean."
        yield Finding("advice", "ends_without_words", *where, message)


def _remarks(survey: Survey, question: Question, where: tuple[str, str, str], said: str) -> Iterator[Finding]:
    agrees = question.appearance == "agree" or _is_agreement(question, where[1])
    young = survey.audience is Audience.CHILD
    for remark in wording.remarks(said):
        if remark.code == "leading":
            message = f"“{remark.said}” pushes towards one answer. Ask so that both sides are as easy to say."
        elif remark.code == "double_barrelled" and question.kind in ONE_ANSWER:
            message = f"“{remark.said}” asks two things and takes one answer. Ask two questions, or leave one out."
        elif remark.code == "double_negative":
            message = f"“{remark.said}” denies twice. Say it the other way round."
        elif remark.code == "negative" and (young or agrees):
            why = "children under 11 miss a “not”" if young else "disagreeing with a “not” is hard to read"
            message = f"“{remark.said}”: {why}. Say it the other way round."
        elif remark.code == "absolute" and question.kind is Kind.SINGLE_CHOICE:
            message = f"“{remark.said}” is hardly ever true, so it pushes towards “no”. Ask how often."
        elif remark.code == "long_recall" and young:
            message = f"“{remark.said}” is further back than children can count. Ask about today or this week."
        else:
            continue
        yield Finding("advice", remark.code, *where, message)
    if survey.audience is Audience.YOUNG_PERSON and (span := wording.too_long_for_anyone(said)):
        message = f"“{span}” is a long time to look back on. Ask about a year at most."
        yield Finding("advice", "long_recall", *where, message)


def _is_agreement(question: Question, language: str) -> bool:
    labels = [choice.label.get(language, "").lower() for choice in question.choices]
    return any("disagree" in label for label in labels) or {"true", "false"} <= set(labels)


def _ends_said(question: Question, language: str) -> bool:
    heard = f"{question.label.get(language, '')} {question.hint.get(language, '')}"
    return all(re.search(rf"(?<!\d){end:g}(?!\d)", heard) for end in (question.least, question.most) if end is not None)


def _read(survey: Survey, question: Question, language: str) -> wording.Reading:
    """How a page reads; a long list of options is one of names, looked up and not read."""
    listed = len(question.choices) > LONGEST_OPEN_LIST
    return wording.read(
        duration.page(question.model_copy(update={"choices": ()}) if listed else question, survey, language)
    )


def _years(reading: wording.Reading) -> str:
    """An age in words: the formula goes on upwards, schooling does not."""
    age = int(reading.age or 0)
    return str(age) if age < 18 else "18 or over"


def _whole(survey: Survey) -> Iterator[Finding]:
    """The reading age of all pages together: many a little too hard are found only so."""
    for language in survey.languages:
        if language not in _english(survey):
            continue
        pages = (_read(survey, question, language) for question in survey.questions if question.kind not in UNSEEN)
        reading, age = wording.together(pages), _readers(survey, language).age
        if reading.is_older_than(age):
            message = f"All pages together read at about age {_years(reading)}; the readers need {age}. Start with the longest sentences."
            yield Finding("advice", "reading_age", "", language, "", message)


# --- who somebody is -----------------------------------------------------------------------------

_IDENTIFIES: dict[identifying.What, tuple[str, str, str]] = {
    # code, what to do, words to use
    "name": ("asks_name", "Take it out: whoever answers is known by the link, not by a name.", "What would you like to be called in this survey?"),
    "other_name": ("asks_other_name", "People would write a name. Ask what the person does, not who it is.", "Who helps you: a carer, a teacher, a social worker?"),
    "birthday": ("asks_birthday", "Ask for an age band instead.", "How old are you? (age bands)"),
    "age": ("asks_age", "An age band says enough and singles out fewer.", "How old are you? (age bands)"),
    "address": ("asks_address", "Take it out, or offer a few large areas.", "Which part of the county do you live in? (a few large areas)"),
    "place": ("asks_place", "People would write a place or a home by its name. Offer a few options instead.", "Which part of the county do you live in? (a few large areas)"),
    "school": ("asks_school", "People would write the school's name. Ask what kind of school it is.", "What kind of school do you go to?"),
    "phone": ("asks_phone", "Take it out: people can be reached again by their link.", ""),
    "email": ("asks_email", "Take it out: people can be reached again by their link.", ""),
    "online_name": ("asks_online_name", "Take it out: it leads straight to the person.", ""),
    "number": ("asks_number", "Take it out: it leads straight to the person's record.", ""),
    "face": ("shows_face", "It shows who somebody is, and cannot be redacted like words.", "You can draw it instead."),
}  # fmt: skip


def _identifies(
    survey: Survey, question: Question, found: identifying.Identifier, where: tuple[str, str, str]
) -> Finding:
    code, message, instead = _IDENTIFIES[found.what]
    level: Level = "error" if found.direct and survey.audience is not Audience.PRACTITIONER else "advice"
    if found.what == "face":
        what = "voice" if question.kind is Kind.VOICE else "photo"
        message = (
            "It asks for a picture of a person. Ask for a drawing, or for a photo of a thing or a place."
            if found.direct
            else f"A {what} can show who somebody is. Say to leave people out, or offer another way to answer."
        )
    return Finding(level, code, *where, message, instead)


def _small_cells(survey: Survey, respondents: int, threshold: int) -> Iterator[Finding]:
    if survey.audience is Audience.PRACTITIONER:
        return  # about a case that is known
    attributes = []
    for question in survey.questions:
        english = next((said for language, said in question.label.items() if language in _english(survey)), "")
        attribute = identifying.attribute_of(question, english)
        if attribute is not None:
            attributes.append(attribute)
    found = identifying.small_cells(attributes, respondents, threshold)
    if found is None:
        return
    named = _listed([f"“{one.name}” ({one.groups})" for one in found.attributes])
    alone = _listed([f"“{one.name}”" for one in found.smallest])
    few = (
        f"{alone} alone {'is' if len(found.smallest) == 1 else 'are'} too many"
        if len(found.smallest) < len(found.attributes)
        else ""
    )
    message = (
        f"{named} part people into {found.combinations} groups. With {respondents} answers and at least {threshold} people behind "
        f"each figure there is room for {found.allowed}.{f' {few}.' if few else ''} Ask fewer of them, or coarser."
    )
    yield Finding("advice", "small_cells", "", "", "", message, "; ".join(found.coarser))


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


# --- options ---------------------------------------------------------------------------------------


def _options(survey: Survey, question: Question) -> Iterator[Finding]:
    answers = [choice for choice in question.choices if choice.means == "answer"]
    most = (MOST_RANKED if question.kind is Kind.RANKING else MOST_OPTIONS)[survey.audience]
    counted = sum(1 for choice in answers if not choice.exclusive)
    if counted > most and question.kind is not Kind.AGE_BAND:
        message = f"{counted} options are many for these readers; {most} are the most. Put some together, or ask in two steps."
        yield Finding("advice", "too_many_options", question.name, "", "choices", message)
    for choice in question.choices:
        for language, said in choice.label.items():
            if not any(letter.isalnum() for letter in said):
                message = "A sign alone is not read aloud and means different things to people. Give the option words."
                yield Finding(
                    "error", "faces_without_words", question.name, language, f"choices.{choice.name}", message
                )
    english = next((language for language in survey.languages if language in _english(survey)), None)
    if english is None or question.kind not in (Kind.SINGLE_CHOICE, Kind.MULTIPLE_CHOICE):
        return
    labels = [choice.label.get(english, "") for choice in answers]
    own = [label for label in labels if label and not wording.says_dont_know(label)]
    where = (question.name, english, "choices")
    knows = any(
        choice.means == "dont_know" or wording.says_dont_know(choice.label.get(english, ""))
        for choice in question.choices
    )
    if question.kind is Kind.SINGLE_CHOICE:
        yield from _ways_out(survey, question, own, knows, where)
        yield from _sides(own, where)


def _ways_out(
    survey: Survey, question: Question, own: list[str], knows: bool, where: tuple[str, str, str]
) -> Iterator[Finding]:
    """Whether everybody finds an option that is true."""
    if knows or survey.audience is Audience.PRACTITIONER or question.appearance in _WORDLESS:
        return
    if any(wording.says_other(label) for label in own):
        return
    leaning = [wording.leaning(label) for label in own]
    degrees = sum(map(wording.is_degree, own))
    if degrees >= 2 or question.appearance in ("agree", "scale"):
        message = "Add “I don't know”, so that nobody has to guess."
        yield Finding("advice", "dont_know_missing", *where, message, "I don't know")
    elif (
        3 <= len(own) <= LONGEST_OPEN_LIST
        and not degrees
        and None in leaning
        and not any(label[:1].isdigit() for label in own)
    ):
        message = "Add “Something else” or “I don't know”, so that everybody finds an answer that is true."
        yield Finding("advice", "other_missing", *where, message, "Something else")


def _sides(own: list[str], where: tuple[str, str, str]) -> Iterator[Finding]:
    """Whether a scale of good and bad has two sides and goes in order. Only where every option is understood."""
    known = [side for label in own if (side := wording.leaning(label)) is not None]
    if len(known) < 3 or len(known) < len(own):
        return
    good, bad = sum(side > 0 for side in known), sum(side < 0 for side in known)
    if not good or not bad:
        message = "All options lean one way. Add as many on the other side."
        yield Finding("advice", "one_sided_options", *where, message)
    elif good != bad:
        more, fewer = ("good", "bad") if good > bad else ("bad", "good")
        message = f"There are {max(good, bad)} {more} options and {min(good, bad)} {fewer}. Have as many of each."
        yield Finding("advice", "unbalanced_options", *where, message)
    if known not in (sorted(known), sorted(known, reverse=True)):
        message = "Put the options in order, from one end to the other."
        yield Finding("advice", "options_out_of_order", *where, message)


# --- the survey as a whole ---------------------------------------------------------------------------

_INSTRUMENT = re.compile(
    r"\bSDQ\b|\b[Ss]trengths (?:and|&) [Dd]ifficulties\b|\bS?WEMWBS\b|\b[Ww]arwick[-–, ]+[Ee]dinburgh\b|\bKIDSCREEN\b|\b[Kk]idscreen\b|"
    r"\b[Bb]right [Ss]pots\b|\bYour Life,? Your Care\b|\bYour Life Beyond Care\b|\b(?:C|YC)?ORS\b|\b(?:[Cc]hild )?[Oo]utcomes? [Rr]ating [Ss]cale\b|"
    r"\b[Ss]tirling (?:[Cc]hildren|[Ww]ell-?being)|\bGood Childhood Index\b"
)  # fmt: skip
"""Names of instruments whose owners allow them on terms only (handbook of instruments, 2026). Their words are not here."""


def _instruments(survey: Survey, today: date | None) -> Iterator[Finding]:
    """Instruments named where a survey says what it takes its questions from; none of their words is known here."""
    licensed = [
        scale for scale in survey.scales
        if scale.licence.kind == "licensed" and not (today and scale.licence.expires and scale.licence.expires < today)
    ]  # fmt: skip
    covered = {name for scale in licensed for name in scale.questions}
    named: list[tuple[str, str, str]] = []
    for question in survey.questions:
        if question.name not in covered:
            named.append((question.name, "source", question.source))
    for scale in survey.scales:
        if scale not in licensed:
            named += [(scale.name, "title", " ".join(scale.title.values())), (scale.name, "source", scale.source)]
    if not licensed:
        named.append(("", "title", " ".join(survey.title.values())))
    for item, field, said in named:
        if match := _INSTRUMENT.search(said):
            message = (
                f"“{match[0]}” may be used only under its owner's licence. Read it in from the file of whoever holds "
                "the licence, or write questions of your own."
            )
            yield Finding("error", "licensed_instrument", item, "", field, message)


def _time(survey: Survey) -> Iterator[Finding]:
    if sum(question.kind not in UNASKED for question in survey.questions) < A_DRAFT:
        return
    seconds = duration.seconds(survey)
    estimate = duration.minutes(survey)
    if seconds > survey.minutes * 60 * 1.5 or seconds < survey.minutes * 60 * 0.5:
        message = f"It says {survey.minutes} minutes; reading and answering take about {estimate}. Say {estimate}, or change the survey."
        yield Finding("advice", "minutes_off", "", "", "minutes", message, str(estimate))
    if survey.audience is Audience.CHILD and seconds > LONGEST_FOR_CHILDREN * 60:
        message = f"About {estimate} minutes are long for children; {LONGEST_FOR_CHILDREN} are the most. Take questions out, or make two surveys."
        yield Finding("advice", "too_long", "", "", "", message)


_SAME_EVERYWHERE = re.compile(
    r"^(?:why|other|please|tell us|can you (?:say|tell)|say more|anything else|how|if )", re.IGNORECASE
)
"""Openings of a follow-up ("Please say more"), whose words may well come again."""


def _twice(survey: Survey) -> Iterator[Finding]:
    asked: dict[tuple[str, tuple[str, ...]], list[Question]] = defaultdict(list)
    first = survey.languages[0]
    for question in survey.questions:
        said = " ".join(wording.words_in(question.label.get(first, "").lower()))
        if said and question.kind not in UNASKED and not (question.kind in FREE_TEXT and _SAME_EVERYWHERE.match(said)):
            asked[said, tuple(group.name for group in survey.repeats[question.name])].append(question)
    for same in asked.values():
        for question in same[1:]:
            if survey.conditions[question.name] == survey.conditions[same[0].name]:
                message = f"“{same[0].name}” has the same words. Take one out, or say what is different."
                yield Finding("advice", "asked_twice", question.name, first, "label", message)


def _never_asked(survey: Survey) -> Iterator[Finding]:
    for item, name in never_asked(survey):
        message = f"Nobody will ever see this: its conditions on “{name}” contradict each other. Change one of them."
        yield Finding("advice", "never_asked", item, "", "relevant", message)


# --- Easy Read ---------------------------------------------------------------------------------------------


def _easy_read(survey: Survey) -> Iterator[Finding]:
    for language in survey.languages:
        if not _is_easy(language):
            continue
        pages = [question for question in survey.questions if question.kind not in UNSEEN]
        bare = [question.name for question in pages if not _has_picture(question)]
        message = "Easy Read has a picture for each idea. Add one that shows what this page is about."
        if len(bare) > FEW_PAGES:
            message = f"Easy Read has a picture for each idea, and {len(bare)} pages have none: {_listed(bare)}."
            bare = [""]
        for name in bare:
            yield Finding("advice", "easy_picture_missing", name, language, "picture", message)
        silent = [question.name for question in pages if language not in question.audio]
        if silent:
            message = f"{len(silent)} {'page has' if len(silent) == 1 else 'pages have'} no recording. Record them, for people who listen better than they read."
            yield Finding("advice", "easy_audio_missing", "", language, "audio", message)


def _has_picture(question: Question) -> bool:
    """Whether a page shows a picture: its own, its options', or the faces of its scale."""
    drawn = question.appearance in ("faces", "happiness")
    return bool(question.picture) or drawn or any(choice.picture for choice in question.choices)


def _english(survey: Survey) -> frozenset[str]:
    """The languages of a survey that are English, by their code and by how they read; kept with the survey.

    A form of another program that names no language is taken for English, whatever it is.
    """
    kept: frozenset[str] | None = survey.__dict__.get("_english")
    if kept is None:
        codes = {
            language for text in _labels(survey) for language in text if language.lower().partition("-")[0] == "en"
        }
        kept = frozenset(
            language for language in codes
            if wording.may_be_english(" ".join(text[language] for text in _labels(survey) if language in text))
        )  # fmt: skip
        survey.__dict__["_english"] = kept
    return kept


def _labels(survey: Survey) -> Iterator[Text]:
    return (question.label for question in survey.questions)


def _is_easy(language: str) -> bool:
    return language.lower().endswith("-x-easy")


def _readers(survey: Survey, language: str) -> Readers:
    return EASY_READERS if _is_easy(language) else READERS[survey.audience]
