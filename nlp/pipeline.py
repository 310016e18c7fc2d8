"""From redacted answers to suggested themes, step by step: read, embed, group, describe, name.

``run`` is the table of contents. The same documents give the same themes, whatever their order.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlp import grouping, history
from nlp.clock import Clock, Progress
from nlp.coding import USUAL_BAR, Coder
from nlp.documents import Assignment, Document, Merge, ThemeRun, Topic
from nlp.embed import Embedder, Vectors, unit
from nlp.field import Field, field_of
from nlp.frames import Frame
from nlp.grouping import Space
from nlp.text import fold, has_content
from nlp.themes import FEWEST_ANSWERS, FEWEST_PEOPLE, NO_COMMON_WORD, join_small, name_themes, said_by, shared_words
from nlp.threads import one_thread
from nlp.topics import distinctive_words, versions

FEWEST_TO_EMERGE = 5  # people who must say what the frame does not hold before it is a theme of its own
FIT_AGAIN = 1 / 7
"""Share of new texts that do not fit from which a run says too little about them."""
_STRAY = 0.02  # of the texts of a fit lie further out than what is said to fit
_CLEARLY_ABOUT = 0.35  # mean share of one topic, or of two, from which a theme is called after it

_FIRM, _FAIR = 0.6, 0.4  # of a theme found again


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


class OtherModel(ValueError):
    """A run cannot be gone on with: it was made with another sentence model. The message says what to do."""


@one_thread()
def run(
    documents: Sequence[Document],
    embedder: Embedder,
    config: Config = Config(),
    vectors: Mapping[str, NDArray[np.float32]] | None = None,
    progress: Progress | None = None,
    *,
    library: Field | None = None,
    frame: Frame | None = None,
    previous: ThemeRun | None = None,
) -> ThemeRun:
    """Suggest themes for redacted answers; every answer with content gets one.

    ``vectors`` are kept vectors by document id; what is missing there is embedded. ``progress`` is
    told the stage and its share done, 0 to 1. Under 20 answers or 10 people there is one theme
    that holds them all and a ``message`` that says why. The ``library`` helps where the set is
    about the same things; a ``frame`` makes its codes the themes, and others only of what it does not hold. With a
    ``previous`` run what it knew stays where it was, new answers join, and ids last; a previous run
    of another model or frame, or one that knew less than half of the answers, is followed by its texts alone.
    """
    clock = Clock(progress or (lambda stage, done: None))
    with clock.stage("read"):
        texts = _read(documents)
    with clock.stage("load"):
        used = versions()
    with clock.stage("embed"):
        embedded = _embed(texts, embedder, vectors or {}, lambda done: clock.progress("embed", done))
    with clock.stage("group"):
        message = _too_few(texts)
        warm = previous if previous is not None and _goes_on(previous, texts, embedder, library, frame) else None
        coder = Coder(frame, library or field_of(embedder)) if frame and not message else None
        grouped = (
            _all_in_one(embedded)
            if message
            else _group(texts, embedded, config, library, coder, warm, lambda done: clock.progress("group", done / 2))
        )
    with clock.stage("describe"):
        said = said_by(texts.kept)
        vocabulary = frozenset[str]() if message else shared_words(texts.kept, said, config.min_people)
        words = distinctive_words(texts.wording, embedded, grouped.labels, vocabulary)
    with clock.stage("name"):
        result = _results(texts, said, grouped, words, config, bool(message), previous)
    return dataclasses.replace(
        result,
        stages=tuple(clock.stages),
        config={
            **dataclasses.asdict(config), "embedder": embedder.name, "frame": _frame_name(frame), "library": library.bank if library else "",
        },
        versions=used,
        message=message,
        space={**result.space, **({"frame": frame.model_dump(mode="json")} if frame else {})},
    )  # fmt: skip


@one_thread()
def assign(
    documents: Sequence[Document],
    fitted: ThemeRun,
    embedder: Embedder,
    vectors: Mapping[str, NDArray[np.float32]] | None = None,
    *,
    library: Field | None = None,
) -> tuple[tuple[Assignment, ...], float]:
    """New texts to the themes of a run, and the share that does not fit (0 to 1): above a seventh, fit again.

    Raises ``OtherModel`` for a run of another sentence model.
    """
    if fitted.config.get("embedder") != embedder.name:
        raise OtherModel(
            f"This run was made with the sentence model {fitted.config.get('embedder')}, the one here is {embedder.name}. Fit the themes again."
        )
    texts = _read(documents)
    if not texts.kept or not fitted.topics:
        return tuple(Assignment(document.id, None, 0.0) for document in texts.all), 0.0
    embedded = _embed(texts, embedder, vectors or {}, lambda done: None)
    space, centres = _space(fitted), _centres(fitted)
    coordinates = space.coordinates(embedded, _about(texts, embedded, space, library))
    labels, sure = _place(texts.wording, embedded, coordinates, fitted, _coder_of(fitted, embedder, library))
    fits = (coordinates * centres[labels]).sum(axis=1) >= float(fitted.space.get("far", -1.0))
    placed = {
        document.id: Assignment(
            document.id, fitted.topics[labels[place]].id, round(float(sure[place]), 4), bool(fits[place])
        )
        for document, place in zip(texts.kept, texts.place, strict=True)
    }
    stray = sum(not assignment.fits for assignment in placed.values()) / len(placed)
    return tuple(placed.get(document.id) or Assignment(document.id, None, 0.0) for document in texts.all), stray


@dataclass(frozen=True, slots=True)
class _Grouped:
    """Where each wording went, and by what: ``codes`` and ``names`` are known for some labels only."""

    labels: NDArray[np.int64]
    coordinates: Vectors
    sure: NDArray[np.float64]
    space: Space
    codes: Mapping[int, str] = field(default_factory=dict)
    names: Mapping[int, str] = field(default_factory=dict)
    steady: NDArray[np.float64] | None = None


def _all_in_one(vectors: Vectors) -> _Grouped:
    n = len(vectors)
    return _Grouped(np.zeros(n, dtype=np.int64), vectors, np.ones(n), grouping.space_of(vectors, None))


def _group(
    texts: _Texts, vectors: Vectors, config: Config, library: Field | None, coder: Coder | None, warm: ThemeRun | None,
    progress: Callable[[float], None],
) -> _Grouped:  # fmt: skip
    if warm:
        space = _space(warm)
        about = _about(texts, vectors, space, library, progress)
    else:
        about = library.about(texts.wording, vectors, progress) if library and library.familiar(vectors) else None
        space = grouping.space_of(vectors, about)
    coordinates = space.coordinates(vectors, about)
    confidence = coder.every_confidence(texts.wording, vectors) if coder else None
    codes: dict[int, str] = {}
    if warm is not None:
        labels, codes = _stay(texts, vectors, coordinates, config, space, warm, coder)
    elif coder is not None and confidence is not None:
        labels = confidence.argmax(axis=1).astype(np.int64)
        codes = {number: code.id for number, code in enumerate(coder.frame.codes)}
        labels = _beyond_frame(labels, confidence, texts, coordinates, space, config)
    else:
        labels = grouping.group(coordinates, bool(space.topics), config.themes, config.seed)
    before = labels
    labels = join_small(coordinates, labels, texts.people, config.smallest_theme, config.themes)
    codes = _codes_after(before, labels, codes)
    if confidence is not None:
        sure = confidence.max(axis=1)
    else:
        sure = grouping.sureness(coordinates, labels, grouping.middles(coordinates, labels))
    steady = grouping.steadiness(coordinates, labels, config.seed)
    names = {label: coder.frame.by_id[code].name for label, code in codes.items()} if coder else {}
    names |= _topic_names(labels, about, library, set(codes))
    return _Grouped(labels, coordinates, sure, space, codes, names, steady)


def _about(
    texts: _Texts, vectors: Vectors, space: Space, library: Field | None, progress: Callable[[float], None] | None = None
) -> NDArray[np.float32] | None:  # fmt: skip
    return library.about(texts.wording, vectors, progress) if library and space.topics else None


def _beyond_frame(
    labels: NDArray[np.int64], confidence: NDArray[np.float64], texts: _Texts, coordinates: Vectors, space: Space, config: Config
) -> NDArray[np.int64]:  # fmt: skip
    """Themes of their own for groups of texts of which most fit no code of the frame."""
    groups = grouping.group(coordinates, bool(space.topics), None, config.seed)
    unheld = confidence.max(axis=1) < USUAL_BAR
    free = confidence.shape[1]
    labels = labels.copy()
    for number in range(int(groups.max(initial=-1)) + 1):
        rows = np.flatnonzero((groups == number) & unheld)
        people = frozenset[str]().union(*(texts.people[int(row)] for row in rows))
        if len(people) >= max(FEWEST_TO_EMERGE, config.smallest_theme) and 2 * len(rows) > (groups == number).sum():
            labels[rows] = free
            free += 1
    return labels


def _stay(
    texts: _Texts, vectors: Vectors, coordinates: Vectors, config: Config, space: Space, warm: ThemeRun, coder: Coder | None
) -> tuple[NDArray[np.int64], dict[int, str]]:  # fmt: skip
    """What the run before knew keeps its theme, new texts go to the nearest, and those that fit none may make new ones."""
    labels, _ = _place(texts.wording, vectors, coordinates, warm, coder)
    number = {topic.id: place for place, topic in enumerate(warm.topics)}
    known = {assignment.id: assignment.topic for assignment in warm.assignments if assignment.topic is not None}
    new = np.ones(len(labels), dtype=bool)
    for document, place in zip(texts.kept, texts.place, strict=True):
        if document.id in known:
            labels[place], new[place] = number[known[document.id]], False
    stray = np.flatnonzero(
        new & ((coordinates * _centres(warm)[labels]).sum(axis=1) < float(warm.space.get("far", -1.0)))
    )
    if len(stray) >= FEWEST_ANSWERS:
        groups = grouping.group(coordinates[stray], bool(space.topics), None, config.seed)
        for group in range(int(groups.max(initial=-1)) + 1):
            rows = stray[groups == group]
            if len(frozenset[str]().union(*(texts.people[int(row)] for row in rows))) >= max(
                FEWEST_TO_EMERGE, config.smallest_theme
            ):
                labels[rows] = labels.max() + 1
    return labels, {place: topic.code for place, topic in enumerate(warm.topics) if topic.code is not None}


def _place(
    wording: Sequence[str], vectors: Vectors, coordinates: Vectors, fitted: ThemeRun, coder: Coder | None
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The place of each text's theme among ``fitted.topics``, and how sure that is: by the frame where there is one."""
    centres = _centres(fitted)
    if coder is not None:
        confidence = coder.every_confidence(wording, vectors)
        where = {topic.code: place for place, topic in enumerate(fitted.topics) if topic.code is not None}
        there = [number for number, code in enumerate(coder.frame.codes) if code.id in where]
        if there:
            places = np.array([where[coder.frame.codes[number].id] for number in there], dtype=np.int64)
            return places[confidence[:, there].argmax(axis=1)], confidence[:, there].max(axis=1)
    labels = grouping.nearest(coordinates, centres)
    return labels, grouping.sureness(coordinates, labels, centres)


def _codes_after(before: NDArray[np.int64], after: NDArray[np.int64], codes: Mapping[int, str]) -> dict[int, str]:
    """The code of each label after small ones were joined: that of its largest part, if that part had one."""
    found: dict[int, str] = {}
    for label in np.unique(after):
        parts, counts = np.unique(before[after == label], return_counts=True)
        largest = int(parts[counts.argmax()])
        if largest in codes and codes[largest] not in found.values():
            found[int(label)] = codes[largest]
    return found


def _topic_names(
    labels: NDArray[np.int64], about: NDArray[np.float32] | None, library: Field | None, named: set[int]
) -> dict[int, str]:  # fmt: skip
    """The name of the one or two topics most of a theme is about: words nobody said, so that even a small theme can have them."""
    if library is None or about is None:
        return {}
    names: dict[int, str] = {}
    for label in set(labels.tolist()) - named:
        mean = about[labels == label].mean(axis=0)
        mean[library.nothing] = 0
        first, second = (int(place) for place in np.argsort(-mean)[:2])
        if mean[first] >= _CLEARLY_ABOUT:
            names[label] = library.names[first]
        elif mean[first] + mean[second] >= _CLEARLY_ABOUT:
            names[label] = f"{library.names[first]}; {library.names[second].lower()}"
    return names


def _goes_on(previous: ThemeRun, texts: _Texts, embedder: Embedder, library: Field | None, frame: Frame | None) -> bool:
    same = (
        previous.config.get("embedder") == embedder.name
        and previous.config.get("frame") == _frame_name(frame)
        and (not previous.space.get("topics") or previous.config.get("library") == (library.bank if library else ""))
    )
    return same and not previous.message and bool(previous.topics) and _knows_half(previous, texts)


def _knows_half(previous: ThemeRun, texts: _Texts) -> bool:
    """Whether the run before knew at least half of the answers; themes of a few say too little about many new ones."""
    known = {assignment.id for assignment in previous.assignments if assignment.topic is not None}
    return 2 * sum(document.id in known for document in texts.kept) >= len(texts.kept)


def _frame_name(frame: Frame | None) -> str:
    return f"{frame.id} {frame.version}" if frame else ""


def _space(fitted: ThemeRun) -> Space:
    return Space(tuple(fitted.space.get("vectors", ())), tuple(fitted.space.get("topics", ())))


def _coder_of(fitted: ThemeRun, embedder: Embedder, library: Field | None) -> Coder | None:
    stored = fitted.space.get("frame")
    return Coder(Frame.model_validate(stored), library or field_of(embedder)) if stored else None


def _centres(fitted: ThemeRun) -> Vectors:
    return np.array([topic.centroid for topic in fitted.topics], dtype=np.float32)


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
    said: Mapping[str, frozenset[str]],
    grouped: _Grouped,
    words: Mapping[int, Sequence[str]],
    config: Config,
    few: bool,
    previous: ThemeRun | None,
) -> ThemeRun:
    if not texts.kept:
        return ThemeRun((), tuple(Assignment(document.id, None, 0.0) for document in texts.all), (), {}, {})
    labels = grouped.labels
    centres = grouping.middles(grouped.coordinates, labels)
    near = (grouped.coordinates * centres[labels]).sum(axis=1)
    far = float(np.quantile(near, _STRAY)) if not few else -1.0
    members: dict[int, list[Document]] = {}
    for document, place in zip(texts.kept, texts.place, strict=True):
        members.setdefault(int(labels[place]), []).append(document)
    closeness = {document.id: float(near[place]) for document, place in zip(texts.kept, texts.place, strict=True)}
    named = name_themes(
        members, said, closeness, words, {0: "All answers"} if few else grouped.names, config.min_people, len(texts.kept),
        0 if few else config.examples,
    )  # fmt: skip
    place_of = {document.id: place for document, place in zip(texts.kept, texts.place, strict=True)}
    ids, histories, gone = _lasting(named, {id_: int(labels[place]) for id_, place in place_of.items()}, previous)
    # What shares no word is what was left over: it comes last, however large it is.
    ordered = sorted(named, key=lambda label: (named[label].label == NO_COMMON_WORD, -named[label].size, label))
    ids = ids or {label: number for number, label in enumerate(ordered)}
    topics = tuple(
        dataclasses.replace(
            named[label],
            id=ids[label],
            centroid=tuple(round(float(value), 6) for value in centres[label]),
            code=grouped.codes.get(label),
            stability="" if grouped.steady is None else _steady(float(grouped.steady[label])),
            history=histories.get(label, ""),
        )
        for label in ordered
    )
    assignments = tuple(
        Assignment(
            document.id, ids[int(labels[place_of[document.id]])],
            round(float(grouped.sure[place_of[document.id]]), 4), bool(near[place_of[document.id]] >= far),
        )
        if document.id in place_of
        else Assignment(document.id, None, 0.0)
        for document in texts.all
    )  # fmt: skip
    space: dict[str, Any] = {name: list(values) for name, values in dataclasses.asdict(grouped.space).items()}
    return ThemeRun(
        topics, assignments, (), {}, {}, tree=_tree(topics), gone=gone,
        space={**space, "far": round(far, 6)},
    )  # fmt: skip


def _lasting(
    named: Mapping[int, Topic], where: Mapping[str, int], previous: ThemeRun | None
) -> tuple[Mapping[int, int], Mapping[int, str], tuple[int, ...]]:
    if previous is None or previous.message:
        return {}, {}, ()
    before = {assignment.id: assignment.topic for assignment in previous.assignments if assignment.topic is not None}
    matched = history.match(before, where)
    return matched.ids, matched.histories, matched.gone


def _tree(topics: Sequence[Topic]) -> tuple[Merge, ...]:
    """The steps from these themes to one; numbers of joined themes follow the highest id."""
    centres = np.array([topic.centroid for topic in topics], dtype=np.float32)
    first = max((topic.id for topic in topics), default=-1) + 1
    number = {place: topic.id for place, topic in enumerate(topics)}
    found: list[Merge] = []
    for step, (one, other, height) in enumerate(grouping.merges(centres, [topic.size for topic in topics])):
        number[len(topics) + step] = first + step
        found.append(Merge(number[one], number[other], first + step, height))
    return tuple(found)


def _steady(share: float) -> str:
    return "firm" if share >= _FIRM else "fair" if share >= _FAIR else "loose"
