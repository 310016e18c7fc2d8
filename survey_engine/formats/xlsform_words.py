"""What XLSForm calls things, in all the spellings that ODK and pyxform have had, and what Earshot makes of them.

>>> column_of("label::Welsh (cy)"), column_of("bind:relevant"), REFUSED["geopoint"]
(('label', 'cy'), ('relevant', ''), 'where somebody is')
"""

from __future__ import annotations

import re

from survey_engine.definition import Kind

KINDS: dict[str, Kind] = {
    "text": Kind.TEXT,
    "string": Kind.TEXT,
    "integer": Kind.INTEGER,
    "int": Kind.INTEGER,
    "decimal": Kind.DECIMAL,
    "note": Kind.NOTE,
}
_PRIVATE: dict[str, tuple[str, ...]] = {
    "where somebody is": (
        "geopoint", "geotrace", "geoshape", "start-geopoint", "background-geopoint", "gps", "location", "osm",
    ),
    "which device": (
        "deviceid", "device id", "get device id", "imei", "simserial", "sim id", "simid", "get sim id", "subscriberid",
        "subscriber id", "get subscriber id", "uri:deviceid", "uri:simserial", "uri:subscriberid",
    ),
    "who somebody is": (
        "phonenumber", "phone number", "get phone number", "username", "email", "uri:phonenumber", "uri:username",
        "uri:email",
    ),
    "exactly when": ("start", "end", "today", "start time", "end time", "get start time", "get end time", "get today"),
    "how somebody uses the form": ("audit", "background-audio"),
    "pictures, voices and files, which show who somebody is": (
        "image", "photo", "audio", "video", "file", "add image prompt", "add audio prompt", "add video prompt",
    ),
}  # fmt: skip
REFUSED = {name: reason for reason, listed in _PRIVATE.items() for name in listed}
NOT_YET = frozenset({
    "date", "time", "datetime", "barcode", "range", "rank", "acknowledge", "trigger", "hidden", "calculate",
    "xml-external", "csv-external", "select_one_from_file", "select_multiple_from_file", "select_one_external",
})  # fmt: skip

_COLUMNS = {
    "command": "type", "tag": "name", "value": "name", "caption": "label", "text": "label",
    "relevance": "relevant", "bind::relevant": "relevant", "bind::required": "required", "bind::type": "bind::type",
    "bind::constraint": "constraint", "constraint message": "constraint_message",
    "bind::jr::constraintmsg": "constraint_message",
    "required message": "required_message", "requiredmsg": "required_message",
    "bind::jr::requiredmsg": "required_message", "read_only": "readonly", "read only": "readonly",
    "bind::readonly": "readonly", "bind::calculate": "calculation", "control::appearance": "appearance",
    "list name": "list_name", "image": "media::image", "audio": "media::audio", "video": "media::video",
    "big-image": "media::big-image",
}  # fmt: skip
"""Other headers for the same column, in small letters and with ``::`` between parts."""

_TEXT_COLUMNS = frozenset({
    "label", "hint", "guidance_hint", "constraint_message", "required_message",
    "media::image", "media::audio", "media::video", "media::big-image",
})  # fmt: skip

UNUSED_COLUMNS = {
    "default": "no answer is filled in beforehand",
    "choice_filter": "every option of the list is offered",
    "parameters": "the question is shown in the plain way",
    "repeat_count": "the questions are asked once",
    "calculation": "nothing is calculated",
    "trigger": "nothing is calculated",
    "required_message": "Earshot's own sentence is shown where an answer is missing",
    "guidance_hint": "the guidance is not shown",
    "media::image": "the picture is not shown",
    "media::big-image": "the picture is not shown",
    "media::audio": "the sound is not played; the page can be read aloud",
    "media::video": "the film is not shown",
    "autoplay": "nothing plays by itself",
}
"""Columns that are read by nobody here, and what that means for the respondent."""

PLAIN_LOOKS = frozenset({"multiline", "w1", "w2", "w3", "w4", "field-list", "vertical", "full"})
KNOWN_SETTINGS = frozenset({
    "form_title", "title", "form_id", "id_string", "name", "default_language", "version", "omit_instanceid",
    "allow_choice_duplicates",
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
