"""This service's own copy of every passage, filled from the log and visible only when an edition
is whole.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message

from plumbline.ingest.v1.events_pb2 import EditionIngested, EditionOpened, Passage
from plumbline_bus import Event

_SCHEMA = """
CREATE TABLE IF NOT EXISTS positions (partition INTEGER PRIMARY KEY, position INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS editions (
    edition_id TEXT PRIMARY KEY, guideline_id TEXT NOT NULL, version TEXT NOT NULL,
    effective_date TEXT NOT NULL, manifest BLOB NOT NULL, visible INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS editions_of ON editions (guideline_id, visible);
CREATE TABLE IF NOT EXISTS passages (
    occurrence_id TEXT PRIMARY KEY, edition_id TEXT NOT NULL,
    start INTEGER NOT NULL, passage BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS passages_of ON passages (edition_id, start);
"""


@dataclass(frozen=True)
class Edition:
    """One whole edition's manifest."""

    edition_id: str
    guideline_id: str
    manifest: EditionOpened

    @property
    def disease(self) -> str:
        """Lexicon id, or the plain words of a disease the lexicon does not know."""
        return str(self.manifest.scope.disease)


@dataclass(frozen=True)
class Placed:
    """One passage in its place, with the edition it stands in."""

    passage: Passage
    edition: Edition


class Passages:
    """Passages by place. What it returns stands in an edition that was listed whole and to the
    byte.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self._db.executescript(_SCHEMA)

    def positions(self) -> Mapping[int, int]:
        """Partition → the offset that is read next."""
        return dict(self._db.execute("SELECT partition, position FROM positions"))

    def apply(self, event: Event[EditionIngested]) -> None:
        """Store one part and the position after it, in one transaction. A part read twice changes
        nothing.
        """
        self._db.execute("BEGIN IMMEDIATE")
        try:
            self._store(event.message)
            self._db.execute(
                "INSERT OR REPLACE INTO positions VALUES (?, ?)",
                (event.partition, event.offset + 1),
            )
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def placed(self, occurrence_ids: Sequence[str]) -> Mapping[str, Placed]:
        """The passages of those places that this service holds; what is missing is not in it."""
        found: dict[str, Placed] = {}
        editions: dict[str, Edition] = {}
        for occurrence_id in dict.fromkeys(occurrence_ids):
            row = self._db.execute(
                "SELECT p.passage, e.edition_id, e.guideline_id, e.manifest FROM passages p"
                " JOIN editions e USING (edition_id) WHERE p.occurrence_id = ? AND e.visible = 1",
                (occurrence_id,),
            ).fetchone()
            if row is None:
                continue
            if row[1] not in editions:
                editions[row[1]] = Edition(row[1], row[2], EditionOpened.FromString(row[3]))
            found[occurrence_id] = Placed(Passage.FromString(row[0]), editions[row[1]])
        return found

    def current(self, guideline_id: str, on_date: str) -> str:
        """The edition in force on that ISO date: newest effective date not after it; "" when there
        is none.
        """
        row = self._db.execute(
            "SELECT edition_id FROM editions WHERE guideline_id = ? AND visible = 1"
            " AND effective_date <= ? ORDER BY effective_date DESC, version DESC LIMIT 1",
            (guideline_id, on_date),
        ).fetchone()
        return "" if row is None else str(row[0])

    def _store(self, part: EditionIngested) -> None:
        if self._is_visible(part.edition_id):
            return  # editions are immutable: whatever comes again is what is already held
        match part.WhichOneof("part"):
            case "opened":
                self._open(part)
            case "passages":
                self._list(part)
            case "closed":
                self._close(part)

    def _is_visible(self, edition_id: str) -> bool:
        row = self._db.execute(
            "SELECT visible FROM editions WHERE edition_id = ?", (edition_id,)
        ).fetchone()
        return row is not None and bool(row[0])

    def _open(self, part: EditionIngested) -> None:
        opened = part.opened
        # An ingest that died half-way starts again: what it listed before does not count.
        self._db.execute("DELETE FROM passages WHERE edition_id = ?", (part.edition_id,))
        self._db.execute(
            "INSERT OR REPLACE INTO editions VALUES (?, ?, ?, ?, ?, 0)",
            (
                part.edition_id,
                part.guideline_id,
                opened.version,
                opened.effective_date,
                opened.SerializeToString(deterministic=True),
            ),
        )

    def _list(self, part: EditionIngested) -> None:
        self._db.executemany(
            "INSERT OR REPLACE INTO passages VALUES (?, ?, ?, ?)",
            (
                (
                    passage.occurrence_id,
                    part.edition_id,
                    passage.start,
                    passage.SerializeToString(deterministic=True),
                )
                for passage in part.passages.passages
            ),
        )

    def _close(self, part: EditionIngested) -> None:
        manifest = self._db.execute(
            "SELECT manifest FROM editions WHERE edition_id = ?", (part.edition_id,)
        ).fetchone()
        passages = self._db.execute(
            "SELECT passage FROM passages WHERE edition_id = ? ORDER BY start", (part.edition_id,)
        ).fetchall()
        if manifest is None or len(passages) != part.closed.count:
            return
        listed = (Passage.FromString(row[0]) for row in passages)
        if edition_digest(EditionOpened.FromString(manifest[0]), listed) == part.closed.digest:
            self._db.execute(
                "UPDATE editions SET visible = 1 WHERE edition_id = ?", (part.edition_id,)
            )


def edition_digest(opened: EditionOpened, passages: Iterable[Passage]) -> str:
    """The digest of EditionClosed: over the manifest's canonical JSON, then every passage's digest
    in order.
    """
    whole = hashlib.sha256(_canonical(opened))
    for passage in passages:
        whole.update(hashlib.sha256(_canonical(passage)).digest())
    return whole.hexdigest()


def _canonical(message: Message) -> bytes:
    return json.dumps(
        MessageToDict(message), sort_keys=True, ensure_ascii=False, separators=(",", ":")
    ).encode()


@contextmanager
def open_passages(path: Path) -> Iterator[Passages]:
    """Open the copy at this path. It is rebuilt from the log if lost, so it need not survive a
    power cut.
    """
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        yield Passages(connection)
    finally:
        connection.close()
