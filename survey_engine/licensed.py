r"""Licensed instruments: they come from a private file of whoever holds the licence, and never leave again.

No licensed wording, key or table is part of Earshot. A council that holds a licence keeps
the instrument in a file of its own (a survey file whose scales name the licence's holder,
number and last day), reads it in, and adds it to a survey. Whatever writes a survey for
others (codebook, XLSForm, SurveyJS, YAML) first takes ``without_licensed``: names of
questions and options stay, so that columns can be told apart, and all words go.

A question is licensed when a licensed scale counts it; so are the heading of its group
and the notes beside it.

>>> read_licensed(b"survey: s\ntitle: S\naudience: child\nquestions:\n- {name: a, type: note, label: Hi}\n",
...     date(2026, 1, 1))[0].message
'This file has no scale. A licensed instrument needs one that names its licence.'
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from pydantic import ValidationError

from survey_engine.authoring import AuthoringProblem, read_yaml
from survey_engine.definition import UNASKED, Group, Item, Question, Survey
from survey_engine.scales import Scale
from survey_engine.scoring import scale_faults
from survey_engine.words import Frozen, Name, Text

NOT_EXPORTED = "licensed wording, not exported"
"""What stands where the words of a licensed instrument stood."""

MAX_BYTES = 1_000_000
LONGEST_NAME = 20
"""A longer name of a question could be its words."""


class Instrument(Frozen):
    """A licensed instrument as its private file says it: what is asked, and how it is scored."""

    name: Name
    title: Text
    languages: tuple[str, ...]
    items: tuple[Item, ...]
    scales: tuple[Scale, ...]


def read_licensed(data: bytes, today: date) -> Instrument | tuple[AuthoringProblem, ...]:
    """The instrument a private file holds, or everything that is wrong with it.

    The file is YAML as ``authoring`` reads it, or the JSON of a survey. It is refused where a
    scale does not name its licence, or the licence has ended before ``today``.
    """
    read = _from_json(data) if data.lstrip().startswith(b"{") else read_yaml(data)
    if not isinstance(read, Survey):
        return read
    problems = tuple(AuthoringProblem(None, message) for message in _wrong(read, today))
    if problems:
        return problems
    name = "licensed_" + read.name.replace("-", "_")
    return Instrument(name=name, title=read.title, languages=read.languages, items=read.items, scales=read.scales)


def add_licensed(survey: Survey, instrument: Instrument, today: date) -> Survey | AuthoringProblem:
    """The survey with the instrument at its end, in a group of its own; or why it cannot be added."""
    ended = [message for scale in instrument.scales if (message := _ended(scale, today))]
    if ended:
        return AuthoringProblem(None, ended[0])
    missing = [language for language in survey.languages if language not in instrument.languages]
    if missing:
        told = f"The instrument has no words in “{missing[0]}”. A licensed instrument is not translated by hand."
        return AuthoringProblem(None, f"{told} Ask the holder for that version.")
    group = Group(name=instrument.name, label=instrument.title, items=instrument.items)
    made = survey.model_dump() | {
        "items": (*survey.items, group),
        "scales": (*survey.scales, *instrument.scales),
    }
    try:
        return Survey.model_validate(made)
    except ValidationError as error:
        message = str(error.errors(include_url=False, include_input=False)[0]["msg"]).removeprefix("Value error, ")
        return AuthoringProblem(None, f"The instrument cannot be added: {message}. Rename it in the survey.")


def expired(survey: Survey, today: date) -> tuple[str, ...]:
    """A sentence for each licensed scale whose licence has ended: the survey must not be asked any more."""
    return tuple(message for scale in _licensed(survey) if (message := _ended(scale, today)))


def may_leave(survey: Survey) -> bool:
    """Whether a survey may be given to others as it is: it holds nothing licensed."""
    return not any(True for _ in _licensed(survey))


def licensed_questions(survey: Survey) -> frozenset[str]:
    """The names of the questions that a licensed scale counts."""
    return frozenset(name for scale in _licensed(survey) for name in scale.questions)


def without_licensed(survey: Survey) -> tuple[Survey, tuple[str, ...]]:
    """The survey as it may be given to others, and a sentence for each thing that was left out.

    Licensed scales are gone with their keys, tables and bands. Of their questions the names,
    the kinds and the options' names are left, and ``NOT_EXPORTED`` where their words were.
    Another text that repeats one of theirs whole (three words or more) goes, too; part of
    one is not recognised. A survey without anything licensed comes back as it is.
    """
    scales = tuple(_licensed(survey))
    if not scales:
        return survey, ()
    closed = _closed(survey)
    whole = {question.name for question in survey.questions if question.kind not in UNASKED} <= closed
    written = survey.model_dump(mode="json")
    phrases = _phrases(survey, closed, scales, whole)
    written["scales"] = [scale.model_dump(mode="json") for scale in survey.scales if scale not in scales]
    written["items"] = [_blanked(item, closed) for item in written["items"]]
    if whole:
        written["title"], written["introduction"] = _withheld(written["title"]), {}
    written = _swept(written, phrases)
    used = {name for item in _every(written["items"]) for name in _files(item)}
    written["media"] = {name: content for name, content in written.get("media", {}).items() if name in used}
    return Survey.model_validate(written), tuple(_told(scale) for scale in scales)


# --- reading -----------------------------------------------------------------------------

_CODE = re.compile(r"[A-Za-z0-9_\-]{1,12}")


def _from_json(data: bytes) -> Survey | tuple[AuthoringProblem, ...]:
    if len(data) > MAX_BYTES:
        return (AuthoringProblem(None, "The file is larger than 1 MB: is it the right file?"),)
    try:
        return Survey.model_validate_json(data)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        return tuple(
            AuthoringProblem(
                None, f"{' › '.join(str(part) for part in fault['loc'])}: {fault['msg']}".removeprefix(": ")
            )
            for fault in found[:20]
        )


def _wrong(survey: Survey, today: date) -> Iterator[str]:
    if not survey.scales:
        yield "This file has no scale. A licensed instrument needs one that names its licence."
    for scale in survey.scales:
        if scale.licence.kind != "licensed":
            yield (
                f"“{scale.name}” does not name its licence. Add under “licence:” the kind “licensed”, the holder, "
                "the number and the last day (expires)."
            )
        elif message := _ended(scale, today):
            yield message
    for question in survey.questions:
        if len(question.name) > LONGEST_NAME:
            yield (
                f"The name “{question.name}” is longer than {LONGEST_NAME} characters. Names are exported, so it must "
                "not be the words themselves: call it q1, for example."
            )
        if any(not _CODE.fullmatch(choice.name) for choice in question.choices):
            yield (
                f"The options of “{question.name}” need short names such as 0, 1, 2: names are exported, so they "
                "must not be the words themselves."
            )
    yield from (fault.message for fault in scale_faults(survey))


def _ended(scale: Scale, today: date) -> str:
    licence = scale.licence
    if licence.kind != "licensed" or licence.expires is None or today <= licence.expires:
        return ""
    day = f"{licence.expires.day} {licence.expires:%B %Y}"
    return (
        f"The licence {licence.number} of {licence.holder} for “{scale.name}” ended on {day}. Renew it, and read the "
        "file in again with its new last day."
    )


# --- taking the words out ----------------------------------------------------------------

_WORDY = ("label", "ask", "read_as")
_EMPTIED = ("hint", "guidance", "constraint_message", "required_message", "picture", "picture_says", "audio")
_GONE = ("provenance", "written_as")


def _licensed(survey: Survey) -> Iterator[Scale]:
    return (scale for scale in survey.scales if scale.licence.kind == "licensed")


def _told(scale: Scale) -> str:
    licence = scale.licence
    held = f"licence {licence.number} of {licence.holder}"
    return f"The scale “{scale.name}” and the words of its {len(scale.questions)} questions are left out ({held})."


def _closed(survey: Survey) -> frozenset[str]:
    """The names of all questions, notes and groups whose words are licensed."""
    counted = licensed_questions(survey)
    closed = set(counted)
    if {question.name for question in survey.questions if question.kind not in UNASKED} <= counted:
        closed |= {item.name for item in survey.all_items}
    for group in reversed([item for item in survey.all_items if isinstance(item, Group)]):
        if any(item.name in counted for item in group.items) or all(item.name in closed for item in group.items):
            closed |= {group.name}
            closed |= {item.name for item in group.items if isinstance(item, Question) and item.kind in UNASKED}
    return frozenset(closed)


def _blanked(item: dict[str, Any], closed: frozenset[str]) -> dict[str, Any]:
    """An item as JSON, without words where it is closed; everything inside of it, too."""
    made = dict(item)
    if "items" in item:
        made["items"] = [_blanked(inner, closed) for inner in item["items"]]
    if item["name"] not in closed:
        return made
    _empty(made)
    if isinstance(made.get("repeat"), dict):
        made["repeat"] = dict(made["repeat"])
        _empty(made["repeat"])
    made["choices"] = [_option(choice) for choice in item.get("choices", [])]
    for name, value in made.items():
        if name not in ("items", "choices") and isinstance(value, dict):
            made[name] = _without_sentences(value)
    if "items" in made:
        made.pop("choices")
    return made


def _empty(made: dict[str, Any]) -> None:
    for name in _WORDY:
        if made.get(name):
            made[name] = _withheld(made[name])
    for name in (*_EMPTIED, *_GONE):
        made.pop(name, None)


def _option(choice: dict[str, Any]) -> dict[str, Any]:
    columns = {name: value for name, value in choice.get("columns", {}).items() if _CODE.fullmatch(value)}
    kept = {name: value for name, value in choice.items() if name not in ("picture", "audio")}
    return kept | {"label": _withheld(choice["label"]), "columns": columns}


def _withheld(text: dict[str, str]) -> dict[str, str]:
    return dict.fromkeys(text, NOT_EXPORTED)


def _without_sentences(value: Any) -> Any:
    """A condition without texts of more than a word, which could be licensed words."""
    if isinstance(value, dict):
        return {name: _without_sentences(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_without_sentences(inner) for inner in value]
    return NOT_EXPORTED if isinstance(value, str) and " " in value else value


def _phrases(survey: Survey, closed: frozenset[str], scales: tuple[Scale, ...], whole: bool) -> frozenset[str]:
    """The licensed words that can be recognised by themselves: three words of a question, four of an option."""
    asked: list[Any] = [measure.title for scale in scales for measure in scale.measures]
    asked += [scale.validity.meaning for scale in scales if scale.validity]
    options: list[Any] = [band.label for scale in scales for measure in scale.measures for band in measure.bands]
    for item in survey.all_items:
        if item.name in closed:
            written = item.model_dump(mode="json")
            options += [choice["label"] for choice in written.get("choices", [])]
            asked.append({name: written.get(name) for name in (*_WORDY, *_EMPTIED, *_GONE, "repeat")})
    if whole:
        asked += [survey.title, survey.introduction]
    long = {words for words in map(_plain, _strings(asked)) if len(words) >= 12 and words.count(" ") >= 2}
    return frozenset(long | {words for words in map(_plain, _strings(options)) if words.count(" ") >= 3})


def _swept(value: Any, phrases: frozenset[str]) -> Any:
    """What may be left anywhere else (a condition, a credit, another question) of licensed words."""
    if isinstance(value, dict):
        return {name: _swept(inner, phrases) for name, inner in value.items()}
    if isinstance(value, list):
        return [_swept(inner, phrases) for inner in value]
    if (
        isinstance(value, str)
        and " " in value
        and value != NOT_EXPORTED
        and any(phrase in _plain(value) for phrase in phrases)
    ):
        return NOT_EXPORTED
    return value


def _plain(words: str) -> str:
    return " ".join(words.casefold().split())


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _strings(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _strings(inner)


def _every(items: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for item in items:
        yield item
        yield from _every(item.get("items", []))


def _files(item: dict[str, Any]) -> Iterator[str]:
    for part in (item, *item.get("choices", [])):
        yield from (*part.get("picture", {}).values(), *part.get("audio", {}).values())
