"""The server's half of the shared tables; the phone's is in tests/unit/test_rules_on_the_phone.py."""

from __future__ import annotations

import time
from typing import Any

import pytest

from survey_engine.expression_parser import parse
from survey_engine.expressions import FUNCTIONS, Call, nodes
from tests.shared.cases import Look, Way, alike, differences, expression_cases, journey_cases, walk, work_out

EXPRESSIONS = expression_cases()
WAYS = journey_cases()


@pytest.mark.parametrize(("text", "look", "value"), EXPRESSIONS, ids=range(len(EXPRESSIONS)))
def test_an_expression_yields_what_the_table_says(text: str, look: Look, value: Any) -> None:
    assert alike(work_out(parse(text), look), value), (text, look.answers, work_out(parse(text), look), value)


@pytest.mark.parametrize("way", WAYS, ids=[way.title for way in WAYS])
def test_a_way_leads_where_the_table_says(way: Way) -> None:
    assert differences(walk(way), way.expected) == {}


def test_every_function_is_in_the_table() -> None:
    used = {node.function for text, _, _ in EXPRESSIONS for node in nodes(parse(text)) if isinstance(node, Call)}
    assert used == FUNCTIONS.keys()


@pytest.mark.parametrize(
    "said", ["1" * 20_000 + "x", " " * 20_000 + "x", "2026-03-01T" + "1" * 19_000 + "\n", "-." * 10_000]
)
def test_no_text_makes_reading_a_number_or_a_day_slow(said: str) -> None:
    started = time.perf_counter()
    for text in (
        "number(.)",
        "date(.)",
        "decimal-time(.)",
        "normalize-space(.)",
        'selected(., " ")',
        "count-selected(.)",
    ):
        work_out(parse(text), Look({}, said))
    assert time.perf_counter() - started < 0.5
