"""The questions that were asked, so that they can be asked again when their sources change.

A reader's words are kept here, and nowhere else for longer than seven days; they leave this file
only as `evidence.retrieved`, as they did the first time.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from plumbline.common.v1.common_pb2 import Run
from plumbline_retrieval.embed import Vectors

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS questions (
    answer_id TEXT PRIMARY KEY, question TEXT NOT NULL, run BLOB NOT NULL,
    disease TEXT NOT NULL DEFAULT '', least REAL NOT NULL DEFAULT 0,
    searched TEXT NOT NULL DEFAULT '', vector BLOB) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS questions_about ON questions (disease, answer_id);
"""
# A store of before 2026-11-28 lacks it; what stands there is asked again without.
_SEARCHED: Final = "ALTER TABLE questions ADD COLUMN searched TEXT NOT NULL DEFAULT ''"

# A new passage matters to an answered question when it would be among the best so many: evidence is
# wider than what an answer is made of, and in a small library it takes in nearly everything.
FOREMOST: Final = 3


@dataclass(frozen=True)
class Asked:
    """A question with the newest run of its answer, and its vector when it was last searched."""

    question: str
    run: Run
    searched: str = ""
    vector: Sequence[float] = ()


@dataclass(frozen=True)
class Standing:
    """How a question stood when it was last asked.

    `disease` it was taken to be about, "" when nothing was found; `least` is the fused score that a
    passage must reach to be among its foremost evidence, 0 while there is room for any; `vector` is
    that of `searched`, empty without an embedding model.
    """

    disease: str
    least: float
    searched: str
    vector: Sequence[float]


class Questions:
    """Questions by answer id."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self._db.executescript(_SCHEMA)
        columns = [row[1] for row in self._db.execute("PRAGMA table_info(questions)")]
        if "searched" not in columns:
            self._db.execute(_SEARCHED)

    def put(self, run: Run, question: str) -> None:
        """Keep a question; the first wording stands, the newest run does."""
        self._db.execute(
            "INSERT INTO questions (answer_id, question, run) VALUES (?, ?, ?)"
            " ON CONFLICT DO UPDATE SET run = excluded.run",
            (run.answer_id, question, run.SerializeToString(deterministic=True)),
        )

    def stood(self, answer_id: str, standing: Standing) -> None:
        """Remember how the question stood."""
        vector = np.asarray(standing.vector, np.float32).tobytes()
        self._db.execute(
            "UPDATE questions SET disease = ?, least = ?, searched = ?, vector = ?"
            " WHERE answer_id = ?",
            (standing.disease, standing.least, standing.searched, vector, answer_id),
        )

    def find(self, answer_id: str) -> Asked | None:
        """The question of an answer; None when it was never asked here."""
        row = self._db.execute(
            "SELECT question, run, searched, vector FROM questions WHERE answer_id = ?",
            (answer_id,),
        ).fetchone()
        if row is None:
            return None
        vector = np.frombuffer(row[3] or b"", np.float32).tolist()
        return Asked(str(row[0]), Run.FromString(row[1]), str(row[2]), vector)

    def about(self, disease: str) -> tuple[list[str], np.ndarray, Vectors]:
        """Answers about a disease, or about nothing that was found: ids, least scores, vectors."""
        rows = self._db.execute(
            "SELECT answer_id, least, vector FROM questions"
            " WHERE disease IN ('', ?) AND length(vector) > 0 ORDER BY answer_id",
            (disease,),
        ).fetchall()
        vectors = np.frombuffer(b"".join(row[2] for row in rows), np.float32)
        least = np.array([row[1] for row in rows], np.float32)
        width = vectors.size // max(1, len(rows))
        return [str(row[0]) for row in rows], least, vectors.reshape(len(rows), width)
