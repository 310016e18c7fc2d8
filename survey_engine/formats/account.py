"""What came of reading or writing another program's file: the survey, what was lost, what must be mended."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from survey_engine.definition import Survey


@dataclass(frozen=True, slots=True)
class Loss:
    """Something that could not come along; ``where`` names the sheet, row and column, or the place in the file."""

    where: str
    feature: str
    what_happens: str


@dataclass(frozen=True, slots=True)
class ImportProblem:
    """A mistake in the form; ``row`` as the spreadsheet numbers it, None where no row is meant."""

    sheet: str
    row: int | None
    column: str
    message: str


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of a form. ``survey`` is None exactly when there are problems."""

    survey: Survey | None
    loss: tuple[Loss, ...] = ()
    problems: tuple[ImportProblem, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The object that ``earshot survey import`` prints."""
        return {
            "survey": self.survey.model_dump(mode="json") if self.survey else None,
            "loss": [asdict(loss) for loss in self.loss],
            "problems": [asdict(problem) for problem in self.problems],
        }


@dataclass(frozen=True, slots=True)
class Exported:
    """A survey in another program's form, and what that form cannot say."""

    data: bytes
    loss: tuple[Loss, ...] = ()
