"""The worker's part: the themes of one wave, fitted and stored whole, or not at all.

Reads, computes without holding a transaction, then writes everything in one. Before that only vectors
are kept (``vectors``), and how far it has come: a worker killed in between leaves a run that the next
one goes on with. What was withdrawn while the computer was busy is looked for in each transaction and
gets no place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update
from sqlmodel import Session, col

from api import agreements, audit, intake, jobs
from api.db import Database
from api.models import Answer, AnswerVector, Response, Theme, ThemeAssignment, ThemeRun
from api.models.columns import new_id
from api.models.themes import RunState, ThemeState
from api.review import frames, vectors
from api.review.vectors import insert_all, may_be_analysed, still_there
from nlp.documents import Document
from survey_engine.consent import Purpose

if TYPE_CHECKING:  # the worker brings the model; the web process must start without the language tools
    from numpy.typing import NDArray

    from nlp.documents import ThemeRun as FittedRun
    from nlp.embed import Embedder
    from nlp.field import Field

FIT_THEMES = "fit_themes"
"""The job that fits one run: payload ``{"run_id": …}``, with ``"shared": true`` once its embedding was shared out."""
STAGES = ("read", "load", "embed", "group", "describe", "name", "store")
"""What a fit does, one after another; the run tells which, and how much of it is done."""
FAILED_MESSAGE = "The themes could not be made. Ask for them again; if that fails too, tell your administrator."
TOO_FEW_MESSAGE = (
    "There are too few answers with words in them for themes. Fewer than 20 answers, or fewer than 10 people, "
    "would speak of single children. Please read these answers one by one."
)
SMALLEST_THEME = 10
"""People. A theme of fewer could not be shown (disclosure control's default threshold), so it joins its neighbour."""


@dataclass(frozen=True, slots=True)
class _Material:
    """The texts of one wave that may be analysed, and the embeddings that are kept of them."""

    wave_id: str
    documents: tuple[Document, ...]
    vectors: dict[str, NDArray[Any]]


def fit(
    main: Database, run_id: str, embedder: Embedder, library: Field | None = None, *, now: Callable[[], datetime],
    renew: Callable[[], None] = lambda: None,
) -> None:  # fmt: skip
    """Fit one run and store it; doing it again, or for a run that is gone or done, changes nothing.

    ``renew`` is called now and then, and may raise to end the work: what was embedded is kept.
    """
    from nlp.pipeline import Config, run

    with main.writing() as session:
        wave_id = _begin(session, run_id)
    if wave_id is None:
        return
    with main.reading() as session:
        material = _material(session, wave_id, embedder.name)
        previous, decided = _run_before(session, wave_id)
        guide = frames.in_use(session)
    telling = _Telling(main, run_id, renew)
    texts = {document.id: document.text for document in material.documents}
    result = run(
        material.documents,
        vectors.Keeping(main, wave_id, texts, embedder),
        Config(smallest_theme=SMALLEST_THEME),
        material.vectors,
        telling,
        library=library,
        frame=guide.frame if guide else None,
        previous=previous,
    )
    telling("store", 0.0)
    with main.writing() as session:
        _store(session, run_id, material, result, decided, now=now())


def share_out(main: Database, run_id: str, embedder: Embedder, *, now: datetime) -> bool:
    """For a large wave: put its embedding into the queue in ranges, and the fit behind them; False where there is no need."""
    with main.writing() as session:
        wave_id = _begin(session, run_id)
        if wave_id is None or not vectors.share_out(session, run_id, wave_id, embedder.name, now=now):
            return False
        jobs.enqueue(session, FIT_THEMES, {"run_id": run_id, "shared": True}, now=now)
    return True


def embed_range(main: Database, payload: Mapping[str, Any], embedder: Embedder, *, renew: Callable[[], None]) -> None:
    """One of the ranges of ``share_out``; a run of codes, which needs the same vectors, has no stages to tell."""
    vectors.embed_range(main, payload, embedder, renew=renew)
    with main.writing() as session:
        share = vectors.share_embedded(session, payload["run_id"], payload["parts"])
        _tell(session, payload["run_id"], "embed", share)


class _Telling:
    """Writes on the run how far it has come, coarsely, and keeps the job ours meanwhile."""

    def __init__(self, main: Database, run_id: str, renew: Callable[[], None]) -> None:
        self._main, self._run_id, self._renew = main, run_id, renew
        self._told = ("", -1)

    def __call__(self, stage: str, share: float) -> None:
        self._renew()
        step = (stage, int(share * 20))
        if share < 1 and step != self._told:  # a stage that is done is soon followed by the next
            self._told = step
            with self._main.writing() as session:
                _tell(session, self._run_id, stage, share)


def _tell(session: Session, run_id: str, stage: str, share: float) -> None:
    session.execute(
        update(ThemeRun)
        .where(col(ThemeRun.id) == run_id, col(ThemeRun.state) == RunState.RUNNING)
        .values(stages=[{"name": stage, "share": round(share, 2)}])
    )


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


def _store(
    session: Session,
    run_id: str,
    material: _Material,
    result: FittedRun,
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
