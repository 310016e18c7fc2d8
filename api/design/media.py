"""Pictures and recordings of a survey: taken in safely by officers, handed out to whoever holds their address.

A file is known by its content only: pictures are drawn anew (what a camera wrote into them
is gone), recordings are known by their first bytes (``received_files``). Its address is
the SHA-256 of its content, so it never changes and nobody can guess it; it needs no
sign-in, because respondents have none, and holds nothing about anybody who answers.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import Session, col

from api.models import SurveyMedia
from api.received_files import Kept, kept
from survey_engine.definition import Kind

MOST_BYTES = 2_000_000
ENDINGS = {
    "image/png": "png", "image/jpeg": "jpg", "audio/webm": "webm", "audio/ogg": "ogg", "audio/mp4": "m4a",
    "audio/wav": "wav", "audio/mpeg": "mp3",
}  # fmt: skip
HEADERS = {
    "cache-control": "public, max-age=31536000, immutable",
    "content-security-policy": "sandbox; default-src 'none'",
    "cross-origin-resource-policy": "same-origin",
    "content-disposition": "inline",
}


def _(text: str) -> str:
    """Mark for translation."""
    return text


@dataclass(frozen=True, slots=True)
class Taken:
    """A file that may be stored."""

    sha256: str
    media_type: str
    content: bytes
    file_name: str


def take(role: str, data: bytes, file_name: str) -> Taken | str:
    """What is kept of an upload for a ``picture`` or an ``audio``; or the sentence that says why it is not."""
    if len(data) > MOST_BYTES:
        return _("That file is larger than 2 MB. Make it smaller, or choose another.")
    kind = Kind.VOICE if role == "audio" else Kind.DRAWING if data.startswith(b"\x89PNG") else Kind.PHOTO
    file = kept(kind, data)
    if not isinstance(file, Kept):
        if role == "audio":
            return _("That is no recording we can play. Choose an MP3, M4A, Ogg, WebM or WAV file.")
        return _("That is no picture we can read. Choose a JPEG, PNG or WebP file.")
    stem = re.sub(r"[^A-Za-z0-9]+", "-", file_name.rpartition(".")[0] or file_name).strip("-").lower()[:80] or role
    name = f"{stem}.{ENDINGS[file.media_type]}"
    return Taken(hashlib.sha256(file.data).hexdigest(), file.media_type, file.data, name)


def find(session: Session, sha256: str) -> tuple[str, bytes] | None:
    """The media type and the content behind an address; None for an unknown one."""
    row = session.execute(
        select(col(SurveyMedia.media_type), col(SurveyMedia.content)).where(col(SurveyMedia.sha256) == sha256)
    ).one_or_none()
    return None if row is None else (row.media_type, row.content)
