"""Regeneration, assembled: the only file that knows concrete classes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from google.protobuf.message import Message

from plumbline.rendering.v1.events_pb2 import AnswerRendered
from plumbline.topics import (
    ANSWER_RECHECKED,
    ANSWER_RENDERED,
    ANSWER_STALED,
    ANSWER_WITHDRAWN,
    ANSWERS_READ,
    EDITION_INDEXED,
    EDITION_INGESTED,
    QUESTION_ENDED,
    SOURCE_RECALLED,
    Topic,
)
from plumbline_bus import Event, Follower, Health, Log, publish, utc_now
from plumbline_kit.http_server import HttpServer
from plumbline_kit.service import Server, Service
from plumbline_regeneration.answers import Answers
from plumbline_regeneration.campaign_app import campaign_app
from plumbline_regeneration.campaigns import Campaigns
from plumbline_regeneration.database import open_database
from plumbline_regeneration.editions import Editions
from plumbline_regeneration.readers import Readers
from plumbline_regeneration.recall_routes import recall_routes
from plumbline_regeneration.recalling import Recalling
from plumbline_regeneration.recalls import Recalls
from plumbline_regeneration.reconcile import Reconciler
from plumbline_regeneration.runner import SERVICE, Runner
from plumbline_regeneration.webhook_routes import webhook_routes
from plumbline_regeneration.webhooks import open_webhooks


@dataclass(frozen=True)
class Settings:
    """`directory` holds what rests on what; `socket` is where campaigns are steered (mode 0600)."""

    directory: Path
    socket: Path | None = None
    topic_prefix: str = ""


@asynccontextmanager
async def open_service(settings: Settings, log: Log) -> AsyncIterator[Service]:
    """The store opened. Everything is followed: this process holds every answer's sources."""
    with (
        open_database(settings.directory / "regeneration.sqlite") as database,
        open_webhooks(settings.directory / "webhooks.sqlite", utc_clock) as webhooks,
    ):
        editions, answers, campaigns = Editions(database), Answers(database), Campaigns(database)
        recalls, readers = Recalls(database), Readers(database)
        reconciler = Reconciler(database, editions, answers, campaigns, recalls, readers, utc_now)
        recalling = Recalling(database, answers, campaigns, recalls, reconciler)
        health = Health()

        async def say(message: Message, event_id: str) -> None:
            await publish(
                log, message, service=SERVICE, event_id=event_id, prefix=settings.topic_prefix
            )

        runner = Runner(reconciler, answers, campaigns, recalling, say, health, utc_now)
        servers: list[Server] = [runner, webhooks]
        if settings.socket:
            app = campaign_app(reconciler, answers, campaigns)
            app.include_router(recall_routes(recalling, runner.say_recalls, utc_now))
            app.include_router(webhook_routes(webhooks))
            servers.append(HttpServer(app, uds=settings.socket))

        def apply_rendered(event: Event[AnswerRendered]) -> None:
            webhooks.apply_rendered(event)
            reconciler.apply_rendered(event)

        prefix = settings.topic_prefix
        follower = partial(_follower, database.positions, prefix)
        heard = partial(_follower, webhooks.positions, prefix)
        yield Service(
            SERVICE,
            followers=[
                follower(EDITION_INGESTED, editions.apply_ingested),
                follower(ANSWER_RENDERED, apply_rendered),
                follower(QUESTION_ENDED, reconciler.apply_ended),
                follower(ANSWERS_READ, readers.apply_read),
                follower(EDITION_INDEXED, reconciler.apply_indexed),
                follower(SOURCE_RECALLED, recalling.apply_recalled),
                heard(ANSWER_STALED, webhooks.apply),
                heard(ANSWER_RECHECKED, webhooks.apply),
                heard(ANSWER_WITHDRAWN, webhooks.apply),
            ],
            servers=servers,
            health=health,
        )


def utc_clock() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


def _follower(
    positions: Callable[[str], Mapping[int, int]],
    prefix: str,
    topic: Topic[Any],
    apply: Callable[[Any], None],
) -> Follower[Any]:
    return Follower(topic, lambda: positions(f"{prefix}{topic.name}"), apply)
