"""A survey as a file to take away: our own YAML, XLSForm, SurveyJS; each with what it cannot say.

The one way out for a survey's definition, from the pages and from the command line: the
words of a licensed instrument are taken out here, whatever the format.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from survey_engine.authoring import write_yaml
from survey_engine.definition import Survey
from survey_engine.formats.account import Exported, Loss
from survey_engine.formats.surveyjs import write_surveyjs
from survey_engine.licensed import without_licensed


def _(text: str) -> str:
    """Mark for translation."""
    return text


@dataclass(frozen=True, slots=True)
class Format:
    """One way to write a survey down."""

    name: str
    title: str
    sentence: str
    ending: str
    media_type: str


FORMATS: dict[str, Format] = {
    one.name: one
    for one in (
        Format("yaml", _("Earshot YAML"), _("Everything, readable in any editor. Reading it again gives the same survey."), "yaml", "application/yaml"),
        Format("xlsform", _("XLSForm"), _("The spreadsheet of ODK, Kobo and SurveyCTO."), "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        Format("surveyjs", _("SurveyJS"), _("JSON for SurveyJS and the programs built on it."), "json", "application/json"),
    )
}  # fmt: skip


def write(survey: Survey, name: str) -> Exported:
    """The survey in one of the formats, without licensed words, with what is lost in it."""
    safe, left_out = without_licensed(survey)
    written = _WRITERS[name](safe)
    kept_back = (Loss(sentence, "licensed wording", "kept back: it belongs to its holder") for sentence in left_out)
    return Exported(written.data, (*kept_back, *written.loss))


def losses(survey: Survey) -> dict[str, tuple[Loss, ...]]:
    """What each format could not say of this survey."""
    return {name: write(survey, name).loss for name in FORMATS}


def _yaml(survey: Survey) -> Exported:
    return Exported(write_yaml(survey).encode())


def _xlsform(survey: Survey) -> Exported:
    # Loaded when the first one is written: spreadsheets need a quarter as much memory as all other pages together.
    from survey_engine.formats.xlsform_writer import write_xlsform

    return write_xlsform(survey)


_WRITERS: dict[str, Callable[[Survey], Exported]] = {
    "yaml": _yaml, "xlsform": _xlsform, "surveyjs": write_surveyjs,
}  # fmt: skip
