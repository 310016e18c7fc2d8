"""What holds in a survey for the answers given so far: which items count, what they are worth, what they need.

One pass over the survey, in the order in which things depend on each other, gives the
relevance and the value of everything; what only one page needs (its options, whether it
must be answered, whether its rule is met) is worked out when asked for. The journey, the
check of an answer and ``earshot survey walk`` all look through this.

A value that does not count is None: that of a question whose condition, or whose group's,
does not hold, and that of an option which its filter no longer offers. So an answer to a
question that has become hidden is never seen by a condition; it comes back when the
condition holds again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from survey_engine.definition import SEVERAL, UNASKED, Choice, Group, Kind, Question, Survey
from survey_engine.evaluation import (
    BUDGET,
    Compiled,
    Scope,
    Structure,
    all_turns,
    boolean,
    chosen_options,
    compiled,
    is_answered,
    key_of,
    number,
    text,
    tidy,
)
from survey_engine.expressions import EXPRESSION_PARTS, Call, Expression, Value, names, nodes
from survey_engine.ordering import shuffled

ORDER_SEED = "~order"
"""The key under which a response keeps the seed of its random orders."""


@dataclass(frozen=True, slots=True)
class Part:
    """One question or group with its conditions ready to run."""

    item: Question | Group
    parent: str | None
    chain: tuple[str, ...]
    relevant: Compiled | None
    calculation: Compiled | None
    default: Compiled | None
    choice_filter: Compiled | None
    count: Compiled | None


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything about a survey that does not depend on answers; made once (``plan_of``).

    ``wordy`` are the calculations that may hold a copy of somebody's own words; ``shuffles``
    says whether anything is left to chance, so that a response must keep its seed.
    """

    parts: dict[str, Part]
    order: tuple[Part, ...]
    chains: dict[str, tuple[str, ...]]
    choices: dict[str, tuple[Choice, ...]]
    places: dict[str, int]
    wordy: frozenset[str]
    unasked: frozenset[str]
    shuffles: bool


def plan_of(survey: Survey) -> Plan:
    """The survey's plan; kept with the survey, which never changes."""
    kept: Plan | None = survey.__dict__.get("_plan")
    if kept is None:
        kept = survey.__dict__["_plan"] = _plan(survey)
    return kept


class Situation:
    """A survey seen with given answers.

    ``given`` holds values by key, whatever they are; ``fewest_turns`` is how many turns a
    repeated group has before anybody said how many; ``prefill`` fills in defaults, as
    other programs do and respondents' pages never.
    """

    def __init__(
        self, survey: Survey, given: Mapping[str, Value], *, today: date | None = None, seed: int = 0,
        fewest_turns: int = 0, prefill: bool = False, language: str = "",
    ) -> None:  # fmt: skip
        self.survey = survey
        self.plan = plan_of(survey)
        self.values: dict[str, Value] = {}
        self.relevant: dict[str, bool] = {}
        self._given, self._today, self._seed, self._prefill = given, today, seed, prefill
        self._fewest = fewest_turns
        self._turns: dict[str, int] = {}
        self.structure = Structure(self.plan.chains, self._turns, self.plan.choices, language or survey.languages[0])
        self._budget = [BUDGET]
        for part in self.plan.order:
            if part.chain:
                self._work_out_turns(part)
            else:
                self._work_out(part, (), part.item.name)

    # --- what one key is about

    def turns(self, name: str) -> Iterator[tuple[int, ...]]:
        """Every turn there is of a question or group now."""
        return all_turns(self.structure, self.plan.chains[name])

    def how_many(self, key: str) -> int:
        """How many turns the repeated group of this key has now."""
        return self._turns.get(key, 0)

    def required(self, name: str, turn: tuple[int, ...] = ()) -> bool:
        """Whether a question must be answered (or declined) now."""
        question = self.plan.parts[name].item
        assert isinstance(question, Question)
        if question.required_if is None:
            return question.required
        return boolean(compiled(question.required_if)(self._scope(name, turn)))

    def read_only(self, name: str, turn: tuple[int, ...] = ()) -> bool:
        """Whether nobody may type into a question or any question of a group."""
        item = self.plan.parts[name].item
        if isinstance(item, Question) and item.read_only:
            return True
        if item.read_only_if is not None and boolean(compiled(item.read_only_if)(self._scope(name, turn))):
            return True
        parent = self.plan.parts[name].parent
        return parent is not None and self.read_only(parent, turn[: len(self.plan.chains[parent])])

    def options(self, name: str, turn: tuple[int, ...] = ()) -> tuple[Choice, ...]:
        """The options offered now, in the order they are shown."""
        part = self.plan.parts[name]
        question = part.item
        assert isinstance(question, Question)
        offered = self._offered(part, question, turn)
        if not question.shuffle:
            return offered
        seed = self._seed
        if question.shuffle_seed is not None:
            chosen = number(compiled(question.shuffle_seed)(self._scope(name, turn)))
            seed = int(chosen) if abs(chosen) < 1e15 else 0
        moving = [choice for choice in offered if choice.means == "answer" and not choice.exclusive]
        staying = tuple(choice for choice in offered if choice not in moving)
        return (*shuffled(moving, f"{seed}/{key_of(name, turn)}"), *staying)

    def meets(self, condition: Expression, name: str, turn: tuple[int, ...], value: Value) -> bool:
        """Whether a value of a question would meet a rule."""
        scope = self._scope(name, turn)
        scope.this = value
        return boolean(compiled(condition)(scope))

    def violation(self, name: str, turn: tuple[int, ...] = ()) -> str | None:
        """What is wrong with a question now: "constraint" (its rule), "required" (no answer), or None."""
        key = key_of(name, turn)
        question = self.plan.parts[name].item
        assert isinstance(question, Question)
        if not self.relevant.get(key):
            return None
        value = self.values.get(key)
        if not is_answered(value):
            return "required" if self.required(name, turn) else None
        broken = question.constraint is not None and not self.meets(question.constraint, name, turn, value)
        return "constraint" if broken else None

    def arranged(
        self, items: tuple[Question | Group, ...], group: str, turn: tuple[int, ...]
    ) -> list[Question | Group]:
        """A group's items in the order in which this response meets them."""
        return shuffled(items, f"{self._seed}/{key_of(group, turn)}")

    # --- the pass

    def _work_out_turns(self, part: Part) -> None:
        name = part.item.name
        own = isinstance(part.item, Group) and part.item.repeat is not None
        if own:
            for turn in list(all_turns(self.structure, part.chain[:-1])):
                # the group as a whole, for the page that asks how many turns it has
                self._work_out(part, turn, key_of(name, turn))
                self._turns[key_of(name, turn)] = self._how_many(part, turn)
        for turn in list(all_turns(self.structure, part.chain)):
            self._work_out(part, turn, key_of(name, turn))

    def _how_many(self, part: Part, turn: tuple[int, ...]) -> int:
        group = part.item
        assert isinstance(group, Group)
        assert group.repeat is not None
        if part.count is not None:
            counted = number(part.count(self._scope(group.name, turn)))
            return int(min(max(counted, 0), group.repeat.most)) if counted == counted else 0  # NaN
        said = number(self._given.get(key_of(group.name, turn)))
        return int(min(max(said, self._fewest), group.repeat.most)) if said == said else self._fewest

    def _work_out(self, part: Part, turn: tuple[int, ...], key: str) -> None:
        item = part.item
        parent = part.parent
        counts = (
            parent is None
            # not worked out yet: where things go round in a circle, which `faults` refuses to publish
            or self.relevant.get(parent if not turn else key_of(parent, turn[: len(self.plan.chains[parent])]), False)
        )
        if counts and part.relevant is not None:
            counts = boolean(part.relevant(self._scope(item.name, turn)))
        self.relevant[key] = counts
        if not counts or isinstance(item, Group):
            return
        value = self._value(part, item, turn, key)
        if value is not None:
            self.values[key] = value

    def _value(self, part: Part, question: Question, turn: tuple[int, ...], key: str) -> Value:
        if part.calculation is not None:
            scope = self._scope(question.name, turn)
            scope.this = self._given.get(key)
            worked_out = text(part.calculation(scope))
            return self._among_offered(part, question, turn, worked_out) if question.choices else worked_out
        value = self._given.get(key)
        if value is None and part.default is not None and key not in self._given:
            if self._prefill or question.kind is Kind.HIDDEN:
                value = tidy(part.default(self._scope(question.name, turn)))
        if value is None or part.choice_filter is None:
            return value
        return self._among_offered(part, question, turn, value)

    def _among_offered(self, part: Part, question: Question, turn: tuple[int, ...], value: Value) -> Value:
        """What is left of a value when only options that are offered count."""
        offered = [choice.name for choice in self._offered(part, question, turn)]
        if question.kind in SEVERAL:
            chosen = chosen_options(value)
            kept = tuple(name for name in chosen if name in offered)
            return (kept if isinstance(value, tuple) else " ".join(kept)) or None
        return value if text(value) in offered else None

    def _offered(self, part: Part, question: Question, turn: tuple[int, ...]) -> tuple[Choice, ...]:
        if part.choice_filter is None:
            return question.choices
        offered = []
        for choice in question.choices:
            scope = self._scope(question.name, turn)
            scope.choice = choice
            if boolean(part.choice_filter(scope)):
                offered.append(choice)
        return tuple(offered)

    def _scope(self, name: str, turn: tuple[int, ...]) -> Scope:
        chain = self.plan.chains[name][: len(turn)]
        return Scope(
            self.values, self.values.get(key_of(name, turn)) if turn else self.values.get(name), self.structure,
            chain, turn, self._today, self._seed, None, None, self._budget,
        )  # fmt: skip


# --- the plan ----------------------------------------------------------------------------


def _plan(survey: Survey) -> Plan:
    chains = {name: tuple(group.name for group in groups) for name, groups in survey.repeats.items()}
    parts: dict[str, Part] = {}
    needs: dict[str, frozenset[str]] = {}
    for item, parent in _with_parent(survey.items, None):
        parts[item.name], needs[item.name] = _part(item, parent, chains[item.name])
    order = tuple(parts[name] for name in _in_order(needs))
    choices = {question.name: question.choices for question in survey.questions if question.choices}
    unasked = frozenset(question.name for question in survey.questions if question.kind in UNASKED)
    shuffles = any(item.shuffle or _draws(item) for item in survey.all_items)
    places = {name: place for place, name in enumerate(parts)}
    return Plan(parts, order, chains, choices, places, frozenset(_wordy(order, needs)), unasked, shuffles)


def _wordy(order: tuple[Part, ...], needs: Mapping[str, frozenset[str]]) -> set[str]:
    texts = {part.item.name for part in order if isinstance(part.item, Question) and part.item.holds_free_text}
    wordy: set[str] = set()
    for part in order:
        if part.calculation is not None and needs[part.item.name] & (texts | wordy):
            wordy.add(part.item.name)
    return wordy


def _with_parent(
    items: tuple[Question | Group, ...], parent: str | None
) -> Iterator[tuple[Question | Group, str | None]]:
    for item in items:
        yield item, parent
        if isinstance(item, Group):
            yield from _with_parent(item.items, item.name)


def _part(item: Question | Group, parent: str | None, chain: tuple[str, ...]) -> tuple[Part, frozenset[str]]:
    count = item.repeat.count if isinstance(item, Group) and item.repeat is not None else None
    calculation = default = choice_filter = None
    if isinstance(item, Question):
        calculation, default, choice_filter = item.calculation, item.default, item.choice_filter
    looked_at = [names(e) for e in (item.relevant, count, calculation, default, choice_filter) if e is not None]
    needs = frozenset().union(*looked_at, [parent] if parent else []) - {item.name}
    part = Part(
        item, parent, chain, _ready(item.relevant), _ready(calculation), _ready(default), _ready(choice_filter),
        _ready(count),
    )  # fmt: skip
    return part, needs


def _draws(item: Question | Group) -> bool:
    """Whether anything about an item is left to chance, which must come out the same whenever it is worked out."""
    conditions = [getattr(item, field) for field in type(item).model_fields] + [
        item.repeat.count if isinstance(item, Group) and item.repeat else None
    ]
    return any(
        isinstance(part, Call) and part.function == "random"
        for condition in conditions if isinstance(condition, EXPRESSION_PARTS)
        for part in nodes(condition)
    )  # fmt: skip


def _ready(expression: Expression | None) -> Compiled | None:
    return None if expression is None else compiled(expression)


def _in_order(needs: Mapping[str, frozenset[str]]) -> list[str]:
    """Names so that each comes after what it needs, in reading order otherwise.

    What goes round in a circle (``faults`` refuses to publish it) is broken where it closes.
    """
    ordered: dict[str, None] = {}
    begun: set[str] = set()
    for start in needs:
        waiting = [start]
        while waiting:
            name = waiting[-1]
            begun.add(name)
            open_ones = [need for need in needs[name] if need in needs and need not in ordered and need not in begun]
            if open_ones:
                waiting.extend(sorted(open_ones))
            else:
                waiting.pop()
                ordered.setdefault(name)
    return list(ordered)


def circles(survey: Survey) -> tuple[str, ...]:
    """The names of items whose conditions or calculations depend on themselves in a circle."""
    needs = {item.name: _part(item, parent, ())[1] for item, parent in _with_parent(survey.items, None)}
    place = {name: index for index, name in enumerate(_in_order(needs))}
    return tuple(name for name in needs if any(place.get(need, -1) > place[name] for need in needs[name]))
