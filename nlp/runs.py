"""A theme run as JSON and back: what is stored, exported, and read again by programs outside.

Light to import: the web process reads stored runs without any of the language libraries.
"""

from __future__ import annotations

import dataclasses
import json

from nlp.documents import Assignment, Stage, ThemeRun, Topic


def to_json(run: ThemeRun) -> str:
    """One JSON object with ``topics``, ``assignments``, ``stages``, ``config``, ``versions`` and ``message``."""
    return json.dumps(dataclasses.asdict(run), ensure_ascii=False)


def from_json(text: str) -> ThemeRun:
    """The run that ``to_json`` wrote. Raises ``ValueError`` or ``KeyError`` for anything else."""
    stored = json.loads(text)
    return ThemeRun(
        topics=tuple(
            Topic(
                id=topic["id"],
                label=topic["label"],
                keywords=tuple(topic["keywords"]),
                size=topic["size"],
                people=topic["people"],
                share=topic["share"],
                examples=tuple(topic.get("examples", ())),
                centroid=tuple(topic.get("centroid", ())),
            )
            for topic in stored["topics"]
        ),
        assignments=tuple(Assignment(**assignment) for assignment in stored["assignments"]),
        stages=tuple(Stage(**stage) for stage in stored["stages"]),
        config=stored["config"],
        versions=stored["versions"],
        message=stored.get("message", ""),
    )
