"""What XLSForm calls things, in all the spellings that ODK and pyxform have had, and what Earshot makes of them.

>>> column_of("label::Welsh (cy)"), column_of("bind:relevant"), REFUSED["geopoint"]
(('label', 'cy'), ('relevant', ''), 'where somebody is')
"""

from __future__ import annotations

import re

from survey_engine.definition import Kind

KINDS: dict[str, Kind] = {
    "text": Kind.TEXT, "string": Kind.TEXT, "add text prompt": Kind.TEXT, "q string": Kind.TEXT,
    "integer": Kind.INTEGER, "int": Kind.INTEGER, "add integer prompt": Kind.INTEGER, "q int": Kind.INTEGER,
    "percentage": Kind.INTEGER, "number of days in last month": Kind.INTEGER,
    "number of days in last six months": Kind.INTEGER, "number of days in last year": Kind.INTEGER,
    "decimal": Kind.DECIMAL, "add decimal prompt": Kind.DECIMAL, "q decimal": Kind.DECIMAL, "range": Kind.RANGE,
    "date": Kind.DATE, "add date prompt": Kind.DATE, "q date": Kind.DATE, "time": Kind.TIME,
    "datetime": Kind.DATE, "date time": Kind.DATE, "add date time prompt": Kind.DATE, "q date time": Kind.DATE,
    "add datetime prompt": Kind.DATE, "q datetime": Kind.DATE,
    "note": Kind.NOTE, "add note prompt": Kind.NOTE, "q note": Kind.NOTE,
    "acknowledge": Kind.ACKNOWLEDGE, "trigger": Kind.ACKNOWLEDGE, "q acknowledge": Kind.ACKNOWLEDGE,
    "add acknowledge prompt": Kind.ACKNOWLEDGE,
    "image": Kind.PHOTO, "photo": Kind.PHOTO, "picture": Kind.PHOTO, "add image prompt": Kind.PHOTO,
    "add photo prompt": Kind.PHOTO, "q image": Kind.PHOTO, "q picture": Kind.PHOTO,
    "audio": Kind.VOICE, "add audio prompt": Kind.VOICE, "q audio": Kind.VOICE,
    "calculate": Kind.CALCULATED, "add calculate prompt": Kind.CALCULATED, "q calculate": Kind.CALCULATED,
    "hidden": Kind.HIDDEN,
}  # fmt: skip
WITH_A_MOMENT = frozenset({
    "datetime", "date time", "add date time prompt", "q date time", "add datetime prompt", "q datetime",
})  # fmt: skip
"""Types that ask for a day and a time of day; the time is not asked."""
_PRIVATE: dict[str, tuple[str, ...]] = {
    "where somebody is": (
        "geopoint", "geotrace", "geoshape", "start-geopoint", "background-geopoint", "gps", "location", "osm",
        "q geopoint", "q geotrace", "q geoshape", "q location", "add location prompt",
    ),
    "which device": (
        "deviceid", "device id", "get device id", "imei", "simserial", "sim id", "simid", "get sim id", "subscriberid",
        "subscriber id", "get subscriber id", "uri:deviceid", "uri:simserial", "uri:subscriberid",
    ),
    "who somebody is": (
        "phonenumber", "phone number", "phone_number", "get phone number", "username", "email", "uri:phonenumber",
        "uri:username", "uri:email",
    ),
    "exactly when": ("start", "end", "today", "start time", "end time", "get start time", "get end time", "get today"),
    "how somebody uses the form": ("audit", "background-audio"),
    "films and other files, which show who somebody is": (
        "video", "file", "add video prompt", "add file prompt", "q video",
    ),
}  # fmt: skip
REFUSED = {name: reason for reason, listed in _PRIVATE.items() for name in listed}
NOT_YET: dict[str, str] = {
    "barcode": "nothing is scanned", "add barcode prompt": "nothing is scanned", "q barcode": "nothing is scanned",
    "select_one_from_file": "the options are in another file", "select one from file": "the options are in another file",
    "select_multiple_from_file": "the options are in another file",
    "select multiple from file": "the options are in another file",
    "select_one_external": "the options are in another list",
    "xml-external": "another file", "csv-external": "another file",
}  # fmt: skip
WITHOUT_A_PLACE = frozenset({"audit", "xml-external", "csv-external", "background-audio"})
"""Types whose rows are no part of what is answered: nothing keeps their place."""

_COLUMNS = {
    "command": "type", "tag": "name", "value": "name", "caption": "label", "text": "label",
    "relevance": "relevant", "bind::relevant": "relevant", "bind::required": "required", "bind::type": "bind::type",
    "bind::constraint": "constraint", "constraint message": "constraint_message",
    "bind::jr::constraintmsg": "constraint_message",
    "required message": "required_message", "requiredmsg": "required_message",
    "bind::jr::requiredmsg": "required_message", "read_only": "readonly", "read only": "readonly",
    "bind::readonly": "readonly", "bind::calculate": "calculation", "control::appearance": "appearance",
    "list name": "list_name", "image": "media::image", "audio": "media::audio", "video": "media::video",
    "big-image": "media::big-image", "constraining_message": "constraint_message", "calculate": "calculation",
    "count": "repeat_count", "jr::count": "repeat_count", "control::jr::count": "repeat_count",
    "body::jr::count": "repeat_count", "body::appearance": "appearance", "control::rows": "rows",
    "requiredmessage": "required_message", "list_name": "list_name",
}  # fmt: skip
"""Other headers for the same column, in small letters and with ``::`` between parts."""

_TEXT_COLUMNS = frozenset({
    "label", "hint", "guidance_hint", "constraint_message", "required_message",
    "media::image", "media::audio", "media::video", "media::big-image",
})  # fmt: skip

UNUSED_COLUMNS = {
    "trigger": "worked out again whenever anything it looks at changes",
    "media::big-image": "the picture is not shown",
    "media::video": "the film is not shown",
    "autoplay": "nothing plays by itself",
    "rows": "the box for writing has its usual height",
    "save_to": "nothing is saved into another list",
}
"""Columns that are read by nobody here, and what that means for the respondent."""

PLAIN_LOOKS = frozenset(
    {"multiline", "w1", "w2", "w3", "w4", "field-list", "vertical", "full", "label", "list-nolabel"}
)
DRAWN_LOOKS = frozenset({"draw", "annotate", "signature"})
KNOWN_SETTINGS = frozenset({
    "form_title", "set_form_title", "title", "form_id", "set_form_id", "id_string", "name", "default_language",
    "version", "omit_instanceid", "allow_choice_duplicates",
})  # fmt: skip
SETTINGS_LOST = {
    "public_key": "answers are not encrypted for this key; the vault encrypts them with its own",
    "submission_url": "answers are sent nowhere else",
    "style": "pages look as all pages do",
    "instance_name": "a response has no name of its own",
}
_LANGUAGE_CODES = {
    "english": "en", "welsh": "cy", "cymraeg": "cy", "french": "fr", "français": "fr", "german": "de", "deutsch": "de",
    "polish": "pl", "polski": "pl", "romanian": "ro", "arabic": "ar", "urdu": "ur", "punjabi": "pa", "bengali": "bn",
    "somali": "so", "spanish": "es", "español": "es", "portuguese": "pt", "italian": "it", "turkish": "tr",
    "ukrainian": "uk", "russian": "ru", "chinese": "zh", "persian": "fa", "farsi": "fa", "dari": "prs", "pashto": "ps",
    "kurdish": "ku", "tigrinya": "ti", "amharic": "am", "albanian": "sq", "vietnamese": "vi", "hindi": "hi",
    "gujarati": "gu", "tamil": "ta", "japanese": "ja", "macedonian": "mk", "swahili": "sw", "hungarian": "hu",
    "lithuanian": "lt", "slovak": "sk", "czech": "cs", "bulgarian": "bg", "greek": "el", "dutch": "nl",
}  # fmt: skip
_CODE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")


def column_of(header: str) -> tuple[str, str]:
    """A header as our name of the column, and the code of its language."""
    parts = [part.strip() for part in re.split(r"::?", header) if part.strip()]
    for split in range(len(parts), 0, -1):
        column = "::".join(parts[:split]).lower()
        column = _COLUMNS.get(column, column)
        if column in _TEXT_COLUMNS:
            return column, language_code(" ".join(parts[split:])) if split < len(parts) else ""
    whole = "::".join(parts).lower()
    return _COLUMNS.get(whole, whole), ""


def language_code(said: str) -> str:
    """``English (en)``, ``English`` or ``en`` as a code; a language we do not know gets a private one."""
    in_brackets = re.search(r"\(\s*([A-Za-z0-9\-]+)\s*\)\s*$", said)
    code = in_brackets[1] if in_brackets else _LANGUAGE_CODES.get(said.strip().lower(), said.strip())
    if _CODE.fullmatch(code) and len(code) <= 35 and len(code.split("-")[0]) <= 3:
        return code if "-" in code else code.lower()
    private = re.sub(r"[^a-z0-9]", "", said.lower())[:8]
    return f"und-x-{private or 'other'}"


def says_yes(said: str) -> bool:
    """Whether a cell says yes in one of XLSForm's ways."""
    return said.lower().strip() in ("yes", "true", "true()", "1")
