"""Random orders that a phone works out exactly as the server does.

Python's and a browser's own generators cannot be made to agree, so this is a small one in
32-bit whole numbers: a text is hashed (FNV-1a), and each further step of a counter is mixed
(the finaliser of MurmurHash3). It makes an order look arbitrary and come back the same; it
keeps no secret. ``frontend/src/rules.ts`` has the same, and ``tests/shared`` proves it.

>>> shuffled(["aunt", "mum", "friend", "nobody"], "7/helper")
['nobody', 'friend', 'mum', 'aunt']
>>> shuffled(["aunt", "mum", "friend", "nobody"], "8/helper")
['friend', 'mum', 'nobody', 'aunt']
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

Thing = TypeVar("Thing")

_BITS = 0xFFFF_FFFF
_FNV_START, _FNV_PRIME = 0x811C_9DC5, 0x0100_0193
_GOLDEN = 0x9E37_79B9
"""2**32 divided by the golden ratio: steps of this size visit every number before one comes back."""


def draws(seed: str) -> Callable[[], int]:
    """A function that gives another number from 0 to 2**32 - 1 at each call, the same ones for the same seed.

    ``seed`` is plain ASCII (numbers, names, ``/`` and ``~``).
    """
    state = _FNV_START
    for sign in seed:
        state = (state ^ ord(sign)) * _FNV_PRIME & _BITS

    def draw() -> int:
        nonlocal state
        state = state + _GOLDEN & _BITS
        mixed = (state ^ state >> 16) * 0x85EB_CA6B & _BITS
        mixed = (mixed ^ mixed >> 13) * 0xC2B2_AE35 & _BITS
        return mixed ^ mixed >> 16

    return draw


def shuffled(things: Iterable[Thing], seed: str) -> list[Thing]:
    """The same things in an order that only the seed decides (Fisher and Yates, from the last place down)."""
    order, draw = list(things), draws(seed)
    for last in range(len(order) - 1, 0, -1):
        place = draw() * (last + 1) >> 32
        order[last], order[place] = order[place], order[last]
    return order


def fraction(seed: str) -> float:
    """A number from 0 up to but not including 1 that only the seed decides."""
    return draws(seed)() / 2**32
