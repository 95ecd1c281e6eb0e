"""Handlers that compute leave the event loop its turns."""

from __future__ import annotations

import asyncio
import time
from collections import Counter

from libs.bus.rig import entered

from plumbline.topics import ANSWER_DRAFTED, BACKGROUND
from plumbline_bus import Lanes
from plumbline_bus.fair import MOST_SECONDS, Fair

RECORDS = 8


async def test_a_burst_of_handlers_that_compute_does_not_hold_the_loop() -> None:
    """All are ready at once; each takes its whole share, so no turn of the loop has two of them."""
    lanes, turn, ran_in = Lanes(), 0, Counter[int]()

    async def count_turns() -> None:
        nonlocal turn
        while True:
            turn += 1
            await asyncio.sleep(0)

    async def compute() -> None:
        async with entered(lanes.turn(ANSWER_DRAFTED, "")):
            ran_in[turn] += 1
            until = time.monotonic() + 1.5 * MOST_SECONDS
            while time.monotonic() < until:
                pass

    counting = asyncio.create_task(count_turns())
    await asyncio.gather(*(compute() for _ in range(RECORDS)))
    counting.cancel()
    assert ran_in.total() == RECORDS
    assert set(ran_in.values()) == {1}


async def test_quick_ones_share_a_turn_in_the_order_of_coming() -> None:
    fair, order = Fair(most_seconds=60), list[int]()

    async def quick(number: int) -> None:
        await fair.turn()
        order.append(number)

    waiting = [asyncio.create_task(quick(number)) for number in range(RECORDS)]
    await asyncio.sleep(0)
    assert order == list(range(RECORDS))
    await asyncio.gather(*waiting)


async def test_one_that_comes_back_at_once_does_not_pass_those_who_wait() -> None:
    fair, order = Fair(), list[str]()

    async def compute(name: str, times: int) -> None:
        for _ in range(times):
            if fair.spent:
                await fair.turn()
            order.append(name)
            until = time.monotonic() + 1.5 * MOST_SECONDS
            while time.monotonic() < until:
                pass

    await asyncio.gather(compute("again", 3), compute("b", 1), compute("c", 1))
    assert order == ["again", "again", "b", "c", "again"]  # the second time it was there first


async def test_who_gives_up_waiting_for_its_turn_is_in_hand_no_longer() -> None:
    lanes, ran = Lanes(quiet_seconds=0, longest_seconds=60), list[str]()

    async def handle() -> None:
        async with entered(lanes.turn(ANSWER_DRAFTED, "")):
            ran.append("reader")

    waiting = asyncio.ensure_future(handle())
    while not lanes.fair.spent:
        pass
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    async with asyncio.timeout(30), entered(lanes.turn(ANSWER_DRAFTED, BACKGROUND)):
        assert ran == []
