"""The tables of the main database, one file per family. No behaviour, no queries, no names of children.

What must never be false is a constraint here, not only a check in code: SQLModel tables
do not validate when constructed.
"""

from __future__ import annotations

from api.models.audit import AuditEvent
from api.models.codes import CodeFrame, CodingRun, DecidedCodes, SuggestedCodes
from api.models.drafts import AdviserLink, AdviserRemark, DraftStep, SurveyDraft, SurveyMedia
from api.models.jobs import Job
from api.models.languages import LanguageCheck
from api.models.masks import MaskCheck, MaskOutcome
from api.models.metrics import Measure, MeasureImport
from api.models.releases import Release, ReleaseCodes, ReleaseMember
from api.models.replies import WaveReply
from api.models.responses import AgreementEvent, Answer, AnswerVector, DraftWords, Response
from api.models.staff import CaseAssignment, SignInLink, Staff, StaffSession
from api.models.surveys import (
    Invitation,
    InvitationPair,
    Kiosk,
    PermissionEvent,
    SurveyVersion,
    Wave,
    WavePermission,
)
from api.models.themes import Theme, ThemeAssignment, ThemePairing, ThemeRun

__all__ = [
    "AdviserLink",
    "AdviserRemark",
    "AgreementEvent",
    "Answer",
    "AnswerVector",
    "AuditEvent",
    "CaseAssignment",
    "CodeFrame",
    "CodingRun",
    "DecidedCodes",
    "DraftStep",
    "DraftWords",
    "Invitation",
    "InvitationPair",
    "Job",
    "Kiosk",
    "LanguageCheck",
    "MaskCheck",
    "MaskOutcome",
    "Measure",
    "MeasureImport",
    "PermissionEvent",
    "Release",
    "ReleaseCodes",
    "ReleaseMember",
    "Response",
    "SignInLink",
    "Staff",
    "StaffSession",
    "SuggestedCodes",
    "SurveyDraft",
    "SurveyMedia",
    "SurveyVersion",
    "Theme",
    "ThemeAssignment",
    "ThemePairing",
    "ThemeRun",
    "Wave",
    "WavePermission",
    "WaveReply",
]
