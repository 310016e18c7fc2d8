"""What an officer writes back to those who answered one wave: saved as a draft, published when checked, changed again.

The words go to young people as they are typed, so nothing here is computed from answers;
the person confirms that no words, names or small numbers of theirs are in them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import insert, select, update
from sqlmodel import Session, col

from api import audit, replies
from api.audit import Actor
from api.errors import Refused
from api.models import WaveReply
from api.models.columns import new_id
from api.models.replies import ReplyState
from api.replies import PARTS, Reply


def _(text: str) -> str:
    """Mark for translation."""
    return text


LONGEST = 4_000
"""Of one part in one language, in letters: two pages that a young person might read."""


@dataclass(frozen=True, slots=True)
class Typed:
    """A form as it was typed: the parts by name and language, the day to look again, whether it was checked."""

    parts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    look_again_on: str = ""
    checked: bool = False
    revision: int = 0


@dataclass(frozen=True, slots=True)
class Mistake:
    """The field it is about and what to do about it."""

    field: str
    sentence: str


def as_typed(reply: Reply) -> Typed:
    """The form of a reply as it stands."""
    day = reply.look_again_on.isoformat() if reply.look_again_on else ""
    return Typed({part: dict(reply.parts.get(part, {})) for part in PARTS}, day, False, reply.revision)


def field_name(part: str, language: str) -> str:
    """The field of one part in one language."""
    return f"{part}-{language}"


def mistakes(typed: Typed, languages: Sequence[str], *, publish: bool) -> tuple[Mistake, ...]:
    """What keeps a form from being saved, or from being published."""
    found = [
        Mistake(field_name(part, language), _("Make this shorter: at most 4,000 letters."))
        for part in PARTS
        for language in languages
        if len(typed.parts.get(part, {}).get(language, "")) > LONGEST
    ]
    if typed.look_again_on and _day(typed.look_again_on) is None:
        found.append(Mistake("look_again_on", _("Write the day as 2027-05-31, or leave it empty.")))
    if publish and not any(typed.parts.get(part, {}).get(languages[0]) for part in PARTS):
        found.append(
            Mistake(field_name(PARTS[0], languages[0]), _("Write at least one of the three before you publish."))
        )
    if publish and not typed.checked:
        found.append(Mistake("checked", _("Read it once more and tick that you have checked it.")))
    return tuple(found)


def save(
    session: Session, wave_id: str, typed: Typed, actor: Actor, *, staff_id: str, publish: bool, now: datetime
) -> None:
    """Save a form without mistakes; refused (``wrong_state``) where somebody else saved meanwhile."""
    before = replies.of_wave(session, wave_id)
    there = session.execute(
        select(col(WaveReply.id), col(WaveReply.revision)).where(col(WaveReply.wave_id) == wave_id).with_for_update()
    ).one_or_none()
    if (there.revision if there else 0) != typed.revision:
        raise Refused("wrong_state")
    values = {
        **{part: {language: text for language, text in typed.parts.get(part, {}).items() if text} for part in PARTS},
        "look_again_on": _day(typed.look_again_on),
        "state": ReplyState.PUBLISHED if publish else ReplyState.DRAFT,
        "published_on": now.date() if publish else None,
        "revision": typed.revision + 1,
        "written_by": staff_id,
        "updated_at": now,
    }
    if there is None:
        session.execute(insert(WaveReply).values(id=new_id(), wave_id=wave_id, **values))
    else:
        session.execute(update(WaveReply).where(col(WaveReply.id) == there.id).values(**values))
    kind = "reply.published" if publish else "reply.taken_back" if before.is_published else "reply.saved"
    audit.record(session, actor, kind, wave_id, now=now)


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None
