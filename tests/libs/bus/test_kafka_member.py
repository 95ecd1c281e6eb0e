"""A member whose positions are refused, or whose partitions move while it stores them."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import cast

import pytest
from libs.bus.rig import QUICK

from plumbline_bus import Record, Unavailable
from plumbline_bus.kafka_client import Consumer, NotOurs
from plumbline_bus.kafka_member import Member

RECORD = Record("t", 0, 0, "k", b"", (), 0)
TIMING = replace(QUICK, answer=0.05)


class Group:
    """A consumer with one record, whose group takes positions, refuses them or says nothing."""

    def __init__(self) -> None:
        self.lost = False
        self.silent = False
        self.stored: dict[int, int] = {}

    async def poll(
        self, partitions: Collection[int] | None, limit: int, seconds: float
    ) -> list[Record]:
        return [RECORD]

    async def commit(self, positions: Mapping[int, int]) -> None:
        if self.lost:
            raise NotOurs("committing")
        if self.silent:
            await asyncio.Event().wait()
        self.stored |= positions


async def with_a_record(group: Group) -> Member:
    """A member that was handed the record."""
    member = Member(cast(Consumer, group), "a member", 1, TIMING)
    member.assigned([0])
    assert await member.get(1) == [RECORD]
    return member


async def test_a_group_that_no_longer_knows_the_member_ends_its_ownership_and_nothing_else() -> (
    None
):
    group = Group()
    member = await with_a_record(group)
    group.lost = True
    await member.commit({0: 1})
    assert not member.owns(0, member.epoch(0))
    group.lost = False
    member.assigned([0])
    await member.get(1)
    await member.commit({0: 1})
    assert group.stored == {0: 1}


async def test_a_group_that_says_nothing_is_away() -> None:
    group = Group()
    member = await with_a_record(group)
    group.silent = True
    with pytest.raises(Unavailable):
        await member.commit({0: 1})
    assert member.owns(0, member.epoch(0))


async def test_partitions_that_move_cut_a_commit_short_even_twice() -> None:
    group = Group()
    member = await with_a_record(group)
    group.silent = True
    committing = asyncio.create_task(member.commit({0: 1}))
    await asyncio.sleep(0)
    member.leave()
    await asyncio.sleep(0)  # it is being cut short now
    member.leave()
    await committing
    assert group.stored == {}
