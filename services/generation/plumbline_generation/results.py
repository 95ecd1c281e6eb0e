"""Results made, kept before they are published: the first one of an attempt stands."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from google.protobuf.message import Message

from plumbline.common.v1.status_pb2 import QuestionEnded
from plumbline.generation.v1.events_pb2 import AnswerDrafted

Result = AnswerDrafted | QuestionEnded

SCHEMA = """
CREATE TABLE IF NOT EXISTS results (
    answer_id TEXT NOT NULL,
    revision INTEGER NOT NULL,
    attempt INTEGER NOT NULL,
    type TEXT NOT NULL,
    value BLOB NOT NULL,
    PRIMARY KEY (answer_id, revision, attempt)
) WITHOUT ROWID
"""
TYPES: dict[str, type[AnswerDrafted] | type[QuestionEnded]] = {
    str(kind.DESCRIPTOR.full_name): kind for kind in (AnswerDrafted, QuestionEnded)
}


class Results:
    """A store of results by (answer_id, revision, attempt). Durable when `keep` returns."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def find(self, answer_id: str, revision: int, attempt: int) -> Result | None:
        """What was kept for this attempt, or None."""
        row = self._connection.execute(
            "SELECT type, value FROM results WHERE answer_id = ? AND revision = ? AND attempt = ?",
            (answer_id, revision, attempt),
        ).fetchone()
        return TYPES[row[0]].FromString(row[1]) if row else None

    def keep(self, answer_id: str, revision: int, attempt: int, result: Result) -> Result:
        """Keep a result unless there is one already; returns the one that stands."""
        with self._connection:
            self._connection.execute(
                "INSERT INTO results VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                (answer_id, revision, attempt, str(result.DESCRIPTOR.full_name), encoded(result)),
            )
        return self.find(answer_id, revision, attempt) or result


def encoded(message: Message) -> bytes:
    """The bytes of a message; the same message gives the same bytes."""
    return message.SerializeToString(deterministic=True)


@contextmanager
def open_results(path: Path) -> Iterator[Results]:
    """The store in a file, made if it is not there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")  # the only copy of what was published
        connection.execute(SCHEMA)
        connection.commit()
        yield Results(connection)
    finally:
        connection.close()
