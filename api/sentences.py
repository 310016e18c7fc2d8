"""The sentence for each problem with an answer: what to do next, never whose fault it is. Shared by all forms.

The codes are ``survey_engine.answers.PROBLEM_CODES``; a test holds the two lists together.
"""

from __future__ import annotations

from collections.abc import Callable

from survey_engine.answers import Problem
from survey_engine.definition import Question, words


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
    "off_step": _("That number is not one of those on this page. Choose one of them."),
    "not_a_day": _("Write a day that exists, for example 27 3 2012."),
    "not_a_month": _("Write a month and a year, for example 3 2026."),
    "not_a_time": _("Write a time, for example 14:30."),
    "not_all_ranked": _("You gave {count} of {most} a place. Give each one a place, or skip this question."),
    "ranked_twice": _("Two of them have the same place. Give each one its own."),
    "not_a_file": _("We could not keep that. Choose it again, or skip this question."),
    "unknown_question": _("This question is not asked any more. Press Next."),
    "too_long": _("That is too long to send. You can use up to {most} letters. Make it a bit shorter."),
    "unknown_option": _("Choose one of the answers on this page."),
    "too_many": _("Choose only one answer."),
    "exclusive": _("One of the answers you chose only works alone. Choose it alone, or leave it out."),
    "constraint": _("That does not fit this question. Look at it again and change it."),
    "unknown_action": _("Press one of the buttons on this page."),
}


FILE_SENTENCES: dict[str, str] = {
    "too_big": _("That is too big to send. Choose a smaller one, or skip this question."),
    "not_a_picture": _("We can only take a picture (JPEG or PNG). Choose another one, or skip this question."),
    "not_a_recording": _("We can only take a sound recording. Choose another one, or skip this question."),
}
"""What to tell a person about a file that was not kept, by the codes of ``received_files``."""


def sentence(
    problem: Problem, translate: Callable[[str], str], *languages: str, question: Question | None = None
) -> str:
    """What to tell a person about a problem, in their language where it is known.

    The survey's own words go first: those of the problem, or of ``question`` as it was said.
    """
    code, message = problem.code, problem.message
    if question is not None and code in ("required", "constraint"):
        message = (question.required_message if code == "required" else question.constraint_message) or message
    if message:
        own, _language = words(message, *languages)
        if own:
            return own
    if code == "required" and question is not None and not question.may_decline:
        code = "required_here"
    return translate(SENTENCES[code]).format(**problem.details)
