"""The worker's part: the codes of one wave's answers by one version of a frame, stored whole, or not at all.

As with themes: reads, computes without holding a transaction, then writes everything in one.
Before that only vectors are kept (``vectors``). What was withdrawn while the computer was busy is
looked for in each transaction. The computer learns from what officers decided on this wave's answers; what it suggests for those
answers themselves comes from the frame alone, so that their decisions stay a fair test of it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select, update
from sqlmodel import Session, col

from api import agreements, audit, jobs, published
from api.db import Database
from api.models import Answer, AnswerVector, CodeFrame, CodingRun, DecidedCodes, Response, SuggestedCodes, Wave
from api.models.columns import new_id
from api.models.themes import RunState
from api.review import vectors
from api.review.vectors import insert_all, may_be_analysed, still_there
from nlp.frames import Frame
from survey_engine.consent import Purpose
from survey_engine.definition import words

if TYPE_CHECKING:  # the worker brings the model; the web process must start without the language tools
    from numpy.typing import NDArray

    from nlp.coding import Coded
    from nlp.embed import Embedder
    from nlp.frame_gaps import Subject

CODE_ANSWERS = "code_answers"
"""The job that does one run: payload ``{"run_id": …}``, with ``"shared": true`` once its embedding was shared out."""
FAILED_MESSAGE = "The answers could not be coded. Ask for it again; if that fails too, tell your administrator."
NOTHING_MESSAGE = "There is no answer with words in it yet that may be coded."
MOST_ORDERED = 200
"""How many answers are put in order by what they teach; the others follow as they come, those nobody may read last."""


@dataclass(frozen=True, slots=True)
class _Material:
    """The answers of one wave that may be coded; ``kept`` are the vectors there are already, ``decided`` what people said."""

    ids: list[str]
    texts: list[str]
    questions: list[str]
    quotable: list[bool]
    kept: dict[str, NDArray[Any]]
    decided: dict[str, tuple[str, ...]]

    @property
    def places_decided(self) -> list[int]:
        """Which of the answers a person has decided on."""
        return [place for place, key in enumerate(self.ids) if key in self.decided]


def code(
    main: Database, run_id: str, embedder: Embedder, *, kept_in: Path | None, now: Callable[[], datetime],
    renew: Callable[[], None] = lambda: None,
) -> None:  # fmt: skip
    """Do one run and store it; doing it again, or for a run that is gone or done, changes nothing.

    ``renew`` is called while embedding and between the steps, and may raise to end the work: what was embedded is kept.
    """
    from nlp.coding import Coder, Labelled
    from nlp.field import field_of
    from nlp.frame_gaps import subjects

    with main.writing() as session:
        begun = _begin(session, run_id)
    if begun is None:
        return
    wave_id, frame_id, frame = begun
    with main.reading() as session:
        material = _material(session, wave_id, frame_id, frame, embedder.name)
    coded: list[Coded] = []
    about: Sequence[Subject | None] = ()
    turns: dict[str, int] = {}
    if material.ids:
        embedded = _embedded(main, wave_id, material, embedder, renew)
        field = field_of(embedder, kept_in)
        texts, questions, decided = material.texts, material.questions, material.places_decided
        learn = [Labelled(texts[place], material.decided[material.ids[place]], questions[place]) for place in decided]
        coder = Coder(frame, field, learn)
        renew()
        coded = coder.code(texts, questions, embedded)
        if learn:
            alone = Coder(frame, field).code(texts, questions, embedded)
            for place in decided:
                coded[place] = alone[place]
        renew()
        about = subjects(field, texts, coded, embedded)
        # Only these may be read by an officer, so only these have a turn.
        asked = [place for place, quotable in enumerate(material.quotable) if quotable]
        order = coder.most_instructive(
            [texts[place] for place in asked], [questions[place] for place in asked], MOST_ORDERED, embedded[asked]
        )  # fmt: skip
        turns = {material.ids[asked[place]]: turn for turn, place in enumerate(order)}
    with main.writing() as session:
        _store(session, run_id, wave_id, material, coded, about, turns, embedder.name, now=now())


def share_out(main: Database, run_id: str, embedder: Embedder, *, now: datetime) -> bool:
    """For a large wave: put its embedding into the queue in ranges, and the run behind them; False where there is no need."""
    with main.writing() as session:
        begun = _begin(session, run_id)
        if begun is None or not vectors.share_out(session, run_id, begun[0], embedder.name, now=now):
            return False
        jobs.enqueue(session, CODE_ANSWERS, {"run_id": run_id, "shared": True}, now=now)
    return True


def failed(main: Database, run_id: str) -> None:
    """After the last try: say so on the page instead of leaving somebody waiting."""
    with main.writing() as session:
        session.execute(
            update(CodingRun)
            .where(col(CodingRun.id) == run_id, col(CodingRun.state) != RunState.DONE)
            .values(state=RunState.FAILED, message=FAILED_MESSAGE)
        )


def _begin(session: Session, run_id: str) -> tuple[str, str, Frame] | None:
    """The wave and the frame of a run that is still to be done; None for any other."""
    row = session.execute(
        update(CodingRun)
        .where(col(CodingRun.id) == run_id, col(CodingRun.state) != RunState.DONE)
        .values(state=RunState.RUNNING)
        .returning(col(CodingRun.wave_id), col(CodingRun.frame_id))
    ).first()
    if row is None:
        return None
    content = session.execute(select(col(CodeFrame.content)).where(col(CodeFrame.id) == row.frame_id)).scalar_one()
    return str(row.wave_id), str(row.frame_id), Frame.model_validate(content)


def _material(session: Session, wave_id: str, frame_id: str, frame: Frame, embedder_name: str) -> _Material:
    import numpy

    decided = session.execute(
        select(col(DecidedCodes.answer_id), col(DecidedCodes.codes))
        .join(Answer, col(Answer.id) == col(DecidedCodes.answer_id))
        .where(col(DecidedCodes.frame_id) == frame_id, may_be_analysed(wave_id))
        .order_by(col(DecidedCodes.sequence))
    )

    rows = session.execute(
        select(
            col(Answer.id), col(Answer.redacted_text), col(Answer.question),
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
    wave = published.wave(session, wave_id)
    assert wave is not None  # a foreign key
    # A frame may know the question by its name; else its wording tells what the answer is about.
    wordings = {question.name: words(question.label, "en")[0] for question in wave.published.survey.questions}
    return _Material(
        [row.id for row in rows],
        [row.redacted_text for row in rows],
        [row.question if row.question in frame.questions else wordings.get(row.question, "") for row in rows],
        [bool(row.quotable) for row in rows],
        {row.id: numpy.frombuffer(row.vector, dtype=numpy.float32) for row in rows if row.vector is not None},
        {answer_id: tuple(codes) for answer_id, codes in decided},  # the last decision on an answer holds
    )


def _embedded(
    main: Database, wave_id: str, material: _Material, embedder: Embedder, renew: Callable[[], None]
) -> NDArray[Any]:
    """A unit vector for each answer ``(n, dimensions)``; those that are not there yet are made, and kept in parts."""
    import numpy

    from nlp.embed import unit

    answers = list(zip(material.ids, material.texts, strict=True))
    lacking = {key: text for key, text in answers if key not in material.kept}
    different = list(dict.fromkeys(lacking.values()))
    made = vectors.Keeping(main, wave_id, lacking, embedder).embed(different, lambda share: renew())
    of_text = dict(zip(different, made, strict=True))
    return unit(numpy.stack([of_text[text] if key in lacking else material.kept[key] for key, text in answers]))


def _store(
    session: Session, run_id: str, wave_id: str, material: _Material, coded: Sequence[Coded],
    about: Sequence[Subject | None], turns: dict[str, int], embedder_name: str, *, now: datetime,
) -> None:  # fmt: skip
    """Everything of the run, for the answers that are still there; the suggestions of earlier runs make room."""
    # Runs of one wave store one after the other: of two that end together the later one's suggestions stay.
    session.execute(select(col(Wave.id)).where(col(Wave.id) == wave_id).with_for_update())
    run = session.execute(
        select(col(CodingRun.state), col(CodingRun.frame_id)).where(col(CodingRun.id) == run_id).with_for_update()
    ).first()
    if run is None or run.state == RunState.DONE:
        return  # the lease ran out and another worker was faster
    there = still_there(session, wave_id)
    earlier = select(col(CodingRun.id)).where(col(CodingRun.wave_id) == wave_id, col(CodingRun.id) != run_id)
    session.execute(delete(SuggestedCodes).where(col(SuggestedCodes.run_id).in_(earlier)))
    rows = []
    for place, (key, one) in enumerate(zip(material.ids, coded, strict=True)):
        subject = about[place]
        if key in there:
            rows.append({
                "id": new_id(), "run_id": run_id, "answer_id": key,
                "codes": [[name, confidence] for name, confidence in one.codes], "sentiment": one.sentiment,
                "turn": turns.get(key, MOST_ORDERED + (not material.quotable[place])), "subject": subject.name if subject else "",
                "subject_words": list(subject.words) if subject else [],
            })  # fmt: skip
    insert_all(session, SuggestedCodes, rows)
    number = session.execute(select(col(CodeFrame.number)).where(col(CodeFrame.id) == run.frame_id)).scalar_one()
    session.execute(
        update(CodingRun)
        .where(col(CodingRun.id) == run_id)
        .values(
            state=RunState.DONE, finished_at=now, config=_config(number, len(material.places_decided)), versions=_versions(embedder_name),
            message="" if rows else NOTHING_MESSAGE,
        )
    )  # fmt: skip
    audit.record(session, audit.WORKER, "codes.suggested", run_id, {"answers": len(rows)}, now=now)


def _config(frame_number: int, learnt_from: int) -> dict[str, Any]:
    from nlp.coding import SURE

    return {
        "frame_version": frame_number,
        "sure_from": SURE,
        "decisions_learnt_from": learnt_from,
        "seed": "none: nothing is drawn",
    }


def _versions(embedder_name: str) -> dict[str, str]:
    from nlp.frame_library import library

    tools = {tool: metadata.version(tool) for tool in ("numpy", "scipy", "scikit-learn")}
    return {"encoder": embedder_name, "library": f"{len(library().answers)} answers", **tools}
