"""Files are known by what is in them, and a file we cannot read is told how to mend it."""

from __future__ import annotations

import io
import itertools
import zipfile

import pytest

from api.metrics.recognise import Recognised, recognise, to_json

REVIEWS = b"CHILD,DOB,REVIEW,REVIEW_CODE\n101,05/06/2010,07/08/2023,PN1\n"
EES = (
    b"time_period,time_identifier,geographic_level,country_code,country_name,children\n"
    b"2024,Reporting year,National,E92000001,England,5\n"
)
CENSUS = (
    b"<Message><Header><CollectionDetails><Collection>CIN</Collection><Year>2024</Year></CollectionDetails>"
    b"<Source><LEA>999</LEA></Source></Header><Children><Child/><Child/></Children></Message>"
)


def workbook(*sheets: str) -> bytes:
    names = "".join(f'<sheet name="{name}"/>' for name in sheets)
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("xl/workbook.xml", f'<workbook xmlns="urn:x"><sheets>{names}</sheets></workbook>')
    return data.getvalue()


def code(data: bytes, name: str = "file.csv") -> tuple[int | None, str, str]:
    result = recognise(name, data)
    assert isinstance(result, tuple), result
    assert len(result[0].message) > 20
    return (result[0].row, result[0].column, result[0].code)


@pytest.mark.parametrize(
    ("data", "kind", "rows", "period"),
    [
        (REVIEWS, "ssda903.reviews", 1, "2024"),
        (b"\xef\xbb\xbf" + REVIEWS.lower().replace(b",", b" , "), "ssda903.reviews", 1, "2024"),
        (REVIEWS.replace(b"\n", b"\r\n"), "ssda903.reviews", 1, "2024"),
        (b"REVIEW_CODE,LA,REVIEW,DOB,CHILD\nPN1,999,07/08/2023,05/06/2010,101\n", "ssda903.reviews", 1, "2024"),
        (b"CHILD,SEX,DOB,DUC\n1,M,05/06/2010,\n", "ssda903.uasc", 1, ""),
        (b"\xef\xbb\xbf" + EES, "dfe", 1, "2024"),
        (CENSUS, "cin_census", 2, "2024"),
        (workbook("List 1", "List_2 ", "List 8"), "annex_a", 0, ""),
    ],
)
def test_files_are_recognised_by_their_content(data: bytes, kind: str, rows: int, period: str) -> None:
    result = recognise("whatever.png", data)
    assert isinstance(result, Recognised)
    assert (result.kind, result.rows, result.period) == (kind, rows, period)
    assert result.imported == (kind not in ("cin_census", "annex_a"))


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", (None, "", "empty")),
        (b" \r\n ", (None, "", "empty")),
        (b"\x89PNG\r\n\x1a\n\x00\x00", (None, "", "not_a_table")),
        (b"%PDF-1.7", (None, "", "not_a_table")),
        (REVIEWS.decode().encode("utf-16"), (None, "", "utf16")),
        (REVIEWS + b"1\x00,,,\n", (3, "", "nul_bytes")),
        (REVIEWS + "é,,,\n".encode("latin-1"), (3, "", "encoding")),
        (REVIEWS + b'1,"open,,\n', (3, "", "csv")),
        (REVIEWS + b"1,2\n", (3, "", "row_length")),
        (REVIEWS.replace(b",", b";"), (1, "", "delimiter")),
        (REVIEWS.splitlines()[0], (None, "", "no_rows")),
        (b"CHILD,DOB,REVIEW\n1,05/06/2010,07/08/2023\n", (1, "REVIEW_CODE", "columns_missing")),
        (EES.replace(b"country_code", b"code"), (1, "country_code", "columns_missing")),
        (b"DOB,DOB\n1,2\n", (1, "DOB", "duplicate_column")),
        (b"name,address\nA,B\n", (1, "", "columns")),
        (b"col_name,col_type,label\nx,Filter,X\n", (1, "", "ees_meta")),
        (CENSUS[:-5], (None, "", "xml")),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><Message>&b;</Message>', (None, "", "xml")),
        (b"<Message/>", (None, "", "xml_unknown")),
        (workbook("Sheet1"), (None, "", "workbook_unknown")),
        (workbook("List 1")[:40], (None, "", "not_a_table")),
    ],
    ids=itertools.count(),  # the bytes of a workbook hold the time it was made: no name for a test
)
def test_what_cannot_be_read_is_refused_with_place_and_cure(data: bytes, expected: tuple[int | None, str, str]) -> None:
    assert code(data) == expected


def test_no_message_and_no_repr_repeats_a_cell() -> None:
    told = repr([recognise("f.csv", REVIEWS), recognise("f.csv", REVIEWS + b"Ermintrude,2\n")])
    assert "05/06/2010" not in told
    assert "Ermintrude" not in told


def test_the_json_has_the_shape_of_the_command() -> None:
    told = to_json([recognise("r.csv", REVIEWS), recognise("x.csv", b"")])
    assert told["recognised"][0].items() >= {"file": "r.csv", "kind": "ssda903.reviews", "rows": 1, "areas": []}.items()
    assert set(told["problems"][0]) == {"file", "row", "column", "code", "message"}
