"""The one SQLite file of this service, and a place in each topic that it follows."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from plumbline_bus import Event

SCHEMA: Final = Path(__file__).with_name("schema.sql")
FORMAT: Final = 3  # of the tables that are followed from the log; those of another are dropped
FOLLOWED: Final = (
    *("positions", "editions", "sentences"),
    *("answers", "citations", "ranges", "later", "ended", "reads", "reads_heard"),
)
# Until format 3, work had one severity for all of its claims.
CLAIM_BY_CLAIM: Final = (
    "UPDATE work SET claims = (SELECT json_group_object(value, severity) FROM json_each(claims))"
    " WHERE json_type(claims) = 'array';"
)


class Database:
    """A connection with transactions that hold the rows and the place they came from."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.rows = connection

    def positions(self, topic: str) -> Mapping[int, int]:
        """From where to follow a topic, by its name on the log."""
        found = self.rows.execute(
            "SELECT partition, position FROM positions WHERE topic = ?", (topic,)
        )
        return dict(found.fetchall())

    @contextmanager
    def applying(self, event: Event[Any]) -> Iterator[None]:
        """What an event changes, together with the place after it: all of it or nothing."""
        with self.together():
            yield
            self.rows.execute(
                "INSERT OR REPLACE INTO positions VALUES (?, ?, ?)",
                (event.topic, event.partition, event.offset + 1),
            )

    @contextmanager
    def together(self) -> Iterator[None]:
        """All of it or nothing."""
        self.rows.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self.rows.execute("ROLLBACK")
            raise
        self.rows.execute("COMMIT")


@contextmanager
def open_database(path: Path | str) -> Iterator[Database]:
    """The file at this path (":memory:" for none), made when it is not there."""
    if isinstance(path, Path):
        path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(
            "PRAGMA synchronous = NORMAL"
        )  # what a power cut takes is followed again
        _start_over_if_older(connection)
        connection.executescript(SCHEMA.read_text("utf-8"))
        yield Database(connection)
    finally:
        connection.close()


def _start_over_if_older(connection: sqlite3.Connection) -> None:
    """Campaigns and work stay; what they are about is followed from the beginning again."""
    if connection.execute("PRAGMA user_version").fetchone()[0] != FORMAT:
        drops = "".join(f"DROP TABLE IF EXISTS {table}; " for table in FOLLOWED)
        made = f"{drops} {SCHEMA.read_text('utf-8')} {CLAIM_BY_CLAIM}"
        connection.executescript(f"BEGIN; {made} PRAGMA user_version = {FORMAT}; COMMIT;")
