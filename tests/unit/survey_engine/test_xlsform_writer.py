"""XLSForms we write: accepted by pyxform, read back the same, and never a formula."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from pyxform.xls2xform import convert

from api.design.ready_made import surveys
from survey_engine.authoring import read_yaml
from survey_engine.definition import Survey
from survey_engine.formats.xlsform import read_xlsform
from survey_engine.formats.xlsform_writer import write_xlsform

EVERYTHING = b"""
survey: everything
title: {en: Everything, cy: Popeth}
audience: child
languages: [en, cy, en-x-easy]
questions:
  - name: age
    type: whole number
    label: {en: How old are you?, cy: Faint yw dy oed?, en-x-easy: How old?}
    rule: . > 3 and . < 26
    rule says: Between 4 and 25.
  - name: bands
    type: age band
    label: Which band?
    choices: [young: 4 to 10, old: 11 to 25]
  - group: helper
    label: Somebody who helps
    repeat: {ask: How many people help you?, most: 3}
    questions:
      - name: who
        type: one choice
        label: Who is it?
        looks like: faces
        choices: [mum: Mum, it's: "It's \\"me\\"", dk: {en: I don't know}]
      - name: what
        type: long text
        label: "What does ${who} do?"
        show if: position(helper) = 1 or who != "mum"
  - name: first_helper
    type: calculated
    calculation: among(who, position(helper) = 1)
  - name: order
    type: ranking
    label: Put them in order.
    choices: [a b: One, c: Two]
    required if: count(helper) > 1
"""


def everything() -> Survey:
    survey = read_yaml(EVERYTHING)
    assert isinstance(survey, Survey), survey
    return survey


def read_back(survey: Survey) -> Survey | None:
    return read_xlsform(write_xlsform(survey).data, "form.xlsx").survey


@pytest.mark.parametrize("survey", [*surveys().values(), everything()], ids=lambda survey: survey.name)
def test_what_we_write_comes_back_the_same_and_pyxform_accepts_it(survey: Survey) -> None:
    exported = write_xlsform(survey)
    assert read_xlsform(exported.data, "form.xlsx").survey == survey
    assert "<h:html" in convert(exported.data, file_type=".xlsx", form_name="data").xform


def test_what_other_programs_will_not_know_is_told() -> None:
    lost = {(loss.where, loss.feature) for loss in write_xlsform(everything()).loss}
    assert {("who", "appearance"), ("bands", "kind"), ("survey", "audience"), ("order", "option “a b”")} <= lost


def test_who_changes_the_spreadsheet_has_the_last_word() -> None:
    book = openpyxl.load_workbook(io.BytesIO(write_xlsform(everything()).data))
    sheet = book["survey"]
    headers = [cell.value for cell in sheet[1]]
    for row in sheet.iter_rows(min_row=2):
        if row[headers.index("name")].value == "bands":
            row[headers.index("type")].value = "text"
    file = io.BytesIO()
    book.save(file)
    imported = read_xlsform(file.getvalue(), "form.xlsx")
    assert imported.survey is not None
    assert imported.survey.question_by_name["bands"].kind.value == "text"
    assert any("the form counts" in loss.what_happens for loss in imported.loss)


def test_no_cell_is_ever_a_formula_or_a_link() -> None:
    survey = everything()
    first: Any = survey.items[0]
    changed = first.model_copy(update={"label": {"en": '=HYPERLINK("http://example.org")', "cy": "http://example.org"}})
    exported = write_xlsform(survey.model_copy(update={"items": (changed, *survey.items[1:])}))
    for sheet in openpyxl.load_workbook(io.BytesIO(exported.data)):
        for row in sheet.iter_rows():
            assert all(cell.data_type in ("s", "n") and cell.hyperlink is None for cell in row)


def test_real_forms_come_back_the_same_and_pyxform_accepts_them(shared_data: Path) -> None:
    for file in sorted((shared_data / "xlsform" / "forms").glob("*")):
        survey = read_xlsform(file.read_bytes(), file.name).survey
        if survey is not None:
            exported = write_xlsform(survey)
            assert read_xlsform(exported.data, "form.xlsx").survey == survey, file.name
            convert(exported.data, file_type=".xlsx", form_name="data")
