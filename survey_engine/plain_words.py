"""Words of children's services that children and families should not have to know, and what to say instead.

A table of our own, to be corrected by anybody who works with children; nothing here is taken
from a licensed list. A term that is an abbreviation is looked for as it is written (``PA`` is
not "pa"); every other term in any case, with its usual endings. What reads the table is
``wording``.

>>> [(found.said, found.instead) for found in jargon("Do you like your placement?")]
[('placement', 'where you live')]
>>> jargon("You can contact us at any time.")
()
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Jargon:
    """A term somebody used, and the plain words for it."""

    said: str
    instead: str


ABBREVIATIONS: dict[str, str] = {
    # term as written: plain words
    "LAC": "children in care",
    "CLA": "children in care",
    "CiC": "children in care",
    "CIC": "children in care",
    "CICC": "the children in care council",
    "CiCC": "the children in care council",
    "IRO": "the person who runs your review meeting (independent reviewing officer)",
    "PA": "personal adviser",
    "CIN": "a child who gets help from a social worker",
    "CPP": "a plan to keep you safe",
    "CP": "keeping children safe",
    "ICPC": "the first meeting about keeping you safe",
    "RCPC": "the next meeting about keeping you safe",
    "EHCP": "your plan for help at school",
    "EHC": "your plan for help at school",
    "PEP": "your plan for school",
    "SEN": "needing more help at school",
    "SEND": "needing more help at school",
    "SENCO": "the teacher who sees to extra help",
    "SENCo": "the teacher who sees to extra help",
    "SGO": "an order that lets somebody in your family look after you",
    "UASC": "children who came to this country on their own",
    "NEET": "not at school, college or work",
    "CAMHS": "people who help children with their feelings",
    "MASH": "the team that gets worries about children first",
    "LADO": "the person who looks into worries about people who work with children",
    "IFA": "a fostering agency",
    "SSW": "your foster carer's social worker",
    "NRM": "help for people who are made to work or are moved about",
    "YJS": "the youth justice team",
    "YOT": "the youth justice team",
    "LA": "the council",
    "DCS": "the person in charge of children's services",
    "VSH": "the head of the virtual school",
    "ASYE": "a new social worker",
    "TAF": "the people who help your family",
    "TAC": "the people who help you",
    "FGC": "a meeting where your family makes the plan",
    "DoLS": "rules that stop you going where you like",
    "MDT": "people with different jobs who help you together",
    "SW": "social worker",
    "S20": "being in care because your family agreed",
    "S31": "being in care because a court decided",
    "S47": "finding out if you are safe",
}
"""Abbreviations, which nobody outside knows. (GOV.UK style: spell out; Easy Read: none at all.)"""

TERMS: tuple[tuple[str, str], ...] = (
    # pattern, plain words; the first that fits counts, so longer ones come first
    (r"looked[- ]after (?:child(?:ren)?|young (?:person|people))", "children in care"),
    (r"(?:child(?:ren)?|young (?:person|people)) looked after", "children in care"),
    (r"being looked after", "being in care"),
    (r"out[- ]of[- ](?:county|area|borough) placements?", "living a long way from your home area"),
    (r"placement (?:break-?downs?|disruptions?|endings?)", "having to move out"),
    (r"placement (?:moves?|changes?)", "moving to live somewhere else"),
    (r"placement stability", "staying in the same home"),
    (r"(?<!work )(?<!student )(?<!nursery )placements?", "where you live"),
    (r"care placements?", "where you live"),
    (r"(?:was|were|been|are|is|being|got) placed", "moved to live"),
    (r"contact (?:centres?|arrangements?|plans?|sessions?|visits?|orders?|time)", "seeing family"),
    (r"(?:supervised|unsupervised|indirect|direct|family|sibling|letterbox|parental) contact", "seeing family"),
    (r"(?:your|have|having|has|had|get|more|enough|of|about|much|often|with|in|during) contact"
     r"(?! (?:with )?(?:us|lens|me|him|her|them|the|your worker|details|number|information|form|page))", "seeing family"),
    (r"(?:enjoy|like|want|miss) contact|contact with (?:your |my |their )?(?:mum|dad|mother|father|parents?|famil(?:y|ies)|brothers?|"
     r"sisters?|siblings?|relatives?|grandparents?)", "seeing family"),
    (r"siblings?", "brother or sister"),
    (r"independent reviewing officers?", "the person who runs your review meeting"),
    (r"independent (?:visitors?)", "a grown-up who visits you as a friend"),
    (r"personal education plans?", "your plan for school"),
    (r"education,? health (?:and|&) care plans?", "your plan for help at school"),
    (r"special educational needs", "needing more help at school"),
    (r"pathway plans?", "your plan for when you are grown up"),
    (r"care plans?", "the plan for you"),
    (r"child protection (?:plans?)", "a plan to keep you safe"),
    (r"child protection (?:conferences?|meetings?)", "a meeting about keeping you safe"),
    (r"child protection", "keeping children safe"),
    (r"(?:core groups?|strategy meetings?|case conferences?)", "a meeting about you"),
    (r"(?:lac|looked[- ]after|statutory|cla) reviews?", "your review meeting"),
    (r"statutory (?:visits?)", "a visit from your social worker"),
    (r"statutory", "what the law says must happen"),
    (r"section (?:20|31|47|17)", "why you are in care, or get help"),
    (r"legal status", "what the court or your family decided about your care"),
    (r"(?:interim |full )?care orders?", "a court decision about your care"),
    (r"special guardianship(?: orders?)?", "somebody in your family looks after you for good"),
    (r"child arrangements orders?", "a court decision about who you live with"),
    (r"parental responsibility", "who can decide things for you"),
    (r"corporate parent(?:s|ing)?", "the council, which looks after you"),
    (r"local authorit(?:y|ies)", "the council"),
    (r"children'?s social care", "social workers and their teams"),
    (r"respite(?: care)?", "a short break"),
    (r"short[- ]breaks? provision", "short breaks"),
    (r"kinship care", "living with family or friends"),
    (r"kinship carers?", "family or friends who look after you"),
    (r"connected persons?", "family or friends who look after you"),
    (r"birth (?:parents?|famil(?:y|ies))", "your mum, your dad or your family"),
    (r"care[- ]givers?", "the people who look after you"),
    (r"care leavers?", "young people who have left care"),
    (r"care[- ]experienced", "having been in care"),
    (r"leaving care (?:grants?|allowances?)", "money for when you leave care"),
    (r"setting up home allowances?", "money for your first home"),
    (r"semi[- ]independent(?: (?:living|accommodation|provision))?", "a place of your own with help"),
    (r"supported (?:accommodation|lodgings|living)", "a place to live with help"),
    (r"residential (?:care|homes?|units?|provision|setting)", "a children's home"),
    (r"secure (?:accommodation|units?|homes?)", "a locked home"),
    (r"accommodation", "where you live"),
    (r"staying put", "staying with your foster carer after 18"),
    (r"permanen(?:ce|cy)(?: plans?| planning)?", "a home for good"),
    (r"reunification", "going back to your family"),
    (r"rehabilitation (?:home|plan)", "going back to your family"),
    (r"transition(?:s|ing|ed)?", "a big change, such as a new school or turning 18"),
    (r"peer (?:groups?|relationships?|mentor(?:s|ing)?|support)", "friends or people your age"),
    (r"peers?", "people your age"),
    (r"key ?workers?", "the worker who knows you best"),
    (r"caseworkers?|case ?holders?|allocated (?:social )?workers?", "your worker"),
    (r"practitioners?", "worker"),
    (r"professionals?", "the people who work with you"),
    (r"service users?", "people we help"),
    (r"multi[- ]?agency", "people from different places working together"),
    (r"safeguard(?:ing|ed|s)?", "keeping children safe"),
    (r"disclos(?:e|ed|es|ing|ures?)", "tell, or telling, somebody"),
    (r"early help(?: assessments?)?", "help for your family"),
    (r"family group conferences?", "a meeting where your family makes the plan"),
    (r"children in need|child in need", "children who get help from a social worker"),
    (r"edge of care", "children who may have to leave home"),
    (r"interventions?", "help"),
    (r"assessments?", "when a worker finds out what help you need"),
    (r"referr(?:als?|ed)", "asked somebody else to help"),
    (r"thresholds?", "when you can get help"),
    (r"provisions?", "help, or a place"),
    (r"wishes and feelings", "what you want and how you feel"),
    (r"life[- ]story work", "finding out the story of your life"),
    (r"return (?:home )?interviews?", "a talk after you were missing"),
    (r"missing episodes?|went missing from care", "when you ran away or were away without saying"),
    (r"abscond(?:ed|s|ing)?", "run away"),
    (r"challenging behaviou?rs?", "when things get too much for you"),
    (r"attachments?(?! file)", "feeling close to somebody"),
    (r"trauma(?:tic|tised)?", "very hard or scary things that happened"),
    (r"resilien(?:ce|t)", "coping when things are hard"),
    (r"well-?being", "how you feel"),
    (r"emotional health|mental health (?:needs|difficulties|services)", "how you feel inside"),
    (r"advoca(?:cy|tes?)(?! is)", "someone who helps you speak up"),
    (r"participation (?:officers?|workers?|teams?)", "people who help you have your say"),
    (r"participat(?:e|ed|es|ing|ion)", "take part"),
    (r"consult(?:ed|ation|ations|ing)?", "ask, or asked"),
    (r"outcomes?", "what happens in the end"),
    (r"support networks?", "the people who help you"),
    (r"support needs", "the help you need"),
    (r"risk assessments?", "checking that something is safe"),
    (r"delegated authority", "what your carer is allowed to say yes to"),
    (r"matching (?:process|meeting)|matched with", "finding the right home for you"),
    (r"foster(?:ing)? placements?", "living with foster carers"),
    (r"in[- ]?house", "run by the council"),
    (r"commission(?:ed|ing|ers?)", "paid for by the council"),
    (r"stakeholders?", "people this matters to"),
    (r"implement(?:ed|ing|ation)?", "put in place"),
    (r"facilitat(?:e|ed|es|ing|ion)", "help, or run"),
    (r"prior to", "before"),
    (r"regarding", "about"),
    (r"utilis(?:e|ed|es|ing|ation)|utiliz(?:e|ed|es|ing|ation)", "use"),
    (r"commenc(?:e|ed|es|ing)", "start"),
    (r"in (?:relation|regard|respect) to", "about"),
    (r"engage(?:ment|d)? with", "work with, or talk to"),
)  # fmt: skip
"""Words of the trade. Patterns are written in lower case and match whole words, in any case."""

KNOWN_AT_WORK = frozenset({"practitioner"})
"""Audiences that use these words every day: nothing is said to them."""

_ABBREVIATION = re.compile(r"(?<![\w'])(?:" + "|".join(sorted(ABBREVIATIONS, key=len, reverse=True)) + r")(?=s?\b)")
_CAPITALS = re.compile(r"[A-Z]\w*[A-Z0-9]")
_TERMS = tuple(re.compile(rf"(?<![\w'-])(?:{pattern})(?![\w-])", re.IGNORECASE) for pattern, _ in TERMS)
_LONGER_WORD = re.compile(r"[a-z]{4,}")
_COMMON = frozenset({"your", "have", "having", "with", "more", "much", "about", "were", "been", "being", "young"})


def _terms_by_key() -> dict[str, tuple[int, ...]]:
    """For the first four letters of each longer word in a pattern, the patterns it is in.

    Only those are looked for in a text that has such a word: most texts need no closer look.
    """
    found: dict[str, list[int]] = {}
    for number, (pattern, _) in enumerate(TERMS):
        apart = re.sub(r"\(\?<?[!=][^)]*\)", " ", pattern)
        written = apart + " " + re.sub(r"\[- \]\?|[- ]\?", "", apart)  # "key worker" and "keyworker"
        for key in {word[:4] for word in _LONGER_WORD.findall(written) if word not in _COMMON}:
            found.setdefault(key, []).append(number)
    return {key: tuple(numbers) for key, numbers in found.items()}


_BY_KEY = _terms_by_key()


@lru_cache(maxsize=4_096)
def jargon(text: str) -> tuple[Jargon, ...]:
    """The terms used in a text, each once, in the order they come.

    >>> [found.said for found in jargon("Does your IRO ask about contact with your siblings?")]
    ['IRO', 'about contact', 'siblings']
    """
    straight = text.replace("’", "'")
    found: list[tuple[int, int, Jargon]] = []
    if _CAPITALS.search(straight):
        found += [
            (match.start(), match.end(), Jargon(match[0], ABBREVIATIONS[match[0]]))
            for match in _ABBREVIATION.finditer(straight)
        ]
    keys = {word[:4] for word in _LONGER_WORD.findall(straight.lower())}
    for number in sorted({number for key in keys for number in _BY_KEY.get(key, ())}):
        for match in _TERMS[number].finditer(straight):
            if all(match.end() <= start or match.start() >= end for start, end, _ in found):
                found.append((match.start(), match.end(), Jargon(match[0], TERMS[number][1])))
    once = {one.said.lower(): one for _, _, one in sorted(found, key=lambda entry: entry[0], reverse=True)}
    return tuple(reversed(once.values()))
