"""The reading queue: what waits and for how long, claim, read, decide, reopen.

The vault holds the queue and the words, the main database the audit trail. The trail is
written first, inside a transaction that only commits when the vault has moved the item:
of two people who claim at the same moment one gets ``wrong_state`` and no line.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlmodel import Session, col

from api import audit, published
from api.audit import Actor
from api.errors import Refused
from api.models import AdviserLink, AdviserRemark, Response, Staff, SurveyDraft
from api.models.responses import ResponseKind
from api.published import OpenedWave
from api.safeguard import contacts
from api.vault import CONTACT_DECISIONS, DECISIONS, File, Vault, WrittenWords
from api.vault.tables import ReadingItem, ReadingState
from nlp.screen import REASONS, TIERS
from survey_engine.definition import Question, Survey, words


def _(text: str) -> str:
    """Mark for translation."""
    return text


LOOK = {
    "picture": _("It is a picture. No computer has looked at it: only a person can."),
    "recording": _("It is a recording. No computer has listened to it: only a person can."),
}
"""Why a file stands in the queue, by what ``intake.LOOK_AT`` wrote there."""
_WHY = REASONS | LOOK | {"contact_asked": _("Somebody asks to be contacted.")}
URGENCY = TIERS[::-1]
"""The tiers, the most urgent first."""
FEWEST_FOR_A_SHARE = 10
"""Below so many judged texts a share says nothing, and only counts are shown."""
LONGEST_NOTE = 5_000
MOST_SHOWN = 500
"""As many items as the vault lists at once; the most urgent ones, so the rest waits behind them."""
SHORT_PSEUDONYM = 6
"""Letters of a case's pseudonym that are shown: enough to tell cases apart on one desk, too few to look one up."""


@dataclass(frozen=True, slots=True)
class Countdown:
    """How long until something is due, or since it was, in the largest unit that tells enough."""

    overdue: bool
    amount: int
    unit: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One item as the queue shows it: no words, nobody's name but the reader's."""

    id: str
    tier: str
    screened: bool
    reasons: tuple[str, ...]
    countdown: Countdown
    title: str
    wave: str
    question: Question | None
    asks_contact: bool
    state: ReadingState
    reader: str
    mine: bool
    decision: str
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class Queue:
    """Entries of one view, and how many there are in each."""

    entries: tuple[Entry, ...]
    waiting: int
    mine: int
    decided: int
    overdue: int


@dataclass(frozen=True, slots=True)
class Observer:
    """For an observation: who logged it and about which case. A respondent has neither."""

    name: str
    case: str


@dataclass(frozen=True, slots=True)
class Opened:
    """One item on its own page. ``words`` only for the person who claimed it; None also where they were deleted.

    ``file`` is the kind of a picture or recording ("image" or "audio"), shown by ``open_file``;
    ``request`` is what somebody wrote who asks to be contacted.
    """

    entry: Entry
    words: WrittenWords | None
    observer: Observer | None
    note: str
    file: str = ""
    request: contacts.Request | None = None
    can_judge: bool = False
    judged: str = ""


@dataclass(frozen=True, slots=True)
class OrderRow:
    """Texts the computer gave one tier: how many their readers gave each, in the order of ``TIERS``, most urgent first."""

    tier: str
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Order:
    """How often the computer's order was right, of the texts whose readers said so; ``share`` right only where enough did."""

    rows: tuple[OrderRow, ...]
    judged: int
    right: int
    sooner: int
    later: int
    share: int | None


def countdown(due_at: datetime, now: datetime) -> Countdown:
    """The time until ``due_at``, rounded down, so that nobody believes to have longer than they have.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    >>> countdown(noon + timedelta(minutes=90), noon)
    Countdown(overdue=False, amount=90, unit='minutes')
    >>> countdown(noon - timedelta(hours=50), noon)
    Countdown(overdue=True, amount=2, unit='days')
    """
    minutes = int(abs(due_at - now) / timedelta(minutes=1))
    overdue = due_at <= now
    if minutes < 120:
        return Countdown(overdue, minutes, "minutes")
    if minutes < 48 * 60:
        return Countdown(overdue, minutes // 60, "hours")
    return Countdown(overdue, minutes // (24 * 60), "days")


def queue(session: Session, vault: Vault, show: str, *, staff_id: str, now: datetime) -> Queue:
    """The queue, most urgent first: ``show`` is "waiting" (all undecided), "mine" or "decided"."""
    open_items, decided = vault.waiting(), vault.waiting(decided=True)
    mine = tuple(item for item in open_items if item.claimed_by == staff_id)
    shown = {"mine": mine, "decided": decided}.get(show, open_items)
    return Queue(
        entries=_entries(session, shown, staff_id=staff_id, now=now),
        waiting=len(open_items),
        mine=len(mine),
        decided=len(decided),
        overdue=sum(item.due_at <= now for item in open_items),
    )


def open_item(
    session: Session, vault: Vault, item_id: str, *, staff_id: str, actor: Actor, now: datetime,
    translate: Callable[[str], str] = str,
) -> Opened:  # fmt: skip
    """One item; with the words, and a line in the audit trail, for the person who has claimed it."""
    item = _item(vault, item_id)
    entry = _entries(session, (item,), staff_id=staff_id, now=now)[0]
    written, media_type = None, None
    if item.asks_contact:
        request = None
        if item.state == ReadingState.CLAIMED and entry.mine:
            audit.record(session, actor, "original.read", item_id, now=now)
            request = contacts.opened(session, vault, item.response_id, translate)
        return Opened(entry, None, None, vault.note(item), request=request)
    if item.state == ReadingState.CLAIMED and entry.mine:
        audit.record(session, actor, "original.read", item_id, now=now)
        written = next((one for one in vault.words(item.response_id) if one.question == item.question), None)
        media_type = vault.files.media_type(item.response_id, item.question)
    kind = (media_type or "").partition("/")[0]
    return Opened(
        entry, written, _observer(session, item.response_id), vault.note(item), kind,
        can_judge=_judged_by(item, staff_id), judged=vault.judged(item.case_id),
    )  # fmt: skip


def open_file(session: Session, vault: Vault, item_id: str, *, staff_id: str, actor: Actor, now: datetime) -> File:
    """The picture or recording of an item, for the person who has claimed it, with a line in the audit trail."""
    item = _item(vault, item_id)
    if item.state != ReadingState.CLAIMED or item.claimed_by != staff_id:
        raise Refused("wrong_state")
    file = vault.files.sent(item.response_id, item.question)
    if file is None:
        raise Refused("reading_gone")
    audit.record(session, actor, "original.read", item_id, now=now)
    return file


def claim(session: Session, vault: Vault, item_id: str, *, staff_id: str, actor: Actor, now: datetime) -> None:
    """Take an item to read it. Pressing twice is the same as once."""
    item = _item(vault, item_id)
    if item.state == ReadingState.CLAIMED and item.claimed_by == staff_id:
        return
    audit.record(session, actor, "reading.claimed", item_id, now=now)
    if not vault.claim(item_id, staff_id):
        raise Refused("wrong_state")


def decisions(*, asks_contact: bool) -> Mapping[str, str]:
    """What can be decided, with its words; on a request to be contacted first whether it was answered."""
    return CONTACT_DECISIONS | DECISIONS if asks_contact else DECISIONS


def decide(
    session: Session,
    vault: Vault,
    item_id: str,
    decision: str,
    note: str,
    *,
    staff_id: str,
    actor: Actor,
    now: datetime,
) -> bool:
    """A person's decision on what they claimed; False when it is none of ``decisions``."""
    if decision not in decisions(asks_contact=_item(vault, item_id).asks_contact):
        return False
    audit.record(session, actor, "reading.decided", item_id, {"decision": decision}, now=now)
    if not vault.decide(item_id, staff_id, decision, note[:LONGEST_NOTE], now=now):
        raise Refused("wrong_state")
    return True


def judge(
    session: Session, vault: Vault, item_id: str, tier: str, *, staff_id: str, actor: Actor, now: datetime
) -> None:
    """Keep how soon the reader of a text found that it should have been read. Saying it again corrects it."""
    if tier not in URGENCY:
        raise Refused("invalid_request")
    item = _item(vault, item_id)
    if not _judged_by(item, staff_id):
        raise Refused("wrong_state")
    audit.record(session, actor, "reading.judged", item_id, {"computer": item.tier, "reader": tier}, now=now)
    if not vault.judge(item_id, staff_id, tier):
        raise Refused("wrong_state")


def order(vault: Vault) -> Order:
    """How the computer's tiers compare with what readers said, over all texts that somebody judged."""
    counts = vault.judgements()
    place = {tier: number for number, tier in enumerate(URGENCY)}
    judged = sum(counts.values())
    right = sum(count for (tier, said), count in counts.items() if tier == said)
    sooner = sum(count for (tier, said), count in counts.items() if place[said] < place[tier])
    return Order(
        rows=tuple(OrderRow(tier, tuple(counts.get((tier, said), 0) for said in URGENCY)) for tier in URGENCY),
        judged=judged, right=right, sooner=sooner, later=judged - right - sooner,
        share=round(100 * right / judged) if judged >= FEWEST_FOR_A_SHARE else None,
    )  # fmt: skip


def reopen(session: Session, vault: Vault, item_id: str, *, actor: Actor, now: datetime) -> None:
    """Put a claimed or decided item back among those to read; anybody with the role may, so nothing is stuck."""
    _item(vault, item_id)
    audit.record(session, actor, "reading.reopened", item_id, now=now)
    if not vault.reopen(item_id):
        raise Refused("wrong_state")


def question_of(survey: Survey, name: str) -> Question | None:
    """The question that was answered, in whatever turn; a published version never loses one."""
    return survey.asked(name)


def titled(wave: OpenedWave) -> tuple[str, str]:
    """A wave in words: the survey's title, then label and area."""
    survey = wave.published.survey
    return words(survey.title, *survey.languages)[0], f"{wave.label}, {wave.area_name}"


def _judged_by(item: ReadingItem, staff_id: str) -> bool:
    """Whether this person may say where an item should have stood: they read it, and the computer had read words."""
    return item.screened and not item.asks_contact and item.claimed_by == staff_id and not LOOK.keys() & {*item.reasons}


def _item(vault: Vault, item_id: str) -> ReadingItem:
    item = vault.item(item_id)
    if item is None:
        raise Refused("reading_gone")
    return item


def _entries(session: Session, items: Sequence[ReadingItem], *, staff_id: str, now: datetime) -> tuple[Entry, ...]:
    waves = {wave_id: published.wave(session, wave_id) for wave_id in {item.wave_id for item in items} if wave_id}
    said_by_advisers = _advised(session, [item for item in items if item.draft_id])
    readers = _names(session, {item.claimed_by for item in items if item.claimed_by})
    entries = []
    for item in items:
        wave = waves[item.wave_id] if item.wave_id else None
        title, label, question = said_by_advisers.get(item.id, ("", "", None))
        if wave is not None:
            (title, label), question = titled(wave), question_of(wave.published.survey, item.question)
        entries.append(
            Entry(
                id=item.id, tier=item.tier, screened=item.screened, reasons=_sentences(item),
                countdown=countdown(item.due_at, now), title=title, wave=label,
                question=question, asks_contact=item.asks_contact,
                state=ReadingState(item.state), reader=readers.get(item.claimed_by or "", ""),
                mine=item.claimed_by == staff_id,
                decision=decisions(asks_contact=item.asks_contact).get(item.decision or "", ""),
                decided_at=item.decided_at,
            )
        )  # fmt: skip
    return tuple(entries)


def _advised(session: Session, items: Sequence[ReadingItem]) -> dict[str, tuple[str, str, Question | None]]:
    """For texts on drafts, by item: the draft's title, who said it as far as they are named, and the question."""
    drafts = {
        row.id: row
        for row in session.execute(
            select(col(SurveyDraft.id), col(SurveyDraft.title), col(SurveyDraft.definition)).where(
                col(SurveyDraft.id).in_({item.draft_id for item in items})
            )
        )
    }
    surveys = {draft_id: Survey.model_validate(row.definition) for draft_id, row in drafts.items()}
    named = {
        row.id: row.label if row.credit in ("", row.label) else f"{row.label}, {row.credit}"
        for row in session.execute(
            select(col(AdviserRemark.id), col(AdviserRemark.credit), col(AdviserLink.label))
            .join(AdviserLink, col(AdviserLink.id) == col(AdviserRemark.link_id))
            .where(col(AdviserRemark.id).in_([item.response_id for item in items]))
        )
    }
    return {
        item.id: (
            drafts[item.draft_id].title,
            f"Young advisers: {named.get(item.response_id, '')}".removesuffix(": "),
            question_of(surveys[item.draft_id], item.question),
        )
        for item in items
        if item.draft_id in drafts
    }


def _sentences(item: ReadingItem) -> tuple[str, ...]:
    """Why the computer put it where it is; nothing where it has not looked. A rule that is gone keeps its name."""
    return tuple(_WHY.get(reason, reason) for reason in item.reasons) if item.screened else ()


def _names(session: Session, staff_ids: set[str]) -> dict[str, str]:
    rows = session.execute(select(col(Staff.id), col(Staff.display_name)).where(col(Staff.id).in_(staff_ids)))
    return {row.id: row.display_name for row in rows}


def _observer(session: Session, response_id: str) -> Observer | None:
    row = session.execute(
        select(col(Response.case_pseudonym), col(Staff.display_name))
        .join(Staff, col(Staff.id) == col(Response.logged_by))
        .where(col(Response.id) == response_id, col(Response.kind) == ResponseKind.OBSERVATION)
    ).first()
    return None if row is None else Observer(row.display_name, (row.case_pseudonym or "")[:SHORT_PSEUDONYM])
