"""What the coder knows of the field: the library's answers as rows of a kernel machine, the same for every frame.

Themes use the same knowledge as coordinates (``about``), where a set is about these things (``familiar``).

A text is compared with every answer of the library, by its vector (squared cosine: only what is near
counts) and by its letters (runs of three to five within words: misspellings share most of them). Ridge
regression over that comparison carries over what the answers are labelled with: topics and feeling.
Reckoned once for an encoder and kept (``field_of``), because no frame changes it: vectors and solved weights in
one file of plain numbers, what only frames need in another, looked into only when a frame is applied.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlp.embed import Embedder, Vectors
from nlp.frame_library import FEELINGS, NOTHING, Library, library
from nlp.text import fold
from nlp.threads import one_thread

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
    """The library, embedded and solved for one encoder; ``kept`` is a folder where that stays between processes."""

    def __init__(self, embedder: Embedder, kept: Path | None = None) -> None:
        from sklearn.feature_extraction.text import TfidfVectorizer

        shelf = library()
        texts = [answer.text for answer in shelf.answers] + [f"{t.name}. {t.definition}" for t in shelf.topics]
        self.topics = [topic.id for topic in shelf.topics]
        self.names = [topic.name for topic in shelf.topics]
        self.bank = hashlib.sha256("\n".join(texts).encode()).hexdigest()[:12]
        """Names the library: part of the versions of whatever was made with it."""
        self.nothing = self.topics.index(NOTHING)
        self._embedder = embedder
        self.labels, felt = _labels(shelf)
        self._cut = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True, dtype=np.float32)
        letters = self._cut.fit_transform([_plain(text) for text in texts])
        self._keeping = _Keeping(kept, embedder.name, texts, self.labels, felt)
        held = self._keeping.read("vectors", "by-topic", "by-feeling")
        self.rows = Rows(embedder.embed(texts) if held is None else held[0], letters)
        if held is None:
            held = [self.rows.vectors, self.solve(self.labels), self.solve(felt)]
            for name, array in zip(("vectors", "by-topic", "by-feeling"), held, strict=True):
                self._keeping.write(name, array)
        self._by_topic, self._by_feeling = held[1], held[2]

    @cached_property
    def _factor(self) -> Matrix:
        """The comparison within the library, taken apart (Cholesky's upper triangle): needed to solve for anything new."""
        from scipy.linalg import cholesky

        held = self._keeping.read("factor")
        if held is not None:
            return held[0]
        within = self.compare(self.rows, self.rows)
        within[np.diag_indices_from(within)] += RIDGE
        with one_thread():
            factor: Matrix = cholesky(within, overwrite_a=True, check_finite=False)
        self._keeping.write("factor", factor)
        return factor

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

        with one_thread():
            weights: Matrix = cho_solve((self._factor, False), values, check_finite=False)
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

    def about(self, texts: Sequence[str], vectors: Vectors, progress: Callable[[float], None] | None = None) -> Matrix:
        """What each text is about ``(n, n_topics)``, rows sum to 1; chunk by chunk, so that many need little memory.

        ``progress`` is told the share done, 0 to 1.
        """
        found = np.zeros((len(texts), len(self.topics)), dtype=np.float32)
        for start in range(0, len(texts), _CHUNK):
            part = slice(start, start + _CHUNK)
            found[part] = self.shares(self.compare(self.read(texts[part], vectors[part]), self.rows))
            if progress is not None:
                progress(min(1.0, (start + _CHUNK) / len(texts)))
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


def _labels(shelf: Library) -> tuple[Matrix, Matrix]:
    """What the library's rows are labelled with: topics ``(n, n_topics)`` and feelings ``(n, 4)``."""
    where = {topic.id: place for place, topic in enumerate(shelf.topics)}
    names = list(FEELINGS.values())
    count = len(shelf.answers)
    # Each answer's topics share its weight; a topic's own description stands for it alone.
    labels = np.zeros((count + len(where), len(where)), dtype=np.float32)
    felt = np.zeros((len(labels), len(names)), dtype=np.float32)
    for row, answer in enumerate(shelf.answers):
        for topic in answer.topics:
            labels[row, where[topic]] = 1 / len(answer.topics)
        felt[row, names.index(answer.sentiment)] = 1
    labels[count:] = np.eye(len(where))
    return labels, felt


class _Keeping:
    """Files of plain numbers in the model folder, named by everything they depend on; nothing is kept without a folder."""

    def __init__(self, folder: Path | None, embedder: str, texts: list[str], *labels: Matrix) -> None:
        self._folder = folder
        mark = hashlib.sha256("\n".join([embedder, str(LETTERS_SHARE), str(RIDGE), *texts]).encode())
        for part in labels:
            mark.update(part.tobytes())
        self._name = f"library-{mark.hexdigest()[:16]}"

    def read(self, *names: str) -> list[Matrix] | None:
        """The arrays as they were written; None where they are not there, or cut short: then they are written again."""
        if self._folder is None:
            return None
        try:
            return [np.load(self._file(name), allow_pickle=False) for name in names]
        except (OSError, ValueError):
            return None

    def write(self, name: str, array: Matrix) -> None:
        """An array, whole or not at all."""
        if self._folder is None:
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        file = self._file(name)
        partial = file.with_suffix(f".{os.getpid()}.partial")
        with partial.open("wb") as stream:
            np.save(stream, array)
        partial.replace(file)

    def _file(self, name: str) -> Path:
        return (self._folder or Path()) / f"{self._name}-{name}.npy"
