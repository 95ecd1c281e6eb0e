"""The ledger's rows: tree state, who has which leaf, statements and salts, receipts."""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from plumbline_provenance.publication import Identity, Publication, Sealed
from plumbline_tlog.hashes import EMPTY_ROOT

FORMAT = 1
RECEIPT_COMPRESSION = 1  # a receipt is mostly base64 of text: the fastest level takes a third off

# Statements (with their salts) and receipts are rows of their own, so that they can be deleted
# without touching the tree. `waiting` holds what a receipt is still to be made of.
_SCHEMA = """
CREATE TABLE tree (
    one INTEGER PRIMARY KEY CHECK (one = 1), size INTEGER NOT NULL, root BLOB NOT NULL,
    signed TEXT NOT NULL);
CREATE TABLE nodes (
    level INTEGER, position INTEGER, hash BLOB NOT NULL, PRIMARY KEY (level, position)
) WITHOUT ROWID;
CREATE TABLE leaves (leaf_index INTEGER PRIMARY KEY, leaf BLOB NOT NULL);
CREATE TABLE seals (
    answer_id TEXT, revision INTEGER, kind TEXT, leaf_index INTEGER NOT NULL UNIQUE,
    content_sha256 TEXT NOT NULL, PRIMARY KEY (answer_id, revision, kind)
) WITHOUT ROWID;
CREATE TABLE statements (
    leaf_index INTEGER PRIMARY KEY, statement BLOB NOT NULL, salt BLOB NOT NULL);
CREATE TABLE waiting (
    leaf_index INTEGER PRIMARY KEY, content BLOB NOT NULL, review BLOB NOT NULL,
    rendering BLOB NOT NULL, review_key TEXT NOT NULL, render_key TEXT NOT NULL);
CREATE TABLE receipts (leaf_index INTEGER PRIMARY KEY, receipt BLOB NOT NULL);
"""


class WrongFormat(RuntimeError):
    """The ledger was written by another version; use that one, or migrate."""


@dataclass(frozen=True, slots=True)
class NewLeaf:
    """A leaf to store, with all that belongs to it."""

    publication: Publication
    leaf: bytes
    salt: bytes
    statement: bytes  # the signed envelope


@dataclass(frozen=True, slots=True)
class WaitingLeaf:
    """A stored leaf whose receipt is still to be made."""

    leaf_index: int
    answer_id: str
    revision: int
    kind: str
    leaf: bytes
    salt: bytes
    statement: bytes
    content: bytes
    review: bytes
    rendering: bytes
    review_key: str
    render_key: str


class Store:
    """The rows. Whatever a method wrote is durable when it returns; a failed one wrote nothing."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    @property
    def size(self) -> int:
        """How many leaves the tree has."""
        return int(self._db.execute("SELECT size FROM tree").fetchone()[0])

    @property
    def root(self) -> bytes:
        """Its root."""
        return bytes(self._db.execute("SELECT root FROM tree").fetchone()[0])

    @property
    def signed(self) -> str:
        """The last checkpoint under which receipts were stored; "" when there is none."""
        return str(self._db.execute("SELECT signed FROM tree").fetchone()[0])

    def node(self, level: int, position: int) -> bytes:
        """A complete node. LookupError when it is not there."""
        row = self._db.execute(
            "SELECT hash FROM nodes WHERE level = ? AND position = ?", (level, position)
        ).fetchone()
        if row is None:
            raise LookupError(f"node {position} of level {level}")
        return bytes(row[0])

    def leaf(self, leaf_index: int) -> bytes:
        """A leaf's bytes. LookupError when it is not there."""
        query = "SELECT leaf FROM leaves WHERE leaf_index = ?"
        row = self._db.execute(query, (leaf_index,)).fetchone()
        if row is None:
            raise LookupError(f"leaf {leaf_index}")
        return bytes(row[0])

    def statement(self, leaf_index: int) -> bytes:
        """The signed statement of a leaf. LookupError when it was deleted or never there."""
        query = "SELECT statement FROM statements WHERE leaf_index = ?"
        row = self._db.execute(query, (leaf_index,)).fetchone()
        if row is None:
            raise LookupError(f"statement of leaf {leaf_index}")
        return bytes(row[0])

    def leaf_index(self, identity: Identity) -> int:
        """Which leaf it has. LookupError when it has none."""
        row = self._db.execute(
            "SELECT leaf_index FROM seals WHERE answer_id = ? AND revision = ? AND kind = ?",
            identity,
        ).fetchone()
        if row is None:
            raise LookupError("not sealed")
        return int(row[0])

    def has(self, identity: Identity) -> bool:
        """Whether there is a leaf for it."""
        query = "SELECT 1 FROM seals WHERE answer_id = ? AND revision = ? AND kind = ?"
        return self._db.execute(query, identity).fetchone() is not None

    def sealed(self, identity: Identity) -> Sealed:
        """Its leaf and receipt. LookupError when it has none yet."""
        row = self._db.execute(
            "SELECT leaf_index, content_sha256, receipt FROM seals JOIN receipts USING (leaf_index)"
            " WHERE answer_id = ? AND revision = ? AND kind = ?",
            identity,
        ).fetchone()
        if row is None:
            raise LookupError("not sealed")
        return Sealed(int(row[0]), str(row[1]), zlib.decompress(row[2]))

    def waiting(self) -> list[WaitingLeaf]:
        """Leaves without a receipt, in order."""
        rows = self._db.execute(
            "SELECT leaf_index, answer_id, revision, kind, leaf, salt, statement, content, review,"
            " rendering, review_key, render_key FROM waiting JOIN seals USING (leaf_index)"
            " JOIN leaves USING (leaf_index) JOIN statements USING (leaf_index) ORDER BY leaf_index"
        )
        return [WaitingLeaf(*row) for row in rows]

    def grow(
        self, new: Sequence[NewLeaf], nodes: Mapping[tuple[int, int], bytes], root: bytes
    ) -> None:
        """Add leaves, their nodes and what belongs to them, and move the tree on, all at once."""
        size = self.size
        with self._transaction() as db:
            db.executemany(
                "INSERT INTO nodes VALUES (?, ?, ?)", [(*at, value) for at, value in nodes.items()]
            )
            for leaf_index, item in enumerate(new, start=size):
                _insert(db, leaf_index, item)
            db.execute("UPDATE tree SET size = ?, root = ?", (size + len(new), root))

    def keep_receipts(self, receipts: Mapping[int, bytes], signed: str) -> None:
        """Store receipts and the checkpoint they rest on; what they were made of is let go."""
        with self._transaction() as db:
            for leaf_index, receipt in receipts.items():
                packed = zlib.compress(receipt, RECEIPT_COMPRESSION)
                db.execute("INSERT INTO receipts VALUES (?, ?)", (leaf_index, packed))
                db.execute("DELETE FROM waiting WHERE leaf_index = ?", (leaf_index,))
            db.execute("UPDATE tree SET signed = ?", (signed,))

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield self._db
            self._db.execute("COMMIT")
        finally:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")


def _insert(db: sqlite3.Connection, leaf_index: int, item: NewLeaf) -> None:
    publication = item.publication
    db.execute("INSERT INTO leaves VALUES (?, ?)", (leaf_index, item.leaf))
    db.execute(
        "INSERT INTO seals VALUES (?, ?, ?, ?, ?)",
        (*publication.identity, leaf_index, publication.content_sha256),
    )
    db.execute("INSERT INTO statements VALUES (?, ?, ?)", (leaf_index, item.statement, item.salt))
    db.execute(
        "INSERT INTO waiting VALUES (?, ?, ?, ?, ?, ?)",
        (
            leaf_index,
            publication.content,
            publication.review,
            publication.rendering,
            publication.review_key,
            publication.render_key,
        ),
    )


@contextmanager
def open_store(path: Path) -> Iterator[Store]:
    """Open or make the store. One process at a time, and one thread at a time within it."""
    # The only copy of the ledger's state, so every commit reaches the platter (FULL).
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as db:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")
        found = db.execute("PRAGMA user_version").fetchone()[0]
        if found not in (0, FORMAT):
            raise WrongFormat(f"{path} has format {found}; this version writes {FORMAT}")
        if found == 0:
            _make(db)
        yield Store(db)


def _make(db: sqlite3.Connection) -> None:
    """One transaction: a store made half is made again from the start."""
    db.executescript(
        f"BEGIN; {_SCHEMA} INSERT INTO tree VALUES (1, 0, x'{EMPTY_ROOT.hex()}', '');"  # noqa: S608 - our own constant
        f" PRAGMA user_version = {FORMAT}; COMMIT;"
    )
