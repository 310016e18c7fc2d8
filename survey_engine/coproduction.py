"""How a survey came to be: who proposed what, the wordings it had, what was refused, how advisers voted.

Young advisers look at a draft, vote on each question as it is worded now, and propose other
words; an officer takes a proposal up or refuses it with a reason. What came of it stays
with the question (``Provenance``) and goes with the codebook into every release, so that
whoever uses the answers can read how the question was made. Only grows: no decision takes
anything away from the record. Where remarks are kept and who may read them is the shell's.

>>> from survey_engine.definition import Kind
>>> asked = Question(name="mood", kind=Kind.TEXT, label={"en": "Describe your mood."})
>>> better = reworded(asked, {"en": "How do you feel today?"}, "Nobody of us says mood.", credit="Thursday group")
>>> better.label["en"], better.provenance.proposed_by, better.provenance.earlier[0].words["en"]
('How do you feel today?', 'Thursday group', 'Describe your mood.')
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Any, TypeAlias

from pydantic import TypeAdapter

from survey_engine.definition import UNSEEN, EarlierWording, Provenance, Question, Refused, Survey
from survey_engine.words import Text, words

_SURVEY = TypeAdapter(Survey)


# --- who is named --------------------------------------------------------------------------


class CreditKind(StrEnum):
    """How somebody wants to stand in the record; nobody is asked for more than a first name."""

    GROUP = "group"
    FIRST_NAME = "first_name"
    NOBODY = "nobody"


LONGEST_CREDIT = 40
"""Letters of a first name or a group's name."""

CREDIT_PROBLEMS: dict[str, str] = {
    "choose": "none of the three was chosen",
    "name_missing": "a first name was wished and none was written",
    "full_name": "it looks like a first and a last name",
    "too_long": f"more than {LONGEST_CREDIT} letters",
    "not_a_name": "signs or numbers that no name has",
}
"""What can be wrong with a credit, by code; the page has the sentence."""

GROUP_WORDS = frozenset(
    """
    adviser advisers advisory and assembly board care carers cabinet centre children choir class club college council
    crew experts forum gang girls boys group groups home house leavers lot network of our panel parents parliament
    people project pupils reps school service shadow squad students table team teens the us voice voices we workshop
    year years young youth
    """.split()
)
"""A name of several words with one of these in it is a group's, not a person's."""

_NAME = re.compile(r"[^\W\d_]+(['’\-][^\W\d_]+)*")


@dataclass(frozen=True, slots=True)
class Credit:
    """How somebody is named: ``name`` is empty exactly where they want to be nobody."""

    kind: CreditKind
    name: str

    def __post_init__(self) -> None:
        if (self.kind is CreditKind.NOBODY) != (self.name == ""):
            raise ValueError("nobody has no name, everybody else has one")


NOBODY = Credit(CreditKind.NOBODY, "")


def credit(kind: str, first_name: str, group: str) -> Credit | str:
    """The credit somebody chose on the page, or the code of what to mend (``CREDIT_PROBLEMS``).

    A group is named as the link names it. What was typed is forgotten where they chose
    nobody or the group. Never a full name: more than one word is refused.

    >>> credit("first_name", " Amber ", "Thursday group").name
    'Amber'
    >>> credit("first_name", "Amber Shields", "Thursday group")
    'full_name'
    >>> credit("nobody", "Amber", "Thursday group") == NOBODY
    True
    """
    if kind == CreditKind.NOBODY:
        return NOBODY
    if kind == CreditKind.GROUP:
        return Credit(CreditKind.GROUP, group)
    if kind != CreditKind.FIRST_NAME:
        return "choose"
    name = " ".join(first_name.split())
    problem = _first_name_problem(name)
    return problem or Credit(CreditKind.FIRST_NAME, name)


def _first_name_problem(name: str) -> str:
    if not name:
        return "name_missing"
    if " " in name or re.search(r"\w[.,_]\w", name):
        return "full_name"
    if len(name) > LONGEST_CREDIT:
        return "too_long"
    return "" if _NAME.fullmatch(name) else "not_a_name"


def group_problem(name: str) -> str:
    """What is wrong with a group's name, as a code of ``CREDIT_PROBLEMS``, or "".

    Two to four words of letters alone look like a person's first and last name unless one of
    them says that they are several people (``GROUP_WORDS``, English). A guess that errs on
    the side of asking: "Marlshire Voices" passes, "Amber Shields" does not.

    >>> group_problem("Thursday group"), group_problem("amber shields"), group_problem("Shout!")
    ('', 'full_name', '')
    """
    if not name:
        return "name_missing"
    if len(name) > LONGEST_CREDIT:
        return "too_long"
    if "@" in name or re.search(r"\d{5}", name):
        return "not_a_name"
    parts = name.split()
    person = 2 <= len(parts) <= 4 and all(_NAME.fullmatch(part.strip(".,")) for part in parts)
    return "full_name" if person and not GROUP_WORDS & {part.lower().strip(".,") for part in parts} else ""


# --- votes ---------------------------------------------------------------------------------


class Vote(IntEnum):
    """What an adviser thinks of a question as it is worded now."""

    CHANGE_IT = -1
    NOT_SURE = 0
    GOOD = 1


@dataclass(frozen=True, slots=True)
class Tally:
    """How many voted what. Advisers are few and know each other, so no number is hidden."""

    good: int = 0
    not_sure: int = 0
    change_it: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.good + other.good, self.not_sure + other.not_sure, self.change_it + other.change_it)

    @property
    def all(self) -> int:
        """How many voted."""
        return self.good + self.not_sure + self.change_it


_ONE = {Vote.GOOD: Tally(good=1), Vote.NOT_SURE: Tally(not_sure=1), Vote.CHANGE_IT: Tally(change_it=1)}
_HALF = 32


def tallies(votes: Iterable[tuple[str, int]]) -> dict[str, Tally]:
    """Votes (wording's hash, vote) counted for each wording."""
    counted: dict[str, Tally] = {}
    for wording, vote in votes:
        counted[wording] = counted.get(wording, Tally()) + _ONE[Vote(vote)]
    return counted


def wording_hash(question: Question, *languages: str) -> str:
    """64 hexadecimal characters for a question exactly as somebody sees it: words, hint, options, in their language.

    The first half is that of the question's own words alone, by which the votes for an
    earlier wording are found; a vote counts for the present one only where all of it is
    the same. ``languages`` is the one it was shown in, then where it falls back to.
    """
    label = words(question.label, *languages)[0]
    seen = [words(question.hint, *languages)[0]]
    seen += [f"{choice.name}={words(choice.label, *languages)[0]}" for choice in question.choices]
    return _half(question.name, label) + _half(question.name, label, *seen)


def present_votes(question: Question, languages: Sequence[str], votes: Mapping[str, Tally]) -> Tally:
    """The votes for a question as it is worded now, in whatever language it was seen."""
    return sum((votes.get(one, Tally()) for one in sorted(_present(question, languages))), Tally())


def _present(question: Question, languages: Sequence[str]) -> set[str]:
    return {wording_hash(question, language, *languages) for language in languages}


def _half(*parts: str) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:_HALF]


# --- decisions -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reworded:
    """A question got other words: those it had before, and why."""

    question: str
    before: Text
    why: str


@dataclass(frozen=True, slots=True)
class TakenUp:
    """Somebody's proposal became (part of) the question; ``credit`` is "" where they are nobody."""

    question: str
    credit: str


@dataclass(frozen=True, slots=True)
class TurnedDown:
    """A proposal that was not taken up, as an officer wrote it down for the record, and why. Both are needed."""

    question: str
    proposal: str
    why: str

    def __post_init__(self) -> None:
        if not self.proposal.strip() or not self.why.strip():
            raise ValueError("what is refused is written down with its reason")


Decided: TypeAlias = Reworded | TakenUp | TurnedDown


def applied(provenance: Provenance | None, decided: Decided) -> Provenance:
    """The provenance after one decision: everything it held, and this.

    Who was named before stays named; the same name is not written twice.
    """
    was = provenance or Provenance()
    match decided:
        case Reworded(before=before, why=why):
            return was.model_copy(update={"earlier": (*was.earlier, EarlierWording(words=before, why=why))})
        case TakenUp(credit=name):
            names = dict.fromkeys(one for one in (*_names(was), name) if one)
            return was.model_copy(update={"proposed_by": _AND.join(names)})
        case TurnedDown(proposal=proposal, why=why):
            return was.model_copy(update={"refused": (*was.refused, Refused(proposal=proposal, why=why))})


_AND = ", "


def _names(provenance: Provenance) -> list[str]:
    return provenance.proposed_by.split(_AND) if provenance.proposed_by else []


def provenance_of(
    decisions: Iterable[Decided], before: Mapping[str, Provenance] | None = None
) -> dict[str, Provenance]:
    """By question, what a series of decisions leaves; ``before`` is what was there already."""
    found = dict(before or {})
    for decided in decisions:
        found[decided.question] = applied(found.get(decided.question), decided)
    return found


def reworded(question: Question, label: Text, why: str, *, credit: str = "") -> Question:
    """The question with other words; the ones it had stay in its provenance, with why and who proposed the new ones."""
    provenance = question.provenance
    if label != question.label:
        provenance = applied(provenance, Reworded(question.name, question.label, why))
    if credit:
        provenance = applied(provenance, TakenUp(question.name, credit))
    return question.model_copy(update={"label": label, "provenance": provenance})


def refused(question: Question, proposal: str, why: str) -> Question:
    """The question with one more proposal that was not taken up. Raises ``ValueError`` without a reason."""
    turned_down = TurnedDown(question.name, proposal, why)
    return question.model_copy(update={"provenance": applied(question.provenance, turned_down)})


def remembering(before: Survey, after: Survey, why: str = "") -> Survey:
    """``after``, with the wordings that its questions had in ``before`` kept where somebody changed them by hand.

    For whoever changes a draft in another way than by a decision on a proposal. Questions are
    found by their name; one that already remembers the wording is left alone.
    """
    changed: dict[str, Provenance] = {}
    for question in after.questions:
        old = before.question_by_name.get(question.name)
        if old is None:
            continue
        kept = _fuller(old.provenance, question.provenance)
        if old.label != question.label and old.label not in _wordings_since(old.provenance, kept):
            kept = applied(kept, Reworded(question.name, old.label, why))
        if kept is not None:
            changed[question.name] = kept
    return with_provenance(after, changed)


def _fuller(old: Provenance | None, new: Provenance | None) -> Provenance | None:
    """The newer record, unless it has lost something that the older one held."""
    if old is None or new is None:
        return new or old
    whole = (
        new.earlier[: len(old.earlier)] == old.earlier
        and new.refused[: len(old.refused)] == old.refused
        and set(_names(new)) >= set(_names(old))
    )
    return new if whole else old


def _wordings_since(old: Provenance | None, new: Provenance | None) -> list[Text]:
    since = len(old.earlier) if old else 0
    return [one.words for one in new.earlier[since:]] if new else []


def with_provenance(survey: Survey, provenance: Mapping[str, Provenance]) -> Survey:
    """The survey with these questions' provenance; names it does not have are left out. The same value if none differs."""
    known = {
        name: one for name, one in provenance.items()
        if name in survey.question_by_name and survey.question_by_name[name].provenance != one
    }  # fmt: skip
    if not known:
        return survey
    document = survey.model_dump(mode="json")
    _write(document["items"], {name: one.model_dump(mode="json") for name, one in known.items()})
    return _SURVEY.validate_python(document)


def _write(items: list[dict[str, Any]], provenance: Mapping[str, Any]) -> None:
    for item in items:
        if item["name"] in provenance and item["type"] == "question":
            item["provenance"] = provenance[item["name"]]
        _write(item.get("items", []), provenance)


# --- the record ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Wording:
    """Words a question has or had, why they were changed (of the present ones ""), and the votes for exactly them."""

    words: str
    why: str
    votes: Tally


@dataclass(frozen=True, slots=True)
class Entry:
    """One question in the record."""

    question: str
    proposed_by: str
    now: Wording
    earlier: tuple[Wording, ...]
    refused: tuple[Refused, ...]


def record(survey: Survey, votes: Mapping[str, Tally] | None = None) -> tuple[Entry, ...]:
    """How each question that can be seen came to be, in reading order. ``votes`` by the hash of a wording."""
    return tuple(_entry(question, survey.languages, votes or {}) for question in survey.questions if _is_seen(question))


def _is_seen(question: Question) -> bool:
    return question.kind not in UNSEEN or question.provenance is not None


def _entry(question: Question, languages: Sequence[str], votes: Mapping[str, Tally]) -> Entry:
    provenance = question.provenance or Provenance()
    present = _present(question, languages)
    of_old = {wording: tally for wording, tally in votes.items() if wording not in present}
    earlier = tuple(
        Wording(in_all_languages(one.words), one.why, _votes_for_words(question.name, one.words, of_old))
        for one in provenance.earlier
    )
    now = Wording(in_all_languages(question.label), "", present_votes(question, languages, votes))
    return Entry(question.name, provenance.proposed_by, now, earlier, provenance.refused)


def _votes_for_words(name: str, text: Text, votes: Mapping[str, Tally]) -> Tally:
    halves = {_half(name, said) for said in text.values()}
    return sum((tally for wording, tally in votes.items() if wording[:_HALF] in halves), Tally())


def in_all_languages(text: Text) -> str:
    """A text as the record shows it: the words, with the language in front where there are several.

    >>> in_all_languages({"en": "Home"}), in_all_languages({"en": "Home", "cy": "Cartref"})
    ('Home', 'en: Home | cy: Cartref')
    """
    if len(text) == 1:
        return next(iter(text.values()))
    return " | ".join(f"{language}: {said}" for language, said in text.items())


HEADINGS = (
    "question", "proposed_by", "wording", "votes_good", "votes_not_sure", "votes_change_it", "earlier_wordings",
    "refused",
)  # fmt: skip
"""The columns of ``rows``."""


def rows(entries: Iterable[Entry]) -> list[list[str]]:
    """The record as a table, one line for each question, under ``HEADINGS``; several things in a cell stand on lines."""
    return [
        [
            entry.question, entry.proposed_by, entry.now.words, str(entry.now.votes.good),
            str(entry.now.votes.not_sure), str(entry.now.votes.change_it),
            "\n".join(_told(one) for one in entry.earlier),
            "\n".join(f"{one.proposal} (not taken up: {one.why})" for one in entry.refused),
        ]
        for entry in entries
    ]  # fmt: skip


def _told(wording: Wording) -> str:
    why = f" (changed: {wording.why})" if wording.why else ""
    return f"{wording.words}{why}{_counted(wording.votes)}"


def _counted(votes: Tally) -> str:
    return f" [{votes.good} good, {votes.not_sure} not sure, {votes.change_it} change it]" if votes.all else ""


def as_markdown(survey: Survey, entries: Iterable[Entry]) -> str:
    """The record to read, as Markdown: each question with what it was before, who proposed it, what was refused and why."""
    told = tuple(entries)
    title = words(survey.title, *survey.languages)[0]
    lines = [f"# How “{_plain(title)}” was made", ""]
    if any(_has_a_story(entry) for entry in told):
        lines += [
            "Proposals, votes and changes as they were written down before the questions were asked. Votes are counted",
            "for exactly the words that were voted on. Names stand here as those who gave them wished: a group, a first",
            "name, or nobody.",
            "",
        ]
    else:
        lines += ["No proposal, vote or change was written down.", ""]
    for entry in told:
        lines += [f"## {_plain(entry.now.words)}", ""]
        lines.append(f"- Question: `{entry.question}`")
        lines.append(f"- Proposed by: {_plain(entry.proposed_by) or 'nobody is named'}")
        if entry.now.votes.all:
            lines.append(f"- Votes for these words:{_counted(entry.now.votes)}")
        for one in entry.earlier:
            lines.append(f"- Before: “{_plain(one.words)}”{_counted(one.votes)}")
            if one.why:
                lines.append(f"  Changed because: {_plain(one.why)}")
        for proposal in entry.refused:
            lines.append(f"- Proposed and not taken up: “{_plain(proposal.proposal)}”")
            lines.append(f"  Because: {_plain(proposal.why)}")
        lines.append("")
    return "\n".join(lines)


def _has_a_story(entry: Entry) -> bool:
    return bool(entry.proposed_by or entry.earlier or entry.refused or entry.now.votes.all)


def _plain(text: str) -> str:
    """Words that mean nothing to a reader of Markdown but themselves, on one line."""
    return re.sub(r"([\\`*_{}\[\]<>#|~&])", r"\\\1", " ".join(text.split()))
