"""From a coder's scores to how sure it is of each code; and what corrected answers teach about that.

Learning single codes from a few hundred corrections says little that the library did not know. What they do tell,
for all codes together, is how far each sign may be trusted: the score, its rank among the codes, how often people give
the code, how long the answer is, which of the library's subjects belong to other codes in this frame. So one small regression is shared by all
codes, and held near what the frame alone says while there are few corrections. Nothing here knows a frame or a text.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]
Odds = NDArray[np.float64]

_SURENESS = (
    -4.5,
    3.8,
    6.9,
    3.2,
)  # log odds without corrections: constant, score, its root, its lead over the best other code
# Chosen by cross-validation over three frames of different kinds; see decision 0032.
_HELD_BACK = 5.0  # ridge of the shared regression: answers times codes that weigh as much as its start
_HALF_TRUSTED = 20  # corrected answers from which what they teach counts as much as the frame alone
_HALF_FOR_BAR = 50  # the same for the bar
_HALF_FOR_OFTEN = 20  # the same for how often a code is given
_TOPIC_RIDGE = 3.0


@dataclass(frozen=True, slots=True)
class Signs:
    """What is known of each answer: ``before`` and ``after`` learning from corrections are scores ``(n, n_codes)``.

    ``about``: shares of the library's topics ``(n, n_topics)``; ``near``: mean likeness to each code's own texts
    ``(n, n_codes)``; ``length``: how many different runs of letters ``(n,)``.
    """

    before: Matrix
    after: Matrix
    about: Matrix
    near: Matrix
    length: NDArray[np.int_]


class Trust:
    """How far signs may be trusted, learnt from answers people have coded (``given``: 0 or 1, ``(n, n_codes)``).

    ``after`` of the signs it learns from must be what each answer would score had it not been learnt from itself.
    """

    def __init__(self, signs: Signs, given: Matrix) -> None:
        self._share = len(given) / (len(given) + _HALF_TRUSTED)
        # What the frame alone gets wrong, by the library's topics; for the learnt answers each without itself.
        topics = np.sqrt(signs.about).astype(np.float64)
        wrong = given - chance(log_odds(signs.before))
        solved = np.linalg.inv(topics @ topics.T + _TOPIC_RIDGE * np.eye(len(topics)))
        self._by_topic = topics.T @ solved @ wrong
        without = wrong - (solved @ wrong) / np.diag(solved)[:, None]
        self._often, often_without = _often(given)
        columns, start = _columns(signs, without, often_without), log_odds(signs.after)
        self._weights = _fitted(columns.reshape(-1, columns.shape[-1]), given.ravel(), start.ravel())
        share = len(given) / (len(given) + _HALF_FOR_BAR)
        learnt = best_bar(chance(self._blended(signs, columns)))
        self._bar = (share, learnt)

    def odds(self, signs: Signs) -> Odds:
        """The log odds of each code ``(n, n_codes)``."""
        return self._blended(signs, _columns(signs, np.sqrt(signs.about) @ self._by_topic, self._often))

    def bar(self, usual: float) -> float:
        """The confidence from which codes are shown; near ``usual`` while there are few corrections."""
        share, learnt = self._bar
        return float(np.exp(share * np.log(learnt) + (1 - share) * np.log(usual)))

    def _blended(self, signs: Signs, columns: Odds) -> Odds:
        taught = log_odds(signs.after) + columns @ self._weights
        blended: Odds = self._share * taught + (1 - self._share) * log_odds(signs.before)
        return blended


def log_odds(score: Matrix) -> Odds:
    """The log odds of each code from scores ``(n, n_codes)`` alone."""
    constant, straight, root, lead = _SURENESS
    odds: Odds = (constant + straight * score + root * np.sqrt(np.maximum(score, 0)) + lead * _lead(score)).astype(
        np.float64
    )
    return odds


def chance(odds: Odds) -> Odds:
    """Log odds as chances, 0 to 1."""
    chances: Odds = 1 / (1 + np.exp(-np.clip(odds, -30, 30)))
    return chances


def best_bar(chances: Odds) -> float:
    """The chance from which codes have to be shown for the highest F1 to be expected, were all chances true."""
    falling = np.sort(chances.ravel())[::-1]
    expected = 2 * np.cumsum(falling) / (np.arange(1, len(falling) + 1) + falling.sum())
    return float(falling[int(expected.argmax())])


def _lead(score: Matrix) -> Matrix:
    """By how much each code's score is above the best other one's."""
    if score.shape[1] == 1:
        return score
    ranked = -np.sort(-score, axis=1)
    lead: Matrix = score - np.where(score >= ranked[:, :1], ranked[:, 1:2], ranked[:, :1])
    return lead


def _often(given: Matrix) -> tuple[Odds, Odds]:
    """How much more often than the usual code each was given, in logarithms ``(n_codes,)``; and what each answer's
    others say of that ``(n, n_codes)``.
    """
    usual = max(float(given.mean()), 1e-3)
    counted, answers = given.sum(axis=0).astype(np.float64), len(given)

    def compared(times: Odds, among: int) -> Odds:
        more: Odds = np.log((times / usual + _HALF_FOR_OFTEN) / (among + _HALF_FOR_OFTEN))
        return more

    return compared(counted, answers), compared(counted - given, answers - 1)


def _columns(signs: Signs, by_topic: Odds, often: Odds) -> Odds:
    """The signs on like scales ``(n, n_codes, n_signs)``, the last one constant."""
    score = signs.after
    each = np.broadcast_to
    columns: Odds = np.stack(
        [
            log_odds(score) / 1.5,
            np.log1p((-score).argsort(axis=1).argsort(axis=1)),
            by_topic * 10,
            signs.near * 15,
            each(np.log(np.maximum(signs.length, 1) / 100)[:, None], score.shape) * 1.5,
            log_odds(signs.before) / 1.5,
            each(often, score.shape),
            each(np.float32(2), score.shape),
        ],
        axis=-1,
    ).astype(np.float64)
    return columns


def _fitted(columns: Odds, given: NDArray[np.float32], start: Odds) -> Odds:
    """Weights of a logistic regression that begins at ``start``."""
    from scipy.optimize import minimize

    def loss(weights: Odds) -> tuple[float, Odds]:
        odds = start + columns @ weights
        missed = np.logaddexp(0, odds) - given * odds
        return float(missed.sum() + _HELD_BACK / 2 * weights @ weights), (
            columns.T @ (chance(odds) - given) + _HELD_BACK * weights
        )

    weights: Odds = minimize(loss, np.zeros(columns.shape[1]), jac=True, method="L-BFGS-B").x
    return weights
