"""A phone comes to the same as the server: the shared tables, and thousands of cases that nobody wrote.

What a phone runs is bundled as the pages are and run by the engine of a browser (node).
"""

from __future__ import annotations

import gzip
import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest

from survey_engine import patterns
from survey_engine.definition import Audience, Kind, Question, Survey
from survey_engine.expression_parser import parse
from survey_engine.ordering import shuffled
from survey_engine.pattern_tree import MOST_STEPS, steps
from survey_engine.rules import not_for_phones, rules_for_phone
from tests.shared import chance
from tests.shared.cases import (
    Look,
    Way,
    alike,
    differences,
    expression_cases,
    for_phone,
    journey_cases,
    walk,
    walk_on_phone,
    work_out,
)

ROOT = Path(__file__).parents[2]
BUNDLER = ROOT / "frontend" / "node_modules" / ".bin" / "esbuild"
NODE = ROOT / ".venv" / "bin" / "node"
MOST_BYTES = 5_000
Phone = Callable[[list[Any]], list[Any]]


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not BUNDLER.exists():
        pytest.skip("the pages were not built here: ./run test does it")
    made = tmp_path_factory.mktemp("rules") / "rules.mjs"
    asked = ["src/rules.ts", "--bundle", "--minify", "--format=esm", "--target=es2019,safari12", f"--outfile={made}"]
    _run([str(BUNDLER), *asked, "--log-level=error"])
    return made


@pytest.fixture(scope="module")
def phone(bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> Phone:
    tasks = tmp_path_factory.mktemp("tasks") / "tasks.json"

    def run(asked: list[Any]) -> list[Any]:
        tasks.write_text(json.dumps(asked), encoding="utf-8")
        outcomes: list[Any] = json.loads(
            _run(["node", str(ROOT / "tests/shared/work_out.mjs"), str(bundle), str(tasks)])
        )
        return outcomes

    return run


def _run(command: list[str]) -> str:
    path = f"{NODE.parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        command,
        cwd=ROOT / "frontend",
        env=os.environ | {"PATH": path},
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_every_expression_of_the_table_yields_the_same(phone: Phone) -> None:
    cases = expression_cases()
    outcomes = phone([for_phone(parse(text), look) for text, look, _ in cases])
    wrong = [(text, got) for (text, _, value), got in zip(cases, outcomes, strict=True) if not alike(got, value)]
    assert wrong == []


def test_every_way_of_the_table_leads_to_the_same_pages(phone: Phone) -> None:
    ways = journey_cases()
    outcomes = phone([walk_on_phone(way) for way in ways])
    wrong = {w.title: d for w, got in zip(ways, outcomes, strict=True) if (d := differences(got, w.expected))}
    assert wrong == {}
    assert [way.title for way, got in zip(ways, outcomes, strict=True) if not alike(walk(way), got)] == []


def test_expressions_nobody_wrote_yield_the_same(phone: Phone) -> None:
    random = Random(3)
    made = [(chance.expression(random, chance.NAMES), chance.look(random)) for _ in range(2_000)]
    outcomes = phone([for_phone(tree, look) for tree, look in made])
    for (expression, look), got in zip(made, outcomes, strict=True):
        assert alike(work_out(expression, look), got), (expression, look)


def test_surveys_nobody_wrote_lead_to_the_same_pages(phone: Phone) -> None:
    random = Random(5)
    ways = [chance.way(random) for _ in range(300)]
    for way, got in zip(ways, phone([walk_on_phone(way) for way in ways]), strict=True):
        assert alike(walk(way), got), (way, differences(got, walk(way)))


def test_random_orders_are_the_same(phone: Phone) -> None:
    seeds = [f"{seed}/{key}" for seed in (0, 7, 2**31, -5, 999_999_999_999) for key in ("mood", "pet~2~1", "")]
    asked = [(list(range(size)), seed) for seed in seeds for size in (1, 2, 7, 60)]
    orders = phone([{"shuffle": things, "seed": seed} for things, seed in asked])
    assert orders == [shuffled(things, seed) for things, seed in asked]


def test_a_pattern_that_goes_back_and_forth_cannot_stop_a_phone(phone: Phone) -> None:
    hopeless = ["(a+)+b", "(a|aa)+$", "a*a*a*a*b", "(a?){30}a{30}b"]
    tasks = [
        for_phone(parse(f'regex(., "{one}")'), Look({}, "a" * 20_000 + "!" * (one[-1] == "$"))) for one in hopeless
    ]
    assert phone([{**task, "this": task["this"][:5_000] + "c"} for task in tasks]) == [False] * 4


def test_a_phone_stops_where_the_server_stops_looking(phone: Phone) -> None:
    turns = {"pet": 20} | {f"toy~{pet}": 20 for pet in range(1, 21)}
    structure = {"chains": {"pet": ["pet"], "toy": ["pet", "toy"], "n": ["pet", "toy"]}, "turns": turns}
    look = Look({f"n~{a}~{b}": a * b for a in range(1, 21) for b in range(1, 21)}, None, structure)
    texts = [
        "sum(among(n, count(n) > 5))",
        "count(among(n, sum(n) > 1))",
        "count(among(n, n = n + 1))",
        "n = n",
        "n > n",
    ]
    texts += ["count(among(n, count(among(n, count(n) = 400)) > 0))"]
    assert phone([for_phone(parse(text), look) for text in texts]) == [work_out(parse(text), look) for text in texts]


def test_the_evaluator_is_a_small_download(bundle: Path) -> None:
    assert len(gzip.compress(bundle.read_bytes(), 9)) <= MOST_BYTES


@pytest.mark.parametrize("pattern", ["(?i)yes", "\\pL+", "(?s).*", "(a?b?c?d?){500}"])
def test_a_survey_with_a_pattern_no_phone_can_follow_is_told(pattern: str) -> None:
    assert patterns.problem(pattern) is None
    question = Question(name="q", kind=Kind.TEXT, label={"en": "?"}, constraint=parse(f'regex(., "{pattern}")'))
    survey = Survey(name="s", title={"en": "S"}, audience=Audience.CHILD, languages=("en",), items=(question,))
    assert not_for_phones(survey) == ("q",)
    with pytest.raises(ValueError, match="pattern"):
        rules_for_phone(survey)


def test_rules_hold_no_words_that_no_condition_looks_at() -> None:
    way: Way = next(way for way in journey_cases() if way.title.startswith("helpers"))
    rules = json.dumps(rules_for_phone(way.survey))
    assert "label" not in rules
    assert len(rules) < 2_000
    assert steps("a" * 200) is not None
    assert MOST_STEPS > 200
