"""Every sentence of a respondent's pages, judged screen by screen: school grade 4 or less, whatever is shown at once.

The grade is Flesch–Kincaid's as ``survey_engine.wording`` works it out (short options do not
dilute long sentences). A screen is a template with all it includes; it is judged once whole
and once without what stands on every page. What a survey itself says is judged by
``survey_engine.checking``.
"""

from __future__ import annotations

import re

import pytest
from babel.messages.extract import extract_from_file
from jinja2 import Environment, meta

from api import sentences
from api.advise import routes as advise
from api.catalogues import CODE_DIR, FRONTEND_DIR
from api.errors import CATALOGUE
from survey_engine.wording import read

TEMPLATES = FRONTEND_DIR / "templates"
HARDEST = 4
ADVISERS = ("advise/start.html", "advise/question.html", "advise/end.html", "advise/closed.html")
SCREENS = sorted(
    {path.relative_to(TEMPLATES).as_posix() for path in (TEMPLATES / "collect").glob("*.html")} | {*ADVISERS}
)
OF_STAFF = {code for code, kind in CATALOGUE.items() if kind.for_staff}
"""Refusals that only staff meet; every other one of the catalogue may reach a child."""


def grade(told: list[str]) -> float | None:
    """The school grade these texts read at together; None where there are too few words to tell."""
    age = read("\n".join(told)).age
    return None if age is None else round(age - 5, 1)


def sentences_in(template: str) -> list[str]:
    """What a template says by itself, with a number where something is filled in."""
    found = extract_from_file("jinja2", TEMPLATES / template, options={"trimmed": "true"})
    forms = [message[-1] if isinstance(message, tuple) else message for _line, message, _comments, _context in found]
    return [re.sub(r"%\(\w+\)s", "7", form) for form in forms]


def with_what_it_includes(template: str) -> set[str]:
    """A template and all those it extends, includes or takes components from."""
    parser, seen, waiting = Environment(extensions=["jinja2.ext.i18n"]), set(), [template]
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            parsed = parser.parse((TEMPLATES / name).read_text(encoding="utf-8"))
            waiting += [other for other in meta.find_referenced_templates(parsed) if other]
    return seen


def everywhere() -> list[str]:
    """What stands on every page: the way out and the help."""
    return sentences_in("layouts/survey.html")


@pytest.mark.parametrize("screen", SCREENS)
def test_a_screen_reads_at_grade_four_or_less(screen: str) -> None:
    parts = with_what_it_includes(screen)
    own = [told for part in sorted(parts - {"layouts/survey.html"}) for told in sentences_in(part)]
    if "layouts/survey.html" in parts:  # a file to keep and a part of a page stand alone
        whole = grade(own + everywhere())
        assert whole is not None
        assert whole <= HARDEST, (screen, whole, read("\n".join(own)).hard_words)
    assert (grade(own) or 0) <= HARDEST, (screen, grade(own), read("\n".join(own)).hard_words)


@pytest.mark.parametrize("code", sorted(set(CATALOGUE) - OF_STAFF))
def test_a_message_reads_at_grade_four_or_less(code: str) -> None:
    kind = CATALOGUE[code]
    own = [kind.title, kind.sentence, kind.next_label]
    whole = grade(own + everywhere() + sentences_in("collect/message.html"))
    assert whole is not None
    assert whole <= HARDEST, (code, whole)
    assert (grade(own) or 0) <= HARDEST, (code, grade(own))


def test_what_is_said_of_a_problem_reads_at_grade_four_or_less_however_few_stand_together() -> None:
    told = [re.sub(r"\{\w+\}", "7", one) for one in (*sentences.SENTENCES.values(), *sentences.FILE_SENTENCES.values())]
    told += [*advise.CREDIT_SENTENCES.values(), *advise.TEXT_SENTENCES.values()]
    assert (grade(told) or 0) <= HARDEST
    for one in told:
        asked = grade([one, *sentences_in("components/form.html"), *everywhere()])
        assert asked is not None
        assert asked <= HARDEST, (one, asked)


def test_what_the_code_of_a_respondents_pages_says_reads_at_grade_four_or_less() -> None:
    for file in sorted((CODE_DIR / "collect").glob("*.py")):
        told = [str(message) for _line, message, _, _ in extract_from_file("python", file) if isinstance(message, str)]
        assert (grade(told) or 0) <= HARDEST, (file.name, grade(told), told)
        for one in told:
            assert (grade([one, *everywhere()]) or 0) <= HARDEST, (file.name, one)


def test_no_part_of_a_page_that_a_child_meets_is_left_out() -> None:
    used = set().union(*map(with_what_it_includes, SCREENS))
    assert {
        "components/question.html",
        "components/upload.html",
        "components/ranking.html",
        "layouts/survey.html",
    } <= used
    assert len(SCREENS) > 15
