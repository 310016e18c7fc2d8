"""Themes pooled over areas: the same ones are found, each area's words are kept, and nothing else leaves an area."""

from __future__ import annotations

import dataclasses
import json

import pytest
from pydantic import ValidationError

from nlp.documents import Document, ThemeRun
from nlp.embed import HashingEmbedder
from nlp.pipeline import Config, run
from nlp.pooling import CannotPool, Pooled, SharedThemes, pool, share, to_json
from nlp.runs import joined
from tests.unit.nlp.test_themes import FRAME

EMBEDDER = HashingEmbedder()
FOOD, BUS, GARDEN = "the food at dinner is cold today", "the bus is late on the way home", "we play on garden swings"


def an_area(*said: str, people: int = 15, name: str = "x") -> ThemeRun:
    texts = [f"{text} {end}" for text in said for end in [f"{name}word{number % 3}" for number in range(people)]]
    documents = [Document(f"{name}-secret-{n}", text, f"{name}{n}", quotable=True) for n, text in enumerate(texts)]
    return run(documents, EMBEDDER, Config(themes=len(said)))


def areas_of(pooled: Pooled) -> list[set[str]]:
    return sorted(({area.area for area in theme.areas} for theme in pooled.themes), key=sorted)


def test_what_two_areas_speak_of_is_one_theme_and_the_rest_is_told_apart():
    north, south = share(an_area(FOOD, BUS, name="n"), "North"), share(an_area(BUS, GARDEN, name="s"), "South")
    for order in ([north, south], [south, north]):
        pooled = pool(order)
        assert areas_of(pooled) == [{"North"}, {"North", "South"}, {"South"}]
        both = pooled.themes[0]
        assert both.people == 30
        assert "bus" in both.keywords
        assert {area.area: area.people for area in both.areas} == {"North": 15, "South": 15}
        assert all(area.label and area.keywords for area in both.areas)  # the words of both, not of the first alone
    found = to_json(pooled)
    assert (found["in_several"], found["in_one"]) == (1, 2)


def test_a_theme_that_only_the_third_area_knows_is_there_too():
    shared = [
        share(an_area(FOOD, BUS), "a"),
        share(an_area(FOOD, BUS, name="y"), "b"),
        share(an_area(GARDEN, BUS, name="z"), "c"),
    ]
    assert areas_of(pool(shared)) == [{"a", "b"}, {"a", "b", "c"}, {"c"}]


def test_nothing_that_points_to_an_answer_is_shared():
    fitted = an_area(FOOD, BUS)
    text = share(fitted, "North").model_dump_json()
    assert "secret" not in text
    assert "dinner is cold" not in text
    assert set(json.loads(text)) == {
        "format",
        "area",
        "embedder",
        "library",
        "frame",
        "centre",
        "about",
        "themes",
        "left_out",
    }
    assert set(json.loads(text)["themes"][0]) == {"label", "keywords", "people", "code", "middle", "about"}


def test_themes_of_few_people_stay_and_sizes_are_rounded():
    fitted = an_area(FOOD, BUS, people=12)
    small = dataclasses.replace(fitted.topics[0], people=9, label="Only nine")
    shared = share(dataclasses.replace(fitted, topics=(small, *fitted.topics[1:])), "North")
    assert (len(shared.themes), shared.left_out) == (1, 1)
    assert "Only nine" not in shared.model_dump_json()
    assert [theme.people for theme in shared.themes] == [10]


def test_words_of_single_people_are_never_shared():
    fitted = an_area(FOOD, BUS)
    with pytest.raises(CannotPool, match="fewer than 5"):
        share(dataclasses.replace(fitted, config={**fitted.config, "min_people": 1}), "North")
    with pytest.raises(CannotPool, match="never shared"):
        share(fitted, "North", fewest=4)
    with pytest.raises(CannotPool, match="too few answers"):
        share(run([], EMBEDDER), "North")


def test_codes_of_the_same_frame_are_one_theme_whatever_was_said():
    texts = {"n": (FOOD, BUS), "s": ("dinners are small and cold here", "the bus stop is far")}
    shared = []
    for name, said in texts.items():
        documents = [Document(f"{name}{n}", f"{text} {n % 4}", f"{name}{n}") for n in range(15) for text in said]
        documents = [
            dataclasses.replace(one, id=f"{place:03d}", group=f"{place}") for place, one in enumerate(documents)
        ]
        shared.append(share(run(documents, EMBEDDER, frame=FRAME), name))
    pooled = pool(shared)
    assert {theme.code for theme in pooled.themes if len(theme.areas) > 1} >= {"meals", "getting-there"}


def test_what_does_not_go_together_is_refused_with_a_sentence():
    north = share(an_area(FOOD, BUS), "North")
    for shared, said in (
        ([], "at least two"), ([north], "at least two"), ([north, north], "same area"),
        ([north, north.model_copy(update={"area": "South", "embedder": "other"})], "different sentence models"),
    ):  # fmt: skip
        with pytest.raises(CannotPool, match=said):
            pool(shared)
    nothing = north.model_copy(update={"area": "South", "themes": ()})
    assert areas_of(pool([north, nothing])) == [{"North"}, {"North"}]
    assert pool([nothing, nothing.model_copy(update={"area": "East"})]).themes == ()
    read = north.model_dump(mode="json")
    mistakes: list[dict[str, object]] = [
        {"centre": [0.1]},
        {"themes": [{}]},
        {"area": ""},
        {"more": 1},
        {"centre": [float("nan")]},
    ]
    for broken in mistakes:
        with pytest.raises(ValidationError):
            SharedThemes.model_validate(read | broken)


def test_a_run_is_joined_to_few_themes_and_can_be_joined_again():
    fitted = an_area(FOOD, BUS, GARDEN, "school starts too early", people=10)
    two = joined(fitted, 2)
    assert len(two.topics) == 2
    assert {assignment.topic for assignment in two.assignments} == {topic.id for topic in two.topics}
    assert all(";" in topic.label for topic in two.topics if topic.size > 10)
    one = joined(two, 1)
    assert [(topic.size, len(one.tree)) for topic in one.topics] == [(40, 0)]
    assert len(joined(joined(fitted, 3), 1).topics) == 1
    assert joined(fitted, 99) == fitted
