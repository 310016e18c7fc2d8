"""Files that come in: drawn anew, without what a phone wrote into them, and refused by what they are, not by their name."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import pytest
from PIL import Image

from api.received_files import LONGEST_SIDE_PX, MOST_BYTES, Kept, NotKept, kept
from survey_engine.definition import Kind


def picture(format_: str = "JPEG", size: tuple[int, int] = (40, 30), mode: str = "RGB", **more: Any) -> bytes:
    file = io.BytesIO()
    Image.new(mode, size, "red").save(file, format_, **more)
    return file.getvalue()


def photo_with_a_place() -> bytes:
    exif = Image.Exif()
    exif[0x010F] = "QuillfeatherCam"
    exif[0x0112] = 6  # turned on its side
    exif.get_ifd(0x8825)[2] = (51.0, 30.0, 0.0)
    return picture("JPEG", exif=exif, comment=b"Quillfeather Road 7")


def test_nothing_of_what_a_phone_wrote_into_a_photo_stays_and_it_stands_upright() -> None:
    before = photo_with_a_place()
    assert b"Quillfeather" in before
    done = kept(Kind.PHOTO, before)
    assert isinstance(done, Kept)
    assert b"Quillfeather" not in done.data
    after = Image.open(io.BytesIO(done.data))
    assert (after.format, after.size, dict(after.getexif())) == ("JPEG", (30, 40), {})
    assert set(after.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


@pytest.mark.parametrize(
    ("format_", "mode"), [("PNG", "RGBA"), ("PNG", "P"), ("WEBP", "RGB"), ("JPEG", "CMYK"), ("PNG", "1")]
)
def test_a_drawing_becomes_a_plain_png_whatever_it_was(format_: str, mode: str) -> None:
    done = kept(Kind.DRAWING, picture(format_, mode=mode) + b"<script>appended</script>")
    assert isinstance(done, Kept)
    assert done.media_type == "image/png"
    assert b"script" not in done.data
    assert Image.open(io.BytesIO(done.data)).mode == "RGB"


def test_a_large_photo_becomes_small() -> None:
    done = kept(Kind.PHOTO, picture(size=(4000, 3000)))
    assert isinstance(done, Kept)
    assert Image.open(io.BytesIO(done.data)).size == (LONGEST_SIDE_PX, 1200)


def _bomb() -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", 50_000, 50_000, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(10_000))) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    "data",
    [b"", b"GIF89a", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"\x89PNG\r\n\x1a\n" + bytes(40), _bomb(),
     picture()[:200], picture("GIF"), picture("BMP"), picture("PNG", size=(5_000, 5_000), mode="1"), b"\xff\xd8\xff" + bytes(100)],
)  # fmt: skip
def test_what_is_no_picture_or_too_much_of_one_is_refused(data: bytes) -> None:
    assert kept(Kind.PHOTO, data) == NotKept("not_a_picture")


@pytest.mark.parametrize("kind", [Kind.PHOTO, Kind.DRAWING, Kind.VOICE])
def test_too_large_a_file_is_refused_before_it_is_opened(kind: Kind) -> None:
    assert kept(kind, bytes(MOST_BYTES[kind] + 1)) == NotKept("too_big")


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (b"\x1aE\xdf\xa3\x9fB\x86\x81\x01webm" + bytes(40), "audio/webm"),
        (b"OggS\x00\x02" + bytes(40), "audio/ogg"),
        (b"\x00\x00\x00\x20ftypM4A " + bytes(40), "audio/mp4"),
        (b"RIFF\x24\x00\x00\x00WAVEfmt ", "audio/wav"),
        (b"ID3\x04" + bytes(40), "audio/mpeg"),
        (b"\xff\xfb\x90\x00" + bytes(40), "audio/mpeg"),
    ],
)
def test_a_recording_is_known_by_its_first_bytes(data: bytes, media_type: str) -> None:
    assert kept(Kind.VOICE, data) == Kept(media_type, data)


@pytest.mark.parametrize("data", [b"", b"MZ", picture(), b"<html>", b"\x00\x00\x00\x20ftypheic", b"RIFF\0\0\0\0AVI "])
def test_what_is_no_recording_is_refused(data: bytes) -> None:
    assert kept(Kind.VOICE, data) == NotKept("not_a_recording")
