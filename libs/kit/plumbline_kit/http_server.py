"""uvicorn as a Server: it leaves the signals alone and ends when it is told to."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import uvicorn

logger = logging.getLogger(__name__)

GRACE_SECONDS = 10  # for requests in hand, within the drain of run()


class PortBusy(OSError):
    """The address is taken; the message says what to do."""


class _QuietServer(uvicorn.Server):
    """Without its own signal handling, which would raise the signal again when it is done."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class HttpServer:
    """Serves an ASGI app on a TCP port or a Unix socket. The socket is bound when this is made.

    `port` 0 picks a free one; `url` says which. A Unix socket has mode 0600. PortBusy when taken.
    """

    def __init__(
        self, app: Any, *, host: str = "127.0.0.1", port: int = 0, uds: Path | None = None
    ) -> None:
        self._socket = _bind_uds(uds) if uds else _bind_tcp(host, port)
        self._uds = uds
        self.url = "" if uds else f"http://{host}:{self._socket.getsockname()[1]}"
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            server_header=False,
            date_header=True,
            timeout_graceful_shutdown=GRACE_SECONDS,
            timeout_keep_alive=30,
            lifespan="off",
        )
        self._server = _QuietServer(config)

    async def serve(self, stop: asyncio.Event) -> None:
        """Serve until told to stop; requests in hand are finished first."""
        serving = asyncio.create_task(self._server.serve(sockets=[self._socket]))
        stopping = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
            self._server.should_exit = True
            await serving
        finally:
            stopping.cancel()
            if self._uds:
                self._uds.unlink(missing_ok=True)


def _bind_tcp(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
        bound.listen(1024)
    except OSError as error:
        bound.close()
        raise PortBusy(
            f"cannot listen on {host}:{port} ({error.strerror}); "
            "stop what holds it, or choose another with PORT=…"
        ) from None
    bound.setblocking(False)
    return bound


def _bind_uds(path: Path) -> socket.socket:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)  # the home is held by one process, so an old socket is a dead one
    bound = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    # A socket's path may have about 107 bytes; going through the folder's descriptor lifts that.
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        bound.bind(f"/proc/self/fd/{folder}/{path.name}" if len(str(path)) > 100 else str(path))
    finally:
        os.close(folder)
    path.chmod(0o600)
    bound.listen(128)
    bound.setblocking(False)
    return bound
