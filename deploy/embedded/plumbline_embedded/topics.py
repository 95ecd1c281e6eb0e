"""plumbline topics: the topics on the brokers, beside the table that says what they must be."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeVar

from plumbline_bus import BusError, brokers_of
from plumbline_bus.kafka_admin import Described
from plumbline_bus.kafka_topics import (
    ClusterTopics,
    Difference,
    Wanted,
    differences,
    open_topics,
)

T = TypeVar("T")

NO_BROKERS: Final = (
    "PLUMBLINE_LOG_URL names no brokers (kafka://host:port,host:port); "
    "a log in a file gets its topics from plumbline run"
)
DAY_MS: Final = 86_400_000


def list_command(options: argparse.Namespace) -> int:
    """Every topic: what it is, and whether that is what it must be."""

    async def told(topics: ClusterTopics) -> int:
        rows = [row_of(wanted, found) for wanted, found in await topics.look()]
        if options.json:
            print_json({"schema": "plumbline.topics/1", "topics": rows})
        else:
            for row in rows:
                print("  ".join(f"{value!s:<{WIDTHS[name]}}" for name, value in row.items()))
        return 0

    return on_brokers(told)


def diff_command(options: argparse.Namespace) -> int:
    """What is not as it must be; 1 if anything is."""

    async def told(topics: ClusterTopics) -> int:
        found = await topics.differ()
        tell(found, "differences", options)
        return 1 if found else 0

    return on_brokers(told)


def apply_command(options: argparse.Namespace) -> int:
    """Make what is missing and set what is set otherwise; 1 if anything still differs then."""

    async def told(topics: ClusterTopics) -> int:
        tell(await topics.apply(), "changed", options)
        left = [d for d in await topics.differ() if d.what != "topic"]
        for difference in left:
            print(f"plumbline: left as it is: {line_of(difference)}", file=sys.stderr)
        return 1 if left else 0

    return on_brokers(told)


def on_brokers(act: Callable[[ClusterTopics], Awaitable[int]]) -> int:
    """Do something with the topics; one line and 1 when that cannot be done."""

    async def connected(brokers: str) -> int:
        async with open_topics(brokers, os.environ.get("PLUMBLINE_TOPIC_PREFIX", "")) as topics:
            return await act(topics)

    try:
        if not (brokers := brokers_of(os.environ.get("PLUMBLINE_LOG_URL", ""))):
            print(f"plumbline: {NO_BROKERS}", file=sys.stderr)
            return 2
        return asyncio.run(connected(brokers))
    except (BusError, ValueError) as error:
        print(f"plumbline: {error}", file=sys.stderr)
        return 1


WIDTHS: Final = {
    "topic": 44,
    "partitions": 3,
    "replicas": 2,
    "retention": 8,
    "cleanup": 8,
    "min_insync": 2,
    "state": 9,
}


def row_of(wanted: Wanted, found: Described | None) -> dict[str, Any]:
    """One topic: as it is; as it would be made when it is missing."""
    settings = wanted.settings if found is None else found.settings
    kept_ms = int(settings.get("retention.ms", "-1"))
    differs = "different" if next(differences(wanted, found), None) else "ok"
    return {
        "topic": wanted.name,
        "partitions": wanted.partitions if found is None else found.partitions,
        "replicas": wanted.replicas if found is None else found.copies,
        "retention": "for ever" if kept_ms < 0 else f"{kept_ms / DAY_MS:g} d",
        "cleanup": settings.get("cleanup.policy"),
        "min_insync": settings.get("min.insync.replicas"),
        "state": "missing" if found is None else differs,
    }


def tell(found: list[Difference], what: str, options: argparse.Namespace) -> None:
    """Print differences, as lines or as one object."""
    if options.json:
        print_json({"schema": "plumbline.topics/1", what: [d.as_json() for d in found]})
    else:
        print("\n".join(map(line_of, found)) or "every topic is as it must be")


def line_of(difference: Difference) -> str:
    """One difference in words."""
    if difference.found is None and difference.what == "topic":
        return f"{difference.topic}: missing ({difference.wanted})"
    return f"{difference.topic}: {difference.what} {difference.found}, not {difference.wanted}"


def print_json(thing: dict[str, Any]) -> None:
    """One object on one line."""
    print(json.dumps(thing, ensure_ascii=False))
