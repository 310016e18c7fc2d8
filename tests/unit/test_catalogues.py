"""The translations that ship hold together: no part lost, the right plural forms, Easy Read easy, nothing claimed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel import Locale
from babel.messages.pofile import read_po

from api import catalogues
from api.catalogues import CHECKED_BY, LOCALES_DIR, Sentence, broken, broken_entries, catalogue_path, easy_read_problems
from api.pages import direction
from survey_engine.languages import own_name
from tests import pseudo

LANGUAGES = ("ar", "cy", "en-x-easy", "pl", "so", "uk", "ur")
DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_the_languages_are_those_of_childrens_services_here() -> None:
    assert catalogues.languages() == LANGUAGES


def test_nothing_that_ships_is_broken() -> None:
    assert broken() == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_catalogue_keeps_a_sentence_that_no_page_says_any_more(language: str) -> None:
    """Whoever checks a language would read it for nothing."""
    said, translated = (
        {entry.id for entry in read_po(path.open("rb")) if entry.id}
        for path in (LOCALES_DIR / "respondent.pot", catalogue_path(language))
    )
    assert translated - said == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_number_has_its_form_and_each_form_keeps_its_parts(language: str) -> None:
    translations = catalogues.checked_translations(language, None)
    for number in (0, 1, 2, 3, 5, 6, 11, 22, 100):
        said = translations.ngettext("about %(minutes)s minute", "about %(minutes)s minutes", number)
        assert said % {"minutes": number}
        assert said.startswith("about") == (language == "en-x-easy")
    forms = {str(Locale.parse(language.partition("-x-")[0]).plural_form(number)) for number in range(200)}
    with catalogue_path(language).open("rb") as file:
        assert read_po(file).num_plurals == len(forms)


@pytest.mark.parametrize("language", LANGUAGES)
def test_numbers_to_ring_stand_in_every_language(language: str) -> None:
    told = catalogues.checked_translations(language, None).gettext
    for sentence, kept in (("Ring 999", "999"), ("Ring 0800 1111", "0800 1111")):
        assert kept in told(sentence)
    assert "Childline" in told("Want to talk? Childline is free, day and night.")


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "en-x-easy"])
def test_sentences_are_in_the_script_of_their_language(language: str) -> None:
    script = {"ar": "[\u0600-\u06ff]", "ur": "[\u0600-\u06ff]", "uk": "[\u0400-\u04ff]"}.get(language, "[A-Za-z]")
    for sentence in catalogues.translation(language).translated:
        words = re.sub(r"%\(\w+\)s|\{\w+\}", "", sentence.forms[0])
        assert re.search(script, words) or not re.search("[A-Za-z]", words), sentence
        assert not (len(sentence.english[0].split()) > 3 and sentence.forms[0] == sentence.english[0]), sentence


def test_no_catalogue_claims_a_check_that_was_not_made() -> None:
    for language in LANGUAGES:
        assert f'"{CHECKED_BY}: \\n"' in catalogue_path(language).read_text(encoding="utf-8")


def test_the_page_about_languages_lists_each_and_says_who_checked_it() -> None:
    table = (DOCS / "languages.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `([\w-]+)` \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", table, re.MULTILINE)
    assert [code for code, *_ in listed] == list(LANGUAGES)
    for code, name, way, checked in listed:
        assert name == own_name(code)
        assert way == {"rtl": "right to left", "ltr": "left to right"}[direction(code)]
        assert checked == "made by a computer, not checked by a person"


# -- what a broken one is told


def told(folder: Path, language: str, old: str, new: str) -> list[str]:
    path = catalogue_path(language, pseudo.write_locales(folder, language))
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    return list(broken_entries(language, path))


def test_a_lost_part_markup_and_a_doubt_are_told_and_a_gap_is_not(tmp_path: Path) -> None:
    lost = told(tmp_path / "a", "en-GB", "⟦Qúéstíöñ %(position)s", "⟦Qúéstíöñ %(place)s")
    assert lost == [
        "en-GB: the translation of “Question %(position)s of %(total)s” has lost or changed a part in %( ) or { }."
    ]
    assert "holds markup" in told(tmp_path / "b", "en-GB", "⟦Báçk ·⟧", "<b>Back</b>")[0]
    assert "fuzzy" in told(tmp_path / "c", "en-GB", 'msgid "Back"', '#, fuzzy\nmsgid "Back"')[0]
    assert told(tmp_path / "d", "en-GB", "⟦Báçk ·⟧", "") == []


def test_a_number_that_would_be_turned_around_is_told(tmp_path: Path) -> None:
    assert any("turns a number around" in line for line in told(tmp_path, "ar", "none", "none"))


def test_too_few_plural_forms_are_told(tmp_path: Path) -> None:
    assert "ar: it needs 6 plural forms, and Plural-Forms says 2." in told(tmp_path, "ar", "none", "none")


def test_easy_read_is_held_to_its_rules(tmp_path: Path) -> None:
    long = "This sentence goes on and on and on and on and on and on and never stops."
    assert len(list(easy_read_problems(long))) == 1
    assert list(easy_read_problems("Choose a picture. Then press Next. It is about %(minutes)s minutes.")) == []
    assert any("brackets" in line for line in told(tmp_path, "en-x-easy", "⟦Báçk ·⟧", "Back (to before)"))


def test_what_is_missing_is_counted_and_stops_nobody(tmp_path: Path) -> None:
    folder = pseudo.write_locales(tmp_path, "pl")
    path = catalogue_path("pl", folder)
    assert catalogues.missing(folder) == []
    path.write_text(path.read_text(encoding="utf-8").replace('msgstr "⟦Báçk ·⟧"', 'msgstr ""'), encoding="utf-8")
    known = catalogues.translation("pl", folder)
    assert catalogues.missing(folder) == [f"pl: 1 of {len(known.sentences)} sentences are not translated."]
    assert known.percent == 99


def test_a_check_is_bound_to_the_words_and_not_to_the_file() -> None:
    one = Sentence(("Next",), ("Dalej",))
    assert one.digest == Sentence(("Next",), ("Dalej",)).digest
    assert len({one.digest, Sentence(("Next",), ("Następny",)).digest, Sentence(("Go on",), ("Dalej",)).digest}) == 3


def test_a_sentence_said_to_both_is_translated_and_one_said_to_staff_alone_is_not() -> None:
    both = {message.id for message in catalogues.source_catalogue("respondent")}
    staff = {message.id for message in catalogues.source_catalogue("staff")}
    assert {"Problem", "Back", "We do not know that code"} <= both
    assert {"Your role does not include this", "Sign out"} <= staff
    assert both & staff <= {""}
    assert (LOCALES_DIR / "staff.pot").is_file()
