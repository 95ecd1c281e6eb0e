"""How often each answer was read in the last days: those that many read are made again first."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from plumbline.gateway.v1.events_pb2 import AnswersRead
from plumbline.topics import ANSWERS_READ, DAY_SECONDS
from plumbline_bus import Event
from plumbline_regeneration.database import Database

# As long as the log keeps it, so that a store made anew from the log counts the same.
DAYS: Final = (ANSWERS_READ.retention_seconds or 0) // DAY_SECONDS


class Readers:
    """The table of pages served, by answer and day. Never who read them: nobody says."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def apply_read(self, event: Event[AnswersRead]) -> None:
        """What a gateway served since it last said so. An event that comes again counts once."""
        day = event.time[: len("YYYY-MM-DD")]
        with self._db.applying(event):
            self._forget_before(first_day(day))
            new = self._db.rows.execute(
                "INSERT OR IGNORE INTO reads_heard VALUES (?, ?)", (event.id, day)
            )
            if new.rowcount:
                self._db.rows.executemany(
                    "INSERT INTO reads VALUES (?, ?, ?)"
                    " ON CONFLICT DO UPDATE SET times = times + excluded.times",
                    [(one.answer_id, day, one.times) for one in event.message.answers],
                )

    def of(self, answer_id: str, at: str) -> int:
        """Pages served of an answer in the seven days up to `at` (RFC 3339), by all gateways."""
        row = self._db.rows.execute(
            "SELECT coalesce(sum(times), 0) FROM reads WHERE answer_id = ? AND day >= ?",
            (answer_id, first_day(at[: len("YYYY-MM-DD")])),
        ).fetchone()
        return int(row[0])

    def _forget_before(self, day: str) -> None:
        for table in ("reads", "reads_heard"):
            self._db.rows.execute(f"DELETE FROM {table} WHERE day < ?", (day,))  # noqa: S608 (ours)


def first_day(last: str) -> str:
    """The first of the days that count when this is the last. Both are ISO dates, UTC."""
    return (date.fromisoformat(last) - timedelta(days=DAYS - 1)).isoformat()
