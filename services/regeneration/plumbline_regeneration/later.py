"""Answers that an edition leaves as they are: looked at later, some at a time."""

from __future__ import annotations

from plumbline_regeneration.database import Database


class Later:
    """The table of what is still to be looked at: an edition, and the answer that was last."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def put(self, guideline_id: str, current: str) -> None:
        """Every answer that rests on another edition of the guideline, from the first."""
        self._db.rows.execute("DELETE FROM later WHERE guideline_id = ?", (guideline_id,))
        self._db.rows.execute(
            "INSERT INTO later SELECT DISTINCT guideline_id, edition_id, '' FROM ranges"
            " WHERE guideline_id = ? AND edition_id != ?",
            (guideline_id, current),
        )

    def take(self, most: int) -> list[str]:
        """The next answers, of one edition; [] when none is left. They do not come again."""
        row = self._db.rows.execute("SELECT * FROM later LIMIT 1").fetchone()
        while row:
            guideline_id, edition_id, after = row
            found = self._db.rows.execute(
                "SELECT DISTINCT answer_id FROM citations"
                " WHERE guideline_id = ? AND edition_id = ? AND answer_id > ?"
                " ORDER BY answer_id LIMIT ?",
                (guideline_id, edition_id, after, most),
            ).fetchall()
            if found:
                self._db.rows.execute(
                    "UPDATE later SET after_answer_id = ?"
                    " WHERE guideline_id = ? AND edition_id = ?",
                    (found[-1][0], guideline_id, edition_id),
                )
                return [str(one[0]) for one in found]
            self._db.rows.execute(
                "DELETE FROM later WHERE guideline_id = ? AND edition_id = ?",
                (guideline_id, edition_id),
            )
            row = self._db.rows.execute("SELECT * FROM later LIMIT 1").fetchone()
        return []
