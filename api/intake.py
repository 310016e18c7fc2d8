"""What comes in whole and goes out whole: agreement, a finished set of answers, its withdrawal.

Own words go to the vault first and to the main database never: if the second step fails,
the words lie sealed under an identifier nothing points to, and the next try replaces
them. Nothing is acknowledged before both have committed. Shared by those who answer
(``collect``) and those who log (``observe``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import String, cast, delete, func, insert, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col

from api import audit, jobs
from api.logs import logger
from api.models import (
    AgreementEvent,
    Answer,
    AnswerVector,
    DecidedCodes,
    ReleaseCodes,
    ReleaseMember,
    Response,
    SuggestedCodes,
    Theme,
    ThemeAssignment,
    ThemeRun,
)
from api.models.columns import new_id
from api.models.responses import RedactionState, ResponseState
from api.published import OpenedWave
from api.vault import READING_TARGET, UNSCREENED_TIER, Vault, WrittenWords
from survey_engine.answers import Answer as GivenAnswer
from survey_engine.answers import AnswerState
from survey_engine.consent import Decision, Purpose
from survey_engine.definition import FILE, Kind, Voice
from survey_engine.situation import ORDER_SEED

REDACT = "redact"
"""The job that screens and redacts one response's words: payload ``{"response_id": …}``."""
FORGET = "forget"
"""The job that erases a withdrawn response's words from the vault, should that have failed at once."""
LOOK_AT = {Kind.DRAWING: "picture", Kind.PHOTO: "picture", Kind.VOICE: "recording"}
"""Why a file stands in the reading queue: no computer here looks at pictures or listens."""


@dataclass(frozen=True, slots=True)
class NewResponse:
    """What a response starts as."""

    id: str
    wave: OpenedWave
    kind: str
    language: str
    day: date
    told_by: str = "self"
    case_pseudonym: str | None = None
    logged_by: str | None = None


def record_agreement(session: Session, response: NewResponse, choices: Mapping[Purpose, Decision]) -> None:
    """Append one event for each purpose, bound to the version and hash of the notice that was read."""
    last = session.execute(
        select(func.max(col(AgreementEvent.sequence))).where(col(AgreementEvent.response_id) == response.id)
    ).scalar_one()
    published = response.wave.published
    session.execute(
        insert(AgreementEvent),
        [
            {
                "id": new_id(),
                "response_id": response.id,
                "purpose": purpose.value,
                "decision": decision.value,
                "sequence": (last or 0) + 1,
                "day": response.day,
                "notice_version": published.notice.version,
                "notice_hash": published.notice_hash,
                "language": response.language,
                "told_by": response.told_by,
            }
            for purpose, decision in choices.items()
        ],
    )


def store_answers(
    session: Session, vault: Vault, response: NewResponse, answers: Mapping[str, GivenAnswer], *, now: datetime,
    secret: str | None = None,
) -> None:  # fmt: skip
    """Store a finished response's answers; its row is there already and becomes ``submitted`` here.

    Own words go sealed into the vault, and into its reading queue as not yet screened, so
    that they are read by a person even if the worker never comes. Pictures and recordings
    are there already, sealed under the phone's ``secret``, and enter the queue here; those
    of answers that were taken back are deleted.
    """
    survey = response.wave.published.survey
    words: list[WrittenWords] = []
    files: dict[str, str] = {}
    rows: list[dict[str, object]] = []
    for question in survey.possible:
        given = answers.get(question.name)
        if given is None:
            continue
        own_words = question.holds_free_text and given.state is AnswerState.ANSWERED
        if own_words:
            words.append(WrittenWords(question.name, response.language, str(given.value)))
        if question.kind in FILE and given.state is AnswerState.ANSWERED:
            files[question.name] = LOOK_AT[question.kind]
        rows.append(
            {
                "id": new_id(),
                "response_id": response.id,
                "question": question.name,
                "state": given.state.value,
                "value": None if own_words else given.value,
                "voice": question.voice.value,
                "redaction": RedactionState.PENDING if own_words else RedactionState.NOT_TEXT,
            }
        )
    if ORDER_SEED in answers:
        rows.append(
            {
                "id": new_id(), "response_id": response.id, "question": ORDER_SEED, "state": AnswerState.ANSWERED.value,
                "value": answers[ORDER_SEED].value, "voice": Voice.RESPONDENT.value,
                "redaction": RedactionState.NOT_TEXT,
            }
        )  # fmt: skip
    vault.keep(response.id, words, unread_in_wave=response.wave.id, now=now)
    if any(question.kind in FILE for question in survey.questions):
        vault.files.send(
            response.id, files, secret, wave_id=response.wave.id, tier=UNSCREENED_TIER,
            due_in=READING_TARGET[UNSCREENED_TIER], now=now,
        )  # fmt: skip
    if rows:
        session.execute(insert(Answer), rows)
    session.execute(
        update(Response)
        .where(col(Response.id) == response.id)
        .values(
            state=ResponseState.SUBMITTED, day=response.day, draft_token_hash=None, draft_answers=None,
            invitation_id=None,
        )
    )  # fmt: skip
    if words:
        jobs.enqueue(session, REDACT, {"response_id": response.id}, now=now, priority=0)


def withdraw(session: Session, vault: Vault, response_id: str, *, today: date, now: datetime) -> bool:
    """Delete a response's answers and everything made from them; False when there was nothing left to delete.

    Answers, redacted texts, vectors, theme assignments, memberships in releases and words
    in the vault go; theme words that only this text carried over the threshold go with
    them. What stays is the fact (day and wave) and the agreement events, now ending in
    ``withdrawn``. Idempotent: a second request finds nothing and harms nothing.
    """
    row = session.execute(
        select(col(Response.wave_id), col(Response.kind), col(Response.language))
        .where(col(Response.id) == response_id, col(Response.state) == ResponseState.SUBMITTED)
        .with_for_update()
    ).one_or_none()
    if row is None:
        return False
    _end_agreement(session, response_id, today)
    _remove(session, response_id, row.wave_id, ResponseState.WITHDRAWN, today)
    audit.record(session, audit.RESPONDENT, "response.withdrawn", row.wave_id, now=now)
    _forget_words(session, vault, response_id, now=now)
    return True


def _forget_words(session: Session, vault: Vault, response_id: str, *, now: datetime) -> None:
    # The vault is another database: erase at once, and leave a job that does it again should this fail.
    jobs.enqueue(session, FORGET, {"response_id": response_id}, now=now, priority=0)
    try:
        vault.erase(response_id)
    except SQLAlchemyError as fault:
        # Not swallowed: the job above is committed with the deletion and erases until it succeeds.
        logger().error("storage", where="vault", error_type=type(fault).__name__)


def abandon(session: Session, vault: Vault, response_id: str, *, today: date, now: datetime) -> bool:
    """Delete what somebody had so far, unsent; False when there was nothing left to delete. Leaves no line anywhere.

    The caller deletes its own way in. What stays is the fact that somebody began (day and
    wave) and the agreement events, now ending in ``withdrawn``.
    """
    ended = session.execute(
        update(Response)
        .where(col(Response.id) == response_id, col(Response.state) == ResponseState.DRAFT)
        .values(
            state=ResponseState.EXPIRED, day=today, draft_token_hash=None, draft_answers=None, invitation_id=None
        )
        .returning(col(Response.id))
    )  # fmt: skip
    if ended.first() is None:
        return False
    _end_agreement(session, response_id, today)
    _forget_words(session, vault, response_id, now=now)
    return True


def expire(session: Session, vault: Vault, *, today: date, kept_for: timedelta, now: datetime, most: int = 200) -> int:
    """Delete what was kept as long as the notice promised, at most ``most`` responses at a time; how many."""
    old = session.execute(
        select(col(Response.id), col(Response.wave_id))
        .where(col(Response.state) == ResponseState.SUBMITTED, col(Response.day) < today - kept_for)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    ended = old.all()
    for response_id, wave_id in ended:
        _remove(session, response_id, wave_id, ResponseState.EXPIRED, today)
        vault.erase(response_id)
    if ended:
        audit.record(session, audit.WORKER, "responses.expired", "retention", {"count": len(ended)}, now=now)
    return len(ended)


def _remove(session: Session, response_id: str, wave_id: str, state: ResponseState, today: date) -> None:
    """Delete the answers of a response and everything made from them in the main database."""
    answer_ids = select(col(Answer.id)).where(col(Answer.response_id) == response_id)
    # Explicit, although the foreign keys cascade: what a withdrawal removes is read here.
    for table in (ThemeAssignment, AnswerVector, SuggestedCodes, DecidedCodes, ReleaseCodes):
        session.execute(delete(table).where(col(table.answer_id).in_(answer_ids)))
    session.execute(delete(Answer).where(col(Answer.response_id) == response_id))
    session.execute(delete(ReleaseMember).where(col(ReleaseMember.response_id) == response_id))
    session.execute(
        update(Response)
        .where(col(Response.id) == response_id)
        .values(
            state=state, day=today, receipt_hash=None, case_pseudonym=None, helped_by=None, help_reads=None,
            help_writes=None,
        )
    )  # fmt: skip
    for run_id in session.execute(select(col(ThemeRun.id)).where(col(ThemeRun.wave_id) == wave_id)).scalars().all():
        forget_rare_words(session, run_id)


def _end_agreement(session: Session, response_id: str, today: date) -> None:
    newest = session.execute(
        select(
            col(AgreementEvent.purpose), col(AgreementEvent.notice_version), col(AgreementEvent.notice_hash),
            col(AgreementEvent.language), col(AgreementEvent.told_by), func.max(col(AgreementEvent.sequence)).label("n"),
        )
        .where(col(AgreementEvent.response_id) == response_id)
        .group_by(
            col(AgreementEvent.purpose), col(AgreementEvent.notice_version), col(AgreementEvent.notice_hash),
            col(AgreementEvent.language), col(AgreementEvent.told_by),
        )
    ).all()  # fmt: skip
    last = {row.purpose: row for row in sorted(newest, key=lambda row: row.n)}
    session.execute(
        insert(AgreementEvent),
        [
            {
                "id": new_id(), "response_id": response_id, "purpose": row.purpose,
                "decision": Decision.WITHDRAWN.value, "sequence": row.n + 1, "day": today,
                "notice_version": row.notice_version, "notice_hash": row.notice_hash, "language": row.language,
                "told_by": row.told_by,
            }
            for row in last.values()
        ],
    )  # fmt: skip


NO_COMMON_WORD = "Short or mixed answers"
"""What a theme is called whose people share no word, as ``nlp.themes`` says it."""
PEOPLE_PER_WORD, PEOPLE_PER_WORD_IN_THEME = 5, 2
"""A theme's word must be used by this many different people in all answers, and in the theme itself, or the label
identifies (domain §2.5); the same rule by which ``nlp.themes`` chose it."""


_RUN_OF_LETTERS = re.compile(r"\w+")


def forget_rare_words(session: Session, run_id: str) -> None:
    """Drop the keywords of a run that too few people still use; labels the computer made of them go too."""
    texts = session.execute(
        select(
            col(ThemeAssignment.theme_id),
            func.coalesce(col(Response.case_pseudonym), cast(col(Response.id), String)),
            col(Answer.redacted_text),
        )
        .join(Answer, col(Answer.id) == col(ThemeAssignment.answer_id))
        .join(Response, col(Response.id) == col(Answer.response_id))
        .where(col(ThemeAssignment.run_id) == run_id, col(Answer.redaction) == RedactionState.DONE)
    ).all()
    said = [(theme_id, person, text or "") for theme_id, person, text in texts]
    themes = session.execute(
        select(col(Theme.id), col(Theme.keywords), col(Theme.label), col(Theme.suggested_label)).where(
            col(Theme.run_id) == run_id
        )
    ).all()
    users = _users({word for theme in themes for word in theme.keywords}, said)
    for theme in themes:
        kept = [word for word in theme.keywords if _is_shared(users[word], theme.id)]
        if kept == theme.keywords:
            continue
        fallback = ", ".join(kept[:3]).capitalize() or NO_COMMON_WORD
        if theme.suggested_label != ", ".join(theme.keywords[:3]).capitalize():
            fallback = theme.suggested_label  # a code's or a topic's name: nobody's words
        renamed = theme.label != theme.suggested_label
        session.execute(
            update(Theme)
            .where(col(Theme.id) == theme.id)
            .values(keywords=kept, suggested_label=fallback, label=theme.label if renamed else fallback)
        )


def _is_shared(users: Set[tuple[str, str]], theme_id: str) -> bool:
    everybody = {person for _, person in users}
    here = {person for theme, person in users if theme == theme_id}
    return len(everybody) >= PEOPLE_PER_WORD and len(here) >= PEOPLE_PER_WORD_IN_THEME


def _users(words: Set[str], said: Sequence[tuple[str, str, str]]) -> dict[str, set[tuple[str, str]]]:
    """Who uses each word as a whole word, and in which theme; each text is taken apart once, however many words there are."""
    users: dict[str, set[tuple[str, str]]] = {word: set() for word in words}
    by_part: dict[str, list[str]] = {}
    whole: dict[str, re.Pattern[str]] = {}
    for word in words:
        parts = _RUN_OF_LETTERS.findall(word.casefold())
        by_part.setdefault(parts[0] if parts else "", []).append(word)
        if parts != [word.casefold()]:  # an apostrophe: its first part alone does not tell
            whole[word] = re.compile(rf"\b{re.escape(word)}\b", re.IGNORECASE)
    for theme_id, person, text in said:
        for part in by_part.keys() & set(_RUN_OF_LETTERS.findall(text.casefold())):
            for word in by_part[part]:
                if word not in whole or whole[word].search(text):
                    users[word].add((theme_id, person))
    return users
