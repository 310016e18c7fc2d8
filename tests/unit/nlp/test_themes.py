"""Themes by a frame, from run to run, for new answers, few or many: what an officer relies on."""

from __future__ import annotations

import numpy as np
import pytest

from nlp import grouping
from nlp.documents import Document
from nlp.embed import HashingEmbedder
from nlp.field import field_of
from nlp.frame_library import library
from nlp.frames import Frame
from nlp.history import match
from nlp.pipeline import Config, OtherModel, assign, run
from nlp.runs import from_json, themes_at, to_json
from tests.unit.nlp.test_pipeline import answers

EMBEDDER = HashingEmbedder()
FRAME = Frame.model_validate(
    {
        "id": "canteen",
        "codes": [
            {"id": "meals", "name_young_person": "What we eat", "definition": "Dinners, cold or small, the choice of dinners."},
            {"id": "getting-there", "definition": "The bus, late or slow, the bus stop."},
            {"id": "outside", "definition": "The garden and its swings.", "examples": ["we play in the garden"]},
        ],
    }
)  # fmt: skip


def test_a_frames_codes_are_the_themes_and_give_them_their_names():
    result = run(answers(60), EMBEDDER, frame=FRAME)
    assert {topic.code for topic in result.topics} == {"meals", "getting-there", "outside"}
    assert {topic.label for topic in result.topics} == {"What we eat", "getting there", "outside"}
    garden = {a.id for a in result.assignments if {t.id: t.code for t in result.topics}[a.topic or 0] == "outside"}
    assert {d.id for d in answers(60) if "garden" in d.text} == garden


@pytest.mark.parametrize("frame", [None, FRAME])
@pytest.mark.parametrize("count", [0, 1, 5, 19, 20, 21, 33, 60])
def test_no_number_of_answers_is_too_small_or_odd(count, frame):
    result = run(answers(count), EMBEDDER, Config(smallest_theme=1), frame=frame)
    assert sum(topic.size for topic in result.topics) == count
    assert bool(result.message) == (count < 20)


@pytest.mark.parametrize("frame", [None, FRAME])
def test_what_was_known_stays_where_it_was_when_some_answers_go(frame):
    first = run(answers(60), EMBEDDER, frame=frame)
    again = run([d for d in answers(60) if d.id not in ("a0003", "a0030")], EMBEDDER, frame=frame, previous=first)
    before, after = ({a.id: a.topic for a in r.assignments} for r in (first, again))
    assert all(before[id_] == topic for id_, topic in after.items())
    assert {topic.history for topic in again.topics} == {"kept"}
    assert again.gone == ()


def test_many_answers_about_something_new_make_a_new_theme_beside_the_old():
    first = run(answers(60), EMBEDDER, Config(themes=3))
    texts = [
        "zebra crossing by xylophone",
        "xylophone crossing zebra",
        "zebra xylophone",
        "quick zebra xylophone crossing",
    ]
    fresh = [Document(f"n{n}", f"{texts[n % 4]} {'#' * n}", f"n{n}") for n in range(30)]
    again = run([*answers(60), *fresh], EMBEDDER, previous=first)
    old = {a.id: a.topic for a in first.assignments}
    assert all(a.topic == old[a.id] for a in again.assignments if a.id in old)
    new = [topic for topic in again.topics if topic.history == "new"]
    assert new
    assert sum(topic.size for topic in new) >= 25


def test_themes_are_followed_through_splitting_joining_beginning_and_ending():
    before = {f"a{n}": 3 for n in range(10)} | {f"b{n}": 5 for n in range(6)} | {"c": 8}
    after = {f"a{n}": 0 if n < 6 else 1 for n in range(10)} | {f"b{n}": 0 for n in range(6)} | {"d": 2}
    found = match(before, after)
    assert found.ids == {0: 3, 1: 9, 2: 10}
    assert found.histories == {0: "merged from 3, 5", 1: "split from 3", 2: "new"}
    assert found.gone == (5, 8)


def test_new_answers_go_to_the_theme_they_are_like_and_strange_ones_are_counted():
    fitted = from_json(to_json(run(answers(60), EMBEDDER, Config(themes=3))))
    asked = [Document("n1", "late bus again !", "x"), Document("n2", " ", "x"), Document("n3", "ξξξ φφφ ψψψ", "x")]
    placed, stray = assign(asked, fitted, EMBEDDER)
    where = {a.id: a.topic for a in fitted.assignments}
    about_the_bus = next(where[d.id] for d in answers(60) if d.text == "late bus again !")
    assert [placed[0].topic, placed[1].topic] == [about_the_bus, None]
    assert placed[2].topic is not None
    assert not placed[2].fits
    assert stray == 0.5


def test_new_answers_go_by_the_frame_where_the_run_had_one():
    fitted = from_json(to_json(run(answers(60), EMBEDDER, frame=FRAME)))
    placed, _ = assign([Document("n", "garden swings", "x")], fitted, EMBEDDER)
    assert {topic.id: topic.code for topic in fitted.topics}[placed[0].topic or 0] == "outside"


def test_a_run_of_another_model_is_not_assigned_to():
    with pytest.raises(OtherModel, match="Fit the themes again"):
        assign(answers(3), run(answers(60), EMBEDDER), HashingEmbedder(64))


def test_a_run_of_another_model_is_followed_by_its_texts():
    first = run(answers(60), EMBEDDER, Config(themes=3))
    again = run(answers(60), HashingEmbedder(256), Config(themes=3), previous=first)
    assert all(topic.history for topic in again.topics)


def test_an_officer_slides_from_many_to_few_without_fitting():
    fitted = run(answers(60), EMBEDDER, Config(smallest_theme=2))
    for count in range(1, len(fitted.topics) + 3):
        topics, went = themes_at(fitted, count)
        assert len(topics) == min(count, len(fitted.topics))
        assert sum(topic.size for topic in topics) == 60
        assert set(went) == {topic.id for topic in fitted.topics}
        assert set(went.values()) == {topic.id for topic in topics}


def test_ten_thousand_identical_answers_are_one_theme():
    result = run([Document(f"{n}", "nothing", f"p{n}") for n in range(10_000)], EMBEDDER)
    assert [topic.size for topic in result.topics] == [10_000]


def test_answers_in_another_language_are_themed_like_any_other():
    words = ["الطعام بارد", "الحافلة متأخرة", "الحديقة جميلة"]
    result = run([Document(f"{n}", f"{words[n % 3]} {n // 3}", f"p{n}") for n in range(45)], EMBEDDER)
    assert sum(topic.size for topic in result.topics) == 45


def test_a_cloud_without_structure_is_not_cut_to_pieces_more_than_one_with():
    rng = np.random.default_rng(5)
    middles = rng.standard_normal((6, 40)).astype(np.float32)
    places = np.repeat(np.arange(6), 50)
    points = middles[places] + 0.3 * rng.standard_normal((300, 40)).astype(np.float32)
    labels = grouping.group(points / np.linalg.norm(points, axis=1, keepdims=True), False, None, 7)
    assert len({(place, label) for place, label in zip(places, labels, strict=True)}) == 6


def test_steadiness_is_told_for_each_theme():
    result = run(answers(60), EMBEDDER, Config(themes=3))
    assert {topic.stability for topic in result.topics} <= {"firm", "fair", "loose"}


def test_a_theme_too_small_for_words_of_its_own_is_called_by_its_topic():
    known = field_of(EMBEDDER)
    texts = [answer.text for answer in library().answers[::41]]
    documents = [Document(f"{n}", text, f"p{n}") for n, text in enumerate(texts)]
    result = run(documents, EMBEDDER, Config(smallest_theme=1), library=known)
    assert {topic.label for topic in result.topics} & set(known.names)
