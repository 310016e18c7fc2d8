"""The one place that touches BERTopic: texts, their vectors and their groups in, the words that set each group apart out.

BERTopic holds the steps together (own vectors, own clusters, class-based TF-IDF). Its defaults for
each step are left out on purpose: on sets of this size they say nothing or fail.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from importlib import metadata
from typing import Any

import numpy as np
from numpy.typing import NDArray

_SURROGATE = re.compile(r"\[[A-Z]+(?:_[A-Z]+)*_\d+\]")
_WORD = re.compile(r"[^\W\d_]{2,}(?:'[^\W\d_]+)?")
# Words that carry no subject in a child's answer, beside the usual ones.
_FILLERS = frozenset(
    "like really just dont don't doesnt doesn't didnt didn't cant can't wont won't isnt isn't im i'm ive i've id i'd ill i'll its it's thats that's theres there's youre you're hes he's shes she's theyre they're "
    "wasnt wasn't wouldnt wouldn't couldnt couldn't havent haven't hasnt hasn't arent aren't thing things stuff lot lots bit sort kind gonna wanna gotta cos coz cuz bc because idk dunno lol haha tbh omg ok okay yeah yes yep no nah nope "
    "um er erm well also even still always never sometimes got get gets getting go goes going went come comes came make makes made let lets say says said tell tells told know knows think thinks want wants wanted need needs "
    "good bad nice great better best much many more most less very so too would could should one two way maybe actually literally basically ur u r n pls plz thx every everything anything nothing something someone anyone "
    "everyone nobody people person time day days doing done having ever being back us them did ask asked asks thought feel feels felt look looks put use used see saw".split()
)


class _GivenClusters:
    """Stands where BERTopic wants a cluster model: the groups are known already."""

    def __init__(self, labels: NDArray[np.int64]) -> None:
        self.labels_ = labels

    def fit(self, vectors: Any, y: Any = None) -> _GivenClusters:
        return self


def words_of(text: str) -> set[str]:
    """The different words of a redacted text that may tell what it is about; surrogates and fillers left out.

    >>> sorted(words_of("i like my room and [PERSON_1]"))
    ['room']
    """
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    words = {word.lower() for word in _WORD.findall(_SURROGATE.sub(" ", text.replace("’", "'")))}
    return {word for word in words if word not in ENGLISH_STOP_WORDS and word not in _FILLERS and len(word) > 2}


def distinctive_words(
    texts: Sequence[str], vectors: NDArray[np.float32], labels: NDArray[np.int64], vocabulary: Iterable[str]
) -> Mapping[int, list[str]]:
    """For each label the words of ``vocabulary`` that set its texts apart, best first, by class-based TF-IDF.

    ``vectors`` (n_texts, n_dimensions) and ``labels`` (n_texts,) go with ``texts``; a label may end up without words.
    """
    allowed = sorted(set(vocabulary))
    names: dict[int, list[str]] = {int(label): [] for label in labels}
    if len(allowed) < 2 or not texts:  # its class-based TF-IDF fails on a single word, which sets nothing apart anyway
        return {
            label: [
                word
                for word in allowed
                if any(word in words_of(text) for text, at in zip(texts, labels, strict=True) if at == label)
            ]
            for label in names
        }
    from bertopic import BERTopic
    from bertopic.dimensionality import BaseDimensionalityReduction
    from bertopic.vectorizers import ClassTfidfTransformer
    from sklearn.feature_extraction.text import CountVectorizer

    # Its class-based TF-IDF joins the texts of a group anyway; joined beforehand they cost a fifth of the time.
    parts: dict[int, list[str]] = {label: [] for label in names}
    for text, label in zip(texts, labels, strict=True):
        parts[int(label)].append(_SURROGATE.sub(" ", text.replace("’", "'")))
    together = [" ".join(part) or " " for part in parts.values()]
    middles = np.stack([vectors[labels == label].mean(axis=0) for label in names])
    model = BERTopic(
        language="multilingual",  # "english" would drop every letter with an accent before counting
        top_n_words=30,
        embedding_model=None,
        umap_model=BaseDimensionalityReduction(),
        hdbscan_model=_GivenClusters(np.arange(len(together))),
        vectorizer_model=CountVectorizer(vocabulary=allowed, token_pattern=_WORD.pattern, lowercase=True, binary=False),
        ctfidf_model=ClassTfidfTransformer(reduce_frequent_words=True),
        verbose=False,
    )
    # Not used here; with a hundred themes they are most of the time, and drawn by numpy's global state.
    model._save_representative_docs = lambda documents: None
    found, _ = model.fit_transform(together, embeddings=middles)
    for label, topic in zip(names, found, strict=True):
        names[label] = [word for word, weight in model.get_topic(topic) or [] if word and weight > 1e-4]
    return names


def merged(models: Sequence[tuple[NDArray[np.float32], Sequence[Sequence[str]]]], alike: float) -> list[int]:
    """Which themes of several sets are one, by ``merge_models``: a number for each theme of the first set, then of the second, ….

    Each set is the middles of its themes (n_themes, n_dimensions) and their words; a theme is one with its nearest in
    the sets before where their cosine is ``alike`` or more, else new. No set may be empty.
    """
    from bertopic import BERTopic
    from bertopic._bertopic import TopicMapper  # a model that was not fitted has none, and merging asks for it
    from bertopic.cluster import BaseCluster
    from bertopic.dimensionality import BaseDimensionalityReduction

    made = []
    for middles, words in models:
        model = BERTopic(
            language="multilingual", embedding_model=None, umap_model=BaseDimensionalityReduction(),
            hdbscan_model=BaseCluster(), verbose=False,
        )  # fmt: skip
        model.topics_ = list(range(len(words)))
        model.topic_embeddings_ = np.ascontiguousarray(middles)
        model.topic_representations_ = {number: [(word, 1.0) for word in own] for number, own in enumerate(words)}
        model.topic_sizes_ = dict.fromkeys(model.topics_, 1)
        model.topic_mapper_ = TopicMapper(model.topics_)
        made.append(model)
    return [int(number) for number in BERTopic.merge_models(made, min_similarity=alike).topics_]


def versions() -> dict[str, str]:
    """What a run was made with."""
    return {package: metadata.version(package) for package in ("bertopic", "scikit-learn", "numpy", "spacy")}
