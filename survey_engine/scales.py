"""What a scale is: which questions it adds up, how, and how to read the sum. Worked out by ``scoring``."""

from __future__ import annotations

from survey_engine.words import Frozen, Name, Text


class Scale(Frozen):
    """A published or own way of making one number of several answers."""

    name: Name
    title: Text
