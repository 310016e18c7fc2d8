"""What must be true before a draft is published, who looked at it, and when.

Some of it the computer can tell (words in every language, a check without errors, a
notice, a local help number); some only a person can: that the help lines are right, that
data protection was signed off, that somebody saw the whole survey as it will be met. A
person's tick holds for what they saw: it is asked for again where that has changed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from api.design.drafts import Draft
from api.pages import HelpLine, Summary
from api.wiring import Fields, one

HELP, PROTECTION, PREVIEW = "help_lines", "protection", "preview"
BY_A_PERSON = (HELP, PROTECTION, PREVIEW)

Translate = Callable[[str], str]


def _(text: str) -> str:
    """Mark for translation."""
    return text


@dataclass(frozen=True, slots=True)
class Line:
    """One thing on the list. ``state`` is ``done``, ``open`` or ``changed`` (ticked for what it was before)."""

    name: str
    title: str
    sentence: str
    state: str
    by: str = ""
    at: str = ""
    details: tuple[str, ...] = ()
    note: str = ""

    @property
    def is_done(self) -> bool:
        """Whether it stands in the way no longer."""
        return self.state == "done"


def lines(
    draft: Draft, *, errors: Sequence[str], gaps: Sequence[str], others: Sequence[str], help_lines: Sequence[HelpLine],
    translate: Translate,
) -> tuple[Line, ...]:  # fmt: skip
    """The whole list, what only a person can tell last. ``others`` are obstacles besides errors and missing words."""

    def computed(name: str, title: str, sentence: str, against: Sequence[str]) -> Line:
        state = "open" if against else "done"
        return Line(name, translate(title), translate(sentence), state, details=tuple(against))

    seen = _of_lines(help_lines)
    return (
        computed("errors", _("The check finds no errors"), _("Every error is mended. Advice may stay."), errors),
        computed("languages", _("All words are there"), _("Every text has words in every language on offer."), gaps),
        computed("others", _("A notice and a local help number"), _("What people are told before they agree, and who helps near them."), others),
        _ticked(draft, HELP, _("The help lines are right"), _("Ring or read up each number: it is shown on every page."), seen, translate),
        _ticked(draft, PREVIEW, _("Somebody has tried it"), _("Go through the whole survey once, best together with young people."), draft.hash, translate),
        _ticked(draft, PROTECTION, _("Data protection is signed off"), _("By whoever answers for it in your council, with the reference it is filed under."), None, translate, draft.hash),
    )  # fmt: skip


def _ticked(
    draft: Draft, name: str, title: str, sentence: str, holds_for: str | None, translate: Translate, noted: str = ""
) -> Line:
    entry: Mapping[str, Any] | None = draft.checklist.get(name)
    if entry is None:
        return Line(name, translate(title), translate(sentence), "open")
    state = "done" if holds_for is None or entry["of"] == holds_for else "changed"
    told = tuple(str(entry[field]) for field in ("signed_by", "signed_on", "reference") if entry.get(field))
    note = ""
    if noted and entry["of"] != noted:
        note = translate(_("The survey was changed since. Ask whether the sign-off still holds."))
    return Line(name, translate(title), translate(sentence), state, entry["name"], entry["at"][:10], told, note)


def entry(
    name: str, fields: Fields, draft: Draft, help_lines: Sequence[HelpLine], *, by: str, staff: str, now: datetime,
    translate: Translate,
) -> dict[str, Any] | tuple[Summary, ...]:  # fmt: skip
    """What to note for a tick; or the problems with what was typed."""
    noted: dict[str, Any] = {"by": staff, "name": by, "at": now.isoformat(), "of": draft.hash}
    if name == HELP:
        return noted | {"of": _of_lines(help_lines)}
    if name != PROTECTION:
        return noted
    problems = []
    signed = {field: one(fields, field, limit=200) for field in ("signed_by", "signed_on", "reference")}
    if not 1 <= len(signed["signed_by"]) <= 100:
        problems.append(Summary("signed_by", translate(_("Write who signed it off, up to 100 letters."))))
    if not 1 <= len(signed["reference"]) <= 100:
        problems.append(Summary("reference", translate(_("Write the reference it is filed under, up to 100 letters."))))
    try:
        late = date.fromisoformat(signed["signed_on"]) > now.date()
    except ValueError:
        late = True
    if late:
        problems.append(Summary("signed_on", translate(_("Choose the day it was signed off, today or before."))))
    return tuple(problems) or (noted | signed)


def _of_lines(help_lines: Sequence[HelpLine]) -> str:
    said = "\n".join(f"{line.name}|{line.number}|{line.note}" for line in help_lines)
    return hashlib.sha256(said.encode()).hexdigest()
