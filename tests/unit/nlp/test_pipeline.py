"""Themes from small and odd sets: each text has one, nothing identifies, the same set gives the same themes."""

from __future__ import annotations

import random

import pytest

from nlp.documents import Document
from nlp.embed import HashingEmbedder
from nlp.pipeline import Config, run
from nlp.runs import from_json, to_json

SUBJECTS = {
    "food": [
        "the dinners are cold",
        "dinners are too small",
        "more choice of dinners",
        "cold dinners again",
        "dinners taste odd",
    ],
    "bus": ["the bus is late", "bus takes too long", "my bus was late twice", "late bus again", "bus stop is far"],
    "garden": [
        "the garden is muddy",
        "play in the garden",
        "our garden has swings",
        "garden swings broke",
        "garden is lovely",
    ],
}
EMBEDDER = HashingEmbedder()


def answers(count: int, *, people: int | None = None, quotable: bool = True) -> list[Document]:
    texts = [text for group in zip(*SUBJECTS.values(), strict=True) for text in group]
    return [
        Document(
            f"a{n:04}", f"{texts[n % len(texts)]} {'!' * (n // len(texts))}", f"p{n % (people or count)}", quotable
        )
        for n in range(count)
    ]


def test_every_text_with_content_has_a_theme_and_sizes_add_up():
    documents = [*answers(60), Document("z1", " 🙂 ", "px"), Document("z2", "", "py")]
    result = run(documents, EMBEDDER)
    assert {a.id for a in result.assignments if a.topic is None} == {"z1", "z2"}
    assert sum(topic.size for topic in result.topics) == 60
    assert sum(topic.share for topic in result.topics) == pytest.approx(1)
    assert [topic.id for topic in result.topics] == list(range(len(result.topics)))
    for topic in result.topics:
        assert topic.size == sum(a.topic == topic.id for a in result.assignments)
        assert topic.people >= Config().min_people
    assert all(0 <= a.confidence <= 1 for a in result.assignments)


def test_themes_say_what_they_are_about():
    result = run(answers(60), EMBEDDER, Config(themes=3))
    assert len(result.topics) == 3
    assert {"dinners", "bus", "garden"} <= {word for topic in result.topics for word in topic.keywords}


def test_order_of_documents_changes_nothing():
    documents = answers(60)
    shuffled = random.Random(3).sample(documents, len(documents))
    first, second = run(documents, EMBEDDER), run(shuffled, EMBEDDER)
    assert first.topics == second.topics
    assert first.assignments == second.assignments


@pytest.mark.parametrize("count", [0, 1, 2, 3, 5, 9, 12, 19])
def test_a_small_set_has_no_more_than_one_heap_and_says_why(count):
    result = run(answers(count), EMBEDDER)
    assert result.message
    assert len(result.topics) == min(count, 1)
    for topic in result.topics:
        assert topic.keywords == ()
        assert topic.examples == ()


def test_many_answers_of_few_people_are_a_small_set():
    assert "people" in run(answers(60, people=9), EMBEDDER).message


@pytest.mark.parametrize("count", [20, 23, 31, 50])
def test_middling_sets_work(count):
    result = run(answers(count), EMBEDDER)
    assert result.message == ""
    assert sum(topic.size for topic in result.topics) == count


def test_a_thousand_identical_answers_are_one_theme():
    result = run([Document(f"{n}", "nothing", f"p{n}") for n in range(1000)], EMBEDDER)
    assert [topic.size for topic in result.topics] == [1000]


def test_answers_without_any_shared_word_are_called_what_they_are():
    result = run([Document(f"{n}", f"{chr(97 + n) * 4} {chr(122 - n) * 5}", f"p{n}") for n in range(25)], EMBEDDER)
    assert all(topic.label == "Short or mixed answers" and topic.keywords == () for topic in result.topics)


def test_a_word_of_too_few_people_never_names_a_theme():
    documents = [*answers(60), *(Document(f"s{n}", "dinners and my stammer, my stammer", "only-me") for n in range(30))]
    result = run(documents, EMBEDDER)
    assert all("stammer" not in topic.keywords and "stammer" not in topic.label.lower() for topic in result.topics)


def test_surrogates_name_no_theme():
    documents = [Document(f"{n}", f"[PERSON_{n % 3 + 1}] was at [LOCATION_1] by the bus", f"p{n}") for n in range(40)]
    result = run(documents, EMBEDDER)
    words = {word for topic in result.topics for word in topic.keywords}
    assert not words & {"person", "location"}


def test_examples_come_only_from_those_who_agreed_and_once_a_person():
    documents = [
        *answers(60, quotable=False),
        *(Document(f"q{n}", f"the bus is late {'?' * n}", "quoter", True) for n in range(5)),
    ]
    result = run(documents, EMBEDDER)
    examples = [id_ for topic in result.topics for id_ in topic.examples]
    assert examples
    assert all(id_.startswith("q") for id_ in examples)
    assert all(len(topic.examples) <= 1 for topic in result.topics)


def test_kept_vectors_give_the_same_themes_and_are_not_made_again():
    class Counting(HashingEmbedder):
        made = 0

        def embed(self, texts, progress=None):
            Counting.made += len(texts)
            return super().embed(texts, progress)

    documents = answers(60)
    kept = dict(zip([d.id for d in documents], EMBEDDER.embed([d.text for d in documents]), strict=True))
    again = run(documents, Counting(), vectors=kept)
    assert Counting.made == 0
    assert [t.label for t in again.topics] == [t.label for t in run(documents, EMBEDDER).topics]


def test_odd_texts_are_themed_like_any_other():
    odd = [
        "<b>hi</b>",
        "'; DROP TABLE t; --",
        "a\x00b",
        "\u202eabc",
        "x" * 50_000,
        "word " * 9000,
        "مرحبا hello 你好",
        "1",
    ]
    documents = [*answers(30), *(Document(f"o{n}", text, f"o{n}") for n, text in enumerate(odd))]
    result = run(documents, EMBEDDER)
    assert all(a.topic is not None for a in result.assignments)


def test_a_run_survives_being_stored():
    result = run(answers(40), EMBEDDER)
    assert from_json(to_json(result)) == result


def test_each_stage_is_timed_and_told():
    told: list[tuple[str, float]] = []
    result = run(answers(40), EMBEDDER, progress=lambda stage, done: told.append((stage, done)))
    assert [stage.name for stage in result.stages] == ["read", "load", "embed", "group", "describe", "name"]
    assert all(stage.wall_s >= 0 and stage.peak_mb > 1 for stage in result.stages)
    assert told[0] == ("read", 0.0)
    assert told[-1] == ("name", 1.0)


def test_two_documents_with_one_id_are_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match="same id"):
        run([Document("a", "x", "p"), Document("a", "y", "p")], EMBEDDER)
