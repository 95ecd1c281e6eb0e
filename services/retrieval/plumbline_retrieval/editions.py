"""The editions that can be found: which of them are current, and their passages."""

from __future__ import annotations

import sqlite3
from bisect import insort
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from plumbline.ingest.v1.events_pb2 import EditionOpened, Passage
from plumbline_retrieval.vocabulary import Vocabulary

SCHEMA: Final = Path(__file__).with_name("schema.sql")
FORMAT: Final = 3  # of the tables; those of another are dropped and made again from the log
TABLES: Final = ("identity", "opened", "listed", "editions", "passages", "news")
SECTION_JOINT: Final = "\x1f"  # stands in no heading


@dataclass(frozen=True)
class Edition:
    """One whole edition, without its passages."""

    edition_id: str
    guideline_id: str
    opened: EditionOpened
    digest: str
    passages: int
    vocabulary: Vocabulary

    @cached_property
    def disease(self) -> str:
        """A lexicon id, or the plain words of a disease the lexicon does not know."""
        return str(self.opened.scope.disease)

    @cached_property
    def effective_date(self) -> str:
        """From when on it is in force (YYYY-MM-DD)."""
        return str(self.opened.effective_date)

    @cached_property
    def may_be_used(self) -> bool:
        """Whether its licence lets answers be composed from it."""
        return self.opened.policy.may_index and self.opened.policy.may_generate_from


@dataclass(frozen=True)
class Placed:
    """A passage and the edition it stands in."""

    passage: Passage
    edition_id: str


class Editions:
    """The whole editions, in memory, and their passages, on disk."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        make_tables(connection)
        self._held: dict[str, Edition] = {}
        self._of_guideline: dict[str, list[Edition]] = defaultdict(list)
        self._day = ""  # the one of which it is known what is current
        self._in_force: dict[str, Edition] = {}  # by guideline, on that day
        self._current: tuple[Edition, ...] | None = None
        for edition in self._read():
            self._hold(edition)

    @property
    def identity(self) -> str:
        """What the index was made with when it was last whole; "" when it never was."""
        row = self._db.execute("SELECT value FROM identity").fetchone()
        return "" if row is None else str(row[0])

    def adopt(self, identity: str) -> None:
        """The index is whole, made with this. Durable when it returns."""
        self._db.execute("INSERT OR REPLACE INTO identity VALUES (1, ?)", (identity,))

    def clear(self) -> None:
        """Forget everything: the log will tell it again."""
        with transaction(self._db):
            for table in TABLES:
                self._db.execute(f"DELETE FROM {table}")  # noqa: S608 — our own names
        self._held.clear()
        self._of_guideline.clear()
        self._in_force.clear()
        self._current = None

    @property
    def held(self) -> tuple[Edition, ...]:
        """Every whole edition, current or not, in order of id."""
        return tuple(self._held[edition_id] for edition_id in sorted(self._held))

    def find(self, edition_id: str) -> Edition | None:
        """A whole edition; None when it is not held."""
        return self._held.get(edition_id)

    def add(self, edition: Edition, passages: Iterable[Passage]) -> None:
        """Hold a whole edition, in place of the parts it came in. Durable when it returns."""
        row = (
            edition.edition_id,
            edition.guideline_id,
            edition.opened.SerializeToString(deterministic=True),
            edition.digest,
            edition.passages,
            edition.vocabulary.to_bytes(),
        )
        with transaction(self._db):
            self._db.execute("INSERT INTO editions VALUES (?, ?, ?, ?, ?, ?)", row)
            self._db.executemany(
                "INSERT OR REPLACE INTO passages VALUES (?, ?, ?, ?, ?)",
                (
                    (p.occurrence_id, edition.edition_id, section_key(p), p.start, kept(p))
                    for p in passages
                ),
            )
            self._db.execute("DELETE FROM opened WHERE edition_id = ?", (edition.edition_id,))
            self._db.execute("DELETE FROM listed WHERE edition_id = ?", (edition.edition_id,))
        self._hold(edition)

    def current(self, today: str) -> tuple[Edition, ...]:
        """Of each guideline the edition in force on that date (YYYY-MM-DD), if it may be used.

        In force is the newest effective date not in the future; of one date, the later version.
        An edition that may not be used still supersedes the one before it.
        """
        if today != self._day:
            self._day, self._current = today, None
            self._in_force.clear()
            for guideline_id in self._of_guideline:
                self._put_in_force(guideline_id)
        if self._current is None:
            usable = [edition for edition in self._in_force.values() if edition.may_be_used]
            self._current = tuple(sorted(usable, key=lambda e: e.edition_id))
        return self._current

    def placed(self, occurrence_ids: Sequence[str]) -> dict[str, Placed]:
        """The passages of these places."""
        marks = ",".join("?" * len(occurrence_ids))
        rows = self._db.execute(
            f"SELECT edition_id, passage FROM passages WHERE occurrence_id IN ({marks})",  # noqa: S608
            tuple(occurrence_ids),
        )
        found = (Placed(Passage.FromString(row[1]), row[0]) for row in rows)
        return {placed.passage.occurrence_id: placed for placed in found}

    def set_new(self, edition_id: str, occurrence_ids: Iterable[str]) -> None:
        """These passages say something that the edition before did not."""
        rows = [(edition_id, one) for one in occurrence_ids]
        self._db.executemany("INSERT OR IGNORE INTO news VALUES (?, ?)", rows)

    def set_aligned(self, edition_id: str) -> None:
        """There is an edition before it, so that only what `set_new` names is new."""
        self._db.execute("INSERT OR IGNORE INTO news VALUES (?, '')", (edition_id,))

    def before(self, edition: Edition) -> Edition | None:
        """The edition of its guideline that it replaced; None for the first."""
        of_guideline = self._of_guideline[edition.guideline_id]
        place = of_guideline.index(edition)
        return of_guideline[place - 1] if place else None

    def new_passages(self, edition_id: str, *, every: bool = False) -> list[Passage]:
        """The passages that say something new: all of them in the first edition of a guideline,
        and where the one before may not be used (`every`)."""
        names = "SELECT occurrence_id FROM news WHERE edition_id = :e"
        rows = self._db.execute(
            "SELECT passage FROM passages WHERE edition_id = :e"  # noqa: S608 — our own words
            f" AND (:every OR occurrence_id IN ({names}) OR NOT EXISTS ({names})) ORDER BY start",
            {"e": edition_id, "every": every},
        )
        return [Passage.FromString(row[0]) for row in rows]

    def section(self, edition_id: str, section: Sequence[str]) -> list[Passage]:
        """The passages under one heading path, in order of start."""
        rows = self._db.execute(
            "SELECT passage FROM passages WHERE edition_id = ? AND section = ? ORDER BY start",
            (edition_id, SECTION_JOINT.join(section)),
        )
        return [Passage.FromString(row[0]) for row in rows]

    def _hold(self, edition: Edition) -> None:
        """Only this guideline is looked at again: there may be thousands of others."""
        self._held[edition.edition_id] = edition
        insort(self._of_guideline[edition.guideline_id], edition, key=in_time)
        self._put_in_force(edition.guideline_id)
        self._current = None

    def _put_in_force(self, guideline_id: str) -> None:
        for edition in self._of_guideline[guideline_id]:
            if edition.effective_date <= self._day:
                self._in_force[guideline_id] = edition

    def _read(self) -> Iterator[Edition]:
        columns = "edition_id, guideline_id, manifest, digest, passages, vocabulary"
        for row in self._db.execute(f"SELECT {columns} FROM editions"):  # noqa: S608
            opened = EditionOpened.FromString(row[2])
            yield Edition(row[0], row[1], opened, row[3], row[4], Vocabulary.from_bytes(row[5]))


def make_tables(connection: sqlite3.Connection) -> None:
    """The tables of this format, empty where there were others."""
    ((found,),) = connection.execute("PRAGMA user_version").fetchall()
    if found != FORMAT:
        with transaction(connection):
            for table in TABLES:
                connection.execute(f"DROP TABLE IF EXISTS {table}")
            connection.execute(f"PRAGMA user_version = {FORMAT}")
    connection.executescript(SCHEMA.read_text("utf-8"))


def in_time(edition: Edition) -> tuple[str, str]:
    """What orders the editions of one guideline."""
    return edition.effective_date, edition.opened.version


def section_key(passage: Passage) -> str:
    """A heading path as one text."""
    return SECTION_JOINT.join(passage.section)


def kept(passage: Passage) -> bytes:
    """A passage as it is stored."""
    return bytes(passage.SerializeToString(deterministic=True))


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All of it or none."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


@contextmanager
def open_database(path: Path) -> Iterator[sqlite3.Connection]:
    """A SQLite file whose every commit reaches the disk: what is committed is not told again."""
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        yield connection
    finally:
        connection.close()
