"""Background work: a table from job kind to function, and a loop that claims, does, finishes or fails.

The only other place (beside ``main`` and ``cli``) where parts are joined. A worker may
be killed at any moment: each function is idempotent and stores its result in one
transaction (long ones keep parts on their way), and the job is claimed again when its lease runs out.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from api import audit, intake, jobs, redaction
from api.advise import service as advising
from api.advise import visits
from api.collect import drafts
from api.db import Database
from api.logs import logger
from api.review import coding, fitting, vectors
from api.vault import Vault
from nlp.gazetteer import Gazetteer

IDLE_SECONDS = 1.0
SWEEP_EVERY = timedelta(hours=1)
RENEW_EVERY = timedelta(minutes=1)
"""How often a long job says that its worker is alive; its lease is fifteen times as long."""


@dataclass(slots=True)
class Workshop:
    """What the worker works with. ``embedder`` is made at the first theme run, because it loads a model."""

    main: Database
    vault: Vault
    embedder: Any = None
    make_embedder: Callable[[], Any] | None = None
    model_dir: Path | None = None
    """Where the library's vectors stay between starts; coding reckons them anew where there is none, themes do without."""
    lists: Gazetteer | None = None
    """A council's own lists for redaction; ours alone where there are none."""
    make_screener: Callable[[], redaction.Screener] = redaction.Screener
    """Rules alone unless told otherwise."""
    screener: redaction.Screener | None = None
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    draft_lifetime: timedelta = timedelta(days=14)
    kept_for: timedelta = timedelta(days=730)
    contacts_kept_for: timedelta = timedelta(days=90)

    def the_embedder(self) -> Any:
        """The sentence model, loaded once."""
        if self.embedder is None:
            if self.make_embedder is None:
                raise RuntimeError("this worker has no sentence model")
            from nlp.embed import ModelMissing

            try:
                self.embedder = self.make_embedder()
            except ModelMissing as fault:
                logger().error("sentence_model_missing", mend=str(fault))
                raise
        return self.embedder

    def the_screener(self) -> redaction.Screener:
        """What looks at texts first, loaded once; looked for again as long as its reader is missing."""
        if self.screener is None or self.screener.missing:
            self.screener = self.make_screener()
        return self.screener


Renew = Callable[[], None]
"""What a long job calls now and then: keeps the job ours, or raises ``GivenUp``."""
Work = Callable[[Workshop, Mapping[str, Any], Renew], None]


class GivenUp(Exception):
    """The job in hand is not to be gone on with here: this worker was told to stop, or another one has the job."""


class _Renewing:
    """Keeps one claimed job ours while it goes on."""

    def __init__(self, shop: Workshop, job: jobs.Claimed, stop: threading.Event | None) -> None:
        self._shop, self._job, self._stop = shop, job, stop
        self._renewed = shop.clock()

    def __call__(self) -> None:
        now = self._shop.clock()
        if self._stop is not None and self._stop.is_set():
            with self._shop.main.writing() as session:
                jobs.put_back(session, self._job, now=now)
            raise GivenUp("told to stop")
        if now - self._renewed >= RENEW_EVERY:
            with self._shop.main.writing() as session:
                if not jobs.renew(session, self._job, now=now):
                    raise GivenUp("another worker has it")
            self._renewed = now


def _redact(shop: Workshop, payload: Mapping[str, Any], renew: Renew) -> None:
    redaction.redact_response(shop.main, shop.vault, payload["response_id"], shop.the_screener(), shop.lists)


def _screen(shop: Workshop, payload: Mapping[str, Any], renew: Renew) -> None:
    redaction.screen_remark(shop.vault, payload["response_id"], shop.the_screener())


def _forget(shop: Workshop, payload: Mapping[str, Any], renew: Renew) -> None:
    shop.vault.erase(payload["response_id"])


def _fit_themes(shop: Workshop, payload: Mapping[str, Any], renew: Renew) -> None:
    from nlp.field import field_of

    embedder = shop.the_embedder()
    if not payload.get("shared") and fitting.share_out(shop.main, payload["run_id"], embedder, now=shop.clock()):
        return
    library = field_of(embedder, shop.model_dir) if shop.model_dir else None
    fitting.fit(shop.main, payload["run_id"], embedder, library, now=shop.clock, renew=renew)


def _embed_answers(shop: Workshop, payload: Mapping[str, Any], renew: Renew) -> None:
    fitting.embed_range(shop.main, payload, shop.the_embedder(), renew=renew)


def _code_answers(shop: Workshop, payload: Mapping[str, Any], renew: Renew) -> None:
    embedder = shop.the_embedder()
    if not payload.get("shared") and coding.share_out(shop.main, payload["run_id"], embedder, now=shop.clock()):
        return
    coding.code(shop.main, payload["run_id"], embedder, kept_in=shop.model_dir, now=shop.clock, renew=renew)


WORK: dict[str, Work] = {
    intake.REDACT: _redact,
    intake.FORGET: _forget,
    visits.SCREEN: _screen,
    fitting.FIT_THEMES: _fit_themes,
    vectors.EMBED_ANSWERS: _embed_answers,
    coding.CODE_ANSWERS: _code_answers,
}
"""What each kind of job does."""

LAST_RESORT: dict[str, Callable[[Workshop, Mapping[str, Any]], None]] = {
    intake.REDACT: lambda shop, payload: redaction.give_up(shop.main, payload["response_id"]),
    fitting.FIT_THEMES: lambda shop, payload: fitting.failed(shop.main, payload["run_id"]),
    coding.CODE_ANSWERS: lambda shop, payload: coding.failed(shop.main, payload["run_id"]),
}
"""What is done after the last try failed, so that nothing waits for ever unseen."""


def work_once(shop: Workshop, stop: threading.Event | None = None) -> bool:
    """Claim one job and do it; False when there was none. A long job is put back when told to ``stop``."""
    with shop.main.writing() as session:
        abandoned = jobs.abandon(session, now=shop.clock())
        job = jobs.claim(session, now=shop.clock())
    for lost in abandoned:
        logger().error("job_abandoned", job=lost.id, job_kind=lost.kind)
        _last_resort(shop, lost)
    if job is None:
        return False
    log = logger().bind(job=job.id, job_kind=job.kind, attempt=job.attempts)
    try:
        WORK[job.kind](shop, job.payload, _Renewing(shop, job, stop))
    except GivenUp as reason:
        log.info("job_given_up", reason=str(reason))
        return True
    except Exception as fault:
        # Not swallowed: the job keeps the type of the fault and is tried again, then kept as failed.
        # The text of the fault may quote what was being read, so only its type is told.
        log.error("job_failed", error_type=type(fault).__name__)
        with shop.main.writing() as session:
            last = jobs.fail(session, job, type(fault).__name__, now=shop.clock())
        if last:
            _last_resort(shop, job)
        return True
    with shop.main.writing() as session:
        jobs.finish(session, job)
    log.info("job_done")
    return True


def _last_resort(shop: Workshop, job: jobs.Claimed) -> None:
    if job.kind in LAST_RESORT:
        LAST_RESORT[job.kind](shop, job.payload)


def work_off(shop: Workshop) -> int:
    """Do jobs until none is due; how many there were."""
    done = 0
    while work_once(shop):
        done += 1
    return done


def sweep(shop: Workshop) -> None:
    """Delete what has had its time: drafts that nobody finished, answers kept as long as was promised."""
    now = shop.clock()
    with shop.main.writing() as session:
        unfinished = drafts.purge(session, today=now.date(), lifetime=shop.draft_lifetime)
        for response_id in unfinished:  # a sending that failed half-way may have left words there
            shop.vault.erase(response_id)
    ended = 0
    while True:
        with shop.main.writing() as session:
            some = intake.expire(session, shop.vault, today=now.date(), kept_for=shop.kept_for, now=now)
        ended += some
        if not some:
            break
    with shop.main.writing() as session:
        ended += advising.sweep(session, shop.vault, today=now.date(), kept_for=shop.kept_for, now=now)
    with shop.main.writing() as session:
        forgotten = shop.vault.contacts.forget(decided_before=now - shop.contacts_kept_for)
        if forgotten:
            audit.record(session, audit.WORKER, "contacts.expired", "retention", {"count": forgotten}, now=now)
    ended += forgotten
    logger().info("swept", count=len(unfinished) + ended)


def run(shop: Workshop, stop: threading.Event) -> None:
    """Work until told to stop; once an hour delete what has had its time."""
    swept: datetime | None = None
    while not stop.is_set():
        try:
            now = shop.clock()
            if swept is None or now - swept >= SWEEP_EVERY:
                sweep(shop)
                swept = now
            idle = not work_once(shop, stop)
        except SQLAlchemyError as fault:
            # A database that is away for a while must not end the worker; what was in hand is claimed again.
            logger().error("storage", error_type=type(fault).__name__)
            idle = True
        if idle:
            stop.wait(IDLE_SECONDS)
