"""Documents, editions and licences in one SQLite file: the only copy, and nothing in it changes."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from pathlib import Path

from plumbline.ingest.v1.events_pb2 import EditionIngested, Passage
from plumbline_ingest.edition import Edition
from plumbline_ingest.errors import Refused
from plumbline_ingest.manifest import to_toml


@dataclass(frozen=True, slots=True)
class Kept:
    """An edition as the store knows it."""

    edition_id: str
    guideline_id: str
    version: str
    effective_date: date
    title: str
    licence: str
    source_sha256: str
    digest: str
    passages: int
    published: bool


class Store:
    """What was ingested. `add` is durable when it returns."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def find(self, edition_id: str) -> Kept | None:
        """The edition of that id, or None."""
        row = self._connection.execute(
            "SELECT * FROM kept WHERE edition_id = ?", (edition_id,)
        ).fetchone()
        return _kept(row) if row else None

    def editions(self) -> list[Kept]:
        """Every edition, by guideline, the newest effective date first."""
        rows = self._connection.execute(
            "SELECT * FROM kept ORDER BY guideline_id, effective_date DESC, version DESC"
        )
        return [_kept(row) for row in rows]

    def add(self, edition: Edition) -> bool:
        """Keep an edition; False when the same one is here already.

        Refused when its id and version are here with other words: editions never change.
        """
        if kept := self.find(edition.edition_id):
            if edition.digest == kept.digest or edition.source_sha256 == kept.source_sha256:
                return False
            raise Refused(
                f"{kept.guideline_id} version {kept.version!r} is here already with other content, "
                "and editions never change; raise the version"
            )
        with self._connection:
            self._insert(edition)
        return True

    def parts(self, edition_id: str) -> list[EditionIngested]:
        """The messages that say the edition, in order."""
        rows = self._connection.execute(
            "SELECT message FROM edition_parts WHERE edition_id = ? ORDER BY part_index",
            (edition_id,),
        )
        return [EditionIngested.FromString(row[0]) for row in rows]

    def passages(self, edition_id: str) -> list[Passage]:
        """The passages of an edition, in order."""
        parts = self.parts(edition_id)
        return [passage for part in parts for passage in part.passages.passages]

    def of(self, guideline_id: str) -> list[Kept]:
        """The editions of one guideline, the newest first."""
        rows = self._connection.execute(
            "SELECT * FROM kept WHERE guideline_id = ? ORDER BY effective_date DESC, version DESC",
            (guideline_id,),
        )
        return [_kept(row) for row in rows]

    def before(self, edition: Edition) -> Kept | None:
        """The newest edition of the same guideline among those older than this one."""
        manifest = edition.manifest
        row = self._connection.execute(
            "SELECT * FROM kept WHERE guideline_id = ? AND (effective_date, version) < (?, ?)"
            " ORDER BY effective_date DESC, version DESC LIMIT 1",
            (manifest.id, manifest.effective_date.isoformat(), manifest.version),
        ).fetchone()
        return _kept(row) if row else None

    def of_the_day(self, guideline_id: str, effective: date) -> list[Kept]:
        """The editions of a guideline that took effect on that day."""
        rows = self._connection.execute(
            "SELECT * FROM kept WHERE guideline_id = ? AND effective_date = ? ORDER BY version",
            (guideline_id, effective.isoformat()),
        )
        return [_kept(row) for row in rows]

    def unpublished(self) -> list[Kept]:
        """Editions of which some part may not be in the log, in the order they came."""
        rows = self._connection.execute("SELECT * FROM kept WHERE published = 0 ORDER BY arrival")
        return [_kept(row) for row in rows]

    def mark_published(self, edition_id: str) -> None:
        """Every part of it is in the log."""
        with self._connection:
            self._connection.execute(
                "UPDATE editions SET published = 1 WHERE edition_id = ?", (edition_id,)
            )

    def _insert(self, edition: Edition) -> None:
        execute = self._connection.execute
        manifest, policy = edition.manifest, edition.policy
        execute(
            "INSERT OR IGNORE INTO licences VALUES (?, ?, ?, ?)",
            (policy.licence, policy.may_index, policy.may_quote_words, policy.may_generate_from),
        )
        execute(
            "INSERT INTO editions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)",
            (
                edition.edition_id,
                manifest.id,
                manifest.version,
                manifest.effective_date.isoformat(),
                manifest.title,
                policy.licence,
                to_toml(manifest),
                edition.source_sha256,
                edition.digest,
                edition.text,
                len(edition.passages),
            ),
        )
        for position, document in enumerate(edition.documents):
            sha256 = hashlib.sha256(document.content).hexdigest()
            execute("INSERT OR IGNORE INTO documents VALUES (?, ?)", (sha256, document.content))
            execute(
                "INSERT INTO edition_documents VALUES (?, ?, ?, ?)",
                (edition.edition_id, position, document.name, sha256),
            )
        for index, part in enumerate(edition.parts()):
            execute(
                "INSERT INTO edition_parts VALUES (?, ?, ?)",
                (edition.edition_id, index, part.SerializeToString(deterministic=True)),
            )


@contextmanager
def open_store(path: Path | str) -> Iterator[Store]:
    """The store at this path (":memory:" for none), made when it is not there."""
    if isinstance(path, Path):
        path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path)
    connection.row_factory = sqlite3.Row
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")  # the only copy of what was sent
        connection.execute("PRAGMA foreign_keys = ON")
        connection.executescript(
            files("plumbline_ingest").joinpath("schema.sql").read_text("utf-8")
        )
        yield Store(connection)
    finally:
        connection.close()


def _kept(row: sqlite3.Row) -> Kept:
    return Kept(
        row["edition_id"],
        row["guideline_id"],
        row["version"],
        date.fromisoformat(row["effective_date"]),
        row["title"],
        row["licence"],
        row["source_sha256"],
        row["digest"],
        row["passages"],
        bool(row["published"]),
    )
