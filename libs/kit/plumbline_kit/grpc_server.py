"""grpc.aio as a Server: services, health and reflection on a TCP port or a Unix socket."""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import grpc
from google.protobuf.descriptor import ServiceDescriptor
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from plumbline_bus import Health
from plumbline_bus.unless import unless
from plumbline_kit.grpc_server_calls import MOST_SECONDS, Calls
from plumbline_kit.http_server import PortBusy

GRACE_SECONDS: Final = 5.0  # for calls in hand, within the drain of run()
LOOK_SECONDS: Final = 0.5  # how old the health that is told may be
UNIX: Final = "unix:"


@dataclass(frozen=True)
class GrpcService:
    """A generated service with what answers it: `add` is the generated function, bound to it."""

    descriptor: ServiceDescriptor
    add: Callable[[grpc.aio.Server], None]


@dataclass
class GrpcServer:
    """Serves on `host:port` (0 picks a free one) or `unix:<path>`; bound when this is made.

    A Unix socket has mode 0600, whatever its path's length. Inside a deployment only: nothing is
    encrypted and nobody is asked who they are. PortBusy when the address is taken.
    """

    services: Sequence[GrpcService]
    address: str
    health: Health = field(default_factory=Health)
    most_seconds: float = MOST_SECONDS

    def __post_init__(self) -> None:
        self._told = health.aio.HealthServicer()
        self._server = grpc.aio.server(
            interceptors=[Calls(self.health, self.most_seconds)],
            options=[("grpc.so_reuseport", 0)],  # else a second server shares the port unnoticed
        )
        for service in self.services:
            service.add(self._server)
        health_pb2_grpc.add_HealthServicer_to_server(self._told, self._server)
        names = [*self._names, health.SERVICE_NAME, reflection.SERVICE_NAME]
        reflection.enable_server_reflection(names, self._server)
        self.port = _bind(self._server, self.address)

    @property
    def _names(self) -> list[str]:
        return [service.descriptor.full_name for service in self.services]

    async def serve(self, stop: asyncio.Event) -> None:
        """Serve until told to stop; calls in hand are finished first, or cut after a while."""
        await self._tell()
        await self._server.start()
        try:
            while not stop.is_set():
                await unless(stop, asyncio.sleep(LOOK_SECONDS))
                await self._tell()
            await self._told.enter_graceful_shutdown()
        finally:
            await self._server.stop(GRACE_SECONDS)
            if self.address.startswith(UNIX):
                socket_of(self.address).unlink(missing_ok=True)

    async def _tell(self) -> None:
        said = health_pb2.HealthCheckResponse
        now = said.SERVING if self.health.ready else said.NOT_SERVING
        for name in ("", *self._names):
            await self._told.set(name, now)


def socket_of(address: str) -> Path:
    """The path of a Unix socket's address."""
    return Path(address.removeprefix(UNIX))


def _bind(server: grpc.aio.Server, address: str) -> int:
    try:
        if address.startswith(UNIX):
            _bind_socket(server, socket_of(address))
            return 0
        return int(server.add_insecure_port(address))
    except RuntimeError:
        raise PortBusy(
            f"cannot listen on {address}; stop what holds it, or set another address"
        ) from None


def _bind_socket(server: grpc.aio.Server, path: Path) -> None:
    """Bind in a private folder, then move into place: nobody can connect before the mode is set.

    A socket's path may have about 107 bytes; going through the folder's descriptor lifts that.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".bind-", dir=path.parent) as private:
        folder = os.open(private, os.O_RDONLY)
        try:
            server.add_insecure_port(f"{UNIX}{through_descriptor(folder, Path(private))}/socket")
        finally:
            os.close(folder)
        made = Path(private) / "socket"
        made.chmod(0o600)
        made.replace(path)  # an old socket of a process that was killed goes with it


def through_descriptor(folder: int, path: Path) -> Path:
    """A short and plain name for a folder that is open, good for as long as it is."""
    through = Path(f"/proc/self/fd/{folder}")
    return through if through.exists() else path  # where there is no /proc, paths must be short
