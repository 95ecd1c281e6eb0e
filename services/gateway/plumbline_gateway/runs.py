"""What has become of the runs of an answer: published, ended, under way, sealed."""

from __future__ import annotations

import sqlite3

from plumbline.common.v1.common_pb2 import Run
from plumbline.common.v1.status_pb2 import QuestionEnded
from plumbline_gateway.stored import PUBLISHED_COLUMNS, Ended, Published, Sealed, read_trail


class Runs:
    """Reads the store of a gateway; `Site` writes it."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def highest_revision(self, answer: str) -> int:
        """The highest revision seen rendered or ended; 0 when none."""
        row = self._db.execute(
            "SELECT max(r) FROM (SELECT max(revision) r FROM rendered WHERE answer_id = :a"
            " UNION ALL SELECT max(revision) FROM ended WHERE answer_id = :a)",
            {"a": answer},
        ).fetchone()
        return int(row[0] or 0)

    def has_published(self, run: Run) -> bool:
        """Whether the page of this revision is here."""
        row = self._db.execute(
            "SELECT 1 FROM rendered WHERE answer_id = ? AND revision = ?",
            (run.answer_id, run.revision),
        ).fetchone()
        return row is not None

    def latest_published(self, answer: str) -> Published | None:
        """The newest published revision."""
        row = self._db.execute(
            f"SELECT {PUBLISHED_COLUMNS} FROM rendered WHERE answer_id = ?"  # noqa: S608 (ours)
            " ORDER BY revision DESC LIMIT 1",
            (answer,),
        ).fetchone()
        return Published.from_row(row) if row else None

    def published(self, answer: str, revision: int) -> Published | None:
        """One published revision."""
        row = self._db.execute(
            f"SELECT {PUBLISHED_COLUMNS} FROM rendered"  # noqa: S608 (ours)
            " WHERE answer_id = ? AND revision = ?",
            (answer, revision),
        ).fetchone()
        return Published.from_row(row) if row else None

    def published_before(self, answer: str, revision: int) -> Published | None:
        """The newest published revision before this one."""
        row = self._db.execute(
            f"SELECT {PUBLISHED_COLUMNS} FROM rendered"  # noqa: S608 (ours)
            " WHERE answer_id = ? AND revision < ? ORDER BY revision DESC LIMIT 1",
            (answer, revision),
        ).fetchone()
        return Published.from_row(row) if row else None

    def latest_ended(self, answer: str) -> Ended | None:
        """The newest run of an answer that ended without one."""
        row = self._db.execute(
            "SELECT message, at FROM ended WHERE answer_id = ? ORDER BY revision DESC LIMIT 1",
            (answer,),
        ).fetchone()
        return Ended(QuestionEnded.FromString(row[0]), row[1]) if row else None

    def pending(self, answer: str) -> Run | None:
        """The newest run that has neither ended nor been rendered, as far as is known here."""
        row = self._db.execute(
            "SELECT run FROM asked WHERE answer_id = ? ORDER BY revision DESC LIMIT 1", (answer,)
        ).fetchone()
        if row is None:
            return self._elsewhere(answer)
        run = Run.FromString(row[0])
        return run if run.revision > self.highest_revision(answer) else None

    def _elsewhere(self, answer: str) -> Run | None:
        row = self._db.execute(
            "SELECT max(revision) FROM progress WHERE answer_id = ?", (answer,)
        ).fetchone()
        if row[0] is None or row[0] <= self.highest_revision(answer):
            return None
        return Run(answer_id=answer, revision=row[0], audience="patient", locale="en")

    def progress(self, answer: str, revision: int) -> list[tuple[int, int, str]]:
        """The stages a run has reached: (stage, count, when)."""
        rows = self._db.execute(
            "SELECT stage, count, at FROM progress WHERE answer_id = ? AND revision = ?"
            " ORDER BY stage",
            (answer, revision),
        )
        return [(int(stage), int(count), str(at)) for stage, count, at in rows]

    def sealed(self, answer: str, revision: int) -> Sealed | None:
        """Where a revision stands in the ledger, once it does."""
        row = self._db.execute(
            "SELECT leaf_index, receipt, trail FROM sealed WHERE answer_id = ? AND revision = ?",
            (answer, revision),
        ).fetchone()
        return Sealed(int(row[0]), row[1], read_trail(row[2])) if row else None

    def asked_at(self, answer: str, revision: int) -> str | None:
        """When a run was started, if it was started here."""
        row = self._db.execute(
            "SELECT at FROM asked WHERE answer_id = ? AND revision = ?", (answer, revision)
        ).fetchone()
        return str(row[0]) if row else None
