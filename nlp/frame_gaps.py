"""What a frame lacks: subjects of the library that several people raise and no code of the frame holds."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from nlp.coding import Coded
from nlp.field import Field
from nlp.frame_library import library
from nlp.text import has_content
from nlp.topics import words_of

FEWEST_PEOPLE = 5
_CLEAR = 0.35  # share of a topic from which an answer is taken to be about it


@dataclass(frozen=True, slots=True)
class Gap:
    """A subject without a code: how many different people raise it, and words that at least five of them use."""

    topic: str
    name: str
    people: int
    words: tuple[str, ...]


def gaps(field: Field, texts: Sequence[str], people: Sequence[str], coded: Sequence[Coded]) -> list[Gap]:
    """Subjects of the answers without any code, most people first; none below five people."""
    left = [place for place, found in enumerate(coded) if not found.codes and has_content(texts[place])]
    if not left:
        return []
    shares = field.shares(field.compare(field.read([texts[place] for place in left]), field.rows))
    who: defaultdict[int, set[str]] = defaultdict(set)
    said: defaultdict[int, defaultdict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for row, place in enumerate(left):
        topic = int(shares[row].argmax())
        if topic == field.nothing or shares[row, topic] < _CLEAR:
            continue
        who[topic].add(people[place])
        for word in words_of(texts[place]):
            said[topic][word].add(people[place])
    shelf = library().topics
    found = []
    for topic, persons in who.items():
        if len(persons) >= FEWEST_PEOPLE:
            counts = Counter({word: len(users) for word, users in said[topic].items() if len(users) >= FEWEST_PEOPLE})
            words = tuple(word for word, _ in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:8])
            found.append(Gap(shelf[topic].id, shelf[topic].name, len(persons), words))
    return sorted(found, key=lambda gap: (-gap.people, gap.topic))
