"""Which questions ask who somebody is, and which questions together would give it away.

Two different risks. A *direct* identifier (a name, a birthday, an address) has no place in
answers at all: respondents are known by a pseudonym, and whoever must be reached again is,
by their link. A *quasi-identifier* (age, gender, where somebody lives) is harmless alone;
several together make cells of a table with one child in each. What figures may be published
is ``disclosure``'s matter; this is about not asking for what could never be shown.

>>> asks_for("What is your full name?")
Identifier(what='name', direct=True)
>>> asks_for("What would you like to be called in this survey?"), asks_for("Name three good things.")
(None, None)
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import prod
from typing import Literal

from survey_engine.definition import CHOICE, NUMBER, UNASKED, Kind, Question
from survey_engine.wording import plain, says_dont_know

What = Literal[
    "name", "other_name", "birthday", "age", "address", "place", "school", "phone", "email", "online_name", "number", "face",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Identifier:
    """What a wording asks for; ``direct`` where the answer alone says who somebody is."""

    what: What
    direct: bool


_REQUEST = (
    r"(?:(?:can|could|will) you (?:please )?|(?:would|do) you (?:like|want|be happy) to )"
    r"(?:tell|give|write|type|enter|share|leave|put|add|send)(?: (?:us|me|down|in|here))*"
)
_ASK = (
    r"(?:what(?:'s| is| are| was|s)|tell (?:us|me)|give(?: us| me)?|enter|write(?: down| in| here)?|type(?: in)?|put(?: down| in)?|"
    r"please (?:provide|state|confirm|give|enter|fill in|write|type)|provide|state|confirm|fill in|share|leave(?: us)?|"
    rf"can (?:we|i) have|may we have|add|send(?: us)?|list|record|which is|{_REQUEST})"
)
_MINE = r"(?:\s+(?:please|us|me|here|both))?\s+(?:your|the child'?s?|the young person'?s?|child'?s|respondent'?s|my|their)\s+"
_ALONE = r"^\W*(?:\d+[.)]\s*)?(?:your child'?s |your |(?:the )?(?:child|respondent|participant|pupil|student|young person)(?:'?s)? |my )?"
_END = r"(?:\s*\((?:[^)]*)\))?(?:\s+(?:and|or|/)\s+\w+)?(?: here| below| please)?\W*$"

_NAME = r"(?:(?:full|first|last|real|own|given|family|second|middle|christian|sur|fore|birth|legal|whole)[- ]?)*(?:and (?:last|second|sur)[- ]?)?names?"
_PERSON = (
    r"(?:social workers?|teachers?|carers?|foster carers?|key ?workers?|workers?|doctors?|gp|head ?teachers?|mum|dad|parents?|"
    r"brothers?|sisters?|friends?|personal adviser|advisers?|advocate|family)"
)
_NICK = re.compile(
    r"nick ?name|made[- ]up|pretend|pseudonym|code ?name|fake name|false name|not your real|another name|survey name|"
    r"(?:don'?t|do not|never|not) (?:write|put|give|tell|enter|use|type|include|need|want)\b[^.?!]*\bname|"
    r"would you like to be called|want to be called|like us to call you|what (?:shall|should|can) we call you|"
    r"(?:without|no) (?:your )?names?\b",
    re.IGNORECASE,
)


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)


_RULES: tuple[tuple[What, bool, re.Pattern[str]], ...] = (
    ("number", True, _any(
        rf"{_ASK}{_MINE}(?:\w+ )?(?:nhs|upn|unique pupil|pupil|case|client|mosaic|liquidlogic|lcs|national insurance|ni|passport|"
        r"home office|reference|candidate|bank account|account|student)\s*(?:number|no\.?|id|ref(?:erence)?)?\b(?! (?:worker|plan|manager|conference))",
        rf"{_ALONE}(?:nhs|upn|unique pupil|pupil|case|client|mosaic|liquidlogic|lcs|national insurance|passport|student)\s*"
        rf"(?:number|no\.?|id|ref(?:erence)?){_END}",
        rf"{_ALONE}(?:upn|uln){_END}",
    )),
    ("email", True, _any(
        rf"{_ASK}{_MINE}(?:\w+ )?e-?mails?(?: address(?:es)?)?\b(?! (?:about|like|for))",
        rf"{_ALONE}(?:\w+ )?e-?mail(?: address)?{_END}",
        r"how can we (?:reach|contact) you by e-?mail", r"(?:what|which) e-?mail(?: address)? (?:can|should|do|may) (?:we|you)\b",
    )),
    ("phone", True, _any(
        rf"{_ASK}{_MINE}(?:\w+ )?(?:phone|mobile|telephone|contact|cell|home|whatsapp) ?(?:phone )?(?:number|no\.?)\b",
        rf"{_ALONE}(?:\w+ )?(?:phone|mobile|telephone|contact|whatsapp)(?: ?phone)?(?: number| no\.?){_END}",
        rf"{_ALONE}phone{_END}", r"\bbest (?:phone )?number (?:to|for)\b", r"\ba number to (?:call|ring|text|reach)\b",
        rf"{_ALONE}(?:telephone|mobile){_END}", r"what(?:'s| is) your mobile\W*$",
        r"(?:what|which) (?:\w+ )?(?:phone )?number (?:can|should|may) (?:we|i) (?:call|ring|reach|text|use)", r"what (?:mobile|phone) (?:can|should|may) we (?:use|call|ring|text)",
        r"(?:what|which) number (?:are you|is yours)",
    )),
    ("online_name", True, _any(
        rf"{_ASK}{_MINE}(?!favourite|best)(?:\w+ ){{0,3}}(?:snapchat|snap|instagram|insta|tiktok|discord|facebook|twitter|x|roblox|xbox|playstation|psn|"
        r"fortnite|youtube|whatsapp|social media)\b(?! (?:like|use|for|rules|time))(?:\s+(?:user ?name|name|handle|account|tag|profile|id))?",
        rf"{_ASK}{_MINE}(?:\w+ )?(?:user ?name|game ?r? ?tag|handle|social media (?:name|account|profile)s?)\b",
        rf"{_ALONE}(?:snapchat|instagram|insta|tiktok|discord|facebook|roblox|social media)\s+(?:user ?name|name|handle|account|tag){_END}",
        r"^\W*your (?:snapchat|instagram|insta|tiktok|discord|facebook|roblox)\W*$",
        r"what are you called on (?:snapchat|instagram|insta|tiktok|discord|facebook|roblox|xbox|social media|youtube)",
        r"(?:how|where) can we find you (?:on|online)", r"^do you have an? (?:snapchat|instagram|insta|tiktok|discord)\? what is it",
    )),
    ("birthday", True, _any(
        r"(?:when(?:'s| is)|what(?:'s| is| day is| date is)|tell us|enter|give|write|type|confirm|please (?:enter|give|provide)) "
        r"(?:your child'?s|your|the child'?s|their|us your) (?:exact )?(?:birth ?day|birth ?date|date of birth|d\.?o\.?b\.?)\b",
        rf"{_ALONE}(?:birth ?day|birth ?date|date of birth|d\.?o\.?b\.?){_END}",
        r"(?:when|(?:on )?(?:what|which) (?:day|date|month|year)(?: and (?:month|year))?) (?:were you|was (?:the|your) child|are you|is the child) born",
        r"(?:what|which) (?:day|date|month) is your birthday", r"^\W*(?:year|month|date) (?:you were|of your) (?:born|birth)\W*$",
    )),
    ("address", True, _any(
        rf"{_ASK}{_MINE}(?:full |home |current |new |postal |street |own |house )*(?:address|post ?code|zip code|house number|door number|street name)\b(?! book| like)",
        rf"{_ALONE}(?:full |home |current |postal |street )?(?:address|post ?code)(?: line \d| including [\w ]+| with [\w ]+)?{_END}",
        r"(?:what|which) (?:is the )?(?:street|road|house|house number|address|post ?code)(?: and \w+)? (?:do|are|is|does) (?:you|the child)(?: \w+)* (?:live|living|stay|at|in)\b", r"(?:what|which) (?:street|road) is your (?:house|home) (?:on|in)\b",
        r"where exactly (?:do you live|is your (?:home|house))", r"(?:first|second|last) line of your address", r"what is the address\b[^?]*\b(?:you|your|the child)",
    )),
    ("other_name", False, _any(
        rf"{_ASK}\s+(?:your (?!full|first|last|real|own|given|family name|second|middle|surname|sur name|legal|birth name|whole)"
        r"(?:[\w-]+ ){0,3}?(?:[\w-]+s'|[\w-]+'s)) (?:full |first |last |maiden |sur)?names?\b",
        r"\bmaiden name\b", rf"{_ASK} (?:down )?(?:all )?(?:their|his|her) (?:first |last |full )?names?\b",
        rf"(?:what(?:'s| is| are| was)|tell us|write|give us|enter) the (?:full |first |last )?names? of (?:your|the|any|a|each|my) (?:\w+ )?{_PERSON}\b",
        r"(?:which|what) (?:social worker|teacher|carer|foster carer|worker|person|friend|adult)s? (?:is|was|did|do|are|hurt|works|has|helped|do you|called)\b",
        r"\btell us (?:which|who) (?:\w+ )?(?:worker|carer|teacher|person|adult)\b",
        r"who is your (?:independent visitor|social worker|foster carer|teacher|key ?worker|carer|personal adviser|best friend|doctor|head ?teacher|pa|iro)\b",
        rf"what (?:is|are) your (?:\w+ )?{_PERSON} called(?! in)",
        r"name (?:of )?(?:your|the) (?:social worker|teacher|carer|foster carers?|key ?worker|doctor|gp|head ?teacher|mum|dad|parents?|brothers?|sisters?|friends?)\b",
    )),
    ("school", False, _any(
        r"(?:which|what) (?:primary |secondary |special )?(?:school|college|nursery|class|secondary|primary)(?: or \w+)? (?:do|did|does|are|is|will) (?:you|your child|the child|they)"
        r"(?: currently| now| usually)? (?:go|attend|at|in|goes|be|going)\b",
        r"(?:where do you go to|what is the name of your|what's the name of your|name of(?: your)?|what's your|what is your) (?:school|college|nursery|class)\b(?! (?:like|doing|day))",
        r"what is your (?:school|college|nursery)(?:'s)? (?:name|called)",
        r"what is (?:your|the) child's (?:school|college|nursery)\W*$", rf"{_ALONE}(?:school|college)(?:'?s)?(?: name)?{_END}", r"^\W*where is your (?:school|college|nursery)\W*$",
    )),
    ("place", False, _any(
        r"^(?:\W*)where (?:do|does|are|is) (?:you|the child|your family) (?:live|living|stay|staying|placed)(?: now| at the moment| right now)?\W*$",
        r"(?:which|what) (?:town|village|city|estate|street|road|area|part of \w+|children'?s home|home|placement|unit|ward|hostel) (?:do|are|is|does) "
        r"(?:you|the child|your family) (?:live|living|live in|in|from|stay|staying|from|placed)\b",
        r"name of (?:your|the) (?:children'?s home|home|town|village|street|area|hostel|unit|place)",
        rf"{_ALONE}(?:town|village|city|ward){_END}",
    )),
    ("age", False, _any(
        r"how old (?:are|is) (?:you|the child|your child)\b(?! when)", r"how old were you on your last birthday", r"what(?:'s| is) (?:your|the child'?s|their) (?:exact |current )?age\b(?! (?:group|band|range))",
        rf"{_ALONE}(?:exact )?age(?: in years)?{_END}", r"your age in years",
    )),
    ("name", True, _any(
        rf"{_ASK}{_MINE}{_NAME}\b(?! (?:of|for) (?:the|this|your) (?:game|pet|group|team|plan|idea))",
        rf"{_ALONE}{_NAME}{_END}",
        rf"(?:print|sign|signature|initials)(?: and \w+)? (?:your )?{_NAME}",
        r"what (?:are|is) (?:you|your child|the child|they) called(?! by)(?! (?:in|on|for) (?:this|the|snap|insta|tik|dis|face|rob|xbox|social|you))",
        r"(?:what do|what does) (?:people|everyone|your (?:friends|mates|family)) call you(?! (?:when|if|in this))",
        r"(?:what|which) names? (?:do you|does the child) (?:go by|have)\b", r"name are you known by", r"(?:what|which) name (?:should|shall|can|do) we (?:write|put|use)\b", r"how do you spell your name", r"\bwho (?:are you|you are)\W*$", r"^\W*my name is\b", r"\bname of (?:the )?(?:child|young person|respondent|pupil)\b",
        r"what were you (?:named|called) (?:at|when you were) (?:birth|born)", r"(?:your|child'?s) initials\b", r"^sign here\W*$", rf"^\W*{_NAME} (?:of|:)\s*(?:child|young person|respondent)?\W*$",
    )),
)  # fmt: skip

_FACE = _any(
    r"\b(?:photo|picture|selfie|image|video|film)s? of (?:you|yourself|your face|you and your|your family|your friends|your school|the child|your (?:foster )?carers?)\b",
    r"\bselfies?\b", r"\b(?:passport|school) (?:photo|picture)\b", r"\byour (?:own )?(?:face|photo)\b", r"\bpicture of yourself\b",
)  # fmt: skip

_ONLY_ABOUT = re.compile(
    r"^\W*(?:do|does|did|have|has|would|is|are|was|were|can|should|could|why|how (?:do|did|does|would|was|many|much|often)|"
    r"what (?:did you do|would you do|do you do|happened|happens|do you think|would happen))\b",
    re.IGNORECASE,
)
"""Openings of a question *about* a name or a number ("Do you know your address?"), not for it."""
_EVEN_SO = re.compile(rf"^\W*(?:{_REQUEST}|can (?:we|i) have|how old|how do you spell|how can we find)", re.IGNORECASE)
"""Openings that ask for it politely."""


_ANY_IDENTIFIER = re.compile(
    r"name|initials|spell|who you|placed|secondary|primary|text you|visitor|uln|maiden|sign|called|call you|who (?:are|is)|birth|born|d\.?o\.?b|address|post ?code|zip|house|street|road|door|live|living|"
    r"stay|school|college|nursery|class|town|village|city|estate|area|home|placement|unit|ward|hostel|mail|phone|mobile|number|\bno\b|"
    r"contact|whatsapp|snap|insta|tiktok|discord|facebook|twitter|roblox|xbox|playstation|psn|fortnite|youtube|social media|find you|"
    r"handle|game|nhs|upn|\bid\b|reference|\bage\b|how old|worker|teacher|carer|person|friend|adult|doctor",
    re.IGNORECASE,
)
"""One of these is in whatever any rule finds; most labels have none and need no closer look."""


@lru_cache(maxsize=4_096)
def asks_for(text: str) -> Identifier | None:
    """What a label asks for that says who somebody is, by its wording alone; None where it asks for nothing of the kind.

    A question that only talks about an identifier ("Has a stranger asked for your phone
    number?") and one that offers a made-up name are let through.
    """
    heard = re.sub(r"\b(what|who|where|when)'?s\b", r"\1 is", " ".join(plain(text).split()), flags=re.IGNORECASE)
    if not _ANY_IDENTIFIER.search(heard) or _NICK.search(heard):
        return None
    for part in re.split(r"(?<=[.?!:;])\s+|\s+[-–—]\s+", heard) if len(heard) > 12 else [heard]:
        if _ONLY_ABOUT.match(part) and not _EVEN_SO.match(part):
            continue
        for what, direct, pattern in _RULES:
            if pattern.search(part):
                return Identifier(what, direct)
    return None


def shows_a_face(text: str) -> bool:
    """Whether a label asks for a picture that shows who somebody is."""
    return _FACE.search(plain(text)) is not None


def identifier_of(question: Question, label: str) -> Identifier | None:
    """The same for a question of this kind: options can hold no free answer, so only a choice among names is left.

    >>> from survey_engine.definition import Choice
    >>> school = Question(name="s", kind=Kind.SINGLE_CHOICE, label={"en": "x"}, choices=(
    ...     Choice(name="a", label={"en": "Primary"}), Choice(name="b", label={"en": "Secondary"})))
    >>> identifier_of(school, "What is your school?") is None
    True
    """
    if question.kind in UNASKED:
        return None
    if question.kind in (Kind.PHOTO, Kind.VOICE):
        return Identifier("face", shows_a_face(label) and question.kind is Kind.PHOTO)
    found = asks_for(label)
    if found is None or question.kind is Kind.ACKNOWLEDGE or question.kind is Kind.DRAWING:
        return None
    if question.kind in CHOICE or question.kind is Kind.RANGE:
        only_about = _ONLY_ABOUT.match(label) is not None  # a yes or a no
        return (
            None
            if not found.direct or only_about or found.what in ("email", "phone", "online_name", "number")
            else found
        )
    if found.what in ("birthday", "age") and question.kind is Kind.YEAR:
        return Identifier("age", False)
    if found.what == "birthday" and question.kind is Kind.MONTH:
        return Identifier("birthday", False)
    if found.what in ("name", "other_name", "school", "place", "email", "online_name") and question.kind in NUMBER:
        return None
    return found


# --- small cells -------------------------------------------------------------------------------

Quasi = Literal[
    "age", "gender", "ethnicity", "disability", "where they live", "area", "legal status", "religion", "language", "sexuality",
    "school", "where they come from",
]  # fmt: skip

COARSER: dict[Quasi, tuple[int, str]] = {
    # fewest options that still say something, and how to get there
    "age": (2, "age in 2 or 3 bands"),
    "gender": (3, "gender in 3 options, and report it alone"),
    "ethnicity": (5, "ethnicity in the 5 census groups instead of 18"),
    "disability": (2, "disability as yes or no"),
    "where they live": (3, "where they live in 3 kinds: with family, with foster carers, elsewhere"),
    "area": (3, "area in 3 or 4 parts of the council"),
    "legal status": (2, "legal status taken from the council's record instead of being asked"),
    "religion": (2, "religion as one yes-or-no question, or not at all"),
    "language": (2, "language as English or another"),
    "sexuality": (2, "sexuality asked in a survey of its own, if at all"),
    "school": (3, "kind of school: primary, secondary, other"),
    "where they come from": (2, "born in this country or in another"),
}
"""Fewest sensible groups. Five ethnic groups: ONS harmonised standard; the others are our own."""

_QUASI: tuple[tuple[Quasi, re.Pattern[str]], ...] = (
    ("age", _any(r"\bhow old (?:are|is)\b", r"\b(?:your|child'?s) age\b", r"\bage (?:band|group|range)\b", r"^age\W*$",
                 r"\bwhat (?:school )?year (?:are you in|group)\b", r"\bwhich year group\b")),
    ("gender", _any(r"\b(?:your )?gender\b", r"\b(?:are|is) (?:you|your child|the child|they) (?:a )?(?:boy|girl|male|female|man|woman)\b",
                    r"\bwhat(?:'s| is) your sex\b", r"^sex\W*$", r"\bpronouns?\b", r"\bboy or (?:a )?girl\b")),
    ("ethnicity", _any(r"\bethnic", r"\bracial\b|\byour race\b", r"\bcultural background\b", r"\bskin colour\b")),
    ("disability", _any(r"\bdisab(?:led|ility|ilities)\b", r"\bspecial (?:educational )?needs\b", r"\blong[- ](?:term|lasting) (?:illness|condition|health)",
                        r"\b(?:autis(?:m|tic)|adhd|learning difficult(?:y|ies))\b", r"\behcp?\b")),
    ("where they live", _any(r"\bwho do(?:es)? (?:you|your child|the child|they) live with\b", r"\b(?:type|kind) of (?:placement|home)\b",
                             r"\bplacement type\b", r"\bwhere (?:do|does|are|is) (?:you|your child|the child|they) (?:live|living|placed)\b",
                             r"\bwhat (?:sort|kind|type) of (?:place|home)\b", r"\bwho looks after you\b", r"\bliving arrangements?\b")),
    ("area", _any(r"\b(?:which|what) (?:area|town|district|borough|ward|locality|part of|village|city|neighbourhood|county)\b", r"^(?:area|locality|district|team)\W*$",
                  r"\bwhich (?:\w+ )?(?:team|office|hub|centre)\b")),
    ("legal status", _any(r"\blegal status\b", r"\bcare order\b", r"\bsection (?:20|31)\b", r"\bwhy are you in care\b", r"\bhow long have you been in care\b")),
    ("religion", _any(r"\breligio(?:n|us)\b", r"\bfaith\b(?! in)")),
    ("language", _any(r"\b(?:first|main|home) language\b", r"\bwhat languages?\b[^?]*\bspeak\b", r"\blanguages? (?:do|does) (?:you|your family|they) (?:speak|use)\b")),
    ("sexuality", _any(r"\bsexual(?:ity| orientation)\b", r"\blesbian\b", r"\bstraight\b[^?]*\bgay\b")),
    ("school", _any(r"\b(?:which|what) (?:school|college)\b", r"\b(?:kind|type) of school\b")),
    ("where they come from", _any(r"\bcountry (?:were|was|are|of)\b", r"\b(?:born in|born) (?:the uk|england|this country|another)", r"\bnationality\b",
                                  r"\basylum\b", r"\bwhere (?:were you|was your child) born\b", r"\bimmigration\b")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Attribute:
    """A question that describes who somebody is, and into how many groups it parts people."""

    name: str
    quasi: Quasi
    groups: int


@dataclass(frozen=True, slots=True)
class SmallCells:
    """Attributes which together part ``respondents`` people into too many groups.

    ``smallest`` are the fewest of them that already do. ``combinations`` is the number of
    groups all of them make, ``allowed`` how many there may be for an average group to reach
    the threshold; ``coarser`` says what to do.
    """

    attributes: tuple[Attribute, ...]
    smallest: tuple[Attribute, ...]
    combinations: int
    allowed: int
    coarser: tuple[str, ...]


def attribute_of(question: Question, label: str) -> Attribute | None:
    """What a question tells about who somebody is, by its kind and its wording; None where it does not part people.

    Only what has few possible answers counts; a free text that identifies is ``asks_for``'s.
    Options that mean "I don't know" or "I don't want to say" are not groups.
    """
    if question.kind not in CHOICE and question.kind not in (Kind.INTEGER, Kind.YEAR):
        return None
    heard = plain(label)
    quasi: Quasi | None = "age" if question.kind is Kind.AGE_BAND else None
    if quasi is None:
        quasi = next((known for known, pattern in _QUASI if pattern.search(heard)), None)
        if quasi is None or _OPINION.search(heard):
            return None
    if question.kind in CHOICE:
        groups = sum(1 for choice in question.choices if choice.means == "answer" and not _says_nothing(choice.label))
    elif quasi == "age":
        groups = 10  # single years of age, about a school career
    else:
        return None
    return Attribute(question.name, quasi, groups) if groups > 1 else None


_OPINION = re.compile(
    r"\bhow (?:do|did|does|would|happy|safe|well|much|often|important|easy|hard)\b|\bdo you (?:like|feel|think|want|enjoy)\b|"
    r"\bwhat do you (?:think|like|feel)\b|\blisten\b|\brespect|\bsupport\b|\btreat|\bhelps?\b|\bproud\b",
    re.IGNORECASE,
)
"""Wordings that ask what somebody thinks about such a thing, not which it is."""


def _says_nothing(label: dict[str, str]) -> bool:
    return any(says_dont_know(said) for language, said in label.items() if language.startswith("en"))


def small_cells(attributes: Sequence[Attribute], respondents: int, threshold: int) -> SmallCells | None:
    """Whether all combinations of the attributes could still hold ``threshold`` people each, on average.

    ``respondents`` is how many answers are expected. Real groups are uneven, so an average
    below the threshold means that most figures broken down by these could never be shown.
    None where they fit, and where there are fewer than two groups at all.
    """
    allowed = max(1, respondents // threshold)
    once: dict[Quasi, Attribute] = {}
    for attribute in attributes:
        if attribute.quasi not in once or once[attribute.quasi].groups < attribute.groups:
            once[attribute.quasi] = attribute
    ordered = tuple(once.values())
    combinations = prod(attribute.groups for attribute in ordered)
    if not ordered or combinations <= allowed:
        return None
    smallest: list[Attribute] = []
    for attribute in sorted(ordered, key=lambda one: -one.groups):
        smallest.append(attribute)
        if prod(one.groups for one in smallest) > allowed:
            break
    coarser = tuple(
        COARSER[attribute.quasi][1] for attribute in ordered if attribute.groups > COARSER[attribute.quasi][0]
    )
    return SmallCells(ordered, tuple(smallest), combinations, allowed, coarser)
