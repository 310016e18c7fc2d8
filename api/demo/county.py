"""The people of the invented county, and what they answer.

Each respondent has leanings (how home, workers, being heard… are for them, below 0 bad,
above 0 good), drawn first; options and texts are then drawn by them, so that somebody
who writes about moving again does not also say that it feels like home. The questions
are walked with ``survey_engine`` itself, so no sequence of answers can be one that a real
journey would refuse. How often what is chosen is data (``voices/habits.yaml``).

>>> len(county().cases)
6
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from random import Random
from typing import Any

import yaml

from api.demo.measures import AREA_CODE, AREA_NAME, REGION
from survey_engine.answers import Answer, Problem, check
from survey_engine.authoring import read_notices, read_yaml
from survey_engine.consent import Purpose
from survey_engine.definition import Audience, Kind, Question, Survey
from survey_engine.journey import after, kept

SURVEY_FILES = {
    "where-i-live-and-who-helps-me": "young_people_12_17.yaml",
    "my-week-and-my-people": "children_8_11.yaml",
    "your-family-and-our-help": "parents_carers.yaml",
    "what-a-child-told-us": "observation.yaml",
}
"""The surveys of the library that the county uses, and their files there; own words are in files of the same name."""

OBSERVATIONS = "what-a-child-told-us"
YOUNG_PEOPLE = "where-i-live-and-who-helps-me"

QUOTES_AGREED, RESEARCH_AGREED, CONTACT_AGREED = 0.85, 0.70, 0.35
"""Shares of respondents who say yes to each further use."""

NOTHING_SAID = 0.06
"""Share of written answers that say nothing much; these texts may come more than once, all others once."""

PULL = 1.5
"""How strongly a leaning moves what is chosen: at leaning 1 the best option is e^3 times more likely against the worst."""

_SIDE_OF_LIFE = {
    "moving_homes": "home", "house_bedroom_rules_food": "home", "going_well_with_carer": "home",
    "pets_and_hobbies": "home", "phones_and_wifi": "home", "feeling_safe": "home",
    "social_worker_changes": "worker", "help_came_late": "worker", "being_heard_and_meetings": "heard",
    "family_and_siblings": "family", "school_and_friends": "school", "money_and_leaving_care": "future",
    "feelings_and_sleep": "feelings", "something_else": "feelings",
}  # fmt: skip
_TONES = {"good": 1.0, "wish": 0.0, "hard": -1.0}


@dataclass(frozen=True, slots=True)
class Reply:
    """What one page posts: the question, the button ("next", "skip", "decline") and the values of its field."""

    question: str
    action: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Respondent:
    """One set of answers. ``agreement``: "yes" or "no" by purpose; a "no" to taking part comes alone, with no answers.

    ``days_ago``: when it was sent, before the day of the demonstration. ``case`` (an
    observation only) counts into the county's cases.
    """

    survey: str
    agreement: Mapping[str, str]
    answers: tuple[Reply, ...]
    days_ago: int
    withdraws: bool = False
    case: int | None = None


@dataclass(frozen=True, slots=True)
class Colleague:
    """A member of staff; ``role`` as in ``permissions``."""

    name: str
    email: str
    role: str


@dataclass(frozen=True, slots=True)
class Case:
    """A child a practitioner works with: the local reference, and the names the record knows (for redaction)."""

    reference: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DemoWave:
    """When one survey of the county is open."""

    survey: str
    label: str
    opens_on: date
    closes_on: date


@dataclass(frozen=True, slots=True)
class County:
    """All of it. ``staff``: one for each role first, then a second officer and a second administrator."""

    area_code: str
    area_name: str
    region_name: str
    respondents: tuple[Respondent, ...]
    staff: tuple[Colleague, ...]
    cases: tuple[Case, ...]


STAFF = tuple(
    Colleague(name, f"{name.lower().replace(' ', '.')}@marlshire.example", role)
    for name, role in (
        ("Samira Holloway", "practitioner"),
        ("Gwen Tarrant", "officer"),
        ("Idris Fairweather", "researcher"),
        ("Pauline Okoro", "safeguarding"),
        ("Martin Sedgley", "administrator"),
        ("Bea Lindley", "officer"),
        ("Yusuf Brannigan", "administrator"),
    )
)

_OPEN_DAYS = {
    YOUNG_PEOPLE: (300, 26),
    "my-week-and-my-people": (210, 40),
    "your-family-and-our-help": (160, 60),
    OBSERVATIONS: (300, 65),
}
"""Days each survey has been open before the demonstration, and stays open after it."""


def waves(today: date) -> tuple[DemoWave, ...]:
    """One wave of each survey, all open today; the measures' latest year is the one that ended last before it.

    >>> waves(date(2026, 11, 22))[0].opens_on, waves(date(2026, 11, 22))[0].closes_on
    (datetime.date(2026, 1, 26), datetime.date(2026, 12, 18))
    """
    return tuple(
        DemoWave(survey, str(today.year), today - timedelta(days=before), today + timedelta(days=later))
        for survey, (before, later) in _OPEN_DAYS.items()
    )


def county(seed: int = 7) -> County:
    """The county as it answers with this seed; the same seed gives the same people."""
    random = Random(f"county {seed}")  # noqa: S311 - invented people, no secret
    respondents = []
    for survey in surveys().values():
        respondents += _observations(random, survey) if survey.name == OBSERVATIONS else _respondents(random, survey)
    cases = tuple(Case(case["reference"], tuple(case["names"])) for case in _voices(OBSERVATIONS)["cases"])
    return County(AREA_CODE, AREA_NAME, REGION[1], tuple(respondents), STAFF, cases)


# --- people


def _respondents(random: Random, survey: Survey) -> list[Respondent]:
    """Everybody who opened one survey: those who answer, those who do not want to, those who take it back."""
    habits = _voices("habits")[survey.name]
    writer = _Writer(random, _voices(survey.name), habits["questions"])
    people, declining = int(habits["people"]), int(habits["declining"])
    worried = random.sample(range(people), len(writer.urgent))
    found = []
    for number in range(people):
        urgent = writer.urgent[worried.index(number)] if number in worried else None
        found.append(_respondent(random, survey, habits, writer, urgent))
    calm = [number for number in range(people) if number not in worried and found[number].answers]
    for number in random.sample(calm, int(habits["withdrawing"])):
        found[number] = replace(found[number], withdraws=True)
    refused = {Purpose.TAKE_PART.value: "no"}
    found += [Respondent(survey.name, refused, (), _days_ago(random, survey.name)) for _ in range(declining)]
    random.shuffle(found)
    return found


def _respondent(
    random: Random, survey: Survey, habits: Mapping[str, Any], writer: _Writer, urgent: str | None
) -> Respondent:
    general = random.gauss(0, 0.55) if urgent is None else -1.2
    leanings = {
        side: max(-1.5, min(1.5, general + random.gauss(0, 0.6))) for side in sorted(set(_SIDE_OF_LIFE.values()))
    }
    decline, skip = float(habits["decline"]), float(habits["skip"])

    def say(question: Question) -> Reply:
        habit = habits["questions"][question.name]
        if urgent is not None and "read_soon" in habit.get("themes", ()):
            return Reply(question.name, "next", (urgent,))
        if question.may_decline and random.random() < decline:
            return Reply(question.name, "decline")
        if not question.required and random.random() < skip:
            return Reply(question.name, random.choice(("skip", "next")))
        if question.holds_free_text:
            text = writer.write(question.name, leanings)
            return Reply(question.name, "next" if text else random.choice(("skip", "next")), (text,) if text else ())
        return Reply(question.name, "next", _chosen(random, question, habit, leanings))

    agreement = _agreement(random, survey.audience)
    return Respondent(survey.name, agreement, _walk(survey, say), _days_ago(random, survey.name))


def _observations(random: Random, survey: Survey) -> list[Respondent]:
    """What practitioners logged: written out in full, because these hang together."""
    found = []
    for entry in _voices(OBSERVATIONS)["observations"]:

        def say(question: Question, answers: Mapping[str, Any] = entry["answers"]) -> Reply:
            said = answers.get(question.name)
            if said is None:
                return Reply(question.name, "skip")
            return Reply(question.name, "next", (said,) if isinstance(said, str) else tuple(said))

        agreement = _agreement(random, survey.audience) | {Purpose.QUOTES.value: entry["quotes"]}
        days = _days_ago(random, survey.name)
        found.append(Respondent(survey.name, agreement, _walk(survey, say), days, case=int(entry["case"])))
    return found


def _walk(survey: Survey, say: Callable[[Question], Reply]) -> tuple[Reply, ...]:
    """Answer page after page, as a respondent would; a reply the survey refuses is a fault of the voices' files."""
    answers: dict[str, Answer] = {}
    replies: list[Reply] = []
    question = after(survey, answers, None)
    while question is not None:
        reply = Reply(question.name, "next") if question.kind is Kind.NOTE else say(question)
        answer = check(question, reply.values, reply.action, kept(survey, answers))
        if isinstance(answer, Problem):
            raise ValueError(f"{survey.name}: the invented reply to {question.name} is refused ({answer.code})")
        answers[question.name] = answer
        replies.append(reply)
        question = after(survey, answers, question.name)
    return tuple(replies)


def _agreement(random: Random, audience: Audience) -> dict[str, str]:
    """A yes or no to each purpose the audience's notice asks about; taking part is a yes here."""
    chances = {
        Purpose.TAKE_PART: 1.0,
        Purpose.QUOTES: QUOTES_AGREED,
        Purpose.RESEARCH: RESEARCH_AGREED,
        Purpose.CONTACT_AGAIN: CONTACT_AGREED,
    }
    return {purpose.value: "yes" if random.random() < chances[purpose] else "no" for purpose in _purposes()[audience]}


def _days_ago(random: Random, survey: str) -> int:
    """More answer soon after opening than later; nobody on the first or the last day."""
    longest = _OPEN_DAYS[survey][0] - 1
    return int(random.triangular(1, longest, longest * 0.8))


# --- choices and words


def _chosen(
    random: Random, question: Question, habit: Mapping[str, Any], leanings: Mapping[str, float]
) -> tuple[str, ...]:
    """The options taken, likelier ones more often; along a line of options the leaning decides where."""
    weights = {option: float(weight) for option, weight in habit["weights"].items()}
    if "about" in habit:
        line = [option for option in weights if option not in habit.get("apart", ())]
        for place, option in enumerate(line):
            weights[option] *= math.exp(PULL * leanings[habit["about"]] * (1 - 2 * place / (len(line) - 1)))
    first = random.choices(list(weights), list(weights.values()))[0]
    alone = {choice.name for choice in question.choices if choice.exclusive}
    if "up to" not in habit or first in alone:
        return (first,)
    more = {option: weight for option, weight in weights.items() if option not in alone and option != first}
    chosen = {first}
    for _ in range(random.randrange(int(habit["up to"]))):
        chosen.add(random.choices(list(more), list(more.values()))[0])
    return tuple(option for option in weights if option in chosen)


class _Writer:
    """Hands out the texts of one survey, each once, by the question's themes and the writer's leaning on them."""

    def __init__(self, random: Random, voices: Mapping[str, Any], questions: Mapping[str, Any]) -> None:
        self._random = random
        self._questions = questions
        self._empty: Sequence[str] = voices["nothing_much"]["any"]
        self.urgent: Sequence[str] = voices["read_soon"]["hard"]
        """Texts a person must see soon; given to somebody directly, never drawn."""
        self._left: dict[tuple[str, str], list[str]] = {
            (theme, tone): random.sample(texts, len(texts))
            for theme, tones in voices.items()
            if theme in _SIDE_OF_LIFE
            for tone, texts in tones.items()
        }

    def write(self, question: str, leanings: Mapping[str, float]) -> str:
        """Own words, or nothing: not everybody writes, and nobody repeats what another has written."""
        habit = self._questions[question]
        if self._random.random() >= float(habit["chance"]):
            return ""
        if "nothing_much" in habit["themes"] and self._random.random() < NOTHING_SAID:
            return self._random.choice(self._empty)
        weights = {
            (theme, tone): len(self._left[theme, tone]) * math.exp(PULL * leanings[_SIDE_OF_LIFE[theme]] * _TONES[tone])
            for theme, tones in habit["themes"].items()
            if theme in _SIDE_OF_LIFE
            for tone in tones
            if self._left.get((theme, tone))
        }
        if not weights:
            return ""
        return self._left[self._random.choices(list(weights), list(weights.values()))[0]].pop()


# --- package data


@cache
def surveys() -> Mapping[str, Survey]:
    """The library's surveys that the county answers, by name."""
    found = {}
    for name, file in SURVEY_FILES.items():
        survey = read_yaml(files("survey_engine.library").joinpath(file).read_bytes())
        if not isinstance(survey, Survey):
            raise ValueError(f"the library's {file} is no survey: {survey[0]}")
        found[name] = survey
    return found


@cache
def _purposes() -> Mapping[Audience, tuple[Purpose, ...]]:
    notices = read_notices(files("survey_engine.library").joinpath("notice.yaml").read_bytes())
    if isinstance(notices, tuple):
        raise ValueError(f"the library's notice.yaml holds no notices: {notices[0]}")
    return {audience: tuple(asked.purpose for asked in notice.purposes) for audience, notice in notices.items()}


@cache
def _voices(name: str) -> Any:
    """One file of words; every scalar is text, because "no" and "." are answers here."""
    file = {OBSERVATIONS: "observations.yaml"}.get(name, SURVEY_FILES.get(name, f"{name}.yaml"))
    return yaml.load(files("api.demo").joinpath("voices", file).read_bytes(), yaml.BaseLoader)  # noqa: S506 - BaseLoader makes nothing but text
