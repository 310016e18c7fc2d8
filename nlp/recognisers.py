"""Identifiers with a shape of their own: postcodes, numbers, addresses online. One table, a row for each.

A row is a pattern, the kind of thing it finds, how sure it is, and a check of what the shape
alone cannot tell (a check digit, a known area). Names are another matter: see ``names``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from nlp.documents import Span

_POSTCODE_AREAS = frozenset(
    "AB AL B BA BB BD BF BH BL BN BR BS BT BX CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY E EC EH EN EX FK FY G GL GU GY HA HD HG HP HR "
    "HS HU HX IG IM IP IV JE KA KT KW KY L LA LD LE LL LN LS LU M ME MK ML N NE NG NN NP NR NW OL OX PA PE PH PL PO PR RG RH RM S SA SE SG SK SL SM SN "
    "SO SP SR SS ST SW SY TA TD TF TN TQ TR TS TW UB W WA WC WD WF WN WR WS WV YO ZE".split()
)
# Numbers to call for help identify nobody and must stay readable.
_HELPLINES = frozenset(
    {
        "999",
        "112",
        "111",
        "101",
        "08001111",
        "116123",
        "116111",
        "116000",
        "85258",
        "0808800500",
        "08088005000",
        "08000684141",
    }
)
_UPN_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
_MONTH = r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
_DATE = (
    r"(?:\d{1,2}\s?[./-]\s?\d{1,2}\s?[./-]\s?(?:19|20)?\d{2}|(?:19|20)\d{2}-\d{1,2}-\d{1,2}"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH}\b(?:,?\s+(?:19|20)?\d{{2}}\b)?|{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?\b(?:,?\s+(?:19|20)\d{{2}}\b)?)"
)
_BORN = r"(?:\bborn\b|\bd\.?\s?o\.?\s?b\b|\bdate of birth\b|\bbirth\s?da(?:y|te)s?\b|\bb-?days?\b)"
_SITE = (
    r"(?:snap(?:chat)?|sc|insta(?:gram)?|ig|tik\s?tok|tt|roblox|discord|xbox(?:\s+live)?|psn|ps[45]|play\s?station|fortnite|minecraft|you\s?tube|twitch|steam"
    r"|twitter|facebook|fb|kik|telegram|whats\s?app|gamer\s?tag|user\s?name|user|online name|screen name|handle|account|profile)"
)


@dataclass(frozen=True, slots=True)
class Recogniser:
    """``pattern``'s group ``what`` (or the whole match) is a ``type`` when ``check`` says so."""

    type: str
    pattern: re.Pattern[str]
    confidence: float
    check: Callable[[str], bool] | None = None


def is_nhs_number(digits: str) -> bool:
    """Ten digits, the last by modulus 11.

    >>> is_nhs_number("943 476 5919"), is_nhs_number("943 476 5918")
    (True, False)
    """
    figures = [int(d) for d in re.sub(r"\D", "", digits)]
    if len(figures) != 10 or len(set(figures)) == 1:
        return False
    remainder = 11 - sum(figure * weight for figure, weight in zip(figures, range(10, 1, -1), strict=False)) % 11
    return remainder % 11 == figures[9] and remainder != 10


def is_upn(code: str) -> bool:
    """A unique pupil number: a check letter, then twelve characters weighted 2 to 13, modulus 23.

    >>> is_upn("H801200001001"), is_upn("A801200001001")
    (True, False)
    """
    code = re.sub(r"\s", "", code).upper()
    if not re.fullmatch(r"[A-Z]\d{11}[\dA-Z]", code):
        return False
    figures = [int(c) if c.isdigit() else (_UPN_LETTERS.index(c) if c in _UPN_LETTERS else 0) for c in code[1:]]
    return _UPN_LETTERS[sum(figure * weight for weight, figure in enumerate(figures, start=2)) % 23] == code[0]


def _is_postcode(code: str) -> bool:
    area = re.match(r"[A-Z]{1,2}", code.upper())
    return area is not None and area.group() in _POSTCODE_AREAS


def _is_phone(number: str) -> bool:
    digits = re.sub(r"\D", "", re.sub(r"(?i)o", "0", number))
    if digits in _HELPLINES:
        return False
    if digits.startswith("0044"):
        digits = "0" + digits[4:].lstrip("0")
    elif number.lstrip(" (").startswith("+"):
        return 8 <= len(digits) <= 15
    elif digits.startswith("44") and len(digits) == 12:
        digits = "0" + digits[2:]
    return digits.startswith("0") and len(digits) in (10, 11) and digits[1] in "123578"


def _is_spoken_phone(number: str) -> bool:
    digits = re.sub(r"\D", "", number)
    return 6 <= len(digits) <= 15 and digits not in _HELPLINES


def _looks_chosen(name: str) -> bool:
    """A user name: a digit, an underscore, a dot or a capital inside, which words do not have."""
    return bool(re.search(r"\d|_|[a-z][A-Z]|\w\.\w", name)) and bool(re.search(r"[^\W\d_]", name))


def _row(
    type_: str, pattern: str, confidence: float, check: Callable[[str], bool] | None = None, flags: int = re.I
) -> Recogniser:
    return Recogniser(type_, re.compile(pattern, flags), confidence, check)


RECOGNISERS: tuple[Recogniser, ...] = (
    _row("EMAIL", r"(?<![\w.+-])[\w.+'-]{1,64}@\s?[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}", 0.99),
    _row("EMAIL", r"\b[\w.+-]{2,64}\s*[\[(]?\bat\b[\])]?\s*(?:gmail|hotmail|outlook|yahoo|icloud|live|googlemail|aol|msn|btinternet|sky)\s*(?:[\[(]?\bdot\b[\])]?|\.)\s*(?:com|co\.?\s*(?:dot\s*)?uk|net)\b", 0.9),
    _row("URL_PROFILE", r"\b(?:https?://|www\.)[^\s<>\"']{2,2000}", 0.95),
    _row("URL_PROFILE", r"\b(?:[a-z0-9-]{1,63}\.){1,3}(?:com|co\.uk|org\.uk|org|net|uk|io|tv|me|gg|app|ly|be|gl)/[^\s<>\"']{1,2000}", 0.9),
    _row("USERNAME", r"(?<![\w.@])@(?P<what>[\w](?:[\w.]{1,38}[\w_]))", 0.95),
    _row("USERNAME", r"(?<![\w.@])@\s(?P<what>[\w](?:[\w.]{1,38}[\w_]))", 0.9, _looks_chosen),
    _row("USERNAME", rf"\b{_SITE}(?:\s+(?:user\s?name|user|name|account|tag|handle|id))?(?:\s+(?:is|was|its|it's|im|i'm)\b|'s|\s*[:=-])?\s+(?:called\s+)?(?P<what>[\w][\w.#-]{{2,38}}[\w])", 0.85, _looks_chosen),
    _row("USERNAME", rf"\b{_SITE}\s*[:=]\s*(?P<what>[\w][\w.#-]{{2,38}}[\w])", 0.85),
    _row("USERNAME", r"\b(?:add|follow|dm|message|msg)\s+me\s+(?:on\s+\w+\s+)?(?:(?:im|i'm|its|it's)\s+)?(?P<what>[\w][\w.#-]{2,38}[\w])", 0.8, _looks_chosen),
    _row("USERNAME", r"(?<![\w.@/])(?P<what>[a-z][a-z0-9]{0,30}(?:_{1,3}[a-z0-9]{1,30}){1,4})(?![\w@])", 0.6),
    _row("USERNAME", r"(?<![\w.@/#])(?P<what>[\w.]{2,32}#\d{4})\b", 0.8),
    _row("NHS_NUMBER", r"(?<![\d+])\d{3}[ -]?\d{3}[ -]?\d{4}(?![\d])", 0.95, is_nhs_number),
    _row("NHS_NUMBER", r"\bnhs(?:\s*(?:number|num|no\.?|#))?\s*(?:is|was|:|=)?\s*(?P<what>\d{3}[ -]?\d{3}[ -]?\d{4})(?!\d)", 0.9),
    _row("UPN", r"(?<!\w)[A-Z]\s?\d{11}\s?[\dA-Z](?!\w)", 0.95, is_upn),
    _row("UPN", r"\bupn\s*(?:is|:|=|no\.?|number)?\s*(?P<what>[A-Z]?\s?\d{9,12}[A-Z]?)(?!\w)", 0.9),
    _row("CASE_REF", r"(?<!\w)(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]\s?\d{2}\s?\d{2}\s?\d{2}\s?[A-D](?!\w)", 0.95),
    _row("CASE_REF", r"\b(?:case|ref(?:erence)?|file|mosaic|liquid\s?logic|lcs|ehm|client|child|person|record)(?:\s*(?:id|no\.?|number|num|ref(?:erence)?))?\s*(?:is|was|:|#|=)?\s*(?P<what>(?=[A-Z/-]{0,6}\s?\d)[A-Z]{0,4}[-/ ]?\d{4,12}(?:[-/][A-Z0-9]{1,8}){0,2})(?!\w)", 0.9),
    _row("CASE_REF", r"\b(?:id|case|ref)\s*(?:is|:|#|=|no\.?|number)\s*(?P<what>\d{4,12})(?!\w)", 0.85),
    _row("CASE_REF", r"(?<![\w-])(?P<what>[A-Z]{2,4}[-/]\d{4,10}(?:[-/][A-Z0-9]{1,8})?)(?![\w-])", 0.85, None, 0),
    _row("POSTCODE", r"(?<!\w)[A-Z]{1,2}\d[\dA-Z]?\s{0,2}\d[ABD-HJLNP-UW-Z]{2}(?!\w)", 0.95, _is_postcode),
    _row("POSTCODE", r"\bpost\s?code\s*(?:is|:|=)?\s*(?P<what>[A-Z]{1,2}\d[\dA-Z]?(?:\s?\d[A-Z]{0,2})?)(?!\w)", 0.8, _is_postcode),
    _row("PHONE", r"(?<![\w.,£$])(?:\+\s?\d{1,3}|00\s?44|44|\(?[0oO](?=[\d\s)-]))(?:[\s().-]{0,2}[\doO]){8,13}(?![\w])", 0.95, _is_phone),
    _row("PHONE", r"\b(?:phone|mobile|mob|tel|telephone|call|ring|text|whats\s?app|number|num)\s*(?:me|us|him|her|them|mum|dad)?\s*(?:on|at|is|:|=)?\s*(?P<what>\+?\d(?:[\s-]?\d){6,13})(?!\w)", 0.8, _is_spoken_phone),
    _row("DATE_OF_BIRTH", rf"{_BORN}[^.!?\n]{{0,25}}?(?<!\w)(?P<what>{_DATE})(?!\w)", 0.95),
    _row("DATE_OF_BIRTH", rf"(?<!\w)(?P<what>{_DATE})(?!\w)\s*(?:is|was|=)?\s*(?:on\s+)?(?:when\s+)?(?:my|his|her|their|our|\w+'?s)?\s*(?:birth\s?da(?:y|te)|b-?day|d\.?o\.?b\b|i was born)", 0.9),
)  # fmt: skip


def recognise(text: str) -> Iterator[Span]:
    """Everything in a folded text that has the shape of an identifier; spans may overlap."""
    for recogniser in RECOGNISERS:
        for match in recogniser.pattern.finditer(text):
            group = "what" if "what" in recogniser.pattern.groupindex else 0
            what = match.group(group)
            if recogniser.check is None or recogniser.check(what):
                start = match.start(group)
                # "@handle" is hidden with its sign.
                if recogniser.type == "USERNAME" and start and "@" in match.group(0)[: start - match.start()]:
                    start = match.start()
                yield Span(
                    start + len(what) - len(what.lstrip()),
                    match.end(group) - (len(what) - len(what.rstrip())),
                    recogniser.type,
                    recogniser.confidence,
                )
