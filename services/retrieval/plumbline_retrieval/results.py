"""What a question found, stored before it is said: the first result of an attempt stands for ever.

A repeated run after a crash, or after a new edition came, thereby says the same bytes again.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Final

from google.protobuf.message import Message

from plumbline.common.v1.status_pb2 import QuestionEnded
from plumbline.retrieval.v1.events_pb2 import EvidenceRetrieved

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS results (
    answer_id TEXT NOT NULL, revision INTEGER NOT NULL, attempt INTEGER NOT NULL,
    asked_on TEXT NOT NULL, type TEXT NOT NULL, message BLOB NOT NULL,
    PRIMARY KEY (answer_id, revision, attempt)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS results_by_day ON results (asked_on);
"""
_TYPES: Final[dict[str, type[Message]]] = {
    "evidence": EvidenceRetrieved,
    "ended": QuestionEnded,
}


@dataclass(frozen=True)
class Attempt:
    """Which attempt at which revision of which answer."""

    answer_id: str
    revision: int
    attempt: int


class Results:
    """Results by attempt. What `keep` returns is durable."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self._db.executescript(_SCHEMA)

    def find(self, of: Attempt) -> Message | None:
        """What was found by this attempt; None when it was not made yet."""
        row = self._db.execute(
            "SELECT type, message FROM results"
            " WHERE answer_id = ? AND revision = ? AND attempt = ?",
            (of.answer_id, of.revision, of.attempt),
        ).fetchone()
        return None if row is None else _TYPES[row[0]].FromString(bytes(row[1]))

    def keep(
        self, of: Attempt, message: EvidenceRetrieved | QuestionEnded, asked_on: str
    ) -> Message:
        """Store a result unless one is stored already; returns the one that is stored."""
        kind = "ended" if isinstance(message, QuestionEnded) else "evidence"
        content = message.SerializeToString(deterministic=True)
        self._db.execute(
            "INSERT OR IGNORE INTO results VALUES (?, ?, ?, ?, ?, ?)",
            (of.answer_id, of.revision, of.attempt, asked_on, kind, content),
        )
        return self.find(of) or message

    def forget_before(self, day: str) -> None:
        """Drop results asked for before that day (YYYY-MM-DD): they hold a reader's words."""
        self._db.execute("DELETE FROM results WHERE asked_on < ?", (day,))
