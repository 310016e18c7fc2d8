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
    "abdullah": "abdul", "abdulrahman": "abdul", "abigail": "abi abbie gail", "agnieszka": "aga", "alastair": "ali", "albert": "bert albie", "aleksandra": "ola sasha",
    "alexander": "alex xander lex sandy sasha alek aleks sandro", "alexandra": "alex lexi sandra sasha ali", "alison": "ali", "alistair": "ali", "anastasia": "nastya stasia",
    "andrew": "andy drew", "anthony": "tony ant", "archibald": "archie", "arthur": "art archie", "barbara": "babs barb", "barry": "baz", "beatrice": "bea trixie",
    "benjamin": "ben benji benny", "bethany": "beth", "catherine": "cath cathy kate katie kitty cat", "charles": "charlie chas chaz", "charlotte": "charlie lottie lotte",
    "christine": "chris chrissie", "christopher": "chris kit topher kris", "daniel": "dan danny", "danielle": "dani danni", "darren": "daz", "david": "dave davey", "deborah": "deb debbie",
    "derek": "del", "dmitri": "dima", "dmytro": "dima", "dorothy": "dot dolly", "edward": "ed eddie ted teddy ned", "eleanor": "ellie nell",
    "elizabeth": "liz lizzie beth eliza libby betty betsy bess elsie", "emily": "em emmy", "eugene": "gene", "evgenia": "zhenya", "fatima": "fati", "florence": "flo flossie",
    "frances": "fran frankie", "francesca": "frankie fran chess", "francis": "frank frankie", "frederick": "fred freddie", "gabriel": "gabe", "gary": "gaz", "george": "georgie",
    "gerald": "gerry", "gillian": "jill", "grzegorz": "grzesiek", "harold": "harry", "harry": "haz hazza", "henry": "harry hal", "isabella": "izzy bella isa", "isabelle": "izzy belle",
    "jacob": "jake", "jakub": "kuba", "james": "jim jimmy jamie", "jennifer": "jen jenny", "jeremy": "jez", "jessica": "jess jessie", "joanna": "jo", "joanne": "jo", "john": "jack johnny",
    "jonathan": "jon jonny jonno", "joseph": "joe joey", "josephine": "jo josie", "joshua": "josh", "karen": "kaz", "katarzyna": "kasia", "katherine": "kate katie kat kath kitty kathy",
    "kenneth": "ken kenny", "khadija": "khadi", "kimberley": "kim", "krzysztof": "krzys krzysiek", "laurence": "larry laurie", "lawrence": "larry laurie", "leonard": "len lenny",
    "lesley": "les", "lewis": "lew", "lillian": "lily lil", "lorraine": "lol", "lucy": "lulu", "malgorzata": "gosia", "margaret": "maggie meg peggy marge peg margie mags",
    "marianne": "maz", "martha": "mattie", "matthew": "matt matty", "michael": "mike mikey mick", "mikhail": "misha", "mohammed": "mo", "muhammad": "mo", "natalie": "nat",
    "nathan": "nate nath", "nathaniel": "nate nat", "nicholas": "nick nicky", "nicola": "nicky nic", "nikola": "nik", "oliver": "ollie olly", "olivia": "liv livvy", "oluwaseun": "seun",
    "oluwatobi": "tobi", "patricia": "pat trish", "patrick": "paddy pat", "pawel": "pawelek", "penelope": "penny nell", "peter": "pete", "philip": "phil", "philippa": "pippa pip",
    "piotr": "piotrek", "raymond": "ray", "rebecca": "becca becky bex", "reginald": "reg", "richard": "rich rick dick", "robert": "rob bob robbie bobby", "roderick": "rod",
    "ronald": "ron ronnie", "samantha": "sam sammy", "samuel": "sam sammy", "sarah": "sal", "sebastian": "seb", "sharon": "shaz shaza", "stanley": "stan", "stephanie": "steph",
    "stephen": "steve stevie", "steven": "steve stevie", "susan": "sue susie", "suzanne": "sue suzie", "temitope": "temi tope", "terence": "tel terry", "teresa": "tess terri",
    "theodore": "theo ted", "thomas": "tom tommy", "timothy": "tim", "tomasz": "tomek", "veronica": "ronnie", "victoria": "vicky tori", "volodymyr": "vova",
    "william": "will bill billy liam", "zachary": "zac zach zak",
}  # fmt: skip


# A record's own name that is also a word: anything but signs against it.
_ENOUGH_FOR_KNOWN = -1.0
_ENDINGS_OF_SHORT_FORMS = ("ie", "ey", "zy", "sy", "y", "i", "o", "s", "z", "ers", "a", "")


def find_known(words: list[Word], parts: frozenset[str], lists: Gazetteer) -> Iterator[Span]:
    """The record's own names in any case, with possessives, short forms and one slip of the finger.

    ``parts`` come from ``known_parts``. A part that is an everyday word needs a capital where none is due, or a name's surroundings.
    """
    if not parts:
        return
    reading = Reading(words, lists, parts)
    verdicts: dict[str, float] = {}
    for place, word in enumerate(words):
        if not word.alpha:
            continue
        if word.form not in verdicts:
            verdicts[word.form] = _known_confidence(word.form, parts, lists)
        confidence = verdicts[word.form]
        if not confidence:
            continue
        form = word.form if word.form in parts or confidence < 0.9 else word.form.removesuffix("s")
        if word.signals or not lists.is_ordinary(word.form):
            meant = True
        elif form != word.form:
            meant = reading.owns(place)  # "wills room", but "my jeans"
        else:
            meant = (confidence > 0.9 and form not in lists.ordinary) or reading.has_sign(
                place, enough=_ENOUGH_FOR_KNOWN
            )
        if meant:
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
    if form in lists.ordinary or len(form) < 3:
        return 0.0
    if 3 < len(form) < 9 and any(len(part) > 5 and _is_short_for(form, part) for part in parts):
        return 0.6 if not lists.is_ordinary(form) else 0.5
    if lists.is_ordinary(form):
        return 0.0
    if len(form) < 5:
        return 0.0
    return 0.6 if any(len(part) >= 5 and _one_slip(form, part) for part in parts) else 0.0


def _is_short_for(form: str, part: str) -> bool:
    """Whether a word is made from the beginning or the end of a name as children make names: "tiff", "steffy", "topher", "jords".

    >>> _is_short_for("steff", "stephanie"), _is_short_for("topher", "christopher"), _is_short_for("dan", "david")
    (True, True, False)
    """
    if len(form) >= 4 and len(part) > len(form) + 1 and part.endswith(form):
        return True
    name = part.replace("ph", "f")
    for ending in _ENDINGS_OF_SHORT_FORMS:
        stem = form.removesuffix(ending) if ending else form
        if form.endswith(ending) and len(stem) > 3 and stem[-1] == stem[-2]:
            stem = stem[:-1]
        if form.endswith(ending) and len(stem) >= 3 and (name.startswith(stem) or part.startswith(stem)):
            return True
    return False


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
