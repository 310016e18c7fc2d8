"""The surveys and the agreement notices that come with Earshot, read once from the package.

A broken file here is a bug of ours and raises.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from survey_engine.authoring import read_notices, read_yaml
from survey_engine.consent import Notice
from survey_engine.definition import Audience, Survey

NOTICES = "notice.yaml"


@cache
def surveys() -> dict[str, Survey]:
    """The ready-made surveys by name."""
    found: dict[str, Survey] = {}
    for file in sorted(files("survey_engine.library").iterdir(), key=lambda file: file.name):
        if file.name.endswith(".yaml") and file.name != NOTICES:
            survey = read_yaml(file.read_bytes())
            if not isinstance(survey, Survey):
                raise ValueError(f"{file.name}: {survey[0].message}")
            found[survey.name] = survey
    return found


@cache
def with_scales() -> dict[str, Survey]:
    """Those whose questions make up scales, which other surveys can take in as they are."""
    return {name: survey for name, survey in surveys().items() if survey.scales}


@cache
def notices() -> dict[Audience, Notice]:
    """The agreement notice for each audience."""
    read = read_notices(files("survey_engine.library").joinpath(NOTICES).read_bytes())
    if isinstance(read, tuple):
        raise ValueError(f"{NOTICES}: {read[0].message}")
    return read


def notice_for(audience: Audience, controller: str) -> Notice | None:
    """The notice for an audience in the name of the council that asks; None where there is none."""
    notice = notices().get(audience)
    return notice and _of(notice, controller)


@cache
def _permission_notice() -> Notice:
    read = read_notices(files("survey_engine").joinpath("notices", "permission.yaml").read_bytes())
    if isinstance(read, tuple):
        raise ValueError(f"permission.yaml: {read[0].message}")
    return read[Audience.PARENT_CARER]


def permission_notice(controller: str) -> Notice:
    """What an adult reads who may say yes or no to a child being asked, in the name of the council that asks."""
    return _of(_permission_notice(), controller)


def _of(notice: Notice, controller: str) -> Notice:
    return notice.model_copy(update={"controller": dict.fromkeys(notice.controller, controller)})
