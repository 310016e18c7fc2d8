"""The audit trail: one verb, ``record``, in the caller's own transaction; what was done and by whom, never words.

Each line carries the hash of the one before, so a line cannot be changed or taken out
unseen (``verify``). What respondents do is recorded by the day and by the wave only:
a moment or a response here would undo the pseudonyms next door.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any

from sqlalchemy import insert, select, text
from sqlmodel import Session, col

from api.models import AuditEvent

KINDS: dict[str, str] = {
    "staff.signed_in": "someone signed in",
    "staff.signed_out": "someone signed out",
    "staff.added": "an account was made",
    "staff.closed": "an account was closed",
    "staff.reopened": "a closed account was opened again",
    "staff.link_made": "a one-time sign-in link was made",
    "staff.password_set": "someone set their password",
    "survey.imported": "a survey file was read",
    "survey.draft_started": "a draft of a survey was begun",
    "survey.draft_changed": "one change was made to a draft (its kind, the item's name)",
    "survey.draft_undone": "the last change of a draft was taken back",
    "survey.draft_discarded": "a draft was put away",
    "survey.draft_reopened": "a draft was taken out again",
    "survey.draft_deleted": "a draft that was put away was deleted for good",
    "survey.media_added": "a picture or recording was stored for surveys",
    "survey.ticked": "something was ticked off before publishing (a sign-off with its name, day and reference)",
    "survey.unticked": "such a tick was taken away",
    "survey.draft_published": "a draft was published as a version",
    "survey.published": "a version was published and a wave opened",
    "wave.closed": "a wave was closed",
    "wave.reopened": "a closed wave was opened again",
    "language.checked": "someone recorded who read the translations of a language (the checker's name, a count)",
    "language.check_ended": "a language of the pages was taken back from children",
    "invitation.made": "a way in was made",
    "invitation.pairs_made": "pairs of ways in were made, for a child and for the adult who may say yes (a count)",
    "kiosk.made": "a tablet was set up for a wave",
    "kiosk.opened": "a tablet was put into use by its link",
    "kiosk.ended": "a tablet was taken out of use, by its PIN or by an officer",
    "paper.typed_in": "someone typed in a form that was filled in on paper (wave only)",
    "advisers.invited": "a link for a group of young advisers was made",
    "advisers.closed": "a link for young advisers was closed",
    "remarks.read": "someone who designs surveys was shown words of young advisers (a count)",
    "remark.taken_up": "someone took up what a young adviser said",
    "remark.refused": "someone refused what a young adviser said, with a reason",
    "remark.withdrawn": "a young adviser took back what they had said (day and draft only)",
    "remarks.expired": "words of young advisers were deleted because their time was over (a count)",
    "permission.said": "an adult said yes or no to a child being asked, or changed it (day and wave only)",
    "response.withdrawn": "a respondent deleted their answers (day and wave only)",
    "responses.expired": "answers were deleted because their time was over (a count)",
    "contacts.expired": "requests to be contacted were deleted because their time was over (a count)",
    "observation.logged": "a practitioner logged an observation",
    "case.linked": "a case reference was given its pseudonym",
    "case.unlinked": "a case was taken off a practitioner's list",
    "original.read": "someone with the role read original words in the vault, or looked at a picture or listened to a recording there",
    "reading.claimed": "someone took an item of the reading queue",
    "reading.decided": "someone decided what happens with an item",
    "reading.judged": "a reader said how soon a text should have been read, beside what the computer had said",
    "reading.reopened": "someone put an item back among those to read",
    "redaction.reviewed": "someone checked a redaction by hand, or took a text in use back to be checked",
    "themes.requested": "a theme run was asked for",
    "themes.fitted": "a theme run was stored; how many decisions of the run before went with their themes",
    "theme.renamed": "a theme was renamed",
    "theme.merged": "a theme was merged into another",
    "theme.approved": "a theme was approved",
    "theme.rejected": "a theme was rejected",
    "theme.reopened": "a decision on a theme was undone",
    "theme.paired": "an indicator was set beside a theme",
    "theme.unpaired": "an indicator was taken from beside a theme",
    "frame.added": "a version of a code frame was uploaded and put in use (its number)",
    "frame.used": "a version of a code frame that was there already was made the one in use",
    "codes.requested": "codes for the answers of a wave were asked for",
    "codes.suggested": "the codes the computer suggests for a wave were stored (counts)",
    "codes.reviewed": "someone decided on the codes of one answer (counts only: neither the answer nor the codes)",
    "codes.review_undone": "a decision on the codes of one answer was taken back",
    "reply.saved": "a draft of what is written back to young people was saved",
    "reply.published": "what is written back to young people was published",
    "reply.taken_back": "a published reply was taken back to be changed",
    "measures.imported": "a file of administrative measures was imported",
    "release.requested": "coded voice data was asked for",
    "release.released": "a second person released it",
    "release.refused": "a second person refused it",
    "release.ended": "a release was ended",
    "release.downloaded": "a released file was made and handed out",
}
"""Every kind of event there is; an unknown one is a bug."""

FIRST = "0" * 64
CHAIN_LOCK = 824_150_1


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did it: a member of staff (``id``, ``role``), or ``respondent``, ``worker``, ``command line``, ``tablet``."""

    id: str
    role: str


RESPONDENT = Actor("respondent", "respondent")
WORKER = Actor("worker", "worker")
TABLET = Actor("tablet", "kiosk")
"""Somebody at a tablet that stands somewhere: with its link, or with its PIN."""
COMMAND_LINE = Actor("command line", "administrator")


def record(
    session: Session, actor: Actor, kind: str, subject: str, details: Mapping[str, Any] | None = None, *, now: datetime
) -> None:
    """Append one event to the trail, within the caller's transaction."""
    if kind not in KINDS:
        raise KeyError(f"unknown kind of audit event: {kind}")
    if actor is RESPONDENT:
        now = datetime.combine(now.date(), time(0), tzinfo=UTC)
    if session.get_bind().dialect.name == "postgresql":
        # One writer at a time: two events must not both follow the same one.
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": CHAIN_LOCK})
    previous = session.execute(
        select(col(AuditEvent.hash)).order_by(col(AuditEvent.sequence).desc()).limit(1)
    ).scalar_one_or_none()
    line: dict[str, Any] = {
        "at": now,
        "actor": actor.id,
        "role": actor.role,
        "kind": kind,
        "subject": subject,
        "details": dict(details or {}),
        "previous_hash": previous or FIRST,
    }
    session.execute(insert(AuditEvent).values(**line, hash=_hash(line)))


def verify(session: Session) -> int | None:
    """The sequence number of the first event that does not follow from the one before; None when the chain is whole."""
    expected = FIRST
    events: Iterable[AuditEvent] = session.execute(select(AuditEvent).order_by(col(AuditEvent.sequence))).scalars()
    for event in events:
        line = event.model_dump(exclude={"sequence", "hash"})
        if event.previous_hash != expected or _hash(line) != event.hash:
            return event.sequence
        expected = event.hash
    return None


def _hash(line: Mapping[str, Any]) -> str:
    canonical = json.dumps({**line, "at": line["at"].isoformat()}, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()
