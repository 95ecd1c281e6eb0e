"""A gRPC server: ready or not, within time, private, and silent about what it was asked."""

from __future__ import annotations

import asyncio
import logging
from functools import partial
from pathlib import Path
from typing import Any

import grpc
import pytest
from grpc_health.v1.health_pb2 import HealthCheckRequest, HealthCheckResponse
from grpc_health.v1.health_pb2_grpc import HealthStub
from libs.kit.calling import channel_to, refusal, running

from plumbline.provenance.v1 import proof_service_pb2 as pb
from plumbline.provenance.v1.proof_service_pb2_grpc import (
    ProofServiceServicer,
    ProofServiceStub,
    add_ProofServiceServicer_to_server,
)
from plumbline_bus import Health
from plumbline_kit.grpc_channel import open_channel
from plumbline_kit.grpc_server import GrpcServer, GrpcService
from plumbline_kit.http_server import PortBusy

WORDS = "somebody's words"
SERVING, NOT_SERVING = HealthCheckResponse.SERVING, HealthCheckResponse.NOT_SERVING


class Face(ProofServiceServicer):
    """Answers one call, fails in another, and never ends a third."""

    def __init__(self) -> None:
        self.begun = asyncio.Event()
        self.cancelled = asyncio.Event()

    async def Checkpoint(self, request: pb.CheckpointRequest, context: Any) -> Any:
        return pb.CheckpointResponse(tree_size=3)

    async def Statement(self, request: pb.StatementRequest, context: Any) -> Any:
        raise ValueError(WORDS)

    async def Consistency(self, request: pb.ConsistencyRequest, context: Any) -> Any:
        return pb.ConsistencyResponse()

    async def Inclusion(self, request: pb.InclusionRequest, context: Any) -> Any:
        self.begun.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            self.cancelled.set()
            raise


def server(face: Face, address: str = "127.0.0.1:0", **options: Any) -> GrpcServer:
    service = GrpcService(
        pb.DESCRIPTOR.services_by_name["ProofService"],
        partial(add_ProofServiceServicer_to_server, face),
    )
    return GrpcServer([service], address, **options)


async def test_not_ready_is_unavailable_and_health_says_so_and_when_it_is_over() -> None:
    health = Health()
    health.set("log", False, "catching up")
    async with channel_to(server(Face(), health=health)) as channel:
        told: Any = HealthStub(channel)
        service = HealthCheckRequest(service="plumbline.provenance.v1.ProofService")
        watching = told.Watch(service)
        proofs = ProofServiceStub(channel)
        assert (await watching.read()).status == NOT_SERVING
        assert await refusal(proofs.Checkpoint, pb.CheckpointRequest()) is (
            grpc.StatusCode.UNAVAILABLE
        )
        health.set("log", True)
        assert (await watching.read()).status == SERVING
        assert (await proofs.Checkpoint(pb.CheckpointRequest(), timeout=10)).tree_size == 3
        assert (await told.Check(HealthCheckRequest())).status == SERVING
        watching.cancel()


async def test_a_callers_deadline_ends_the_work_too() -> None:
    face = Face()
    async with channel_to(server(face)) as channel:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await ProofServiceStub(channel).Inclusion(pb.InclusionRequest(), timeout=0.2)
        assert caught.value.code() is grpc.StatusCode.DEADLINE_EXCEEDED
        await asyncio.wait_for(face.cancelled.wait(), 10)


async def test_a_call_without_a_deadline_has_the_servers() -> None:
    face = Face()
    async with channel_to(server(face, most_seconds=0.1)) as channel:
        code = await refusal(ProofServiceStub(channel).Inclusion, pb.InclusionRequest())
        assert code is grpc.StatusCode.DEADLINE_EXCEEDED
        assert face.cancelled.is_set()


async def test_a_bug_is_told_by_its_type_and_never_by_its_text(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    async with channel_to(server(Face())) as channel:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await ProofServiceStub(channel).Statement(pb.StatementRequest(), timeout=10)
    assert caught.value.code() is grpc.StatusCode.INTERNAL
    assert WORDS not in str(caught.value)
    (told,) = (r for r in caplog.records if r.name.startswith("plumbline"))
    assert vars(told)["error"] == "ValueError"
    assert WORDS not in caplog.text


async def test_a_port_that_is_taken_is_told(tmp_path: Path) -> None:
    first = server(Face())
    async with running(first):
        with pytest.raises(PortBusy, match="cannot listen on 127"):
            server(Face(), f"127.0.0.1:{first.port}")


async def test_a_socket_is_private_replaces_a_dead_one_and_goes_with_its_server(
    tmp_path: Path,
) -> None:
    path = tmp_path / ("long" * 30) / "proofs.sock"  # longer than a socket's path may be
    path.parent.mkdir()
    path.touch()  # as a server that was killed leaves one
    made = server(Face(), f"unix:{path}")
    assert path.is_socket()
    assert path.stat().st_mode & 0o777 == 0o600

    def call() -> int:
        with open_channel(f"unix:{path}") as channel:
            return (
                ProofServiceStub(channel).Checkpoint(pb.CheckpointRequest(), timeout=10).tree_size
            )

    async with running(made):
        assert await asyncio.to_thread(call) == 3
    assert not path.exists()
