"""The long list of codes, English: fit, far enough from one another, and typed words lead where they should or nowhere."""

from __future__ import annotations

import hashlib
import math
import re
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.collect import receipts
from api.collect.words import listed, meant, one_slip, places

LISTS = sorted(
    file.name.removesuffix(".txt") for file in files("api.collect.words").iterdir() if file.name.endswith(".txt")
)
GIVEN_OUT = {"en": "cbe81ec38e67dbc257ec7ce059d9a245321d77766f26ff4d54adf166999b5669"}
"""The content of each list that codes were made with. It can never change: write a new list beside it instead."""
PLACES = st.integers(0, len(listed("en")) - 1)
CODES = st.tuples(PLACES, PLACES, PLACES).map(lambda where: " ".join(listed("en")[place] for place in where))


def test_the_long_list_is_the_english_one_alone() -> None:
    assert LISTS == ["en"]


@pytest.mark.parametrize("language", LISTS)
def test_a_list_is_long_enough_of_short_words_and_as_it_was_given_out(language: str) -> None:
    words = listed(language)
    assert len(words) == len(set(words)) == len(listed("en"))
    assert list(words) == sorted(words)
    assert receipts.WORDS * math.log2(len(words)) >= 34
    assert all(4 <= len(word) <= 9 and word.isalpha() and word == word.lower() for word in words)
    content = files("api.collect.words").joinpath(f"{language}.txt").read_bytes()
    assert hashlib.sha256(content).hexdigest() == GIVEN_OUT[language]


@pytest.mark.parametrize("language", LISTS)
def test_no_two_words_are_a_slip_apart_and_no_slip_of_one_means_another(language: str) -> None:
    known = places(language)
    unclear = slips = 0
    for word in known:
        for slipped in one_slip(word):
            assert slipped not in known, (word, slipped)
            slips += 1
    for word in list(known)[::9]:
        for slipped in one_slip(word):
            found = meant(slipped, language)
            assert found in (known[word], None), (word, slipped)
            unclear += found is None
    assert unclear / (slips / 9) < 0.02, "nearly every slip is forgiven"


def test_nothing_rude_frightening_or_foreign_to_children_here_is_listed() -> None:
    unfit = (
        "kill dead murder blood weapon knife bomb suicide abuse rape sexy naked thong boobs stupid idiot ugly drunk "
        "vodka cocaine heroin hell satan nazi terror corpse coffin prison police custody divorce orphan favorite "
        "color facebook islamic christ queer gypsy fatty panic hurt lonely vomit poop"
    )
    assert not set(listed("en")) & set(unfit.split())


@given(CODES, st.data())
def test_one_slip_in_each_word_leads_to_the_code_or_to_nothing_never_to_another(code: str, data: st.DataObject) -> None:
    typed = " ".join(data.draw(st.sampled_from(sorted({word, *one_slip(word)}))) for word in code.split())
    assert receipts.typed(typed) in ((code,), (typed,), (typed, code))


@given(CODES, st.sampled_from([" ", ", ", "-", "\n", " / "]))
def test_case_and_what_stands_between_do_not_matter(code: str, between: str) -> None:
    assert receipts.typed(f"  {code.upper().replace(' ', between)} ") == (code,)


@given(CODES, st.sampled_from([" ", "-", "", ". "]))
def test_the_figures_are_the_same_code_in_any_language(code: str, between: str) -> None:
    shown = receipts.shown(code, "so")
    assert re.fullmatch(r"\d{4} \d{4} \d{4}", shown.figures)
    assert receipts.typed(shown.figures.replace(" ", between)) == (code,)
    eastern = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
    assert receipts.typed(shown.figures.translate(eastern)) == (code,)
    assert receipts.shown(code, "en-x-easy").figures == ""


@given(st.text(max_size=60))
def test_whatever_is_typed_is_kept_as_three_words_or_nothing(typed: str) -> None:
    assert all(len(code.split()) == receipts.WORDS for code in receipts.typed(typed))


def test_figures_outside_the_list_are_no_code() -> None:
    assert receipts.typed("0000 0001 0002") == receipts.typed("9999 0001 0002") == ()
