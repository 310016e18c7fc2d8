"""What the survey engine costs: the next page, reading a form, memory, the check; and how far it agrees with another.

The surveys are made here; where the shared forms are there, the largest of them is read and
the agreement with the other engine is counted, too.
"""

from __future__ import annotations

import os
import time
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from survey_engine import journey
from survey_engine.answers import Answer, AnswerState
from survey_engine.checking import check
from survey_engine.definition import Audience, Choice, Group, Kind, Question, Survey
from survey_engine.expression_parser import parse
from survey_engine.formats.xlsform import read_xlsform
from survey_engine.formats.xlsform_writer import write_xlsform
from tests.conformance.xforms import STATES
from tests.conformance.xforms import table as agreement_table

SHARED = Path(os.environ.get("EARSHOT_SHARED_DATA", Path(__file__).parents[3] / "shared" / "data"))


def made(questions: int) -> Survey:
    """A survey in groups of ten, each question with a condition on earlier ones, choices, a rule here and there."""
    choices = tuple(Choice(name=name, label={"en": name.title()}) for name in ("yes", "no", "maybe"))

    def ask(number: int) -> Question:
        condition = f'q{number - 1} = "yes" or (not(selected(q{max(number - 7, 0)}, "no")) and q0 != "no")'
        kinds = (Kind.SINGLE_CHOICE, Kind.MULTIPLE_CHOICE, Kind.SINGLE_CHOICE)
        return Question(
            name=f"q{number}", kind=kinds[number % 3], label={"en": f"What do you think about number {number}?"},
            choices=choices, relevant=parse(condition) if number else None,
            constraint=parse("count-selected(.) < 3") if number % 3 == 1 else None,
        )  # fmt: skip

    groups = [
        Group(name=f"g{start}", items=tuple(ask(number) for number in range(start, min(start + 10, questions))))
        for start in range(0, questions, 10)
    ]
    return Survey(
        name="made", title={"en": "Made"}, audience=Audience.YOUNG_PERSON, languages=("en",), items=tuple(groups)
    )


def _milliseconds(work: Callable[[], Any], times: int = 30) -> float:
    work()
    started = time.process_time()
    for _ in range(times):
        work()
    return (time.process_time() - started) / times * 1_000


def _megabytes(survey: Survey) -> float:
    stored = survey.model_dump_json()
    tracemalloc.start()
    loaded = Survey.model_validate_json(stored)
    journey.visible(loaded, {})
    used = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    return used / 1e6


def _rows() -> Iterator[tuple[str, str, str]]:
    for questions, goal in ((60, "≤ 2 ms"), (1_000, "≤ 20 ms")):
        survey = made(questions)
        answers = {
            q.name: Answer(AnswerState.ANSWERED, ("yes",) if q.kind is Kind.MULTIPLE_CHOICE else "yes")
            for q in survey.questions
        }
        middle = f"q{questions // 2}"
        spent = _milliseconds(lambda s=survey, a=answers, m=middle: journey.after(s, a, m))  # type: ignore[misc]
        yield f"the next page, {questions:,} questions, all answered", f"{spent:.2f} ms", goal
    large = made(1_000)
    yield "memory of a form of 1,000 rows, parsed and ready", f"{_megabytes(large):.1f} MB", "≤ 20 MB"
    workbook = write_xlsform(large).data
    yield (
        "reading an XLSForm of 1,000 rows",
        f"{_milliseconds(lambda: read_xlsform(workbook, 'f.xlsx'), 3):.0f} ms",
        "≤ 1 s",
    )
    small, day = made(60), date(2027, 1, 1)
    yield "the check of 60 questions", f"{_milliseconds(lambda: check(small, today=day), 5):.0f} ms", "≤ 100 ms"
    yield "the check of 1,000 questions", f"{_milliseconds(lambda: check(large, today=day), 1):.0f} ms", "≤ 2 s"
    folder = SHARED / "xlsform"
    if not folder.is_dir():
        yield "real forms", "not here, skipped", ""
        return
    slowest = max(
        (_milliseconds(lambda f=file: read_xlsform(f.read_bytes(), f.name), 1), file.name)  # type: ignore[misc]
        for file in sorted((folder / "forms").glob("*"))
    )
    yield f"the slowest of the real forms ({slowest[1].partition('__')[2]})", f"{slowest[0]:.0f} ms", "≤ 1 s"
    results = agreement_table(folder)
    for title, names, goal in (("states", STATES, "≥ 99 %"), ("calculated values", ("value",), "≥ 97 %")):
        compared = sum(result.compared[name] for result in results for name in names)
        agreed = sum(result.agreed[name] for result in results for name in names)
        yield f"{title} of {len(results)} real forms as another engine sees them", f"{agreed:,} of {compared:,}", goal


def table() -> str:
    """The measurement as a table of Markdown."""
    lines = ["| what | processor time, or number | goal |", "|---|---|---|"]
    return "\n".join([*lines, *(f"| {what} | {measured} | {goal} |" for what, measured, goal in _rows())])
