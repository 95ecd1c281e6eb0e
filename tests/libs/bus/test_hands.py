"""Hands: never more than may be, in the order of coming, and few of them where nothing waits."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from plumbline_bus.hands import Hands

MOST = 3


async def worked_off(
    items: int, most: int, work: Callable[[int], Awaitable[None]]
) -> list[asyncio.Task[None]]:
    """Give so many items, and wait until all are done; the tasks that it took."""
    started: list[asyncio.Task[None]] = []

    def start(doing: Coroutine[Any, Any, None]) -> None:
        started.append(asyncio.create_task(doing))

    hands = Hands(start, most, work)
    for item in range(items):
        hands.give(item)
    while not all(task.done() for task in started):
        await asyncio.gather(*started)
    return started


async def test_what_waits_is_worked_on_side_by_side_as_far_as_may_be() -> None:
    at_work, most_at_work, begun = 0, 0, list[int]()

    async def work(item: int) -> None:
        nonlocal at_work, most_at_work
        at_work, most_at_work = at_work + 1, max(most_at_work, at_work + 1)
        begun.append(item)
        for _ in range(3 * MOST):
            await asyncio.sleep(0)
        at_work -= 1

    await worked_off(10, MOST, work)
    assert begun == list(range(10))
    assert most_at_work == MOST


async def test_a_hundred_that_wait_for_nothing_take_two_tasks() -> None:
    done: list[int] = []

    async def work(item: int) -> None:
        done.append(item)

    assert len(await worked_off(100, MOST, work)) == 2
    assert done == list(range(100))


async def test_there_is_room_while_fewer_wait_than_may_be_at_work() -> None:
    release = asyncio.Event()

    async def work(_: int) -> None:
        await release.wait()

    async with asyncio.TaskGroup() as tasks:
        hands = Hands(tasks.create_task, 2, work)
        hands.give(0)
        await hands.room()
        hands.give(1)
        reading = asyncio.create_task(hands.room())
        hands.give(2)
        hands.give(3)
        for _ in range(5):
            await asyncio.sleep(0)
        assert not reading.done()
        release.set()
        await asyncio.wait_for(reading, 5)
