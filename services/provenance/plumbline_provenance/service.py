"""Assembly of the provenance service: the only file that knows its concrete classes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from plumbline.topics import (
    ANSWER_RECHECKED,
    ANSWER_RENDERED,
    ANSWER_WITHDRAWN,
    SOURCE_RECALLED,
)
from plumbline_bus import EventRoute, Health, Log
from plumbline_kit.grpc_server import GrpcServer
from plumbline_kit.keys import read_trust
from plumbline_kit.metrics_sampled import Sample, Sampled
from plumbline_kit.service import Server, Service
from plumbline_provenance.formats import LOG_KEY
from plumbline_provenance.handlers import on_answer_rendered, on_outcome, on_recalled
from plumbline_provenance.ledger import open_ledger
from plumbline_provenance.proof_service import proof_service
from plumbline_provenance.proofs import Proofs, open_proofs
from plumbline_provenance.trust import Trust
from plumbline_tlog.note import load_signer

CONCURRENCY = 64  # how many answers can wait for one checkpoint


@dataclass(frozen=True)
class Settings:
    """Where the ledger is, whose key signs it, and whose signatures it believes.

    `address` is where proofs are asked for over gRPC, `host:port` or `unix:<path>`; empty: nowhere.
    """

    directory: Path = Path(".plumbline/provenance")
    key_file: Path = Path(".plumbline/keys/log.pem")
    trust_file: Path = Path(".plumbline/keys/trust.txt")
    address: str = ""


@asynccontextmanager
async def open_service(settings: Settings, log: Log) -> AsyncIterator[Service]:
    """Open the ledger and yield the service. `log` is used by the loop, not by the handlers."""
    signer = load_signer(settings.key_file, LOG_KEY)
    trust = Trust(read_trust(settings.trust_file))
    health = Health()
    async with AsyncExitStack() as stack:
        ledger = await stack.enter_async_context(open_ledger(settings.directory, signer))
        proofs = await stack.enter_async_context(open_proofs(settings.directory, signer.verifier))
        handle = partial(on_answer_rendered, ledger=ledger, trust=trust)
        outcome = partial(on_outcome, ledger=ledger)
        servers: list[Server] = [ledger_size(proofs)]
        if settings.address:
            servers.append(GrpcServer([proof_service(proofs)], settings.address, health))
        yield Service(
            "provenance",
            routes=[
                EventRoute(ANSWER_RENDERED, handle, concurrency=CONCURRENCY),
                EventRoute(ANSWER_RECHECKED, outcome, concurrency=CONCURRENCY),
                EventRoute(ANSWER_WITHDRAWN, outcome, concurrency=CONCURRENCY),
                EventRoute(SOURCE_RECALLED, partial(on_recalled, ledger=ledger)),
            ],
            servers=servers,
            health=health,
        )


def ledger_size(proofs: Proofs) -> Sampled:
    """The gauge of how many leaves are signed."""

    async def read() -> list[Sample]:
        _, size = await proofs.checkpoint()
        return [(size, {})]

    return Sampled("plumbline.ledger.size", read)
