"""The gateway, assembled."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path

from plumbline.gateway.v1.events_pb2 import AnswersRead
from plumbline_bus import Log, publish
from plumbline_clinical.red_flags import load_policy
from plumbline_gateway.app import build_app, with_access_log
from plumbline_gateway.asking import Desk, Identity, utc_now
from plumbline_gateway.followers import Arrivals
from plumbline_gateway.front import Front
from plumbline_gateway.prebuilt import Prebuilt
from plumbline_gateway.readers import Readers
from plumbline_gateway.site import Site
from plumbline_kit.http_server import HttpServer
from plumbline_kit.keys import read_question_key, read_trust
from plumbline_kit.service import Server, Service


@dataclass(frozen=True)
class Settings:
    """Where the gateway keeps its pages, whom it trusts, and where it listens."""

    directory: Path
    trust_file: Path
    question_key_file: Path
    triage_file: Path
    host: str = "127.0.0.1"
    port: int = 8000
    topic_prefix: str = ""


@dataclass(frozen=True)
class Farewell:
    """Ends every stream of events when the process is to end; they would hold it up."""

    desk: Desk

    async def serve(self, stop: asyncio.Event) -> None:
        """Until told to stop."""
        await stop.wait()
        self.desk.close()


@asynccontextmanager
async def open_service(settings: Settings, log: Log) -> AsyncIterator[Service]:
    """Open the store, bind the port (PortBusy when taken) and list what is followed."""
    trust = read_trust(settings.trust_file)
    identity = Identity(read_question_key(settings.question_key_file), settings.topic_prefix)
    with closing(Site(settings.directory / "site.sqlite")) as site:
        desk = Desk(site, log, identity)
        front = Front(site, desk, load_policy(settings.triage_file), trust, utc_now, Prebuilt())
        arrivals = Arrivals(site, desk, trust, front.pages.forget, settings.topic_prefix)
        service = Service("gateway", followers=arrivals.followers())
        front.pages.serve_through(build_app(front, service.health))
        server = HttpServer(with_access_log(front.pages), host=settings.host, port=settings.port)

        async def say(message: AnswersRead, event_id: str) -> None:
            prefix = settings.topic_prefix
            await publish(log, message, service=service.name, event_id=event_id, prefix=prefix)

        readers = Readers(front.pages.take_served, say)
        servers: list[Server] = [server, Farewell(desk), readers]
        yield Service(service.name, (), service.followers, servers, service.health)
