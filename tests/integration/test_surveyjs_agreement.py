"""survey-core itself, run by node: the files we write mean there what they mean here, and theirs here what they mean there."""

from __future__ import annotations

import os

import pytest

from tests.web import node
from tests.web.surveyjs_agreement import Agreement, agreements, constructed, import_agreements, library


@pytest.fixture(scope="session")
def survey_core() -> None:
    """survey-core, installed from the lock file; without it these tests say why they are skipped, or fail where CI runs."""
    try:
        node.install()
    except node.NotInstalled as error:
        if os.environ.get("CI"):
            pytest.fail(str(error))
        pytest.skip(str(error))


def agree(found: list[Agreement]) -> None:
    assert all(agreement.compared > 100 and agreement.visible > 50 for agreement in found)
    assert [difference for agreement in found for difference in agreement.differences] == []


@pytest.mark.usefixtures("survey_core")
def test_survey_core_shows_and_requires_what_we_do_in_every_survey_that_ships() -> None:
    agree(agreements(library(), respondents=12))


@pytest.mark.usefixtures("survey_core")
def test_survey_core_agrees_on_surveys_with_groups_sums_days_filters_and_turns() -> None:
    surveys = constructed()
    agree(agreements({name: survey for name, survey in surveys.items() if name != "random"}, respondents=20))


@pytest.mark.usefixtures("survey_core")
def test_survey_core_agrees_on_conditions_nobody_thought_of() -> None:
    agree(agreements({"random": constructed()["random"]}, respondents=4))


@pytest.mark.usefixtures("survey_core")
def test_a_form_of_somebody_else_means_here_what_it_means_in_survey_core() -> None:
    agree(import_agreements(respondents=12))
