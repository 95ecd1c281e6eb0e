"""Campaigns and the one thing to do per answer, in a table that survives whatever happens."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID, uuid5

from plumbline.common.v1.common_pb2 import Cause, Run
from plumbline.regeneration.v1 import events_pb2 as wire
from plumbline.regeneration.v1.events_pb2 import StandsNow
from plumbline_regeneration.database import Database

NAMESPACE: Final = UUID("5c1f8f0e-3f0c-5d3c-9c42-0d7c3b1a9f11")
RATE_PER_SECOND: Final = 20.0  # runs started; a re-make costs about as much as a question

RUNNING, PAUSED, CANCELLED = "running", "paused", "cancelled"
# States of work. A new one is told to readers first; then it waits for its turn.
NEW, WAITING, REQUESTED, LOST, DONE = "new", "waiting", "requested", "lost", "done"
TO_DO: Final = (NEW, WAITING, REQUESTED, LOST)

REMADE, RECHECKED, WITHDRAWN, FAILED, DROPPED = (
    "remade",
    "rechecked",
    "withdrawn",
    "failed",
    "dropped",
)


@dataclass(frozen=True)
class Campaign:
    """Why many answers are looked at again. `kind` and `ref` as in a Cause."""

    campaign_id: str
    kind: str
    ref: str
    why: str
    state: str
    rate: float
    opened_at: str

    @property
    def cause(self) -> Cause:
        """As messages carry it."""
        return Cause(kind=self.kind, ref=self.ref)


@dataclass(frozen=True)
class Work:
    """What is to be done about one answer. `requested` is the revision that was asked for, or 0.

    `severity` is the worst of `claims`: the ids of those hit, and how badly each.
    """

    answer_id: str
    revision: int
    campaign_id: str
    severity: wire.Severity.ValueType
    claims: Mapping[str, wire.Severity.ValueType]
    stands: tuple[StandsNow, ...]
    run: Run
    damage: float
    state: str = NEW
    requested: int = 0
    requested_at: str = ""
    tries: int = 0
    reason: str = ""


COLUMNS = (
    "answer_id, revision, campaign_id, severity, claims, stands, run, damage, state, requested,"
    " requested_at, tries, reason"
)


class Campaigns:
    """The tables of campaigns and work."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def open(self, kind: str, ref: str, why: str, at: str) -> Campaign:
        """The campaign for a cause; opened when it is not there. Two of one cause are one."""
        campaign_id = str(uuid5(NAMESPACE, f"{kind}|{ref}"))
        self._db.rows.execute(
            "INSERT OR IGNORE INTO campaigns VALUES (?, ?, ?, ?, ?, ?, ?)",
            (campaign_id, kind, ref, why, RUNNING, RATE_PER_SECOND, at),
        )
        found = self.find(campaign_id)
        assert found
        return found

    def find(self, campaign_id: str) -> Campaign | None:
        """The campaign of that id."""
        row = self._db.rows.execute(
            "SELECT * FROM campaigns WHERE campaign_id = ?", (campaign_id,)
        ).fetchone()
        return Campaign(*row) if row else None

    def all(self) -> list[Campaign]:
        """Every campaign, the newest first."""
        rows = self._db.rows.execute("SELECT * FROM campaigns ORDER BY opened_at DESC, campaign_id")
        return [Campaign(*row) for row in rows]

    def steer(self, campaign_id: str, *, state: str = "", rate: float = 0.0) -> None:
        """Pause, resume, cancel, or change the rate (runs started per second)."""
        if rate:
            self._db.rows.execute(
                "UPDATE campaigns SET rate = ? WHERE campaign_id = ?", (rate, campaign_id)
            )
        if state:
            self._db.rows.execute(
                "UPDATE campaigns SET state = ? WHERE campaign_id = ? AND state != ?",
                (state, campaign_id, CANCELLED),
            )

    def put(self, work: Work) -> None:
        """Take work in. A run of the answer that is under way goes on; what it makes is judged."""
        known = self.work(work.answer_id)
        if known and known.state in TO_DO and known.campaign_id != work.campaign_id:
            self.note(known.campaign_id, work.answer_id, DROPPED)
        live = known if known and known.state == REQUESTED else None
        self._db.rows.execute(
            f"INSERT OR REPLACE INTO work ({COLUMNS}) VALUES ({', '.join('?' * 13)})",  # noqa: S608
            (
                work.answer_id,
                work.revision,
                work.campaign_id,
                work.severity,
                json.dumps(dict(work.claims)),
                json.dumps([one.SerializeToString().hex() for one in work.stands]),
                work.run.SerializeToString(deterministic=True),
                work.damage,
                work.state,
                live.requested if live else 0,
                live.requested_at if live else "",
                0,
                "",
            ),
        )

    def work(self, answer_id: str) -> Work | None:
        """What is, or was last, to be done about an answer."""
        row = self._db.rows.execute(
            f"SELECT {COLUMNS} FROM work WHERE answer_id = ?",  # noqa: S608
            (answer_id,),
        ).fetchone()
        return _work(row) if row else None

    def untold(self, most: int) -> list[Work]:
        """What readers have not been told yet, whether or not its campaign runs: they must be."""
        rows = self._db.rows.execute(
            f"SELECT {COLUMNS} FROM work WHERE state = ?"  # noqa: S608
            " ORDER BY damage DESC, answer_id LIMIT ?",
            (NEW, most),
        )
        return [_work(row) for row in rows]

    def next(self, state: str, most: int) -> list[Work]:
        """Work of running campaigns in that state, the most damage first."""
        rows = self._db.rows.execute(
            f"SELECT {', '.join('w.' + c.strip() for c in COLUMNS.split(','))}"  # noqa: S608
            " FROM work w JOIN campaigns c USING (campaign_id)"
            " WHERE w.state = ? AND c.state = ? ORDER BY w.damage DESC, w.answer_id LIMIT ?",
            (state, RUNNING, most),
        )
        return [_work(row) for row in rows]

    def touched(self, campaign_id: str) -> dict[str, str]:
        """Every answer that a campaign had to do with, and what came of it; "" for not yet."""
        rows = self._db.rows.execute(
            "SELECT answer_id, outcome FROM outcomes WHERE campaign_id = :c UNION ALL"
            " SELECT answer_id, '' FROM work WHERE campaign_id = :c AND state != :done",
            {"c": campaign_id, "done": DONE},
        )
        return {str(answer): str(outcome) for answer, outcome in rows}

    def live(self) -> int:
        """How many runs are under way."""
        row = self._db.rows.execute(
            "SELECT count(*) FROM work WHERE state = ?", (REQUESTED,)
        ).fetchone()
        return int(row[0])

    def move(
        self, answer_id: str, state: str, *, requested: int = 0, at: str = "", reason: str = ""
    ) -> None:
        """Work goes into another state."""
        self._db.rows.execute(
            "UPDATE work SET state = ?, requested = ?, requested_at = ?, reason = ?,"
            " tries = tries + (? = ?) WHERE answer_id = ?",
            (state, requested, at, reason, state, REQUESTED, answer_id),
        )

    def finish(self, work: Work, outcome: str) -> None:
        """Work is done; its campaign remembers what came of it."""
        self.move(work.answer_id, DONE)
        self.note(work.campaign_id, work.answer_id, outcome)

    def note(self, campaign_id: str, answer_id: str, outcome: str) -> None:
        """What came of an answer; the last word stands."""
        self._db.rows.execute(
            "INSERT OR REPLACE INTO outcomes VALUES (?, ?, ?)", (campaign_id, answer_id, outcome)
        )

    def counts(self, campaign_id: str) -> dict[str, int]:
        """How far a campaign is: outcomes and states of work, each with a count."""
        rows = self._db.rows.execute(
            "SELECT outcome, count(*) FROM outcomes WHERE campaign_id = :c GROUP BY outcome"
            " UNION ALL SELECT state, count(*) FROM work WHERE campaign_id = :c AND state != :done"
            " GROUP BY state",
            {"c": campaign_id, "done": DONE},
        )
        return {str(name): int(count) for name, count in rows}


def _work(row: Sequence[object]) -> Work:
    answer_id, revision, campaign_id, severity, claims, stands, run, *rest = row
    return Work(
        str(answer_id),
        int(str(revision)),
        str(campaign_id),
        wire.Severity.ValueType(int(str(severity))),
        json.loads(str(claims)),
        tuple(StandsNow.FromString(bytes.fromhex(one)) for one in json.loads(str(stands))),
        Run.FromString(run if isinstance(run, bytes) else b""),
        *rest,  # type: ignore[arg-type]
    )
