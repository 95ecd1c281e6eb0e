"""The SQLite file of the local log: its tables, and how a record is kept in them."""

from __future__ import annotations

import itertools
import sqlite3
import struct
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

from plumbline_bus.log import Headers, Record

FORMAT: Final = 1
TABLES: Final = """
create table topics(
    id integer primary key, name text not null unique, partitions integer not null);
create table partitions(
    id integer primary key, topic integer not null references topics, number integer not null,
    next integer not null default 0, unique(topic, number));
create table records(
    place integer primary key, timestamp_ms integer not null, key text not null,
    headers blob not null, value blob not null);
create table commits(
    name text not null, partition integer not null references partitions,
    position integer not null, primary key(name, partition)) without rowid;
"""
# partition id and offset in one integer: the table itself is then the index, and one partition's
# records lie together. 2^40 offsets are 30 years of 1,000 records a second.
OFFSET_BITS: Final = 40
LENGTHS: Final = struct.Struct(">HI")  # of a header's name and of its value
READ_BYTES: Final = 4_194_304  # one read stops after this much, so that it never holds up the loop


def connect(path: Path, *, durable: bool) -> sqlite3.Connection:
    """A connection to the file, which is made if it is missing; not opened for other users.

    Transactions are begun and ended by hand. ValueError when a newer program made the file.
    """
    path.touch(mode=0o600)
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    connection.execute("pragma journal_mode = wal")
    connection.execute(f"pragma synchronous = {'full' if durable else 'off'}")
    # Overwrite what is deleted: a reader's words are kept for seven days, not until reused.
    connection.execute("pragma secure_delete = on")
    ((found,),) = connection.execute("pragma user_version").fetchall()
    if found > FORMAT:
        connection.close()
        raise ValueError(f"{path} has log format {found}, newer than {FORMAT} of this program")
    if found == 0:
        connection.executescript(f"begin; {TABLES} pragma user_version = {FORMAT}; commit;")
    return connection


def place(partition_id: int, offset: int) -> int:
    """Where a record is kept."""
    return partition_id << OFFSET_BITS | offset


def add_topic(connection: sqlite3.Connection, name: str, partitions: int) -> None:
    """Add a topic and its partitions."""
    topic = connection.execute(
        "insert into topics(name, partitions) values(?, ?)", (name, partitions)
    ).lastrowid
    connection.executemany(
        "insert into partitions(topic, number) values(?, ?)",
        [(topic, number) for number in range(partitions)],
    )


def add_record(
    connection: sqlite3.Connection,
    partition_id: int,
    timestamp_ms: int,
    key: str,
    headers: bytes,
    value: bytes,
) -> int:
    """Add a record at the end of a partition; its offset."""
    ((offset,),) = connection.execute(
        "update partitions set next = next + 1 where id = ? returning next - 1", (partition_id,)
    ).fetchall()
    connection.execute(
        "insert into records values(?, ?, ?, ?, ?)",
        (place(partition_id, offset), timestamp_ms, key, headers, value),
    )
    return int(offset)


def add_commit(
    connection: sqlite3.Connection, group: str, partition_id: int, position: int
) -> None:
    """Remember a group's position; never an earlier one than it has."""
    connection.execute(
        "insert into commits values(?, ?, ?)"
        " on conflict do update set position = max(position, excluded.position)",
        (group, partition_id, position),
    )


def drop_records(
    connection: sqlite3.Connection, partition_id: int, before_ms: int, limit: int
) -> int:
    """Delete up to `limit` records ahead of the first one that is not older; how many."""
    rows = connection.execute(
        "select place, timestamp_ms from records where place >= ? and place < ?"
        " order by place limit ?",
        (place(partition_id, 0), place(partition_id + 1, 0), limit),
    ).fetchall()
    old = [at for at, _ in itertools.takewhile(lambda row: row[1] < before_ms, rows)]
    if old:
        connection.execute("delete from records where place >= ? and place <= ?", (old[0], old[-1]))
    return len(old)


def first_offset(connection: sqlite3.Connection, partition_id: int) -> int | None:
    """Offset of the first record still kept in a partition; None when none is."""
    ((found,),) = connection.execute(
        "select min(place) from records where place >= ? and place < ?",
        (place(partition_id, 0), place(partition_id + 1, 0)),
    ).fetchall()
    return None if found is None else int(found) - place(partition_id, 0)


def read_records(
    connection: sqlite3.Connection,
    topic: str,
    partition: int,
    partition_id: int,
    start: int,
    limit: int,
) -> list[Record]:
    """Up to `limit` records of a partition from an offset on, in order, and not too many bytes."""
    records: list[Record] = []
    size_bytes = 0
    # Closed at once: an open read would keep the write-ahead log from being reused.
    with closing(
        connection.execute(
            "select place, timestamp_ms, key, headers, value from records"
            " where place >= ? and place < ? order by place limit ?",
            (place(partition_id, start), place(partition_id + 1, 0), limit),
        )
    ) as rows:
        for at, timestamp_ms, key, headers, value in rows:
            offset = at - place(partition_id, 0)
            unpacked = tuple(unpack_headers(headers))
            records.append(Record(topic, partition, offset, key, value, unpacked, timestamp_ms))
            size_bytes += len(value)
            if size_bytes >= READ_BYTES:
                break
    return records


def pack_headers(headers: Headers) -> bytes:
    """Headers as one blob: names may repeat and values are any bytes."""
    packed = bytearray()
    for name, value in headers:
        encoded = name.encode()
        packed += LENGTHS.pack(len(encoded), len(value)) + encoded + value
    return bytes(packed)


def unpack_headers(packed: bytes) -> Iterator[tuple[str, bytes]]:
    """The headers in a blob."""
    at = 0
    while at < len(packed):
        name_bytes, value_bytes = LENGTHS.unpack_from(packed, at)
        at += LENGTHS.size
        name = packed[at : at + name_bytes].decode()
        at += name_bytes
        yield name, packed[at : at + value_bytes]
        at += value_bytes
