"""How many themes, and which text belongs where: numbers in, numbers out. No words and no people are known here.

One rule for the number of themes holds for every set: the number at which themes lie further apart
than those found in a cloud without any structure, of the same size and shape. On thirty answers that
is about fifteen small themes, on ten thousand a hundred; what is too small to be shown is joined afterwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nlp.embed import Vectors, unit

Labels = NDArray[np.int64]

_MOST_THEMES = 250
_LOOKED_AT = 2500  # texts; the structure is found on these, the others go to the nearest theme
_STEPS = 24  # numbers of themes that are tried, further apart the larger they are
_AS_GOOD = 0.99  # of the best distance: among equals the finer one, for a person can join but not part by hand
_DIRECTIONS = 100
_NEIGHBOURS = 10
_VECTOR_WEIGHT = 0.2  # beside the topics, where these say something
_COOLING = 0.5


@dataclass(frozen=True, slots=True)
class Space:
    """Where a set's texts lie: what its coordinates are centred on. Stored with a run, so that new texts find their place.

    ``topics`` is empty where the set is not about what the library is about.
    """

    vectors: tuple[float, ...] = ()
    topics: tuple[float, ...] = ()

    def coordinates(self, vectors: Vectors, about: NDArray[np.float32] | None) -> Vectors:
        """Unit rows (n_texts, n_coordinates) of texts; ``about`` are their topics (``Field.about``), None where not known."""
        near = unit(vectors - np.asarray(self.vectors, dtype=np.float32))
        if not self.topics or about is None:
            return near
        topics = _cooled(about) - np.asarray(self.topics, dtype=np.float32)
        return unit(np.hstack([unit(topics), _VECTOR_WEIGHT * near]))


def space_of(vectors: Vectors, about: NDArray[np.float32] | None) -> Space:
    """The space of a set: with topics as coordinates where they are given."""
    if not len(vectors):
        return Space()
    centre = tuple(round(float(value), 6) for value in vectors.mean(axis=0))
    if about is None:
        return Space(centre)
    return Space(centre, tuple(round(float(value), 6) for value in _cooled(about).mean(axis=0)))


def _cooled(about: NDArray[np.float32]) -> NDArray[np.float32]:
    """Roots of shares that are too sure of themselves: they compare better."""
    roots = about**_COOLING
    cooled: NDArray[np.float32] = np.sqrt(roots / roots.sum(axis=1, keepdims=True))
    return cooled


def group(coordinates: Vectors, familiar: bool, wanted: int | None, seed: int) -> Labels:
    """A theme for each text (n_texts,), 0 upwards; ``wanted`` fixes their number, as far as there are texts for it."""
    n = len(coordinates)
    if n < 4 or (wanted is not None and wanted < 2) or float(np.ptp(coordinates, axis=0).max(initial=0)) < 1e-6:
        return np.zeros(n, dtype=np.int64)
    rng = np.random.default_rng(seed)
    rows = np.sort(rng.permutation(n)[:_LOOKED_AT])
    cloud = _Cloud.of(coordinates[rows], familiar)
    if wanted is not None:
        labels = cloud.cut([min(wanted, len(rows))])[:, 0]
    else:
        most = max(2, min(_MOST_THEMES, len(rows) // 2))
        ladder = sorted({round(count) for count in np.geomspace(2, most, num=_STEPS)})
        cuts = cloud.cut(ladder)
        chance = np.mean(
            [cloud.without_structure(rng).apart(ladder) for _ in range(5 if len(rows) <= 400 else 1)], axis=0
        )
        beyond = _smoothed(np.array(cloud.apart(ladder, cuts)) - chance)
        best = float(beyond.max())
        good = np.flatnonzero(beyond >= best * _AS_GOOD) if best > 0 else np.array([int(beyond.argmax())])
        labels = cuts[:, int(good[-1])]
    return settle(coordinates, middles(coordinates[rows], labels))


def _smoothed(curve: NDArray[np.float64]) -> NDArray[np.float64]:
    """Each step of the ladder with half as much of those beside it: what one step alone has more than both is chance."""
    wider = np.pad(curve, 1, mode="edge")
    smooth: NDArray[np.float64] = (wider[:-2] + 2 * curve + wider[2:]) / 4
    return smooth


def settle(coordinates: Vectors, centres: Vectors, rounds: int = 3) -> Labels:
    """Each text to its nearest middle, the middles moved to their texts and again: what is left is where the texts lie."""
    labels: Labels = nearest(coordinates, centres)
    for _ in range(rounds):
        labels = np.unique(labels, return_inverse=True)[1].astype(np.int64)
        moved = nearest(coordinates, middles(coordinates, labels))
        if (moved == labels).all():
            break
        labels = moved
    return np.unique(labels, return_inverse=True)[1].astype(np.int64)


def nearest(coordinates: Vectors, centres: Vectors) -> Labels:
    """The number of the nearest middle for each row."""
    found = np.zeros(len(coordinates), dtype=np.int64)
    for start in range(0, len(coordinates), 20_000):
        found[start : start + 20_000] = (coordinates[start : start + 20_000] @ centres.T).argmax(axis=1)
    return found


def middles(coordinates: Vectors, labels: Labels) -> Vectors:
    """The mean unit row of each label (n_labels, n_coordinates)."""
    from scipy.sparse import csr_matrix

    members = csr_matrix((np.ones(len(labels), dtype=np.float32), (labels, np.arange(len(labels)))))
    sums = np.asarray(members @ coordinates, dtype=np.float32)
    return unit(sums)


def sureness(coordinates: Vectors, labels: Labels, centres: Vectors) -> NDArray[np.float64]:
    """How much nearer each text is to its own theme than to the next, 0 to 1; 1 where there is one theme only."""
    if len(centres) < 2:
        return np.ones(len(coordinates))
    sure = np.zeros(len(coordinates))
    for start in range(0, len(coordinates), 20_000):
        part = slice(start, start + 20_000)
        alike = coordinates[part] @ centres.T
        rows = np.arange(len(alike))
        own = np.clip(1 - alike[rows, labels[part]], 0, 2)
        alike[rows, labels[part]] = -np.inf
        other = np.clip(1 - alike.max(axis=1), 0, 2)
        sure[part] = (1 + (other - own) / np.maximum(np.maximum(other, own), 1e-9)) / 2
    return sure


def merges(centres: Vectors, sizes: Sequence[int]) -> list[tuple[int, int, float]]:
    """Which themes to join first, second, … until one is left: pairs of numbers and how far apart they were, 0 to 2.

    Theme ``i`` is number ``i``; the pair joined in step ``s`` becomes number ``len(sizes) + s``.
    """
    alive = {number: (centres[number] * sizes[number], sizes[number]) for number in range(len(sizes))}
    found: list[tuple[int, int, float]] = []
    while len(alive) > 1:
        keys = list(alive)
        rows = unit(np.stack([alive[key][0] for key in keys]).astype(np.float32))
        apart = np.clip(1 - rows @ rows.T, 0, 2).astype(np.float64)
        weights = np.array([alive[key][1] for key in keys], dtype=np.float64)
        # Small ones first (Ward's cost): or everything would be swallowed, crumb by crumb, by the largest.
        cost = apart * (np.outer(weights, weights) / np.add.outer(weights, weights))
        np.fill_diagonal(cost, np.inf)
        a, b = divmod(int(cost.argmin()), len(keys))
        one, other = alive.pop(keys[a]), alive.pop(keys[b])
        alive[len(sizes) + len(found)] = (one[0] + other[0], one[1] + other[1])
        found.append((keys[a], keys[b], round(float(apart[a, b]), 5)))
    return found


def steadiness(coordinates: Vectors, labels: Labels, seed: int, rounds: int = 3) -> NDArray[np.float64]:
    """How much of each theme is found again when a fifth of the texts is left out, 0 to 1 (mean of the best overlaps)."""
    rng = np.random.default_rng(seed)
    count = int(labels.max(initial=-1)) + 1
    kept = np.zeros((rounds, count))
    for turn in range(rounds):
        rows = np.sort(rng.permutation(len(labels))[: min(max(2, len(labels) * 4 // 5), 800)])
        here = labels[rows]
        present = len(np.unique(here))
        if len(rows) < 4 or present < 2:
            kept[turn] = 1.0
            continue
        again = _ward(coordinates[rows], [present])[:, 0]
        both = np.zeros((count, present))
        np.add.at(both, (here, again), 1)
        union = both.sum(axis=1, keepdims=True) + both.sum(axis=0) - both
        kept[turn] = (both / np.maximum(union, 1)).max(axis=1)
    mean: NDArray[np.float64] = kept.mean(axis=0)
    return mean


@dataclass(frozen=True, slots=True)
class _Cloud:
    """Texts as points, and how they are joined: by topics those alike on average, by vectors those with the same neighbours."""

    points: Vectors
    familiar: bool
    spreads: NDArray[np.float32]

    @classmethod
    def of(cls, coordinates: Vectors, familiar: bool) -> _Cloud:
        points, spreads = _directions(coordinates)
        return cls(points if familiar else _share_neighbours(points), familiar, spreads)

    def without_structure(self, rng: np.random.Generator) -> _Cloud:
        """As many points, as wide in every direction, and nothing in them."""
        shape = (len(self.points), len(self.spreads))
        points = unit((rng.standard_normal(shape, dtype=np.float32) * self.spreads).astype(np.float32))
        return _Cloud(points if self.familiar else _share_neighbours(points), self.familiar, self.spreads)

    def cut(self, counts: Sequence[int]) -> Labels:
        return _average(self.points, counts) if self.familiar else _ward(self.points, counts)

    def apart(self, counts: Sequence[int], cuts: Labels | None = None) -> list[float]:
        """The simplified silhouette of each number of themes, -1 to 1."""
        cuts = self.cut(counts) if cuts is None else cuts
        found = []
        for column in range(cuts.shape[1]):
            labels = cuts[:, column]
            found.append(float(2 * sureness(self.points, labels, middles(self.points, labels)).mean() - 1))
        return found


def _directions(coordinates: Vectors) -> tuple[Vectors, NDArray[np.float32]]:
    """The coordinates along the set's widest directions, scaled to unit length, and how wide it is along each."""
    from scipy.linalg import eigh

    centred = coordinates - coordinates.mean(axis=0)
    wide = centred.shape[1]
    most = min(_DIRECTIONS, len(coordinates) - 1, wide)
    spread = (centred.T @ centred).astype(np.float64) / max(1, len(centred) - 1)
    # Only the widest: all of them take several times as long.
    values, directions = eigh(spread, subset_by_index=(wide - most, wide - 1), check_finite=False)
    turned = centred @ directions[:, ::-1].astype(np.float32)
    return unit(turned), np.sqrt(np.clip(values[::-1], 0, None)).astype(np.float32)


def _share_neighbours(points: Vectors) -> Vectors:
    """Each point moved towards those with the same neighbours, twice: what is dense draws together."""
    import scipy.sparse as sparse

    n = len(points)
    many = min(_NEIGHBOURS, n // 8 + 1)
    alike = points @ points.T
    near = np.argpartition(alike, n - many - 1, axis=1)[:, n - many - 1 :]
    links = sparse.csr_matrix((np.ones(near.size, dtype=np.float32), (np.repeat(np.arange(n), many + 1), near.ravel())), shape=(n, n))  # fmt: skip
    shared = (links @ links.T).multiply(links.maximum(links.T)).tocsr()
    shared.data = shared.data / (2 * (many + 1) - shared.data)
    weights = sparse.diags(1 / np.maximum(np.asarray(shared.sum(axis=1)).ravel(), 1e-9)) @ shared
    for _ in range(2):
        points = unit(((points + unit(np.asarray(weights @ points, dtype=np.float32))) / 2).astype(np.float32))
    return points


def _ward(points: Vectors, counts: Sequence[int]) -> Labels:
    apart = _apart_by_pair(points)
    apart *= 2
    return _joined(np.sqrt(apart, out=apart), "ward", counts)


def _average(points: Vectors, counts: Sequence[int]) -> Labels:
    return _joined(_apart_by_pair(points), "average", counts)


def _apart_by_pair(points: Vectors) -> NDArray[np.float32]:
    """One minus the cosine of each pair of unit rows, 0 to 2, in the order of ``scipy.spatial.distance.pdist``."""
    from scipy.spatial.distance import squareform

    apart: NDArray[np.float32] = squareform(points @ points.T, checks=False)
    np.subtract(1, apart, out=apart)
    return np.clip(apart, 0, 2, out=apart)


def _joined(distances: NDArray[np.float32], method: str, counts: Sequence[int]) -> Labels:
    from scipy.cluster.hierarchy import fcluster, linkage

    tree = linkage(distances, method=method)
    cuts: Labels = np.stack([fcluster(tree, count, "maxclust") - 1 for count in counts], axis=1).astype(np.int64)
    for column in range(cuts.shape[1]):  # ties in height leave gaps in the numbers
        cuts[:, column] = np.unique(cuts[:, column], return_inverse=True)[1]
    return cuts
