"""A log in memory with every topic, and a patience that never really waits."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from plumbline_bus import LocalLog, Patience, create_topics, open_local


@pytest.fixture
async def log() -> AsyncIterator[LocalLog]:
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
