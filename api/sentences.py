"""The sentence for each problem with an answer: what to do next, never whose fault it is. Shared by all forms.

The codes are ``survey_engine.answers.PROBLEM_CODES``; a test holds the two lists together.
"""

from __future__ import annotations

from collections.abc import Callable

from survey_engine.answers import Problem
from survey_engine.definition import words


def _(text: str) -> str:
    """Mark for translation."""
    return text


SENTENCES: dict[str, str] = {
    "required": _("Choose or write an answer. Or press “I don’t want to say”."),
    "required_here": _("Choose or write an answer. This one is needed."),
    "cannot_decline": _("This one is needed. Choose or write an answer."),
    "not_a_number": _("Write a number, for example 3."),
    "not_whole": _("Write a whole number, for example 3."),
    "out_of_range": _("That number is too big or too small. Write another one."),
    "too_long": _("That is too long to send. You can use up to {most} letters. Make it a bit shorter."),
    "unknown_option": _("Choose one of the answers on this page."),
    "too_many": _("Choose only one answer."),
    "exclusive": _("One of the answers you chose only works alone. Choose it alone, or leave it out."),
    "constraint": _("That does not fit this question. Look at it again and change it."),
    "unknown_action": _("Press one of the buttons on this page."),
}


def sentence(problem: Problem, translate: Callable[[str], str], *languages: str, may_decline: bool = True) -> str:
    """What to tell a person about a problem, in their language where it is known."""
    if problem.message:
        own, _language = words(problem.message, *languages)
        if own:
            return own
    code = "required_here" if problem.code == "required" and not may_decline else problem.code
    return translate(SENTENCES[code]).format(**problem.details)
