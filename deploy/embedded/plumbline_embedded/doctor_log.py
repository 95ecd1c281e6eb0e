"""What a doctor reads in the log: whole, ahead of its readers, its editions found, its letters."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from plumbline.ingest.v1.events_pb2 import EditionIngested
from plumbline.topics import DEAD_SUFFIX, EDITION_INDEXED, EDITION_INGESTED
from plumbline_bus import LocalLook
from plumbline_embedded.check import Check, fail, ok, warn
from plumbline_embedded.dead import waiting
from plumbline_embedded.home import Home
from plumbline_embedded.lag import lags
from plumbline_embedded.stores import EDITIONS, INDEX, PASSAGES, RESTORE, SITE, opened_beside

LATE_SECONDS: Final = 60.0  # a question takes less than one
CLOSED: Final = "/closed/0"  # how the record key of an edition's last part ends
REINDEX: Final = (
    f"stop the server, move {INDEX} and {EDITIONS} away, start it: made again from the log"
)


def check_log(look: LocalLook) -> Check:
    """Every record between the first that is kept and the end is there."""
    for topic in look.topics:
        for partition, count in look.missing(topic).items():
            return fail("log", f"{topic}[{partition}] lacks {count} of its records", RESTORE)
    kept = sum(sum(look.ends(topic).values()) for topic in look.topics)
    return ok("log", f"{len(look.topics)} topics, {kept} records so far")


Positions = tuple[tuple[str, str, int, int], ...]
"""(reader, topic, partition, position) of each."""


def stored_positions(home: Home, prefix: str) -> Positions:
    """How far each follower's store says it has read. To be taken before the log is looked at."""
    found: list[tuple[str, str, int, int]] = []
    editions = f"{prefix}{EDITION_INGESTED.name}"
    for path, columns in ((SITE, "topic"), (PASSAGES, "?")):
        if (home.path / path).is_file():
            with opened_beside(home.path / path) as connection:
                query = f"select {columns}, partition, position from positions"  # noqa: S608
                rows = connection.execute(query, (editions,) if columns == "?" else ())
                found += [(path, *row) for row in rows.fetchall()]
    return tuple(found)


def check_followers(look: LocalLook, positions: Positions) -> Check:
    """Nobody has read further than the log goes; if so, the log was cut off or is another one."""
    committed = [
        (group, topic, partition, position)
        for group, topic in look.groups()
        for partition, position in look.committed(group, topic).items()
    ]
    for reader, topic, partition, position in (*positions, *committed):
        end = look.ends(topic).get(partition, 0)
        if position > end:
            said = f"{reader} has read {topic}[{partition}] to {position}; the log ends at {end}"
            return fail("followers", said, RESTORE)
    return ok("followers", "none is ahead of the log")


def check_index(home: Home, look: LocalLook, prefix: str) -> Check:
    """Every edition that the log closed can be found, unless it was put aside."""
    closed = _closed(look, prefix)
    put_aside = set(_editions(look, f"{prefix}{EDITION_INGESTED.name}{DEAD_SUFFIX}"))
    indexed = {key for _, _, key in look.keys(f"{prefix}{EDITION_INDEXED.name}")}
    group = f"{prefix}retrieval.{EDITION_INGESTED.name}"
    coming = look.unread(group, f"{prefix}{EDITION_INGESTED.name}").records
    held = _held(home)
    lacking = sorted(set(closed) - put_aside - (set(held or {}) & indexed))
    wrong = sorted(e for e, digest in (held or {}).items() if closed.get(e, digest) != digest)
    if wrong:
        return fail("index", f"{wrong[0]} is held with other content than the log's", REINDEX)
    if lacking and coming:
        return warn("index", f"{len(lacking)} editions are not indexed yet", "wait, or start it")
    if lacking:
        return fail("index", f"{lacking[0]} and {len(lacking) - 1} more cannot be found", REINDEX)
    if held is None or not (home.path / INDEX).is_dir():
        what = "restart the server: it makes the index again from the log"
        return fail("index", f"{INDEX} or its store is not there", what) if closed else _empty()
    return ok("index", f"{len(closed)} editions, {len(put_aside)} put aside")


def _empty() -> Check:
    return ok("index", "no editions yet")


def _closed(look: LocalLook, prefix: str) -> dict[str, str]:
    """Edition → its digest, of every edition whose last part the log holds."""
    found = {}
    topic = f"{prefix}{EDITION_INGESTED.name}"
    for edition, (partition, offset) in _editions(look, topic).items():
        record = look.find(topic, partition, offset)
        found[edition] = EditionIngested.FromString(record.value).closed.digest if record else ""
    return found


def _editions(look: LocalLook, topic: str) -> dict[str, tuple[int, int]]:
    return {
        key.removesuffix(CLOSED): (partition, offset)
        for partition, offset, key in look.keys(topic)
        if key.endswith(CLOSED)
    }


def _held(home: Home) -> dict[str, str] | None:
    """Edition → digest, as retrieval holds them; None when its store is not there."""
    if not (home.path / EDITIONS).is_file():
        return None
    with opened_beside(home.path / EDITIONS) as connection:
        return dict(connection.execute("select edition_id, digest from editions").fetchall())


def check_dead_letters(look: LocalLook, prefix: str) -> Check:
    """Records that were put aside and that nobody has brought back."""
    counts = waiting(look, prefix)
    if not counts:
        return ok("dead-letters", "none waits")
    said = ", ".join(f"{count} of {topic}" for topic, count in counts.items())
    what = "plumbline dead list says why; plumbline dead replay TOPIC once the cause is mended"
    return warn("dead-letters", said, what)


def check_lag(look: LocalLook, *, served: bool) -> Check:
    """Whether any group is late. Without a server everybody waits for the next start."""
    found = lags(look)
    behind = [lag for lag in found if lag.lag]
    said = ", ".join(f"{lag.group} {lag.lag}" for lag in behind) or "nobody is behind"
    late = [lag for lag in behind if (lag.oldest_seconds or 0) > LATE_SECONDS]
    if late and served:
        what = "look at /ready and the server's log for what it waits for"
        return warn("lag", f"{said}; the oldest for {late[0].oldest_seconds:.0f} s", what)
    return ok("lag", f"{len(found)} groups, {said}")


def read_only_row(path: Path, query: str) -> str:
    """The one value a query gives; "" when there is none, or no such store."""
    if not path.is_file():
        return ""
    with opened_beside(path) as connection:
        row = connection.execute(query).fetchone()
        return "" if row is None else str(row[0])
