"""gRPC servers for tests: on a free port, with a channel to them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import grpc

from plumbline_kit.grpc_server import GrpcServer


@asynccontextmanager
async def running(server: GrpcServer) -> AsyncIterator[None]:
    """Serve while inside."""
    stop = asyncio.Event()
    serving = asyncio.create_task(server.serve(stop))
    try:
        yield
    finally:
        stop.set()
        await serving


@asynccontextmanager
async def channel_to(server: GrpcServer) -> AsyncIterator[grpc.aio.Channel]:
    """Serve on the server's port while inside, and connect."""
    async with running(server), grpc.aio.insecure_channel(f"127.0.0.1:{server.port}") as channel:
        yield channel


async def refusal(call: Callable[..., Awaitable[Any]], request: Any) -> grpc.StatusCode:
    """The status that a call ends with, which must not be OK."""
    try:
        await call(request, timeout=10)
    except grpc.aio.AioRpcError as error:
        return error.code()
    raise AssertionError("it was answered")
