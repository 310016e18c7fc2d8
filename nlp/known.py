"""The names a record knows, found in a text in any case: possessives, short forms, a slip of the finger.

They buy more than any list or model (docs/decisions/0027), and they come in by value: nothing
here knows where they are kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from nlp.cues import TITLES
from nlp.documents import Span
from nlp.gazetteer import Gazetteer
from nlp.names import Reading
from nlp.text import fold
from nlp.words import Word, cut

_SHORT_FORMS = {
    "alexander": "alex xander lex sandy", "alexandra": "alex lexi sandra", "abigail": "abi abbie gail", "andrew": "andy drew", "anthony": "tony ant", "benjamin": "ben benji benny",
    "bethany": "beth", "catherine": "cath cathy kate katie", "charlotte": "charlie lottie lotte", "charles": "charlie chas chaz", "christopher": "chris kit", "christine": "chris chrissie",
    "daniel": "dan danny", "danielle": "dani danni", "david": "dave davey", "deborah": "deb debbie", "edward": "ed eddie ted teddy ned", "eleanor": "ellie nell", "elizabeth": "liz lizzie beth eliza libby betty",
    "emily": "em emmy", "frederick": "fred freddie", "gabriel": "gabe", "george": "georgie", "harry": "haz hazza", "isabella": "izzy bella isa", "isabelle": "izzy belle", "jacob": "jake", "james": "jim jimmy jamie",
    "jennifer": "jen jenny", "jessica": "jess jessie", "jonathan": "jon jonny", "joseph": "joe joey", "joshua": "josh", "katherine": "kate katie kat kath", "kimberley": "kim", "lewis": "lew", "lillian": "lily lil",
    "margaret": "maggie meg peggy", "matthew": "matt matty", "michael": "mike mikey mick", "mohammed": "mo", "muhammad": "mo", "natalie": "nat", "nathan": "nate nath", "nathaniel": "nate nat", "nicholas": "nick nicky",
    "nicola": "nicky nic", "oliver": "ollie olly", "olivia": "liv livvy", "patricia": "pat trish", "patrick": "paddy pat", "peter": "pete", "philip": "phil", "rebecca": "becca becky bex", "richard": "rich rick dick", "robert": "rob bob robbie bobby",
    "samantha": "sam sammy", "samuel": "sam sammy", "sarah": "sal", "sebastian": "seb", "stephanie": "steph", "stephen": "steve stevie", "steven": "steve stevie", "susan": "sue susie", "theodore": "theo ted", "thomas": "tom tommy",
    "timothy": "tim", "victoria": "vicky tori", "william": "will bill billy liam", "zachary": "zac zach zak", "agnieszka": "aga", "katarzyna": "kasia", "malgorzata": "gosia", "aleksandra": "ola", "jakub": "kuba", "oluwaseun": "seun",
    "temitope": "temi tope", "oluwatobi": "tobi", "abdullah": "abdul", "abdulrahman": "abdul", "fatima": "fati", "khadija": "khadi",
}  # fmt: skip


def find_known(words: list[Word], parts: frozenset[str], lists: Gazetteer) -> Iterator[Span]:
    """The record's own names in any case, with possessives, short forms and one slip of the finger.

    ``parts`` come from ``known_parts``. A part that is an everyday word needs a capital where none is due, or a name's surroundings.
    """
    if not parts:
        return
    reading = Reading(words, lists)
    verdicts: dict[str, float] = {}
    for place, word in enumerate(words):
        if not word.alpha:
            continue
        if word.form not in verdicts:
            verdicts[word.form] = _known_confidence(word.form, parts, lists)
        confidence = verdicts[word.form]
        if not confidence:
            continue
        form = word.form if word.form in parts else word.form.removesuffix("s")
        if form not in lists.ordinary or word.signals or reading.has_sign(place, enough=0.0):
            yield Span(word.start, word.start + len(form) if confidence >= 0.9 else word.end, "PERSON", confidence)


def known_parts(known_names: Sequence[str]) -> frozenset[str]:
    """Every word of the names, lower case, with hyphened names in parts and short forms."""
    parts: set[str] = set()
    for name in known_names:
        for word in cut(fold(name).text):
            if word.alpha and len(word.form) > 1 and word.form not in TITLES:
                parts |= {
                    word.form,
                    *word.form.split("-"),
                    word.form.replace("'", ""),
                    *_SHORT_FORMS.get(word.form, "").split(),
                }
    return frozenset(
        part
        for part in parts
        if len(part) > 1
        and part not in {"de", "la", "el", "al", "van", "von", "bin", "ibn", "of", "the", "di", "da", "dos"}
    )


def _known_confidence(form: str, parts: frozenset[str], lists: Gazetteer) -> float:
    if form in parts:
        return 0.99
    if len(form) > 3 and form.endswith("s") and form[:-1] in parts:
        return 0.95
    if len(form) < 5 or lists.is_ordinary(form):
        return 0.0
    return 0.6 if any(len(part) >= 5 and _one_slip(form, part) for part in parts) else 0.0


def _one_slip(a: str, b: str) -> bool:
    """Whether one letter more, less, other, or two exchanged makes ``a`` into ``b``."""
    if abs(len(a) - len(b)) > 1:
        return False
    start = 0
    while start < min(len(a), len(b)) and a[start] == b[start]:
        start += 1
    end = 0
    while end < min(len(a), len(b)) - start and a[-1 - end] == b[-1 - end]:
        end += 1
    left, right = a[start : len(a) - end], b[start : len(b) - end]
    return max(len(left), len(right)) <= 1 or (len(left) == 2 and left == right[::-1])
