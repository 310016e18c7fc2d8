"""Corrections teach how far signs may be trusted; a few of them change little, many mend what the frame gets wrong."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import f1_score

from nlp.sureness import Signs, Trust, best_bar, chance, log_odds


def signs(answers: int, right: np.ndarray, noise: float, seed: int = 1) -> Signs:
    """Answers of three codes whose scores say as much of the truth as ``noise`` lets them."""
    dice = np.random.default_rng(seed)
    score = (right * 0.3 + dice.normal(0, noise, right.shape)).clip(0, 1).astype(np.float32)
    about = dice.dirichlet([0.3] * 5, answers).astype(np.float32)
    return Signs(score, score, about, score, np.full(answers, 100))


def truth(answers: int, seed: int = 1) -> np.ndarray:
    return (np.random.default_rng(seed).random((answers, 3)) < 0.3).astype(np.float32)


def test_one_correction_leaves_the_odds_nearly_where_the_frame_has_them() -> None:
    right = truth(50)
    known, one = signs(50, right, 0.1), Trust(signs(1, right[:1], 0.1), right[:1])
    assert np.abs(one.odds(known) - log_odds(known.before)).max() < 0.5
    assert one.bar(0.23) == pytest.approx(0.23, abs=0.02)


def test_many_corrections_find_a_sign_the_frame_does_not_know() -> None:
    right = truth(600)
    known = signs(600, right, 0.4)
    told = Signs(known.before, known.after, known.about, right * np.float32(0.2), known.length)
    trust = Trust(
        Signs(told.before[:300], told.after[:300], told.about[:300], told.near[:300], told.length[:300]), right[:300]
    )
    learnt = chance(trust.odds(told))[300:] >= trust.bar(0.23)
    alone = chance(log_odds(known.before))[300:] >= 0.23
    assert f1_score(right[300:], learnt, average="micro") > f1_score(right[300:], alone, average="micro") + 0.2


@pytest.mark.parametrize("answers", [1, 2, 40])
def test_corrections_that_say_one_thing_only_give_finite_odds(answers: int) -> None:
    for given in (np.zeros((answers, 3)), np.ones((answers, 3))):
        known = signs(answers, given.astype(np.float32), 0.0)
        trust = Trust(known, given.astype(np.float32))
        assert np.isfinite(trust.odds(known)).all()
        assert 0 < trust.bar(0.23) < 1


def test_the_bar_is_where_the_expected_f1_is_highest() -> None:
    assert best_bar(np.array([[0.9, 0.1], [0.8, 0.1]])) == 0.8
    assert best_bar(np.array([[0.3, 0.3], [0.3, 0.3]])) == 0.3


def test_a_code_people_often_give_is_expected_more_often_than_one_they_seldom_give() -> None:
    dice = np.random.default_rng(2)
    right = (dice.random((200, 3)) < (0.6, 0.1, 0.1)).astype(np.float32)
    score = dice.random((400, 3)).astype(np.float32) * np.float32(0.3)
    # No two answers are about the same, so that only how often a code is given can be carried over.
    about = np.eye(400, dtype=np.float32)
    known = Signs(score, score, about, score, np.full(400, 100))
    half = Signs(score[:200], score[:200], about[:200], score[:200], known.length[:200])
    expected = chance(Trust(half, right).odds(known))[200:].mean(axis=0)
    assert expected[0] > 2 * expected[1:].max()
