"""An address of a log is the path of a file or names brokers; anything else is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from plumbline_bus import LocalLog, brokers_of, create_topics, open_log, require_topics
from plumbline_bus.errors import NoSuchTopic


@pytest.mark.parametrize(
    ("url", "brokers"),
    [
        ("kafka://one:9092", "one:9092"),
        ("kafka://one:9092, two:9093/", "one:9092,two:9093"),
        ("kafka://[::1]:9092", "[::1]:9092"),
        ("/var/lib/log.sqlite", ""),
        ("", ""),
    ],
)
def test_brokers_are_told_from_a_path(url: str, brokers: str) -> None:
    assert brokers_of(url) == brokers


@pytest.mark.parametrize("url", ["kafka://", "kafka://one", "kafka://one:x", "amqp://one:9092"])
def test_what_names_neither_is_refused_with_what_to_write(url: str) -> None:
    with pytest.raises(ValueError, match="kafka://host:port"):
        brokers_of(url)


async def test_a_path_opens_a_file_and_missing_topics_are_told(tmp_path: Path) -> None:
    async with open_log(tmp_path / "log.sqlite") as log:
        assert isinstance(log, LocalLog)
        with pytest.raises(NoSuchTopic, match=r"a\.question.*plumbline topics apply"):
            await require_topics(log, "a.")
        await create_topics(log, "a.")
        await require_topics(log, "a.")
