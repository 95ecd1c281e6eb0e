"""What this gateway knows: one SQLite file, rebuilt from the topics it follows.

Written here; read by Runs (of each answer), Shelf (of the library), Standing and EditionChanges.
"""

from __future__ import annotations

import gzip
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from typing import Any

from plumbline.common.v1.common_pb2 import Run
from plumbline.common.v1.status_pb2 import QuestionEnded, QuestionProgressed
from plumbline.ingest.v1.events_pb2 import EditionIngested
from plumbline.provenance.v1.events_pb2 import AnswerSealed
from plumbline.regeneration.v1.events_pb2 import (
    AnswerRechecked,
    AnswerStaled,
    AnswerWithdrawn,
    SourceRecalled,
)
from plumbline.rendering.v1.events_pb2 import AnswerRendered
from plumbline.retrieval.v1.events_pb2 import EditionIndexed
from plumbline_bus import Event
from plumbline_gateway import recalls
from plumbline_gateway.edition_changes import EditionChanges
from plumbline_gateway.runs import Runs
from plumbline_gateway.shelf import Shelf
from plumbline_gateway.standing import Standing
from plumbline_gateway.stored import (
    GZIP_LEVEL,
    write_trail,
)
from plumbline_gateway.trust import Trusted

KEPT_LEAVES = ("published", "recalled", "lifted")  # kinds whose receipts are given out here
SCHEMA_VERSION = 3  # another one: what can be read from the topics again is, into new tables


class Site:
    """The store. `apply_…` writes rows and position in one transaction; the first row stands."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        # NORMAL survives a killed process; after a power cut the topics are followed again.
        self._db.execute("PRAGMA synchronous=NORMAL")
        if self._db.execute("PRAGMA user_version").fetchone()[0] != SCHEMA_VERSION:
            self._start_over()
        self._db.executescript(resources.files(__package__).joinpath("schema.sql").read_text())
        self.runs = Runs(self._db)
        self.shelf = Shelf(self._db)
        self.standing = Standing(self._db)
        self.edition_changes = EditionChanges(self._db)

    def _start_over(self) -> None:
        """Drop the tables that are read from the topics again; what was asked here stays."""
        dropped = (
            "positions",
            "rendered",
            "sealed",
            "editions",
            "cited",
            "rests",
            "standing",
            "alignments",
        )
        drops = "".join(f"DROP TABLE IF EXISTS {table}; " for table in dropped)
        self._db.executescript(f"BEGIN; {drops} PRAGMA user_version = {SCHEMA_VERSION}; COMMIT;")

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def positions(self, topic: str) -> Mapping[int, int]:
        """From where to follow a topic."""
        rows = self._db.execute(
            "SELECT partition, position FROM positions WHERE topic = ?", (topic,)
        )
        return dict(rows.fetchall())

    @contextmanager
    def _applying(self, event: Event[Any]) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._db.execute(
                "INSERT INTO positions VALUES (?, ?, ?)"
                " ON CONFLICT DO UPDATE SET position = excluded.position",
                (event.topic, event.partition, event.offset + 1),
            )
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def add_asked(self, run: Run, at: str) -> None:
        """Remember a run that was started here; the last start of one stands."""
        self._db.execute(
            "INSERT OR REPLACE INTO asked VALUES (?, ?, ?, ?)",
            (run.answer_id, run.revision, run.SerializeToString(deterministic=True), at),
        )

    def apply_progressed(self, event: Event[QuestionProgressed]) -> None:
        """A run reached a stage."""
        m = event.message
        with self._applying(event):
            self._db.execute(
                "INSERT OR IGNORE INTO progress VALUES (?, ?, ?, ?, ?)",
                (m.answer_id, m.revision, m.stage, m.count, event.time),
            )

    def apply_ended(self, event: Event[QuestionEnded]) -> None:
        """A run ended without an answer."""
        run = event.message.run
        with self._applying(event):
            self._db.execute(
                "INSERT OR IGNORE INTO ended VALUES (?, ?, ?, ?)",
                (run.answer_id, run.revision, event.message.SerializeToString(), event.time),
            )

    def apply_rendered(self, event: Event[AnswerRendered], trusted: Trusted | None) -> None:
        """A page arrived. None: it is not to be trusted, or is here; only the position moves."""
        with self._applying(event):
            if trusted is not None:
                self._add_rendered(event, trusted)

    def _add_rendered(self, event: Event[AnswerRendered], trusted: Trusted) -> None:
        m, run = event.message, event.message.run
        self._db.execute(
            "INSERT OR IGNORE INTO rendered VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                run.answer_id,
                run.revision,
                run.SerializeToString(deterministic=True),
                trusted.content["title"],
                m.published_at,
                gzip.compress(m.content, GZIP_LEVEL),
                trusted.content_sha256,
                m.review,
                gzip.compress(trusted.page, GZIP_LEVEL),
                event.trace_id,
                write_trail(event.trail),
            ),
        )
        self._add_cited(run, trusted.content["passages"])

    def _add_cited(self, run: Run, passages: list[dict[str, Any]]) -> None:
        self._db.executemany(
            "INSERT OR IGNORE INTO cited VALUES (?, ?, ?, ?)",
            [(p["occurrence_id"], run.answer_id, run.revision, p["id"]) for p in passages],
        )
        self._db.execute(
            "DELETE FROM rests WHERE answer_id = ? AND revision < ?", (run.answer_id, run.revision)
        )
        self._db.executemany(
            "INSERT OR IGNORE INTO rests SELECT ?, ?, ?"
            " WHERE ? = (SELECT max(revision) FROM rendered WHERE answer_id = ?)",
            [
                (edition, run.answer_id, run.revision, run.revision, run.answer_id)
                for edition in {f"{p['guideline_id']}@{p['version']}" for p in passages}
            ],
        )

    def apply_sealed(self, event: Event[AnswerSealed]) -> None:
        """A revision, or a recall, stands in the ledger."""
        m = event.message
        with self._applying(event):
            if m.kind.partition("/")[0] not in KEPT_LEAVES:
                return  # what became of it later is proven to whoever asks the ledger
            self._db.execute(
                "INSERT OR IGNORE INTO sealed VALUES (?, ?, ?, ?, ?, ?)",
                (
                    *(m.answer_id, m.revision, m.leaf_index, m.content_sha256, m.receipt),
                    write_trail(event.trail),
                ),
            )

    def apply_standing(
        self, event: Event[AnswerStaled] | Event[AnswerRechecked] | Event[AnswerWithdrawn]
    ) -> None:
        """Something has become of a published revision."""
        with self._applying(event):
            self.standing.put(event.message, event.time)

    def apply_ingested(self, event: Event[EditionIngested]) -> None:
        """One part of an edition: only what it changed is kept."""
        with self._applying(event):
            if event.message.WhichOneof("part") == "alignment":
                self.edition_changes.put(event.message, event.offset)

    def apply_recalled(self, event: Event[SourceRecalled]) -> None:
        """Something was called back, or that was lifted."""
        with self._applying(event):
            recalls.put(self._db, event.message, event.time)

    def apply_indexed(self, event: Event[EditionIndexed]) -> None:
        """An edition can be found from now on."""
        m = event.message
        row = (m.edition_id, m.guideline_id, m.edition.effective_date, m.edition.version)
        kept = EditionIndexed.FromString(m.SerializeToString())
        kept.ClearField("admitted")  # whom to ask again is for others, and may be thousands
        with self._applying(event):
            self._db.execute(
                "INSERT OR IGNORE INTO editions VALUES (?, ?, ?, ?, ?, ?)",
                (*row, kept.SerializeToString(), event.time),
            )
        self.shelf.changed()
