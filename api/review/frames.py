"""Standing code frames as the desk keeps them: every upload is a version, one is in use. Nothing here codes anything."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlmodel import Session, col

from api import audit
from api.audit import Actor
from api.errors import Refused
from api.models import CodeFrame
from api.models.columns import new_id
from nlp.frames import Code, Frame, FrameProblem, read_frame


@dataclass(frozen=True, slots=True)
class KeptFrame:
    """One version of a frame; ``number`` counts the uploads under its id."""

    id: str
    number: int
    frame: Frame
    added_at: datetime
    in_use: bool

    def by_family(self) -> tuple[tuple[str, tuple[Code, ...]], ...]:
        """The codes under the names of their families, in the frame's order; those of none under an empty name."""
        families = {
            code: family.name_young_person or family.name_professional or family.id
            for family in self.frame.families
            for code in family.codes
        }
        groups: dict[str, list[Code]] = {}
        names = {family.id: family.name_young_person or family.name_professional for family in self.frame.families}
        for code in self.frame.codes:
            name = families.get(code.id) or names.get(code.family) or code.family
            groups.setdefault(name, []).append(code)
        return tuple((name, tuple(codes)) for name, codes in groups.items())


def kept(session: Session) -> tuple[KeptFrame, ...]:
    """All versions of all frames, the one in use first, then the newest."""
    rows = session.execute(
        select(
            col(CodeFrame.id), col(CodeFrame.number), col(CodeFrame.content), col(CodeFrame.added_at),
            col(CodeFrame.used_since),
        ).order_by(col(CodeFrame.used_since).desc(), col(CodeFrame.id))
    ).all()  # fmt: skip
    found = [_kept(row, in_use=place == 0) for place, row in enumerate(rows)]
    return (*found[:1], *sorted(found[1:], key=lambda one: one.added_at, reverse=True))


def in_use(session: Session) -> KeptFrame | None:
    """The version answers are coded by; None before the first upload."""
    return next(iter(kept(session)), None)


def one_of_them(session: Session, frame_id: str) -> KeptFrame:
    """A version by its identifier; refuses an unknown one."""
    found = next((one for one in kept(session) if one.id == frame_id), None)
    if found is None:
        raise Refused("not_found")
    return found


def add(session: Session, data: bytes, actor: Actor, *, added_by: str | None, now: datetime) -> str | tuple[FrameProblem, ...]:  # fmt: skip
    """Keep an uploaded file as the version in use; its identifier, or what to mend in it.

    A file that says what the newest version of its id says already makes no new one.
    """
    frame = read_frame(data)
    if not isinstance(frame, Frame):
        return frame
    problems = _cannot_be_kept(frame)
    if problems:
        return problems
    content = frame.model_dump(mode="json")
    newest = session.execute(
        select(col(CodeFrame.id), col(CodeFrame.content))
        .where(col(CodeFrame.name) == frame.id)
        .order_by(col(CodeFrame.number).desc())
        .limit(1)
    ).first()
    if newest is not None and newest.content == content:
        use(session, newest.id, actor, now=now)
        return str(newest.id)
    last = session.execute(select(func.max(col(CodeFrame.number))).where(col(CodeFrame.name) == frame.id)).scalar()
    frame_id = new_id()
    session.execute(
        insert(CodeFrame).values(
            id=frame_id, name=frame.id, number=(last or 0) + 1, content=content, added_by=added_by, added_at=now,
            used_since=now,
        )
    )  # fmt: skip
    audit.record(session, actor, "frame.added", frame_id, {"number": (last or 0) + 1}, now=now)
    return frame_id


def use(session: Session, frame_id: str, actor: Actor, *, now: datetime) -> None:
    """Code by this version from now on; for the one in use already nothing changes."""
    if one_of_them(session, frame_id).in_use:
        return
    session.execute(update(CodeFrame).where(col(CodeFrame.id) == frame_id).values(used_since=now))
    audit.record(session, actor, "frame.used", frame_id, now=now)


def as_file(kept_frame: KeptFrame) -> str:
    """The frame as JSON that can be changed and uploaded again."""
    return json.dumps(kept_frame.frame.model_dump(mode="json"), ensure_ascii=False, indent=2) + "\n"


def _cannot_be_kept(frame: Frame) -> tuple[FrameProblem, ...]:
    """What a file may hold and a database cannot: an id longer than its column, signs no text has."""
    if not 0 < len(frame.id.strip()) <= 80:
        return (FrameProblem("id", "Give the frame an id of 1 to 80 letters: its versions share it."),)
    text = frame.model_dump_json()
    if "\\u0000" in text:
        return (FrameProblem("", "There is a NUL sign in the text. Take it out and try again."),)
    return ()


def _kept(row: Any, *, in_use: bool) -> KeptFrame:
    return KeptFrame(row.id, row.number, Frame.model_validate(row.content), row.added_at, in_use)
