"""A log looked at beside the process that serves it: nothing is changed, nothing is missed."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from plumbline_bus import LocalLog, NoSuchTopic, Unread, look_at, open_local
from plumbline_bus.local_file import FORMAT


async def put(log: LocalLog, count: int, key: str = "k") -> None:
    for number in range(count):
        value = str(number).encode()
        await log.append("t", partition_key=key, record_key=f"{key}/{number}", value=value)


async def test_it_sees_what_is_durable_while_the_log_is_open(tmp_path: Path) -> None:
    path = tmp_path / "log.sqlite"
    async with open_local(path) as log:
        await log.create("t", 3)
        await put(log, 5)
        with look_at(path) as look:
            await put(log, 1)  # after the look: not in it
            (partition,) = [p for p, end in look.ends("t").items() if end]
            assert look.topics == ("t",)
            assert [r.value for r in look.records("t")] == [b"0", b"1", b"2", b"3", b"4"]
            assert [r.offset for r in look.records("t", {partition: 3})] == [3, 4]
            assert list(look.keys("t")) == [(partition, n, f"k/{n}") for n in range(5)]
            record = look.find("t", partition, 2)
            assert record is not None
            assert record.value == b"2"
            assert look.find("t", partition, 5) is None


async def test_a_group_is_behind_by_what_is_kept_after_its_positions(tmp_path: Path) -> None:
    path = tmp_path / "log.sqlite"
    async with open_local(path) as log:
        await log.create("t", 3)
        await put(log, 5)
        async with log.subscribe("t", "g") as subscription:
            with look_at(path) as look:
                assert look.groups() == [("g", "t")]  # from its first day
                assert look.unread("g", "t").records == 5
            records = await subscription.get(3)
            await subscription.commit({records[0].partition: 3})
        with look_at(path) as look:
            unread = look.unread("g", "t")
            assert (unread.group, unread.topic, unread.records) == ("g", "t", 2)
            assert unread.oldest_ms is not None
            assert unread.oldest_ms >= records[0].timestamp_ms
        await log.retain("t", -1)
        with look_at(path) as look:
            assert look.unread("g", "t") == Unread("g", "t", 0, None)


async def test_what_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), look_at(tmp_path / "none.sqlite"):
        pass
    assert not (tmp_path / "none.sqlite").exists()
    async with open_local(tmp_path / "log.sqlite") as log:
        await log.create("t", 1)
    with look_at(tmp_path / "log.sqlite") as look:
        assert look.ends("other") == {}
        assert list(look.records("other")) == []
        with pytest.raises(NoSuchTopic):
            look.find("other", 0, 0)
        with pytest.raises(NoSuchTopic):
            look.find("t", 7, 0)


async def test_a_newer_log_is_refused_and_a_look_never_writes(tmp_path: Path) -> None:
    path = tmp_path / "log.sqlite"
    async with open_local(path) as log:
        await log.create("t", 1)
    before = path.read_bytes()
    with look_at(path) as look, pytest.raises(sqlite3.OperationalError):
        look._db.execute("delete from topics")
    assert path.read_bytes() == before
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"pragma user_version = {FORMAT + 1}")
    with pytest.raises(ValueError, match="newer"), look_at(path):
        pass


async def test_a_look_does_not_hold_up_the_writer(tmp_path: Path) -> None:
    path = tmp_path / "log.sqlite"
    async with open_local(path) as log:
        await log.create("t", 1)
        with look_at(path):
            await asyncio.wait_for(put(log, 700), 20)  # past a checkpoint
