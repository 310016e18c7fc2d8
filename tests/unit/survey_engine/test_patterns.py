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
    [r"(a)\1", "(?=a)a", "(?<!b)a", "[", "(", "*a", "x" * 301, "(?:x{1,900}){1,900}y"],
)
def test_patterns_that_look_around_or_mean_nothing_are_refused(pattern: str) -> None:
    reason = problem(pattern)
    assert reason is not None
    assert reason.endswith(".")


@pytest.mark.parametrize(
    "pattern",
    [
        "(a+)+b",
        "(a*)*",
        "(a|aa)+$",
        "(a|a)*b",
        "(.*)*",
        "a*a*a*a*a*b",
        ".*.*.*.*=",
        "(a?){50}a{50}",
        "(" * 150 + ")" * 150,
    ],
)
def test_patterns_that_take_others_for_ever_are_harmless(pattern: str) -> None:
    started = time.perf_counter()
    if problem(pattern) is None:
        matches(pattern, "a" * 20_000 + "!")
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
