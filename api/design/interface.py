"""The languages of the pages themselves: how far each is translated, sentence by sentence, and who checked it.

A translation is shown to children only after somebody who speaks the language said here
that they read it. The languages of a survey are its author's business and not here.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from io import StringIO

from babel import Locale
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from api import language_checks
from api.catalogues import CODE_WORDS, Sentence, Translation, catalogue_path
from api.design.opened import Designer, Publisher
from api.errors import Refused
from api.language_checks import Check
from api.pages import Summary, direction
from api.security import Principal
from api.wiring import Joined, Parts, StaffForm, one, see_other, staff_page
from survey_engine.languages import EASY_READ, own_name

router = APIRouter(include_in_schema=False)


def _(text: str) -> str:
    """Mark for translation."""
    return text


DONE = {
    "checked": _("Thank you. Children can choose this language now."),
    "taken_back": _("Children are not offered this language any more."),
}


@dataclass(frozen=True, slots=True)
class Spoken:
    """One language of the pages: how much there is of it, and the check that counts."""

    code: str
    name: str
    translation: Translation
    check: Check | None

    @property
    def english(self) -> str:
        """The name an officer knows, who may not read the language's own."""
        code, _, private = self.code.partition("-x-")
        name = Locale.parse(code, sep="-").get_display_name("en") or code
        return f"Easy Read {name}" if private == EASY_READ else name

    @property
    def shown(self) -> int:
        """How many sentences children see in this language; the others are English."""
        return len(self.translation.digests & self.check.sentences) if self.check else 0

    @property
    def new(self) -> int:
        """How many translations came or changed after the check."""
        return len(self.translation.digests) - self.shown if self.check else 0

    def is_new(self, sentence: Sentence) -> bool:
        """Whether a translation came or changed after the check."""
        return self.check is not None and sentence.translated and sentence.digest not in self.check.sentences


@router.get("/design/languages")
def languages_page(request: Request, parts: Parts, designer: Designer) -> HTMLResponse:
    """All languages of the pages."""
    return staff_page(
        parts, designer, "design/languages.html", path=request.url.path,
        languages=[_spoken(parts, code) for code in parts.pages.translated],
    )  # fmt: skip


@router.get("/design/languages/{code}")
def language_page(request: Request, parts: Parts, designer: Designer, code: str, done: str = "") -> HTMLResponse:
    """English beside the translation, to read, to print, and to sign off."""
    return _language_page(request, parts, designer, code, done=done)


@router.get("/design/languages/{code}/sentences.csv")
def sentences_file(parts: Parts, designer: Designer, code: str) -> Response:
    """The sentences as a table for a translator."""
    spoken = _spoken(parts, code)
    written = StringIO()
    table = csv.writer(written)
    table.writerow(["English", own_name(code)])
    for sentence in spoken.translation.sentences:
        if sentence.is_code_words:
            table.writerow([CODE_WORDS, ""])
            table.writerows(["", word] for word in sentence.forms)
            continue
        table.writerow([" / ".join(sentence.english), " / ".join(sentence.forms)])
    # The mark at the start tells Excel that this is UTF-8.
    return _file("\ufeff" + written.getvalue(), f"earshot-{code}.csv", "text/csv; charset=utf-8")


@router.get("/design/languages/{code}/respondent.po")
def catalogue_file(parts: Parts, designer: Designer, code: str) -> Response:
    """The catalogue as translators' programs read it."""
    _spoken(parts, code)
    text = catalogue_path(code, parts.pages.locales_dir).read_text(encoding="utf-8")
    return _file(text, f"earshot-{code}.po", "text/x-gettext-translation; charset=utf-8")


@router.post("/design/languages/{code}/check")
def sign_off(request: Request, parts: Parts, publisher: Publisher, code: str, form: StaffForm) -> Response:
    """Somebody who speaks the language has read everything."""
    spoken = _spoken(parts, code)
    typed = {"checked_by": one(form, "checked_by", limit=100), "checked_as": one(form, "checked_as", limit=200)}
    translate = parts.pages.translator("en")
    problems = [Summary(field, translate(SENTENCES[field])) for field, value in typed.items() if not value]
    if one(form, "read", limit=5) != "yes":
        problems.append(Summary("read", translate(SENTENCES["read"])))
    if one(form, "state", limit=64) != _state(spoken):
        problems.append(Summary("read", translate(SENTENCES["changed"])))
    if problems:
        return _language_page(request, parts, publisher, code, problems=problems, typed=typed)
    with parts.main.writing() as session:
        language_checks.sign_off(session, publisher.actor, spoken.translation, **typed, now=parts.clock())
    parts.checks.changed()
    return see_other(f"/design/languages/{code}?done=checked")


@router.post("/design/languages/{code}/take-back")
def take_back(parts: Parts, publisher: Publisher, code: str, form: StaffForm) -> Response:
    """Offer the language no longer."""
    _spoken(parts, code)
    with parts.main.writing() as session:
        language_checks.take_back(session, publisher.actor, code, now=parts.clock())
    parts.checks.changed()
    return see_other(f"/design/languages/{code}?done=taken_back")


SENTENCES = {
    "checked_by": _("Write the name of the person who checked it."),
    "checked_as": _("Write who they are and how they know the language, such as “interpreter, grew up with Polish”."),
    "read": _("Tick that they speak the language and have read every sentence."),
    "changed": _("The translations have changed since this page was opened. Look at them again."),
}


def _spoken(parts: Joined, code: str) -> Spoken:
    if code not in parts.pages.translated:
        raise Refused("not_found")
    with parts.main.reading() as session:
        check = language_checks.current(session).get(code)
    return Spoken(code, own_name(code), parts.pages.translation(code), check)


def _state(spoken: Spoken) -> str:
    """Everything a check would be bound to, so that nobody signs off what their page did not show."""
    return spoken.translation.digest


def _language_page(
    request: Request, parts: Joined, officer: Principal, code: str, *, done: str = "",
    problems: list[Summary] | None = None, typed: dict[str, str] | None = None,
) -> HTMLResponse:  # fmt: skip
    spoken = _spoken(parts, code)
    return staff_page(
        parts, officer, "design/language.html", path=request.url.path, status=422 if problems else 200, spoken=spoken,
        direction=direction(code), state=_state(spoken), done=parts.pages.translator("en")(DONE.get(done, "")),
        problems=problems or [], typed=typed or {"checked_by": "", "checked_as": ""},
    )  # fmt: skip


def _file(text: str, name: str, media_type: str) -> Response:
    return Response(text, media_type=media_type, headers={"content-disposition": f'attachment; filename="{name}"'})
