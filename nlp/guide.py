"""A code frame as guide: how well each answer fits each code, from the frame's own words. One frame or another is not known here.

On thirty to three hundred answers it is worth more to know what people talk about than how near
their vectors are. Four signs are added up, each scaled to the set at hand: closeness to the middle
of a code's texts; likeness of subjects (``nlp.subjects``); how likely the code is by the answer's
subjects; a small classifier learned from the frame's texts. What each buys: docs/benchmarks.md.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlp.embed import Embedder, Vectors, unit
from nlp.frames import Code, Frame
from nlp.subjects import Subjects, answers, letters_and_vectors, rarity_of

_PART_WEIGHT = 0.5  # names and single items of a list say less than a sentence
_PRIOR = 0.3  # how much a code that many answers fit is believed in for the next
_HARDLY = (
    0.05  # quantile of how near texts of a frame are to other codes; at 0.25 children's plain words of a code are lost
)
_COOLING = 0.5  # probabilities of subjects are too sure of themselves; their roots compare better


@dataclass(frozen=True, slots=True)
class Scale:
    """What the signs of a set were scaled by, so that new answers are scored alike: stored with a run."""

    means: tuple[float, ...]
    spreads: tuple[float, ...]
    prior: tuple[float, ...] = ()


@dataclass(frozen=True)
class Guide:
    """A frame made ready for the vectors of one embedder; rows go with ``frame.codes``."""

    frame: Frame
    middles: Vectors
    weights: NDArray[np.float32]
    bias: NDArray[np.float32]
    rarity: NDArray[np.float32]
    subjects: Subjects | None
    code_subjects: NDArray[np.float32]
    foreign: float
    """How near the frame's texts are to the nearest code that is not theirs (cosine): nothing further away is held by the frame."""

    def scores(
        self, texts: Sequence[str], vectors: Vectors, scale: Scale | None = None
    ) -> tuple[NDArray[np.float32], Scale]:
        """How well each text fits each code (n_texts, n_codes), in standard deviations summed over the signs; and the scale used."""
        signs = self.signs(texts, vectors)
        if scale is None:
            spreads = [float(sign.std()) or 1.0 for sign in signs]
            scale = Scale(tuple(float(sign.mean()) for sign in signs), tuple(spreads))
        total = self._total(signs, scale)
        if not scale.prior:
            popular = np.log(_shares(total).mean(axis=0) + 0.01) if len(texts) else np.zeros(len(self.middles))
            scale = Scale(scale.means, scale.spreads, tuple(round(float(value), 5) for value in popular))
        return (total + _PRIOR * np.asarray(scale.prior)).astype(np.float32), scale

    def signs(self, texts: Sequence[str], vectors: Vectors) -> list[NDArray[np.float32]]:
        """The single signs (n_texts, n_codes), unscaled; two where there are no subjects for this embedder."""
        near = vectors @ self.middles.T
        features = letters_and_vectors(texts, vectors, self.rarity)
        learned = features @ self.weights + self.bias
        learned = learned - np.logaddexp.reduce(learned, axis=1, keepdims=True)
        if self.subjects is None:
            return [near, learned]
        subjects = _cooled(self.subjects.probabilities(texts, vectors))
        alike = unit(np.sqrt(subjects)) @ unit(np.sqrt(self.code_subjects)).T
        likely = np.log(subjects @ (self.code_subjects / self.code_subjects.sum(axis=0)).T + 1e-4)
        return [near, learned, alike, likely]

    def _total(self, signs: Sequence[NDArray[np.float32]], scale: Scale) -> NDArray[np.float32]:
        total: NDArray[np.float32] = np.sum(
            [(sign - mean) / spread for sign, mean, spread in zip(signs, scale.means, scale.spreads, strict=True)], axis=0
        )  # fmt: skip
        return total


def make_ready(frame: Frame, embedder: Embedder, subjects: Subjects | None) -> Guide:
    """Learn what each code's texts have in common; a second or less for a frame of thirty codes."""
    from sklearn.linear_model import LogisticRegression

    rows = [
        (number, text, weight) for number, code in enumerate(frame.codes) for text, weight in _texts(code)
    ]  # fmt: skip
    numbers = np.array([number for number, _, _ in rows])
    texts = [text for _, text, _ in rows]
    weights = np.array([weight for _, _, weight in rows], dtype=np.float32)
    vectors = unit(embedder.embed(texts))
    codes = range(len(frame.codes))
    middles = unit(np.stack([weights[numbers == code] @ vectors[numbers == code] for code in codes]))
    rarity = rarity_of([*texts, *(text for _, text in answers())], fewest=1)
    features = letters_and_vectors(texts, vectors, rarity)
    if len(frame.codes) == 1:
        learned, bias = np.zeros((features.shape[1], 1)), np.zeros(1)
    else:
        model = LogisticRegression(C=10.0, max_iter=200, tol=1e-3).fit(features, numbers, sample_weight=weights)
        learned, bias = model.coef_.T, model.intercept_
        if len(frame.codes) == 2:  # scikit-learn keeps one row for two classes
            learned, bias = np.hstack([-learned, learned]), np.array([-bias[0], bias[0]])
    code_subjects = np.zeros((len(frame.codes), 0), dtype=np.float32)
    if subjects is not None:
        found = _cooled(subjects.probabilities(texts, vectors))
        code_subjects = np.stack(
            [np.average(found[numbers == code], axis=0, weights=weights[numbers == code]) for code in codes]
        ).astype(np.float32)
    return Guide(
        frame, middles, np.ascontiguousarray(learned, dtype=np.float32), bias.astype(np.float32), rarity, subjects, code_subjects,
        _foreign(vectors @ middles.T, numbers),
    )  # fmt: skip


def _foreign(near: NDArray[np.float32], numbers: NDArray[np.int64]) -> float:
    others = near.copy()
    others[np.arange(len(numbers)), numbers] = -1
    return float(np.quantile(others.max(axis=1), _HARDLY)) if near.shape[1] > 1 else -1.0


def _texts(code: Code) -> list[tuple[str, float]]:
    """What the frame says of a code, and how much each text counts; exclusions speak of other codes and are left out."""
    sentences = [code.definition, *code.include]
    parts = [part.strip() for sentence in sentences for part in re.split(r"[,;:]| or ", sentence)]
    weighed = [
        (code.name_young_person, _PART_WEIGHT), (code.name_professional, _PART_WEIGHT),
        *((sentence, 1.0) for sentence in sentences), *((example, 1.0) for example in code.examples),
        *((part, _PART_WEIGHT) for part in parts),
    ]  # fmt: skip
    return [(text, weight) for text, weight in weighed if text.strip()]


def _cooled(probabilities: NDArray[np.float32]) -> NDArray[np.float32]:
    roots = probabilities**_COOLING
    cooled: NDArray[np.float32] = roots / roots.sum(axis=1, keepdims=True)
    return cooled


def _shares(scores: NDArray[Any]) -> NDArray[Any]:
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares: NDArray[Any] = raised / raised.sum(axis=1, keepdims=True)
    return shares


def sureness_of(scores: NDArray[np.float32]) -> NDArray[np.float64]:
    """The share the best code has of all, 0 to 1, for each row of scores."""
    best: NDArray[np.float64] = _shares(scores.astype(np.float64)).max(axis=1)
    return best
