"""What operators' commands do when the log is on brokers: look at it, bring dead letters back."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

import httpx

from plumbline.topics import DEAD_SUFFIX
from plumbline_bus import Look, brokers_of, look_at, open_log
from plumbline_bus.kafka_look import look_at_brokers
from plumbline_embedded.dead_replay import Replayed, Runs, replay, replay_group
from plumbline_embedded.home import Home
from plumbline_embedded.home_format import HomeError

LETTER_SECONDS: Final = 20.0  # joining a group on a cluster takes a few
SITE_SECONDS: Final = 10.0


@contextmanager
def look_at_log(home: Home, environ: Mapping[str, str]) -> Iterator[Look]:
    """The log that PLUMBLINE_LOG_URL names, else the home's own.

    FileNotFoundError, sqlite3.DatabaseError, ValueError of a file; Unavailable of brokers.
    """
    url = environ.get("PLUMBLINE_LOG_URL", "")
    if brokers := brokers_of(url):
        with look_at_brokers(brokers, environ.get("PLUMBLINE_TOPIC_PREFIX", "")) as cluster:
            yield cluster
    else:
        with look_at(home.log) as local:
            yield local


class RunsAtUrl:
    """What a site tells of runs to whoever knows their answers' ids."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def highest_revision(self, answer: str) -> int:
        """The highest revision that was rendered or ended; 0 when none."""
        found = self._answer(answer)
        under_way = found.get("status") == "pending"
        return int(found.get("revision") or 0) - under_way

    def is_published(self, answer: str) -> bool:
        """Whether there is a published revision."""
        return self._answer(answer).get("status") == "published"

    def _answer(self, answer: str) -> dict[str, Any]:
        try:
            reply = self._client.get(f"/v1/answers/{answer}")
        except httpx.HTTPError as error:
            raise HomeError(
                f"no site answers at {self._client.base_url} ({type(error).__name__}); "
                "it says which revision comes next: name a gateway with PLUMBLINE_URL"
            ) from None
        return dict(reply.json()) if reply.status_code == httpx.codes.OK else {}


def replay_on_brokers(
    topic: str, limit: int, site_url: str, environ: Mapping[str, str]
) -> Replayed:
    """Bring back up to `limit` letters of a topic. BusError; HomeError when no site answers."""
    url = environ["PLUMBLINE_LOG_URL"]
    prefix = environ.get("PLUMBLINE_TOPIC_PREFIX", "")
    with look_at_brokers(brokers_of(url), prefix) as look:
        letters = f"{prefix}{topic}{DEAD_SUFFIX}"
        waiting = look.unread(replay_group(topic, prefix), letters).records
    with httpx.Client(base_url=site_url, timeout=SITE_SECONDS) as client:
        work = _replay(url, topic, RunsAtUrl(client), min(limit, waiting), prefix)
        return asyncio.run(work)


async def _replay(url: str, topic: str, runs: Runs, limit: int, prefix: str) -> Replayed:
    async with open_log(url) as log:
        return await replay(
            log, topic, runs, limit=limit, prefix=prefix, quiet_seconds=LETTER_SECONDS
        )
