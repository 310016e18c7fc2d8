"""The code of three everyday words that leads back to one's own answers, and to nobody else's.

A code is three places in the word list, so it can be shown in the words of any language
that has a list, or as three groups of four figures. It is worked out from the draft's
secret: a page that got lost on the way can be asked for again, and the words of an unsent
draft (``ways``) stay those of the sent answers. Wherever a code is kept or compared it is
written in the English words. How hard it is to guess one: docs/decisions/0021.

Codes made before the list of today (``former``) go on working: they are recognised by
their own words, exactly as they were given.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from api.collect.words import listed, meant, places
from api.keyring import Keyring

LANGUAGE = "en"
"""In whose words a code is kept."""
WORDS, FIGURES = 3, 4
LANGUAGES = (LANGUAGE,)
"""Languages whose list a person has checked; in others a code is shown in English and in figures."""
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


def shown(code: str, language: str) -> Shown:
    """A code in the words of this language, or in English with the same in figures beside it."""
    plain = language.partition("-")[0]
    where = [places(LANGUAGE).get(word) for word in code.split()]
    if plain == LANGUAGE or None in where:
        return Shown(code, LANGUAGE, "")
    numbers = [place for place in where if place is not None]
    if plain in LANGUAGES:
        return Shown(" ".join(listed(plain)[place] for place in numbers), plain, "")
    return Shown(code, LANGUAGE, " ".join(f"{place + 1:0{FIGURES}}" for place in numbers))


def typed(text: str) -> tuple[str, ...]:
    """The codes that somebody can have meant, none for what is no code; the last is one of today's if any is.

    Any case, any signs between the words or figures. One slip of a finger in each word is
    forgiven where it leads to exactly one listed word; the words as they stand come first.
    """
    text = unicodedata.normalize("NFC", text[:_LONGEST_TYPED]).lower()
    words = re.findall(r"[^\W\d_]+", text)
    figures = "".join(str(unicodedata.decimal(sign)) for sign in text if sign.isdecimal())
    if not words and len(figures) == WORDS * FIGURES:
        numbers = [int(figures[start : start + FIGURES]) for start in range(0, len(figures), FIGURES)]
        known = all(1 <= number <= len(listed(LANGUAGE)) for number in numbers)
        return (_code([number - 1 for number in numbers]),) if known else ()
    if len(words) != WORDS:
        return ()
    as_typed = " ".join(words)
    for language in LANGUAGES:
        found = [meant(word, language) for word in words]
        if None not in found:
            return tuple(dict.fromkeys((as_typed, _code([place for place in found if place is not None]))))
    return (as_typed,)


def _code(where: list[int]) -> str:
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
