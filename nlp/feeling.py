"""How an answer feels: positive, negative, neutral or mixed, from its words, its likeness to our own answers and its question.

For sorting a page of quotes, never for judging a child.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nlp.frame_library import FEELINGS
from nlp.text import fold

_NAMES = list(FEELINGS.values())

_GLAD = re.compile(
    r"\b(?:love[ds]?|like[sd]?|happy|happier|good|great|best|better|nice|kind|fun|funny|proud|safe|calm|helped|helps|helpful|brilliant|lovely|"
    r"amazing|ace|sick|sound|excited|enjoy\w*|trust\w*|listens|finally|passed|won|thank\w*|laugh\w*|smil\w*|cosy|legend|buzzing|settled|improved|works)\b"
)
_SORRY = re.compile(
    r"\b(?:hate[ds]?|sad|scared|angry|worried|worr(?:y|ies)|bad|worse|worst|never|nobody|no one|noone|horrible|boring|unfair|miss(?:ing)?|lonely|alone|"
    r"stress\w*|afraid|lost|waiting|cancelled|ignored|rude|hurt\w*|cr(?:y|ied|ies)|rubbish|bull\w+|shout\w*|hard|awful|tired|sick of|fed up|too (?:far|late|long|many|much|small)|"
    r"stop(?:ped)?|wish|cant|can't|cannot|wont|won't|not allowed|without)\b"
)
_NOT = re.compile(r"\b(?:not|no|never|nothing|isn'?t|wasn'?t|aren'?t|don'?t|doesn'?t|didn'?t|hardly|dont feel)\b")
_BUT = re.compile(r"\b(?:but|although|though|however|except|yet)\b")

# What a question asks for, by its wording.
_ASKS_FOR_GOOD = re.compile(
    r"\b(?:well|good|best|helped|helps|proud|enjoy\w*|like most|happy|strengths?|positive|thankful)\b"
)
_ASKS_FOR_BAD = re.compile(
    r"\b(?:worr\w+|change|changed|differently|better|improve\w*|wrong|hard(?:est)?|difficult\w*|problems?|stop|worst|missing|upset\w*)\b"
)

# Log odds; set by hand, tried once on a developers' set.
_QUESTION_WEIGHT = 1.2
_WORDS_WEIGHT = 0.7
_LIKENESS_WEIGHT = 5.0


def feelings(texts: Sequence[str], questions: Sequence[str], likeness: NDArray[np.float32]) -> list[str]:
    """One of positive, negative, neutral, mixed for each text.

    ``questions`` are wordings or empty; ``likeness`` is ``Field.feelings``, ``(n, 4)``.
    """
    return [
        _feeling(text, question, likeness[place])
        for place, (text, question) in enumerate(zip(texts, questions, strict=True))
    ]


def tendency(question: str) -> int:
    """1 for a question that asks what is good, -1 for one that asks what is not, 0 for others.

    >>> tendency("What is going well for you?"), tendency("If you could change one thing?"), tendency("Your worker?")
    (1, -1, 0)
    """
    asked = question.lower()
    return bool(_ASKS_FOR_GOOD.search(asked)) - bool(_ASKS_FOR_BAD.search(asked))


def _lean(text: str) -> float:
    """Glad words less sorry words; a glad word shortly after a "not" counts against."""
    lean = 0.0
    for match in _GLAD.finditer(text):
        lean += -1 if _NOT.search(text[max(0, match.start() - 18) : match.start()]) else 1
    return lean - len(_SORRY.findall(text))


def _feeling(text: str, question: str, likeness: NDArray[np.float32]) -> str:
    said = fold(text[:4000]).text.lower()
    positive, negative, neutral, mixed = (float(value) for value in likeness)
    balance = (
        _LIKENESS_WEIGHT * (positive - negative)
        + _WORDS_WEIGHT * float(np.clip(_lean(said), -2, 2))
        + _QUESTION_WEIGHT * tendency(question)
    )
    halves = _BUT.split(said, maxsplit=1)
    if len(halves) == 2 and _lean(halves[0]) * _lean(halves[1]) < 0:
        return "mixed"
    if mixed > max(positive, negative):
        return "mixed"
    if neutral > max(positive, negative, 0.35):
        return "neutral"
    return "positive" if balance > 0 else "negative"
