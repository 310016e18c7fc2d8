"""The steps of publishing: what stands in the way, which version it becomes, its first wave; closing and reopening.

Used by the pages, the command line and the demo. A version is stored once and never
changes; asking the same questions again opens another wave of the same version.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, insert, select, update
from sqlmodel import Session, col

from api import audit, pairs, published
from api.audit import Actor
from api.errors import Refused
from api.models import SurveyVersion, Wave
from api.models.columns import new_id
from api.models.surveys import WaveState
from api.pages import HelpLine, Summary
from api.published import OpenedWave
from survey_engine.checking import check
from survey_engine.collection import ASKED_WITH_PERMISSION
from survey_engine.consent import Notice, notice_hash
from survey_engine.definition import Audience, Survey, content_hash
from survey_engine.words import Text, words

USUAL_DAYS = 42
"""How long a wave is open unless somebody says otherwise."""


def _(text: str) -> str:
    """Mark for translation."""
    return text


@dataclass(frozen=True, slots=True)
class PublishedSurvey:
    """A survey with its versions' waves, the newest first."""

    name: str
    title: str
    audience: str
    version_id: str
    version: int
    waves: tuple[OpenedWave, ...]


def overview(session: Session) -> tuple[PublishedSurvey, ...]:
    """Every published survey, by title, under its newest version."""
    rows = session.execute(
        select(
            col(SurveyVersion.id), col(SurveyVersion.name), col(SurveyVersion.version), col(SurveyVersion.title),
            col(SurveyVersion.audience),
        ).order_by(col(SurveyVersion.version))
    ).all()  # fmt: skip
    newest = {row.name: row for row in rows}
    waves = published.waves(session)
    return tuple(
        PublishedSurvey(
            row.name, row.title, row.audience, row.id, row.version,
            tuple(wave for wave in waves if wave.published.name == row.name),
        )
        for row in sorted(newest.values(), key=lambda row: (row.title, row.name))
    )  # fmt: skip


def versions(session: Session, name: str) -> tuple[tuple[str, int, datetime], ...]:
    """The published versions of a survey, the newest first: id, number, when."""
    rows = session.execute(
        select(col(SurveyVersion.id), col(SurveyVersion.version), col(SurveyVersion.published_at))
        .where(col(SurveyVersion.name) == name)
        .order_by(col(SurveyVersion.version).desc())
    ).all()
    return tuple((row.id, row.version, row.published_at) for row in rows)


def next_version(session: Session, survey: Survey, notice: Notice) -> tuple[str | None, int]:
    """The id (None if it is new) and the number of the version this survey with this notice is, or would become."""
    same = session.execute(
        select(col(SurveyVersion.id), col(SurveyVersion.version)).where(
            col(SurveyVersion.name) == survey.name,
            col(SurveyVersion.content_hash) == content_hash(survey),
            col(SurveyVersion.notice_hash) == notice_hash(notice),
        )
    ).first()
    if same is not None:
        return same.id, same.version
    last = session.execute(
        select(func.max(col(SurveyVersion.version))).where(col(SurveyVersion.name) == survey.name)
    ).scalar_one()
    return None, (last or 0) + 1


CHECK_AGAIN_AFTER = timedelta(days=365)
"""After so long a help number should be rung again. Ours: no source says how often; numbers of councils do change."""


def obstacles(
    survey: Survey, notice: Notice | None, *, help_lines: Sequence[HelpLine], today: date
) -> tuple[str, ...]:  # fmt: skip
    """Why a survey cannot be published: one sentence each, empty when nothing stands in the way."""
    errors = [
        f"{one.item}: {one.message}" if one.item else one.message for one in check(survey) if one.level == "error"
    ]
    return (*notice_obstacles(survey, notice, help_lines=help_lines, today=today), *errors)


def help_obstacles(help_lines: Sequence[HelpLine], today: date) -> tuple[str, ...]:
    """Why children cannot be asked yet: nobody near who helps, or a number that nobody ever rang to check."""
    if not help_lines:
        return (
            "There is no local help number yet. Ask whoever runs this service to set EARSHOT_HELP_LINES: "
            "children are only asked where somebody near can help.",
        )
    return tuple(
        f"Nobody has checked the number of “{line.name}” yet. Ring {line.number}, then ask whoever runs this service "
        "to set its last_checked in EARSHOT_HELP_LINES to that day."
        for line in help_lines
        if line.last_checked is None or line.last_checked > today
    )


def to_check_again(help_lines: Sequence[HelpLine], today: date) -> tuple[HelpLine, ...]:
    """The local help numbers that were last checked too long ago; publishing goes on, officers are reminded."""
    return tuple(
        line for line in help_lines if line.last_checked is not None and line.last_checked < today - CHECK_AGAIN_AFTER
    )


def notice_obstacles(
    survey: Survey, notice: Notice | None, *, help_lines: Sequence[HelpLine], today: date
) -> tuple[str, ...]:  # fmt: skip
    """Those obstacles that do not lie in the survey itself: nobody near who helps, no notice in its languages."""
    found = list(help_obstacles(help_lines, today))
    if notice is None or notice.audience is not survey.audience:
        found.append(f"There is no agreement notice for this audience ({survey.audience.value.replace('_', ' ')}).")
    else:
        missing = [language for language in survey.languages if any(language not in said for said in _told(notice))]
        if missing:
            found.append(f"The agreement notice is not complete in: {', '.join(missing)}.")
    return tuple(found)


def _told(notice: Notice) -> Iterator[Text]:
    yield from (notice.title, notice.controller)
    for section in notice.sections:
        yield from (section.heading, *section.paragraphs)
    for purpose in notice.purposes:
        yield from (purpose.question, purpose.explanation)


@dataclass(frozen=True, slots=True)
class Asking:
    """That an adult has to say yes first: why, in one sentence for them, and the wave they are offered for themselves."""

    why: str
    adults_wave_id: str | None
    notice: Notice


LONGEST_WHY = 300
WAVE_FIELDS = ("label", "opens_on", "closes_on", "permission", "why", "adults_wave")
"""What the forms that open a wave ask."""


def read_asking(
    session: Session, survey: Survey, fields: Mapping[str, str], notice: Notice, today: date
) -> Asking | list[Summary] | None:
    """What a publishing form says of permission; None where nobody has to give it."""
    if fields["permission"] != "yes":
        return None
    problems = []
    why = " ".join(fields["why"].split())
    if survey.audience not in ASKED_WITH_PERMISSION:
        problems.append(Summary("permission", _("Only a survey for children or young people can need permission.")))
    if not 1 <= len(why) <= LONGEST_WHY:
        problems.append(Summary("why", _("Say in one sentence why an adult has to say yes, in up to 300 letters.")))
    offered = fields["adults_wave"]
    if offered and offered not in {wave.id for wave in adults_waves(session, today)}:
        problems.append(Summary("adults_wave", _("Choose one of the surveys in the list, or none.")))
    return problems or Asking(why, offered or None, notice)


def adults_waves(session: Session, today: date) -> tuple[OpenedWave, ...]:
    """The waves of surveys for parents and carers that somebody can be offered now or later."""
    return tuple(
        wave
        for wave in published.waves(session, Audience.PARENT_CARER)
        if wave.takes_answers(max(today, wave.opens_on))
    )


def publish(
    session: Session, survey: Survey, notice: Notice, *, label: str, opens_on: date, closes_on: date, area_code: str,
    area_name: str, help_lines: Sequence[HelpLine], published_by: Actor, now: datetime, asking: Asking | None = None,
) -> str:  # fmt: skip
    """Publish a survey for a wave and return the wave's id; refuse (``not_publishable``) with the list of obstacles.

    The same questions under the same notice are the same version, whenever they are asked
    again. ``asking`` holds for this wave alone.
    """
    in_the_way = obstacles(survey, notice, help_lines=help_lines, today=now.date())
    if in_the_way:
        raise Refused("not_publishable", details=in_the_way)
    by = None if published_by is audit.COMMAND_LINE else published_by.id
    version_id, version = next_version(session, survey, notice)
    if version_id is None:
        version_id = new_id()
        session.execute(
            insert(SurveyVersion).values(
                id=version_id,
                name=survey.name,
                version=version,
                title=words(survey.title, survey.languages[0])[0][:200],
                audience=survey.audience.value,
                definition=survey.model_dump(mode="json"),
                content_hash=content_hash(survey),
                notice=notice.model_dump(mode="json"),
                notice_version=notice.version,
                notice_hash=notice_hash(notice),
                published_by=by,
                published_at=now,
            )
        )
    wave_id = new_id()
    session.execute(
        insert(Wave).values(
            id=wave_id, survey_version_id=version_id, label=label, area_code=area_code, area_name=area_name,
            opens_on=opens_on, closes_on=closes_on, state=WaveState.OPEN,
        )
    )  # fmt: skip
    if asking is not None:
        pairs.need(
            session, wave_id, asking.notice, why=asking.why, language=survey.languages[0],
            adults_wave_id=asking.adults_wave_id,
        )  # fmt: skip
    details: dict[str, object] = {"survey": survey.name, "version": version, "content_hash": content_hash(survey)}
    details |= {"needs_permission": True} if asking is not None else {}
    audit.record(session, published_by, "survey.published", wave_id, details, now=now)
    return wave_id


def day(typed: str) -> date | None:
    """The day a date field holds; None where it holds none."""
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None


def wave_problems(label: str, opens_on: date | None, closes_on: date | None, today: date) -> list[Summary]:
    """What is wrong with the form that opens a wave."""
    problems = []
    if not 1 <= len(label) <= 100:
        problems.append(Summary("label", _("Give this wave a name, such as “Spring 2027”, up to 100 letters.")))
    if opens_on is None:
        problems.append(Summary("opens_on", _("Choose the first day on which people can answer.")))
    if closes_on is None:
        problems.append(Summary("closes_on", _("Choose the last day on which people can answer.")))
    elif closes_on < max(today, opens_on or today):
        problems.append(
            Summary("closes_on", _("Choose a last day that is not before the first one, nor before today."))
        )
    return problems


def close_wave(session: Session, wave_id: str, *, by: Actor, now: datetime) -> bool:
    """Stop taking answers; False when the wave was not open."""
    return _move(session, wave_id, WaveState.OPEN, WaveState.CLOSED, "wave.closed", by, now)


def reopen_wave(
    session: Session, wave_id: str, *, help_lines: Sequence[HelpLine], by: Actor, now: datetime
) -> bool:  # fmt: skip
    """Take answers again, up to the day on which the wave was to close; False when it was not closed.

    Refused (``not_publishable``) like publishing where nobody near helps.
    """
    in_the_way = help_obstacles(help_lines, now.date())
    if in_the_way:
        raise Refused("not_publishable", details=in_the_way)
    return _move(session, wave_id, WaveState.CLOSED, WaveState.OPEN, "wave.reopened", by, now)


def _move(
    session: Session, wave_id: str, before: WaveState, after: WaveState, kind: str, by: Actor, now: datetime
) -> bool:
    moved = session.execute(
        update(Wave)
        .where(col(Wave.id) == wave_id, col(Wave.state) == before)
        .values(state=after)
        .returning(col(Wave.id))
    )
    if moved.first() is None:
        return False
    audit.record(session, by, kind, wave_id, now=now)
    return True
