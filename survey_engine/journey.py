"""Which question comes next. Computed from the answers each time, never stored.

Reading order decides, among the questions whose conditions and whose groups' conditions
hold (``situation``). An answer that has become hidden (somebody went back and changed an
earlier one) stops counting at once, for conditions and, at submission, for good: ``kept``
leaves it out, because nobody was asked it any more. It comes back if the change is undone
before sending.

Every question and note is one page, known by its key: the question's name, in a repeated
group with its turn (``helper~2``). A repeated group that is not counted by a rule asks
first how many there are, on a page with the group's own name. The rows of a grid are
pages. What is calculated or hidden has no page and is kept like an answer.

Each function goes once over the survey, tens of microseconds for twenty questions; who asks
several things about the same answers makes one ``situation`` and passes it as ``now``.

>>> from survey_engine.definition import Audience, Kind, Question, Survey
>>> from survey_engine.expression_parser import parse
>>> survey = Survey(name="s", title={"en": "S"}, audience=Audience.CHILD, languages=("en",), items=(
...     Question(name="age", kind=Kind.INTEGER, label={"en": "How old are you?"}),
...     Question(name="work", kind=Kind.TEXT, label={"en": "Your job?"}, relevant=parse("age >= 16")),
... ))
>>> after(survey, {}, None).name, after(survey, {}, "age")
('age', None)
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from survey_engine import answers as answering
from survey_engine.answers import Answer, Answers, AnswerState, Problem
from survey_engine.definition import TURN, UNASKED, UNSEEN, Group, Kind, Question, Survey
from survey_engine.evaluation import key_of
from survey_engine.expressions import Value
from survey_engine.situation import ORDER_SEED, Situation, plan_of

_TURN = re.compile("[1-9][0-9]?")


def situation(survey: Survey, answers: Answers, *, today: date | None = None) -> Situation:
    """The survey as it stands with these answers."""
    seed = answers[ORDER_SEED].value if ORDER_SEED in answers else 0
    plan = plan_of(survey)
    given: dict[str, Value] = {}
    for key, value in answering.values(answers).items():
        name = key.partition(TURN)[0]
        # What is no option's name would be left out by ``kept``: then nothing may follow from it either.
        if name not in plan.unasked and (name not in plan.choices or isinstance(value, str | tuple)):
            given[key] = value
    return Situation(survey, given, today=today, seed=seed if isinstance(seed, int) else 0)


def visible(
    survey: Survey, answers: Answers, *, today: date | None = None, now: Situation | None = None
) -> tuple[Question, ...]:
    """The questions and notes these answers lead to, in reading order; each is named by its key."""
    return tuple(_pages(survey, now or situation(survey, answers, today=today)))


def after(
    survey: Survey, answers: Answers, name: str | None, *, today: date | None = None, now: Situation | None = None
) -> Question | None:
    """The next page after the named one; None when finished. The first page where ``name`` is None.

    The named page may itself have become hidden; what counts is its place in the survey.
    """
    seen = visible(survey, answers, today=today, now=now)
    if name is None:
        return seen[0] if seen else None
    keys = [question.name for question in seen]
    if name in keys:
        following = keys.index(name) + 1
        return seen[following] if following < len(seen) else None
    here = _place(survey, name)
    return next((question for question in seen if _place(survey, question.name) > here), None)


def before(
    survey: Survey, answers: Answers, name: str, *, today: date | None = None, now: Situation | None = None
) -> Question | None:
    """The page to go back to; None on the first one."""
    seen = visible(survey, answers, today=today, now=now)
    keys = [question.name for question in seen]
    if name in keys:
        here = keys.index(name)
        return seen[here - 1] if here else None
    place = _place(survey, name)
    earlier = [question for question in seen if _place(survey, question.name) < place]
    return earlier[-1] if earlier else None


def position(
    survey: Survey, answers: Answers, name: str, *, today: date | None = None, now: Situation | None = None
) -> tuple[int, int]:
    """A page's place among those visible now, counted from 1, and how many there are."""
    keys = [question.name for question in visible(survey, answers, today=today, now=now)]
    if name in keys:
        return keys.index(name) + 1, len(keys)
    here = _place(survey, name)
    return max(1, sum(_place(survey, key) <= here for key in keys)), len(keys)


def may_open(
    survey: Survey, answers: Answers, name: str, *, today: date | None = None, now: Situation | None = None
) -> Question | None:
    """The page to show somebody who asks for this one.

    The page itself when it is visible and nothing required before it is still open; else
    the first such open page; for a page that is hidden by now the next visible one after
    it. None when no page is left (or there never was one of that name and nothing is open).
    """
    now = now or situation(survey, answers, today=today)
    seen = tuple(_pages(survey, now))
    known = any(question.name == name for question in seen)
    here = _place(survey, name)
    for question in seen:
        if question.name == name or (not known and _place(survey, question.name) >= here):
            return question
        if _is_open(now, question, answers):
            return question
    return None


def unfinished(
    survey: Survey, answers: Answers, *, today: date | None = None, now: Situation | None = None
) -> Question | None:
    """The first visible required question without an answer or an allowed "I don't want to say"."""
    now = now or situation(survey, answers, today=today)
    return next((question for question in _pages(survey, now) if _is_open(now, question, answers)), None)


def kept(
    survey: Survey, answers: Answers, *, today: date | None = None, now: Situation | None = None
) -> dict[str, Answer]:
    """The answers that count and are stored at submission: those of visible questions only, and what follows from them.

    An answer to a question that is hidden now is dropped rather than kept "just in case":
    the respondent no longer sees it, so could neither check it nor take it back. The same
    goes for an option that is not offered any more, and for turns beyond the number said.
    """
    now = now or situation(survey, answers, today=today)
    stored: dict[str, Answer] = {}
    for question in _pages(survey, now):
        given = answers.get(question.name)
        if given is None or question.kind in UNASKED:
            continue
        if given.state is AnswerState.ANSWERED and question.name.partition(TURN)[0] in now.plan.choices:
            value = now.values.get(question.name)
            given = Answer(AnswerState.ANSWERED, value) if isinstance(value, str | tuple) else answering.SKIPPED
        stored[question.name] = given
    for key, value in _calculated(now):
        stored[key] = Answer(AnswerState.ANSWERED, value)
    if now.plan.shuffles and ORDER_SEED in answers:
        stored[ORDER_SEED] = answers[ORDER_SEED]
    return stored


def asked_now(
    survey: Survey, answers: Answers, key: str, *, today: date | None = None, now: Situation | None = None
) -> Question | None:
    """A visible page's question as it is asked now: the options offered, in their order, and whether it must be answered."""
    now = now or situation(survey, answers, today=today)
    if not now.relevant.get(key):
        return None
    question = survey.asked(key)
    if question is None or question.kind in UNSEEN:
        return None
    name, turn = split(key)
    if not isinstance(now.plan.parts[name].item, Question):
        return question
    changed: dict[str, object] = {}
    if question.required_if is not None:
        changed["required"] = now.required(name, turn)
    if not question.read_only and now.read_only(name, turn):
        changed["read_only"] = True
    if question.choices and (question.choice_filter is not None or question.shuffle):
        changed["choices"] = now.options(name, turn)
    return question.model_copy(update=changed) if changed else question


def check(
    survey: Survey,
    answers: Answers,
    key: str,
    raw: Sequence[str],
    action: str,
    *,
    today: date | None = None,
    now: Situation | None = None,
) -> Answer | Problem:
    """What was posted for a visible page: an answer, or a problem the respondent can mend.

    As ``answers.check``, with what depends on other answers: options offered, required if,
    and a rule that looks at the same turn of a repeated group.
    """
    now = now or situation(survey, answers, today=today)
    question = asked_now(survey, answers, key, now=now)
    if question is None:
        return Problem(key, "unknown_question")
    name, turn = split(key)
    rule = question.constraint
    checked = answering.check(question.model_copy(update={"constraint": None}) if rule else question, raw, action, {})
    if rule is None or not isinstance(checked, Answer) or checked.state is not AnswerState.ANSWERED:
        return checked
    if now.meets(rule, name, turn, checked.value):
        return checked
    return Problem(key, "constraint", message=question.constraint_message or None)


def split(key: str) -> tuple[str, tuple[int, ...]]:
    """A key as name and turn; what is no turn (a key comes from an address) stays part of the name.

    >>> split("pet~2~1"), split("age")
    (('pet', (2, 1)), ('age', ()))
    """
    name, *turns = key.split(TURN)
    if all(_TURN.fullmatch(turn) for turn in turns):
        return name, tuple(int(turn) for turn in turns)
    return key, ()


def _pages(survey: Survey, now: Situation) -> Iterator[Question]:
    if not now.plan.shuffles and not any(now.plan.chains.values()):  # the usual survey: one after the other
        for question in survey.questions:
            if question.kind not in UNSEEN and now.relevant[question.name]:
                yield question
        return
    yield from _pages_of(survey, now, survey.items, ())


def _pages_of(
    survey: Survey, now: Situation, items: Sequence[Question | Group], turn: tuple[int, ...]
) -> Iterator[Question]:
    for item in items:
        if isinstance(item, Question):
            key = key_of(item.name, turn)
            if item.kind not in UNSEEN and now.relevant.get(key):
                question = survey.asked(key)
                assert question is not None
                yield question
        elif item.repeat is None:
            yield from _pages_of(survey, now, _arranged(now, item, turn), turn)
        else:
            yield from _turns_of(survey, now, item, turn)


def _turns_of(survey: Survey, now: Situation, group: Group, turn: tuple[int, ...]) -> Iterator[Question]:
    assert group.repeat is not None
    how_many = survey.asked(key_of(group.name, turn)) if group.repeat.count is None else None
    if how_many is not None and now.relevant.get(key_of(group.name, turn)):
        yield how_many
    depth = len(turn) + 1
    for one in now.turns(group.name):
        if one[: depth - 1] == turn:
            yield from _pages_of(survey, now, _arranged(now, group, one), one)


def _arranged(now: Situation, group: Group, turn: tuple[int, ...]) -> Sequence[Question | Group]:
    return now.arranged(group.items, group.name, turn) if group.shuffle else group.items


def _calculated(now: Situation) -> Iterator[tuple[str, str | int | float]]:
    for name, part in now.plan.parts.items():
        if name in now.plan.wordy:
            continue  # it may repeat somebody's own words, which have only one place
        if isinstance(part.item, Question) and part.item.kind in (Kind.CALCULATED, Kind.HIDDEN):
            for turn in now.turns(name):
                value = now.values.get(key_of(name, turn))
                if isinstance(value, str | int | float) and not isinstance(value, bool) and value not in ("", "NaN"):
                    yield key_of(name, turn), value


def _place(survey: Survey, key: str) -> tuple[int, ...]:
    """Where a key's page stands in reading order, whether it is visible or not; far behind for an unknown one.

    Counted along the way down: the place of each repeated group, then the turn in it, then
    the place of the question. A page that asks how many stands before the first turn.
    """
    name, turn = split(key)
    places = plan_of(survey).places
    if name not in places:
        return (len(places),)
    found: list[int] = []
    for depth, group in enumerate(plan_of(survey).chains[name]):
        found += [places[group], turn[depth] if depth < len(turn) else 0]
    return (*found, places[name]) if len(turn) >= len(plan_of(survey).chains[name]) else tuple(found)


def _is_open(now: Situation, question: Question, answers: Answers) -> bool:
    if question.kind in UNASKED or question.read_only:
        return False
    required = question.required
    if question.required_if is not None:
        required = now.required(*split(question.name))
    if question.read_only_if is not None and now.meets(question.read_only_if, *split(question.name), None):
        return False  # nobody may type into it now
    if not required:
        return False
    answer = answers.get(question.name)
    if answer is None or answer.state is AnswerState.SKIPPED:
        return True
    return answer.state is AnswerState.DECLINED and not question.may_decline
