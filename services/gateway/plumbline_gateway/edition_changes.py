"""What each edition changed against the one before, kept as ingest said it."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Any

from google.protobuf.json_format import MessageToDict

from plumbline.ingest.v1.events_pb2 import (
    AlignmentListed,
    ChangeKind,
    EditionIngested,
    SentenceChange,
)

SCHEMA = "plumbline.diff/1"
UNSHOWN = "same"


@dataclass(frozen=True)
class Compared:
    """An edition against the one before: the sentences that are not the same, and how many are."""

    from_version: str
    sentences: tuple[SentenceChange, ...]
    same: int

    def as_json(self, guideline_id: str, version: str) -> dict[str, Any]:
        """As the API says it."""
        return {
            "schema": SCHEMA,
            "guideline_id": guideline_id,
            "old": self.from_version,
            "new": version,
            "same": self.same,
            "sentences": [
                {
                    "kind": kind_of(one),
                    "old": one.old_text or None,
                    "new": one.new_text or None,
                    "quantities": [MessageToDict(change) for change in one.quantities],
                }
                for one in self.sentences
            ],
        }


def kind_of(one: SentenceChange) -> str:
    """same, moved, new, reworded, meaning_changed, number_changed or withdrawn."""
    return ChangeKind.Name(one.kind).removeprefix("CHANGE_KIND_").lower()


class EditionChanges:
    """The table of alignments; `Site` keeps the positions."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def put(self, part: EditionIngested, order: int) -> None:
        """Keep one part of an alignment. `order` is its place in the log."""
        self._db.execute(
            "INSERT OR IGNORE INTO alignments VALUES (?, ?, ?)",
            (part.edition_id, order, part.alignment.SerializeToString(deterministic=True)),
        )

    def known(self) -> set[str]:
        """The editions that were compared with the one before."""
        rows = self._db.execute("SELECT DISTINCT edition_id FROM alignments")
        return {str(row[0]) for row in rows}

    def of(self, edition_id: str) -> Compared | None:
        """What an edition changed; None for the first of its guideline."""
        rows = self._db.execute(
            "SELECT message FROM alignments WHERE edition_id = ? ORDER BY place", (edition_id,)
        ).fetchall()
        parts = [AlignmentListed.FromString(row[0]) for row in rows]
        if not parts:
            return None
        said = [one for part in parts for change in part.changes for one in change.sentences]
        changed = tuple(one for one in said if kind_of(one) != UNSHOWN)
        before = parts[0].from_edition_id.partition("@")[2]
        return Compared(before, changed, len(said) - len(changed))
