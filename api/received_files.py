"""What a file that came in becomes before it is kept: a picture drawn anew, a recording known by its first bytes.

The name and the type a browser gives are never believed. A picture is decoded and written
again pixel by pixel, at most 1,600 pixels wide or high, so that nothing of what a phone
put into it stays: where it was taken, when, with what, nor anything hidden behind it.
A recording stays as it is.

>>> kept(Kind.PHOTO, b"<svg onload=alert(1)>").code
'not_a_picture'
"""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

from survey_engine.definition import Kind

if TYPE_CHECKING:  # loaded with the first picture: most processes never see one
    from PIL.Image import Image

MOST_BYTES = {Kind.PHOTO: 8_000_000, Kind.DRAWING: 2_000_000, Kind.VOICE: 5_000_000}
"""Five million bytes are more than three minutes of what phones record (32 to 128 kbit/s)."""
LONGEST_SIDE_PX = 1_600
MOST_PIXELS = {"JPEG": 64_000_000, "PNG": 24_000_000, "WEBP": 24_000_000}
"""The formats that are read. Phones take photos of up to 50 million pixels, as JPEG, which is unfolded no larger than
needed; the others are unfolded whole, four bytes a pixel."""
QUALITY = 82

ACCEPT = {
    # Named types and not image/*: then an iPhone hands over JPEG instead of HEIC.
    Kind.PHOTO: "image/jpeg,image/png,image/webp",
    Kind.DRAWING: "image/jpeg,image/png,image/webp",
    Kind.VOICE: "audio/*,.webm,.ogg,.m4a,.mp3,.wav",
}
"""What a file field tells the browser to offer."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What may be kept."""

    media_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class NotKept:
    """Why not: ``too_big``, ``not_a_picture`` or ``not_a_recording``."""

    code: str


_PICTURE_BRANDS = (b"heic", b"heix", b"mif1", b"msf1", b"avif", b"avis")


def kept(kind: Kind, data: bytes) -> Kept | NotKept:
    """What is kept of a file that was sent for a drawing, a photo or a voice."""
    if len(data) > MOST_BYTES[kind]:
        return NotKept("too_big")
    if kind is Kind.VOICE:
        media_type = _recording(data)
        return NotKept("not_a_recording") if media_type is None else Kept(media_type, data)
    drawn = _drawn_anew(data)
    if drawn is None:
        return NotKept("not_a_picture")
    file = io.BytesIO()
    if kind is Kind.DRAWING:
        drawn.save(file, "PNG", optimize=True)
        return Kept("image/png", file.getvalue())
    drawn.save(file, "JPEG", quality=QUALITY, optimize=True)
    return Kept("image/jpeg", file.getvalue())


def _drawn_anew(data: bytes) -> Image | None:
    """The pixels on a fresh white sheet; None for what is no picture or unfolds to too many."""
    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=tuple(MOST_PIXELS)) as picture:
                if picture.width * picture.height > MOST_PIXELS[picture.format or ""]:
                    return None
                picture.thumbnail((LONGEST_SIDE_PX, LONGEST_SIDE_PX))
                seen = ImageOps.exif_transpose(picture).convert("RGBA")
    except (UnidentifiedImageError, Image.DecompressionBombError, Image.DecompressionBombWarning, OSError, SyntaxError,
            ValueError, EOFError, IndexError, TypeError, KeyError, OverflowError, MemoryError):  # fmt: skip
        # All that Pillow's decoders raise for broken files; the sender gets one sentence for all of them.
        return None
    sheet = Image.new("RGB", seen.size, "white")
    sheet.paste(seen, mask=seen.getchannel("A"))
    return sheet


def _recording(data: bytes) -> str | None:
    """The media type of a recording by its first bytes (WHATWG MIME sniffing, audio and video patterns)."""
    if data.startswith(b"\x1aE\xdf\xa3") and b"webm" in data[:64]:
        return "audio/webm"
    if data.startswith(b"OggS"):
        return "audio/ogg"
    if data[4:8] == b"ftyp" and data[8:12] not in _PICTURE_BRANDS:
        return "audio/mp4"
    if data.startswith(b"RIFF") and data[8:12] == b"WAVE":
        return "audio/wav"
    if data.startswith(b"ID3") or (len(data) > 2 and data[0] == 0xFF and data[1] & 0xE6 == 0xE2):
        return "audio/mpeg"
    return None
