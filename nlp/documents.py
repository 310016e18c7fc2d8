"""The values that cross the border of ``nlp``: what comes in, what goes out. Nothing else lives here."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Document:
    """One redacted answer.

    ``group`` says who wrote it (any stable key, one per person): a theme's size and the
    words of its label count people, not sentences. ``quotable`` is False where the
    person did not agree to quotes; such a text is counted but never shown as an example.
    """

    id: str
    text: str
    group: str
    quotable: bool = False


@dataclass(frozen=True, slots=True)
class Topic:
    """One suggested theme: ``size`` documents by ``people`` different people; ``share`` of all documents, 0 to 1.

    ``keywords`` are words used by at least the configured number of different people;
    ``examples`` are ids of quotable documents, most central first; ``centroid`` is the
    mean of its texts in the run's ``space``, by which new texts are assigned and a refit is warm.
    ``code`` is the code of the frame it stands for, None where it emerged. ``stability`` is
    ``firm``, ``fair`` or ``loose`` (empty where it was not measured): how much of it is found again
    when a fifth of the texts is left out. ``history`` says what it was in the run before:
    ``kept``, ``new``, ``split from 3``, ``merged from 3, 5``; empty without one.
    """

    id: int
    label: str
    keywords: tuple[str, ...]
    size: int
    people: int
    share: float
    examples: tuple[str, ...] = ()
    centroid: tuple[float, ...] = ()
    code: str | None = None
    stability: str = ""
    history: str = ""


@dataclass(frozen=True, slots=True)
class Assignment:
    """A document's theme; ``topic`` is None only for texts without content. ``confidence`` 0 to 1.

    ``fits`` is False for a text further from its theme than nearly all texts of the fit were.
    """

    id: str
    topic: int | None
    confidence: float
    fits: bool = True


@dataclass(frozen=True, slots=True)
class Merge:
    """A step from many themes to few: themes or earlier steps ``first`` and ``second`` become number ``into``; ``height`` apart, 0 to 2."""

    first: int
    second: int
    into: int
    height: float


@dataclass(frozen=True, slots=True)
class Stage:
    """What one step of the pipeline cost: seconds of wall and processor time, peak resident megabytes."""

    name: str
    wall_s: float
    cpu_s: float
    peak_mb: float


@dataclass(frozen=True, slots=True)
class ThemeRun:
    """A whole run: the suggested themes, each document's theme, and how they were made.

    ``message`` is a sentence for the reader where the set is too small for themes. ``tree`` joins
    the themes step by step until one is left (``nlp.runs.themes_at``). ``space`` holds what new
    texts are placed by; ``gone`` are themes of the run before that nothing is left of.
    """

    topics: tuple[Topic, ...]
    assignments: tuple[Assignment, ...]
    stages: tuple[Stage, ...]
    config: dict[str, Any]
    versions: dict[str, str]
    message: str = ""
    tree: tuple[Merge, ...] = ()
    gone: tuple[int, ...] = ()
    space: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Span:
    """Something identifying in a text: code points ``start`` to ``end`` (exclusive) of the original.

    ``layer`` says what found it: ``shape``, ``name``, ``landmark`` or ``known``; empty before it is asked.
    """

    start: int
    end: int
    type: str
    confidence: float
    layer: str = ""


@dataclass(frozen=True, slots=True)
class Redaction:
    """A text with its spans replaced by surrogates such as ``[PERSON_1]``; ``surrogates`` has each span's.

    ``needs_reading`` is True where a span is uncertain, or where names could not be
    looked for at all (another language): a person must look before anyone else sees it.
    """

    text: str
    spans: tuple[Span, ...]
    needs_reading: bool
    notes: tuple[str, ...] = field(default=())
    surrogates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Screening:
    """How soon a person should read a text: ``red``, ``amber``, ``green`` or ``none``, with reasons to show."""

    tier: str
    reasons: tuple[str, ...]
