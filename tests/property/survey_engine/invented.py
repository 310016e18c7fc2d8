"""Surveys, conditions and answers that nobody wrote: what the laws are tried on.

A survey has up to seven questions: some first, then a group that may be asked again and
may hold a second one that may, too, then the rest. Conditions look back only, at questions
and at the groups begun by then, as ``faults`` demands before publishing.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from survey_engine.answers import DECLINED, SKIPPED, Answer, AnswerState
from survey_engine.definition import (
    CHOICE,
    FILE,
    Audience,
    Choice,
    EarlierWording,
    Group,
    Kind,
    Provenance,
    Question,
    Refused,
    Repeat,
    Survey,
    Voice,
)
from survey_engine.expressions import (
    FUNCTIONS,
    Binary,
    Call,
    Constant,
    Logic,
    Negative,
    Node,
    Reference,
)
from survey_engine.scales import Band, Licence, Scale, ScaleItem, Subscale, Validity
from survey_engine.situation import ORDER_SEED

QUESTIONS = [f"q{number}" for number in range(7)]
GROUPS = ["outer", "inner"]
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
LABEL = WORDS.filter(str.strip)
TEXT = st.dictionaries(st.sampled_from(["en", "cy", "en-x-easy"]), LABEL, max_size=3)
NEEDED_TEXT = TEXT.flatmap(lambda text: LABEL.map(lambda words: {"en": words} | text))

constants = st.one_of(
    st.builds(Constant, value=WORDS),
    st.builds(Constant, value=st.integers(-(10**15), 10**15)),
    st.builds(Constant, value=st.floats(-1e15, 1e15, allow_subnormal=False)),
    st.builds(Constant, value=st.booleans()),
    st.sampled_from([Constant(value=value) for value in ("yes", "no", "1", 0, 1, 2, True, False)]),
)
NEED_A_NAME = {"position", "among", "lookup", "choice-label"}
PATTERNS = ["yes|no", "^[0-9]{2}$", "[A-Z]\\d?", "", "é+"]


def expressions(known: list[str], *, max_leaves: int = 12) -> st.SearchStrategy[Node]:
    """Trees over the answers to known questions, with every function there is."""
    leaves = st.one_of(constants, *([st.builds(Reference, name=st.sampled_from(known))] if known else []))

    def grow(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
        several = st.lists(inner, min_size=2, max_size=3).map(tuple)
        possible = sorted(FUNCTIONS if known else FUNCTIONS.keys() - NEED_A_NAME)
        return st.one_of(
            st.builds(Negative, operand=inner),
            st.builds(Binary, op=st.sampled_from("= != < <= > >= + - * div mod".split()), left=inner, right=inner),
            st.builds(Logic, op=st.sampled_from(["and", "or"]), parts=several),
            st.sampled_from(possible).flatmap(lambda function: calls(function, inner, known)),
        )

    return st.recursive(leaves, grow, max_leaves=max_leaves)


def calls(function: str, inner: st.SearchStrategy[Node], known: list[str]) -> st.SearchStrategy[Node]:
    """Calls of one function with arguments it takes."""
    name = st.builds(Reference, name=st.sampled_from(known or ["none"]))
    column = st.builds(Constant, value=st.sampled_from(["name", "label", "county"]) | WORDS)
    pattern = st.builds(Constant, value=st.sampled_from(PATTERNS))
    fixed: dict[str, tuple[st.SearchStrategy[Node], ...]] = {
        "position": (name,), "among": (name, inner), "choice-label": (name, inner), "lookup": (name, column, inner),
        "choice": (column,), "regex": (inner, pattern),
    }  # fmt: skip
    fewest, most = FUNCTIONS[function]
    usual = st.lists(inner, min_size=fewest, max_size=min(most, fewest + 2)).map(tuple)
    arguments = st.tuples(*fixed[function]) if function in fixed else usual
    return st.builds(Call, function=st.just(function), arguments=arguments)


def conditions(known: list[str]) -> st.SearchStrategy[Node | None]:
    """None, something likely to hold for some answers, or any tree."""
    likely = [
        Binary(op="=", left=Reference(name=name), right=Constant(value=value)) for name in known for value in ("yes", 1)
    ]
    sampled = [st.sampled_from(likely)] if likely else []
    return st.one_of(st.none(), st.none(), *sampled, expressions(known, max_leaves=5))


OPTIONS = (
    Choice(name="yes", label={"en": "yes"}, columns={"county": "kent"}),
    Choice(name="no", label={"en": "no"}, columns={"county": "york"}),
    Choice(name="1", label={"en": "1"}),
    Choice(name="none", label={"en": "none"}, exclusive=True),
    Choice(name="dk", label={"en": "?"}, means="dont_know"),
)
FILTERS = st.sampled_from([
    Binary(op="=", left=Call(function="choice", arguments=(Constant(value="county"),)), right=Constant(value="kent")),
    Constant(value=True), Constant(value=False),
])  # fmt: skip


@st.composite
def questions(draw: st.DrawFn, name: str, known: list[str]) -> Question:
    """A question of any kind with all that its way and its answer can depend on."""
    kind = draw(st.sampled_from(Kind))
    made: dict[str, Any] = {
        "name": name, "kind": kind, "label": {"en": draw(LABEL), "cy": draw(LABEL)}, "required": draw(st.booleans()),
        "may_decline": kind in FILE or draw(st.booleans()), "relevant": draw(conditions(known)),
        "required_if": draw(conditions(known)), "max_length": draw(st.integers(1, 20_000)),
    }  # fmt: skip
    if kind in CHOICE:
        filters = st.none() | FILTERS | expressions(known, max_leaves=3)
        made |= {"choices": OPTIONS, "choice_filter": draw(filters), "shuffle": draw(st.booleans())}
        made["shuffle_seed"] = draw(st.none() | expressions(known, max_leaves=2))
    if kind is Kind.RANGE:
        made |= {"least": 0, "most": draw(st.integers(0, 10)), "step": draw(st.sampled_from([None, 1, 0.5]))}
    if kind in (Kind.CALCULATED, Kind.NOTE):
        made["calculation"] = draw(expressions(known, max_leaves=5) if kind is Kind.CALCULATED else conditions(known))
    if kind is Kind.HIDDEN:
        made["default"] = draw(conditions(known))
    if kind is Kind.LEFT_OUT:
        made["left_out"] = "A place."
    return Question(**made)


@st.composite
def repeats(draw: st.DrawFn, known: list[str]) -> Repeat | None:
    """None, a group counted by a rule, or one that asks how many."""
    count = st.sampled_from([Constant(value=0), Constant(value=2), *(Reference(name=name) for name in known)])
    asked = st.builds(Repeat, most=st.integers(1, 3))
    return draw(st.none() | asked | st.builds(Repeat, count=count, most=st.integers(1, 3)))


@st.composite
def groups(draw: st.DrawFn, name: str, items: tuple[Question | Group, ...], known: list[str]) -> Group:
    """A group, perhaps with a condition, perhaps asked again, perhaps in any order."""
    relevant = draw(st.none() | conditions(known))
    return Group(
        name=name, relevant=relevant, items=items, repeat=draw(repeats(known)), shuffle=draw(st.booleans())
    )  # fmt: skip


@st.composite
def surveys(draw: st.DrawFn) -> Survey:
    """A survey that could be published, but for what a condition may wait for."""
    count = draw(st.integers(1, len(QUESTIONS)))
    cuts = sorted(draw(st.lists(st.integers(0, count), min_size=3, max_size=3)))
    first, second, third = cuts
    made = []
    for place, name in enumerate(QUESTIONS[:count]):
        begun = [group for group, start in zip(GROUPS, cuts, strict=False) if start < third and start <= place]
        made.append(draw(questions(name, QUESTIONS[:place] + begun)))
    inside: list[Question | Group] = list(made[first:second])
    if second < third:
        inside.append(draw(groups("inner", tuple(made[second:third]), QUESTIONS[:second])))
    items: list[Question | Group] = list(made[:first])
    if inside:
        items.append(draw(groups("outer", tuple(inside), QUESTIONS[:first])))
    return Survey(
        name="s", title={"en": "S"}, audience=Audience.CHILD, languages=("en", "cy"), items=(*items, *made[third:])
    )  # fmt: skip


# --- answers -----------------------------------------------------------------------------


def fitting(question: Question) -> st.SearchStrategy[Any]:
    """Values a question's answer can have."""
    names = st.sampled_from([choice.name for choice in question.choices] or ["yes"])
    match question.kind:
        case Kind.MULTIPLE_CHOICE:
            return st.lists(names, unique=True, min_size=1).map(tuple)
        case Kind.RANKING:
            return st.permutations([choice.name for choice in question.choices]).map(tuple)
        case Kind.SINGLE_CHOICE | Kind.AGE_BAND:
            return names
        case Kind.INTEGER | Kind.DECIMAL | Kind.RANGE | Kind.YEAR:
            return st.sampled_from([0, 1, 2, 3, 2.5])
        case Kind.DATE:
            return st.sampled_from(["2014-02-28", "2026-01-01"])
    return st.sampled_from(["yes", "no", "1", "a few words"])


JUNK: st.SearchStrategy[Any] = st.sampled_from(["yes", "no", "1", 1, 2.5, ("yes", "no"), (), -(10**15), "x" * 30])


@st.composite
def answered(draw: st.DrawFn, survey: Survey, *, junk: bool = True) -> dict[str, Answer]:
    """What somebody may have said by now, to any question in any turn, hidden ones and impossible values included."""
    said: dict[str, Answer] = {}
    for question in survey.possible:
        if draw(st.integers(0, 3)):
            values = fitting(question) | JUNK if junk else fitting(question)
            value = st.builds(Answer, st.just(AnswerState.ANSWERED), values)
            said[question.name] = draw(st.sampled_from([DECLINED, SKIPPED]) | value | value)
    if draw(st.booleans()):
        said[ORDER_SEED] = Answer(AnswerState.ANSWERED, draw(st.integers(0, 2**31)))
    return said


# --- everything that can be written down ---------------------------------------------------

FILES = st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9_.\- ]{0,8}", fullmatch=True)
MEDIA = st.dictionaries(st.sampled_from(["en", "cy"]), FILES, max_size=2)
NUMBERS = st.none() | st.integers(-1000, 1000) | st.floats(-1e6, 1e6)
WHY = st.text(st.characters(exclude_categories=["Cs"]), max_size=10)
provenances = st.builds(
    Provenance,
    proposed_by=WHY,
    earlier=st.lists(st.builds(EarlierWording, words=NEEDED_TEXT, why=WHY), max_size=2).map(tuple),
    refused=st.lists(st.builds(Refused, proposal=WHY, why=WHY), max_size=2).map(tuple),
)


@st.composite
def choices(draw: st.DrawFn) -> tuple[Choice, ...]:
    """Options of any name, words that mean something in YAML included."""
    special = st.sampled_from(["name", "label", "means", "stands alone", "columns", "say what", "yes", "~", "1.0"])
    names = draw(
        st.lists(special | st.from_regex(r"\S{1,6}( \S{1,3})?", fullmatch=True), unique=True, min_size=1, max_size=4)
    )
    return tuple(
        Choice(
            name=name, label=draw(NEEDED_TEXT), exclusive=draw(st.booleans()),
            means=draw(st.sampled_from(["answer", "dont_know", "prefer_not"])),
            columns=draw(st.dictionaries(WHY, WHY, max_size=2)), picture=draw(MEDIA), audio=draw(MEDIA),
        )
        for name in names
        if name not in ("-6", "-7", "-8", "-9")
    )  # fmt: skip


@st.composite
def written_questions(draw: st.DrawFn, name: str, known: list[str]) -> Question:
    """A question with something in every field that its kind can have, and often in those it cannot use."""
    kind = draw(st.sampled_from(Kind))
    least, most = sorted((draw(st.floats(-1e6, 1e6)), draw(st.floats(-1e6, 1e6))))
    bounded = kind is Kind.RANGE or draw(st.booleans())
    tree = st.none() | expressions(known, max_leaves=4)
    made: dict[str, Any] = {
        "name": name, "kind": kind, "label": draw(NEEDED_TEXT), "least": least if bounded else None,
        "most": most if bounded else None, "step": draw(st.none() | st.floats(0.001, 100)),
        "max_length": draw(st.integers(1, 20_000)), "voice": draw(st.sampled_from(Voice)),
        "appearance": draw(st.sampled_from(["plain", "faces", "happiness", "scale", "agree", "ladder", "pictures"])),
        "choices": draw(choices().filter(bool)) if kind in CHOICE else (), "picture": draw(MEDIA),
        "audio": draw(MEDIA), "written_as": draw(st.none() | st.sampled_from(["q_1", "a.b-c"])),
        "source": draw(WHY), "left_out": draw(WHY), "provenance": draw(st.none() | provenances),
    }  # fmt: skip
    for flag in ("required", "may_decline", "read_only", "shuffle"):
        made[flag] = draw(st.booleans())
    for text in ("hint", "constraint_message", "required_message", "picture_says", "read_as", "guidance"):
        made[text] = draw(TEXT)
    for condition in (
        "relevant", "constraint", "required_if", "read_only_if", "calculation", "default", "choice_filter",
        "shuffle_seed",
    ):  # fmt: skip
        made[condition] = draw(tree) if draw(st.booleans()) else None
    return Question(**made)


items_of_scales = st.builds(
    ScaleItem,
    question=st.sampled_from(QUESTIONS),
    values=st.dictionaries(st.sampled_from(["yes", "no", "1.0", "a b"]), st.integers(0, 5), min_size=1),
    reversed=st.booleans(),
    weight=st.floats(0.5, 10),
)


@st.composite
def scales(draw: st.DrawFn, name: str) -> Scale:
    """A scale with sub-scales, bands, a check of validity and a licence."""
    items = tuple(draw(st.lists(items_of_scales, min_size=1, max_size=2, unique_by=lambda item: item.question)))
    band = Band(name="low", label=draw(NEEDED_TEXT), least=-1.5, most=draw(st.floats(0, 9)), audience="young_person")
    validity = Validity(name=f"{name}_v", title=draw(NEEDED_TEXT), items=items, caution_at_least=2, meaning={"en": "?"})
    opened = Licence(kind="licensed", holder=draw(WHY) + "A county", number="007", expires="2027-01-31")
    return Scale(
        name=name, title=draw(NEEDED_TEXT), items=items, bands=(band,), from_age=draw(st.none() | st.integers(0, 18)),
        subscales=(Subscale(name=f"{name}_a", title={"en": "A"}, items=items, counts=draw(st.booleans())),),
        validity=draw(st.none() | st.just(validity)), citation=draw(WHY), how=draw(st.sampled_from(["sum", "mean"])),
        licence=draw(st.sampled_from([Licence(), opened, Licence(kind="open", attribution={"en": "Theirs"})])),
    )  # fmt: skip


@st.composite
def written_surveys(draw: st.DrawFn) -> Survey:
    """A survey with everything that can be written down."""
    made = [draw(written_questions(name, QUESTIONS[:place])) for place, name in enumerate(QUESTIONS[:3])]
    repeat = Repeat(
        count=draw(st.none() | expressions(QUESTIONS[:1], max_leaves=3)), ask=draw(TEXT), most=draw(st.integers(1, 20))
    )
    group = Group(
        name="outer", label=draw(TEXT), hint=draw(TEXT), relevant=draw(conditions(QUESTIONS[:1])),
        items=tuple(made[1:]), repeat=draw(st.none() | st.just(repeat)), shuffle=draw(st.booleans()),
        appearance=draw(st.sampled_from(["plain", "grid"])), written_as=draw(st.none() | st.just("G.1")),
        read_only_if=draw(conditions(QUESTIONS[:1])),
    )  # fmt: skip
    return Survey(
        name="a-survey", title=draw(NEEDED_TEXT), audience=draw(st.sampled_from(Audience)),
        languages=draw(st.permutations(["cy", "en-x-easy"]).map(lambda rest: ("en", *rest))),
        introduction=draw(TEXT), credit=draw(TEXT), minutes=draw(st.integers(1, 120)), items=(made[0], group),
        scales=tuple(draw(scales(name)) for name in draw(st.sampled_from([(), ("s1",), ("s1", "s2")]))),
        media=draw(st.dictionaries(FILES, st.just("0a" * 32), max_size=2)),
    )  # fmt: skip
