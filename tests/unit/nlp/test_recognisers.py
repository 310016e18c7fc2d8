"""Each row of the table of recognisers finds its own examples, leaves the others, and is quick on a hostile text."""

from __future__ import annotations

import time

import pytest

from nlp.recognisers import RECOGNISERS, recognise


@pytest.mark.parametrize(
    ("number", "text"), [(number, text) for number, row in enumerate(RECOGNISERS) for text in row.finds]
)
def test_a_row_finds_its_examples(number, text):
    assert list(RECOGNISERS[number].in_text(text))


@pytest.mark.parametrize(
    ("number", "text"), [(number, text) for number, row in enumerate(RECOGNISERS) for text in row.leaves]
)
def test_a_row_leaves_what_looks_alike(number, text):
    assert not list(RECOGNISERS[number].in_text(text))


def test_each_row_has_examples_of_both_kinds():
    assert all(row.finds and row.leaves for row in RECOGNISERS)


@pytest.mark.parametrize(
    "piece",
    ["a", "0", "0 ", "a@", "a.", "@a", "_a", "my snap is ", "born ", "1/1/", "a at ", "A-1", "nhs ", "(0", "dot "],
)
def test_every_row_is_linear(piece):
    """Twice the text takes about twice the time, whatever it is made of."""
    text = piece * (20_000 // len(piece))
    start = time.process_time()
    list(recognise(text))
    assert time.process_time() - start < 2.0
