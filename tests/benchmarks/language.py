"""What the language pipeline costs on the invented county: redaction, screening, embedding, themes; processor time."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from api.demo.county import county, surveys
from nlp import minilm_graph, pipeline
from nlp.clock import peak_mb
from nlp.documents import Document
from nlp.embed import MiniLM
from nlp.redact import redact
from nlp.screen import screen


def _cpu(work: Callable[[], Any]) -> tuple[Any, float]:
    started = time.process_time()
    result = work()
    return result, time.process_time() - started


def table() -> str:
    """The measurement as a table of Markdown."""
    free_text = {
        (name, question.name)
        for name, survey in surveys().items()
        for question in survey.questions
        if question.holds_free_text
    }
    texts = [
        (str(number), reply.values[0])
        for number, respondent in enumerate(county().respondents)
        for reply in respondent.answers
        if (respondent.survey, reply.question) in free_text and reply.values
    ]
    redact("Warm up, please.")
    redacted, redact_s = _cpu(lambda: [(who, redact(text).text) for who, text in texts])
    _, screen_s = _cpu(lambda: [screen(text) for _, text in texts])
    with TemporaryDirectory() as folder:
        _, build_s = _cpu(lambda: minilm_graph.build(Path(folder)))
        model = MiniLM(Path(folder))
        wordings = [text for _, text in redacted]
        _, embed_s = _cpu(lambda: model.embed(wordings))
        documents = [Document(str(number), text, who) for number, (who, text) in enumerate(redacted)]
        _, first_s = _cpu(lambda: pipeline.run(documents[:100], model))
        run, fit_s = _cpu(lambda: pipeline.run(documents, model))
    stages = ", ".join(f"{stage.name} {stage.cpu_s:.1f}" for stage in run.stages)
    lines = [
        "| step | texts | processor seconds | texts per processor second |",
        "|---|---|---|---|",
        f"| redaction, no known names | {len(texts)} | {redact_s:.2f} | {len(texts) / redact_s:,.0f} |",
        f"| screening | {len(texts)} | {screen_s:.2f} | {len(texts) / screen_s:,.0f} |",
        f"| building the sentence model (once) | – | {build_s:.1f} | – |",
        f"| embedding (int8, both cores) | {len(texts)} | {embed_s:.2f} | {len(texts) / embed_s:,.0f} |",
        f"| first theme run, with loading BERTopic | 100 | {first_s:.1f} | – |",
        f"| theme run, everything ({len(run.topics)} themes) | {len(texts)} | {fit_s:.1f} | {len(texts) / fit_s:,.0f} |",
    ]
    return "\n".join(
        [*lines, "", f"Stages of the last run in processor seconds: {stages}. Peak memory {peak_mb():,.0f} MB."]
    )
