"""Workers that are killed, stopped or side by side while themes or codes are made: nothing is lost, stored twice or brought back."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import delete, func, select
from sqlmodel import col

from api import intake, jobs
from api.models import Answer, AnswerVector, CodingRun, Job, SuggestedCodes, Theme, ThemeAssignment, ThemeRun
from api.models.jobs import JobState
from api.review import coding, fitting, vectors
from api.worker import Workshop, work_once
from nlp.embed import HashingEmbedder
from tests.integration.test_codes import BINS, FRAME, SWINGS, ask_for_codes, upload
from tests.integration.test_review import LATE, MOVING, requested, respond_directly, varied

FOOD = "the food at dinner is cold and small"
WORKER = """
import os, signal, sys
from datetime import datetime
from api import audit, worker
from api.db import Database
from api.keyring import Keyring
from api.review import fitting, vectors
from api.vault import Vault
from api.worker import Workshop, work_off
from nlp.embed import HashingEmbedder

main, vault, now, stage = sys.argv[1:]
vectors.PART = 20
told, recorded = fitting._Telling.__call__, audit.record
if stage == "codes":  # they tell no stages: the job is renewed once the first part is kept
    worker._Renewing.__call__ = lambda self: die()


def die():
    os.kill(os.getpid(), signal.SIGKILL)


def tell(self, name, share):
    told(self, name, share)
    if name == stage and (name != "embed" or share > 0):
        die()


def record(*given, **named):
    recorded(*given, **named)
    if stage == "in the last transaction":
        die()


fitting._Telling.__call__ = tell
audit.record = record
clock = datetime.fromisoformat(now)
shop = Workshop(Database(main), Vault(Database(vault), Keyring(b"k" * 48)), embedder=HashingEmbedder(), clock=lambda: clock)
work_off(shop)
"""


class Watching(HashingEmbedder):
    """An embedder that remembers what it was asked, and does something meanwhile."""

    def __init__(self, meanwhile: Any = lambda: None) -> None:
        super().__init__()
        self.seen: list[str] = []
        self._meanwhile = meanwhile

    def embed(self, texts: Sequence[str], progress: Any = None) -> Any:
        self.seen += texts
        self._meanwhile()
        return super().embed(texts, progress)


def a_wave_with_answers(deployment: Any, a_wave: Any) -> tuple[Any, list[str]]:
    wave = a_wave()
    answers = [key for text in (MOVING, LATE, FOOD) for key in respond_directly(deployment, wave, varied(text, 25))]
    return wave, answers


def rows(deployment: Any, query: Any) -> list[Any]:
    with deployment.main.reading() as session:
        return list(session.execute(query).all())


def count(deployment: Any, table: Any) -> int:
    return int(rows(deployment, select(func.count()).select_from(table))[0][0])


def placed(deployment: Any, run_id: str) -> dict[str, tuple[int, float]]:
    """The number of each answer's theme and how sure that is."""
    query = select(col(ThemeAssignment.answer_id), col(Theme.number), col(ThemeAssignment.confidence)).join(
        Theme, col(Theme.id) == col(ThemeAssignment.theme_id)
    )
    return {row[0]: (row[1], row[2]) for row in rows(deployment, query.where(col(ThemeAssignment.run_id) == run_id))}


def undisturbed(deployment: Any, wave: Any) -> dict[str, tuple[int, float]]:
    from nlp.pipeline import Config, run

    with deployment.main.reading() as session:
        documents = fitting._material(session, wave.id, "no vectors").documents
    fitted = run(documents, HashingEmbedder(), Config(smallest_theme=fitting.SMALLEST_THEME))
    return {a.id: (a.topic + 1, a.confidence) for a in fitted.assignments if a.topic is not None}


def withdraw(deployment: Any, answer_id: str) -> None:
    with deployment.main.writing() as session:
        response = session.execute(select(col(Answer.response_id)).where(col(Answer.id) == answer_id)).scalar_one()
        assert intake.withdraw(
            session, deployment.vault, response, today=deployment.joined.today, now=deployment.clock()
        )


@pytest.mark.sqlite_only
@pytest.mark.parametrize("stage", ["read", "load", "group", "describe", "name", "store"])
def test_a_worker_killed_in_any_stage_is_gone_on_with(deployment: Any, staff: Any, a_wave: Any, stage: str) -> None:
    killed_and_gone_on_with(deployment, staff, a_wave, stage)


@pytest.mark.parametrize("stage", ["embed", "in the last transaction"])
def test_a_worker_killed_while_it_writes_is_gone_on_with(deployment: Any, staff: Any, a_wave: Any, stage: str) -> None:
    killed_and_gone_on_with(deployment, staff, a_wave, stage)


def work_until_killed(deployment: Any, stage: str) -> None:
    """A worker of its own process, which ends at that stage as if the power went."""
    killed = subprocess.run(
        [sys.executable, "-c", WORKER, deployment.dsns.main, deployment.dsns.vault, deployment.clock().isoformat(), stage],
        check=False, capture_output=True, timeout=120,
    )  # fmt: skip
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()[-2000:]


def killed_and_gone_on_with(deployment: Any, staff: Any, a_wave: Any, stage: str) -> None:
    wave, answers = a_wave_with_answers(deployment, a_wave)
    run_id = requested(deployment, wave, staff("officer"))
    work_until_killed(deployment, stage)
    assert (count(deployment, Theme), count(deployment, ThemeAssignment)) == (0, 0)
    kept = count(deployment, AnswerVector)
    assert kept == {"read": 0, "load": 0, "embed": 20}.get(stage, 75)
    ((state, stages),) = rows(deployment, select(col(ThemeRun.state), col(ThemeRun.stages)))
    assert (state, stages[-1]["name"]) == ("running", "store" if stage == "in the last transaction" else stage)

    gone = answers[3]
    withdraw(deployment, gone)
    deployment.clock.now += jobs.LEASE
    second = Watching()
    deployment.work(second)
    assert len(second.seen) <= 75 - kept
    assert [row.state for row in rows(deployment, select(col(ThemeRun.state)))] == ["done"]
    assert placed(deployment, run_id) == undisturbed(deployment, wave)
    assert gone not in placed(deployment, run_id)
    assert count(deployment, AnswerVector) == 74
    assert count(deployment, Job) == 0


def test_a_long_fit_stays_with_its_worker_while_it_goes_on(
    deployment: Any, staff: Any, a_wave: Any, monkeypatch: Any
) -> None:
    wave, _ = a_wave_with_answers(deployment, a_wave)
    requested(deployment, wave, staff("officer"))
    monkeypatch.setattr(vectors, "PART", 15)
    claimed = []

    def ten_minutes_pass() -> None:
        deployment.clock.now += jobs.LEASE * 2 / 3
        with deployment.main.writing() as session:
            claimed.append(jobs.claim(session, now=deployment.clock()))

    deployment.work(Watching(ten_minutes_pass))
    assert claimed == [None] * 5  # fifty minutes in all, with a lease of fifteen
    assert [row.state for row in rows(deployment, select(col(ThemeRun.state)))] == ["done"]


def test_a_worker_whose_job_was_taken_over_stores_nothing_more(
    deployment: Any, staff: Any, a_wave: Any, monkeypatch: Any
) -> None:
    wave, _ = a_wave_with_answers(deployment, a_wave)
    run_id = requested(deployment, wave, staff("officer"))
    monkeypatch.setattr(vectors, "PART", 25)
    taken: list[int] = []

    def so_slow_that_another_takes_over() -> None:
        if not taken:
            deployment.clock.now += 2 * jobs.LEASE
            taken.append(1)
            taken.append(deployment.work(HashingEmbedder()))

    deployment.work(Watching(so_slow_that_another_takes_over))
    assert taken == [1, 1]
    assert placed(deployment, run_id) == undisturbed(deployment, wave)
    assert count(deployment, Job) == 0


def test_a_worker_told_to_stop_puts_a_long_job_back_and_the_next_goes_on(
    deployment: Any, staff: Any, a_wave: Any, monkeypatch: Any
) -> None:
    wave, _ = a_wave_with_answers(deployment, a_wave)
    run_id = requested(deployment, wave, staff("officer"))
    monkeypatch.setattr(vectors, "PART", 25)
    stop = threading.Event()
    shop = Workshop(deployment.main, deployment.vault, embedder=Watching(stop.set), clock=deployment.clock)
    assert work_once(shop, stop)
    assert count(deployment, AnswerVector) == 25
    assert rows(deployment, select(col(Job.state), col(Job.attempts))) == [(JobState.WAITING, 0)]
    second = Watching()
    deployment.work(second)
    assert len(second.seen) == 50
    assert placed(deployment, run_id) == undisturbed(deployment, wave)


def two_workers_who_share(deployment: Any, monkeypatch: Any) -> tuple[Watching, Watching, Workshop, Workshop]:
    """What two workers are asked to embed, and they; the first has shared a wave of more than 40 texts out in parts of 20."""
    monkeypatch.setattr(vectors, "SHARED_FROM", 40)
    monkeypatch.setattr(vectors, "PART", 20)
    one, two = Watching(), Watching()
    first, second = (
        Workshop(deployment.main, deployment.vault, embedder=embedder, clock=deployment.clock)
        for embedder in (one, two)
    )
    assert work_once(first)
    assert one.seen == [], "shared out, not yet begun"
    return one, two, first, second


def waiting_jobs(deployment: Any) -> list[str]:
    """The kinds of all jobs, in the order in which workers take them."""
    return [row.kind for row in rows(deployment, select(col(Job.kind)).order_by(col(Job.priority)))]


def test_workers_share_the_embedding_of_a_large_wave_and_a_lost_part_holds_up_nobody(
    deployment: Any, staff: Any, a_wave: Any, monkeypatch: Any
) -> None:
    wave, answers = a_wave_with_answers(deployment, a_wave)
    run_id = requested(deployment, wave, staff("officer"))
    one, two, first, second = two_workers_who_share(deployment, monkeypatch)
    assert waiting_jobs(deployment) == [*[vectors.EMBED_ANSWERS] * 4, fitting.FIT_THEMES]
    with deployment.main.writing() as session:
        lost = jobs.claim(session, now=deployment.clock())  # by a worker that is never heard of again
    assert lost is not None
    withdraw(deployment, answers[0])
    work_once(first)  # takes the original words out of the vault
    work_once(first)
    work_once(second)
    officer = staff("officer")
    officer.get(f"/review/waves/{wave.id}")
    assert "Step 3 of 7" in officer.page
    assert re.search(r'<progress max="100" value="50"', officer.page)
    while work_once(second) or work_once(first):
        pass
    assert [row.state for row in rows(deployment, select(col(ThemeRun.state)))] == ["done"]
    assert one.seen
    assert sorted([*one.seen, *two.seen]) == sorted(set(one.seen) | set(two.seen))  # nothing twice
    assert placed(deployment, run_id) == undisturbed(deployment, wave)
    deployment.clock.now += jobs.LEASE
    deployment.work(Watching())  # what the lost worker had comes back and finds nothing to do
    assert count(deployment, Job) == 0
    assert count(deployment, AnswerVector) == 74


def test_a_wave_that_is_not_large_is_embedded_by_the_fit(deployment: Any, staff: Any, a_wave: Any) -> None:
    wave, _ = a_wave_with_answers(deployment, a_wave)
    requested(deployment, wave, staff("officer"))
    assert deployment.work(HashingEmbedder()) == 1


def a_wave_to_code(deployment: Any, a_wave: Any, officer: Any, texts: Sequence[str]) -> tuple[Any, list[str], str]:
    """A wave of which codes were asked for: with the ids of its answers and of the run."""
    wave = a_wave()
    answers = respond_directly(deployment, wave, texts)
    upload(officer, FRAME)
    return wave, answers, ask_for_codes(deployment, officer, wave)


def suggested(deployment: Any, run_id: str) -> dict[str, list[Any]]:
    """The codes a run suggests, with their confidence, by the answer's words."""
    query = select(col(Answer.redacted_text), col(SuggestedCodes.codes)).join(
        SuggestedCodes, col(SuggestedCodes.answer_id) == col(Answer.id)
    )
    return dict(tuple(row) for row in rows(deployment, query.where(col(SuggestedCodes.run_id) == run_id)))


def test_a_worker_killed_while_it_codes_leaves_its_vectors_to_the_next(
    deployment: Any, staff: Any, a_wave: Any
) -> None:
    officer = staff("officer")
    texts = [text for said in (SWINGS, BINS) for text in varied(said, 25)]
    wave, answers, run_id = a_wave_to_code(deployment, a_wave, officer, texts)
    work_until_killed(deployment, "codes")
    assert (count(deployment, SuggestedCodes), count(deployment, AnswerVector)) == (0, 20)

    withdraw(deployment, answers[3])
    deployment.clock.now += jobs.LEASE
    second = Watching()
    deployment.work(second)
    assert len(set(second.seen) & set(texts)) <= 30
    assert (count(deployment, AnswerVector), count(deployment, Job)) == (49, 0)
    gone_on_with = suggested(deployment, run_id)
    assert gone_on_with.keys() == set(texts) - {texts[3]}
    with deployment.main.writing() as session:
        session.execute(delete(AnswerVector))
    undisturbed_run = ask_for_codes(deployment, officer, wave)
    deployment.work(HashingEmbedder())
    assert gone_on_with == suggested(deployment, undisturbed_run)


def test_workers_share_the_embedding_of_a_large_wave_that_is_coded(
    deployment: Any, staff: Any, a_wave: Any, monkeypatch: Any
) -> None:
    texts = [text for said in (SWINGS, BINS) for text in varied(said, 25)]
    _, _, run_id = a_wave_to_code(deployment, a_wave, staff("officer"), texts)
    one, two, first, second = two_workers_who_share(deployment, monkeypatch)
    assert waiting_jobs(deployment) == [*[vectors.EMBED_ANSWERS] * 3, coding.CODE_ANSWERS]
    assert work_once(first)
    assert work_once(second)
    assert work_once(first)
    assert sorted([*one.seen, *two.seen]) == sorted(texts)  # each by one of them
    assert one.seen
    assert two.seen
    assert count(deployment, AnswerVector) == 50
    work_once(second)
    assert [row.state for row in rows(deployment, select(col(CodingRun.state)))] == ["done"]
    assert not set(texts) & set(two.seen[20:])
    assert suggested(deployment, run_id).keys() == set(texts)
    assert count(deployment, Job) == 0
