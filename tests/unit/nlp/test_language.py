"""Which texts English rules cannot read. All sentences are invented."""

from __future__ import annotations

import time

import pytest

from nlp.gazetteer import gazetteer
from nlp.language import other_language
from nlp.screen import screen
from nlp.screening_reader import EXAMPLES_FILE
from tests.benchmarks.screening import languages, read


@pytest.mark.parametrize(
    "text",
    [
        "mama mnie bije", "boję się taty", "nie chcę wracać do domu", "nu vreau acasă", "mi-e frică de tata", "annem beni dövüyor",
        "babamdan korkuyorum ben", "waan ka baqayaa aabahay", "dw i ddim eisiau mynd adref", "mae ofn arna i yn y tŷ", "tengo miedo de mi papá",
        "j'ai peur de mon père", "ich habe Angst vor ihm", "eu tenho medo dele", "mujhe ghar nahi jana", "kam frikë nga babai im",
        "everything is fine. ale tata mnie bije i boję się.",
    ],
)  # fmt: skip
def test_other_languages_are_read_soon(text):
    assert other_language(text)
    assert screen(text).tier in ("amber", "red")
    assert "other_language" in screen(text).reasons


@pytest.mark.parametrize(
    "text",
    ["i lik wen we go swiming", "minecraft fortnite roblox", "café with Zoë", "Łucja and Małgorzata", "Llanelli", "", "ta mum", "x x x x x",
     "https://tak.pl/nie/jest", "my mam is from Cardiff", "jollof and suya", "Man City", "NI number JG103759A",
     "NE6 1AB", "raising grandchildren on a pension", "Zhenya and Oleksandr", "🙂", "\u200f\u200b"],
)  # fmt: skip
def test_english_in_any_spelling_is_not_taken_for_another_language(text):
    assert not other_language(text)
    assert not other_language(text, gazetteer())


def test_of_the_english_examples_hardly_one_is_taken_for_another_language():
    texts = [row["text"] for row in read(EXAMPLES_FILE)]
    assert [text for text in texts if other_language(text)] == []
    assert sum(other_language(text, gazetteer()) for text in texts) <= len(texts) / 2000


@pytest.mark.parametrize("half", [0, 1])
def test_short_answers_in_other_languages_are_told_by_words_and_better_by_lists(half):
    texts = [text for language, text in languages() if language != "mixed"][half::2]
    assert sum(map(other_language, texts)) / len(texts) >= 0.8
    assert sum(other_language(text, gazetteer()) for text in texts) / len(texts) >= 0.92


def test_one_foreign_sentence_among_english_ones_is_seen():
    texts = [text for language, text in languages() if language == "mixed"]
    assert [text for text in texts if not other_language(text)] == []


@pytest.mark.parametrize("text", ["a" * 50_000, "a." * 25_000, "@" * 50_000, "nie " * 12_500, "é" * 50_000])
def test_one_endless_word_takes_no_time(text):
    started = time.process_time()
    other_language(text, gazetteer())
    assert time.process_time() - started < 1
