"""What only the local log has: one file, one process, a writer thread, and an end to the disk."""

from __future__ import annotations

import asyncio
import os
import resource
import sqlite3
import statistics
import subprocess
import sys
import time
from contextlib import aclosing, closing
from pathlib import Path

import pytest

from plumbline_bus import LocalLog, LogInUse, Unavailable, open_local
from plumbline_bus.local_file import FORMAT, pack_headers, unpack_headers


async def put(log: LocalLog, value: bytes = b"value") -> int:
    return (await log.append("t", partition_key="k", record_key="k", value=value)).offset


async def read(log: LocalLog, count: int) -> list[bytes]:
    found: list[bytes] = []
    async with aclosing(log.follow("t", {})) as records:
        while len(found) < count:
            found.append((await anext(records)).value)
    return found


async def test_a_second_start_is_told_which_process_has_the_log(tmp_path: Path) -> None:
    path = tmp_path / "log.sqlite"
    async with open_local(path):
        with pytest.raises(LogInUse, match=str(os.getpid())):
            async with open_local(path):
                pass
        code = (
            "import asyncio, sys\n"
            "from pathlib import Path\n"
            "from plumbline_bus import open_local\n"
            "async def main():\n"
            "    async with open_local(Path(sys.argv[1])): pass\n"
            "asyncio.run(main())\n"
        )
        other = subprocess.run(
            [sys.executable, "-c", code, str(path)],
            capture_output=True,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
        assert other.returncode == 1
        assert f"in use by process {os.getpid()}" in other.stderr
    async with open_local(path):
        pass


async def test_a_program_started_meanwhile_does_not_keep_the_lock(tmp_path: Path) -> None:
    path = tmp_path / "log.sqlite"
    async with open_local(path):
        child = subprocess.Popen(["/bin/sleep", "60"], close_fds=False)
    try:
        async with open_local(path):
            pass
    finally:
        child.kill()
        child.wait()


async def test_a_lock_left_by_a_dead_process_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / "log.sqlite.lock").write_text("4194304\n")
    async with open_local(tmp_path / "log.sqlite"):
        assert (tmp_path / "log.sqlite.lock").read_text() == f"{os.getpid()}\n"


async def test_the_folder_is_made_and_the_file_is_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "new" / "log.sqlite"
    async with open_local(path):
        assert path.stat().st_mode & 0o077 == 0


async def test_a_log_of_a_newer_format_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "log.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"pragma user_version = {FORMAT + 1}")
    with pytest.raises(ValueError, match="newer"):
        async with open_local(path):
            pass


@pytest.mark.slow
async def test_what_was_appended_survives_kill_9(tmp_path: Path) -> None:
    path = tmp_path / "log.sqlite"
    code = (
        "import asyncio, sys\n"
        "from pathlib import Path\n"
        "from plumbline_bus import open_local\n"
        "async def main():\n"
        "    async with open_local(Path(sys.argv[1])) as log:\n"
        "        await log.create('t', 1)\n"
        "        while True:\n"
        "            done = await log.append('t', partition_key='k', record_key='k', value=b'v')\n"
        "            print(done.offset, flush=True)\n"
        "asyncio.run(main())\n"
    )
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    child = subprocess.Popen(
        [sys.executable, "-c", code, str(path)], stdout=subprocess.PIPE, text=True, env=env
    )
    assert child.stdout is not None
    promised = [int(child.stdout.readline()) for _ in range(50)]
    child.kill()
    promised += [int(line) for line in child.stdout.read().splitlines()]
    child.wait()
    async with open_local(path) as log:
        assert (await log.ends("t"))[0] > promised[-1]
        assert len(await read(log, promised[-1] + 1)) == len(promised)


async def test_a_full_disk_is_unavailable_and_nothing_is_lost_when_there_is_room_again(
    tmp_path: Path,
) -> None:
    """A limit on file size stands in for the disk: to SQLite it is the same error."""
    path = tmp_path / "log.sqlite"
    async with open_local(path) as log:
        await log.create("t", 1)
        assert await put(log) == 0
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (256 * 1024, hard))
        try:
            with pytest.raises(Unavailable, match="cannot be written"):
                await put(log, b"x" * 512 * 1024)
            with pytest.raises(Unavailable, match="cannot be written"):
                await put(log, b"x" * 512 * 1024)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert await log.ends("t") == {0: 1}
        assert await put(log, b"after") == 1
    async with open_local(path) as log:
        assert await read(log, 2) == [b"value", b"after"]


async def test_a_change_that_fails_leaves_nothing_half_written(tmp_path: Path) -> None:
    path = tmp_path / "log.sqlite"

    def half(connection: sqlite3.Connection) -> None:
        connection.execute("update partitions set next = 100")
        raise ZeroDivisionError

    async with open_local(path) as log:
        await log.create("t", 1)
        with pytest.raises(ZeroDivisionError):
            await log._writer.write(half, lambda _: None)
        assert await put(log) == 0


async def test_a_file_is_flushed_to_the_disk_before_append_returns(tmp_path: Path) -> None:
    """SQLite's own words for it: a write-ahead log, synchronous = FULL (2)."""
    async with open_local(tmp_path / "log.sqlite") as log:
        writing = log._writer._connection
        assert writing.execute("pragma synchronous").fetchall() == [(2,)]
        assert writing.execute("pragma journal_mode").fetchall() == [("wal",)]


async def test_an_append_that_nobody_waits_for_any_more_still_reaches_readers() -> None:
    async with open_local(":memory:") as log:
        await log.create("t", 1)
        abandoned = asyncio.create_task(put(log, b"abandoned"))
        await asyncio.sleep(0)
        abandoned.cancel()
        assert await read(log, 1) == [b"abandoned"]


async def test_an_append_wakes_a_waiting_reader_at_once() -> None:
    async with open_local(":memory:") as log:
        await log.create("t", 1)
        async with log.subscribe("t", "g") as subscription:
            delays = []
            for _ in range(20):
                waiting = asyncio.create_task(subscription.get(1))
                await asyncio.sleep(0)
                before = time.perf_counter()
                await put(log)
                await waiting
                delays.append(time.perf_counter() - before)
    assert statistics.median(delays) < 0.02  # any polling would show as its interval


async def test_a_closed_log_takes_nothing_more() -> None:
    async with open_local(":memory:") as log:
        await log.create("t", 1)
    with pytest.raises(Unavailable, match="closed"):
        await put(log)


async def test_what_was_queued_is_written_before_the_log_closes(tmp_path: Path) -> None:
    path = tmp_path / "log.sqlite"
    async with open_local(path) as log:
        await log.create("t", 1)
        writes = [asyncio.create_task(put(log)) for _ in range(50)]
        await asyncio.sleep(0)
    assert sorted(await asyncio.gather(*writes)) == list(range(50))
    async with open_local(path) as log:
        assert await log.ends("t") == {0: 50}


async def test_a_log_in_memory_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    async with open_local(":memory:") as log:
        await log.create("t", 1)
        await put(log)
        assert list(tmp_path.iterdir())
    assert list(tmp_path.iterdir()) == []


async def test_retention_deletes_from_the_start_and_never_uses_an_offset_again(
    tmp_path: Path,
) -> None:
    path = tmp_path / "log.sqlite"
    async with open_local(path) as log:
        await log.create("t", 1)
        for _ in range(3):
            await put(log)
        assert await log.retain("t", 3600) == 0
        assert await log.retain("t", -1) == 3
        assert (await log.starts("t"), await log.ends("t")) == ({0: 3}, {0: 3})
        assert await put(log, b"next") == 3
        assert await read(log, 1) == [b"next"]
    async with open_local(path) as log:
        assert (await log.starts("t"), await log.ends("t")) == ({0: 3}, {0: 4})


async def test_a_read_stops_at_a_few_megabytes() -> None:
    async with open_local(":memory:") as log:
        await log.create("t", 1)
        for _ in range(6):
            await put(log, b"x" * 1_048_576)
        async with log.subscribe("t", "g") as subscription:
            first = await subscription.get(100)
            assert len(first) == 4
            assert len(await subscription.get(100)) == 2


def test_headers_survive_packing() -> None:
    headers = (("", b""), ("ключ", bytes(range(256))), ("twice", b"1"), ("twice", b"2"))
    assert tuple(unpack_headers(pack_headers(headers))) == headers
