"""The code of three everyday words that leads back to one's own answers, and to nobody else's.

A code is a number, written as three places in the English list; a language with a short list
of its own says the same number with four words (docs/decisions/0034), and any other shows the
three places as groups of four figures. It is worked out from the draft's secret: a page that
got lost on the way can be asked for again, and the words of an unsent draft (``ways``) stay
those of the sent answers. Wherever a code is kept or compared it is written in the English
words. How hard it is to guess one: docs/decisions/0021.

Codes made before the list of today (``former``) go on working: they are recognised by
their own words, exactly as they were given.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from api.collect.words import LANGUAGE, folded, listed, meant, own_languages, places
from api.keyring import Keyring

WORDS, FIGURES = 3, 4
OWN_WORDS, OWN_LISTED = 4, 375
"""How many words of a short list say a code, and how long such a list is: 375 to the fourth is just above 2,700 cubed."""
_VARIANTS = 4
"""How many codes a draft may try, should its first one be taken: at a million responses that is one in 20,000."""
_LONGEST_TYPED = 200


@dataclass(frozen=True, slots=True)
class Shown:
    """A code as a page shows it; ``figures`` is empty where the words alone are enough (or for a former code)."""

    words: str
    language: str
    figures: str


def candidates(secret: str) -> tuple[str, ...]:
    """The codes a draft's secret stands for, the first free one of which it gets: always the same ones."""
    return _derived(secret, "words/2", listed(LANGUAGE))


def former(secret: str) -> tuple[str, ...]:
    """The codes it stood for before the list of today: never given out any more, but kept where they were."""
    return _derived(secret, "receipt", _former_words())


def fingerprint(keyring: Keyring, code: str) -> str:
    """What is stored of the code of answers that were sent."""
    return keyring.fingerprint("receipt", code)


def shown(code: str, language: str, own: Sequence[str] = ()) -> Shown:
    """A code as a page in this language shows it.

    ``own`` is the language's own list, empty where no person has checked it: then the words
    are English, with the same in figures beside them.
    """
    plain = language.partition("-")[0]
    where = [places(LANGUAGE).get(word) for word in code.split()]
    if plain == LANGUAGE or None in where:
        return Shown(code, LANGUAGE, "")
    numbers = [place for place in where if place is not None]
    if len(own) == OWN_LISTED:
        number = _number(numbers, len(listed(LANGUAGE)))
        return Shown(" ".join(own[place] for place in _places(number, OWN_LISTED, OWN_WORDS)), plain, "")
    return Shown(code, LANGUAGE, " ".join(f"{place + 1:0{FIGURES}}" for place in numbers))


def typed(text: str) -> tuple[str, ...]:
    """The codes that somebody can have meant, none for what is no code; the last is one of today's if any is.

    Any case, any signs between the words or figures, any language that has a list. One slip of
    a finger in each word is forgiven where it leads to exactly one listed word; the words as
    they stand come first. One code of today at most, so that a try is one guess.
    """
    text = folded(text[:_LONGEST_TYPED])
    words = re.findall(r"[^\W\d_]+", text)
    figures = "".join(str(unicodedata.decimal(sign)) for sign in text if sign.isdecimal())
    if not words and len(figures) == WORDS * FIGURES:
        numbers = [int(figures[start : start + FIGURES]) for start in range(0, len(figures), FIGURES)]
        known = all(1 <= number <= len(listed(LANGUAGE)) for number in numbers)
        return (_code([number - 1 for number in numbers]),) if known else ()
    if len(words) == OWN_WORDS:
        return _in_own_words(words)
    if len(words) != WORDS:
        return ()
    found = _meant(words, LANGUAGE)
    return tuple(dict.fromkeys((" ".join(words), _code(found)))) if found else (" ".join(words),)


def _in_own_words(words: list[str]) -> tuple[str, ...]:
    slips: dict[str, int] = {}
    for language in own_languages():
        found = _meant(words, language)
        number = _number(found, OWN_LISTED) if found else None
        if number is not None and number < len(listed(LANGUAGE)) ** WORDS:
            code = _code(_places(number, len(listed(LANGUAGE)), WORDS))
            slips[code] = sum(word not in places(language) for word in words)
    nearest = [code for code, count in slips.items() if count == min(slips.values())]
    return (nearest[0],) if len(nearest) == 1 else ()


def _meant(words: list[str], language: str) -> list[int]:
    """The places of words in one language; none unless all are known."""
    found = [place for place in (meant(word, language) for word in words) if place is not None]
    return found if len(found) == len(words) else []


def _number(where: Sequence[int], listed_words: int) -> int:
    number = 0
    for place in where:
        number = number * listed_words + place
    return number


def _places(number: int, listed_words: int, words: int) -> list[int]:
    where = []
    for _ in range(words):
        number, place = divmod(number, listed_words)
        where.append(place)
    return where[::-1]


def _code(where: Sequence[int]) -> str:
    return " ".join(listed(LANGUAGE)[place] for place in where)


def _derived(secret: str, label: str, words: tuple[str, ...]) -> tuple[str, ...]:
    codes = []
    for variant in range(_VARIANTS):
        digest = hmac.new(secret.encode(), f"{label}/{variant}".encode(), hashlib.sha256).digest()
        numbers = (int.from_bytes(digest[place : place + 8]) for place in (0, 8, 16))
        codes.append(" ".join(words[number % len(words)] for number in numbers))
    return tuple(codes)


# -- the list before


_FORMERLY_UNFIT = re.compile(
    r"abus|backstab|booz|beer|wine\b|chok|corps|crap|creep|cruel|crying|curs|cuss|dead|death|deform|degrad|depress|"
    r"devil|diaper|drown|drug|drunk|evil|fat|filth|flog|grief|groin|grop|grime|gun|hate|hurt|idiot|jail|kill|liar|"
    r"lonely|maim|manic|moan|molar|naked|neglect|nud|obes|orphan|panic|panties|poison|prison|pusher|rabies|reject|"
    r"scar|sedat|sex|shame|sinner|slap|slime|slut|smack|snitch|spank|stab|steal|stolen|strang|suffo|thief|thong|"
    r"trash|traum|ugly|undead|undress|unlov|unsafe|unwound|victim|vomit|widow|womb|wound"
)


@lru_cache(maxsize=1)
def _former_words() -> tuple[str, ...]:
    lines = files("xkcdpass").joinpath("static", "eff-long").read_text(encoding="utf-8").split()
    return tuple(
        sorted(
            word
            for word in lines
            if 4 <= len(word) <= 7 and word.isascii() and word.isalpha() and not _FORMERLY_UNFIT.search(word)
        )
    )
