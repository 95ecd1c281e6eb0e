"""THE PROMISES of the log: every implementation is held to every one of them.

An implementation joins by a name in ALL (and in DURABLE if it outlives its process) and a way to
open it in `open_log`; the tests themselves never ask which one they run on. A group is named after
its topic, as everywhere: on a broker all groups have one space of names.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, aclosing
from pathlib import Path
from uuid import uuid4

import pytest
from libs.bus.rig import QUICK

from plumbline_bus import Log, NoSuchTopic, Record, Subscription, open_local
from plumbline_bus.kafka import open_kafka
from plumbline_bus.partition import partition_of

OpenLog = Callable[[], AbstractAsyncContextManager[Log]]

DURABLE = [
    "local",
    pytest.param("kafka", marks=pytest.mark.kafka),
    pytest.param("older_kafka", marks=pytest.mark.kafka),
]
ALL = [*DURABLE, "local-in-memory"]
PATIENCE_SECONDS = 30
AT_ONCE = "no time is given: the harder case, which a broker shows to members that are too slow"

# Keys and their partition among 12 by Kafka's own default partitioner: the 32-bit hashes
# are the golden values of its test suite (UtilsTest.testMurmur2), sign bit cleared, mod 12.
KAFKA_PARTITIONS = {
    "21": (-973932308 & 0x7FFFFFFF) % 12,
    "foobar": (-790332482 & 0x7FFFFFFF) % 12,
    "a-little-bit-long-string": (-985981536 & 0x7FFFFFFF) % 12,
    "a-little-bit-longer-string": (-1486304829 & 0x7FFFFFFF) % 12,
    "lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8": (-58897971 & 0x7FFFFFFF) % 12,
    "abc": (479470107 & 0x7FFFFFFF) % 12,
}


def _opener(request: pytest.FixtureRequest, directory: Path) -> OpenLog:
    if request.param == "local":
        return lambda: open_local(directory / "log.sqlite")
    if request.param == "local-in-memory":
        return lambda: open_local(":memory:")
    bootstrap = request.getfixturevalue(request.param)
    return lambda: open_kafka(bootstrap, timing=QUICK)


@pytest.fixture(params=ALL)
def open_log(request: pytest.FixtureRequest, tmp_path: Path) -> OpenLog:
    return _opener(request, tmp_path)


@pytest.fixture(params=DURABLE)
def open_durable_log(request: pytest.FixtureRequest, tmp_path: Path) -> OpenLog:
    return _opener(request, tmp_path)


@pytest.fixture
def topic() -> str:
    return f"t{uuid4().hex}"


async def put(log: Log, topic: str, key: str, value: str) -> int:
    appended = await log.append(
        topic, partition_key=key, record_key=f"{key}/1", value=value.encode()
    )
    return appended.offset


async def take(subscription: Subscription, count: int) -> list[Record]:
    """The next `count` records, however many calls they need."""
    records: list[Record] = []
    async with asyncio.timeout(PATIENCE_SECONDS):
        while len(records) < count:
            records += await subscription.get(count - len(records))
    return records


async def followed(log: Log, topic: str, positions: Mapping[int, int], count: int) -> list[Record]:
    records: list[Record] = []
    async with asyncio.timeout(PATIENCE_SECONDS), aclosing(log.follow(topic, positions)) as reading:
        async for record in reading:
            records.append(record)
            if len(records) == count:
                break
    return records


async def eventually(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not condition():  # noqa: ASYNC110  a broker tells nobody when it has rebalanced
            await asyncio.sleep(0.01)


def owned(subscription: Subscription, partitions: int) -> set[int]:
    return {p for p in range(partitions) if subscription.owns(p, subscription.epoch(p))}


def values(records: Sequence[Record]) -> list[str]:
    return [record.value.decode() for record in records]


def keys_apart(partitions: int) -> list[str]:
    """One key for each partition, by the promise that partitions are Kafka's."""
    found: dict[int, str] = {}
    number = 0
    while len(found) < partitions:
        found.setdefault(partition_of(f"k{number}", partitions), f"k{number}")
        number += 1
    return [found[partition] for partition in range(partitions)]


async def test_records_of_one_partition_key_are_read_in_the_order_they_were_appended(
    open_log: OpenLog, topic: str
) -> None:
    async with open_log() as log:
        await log.create(topic, 4)
        for number in range(30):
            await put(log, topic, f"key{number % 3}", str(number))
        async with log.subscribe(topic, f"{topic}.group") as subscription:
            records = await take(subscription, 30)
    for key in range(3):
        mine = [int(r.value) for r in records if r.key == f"key{key}/1"]
        assert mine == list(range(key, 30, 3))


@pytest.mark.parametrize("key", KAFKA_PARTITIONS)
async def test_a_key_has_the_partition_that_kafka_would_give_it(
    open_log: OpenLog, topic: str, key: str
) -> None:
    async with open_log() as log:
        await log.create(topic, 12)
        appended = await log.append(topic, partition_key=key, record_key="other", value=b"")
    assert appended.partition == KAFKA_PARTITIONS[key]


async def test_the_number_of_partitions_is_fixed_for_life(
    open_durable_log: OpenLog, topic: str
) -> None:
    async with open_durable_log() as log:
        await log.create(topic, 3)
        await log.create(topic, 3)
        with pytest.raises(ValueError, match="3"):
            await log.create(topic, 4)
    async with open_durable_log() as log:
        with pytest.raises(ValueError, match="3"):
            await log.create(topic, 4)
        assert await log.ends(topic) == {0: 0, 1: 0, 2: 0}


async def test_creating_a_topic_twice_at_once_makes_it_once(open_log: OpenLog, topic: str) -> None:
    async with open_log() as log:
        await asyncio.gather(*(log.create(topic, 2) for _ in range(5)))
        assert await log.ends(topic) == {0: 0, 1: 0}


async def test_a_topic_that_nobody_created_is_refused(open_log: OpenLog, topic: str) -> None:
    async with open_log() as log:
        with pytest.raises(NoSuchTopic, match=topic):
            await put(log, topic, "key", "value")


async def test_a_record_is_durable_when_append_returns(
    open_durable_log: OpenLog, topic: str
) -> None:
    async with open_durable_log() as log:
        await log.create(topic, 2)
        await put(log, topic, "key", "kept")
    async with open_durable_log() as log, log.subscribe(topic, f"{topic}.group") as subscription:
        assert values(await take(subscription, 1)) == ["kept"]


async def test_key_headers_value_and_timestamp_are_kept_byte_for_byte(
    open_durable_log: OpenLog, topic: str
) -> None:
    value = bytes(range(256)) * 40
    headers = (
        ("ce_id", "10⁹/L ≥".encode()),
        ("empty", b""),
        ("twice", b"first"),
        ("twice", bytes(range(256))),
    )
    async with open_durable_log() as log:
        await log.create(topic, 1)
        await log.append(
            topic, partition_key="p", record_key="ключ/1", value=value, headers=headers
        )
        await log.append(topic, partition_key="p", record_key="", value=b"")
        async with log.subscribe(topic, f"{topic}.first") as subscription:
            before = await take(subscription, 2)
    async with open_durable_log() as log:
        after = await followed(log, topic, {}, 2)
    assert before == after
    assert (after[0].key, after[0].value, after[0].headers) == ("ключ/1", value, headers)
    assert (after[1].key, after[1].value, after[1].headers) == ("", b"", ())
    assert after[0].timestamp_ms > 1_700_000_000_000


async def test_offsets_count_from_zero_without_a_gap(open_log: OpenLog, topic: str) -> None:
    async with open_log() as log:
        await log.create(topic, 1)
        assert [await put(log, topic, "key", "value") for _ in range(5)] == [0, 1, 2, 3, 4]


async def test_appending_side_by_side_loses_nothing_and_keeps_the_order_of_calls(
    open_log: OpenLog, topic: str
) -> None:
    async with open_log() as log:
        await log.create(topic, 3)
        await asyncio.gather(*(put(log, topic, f"key{n % 7}", str(n)) for n in range(700)))
        records = await followed(log, topic, {}, 700)
        ends = await log.ends(topic)
    assert sorted(int(r.value) for r in records) == list(range(700))
    assert sum(ends.values()) == 700
    for key in range(7):
        mine = [int(r.value) for r in records if r.key == f"key{key}/1"]
        assert mine == sorted(mine)


async def test_a_new_group_starts_at_the_earliest_record(open_log: OpenLog, topic: str) -> None:
    async with open_log() as log:
        await log.create(topic, 2)
        await put(log, topic, "key", "old")
        for group in ("one", "two"):
            async with log.subscribe(topic, f"{topic}.{group}") as subscription:
                assert values(await take(subscription, 1)) == ["old"]


async def test_get_waits_for_a_record_and_returns_no_more_than_was_asked(
    open_log: OpenLog, topic: str
) -> None:
    async with open_log() as log:
        await log.create(topic, 1)
        async with log.subscribe(topic, f"{topic}.group") as subscription:
            waiting = asyncio.create_task(subscription.get(2))
            await asyncio.sleep(0.05)
            assert not waiting.done()
            await asyncio.gather(*(put(log, topic, "key", str(n)) for n in range(5)))
            first = await waiting
            assert 1 <= len(first) <= 2
            rest = await take(subscription, 5 - len(first))
            assert values([*first, *rest]) == ["0", "1", "2", "3", "4"]


async def test_a_cancelled_get_loses_nothing(open_log: OpenLog, topic: str) -> None:
    async with open_log() as log:
        await log.create(topic, 1)
        async with log.subscribe(topic, f"{topic}.group") as subscription:
            waiting = asyncio.create_task(subscription.get(10))
            await asyncio.sleep(0.05)
            waiting.cancel()
            await asyncio.wait({waiting})
            await put(log, topic, "key", "still here")
            assert values(await take(subscription, 1)) == ["still here"]


async def test_the_members_of_a_group_share_the_partitions(open_log: OpenLog, topic: str) -> None:
    async with open_log() as log:
        await log.create(topic, 4)
        async with (
            log.subscribe(topic, f"{topic}.g") as left,
            log.subscribe(topic, f"{topic}.g") as right,
        ):
            await eventually(lambda: len(owned(left, 4)) == len(owned(right, 4)) == 2)
            assert owned(left, 4) | owned(right, 4) == {0, 1, 2, 3}
            for key in keys_apart(4):
                await put(log, topic, key, key)
            shares = await asyncio.gather(take(left, 2), take(right, 2))
            assert {r.partition for r in shares[0]} == owned(left, 4)
            assert {r.partition for r in shares[1]} == owned(right, 4)


async def test_joining_takes_partitions_away_and_ends_their_epoch(
    open_log: OpenLog, topic: str
) -> None:
    async with open_log() as log:
        await log.create(topic, 4)
        async with log.subscribe(topic, f"{topic}.g") as first:
            await eventually(lambda: len(owned(first, 4)) == 4)
            epochs = {p: first.epoch(p) for p in range(4)}
            async with log.subscribe(topic, f"{topic}.g") as second:
                await eventually(lambda: len(owned(second, 4)) == 2)
                for partition in owned(second, 4):
                    assert not first.owns(partition, epochs[partition])


async def test_leaving_hands_partitions_on_from_the_committed_position(
    open_log: OpenLog, topic: str
) -> None:
    async with open_log() as log:
        await log.create(topic, 2)
        async with log.subscribe(topic, f"{topic}.g") as stays:
            async with log.subscribe(topic, f"{topic}.g") as leaves:
                await eventually(lambda: len(owned(stays, 2)) == len(owned(leaves, 2)) == 1)
                (moving,) = owned(leaves, 2)
                for value in ("done", "in hand"):
                    await put(log, topic, keys_apart(2)[moving], value)
                assert values(await take(leaves, 2)) == ["done", "in hand"]
                await leaves.commit({moving: 1})
            await eventually(lambda: len(owned(stays, 2)) == 2)
            assert values(await take(stays, 1)) == ["in hand"]


async def test_a_partition_that_comes_back_has_a_new_epoch(open_log: OpenLog, topic: str) -> None:
    async with open_log() as log:
        await log.create(topic, 2)
        async with log.subscribe(topic, f"{topic}.g") as stays:
            await eventually(lambda: len(owned(stays, 2)) == 2)
            before = {p: stays.epoch(p) for p in range(2)}
            async with log.subscribe(topic, f"{topic}.g") as visits:
                await eventually(lambda: len(owned(visits, 2)) == 1)
                (moved,) = owned(visits, 2)
            await eventually(lambda: len(owned(stays, 2)) == 2)
            assert stays.epoch(moved) > before[moved]
            assert not stays.owns(moved, before[moved])


async def test_a_commit_of_a_partition_that_was_lost_is_ignored(
    open_log: OpenLog, topic: str
) -> None:
    async with open_log() as log:
        await log.create(topic, 2)
        async with log.subscribe(topic, f"{topic}.g") as loses:
            await eventually(lambda: len(owned(loses, 2)) == 2)
            async with log.subscribe(topic, f"{topic}.g") as gains:
                await eventually(lambda: len(owned(gains, 2)) == len(owned(loses, 2)) == 1)
                (moved,) = owned(gains, 2)
                await put(log, topic, keys_apart(2)[moved], "value")
                await loses.commit({moved: 1})
                assert values(await take(gains, 1)) == ["value"]
        async with log.subscribe(topic, f"{topic}.g") as again:
            assert values(await take(again, 1)) == ["value"]


async def test_a_commit_never_moves_back(open_log: OpenLog, topic: str) -> None:
    async with open_log() as log:
        await log.create(topic, 1)
        for number in range(4):
            await put(log, topic, "key", str(number))
        async with log.subscribe(topic, f"{topic}.g") as subscription:
            await take(subscription, 4)
            await subscription.commit({0: 3})
            await subscription.commit({0: 1})
        async with log.subscribe(topic, f"{topic}.g") as subscription:
            assert values(await take(subscription, 1)) == ["3"]


async def test_what_was_not_committed_comes_again(open_durable_log: OpenLog, topic: str) -> None:
    async with open_durable_log() as log:
        await log.create(topic, 1)
        for number in range(3):
            await put(log, topic, "key", str(number))
        async with log.subscribe(topic, f"{topic}.g") as subscription:
            assert len(await take(subscription, 3)) == 3
            await subscription.commit({0: 2})
            await subscription.commit({0: 1})
    async with open_durable_log() as log, log.subscribe(topic, f"{topic}.g") as subscription:
        assert values(await take(subscription, 1)) == ["2"]


@pytest.mark.parametrize(
    "open_log",
    [
        pytest.param("local", marks=pytest.mark.xfail(strict=True, reason=AT_ONCE)),
        *DURABLE[1:],
    ],
    indirect=True,
)
async def test_before_partitions_are_lost_there_is_time_to_finish_and_commit(
    open_log: OpenLog, topic: str
) -> None:
    async with open_log() as log:
        await log.create(topic, 2)
        async with log.subscribe(topic, f"{topic}.g") as loses:
            for key in keys_apart(2):
                await put(log, topic, key, "finished in time")
            taken = await take(loses, 2)
            kept: list[bool] = []

            async def drain() -> None:
                for record in taken:
                    epoch = loses.epoch(record.partition)
                    kept.append(loses.keeps(record.partition, epoch))
                    assert loses.owns(record.partition, epoch)
                await loses.commit({0: 1, 1: 1})

            loses.before_losing(drain)
            async with log.subscribe(topic, f"{topic}.g") as gains:
                await eventually(lambda: len(owned(gains, 2)) == len(owned(loses, 2)) == 1)
                for key in keys_apart(2):
                    await put(log, topic, key, "new")
                assert values(await take(gains, 1)) == ["new"]
                assert values(await take(loses, 1)) == ["new"]
    assert kept == [False, False]


async def test_a_paused_partition_yields_nothing_until_it_is_resumed(
    open_log: OpenLog, topic: str
) -> None:
    async with open_log() as log:
        await log.create(topic, 2)
        slow, quick = keys_apart(2)
        async with log.subscribe(topic, f"{topic}.g") as subscription:
            await put(log, topic, slow, "before")
            assert values(await take(subscription, 1)) == ["before"]
            subscription.pause(0)
            await put(log, topic, slow, "held")
            for number in range(3):
                await put(log, topic, quick, str(number))
            assert values(await take(subscription, 3)) == ["0", "1", "2"]
            waiting = asyncio.create_task(subscription.get(1))
            await asyncio.sleep(0.05)
            assert not waiting.done()
            subscription.resume(0)
            async with asyncio.timeout(PATIENCE_SECONDS):
                assert values(await waiting) == ["held"]


async def test_a_follower_sees_every_partition_from_its_positions_and_goes_on_live(
    open_log: OpenLog, topic: str
) -> None:
    async with open_log() as log:
        await log.create(topic, 3)
        for key in keys_apart(3):
            await put(log, topic, key, f"{key} old")
            await put(log, topic, key, f"{key} new")
        async with log.subscribe(topic, f"{topic}.a-group-changes-nothing"):
            live = asyncio.create_task(followed(log, topic, {0: 1, 2: 2}, 4))
            await asyncio.sleep(0.05)
            assert not live.done()
            await put(log, topic, keys_apart(3)[2], "live")
            records = await live
    first, second, _ = keys_apart(3)
    assert values([r for r in records if r.partition == 0]) == [f"{first} new"]
    assert values([r for r in records if r.partition == 1]) == [f"{second} old", f"{second} new"]
    assert values([r for r in records if r.partition == 2]) == ["live"]


async def test_two_followers_each_see_everything(open_log: OpenLog, topic: str) -> None:
    async with open_log() as log:
        await log.create(topic, 2)
        reading = [asyncio.create_task(followed(log, topic, {}, 6)) for _ in range(2)]
        for number in range(6):
            await put(log, topic, f"key{number}", str(number))
        seen = await asyncio.gather(*reading)
    assert [sorted(values(records)) for records in seen] == [[str(n) for n in range(6)]] * 2


async def test_ends_are_the_positions_after_the_last_records(open_log: OpenLog, topic: str) -> None:
    async with open_log() as log:
        await log.create(topic, 3)
        first, _, third = keys_apart(3)
        for key in (first, third, third):
            await put(log, topic, key, "value")
        assert await log.ends(topic) == {0: 1, 1: 0, 2: 2}
        assert await log.starts(topic) == {0: 0, 1: 0, 2: 0}
