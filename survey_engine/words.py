"""What all values of a survey are made of: words in several languages, names, files, the frozen base.

Below everything else here; nothing of ours is imported.
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field, SerializerFunctionWrapHandler, StringConstraints, model_serializer

Language = Annotated[str, Field(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$", max_length=35)]
"""A BCP 47 code: ``en``, ``cy``, ``en-x-easy`` (Easy Read is a language of its own)."""

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20_000)]

Text = dict[Language, Words]
"""The same words in several languages. A missing language is a gap, never an empty string."""

Name = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_.\-]*$", max_length=100)]
"""An identifier as XLSForm has it; unique among all questions and groups of a survey."""


FileName = Annotated[str, Field(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.\- ]*$", max_length=120)]
"""The plain name of a picture or a recording; ``Survey.media`` says which content it stands for."""

Media = dict[Language, FileName]
"""The file for each language; a picture without words in it needs only the first."""


class Frozen(BaseModel):
    """A value: never changed after it was made; unknown fields are refused.

    ``LATER`` names the fields that came after the first published surveys. Written out they
    are left out while they say nothing, so that an old version keeps its content hash.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    LATER: ClassVar[frozenset[str]] = frozenset()

    @model_serializer(mode="wrap")
    def _without_what_says_nothing(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        written: dict[str, Any] = write(self)
        for name in self.LATER:
            if getattr(self, name) == type(self).model_fields[name].get_default(call_default_factory=True):
                written.pop(name, None)
        return written


def words(text: Text, *languages: str) -> tuple[str, str]:
    """The words of a text in the first language that has them, and that language.

    Falls back to any language the text has, and to ``("", "")`` where it has none; the
    page marks a fallback with its own ``lang`` so that it is read aloud correctly.

    >>> words({"en": "Hello", "cy": "Helo"}, "cy", "en")
    ('Helo', 'cy')
    """
    for language in languages:
        if text.get(language):
            return text[language], language
    return next(((said, language) for language, said in text.items() if said), ("", ""))
