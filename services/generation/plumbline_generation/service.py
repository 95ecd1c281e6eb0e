"""The generation service, assembled: the one file that knows which composer is used."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from plumbline.topics import BACKGROUND, EVIDENCE_RETRIEVED
from plumbline_bus import Log, Route
from plumbline_generation.composer import Composer
from plumbline_generation.deadline import WithinDeadline
from plumbline_generation.extractive import ExtractiveComposer
from plumbline_generation.handlers import on_evidence_retrieved
from plumbline_generation.results import open_results
from plumbline_kit.service import Service

BACKGROUND_AT_A_TIME = 2  # readers come first


@dataclass(frozen=True)
class Settings:
    """`directory` keeps the results; `concurrency` answers are composed at a time.

    A composer that takes longer than `deadline_seconds` is not waited for.
    """

    directory: Path = Path("generation")
    concurrency: int = 32
    deadline_seconds: float = 20.0


def first_composer() -> Composer:
    """Who is asked first. There is one composer so far, which is never slow."""
    return ExtractiveComposer()


@asynccontextmanager
async def open_service(settings: Settings, log: Log) -> AsyncIterator[Service]:
    """Drafts are made by the extractive composer."""
    with open_results(settings.directory / "results.sqlite") as results:
        composer = WithinDeadline(first_composer(), ExtractiveComposer(), settings.deadline_seconds)
        handle = partial(on_evidence_retrieved, composer=composer, results=results)
        yield Service(
            name="generation",
            routes=[
                Route(EVIDENCE_RETRIEVED, handle, concurrency=settings.concurrency),
                Route(
                    EVIDENCE_RETRIEVED, handle, concurrency=BACKGROUND_AT_A_TIME, lane=BACKGROUND
                ),
            ],
        )
