"""Answers on their way: one sealed document per draft, which only the phone that writes it can open.

The cookie holds ``d.<response>.<secret>``; the row holds a fingerprint of the secret (to
let the right phone in) and the answers sealed under the secret itself. Who has the
database but not the phone sees that somebody is answering, and nothing more. Somebody who
wants to come back on another phone asks for three words, which open the same (``ways``).
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import bindparam, delete, insert, select, update
from sqlmodel import Session, col

from api import security
from api.intake import NewResponse, record_agreement
from api.keyring import Keyring, open_with, seal_with
from api.models import DraftWords, Invitation, Response, Wave
from api.models.columns import new_id, sa_table
from api.models.responses import ResponseKind, ResponseState
from api.published import WAVE_COLUMNS, OpenedWave, opened, version
from survey_engine.answers import Answer, Answers, AnswerState, from_json, to_json
from survey_engine.collection import Mode
from survey_engine.consent import Decision, Purpose
from survey_engine.definition import Survey
from survey_engine.situation import ORDER_SEED, plan_of

_PREFIX = "d"
_DELIVERED = "~delivered"
"""Where a draft remembers which deliveries it has had; no question can have such a name."""
_MOST_DELIVERIES = 400
_SEEDS = 2**31
"""As many orders as there can be; a whole number that every database and export holds."""
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# The two statements of every page, made once and on plain tables: building them anew for
# each request was a fifth of a journey's processor time.
_responses, _waves = sa_table(Response), sa_table(Wave)
_FIND = (
    select(
        _responses.c.language, _responses.c.day, _responses.c.mode, _responses.c.draft_answers, _responses.c.invitation_id,
        *(_waves.c[column.key] for column in WAVE_COLUMNS),
    )
    .join_from(_responses, _waves, _waves.c.id == _responses.c.wave_id)
    .where(_responses.c.id == bindparam("of"), _responses.c.draft_token_hash == bindparam("fingerprint"))
)  # fmt: skip
_FIND_AND_HOLD = _FIND.with_for_update(of=_responses)
_SAVE = update(_responses).where(_responses.c.id == bindparam("of")).values(draft_answers=bindparam("sealed"))


@dataclass(frozen=True, slots=True)
class Way:
    """The way back into one draft, as the cookie holds it."""

    response_id: str
    secret: str

    @property
    def cookie(self) -> str:
        """The cookie's value."""
        return f"{_PREFIX}.{self.response_id}.{self.secret}"


@dataclass(frozen=True, slots=True)
class Draft:
    """One person's answers so far."""

    way: Way
    wave: OpenedWave
    language: str
    started: date
    invitation_id: str | None
    answers: dict[str, Answer]
    mode: Mode = Mode.WEB
    delivered: tuple[str, ...] = ()
    """The idempotency keys of answers that waited on a phone and have arrived: what comes again changes nothing."""


def way_in(cookie: str) -> Way | None:
    """The way in a cookie's value; None when it holds something else."""
    prefix, _, rest = cookie.partition(".")
    response_id, _, secret = rest.partition(".")
    return Way(response_id, secret) if prefix == _PREFIX and _ID.fullmatch(response_id) and len(secret) >= 40 else None


def beginning(survey: Survey) -> dict[str, Answer]:
    """What a draft holds before the first question: the seed of its orders, where the survey shuffles anything."""
    if not plan_of(survey).shuffles:
        return {}
    return {ORDER_SEED: Answer(AnswerState.ANSWERED, secrets.randbelow(_SEEDS))}


def start(
    session: Session, keyring: Keyring, wave: OpenedWave, invitation_id: str | None, language: str,
    choices: Mapping[Purpose, Decision], *, today: date, begun: Answers | None = None, mode: Mode = Mode.WEB,
) -> Way:  # fmt: skip
    """A new draft with its agreement, holding what it ``begun`` with. The caller has made sure that taking part was agreed to."""
    way = Way(new_id(), security.new_token())
    session.execute(
        insert(Response).values(
            id=way.response_id, wave_id=wave.id, kind=ResponseKind.SURVEY, state=ResponseState.DRAFT,
            language=language, day=today, draft_token_hash=keyring.fingerprint("draft", way.secret),
            draft_answers=_sealed(way, begun or {}), invitation_id=invitation_id, mode=mode,
        )
    )  # fmt: skip
    told_by = "paper" if mode is Mode.PAPER else "self"
    new = NewResponse(way.response_id, wave, ResponseKind.SURVEY, language, today, told_by=told_by)
    record_agreement(session, new, choices)
    return way


def find(session: Session, keyring: Keyring, way: Way, *, lock: bool = False) -> Draft | None:
    """The draft behind a cookie; None when it is unknown, was sent, or ran out and was deleted.

    ``lock`` holds other writers of the same draft off until the caller commits.
    """
    where = {"of": way.response_id, "fingerprint": keyring.fingerprint("draft", way.secret)}
    row = session.execute(_FIND_AND_HOLD if lock else _FIND, where).one_or_none()
    if row is None:
        return None
    language, started, mode, sealed, invitation_id, *wave, version_id = row
    stored = json.loads(open_with(way.secret, sealed, context=way.response_id))
    delivered = tuple(stored.pop(_DELIVERED, ()))
    return Draft(
        way,
        opened(wave, version(session, version_id)),
        language,
        started,
        invitation_id,
        {name: from_json(answer) for name, answer in stored.items()},
        Mode(mode),
        delivered,
    )


def save(session: Session, draft: Draft, answers: Answers, *, delivery: str = "") -> None:
    """Replace a draft's answers; ``delivery`` is the idempotency key they came with, if they came with one."""
    delivered = (*draft.delivered, delivery) if delivery else draft.delivered
    session.execute(_SAVE, {"of": draft.way.response_id, "sealed": _sealed(draft.way, answers, delivered)})


def invitation(session: Session, invitation_id: str) -> tuple[bool, bool] | None:
    """(single use, used) of an invitation, locked: two phones with one code must not both send."""
    row = session.execute(
        select(col(Invitation.single_use), col(Invitation.used))
        .where(col(Invitation.id) == invitation_id)
        .with_for_update()
    ).one_or_none()
    return None if row is None else (row.single_use, row.used)


def use_up(session: Session, invitation_id: str) -> None:
    """Mark an invitation as used: a yes without a time."""
    session.execute(update(Invitation).where(col(Invitation.id) == invitation_id).values(used=True))


def purge(session: Session, *, today: date, lifetime: timedelta) -> tuple[str, ...]:
    """Empty drafts nobody finished; their ids, so that the caller erases what a failed sending left in the vault."""
    ended = session.execute(
        update(Response)
        .where(col(Response.state) == ResponseState.DRAFT, col(Response.day) < today - lifetime)
        .values(state=ResponseState.EXPIRED, draft_token_hash=None, draft_answers=None, invitation_id=None)
        .returning(col(Response.id))
    )
    ids = tuple(ended.scalars())
    session.execute(delete(DraftWords).where(col(DraftWords.response_id).in_(ids)))
    return ids


def _sealed(way: Way, answers: Answers, delivered: tuple[str, ...] = ()) -> bytes:
    document: dict[str, object] = {name: to_json(answer) for name, answer in answers.items()}
    if delivered:
        document[_DELIVERED] = delivered[-_MOST_DELIVERIES:]
    plain = json.dumps(document, ensure_ascii=False)
    return seal_with(way.secret, plain.encode("utf-8", "surrogatepass"), context=way.response_id)
