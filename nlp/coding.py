"""A standing frame applied to answers: several codes with a confidence, or none; and what reviewers corrected, learnt.

Three sources meet in one regression: the library (its topics turned into the frame's codes by what the
frame's own words are about), the frame's own texts, and the answers reviewers have coded. Nothing here
knows a certain frame. A code that was never corrected keeps what the frame alone says.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from nlp.embed import Vectors
from nlp.feeling import feelings
from nlp.field import RIDGE, Field, Matrix, Rows
from nlp.frames import Code, Frame
from nlp.sureness import Signs, Trust, chance, log_odds
from nlp.text import has_content

SURE = 0.75  # a code with at least this confidence is shown as sure

# Chosen by measuring on a developers' set with another frame than ours, so flattered a little; see docs/benchmarks.md.
_CODES_AN_ANSWER = 1.1  # how many codes answers get, over a whole set
USUAL_BAR = 0.23  # the confidence from which a code is shown, where a set is too small to say
_ENOUGH_ANSWERS = 40  # different answers from which a set's own scores have a say in the bar
_OWN_TEXTS_WEIGHT = 0.5  # of the frame's own texts beside the library's answers
_CORRECTION_WEIGHT = 0.6
_FRAME_KNOWS = 20.0  # corrected answers of one topic that weigh as much as what the frame says of the topic
_SAME_QUESTION = 0.1  # what two answers to one question have in common, beside their words
_ANY_ANSWER = 0.03
_QUESTION_SAYS = 0.07  # how far a question's wording leads to codes
_CHUNK = 2000  # answers compared at once


@dataclass(frozen=True, slots=True)
class Labelled:
    """An answer as a reviewer coded it; no codes = nothing of the frame is in it."""

    text: str
    codes: tuple[str, ...]
    question: str = ""


@dataclass(frozen=True, slots=True)
class Coded:
    """One answer's codes with their confidence (0 to 1), best first, and its feeling: suggested by computer."""

    codes: tuple[tuple[str, float], ...]
    sentiment: str

    @property
    def sure(self) -> tuple[str, ...]:
        """The codes that may be shown without "perhaps"."""
        return tuple(code for code, confidence in self.codes if confidence >= SURE)


class UnknownCodes(ValueError):
    """Corrections name codes that are not in the frame; the message says which."""


class Coder:
    """A frame, ready to be applied; ``learn`` are answers reviewers have coded (from one up)."""

    def __init__(self, frame: Frame, field: Field, learn: Sequence[Labelled] = ()) -> None:
        self.frame = frame
        self._field = field
        self._codes = [code.id for code in frame.codes]
        self._questions: dict[str, Matrix] = {}
        unknown = sorted({code for row in learn for code in row.codes} - set(self._codes))
        if unknown:
            raise UnknownCodes(
                f"The corrections name codes that are not in the frame “{frame.id}”: {', '.join(unknown[:5])}. "
                "Use the frame they were made with, or take these answers out."
            )
        learn = [row for row in learn if has_content(row.text)]
        texts = [(place, text) for place, code in enumerate(frame.codes) for text in _own_texts(code)]
        own = field.read([text for _, text in texts])
        alike = field.compare(own, field.rows)
        owner = np.array([place for place, _ in texts])
        about = field.shares(alike)
        # What each code is about, in the library's topics: the mean over the code's own texts.
        self._profile = np.stack([about[owner == place].mean(axis=0) for place in range(len(self._codes))])
        carried = _carried(self._profile, field.nothing)
        one_each = np.eye(len(self._codes), dtype=np.float32)[owner]
        self._asked = [row.question for row in learn]
        self._own, self._mean_of_own = len(own), one_each / one_each.sum(axis=0)
        self._extra = own
        self._trust: Trust | None = None
        self._weights, self._of_extra, _ = self._solved(carried, one_each)
        if learn:
            given = np.zeros((len(learn), len(self._codes)), dtype=np.float32)
            for place, row in enumerate(learn):
                given[place, [self._codes.index(code) for code in row.codes]] = 1
            corrected = field.read([row.text for row in learn])
            before = self._signs(corrected, field.compare(corrected, field.rows), self._asked)
            self._extra = _join(own, corrected)
            carried = _corrected(carried, before.about, given)
            self._taught, self._of_taught, without = self._solved(carried, np.vstack([one_each, given]))
            self._trust = Trust(replace(before, after=without), given)

    def _solved(self, carried: Matrix, values: Matrix) -> tuple[Matrix, Matrix, Matrix]:
        """Weights of the library's rows and of the others, and what each correction would score without itself.

        What the library leaves unexplained of the frame's own texts and the corrections is fitted on top.
        """
        field, own, count = self._field, self._own, len(self._extra)
        asked = self._asked[: count - own]
        weights = field.solve(field.labels @ carried)
        toward = field.compare(self._extra, field.rows)
        through = field.solve(toward.T)
        left = field.compare(self._extra, self._extra) - toward @ through
        left[own:, own:] += self._common(asked)
        trust = np.full(count, _CORRECTION_WEIGHT, dtype=np.float32)
        trust[:own] = _OWN_TEXTS_WEIGHT
        inverse = np.linalg.inv(left + np.diag(RIDGE / trust))
        before = toward @ weights
        before[own:] += self._from_questions(asked)
        of_extra = (inverse @ (values - before)).astype(np.float32)
        without = values[own:] - of_extra[own:] / np.diag(inverse)[own:, None]
        return weights - through @ of_extra, of_extra, without

    def _signs(self, rows: Rows, alike: Matrix, asked: Sequence[str]) -> Signs:
        """What is known of answers that are so much alike the library's."""
        extra = self._field.compare(rows, self._extra)
        from_questions = self._from_questions(asked)
        near = extra[:, : self._own] @ self._mean_of_own
        before = alike @ self._weights + extra[:, : self._own] @ self._of_extra + from_questions
        after = before
        if extra.shape[1] > self._own:
            extra[:, self._own :] += self._common(asked, self._asked)
            after = alike @ self._taught + extra @ self._of_taught + from_questions
        return Signs(before, after, self._field.shares(alike), near, rows.letters.getnnz(axis=1))

    def _common(self, asked: Sequence[str], others: Sequence[str] | None = None) -> Matrix:
        one, two = np.array(asked, dtype=object), np.array(asked if others is None else others, dtype=object)
        same = (one[:, None] == two[None, :]) & (one != "")[:, None]
        common: Matrix = (_SAME_QUESTION * same + _ANY_ANSWER).astype(np.float32)
        return common

    def _from_questions(self, asked: Sequence[str]) -> Matrix:
        """What the wording of each answer's question leads to: ``(n, n_codes)``."""
        for question in set(asked) - self._questions.keys():
            wording = self.frame.questions.get(question, question)
            if " " in wording.strip():
                field = self._field
                about = field.shares(field.compare(field.read([wording]), field.rows))
                self._questions[question] = _QUESTION_SAYS * _cosine(about, self._profile)[0]
            else:  # an id without a wording says nothing
                self._questions[question] = np.zeros(len(self._codes), dtype=np.float32)
        if not asked:
            return np.zeros((0, len(self._codes)), dtype=np.float32)
        return np.stack([self._questions[question] for question in asked])

    def confidences(self, rows: Rows, asked: Sequence[str]) -> tuple[NDArray[np.float64], Matrix]:
        """Every code's confidence for every row ``(n, n_codes)``, and the rows' likeness to feelings ``(n, 4)``."""
        found, felt = [], []
        for start in range(0, len(rows), _CHUNK):
            part = Rows(rows.vectors[start : start + _CHUNK], rows.letters[start : start + _CHUNK])
            alike = self._field.compare(part, self._field.rows)
            signs = self._signs(part, alike, asked[start : start + _CHUNK])
            odds = log_odds(signs.before) if self._trust is None else self._trust.odds(signs)
            found.append(chance(odds))
            felt.append(self._field.feelings(alike))
        return np.vstack(found), np.vstack(felt)

    def every_confidence(self, texts: Sequence[str], vectors: Vectors) -> NDArray[np.float64]:
        """Each code's confidence for each text ``(n, n_codes)``, questions unknown: what themes are guided by."""
        found, _ = self.confidences(self._field.read(texts, vectors), [""] * len(texts))
        return found

    def code(
        self, texts: Sequence[str], questions: Sequence[str] | None = None, vectors: Vectors | None = None
    ) -> list[Coded]:
        """The texts' codes in their order; a text without a letter or digit has none.

        ``questions`` are ids or wordings, empty where not known; ``vectors`` are the texts' own where kept
        already. The same text to the same question is reckoned once.
        """
        asked = list(questions) if questions is not None else [""] * len(texts)
        different = list(dict.fromkeys(pair for pair in zip(texts, asked, strict=True) if has_content(pair[0])))
        if not different:
            return [Coded((), "neutral") for _ in texts]
        place_of = {pair: place for place, pair in enumerate(zip(texts, asked, strict=True))}
        kept = None if vectors is None else vectors[[place_of[pair] for pair in different]]
        said = [text for text, _ in different]
        to = [question for _, question in different]
        confidence, felt = self.confidences(self._field.read(said, kept), to)
        wordings = [self.frame.questions.get(question, question) for question in to]
        sentiments = feelings(said, wordings, felt)
        bar = self._bar_for(confidence)
        results = {}
        for place, pair in enumerate(different):
            order = np.argsort(-confidence[place], kind="stable")
            shown = tuple(
                (self._codes[code], round(float(confidence[place, code]), 3))
                for code in order
                if confidence[place, code] >= bar
            )
            results[pair] = Coded(shown, sentiments[place])
        return [results.get(pair, Coded((), "neutral")) for pair in zip(texts, asked, strict=True)]

    def _bar_for(self, confidence: NDArray[np.float64]) -> float:
        """From which confidence a code is shown: learnt from corrections, else between the usual and what the set itself says."""
        if self._trust is not None:
            return self._trust.bar(USUAL_BAR)
        if len(confidence) < _ENOUGH_ANSWERS:
            return USUAL_BAR
        expected = min(confidence.size, math.ceil(_CODES_AN_ANSWER * len(confidence)))
        own = float(np.partition(confidence.ravel(), confidence.size - expected)[confidence.size - expected])
        return math.sqrt(USUAL_BAR * max(own, 1e-3))

    def most_instructive(
        self,
        texts: Sequence[str],
        questions: Sequence[str] | None = None,
        n: int = 20,
        vectors: Vectors | None = None,
    ) -> list[int]:
        """Which answers to ask an officer about next: places in ``texts``, best first.

        Those the coder is least sure of, and not all alike: each choice makes its neighbours less worth asking.
        """
        asked = list(questions) if questions is not None else [""] * len(texts)
        places = [place for place, text in enumerate(texts) if has_content(text)]
        if not places:
            return []
        rows = self._field.read([texts[place] for place in places], None if vectors is None else vectors[places])
        confidence, _ = self.confidences(rows, [asked[place] for place in places])
        doubt = -(confidence * np.log(confidence + 1e-9) + (1 - confidence) * np.log(1 - confidence + 1e-9)).sum(axis=1)
        chosen: list[int] = []
        free = np.ones(len(places))
        for _ in range(min(n, len(places))):
            best = int(np.argmax(doubt * free))
            chosen.append(places[best])
            free *= 1 - np.clip(rows.vectors @ rows.vectors[best], 0, 1)
            free[best] = -1
        return chosen


def _own_texts(code: Code) -> list[str]:
    texts = [*code.examples, code.definition, *code.include, code.name_young_person, code.name_professional]
    return [text for text in texts if has_content(text)] or [code.name]


def _carried(profile: Matrix, nothing: int) -> Matrix:
    """Which codes a topic of the library stands for ``(n_topics, n_codes)``; what says nothing stands for none."""
    share = (profile + 0.005) / (profile + 0.005).sum(axis=0)
    sharp = share**2 / (share**2).sum(axis=0)
    # A topic that no code of this frame is about must not be forced on the nearest one.
    carried: Matrix = (sharp * np.minimum(profile.max(axis=0), 0.3) / 0.3).T
    carried[nothing] = 0
    return carried


def _corrected(carried: Matrix, about: Matrix, given: Matrix) -> Matrix:
    """How often reviewers gave each code to what is about each topic, with the frame's own say as a start."""
    met = about.sum(axis=0)[:, None]
    corrected: Matrix = (_FRAME_KNOWS * carried + about.T @ given) / (_FRAME_KNOWS + met)
    return corrected


def _join(one: Rows, two: Rows) -> Rows:
    from scipy.sparse import vstack

    return Rows(np.vstack([one.vectors, two.vectors]), vstack([one.letters, two.letters]).tocsr())


def _cosine(some: Matrix, others: Matrix) -> Matrix:
    lengths = np.linalg.norm(some, axis=1)[:, None] * np.linalg.norm(others, axis=1)[None, :]
    near: Matrix = (some @ others.T) / np.maximum(lengths, 1e-9)
    return near
