"""What was decided, stored before it is said: the first decision about an attempt stands
for ever.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_SCHEMA = """
CREATE TABLE IF NOT EXISTS results (
    answer_id TEXT NOT NULL, revision INTEGER NOT NULL, attempt INTEGER NOT NULL,
    passed INTEGER NOT NULL, message BLOB NOT NULL, checks INTEGER NOT NULL,
    PRIMARY KEY (answer_id, revision, attempt))
"""


@dataclass(frozen=True)
class Attempt:
    """Which attempt at which revision of which answer."""

    answer_id: str
    revision: int
    attempt: int


@dataclass(frozen=True)
class Result:
    """A serialised AnswerReviewed when it passed, a serialised QuestionEnded when not."""

    passed: bool
    message: bytes
    checks: int


class Results:
    """Results by attempt. What `keep` returns is durable."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self._db.execute(_SCHEMA)

    def find(self, of: Attempt) -> Result | None:
        """What was decided about this attempt; None when nothing was."""
        row = self._db.execute(
            "SELECT passed, message, checks FROM results"
            " WHERE answer_id = ? AND revision = ? AND attempt = ?",
            (of.answer_id, of.revision, of.attempt),
        ).fetchone()
        return None if row is None else Result(bool(row[0]), bytes(row[1]), int(row[2]))

    def keep(self, of: Attempt, result: Result) -> Result:
        """Store a result unless one is stored already; returns the one that is stored."""
        self._db.execute(
            "INSERT OR IGNORE INTO results VALUES (?, ?, ?, ?, ?, ?)",
            (of.answer_id, of.revision, of.attempt, result.passed, result.message, result.checks),
        )
        stored = self.find(of)
        return result if stored is None else stored


@contextmanager
def open_results(path: Path) -> Iterator[Results]:
    """Open the results at this path. This is the only copy, so every commit reaches the disk."""
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        yield Results(connection)
    finally:
        connection.close()
