"""What a frame lacks: subjects of the library that several people raise and no code of the frame holds.

In two steps, so that a page can count anew whenever an answer is gone: ``subjects`` says of
each answer what it is about, ``gaps_of`` counts people. The second needs no language tool.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nlp.frame_library import library
from nlp.text import has_content

if TYPE_CHECKING:
    from nlp.coding import Coded
    from nlp.embed import Vectors
    from nlp.field import Field

FEWEST_PEOPLE = 5
_CLEAR = 0.35  # share of a topic from which an answer is taken to be about it
_MOST_WORDS = 8


@dataclass(frozen=True, slots=True)
class Subject:
    """What one answer without a code is about, and its words that may tell so."""

    topic: str
    name: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """A subject without a code: how many different people raise it, and words that at least five of them use."""

    topic: str
    name: str
    people: int
    words: tuple[str, ...]


def subjects(
    field: Field, texts: Sequence[str], coded: Sequence[Coded], vectors: Vectors | None = None
) -> list[Subject | None]:
    """The subject of each answer without any code, None for all others; ``vectors`` are the texts' own where kept."""
    from nlp.topics import words_of

    found: list[Subject | None] = [None] * len(texts)
    left = [place for place, one in enumerate(coded) if not one.codes and has_content(texts[place])]
    if not left:
        return found
    rows = field.read([texts[place] for place in left], None if vectors is None else vectors[left])
    shares = field.shares(field.compare(rows, field.rows))
    shelf = library().topics
    for row, place in enumerate(left):
        topic = int(shares[row].argmax())
        if topic != field.nothing and shares[row, topic] >= _CLEAR:
            found[place] = Subject(shelf[topic].id, shelf[topic].name, tuple(sorted(words_of(texts[place]))))
    return found


def gaps_of(found: Sequence[Subject | None], people: Sequence[str]) -> list[Gap]:
    """Subjects by how many people raise them, most first; none below five people."""
    who: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    said: defaultdict[tuple[str, str], defaultdict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for subject, person in zip(found, people, strict=True):
        if subject is None:
            continue
        key = (subject.topic, subject.name)
        who[key].add(person)
        for word in subject.words:
            said[key][word].add(person)
    gaps_found = []
    for (topic, name), persons in who.items():
        if len(persons) >= FEWEST_PEOPLE:
            counts = {word: len(users) for word, users in said[topic, name].items() if len(users) >= FEWEST_PEOPLE}
            words = sorted(counts, key=lambda word: (-counts[word], word))[:_MOST_WORDS]
            gaps_found.append(Gap(topic, name, len(persons), tuple(words)))
    return sorted(gaps_found, key=lambda gap: (-gap.people, gap.topic))


def gaps(field: Field, texts: Sequence[str], people: Sequence[str], coded: Sequence[Coded]) -> list[Gap]:
    """Both steps: what the answers without any code are about, most people first."""
    return gaps_of(subjects(field, texts, coded), people)
