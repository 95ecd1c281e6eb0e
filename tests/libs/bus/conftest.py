"""A log with every topic, of each kind, and a patience that never really waits."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from uuid import uuid4

import pytest
from libs.bus.apart import apart_on_kafka, delete_topics

from plumbline_bus import LocalLog, Log, Patience, create_topics, open_local

KINDS = ["local", pytest.param("kafka", marks=pytest.mark.kafka)]
OpenLog = Callable[[], AbstractAsyncContextManager[Log]]


@pytest.fixture(params=KINDS)
async def open_again(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[OpenLog]:
    """Opens the same log each time it is called, of each kind in turn."""
    if request.param == "local":
        yield lambda: open_local(tmp_path / "log.sqlite")
    else:
        bootstrap, prefix = request.getfixturevalue("kafka"), f"{uuid4().hex}."
        yield lambda: apart_on_kafka(bootstrap, prefix)
        await delete_topics(bootstrap, prefix)


@pytest.fixture(params=KINDS)
async def log(request: pytest.FixtureRequest) -> AsyncIterator[Log]:
    """A log with every topic, of each kind in turn."""
    if request.param == "local":
        async with open_local(":memory:") as local:
            await create_topics(local)
            yield local
    else:
        async with apart_on_kafka(request.getfixturevalue("kafka")) as kafka:
            await create_topics(kafka)
            yield kafka
            await delete_topics(kafka.bootstrap, kafka.prefix)


@pytest.fixture
async def local_log() -> AsyncIterator[LocalLog]:
    """The local log, for what only it has, or what does not depend on the kind."""
    async with open_local(":memory:") as opened:
        await create_topics(opened)
        yield opened


class Clock:
    """Every look at it is a second later; sleeping only lets others run."""

    def __init__(self) -> None:
        self.slept: list[float] = []
        self._seconds = 0

    def now(self) -> str:
        self._seconds += 1
        return f"2026-11-24T10:00:{self._seconds:02}.000000Z"

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        await asyncio.sleep(0)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def patience(clock: Clock) -> Patience:
    return Patience(sleep=clock.sleep, now=clock.now)
