"""What the check of a survey can find: one table of stable codes, each with its meaning, its source and the way out.

Only the vocabulary. What finds them is ``checking``. A code is never given another meaning;
a message may be worded better at any time.

>>> finding = Finding("advice", "jargon", "home", "en", "label", "Say it plainly.", "where you live")
>>> finding.to_json()["instead"]
'where you live'
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Literal

Level = Literal["error", "advice"]
"""An error stands in the way of publishing; advice is for a person to weigh."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at. ``message`` says what to do; ``instead`` are words to use, where there are any.

    ``item`` is the name of a question or group, or of a scale, "" for the survey as a whole;
    ``field`` is the text it is about ("label", "hint", "choices.always"), ``language`` its
    language. "" where there is none.
    """

    level: Level
    code: str
    item: str
    language: str
    field: str
    message: str
    instead: str = ""

    def to_json(self) -> dict[str, Any]:
        """The object that ``earshot survey check`` prints."""
        return asdict(self)


def findings_to_json(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """What ``earshot survey check`` prints: a list of ``{level, code, item, language, field, message, instead}``."""
    return [finding.to_json() for finding in findings]


@dataclass(frozen=True, slots=True)
class Code:
    """What a code means, where the rule comes from, what to do; ``level`` is the usual one ("either": it depends)."""

    level: Literal["error", "advice", "either"]
    meaning: str
    source: str
    remedy: str


_WCAG = "WCAG 2.2"
_EASY = (
    "gov.uk, Accessible communication formats; Department of Health, Making written information easier to understand"
)
_BOOK = "Dillman, Smyth and Christian, Internet, Phone, Mail, and Mixed-Mode Surveys, 2014"
_CHILDREN = "de Leeuw, Improving data quality when surveying children and adolescents, 2011"
_BORGERS = "Borgers, de Leeuw and Hox, Children as respondents in survey research, 2000"
_CODE = "ICO Children's Code, standard 8 (data minimisation); UK GDPR article 5(1)(c)"
_GOVUK = "GOV.UK content design: sentences, plain English"
_OURS = "Earshot: it could not be answered as meant"

CODES: dict[str, Code] = {
    # -- it could not be answered as meant
    "unknown_question": Code("error", "A condition looks at a question that does not exist.", _OURS, "Correct the name."),
    "looks_ahead": Code("error", "A condition looks at a question that comes only later.", _OURS, "Move that question up."),
    "looks_at_note": Code("error", "A condition looks at a note, which nobody answers.", _OURS, "Look at a question."),
    "looks_at_itself": Code("error", "The condition to show something looks at its own answer.", _OURS, "Use a rule."),
    "circle": Code("error", "What is worked out depends on itself.", _OURS, "Break the circle."),
    "cannot_be_answered": Code(
        "error", "A picture or recording is asked as a duty, which not everybody can meet.", _OURS, "Allow not to give one."
    ),
    "nothing_asked": Code("error", "The survey asks nothing.", _OURS, "Add a question."),
    "unknown_option": Code("error", "A condition waits for an option that is not there.", _OURS, "Correct the spelling."),
    "words_missing": Code("error", "A text is missing in a language on offer.", _OURS, "Translate it, or take the language off."),
    "scale_fault": Code("error", "A scale cannot be worked out in this survey.", _OURS, "Do what the message says."),
    "pipe_unknown": Code("error", "${…} names a question that does not exist.", _OURS, "Correct the name."),
    "pipe_later": Code("error", "${…} names a question that is asked only here or later.", _OURS, "Move that question up."),
    "pipe_no_answer": Code("error", "${…} names something that has no answer in words.", _OURS, "Take it out."),
    "pipe_outside": Code("error", "${…} names a question of a repeated group from outside it.", _OURS, "Say it inside the group."),
    "pipe_free_text": Code("advice", "${…} repeats somebody's own words.", _OURS, "Put in the answer to a choice."),
    "file_missing": Code("error", "A picture or recording is named but was not attached.", _OURS, "Attach it, or take it out."),
    "never_asked": Code("advice", "The conditions contradict each other.", _OURS, "Change one of them, or take the question out."),
    "left_out": Code("advice", "Something of another program's form is not asked here.", _OURS, "Ask it another way, or take it out."),
    "default_not_filled": Code("advice", "A default is set where people answer.", _CHILDREN + " (nudging); Children's Code, standard 13",
                               "Take the default out: nobody meets an answer already filled in."),
    "repeat_ask_missing": Code("advice", "A repeated group has no words for “how many?”.", _OURS, "Write the question."),
    "asked_twice": Code("advice", "Two questions have the same words.", _WCAG + " 3.3.7; " + _BOOK, "Take one out, or tell them apart."),
    # -- nobody is made to say
    "cannot_decline": Code("either", "A respondent is given no way to not say.", "UNCRC article 12; MRS guidelines for research with children",
                           "Allow declining. It is an error where the question is also required."),
    "dont_know_missing": Code("advice", "A yes or no, or a degree, is offered without “I don't know”.", _BORGERS, "Add “I don't know”."),
    "other_missing": Code("advice", "A list has neither “Something else” nor “I don't know”.", _BOOK + ", ch. 5", "Add one of them."),
    # -- words
    "reading_age": Code("advice", "A page reads older than its readers.", "GOV.UK aims at 9; Kincaid and others 1975 (Flesch–Kincaid)",
                        "Shorten the sentences and swap the words named."),
    "hard_words": Code("advice", "A page too short for a reading age has three long words or more.", _GOVUK, "Find shorter words."),
    "long_sentence": Code("advice", "A sentence is longer than its readers take in.", _GOVUK + " (25 words); Easy Read and under 13: 15",
                          "Make two of it."),
    "jargon": Code("advice", "A word of the trade.", "Earshot's list, after what children say they do not understand", "Use the plain words."),
    "abbreviation": Code("advice", "An abbreviation.", _GOVUK, "Write it out."),
    "leading": Code("advice", "The words push towards one answer.", _BOOK + ", ch. 4; " + _CHILDREN, "Ask it open to both sides."),
    "double_barrelled": Code("advice", "Two things are asked and one answer is taken.", _BOOK + ", ch. 4", "Ask two questions."),
    "double_negative": Code("advice", "Two denials in one sentence.", _BOOK + "; " + _BORGERS, "Say it the other way round."),
    "negative": Code("advice", "A denial, where readers are under eleven or agree to it.", _BORGERS, "Say it the other way round."),
    "absolute": Code("advice", "“Always”, “never” and the like, where one answer is taken.", _BOOK + ", ch. 4", "Ask how often."),
    "long_recall": Code("advice", "Asks to look back further than its readers can.", _CHILDREN + " (memory)", "Ask about today or this week."),
    # -- options
    "too_many_options": Code("advice", "More options than its readers keep in mind.", _BORGERS + "; " + _CHILDREN, "Put some together."),
    "one_sided_options": Code("advice", "All options lean one way.", _BOOK + ", ch. 5", "Add the other side."),
    "unbalanced_options": Code("advice", "More options on one side than on the other.", _BOOK + ", ch. 5", "Have as many on each side."),
    "options_out_of_order": Code("advice", "A scale jumps back and forth.", _BOOK + ", ch. 5", "Put the options in order."),
    "faces_without_words": Code("error", "An option is a sign without words.", _WCAG + " 1.1.1, 1.3.3", "Give it words."),
    "ends_without_words": Code("advice", "Numbers are offered and nothing says what the ends mean.", _BOOK + ", ch. 5", "Say what the least and the most mean."),
    # -- pictures and Easy Read
    "picture_says_missing": Code("error", "A picture has no words for those who do not see it.", _WCAG + " 1.1.1", "Say what it shows."),
    "easy_picture_missing": Code("advice", "An Easy Read page has no picture.", _EASY, "Add a picture for its one idea."),
    "easy_audio_missing": Code("advice", "Easy Read pages have no recording.", _EASY, "Record them."),
    "easy_contraction": Code("advice", "A contraction in Easy Read.", _EASY, "Write both words."),
    "easy_several_ideas": Code("advice", "A sentence with several ideas in Easy Read.", _EASY, "One idea a sentence."),
    "easy_number_word": Code("advice", "A number in letters in Easy Read.", _EASY, "Write it in digits."),
    # -- who somebody is
    "asks_name": Code("either", "Asks for a name.", _CODE, "Take it out, or offer a made-up name."),
    "asks_other_name": Code("advice", "Asks for somebody else's name.", _CODE, "Ask what the person does, not who it is."),
    "asks_birthday": Code("either", "Asks for a date of birth.", _CODE, "Ask for an age band."),
    "asks_age": Code("advice", "Asks for an age to the year.", _CODE, "Ask for an age band."),
    "asks_address": Code("either", "Asks for an address or postcode.", _CODE, "Ask for a large area, if at all."),
    "asks_place": Code("advice", "May invite the name of a place.", _CODE, "Offer a few large areas as options."),
    "asks_school": Code("advice", "May invite the name of a school.", _CODE, "Ask for the kind of school."),
    "asks_phone": Code("either", "Asks for a telephone number.", _CODE, "Take it out: a link reaches people again."),
    "asks_email": Code("either", "Asks for an e-mail address.", _CODE, "Take it out: a link reaches people again."),
    "asks_online_name": Code("either", "Asks for a name on social media or in a game.", _CODE, "Take it out."),
    "asks_number": Code("either", "Asks for a number such as NHS number or UPN.", _CODE, "Take it out: the link knows whose it is."),
    "shows_face": Code("either", "A photo or recording shows who somebody is.", _CODE, "Ask for a drawing, or say to leave faces out."),
    "exact_date": Code("advice", "Asks for a day, which may be found in a record.", _CODE, "A month or a year is enough."),
    "small_cells": Code("advice", "Questions that together single people out.", "ADR UK, ONS: fewest 10 in a cell; ICO on singling out", "Ask fewer, or coarser."),
    # -- whose words
    "licensed_instrument": Code("error", "A protected instrument is named, without its licence.", "Its owner's terms; Copyright, Designs and Patents Act 1988",
                                "Read it in from the licence holder's file, or take it out."),
    "licence_expired": Code("error", "The licence of a scale has run out.", "Its owner's terms", "Renew the licence, or take the scale out."),
    # -- time
    "minutes_off": Code("advice", "The minutes announced are far from the estimate.", "Reading rates: US National Assessment 1972; answering: our own guesses",
                        "Announce what it takes, or shorten the survey."),
    "too_long": Code("advice", "Children need more than ten minutes.", _CHILDREN + " (attention)", "Take questions out, or make two surveys."),
}  # fmt: skip
"""Every code a Finding can have. ``docs/checking-surveys.md`` is written from this table; a test keeps it in step."""
