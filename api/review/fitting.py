"""The worker's part: the themes of one wave, fitted and stored whole, or not at all.

Reads, computes without holding a transaction, then writes everything in one: a worker
killed in between leaves the run as it was and the job is done again. What was withdrawn
while the computer was busy is looked for in that last transaction and gets no place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, select, update
from sqlmodel import Session, col

from api import agreements, audit, intake
from api.db import Database
from api.models import Answer, AnswerVector, Response, Theme, ThemeAssignment, ThemeRun
from api.models.columns import new_id
from api.models.responses import RedactionState
from api.models.themes import RunState, ThemeState
from nlp.documents import Document
from survey_engine.consent import Purpose
from survey_engine.definition import Voice

if TYPE_CHECKING:  # the worker brings the model; the web process must start without the language tools
    from numpy.typing import NDArray

    from nlp.documents import ThemeRun as FittedRun
    from nlp.embed import Embedder

FIT_THEMES = "fit_themes"
"""The job that fits one run: payload ``{"run_id": …}``."""
FAILED_MESSAGE = "The themes could not be made. Ask for them again; if that fails too, tell your administrator."
TOO_FEW_MESSAGE = (
    "There are too few answers with words in them for themes. Fewer than 20 answers, or fewer than 10 people, "
    "would speak of single children. Please read these answers one by one."
)
SMALLEST_THEME = 10
"""People. A theme of fewer could not be shown (disclosure control's default threshold), so it joins its neighbour."""
VOICES = (Voice.RESPONDENT.value, Voice.CHILD.value)
"""Whose words are analysed; a practitioner's reading of a child never is."""


@dataclass(frozen=True, slots=True)
class _Material:
    """The texts of one wave that may be analysed, and the embeddings that are kept of them."""

    wave_id: str
    documents: tuple[Document, ...]
    vectors: dict[str, NDArray[Any]]


def fit(main: Database, run_id: str, embedder: Embedder, *, now: Callable[[], datetime]) -> None:
    """Fit one run and store it; doing it again, or for a run that is gone or done, changes nothing."""
    from nlp.pipeline import run

    with main.writing() as session:
        wave_id = _begin(session, run_id)
    if wave_id is None:
        return
    with main.reading() as session:
        material = _material(session, wave_id, embedder.name)
    remembering = _Remembering(embedder)
    result = run(material.documents, remembering, vectors=material.vectors)
    with main.writing() as session:
        _store(session, run_id, material, result, remembering, now=now())


def failed(main: Database, run_id: str) -> None:
    """After the last try: say so on the page instead of leaving somebody waiting."""
    with main.writing() as session:
        session.execute(
            update(ThemeRun)
            .where(col(ThemeRun.id) == run_id, col(ThemeRun.state) != RunState.DONE)
            .values(state=RunState.FAILED, message=FAILED_MESSAGE)
        )


def _begin(session: Session, run_id: str) -> str | None:
    """The wave of a run that is still to be done; None for any other."""
    row = session.execute(
        update(ThemeRun)
        .where(col(ThemeRun.id) == run_id, col(ThemeRun.state) != RunState.DONE)
        .values(state=RunState.RUNNING)
        .returning(col(ThemeRun.wave_id))
    ).first()
    return None if row is None else str(row.wave_id)


def _material(session: Session, wave_id: str, embedder_name: str) -> _Material:
    import numpy

    rows = session.execute(
        select(
            col(Answer.id), col(Answer.redacted_text), col(Answer.response_id), col(Response.case_pseudonym),
            agreements.holds(Purpose.QUOTES).label("quotable"), col(AnswerVector.vector),
        )
        .join(Response, col(Response.id) == col(Answer.response_id))
        .outerjoin(
            AnswerVector,
            (col(AnswerVector.answer_id) == col(Answer.id)) & (col(AnswerVector.embedder) == embedder_name),
        )
        .where(may_be_analysed(wave_id))
        .order_by(col(Answer.id))
    ).all()  # fmt: skip
    documents = tuple(
        # A child of whom practitioners logged several observations is one person.
        Document(row.id, row.redacted_text, row.case_pseudonym or row.response_id, bool(row.quotable))
        for row in rows
    )
    vectors = {row.id: numpy.frombuffer(row.vector, dtype=numpy.float32) for row in rows if row.vector is not None}
    return _Material(wave_id, documents, vectors)


def may_be_analysed(wave_id: str) -> Any:
    """The condition on ``Answer``: redacted words of the person themselves, agreed to and not withdrawn."""
    return (
        (col(Answer.redaction) == RedactionState.DONE)
        & col(Answer.voice).in_(VOICES)
        & col(Answer.response_id).in_(agreements.usable(wave_id))
    )


class _Remembering:
    """An embedder that remembers what it was asked, so that the vectors of a run can be kept with its texts."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self.name, self.dimensions = embedder.name, embedder.dimensions
        self.vectors: dict[str, NDArray[Any]] = {}

    def embed(self, texts: Sequence[str], progress: Callable[[float], None] | None = None) -> NDArray[Any]:
        """What the embedder says."""
        vectors = self._embedder.embed(texts, progress)
        self.vectors.update(zip(texts, vectors, strict=True))
        return vectors

    def by_answer(self, documents: Sequence[Document]) -> dict[str, NDArray[Any]]:
        """The new vectors by the id of their answer."""
        return {document.id: self.vectors[document.text] for document in documents if document.text in self.vectors}


def _store(
    session: Session,
    run_id: str,
    material: _Material,
    result: FittedRun,
    embedder: _Remembering,
    *,
    now: datetime,
) -> None:
    """Everything of the run, for the texts that are still there."""
    state = session.execute(select(col(ThemeRun.state)).where(col(ThemeRun.id) == run_id).with_for_update()).first()
    if state is None or state[0] == RunState.DONE:
        return  # the lease ran out and another worker was faster
    there = still_there(session, material.wave_id)
    placed = [assignment for assignment in result.assignments if assignment.topic is not None]
    themes = {topic.id: new_id() for topic in result.topics}
    ranks = _ranks(result)
    insert_all(session, Theme, [_theme_row(run_id, themes[topic.id], topic) for topic in result.topics])
    insert_all(
        session,
        ThemeAssignment,
        [
            {
                "run_id": run_id, "answer_id": assignment.id, "theme_id": themes[assignment.topic],
                "confidence": float(assignment.confidence), "rank": ranks[assignment.id],
            }
            for assignment in placed
            if assignment.id in there and assignment.topic is not None
        ],
    )  # fmt: skip
    kept = [document for document in material.documents if document.id in there]
    keep_vectors(session, embedder.by_answer(kept), embedder.name)
    session.execute(
        update(ThemeRun)
        .where(col(ThemeRun.id) == run_id)
        .values(
            state=RunState.DONE, finished_at=now, documents=len(kept), people=len({document.group for document in kept}),
            config=result.config, versions=result.versions, stages=[asdict(stage) for stage in result.stages],
            # The pipeline's own sentence says how many they were, which may be too few to be told.
            message=TOO_FEW_MESSAGE if result.message else "",
        )
    )  # fmt: skip
    # Words that only a withdrawn text carried over the line must not stay in a label.
    if any(assignment.id not in there for assignment in placed):
        intake.forget_rare_words(session, run_id)
    audit.record(session, audit.WORKER, "themes.fitted", run_id, {"themes": len(themes)}, now=now)


def still_there(session: Session, wave_id: str) -> set[str]:
    """The ids of the answers of a wave that may be analysed now; none of them is withdrawn before this transaction ends."""
    # The lock makes a withdrawal wait, or us for it, so that none slips in between (PostgreSQL; SQLite has one writer).
    rows = session.execute(
        select(col(Answer.id))
        .join(Response, col(Response.id) == col(Answer.response_id))
        .where(may_be_analysed(wave_id))
        .with_for_update(read=True, of=Response)
    )
    return set(rows.scalars())


def _ranks(result: FittedRun) -> dict[str, int]:
    """How central each text is to its theme, 0 the most: the examples as the pipeline ordered them, then the surest."""
    examples = {key: place for topic in result.topics for place, key in enumerate(topic.examples)}
    last = len(result.assignments)
    ordered = sorted(result.assignments, key=lambda a: (examples.get(a.id, last), -a.confidence, a.id))
    counts: dict[int | None, int] = {}
    ranks: dict[str, int] = {}
    for assignment in ordered:
        ranks[assignment.id] = counts.get(assignment.topic, 0)
        counts[assignment.topic] = ranks[assignment.id] + 1
    return ranks


def _theme_row(run_id: str, theme_id: str, topic: Any) -> dict[str, Any]:
    import numpy

    label = topic.label[:120]
    return {
        "id": theme_id, "run_id": run_id, "number": topic.id + 1, "label": label, "suggested_label": label,
        "keywords": list(topic.keywords), "state": ThemeState.SUGGESTED, "merged_into": None,
        "centroid": numpy.asarray(topic.centroid, dtype=numpy.float32).tobytes() if topic.centroid else None,
    }  # fmt: skip


def keep_vectors(session: Session, vectors: Mapping[str, NDArray[Any]], embedder_name: str) -> None:
    """One vector for each text: one of another model is replaced."""
    keys = list(vectors)
    for start in range(0, len(keys), 500):  # databases bound the number of values in one statement
        session.execute(delete(AnswerVector).where(col(AnswerVector.answer_id).in_(keys[start : start + 500])))
    rows = [
        {"answer_id": key, "embedder": embedder_name, "vector": vector.astype("float32").tobytes()}
        for key, vector in vectors.items()
    ]
    insert_all(session, AnswerVector, rows)


def insert_all(session: Session, table: type[Any], rows: Sequence[dict[str, Any]]) -> None:
    """All rows in one statement; no rows, no statement."""
    if rows:
        session.execute(insert(table), rows)
