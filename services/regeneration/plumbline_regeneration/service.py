"""Regeneration, assembled: the only file that knows concrete classes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from google.protobuf.message import Message

from plumbline.topics import (
    ANSWER_RENDERED,
    EDITION_INDEXED,
    EDITION_INGESTED,
    QUESTION_ENDED,
    Topic,
)
from plumbline_bus import Follower, Health, Log, publish, utc_now
from plumbline_kit.http_server import HttpServer
from plumbline_kit.service import Server, Service
from plumbline_regeneration.answers import Answers
from plumbline_regeneration.campaign_app import campaign_app
from plumbline_regeneration.campaigns import Campaigns
from plumbline_regeneration.database import Database, open_database
from plumbline_regeneration.editions import Editions
from plumbline_regeneration.reconcile import Reconciler
from plumbline_regeneration.runner import SERVICE, Runner


@dataclass(frozen=True)
class Settings:
    """`directory` holds what rests on what; `socket` is where campaigns are steered (mode 0600)."""

    directory: Path
    socket: Path | None = None
    topic_prefix: str = ""


@asynccontextmanager
async def open_service(settings: Settings, log: Log) -> AsyncIterator[Service]:
    """The store opened. Everything is followed: this process holds every answer's sources."""
    with open_database(settings.directory / "regeneration.sqlite") as database:
        editions, answers, campaigns = Editions(database), Answers(database), Campaigns(database)
        reconciler = Reconciler(database, editions, answers, campaigns, utc_now)
        health = Health()

        async def say(message: Message, event_id: str) -> None:
            await publish(
                log, message, service=SERVICE, event_id=event_id, prefix=settings.topic_prefix
            )

        runner = Runner(reconciler, answers, campaigns, say, health, utc_now)
        servers: list[Server] = [runner]
        if settings.socket:
            app = campaign_app(reconciler, answers, campaigns)
            servers.append(HttpServer(app, uds=settings.socket))
        follower = partial(_follower, database, settings.topic_prefix)
        yield Service(
            SERVICE,
            followers=[
                follower(EDITION_INGESTED, editions.apply_ingested),
                follower(ANSWER_RENDERED, reconciler.apply_rendered),
                follower(QUESTION_ENDED, reconciler.apply_ended),
                follower(EDITION_INDEXED, reconciler.apply_indexed),
            ],
            servers=servers,
            health=health,
        )


def _follower(
    database: Database, prefix: str, topic: Topic[Any], apply: Callable[[Any], None]
) -> Follower[Any]:
    def positions() -> Mapping[int, int]:
        return database.positions(f"{prefix}{topic.name}")

    return Follower(topic, positions, apply)
