"""Administrative files over HTTP: understood by content, stored once and whole, children's rows never kept."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, inspect, select
from sqlmodel import col

from api import audit
from api.models import AuditEvent, Measure, MeasureImport
from tests.conftest import SHARED_DATA

HEAD = (
    "time_period,time_identifier,geographic_level,country_code,country_name,region_code,region_name,new_la_code,la_name"
)
REREFERRALS = f"""{HEAD},Referrals,Re_referrals,Re_referrals_percent
2025,Reporting year,National,E92000001,England,,,,,600000,135000,22.5
2025,Reporting year,Local authority,E92000001,England,E12009999,Mid Shires,E10009999,Marlshire,2000,500,25.0
2024,Reporting year,Local authority,E92000001,England,E12009999,Mid Shires,E10009999,Marlshire,1900,c,c
"""
CHILD = "QX77CHILD"


def reviews(children: int, conveyed: int, *, year: str = "2026") -> str:
    rows = [
        f"{CHILD}{n},01/02/2010,03/02/{year},{'PN1' if n < conveyed else 'PN4'}" for n in range(children)
    ]  # fmt: skip
    return "\n".join(["CHILD,DOB,REVIEW,REVIEW_CODE", *rows])


def send(person: Any, *files: tuple[str, str | bytes], **fields: str) -> Any:
    parts = [("files", (name, data, "text/csv")) for name, data in files]
    return person.post("/metrics/import", fields, files=parts or [("other", ("", b"", "text/csv"))])


def count(deployment: Any, table: Any) -> int:
    with deployment.main.reading() as session:
        return session.execute(select(func.count()).select_from(table)).scalar_one()


# -- who may


def test_nobody_sees_or_imports_measures_without_signing_in(phone: Any) -> None:
    stranger = phone()
    assert stranger.get("/metrics").status_code == 401
    assert stranger.client.post("/metrics/import", files={"files": ("a.csv", REREFERRALS)}).status_code == 401
    assert stranger.get("/api/v1/measures").json()["code"] == "sign_in_required"


def test_each_role_does_what_its_table_says(staff: Any) -> None:
    for role, sees, imports in (
        ("officer", True, True), ("administrator", True, True), ("researcher", True, False),
        ("practitioner", False, False), ("safeguarding", False, False),
    ):  # fmt: skip
        person = staff(role)
        assert person.get("/metrics").status_code == (200 if sees else 403), role
        assert ('action="/metrics/import"' in person.page) is imports, role
        assert person.get("/api/v1/measures").status_code == (200 if sees else 403), role
        assert send(person, ("a.csv", REREFERRALS)).status_code == (200 if imports else 403), role


def test_an_upload_without_the_sessions_token_changes_nothing(deployment: Any, staff: Any) -> None:
    officer = staff("officer")
    answer = officer.client.post("/metrics/import", files={"files": ("a.csv", REREFERRALS)})
    assert (answer.status_code, count(deployment, MeasureImport)) == (403, 0)


# -- a published file


def test_a_published_file_becomes_figures_of_the_area_with_england_beside_them(deployment: Any, staff: Any) -> None:
    officer = staff("officer")
    assert send(officer, ("anything.csv", "\ufeff" + REREFERRALS)).status_code == 200
    assert "3 new figures are stored" in officer.page
    officer.get("/metrics")
    for shown in ("Referred again within a year", "25%", "500 of 2,000", "England: 22.5%", "Of referrals in the year"):
        assert shown in officer.page
    assert "hidden to protect people" in officer.page  # 2024 keeps its symbol and is no zero
    with deployment.main.reading() as session:
        event = session.execute(select(AuditEvent).where(col(AuditEvent.kind) == "measures.imported")).scalar_one()
    assert event.details == {"kind": "dfe", "rows": 3, "figures": 3, "problems": 0}
    assert event.actor == officer.staff_id


def test_the_same_file_again_is_recognised_and_not_doubled(deployment: Any, staff: Any) -> None:
    officer = staff("officer")
    send(officer, ("a.csv", REREFERRALS))
    assert send(officer, ("renamed.csv", REREFERRALS)).status_code == 200
    assert "Was here already" in officer.page
    assert (count(deployment, MeasureImport), count(deployment, Measure)) == (1, 3)


def test_of_a_revised_file_the_newer_figure_counts(deployment: Any, staff: Any) -> None:
    officer = staff("officer")
    send(officer, ("a.csv", REREFERRALS))
    deployment.clock.forward(hours=1)
    send(officer, ("a.csv", REREFERRALS.replace("500,25.0", "520,26.0")))
    found = officer.get("/api/v1/measures?indicator=rereferrals").json()
    assert [(item["period"], float(item["value"] or 0), item["symbol"]) for item in found] == [
        ("2025", 26.0, ""), ("2024", 0.0, "c"),
    ]  # fmt: skip


def test_the_json_asks_by_area_and_a_wrong_area_is_told(staff: Any) -> None:
    officer = staff("officer")
    send(officer, ("a.csv", REREFERRALS))
    assert len(officer.get("/api/v1/measures").json()) == 2
    assert [item["value"] for item in officer.get("/api/v1/measures?area=E92000001").json()] == ["22.500000"]
    assert officer.get("/api/v1/measures?area=E10000000").json() == []
    assert officer.get("/api/v1/measures?area=%00").status_code in (404, 422)


# -- a return


def test_a_return_becomes_one_figure_and_no_row_about_a_child_is_kept(deployment: Any, staff: Any) -> None:
    officer = staff("officer")
    bad = reviews(40, 30) + f"\n{CHILD}99,01/02/2010,31/02/2026,PN1\n{CHILD}98,01/02/2010,03/02/2026,PN9"
    send(officer, ("tables.csv", bad), as_of="2026-03-31")
    assert "2 problems" in officer.page
    assert "no day of the calendar" in officer.page
    assert CHILD not in officer.page
    found = {item["indicator"]: item for item in officer.get("/api/v1/measures").json()}
    taken = found["reviews_participation"]
    assert (float(taken["value"]), taken["numerator"], taken["denominator"]) == (75.0, 30, 40)
    assert (taken["period_start"], taken["period_end"]) == ("2025-04-01", "2026-03-31")
    assert CHILD not in everything(deployment)


def everything(deployment: Any) -> str:
    """The whole main database as text."""
    with deployment.main.engine.connect() as connection:
        tables = inspect(connection).get_table_names()
        return json.dumps(
            [
                [str(value) for value in row]
                for name in tables
                for row in connection.exec_driver_sql(f"SELECT * FROM {name}")
            ]
        )


def test_a_small_figure_of_our_own_is_hidden_before_it_is_stored(deployment: Any, staff: Any) -> None:
    officer = staff("officer")
    send(officer, ("reviews.csv", reviews(40, 37)), as_of="2026-03-31")  # three were not heard
    found = officer.get("/api/v1/measures").json()
    assert {(item["symbol"], item["value"], item["numerator"], item["denominator"]) for item in found} == {
        ("c", None, None, None)
    }
    with deployment.main.reading() as session:
        assert session.execute(select(func.max(col(Measure.numerator)))).scalar_one() is None
    officer.get("/metrics")
    assert "hidden to protect people" in officer.page


def test_the_year_is_the_one_that_ended_last_unless_told(staff: Any) -> None:
    officer = staff("officer")  # it is November 2026
    send(officer, ("reviews.csv", reviews(40, 20)))
    assert {item["period_end"] for item in officer.get("/api/v1/measures").json()} == {"2026-03-31"}
    send(officer, ("older.csv", reviews(40, 20, year="2025")), as_of="2025-03-31")
    assert {item["period_end"] for item in officer.get("/api/v1/measures").json()} == {"2026-03-31", "2025-03-31"}


def test_tables_of_one_return_are_computed_together_and_a_table_sent_twice_is_told(deployment: Any, staff: Any) -> None:
    officer = staff("officer")
    left = "CHILD,DOB,IN_TOUCH,ACTIV,ACCOM\n" + "\n".join(f"{CHILD}{n},01/01/2008,YES,F1,B1" for n in range(30))
    send(officer, ("r.csv", reviews(40, 20)), ("o.csv", left), ("r2.csv", reviews(41, 20)), as_of="2026-03-31")
    assert "is the table reviews too" in officer.page
    assert count(deployment, MeasureImport) == 1
    found = {item["indicator"] for item in officer.get("/api/v1/measures").json()}
    assert {"reviews_participation", "care_leavers_in_touch"} <= found


# -- what cannot be used


def test_a_file_that_cannot_be_used_says_how_to_mend_it_and_leaves_nothing(deployment: Any, staff: Any) -> None:
    officer = staff("officer")
    for data, sentence in (
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 50, "a picture, not a table"),
        (b"", "The file is empty"),
        (b"a,b,c\n1,2,3\n", "belong to no table we know"),
        (HEAD.encode() + b",rate_per_10000\n", "with headings only"),
        (REREFERRALS.encode("utf-16"), "UTF-16"),
        (b"CHILD,DOB,REVIEW\nQX,01/02/2010,03/04/2024\n", "REVIEW_CODE is missing"),
    ):
        assert send(officer, ("x.csv", data)).status_code == 422, sentence
        assert "Nothing was imported" in officer.page
        assert sentence in officer.page
    assert count(deployment, MeasureImport) == 0


def test_one_bad_file_does_not_keep_the_others_out(deployment: Any, staff: Any) -> None:
    officer = staff("officer")
    assert send(officer, ("x.png", b"\x89PNG\r\n"), ("a.csv", REREFERRALS)).status_code == 200
    assert "Not imported" in officer.page
    assert "Stored" in officer.page
    assert count(deployment, Measure) == 3


def test_a_form_without_files_or_with_an_impossible_day_leads_back_to_its_fields(staff: Any) -> None:
    officer = staff("officer")
    assert send(officer).status_code == 422
    assert 'href="#files"' in officer.page
    for day in ("yesterday", "0001-01-01", "9999-12-31", "2026-02-31"):
        assert send(officer, ("a.csv", REREFERRALS), as_of=day).status_code == 422
        assert 'href="#as_of"' in officer.page


def test_a_hostile_file_name_and_content_are_shown_as_text(staff: Any) -> None:
    officer = staff("officer")
    send(officer, ("<script>alert(1)</script>.csv", "a,b\n1,2\n"))
    assert "<script>alert" not in officer.page


def test_an_import_that_fails_half_way_leaves_nothing(
    deployment: Any, staff: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_given: Any, **_named: Any) -> None:
        raise RuntimeError("the computer was switched off")

    officer = staff("officer")
    monkeypatch.setattr(audit, "record", fails)
    assert send(officer, ("a.csv", REREFERRALS)).status_code == 500
    assert (count(deployment, MeasureImport), count(deployment, Measure)) == (0, 0)


def test_without_figures_the_page_says_what_to_do(staff: Any) -> None:
    officer = staff("officer")
    officer.get("/metrics")
    assert "Nothing imported yet" in officer.page
    elsewhere = REREFERRALS.replace("E10009999", "E10008888")
    send(officer, ("a.csv", elsewhere))
    officer.get("/metrics")
    assert "No figures of your area" in officer.page


# -- real files


def test_real_files_of_dfe_and_the_sample_return_are_imported(deployment: Any, staff: Any, shared_data: Path) -> None:
    officer = staff("officer")
    admin = SHARED_DATA / "admin"
    files = [*sorted((admin / "dfe_cin_statistics").glob("*.csv")), *sorted((admin / "ssda903_sample").glob("*.csv"))]
    answer = send(officer, *((path.name, path.read_bytes()) for path in files), as_of="2020-03-31")
    assert answer.status_code == 200
    assert len(officer.get("/api/v1/measures?area=E92000001").json()) > 10
    assert count(deployment, MeasureImport) >= 4
