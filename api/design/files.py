"""A survey as a file to take away: our own YAML, XLSForm, SurveyJS; each with what it cannot say."""

from __future__ import annotations

from dataclasses import dataclass

from survey_engine.authoring import write_yaml
from survey_engine.definition import Survey
from survey_engine.formats.account import Exported, Loss
from survey_engine.formats.surveyjs import write_surveyjs
from survey_engine.formats.xlsform_writer import write_xlsform


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
    """The survey in one of the formats, with what is lost in it."""
    if name == "xlsform":
        return write_xlsform(survey)
    if name == "surveyjs":
        return write_surveyjs(survey)
    return Exported(write_yaml(survey).encode())


def losses(survey: Survey) -> dict[str, tuple[Loss, ...]]:
    """What each format could not say of this survey."""
    return {name: write(survey, name).loss for name in FORMATS}
