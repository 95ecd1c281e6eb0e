"""Reading waits while much is being published, but nothing that is stuck stops it."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack

import pytest

from plumbline_bus.pace import LEAST, Pace


async def test_reading_waits_while_many_are_on_their_way_and_goes_on_as_one_arrives(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("plumbline_bus.pace.LONGEST_SECONDS", 3600)
    pace = Pace(1)
    with ExitStack() as others:
        for _ in range(LEAST - 1):
            others.enter_context(pace)
        await pace.room()
        with pace:
            reading = asyncio.create_task(pace.room())
            await asyncio.sleep(0)
            assert not reading.done()
        await reading


async def test_where_all_of_them_are_stuck_reading_goes_on_after_a_moment() -> None:
    pace = Pace(1)
    with ExitStack() as stuck:
        for _ in range(LEAST):
            stuck.enter_context(pace)
        await asyncio.wait_for(pace.room(), 30)
