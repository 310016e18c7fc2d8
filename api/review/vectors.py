"""The worker's part: the vectors of a wave's answers, made in parts and kept as soon as they are there.

A part is embedded without a transaction and stored in a short one, for the answers that are still there.
So a worker that is stopped in the middle loses one part at most, and several workers can share a large
wave: each takes ranges of it from the job queue (decision 0031). A vector goes with its answer.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from api import agreements, jobs
from api.db import Database
from api.models import Answer, AnswerVector, CodingRun, Job, Response, ThemeRun
from api.models.columns import sa_table
from api.models.jobs import JobState
from api.models.responses import RedactionState
from api.models.themes import RunState
from nlp.text import has_content
from survey_engine.definition import Voice

if TYPE_CHECKING:  # the worker brings the model; the web process must start without the language tools
    from numpy.typing import NDArray

    from nlp.embed import Embedder

EMBED_ANSWERS = "embed_answers"
"""The job that embeds a range of the answers of a run, of themes or of codes: payload ``{"run_id", "first", "last", "parts"}``, ids inclusive."""
SHARED_FROM = 2000
"""Answers without a vector from which their embedding is shared among workers; fewer are a matter of seconds."""
PART = 1000
"""Answers embedded between two transactions: some seconds of work."""
VOICES = (Voice.RESPONDENT.value, Voice.CHILD.value)
"""Whose words are analysed; a practitioner's reading of a child never is."""
_IN_ONE_STATEMENT = 500  # databases bound the number of values


def may_be_analysed(wave_id: str) -> Any:
    """The condition on ``Answer``: redacted words of the person themselves, agreed to and not withdrawn."""
    return (
        (col(Answer.redaction) == RedactionState.DONE)
        & col(Answer.voice).in_(VOICES)
        & col(Answer.response_id).in_(agreements.usable(wave_id))
    )


def still_there(session: Session, wave_id: str, among: Collection[str] | None = None) -> set[str]:
    """The ids of the answers of a wave (``among`` these) that may be analysed now; none of them is withdrawn before this transaction ends."""
    # The lock makes a withdrawal wait, or us for it, so that none slips in between (PostgreSQL; SQLite has one writer).
    query = (
        select(col(Answer.id), col(Response.wave_id))
        .join(Response, col(Response.id) == col(Answer.response_id))
        .where(_analysable())
        .with_for_update(read=True, of=Response)
    )
    if among is None:
        return {row.id for row in session.execute(query.where(col(Response.wave_id) == wave_id))}
    found: set[str] = set()
    for some in _in_statements(sorted(among)):
        # The wave is not asked for in the query: SQLite would go through all of it each time.
        rows = session.execute(query.where(col(Answer.id).in_(some)))
        found.update(row.id for row in rows if row.wave_id == wave_id)
    return found


def keep_vectors(session: Session, vectors: Mapping[str, NDArray[Any]], embedder_name: str) -> None:
    """One vector for each text: one of another model is replaced, and one another worker stored meanwhile is no matter."""
    rows = [
        {"answer_id": key, "embedder": embedder_name, "vector": vector.astype("float32").tobytes()}
        for key, vector in sorted(vectors.items())  # in one order, so that two workers never wait for each other
    ]
    if rows:
        dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
        insertion = dialect.insert(sa_table(AnswerVector))
        insertion = insertion.on_conflict_do_update(
            index_elements=["answer_id"], set_={name: insertion.excluded[name] for name in ("embedder", "vector")}
        )
        session.execute(insertion, rows)


def insert_all(session: Session, table: type[Any], rows: Sequence[dict[str, Any]]) -> None:
    """All rows in one statement; no rows, no statement."""
    if rows:
        session.execute(insert(table), rows)


class Keeping:
    """An embedder that works in parts and keeps each part's vectors with the answers that have these texts.

    Parts follow the texts' length, so that after a stop the rest is cut as it was before.
    """

    def __init__(self, main: Database, wave_id: str, texts: Mapping[str, str], embedder: Embedder) -> None:
        self._main, self._wave_id, self._embedder = main, wave_id, embedder
        self.name, self.dimensions = embedder.name, embedder.dimensions
        self._answers: dict[str, list[str]] = {}
        for answer_id, text in texts.items():
            self._answers.setdefault(text, []).append(answer_id)

    def embed(self, texts: Sequence[str], progress: Callable[[float], None] | None = None) -> NDArray[Any]:
        """What the embedder says."""
        import numpy

        order = sorted(range(len(texts)), key=lambda place: (len(texts[place]), texts[place]))
        vectors = numpy.zeros((len(texts), self.dimensions), dtype=numpy.float32)
        for start in range(0, len(order), PART):
            places = order[start : start + PART]
            some = [texts[place] for place in places]
            vectors[places] = self._embedder.embed(some)
            self._keep(zip(some, vectors[places], strict=True))
            if progress is not None:
                progress(min(1.0, (start + PART) / len(order)))
        return vectors

    def _keep(self, embedded: Iterable[tuple[str, NDArray[Any]]]) -> None:
        found = {answer_id: vector for text, vector in embedded for answer_id in self._answers.get(text, ())}
        with self._main.writing() as session:
            there = still_there(session, self._wave_id, found)
            keep_vectors(session, {key: vector for key, vector in found.items() if key in there}, self.name)


def share_out(session: Session, run_id: str, wave_id: str, embedder_name: str, *, now: datetime) -> bool:
    """Ask for the embedding of a large wave in ranges that any worker may take; False where it is no large one."""
    lacking = list(_lacking(session, wave_id, embedder_name))
    if len(lacking) <= SHARED_FROM:
        return False
    ranges = [(some[0], some[-1]) for some in _in_statements(lacking, PART)]
    for first, last in ranges:
        payload = {"run_id": run_id, "first": first, "last": last, "parts": len(ranges)}
        # Before the run itself, which is asked for with the usual priority: whoever takes that finds nearly all there.
        jobs.enqueue(session, EMBED_ANSWERS, payload, now=now, priority=4)
    return True


def embed_range(main: Database, payload: Mapping[str, Any], embedder: Embedder, *, renew: Callable[[], None]) -> None:
    """Embed one range of a run's answers; what has its vector already, or is gone, is left out."""
    with main.reading() as session:
        wave_id = _wave_of(session, payload["run_id"])
        if wave_id is None:
            return
        texts = _lacking(session, wave_id, embedder.name, payload["first"], payload["last"])
    Keeping(main, wave_id, texts, embedder).embed(list(dict.fromkeys(texts.values())), lambda share: renew())


def _wave_of(session: Session, run_id: str) -> str | None:
    """The wave of a run that goes on; None for any other."""
    for table in (ThemeRun, CodingRun):
        row = session.execute(select(col(table.wave_id), col(table.state)).where(col(table.id) == run_id)).first()
        if row is not None:
            return str(row.wave_id) if row.state == RunState.RUNNING else None
    return None


def share_embedded(session: Session, run_id: str, parts: int) -> float:
    """How much of what was shared out for a run is done once the part in hand is, 0 to 1."""
    payloads = session.execute(
        select(col(Job.payload)).where(
            col(Job.kind) == EMBED_ANSWERS, col(Job.state).in_((JobState.WAITING, JobState.LEASED))
        )
    ).scalars()
    left = sum(1 for payload in payloads if payload["run_id"] == run_id) - 1
    return 1 - max(0, left) / max(1, parts)


def _lacking(
    session: Session, wave_id: str, embedder_name: str, first: str | None = None, last: str | None = None
) -> dict[str, str]:
    """The texts with words that have no vector of this model, by the id of their answer, in its order."""
    query = (
        select(col(Answer.id), col(Answer.redacted_text), col(Response.wave_id))
        .join(Response, col(Response.id) == col(Answer.response_id))
        .outerjoin(
            AnswerVector,
            (col(AnswerVector.answer_id) == col(Answer.id)) & (col(AnswerVector.embedder) == embedder_name),
        )
        .where(_analysable(), col(AnswerVector.answer_id).is_(None))
        .order_by(col(Answer.id))
    )
    if first is None:
        query = query.where(col(Response.wave_id) == wave_id)
    else:  # as in ``still_there``
        query = query.where(col(Answer.id) >= first, col(Answer.id) <= last)
    rows = session.execute(query)
    return {row.id: row.redacted_text for row in rows if row.wave_id == wave_id and has_content(row.redacted_text)}


def _analysable() -> Any:
    """``may_be_analysed`` of any wave, where ``Response`` is joined."""
    return (col(Answer.redaction) == RedactionState.DONE) & col(Answer.voice).in_(VOICES) & agreements.is_usable()


def _in_statements(ids: Sequence[str], size: int = _IN_ONE_STATEMENT) -> Iterable[Sequence[str]]:
    return (ids[start : start + size] for start in range(0, len(ids), size))
