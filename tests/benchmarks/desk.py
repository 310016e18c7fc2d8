"""Themes of areas pooled without their words, beside the codes people gave; and what the desk's protected sizes cost.

Answers are read from ``EARSHOT_SHARED_DATA`` (``../shared/data``) and cut into areas by chance.
"""

from __future__ import annotations

import csv
import json
import os
import random
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from sklearn.metrics import adjusted_mutual_info_score

from nlp import minilm_graph
from nlp.documents import Document
from nlp.embed import MiniLM, Vectors
from nlp.field import Field, field_of
from nlp.pipeline import Config, run
from nlp.pooling import ALIKE, SharedThemes, pool, share
from survey_engine.breakdown import LARGEST, protect_breakdown
from survey_engine.disclosure import Policy
from survey_engine.joining import protect_joined

DATA = Path(os.environ.get("EARSHOT_SHARED_DATA", "../shared/data"))
DRAWS = 5
LADDER = (0.3, 0.4, 0.5, 0.6, 0.7)


@dataclass(frozen=True)
class _Coded:
    name: str
    texts: tuple[str, ...]
    codes: tuple[str, ...]
    areas: int


@dataclass(frozen=True)
class _Result:
    apart: float
    pooled: float
    themes: int
    several: int
    pairs: int
    overlap: float
    chance: float


def table() -> str:
    """The measurement as tables of Markdown."""
    return "\n".join([*_pooling(), "", *_cost()])


def _pooling() -> list[str]:
    if not (DATA / "voices" / "dev.jsonl").is_file():
        return [f"Pooling was not measured: there is no data at {DATA} (set EARSHOT_SHARED_DATA)."]
    lines = [
        f"Pooled over areas, mean of {DRAWS} cuts; the shipped limit is {ALIKE}. Overlap: the share of their answers that two themes have in the same codes, of pairs that were made, and of any two themes of different areas.",
        "",
        "| answers, areas | limit | AMI apart | AMI pooled | themes, in several areas | pairs made | overlap | of any two |",
        "|---|---|---|---|---|---|---|",
    ]
    with TemporaryDirectory() as folder:
        minilm_graph.build(Path(folder))
        model = MiniLM(Path(folder), threads=1)
        known = field_of(model, Path(folder))
        for coded in _sets():
            vectors = model.embed(coded.texts)
            results = [_one(coded, vectors, model, known, seed) for seed in range(DRAWS)]
            for place, limit in enumerate(LADDER):
                found = [result[place] for result in results]
                pairs = sum(one.pairs for one in found)
                overlap = sum(one.overlap for one in found) / pairs if pairs else 0
                lines.append(
                    f"| {coded.name}, {coded.areas} | {limit} | {np.mean([one.apart for one in found]):.3f} "
                    f"| {np.mean([one.pooled for one in found]):.3f} | {np.mean([one.themes for one in found]):.1f}, {np.mean([one.several for one in found]):.1f} "
                    f"| {pairs} | {overlap:.2f} | {np.mean([one.chance for one in found]):.2f} |"
                )
    return lines


def _sets() -> Sequence[_Coded]:
    rows = [json.loads(line) for line in (DATA / "voices" / "dev.jsonl").read_text(encoding="utf-8").splitlines()]
    rows = [row for row in rows if row["codes"]]
    texts, codes = tuple(row["text"] for row in rows), tuple(row["codes"][0] for row in rows)
    with (DATA / "topics" / "banking77_train.csv").open(encoding="utf-8") as file:
        bank = list(csv.reader(file))[1:]
    random.Random(0).shuffle(bank)
    bank = bank[:1000]
    return [
        _Coded(f"voices {len(texts)}", texts, codes, 2),
        _Coded(f"voices {len(texts)}", texts, codes, 3),
        _Coded("banking 1,000", tuple(row[0] for row in bank), tuple(row[1] for row in bank), 2),
    ]


def _one(coded: _Coded, vectors: Vectors, model: MiniLM, known: Field, seed: int) -> list[_Result]:
    where = np.random.default_rng(seed).integers(0, coded.areas, len(coded.texts))
    shared: list[SharedThemes] = []
    theme_of: dict[int, tuple[str, str]] = {}
    codes_of: dict[tuple[str, str], Counter[str]] = {}
    for area in range(coded.areas):
        rows = np.flatnonzero(where == area)
        documents = [Document(f"{row:05d}", coded.texts[row], f"p{row}") for row in rows]
        kept = {f"{row:05d}": vectors[row] for row in rows}
        fitted = run(documents, model, Config(smallest_theme=10), kept, library=known)
        labels = {topic.id: f"{topic.label} #{topic.id}" for topic in fitted.topics}
        one = share(fitted, str(area))
        shared.append(
            one.model_copy(
                update={
                    "themes": tuple(
                        theme.model_copy(update={"label": labels[topic.id]})
                        for theme, topic in zip(one.themes, (t for t in fitted.topics if t.people >= 10), strict=True)
                    )
                }
            )
        )
        members: dict[str, list[str]] = {}
        for assignment in fitted.assignments:
            if assignment.topic is not None:
                theme_of[int(assignment.id)] = (str(area), labels[assignment.topic])
                members.setdefault(labels[assignment.topic], []).append(coded.codes[int(assignment.id)])
        codes_of |= {(str(area), label): Counter(found) for label, found in members.items()}
    rows_in_order = sorted(theme_of)
    truth = [coded.codes[row] for row in rows_in_order]
    apart = adjusted_mutual_info_score(truth, ["|".join(theme_of[row]) for row in rows_in_order])
    themes = sorted({(one.area, theme.label) for one in shared for theme in one.themes})
    across = [(a, b) for a in themes for b in themes if a[0] < b[0]]
    chance = float(np.mean([_overlap(codes_of[a], codes_of[b]) for a, b in across])) if across else 0.0
    results = []
    for limit in LADDER:
        pooled = pool(shared, limit)
        place = {(area.area, area.label): theme.id for theme in pooled.themes for area in theme.areas}
        made = [(a, b) for a, b in across if place[a] == place[b]]
        together = adjusted_mutual_info_score(truth, [place.get(theme_of[row], -1) for row in rows_in_order])
        several = sum(len({area.area for area in theme.areas}) > 1 for theme in pooled.themes)
        overlap = sum(_overlap(codes_of[a], codes_of[b]) for a, b in made)
        results.append(_Result(apart, together, len(pooled.themes), several, len(made), overlap, chance))
    return results


def _overlap(one: Counter[str], other: Counter[str]) -> float:
    return float(np.sum([min(one[code] / one.total(), other[code] / other.total()) for code in one]))


def _cost() -> list[str]:
    lines = [
        "What protecting costs, invented counts of 600 people with one answer each, one page, seconds of processor:",
        "",
        "| themes | sizes at every step of joining | by five groups | by five groups, with as many steps as a page takes |",
        "|---|---|---|---|",
    ]
    for themes in (8, 15, 30):
        chance = random.Random(themes)
        weights = [chance.random() ** 2 + 0.02 for _ in range(themes + 1)]
        people = [(chance.choices(range(themes + 1), weights)[0], chance.randrange(5)) for _ in range(600)]
        names = [f"t{number}" for number in range(themes)]
        joins = _joins(names, chance)
        sizes, _ = _sizes(people, names, joins)
        begun = time.process_time()
        protect_joined(sizes, joins, len(people), Policy())
        joined = time.process_time() - begun
        steps = min(themes - 1, LARGEST // 5 - themes)
        lines.append(
            f"| {themes} | {joined:.4f} | {_by_group(people, names, {}):.2f} | {_by_group(people, names, dict(list(joins.items())[:steps])):.2f} |"
        )
    return lines


def _joins(names: Sequence[str], chance: random.Random) -> dict[str, tuple[str, str]]:
    standing = list(names)
    joins: dict[str, tuple[str, str]] = {}
    while len(standing) > 1:
        one, other = chance.sample(standing, 2)
        joins[f"j{len(joins)}"] = (one, other)
        standing = [name for name in standing if name not in (one, other)] + [f"j{len(joins) - 1}"]
    return joins


def _sizes(
    people: Sequence[tuple[int, int]], names: Sequence[str], joins: Mapping[str, Sequence[str]]
) -> tuple[dict[str, int], Counter[tuple[str, str]]]:
    inside = {name: {number} for number, name in enumerate(names)}
    for into, parts in joins.items():
        inside[into] = set().union(*(inside[part] for part in parts))
    counts = Counter((name, f"g{group}") for theme, group in people for name, of in inside.items() if theme in of)
    return {name: sum(count for (theme, _), count in counts.items() if theme == name) for name in inside}, counts


def _by_group(people: Sequence[tuple[int, int]], names: Sequence[str], joins: Mapping[str, Sequence[str]]) -> float:
    sizes, counts = _sizes(people, names, joins)
    told = protect_joined(sizes, joins, len(people), Policy())
    groups = Counter(f"g{group}" for _, group in people)
    begun = time.process_time()
    protect_breakdown(counts, sizes, {name for name in sizes if not told[name].symbol}, groups, joins, Policy())
    return time.process_time() - begun
