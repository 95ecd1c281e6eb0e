"""/live and /ready over HTTP: whether a process answers, and whether it can do its work."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final

from plumbline_bus import Health
from plumbline_kit.http_server import HttpServer
from plumbline_kit.settings import SettingsError

ADDRESS: Final = "PLUMBLINE_HEALTH_ADDRESS"
ANYWHERE: Final = "127.0.0.1:0"  # a free port, which the first line of the process's log names

Send = Callable[[dict[str, Any]], Awaitable[None]]


class HealthApp:
    """The two addresses. `health` may be replaced: a process has one before its service has."""

    def __init__(self, health: Health) -> None:
        self.health = health

    async def __call__(self, scope: Mapping[str, Any], receive: object, send: Send) -> None:
        """Answer one request."""
        del receive  # neither address takes a body
        if scope["type"] != "http":
            return
        status, body = self._answer(str(scope["path"]))
        headers = [(b"content-type", b"application/json"), (b"cache-control", b"no-store")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": json.dumps(body).encode()})

    def _answer(self, path: str) -> tuple[int, dict[str, Any]]:
        if path == "/live":
            return 200, {"status": "live"}
        if path != "/ready":
            return 404, {"status": "unknown", "what_to_do": "ask for /live or /ready"}
        if self.health.ready:
            return 200, {"status": "ready"}
        return 503, {"status": "not ready", "reasons": self.health.reasons()}


@asynccontextmanager
async def serving_health(environ: Mapping[str, str]) -> AsyncIterator[tuple[HealthApp, str]]:
    """Serve both while inside; yields the app, not ready yet, and its URL. PortBusy when taken."""
    host, port = address_of(environ.get(ADDRESS) or ANYWHERE)
    app = HealthApp(unwell("starting"))
    server, stop = HttpServer(app, host=host, port=port), asyncio.Event()
    serving = asyncio.create_task(server.serve(stop))
    try:
        yield app, server.url
    finally:
        app.health = unwell("stopping")
        stop.set()
        await serving


def unwell(why: str) -> Health:
    """A health that is not ready for one reason."""
    health = Health()
    health.set("process", False, why)
    return health


def address_of(text: str) -> tuple[str, int]:
    """(host, port) of `host:port`. SettingsError when it is none."""
    host, _, port = text.rpartition(":")
    if not host or not port.isdecimal():
        raise SettingsError(f"{ADDRESS}={text!r} is not host:port; 0.0.0.0:8081 is one")
    return host.strip("[]"), int(port)
