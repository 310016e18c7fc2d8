"""One response's words: screened first, redacted second, and shut out of everything until both are done.

The worker's part of intake. It reads the originals in the vault, tells the reading queue
how urgent they are, and gives the main database the redacted text only. Whatever goes
wrong, the answer stays ``pending`` (and unread, unthemed, unexported) and the text stays
in the reading queue, so a person still sees it. Only the worker imports this: it loads
the language tools.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlmodel import col

from api.db import Database
from api.models import Answer, Response, Staff
from api.models.responses import RedactionState, ResponseState
from api.vault import Mask, Vault, WrittenWords
from nlp.gazetteer import Gazetteer, gazetteer
from nlp.redact import redact_many
from nlp.screen import TrainedReader, screen_many, screened_by


@dataclass(frozen=True, slots=True)
class Screener:
    """What looks at texts first. ``missing``: there should be a trained reader and it cannot be loaded.

    Then the rules look alone, and whatever they find, a text stands with those to read soon:
    a broken installation must make people read more, not less.
    """

    reader: TrainedReader | None = None
    missing: bool = False

    def screen(self, vault: Vault, key: str, written: Sequence[WrittenWords]) -> None:
        """Tell the reading queue how urgent these texts of a response or remark are."""
        found = screen_many(
            [words.text for words in written], [words.language for words in written], self.reader,
            reader_missing=self.missing, lists=gazetteer(),
        )  # fmt: skip
        for words, screening in zip(written, found, strict=True):
            vault.screened(key, words.question, screening.tier, screening.reasons, screened_by(self.reader))


RULES_ALONE = Screener()


def redact_response(
    main: Database,
    vault: Vault,
    response_id: str,
    screener: Screener = RULES_ALONE,
    lists: Gazetteer | None = None,
) -> None:
    """Screen and redact all words of one response; doing it again changes nothing but what was not done.

    ``lists``: a council's own, where it has any.
    """
    with main.reading() as session:
        response = session.execute(
            select(col(Response.case_pseudonym)).where(
                col(Response.id) == response_id, col(Response.state) == ResponseState.SUBMITTED
            )
        ).one_or_none()
        staff_names = tuple(session.execute(select(col(Staff.display_name))).scalars())
    if response is None:
        return  # withdrawn meanwhile: there is nothing left to read
    written = vault.words(response_id)
    # Screening looks at what was written, before and whatever becomes of redaction.
    screener.screen(vault, response_id, written)
    if not written:
        return
    known = (*vault.known_names(response.case_pseudonym), *staff_names)
    redactions = redact_many([words.text for words in written], known, written[0].language, lists)
    for words, redaction in zip(written, redactions, strict=True):
        masks = [
            Mask(span.start, span.end, span.type, span.confidence, span.layer, surrogate)
            for span, surrogate in zip(redaction.spans, redaction.surrogates, strict=True)
        ]
        vault.keep_masks(response_id, words.question, masks)
    with main.writing() as session:
        for words, redaction in zip(written, redactions, strict=True):
            state = RedactionState.NEEDS_READING if redaction.needs_reading else RedactionState.DONE
            session.execute(
                update(Answer)
                .where(
                    col(Answer.response_id) == response_id,
                    col(Answer.question) == words.question,
                    # what a person has decided since is never overwritten by the machine
                    col(Answer.redaction) == RedactionState.PENDING,
                )
                .values(redaction=state, redacted_text=redaction.text)
            )


def screen_remark(vault: Vault, remark_id: str, screener: Screener = RULES_ALONE) -> None:
    """Tell the reading queue how urgent a young adviser's remark is. It is not redacted: a person decides what is used."""
    screener.screen(vault, remark_id, vault.words(remark_id))


def give_up(main: Database, response_id: str) -> None:
    """After the last try: mark what is still pending as failed, for a person to redact by hand."""
    with main.writing() as session:
        session.execute(
            update(Answer)
            .where(col(Answer.response_id) == response_id, col(Answer.redaction) == RedactionState.PENDING)
            .values(redaction=RedactionState.FAILED)
        )
