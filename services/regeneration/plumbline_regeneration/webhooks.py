"""Subscribers hear of every answer that changed: signed, in order, until they have taken it.

Signed as by Standard Webhooks 1.0: `webhook-signature` is "v1," and the base64 of HMAC-SHA-256 over
"<webhook-id>.<webhook-timestamp>.<body>" under the subscriber's secret.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hashlib
import hmac
import json
import logging
import secrets
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import httpx

from plumbline.regeneration.v1.events_pb2 import (
    AnswerRechecked,
    AnswerStaled,
    AnswerWithdrawn,
)
from plumbline.rendering.v1.events_pb2 import AnswerRendered
from plumbline_bus import Event
from plumbline_regeneration.database import Database
from plumbline_regeneration.judgement import severity_name

ANSWER_SECONDS: Final = 10.0
LOOK_SECONDS: Final = 0.5
# Waits after a failure, growing; the last one repeats. What is owed is never given up: a subscriber
# that does not exist any more is removed by a person.
WAITS_SECONDS: Final = (5, 30, 120, 600, 3600)
SECRET_BYTES: Final = 32

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS positions (
    topic TEXT NOT NULL, partition INTEGER NOT NULL, position INTEGER NOT NULL,
    PRIMARY KEY (topic, partition)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS news (
    number INTEGER PRIMARY KEY AUTOINCREMENT, event_id TEXT NOT NULL UNIQUE, at TEXT NOT NULL,
    body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS subscribers (
    subscriber_id TEXT PRIMARY KEY, url TEXT NOT NULL, secret TEXT NOT NULL, since TEXT NOT NULL,
    taken INTEGER NOT NULL, failures INTEGER NOT NULL DEFAULT 0, next_at REAL NOT NULL DEFAULT 0,
    said TEXT NOT NULL DEFAULT '');
"""

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Subscriber:
    """Who hears. `taken` is the number of the last news it took; `said` how the last try went."""

    subscriber_id: str
    url: str
    secret: str
    since: str
    taken: int
    failures: int
    next_at: float
    said: str


class Webhooks:
    """The news and who is owed them, in a file of their own. Also the server that delivers."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._db = database
        self._clock = clock

    def positions(self, topic: str) -> Mapping[int, int]:
        """From where to follow a topic, by its name on the log."""
        return self._db.positions(topic)

    def apply(
        self, event: Event[AnswerStaled] | Event[AnswerRechecked] | Event[AnswerWithdrawn]
    ) -> None:
        """Something became of a published revision."""
        message: Any = event.message
        name = type(message).__name__.removeprefix("Answer").lower()
        data = {
            "answer_id": message.answer_id,
            "revision": message.revision,
            "cause": {"kind": message.cause.kind, "ref": message.cause.ref},
        }
        if isinstance(message, AnswerStaled):
            data["severity"] = severity_name(message.severity)
            data["claims"] = [one.claim_id for one in message.claims]
            data["severities"] = {
                one.claim_id: severity_name(one.severity) for one in message.claims
            }
        if isinstance(message, AnswerWithdrawn):
            data["reason"] = message.reason_code
        with self._db.applying(event):
            self._tell(event, name, data)

    def apply_rendered(self, event: Event[AnswerRendered]) -> None:
        """A revision was published; the first of an answer is no change. Keeps no place: whoever
        follows the topic calls this before it stores its own.
        """
        run = event.message.run
        if run.revision == 1:
            return
        data = {
            "answer_id": run.answer_id,
            "revision": run.revision,
            "cause": {"kind": run.cause.kind, "ref": run.cause.ref},
        }
        self._tell(event, "changed", data)

    def _tell(self, event: Event[Any], name: str, data: dict[str, Any]) -> None:
        body = {"type": f"answer.{name}", "timestamp": event.time, "data": data}
        self._db.rows.execute(
            "INSERT OR IGNORE INTO news (event_id, at, body) VALUES (?, ?, ?)",
            (event.id, event.time, json.dumps(body, separators=(",", ":"))),
        )

    def subscribe(self, url: str) -> Subscriber:
        """A new subscriber, owed what happens from now on. ValueError for what is no address."""
        address = httpx.URL(url)
        if address.scheme not in ("http", "https") or not address.host:
            raise ValueError("write the whole address: https://host/path")
        name = secrets.token_hex(8)
        secret = "whsec_" + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()
        since = self._clock().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        newest = self._db.rows.execute("SELECT coalesce(max(number), 0) FROM news").fetchone()[0]
        self._db.rows.execute(
            "INSERT INTO subscribers (subscriber_id, url, secret, since, taken)"
            " VALUES (?, ?, ?, ?, ?)",
            (name, url, secret, since, newest),
        )
        return next(one for one in self.subscribers() if one.subscriber_id == name)

    def unsubscribe(self, subscriber_id: str) -> bool:
        """Forget a subscriber; False when there is none of that id."""
        done = self._db.rows.execute(
            "DELETE FROM subscribers WHERE subscriber_id = ?", (subscriber_id,)
        )
        return done.rowcount > 0

    def subscribers(self) -> list[Subscriber]:
        """Everyone who hears."""
        rows = self._db.rows.execute("SELECT * FROM subscribers ORDER BY since, subscriber_id")
        return [Subscriber(*row) for row in rows]

    async def serve(self, stop: asyncio.Event) -> None:
        """Deliver until told to stop."""
        async with httpx.AsyncClient(timeout=ANSWER_SECONDS, follow_redirects=False) as client:
            while not stop.is_set():
                for one in self.subscribers():
                    if one.next_at <= self._clock().timestamp() and not stop.is_set():
                        await self._deliver(one, client)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), LOOK_SECONDS)

    async def _deliver(self, to: Subscriber, client: httpx.AsyncClient) -> None:
        """What is owed, in order, until there is no more or it is not taken."""
        for number, event_id, body in self._owed(to):
            said = await self._post(to, event_id, body, client)
            if said:
                self._failed(to, said)
                return
            self._db.rows.execute(
                "UPDATE subscribers SET taken = ?, failures = 0, next_at = 0, said = 'taken'"
                " WHERE subscriber_id = ?",
                (number, to.subscriber_id),
            )

    def _owed(self, to: Subscriber) -> list[tuple[int, str, str]]:
        rows = self._db.rows.execute(
            "SELECT number, event_id, body FROM news WHERE number > ? AND at >= ?"
            " ORDER BY number LIMIT 100",
            (to.taken, to.since),
        )
        return [(int(number), str(event_id), str(body)) for number, event_id, body in rows]

    async def _post(
        self, to: Subscriber, event_id: str, body: str, client: httpx.AsyncClient
    ) -> str:
        """ "" when it was taken (any 2xx), else what went wrong, without a word of theirs."""
        timestamp = str(int(self._clock().timestamp()))
        headers = {
            "content-type": "application/json",
            "webhook-id": event_id,
            "webhook-timestamp": timestamp,
            "webhook-signature": signature(to.secret, event_id, timestamp, body),
        }
        try:
            reply = await client.post(to.url, content=body, headers=headers)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return type(error).__name__
        return "" if reply.is_success else f"status {reply.status_code}"

    def _failed(self, to: Subscriber, said: str) -> None:
        wait = WAITS_SECONDS[min(to.failures, len(WAITS_SECONDS) - 1)]
        self._db.rows.execute(
            "UPDATE subscribers SET failures = failures + 1, next_at = ?, said = ?"
            " WHERE subscriber_id = ?",
            (self._clock().timestamp() + wait, said, to.subscriber_id),
        )
        logger.warning(
            "a subscriber did not take what it is owed",
            extra={"subscriber": to.subscriber_id, "said": said, "again_in_seconds": wait},
        )


@contextmanager
def open_webhooks(path: Path | str, clock: Callable[[], datetime]) -> Iterator[Webhooks]:
    """The file at this path (":memory:" for none), made when it is not there."""
    if isinstance(path, Path):
        path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")  # who hears is told nowhere else
        connection.executescript(_SCHEMA)
        yield Webhooks(Database(connection), clock)


def signature(secret: str, message_id: str, timestamp: str, body: str) -> str:
    """The value of `webhook-signature`."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{message_id}.{timestamp}.{body}".encode()
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
