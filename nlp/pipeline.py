"""From redacted answers to suggested themes, step by step: read, embed, group, describe, name.

``run`` is the table of contents. The same documents give the same themes, whatever their order.
"""

from __future__ import annotations

import dataclasses
import resource
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from nlp.documents import Assignment, Document, Stage, ThemeRun, Topic
from nlp.embed import Embedder, Vectors, unit
from nlp.text import fold, has_content
from nlp.themes import FEWEST_ANSWERS, FEWEST_PEOPLE, centroids, group_texts, name_themes, shared_words, sureness
from nlp.topics import distinctive_words, versions

Progress = Callable[[str, float], None]


@dataclass(frozen=True, slots=True)
class Config:
    """What a run depends on beside its texts.

    ``min_people`` is the fewest different people a keyword may have, ``smallest_theme``
    the fewest a theme may have (a smaller one joins its nearest neighbour). ``themes`` fixes their number; None lets the texts decide. ``examples`` is the most answers named for a theme.
    """

    seed: int = 7
    min_people: int = 5
    smallest_theme: int = 5
    themes: int | None = None
    examples: int = 5

    def __post_init__(self) -> None:
        if (
            min(self.min_people, self.smallest_theme) < 1
            or (self.themes is not None and self.themes < 1)
            or self.examples < 0
        ):
            raise ValueError("min_people, smallest_theme and themes are at least 1, examples at least 0")


def run(
    documents: Sequence[Document],
    embedder: Embedder,
    config: Config = Config(),
    vectors: Mapping[str, NDArray[np.float32]] | None = None,
    progress: Progress | None = None,
) -> ThemeRun:
    """Suggest themes for redacted answers; every answer with content gets one.

    ``vectors`` are kept vectors by document id; what is missing there is embedded. ``progress`` is
    told the stage and its share done, 0 to 1. Under 20 answers or 10 people there is one theme
    that holds them all and a ``message`` that says why.
    """
    clock = _Clock(progress or (lambda stage, done: None))
    with clock.stage("read"):
        texts = _read(documents)
    with clock.stage("embed"):
        embedded = _embed(texts, embedder, vectors or {}, lambda done: clock.progress("embed", done))
    with clock.stage("group"):
        message = _too_few(texts)
        labels = (
            np.zeros(len(texts.wording), dtype=np.int64)
            if message
            else group_texts(embedded, texts.people, config.themes, config.smallest_theme, config.seed)
        )
    with clock.stage("describe"):
        vocabulary = frozenset[str]() if message else shared_words(texts.kept, config.min_people)
        words = distinctive_words(texts.wording, embedded, labels, vocabulary, config.seed)
    with clock.stage("name"):
        topics, assignments = _results(texts, embedded, labels, words, config, bool(message))
    return ThemeRun(
        topics=topics,
        assignments=assignments,
        stages=tuple(clock.stages),
        config={**dataclasses.asdict(config), "embedder": embedder.name},
        versions=versions(),
        message=message,
    )


@dataclass(frozen=True, slots=True)
class _Texts:
    """The answers by different wording: ``kept[i]`` has wording number ``place[i]``, written by ``people[place[i]]``."""

    all: tuple[Document, ...]
    kept: tuple[Document, ...]
    wording: tuple[str, ...]
    place: tuple[int, ...]
    people: tuple[frozenset[str], ...]
    ids: tuple[str, ...] = field(default=())


def _read(documents: Sequence[Document]) -> _Texts:
    """Answers in order of id, those with content, and each different wording once."""
    ordered = tuple(sorted(documents, key=lambda document: document.id))
    if len({document.id for document in ordered}) != len(ordered):
        raise ValueError("two documents have the same id")
    kept = tuple(document for document in ordered if has_content(document.text))
    numbers: dict[str, int] = {}
    place = tuple(
        numbers.setdefault(" ".join(fold(document.text).text.casefold().split()), len(numbers)) for document in kept
    )
    people: list[set[str]] = [set() for _ in numbers]
    first: dict[int, Document] = {}
    for document, number in zip(kept, place, strict=True):
        people[number].add(document.group)
        first.setdefault(number, document)
    order = range(len(numbers))
    return _Texts(
        ordered,
        kept,
        tuple(first[n].text for n in order),
        place,
        tuple(map(frozenset, people)),
        tuple(first[n].id for n in order),
    )


def _embed(
    texts: _Texts, embedder: Embedder, kept: Mapping[str, NDArray[np.float32]], progress: Callable[[float], None]
) -> Vectors:
    """A unit vector for each wording, from those kept where there is one (n_wordings, dimensions)."""
    missing = [number for number, id_ in enumerate(texts.ids) if id_ not in kept]
    vectors = np.zeros((len(texts.wording), embedder.dimensions), dtype=np.float32)
    for number, id_ in enumerate(texts.ids):
        if id_ in kept:
            vectors[number] = kept[id_]
    if missing:
        vectors[missing] = embedder.embed([texts.wording[number] for number in missing], progress)
    return unit(vectors)


def _too_few(texts: _Texts) -> str:
    answers, people = len(texts.kept), len({document.group for document in texts.kept})
    if answers >= FEWEST_ANSWERS and people >= FEWEST_PEOPLE:
        return ""
    if not answers:
        return "There are no answers with words in them yet, so there are no themes."
    return (
        f"There are {answers} answers from {people} people. Themes need at least {FEWEST_ANSWERS} answers from {FEWEST_PEOPLE} people: "
        "fewer would speak of single children. Please read these answers one by one."
    )


def _results(
    texts: _Texts,
    vectors: Vectors,
    labels: NDArray[np.int64],
    words: Mapping[int, Sequence[str]],
    config: Config,
    few: bool,
) -> tuple[tuple[Topic, ...], tuple[Assignment, ...]]:
    if not texts.kept:
        return (), tuple(Assignment(document.id, None, 0.0) for document in texts.all)
    centres = centroids(vectors, labels)
    sure = sureness(vectors, labels, centres)
    near = (vectors * centres[labels]).sum(axis=1)
    members: dict[int, list[Document]] = {}
    for document, place in zip(texts.kept, texts.place, strict=True):
        members.setdefault(int(labels[place]), []).append(document)
    closeness = {document.id: float(near[place]) for document, place in zip(texts.kept, texts.place, strict=True)}
    topics = name_themes(
        members, closeness, words, centres, config.min_people, len(texts.kept), 0 if few else config.examples
    )
    if few:
        topics = (dataclasses.replace(topics[0], label="All answers"),)
    number = {
        label: topic for topic, label in enumerate(sorted(members, key=lambda label: (-len(members[label]), label)))
    }
    where = {document.id: place for document, place in zip(texts.kept, texts.place, strict=True)}
    return topics, tuple(
        Assignment(document.id, number[int(labels[where[document.id]])], round(float(sure[where[document.id]]), 4))
        if document.id in where
        else Assignment(document.id, None, 0.0)
        for document in texts.all
    )


class _Clock:
    """What each stage costs, and who is told."""

    def __init__(self, progress: Progress) -> None:
        self.progress = progress
        self.stages: list[Stage] = []

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        self.progress(name, 0.0)
        wall, cpu = time.perf_counter(), time.process_time()
        yield
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 * 1024 if sys.platform == "darwin" else 1024)
        self.stages.append(
            Stage(name, round(time.perf_counter() - wall, 4), round(time.process_time() - cpu, 4), round(peak, 1))
        )
        self.progress(name, 1.0)
