"""Themes of very many answers, from their redacted text: processor time, time, memory. Each size in a process of its own.

The answers are invented: those of the library with words changed, something before and after, and letters lost, so that
all are different. So themes are easier to find here than in a council's answers; only cost is measured.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

SIZES = (10_000, 100_000)
_BEFORE = (
    "", "", "", "honestly ", "i think ", "to be fair ", "well ", "at the minute ", "for me ", "most days ", "last year ",
    "since we moved ", "when i was younger ", "people say ", "it feels like ",
)  # fmt: skip
_AFTER = (
    "", "", "", " and that is it", " if you ask me", " but not always", " most of the time", " these days", " since the summer",
    " and nobody asked", " so yeah", " which matters to me", " and my friends say the same", " every single week",
)  # fmt: skip
_SAME = (
    ("my", "our", "the"), ("i", "we"), ("really", "very", "so", "proper"), ("good", "great", "decent"), ("bad", "rubbish", "poor"),
    ("mum", "dad", "nan", "auntie"), ("brother", "sister", "cousin"), ("carer", "foster carer"), ("worker", "social worker", "key worker"),
    ("school", "college", "class"), ("house", "home", "place"), ("always", "often", "mostly"), ("never", "hardly ever", "not once"),
    ("want", "would like", "wish for"), ("people", "others", "everyone"), ("help", "support"), ("room", "bedroom"), ("dog", "cat"),
)  # fmt: skip
_OTHERS = {word: group for group in _SAME for word in group}


def answers(count: int, seed: int = 7) -> list[str]:
    """So many different invented answers, the same for one seed."""
    from nlp.frame_library import library

    rng = random.Random(seed)
    shelf = [answer.text for answer in library().answers if len(answer.text.split()) > 1]
    found: dict[str, None] = {}
    while len(found) < count:
        words = [rng.choice(_OTHERS.get(word, (word,))) for word in rng.choice(shelf).split()]
        if rng.random() < 0.2:
            place = rng.randrange(len(words))
            cut = rng.randrange(len(words[place]))
            words[place] = words[place][:cut] + words[place][cut + 1 :]
        found[f"{rng.choice(_BEFORE)}{' '.join(words)}{rng.choice(_AFTER)}"] = None
    return list(found)


def measure(count: int, folder: Path) -> dict[str, Any]:
    """One fit of so many answers, from the text on."""
    from nlp.documents import Document
    from nlp.embed import MiniLM
    from nlp.field import field_of
    from nlp.pipeline import Config, run

    documents = [
        Document(f"{number:07}", text, str(number), quotable=True) for number, text in enumerate(answers(count))
    ]
    model = MiniLM(folder)
    library = field_of(model, folder)
    started, cpu = time.perf_counter(), time.process_time()
    fitted = run(documents, model, Config(smallest_theme=10), library=library)
    return {
        "wall_s": time.perf_counter() - started, "cpu_s": time.process_time() - cpu, "themes": len(fitted.topics),
        "peak_mb": fitted.stages[-1].peak_mb, "stages": {stage.name: stage.cpu_s for stage in fitted.stages},
        "placed": sum(assignment.topic is not None for assignment in fitted.assignments),
    }  # fmt: skip


def table(sizes: tuple[int, ...] = SIZES) -> str:
    """The measurement as a table of Markdown."""
    from nlp import minilm_graph

    lines = [
        "| answers, all different | processor seconds | of that embedding | seconds | answers a second | peak MB | themes | goal |",
        "|---|---|---|---|---|---|---|---|",
    ]
    with TemporaryDirectory() as folder:
        minilm_graph.build(Path(folder))
        for count in (300, *sizes):  # the first one writes what is kept of the library, which is no part of a fit
            done = subprocess.run(
                [sys.executable, "-m", "tests.benchmarks.large", str(count), folder], check=True, capture_output=True
            )
            found = json.loads(done.stdout)
            if count == 300:
                continue
            if found["placed"] != count:
                raise AssertionError(f"{count - found['placed']} answers have no theme")
            lines.append(
                f"| {count:,} | {found['cpu_s']:.0f} | {found['stages']['embed']:.0f} | {found['wall_s']:.0f} "
                f"| {count / found['wall_s']:.0f} | {found['peak_mb']:,.0f} | {found['themes']} "
                f"| {'≤ 900 s, ≤ 3,000 MB' if count >= 100_000 else '≤ 1,000 MB'} |"
            )
    return "\n".join([*lines, "", f"Load of the machine when it ended (1 minute): {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores."])  # fmt: skip


if __name__ == "__main__":
    json.dump(measure(int(sys.argv[1]), Path(sys.argv[2])), sys.stdout)
