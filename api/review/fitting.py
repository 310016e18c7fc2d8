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
from api.review import frames
from nlp.documents import Document
from survey_engine.consent import Purpose
from survey_engine.definition import Voice

if TYPE_CHECKING:  # the worker brings the model; the web process must start without the language tools
    from numpy.typing import NDArray

    from nlp.documents import ThemeRun as FittedRun
    from nlp.embed import Embedder
    from nlp.field import Field

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


def fit(
    main: Database, run_id: str, embedder: Embedder, library: Field | None = None, *, now: Callable[[], datetime]
) -> None:
    """Fit one run and store it; doing it again, or for a run that is gone or done, changes nothing."""
    from nlp.pipeline import Config, run

    with main.writing() as session:
        wave_id = _begin(session, run_id)
    if wave_id is None:
        return
    with main.reading() as session:
        material = _material(session, wave_id, embedder.name)
        previous, decided = _run_before(session, wave_id)
        guide = frames.in_use(session)
    remembering = _Remembering(embedder)
    result = run(
        material.documents,
        remembering,
        Config(smallest_theme=SMALLEST_THEME),
        material.vectors,
        library=library,
        frame=guide.frame if guide else None,
        previous=previous,
    )
    with main.writing() as session:
        _store(session, run_id, material, result, remembering, decided, now=now())


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


@dataclass(frozen=True, slots=True)
class _Decided:
    """What people made of a theme of the run before; ``label`` is empty where they left the computer's."""

    label: str
    state: ThemeState
    into: int | None


def _run_before(session: Session, wave_id: str) -> tuple[FittedRun | None, dict[int, _Decided]]:
    """The newest finished run of the wave as it is stored, and the decisions on its themes by their number."""
    import numpy

    from nlp import documents

    row = session.execute(
        select(ThemeRun)
        .where(col(ThemeRun.wave_id) == wave_id, col(ThemeRun.state) == RunState.DONE, col(ThemeRun.message) == "")
        .order_by(col(ThemeRun.requested_at).desc(), col(ThemeRun.id))
        .limit(1)
    ).scalar_one_or_none()
    if row is None or row.space is None:
        return None, {}
    themes = session.execute(select(Theme).where(col(Theme.run_id) == row.id)).scalars().all()
    numbers = {theme.id: theme.number - 1 for theme in themes}
    placed = session.execute(
        select(col(ThemeAssignment.answer_id), col(ThemeAssignment.theme_id), col(ThemeAssignment.confidence)).where(
            col(ThemeAssignment.run_id) == row.id
        )
    ).all()
    run = documents.ThemeRun(
        topics=tuple(
            documents.Topic(
                numbers[theme.id], theme.suggested_label, tuple(theme.keywords), 0, 0, 0.0,
                centroid=tuple(numpy.frombuffer(theme.centroid or b"", dtype=numpy.float32).tolist()), code=theme.code,
            )
            for theme in sorted(themes, key=lambda theme: theme.number)
        ),
        assignments=tuple(documents.Assignment(a.answer_id, numbers[a.theme_id], a.confidence) for a in placed),
        stages=(), config=row.config, versions=row.versions, space=row.space,
    )  # fmt: skip
    decided = {
        numbers[theme.id]: _Decided(
            theme.label if theme.label != theme.suggested_label else "",
            ThemeState(theme.state),
            numbers[theme.merged_into] if theme.merged_into else None,
        )
        for theme in themes
    }
    return run, decided


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
    decided: Mapping[int, _Decided],
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
    rows = [_theme_row(run_id, themes[topic.id], topic) for topic in result.topics]
    carried = _carry_over(rows, result, themes, decided)
    # A theme that was merged points at another: that one has to be there first.
    insert_all(session, Theme, [row for row in rows if row["merged_into"] is None])
    insert_all(session, Theme, [row for row in rows if row["merged_into"] is not None])
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
            space={**result.space, "tree": [asdict(merge) for merge in result.tree]}, config=result.config, versions=result.versions, stages=[asdict(stage) for stage in result.stages],
            # The pipeline's own sentence says how many they were, which may be too few to be told.
            message=TOO_FEW_MESSAGE if result.message else "",
        )
    )  # fmt: skip
    # Words that only a withdrawn text carried over the line must not stay in a label.
    if any(assignment.id not in there for assignment in placed):
        intake.forget_rare_words(session, run_id)
    audit.record(session, audit.WORKER, "themes.fitted", run_id, {"themes": len(themes), "carried": carried}, now=now)


def _carry_over(
    rows: Sequence[dict[str, Any]], result: FittedRun, themes: Mapping[int, str], decided: Mapping[int, _Decided]
) -> int:
    """What people decided of a theme goes with it where the new run still has it; how many decisions were kept."""
    kept = {topic.id for topic in result.topics if topic.history == "kept"}
    carried = 0
    for row, topic in zip(rows, result.topics, strict=True):
        before = decided.get(topic.id)
        if before is None or topic.id not in kept:
            continue
        if before.label:
            row["label"] = before.label
        into = before.into
        while into is not None and decided[into].into is not None:
            into = decided[into].into
        if before.state is not ThemeState.MERGED:
            row["state"] = before.state
        elif into in kept:
            row["state"], row["merged_into"] = ThemeState.MERGED, themes[into]
        carried += bool(before.label) or row["state"] != ThemeState.SUGGESTED
    return carried


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
        "code": topic.code, "stability": topic.stability, "history": topic.history[:120],
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
