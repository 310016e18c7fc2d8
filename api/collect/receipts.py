"""The receipt code: three everyday words that lead back to one's own answers, and to nobody else's.

The words are worked out from the draft's secret, so a page that got lost on the way can
be asked for again, and only a keyed hash of them is stored. 4,300 words make 8·10^10
codes; with the limit on tries, guessing one is hopeless. The list is the EFF's long one
(CC BY 3.0, as packaged by xkcdpass), without long words and without words that have no
place on a child's page.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from functools import lru_cache
from importlib.resources import files

from api.keyring import Keyring

SHORTEST, LONGEST = 4, 7
UNFIT = re.compile(
    r"abus|backstab|booz|beer|wine\b|chok|corps|crap|creep|cruel|crying|curs|cuss|dead|death|deform|degrad|depress|"
    r"devil|diaper|drown|drug|drunk|evil|fat|filth|flog|grief|groin|grop|grime|gun|hate|hurt|idiot|jail|kill|liar|"
    r"lonely|maim|manic|moan|molar|naked|neglect|nud|obes|orphan|panic|panties|poison|prison|pusher|rabies|reject|"
    r"scar|sedat|sex|shame|sinner|slap|slime|slut|smack|snitch|spank|stab|steal|stolen|strang|suffo|thief|thong|"
    r"trash|traum|ugly|undead|undress|unlov|unsafe|unwound|victim|vomit|widow|womb|wound"
)
_VARIANTS = 4
"""How many codes a draft may try, should its first one be taken: at a million responses that is one in 80,000."""


@lru_cache(maxsize=1)
def receipt_words() -> tuple[str, ...]:
    """The words a code is made of, in a fixed order."""
    lines = files("xkcdpass").joinpath("static", "eff-long").read_text(encoding="utf-8").split()
    return tuple(
        sorted(
            word
            for word in lines
            if SHORTEST <= len(word) <= LONGEST and word.isascii() and word.isalpha() and not UNFIT.search(word)
        )
    )


def candidates(secret: str) -> tuple[str, ...]:
    """The codes a draft's secret stands for, the first free one of which it gets: always the same ones."""
    listed = receipt_words()
    codes = []
    for variant in range(_VARIANTS):
        digest = hmac.new(secret.encode(), f"receipt/{variant}".encode(), hashlib.sha256).digest()
        numbers = (int.from_bytes(digest[place : place + 8]) for place in (0, 8, 16))
        codes.append(" ".join(listed[number % len(listed)] for number in numbers))
    return tuple(codes)


def fingerprint(keyring: Keyring, code: str) -> str:
    """What is stored of a code."""
    return keyring.fingerprint("receipt", code)


def typed(text: str) -> str | None:
    """The code in what somebody typed: any case, any signs between the words; None when it is not three words."""
    found = re.findall(r"[a-z]+", text[:200].lower())
    return " ".join(found) if len(found) == 3 else None
