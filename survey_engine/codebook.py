"""The dictionary of every export: which columns a survey has, what they mean, how a cell is written.

A missing answer is never an empty cell; ``MISSING`` says which code stands for what. The
codes are reserved: no option can have such a name. A number question whose answers could
be -6 to -9 needs a constraint that rules them out.

>>> from survey_engine.definition import Audience, Choice, Kind, Question, Survey
>>> helps = Question(name="helps", kind=Kind.MULTIPLE_CHOICE, label={"en": "Who helps?"},
...     choices=(Choice(name="aunt", label={"en": "My aunt"}), Choice(name="pa", label={"en": "My adviser"})))
>>> survey = Survey(name="s", title={"en": "S"}, audience=Audience.CHILD, languages=("en",), items=(helps,))
>>> coded(survey, {"helps": Answer(AnswerState.ANSWERED, ("pa",))})
{'helps__aunt': '0', 'helps__pa': '1'}
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from survey_engine import journey
from survey_engine.answers import Answer, Answers, AnswerState
from survey_engine.definition import (
    FILE,
    RESERVED_OPTION_NAMES,
    SEVERAL,
    TURN,
    Kind,
    Question,
    Survey,
    Voice,
    content_hash,
    option_column,
    words,
)
from survey_engine.expressions import print_expression
from survey_engine.situation import ORDER_SEED, plan_of

WITHHELD = "-6"
NOT_ASKED = "-7"
DECLINED = "-8"
SKIPPED = "-9"

MISSING: dict[str, str] = {
    WITHHELD: "a text was given, but may not be shown here (no agreement, or not yet made safe)",
    NOT_ASKED: "not asked: the conditions of the question did not hold",
    DECLINED: "did not want to say",
    SKIPPED: "asked, nothing said",
}
"""Every code of a missing answer and its meaning."""

if frozenset(MISSING) != RESERVED_OPTION_NAMES:
    raise AssertionError("an option could be named like a missing answer")


@dataclass(frozen=True, slots=True)
class Variable:
    """One column. ``condition`` is empty where the question is asked of everybody."""

    name: str
    question: str
    label: str
    language: str
    kind: str
    voice: str
    condition: str
    survey_version: str
    values: dict[str, str] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)


def codebook(survey: Survey, language: str | None = None) -> tuple[Variable, ...]:
    """Every column of a survey in reading order, described in one language (the survey's first by default)."""
    version = content_hash(survey)
    wanted = (language or survey.languages[0], survey.languages[0])
    variables: list[Variable] = []
    for question in survey.possible:
        label, spoken = words(question.label, *wanted)
        labels = {choice.name: words(choice.label, *wanted)[0] for choice in question.choices}
        several = question.kind in SEVERAL
        no_answer = {choice.name: labels[choice.name] for choice in question.choices if choice.means != "answer"}
        for index, column in enumerate(columns(question)):
            variables.append(
                Variable(
                    name=column,
                    question=question.name,
                    label=f"{label or question.name} – {labels[question.option_names[index]]}"
                    if several
                    else label or question.name,
                    language=spoken or survey.languages[0],
                    kind=question.kind.value,
                    voice=question.voice.value if question.holds_free_text else Voice.RESPONDENT.value,
                    condition=_condition(survey, question.name.partition(TURN)[0]),
                    survey_version=version,
                    values=_values(question, labels),
                    missing={code: text for code, text in MISSING.items() if _can_be_missing(question, code)}
                    | ({} if several else no_answer),
                )
            )
    if plan_of(survey).shuffles:
        variables.append(
            Variable(
                "order_seed", ORDER_SEED, "Number that decided the random order of questions and options",
                survey.languages[0], Kind.HIDDEN.value, Voice.RESPONDENT.value, "", version,
                missing={SKIPPED: MISSING[SKIPPED]},
            )
        )  # fmt: skip
    return tuple(variables)


def _values(question: Question, labels: Mapping[str, str]) -> dict[str, str]:
    if question.kind is Kind.MULTIPLE_CHOICE:
        return {"0": "not chosen", "1": "chosen"}
    if question.kind is Kind.RANKING:
        return {str(place): f"place {place}" for place in range(1, len(labels) + 1)}
    if question.kind in FILE:
        return {"1": "given (the file itself is not exported)"}
    return {choice.name: labels[choice.name] for choice in question.choices if choice.means == "answer"}


def columns(question: Question) -> tuple[str, ...]:
    """The names of a question's columns: one for each option where several have a value, none for what holds nothing."""
    if question.kind in (Kind.NOTE, Kind.LEFT_OUT):
        return ()
    if question.kind in SEVERAL:
        return tuple(option_column(question.name, option) for option in question.option_names)
    return (question.name,)


def coded(
    survey: Survey, answers: Answers, redacted: Mapping[str, str] | None = None, *, today: date | None = None
) -> dict[str, str]:
    """One respondent's row: a cell for every column of ``codebook``, in its order.

    Somebody's own words come from ``redacted`` (question -> text made safe and permitted)
    and from nowhere else; a text answered but not in there is WITHHELD. An answer that the
    other answers no longer lead to is NOT_ASKED, whatever is stored. ``today`` is the day the
    answers were sent, for surveys whose way depends on it.
    """
    safe = redacted or {}
    now = journey.situation(survey, answers, today=today)
    row: dict[str, str] = {}
    for question in survey.possible:
        answer = answers.get(question.name)
        missing = _missing(question, answer, now.relevant.get(question.name, False), safe)
        for index, column in enumerate(columns(question)):
            if missing is not None or answer is None:
                row[column] = missing or SKIPPED
            else:
                row[column] = _cell(question, answer, index, safe)
    if now.plan.shuffles:
        row["order_seed"] = str(answers[ORDER_SEED].value) if ORDER_SEED in answers else SKIPPED
    return row


def _cell(question: Question, answer: Answer, index: int, safe: Mapping[str, str]) -> str:
    if question.kind in SEVERAL:
        chosen = answer.value if isinstance(answer.value, tuple) else ()
        name = question.option_names[index]
        if question.kind is Kind.RANKING:
            return str(chosen.index(name) + 1) if name in chosen else SKIPPED
        return "1" if name in chosen else "0"
    if question.kind in FILE:
        return "1"
    return safe[question.name] if question.holds_free_text else str(answer.value)


def _missing(question: Question, answer: Answer | None, asked: bool, safe: Mapping[str, str]) -> str | None:
    if not asked:
        return NOT_ASKED
    if answer is None or answer.state is AnswerState.SKIPPED:
        return SKIPPED
    if answer.state is AnswerState.DECLINED:
        return DECLINED
    if question.holds_free_text and question.name not in safe:
        return WITHHELD
    return None


def _can_be_missing(question: Question, code: str) -> bool:
    return (question.holds_free_text or code != WITHHELD) and (question.may_decline or code != DECLINED)


def _condition(survey: Survey, name: str) -> str:
    conditions = [print_expression(condition) for condition in survey.conditions.get(name, ())]
    return conditions[0] if len(conditions) == 1 else " and ".join(f"({condition})" for condition in conditions)
