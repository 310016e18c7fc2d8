"""What somebody of the staff is here for. What each role may do is in ``permissions``; nothing else lives here."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What someone is here for; what each may do is in ``permissions``."""

    PRACTITIONER = "practitioner"
    OFFICER = "officer"
    RESEARCHER = "researcher"
    SAFEGUARDING = "safeguarding"
    ADMINISTRATOR = "administrator"
