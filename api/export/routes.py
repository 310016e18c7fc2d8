"""Releases over HTTP: a researcher's list and request, a second person's decision, the download."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from api import permissions, published
from api.errors import Refused
from api.export import content, service
from api.models.releases import ReleaseState
from api.pages import Summary
from api.permissions import Action
from api.security import Principal
from api.wiring import Fields, Joined, Parts, SignedIn, StaffForm, allowed, one, see_other, staff_page
from survey_engine.definition import words
from survey_engine.disclosure import Policy

router = APIRouter(include_in_schema=False)


def _(text: str) -> str:
    """Mark for translation."""
    return text


SENTENCES = {
    "unknown_wave": _("Choose one of the waves in the list."),
    "purpose_too_short": _("Say what the data are for: at least 20 letters, so that a second person can decide."),
    "too_few_answers": _("Too few people of this wave agreed to research so far. Choose another wave, or wait."),
    "too_alike": _(
        "Almost the same people were released or asked for before; the few who differ could be singled out. "
        "Wait until at least {threshold} more have answered, or use the earlier release."
    ),
    "too_alike_to_release": _(
        "Almost the same people were released before; the few who differ could be singled out. "
        "Refuse this one, and say that the earlier release can be used."
    ),
    "unknown_codes": _("Choose one of the ways in the list."),
    "not_coded": _(
        "The answers of this wave are not coded yet. Ask without codes, or have a participation officer code them first."
    ),
    "codes_too_alike": _(
        "Codes of this wave were released or asked for before, and only a few people’s are different now; they could be "
        "singled out. Use the earlier release, or ask without codes."
    ),
    "codes_too_alike_to_release": _(
        "Codes of this wave were released before, and only a few people’s are different here; they could be singled out. "
        "Refuse this one, and say that the earlier release can be used."
    ),
    "note_missing": _("Write why. The next person who asks will read it here."),
    "unknown_decision": _("Press Release or Refuse."),
}
FLASHES = {
    "requested": _("Asked for. A second person has to release it before you can download it."),
    "released": _("Released. The person who asked can download it now."),
    "refused": _("Refused. The person who asked can read your reason."),
    "ended": _("Ended. It cannot be downloaded any more."),
}


def requester_or_decider(principal: SignedIn) -> Principal:
    """A guard: whoever may ask for data or decide on it."""
    if not permissions.may(principal.role, Action.REQUEST_RELEASE):
        permissions.check(principal.role, Action.DECIDE_RELEASE)
    return principal


Researcher = Annotated[Principal, Depends(allowed(Action.REQUEST_RELEASE))]
Decider = Annotated[Principal, Depends(allowed(Action.DECIDE_RELEASE))]
Either = Annotated[Principal, Depends(requester_or_decider)]


@router.get("/export")
def requests(parts: Parts, person: Either, done: str = "") -> Response:
    """A researcher's own requests and the form to ask; for deciders everybody's requests."""
    return _list_page(parts, person, flash=FLASHES.get(done, ""))


@router.post("/export/request")
def request(parts: Parts, person: Researcher, fields: StaffForm) -> Response:
    """Ask for the data of one wave."""
    with parts.main.writing() as session:
        result = service.request(
            session,
            wave_id=_uuid(one(fields, "wave", limit=36)),
            purpose=one(fields, "purpose"),
            with_texts=one(fields, "texts") == "yes",
            with_codes=one(fields, "codes", limit=10),
            staff_id=person.staff_id,
            actor=person.actor,
            policy=_policy(parts),
            now=parts.clock(),
        )
    if isinstance(result, str):
        return see_other(f"/export/{result}?done=requested")
    return _list_page(parts, person, problems=[_told(parts, problem) for problem in result], fields=fields)


@router.get("/export/{release_id}")
def release(parts: Parts, person: Either, release_id: UUID, done: str = "") -> Response:
    """What a release would hold now, and where it stands."""
    return _release_page(parts, person, str(release_id), flash=FLASHES.get(done, ""))


@router.post("/export/{release_id}/decide")
def decide(parts: Parts, person: Decider, release_id: UUID, fields: StaffForm) -> Response:
    """Release or refuse, as the second person."""
    decision = one(fields, "decision")
    with parts.main.writing() as session:
        problem = service.decide(
            session,
            parts.keyring,
            str(release_id),
            decision,
            one(fields, "note"),
            staff_id=person.staff_id,
            actor=person.actor,
            policy=_policy(parts),
            now=parts.clock(),
        )
    if problem is not None:
        return _release_page(parts, person, str(release_id), problems=[_told(parts, problem)])
    return see_other(f"/export/{release_id}?done={'released' if decision == 'release' else 'refused'}")


@router.post("/export/{release_id}/end")
def end(parts: Parts, person: Decider, release_id: UUID, fields: StaffForm) -> Response:
    """Hand the file out no more."""
    with parts.main.writing() as session:
        service.end(session, str(release_id), actor=person.actor, now=parts.clock())
    return see_other(f"/export/{release_id}?done=ended")


@router.get("/export/{release_id}/file")
def download(parts: Parts, person: Researcher, release_id: UUID) -> Response:
    """The file, for the one who asked for it, made anew from what is there now."""
    # A writing session from the start: a withdrawal is either in this file or waits until it is made.
    with parts.main.writing() as session:
        _check_own(content.asked(session, str(release_id)), person)
        file = service.hand_out(
            session, parts.keyring, str(release_id), actor=person.actor, policy=_policy(parts), now=parts.clock()
        )
    return Response(
        file.data, media_type="application/zip", headers={"content-disposition": f'attachment; filename="{file.name}"'}
    )


def _list_page(
    parts: Joined,
    person: Principal,
    *,
    problems: list[Summary] | None = None,
    fields: Fields | None = None,
    flash: str = "",
) -> Response:
    may_ask = permissions.may(person.role, Action.REQUEST_RELEASE)
    with parts.main.reading() as session:
        asked = content.all_asked(session, by=person.staff_id if may_ask else None)
        waves = published.waves(session) if may_ask else ()
    given = fields or {}
    return staff_page(
        parts, person, "export/requests.html", path="/export", status=422 if problems else 200,
        # what waits for a decision first; within that the newest first, as they come
        asked=sorted(asked, key=lambda request: request.state is not ReleaseState.REQUESTED),
        waves=[(wave.id, f"{_title(wave)} · {wave.label} · {wave.area_name}") for wave in waves],
        may_ask=may_ask, problems=problems or [], flash=flash,
        given={name: one(given, name) for name in ("wave", "purpose", "texts", "codes")}, title=_title,
    )  # fmt: skip


def _release_page(
    parts: Joined, person: Principal, release_id: str, *, problems: list[Summary] | None = None, flash: str = ""
) -> Response:
    policy = _policy(parts)
    with parts.main.reading() as session:
        if not permissions.may(person.role, Action.DECIDE_RELEASE):
            _check_own(content.asked(session, release_id), person)
        asked, holds = service.look(session, parts.keyring, release_id, policy)
    return staff_page(
        parts, person, "export/release.html", path="/export", status=422 if problems else 200,
        asked=asked, holds=holds, threshold=policy.threshold, problems=problems or [], flash=flash, title=_title,
        is_mine=asked.requested_by == person.staff_id,
        may_decide=permissions.may(person.role, Action.DECIDE_RELEASE) and asked.requested_by != person.staff_id,
        may_download=permissions.may(person.role, Action.REQUEST_RELEASE) and asked.state is ReleaseState.RELEASED,
    )  # fmt: skip


def _check_own(asked: content.Asked | None, person: Principal) -> None:
    # "Not found", not "not yours": somebody else's request is nothing to know about.
    if asked is None or asked.requested_by != person.staff_id:
        raise Refused("not_found")


def _told(parts: Joined, problem: service.FormProblem) -> Summary:
    # The threshold, not how many are missing: that would tell how few differ.
    sentence = parts.pages.translator("en")(SENTENCES[problem.code])
    return Summary(problem.field, sentence.replace("{threshold}", str(_policy(parts).threshold)))


def _title(wave: published.OpenedWave) -> str:
    survey = wave.published.survey
    return words(survey.title, *survey.languages)[0]


def _policy(parts: Joined) -> Policy:
    return Policy(threshold=parts.settings.disclosure_threshold)


def _uuid(text: str) -> str:
    """The identifier in a form field; one nothing has where it is none."""
    try:
        return str(UUID(text))
    except ValueError:
        return str(UUID(int=0))
