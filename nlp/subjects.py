"""What people in children's services talk about: a classifier of short answers by subject, made from answers written by us.

A sentence encoder trained on the web sets apart how something is said (short, angry, a child's
spelling) as much as what it is about. Some thousand invented answers in eighty subjects
(``subjects.txt``) teach what belongs together: the probabilities of the subjects are the coordinates
in which small sets are themed and codes of any frame are compared. A subject is never shown as a
finding; its name may label a theme too small for words of its own.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlp.embed import Embedder, Vectors

WRITTEN = Path(__file__).with_name("subjects.txt")
FAMILIAR = 0.48
"""Mean closeness of a set's texts to the nearest written answer from which the subjects say something about it."""
_LETTER_GROUPS = 1 << 15
_LETTERS_WEIGHT = 0.7  # beside the vector's length of one
_MOST_CHARACTERS = 2000
_SURROGATE = re.compile(r"\[[A-Z]+(?:_[A-Z]+)*_\d+\]")


@dataclass(frozen=True)
class Subjects:
    """A fitted classifier for the vectors of one embedder; ``written`` (n_answers, dimensions) are the vectors it learned from."""

    embedder: str
    bank: str
    names: tuple[str, ...]
    written: Vectors
    weights: NDArray[np.float32]
    bias: NDArray[np.float32]
    rarity: NDArray[np.float32]

    def familiar(self, vectors: Vectors) -> bool:
        """Whether a set (n_texts, dimensions) is about what the subjects are about; some hundred texts are looked at."""
        if not len(vectors):
            return False
        some = vectors[:: max(1, len(vectors) // 400)]
        return float((some @ self.written.T).max(axis=1).mean()) >= FAMILIAR

    def probabilities(self, texts: Sequence[str], vectors: Vectors) -> NDArray[np.float32]:
        """How likely each subject is for each text (n_texts, n_subjects); rows add up to one."""
        found = np.zeros((len(texts), len(self.names)), dtype=np.float32)
        for start in range(0, len(texts), 5000):  # so that the letters of a large set need not fit in memory
            part = slice(start, start + 5000)
            letters = _weighed(_letters(texts[part]), self.rarity)
            score = vectors[part] @ self.weights[: vectors.shape[1]] + letters @ self.weights[vectors.shape[1] :]
            found[part] = _softmax(score + self.bias)
        return found


@cache
def answers() -> tuple[tuple[str, str], ...]:
    """Subject and text of each answer written by us."""
    found: list[tuple[str, str]] = []
    subject = ""
    for line in map(str.strip, WRITTEN.read_text(encoding="utf-8").splitlines()):
        if line.startswith("="):
            subject = line.removeprefix("=").strip()
        elif line and not line.startswith("#"):
            found.append((subject, line))
    return tuple(found)


def learn(embedder: Embedder) -> Subjects:
    """The classifier for an embedder's vectors, from the written answers; some seconds, the same every time."""
    from sklearn.linear_model import LogisticRegression

    subjects, texts = zip(*answers(), strict=True)
    vectors = embedder.embed(texts)
    rarity = rarity_of(texts, fewest=2)  # a group of letters of one answer only tells nothing about its subject
    model = LogisticRegression(C=30.0, max_iter=300, tol=1e-3)
    model.fit(letters_and_vectors(texts, vectors, rarity), subjects)
    return Subjects(
        embedder=embedder.name,
        bank=bank_version(),
        names=tuple(str(name) for name in model.classes_),
        written=vectors.astype(np.float32),
        weights=np.ascontiguousarray(model.coef_.T, dtype=np.float32),
        bias=model.intercept_.astype(np.float32),
        rarity=rarity,
    )


def kept(embedder: Embedder, folder: Path) -> Subjects:
    """The classifier as it lies in the model folder; learned and written there if it is missing, old or broken."""
    file = folder / f"subjects-{re.sub('[^A-Za-z0-9]+', '-', embedder.name)}.npz"
    try:
        found = _read(file)
        if found.embedder == embedder.name and found.bank == bank_version():
            return found
    except (OSError, ValueError, KeyError, EOFError):
        pass  # it can be made again from what is here, so nothing is lost
    made = learn(embedder)
    buffer = io.BytesIO()
    np.savez(
        buffer, embedder=made.embedder, bank=made.bank, names=np.array(made.names), written=made.written.astype(np.float16),
        weights=made.weights.astype(np.float16), bias=made.bias, rarity=made.rarity,
    )  # fmt: skip
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder, delete=False) as scratch:
        scratch.write(buffer.getvalue())
    os.replace(scratch.name, file)
    return _read(file)  # rounded as it will be read next time, so that every run sees the same numbers


@cache
def bank_version() -> str:
    """Names the written answers: part of a run's versions."""
    return hashlib.sha256(WRITTEN.read_bytes()).hexdigest()[:12]


def _read(file: Path) -> Subjects:
    import zipfile

    try:
        with np.load(file, allow_pickle=False) as stored:
            return Subjects(
                str(stored["embedder"]), str(stored["bank"]), tuple(map(str, stored["names"])),
                stored["written"].astype(np.float32), stored["weights"].astype(np.float32), stored["bias"], stored["rarity"],
            )  # fmt: skip
    except zipfile.BadZipFile as error:
        raise ValueError(f"{file.name} is not whole") from error


def letters_and_vectors(texts: Sequence[str], vectors: Vectors, rarity: NDArray[np.float32]) -> Any:
    """The coordinates a linear classifier learns from: a vector and, beside it, weighed groups of three to five letters (sparse)."""
    import scipy.sparse

    return scipy.sparse.hstack([scipy.sparse.csr_matrix(vectors), _weighed(_letters(texts), rarity)]).tocsr()


def rarity_of(texts: Sequence[str], fewest: int) -> NDArray[np.float32]:
    """The weight of each group of letters, more for a rare one; 0 for one of fewer than ``fewest`` texts."""
    times = np.asarray((_letters(texts) > 0).sum(axis=0)).ravel()
    return np.where(times >= fewest, np.log((1 + len(texts)) / (1 + times)) + 1, 0).astype(np.float32)


def _letters(texts: Sequence[str]) -> Any:
    from sklearn.feature_extraction.text import HashingVectorizer

    hashing = HashingVectorizer(
        analyzer="char_wb", ngram_range=(3, 5), n_features=_LETTER_GROUPS, alternate_sign=False, norm=None, dtype=np.float32
    )  # fmt: skip
    return hashing.transform([_SURROGATE.sub(" someone ", text[:_MOST_CHARACTERS]).replace("’", "'") for text in texts])


def _weighed(counts: Any, rarity: NDArray[np.float32]) -> Any:
    from sklearn.preprocessing import normalize

    weighed = counts.copy()
    weighed.data = 1 + np.log(weighed.data)
    return normalize(weighed.multiply(rarity).tocsr()) * _LETTERS_WEIGHT


def _softmax(scores: NDArray[Any]) -> NDArray[np.float32]:
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares: NDArray[np.float32] = (raised / raised.sum(axis=1, keepdims=True)).astype(np.float32)
    return shares
