"""A survey as an officer reads it: every page in order, with its options and its conditions in plain sight."""

from __future__ import annotations

from dataclasses import dataclass

from survey_engine.authoring import KIND_WORDS
from survey_engine.definition import Group, Kind, Question, Survey, Voice
from survey_engine.expressions import print_expression
from survey_engine.words import Text, words

_KIND_NAMES = {kind: name for name, kind in KIND_WORDS.items()}
_VOICES = {Voice.CHILD: "the child’s own words", Voice.PRACTITIONER: "the practitioner’s view"}


@dataclass(frozen=True, slots=True)
class Said:
    """Words with the language they are in."""

    words: str
    language: str


@dataclass(frozen=True, slots=True)
class Line:
    """One page of a survey, or the heading of a group of pages."""

    name: str
    is_group: bool
    kind: str
    label: Said
    hint: Said
    options: tuple[Said, ...]
    shown_if: str
    rule: str
    remarks: tuple[str, ...]


def preview(survey: Survey, language: str) -> tuple[Line, ...]:
    """Everything that is asked, in reading order, in a language or the nearest there is."""

    def said(text: Text) -> Said:
        return Said(*words(text, language, survey.languages[0]))

    lines = []
    for item in survey.all_items:
        shown_if = print_expression(item.relevant) if item.relevant else ""
        if isinstance(item, Group):
            lines.append(Line(item.name, True, "group", said(item.label), said({}), (), shown_if, "", ()))
            continue
        lines.append(
            Line(
                name=item.name,
                is_group=False,
                kind=_KIND_NAMES[item.kind],
                label=said(item.label),
                hint=said(item.hint),
                options=tuple(said(choice.label) for choice in item.choices),
                shown_if=shown_if,
                rule=print_expression(item.constraint) if item.constraint else "",
                remarks=_remarks(item),
            )
        )
    return tuple(lines)


def _remarks(question: Question) -> tuple[str, ...]:
    if question.kind is Kind.NOTE:
        return ()
    remarks = ["needs an answer or “I don’t want to say”" if question.may_decline else "needs an answer"]
    if not question.required:
        remarks = ["may be skipped"]
    if question.voice in _VOICES and question.holds_free_text:
        remarks.append(_VOICES[question.voice])
    return tuple(remarks)
