"""Themes beside the codes people gave: small sets with and without a frame, large ones beside BERTopic's defaults, cost, steadiness.

Run by itself (``python -m tests.benchmarks.themes TEXTS FOLDER``) it does one fit from the texts on and prints what the whole
process took: the cold start that is compared with that of BERTopic.

Sets are read from ``EARSHOT_SHARED_DATA`` (``../shared/data``). BERTopic with its defaults needs packages
the project leaves out: it is measured in the Python that ``EARSHOT_PEER_PYTHON`` names, else not at all.
"""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import adjusted_mutual_info_score

from nlp import grouping, minilm_graph
from nlp.coding import Coder
from nlp.documents import Document, ThemeRun
from nlp.embed import MiniLM, Vectors, unit
from nlp.field import Field, field_of
from nlp.frames import Frame, read_frame
from nlp.pipeline import Config, run

DATA = Path(os.environ.get("EARSHOT_SHARED_DATA", "../shared/data"))
PEER = os.environ.get("EARSHOT_PEER_PYTHON", "")
DRAWS, SMALL, LARGE = 10, (30, 60, 140, 300), (2500, 10_000)
GOALS = {"with a frame": (0.27, 0.30, 0.32, 0.34), "without": (0.12, 0.15, 0.16, 0.18)}


@dataclass(frozen=True)
class _Set:
    texts: tuple[str, ...]
    codes: NDArray[Any]
    vectors: Vectors

    def draw(self, count: int, seed: int) -> _Set:
        rows = np.sort(np.random.default_rng(seed).permutation(len(self.texts))[:count])
        return _Set(tuple(self.texts[row] for row in rows), self.codes[rows], self.vectors[rows])


def table() -> str:
    """The measurement as tables of Markdown."""
    if not (DATA / "voices" / "dev.jsonl").is_file():
        return f"Not measured: there is no data at {DATA} (set EARSHOT_SHARED_DATA)."
    with TemporaryDirectory() as folder:
        minilm_graph.build(Path(folder))
        model = MiniLM(Path(folder), threads=1)
        known = field_of(model, Path(folder))
        return "\n".join([*_small(model, known), "", *_large(model, known, Path(folder))])


# -- small sets


def _small(model: MiniLM, known: Field) -> list[str]:
    rows = [json.loads(line) for line in (DATA / "voices" / "dev.jsonl").read_text(encoding="utf-8").splitlines()]
    rows = [row for row in rows if row["codes"]]
    texts = tuple(row["text"] for row in rows)
    voices = _Set(texts, np.array([row["codes"][0] for row in rows]), model.embed(texts))
    frame = read_frame((DATA / "voices" / "codeframe.json").read_bytes())
    if not isinstance(frame, Frame):
        raise TypeError("the frame of the shared data cannot be read")
    coder = Coder(frame, known)
    methods: Mapping[str, Callable[[_Set], Sequence[int]]] = {
        "nearest code (middle of its texts)": lambda part: _nearest(part, frame, model),
        "frame and library: best code of each": lambda part: coder.every_confidence(part.texts, part.vectors).argmax(
            axis=1
        ),
        "frame and library: the whole run": lambda part: _whole(part, model, known, frame),
        "no frame, vectors alone": lambda part: _grouped(part, None),
        "no frame, with the library": lambda part: _grouped(part, known),
        "no frame, with the library: the whole run": lambda part: _whole(part, model, known, None),
    }
    lines = [
        "AMI against the first code people gave; mean of ten draws, standard error in brackets, number of themes after the stroke.",
        "", f"| method | {' | '.join(map(str, SMALL))} answers |", f"|---|{'---|' * len(SMALL)}",
    ]  # fmt: skip
    for name, method in methods.items():
        cells = []
        for count in SMALL:
            found = [
                (adjusted_mutual_info_score(part.codes, labels), len(set(labels)))
                for part in (voices.draw(count, 1000 * count + draw) for draw in range(DRAWS))
                for labels in [list(method(part))]
            ]
            scores = [score for score, _ in found]
            error = np.std(scores) / len(scores) ** 0.5
            cells.append(f"{np.mean(scores):.3f} ({error:.3f}) / {np.mean([many for _, many in found]):.0f}")
        lines.append(f"| {name} | {' | '.join(cells)} |")
    lines += [f"| goal {name} | {' | '.join(map(str, goals))} |" for name, goals in GOALS.items()]
    return [*lines, "", f"{len(texts)} answers have a code; where fewer are there than asked for, all are taken."]


def _nearest(part: _Set, frame: Frame, model: MiniLM) -> Sequence[int]:
    texts = [[code.name, code.definition, *code.include, *code.examples] for code in frame.codes]
    middles = unit(np.stack([model.embed(of_code).mean(axis=0) for of_code in texts]))
    found: Sequence[int] = (unit(part.vectors) @ middles.T).argmax(axis=1).tolist()
    return found


def _whole(part: _Set, model: MiniLM, known: Field, frame: Frame | None) -> Sequence[int]:
    fitted, _ = _run(part, model, known, frame=frame)
    return [-1 if assignment.topic is None else assignment.topic for assignment in fitted.assignments]


def _grouped(part: _Set, known: Field | None) -> Sequence[int]:
    about = known.about(part.texts, part.vectors) if known else None
    where = grouping.space_of(part.vectors, about).coordinates(part.vectors, about)
    labels: Sequence[int] = grouping.group(where, about is not None, None, 7).tolist()
    return labels


# -- large sets


def _large(model: MiniLM, known: Field, folder: Path) -> list[str]:
    lines = [
        "| set | BERTopic's defaults: AMI, themes, left out, CPU s | ours: AMI, themes, CPU s (most of it) | CPU, kept vectors | CPU, cold: theirs, ours | 1 % removed: keep theme | peak MB |",
        "|---|---|---|---|---|---|---|",
    ]  # fmt: skip
    for name, rows in (("banking77", _banking()), ("CLINC150", _clinc())):
        texts = tuple(text for text, _ in rows)
        whole = _Set(texts, np.array([code for _, code in rows]), model.embed(texts))
        _run(whole.draw(300, 1), model, known)  # loading the libraries is no part of a fit
        for count in LARGE:
            part = whole.draw(count, 0)
            ours, cpu = _run(part, model, known)
            score = adjusted_mutual_info_score(part.codes, [assignment.topic for assignment in ours.assignments])
            heaviest = max(ours.stages, key=lambda stage: stage.cpu_s)
            theirs, warm, cold = "not measured", "–", "–"
            if PEER:
                peer, started_cold, own_cold = _peer(part), _peer_cold(part), _cold(part, folder)
                theirs = f"{adjusted_mutual_info_score(part.codes, peer['labels']):.3f}, {peer['themes']}, {peer['outliers']:.0%}, {peer['cpu_s']:.1f}"
                warm = f"÷ {peer['cpu_s'] / cpu:.1f}"
                cold = f"{started_cold:.1f}, {own_cold:.1f}: ÷ {started_cold / own_cold:.1f}"
            lines.append(
                f"| {name} {count:,} | {theirs} | {score:.3f}, {len(ours.topics)}, {cpu:.2f} ({heaviest.name} {heaviest.cpu_s:.2f}) "
                f"| {warm} | {cold} | {_kept(part, ours, model, known)} | {max(stage.peak_mb for stage in ours.stages):,.0f} |"
            )
    return [
        *lines, "",
        "Outliers of the defaults go to the nearest theme before scoring. Cold: all processor seconds of a new process, from the texts on, "
        "each with its own encoder of the same model.",
    ]  # fmt: skip


def _run(
    part: _Set, model: MiniLM, known: Field, previous: ThemeRun | None = None, frame: Frame | None = None
) -> tuple[ThemeRun, float]:
    documents = [Document(f"{number:06}", text, str(number)) for number, text in enumerate(part.texts)]
    vectors = {document.id: vector for document, vector in zip(documents, part.vectors, strict=True)}
    started = time.process_time()
    fitted = run(documents, model, Config(smallest_theme=1), vectors, library=known, previous=previous, frame=frame)
    return fitted, time.process_time() - started


def _kept(part: _Set, first: ThemeRun, model: MiniLM, known: Field) -> str:
    """Going on from the run before with one in a hundred gone, three seeds; and how much of it a fit from nothing finds again."""
    before = {assignment.id: assignment.topic for assignment in first.assignments}
    ids = sorted(before)
    vectors = dict(zip(ids, part.vectors, strict=True))
    warm = []
    for seed in range(3):
        gone = set(np.random.default_rng(seed).choice(len(ids), len(ids) // 100, replace=False).tolist())
        rest = [Document(id_, part.texts[n], id_) for n, id_ in enumerate(ids) if n not in gone]
        again = run(rest, model, Config(smallest_theme=1), vectors, library=known, previous=first)
        warm.append(float(np.mean([before[a.id] == a.topic for a in again.assignments])))
    return ", ".join(f"{share:.1%}" for share in warm)


def _peer(part: _Set, *options: str) -> Any:
    with TemporaryDirectory() as folder:
        given, found = Path(folder) / "given", Path(folder) / "found.json"
        given.with_suffix(".json").write_text(json.dumps(part.texts), encoding="utf-8")
        np.save(given.with_suffix(".npy"), part.vectors)
        program = str(Path(__file__).with_name("bertopic_defaults.py"))
        subprocess.run([PEER, program, str(given), str(found), *options], check=True)
        return json.loads(found.read_text(encoding="utf-8"))


def _peer_cold(part: _Set) -> float:
    """Processor seconds of BERTopic from the texts on, with sentence-transformers and the weights we have too."""
    return float(_peer(part, str(minilm_graph.package_file("model.safetensors").parent)))


def _cold(part: _Set, model_folder: Path) -> float:
    """Processor seconds of a new process of ours for the same."""
    with TemporaryDirectory() as folder:
        given = Path(folder) / "given.json"
        given.write_text(json.dumps(part.texts), encoding="utf-8")
        said = subprocess.run(
            [sys.executable, "-m", "tests.benchmarks.themes", str(given), str(model_folder)], check=True, capture_output=True, text=True
        )  # fmt: skip
        return float(said.stdout)


def _from_texts(given: str, folder: str) -> float:
    """One fit from the texts on; what this process took by then."""
    texts = json.loads(Path(given).read_text(encoding="utf-8"))
    model = MiniLM(Path(folder), threads=1)
    documents = [Document(f"{number:06}", text, str(number)) for number, text in enumerate(texts)]
    run(documents, model, Config(smallest_theme=1), {}, library=field_of(model, Path(folder)))
    return time.process_time()


def _banking() -> list[tuple[str, str]]:
    rows: list[tuple[str, str]] = []
    for part in ("train", "test"):
        with (DATA / "topics" / f"banking77_{part}.csv").open(encoding="utf-8", newline="") as file:
            rows += [(row["text"], row["category"]) for row in csv.DictReader(file)]
    return rows


def _clinc() -> list[tuple[str, str]]:
    stored = json.loads((DATA / "topics" / "clinc_full.json").read_text(encoding="utf-8"))
    return [(text, intent) for part in ("train", "val", "test") for text, intent in stored[part]]


if __name__ == "__main__":
    print(_from_texts(*sys.argv[1:]))
