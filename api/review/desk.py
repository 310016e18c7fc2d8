"""What the desk shows: a card for each wave, and the themes of one wave beside the measures.

Reads only, and everything in it may be shown as it is: numbers of people are protected
here, quotes are those that somebody agreed to be quoted with. Nothing carries the
identifier of a response or a pseudonym.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session, col

from api import agreements, published
from api.models import Answer, Response, Theme, ThemeAssignment, ThemeRun
from api.models.responses import RedactionState, ResponseState
from api.models.themes import RunState, ThemeState
from api.published import OpenedWave
from api.review import beside, levels, runs, sizes
from api.review.beside import Beside
from api.review.decisions import LIVE
from api.review.runs import Run
from api.review.sizes import Size
from api.review.vectors import VOICES
from survey_engine.collection import Mode
from survey_engine.consent import Purpose
from survey_engine.definition import Audience
from survey_engine.disclosure import Cell, Policy

QUOTES_PER_THEME = 3
QUOTES_LOOKED_AT = 12
"""Of each theme, so that merging and one-quote-a-person leave enough to choose from."""
MOST_KEYWORDS = 10


@dataclass(frozen=True, slots=True)
class Waiting:
    """Texts that are not ready: for the computer to redact, for a person to read. None stands for "some"."""

    to_redact: int | None
    to_read: int | None


@dataclass(frozen=True, slots=True)
class WaveCard:
    """One wave on the desk."""

    wave: OpenedWave
    takes_answers: bool
    answered: Cell
    by_mode: Mapping[Mode, Cell]
    """How the answers came; empty for observations, which practitioners log."""
    waiting: Waiting
    run: Run | None
    has_themes: bool


@dataclass(frozen=True, slots=True)
class ThemeCard:
    """One theme that counts, as an officer sees it; ``size`` and ``quotes`` are safe to show."""

    id: str
    label: str
    suggested_label: str
    approved: bool
    keywords: tuple[str, ...]
    size: Size
    includes: tuple[str, ...]
    quotes: tuple[str, ...]
    beside: tuple[Beside, ...]
    others: tuple[tuple[str, str], ...]
    stability: str
    history: str


@dataclass(frozen=True, slots=True)
class SetAside:
    """A theme that does not count: rejected, or merged (then ``into`` names the theme that took it up)."""

    id: str
    label: str
    into: str


@dataclass(frozen=True, slots=True)
class BroadTheme:
    """Themes that are looked at as one, safe to show: ``labels`` and ``ids`` of its parts, the first takes the others up."""

    labels: tuple[str, ...]
    ids: tuple[str, ...]
    keywords: tuple[str, ...]
    size: Size
    quotes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Levels:
    """Few broad themes or many fine ones, without fitting again: from ``fewest`` to ``most``, which are the officer's own.

    ``broad`` are the themes where fewer were asked for, ``seen`` marks who is joined with whom.
    """

    fewest: int
    most: int
    broad: tuple[BroadTheme, ...] = ()
    seen: str = ""

    @property
    def at(self) -> int:
        """How many themes are shown."""
        return len(self.broad) or self.most


@dataclass(frozen=True, slots=True)
class WavePage:
    """Everything on the page of one wave; ``run`` is the finished run whose themes are shown."""

    wave: OpenedWave
    takes_answers: bool
    answered: Cell
    waiting: Waiting
    newest: Run | None
    run: Run | None
    finished: tuple[Run, ...]
    themes: tuple[ThemeCard, ...]
    levels: Levels
    rejected: tuple[SetAside, ...]
    merged: tuple[SetAside, ...]

    def theme(self, theme_id: str) -> ThemeCard | None:
        """One of the themes that count."""
        return next((theme for theme in self.themes if theme.id == theme_id), None)


def cards(session: Session, policy: Policy, *, today: date) -> tuple[WaveCard, ...]:
    """All waves, the newest first."""
    answered = sizes.answered_by_wave(session)
    by_mode = sizes.answered_by_mode(session)
    waiting = _waiting(session, policy)
    by_wave = runs.of_waves(session)
    return tuple(
        WaveCard(
            wave,
            wave.takes_answers(today),
            sizes.protect_one(answered.get(wave.id, 0), policy),
            _modes(wave, by_mode.get(wave.id, {}), answered.get(wave.id, 0), policy),
            waiting.get(wave.id, Waiting(0, 0)),
            next(iter(by_wave.get(wave.id, ())), None),
            any(run.state is RunState.DONE for run in by_wave.get(wave.id, ())),
        )
        for wave in published.waves(session)
    )


def wave_page(
    session: Session,
    policy: Policy,
    wave_id: str,
    *,
    today: date,
    run_id: str | None = None,
    themes: int | None = None,
) -> WavePage | None:
    """One wave with the themes of its newest finished run (or of ``run_id``); None for an unknown wave or run.

    ``themes`` joins them to that many, or the nearest number there is: a view, nothing is changed.
    """
    wave = published.wave(session, wave_id)
    if wave is None:
        return None
    of_wave = runs.of_waves(session, [wave_id]).get(wave_id, ())
    finished = tuple(run for run in of_wave if run.state is RunState.DONE)
    chosen = [run for run in finished if run_id in (None, run.id)]
    if run_id is not None and not chosen:
        return None
    run = next(iter(chosen), None)
    answered = sizes.answered(session, wave_id)
    standing = stand(session, policy, run, answered) if run else None
    rows = standing.rows if standing else ()
    labels = {row.id: row.label for row in rows}
    aside = [SetAside(row.id, row.label, labels.get(row.merged_into, "")) for row in rows if row.state not in LIVE]
    return WavePage(
        wave=wave,
        takes_answers=wave.takes_answers(today),
        answered=sizes.protect_one(answered, policy),
        waiting=_waiting(session, policy, wave_id).get(wave_id, Waiting(0, 0)),
        newest=next(iter(of_wave), None),
        run=run,
        finished=finished,
        themes=_theme_cards(session, wave, standing) if standing else (),
        levels=_levels(session, standing, themes) if standing else Levels(0, 0),
        rejected=tuple(theme for theme in aside if not theme.into),
        merged=tuple(theme for theme in aside if theme.into),
    )


# -- the parts


def _modes(wave: OpenedWave, by_mode: Mapping[str, int], answered: int, policy: Policy) -> Mapping[Mode, Cell]:
    if wave.published.survey.audience is Audience.PRACTITIONER:
        return {}
    return sizes.protect_modes(by_mode, answered, policy)


@dataclass(frozen=True, slots=True)
class Standing:
    """The themes of a run as they stand now, and every size that may be shown of them.

    ``rows`` are all themes by label, ``live`` those that count by id. ``roots`` says where each theme ended up,
    ``steps`` how those that count are joined further, ``people`` who is behind each theme before any merging.
    ``sizes`` are by theme (before merging), by the name ``node`` gives it where others were merged into it, and by step;
    ``joins`` says what the latter two are made of.
    """

    run: Run
    rows: Sequence[Any]
    live: Mapping[str, Any]
    roots: Mapping[str, str]
    people: Mapping[str, set[str]]
    steps: tuple[levels.Step, ...]
    node: Mapping[str, str]
    joins: Mapping[str, Sequence[str]]
    sizes: Mapping[str, Size]

    @property
    def order(self) -> list[str]:
        """The themes that count as they are shown."""
        return self.by_size(self.live)

    def size(self, theme: str) -> Size:
        """The size of a theme that counts, with what was merged into it."""
        return self.sizes[self.node.get(theme, theme)]

    def taken_up(self, theme: str) -> tuple[str, ...]:
        """The labels of what was merged into a theme that counts."""
        labels = {row.id: row.label for row in self.rows if row.id != theme and self.roots[row.id] == theme}
        return tuple(labels[other] for other in self.by_size(labels))

    def names(self, theme: str) -> tuple[str, ...]:
        """What a theme that counts is called: its label alone where a person gave it one, else with what it took up."""
        row = self.live[theme]
        return (row.label,) if row.label != row.suggested_label else (row.label, *self.taken_up(theme))

    @property
    def fewest(self) -> int:
        """How few themes they can be joined to."""
        return len(self.live) - len(self.steps)

    def joined_to(self, wanted: int | None) -> dict[str, tuple[str, ...]]:
        """The themes that count joined to as many as wanted (None: as they are), each name with its parts, all as they are shown."""
        taken = 0 if wanted is None else max(0, len(self.live) - max(wanted, self.fewest))
        found = levels.groups(self.live, self.steps[:taken])
        parts = {name: tuple(self.by_size(themes)) for name, themes in found.items()}
        shown = sorted(parts, key=lambda name: (-(self.size(name).people.count or 0), self.live[parts[name][0]].label))
        return {name: parts[name] for name in shown}

    def by_size(self, themes: Iterable[str]) -> list[str]:
        """Themes, the largest first; those that are hidden by name, because their order would tell who is the smallest."""
        labels = {row.id: row.label for row in self.rows}
        return sorted(themes, key=lambda theme: (-(self.size(theme).people.count or 0), labels[theme], theme))


def stand(session: Session, policy: Policy, run: Run, answered: int) -> Standing:
    """How the themes of a run stand, counted from the answers that are there now."""
    rows = session.execute(
        select(
            col(Theme.id), col(Theme.number), col(Theme.label), col(Theme.suggested_label), col(Theme.keywords),
            col(Theme.state), col(Theme.merged_into), col(Theme.stability), col(Theme.history), col(Theme.code),
        )
        .where(col(Theme.run_id) == run.id)
        .order_by(col(Theme.label), col(Theme.id))
    ).all()  # fmt: skip
    space = session.execute(select(col(ThemeRun.space)).where(col(ThemeRun.id) == run.id)).scalar_one() or {}
    roots = sizes.resolve({row.id: row.merged_into for row in rows})
    live = {row.id: row for row in rows if row.state in LIVE}
    # The numbers of a run's own themes are one less (``fitting``).
    places = {row.number - 1: roots[row.id] if roots[row.id] in live else None for row in rows}
    steps = levels.steps(space.get("tree", ()), places)
    joins: dict[str, Sequence[str]] = {}
    node: dict[str, str] = {}
    for theme in live:
        parts = [row.id for row in rows if roots[row.id] == theme]
        if len(parts) > 1:
            node[theme] = f"with-{theme}"
            joins[node[theme]] = parts
    joins |= {step.into: [node.get(part, part) for part in step.parts] for step in steps}
    people = {row.id: set[str]() for row in rows} | sizes.people_of_themes(session, run.id, run.wave_id)
    found = sizes.protect_joined_themes(people, joins, answered, policy)
    return Standing(run, rows, live, roots, people, steps, node, joins, found)


def _theme_cards(session: Session, wave: OpenedWave, standing: Standing) -> tuple[ThemeCard, ...]:
    live, order, roots = standing.live, standing.order, standing.roots
    shown = [theme for theme in order if standing.size(theme).people.count]
    quotes = _quotes(session, standing.run, roots, shown)
    pins = beside.pinned(session, order)
    stand_beside = beside.beside_themes(
        session,
        {theme: (live[theme].label, *live[theme].keywords) for theme in order},
        pins,
        area_code=wave.area_code,
        opens_on=wave.opens_on,
        closes_on=wave.closes_on,
    )
    return tuple(
        ThemeCard(
            id=theme,
            label=live[theme].label,
            suggested_label=live[theme].suggested_label,
            approved=live[theme].state == ThemeState.APPROVED,
            keywords=tuple(live[theme].keywords),
            size=standing.size(theme),
            includes=standing.taken_up(theme),
            quotes=quotes.get(theme, ()),
            beside=stand_beside[theme],
            others=beside.others(stand_beside[theme]),
            stability=live[theme].stability,
            history=live[theme].history.partition(" ")[0],
        )
        for theme in order
    )


def _levels(session: Session, standing: Standing, wanted: int | None) -> Levels:
    most, fewest = len(standing.live), standing.fewest
    if wanted is None or wanted >= most or fewest == most:
        return Levels(fewest, most)
    parts = standing.joined_to(wanted)
    order, size = list(parts), {name: standing.size(name) for name in parts}
    group = {theme: name for name, themes in parts.items() for theme in themes}
    quotes = _quotes(
        session, standing.run, {theme: group.get(root, "") for theme, root in standing.roots.items()},
        [name for name in order if size[name].people.count],
    )  # fmt: skip
    broad = tuple(
        BroadTheme(
            labels=tuple(standing.live[theme].label for theme in parts[name]),
            ids=parts[name],
            keywords=_in_turn([standing.live[theme].keywords for theme in parts[name]]),
            size=size[name],
            quotes=quotes.get(name, ()),
        )
        for name in order
    )
    return Levels(fewest, most, broad, levels.seen(parts.values()))


def _in_turn(lists: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """The first words of each list, then the second ones, each word once."""
    longest = max(map(len, lists))
    return tuple(
        dict.fromkeys(words[turn] for turn in range(longest) for words in lists if turn < len(words))
    )[:MOST_KEYWORDS]  # fmt: skip


def _quotes(session: Session, run: Run, roots: Mapping[str, str], themes: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Up to three redacted texts for each theme, the most central first, never two of one person on the page.

    Only of people who agreed to be quoted, and only for themes whose size may be shown:
    a quote under a hidden size would tell that it was not the small one.
    """
    place = func.row_number().over(
        partition_by=col(ThemeAssignment.theme_id), order_by=(col(ThemeAssignment.rank), col(Answer.id))
    )
    central = (
        select(
            col(ThemeAssignment.theme_id), col(ThemeAssignment.rank), col(Answer.id), col(Answer.redacted_text),
            sizes.person().label("person"), place.label("place"),
        )
        .join(Answer, col(Answer.id) == col(ThemeAssignment.answer_id))
        .join(Response, col(Response.id) == col(Answer.response_id))
        .where(
            col(ThemeAssignment.run_id) == run.id,
            col(Answer.redaction) == RedactionState.DONE,
            col(Answer.voice).in_(VOICES),
            col(Response.id).in_(agreements.usable(run.wave_id, Purpose.QUOTES)),
        )
        .subquery()
    )  # fmt: skip
    rows = session.execute(
        select(central).where(central.c.place <= QUOTES_LOOKED_AT).order_by(central.c.rank, central.c.id)
    ).all()
    quoted: set[str] = set()
    quotes: dict[str, tuple[str, ...]] = {}
    for theme in themes:
        for row in rows:
            chosen = quotes.get(theme, ())
            if roots[row.theme_id] != theme or row.person in quoted or row.redacted_text in chosen:
                continue
            if len(chosen) < QUOTES_PER_THEME:
                quoted.add(row.person)
                quotes[theme] = (*chosen, row.redacted_text)
    return quotes


def _waiting(session: Session, policy: Policy, wave_id: str | None = None) -> dict[str, Waiting]:
    query = (
        select(col(Response.wave_id), col(Answer.redaction), func.count())
        .join(Answer, col(Answer.response_id) == col(Response.id))
        .where(
            col(Response.state) == ResponseState.SUBMITTED,
            col(Answer.redaction).in_((RedactionState.PENDING, RedactionState.NEEDS_READING, RedactionState.FAILED)),
        )
        .group_by(col(Response.wave_id), col(Answer.redaction))
    )
    if wave_id is not None:
        query = query.where(col(Response.wave_id) == wave_id)
    counts: dict[str, dict[str, int]] = {}
    for wave, state, number in session.execute(query):
        counts.setdefault(wave, {})[state] = number
    return {
        wave: Waiting(
            _some(found.get(RedactionState.PENDING, 0), policy),
            _some(found.get(RedactionState.NEEDS_READING, 0) + found.get(RedactionState.FAILED, 0), policy),
        )
        for wave, found in counts.items()
    }


def _some(count: int, policy: Policy) -> int | None:
    return None if policy.hides(count) else count
