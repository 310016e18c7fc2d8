"""How the pages look and sound on one device: the settings, and the council's colour and logo.

The settings are kept in a cookie of the device and nowhere else (``api.look``). Anybody may
choose, at any time, whether they answer or not; nothing here needs a draft or an invitation.
"""

from __future__ import annotations

from urllib.parse import urlencode

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from api import look
from api.collect.visit import Visit
from api.errors import Refused
from api.look import CHOICES, Look
from api.wiring import OpenForm, one, see_other

router = APIRouter(include_in_schema=False)


def _(text: str) -> str:
    """Mark for translation."""
    return text


GROUPS: tuple[tuple[str, str, str, dict[str, str]], ...] = (
    ("tone", _("How should it look?"), "", {"pictures": _("More pictures"), "plain": _("Plain"), "teen": _("For teenagers")}),
    ("size", _("How big are the letters?"), "", {
        "100": _("Normal"), "125": _("Big"), "150": _("Bigger"), "200": _("Very big"),
    }),
    ("colours", _("Which colours?"), "", {
        "auto": _("Same as my phone"), "light": _("Light"), "dark": _("Dark"), "contrast": _("Strong"), "cream": _("Cream"),
    }),
    ("accent", _("Which colour for buttons?"), "", {
        "own": _("The usual one"), "blue": _("Blue"), "plum": _("Purple"), "berry": _("Pink"), "moss": _("Green"),
        "rust": _("Orange"),
    }),
    ("letters", _("Which letters?"), _("Your phone gets new letters only if you choose them."), {
        "system": _("Same as my phone"), "atkinson": _("Clear shapes"), "lexend": _("Wide"), "opendyslexic": _("Heavy at the bottom"),
    }),
    ("spacing", _("How much space?"), "", {"normal": _("Normal"), "wide": _("More space")}),
    ("pictures", _("Pictures?"), "", {"on": _("Show pictures"), "off": _("No pictures")}),
    ("aloud", _("Read each page aloud?"), _("This only works if your phone has a voice."), {
        "off": _("Only if I press Listen"), "on": _("Yes, each page"),
    }),
    ("motion", _("Can things move a bit?"), "", {"gentle": _("Yes, a bit"), "less": _("No, keep still")}),
)  # fmt: skip
"""Each group of the form: its name in ``api.look``, the question, a hint, and the words for each value in order."""


@router.get("/settings")
def settings_page(visit: Visit, back: str = "/", language: str = "") -> HTMLResponse:
    """What can be chosen, with what is chosen now."""
    visit.language = visit.parts.pages.interface_language(language) if language else visit.language
    translate = visit.parts.pages.translator(visit.language)
    groups = [
        (name, translate(question), translate(hint), [(value, translate(words)) for value, words in options.items()])
        for name, question, hint, options in GROUPS
    ]
    return visit.page("collect/settings.html", back=look.way_back(back), groups=groups)


@router.post("/settings")
def choose(visit: Visit, fields: OpenForm) -> Response:
    """Keep what was chosen on this device and go back. What the form does not name stays as it is."""
    back, language = look.way_back(one(fields, "back", limit=300)), one(fields, "language", limit=35)
    if one(fields, "action", limit=20) == "reset":
        chosen, stay = Look(), "/settings?" + urlencode({"back": back, "language": language})
    else:
        chosen = visit.look.with_choices({name: one(fields, name, limit=20) for name in CHOICES})
        stay = ""
    response = see_other(stay or back)
    if chosen.cookie:
        # Scripts may read and write it, so that a choice can be seen at once; it says nothing about anybody.
        response.set_cookie(
            look.COOKIE, chosen.cookie, max_age=look.COOKIE_SECONDS, path="/", samesite="lax", secure=visit.parts.secure
        )
    else:
        response.delete_cookie(look.COOKIE, path="/")
    return response


@router.get("/brand/{name}")
def brand_file(visit: Visit, name: str) -> Response:
    """The council's colour or logo, under an address that changes with it."""
    file = visit.parts.pages.brand.files.get(name)
    if file is None:
        raise Refused("not_found")
    return Response(
        file.data,
        media_type=file.media_type,
        headers={
            "cache-control": "public, max-age=31536000, immutable",
            "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
        },
    )
