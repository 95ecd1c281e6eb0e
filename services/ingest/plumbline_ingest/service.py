"""Ingest, put together: the only file that knows concrete classes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from plumbline_bus import Log
from plumbline_ingest.intake import Intake
from plumbline_ingest.publisher import SERVICE, Publisher
from plumbline_ingest.store import open_store
from plumbline_ingest.upload_app import upload_app
from plumbline_kit.http_server import HttpServer
from plumbline_kit.service import Service


@dataclass(frozen=True)
class Settings:
    """`directory` holds the store; `socket` is where uploads come in (mode 0600)."""

    directory: Path
    socket: Path
    topic_prefix: str = ""


@asynccontextmanager
async def open_service(settings: Settings, log: Log) -> AsyncIterator[Service]:
    """The store opened, the upload API bound; what was left unsaid is said when it runs."""
    with open_store(settings.directory / "ingest.sqlite") as store:
        publisher = Publisher(log, store, prefix=settings.topic_prefix)
        app = upload_app(Intake(store, publisher), store)
        yield Service(SERVICE, servers=[HttpServer(app, uds=settings.socket), publisher])
