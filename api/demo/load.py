"""Store the invented county through the same services as real people's answers, and make links to it.

Loaded beside the real place and moved there whole: a start that was interrupted is begun
again, never half there. Everybody's answers go through drafts, sending, screening,
redaction, agreement and withdrawal like anybody's.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from rich.progress import Progress
from sqlalchemy import case, select, update
from sqlmodel import Session, col

from api import intake, security
from api.audit import COMMAND_LINE, Actor
from api.collect import drafts
from api.collect import service as collect
from api.demo.county import OBSERVATIONS, YOUNG_PEOPLE, County, Respondent, county, surveys, waves
from api.demo.measures import AREA_CODE, AREA_NAME, measure_files
from api.design import ready_made
from api.design import service as design
from api.export import service as export
from api.keyring import Keyring
from api.manage import service as manage
from api.metrics import service as metrics
from api.models import Job, Staff
from api.models.columns import new_id
from api.observe import service as observe
from api.pages import HelpLine
from api.published import OpenedWave, wave
from api.published import waves as all_waves
from api.review import runs
from api.roles import Role
from api.settings import PROJECT_DIR, Settings
from api.vault import READING_TARGET
from api.vault.tables import ReadingItem, ReadingState
from api.wiring import START, Joined
from api.worker import Workshop, work_once
from survey_engine import journey
from survey_engine.answers import Answer, Problem, check
from survey_engine.consent import Decision, Purpose
from survey_engine.definition import Survey
from survey_engine.disclosure import Policy

DEMO_DIR = PROJECT_DIR / "var" / "demo" / "data"
COUNCIL = AREA_NAME
CONTENT = "7"
"""Which county is loaded; another number here makes the next start load it anew."""
RELEASE_PURPOSE = "Invented study: what young people say about moving home, for the demonstration."

WAITING_PURPOSE = "Invented study: who helps young people with school, for the demonstration."

__all__ = ["AREA_CODE", "COUNCIL", "DEMO_DIR", "fresh_links", "prepare", "told"]


def prepare(
    settings: Settings,
    migrate: Callable[[Settings], None],
    build_model: Callable[[Settings], None],
    make_workshop: Callable[[Settings], Workshop],
    bar: Progress,
    say: Callable[[str], None],
) -> None:
    """Make sure that the county is there, as this version of the program makes it."""
    target = settings.data_dir
    if _content(target) == CONTENT:
        migrate(settings)
        return
    partial = target.with_name(target.name + ".partial")
    for left_over in (partial, target):
        shutil.rmtree(left_over, ignore_errors=True)
    say("Loading an invented county: Marlshire. Nobody in it is real.")
    building = settings.model_copy(update={"data_dir": partial})
    task = bar.add_task("Making two databases", total=None)
    migrate(building)
    bar.update(task, description="Building the sentence model (once)")
    build_model(settings)
    bar.remove_task(task)
    shop = make_workshop(building)
    _load(building, shop, bar)
    shop.main.dispose()
    shop.vault.dispose()
    (partial / "content").write_text(CONTENT)
    partial.replace(target)
    say("Marlshire is ready.")


def _content(target: Path) -> str | None:
    try:
        return (target / "content").read_text()
    except FileNotFoundError:
        return None


def _load(settings: Settings, shop: Workshop, bar: Progress) -> None:
    now = datetime.now(UTC)
    people, keyring = county(), Keyring(settings.key())
    with shop.main.writing() as session:
        staff = _staff(session, people, now)
        opened = _waves(session, staff[Role.OFFICER][0], now)
        cases = _cases(session, shop, people, staff[Role.PRACTITIONER][0], now)
        ways = {
            name: manage.make_invitation(
                session, keyring, found.id, single_use=False, expires_on=found.closes_on,
                created_by=staff[Role.OFFICER][0], now=now,
            )
            for name, found in opened.items()
        }  # fmt: skip
    task = bar.add_task("Answering as 429 invented people", total=len(people.respondents))
    withdrawing = []
    for respondent in people.respondents:
        # The newest answers came in today: the reading queue has something in it, and time left.
        day = now - timedelta(days=respondent.days_ago if respondent.days_ago > 30 else 0)
        if respondent.survey == OBSERVATIONS:
            _observe(shop, opened[OBSERVATIONS], respondent, cases, staff[Role.PRACTITIONER][0], day)
        else:
            response_id = _answer(shop, keyring, ways[respondent.survey].token, respondent, day)
            if response_id is not None and respondent.withdraws:
                withdrawing.append(response_id)
        bar.advance(task)
    bar.remove_task(task)
    _import_measures(shop, settings, staff[Role.OFFICER][0], now)
    task = bar.add_task("Screening and taking names out", total=None)
    while work_once(shop):
        bar.advance(task)
    _catch_up_reading(shop, staff[Role.SAFEGUARDING][0], now)
    for response_id in withdrawing:
        with shop.main.writing() as session:
            intake.withdraw(session, shop.vault, response_id, today=now.date(), now=now)
    bar.update(task, description="Finding themes")
    with shop.main.writing() as session:
        for name, found in opened.items():
            if name != OBSERVATIONS:
                runs.request(session, found.id, staff[Role.OFFICER][0], requested_by=staff[Role.OFFICER][0].id, now=now)
    while work_once(shop):
        bar.advance(task)
    bar.remove_task(task)
    with shop.main.reading() as session:
        if session.execute(select(col(Job.id))).first() is not None:
            raise RuntimeError("a job of the invented county failed; its kind and fault are in the log")
    _release(shop, keyring, settings, opened[YOUNG_PEOPLE], staff, now)


def _staff(session: Session, people: County, now: datetime) -> dict[Role, list[Actor]]:
    found: dict[Role, list[Actor]] = {}
    for colleague in people.staff:
        staff_id = manage.add_staff(
            session, name=colleague.name, email=colleague.email, role=colleague.role, by=COMMAND_LINE, now=now
        )
        assert isinstance(staff_id, str), "the invented staff are in order"
        found.setdefault(Role(colleague.role), []).append(Actor(staff_id, colleague.role))
    return found


def help_lines(today: date) -> tuple[HelpLine, ...]:
    """The county's own number; invented like the rest, and checked the day the county is loaded or served."""
    return (HelpLine(f"{COUNCIL} children's services", "01632 960001", "Day and night", today),)


def _waves(session: Session, officer: Actor, now: datetime) -> dict[str, OpenedWave]:
    opened = {}
    for planned in waves(now.date()):
        survey: Survey = surveys()[planned.survey]
        notice = ready_made.notice_for(survey.audience, COUNCIL)
        assert notice is not None, "the library has a notice for each audience"
        wave_id = design.publish(
            session, survey, notice, label=planned.label, opens_on=planned.opens_on, closes_on=planned.closes_on,
            area_code=AREA_CODE, area_name=AREA_NAME, help_lines=help_lines(now.date()),
            published_by=officer, now=now,
        )  # fmt: skip
        found = wave(session, wave_id)
        assert found is not None
        opened[planned.survey] = found
    return opened


def _cases(session: Session, shop: Workshop, people: County, practitioner: Actor, now: datetime) -> list[observe.Case]:
    cases = []
    for child in people.cases:
        linked = manage.link_case(
            session, shop.vault, child.reference, child.names, practitioner.id, by=practitioner, now=now
        )
        assert isinstance(linked, str), "the invented cases are in order"
        found = observe.own_case(session, practitioner.id, linked)
        assert found is not None
        cases.append(found)
    return cases


def _answered(survey: Survey, respondent: Respondent) -> dict[str, Answer]:
    answers: dict[str, Answer] = {}
    for reply in respondent.answers:
        given = check(survey.question_by_name[reply.question], reply.values, reply.action, answers)
        if isinstance(given, Problem):
            raise RuntimeError(f"the invented answer to {reply.question} is refused: {given.code}")
        answers[reply.question] = given
    return answers


def _choices(agreement: Mapping[str, str]) -> dict[Purpose, Decision]:
    return {
        Purpose(purpose): Decision.AGREED if said == "yes" else Decision.DECLINED for purpose, said in agreement.items()
    }


def _answer(shop: Workshop, keyring: Keyring, token: str, respondent: Respondent, day: datetime) -> str | None:
    """One respondent, all the way; None for those who said no, of whom nothing is kept."""
    choices = _choices(respondent.agreement)
    if choices[Purpose.TAKE_PART] is not Decision.AGREED:
        return None
    today = day.date()
    with shop.main.writing() as session:
        fingerprint = keyring.fingerprint("invitation token", token)
        invited = collect.invited(session, today=today, fingerprint=fingerprint)
        way = drafts.start(session, keyring, invited.wave, invited.invitation_id, "en", choices, today=today)
        draft = drafts.find(session, keyring, way, lock=True)
        assert draft is not None
        answers = _answered(invited.wave.published.survey, respondent)
        drafts.save(session, draft, answers)
        draft = drafts.find(session, keyring, way, lock=True)
        assert draft is not None
        missing = collect.send(session, shop.vault, keyring, draft, today=today, now=day)
        assert missing is None, "an invented respondent answers what is required"
    return way.response_id


def _observe(
    shop: Workshop, opened: OpenedWave, respondent: Respondent, cases: list[observe.Case], by: Actor, day: datetime
) -> None:
    assert respondent.case is not None
    survey = opened.published.survey
    answers = journey.kept(survey, _answered(survey, respondent))
    with shop.main.writing() as session:
        observe.store(
            session, shop.vault, new_id(), opened, cases[respondent.case], answers, _choices(respondent.agreement),
            by=by, now=day,
        )  # fmt: skip


def _catch_up_reading(shop: Workshop, reader: Actor, now: datetime) -> None:
    """What came in more than two days ago was read in its time; the queue holds what a good week leaves in it.

    Three of the urgent ones count as of just now, so that a reader sees what the queue is for.
    """
    with shop.vault.database.writing() as session:
        newest = select(col(ReadingItem.id), col(ReadingItem.tier)).order_by(col(ReadingItem.received_at).desc())
        urgent = [
            item
            for tier, count in (("red", 1), ("amber", 2))
            for item in session.execute(newest.where(col(ReadingItem.tier) == tier).limit(count))
        ]
        for item in urgent:
            session.execute(
                update(ReadingItem)
                .where(col(ReadingItem.id) == item.id)
                .values(received_at=now, due_at=now + READING_TARGET[item.tier])
            )
        session.execute(
            update(ReadingItem)
            .where(col(ReadingItem.received_at) < now - timedelta(days=2))
            .values(
                state=ReadingState.DECIDED, claimed_by=reader.id, decided_at=col(ReadingItem.received_at),
                decision=case(
                    (col(ReadingItem.tier) == "red", "passed_to_front_door"),
                    (col(ReadingItem.tier) == "amber", "advice_given"),
                    else_="no_concern",
                ),
            )
        )  # fmt: skip


def _import_measures(shop: Workshop, settings: Settings, by: Actor, now: datetime) -> None:
    with shop.main.writing() as session:
        metrics.import_files(
            session, list(measure_files(now.date()).items()), area_code=AREA_CODE, area_name=AREA_NAME,
            as_of=metrics.last_ended_year(now.date()), actor=by, now=now, imported_by=by.id,
            policy=Policy(threshold=settings.disclosure_threshold),
        )  # fmt: skip


def _release(
    shop: Workshop, keyring: Keyring, settings: Settings, opened: OpenedWave, staff: Mapping[Role, list[Actor]],
    now: datetime,
) -> None:  # fmt: skip
    """One request that a second person has released, and one that still waits for somebody."""
    researcher, second = staff[Role.RESEARCHER][0], staff[Role.ADMINISTRATOR][0]
    policy = Policy(threshold=settings.disclosure_threshold)
    with shop.main.writing() as session:
        for purpose, decided in ((RELEASE_PURPOSE, True), (WAITING_PURPOSE, False)):
            asked = export.request(
                session, wave_id=opened.id, purpose=purpose, with_texts=decided, staff_id=researcher.id,
                actor=researcher, policy=policy, now=now,
            )  # fmt: skip
            assert isinstance(asked, str), "the invented wave is large enough"
            if decided:
                in_the_way = export.decide(
                    session, keyring, asked, "release", "Checked: wording and small groups looked at.",
                    staff_id=second.id, actor=second, policy=policy, now=now,
                )  # fmt: skip
                assert in_the_way is None


def fresh_links(joined: Joined) -> dict[str, Any]:
    """Links of this start: staff links sign in once, survey links may be opened any number of times."""
    now, base = joined.clock(), joined.settings.base_url
    links: dict[str, str] = {}
    survey_links: dict[str, str] = {}
    with joined.main.writing() as session:
        for opened in _open_waves(session, now.date()):
            made = manage.make_invitation(
                session, joined.keyring, opened.id, single_use=False, expires_on=opened.closes_on,
                created_by=COMMAND_LINE, now=now,
            )  # fmt: skip
            survey_links[opened.published.name] = f"{base}/s/{made.token}"
        links["young_person"] = survey_links[YOUNG_PEOPLE]
        for role, name in ROLE_LINKS.items():
            staff_id = (
                session.execute(
                    select(col(Staff.id))
                    .where(col(Staff.role) == role, col(Staff.active))
                    .order_by(col(Staff.created_at), col(Staff.email))
                )
                .scalars()
                .first()
            )
            if staff_id is not None:
                token = security.make_sign_in_link(session, joined.keyring, staff_id, START[role], now=now)
                links[name] = f"{base}/staff/link/{token}"
    return {"links": links, "survey_links": survey_links}


ROLE_LINKS = {
    Role.PRACTITIONER: "practitioner",
    Role.OFFICER: "officer",
    Role.RESEARCHER: "researcher",
    Role.SAFEGUARDING: "safeguarding",
    Role.ADMINISTRATOR: "administrator",
}


def _open_waves(session: Session, today: date) -> list[OpenedWave]:
    return [
        found for found in all_waves(session) if found.takes_answers(today) and found.published.name != OBSERVATIONS
    ]


def told(links: Mapping[str, Any]) -> str:
    """The links as a person reads them."""
    named = links["links"]
    lines = [
        ("A young person's survey", named["young_person"]),
        ("A practitioner's log", named["practitioner"]),
        ("A participation officer's desk", named["officer"]),
        ("A researcher's release", named["researcher"]),
        ("The reading queue (safeguarding)", named["safeguarding"]),
        ("A second person, who releases (administrator)", named["administrator"]),
    ]
    width = max(len(title) for title, _ in lines)
    body = "\n".join(f"  {title:<{width}}  {link}" for title, link in lines)
    return f"\n{body}\n\nSurvey links may be opened any number of times; staff links sign in once. Stop with Ctrl-C."
