"""From published files and from a return to figures about an area: numbers checked by hand, children never seen."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from api.indicators import INDICATORS, PAIRS, Measure, measure_json, reference, suggest_indicators
from api.metrics.dfe import DfeRead, read_dfe
from api.metrics.protection import protect_measures
from api.metrics.recognise import ImportProblem, Recognised, Table, recognise
from api.metrics.ssda903 import compute
from survey_engine.disclosure import Policy

PLACE = "2024,Reporting year,Local authority,E92000001,England,E06000999,Invented"
HEAD = "time_period,time_identifier,geographic_level,country_code,country_name,new_la_code,la_name"
AS_OF = date(2024, 3, 31)


def table(text: str) -> Table:
    result = recognise("made.csv", text.encode())
    assert isinstance(result, Recognised), result
    assert result.table is not None
    return result.table


def dfe(columns: str, *rows: str, place: str = PLACE) -> DfeRead:
    return read_dfe(table("\n".join([f"{HEAD},{columns}", *(f"{place},{row}" for row in rows)])))


def computed(**tables: str) -> tuple[dict[str, Measure], tuple[ImportProblem, ...]]:
    measures, problems = compute({kind: table(text) for kind, text in tables.items()}, "E06000999", "Invented", AS_OF)
    return {measure.indicator: measure for measure in measures}, problems


def counts(measure: Measure) -> tuple[object, object, object]:
    return (measure.numerator, measure.denominator, measure.value)


# --- DfE open data


def test_the_denominator_comes_from_the_total_row_of_the_same_place_and_year() -> None:
    read = dfe(
        "cla_group,placement_stability,children_count,children_percent",
        "CLA on 31 March,With 3 or more placements during the year,12,10",
        "CLA on 31 March,Total children,120,100",
        "CLA 2 years on 31 March,Total children,77,100",
    )
    (measure,) = read.measures
    assert counts(measure) == (12, 120, 10)
    assert (measure.indicator, measure.period_start, measure.period_end) == (
        "placements_3_or_more",
        date(2023, 4, 1),
        AS_OF,
    )


@pytest.mark.parametrize("columns", ["Referrals,Re_referrals_percent", "referral_count,rereferral_percent"])
def test_both_releases_names_of_a_column_are_the_same_indicator(columns: str) -> None:
    (measure,) = dfe(columns, "200,21.5").measures
    assert measure.indicator == "rereferrals"
    assert counts(measure) == (None, 200, Decimal("21.5"))


@pytest.mark.parametrize(
    ("cell", "symbol"),
    [("c", "c"), ("z", "z"), ("x", "x"), ("k", "k"), ("low", "low"), ("u", "u"), (":", "x"), ("~", "low")],
)
def test_a_symbol_stays_a_symbol(cell: str, symbol: str) -> None:
    read = dfe("Referrals,Re_referrals_percent", f"200,{cell}")
    (measure,) = read.measures
    assert (measure.value, measure.symbol) == (None, symbol)
    assert [problem.code for problem in read.problems] == (["obsolete_symbol"] if cell in ":~" else [])


def test_the_mean_that_stands_in_the_column_of_counts_is_no_count() -> None:
    read = dfe(
        "characteristic,breakdown,children_count,children_percent",
        "Ages 5 to 16 years with SDQ score,SDQ average score,14.9,z",
        "Ages 5 to 16 years with SDQ score,SDQ score was received,80,78",
        "Ages 5 to 16 years with SDQ score,Total ages 5 to 16 years,103,100",
    )
    found: dict[str, object] = {measure.indicator: counts(measure) for measure in read.measures}
    assert found == {"sdq_average": (None, 80, Decimal("14.9")), "sdq_returned": (80, 103, 78)}


def test_rows_of_another_filter_are_told_apart_and_columns_without_rule_listed() -> None:
    read = dfe("sex,Referrals,Re_referrals_percent,Extra", "Total,200,20,1", "Girls,90,25,1")
    assert [measure.breakdown for measure in read.measures] == ["", "sex: Girls"]
    assert read.unmapped_columns == ("Extra",)


def test_a_valid_file_of_something_else_is_no_error() -> None:
    read = dfe("school_meals", "7")
    assert (read.measures, read.unmapped_columns, read.problems) == ((), ("school_meals",), ())


def test_rows_that_cannot_be_true_are_left_out_with_their_number() -> None:
    twins = dfe("Referrals,Re_referrals_percent", "200,20", "200,21", "200,1e9")
    assert twins.measures == ()
    assert {(p.row, p.code) for p in twins.problems} == {(3, "conflicting_rows"), (4, "not_a_figure")}
    assert [p.code for p in dfe("x", "1", place=PLACE.replace("2024", "202499")).problems] == ["period"]
    assert [p.code for p in dfe("Re_referrals_percent", "1", place=PLACE.replace("E06", "?")).problems] == ["area_code"]


# --- SSDA903

REVIEWS = "CHILD,DOB,REVIEW,REVIEW_CODE\n"


def test_participation_counts_reviews_with_views_conveyed_among_those_of_children_four_and_over() -> None:
    found, problems = computed(
        reviews=REVIEWS
        + "a,01/01/2010,01/05/2023,PN1\na,01/01/2010,01/11/2023,PN7\n"
        + "b,01/01/2010,01/06/2023,PN6\nc,01/01/2022,01/06/2023,PN0\nd,01/01/2010,31/03/2023,PN4\n"
    )
    assert counts(found["reviews_participation"]) == (2, 3, Decimal("66.7"))
    assert counts(found["reviews_participation_every"]) == (1, 2, Decimal("50.0"))
    assert problems == ()


def test_faulty_reviews_are_left_out_and_told_without_the_child() -> None:
    rows = [
        "Ann1,01/01/2010,01/05/2023,PN1",
        "Ann1,01/01/2010,01/05/2023,PN1",
        "Bob2,01/01/2010,01/05/2023,PN9",
        "Cat3,01/01/2010,31/02/2023,PN1",
        "Dan4,01/01/2010,01/05/2023,PN1",
        "Dan4,01/01/2010,01/05/2023,PN7",
        "Eve5,01/01/2010,01/05/2023,PN0",
        ",01/01/2010,01/05/2023,PN1",
        "Fay6,,01/05/2023,PN1",
    ]
    found, problems = computed(reviews=REVIEWS + "\n".join(rows))
    assert counts(found["reviews_participation"]) == (1, 1, 100)
    assert {(p.row, p.code) for p in problems} == {
        *((3, "duplicate_row"), (4, "code"), (5, "date"), (6, "conflicting_rows"), (7, "conflicting_rows")),
        *((8, "code_against_age"), (9, "child_missing"), (10, "date_missing")),
    }
    cells = {cell for row in rows for cell in row.split(",") if cell and not cell.startswith("PN")}
    assert not [p for p in problems for cell in cells if cell in p.message]


EPISODES = "CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC\n"


def episodes(rows: Iterable[str]) -> str:
    """Rows as child, start, reason, status, place, end."""
    split = [row.split() for row in rows]
    return EPISODES + "\n".join(
        f"{child},{start},{why},{status},N1,{place},PR1,{end if end != '-' else ''},"
        for child, start, why, status, place, end in split
    )


def test_looked_after_on_31_march_leaves_out_short_breaks_and_those_who_left() -> None:
    found, _ = computed(
        episodes=episodes(
            [
                "a 01/01/2020 S C2 U6 -",
                "b 01/01/2020 S V4 U6 -",
                "c 01/01/2020 S C2 U6 31/03/2024",
                "d 01/01/2020 S C2 U6 01/04/2024",
                "e 01/04/2024 S C2 U6 -",
            ]
        )
    )
    assert counts(found["cla_on_31_march"]) == (2, None, 2)


def test_three_placements_count_moves_of_a_night_or_more_and_no_change_of_law() -> None:
    moves = ["{c} 01/01/2023 S C2 U6 01/06/2023", "{c} 01/06/2023 P C2 K2 {d}", "{c} {d} {r} C2 {p} -"]
    cases = {
        "moved": {"d": "01/09/2023", "r": "P", "p": "U6"},
        "law": {"d": "01/09/2023", "r": "L", "p": "K2"},
        "day": {"d": "01/06/2023", "r": "P", "p": "U6"},
        "adopted": {"d": "01/09/2023", "r": "T", "p": "A5"},
    }
    rows = [move.format(c=child, **case) for child, case in cases.items() for move in moves]
    found, problems = computed(episodes=episodes(rows))
    assert problems == ()
    assert counts(found["placements_3_or_more"])[:2] == (1, 4)


def test_missing_counts_children_not_incidents_and_not_absences() -> None:
    found, problems = computed(
        episodes=episodes(["a 01/01/2020 S C2 U6 -", "b 01/01/2020 S C2 U6 -"]),
        missing="CHILD,DOB,MISSING,MIS_START,MIS_END\na,01/01/2010,M,01/05/2023,02/05/2023\n"
        "a,01/01/2010,M,01/06/2023,\nb,01/01/2010,A,01/05/2023,02/05/2023\nz,01/01/2010,M,01/05/2023,\n",
    )
    assert counts(found["missing_from_care"])[:2] == (1, 2)
    assert [(p.row, p.code) for p in problems] == [(5, "not_in_episodes")]


def test_scores_are_of_five_to_sixteen_year_olds_and_concern_is_a_share_of_those_with_a_score() -> None:
    head = "CHILD,DOB,SDQ_SCORE,SDQ_REASON,CONVICTED,HEALTH_CHECK,IMMUNISATIONS,TEETH_CHECK,HEALTH_ASSESSMENT\n"
    people = [
        ("a", 2010, "17"),
        ("b", 2010, "16"),
        ("c", 2010, ""),
        ("d", 2020, "40"),
        ("e", 2006, "40"),
        ("f", 2010, "41"),
    ]
    found, problems = computed(oc2=head + "\n".join(f"{c},01/01/{y},{s},,0,1,1,0,1" for c, y, s in people))
    assert counts(found["sdq_average"]) == (33, 2, Decimal("16.5"))
    assert counts(found["sdq_concern"])[:2] == (1, 2)
    assert counts(found["sdq_returned"])[:2] == (2, 3)
    assert counts(found["dental_check"])[:2] == (0, 6)
    assert [(p.row, p.column, p.code) for p in problems] == [(7, "SDQ_SCORE", "score")]


def test_care_leavers_who_died_or_returned_are_out_and_those_out_of_touch_stay_in() -> None:
    codes = [("YES", "F2"), ("YES", "G5"), ("NO", ""), ("REFU", "0"), ("DIED", ""), ("RHOM", "F2")]
    rows = "".join(f"{n},01/06/2005,{touch},{activity},B1\n" for n, (touch, activity) in enumerate(codes))
    found, _ = computed(oc3="CHILD,DOB,IN_TOUCH,ACTIV,ACCOM\n" + rows)
    assert counts(found["care_leavers_in_touch"])[:2] == (2, 4)
    assert counts(found["care_leavers_eet_17_18"])[:2] == (1, 4)
    assert found["care_leavers_eet_19_21"].symbol == "z"


# --- protection and reference


def own(indicator: str, numerator: int, denominator: int | None, source: str = "SSDA903 OC3") -> Measure:
    unit = INDICATORS[indicator].unit
    return Measure(
        *(indicator, "1", "label", "E06000999", "Invented", "Local authority", "2024", AS_OF, AS_OF),
        *(Decimal(numerator), None if denominator is None else Decimal(denominator), Decimal(1), "", unit, source),
        own=True,
    )


def test_small_figures_of_our_own_are_hidden_and_so_are_the_counts_that_would_undo_it() -> None:
    touch, younger, older = protect_measures(
        [
            own("care_leavers_in_touch", 20, 40),
            own("care_leavers_eet_17_18", 16, 32),
            own("care_leavers_eet_19_21", 4, 8),
        ],
        Policy(),
    )
    assert (older.symbol, older.value) == ("c", None)
    assert {measure.denominator for measure in (touch, younger, older)} == {None}
    assert touch.value == Decimal("50.0")


def test_means_and_numbers_of_few_children_are_hidden() -> None:
    given = [own("sdq_average", 90, 9, "a"), own("cla_on_31_march", 7, None, "b"), own("sdq_average", 300, 20, "c")]
    assert [measure.symbol for measure in protect_measures(given, Policy())] == ["c", "c", ""]


def test_published_figures_pass_as_they_were_published() -> None:
    read = dfe("Referrals,Re_referrals_percent", "7,40")
    assert protect_measures(read.measures, Policy()) == read.measures


def test_every_rule_and_pair_names_an_indicator_that_exists() -> None:
    named = {rule["indicator"] for rule in reference()["dfe"]} | {name for pair in PAIRS for name in pair.indicators}
    assert named <= set(INDICATORS)


@pytest.mark.parametrize(
    ("words", "first"),
    [("moving placements", "placements_3_or_more"), ("listened meetings", "reviews_participation"), ("qqq", None)],
)
def test_themes_find_the_indicators_to_stand_beside(words: str, first: str | None) -> None:
    assert next(iter(suggest_indicators([words])), None) == first


def test_a_measure_is_printed_in_the_shape_of_the_command() -> None:
    told = measure_json(own("sdq_average", 33, 2))
    keys = {"indicator", "version", "area", "period", "numerator", "denominator", "value", "unit", "symbol", "source"}
    assert keys <= set(told)


# --- the real files, where they are


SHARED = Path(os.environ.get("EARSHOT_SHARED_DATA", "../shared/data"))


@pytest.mark.parametrize(
    ("file", "england"),
    [
        ("dfe_csc_outcomes/cla_number_and_rate_per_10k_children.csv", {"cla_rate": "67"}),
        ("dfe_csc_outcomes/la_cla_placement_stability.csv", {"placement_stability_long_term": "69"}),
        ("dfe_csc_outcomes/la_conviction_health_outcome_cla.csv", {"sdq_average": "14.9", "sdq_concern": "42"}),
        ("dfe_cin_statistics/b1_children_in_need_2013_to_2024.csv", {"cin_rate": "332.9"}),
    ],
)
def test_englands_published_figures_are_read_from_the_real_files(file: str, england: dict[str, str]) -> None:
    path = SHARED / "admin" / file
    if not path.exists():
        pytest.skip(f"{path} is not here (set EARSHOT_SHARED_DATA)")
    result = recognise(path.name, path.read_bytes())
    assert isinstance(result, Recognised)
    assert result.table is not None
    newest = max(row["time_period"] for row in result.table.rows)
    found = {
        measure.indicator: str(measure.value)
        for measure in read_dfe(result.table).measures
        if measure.geographic_level == "National" and measure.period == newest
    }
    assert england.items() <= found.items()
