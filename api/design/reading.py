"""A file somebody uploaded, or a definition a page sent back, as a survey with an account of what was lost.

The kind of file is told by what it holds, not by its name: spreadsheets begin with the
mark of their container; a name that ends in ``.csv`` is a form in one sheet, one in ``.json``
(or a text that begins with a brace) is SurveyJS; anything else is read as YAML.
"""

from __future__ import annotations

from dataclasses import dataclass

from survey_engine.authoring import read_yaml
from survey_engine.definition import Audience, Survey
from survey_engine.formats.account import Imported, Loss
from survey_engine.formats.surveyjs import read_surveyjs

_SPREADSHEET_MARKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How .xlsx (a zip archive) and .xls (an OLE file) begin."""


@dataclass(frozen=True, slots=True)
class ToMend:
    """A mistake in a file: where it is, as its author sees it, and what to do."""

    where: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a file. ``survey`` is None exactly when there is something to mend."""

    survey: Survey | None
    losses: tuple[Loss, ...] = ()
    to_mend: tuple[ToMend, ...] = ()


def read_upload(data: bytes, filename: str, audience: Audience) -> Outcome:
    """The survey a file holds. ``audience`` counts for a spreadsheet, which cannot say whom it is for."""
    if data.startswith(_SPREADSHEET_MARKS) or filename.lower().endswith(".csv"):
        return _read_spreadsheet(data, filename, audience)
    if filename.lower().endswith(".json") or data[:64].lstrip().startswith(b"{"):
        return _read_surveyjs(data, filename, audience)
    return read_definition(data)


def read_definition(data: bytes, *, publishable: bool = True) -> Outcome:
    """The survey written as YAML; with ``publishable`` False also one that cannot be asked like this yet."""
    survey = read_yaml(data, publishable=publishable)
    if isinstance(survey, Survey):
        return Outcome(survey)
    return Outcome(None, to_mend=tuple(ToMend(f"line {p.line}" if p.line else "file", p.message) for p in survey))


def _read_spreadsheet(data: bytes, filename: str, audience: Audience) -> Outcome:
    from survey_engine.formats.xlsform import read_xlsform  # here for the memory it needs, see ``files``

    return _outcome(read_xlsform(data, filename), audience)


def _read_surveyjs(data: bytes, filename: str, audience: Audience) -> Outcome:
    return _outcome(read_surveyjs(data, filename), audience)


def _outcome(imported: Imported, audience: Audience) -> Outcome:
    if imported.survey is not None:
        return Outcome(imported.survey.model_copy(update={"audience": audience}), imported.loss)
    to_mend = (
        ToMend(
            ", ".join(
                part for part in (p.sheet and f"sheet {p.sheet}", p.row and f"row {p.row}", p.column) if part
            ) or "file",
            p.message,
        )
        for p in imported.problems
    )  # fmt: skip
    return Outcome(None, imported.loss, tuple(to_mend))
