"""What every published answer rests on: claim by claim, range by range."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from plumbline.common.v1.common_pb2 import Run
from plumbline.rendering.v1.events_pb2 import AnswerRendered
from plumbline_regeneration.database import Database
from plumbline_regeneration.editions import Range


@dataclass(frozen=True)
class Answer:
    """The newest published revision of an answer."""

    answer_id: str
    revision: int
    run: Run
    title: str
    published_at: str
    content_sha256: str
    composer: str  # name@version
    policy: str  # version


@dataclass(frozen=True)
class Citation:
    """One thing that a claim rests on; the range is in the edition's text."""

    claim_id: str
    guideline_id: str
    edition_id: str
    range: Range
    passage_id: str


class Answers:
    """The table of published answers. Only the newest revision of each is kept."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def put(self, rendered: AnswerRendered) -> bool:
        """Take a revision in; False when a newer one is here already."""
        run = rendered.run
        if (known := self.find(run.answer_id)) and known.revision >= run.revision:
            return False
        content = json.loads(rendered.content)
        made_by, policy = content["made_by"], content["policy"]
        self._db.rows.execute("DELETE FROM citations WHERE answer_id = ?", (run.answer_id,))
        self._db.rows.execute(
            "INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                run.answer_id,
                run.revision,
                run.SerializeToString(deterministic=True),
                content["title"],
                rendered.published_at,
                hashlib.sha256(rendered.content).hexdigest(),
                f"{made_by['name']}@{made_by['version']}",
                str(policy["version"]),
            ),
        )
        cited = list(citations_in(content))
        self._db.rows.executemany(
            "INSERT INTO citations VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [(run.answer_id, *row) for row in cited],
        )
        self._db.rows.executemany(
            "INSERT OR IGNORE INTO ranges VALUES (?, ?, ?, ?, ?)",
            [(guideline, edition, *at, place) for _, guideline, edition, place, *at, _ in cited],
        )
        return True

    def find(self, answer_id: str) -> Answer | None:
        """The newest revision of an answer; None when it was never published."""
        row = self._db.rows.execute(
            "SELECT answer_id, revision, run, title, published_at, content_sha256,"
            " composer, policy FROM answers WHERE answer_id = ?",
            (answer_id,),
        ).fetchone()
        return Answer(row[0], row[1], Run.FromString(row[2]), *row[3:]) if row else None

    def citations(self, answer_id: str) -> list[Citation]:
        """Everything that an answer rests on."""
        rows = self._db.rows.execute(
            "SELECT claim_id, guideline_id, edition_id, start, end, occurrence_id, passage_id"
            " FROM citations WHERE answer_id = ?",
            (answer_id,),
        )
        return [Citation(r[0], r[1], r[2], Range(r[3], r[4], r[5]), r[6]) for r in rows]

    def resting_on_older(self, guideline_id: str, edition_id: str) -> list[str]:
        """Answers that rest on another edition of the guideline than this one."""
        rows = self._db.rows.execute(
            "SELECT DISTINCT answer_id FROM citations"
            " WHERE guideline_id = ? AND edition_id != ? ORDER BY answer_id",
            (guideline_id, edition_id),
        )
        return [str(row[0]) for row in rows]

    def ranges_on_older(self, guideline_id: str, edition_id: str) -> list[tuple[str, Range]]:
        """(edition, range) of all that was ever cited of other editions than this one."""
        rows = self._db.rows.execute(
            "SELECT edition_id, start, end, occurrence_id FROM ranges"
            " WHERE guideline_id = ? AND edition_id != ?",
            (guideline_id, edition_id),
        )
        return [(str(row[0]), Range(*row[1:])) for row in rows]

    def citing(self, guideline_id: str, edition_id: str, cited: Range) -> list[str]:
        """The answers that cite exactly this range."""
        rows = self._db.rows.execute(
            "SELECT DISTINCT answer_id FROM citations"
            " WHERE guideline_id = ? AND edition_id = ? AND start = ? AND end = ?",
            (guideline_id, edition_id, cited.start, cited.end),
        )
        return [str(row[0]) for row in rows]

    def count(self) -> int:
        """How many answers are published."""
        return int(self._db.rows.execute("SELECT count(*) FROM answers").fetchone()[0])

    def ended(self, answer_id: str, revision: int) -> None:
        """A run of an answer ended, with a page or without."""
        self._db.rows.execute(
            "INSERT INTO ended VALUES (?, ?) ON CONFLICT DO UPDATE"
            " SET revision = max(revision, excluded.revision)",
            (answer_id, revision),
        )

    def highest_revision(self, answer_id: str) -> int:
        """The highest revision seen rendered or ended; 0 for none."""
        row = self._db.rows.execute(
            "SELECT revision FROM ended WHERE answer_id = ?", (answer_id,)
        ).fetchone()
        return int(row[0]) if row else 0


def citations_in(content: dict[str, Any]) -> Iterator[Sequence[str | int]]:
    """(claim, guideline, edition, occurrence, start, end, passage) of everything that is cited."""
    passages = {passage["id"]: passage for passage in content["passages"]}
    for claim in content["claims"]:
        for citation in [*claim["citations"], *claim.get("also", [])]:
            passage = passages[citation["passage"]]
            edition_id = f"{passage['guideline_id']}@{passage['version']}"
            start, end = passage["start"] + citation["start"], passage["start"] + citation["end"]
            where = (passage["occurrence_id"], start, end, passage["passage_id"])
            yield claim["id"], passage["guideline_id"], edition_id, *where
