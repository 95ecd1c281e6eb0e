"""What was called back, as pages and the library say it."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

from plumbline.regeneration.v1.events_pb2 import SourceRecalled

LIFTED = "/lifted"  # ends the reference of a run that was asked for when a recall ended


class Recalls:
    """Every recall that was heard of; one that was lifted is kept, and reaches nothing."""

    def __init__(self, messages: Sequence[SourceRecalled] = ()) -> None:
        self._by_id = {one.recall_id: one for one in messages}
        self._standing = {one.target: one for one in messages if not one.lifted}

    def find(self, recall_id: str) -> SourceRecalled | None:
        """The recall of that id, or that a Cause refers to; None: not heard of here."""
        return self._by_id.get(recall_id.removesuffix(LIFTED))

    def newest_first(self) -> list[SourceRecalled]:
        """All of them."""
        return sorted(self._by_id.values(), key=lambda one: (one.at, one.recall_id), reverse=True)

    def of_edition(self, guideline_id: str, version: str) -> SourceRecalled | None:
        """What calls an edition back, or its guideline; None: it stands."""
        return self._standing.get(guideline_id) or self._standing.get(f"{guideline_id}@{version}")

    def of_passage(self, passage: dict[str, Any]) -> SourceRecalled | None:
        """What calls a cited passage back: by its edition, its place or its text."""
        edition = self.of_edition(passage["guideline_id"], passage["version"])
        place, text = passage["occurrence_id"], passage["passage_id"]
        return edition or self._standing.get(place) or self._standing.get(text)


def put(db: sqlite3.Connection, recalled: SourceRecalled, at: str) -> None:
    """Keep the last word about a recall, and when it was heard."""
    db.execute(
        "INSERT OR REPLACE INTO recalls VALUES (?, ?, ?)",
        (recalled.recall_id, recalled.SerializeToString(deterministic=True), at),
    )


def read(db: sqlite3.Connection) -> Recalls:
    """All of them: there are few."""
    rows = db.execute("SELECT message FROM recalls ORDER BY at").fetchall()
    return Recalls([SourceRecalled.FromString(row[0]) for row in rows])
