"""From vectors to suggested themes: how many, which text belongs where, what to call them, which answers show them.

Sets are small (a council gets about 140 answers), so texts are joined by average linkage and the
number of themes is the one whose themes are most clearly apart. Each theme holds enough different
people, and every text with content has one: there is no bin for the rest.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from nlp.documents import Document, Topic
from nlp.embed import Vectors, unit
from nlp.topics import words_of

FEWEST_ANSWERS, FEWEST_PEOPLE = 20, 10  # below either, a theme would be about single children
NO_COMMON_WORD = "Short or mixed answers"
_MOST_THEMES = 30
_TREE_UP_TO = 1500  # different texts; the distance matrix grows with the square
_CUTS = 16  # heights at which the tree is tried
_LONGEST_EXAMPLE = 280  # characters: a long answer tells a life story, and nobody reads it on a card


def group_texts(
    vectors: Vectors, people: Sequence[frozenset[str]], wanted: int | None, min_people: int, seed: int
) -> NDArray[np.int64]:
    """A label for each different text (n_texts,), 0 upwards; ``people[i]`` are those who wrote text ``i``.

    ``wanted`` fixes the number of themes, as far as each can hold ``min_people``.
    """
    n = len(vectors)
    labels = np.zeros(n, dtype=np.int64)
    # The measure below would go on splitting for ever; this many are still read, and each has enough answers to name it.
    most = (
        min(_MOST_THEMES, math.isqrt(n // 2), n // 3, len(frozenset().union(*people)) // max(min_people, 1)) if n else 0
    )
    if wanted is not None:
        most = min(wanted, n)
    if n < 4 or most < 2 or float(np.ptp(vectors, axis=0).max(initial=0)) < 1e-6:
        return labels
    centred = unit(vectors - vectors.mean(axis=0))
    return (
        _by_tree(centred, people, wanted, most, min_people)
        if n <= _TREE_UP_TO
        else _by_means(centred, people, wanted, most, min_people, seed)
    )


def _by_tree(
    vectors: Vectors, people: Sequence[frozenset[str]], wanted: int | None, most: int, min_people: int
) -> NDArray[np.int64]:
    from scipy.cluster.hierarchy import cut_tree, linkage
    from scipy.spatial.distance import squareform

    distances = np.clip(1 - vectors @ vectors.T, 0, 2).astype(np.float64)
    np.fill_diagonal(distances, 0)
    distances = (distances + distances.T) / 2
    tree = linkage(squareform(distances, checks=False), method="average")
    best, best_score = np.zeros(len(vectors), dtype=np.int64), -2.0
    # Cutting lower than asked, then joining the small ones, leaves few large themes and not one large with crumbs.
    ladder = sorted({round(count) for count in np.geomspace(2, min(len(vectors) - 1, 6 * most), num=_CUTS)})
    cuts = cut_tree(tree, n_clusters=ladder)
    seen: set[bytes] = set()
    for column in range(cuts.shape[1]):
        labels = _join_small(vectors, cuts[:, column].astype(np.int64), people, min_people, wanted or most)
        count = int(labels.max()) + 1
        if count < 2 or labels.tobytes() in seen:
            continue
        seen.add(labels.tobytes())
        # A fixed number counts first; then how clearly the themes are apart.
        score = _apart(vectors, labels) - (10.0 * abs(count - wanted) if wanted is not None else 0.0)
        if score > best_score + 1e-9:
            best, best_score = labels, score
    return best


def _by_means(
    vectors: Vectors, people: Sequence[frozenset[str]], wanted: int | None, most: int, min_people: int, seed: int
) -> NDArray[np.int64]:
    from sklearn.cluster import KMeans
    from sklearn.decomposition import PCA

    reduced = unit(PCA(n_components=50, random_state=seed).fit_transform(vectors).astype(np.float32))
    best, best_score = np.zeros(len(vectors), dtype=np.int64), -2.0
    for count in [wanted] if wanted is not None else [k for k in (4, 6, 8, 10, 13, 16, 20, 25, 30) if k <= most]:
        labels = KMeans(n_clusters=count, n_init=2, random_state=seed).fit_predict(reduced).astype(np.int64)
        labels = _join_small(reduced, labels, people, min_people, wanted)
        score = _apart(reduced, labels)
        if score > best_score + 1e-9:
            best, best_score = labels, score
    return best


def centroids(vectors: Vectors, labels: NDArray[np.int64]) -> Vectors:
    """The mean unit vector of each label (n_labels, n_dimensions)."""
    return (
        unit(np.stack([vectors[labels == label].mean(axis=0) for label in range(int(labels.max()) + 1)]))
        if len(labels)
        else vectors
    )


def sureness(vectors: Vectors, labels: NDArray[np.int64], centres: Vectors) -> NDArray[np.float64]:
    """How much nearer each text is to its own theme than to the next, 0 to 1; 1 where there is one theme only."""
    if len(centres) < 2:
        return np.ones(len(vectors))
    distances = np.clip(1 - vectors @ centres.T, 0, 2).astype(np.float64)
    rows = np.arange(len(vectors))
    own = distances[rows, labels].copy()
    distances[rows, labels] = np.inf
    other = distances.min(axis=1)
    sure: NDArray[np.float64] = (1 + (other - own) / np.maximum(np.maximum(other, own), 1e-9)) / 2
    return sure


def _apart(vectors: Vectors, labels: NDArray[np.int64]) -> float:
    """The simplified silhouette: the mean of how much nearer texts are to their own theme, -1 to 1."""
    if labels.max() < 1:
        return -1.0
    return float(2 * sureness(vectors, labels, centroids(vectors, labels)).mean() - 1)


def _join_small(
    vectors: Vectors,
    labels: NDArray[np.int64],
    people: Sequence[frozenset[str]],
    min_people: int,
    most: int | None = None,
) -> NDArray[np.int64]:
    """Themes of too few people go to the nearest one, smallest first, and themes above ``most`` likewise."""
    labels = np.unique(labels, return_inverse=True)[1].astype(np.int64)
    count = int(labels.max()) + 1
    sums = np.zeros((count, vectors.shape[1]), dtype=np.float32)
    np.add.at(sums, labels, vectors)
    who = [frozenset[str]().union(*(people[int(i)] for i in np.flatnonzero(labels == label))) for label in range(count)]
    goes_to = np.arange(count)
    present = list(range(count))
    while len(present) > 1:
        smallest = min(present, key=lambda label: (len(who[label]), label))
        if len(who[smallest]) >= min_people and (most is None or len(present) <= most):
            break
        present.remove(smallest)
        centres = unit(sums[present])
        nearest = present[int((centres @ sums[smallest]).argmax())]
        sums[nearest] += sums[smallest]
        who[nearest] |= who[smallest]
        goes_to[goes_to == smallest] = nearest
    return np.unique(goes_to[labels], return_inverse=True)[1].astype(np.int64)


def shared_words(documents: Sequence[Document], least: int) -> frozenset[str]:
    """Words used by at least ``least`` different people: only these may name a theme."""
    used = Counter(
        word for word, _ in {(word, document.group) for document in documents for word in words_of(document.text)}
    )
    return frozenset(word for word, people in used.items() if people >= least)


def name_themes(
    members: Mapping[int, Sequence[Document]],
    near: Mapping[str, float],
    words: Mapping[int, Sequence[str]],
    centres: Vectors,
    least: int,
    total: int,
    most_examples: int = 5,
) -> tuple[Topic, ...]:
    """The themes with label, keywords, size and examples, largest first; ``near`` is each document's closeness to its centre.

    Without a word that enough people share, a theme says so instead of a name.
    """
    topics: list[Topic] = []
    shared = {label: _keywords(documents, words.get(label, ()), least) for label, documents in members.items()}
    # What shares no word is what was left over: it comes last, however large it is.
    ordered = sorted(members, key=lambda label: (not shared[label], -len(members[label]), label))
    for number, label in enumerate(ordered):
        documents, keywords = members[label], shared[label]
        topics.append(
            Topic(
                id=number,
                label=", ".join(keywords[:3]).capitalize() if keywords else NO_COMMON_WORD,
                keywords=keywords,
                size=len(documents),
                people=len({document.group for document in documents}),
                share=len(documents) / total,
                examples=_examples(documents, near, frozenset(keywords), most_examples),
                centroid=tuple(round(float(value), 6) for value in centres[label]),
            )
        )
    return tuple(topics)


def _keywords(documents: Sequence[Document], words: Sequence[str], least: int) -> tuple[str, ...]:
    in_theme = Counter(
        word for word, _ in {(word, document.group) for document in documents for word in words_of(document.text)}
    )
    # A word of one person in this theme would point at that person, however many use it elsewhere.
    return tuple(word for word in words if in_theme[word] >= min(2, least))[:10]


def _examples(
    documents: Sequence[Document], near: Mapping[str, float], keywords: frozenset[str], most: int
) -> tuple[str, ...]:
    """The most central quotable answers, those with a keyword first, one a person, none long, none twice the same."""
    chosen: list[str] = []
    people: set[str] = set()
    texts: set[str] = set()
    for document in sorted(
        documents, key=lambda document: (keywords.isdisjoint(words_of(document.text)), -near[document.id], document.id)
    ):
        if len(chosen) == most:
            break
        words = document.text.casefold().strip()
        short = len(document.text) <= _LONGEST_EXAMPLE
        if document.quotable and short and document.group not in people and words not in texts:
            chosen.append(document.id)
            people.add(document.group)
            texts.add(words)
    return tuple(chosen)
