"""What the coder knows of the field: the library's answers as rows of a kernel machine, the same for every frame.

Themes use the same knowledge as coordinates (``about``), where a set is about these things (``familiar``).

A text is compared with every answer of the library, by its vector (squared cosine: only what is near
counts) and by its letters (runs of three to five within words: misspellings share most of them). Ridge
regression over that comparison carries over what the answers are labelled with: topics and feeling.
Reckoned once for an encoder and kept (``Field.of``), because no frame changes it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlp.embed import Embedder, Vectors
from nlp.frame_library import FEELINGS, NOTHING, library
from nlp.text import fold

Matrix = NDArray[np.float32]

LETTERS_SHARE = 0.3  # of the comparison; more or less than a half loses on held-out frames
RIDGE = 0.3  # how little one answer of the library is trusted on its own
FAMILIAR = (
    0.5  # mean likeness of a set's texts to the nearest answer of the library, from which it says something about them
)
_CHUNK = 2000  # texts compared at once
_SHARPNESS = 20.0  # of topics from regression values to shares
_LONGEST = 4000  # characters; the encoder reads no more either


class Rows:
    """Texts ready to be compared: their vectors and their letters."""

    def __init__(self, vectors: Matrix, letters: Any) -> None:
        self.vectors = vectors
        self.letters = letters

    def __len__(self) -> int:
        return len(self.vectors)


class Field:
    """The library, embedded and solved for one encoder."""

    def __init__(self, embedder: Embedder, kept: Path | None = None) -> None:
        from scipy.linalg import cho_factor
        from sklearn.feature_extraction.text import TfidfVectorizer

        shelf = library()
        texts = [answer.text for answer in shelf.answers] + [f"{t.name}. {t.definition}" for t in shelf.topics]
        self.topics = [topic.id for topic in shelf.topics]
        self.names = [topic.name for topic in shelf.topics]
        self.bank = hashlib.sha256("\n".join(texts).encode()).hexdigest()[:12]
        """Names the library: part of the versions of whatever was made with it."""
        self.nothing = self.topics.index(NOTHING)
        self._embedder = embedder
        self._cut = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True, dtype=np.float32)
        self._cut.fit([_plain(text) for text in texts])
        self.rows = self.read(texts, _kept_vectors(embedder, texts, kept))
        count = len(shelf.answers)
        where = {topic: place for place, topic in enumerate(self.topics)}
        # Each answer's topics share its weight; a topic's own description stands for it alone.
        self.labels = np.zeros((len(texts), len(self.topics)), dtype=np.float32)
        for row, answer in enumerate(shelf.answers):
            for topic in answer.topics:
                self.labels[row, where[topic]] = 1 / len(answer.topics)
        self.labels[count:] = np.eye(len(self.topics))
        within = self.compare(self.rows, self.rows)
        within[np.diag_indices_from(within)] += RIDGE
        self._factor = cho_factor(within, overwrite_a=True)
        self._by_topic = self.solve(self.labels)
        feelings = np.zeros((len(texts), len(FEELINGS)), dtype=np.float32)
        names = list(FEELINGS.values())
        for row, answer in enumerate(shelf.answers):
            feelings[row, names.index(answer.sentiment)] = 1
        self._by_feeling = self.solve(feelings)

    def read(self, texts: Sequence[str], vectors: Vectors | None = None) -> Rows:
        """Texts as rows to compare; ``vectors`` where they are kept already."""
        if vectors is None:
            vectors = self._embedder.embed([text[:_LONGEST] for text in texts])
        return Rows(np.asarray(vectors, dtype=np.float32), self._cut.transform([_plain(text) for text in texts]))

    def compare(self, some: Rows, others: Rows) -> Matrix:
        """How alike: ``(n_some, n_others)``, 0 to 1."""
        near = np.maximum(some.vectors @ others.vectors.T, 0) ** 2
        letters = (some.letters @ others.letters.T).toarray()
        alike: Matrix = ((1 - LETTERS_SHARE) * near + LETTERS_SHARE * letters).astype(np.float32)
        return alike

    def solve(self, values: Matrix) -> Matrix:
        """The regression's weights for values given on the library's rows."""
        from scipy.linalg import cho_solve

        weights: Matrix = cho_solve(self._factor, values)
        return weights

    def shares(self, alike: Matrix) -> Matrix:
        """What texts are about: ``(n, n_topics)``, rows sum to 1, from their likeness to the library."""
        values = _SHARPNESS * (alike @ self._by_topic)
        values = np.exp(values - values.max(axis=1, keepdims=True))
        shares: Matrix = values / values.sum(axis=1, keepdims=True)
        return shares

    def familiar(self, vectors: Vectors) -> bool:
        """Whether a set ``(n, dimensions)`` is about what the library is about; some hundred texts are looked at."""
        if not len(vectors):
            return False
        some = vectors[:: max(1, len(vectors) // 400)]
        return float((some @ self.rows.vectors.T).max(axis=1).mean()) >= FAMILIAR

    def about(self, texts: Sequence[str], vectors: Vectors) -> Matrix:
        """What each text is about ``(n, n_topics)``, rows sum to 1; chunk by chunk, so that many need little memory."""
        found = np.zeros((len(texts), len(self.topics)), dtype=np.float32)
        for start in range(0, len(texts), _CHUNK):
            part = slice(start, start + _CHUNK)
            found[part] = self.shares(self.compare(self.read(texts[part], vectors[part]), self.rows))
        return found

    def feelings(self, alike: Matrix) -> Matrix:
        """How texts feel: ``(n, 4)``, one column each for the feelings of the library, not calibrated."""
        return alike @ self._by_feeling


_FIELDS: dict[tuple[str, Path | None], Field] = {}


def field_of(embedder: Embedder, kept: Path | None = None) -> Field:
    """The field for an encoder, reckoned once a process; ``kept`` is a folder where the library's vectors stay."""
    key = (embedder.name, kept)
    if key not in _FIELDS:
        _FIELDS[key] = Field(embedder, kept)
    return _FIELDS[key]


def _plain(text: str) -> str:
    return fold(text[:_LONGEST]).text.lower()


def _kept_vectors(embedder: Embedder, texts: list[str], kept: Path | None) -> Vectors:
    if kept is None:
        return embedder.embed(texts)
    mark = hashlib.sha256("\n".join([embedder.name, *texts]).encode()).hexdigest()[:16]
    file = kept / f"library-{mark}.npy"
    try:
        vectors: Vectors = np.load(file, allow_pickle=False)
        if vectors.shape == (len(texts), embedder.dimensions):
            return vectors
    except (OSError, ValueError):
        pass  # not there yet, or cut short: written again
    vectors = embedder.embed(texts)
    kept.mkdir(parents=True, exist_ok=True)
    partial = file.with_suffix(".partial")
    with partial.open("wb") as stream:
        np.save(stream, vectors)
    partial.replace(file)
    return vectors
