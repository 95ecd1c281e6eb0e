"""The questions that were asked, so that they can be asked again when their sources change.

A reader's words are kept here, and nowhere else for longer than seven days; they leave this file
only as `evidence.retrieved`, as they did the first time.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Final

from plumbline.common.v1.common_pb2 import Run

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS questions (
    answer_id TEXT PRIMARY KEY, question TEXT NOT NULL, run BLOB NOT NULL) WITHOUT ROWID;
"""


@dataclass(frozen=True)
class Asked:
    """A question with the newest run of its answer."""

    question: str
    run: Run


class Questions:
    """Questions by answer id."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self._db.executescript(_SCHEMA)

    def put(self, run: Run, question: str) -> None:
        """Keep a question; the first wording stands, the newest run does."""
        self._db.execute(
            "INSERT INTO questions VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET run = excluded.run",
            (run.answer_id, question, run.SerializeToString(deterministic=True)),
        )

    def find(self, answer_id: str) -> Asked | None:
        """The question of an answer; None when it was never asked here."""
        row = self._db.execute(
            "SELECT question, run FROM questions WHERE answer_id = ?", (answer_id,)
        ).fetchone()
        return Asked(str(row[0]), Run.FromString(row[1])) if row else None
