"""What a theme must be before a person sees it: enough people, words many share, examples that may be shown.

The groups come from elsewhere (``nlp.grouping``, ``nlp.coding``). Every text with content has a
theme: there is no bin for the rest.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from nlp.documents import Document, Topic
from nlp.embed import Vectors, unit
from nlp.topics import words_of

FEWEST_ANSWERS, FEWEST_PEOPLE = 20, 10  # below either, a theme would be about single children
NO_COMMON_WORD = "Short or mixed answers"
_LONGEST_EXAMPLE = 280  # characters: a long answer tells a life story, and nobody reads it on a card


def join_small(
    vectors: Vectors,
    labels: NDArray[np.int64],
    people: Sequence[frozenset[str]],
    min_people: int,
    most: int | None = None,
) -> NDArray[np.int64]:
    """Labels without gaps in which themes of too few people went to the nearest one, smallest first, and themes above ``most`` likewise."""
    labels = np.unique(labels, return_inverse=True)[1].astype(np.int64)
    count = int(labels.max()) + 1
    sums = np.zeros((count, vectors.shape[1]), dtype=np.float32)
    np.add.at(sums, labels, vectors)
    who = [frozenset[str]().union(*(people[int(i)] for i in np.flatnonzero(labels == label))) for label in range(count)]
    goes_to = np.arange(count)
    present = list(range(count))
    while len(present) > 1:
        smallest = min(present, key=lambda label: (len(who[label]), label))
        if len(who[smallest]) >= min_people and (most is None or len(present) <= most):
            break
        present.remove(smallest)
        centres = unit(sums[present])
        nearest = present[int((centres @ sums[smallest]).argmax())]
        sums[nearest] += sums[smallest]
        who[nearest] |= who[smallest]
        goes_to[goes_to == smallest] = nearest
    return np.unique(goes_to[labels], return_inverse=True)[1].astype(np.int64)


def said_by(documents: Sequence[Document]) -> dict[str, frozenset[str]]:
    """The words that may tell what it is about, by document id: looked for once, asked for often."""
    return {document.id: frozenset(words_of(document.text)) for document in documents}


def shared_words(documents: Sequence[Document], said: Mapping[str, frozenset[str]], least: int) -> frozenset[str]:
    """Words used by at least ``least`` different people: only these may name a theme."""
    used = _people_by_word(documents, said)
    return frozenset(word for word, people in used.items() if people >= least)


def _people_by_word(documents: Sequence[Document], said: Mapping[str, frozenset[str]]) -> Counter[str]:
    return Counter(word for word, _ in {(word, document.group) for document in documents for word in said[document.id]})


def name_themes(
    members: Mapping[int, Sequence[Document]],
    said: Mapping[str, frozenset[str]],
    near: Mapping[str, float],
    words: Mapping[int, Sequence[str]],
    given_names: Mapping[int, str],
    least: int,
    total: int,
    most_examples: int = 5,
) -> dict[int, Topic]:
    """Each label's theme with name, keywords, size and examples; ``near`` is each document's closeness to its centre.

    The name is the given one (a code's, a subject's: words nobody said); else words enough people
    share; else it says that there are none. ``id`` and ``centroid`` are the caller's to set.
    """
    topics: dict[int, Topic] = {}
    for label, documents in members.items():
        keywords = _keywords(documents, said, words.get(label, ()), least)
        named = ", ".join(keywords[:3]).capitalize() if keywords else NO_COMMON_WORD
        topics[label] = Topic(
            id=label,
            label=given_names.get(label) or named,
            keywords=keywords,
            size=len(documents),
            people=len({document.group for document in documents}),
            share=len(documents) / total,
            examples=_examples(documents, said, near, frozenset(keywords), most_examples),
        )
    return topics


def _keywords(
    documents: Sequence[Document], said: Mapping[str, frozenset[str]], words: Sequence[str], least: int
) -> tuple[str, ...]:
    in_theme = _people_by_word(documents, said)
    # A word of one person in this theme would point at that person, however many use it elsewhere.
    return tuple(word for word in words if in_theme[word] >= min(2, least))[:10]


def _examples(
    documents: Sequence[Document],
    said: Mapping[str, frozenset[str]],
    near: Mapping[str, float],
    keywords: frozenset[str],
    most: int,
) -> tuple[str, ...]:
    """The most central quotable answers, those with a keyword first, one a person, none long, none twice the same."""
    chosen: list[str] = []
    people: set[str] = set()
    texts: set[str] = set()
    for document in sorted(
        documents, key=lambda document: (keywords.isdisjoint(said[document.id]), -near[document.id], document.id)
    ):
        if len(chosen) == most:
            break
        words = document.text.casefold().strip()
        short = len(document.text) <= _LONGEST_EXAMPLE
        if document.quotable and short and document.group not in people and words not in texts:
            chosen.append(document.id)
            people.add(document.group)
            texts.add(words)
    return tuple(chosen)
