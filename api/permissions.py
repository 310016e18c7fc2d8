"""What each role may do, as one table. No I/O; ``may`` answers, ``check`` refuses.

The rule that a second person releases data is here too, because it is about who, not
about what.
"""

from __future__ import annotations

from enum import StrEnum

from api.errors import Refused
from api.roles import Role


class Action(StrEnum):
    """Everything a member of staff can be allowed to do."""

    LOG_OBSERVATION = "log_observation"
    DESIGN_SURVEY = "design_survey"
    PUBLISH_SURVEY = "publish_survey"
    MAKE_INVITATION = "make_invitation"
    REVIEW_THEMES = "review_themes"
    REVIEW_CODES = "review_codes"
    IMPORT_MEASURES = "import_measures"
    SEE_MEASURES = "see_measures"
    REQUEST_RELEASE = "request_release"
    DECIDE_RELEASE = "decide_release"
    READ_QUEUE = "read_queue"
    CHECK_REDACTION = "check_redaction"
    MANAGE_STAFF = "manage_staff"
    LINK_CASE = "link_case"


ALLOWED: dict[Role, frozenset[Action]] = {
    Role.PRACTITIONER: frozenset({Action.LOG_OBSERVATION, Action.LINK_CASE}),
    Role.OFFICER: frozenset(
        {
            Action.DESIGN_SURVEY, Action.PUBLISH_SURVEY, Action.MAKE_INVITATION, Action.REVIEW_THEMES,
            Action.REVIEW_CODES, Action.IMPORT_MEASURES, Action.SEE_MEASURES, Action.DECIDE_RELEASE,
        }
    ),
    Role.RESEARCHER: frozenset({Action.REQUEST_RELEASE, Action.SEE_MEASURES}),
    Role.SAFEGUARDING: frozenset({Action.READ_QUEUE, Action.CHECK_REDACTION}),
    Role.ADMINISTRATOR: frozenset(
        {Action.MANAGE_STAFF, Action.IMPORT_MEASURES, Action.SEE_MEASURES, Action.DECIDE_RELEASE, Action.LINK_CASE}
    ),
}  # fmt: skip


def may(role: Role, action: Action) -> bool:
    """Whether a role includes an action."""
    return action in ALLOWED[role]


def check(role: Role, action: Action) -> None:
    """Refuse (``not_permitted``) unless the role includes the action."""
    if not may(role, action):
        raise Refused("not_permitted")


def check_second_person(staff_id: str, requested_by: str) -> None:
    """Refuse (``own_request``) when somebody would decide on what they asked for themselves."""
    if staff_id == requested_by:
        raise Refused("own_request")
