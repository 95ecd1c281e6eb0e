"""Slots: in the order of coming, and none is lost when somebody gives up waiting."""

from __future__ import annotations

import asyncio

from plumbline_bus.slots import Slots


async def test_they_are_given_in_the_order_of_coming_and_survive_those_who_leave() -> None:
    slots, got = Slots(1), list[int]()

    async def take(number: int) -> None:
        async with slots:
            got.append(number)
            await asyncio.sleep(0)

    async with slots:
        waiting = [asyncio.create_task(take(number)) for number in range(4)]
        await asyncio.sleep(0)
        waiting[1].cancel()
        await asyncio.sleep(0)
    waiting[0].cancel()  # in the moment in which it was given the slot
    await asyncio.gather(*waiting, return_exceptions=True)
    await take(4)
    assert got == [2, 3, 4]
    await asyncio.wait_for(slots.room(), 1)
