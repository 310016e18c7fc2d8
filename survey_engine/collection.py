"""How answers were collected: by which way they came, who was with the respondent, and the columns that say so.

Who reads answers aloud, writes them down or only sits there changes what is said (a mode
effect, a presence effect), so both are kept with the answers and handed to researchers.
Neither says who anybody is: "a worker", never which one. Not here: the pages that ask.

``permission`` says whether an adult had to say yes first. It is the same for all of a wave,
so it points to nobody; as what an adult said it, which tells of care orders, is in no column.

A column is called ``mode`` and ``helped_by``, or ``response_mode`` and so on where a
question of the survey has that name already.

>>> from survey_engine.definition import Audience, Kind, Question, Survey
>>> survey = Survey(name="s", title={"en": "S"}, audience=Audience.CHILD, languages=("en",),
...     items=(Question(name="mode", kind=Kind.TEXT, label={"en": "How do you travel?"}),))
>>> collected(survey, Mode.KIOSK, None)
{'response_mode': 'kiosk', 'response_permission': 'not_needed'}
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from survey_engine import codebook
from survey_engine.answers import Answer, AnswerState
from survey_engine.codebook import DECLINED, MISSING, NOT_ASKED, SKIPPED, Variable
from survey_engine.definition import Audience, Kind, Survey, Voice, content_hash, option_column

HELPED = "~helped"
"""Where answers on their way keep who was there; no question can be called like this."""


ASKED_WITH_PERMISSION = (Audience.CHILD, Audience.YOUNG_PERSON)
"""For whom somebody else may have to say yes."""


class Mode(StrEnum):
    """The mode of data collection: the respondent's own device, a tablet that stands somewhere, or paper typed in."""

    WEB = "web"
    KIOSK = "kiosk"
    PAPER = "paper"


class HelpedBy(StrEnum):
    """Who was with the respondent, as they said."""

    ALONE = "alone"
    PARENT_CARER = "parent_carer"
    WORKER = "worker"
    FRIEND_FAMILY = "friend_family"
    DECLINED = "declined"


MODES: dict[Mode, str] = {
    Mode.WEB: "on a device of their own",
    Mode.KIOSK: "on a tablet that stands somewhere for many",
    Mode.PAPER: "on paper, typed in by staff",
}
HELPERS: dict[HelpedBy, str] = {
    HelpedBy.ALONE: "nobody, by themselves",
    HelpedBy.PARENT_CARER: "a parent or carer",
    HelpedBy.WORKER: "a worker, such as a social worker or teacher",
    HelpedBy.FRIEND_FAMILY: "a friend, brother or sister",
}
PERMISSIONS: dict[str, str] = {
    "not_needed": "each decided alone",
    "given": "an adult who may give permission said yes first, and the child as well",
}
HELP: dict[str, str] = {"reads": "helped to read", "writes": "wrote what was said"}


@dataclass(frozen=True, slots=True)
class Helped:
    """Who was there and what they did. Whoever is alone, or does not want to say, has no help to tell of."""

    by: HelpedBy
    reads: bool = False
    writes: bool = False

    @property
    def has_supporter(self) -> bool:
        """Whether there is somebody to speak to."""
        return self.by not in (HelpedBy.ALONE, HelpedBy.DECLINED)


def as_answer(helped: Helped) -> Answer:
    """What a draft keeps under ``HELPED``."""
    help_ = tuple(name for name in HELP if getattr(helped, name))
    return Answer(AnswerState.ANSWERED, (helped.by.value, *help_))


def from_answer(answer: Answer | None) -> Helped | None:
    """The same, read back; None where nobody was asked, or nothing was said."""
    if answer is None or not isinstance(answer.value, tuple):
        return None
    by, *help_ = answer.value
    return Helped(HelpedBy(by), *(name in help_ for name in HELP))


# -- columns of an export


def collection_columns(survey: Survey) -> tuple[Variable, ...]:
    """The columns that say how a row was collected; none for the forms of practitioners, who write about others."""
    if survey.audience is Audience.PRACTITIONER:
        return ()
    called = _names(survey)
    found = [_column(survey, called("mode"), "How the answers came", MODES, missing=())]
    if survey.audience in ASKED_WITH_PERMISSION:
        found.append(_column(survey, called("permission"), "Permission by an adult", PERMISSIONS, missing=()))
    if survey.asks_who_helps:
        by = called("helped_by")
        found.append(_column(survey, by, "Who was with them", HELPERS, missing=(NOT_ASKED, DECLINED, SKIPPED)))
        found += [
            _column(
                survey, option_column(by, name), f"Whoever was with them {told}", {"0": "not said", "1": "said"},
                missing=(NOT_ASKED, DECLINED, SKIPPED), kind=Kind.MULTIPLE_CHOICE,
            )
            for name, told in HELP.items()
        ]  # fmt: skip
    return tuple(found)


def collected(
    survey: Survey, mode: Mode, helped: Helped | None, *, needed_permission: bool = False
) -> dict[str, str]:  # fmt: skip
    """One row's cells for ``collection_columns``, in their order; ``helped`` None: the page was left out.

    ``needed_permission``: of the wave; nobody is asked in such a wave before permission is given.
    """
    if survey.audience is Audience.PRACTITIONER:
        return {}
    called = _names(survey)
    cells = {called("mode"): mode.value}
    if survey.audience in ASKED_WITH_PERMISSION:
        cells[called("permission")] = "given" if needed_permission else "not_needed"
    if survey.asks_who_helps:
        by = called("helped_by")
        missing = SKIPPED if helped is None else DECLINED if helped.by is HelpedBy.DECLINED else ""
        cells[by] = missing or str(helped and helped.by.value)
        for name in HELP:
            alone = helped is not None and not helped.has_supporter
            cells[option_column(by, name)] = missing or (NOT_ASKED if alone else str(int(getattr(helped, name))))
    return cells


def _names(survey: Survey) -> Callable[[str], str]:
    taken = {column for question in survey.possible for column in codebook.columns(question)}
    clash = bool(taken & {"mode", "permission", "helped_by", *(option_column("helped_by", name) for name in HELP)})
    return lambda name: f"response_{name}" if clash else name


def _column(
    survey: Survey, name: str, label: str, values: dict[Mode, str] | dict[HelpedBy, str] | dict[str, str],
    *, missing: tuple[str, ...], kind: Kind = Kind.SINGLE_CHOICE,
) -> Variable:  # fmt: skip
    return Variable(
        name, "", label, "en", kind.value, Voice.RESPONDENT.value, "", content_hash(survey),
        values={str(code): told for code, told in values.items()},
        missing={code: MISSING[code] for code in missing},
    )  # fmt: skip
