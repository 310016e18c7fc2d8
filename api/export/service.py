"""The steps of a release: ask, decide (a second person), end, hand out.

Each step takes a writing session and leaves its line in the audit trail in the same
transaction. A step that finds the request in another state than it needs refuses with
``wrong_state``: two people decided at once, or the page was old.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlmodel import Session, col

from api import audit, permissions, published
from api.audit import Actor
from api.errors import Refused
from api.export import codes, members, package
from api.export.codes import Chosen, Gathered
from api.export.content import Asked, Content, asked, content
from api.keyring import Keyring
from api.models import AdviserRemark, Release, ReleaseMember, SurveyDraft, SurveyVersion, Wave
from api.models.columns import new_id
from api.models.drafts import RemarkKind
from api.models.releases import ReleaseState
from survey_engine.coproduction import Tally, tallies
from survey_engine.disclosure import Policy

SHORTEST_PURPOSE = 20
LONGEST_TEXT = 2_000

PROBLEMS: dict[str, str] = {
    "unknown_wave": "the wave is none of those offered",
    "purpose_too_short": f"the purpose has fewer than {SHORTEST_PURPOSE} characters",
    "too_few_answers": "fewer people than the threshold agreed to research",
    "too_alike": "rows of a few people only would tell this from what was released or asked for before",
    "too_alike_to_release": "the same, found when somebody decides: another request was released meanwhile",
    "unknown_codes": "the kind of codes is none of those offered",
    "not_coded": "the wave's answers have no codes yet",
    "codes_too_alike": "what codes a few people have would tell this from what was released or asked for before",
    "codes_too_alike_to_release": "the same, found when somebody decides: another request was released meanwhile",
    "note_missing": "a decision that somebody may ask about later has no reason",
    "unknown_decision": "neither release nor refuse was pressed",
}
"""What can be wrong with a form, by code; the page has the sentence."""


@dataclass(frozen=True, slots=True)
class FormProblem:
    """Something in a form to mend."""

    field: str
    code: str


@dataclass(frozen=True, slots=True)
class Package:
    """A file to hand out."""

    name: str
    data: bytes


def request(
    session: Session,
    *,
    wave_id: str,
    purpose: str,
    with_texts: bool,
    with_codes: str = "",
    staff_id: str,
    actor: Actor,
    policy: Policy,
    now: datetime,
) -> str | tuple[FormProblem, ...]:
    """Ask for a wave's data and fix who is in it; the id of the request, or what to mend.

    Exactly those who agree to research now are in it: nobody comes in later. ``with_codes`` is one of
    ``codes.Chosen``, empty for none; they too stay as they are now.
    """
    problems = []
    if published.wave(session, wave_id) is None:
        problems.append(FormProblem("wave", "unknown_wave"))
    if len(purpose) < SHORTEST_PURPOSE:
        problems.append(FormProblem("purpose", "purpose_too_short"))
    if with_codes not in ("", *Chosen):
        problems.append(FormProblem("codes", "unknown_codes"))
    if problems:
        return tuple(problems)
    members.hold_wave(session, wave_id)
    rows = members.usable_now(session, wave_id)
    if members.people(rows) < policy.threshold:
        return (FormProblem("wave", "too_few_answers"),)
    if members.too_alike(session, wave_id, rows, policy, asked_by=staff_id):
        return (FormProblem("wave", "too_alike"),)
    manifest: dict[str, Any] = {"with_texts": with_texts}
    gathered: Gathered | None = None
    if with_codes:
        gathered = codes.gather(session, wave_id, rows, Chosen(with_codes), policy)
        if gathered is None:
            return (FormProblem("codes", "not_coded"),)
        told = gathered.manifest
        if codes.too_alike(
            session, wave_id, told["frame_name"], told["apart"], told["together"], gathered.holders, set(rows),
            members.earlier(staff_id), policy,
        ):  # fmt: skip
            return (FormProblem("codes", "codes_too_alike"),)
        manifest["codes"] = told
    release_id = new_id()
    session.execute(
        insert(Release).values(
            id=release_id, wave_id=wave_id, purpose=purpose[:LONGEST_TEXT], state=ReleaseState.REQUESTED,
            requested_by=staff_id, requested_at=now, decision_note="", manifest=manifest,
        )
    )  # fmt: skip
    session.execute(
        insert(ReleaseMember), [{"release_id": release_id, "response_id": response_id} for response_id in rows]
    )
    if gathered is not None:
        codes.fix(session, release_id, gathered)
    details = {"wave": wave_id, "texts": with_texts, "codes": with_codes or "none"}
    audit.record(session, actor, "release.requested", release_id, details, now=now)
    return release_id


def decide(
    session: Session,
    keyring: Keyring,
    release_id: str,
    decision: str,
    note: str,
    *,
    staff_id: str,
    actor: Actor,
    policy: Policy,
    now: datetime,
) -> FormProblem | None:
    """Release (``decision`` "release") or refuse ("refuse") what somebody else asked for; or what to mend.

    A refusal needs a reason, and so does a release that somebody could ask about later:
    with own words in it, or with answers that few people gave.
    """
    found = asked(session, release_id)
    if found is None:
        raise Refused("not_found")
    permissions.check_second_person(staff_id, found.requested_by)
    if found.state is not ReleaseState.REQUESTED:
        raise Refused("wrong_state")
    if decision not in ("release", "refuse"):
        return FormProblem("note", "unknown_decision")
    needs_reason = decision == "refuse"
    if decision == "release":
        holds = content(session, keyring, found, policy)
        if holds is None:
            raise Refused("too_few_answers")
        members.hold_wave(session, found.wave.id)
        rows = members.of_release(session, found.wave.id, release_id)
        if members.too_alike(session, found.wave.id, rows, policy):
            return FormProblem("note", "too_alike_to_release")
        if found.codes is not None and codes.too_alike(
            session, found.wave.id, found.codes.frame.id, found.codes.apart, found.codes.together,
            codes.kept_holders(session, found.wave.id, release_id), rows, members.earlier(), policy,
        ):  # fmt: skip
            return FormProblem("note", "codes_too_alike_to_release")
        needs_reason = bool(holds.to_review or holds.texts)
    if needs_reason and not note:
        return FormProblem("note", "note_missing")
    state = ReleaseState.RELEASED if decision == "release" else ReleaseState.REFUSED
    _move(
        session, release_id, ReleaseState.REQUESTED,
        {"state": state, "decided_by": staff_id, "decided_at": now, "decision_note": note[:LONGEST_TEXT]},
    )  # fmt: skip
    audit.record(session, actor, f"release.{state.value}", release_id, now=now)
    return None


def end(session: Session, release_id: str, *, actor: Actor, now: datetime) -> None:
    """From now on the file is not handed out any more; who needs it asks again."""
    _move(session, release_id, ReleaseState.RELEASED, {"state": ReleaseState.ENDED})
    audit.record(session, actor, "release.ended", release_id, now=now)


def hand_out(
    session: Session, keyring: Keyring, release_id: str, *, actor: Actor, policy: Policy, now: datetime
) -> Package:
    """Make the file of a released request from the data as they are now, and say so in the audit trail.

    Refuses with ``wrong_state`` what is not released, with ``too_few_answers`` what
    withdrawals have made too small.
    """
    found = asked(session, release_id)
    if found is None:
        raise Refused("not_found")
    if found.state is not ReleaseState.RELEASED:
        raise Refused("wrong_state")
    holds = content(session, keyring, found, policy)
    if holds is None:
        raise Refused("too_few_answers")
    audit.record(session, actor, "release.downloaded", release_id, {"people": holds.people}, now=now)
    votes = advisers_votes(session, found.wave.published.name)
    return Package(package.file_name(holds), package.archive(holds, votes, made_on=now.date()))


def advisers_votes(session: Session, survey_name: str) -> dict[str, Tally]:
    """The votes of young advisers on drafts of this survey, by the hash of the wording they were for."""
    rows = session.execute(
        select(col(AdviserRemark.wording_hash), col(AdviserRemark.vote))
        .join(SurveyDraft, col(SurveyDraft.id) == col(AdviserRemark.draft_id))
        .where(col(SurveyDraft.name) == survey_name, col(AdviserRemark.kind) == RemarkKind.VOTE)
    )
    return tallies((row[0], row[1]) for row in rows)


def latest_released(session: Session, survey_name: str) -> str | None:
    """The request for a wave of this survey that was released last; None where none is released now."""
    return session.execute(
        select(col(Release.id))
        .join(Wave, col(Wave.id) == col(Release.wave_id))
        .join(SurveyVersion, col(SurveyVersion.id) == col(Wave.survey_version_id))
        .where(col(SurveyVersion.name) == survey_name, col(Release.state) == ReleaseState.RELEASED)
        .order_by(col(Release.decided_at).desc(), col(Release.id))
        .limit(1)
    ).scalar_one_or_none()


def look(session: Session, keyring: Keyring, release_id: str, policy: Policy) -> tuple[Asked, Content | None]:
    """A request and what it would hold now, if that is enough people to say; ``not_found`` for an unknown one."""
    found = asked(session, release_id)
    if found is None:
        raise Refused("not_found")
    return found, content(session, keyring, found, policy)


def _move(session: Session, release_id: str, state: ReleaseState, values: dict[str, object]) -> None:
    moved = session.execute(
        update(Release)
        .where(col(Release.id) == release_id, col(Release.state) == state)
        .values(**values)
        .returning(col(Release.id))
    ).first()
    if moved is None:
        raise Refused("wrong_state")
