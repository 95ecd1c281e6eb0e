"""What a doctor reads in the log: whether it is whole, and how its readers stand to it."""

from __future__ import annotations

from typing import Final

from plumbline.topics import EDITION_INGESTED, SOURCE_RECALLED
from plumbline_bus import LocalLook
from plumbline_embedded.check import Check, fail, ok, warn
from plumbline_embedded.dead import waiting
from plumbline_embedded.home import Home
from plumbline_embedded.lag import lags
from plumbline_embedded.stores import (
    PASSAGES,
    RECALLS,
    REGENERATION,
    RESTORE,
    SITE,
    opened_beside,
)

LATE_SECONDS: Final = 60.0  # a question takes less than one


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
    of_one_topic = {PASSAGES: EDITION_INGESTED.name, RECALLS: SOURCE_RECALLED.name}
    for path in (SITE, REGENERATION, PASSAGES, RECALLS):
        if (home.path / path).is_file():
            topic = of_one_topic.get(path)
            with opened_beside(home.path / path) as connection:
                query = f"select {'?' if topic else 'topic'}, partition, position from positions"  # noqa: S608
                rows = connection.execute(query, (prefix + topic,) if topic else ())
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
        what = "see what the check of the services says; else more comes in than can be done"
        return warn("lag", f"{said}; the oldest for {late[0].oldest_seconds:.0f} s", what)
    return ok("lag", f"{len(found)} groups, {said}")
