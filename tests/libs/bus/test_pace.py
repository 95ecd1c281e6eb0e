"""Reading waits while much is being published, but nothing that is stuck stops it."""

from __future__ import annotations

import asyncio

import pytest

from plumbline_bus.pace import LEAST, Pace


async def test_reading_waits_while_many_are_on_their_way_and_goes_on_as_one_arrives(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("plumbline_bus.pace.LONGEST_SECONDS", 3600)
    pace = Pace(1)
    for _ in range(LEAST - 1):
        pace.begin()
    await pace.room()
    pace.begin()
    reading = asyncio.create_task(pace.room())
    await asyncio.sleep(0)
    assert not reading.done()
    pace.end()
    await reading


async def test_where_all_of_them_are_stuck_reading_goes_on_after_a_moment() -> None:
    pace = Pace(1)
    for _ in range(LEAST):
        pace.begin()
    await asyncio.wait_for(pace.room(), 30)
