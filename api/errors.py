"""The catalogue of everything that can be told to a person: a code, a status, a title, a sentence that says what to do.

Thrown anywhere in the shell as ``Refused("code")``, rendered once (``main``) as a page
or as JSON. The sentences never say whose fault it is and never repeat what was typed.
Faults that are not here are bugs: they raise, are logged by type, and show ``internal``.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ErrorKind:
    """One entry. ``next_url``/``next_label``: the one thing to do next."""

    code: str
    status: int
    title: str
    sentence: str
    next_url: str = ""
    next_label: str = ""

    @property
    def for_staff(self) -> bool:
        """Whether only staff are told this: what to do next is on a page of theirs."""
        return self.next_url.startswith(("/staff", "/design", "/export", "/safeguard", "/observe"))


def _(text: str) -> str:
    """Mark for translation; translated where the page is rendered."""
    return text


_TYPE_CODE = ("/", _("Type your code"))
_CATALOGUE = (
    # -- young people's pages
    ErrorKind("unknown_code", 404, _("We do not know that code"),
              _("Check each letter and number and try again. Or ask the person who gave it to you."), *_TYPE_CODE),
    ErrorKind("mistyped_code", 422, _("That code has a slip in it"),
              _("One letter or number is not right. Look at the code again and type it slowly."), *_TYPE_CODE),
    ErrorKind("expired_code", 410, _("This code has run out"),
              _("Ask the person who gave it to you for a new one."), *_TYPE_CODE),
    ErrorKind("used_code", 410, _("This code has been used"),
              _("Each of these codes works once. If you have a code of three words, use it to see your answers."),
              "/receipt", _("Type your three words")),
    ErrorKind("survey_closed", 410, _("These questions are closed"),
              _("Nobody can answer any more. If you answered before, your three words still work."),
              "/receipt", _("Type your three words")),
    ErrorKind("survey_not_open", 409, _("These questions are not open yet"),
              _("They open on another day. Ask the person who gave you this when that is. Then come back."), *_TYPE_CODE),
    ErrorKind("no_session", 409, _("We lost your place"),
              _("Open your link again or type your code. Nothing you sent is lost."), *_TYPE_CODE),
    ErrorKind("receipt_needed", 409, _("Type your three words first"),
              _("They open your answers for a short time. Then you type them again."),
              "/receipt", _("Type your three words")),
    ErrorKind("grown_up_first", 409, _("A grown-up has to say yes first"),
              _("Until then we ask you nothing. Ask the person who gave you this. Then type your code again."),
              *_TYPE_CODE),
    ErrorKind("on_hold", 409, _("You cannot go on right now"),
              _("You did nothing wrong. What you wrote is locked, and nobody reads it. "
                "Ask the person who gave you this. You can also delete what you have so far."),
              "/later/delete", _("Delete what I have so far")),
    ErrorKind("draft_expired", 410, _("Your answers were not sent in time"),
              _("We deleted them, as we said. You can start again with your code."), *_TYPE_CODE),
    ErrorKind("unknown_receipt", 404, _("Those three words did not work"),
              _("Check how they are spelled and try again. If the answers were deleted, the words stop working."),
              "/receipt", _("Try again")),
    ErrorKind("too_many_tries", 429, _("That was a lot of tries"),
              _("Wait one minute, then try again."), *_TYPE_CODE),
    ErrorKind("too_many_tries_today", 429, _("That was a lot of tries today"),
              _("Try again tomorrow. Nothing you wrote is lost. The phone you began on still works."), *_TYPE_CODE),
    ErrorKind("words_are_resting", 429, _("The three words need a rest"),
              _("Many wrong words came in, so nobody can use theirs now. Try again later. Nothing you wrote is lost."),
              *_TYPE_CODE),
    ErrorKind("already_sent", 409, _("Your answers are sent"),
              _("You do not need to do anything. Your three words let you see them or delete them."),
              "/done", _("See your three words")),
    ErrorKind("kiosk_link_used", 410, _("This link does not open a tablet"),
              _("Each link opens one tablet once, while the questions are open. Make a new one on the page of the wave.")),
    # -- young advisers' pages
    ErrorKind("unknown_adviser_link", 404, _("We do not know that link"),
              _("A part of it may be missing. Ask the person who gave it to you for a new one.")),
    ErrorKind("adviser_link_closed", 410, _("This link is closed"),
              _("Nobody can add more now. The person who gave it to you can tell you what came of it.")),
    ErrorKind("adviser_lost", 409, _("We lost your place"),
              _("Open the link again that you were given. What you sent is safe.")),
    # -- everyone
    ErrorKind("not_found", 404, _("This page is not here"),
              _("The address may be wrong, or the page may have moved."), "/", _("Go to the start")),
    ErrorKind("method_not_allowed", 405, _("That does not work here"),
              _("Go back and use the buttons on the page."), "/", _("Go to the start")),
    ErrorKind("cross_site", 403, _("We could not take that"),
              _("It came from another website. Open the page here and try again."), "/", _("Go to the start")),
    ErrorKind("missing_csrf", 403, _("This page was open too long"),
              _("Go back, load the page again, and send it once more. Nothing was changed."), "/", _("Go to the start")),
    ErrorKind("body_too_large", 413, _("That is too much at once"),
              _("Go back and make it shorter. Nothing was changed."), "/", _("Go to the start")),
    ErrorKind("malformed_request", 400, _("We could not read that"),
              _("Go back, load the page again, and try once more."), "/", _("Go to the start")),
    ErrorKind("invalid_request", 422, _("Something is missing"),
              _("Go back and fill in what the page asks for."), "/", _("Go to the start")),
    ErrorKind("storage_unavailable", 503, _("We cannot save right now"),
              _("Nothing you sent is lost. Wait a minute, then load this page again.")),
    ErrorKind("internal", 500, _("Something went wrong on our side"),
              _("It is not because of you. Wait a minute and try again. If it goes on, tell us the number below."),
              "/", _("Go to the start")),
    # -- staff
    ErrorKind("sign_in_required", 401, _("Please sign in"),
              _("This page is for staff. Sign in to go on."), "/staff/sign-in", _("Sign in")),
    ErrorKind("sign_in_failed", 401, _("That did not match"),
              _("Check the e-mail address and the password and try again."), "/staff/sign-in", _("Sign in")),
    ErrorKind("sign_in_link_used", 410, _("This sign-in link has been used"),
              _("Each link signs in once. Sign in with your password, or ask for a new link."),
              "/staff/sign-in", _("Sign in")),
    ErrorKind("not_permitted", 403, _("Your role does not include this"),
              _("If you need it for your work, ask your administrator."), "/staff", _("Your start page")),
    ErrorKind("own_request", 403, _("A second person has to release this"),
              _("You asked for it yourself, so somebody else must check it."), "/export", _("All releases")),
    ErrorKind("wrong_state", 409, _("This has changed since you opened it"),
              _("Load the page again and look at where it stands now."), "/staff", _("Your start page")),
    ErrorKind("reading_gone", 404, _("This is not in the queue any more"),
              _("Whoever wrote it may have deleted their answers. Go back to the queue; nothing else is lost."),
              "/safeguard", _("The reading queue")),
    ErrorKind("form_closed", 410, _("This form is closed"),
              _("It takes no observations now. Your own page shows the forms that do."),
              "/observe", _("Your cases")),
    ErrorKind("draft_closed", 409, _("This draft is finished"),
              _("It was published or put away, so it cannot be changed. Begin a new draft from it."),
              "/design", _("All surveys")),
    ErrorKind("not_publishable", 422, _("This survey is not ready to publish"),
              _("Mend what the list names, then publish it."), "/design", _("All surveys")),
    ErrorKind("unreadable_file", 422, _("We could not use that file"),
              _("The list below says what to mend and where. Nothing was imported."), "/staff", _("Your start page")),
    ErrorKind("too_few_answers", 422, _("There are too few answers to show"),
              _("Figures from so few people could point to one child. Wait until more have answered."),
              "/staff", _("Your start page")),
)  # fmt: skip

CATALOGUE: dict[str, ErrorKind] = {kind.code: kind for kind in _CATALOGUE}


class Refused(Exception):
    """An expected "no", with the catalogue's code. ``details`` are for the reader and hold no answers, codes or names."""

    def __init__(self, code: str, *, details: tuple[str, ...] = ()) -> None:
        self.kind = CATALOGUE[code]
        self.details = details
        super().__init__(code)
