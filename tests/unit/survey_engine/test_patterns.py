"""Patterns of authors: the useful ones work, and none can make the service wait."""

from __future__ import annotations

import time

import pytest

from survey_engine.patterns import matches, problem


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (r"[A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][A-Z]{2}", "LS1 4AP"),
        (r"^[0-9]{11}$", "01632960123"),
        (r"[^@ ]+@[^@ ]+\.[a-z]{2,10}", "ada@example.org"),
        (r"(yes|no)", "no"),
        (r"([0-9]{2}-){2}[0-9]{4}", "01-02-2020"),
        (r".{0,160}", "short enough"),
        (r"\d+(\.\d{1,2})?", "12.50"),
    ],
)
def test_everyday_patterns_match_the_whole_text(pattern: str, text: str) -> None:
    assert problem(pattern) is None
    assert matches(pattern, text)
    assert not matches(pattern, text + "\n")


@pytest.mark.parametrize(
    "pattern",
    [
        "(a+)+b", "(a*)*", "(a|aa)+$", "(a|a)*b", "(.*)*", "(?:x{1,50}){1,50}y", "a*a*a*a*a*b", ".*.*.*.*=", "(a?){50}a{50}",
        r"(a)\1", "(?=a)a", "(?<!b)a", "[", "(", "*a", "[[:alpha:]]", r"\p{L}", "a{1,99999999999999999999}", "x" * 301,
        "(" * 150 + ")" * 150 + "+" ,
    ],
)  # fmt: skip
def test_patterns_that_could_take_for_ever_or_mean_nothing_are_refused(pattern: str) -> None:
    reason = problem(pattern)
    assert reason is None or reason.endswith(".")
    started = time.perf_counter()
    if reason is None:
        matches(pattern, "a" * 200 + "!")
    assert reason is not None or pattern.startswith("((")
    assert time.perf_counter() - started < 1


@pytest.mark.parametrize(
    "pattern", [r"a*a*a*b", r"[^@]+@[^@]+\.[^@]+", r"\w*\w*x", r"(a{1,9}){3}b", "(a|ab)(c|bcd)(d*)"]
)
def test_an_allowed_pattern_answers_quickly_on_the_worst_text(pattern: str) -> None:
    assert problem(pattern) is None
    started = time.perf_counter()
    for text in ("a" * 200, "a" * 2_000, "a" * 20_000, "@." * 100, "a@" * 1000):
        matches(pattern, text)
    assert time.perf_counter() - started < 2
