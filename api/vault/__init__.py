"""Who a pseudonym is, what was written word for word, and what somebody must read: behind one door.

A deep module with few verbs: ``link``, ``resolve``, ``known_names`` for identity;
``keep``, ``words``, ``keep_masks``, ``masks`` for originals; ``screened``, ``waiting``,
``claim``, ``decide``, ``decided``, ``judge`` for the reading queue; ``files`` for pictures and recordings
(``api.vault.files``), ``contacts`` for requests to be contacted (``api.vault.contacts``);
``erase`` for all of a response. Everything is sealed (AES-256-GCM) under keys that live
outside this database. Only collecting, advising, managing, safeguarding, the worker and the
command line may import it (import contract). Nothing here knows the main database:
identifiers cross, rows never do.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col

from api.db import Database
from api.keyring import Keyring
from api.models.columns import new_id
from api.vault import contacts, files
from api.vault.contacts import Asked as Asked
from api.vault.files import File as File
from api.vault.tables import Identity, Original, ReadingItem, ReadingState, ScreeningCase

READING_TARGET = {
    # domain: red within an hour, amber the same working day, green within two working days,
    # everything else within five. Defaults of ours; working hours come with the issue about safeguarding.
    "red": timedelta(hours=1),
    "amber": timedelta(hours=8),
    "green": timedelta(days=2),
    "none": timedelta(days=7),
}
UNSCREENED_TIER = "amber"
"""Where a text stands until the machine has looked at it: read it the same day."""
PLACEHOLDER_REFERENCES = frozenset({"", "0", "UNKNOWN", "NONE", "N/A", "NA", "TEST", "TBC", "X"})
DECISIONS = {
    "no_concern": "No concern",
    "advice_given": "Advice given",
    "passed_to_front_door": "Passed to the front door (MASH)",
    "passed_to_lado": "Passed to the designated officer (LADO)",
    "complaint": "Handled as a complaint",
    "duplicate": "Already known, same matter",
}
CONTACT_DECISIONS = {
    "contacted": "Contacted, as they asked",
    "could_not_reach": "Tried, could not reach them",
}
"""What can be decided on a request to be contacted besides ``DECISIONS``."""


@dataclass(frozen=True, slots=True)
class WrittenWords:
    """One original text."""

    question: str
    language: str
    text: str


@dataclass(frozen=True, slots=True)
class Mask:
    """What the computer hid: code points of the original, kind, 0 to 1 how sure, what found it, and what stands there now."""

    start: int
    end: int
    kind: str
    confidence: float
    layer: str
    surrogate: str


class Vault:
    """The vault of one deployment."""

    def __init__(self, database: Database, keyring: Keyring) -> None:
        self.database = database
        self._keyring = keyring
        self.files = files.Files(database, keyring)
        self.contacts = contacts.Contacts(database, keyring)

    def dispose(self) -> None:
        """Close all connections."""
        self.database.dispose()

    # -- identity

    def link(self, reference: str, names: Sequence[str]) -> str | None:
        """The pseudonym of a case reference, made on first use; these names join those the record knows already.

        The pseudonym is a keyed hash of the normalised reference, so the same child has
        the same one wherever they are logged. None where the reference is a placeholder.
        """
        normal = normalised_reference(reference)
        if normal in PLACEHOLDER_REFERENCES:
            return None
        digest = hmac.new(self._keyring.derive("pseudonym/1"), f"case:{normal}".encode(), hashlib.sha256).digest()
        pseudonym = base64.b32encode(digest).decode()[:24]
        blank = {
            "pseudonym": pseudonym,
            "reference": self._seal(normal, f"identity/{pseudonym}/reference"),
            "names": self._seal("[]", f"identity/{pseudonym}/names"),
        }
        with self.database.writing() as session:
            session.execute(self._insert(Identity, [blank]).on_conflict_do_nothing(index_elements=["pseudonym"]))
            held = session.execute(
                select(col(Identity.names)).where(col(Identity.pseudonym) == pseudonym).with_for_update()
            ).scalar_one()
            # A colleague with a shorter list must not weaken redaction, so names are added, never replaced.
            known = dict.fromkeys(json.loads(self._open(held, f"identity/{pseudonym}/names")))
            known |= dict.fromkeys(name.strip() for name in names if name.strip())
            seal = self._seal(json.dumps(list(known)), f"identity/{pseudonym}/names")
            session.execute(update(Identity).where(col(Identity.pseudonym) == pseudonym).values(names=seal))
        return pseudonym

    def resolve(self, pseudonym: str) -> str | None:
        """The case reference behind a pseudonym. The caller records why it was asked for."""
        with self.database.reading() as session:
            seal = session.execute(
                select(col(Identity.reference)).where(col(Identity.pseudonym) == pseudonym)
            ).scalar_one_or_none()
        return None if seal is None else self._open(seal, f"identity/{pseudonym}/reference")

    def known_names(self, pseudonym: str | None) -> tuple[str, ...]:
        """The names the record knows for one pseudonym; for an anonymous response, every name it knows."""
        query = select(col(Identity.pseudonym), col(Identity.names))
        if pseudonym is not None:
            query = query.where(col(Identity.pseudonym) == pseudonym)
        with self.database.reading() as session:
            rows = session.execute(query).all()
        names: dict[str, None] = {}
        for row in rows:
            for name in json.loads(self._open(row.names, f"identity/{row.pseudonym}/names")):
                names[name] = None
        return tuple(names)

    # -- original words

    def keep(
        self, response_id: str, words: Iterable[WrittenWords], *, now: datetime, unread_in_wave: str | None = None,
        unread_in_draft: str | None = None,
    ) -> None:  # fmt: skip
        """Keep the words of one response, replacing any kept before; committed when this returns.

        Each text also enters the reading queue as not yet screened, in the same
        transaction: if nothing else ever runs, a person still gets to read it. It came
        with an answer in a wave, or with a remark (whose id is then given) on a draft.
        """
        rows = [
            {
                "response_id": response_id,
                "question": written.question,
                "language": written.language,
                "words": self._seal(written.text, f"original/{response_id}/{written.question}"),
            }
            for written in words
        ]
        if not rows:
            return
        with self.database.writing() as session:
            insertion = self._insert(Original, rows)
            session.execute(
                insertion.on_conflict_do_update(
                    index_elements=["response_id", "question"],
                    set_={name: insertion.excluded[name] for name in ("language", "words")},
                )
            )
            # Only what nobody has taken up: a second sending must not undo what a person decided.
            session.execute(
                delete(ReadingItem).where(
                    col(ReadingItem.response_id) == response_id, col(ReadingItem.state) == ReadingState.NEW
                )
            )
            session.execute(
                insert(ReadingItem),
                [
                    {
                        "id": new_id(), "response_id": response_id, "question": row["question"],
                        "wave_id": unread_in_wave, "draft_id": unread_in_draft, "tier": UNSCREENED_TIER,
                        "reasons": ["not_screened_yet"], "screened": False, "state": ReadingState.NEW,
                        "received_at": now,
                        "due_at": now + READING_TARGET[UNSCREENED_TIER],
                    }
                    for row in rows
                ],
            )  # fmt: skip

    def words(self, response_id: str) -> tuple[WrittenWords, ...]:
        """The original words of one response, in the order of their questions' names."""
        return self.words_of((response_id,)).get(response_id, ())

    def words_of(self, response_ids: Collection[str]) -> dict[str, tuple[WrittenWords, ...]]:
        """The original words of several responses or remarks; those without words are left out."""
        with self.database.reading() as session:
            rows = session.execute(
                select(col(Original.response_id), col(Original.question), col(Original.language), col(Original.words))
                .where(col(Original.response_id).in_(response_ids))
                .order_by(col(Original.question))
            ).all()
        found: dict[str, tuple[WrittenWords, ...]] = {}
        for row in rows:
            text = self._open(row.words, f"original/{row.response_id}/{row.question}")
            written = WrittenWords(row.question, row.language, text)
            found[row.response_id] = (*found.get(row.response_id, ()), written)
        return found

    def kept_of_drafts(self, *, before: datetime) -> tuple[str, ...]:
        """The remarks on drafts whose words are still here and came in before a moment."""
        with self.database.reading() as session:
            rows = session.execute(
                select(col(Original.response_id))
                .join(ReadingItem, col(ReadingItem.response_id) == col(Original.response_id))
                .where(col(ReadingItem.draft_id).is_not(None), col(ReadingItem.received_at) < before)
                .distinct()
            )
            return tuple(rows.scalars())

    def keep_masks(self, response_id: str, question: str, masks: Sequence[Mask]) -> None:
        """Keep which surrogate stands for which words; the only place where that is known."""
        rows = [[one.start, one.end, one.kind, one.confidence, one.layer, one.surrogate] for one in masks]
        seal = self._seal(json.dumps(rows), f"surrogates/{response_id}/{question}")
        with self.database.writing() as session:
            session.execute(
                update(Original)
                .where(col(Original.response_id) == response_id, col(Original.question) == question)
                .values(surrogates=seal)
            )

    def masks(self, response_id: str, question: str) -> tuple[Mask, ...]:
        """What the computer hid in a text, in order; empty for one masked by an older version, which kept less."""
        with self.database.reading() as session:
            seal = session.execute(
                select(col(Original.surrogates)).where(
                    col(Original.response_id) == response_id, col(Original.question) == question
                )
            ).scalar_one_or_none()
        rows = json.loads(self._open(seal, f"surrogates/{response_id}/{question}")) if seal else []
        return tuple(Mask(*row) for row in rows) if isinstance(rows, list) else ()

    # -- the reading queue

    def screened(self, response_id: str, question: str, tier: str, reasons: Sequence[str], by: str = "") -> None:
        """Say how urgent a text is, and ``by`` what versions. Its clock started when it came in; only a person takes it from the queue."""
        with self.database.writing() as session:
            item = session.execute(
                select(col(ReadingItem.id), col(ReadingItem.received_at)).where(
                    col(ReadingItem.response_id) == response_id,
                    col(ReadingItem.question) == question,
                    ~col(ReadingItem.screened),
                )
            ).first()
            if item is None:
                return  # screened before (a job may run twice), or withdrawn meanwhile
            session.execute(
                update(ReadingItem)
                .where(col(ReadingItem.id) == item.id)
                .values(
                    tier=tier,
                    reasons=list(reasons),
                    screened=True,
                    screened_by=by or None,
                    due_at=item.received_at + READING_TARGET[tier],
                )
            )

    def waiting(self, *, decided: bool = False) -> tuple[ReadingItem, ...]:
        """Items to read, the most urgent first; with ``decided`` those already decided."""
        urgency = case({"red": 0, "amber": 1, "green": 2}, value=col(ReadingItem.tier), else_=3)
        wanted = col(ReadingItem.state) == ReadingState.DECIDED
        query = select(ReadingItem).where(wanted if decided else ~wanted)
        with self.database.reading() as session:
            return tuple(
                session.execute(query.order_by(col(ReadingItem.screened), urgency, col(ReadingItem.due_at)).limit(500))
                .scalars()
                .all()
            )

    def item(self, item_id: str) -> ReadingItem | None:
        """One item of the reading queue."""
        with self.database.reading() as session:
            return session.get(ReadingItem, item_id)

    def claim(self, item_id: str, staff_id: str) -> bool:
        """Take an item that nobody has; False when somebody was faster."""
        return self._move(item_id, (ReadingState.NEW,), {"state": ReadingState.CLAIMED, "claimed_by": staff_id})

    def reopen(self, item_id: str) -> bool:
        """Put an item back among those to read."""
        return self._move(
            item_id,
            (ReadingState.CLAIMED, ReadingState.DECIDED),
            {"state": ReadingState.NEW, "claimed_by": None, "decision": None, "decided_at": None},
        )

    def decide(self, item_id: str, staff_id: str, decision: str, note: str, *, now: datetime) -> bool:
        """A person's decision on an item they had claimed; False when it was not theirs to decide."""
        if decision not in DECISIONS | CONTACT_DECISIONS:
            raise KeyError(decision)
        values = {
            "state": ReadingState.DECIDED,
            "decision": decision,
            "decided_at": now,
            "note": self._seal(note, f"note/{item_id}") if note else None,
        }
        return self._move(item_id, (ReadingState.CLAIMED,), values, claimed_by=staff_id)

    def judge(self, item_id: str, staff_id: str, reader_tier: str) -> bool:
        """Keep how soon its reader found that a text should have been read; saying it again replaces what was said.

        False where it is not theirs, or the machine has not looked at it.
        """
        if reader_tier not in READING_TARGET:
            raise KeyError(reader_tier)
        with self.database.writing() as session:
            item = session.execute(
                select(
                    col(ReadingItem.tier), col(ReadingItem.reasons), col(ReadingItem.screened_by),
                    col(ReadingItem.case_id),
                )
                .where(
                    col(ReadingItem.id) == item_id, col(ReadingItem.claimed_by) == staff_id,
                    col(ReadingItem.screened), ~col(ReadingItem.asks_contact),
                )
                .with_for_update()
            ).first()  # fmt: skip
            if item is None:
                return False
            if item.case_id is not None:
                session.execute(
                    update(ScreeningCase).where(col(ScreeningCase.id) == item.case_id).values(reader_tier=reader_tier)
                )
                return True
            case_id = new_id()
            session.execute(
                insert(ScreeningCase).values(
                    id=case_id, tier=item.tier, reasons=item.reasons, screened_by=item.screened_by,
                    reader_tier=reader_tier,
                )
            )  # fmt: skip
            session.execute(update(ReadingItem).where(col(ReadingItem.id) == item_id).values(case_id=case_id))
            return True

    def judged(self, case_id: str | None) -> str:
        """The tier a reader gave the text of this case; empty where nobody has said."""
        with self.database.reading() as session:
            found = session.execute(select(col(ScreeningCase.reader_tier)).where(col(ScreeningCase.id) == case_id))
            return found.scalar_one_or_none() or ""

    def judgements(self) -> dict[tuple[str, str], int]:
        """How many texts had each tier and got each tier from their reader."""
        pair = (col(ScreeningCase.tier), col(ScreeningCase.reader_tier))
        with self.database.reading() as session:
            rows = session.execute(select(*pair, func.count()).group_by(*pair)).all()
        return {(tier, reader_tier): count for tier, reader_tier, count in rows}

    def decided(self, response_ids: Collection[str]) -> dict[str, tuple[str, ...]]:
        """By response or remark: what a person decided on its texts. Missing where somebody has still to read one."""
        with self.database.reading() as session:
            rows = session.execute(
                select(col(ReadingItem.response_id), col(ReadingItem.state), col(ReadingItem.decision)).where(
                    col(ReadingItem.response_id).in_(response_ids)
                )
            ).all()
        open_ones = {row.response_id for row in rows if row.state != ReadingState.DECIDED}
        found: dict[str, tuple[str, ...]] = {}
        for row in rows:
            if row.response_id not in open_ones:
                found[row.response_id] = (*found.get(row.response_id, ()), row.decision)
        return found

    def note(self, item: ReadingItem) -> str:
        """The reader's note on an item, or an empty text."""
        return "" if item.note is None else self._open(item.note, f"note/{item.id}")

    # -- the end

    def erase(self, response_id: str) -> None:
        """Delete a response's words, pictures and recordings and its unclaimed reading items; idempotent.

        An item a person has claimed or decided stays: it belongs to safeguarding and
        stands on its own basis (domain §4.7); its words are gone all the same.
        """
        with self.database.writing() as session:
            session.execute(delete(Original).where(col(Original.response_id) == response_id))
            files.erase(session, response_id)
            session.execute(
                delete(ReadingItem).where(
                    col(ReadingItem.response_id) == response_id, col(ReadingItem.state) == ReadingState.NEW
                )
            )

    # -- how

    def _move(self, item_id: str, states: Sequence[str], values: Mapping[str, Any], **owner: str) -> bool:
        query = update(ReadingItem).where(col(ReadingItem.id) == item_id, col(ReadingItem.state).in_(states))
        if owner:
            query = query.where(col(ReadingItem.claimed_by) == owner["claimed_by"])
        with self.database.writing() as session:
            return session.execute(query.values(**values).returning(col(ReadingItem.id))).first() is not None

    def _insert(self, table: type[Identity] | type[Original], rows: list[dict[str, Any]]) -> Any:
        dialect = postgresql if self.database.engine.dialect.name == "postgresql" else sqlite
        return dialect.insert(table).values(rows)

    def _seal(self, text: str, context: str) -> bytes:
        return self._keyring.seal("vault", text.encode(), context=context)

    def _open(self, seal: bytes, context: str) -> str:
        return self._keyring.open("vault", seal, context=context).decode()


def normalised_reference(reference: str) -> str:
    """A case reference as it is hashed: NFC, upper case, without spaces; version 1 of the rule.

    >>> normalised_reference(" ab 123 ")
    'AB123'
    """
    return "".join(unicodedata.normalize("NFC", reference).upper().split())
