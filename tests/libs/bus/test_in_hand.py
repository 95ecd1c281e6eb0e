"""What one member has in hand, across the loss and the return of a partition."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence

import pytest

from plumbline_bus import Record, Unavailable
from plumbline_bus.in_hand import InHand, Taken


class FakeSubscription:
    """One partition, owned in one epoch at a time."""

    def __init__(self) -> None:
        self.now = 1
        self.commits: list[dict[int, int]] = []
        self.paused = False
        self.broken = False

    async def get(self, limit: int) -> Sequence[Record]:
        raise NotImplementedError

    async def commit(self, positions: Mapping[int, int]) -> None:
        if self.broken:
            raise Unavailable("no broker")
        self.commits.append(dict(positions))

    def pause(self, partition: int) -> None:
        self.paused = True

    def resume(self, partition: int) -> None:
        self.paused = False

    def owns(self, partition: int, epoch: int) -> bool:
        return epoch == self.now

    def keeps(self, partition: int, epoch: int) -> bool:
        return self.owns(partition, epoch)

    def before_losing(self, drain: Callable[[], Awaitable[None]]) -> None:
        self.drain = drain

    def epoch(self, partition: int) -> int:
        return self.now


def taken(offset: int, epoch: int) -> Taken:
    return Taken(Record("t", 0, offset, "k", b"", (), 0), epoch, "k")


async def test_work_of_an_epoch_that_is_over_counts_for_nothing() -> None:
    subscription = FakeSubscription()
    in_hand = InHand(subscription, most=10)
    in_hand.take(taken(5, 1))
    subscription.now = 2
    in_hand.take(taken(3, 2))
    in_hand.take(taken(5, 2))
    in_hand.finish(taken(5, 1))
    in_hand.finish(taken(3, 2))
    await in_hand.commit()
    assert subscription.commits == [{0: 4}]
    in_hand.finish(taken(5, 2))
    await in_hand.commit()
    assert subscription.commits == [{0: 4}, {0: 6}]


async def test_a_drain_waits_for_what_is_being_worked_on_and_commits_it() -> None:
    subscription = FakeSubscription()
    in_hand = InHand(subscription, most=10)
    in_hand.take(taken(0, 1))
    in_hand.take(taken(1, 1))
    in_hand.working.begin()
    draining = asyncio.ensure_future(subscription.drain())
    await asyncio.sleep(0)
    in_hand.finish(taken(0, 1))
    await asyncio.sleep(0)
    assert not draining.done()
    in_hand.working.end()
    await draining
    assert subscription.commits == [{0: 1}]


async def test_a_position_is_committed_once() -> None:
    subscription = FakeSubscription()
    in_hand = InHand(subscription, most=10)
    in_hand.take(taken(0, 1))
    in_hand.finish(taken(0, 1))
    await in_hand.commit()
    await in_hand.commit()
    assert subscription.commits == [{0: 1}]
    assert not in_hand.moved.is_set()


async def test_a_commit_that_failed_is_made_later() -> None:
    subscription = FakeSubscription()
    in_hand = InHand(subscription, most=10)
    in_hand.take(taken(0, 1))
    in_hand.finish(taken(0, 1))
    subscription.broken = True
    with pytest.raises(Unavailable):
        await in_hand.commit()
    assert in_hand.moved.is_set()
    subscription.broken = False
    await in_hand.commit()
    assert subscription.commits == [{0: 1}]


def test_a_partition_is_paused_when_full_resumed_at_half_and_comes_back_unpaused() -> None:
    subscription = FakeSubscription()
    in_hand = InHand(subscription, most=4)
    for offset in range(4):
        assert not subscription.paused
        in_hand.take(taken(offset, 1))
    assert subscription.paused
    in_hand.finish(taken(3, 1))
    assert subscription.paused
    in_hand.finish(taken(2, 1))
    assert not subscription.paused
    for offset in (4, 5):
        in_hand.take(taken(offset, 1))
    assert subscription.paused
    subscription.now, subscription.paused = 2, False  # a new assignment starts unpaused
    for offset in range(4):
        in_hand.take(taken(offset, 2))
    assert subscription.paused
