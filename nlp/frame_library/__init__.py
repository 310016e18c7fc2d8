"""Answers we wrote ourselves about children's services, by topic: how the coder knows the field before it has seen a council's answers.

``answers.txt``: ``== topic | name | definition`` starts a topic (again without name: more of it); then one answer
a line, led by its feeling (``+`` positive, ``-`` negative, ``0`` neutral, ``~`` mixed) and ended by the
other topics it touches (``#topic``). All invented here; nothing is taken from anybody's answers. The topic
``none`` holds what says nothing. Topics are our own, finer than a frame's codes and tied to no frame.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

NOTHING = "none"
FEELINGS = {"+": "positive", "-": "negative", "0": "neutral", "~": "mixed"}


@dataclass(frozen=True, slots=True)
class Topic:
    """What people talk about: an id, a name, one sentence."""

    id: str
    name: str
    definition: str


@dataclass(frozen=True, slots=True)
class Written:
    """One invented answer, the topics it is about and how it feels."""

    text: str
    topics: tuple[str, ...]
    sentiment: str


@dataclass(frozen=True, slots=True)
class Library:
    """All of it, in the order of the file."""

    topics: tuple[Topic, ...]
    answers: tuple[Written, ...]


@cache
def library() -> Library:
    """The library that ships with the package; a line that cannot be read is a bug and raises."""
    topics: dict[str, Topic] = {}
    answers: list[Written] = []
    current = ""
    for line in files(__name__).joinpath("answers.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("== "):
            current, *about = [part.strip() for part in line[3:].split("|")]
            if about:
                topics[current] = Topic(current, about[0], about[1])
        elif line.strip():
            text, *others = line[2:].split(" #")
            touched = (current, *(other.strip() for other in others))
            answers.append(Written(text.strip(), touched, FEELINGS[line[0]]))
    unknown = {topic for answer in answers for topic in answer.topics} - topics.keys()
    if unknown:
        raise ValueError(f"answers.txt names topics it does not describe: {sorted(unknown)}")
    return Library(tuple(topics.values()), tuple(answers))
