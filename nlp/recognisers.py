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
    """``pattern``'s group ``what`` (or the whole match) is a ``type`` when ``check`` says so.

    ``finds`` are texts in which this row finds something, ``leaves`` texts in which it finds nothing: each is a test.
    """

    type: str
    pattern: re.Pattern[str]
    confidence: float
    check: Callable[[str], bool] | None
    finds: tuple[str, ...]
    leaves: tuple[str, ...]

    def in_text(self, text: str) -> Iterator[Span]:
        """What this row finds in a folded text."""
        group = "what" if "what" in self.pattern.groupindex else 0
        for match in self.pattern.finditer(text):
            what = match.group(group)
            if self.check is not None and not self.check(what):
                continue
            start = match.start(group)
            # "@handle" is hidden with its sign.
            if self.type == "USERNAME" and start and "@" in match.group(0)[: start - match.start()]:
                start = match.start()
            end = match.end(group) - (len(what) - len(what.rstrip()))
            yield Span(start + len(what) - len(what.lstrip()), end, self.type, self.confidence)


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
    type_: str,
    pattern: str,
    confidence: float,
    check: Callable[[str], bool] | None = None,
    flags: int = re.I,
    *,
    finds: str,
    leaves: str,
) -> Recogniser:
    examples = (tuple(text.strip() for text in texts.split(" | ")) for texts in (finds, leaves))
    return Recogniser(type_, re.compile(pattern, flags), confidence, check, *examples)


RECOGNISERS: tuple[Recogniser, ...] = (
    _row("EMAIL", r"(?<![\w.+-])[\w.+'-]{1,64}(?:@\s?|\s@\s)[\w-]{1,63}(?:(?:\.|\s[\[(]?dot[\])]?\s)[\w-]{1,63}){0,3}(?:\.|\s[\[(]?dot[\])]?\s)[a-z]{2,24}", 0.99,
         finds="mail r.tester+home@example.org now | JO@SCHOOL.EXAMPLE.SCH.UK | a_b @ example.com please | a_b@example dot co dot uk",
         leaves="lol @ everyone | meet @ 5.30pm | google.com is blocked"),
    _row("EMAIL", r"\b[\w.+-]{2,64}\s*[\[(]?\bat\b[\])]?\s*(?:gmail|hotmail|outlook|yahoo|icloud|live|googlemail|aol|msn|btinternet|sky)\s*(?:[\[(]?\bdot\b[\])]?|\.)\s*(?:com|co\.?\s*(?:dot\s*)?uk|net)\b", 0.9,
         finds="its zac99 at gmail dot com | zac99 (at) hotmail.co.uk | zac [at] outlook dot com",
         leaves="look at google | i was at sky tv"),
    _row("URL_PROFILE", r"\b(?:https?://|www\.)[^\s<>\"']{2,2000}", 0.95,
         finds="see https://example.org/u/abc | www.example.org/me",
         leaves="https is a word | www means web"),
    _row("URL_PROFILE", r"\b(?:[a-z0-9-]{1,63}\.){1,3}(?:com|co\.uk|org\.uk|org|net|uk|io|tv|me|gg|app|ly|be|gl|ee|co|gg|st|bio)/[^\s<>\"']{1,2000}", 0.9,
         finds="tiktok.com/@mr.waffles | linktr.ee/waffles | facebook.com/profile.php?id=12",
         leaves="and/or | google.com is blocked | bbc.co.uk"),
    _row("USERNAME", r"(?<![\w.@])@(?P<what>(?!\d{1,2}(?:[.:]\d\d)?\s?[ap]m)[\w](?:[\w.]{1,38}[\w_]))", 0.95,
         finds="follow @kc_2010 | @mr.waffles",
         leaves="lol @ everyone | @5pm | at home"),
    _row("USERNAME", r"(?<![\w.@])@\s(?P<what>[\w](?:[\w.]{1,38}[\w_]))", 0.9, _looks_chosen,
         finds="im @ kc_2010",
         leaves="@ the park | meet @ five"),
    _row("USERNAME", rf"\b{_SITE}(?:\s+(?:user\s?name|user|name|account|tag|handle|id))?(?:\s+(?:is|was|its|it's|im|i'm)\b|'s|\s*[:=-])?\s+(?:called\s+)?(?P<what>[\w][\w.#-]{{2,38}}[\w])", 0.85, _looks_chosen,
         finds="my snap is moonrabbit77 | on insta its lola.x9 | psn name Night_Owl | im on snap its kc.2010",
         leaves="my snap is broken | discord is fun | profile picture"),
    _row("USERNAME", rf"\b{_SITE}\s*[:=]\s*(?P<what>[\w][\w.#-]{{2,38}}[\w])", 0.85,
         finds="discord: frogking | snap = waffles",
         leaves="games: fortnite is best"),
    _row("USERNAME", r"\b(?:add|follow|dm|message|msg)\s+me\s+(?:on\s+\w+\s+)?(?:(?:im|i'm|its|it's)\s+)?(?P<what>[\w][\w.#-]{2,38}[\w])", 0.8, _looks_chosen,
         finds="add me kc2010 | dm me on insta its kc.2010",
         leaves="add me please | message me later"),
    _row("USERNAME", r"(?<![\w.@/])(?P<what>[a-z][a-z0-9]{0,30}(?:_{1,3}[a-z0-9]{1,30}){1,4})(?![\w@])", 0.6,
         finds="its moon_rabbit ok",
         leaves="its moon rabbit ok"),
    _row("USERNAME", r"(?<![\w.@/#])(?P<what>[\w.]{2,32}#\d{4})\b", 0.8,
         finds="frogking#4412",
         leaves="team #1 | #blessed"),
    _row("NHS_NUMBER", r"(?<![\d+])\d{3}[ -]?\d{3}[ -]?\d{4}(?![\d])", 0.95, is_nhs_number,
         finds="number 943 476 5919 on it | 9434765919",
         leaves="1234567890 | 943 476 5918"),
    _row("NHS_NUMBER", r"\bnhs(?:\s*(?:number|num|no\.?|#))?\s*(?:is|was|:|=)?\s*(?P<what>\d{3}[ -]?\d{3}[ -]?\d{4})(?!\d)", 0.9,
         finds="NHS: 943 476 5918 | nhs number is 9434765910",
         leaves="the nhs is 75"),
    _row("UPN", r"(?<!\w)[A-Z]\s?\d{11}\s?[\dA-Z](?!\w)", 0.95, is_upn,
         finds="pupil H801200001001 moved",
         leaves="A801200001001 | model H80120"),
    _row("UPN", r"\bupn\s*(?:is|:|=|no\.?|number)?\s*(?P<what>[A-Z]?\s?\d{9,12}[A-Z]?)(?!\w)", 0.9,
         finds="UPN: 801200001001 | upn no. H8012000010",
         leaves="upn is missing"),
    _row("CASE_REF", r"(?<!\w)(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]\s?\d{2}\s?\d{2}\s?\d{2}\s?[A-D](?!\w)", 0.95,
         finds="NI AB 12 34 56 C | jg103759a",
         leaves="QQ 12 34 56 C | AB 12 form"),
    _row("CASE_REF", r"\b(?:case|ref(?:erence)?|file|mosaic|liquid\s?logic|lcs|ehm|client|child|person|record)(?:\s*(?:id|no\.?|number|num|ref(?:erence)?))?\s*(?:is|was|:|#|=)?\s*(?P<what>(?=[A-Z/-]{0,6}\s?\d)[A-Z]{0,4}[-/ ]?\d{4,12}(?:[-/][A-Z0-9]{1,8}){0,2})(?!\w)", 0.9,
         finds="case ref: ABC/20931 | mosaic id 1183920 | file number 204418",
         leaves="case 3 of 10 | case closed | child 2 of 3"),
    _row("CASE_REF", r"\b(?:id|case|ref)\s*(?:is|:|#|=|no\.?|number)\s*(?P<what>\d{4,12})(?!\w)", 0.85,
         finds="id: 20441 | ref no. 55521",
         leaves="id like 20 | ref the match"),
    _row("CASE_REF", r"(?<![\w-])(?P<what>[A-Z]{2,4}[-/]\d{4,10}(?:[-/][A-Z0-9]{1,8})?)(?![\w-])", 0.85, None, 0,
         finds="LA-55521 is closed | CS/204418",
         leaves="A-level | GTX-10 | COVID-19"),
    _row("POSTCODE", r"(?<!\w)[A-Z]{1,2}\d[\dA-Z]?\s{0,2}\d[ABD-HJLNP-UW-Z]{2}(?!\w)", 0.95, _is_postcode,
         finds="LS1 4AP | ls14ap please | SW1A 1AA",
         leaves="B12 vitamin | ZZ1 4AP | M25 2 lanes"),
    _row("POSTCODE", r"\bpost\s?code\s*(?:is|:|=)?\s*(?P<what>[A-Z]{1,2}\d[\dA-Z]?(?:\s?\d[A-Z]{0,2})?)(?!\w)", 0.8, _is_postcode,
         finds="my postcode is HX1",
         leaves="the postcode is wrong"),
    _row("PHONE", r"(?<![\w.,£$])(?:\+\s?\d{1,3}|00\s?44|44|\(?[0oO](?=[\d\s)-]))(?:[\s().-]{0,2}[\doO]){8,13}(?![\w])", 0.95, _is_phone,
         finds="07700 900456 | +44 (0)20 7946 0123 | 01632-960-777 | 0044 7700 900 077 | (01632) 960 001",
         leaves="0800 1111 | 1000000 | 21-15 21-18 | 0845 to town"),
    _row("PHONE", r"\b(?:phone|mobile|mob|tel|telephone|call|ring|text|whats\s?app|number|num)\s*(?:me|us|him|her|them|mum|dad)?\s*(?:on|at|is|:|=)?\s*(?P<what>\+?\d(?:[\s-]?\d){6,13})(?!\w)", 0.8, _is_spoken_phone,
         finds="ring me on 960 4456 please | text 4477009",
         leaves="call 999 | text 116 123 | ring road 5"),
    _row("DATE_OF_BIRTH", rf"{_BORN}[^.!?\n]{{0,25}}?(?<!\w)(?P<what>{_DATE})(?!\w)", 0.95,
         finds="born on 3rd May 2014 | DOB: 03/05/2014 | my birthday is 4 July",
         leaves="next visit 3 May | 12/05/2024 review"),
    _row("DATE_OF_BIRTH", rf"(?<!\w)(?P<what>{_DATE})(?!\w)\s*(?:is|was|=)?\s*(?:on\s+)?(?:when\s+)?(?:my|his|her|their|our|\w+'?s)?\s*(?:birth\s?da(?:y|te)|b-?day|d\.?o\.?b\b|i was born)", 0.9,
         finds="3rd May is my birthday | 4/7/12 is when i was born",
         leaves="3rd March is the trip"),
)  # fmt: skip


def recognise(text: str) -> Iterator[Span]:
    """Everything in a folded text that has the shape of an identifier; spans may overlap."""
    for recogniser in RECOGNISERS:
        yield from recogniser.in_text(text)
