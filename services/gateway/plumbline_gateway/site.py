"""What this gateway knows of every answer: one SQLite file, rebuilt from the topics it follows."""

from __future__ import annotations

import gzip
import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from plumbline.common.v1.common_pb2 import Run
from plumbline.common.v1.status_pb2 import QuestionEnded, QuestionProgressed
from plumbline.provenance.v1.events_pb2 import AnswerSealed
from plumbline.rendering.v1.events_pb2 import AnswerRendered
from plumbline.retrieval.v1.events_pb2 import EditionIndexed
from plumbline_bus import Event, Hop
from plumbline_gateway.trust import Trusted

GZIP_LEVEL = 6  # pages are compressed once and sent many times


@dataclass(frozen=True)
class Published:
    """One published revision."""

    run: Run
    title: str
    published_at: str
    content: dict[str, Any]
    content_sha256: str
    review: dict[str, Any]
    page: bytes
    trace_id: str
    trail: tuple[Hop, ...]


@dataclass(frozen=True)
class Sealed:
    """Where a revision stands in the ledger, and its receipt."""

    leaf_index: int
    receipt: bytes


@dataclass(frozen=True)
class Ended:
    """A run that ended without an answer, and when."""

    message: QuestionEnded
    at: str


class Site:
    """The store. `apply_…` writes rows and position in one transaction; the first row stands."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        # NORMAL survives a killed process; after a power cut the topics are followed again.
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.executescript(resources.files(__package__).joinpath("schema.sql").read_text())

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
        """Remember a run that was started here."""
        self._db.execute(
            "INSERT OR IGNORE INTO asked VALUES (?, ?, ?, ?)",
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
        """A page arrived. One that is not to be trusted moves the position and shows nothing."""
        with self._applying(event):
            if trusted is not None:
                self._add_rendered(event, trusted)

    def _add_rendered(self, event: Event[AnswerRendered], trusted: Trusted) -> None:
        m, run = event.message, event.message.run
        trail = [[h.service, h.event_id, h.started, h.ended] for h in event.trail]
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
                json.dumps(trail),
            ),
        )
        self._db.executemany(
            "INSERT OR IGNORE INTO cited VALUES (?, ?, ?, ?)",
            [
                (p["occurrence_id"], run.answer_id, run.revision, p["id"])
                for p in trusted.content["passages"]
            ],
        )

    def apply_sealed(self, event: Event[AnswerSealed]) -> None:
        """A revision stands in the ledger."""
        m = event.message
        with self._applying(event):
            self._db.execute(
                "INSERT OR IGNORE INTO sealed VALUES (?, ?, ?, ?, ?)",
                (m.answer_id, m.revision, m.leaf_index, m.content_sha256, m.receipt),
            )

    def apply_indexed(self, event: Event[EditionIndexed]) -> None:
        """An edition can be found from now on."""
        m = event.message
        row = (m.edition_id, m.guideline_id, m.edition.effective_date, m.edition.version)
        with self._applying(event):
            self._db.execute(
                "INSERT OR IGNORE INTO editions VALUES (?, ?, ?, ?, ?, ?)",
                (*row, m.SerializeToString(), event.time),
            )

    def highest_revision(self, answer: str) -> int:
        """The highest revision seen rendered or ended; 0 when none."""
        row = self._db.execute(
            "SELECT max(r) FROM (SELECT max(revision) r FROM rendered WHERE answer_id = :a"
            " UNION ALL SELECT max(revision) FROM ended WHERE answer_id = :a)",
            {"a": answer},
        ).fetchone()
        return int(row[0] or 0)

    def latest_published(self, answer: str) -> Published | None:
        """The newest published revision."""
        row = self._db.execute(
            "SELECT run, title, published_at, content, content_sha256, review, page, trace_id,"
            " trail FROM rendered WHERE answer_id = ? ORDER BY revision DESC LIMIT 1",
            (answer,),
        ).fetchone()
        if row is None:
            return None
        return Published(
            run=Run.FromString(row[0]),
            title=row[1],
            published_at=row[2],
            content=json.loads(gzip.decompress(row[3])),
            content_sha256=row[4],
            review=json.loads(row[5]),
            page=gzip.decompress(row[6]),
            trace_id=row[7],
            trail=tuple(Hop(*hop) for hop in json.loads(row[8])),
        )

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
            "SELECT leaf_index, receipt FROM sealed WHERE answer_id = ? AND revision = ?",
            (answer, revision),
        ).fetchone()
        return Sealed(int(row[0]), row[1]) if row else None

    def editions(self) -> list[EditionIndexed]:
        """Every edition that can be found, newest first within a guideline."""
        rows = self._db.execute(
            "SELECT message FROM editions ORDER BY guideline_id, effective_date DESC, version DESC"
        )
        return [EditionIndexed.FromString(row[0]) for row in rows]

    def edition_indexed_at(self, edition: str) -> str | None:
        """When an edition could first be found; None while it cannot."""
        row = self._db.execute(
            "SELECT at FROM editions WHERE edition_id = ?", (edition,)
        ).fetchone()
        return str(row[0]) if row else None

    def last_indexed_at(self) -> str:
        """When the newest edition became findable; "" before the first."""
        row = self._db.execute("SELECT max(at) FROM editions").fetchone()
        return str(row[0] or "")

    def recent(self, limit: int) -> list[tuple[str, str]]:
        """(title, answer id) of the answers published last."""
        rows = self._db.execute(
            "SELECT title, answer_id FROM rendered ORDER BY published_at DESC, answer_id LIMIT ?",
            (limit,),
        )
        return [(str(title), str(answer)) for title, answer in rows]

    def answers_citing(self, occurrence: str) -> list[tuple[str, str]]:
        """(answer id, passage id within it) of the published answers that cite this place."""
        rows = self._db.execute(
            "SELECT answer_id, passage FROM cited WHERE occurrence_id = ? GROUP BY answer_id"
            " ORDER BY max(revision) DESC",
            (occurrence,),
        )
        return [(str(answer), str(passage)) for answer, passage in rows]
