"""Nobody meets a text they cannot read: what a language lacks is told, place by place, before publishing."""

from __future__ import annotations

import pytest
from babel import Locale
from babel.localedata import locale_identifiers

from survey_engine.authoring import read_yaml
from survey_engine.definition import Survey
from survey_engine.languages import completeness, direction, gaps, own_name, texts

SURVEY = """
survey: s
title: {en: My week, cy: Fy wythnos}
audience: child
languages: [en, cy, en-x-easy]
introduction: {en: Hello, cy: Helo}
questions:
  - group: people
    label: {en: People, cy: Pobl}
    repeat: {most: 3, ask: {en: How many people?, cy: Faint o bobl?}}
    questions:
      - name: who
        type: one choice
        label: {en: Who?, cy: Pwy?}
        hint: {en: Only one., cy: Un yn unig.}
        audio: {en: who.mp3}
        choices:
          - aunt: {en: My aunt, cy: Fy modryb}
          - pa: {en: My worker}
            picture: pa.png
  - name: age
    type: whole number
    label: {en: How old are you?, cy: Beth yw dy oed?}
    rule: . > 3
    rule says: {en: Over 3 please.}
  - name: total
    type: calculated
    calculation: age + 1
scales:
  - name: wellbeing
    title: {en: Wellbeing}
    items: [{question: age, least: 0, most: 20}]
    bands:
      - {name: low, label: {en: Low, cy: Isel}, least: 0, most: 5}
"""


def survey(text: str = SURVEY) -> Survey:
    read = read_yaml(text.encode())
    assert isinstance(read, Survey), read
    return read


def test_what_is_missing_is_told_by_item_field_and_option() -> None:
    welsh = completeness(survey(), "cy")
    assert {place.called for place in welsh.missing} == {
        "the label of the option “pa” of “who”",
        "the constraint message of “age”",
        "the title of “wellbeing”",
    }
    assert (welsh.there, welsh.of) == (9, 12)
    assert not welsh.whole


def test_recordings_are_advice_and_a_picture_without_words_serves_every_language() -> None:
    assert [(place.item, place.field) for place in completeness(survey(), "cy").advice] == [("who", "audio")]
    assert all(place.field not in ("audio", "picture") for place, _ in texts(survey()))


def test_easy_read_on_offer_has_to_be_whole_like_any_language() -> None:
    lacking = [gap for gap in gaps(survey()) if gap.language == "en-x-easy"]
    assert len(lacking) == 12
    assert lacking[0].message == "The survey's title has no words in English – Easy Read."


def test_a_survey_in_one_language_has_no_gaps_and_a_language_not_on_offer_makes_none() -> None:
    one = "survey: s\ntitle: S\naudience: child\nquestions:\n- {name: a, type: text, label: A, hint: H}\n"
    assert gaps(survey(one)) == ()
    assert completeness(survey(one), "pl").there == 0


def test_a_text_that_only_another_language_has_is_a_gap_in_the_first() -> None:
    orphan = SURVEY.replace("    hint: {en: Only one., cy: Un yn unig.}", "    hint: {cy: Un yn unig.}")
    assert [(gap.place.item, gap.place.field) for gap in gaps(survey(orphan)) if gap.language == "en"] == [
        ("who", "hint")
    ]


def test_every_language_babel_knows_is_written_the_way_babel_says() -> None:
    wrong = [
        code for code in locale_identifiers() if direction(code.replace("_", "-")) != Locale.parse(code).text_direction
    ]
    assert [code for code in wrong if not code.startswith("mn_Mong")] == []  # written downwards


@pytest.mark.parametrize(
    ("code", "way", "name"),
    [
        ("en", "ltr", "English"),
        ("cy", "ltr", "Cymraeg"),
        ("cy-x-easy", "ltr", "Cymraeg – Easy Read"),
        ("ar-x-easy", "rtl", "العربية – Easy Read"),
        ("ku", "ltr", "Kurdî (kurmancî)"),
        ("ku-Arab", "rtl", "Kurdî (kurmancî)"),
        ("ckb", "rtl", "کوردیی ناوەندی"),
        ("prs", "rtl", "دری"),
        ("ps", "rtl", "پښتو"),
        ("pa-PK", "rtl", "پنجابی (عربی, پاکستان)"),
        ("xx", "ltr", "xx"),
        ("haz", "rtl", "haz"),
        ("en-Latn-GB-x-Arab", "ltr", "English (United Kingdom)"),
        ("abcdefgh-ijklmnop", "ltr", "abcdefgh-ijklmnop"),
    ],
)
def test_direction_and_own_name_come_from_the_code_alone(code: str, way: str, name: str) -> None:
    assert (direction(code), own_name(code)) == (way, name)
