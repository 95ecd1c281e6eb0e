"""What the library holds, and which published answers rest on it."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence

from plumbline.common.v1.common_pb2 import Run
from plumbline.retrieval.v1.events_pb2 import EditionIndexed
from plumbline_gateway.recalls import Recalls, read

LOOKED_AT = 500  # of the newest pages: a library of many answers is not read through for a list


class Shelf:
    """Reads the store of a gateway; `Site` writes it.

    What is current on a day is kept until an edition comes: every page asks, of thousands.
    """

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._day = ""
        self._current: Mapping[str, str] = {}
        self._held_now: Sequence[EditionIndexed] | None = None

    def changed(self) -> None:
        """An edition came."""
        self._day, self._held_now = "", None

    def editions(self) -> list[EditionIndexed]:
        """Every edition that can be found, newest first within a guideline."""
        rows = self._db.execute(
            "SELECT message FROM editions ORDER BY guideline_id, effective_date DESC, version DESC"
        )
        return [EditionIndexed.FromString(row[0]) for row in rows]

    def edition(self, edition_id: str) -> EditionIndexed | None:
        """One edition; None while it cannot be found."""
        row = self._db.execute(
            "SELECT message FROM editions WHERE edition_id = ?", (edition_id,)
        ).fetchone()
        return EditionIndexed.FromString(row[0]) if row else None

    def current(self, today: str) -> Mapping[str, str]:
        """guideline id → the version in force on that day (YYYY-MM-DD).

        The newest effective date that is not in the future; of one date, the later version.
        """
        if today != self._day:
            rows = self._db.execute(
                "SELECT guideline_id, version FROM editions WHERE effective_date <= ?"
                " ORDER BY effective_date, version",  # so that the last of a guideline stands
                (today,),
            )
            self._day, self._current, self._held_now = today, dict(rows.fetchall()), None
        return self._current

    def held_now(self, today: str) -> Sequence[EditionIndexed]:
        """The editions in force on that day, in order of guideline."""
        current = self.current(today)
        if self._held_now is None:
            self._held_now = [
                e for e in self.editions() if current.get(e.guideline_id) == e.edition.version
            ]
        return self._held_now

    def in_force(self, guideline_id: str, today: str) -> str | None:
        """The version of one guideline that is in force on that day."""
        row = self._db.execute(
            "SELECT version FROM editions WHERE guideline_id = ? AND effective_date <= ?"
            " ORDER BY effective_date DESC, version DESC LIMIT 1",
            (guideline_id, today),
        ).fetchone()
        return str(row[0]) if row else None

    def recalls(self) -> Recalls:
        """What was called back."""
        return read(self._db)

    def held_since(self) -> dict[str, str]:
        """edition id → when it could first be found."""
        return dict(self._db.execute("SELECT edition_id, at FROM editions").fetchall())

    def answers_by_edition(self) -> dict[str, int]:
        """edition id → how many answers rest on it, each in its newest published revision."""
        rows = self._db.execute("SELECT edition_id, count(*) FROM rests GROUP BY edition_id")
        return dict(rows.fetchall())

    def edition_indexed_at(self, edition: str) -> str | None:
        """When an edition could first be found; None while it cannot."""
        row = self._db.execute(
            "SELECT at FROM editions WHERE edition_id = ?", (edition,)
        ).fetchone()
        return str(row[0]) if row else None

    def last_indexed_at(self) -> str:
        """When an edition last became findable, or a recall was last heard of or lifted; "" before.

        What could not be answered before that may be answered now.
        """
        row = self._db.execute(
            "SELECT max(at) FROM (SELECT at FROM editions UNION ALL SELECT at FROM recalls)"
        ).fetchone()
        return str(row[0] or "")

    def newest_by_edition(self, each: int) -> dict[str, list[tuple[str, str]]]:
        """edition id → (title, answer id) of the last few answers that rest on it."""
        rows = self._db.execute(
            "SELECT edition_id, title, answer_id FROM (SELECT answer_id, revision, title,"
            " published_at FROM rendered ORDER BY published_at DESC, answer_id LIMIT ?)"
            " JOIN rests USING (answer_id, revision)"
            " ORDER BY published_at DESC, answer_id",
            (LOOKED_AT,),
        )
        found: dict[str, list[tuple[str, str]]] = {}
        for edition, title, answer in rows:
            of_it = found.setdefault(edition, [])
            if len(of_it) < each:
                of_it.append((title, answer))
        return found

    def recent(self, limit: int) -> list[tuple[str, str]]:
        """(title, answer id) of the answers published last, each in its newest revision."""
        rows = self._db.execute(
            "SELECT title, answer_id FROM rendered AS r WHERE revision ="
            " (SELECT max(revision) FROM rendered WHERE answer_id = r.answer_id)"
            " ORDER BY published_at DESC, answer_id LIMIT ?",
            (limit,),
        )
        return [(str(title), str(answer)) for title, answer in rows]

    def versions(self, answer: str) -> list[tuple[Run, str]]:
        """Every published revision's run, and when it was published; the newest first."""
        rows = self._db.execute(
            "SELECT run, published_at FROM rendered WHERE answer_id = ? ORDER BY revision DESC",
            (answer,),
        )
        return [(Run.FromString(run), str(at)) for run, at in rows]

    def happened(self, limit: int) -> list[tuple[str, int, str, str, str, str]]:
        """(answer id, revision, title, what, when, message in hex) of the last changes.

        `what`: "changed" for a revision after the first; else the name of a message of standing.
        """
        rows = self._db.execute(
            "SELECT answer_id, revision, title, 'changed', published_at, hex(run) FROM rendered"
            " WHERE revision > 1 UNION ALL SELECT s.answer_id, s.revision, r.title, s.kind, s.at,"
            " hex(s.message) FROM standing s JOIN rendered r USING (answer_id, revision)"
            " ORDER BY 5 DESC, 1 LIMIT ?",
            (limit,),
        )
        return rows.fetchall()

    def answers_citing(self, occurrence: str) -> list[tuple[str, str]]:
        """(answer id, passage id within it) of the published answers that cite this place."""
        rows = self._db.execute(
            "SELECT answer_id, passage FROM cited WHERE occurrence_id = ? GROUP BY answer_id"
            " ORDER BY max(revision) DESC",
            (occurrence,),
        )
        return [(str(answer), str(passage)) for answer, passage in rows]
