"""How pages look: what a cookie may say, that every pair of colours can be read, what a council may give."""

from __future__ import annotations

import io
import re
import string
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pydantic import ValidationError

from api.brand import Unusable, accent_problem, brand, read_logo
from api.catalogues import FRONTEND_DIR
from api.collect.looks import GROUPS
from api.look import CHOICES, LONGEST_COOKIE, Look, way_back
from api.pages import Pages
from api.settings import Settings
from survey_engine.contrast import DARK_PAPER, PAPER, PARTS, TEXT, accent_fails, contrast_ratio, dark_partner

# --- the cookie

PARTS_OF_COOKIES = st.one_of(
    st.text(max_size=40),
    st.builds("{}:{}".format, st.sampled_from([*CHOICES, "cookie", "__class__", ""]), st.text(max_size=12)),
    st.sampled_from([f"{name}:{value}" for name, values in CHOICES.items() for value in values]),
)


@settings(deadline=None)
@given(st.lists(PARTS_OF_COOKIES, max_size=30).map(".".join))
def test_whatever_a_cookie_says_gives_a_look_that_is_offered(text: str) -> None:
    look = Look.from_cookie(text)
    assert all(getattr(look, name) in values for name, values in CHOICES.items())
    assert Look.from_cookie(look.cookie) == look


@settings(deadline=None)
@given(st.fixed_dictionaries({name: st.sampled_from(values) for name, values in CHOICES.items()}))
def test_every_look_comes_back_from_its_cookie_and_says_only_what_differs(chosen: dict[str, str]) -> None:
    look = Look(**chosen)
    assert Look.from_cookie(look.cookie) == look
    assert dict(look.attributes) == {name: value for name, value in chosen.items() if value != CHOICES[name][0]}
    assert len(look.cookie) <= LONGEST_COOKIE
    # no character that a cookie would have to put in quotes
    assert set(look.cookie) <= set(string.ascii_lowercase + string.digits + ".:")


def test_the_default_is_the_first_of_each_and_needs_no_cookie() -> None:
    assert Look() == Look(**{name: values[0] for name, values in CHOICES.items()})
    assert Look().cookie == ""
    assert Look().attributes == ()


def test_the_form_offers_everything_that_can_be_chosen_and_nothing_else() -> None:
    assert {name: set(options) for name, _, _, options in GROUPS} == {name: set(all_) for name, all_ in CHOICES.items()}


@pytest.mark.parametrize(
    "hostile",
    ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example", "/%2F/elsewhere", "javascript:alert(1)",
     "/leave", "/finished", "/settings?back=/", "/q/../leave", "/q/a?x=1", "/q/a\r\nSet-Cookie: a=b", "/q//x", "", "q/home",
     "/agree?language=en&x=1", "/q/home#x", "/leave?language=en", "/" + "\N{FULLWIDTH SOLIDUS}" + "elsewhere"],
)  # fmt: skip
def test_the_way_back_is_a_page_of_ours_or_the_first_one(hostile: str) -> None:
    assert way_back(hostile) == "/"


@settings(deadline=None)
@given(st.text(max_size=60))
def test_no_text_leads_to_another_host(text: str) -> None:
    back = way_back(text)
    assert back == "/" or re.fullmatch(r"/[A-Za-z0-9_~.-][A-Za-z0-9_~./?=-]*", back)


# --- colours

PAPERS = ("ground", "card", "sunk", "tint")
WORDS = ("ink", "soft", "accent", "error")
SCHEMES = ("light", "dark", "contrast", "cream")


def tokens() -> dict[str, dict[str, str]]:
    """Each block of the style sheet by its selector."""
    sheet = (FRONTEND_DIR / "styles" / "tokens.css").read_text(encoding="utf-8")
    sheet = re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL)
    return {
        " ".join(selector.split()): dict(re.findall(r"--([\w-]+): ([^;]+);", inside))
        for selector, inside in re.findall(r"([^{};]+)\{([^{}]*)\}", sheet)
    }


def colours(scheme: str, accent: str) -> dict[str, str]:
    """What the style sheet makes of a scheme and an accent, worked out as a browser does it."""
    blocks = tokens()
    chosen = blocks[":root"] | blocks[":root, [data-accent=own]"]
    chosen |= blocks.get(f"[data-accent={accent}]", {}) if accent != "own" else {}
    chosen |= blocks.get(f"[data-colours={scheme}]", {})

    def worked_out(value: str) -> str:
        named = re.fullmatch(r"var\(--([\w-]+)\)", value)
        return worked_out(chosen[named[1]]) if named else value

    return {name: worked_out(chosen[name]) for name in (*PAPERS, *WORDS, "line", "focus", "on-accent", "good", "care")}


@pytest.mark.parametrize("accent", CHOICES["accent"])
@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_pair_of_colours_can_be_read(scheme: str, accent: str) -> None:
    of = colours(scheme, accent)
    low = [
        (name, paper, ratio)
        for names, least in (((*WORDS, "good", "care"), TEXT), (("line", "focus"), PARTS))
        for name in names
        for paper in PAPERS
        if (ratio := contrast_ratio(of[name], of[paper])) < least
    ]
    assert not low
    assert contrast_ratio(of["on-accent"], of["accent"]) >= TEXT
    assert contrast_ratio(of["ground"], of["ink"]) >= TEXT  # the skip link and the way out


def test_the_devices_own_dark_is_the_dark_that_can_be_chosen() -> None:
    blocks = tokens()
    assert blocks[":root:not([data-colours])"] != {}
    sheet = (FRONTEND_DIR / "styles" / "tokens.css").read_text(encoding="utf-8")
    by_wish = re.search(r"prefers-color-scheme: dark\) \{\s*:root:not\(\[data-colours\]\) \{([^}]*)\}", sheet)
    assert by_wish is not None
    assert dict(re.findall(r"--([\w-]+): ([^;]+);", by_wish[1])) == blocks["[data-colours=dark]"]


def test_every_accent_that_is_offered_is_in_the_style_sheet() -> None:
    named = set(re.findall(r"\[data-accent=(\w+)\]", " ".join(tokens())))
    assert named == set(CHOICES["accent"])


# --- a council's colour

COLOURS = st.tuples(*[st.integers(0, 255)] * 3).map(lambda rgb: "#{:02x}{:02x}{:02x}".format(*rgb))


@settings(deadline=None, max_examples=60)
@given(COLOURS)
def test_a_colour_is_taken_or_refused_with_one_that_passes(colour: str) -> None:
    problem = accent_problem(colour)
    assert (problem == "") is (accent_fails(colour) == ())
    if problem:
        assert re.search(r"contrast of \d+\.\d\d to 1 and need 7 to 1", problem)
        nearest = problem.rstrip(".")[-7:]
        assert accent_fails(nearest) == ()
    partner = dark_partner(colour)
    assert all(contrast_ratio(partner, paper) >= TEXT for paper in DARK_PAPER.values())
    # what lies on it, and behind it in strong colours
    assert contrast_ratio("#10201f", partner) >= TEXT
    assert contrast_ratio("#262626", partner) >= TEXT


def test_a_council_with_a_pale_colour_cannot_start() -> None:
    with pytest.raises(ValidationError) as told:
        Settings(accent="#1d70b8")
    assert "4.79 to 1" in str(told.value)
    assert "#144e81" in str(told.value)
    assert Settings(accent="#144e81").accent == "#144e81"


def test_the_councils_colour_gives_way_to_what_somebody_chose() -> None:
    made = brand("#144e81", "")
    sheet = made.files[made.style.removeprefix("/brand/")].data.decode()
    assert ":root:not([data-accent])" in sheet
    assert "--accent-light:#144e81" in sheet
    assert all(contrast_ratio("#144e81", paper) >= TEXT for paper in PAPER.values())


# --- a council's logo

SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 60 20">{}</svg>'


def logo(folder: Path, content: str | bytes) -> str:
    path = folder / "logo"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return str(path)


def test_a_drawing_and_a_png_are_taken_with_their_size(tmp_path: Path) -> None:
    file, width, height = read_logo(Path(logo(tmp_path, SVG.format('<g fill="url(#a)"><path d="M0 0h9"/></g>'))))
    assert (file.media_type, width, height) == ("image/svg+xml", 600, 200)
    png = io.BytesIO()
    Image.new("RGB", (30, 10)).save(png, "PNG")
    file, width, height = read_logo(Path(logo(tmp_path, png.getvalue())))
    assert (file.media_type, width, height) == ("image/png", 30, 10)
    made = brand("", logo(tmp_path, png.getvalue()))
    assert re.fullmatch(r"/brand/logo-[0-9a-f]{12}\.png", made.logo)


@pytest.mark.parametrize(
    "inside",
    ["<script>alert(1)</script>", "<SCRIPT>alert(1)</SCRIPT>", '<path onclick="x()"/>', '<a href="https://elsewhere.example"><path/></a>',
     '<image href="https://elsewhere.example/x.png"/>', '<image xlink:href="data:image/png;base64,AA"/>',
     '<use xlink:href="https://elsewhere.example/x.svg#a"/>', '<foreignObject><p/></foreignObject>',
     '<path fill="url(https://elsewhere.example/x)"/>', "<path style=\"fill:url( 'https://elsewhere.example/x' )\"/>",
     "<style>@import 'https://elsewhere.example/x.css';</style>", '<set attributeName="href" to="x"/>', '<animate attributeName="x"/>',
     '<iframe src="https://elsewhere.example"/>', '<p xmlns="http://www.w3.org/1999/xhtml">x</p>'],
)  # fmt: skip
def test_a_drawing_that_runs_or_fetches_something_is_refused(tmp_path: Path, inside: str) -> None:
    with pytest.raises(Unusable, match="at most 20 KB"):
        read_logo(Path(logo(tmp_path, SVG.format(inside))))


@pytest.mark.parametrize(
    "content",
    ["", "not a picture", "<svg", '<svg xmlns="http://www.w3.org/2000/svg"/>', SVG.format("<path/>" * 3000), b"\x89PNG\r\n\x1a\n broken",
     '<!DOCTYPE svg [<!ENTITY a "b">]>' + SVG.format("&a;"), '<?xml-stylesheet href="https://elsewhere.example/x.css"?>' + SVG.format("")],
)  # fmt: skip
def test_what_is_no_small_whole_picture_is_refused(tmp_path: Path, content: str | bytes) -> None:
    with pytest.raises(Unusable, match="at most 20 KB"):
        read_logo(Path(logo(tmp_path, content)))
    with pytest.raises(ValidationError, match="at most 20 KB"):
        Settings(logo=logo(tmp_path, content))


def test_a_logo_that_is_not_there_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="cannot be read"):
        Settings(logo=str(tmp_path / "nowhere.svg"))


# --- drawings


def test_drawings_are_small_and_come_only_where_they_were_asked_for() -> None:
    pages = Pages(static_dir=Path("nothing was built here"))
    page: dict[str, Any] = {"title": "t", "sentence": "s", "details": (), "link": None, "reference": ""}
    plain = pages.render("collect/message.html", page=pages.page(), **page)
    assert "<svg" not in plain
    pages = pages.as_seen(Look(tone="pictures"), "")
    environment = pages._now.environment("en")
    spots: Any = environment.get_template("components/spots.html").module
    drawn = [str(spots.spot(name, pages.page())) for name in spots.DRAWINGS]
    assert len(drawn) >= 10
    assert all(50 < len(svg.encode()) < 600 for svg in drawn)
    assert len(set(drawn)) == len(drawn)
    assert drawn[-1] in pages.render("collect/message.html", page=pages.page(), **page)
