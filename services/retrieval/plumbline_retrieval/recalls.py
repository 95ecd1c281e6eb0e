"""What was called back: kept out of evidence until that is lifted."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import Final

from plumbline.ingest.v1.events_pb2 import Passage
from plumbline.regeneration.v1.events_pb2 import (
    RECALL_KIND_EDITION,
    RECALL_KIND_PASSAGE,
    RECALL_KIND_SOURCE,
    SourceRecalled,
)
from plumbline_bus import Event
from plumbline_retrieval.editions import Edition, transaction

RECALL: Final = "recall"  # the kind of a Cause
LIFTED: Final = "/lifted"  # ends the reference of a run that was asked for when a recall ended

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS positions (
    partition INTEGER PRIMARY KEY, position INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS recalls (
    recall_id TEXT PRIMARY KEY, kind INTEGER NOT NULL, target TEXT NOT NULL,
    lifted INTEGER NOT NULL) WITHOUT ROWID;
"""


class Recalls:
    """The recalls that this replica has heard of. Those of composers and policies are for others.

    A recall and the place in the log after it are stored together. The file is made again from the
    log if it is lost.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self._db.executescript(_SCHEMA)
        self._editions: frozenset[str] = frozenset()  # ids of guidelines and of editions
        self.passages: frozenset[str] = frozenset()  # by place or by text
        self._read()

    def positions(self) -> Mapping[int, int]:
        """From where to follow."""
        return dict(self._db.execute("SELECT partition, position FROM positions").fetchall())

    def apply(self, event: Event[SourceRecalled]) -> None:
        """Something was recalled, or that was lifted."""
        said = event.message
        with transaction(self._db):
            self._db.execute(
                "INSERT OR REPLACE INTO recalls VALUES (?, ?, ?, ?)",
                (said.recall_id, said.kind, said.target, said.lifted),
            )
            self._db.execute(
                "INSERT OR REPLACE INTO positions VALUES (?, ?)",
                (event.partition, event.offset + 1),
            )
        self._read()

    def heard(self, ref: str) -> bool:
        """Whether the recall, or the end of one, that a Cause refers to has been heard of."""
        row = self._db.execute(
            "SELECT lifted FROM recalls WHERE recall_id = ?", (ref.removesuffix(LIFTED),)
        ).fetchone()
        return row is not None and (bool(row[0]) or not ref.endswith(LIFTED))

    def reaches(self, edition: Edition) -> bool:
        """Whether an edition, or its guideline, is recalled."""
        return edition.edition_id in self._editions or edition.guideline_id in self._editions

    def reaches_passage(self, passage: Passage) -> bool:
        """Whether a passage is recalled, in its place or wherever its text stands."""
        return bool(self.passages) and not self.passages.isdisjoint(
            (passage.occurrence_id, passage.passage_id)
        )

    def _read(self) -> None:
        self._editions = self._targets(RECALL_KIND_SOURCE, RECALL_KIND_EDITION)
        self.passages = self._targets(RECALL_KIND_PASSAGE)

    def _targets(self, *kinds: int) -> frozenset[str]:
        marks = ", ".join("?" * len(kinds))
        rows = self._db.execute(
            f"SELECT target FROM recalls WHERE lifted = 0 AND kind IN ({marks})",  # noqa: S608
            kinds,
        )
        return frozenset(str(row[0]) for row in rows)
