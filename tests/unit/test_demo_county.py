"""The invented county hangs together: every journey is one a person could take, every file one an authority could send."""

from __future__ import annotations

import csv
import io
import json
import os
import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from api.demo.county import OBSERVATIONS, YOUNG_PEOPLE, County, Respondent, _purposes, _voices, county, surveys, waves
from api.demo.measures import AREA_CODE, AREA_NAME, NEIGHBOURS, measure_files
from api.metrics.dfe import read_dfe
from api.metrics.recognise import Recognised, Table, recognise
from api.metrics.ssda903 import compute
from api.roles import Role
from survey_engine.answers import Answer, check
from survey_engine.journey import kept, may_open, unfinished

TODAY = date(2026, 11, 22)
SHARED = Path(os.environ.get("EARSHOT_SHARED_DATA", "../shared/data"))


@pytest.fixture(scope="module")
def marlshire() -> County:
    return county()


def _of(place: County, survey: str) -> list[Respondent]:
    return [one for one in place.respondents if one.survey == survey and one.answers]


def _texts(respondent: Respondent) -> list[str]:
    questions = surveys()[respondent.survey].question_by_name
    return [
        reply.values[0] for reply in respondent.answers if questions[reply.question].holds_free_text and reply.values
    ]


def _themes(survey: str) -> dict[str, tuple[str, str]]:
    voices = _voices(survey)
    return {text: (theme, tone) for theme, tones in voices.items() for tone, texts in tones.items() for text in texts}


def _every_text() -> list[str]:
    written = [text for survey in surveys() if survey != OBSERVATIONS for text in _themes(survey)]
    for entry in _voices(OBSERVATIONS)["observations"]:
        written += [
            entry["answers"][name] for name in ("child_words", "child_showed", "reading") if name in entry["answers"]
        ]
    return written


def test_as_many_people_answer_as_the_demonstration_needs(marlshire: County) -> None:
    assert [len(_of(marlshire, survey)) for survey in surveys()] == [300, 60, 45, 24]
    assert sum(one.withdraws for one in marlshire.respondents) == 4
    assert sum(not one.answers for one in marlshire.respondents) == 6


def test_the_same_seed_gives_the_same_county_and_another_seed_another(marlshire: County) -> None:
    assert county() == marlshire
    assert county(8).respondents != marlshire.respondents
    assert measure_files() == measure_files()


@pytest.mark.parametrize("seed", [7, 8, 9])
def test_every_sequence_of_replies_is_one_the_survey_accepts_page_by_page(seed: int) -> None:
    for one in county(seed).respondents:
        survey, answers = surveys()[one.survey], dict[str, Answer]()
        for reply in one.answers:
            question = may_open(survey, answers, reply.question)
            assert question is not None
            assert question.name == reply.question
            answer = check(question, reply.values, reply.action, kept(survey, answers))
            assert isinstance(answer, Answer)
            answers[reply.question] = answer
        assert not one.answers or unfinished(survey, answers) is None


def test_who_does_not_take_part_is_asked_nothing_and_everybody_else_says_yes_or_no_to_each_purpose(
    marlshire: County,
) -> None:
    for one in marlshire.respondents:
        if one.answers:
            assert one.agreement["take_part"] == "yes"
            asked = {purpose.value for purpose in _purposes()[surveys()[one.survey].audience]}
            assert set(one.agreement) == asked
            assert set(one.agreement.values()) <= {"yes", "no"}
        else:
            assert dict(one.agreement) == {"take_part": "no"}
    young = _of(marlshire, YOUNG_PEOPLE)
    assert 0.80 < sum(one.agreement["quotes"] == "yes" for one in young) / len(young) < 0.90
    assert 0.63 < sum(one.agreement["research"] == "yes" for one in young) / len(young) < 0.77


def test_there_are_texts_enough_and_nobody_writes_what_another_has_written(marlshire: County) -> None:
    texts = {survey: _themes(survey) for survey in surveys() if survey != OBSERVATIONS}
    assert [len(texts[survey]) >= least for survey, least in zip(texts, (420, 80, 60), strict=True)] == [True] * 3
    for survey, themes in texts.items():
        used = Counter(text for one in _of(marlshire, survey) for text in _texts(one))
        assert [text for text, times in used.items() if times > 1 and themes[text][0] != "nothing_much"] == []
        assert len(used) > 0.75 * len(themes)


def test_every_larger_theme_has_quotable_words_of_ten_people_and_more(marlshire: County) -> None:
    themes = _themes(YOUNG_PEOPLE)
    people: Counter[str] = Counter()
    for one in _of(marlshire, YOUNG_PEOPLE):
        if one.agreement["quotes"] == "yes" and not one.withdraws:
            people.update({themes[text][0] for text in _texts(one)})
    assert len([theme for theme, count in people.items() if count >= 10]) >= 12
    assert people["moving_homes"] > 1.5 * people["feelings_and_sleep"]


def test_who_writes_that_moving_is_hard_feels_less_at_home_than_who_writes_that_home_is_good(marlshire: County) -> None:
    themes = _themes(YOUNG_PEOPLE)
    faces = {"great": 2, "good": 1, "middle": 0, "not_good": -1, "awful": -2}
    felt: dict[str, list[int]] = {"good": [], "hard": []}
    for one in _of(marlshire, YOUNG_PEOPLE):
        home = next((reply.values for reply in one.answers if reply.question == "home"), ())
        for text in _texts(one):
            theme, tone = themes[text]
            if home and theme in {"moving_homes", "going_well_with_carer", "house_bedroom_rules_food"} and tone in felt:
                felt[tone].append(faces[home[0]])
    means = {tone: sum(scores) / len(scores) for tone, scores in felt.items()}
    assert means["good"] - means["hard"] > 0.7


def test_the_texts_a_person_must_see_soon_are_all_there_and_none_is_withdrawn(marlshire: County) -> None:
    for survey in surveys():
        if survey == OBSERVATIONS:
            continue
        urgent = set(_voices(survey)["read_soon"]["hard"])
        said = [text for one in _of(marlshire, survey) if not one.withdraws for text in _texts(one)]
        assert sorted(urgent) == sorted(text for text in said if text in urgent)


def test_numbers_and_addresses_in_the_texts_can_belong_to_nobody() -> None:
    for text in _every_text():
        assert all(re.fullmatch(r"07700 900\d{3}", number) for number in re.findall(r"\d[\d ]{6,}\d", text))
        assert all(address.endswith("@example.com") for address in re.findall(r"\S+@\S+", text))
        assert len(text.split()) <= 45


def test_no_text_is_taken_from_the_shared_voices() -> None:
    files = [SHARED / "voices/dev.jsonl", SHARED / "safeguarding/dev.jsonl", SHARED / "deid/dev.jsonl"]
    if not all(file.exists() for file in files):
        pytest.skip("EARSHOT_SHARED_DATA is not here: nothing to compare the county's words with")
    theirs = {
        json.loads(line)["text"].casefold().strip(" .!") for file in files for line in file.open(encoding="utf-8")
    }
    ours = {text.casefold().strip(" .!") for text in _every_text()}
    assert {text for text in ours & theirs if len(text.split()) > 2} == set()


def test_no_area_of_the_county_is_a_real_authority() -> None:
    authorities = SHARED / "admin/reference/las.csv"
    if not authorities.exists():
        pytest.skip("EARSHOT_SHARED_DATA is not here: no list of real authorities to compare with")
    rows = list(csv.DictReader(authorities.open(encoding="utf-8-sig")))
    real = {row[column] for row in rows for column in ("la_name", "new_la_code", "old_la_code")}
    invented = {AREA_NAME, AREA_CODE, "999"} | {
        word for area in NEIGHBOURS for word in (area.code, area.old_code, area.name)
    }
    assert invented & real == set()


def test_staff_hold_every_role_and_each_observation_names_a_case(marlshire: County) -> None:
    assert [colleague.role for colleague in marlshire.staff[:5]] == [role.value for role in Role]
    assert [colleague.role for colleague in marlshire.staff[5:]] == ["officer", "administrator"]
    assert len({colleague.email for colleague in marlshire.staff}) == 7
    assert {one.case for one in _of(marlshire, OBSERVATIONS)} == set(range(len(marlshire.cases)))
    assert all(case.names for case in marlshire.cases)


def test_every_wave_is_open_today_and_was_open_when_its_answers_came(marlshire: County) -> None:
    open_days = {wave.survey: (TODAY - wave.opens_on).days for wave in waves(TODAY)}
    assert all(wave.opens_on < TODAY < wave.closes_on for wave in waves(TODAY))
    assert all(0 < one.days_ago < open_days[one.survey] for one in marlshire.respondents)


# --- measures


def _tables() -> dict[str, Table]:
    tables = {}
    for name, content in measure_files(TODAY).items():
        found = recognise(name, content)
        assert isinstance(found, Recognised), name
        assert found.table is not None
        tables[name] = found.table
    return tables


def test_every_file_is_recognised_and_holds_the_last_three_years_of_the_county_and_its_neighbours() -> None:
    kinds = {}
    for name, content in measure_files(TODAY).items():
        found = recognise(name, content)
        assert isinstance(found, Recognised)
        kinds[name] = found.kind
        if found.kind == "dfe":
            assert found.period == "2024-2026"
            assert {AREA_CODE, *(area.code for area in NEIGHBOURS)} <= set(found.areas)
    assert Counter(kind.split(".")[0] for kind in kinds.values()) == {"dfe": 5, "ssda903": 6}


def test_the_open_data_gives_each_measure_for_the_county_and_hides_some_of_the_small_neighbour() -> None:
    measures = [m for name, table in _tables().items() if "ssda903" not in name for m in read_dfe(table).measures]
    ours = {m.indicator: m for m in measures if m.area_code == AREA_CODE and m.period == "2026"}
    assert len(ours) == 12
    assert all(measure.value is not None for measure in ours.values())
    assert any(measure.symbol == "c" for measure in measures if measure.area_name == "Oversey")
    assert not any(m.numerator is not None and 0 < m.numerator <= 5 for m in measures if m.indicator != "sdq_average")


def test_no_published_file_hides_a_count_and_shows_its_share_or_the_other_way_round() -> None:
    for name, content in measure_files(TODAY).items():
        if not name.startswith("ssda903"):
            for row in csv.DictReader(io.StringIO(content.decode("utf-8-sig"))):
                last = list(row.values())[-2:]
                assert (last[0] == "c") == (last[1] == "c") or last == ["c", "z"]


def test_the_return_and_the_open_data_tell_the_same_story_and_the_return_has_three_faults() -> None:
    tables = _tables()
    own = {name.removeprefix("ssda903_").removesuffix(".csv"): t for name, t in tables.items() if "ssda903" in name}
    measures, problems = compute(own, AREA_CODE, AREA_NAME, date(2026, 3, 31))
    computed = {measure.indicator: measure for measure in measures}
    assert sorted(problem.code for problem in problems) == ["code", "date", "duplicate_row"]
    published = {
        m.indicator: m
        for name, table in tables.items()
        if "ssda903" not in name
        for m in read_dfe(table).measures
        if m.area_code == AREA_CODE and m.period == "2026"
    }
    assert computed["cla_on_31_march"].value == published["cla_rate"].numerator
    for indicator in set(computed) & set(published):
        here, there = computed[indicator].value, published[indicator].value
        assert here is not None
        assert there is not None
        assert abs(here - there) < 6, indicator


def test_files_made_on_another_day_are_about_the_years_before_that_day() -> None:
    header = measure_files(date(2027, 3, 30))["rereferrals.csv"].decode().splitlines()
    assert header[1].startswith("2026,")
    assert header[-1].startswith("2024,")
    assert measure_files(date(2027, 4, 1))["rereferrals.csv"].decode().splitlines()[1].startswith("2027,")
