"""How far a group is behind, as the metric says it: from what is committed, not what was read."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from libs.bus.conftest import OpenLog

from plumbline_bus import Subscription

RECORDS = 5


async def lag_falls_to(log: Any, left: int) -> None:
    """Wait for it: on a broker partitions come a little later."""
    async with asyncio.timeout(30):
        while True:
            if await log.lag() == [("t", "g", left)]:
                return
            await asyncio.sleep(0.05)


async def read(subscription: Subscription) -> Mapping[int, int]:
    """Read every record; the positions after them."""
    positions: dict[int, int] = {}
    while sum(positions.values()) < RECORDS:
        for record in await subscription.get(RECORDS):
            positions[record.partition] = record.offset + 1
    return positions


async def test_lag_is_what_the_group_has_not_committed_whoever_reads_for_it(
    open_again: OpenLog,
) -> None:
    async with open_again() as log:
        await log.create("t", 3)
        for number in range(RECORDS):
            await log.append("t", partition_key=str(number), record_key="", value=b"")
        async with log.subscribe("t", "g") as first:
            await lag_falls_to(log, RECORDS)
            positions = dict(await read(first))
            await lag_falls_to(log, RECORDS)
            partition, position = positions.popitem()
            await first.commit({partition: position})
            await lag_falls_to(log, RECORDS - position)
        async with log.subscribe("t", "g"):  # one that has read nothing yet
            await lag_falls_to(log, RECORDS - position)
