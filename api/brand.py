"""What a council gives the pages of its service: its colour and its logo, checked before anything is served.

A colour that cannot be read is refused with what was measured and the nearest that can. A
logo is a small SVG or PNG; an SVG with a script, or with anything from elsewhere, is
refused: the pages of children load nothing from other hosts and run nothing of others.

>>> accent_problem("#0b5257"), accent_problem("#ffdd00")[-42:]
('', 'The nearest colour that passes is #584c00.')
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException, ElementTree

from survey_engine import contrast

LARGEST_LOGO_BYTES = 20_000
LOGO_ADVICE = "Give an SVG (without scripts and without anything from elsewhere) or a PNG of at most 20 KB."
_DRAWN = frozenset(
    "svg g path rect circle ellipse line polyline polygon defs lineargradient radialgradient stop clippath mask symbol use "
    "title desc text tspan style metadata".split()
)
"""The elements of a drawing. What runs, links or embeds (script, a, image, foreignObject, animate) is not among them."""
_SVG = "http://www.w3.org/2000/svg"
_ELSEWHERE = re.compile(r"url\(\s*['\"]?(?!#)|@import|javascript:|expression\(", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class File:
    """A file as it is handed out."""

    data: bytes
    media_type: str


@dataclass(frozen=True, slots=True)
class Brand:
    """The addresses of what a council gave, each with its content's hash; "" for what it did not give."""

    style: str = ""
    logo: str = ""
    logo_width: int = 0
    logo_height: int = 0
    files: Mapping[str, File] = field(default_factory=dict)
    """Name in the address to file."""


class Unusable(ValueError):
    """A logo that cannot be used; the text says why and what to do."""


def brand(accent: str, logo: str) -> Brand:
    """What the pages link to. ``accent`` and ``logo`` are those of the settings, checked there; "" for none."""
    files: dict[str, File] = {}
    style = picture = ""
    width = height = 0
    if accent:
        # Only where nobody chose a colour of their own; selected cards get the plain sunk paper, which is checked with it.
        sheet = (
            ":root:not([data-accent]),.swatch[data-accent=own]{"
            f"--accent-light:{accent};--accent-dark:{contrast.dark_partner(accent)}}}"
            ":root:not([data-accent]){--tint-light:var(--sunk);--tint-dark:var(--sunk)}"
        )
        style = _put(files, "brand", ".css", File(sheet.encode(), "text/css; charset=utf-8"))
    if logo:
        kept, width, height = read_logo(Path(logo))
        picture = _put(files, "logo", ".png" if kept.media_type == "image/png" else ".svg", kept)
    return Brand(style, picture, width, height, files)


def accent_problem(accent: str) -> str:
    """Why a colour cannot be used, with the nearest that can; "" when it can."""
    found = contrast.accent_fails(accent)
    if not found:
        return ""
    if not contrast.is_colour(accent):
        return found[0]
    return f"{found[0]} The nearest colour that passes is {contrast.nearest_that_passes(accent)}."


def read_logo(path: Path) -> tuple[File, int, int]:
    """The logo with its width and height, in units that only their ratio matters of; ``Unusable`` says what is wrong."""
    try:
        data = path.read_bytes()
    except OSError as fault:
        raise Unusable(f"The file {path} cannot be read. {LOGO_ADVICE}") from fault
    if len(data) > LARGEST_LOGO_BYTES:
        raise Unusable(f"The logo has {len(data):,} bytes. {LOGO_ADVICE}")
    if data.startswith(b"\x89PNG"):
        from PIL import Image, UnidentifiedImageError  # most councils have a drawing, and the process no need of it

        try:
            with Image.open(io.BytesIO(data), formats=["PNG"]) as picture:
                picture.verify()
                return File(data, "image/png"), *picture.size
        except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as fault:
            raise Unusable(f"The logo is no whole PNG. {LOGO_ADVICE}") from fault
    width, height = _size(_drawing(data))
    return File(data, "image/svg+xml"), width, height


def _drawing(data: bytes) -> Element:
    try:
        root: Element = ElementTree.fromstring(data, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as fault:
        raise Unusable(f"The logo is neither a PNG nor a whole SVG without a DOCTYPE. {LOGO_ADVICE}") from fault
    if root.tag != f"{{{_SVG}}}svg":
        raise Unusable(f"The logo is no SVG. {LOGO_ADVICE}")
    if b"<?xml-stylesheet" in data.lower():
        raise Unusable(f"The logo asks for a style sheet from elsewhere. {LOGO_ADVICE}")
    for element in root.iter():
        _refuse_what_is_no_drawing(element)
    return root


def _refuse_what_is_no_drawing(element: Element) -> None:
    if not isinstance(element.tag, str):  # a comment
        return
    space, _, name = element.tag.rpartition("}")
    # what drawing programs note for themselves is in a namespace of theirs and is not shown
    if space in ("{" + _SVG, "") and name.lower() not in _DRAWN:
        raise Unusable(f"The logo holds a <{name}>, which may run or fetch something. {LOGO_ADVICE}")
    if space.lower().endswith("xhtml"):
        raise Unusable(f"The logo holds HTML. {LOGO_ADVICE}")
    for attribute, value in element.attrib.items():
        plain = attribute.rpartition("}")[2].lower()
        if plain.startswith("on") or (plain in ("href", "src") and not value.strip().startswith("#")):
            raise Unusable(f"The logo has {plain}=…, which may run or fetch something. {LOGO_ADVICE}")
        if _ELSEWHERE.search(value):
            raise Unusable(f"The logo fetches something from elsewhere in {plain}=…. {LOGO_ADVICE}")
    if name.lower() == "style" and _ELSEWHERE.search("".join(element.itertext())):
        raise Unusable(f"The logo fetches something from elsewhere in its styles. {LOGO_ADVICE}")


def _size(root: Element) -> tuple[int, int]:
    box = re.findall(r"[-+.\d]+(?:e[-+]?\d+)?", root.get("viewBox", ""))
    sides = (
        box[2:4]
        if len(box) == 4
        else [root.get("width", "").removesuffix("px"), root.get("height", "").removesuffix("px")]
    )
    try:
        width, height = (round(float(side) * 10) for side in sides)
    except (ValueError, OverflowError):
        width = height = 0
    if not (0 < width <= 100_000 and 0 < height <= 100_000):
        raise Unusable(f"The logo does not say how large it is: it needs a viewBox. {LOGO_ADVICE}")
    return width, height


def _put(files: dict[str, File], what: str, ending: str, file: File) -> str:
    name = f"{what}-{hashlib.sha256(file.data).hexdigest()[:12]}{ending}"
    files[name] = file
    return f"/brand/{name}"
