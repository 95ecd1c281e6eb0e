"""Assembly of the provenance service: the only file that knows its concrete classes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from plumbline.topics import ANSWER_RENDERED
from plumbline_bus import EventRoute, Log
from plumbline_kit.keys import read_trust
from plumbline_kit.service import Service
from plumbline_provenance.formats import LOG_KEY
from plumbline_provenance.handlers import on_answer_rendered
from plumbline_provenance.ledger import open_ledger
from plumbline_provenance.trust import Trust
from plumbline_tlog.note import load_signer

CONCURRENCY = 64  # how many answers can wait for one checkpoint


@dataclass(frozen=True)
class Settings:
    """Where the ledger is, whose key signs it, and whose signatures it believes."""

    directory: Path = Path(".plumbline/provenance")
    key_file: Path = Path(".plumbline/keys/log.pem")
    trust_file: Path = Path(".plumbline/keys/trust.txt")


@asynccontextmanager
async def open_service(settings: Settings, log: Log) -> AsyncIterator[Service]:
    """Open the ledger and yield the service. `log` is used by the loop, not by the handlers."""
    signer = load_signer(settings.key_file, LOG_KEY)
    trust = Trust(read_trust(settings.trust_file))
    async with open_ledger(settings.directory, signer) as ledger:
        handle = partial(on_answer_rendered, ledger=ledger, trust=trust)
        yield Service(
            "provenance", routes=[EventRoute(ANSWER_RENDERED, handle, concurrency=CONCURRENCY)]
        )
