"""A theme run as JSON and back: what is stored, exported, and read again by programs outside.

Light to import: the web process reads stored runs without any of the language libraries. Also the
slider between few broad themes and many fine ones, which needs nothing but the run.
"""

from __future__ import annotations

import dataclasses
import json

from nlp.documents import Assignment, Merge, Stage, ThemeRun, Topic


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
                code=topic.get("code"),
                stability=topic.get("stability", ""),
                history=topic.get("history", ""),
            )
            for topic in stored["topics"]
        ),
        assignments=tuple(Assignment(**assignment) for assignment in stored["assignments"]),
        stages=tuple(Stage(**stage) for stage in stored["stages"]),
        config=stored["config"],
        versions=stored["versions"],
        message=stored.get("message", ""),
        tree=tuple(Merge(**merge) for merge in stored.get("tree", ())),
        gone=tuple(stored.get("gone", ())),
        space=stored.get("space", {}),
    )


def themes_at(run: ThemeRun, count: int) -> tuple[tuple[Topic, ...], dict[int, int]]:
    """The run with ``count`` themes: broader ones joined along its tree, and where each theme went (id to id).

    A joined theme keeps the id and code of its largest part, is called after its two largest, has the keywords and
    examples of all parts in turn, and at most the sum of their people. ``count`` above the number of themes gives
    all of them, below one gives one. Nothing is fitted again.

    >>> from nlp.documents import Merge, ThemeRun, Topic
    >>> topics = (Topic(0, "School", ("school",), 9, 8, 0.9), Topic(4, "Bus", ("bus",), 1, 1, 0.1))
    >>> themes_at(ThemeRun(topics, (), (), {}, {}, tree=(Merge(0, 4, 5, 0.7),)), 1)[1]
    {0: 0, 4: 0}
    """
    parts = {topic.id: [topic] for topic in run.topics}
    for merge in run.tree[: max(0, len(run.topics) - max(1, count))]:
        parts[merge.into] = parts.pop(merge.first) + parts.pop(merge.second)
    joined: list[Topic] = []
    went: dict[int, int] = {}
    for topics in parts.values():
        ordered = sorted(topics, key=lambda topic: (-topic.size, topic.id))
        went |= {topic.id: ordered[0].id for topic in ordered}
        joined.append(ordered[0] if len(ordered) == 1 else _join(ordered))
    return tuple(sorted(joined, key=lambda topic: (-topic.size, topic.id))), dict(sorted(went.items()))


def joined(run: ThemeRun, count: int) -> ThemeRun:
    """The run as one with ``count`` themes: every answer in the broad theme its own went to, the tree from there on."""
    topics, went = themes_at(run, count)
    steps = len(run.topics) - len(topics)
    now = {merge.into: went[_leaf(run.tree, merge.into)] for merge in run.tree[:steps]}
    tree = tuple(
        dataclasses.replace(merge, first=now.get(merge.first, merge.first), second=now.get(merge.second, merge.second))
        for merge in run.tree[steps:]
    )
    assignments = tuple(
        assignment if assignment.topic is None else dataclasses.replace(assignment, topic=went[assignment.topic])
        for assignment in run.assignments
    )
    return dataclasses.replace(run, topics=topics, assignments=assignments, tree=tree)


def _leaf(tree: tuple[Merge, ...], number: int) -> int:
    """One of the themes a step of the tree has joined."""
    made_of = {merge.into: merge.first for merge in tree}
    while number in made_of:
        number = made_of[number]
    return number


def _join(topics: list[Topic]) -> Topic:
    longest = max(len(topic.keywords) for topic in topics)
    turns = [topic.keywords[turn] for turn in range(longest) for topic in topics if turn < len(topic.keywords)]
    examples = [example for turn in range(5) for topic in topics for example in topic.examples[turn : turn + 1]]
    middle = [
        sum(topic.size * topic.centroid[at] for topic in topics if topic.centroid)
        for at in range(len(topics[0].centroid))
    ]
    length = sum(value * value for value in middle) ** 0.5
    return dataclasses.replace(
        topics[0],
        label="; ".join(topic.label for topic in topics[:2])
        + (f" and {len(topics) - 2} more" if len(topics) > 2 else ""),
        keywords=tuple(dict.fromkeys(turns))[:10],
        size=sum(topic.size for topic in topics),
        people=sum(topic.people for topic in topics),
        share=sum(topic.share for topic in topics),
        examples=tuple(examples[:5]),
        centroid=tuple(round(value / length, 6) for value in middle) if length else (),
        stability="",
        history="",
    )
