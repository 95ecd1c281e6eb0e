"""Subscribers get every change, signed, in order, however often they fail."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi import FastAPI, Request, Response

from plumbline.common.v1.common_pb2 import Cause, Run
from plumbline.regeneration.v1.events_pb2 import (
    SEVERITY_NUMBER_CHANGED,
    AnswerStaled,
    StaledClaim,
)
from plumbline.rendering.v1.events_pb2 import AnswerRendered
from plumbline_bus import Event
from plumbline_kit.http_server import HttpServer
from plumbline_regeneration.webhooks import WAITS_SECONDS, Webhooks, open_webhooks

EDITION = Cause(kind="edition", ref="g@2")


@dataclass
class Receiver:
    """A subscriber's server: what it took, and what it answers with."""

    url: str = ""
    status: int = 200
    taken: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    @property
    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, body in self.taken]


@dataclass
class Clock:
    now: datetime = datetime(2026, 11, 28, 10, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@asynccontextmanager
async def delivering() -> AsyncIterator[tuple[Webhooks, Receiver, Clock]]:
    """Webhooks at work, and somebody to hear."""
    receiver, clock, stop, app = Receiver(), Clock(), asyncio.Event(), FastAPI()

    @app.post("/hook")
    async def take(request: Request) -> Response:
        if receiver.status < 300:
            receiver.taken.append((dict(request.headers), await request.body()))
        return Response(status_code=receiver.status)

    server = HttpServer(app)
    receiver.url = f"{server.url}/hook"
    with open_webhooks(":memory:", clock) as webhooks:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(server.serve(stop))
            tasks.create_task(webhooks.serve(stop))
            yield webhooks, receiver, clock
            stop.set()


def staled(number: int, at: str = "2026-11-28T10:00:01.000000Z") -> Event[AnswerStaled]:
    message = AnswerStaled(
        answer_id=f"{number:032x}",
        revision=1,
        severity=SEVERITY_NUMBER_CHANGED,
        cause=EDITION,
        claims=[StaledClaim(claim_id="c1", severity=SEVERITY_NUMBER_CHANGED)],
    )
    return Event(message, f"id-{number}", "t", at, (), "topic", 0, number, "")


def rendered(revision: int) -> Event[AnswerRendered]:
    run = Run(answer_id="a" * 32, revision=revision, cause=EDITION)
    at = "2026-11-28T10:00:02.000000Z"
    message = AnswerRendered(run=run)
    return Event(message, f"rendered-{revision}", "t", at, (), "topic", 0, revision, "")


async def until(look: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not look():  # noqa: ASYNC110 (what others do)
            await asyncio.sleep(0.02)


async def test_every_change_is_told_once_signed_and_in_order() -> None:
    async with delivering() as (webhooks, receiver, _):
        one = webhooks.subscribe(receiver.url)
        for number in (1, 2, 2):
            webhooks.apply(staled(number))
        for revision in (1, 2):
            webhooks.apply_rendered(rendered(revision))
        await until(lambda: len(receiver.taken) == 3)
        assert [b["type"] for b in receiver.bodies] == [
            "answer.staled",
            "answer.staled",
            "answer.changed",
        ]
        assert receiver.bodies[0]["data"] == {
            "answer_id": f"{1:032x}",
            "revision": 1,
            "cause": {"kind": "edition", "ref": "g@2"},
            "severity": "number_changed",
            "claims": ["c1"],
            "severities": {"c1": "number_changed"},
        }
        for headers, body in receiver.taken:
            said = b".".join(
                [headers["webhook-id"].encode(), headers["webhook-timestamp"].encode(), body]
            )
            key = base64.b64decode(one.secret.removeprefix("whsec_"))
            made = base64.b64encode(hmac.new(key, said, hashlib.sha256).digest()).decode()
            assert headers["webhook-signature"] == f"v1,{made}"


async def test_what_is_not_taken_is_told_again_later_and_nothing_overtakes_it() -> None:
    async with delivering() as (webhooks, receiver, clock):
        webhooks.subscribe(receiver.url)
        receiver.status = 500
        webhooks.apply(staled(1))
        webhooks.apply(staled(2))
        await until(lambda: webhooks.subscribers()[0].failures == 1)
        assert webhooks.subscribers()[0].said == "status 500"
        receiver.status = 200
        await asyncio.sleep(1)
        assert not receiver.taken, "it waits before it tries again"
        clock.now += timedelta(seconds=WAITS_SECONDS[0])
        await until(lambda: len(receiver.taken) == 2)
        assert [h["webhook-id"] for h, _ in receiver.taken] == ["id-1", "id-2"]
        assert webhooks.subscribers()[0].failures == 0


async def test_a_subscriber_is_not_told_what_was_before() -> None:
    async with delivering() as (webhooks, receiver, _):
        webhooks.apply(staled(1))
        webhooks.subscribe(receiver.url)
        webhooks.apply(staled(2, "2026-01-01T00:00:00.000000Z"))  # told anew by a rebuilt log
        webhooks.apply(staled(3))
        await until(lambda: len(receiver.taken) == 1)
        assert receiver.taken[0][0]["webhook-id"] == "id-3"


@pytest.mark.parametrize("url", ["", "example.org/hook", "ftp://example.org", "https://"])
def test_what_is_no_address_is_refused(url: str) -> None:
    with open_webhooks(":memory:", Clock()) as webhooks:
        with pytest.raises(ValueError, match="whole address"):
            webhooks.subscribe(url)
        assert not webhooks.unsubscribe("nobody")
