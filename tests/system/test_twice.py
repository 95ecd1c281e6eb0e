"""Every record delivered twice changes nothing: no handler depends on being called once."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

import pytest
from system.conftest import GUIDELINES, SEED
from system.contract import check_published, same_answer
from system.in_process import whole

from plumbline import topics
from plumbline_bus import Log, Record, Subscription, open_local

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]


class TwiceSubscription:
    """Hands every batch out, and then once more before it can be committed."""

    def __init__(self, inner: Subscription) -> None:
        self.inner = inner
        self._again: list[Record] = []

    async def get(self, limit: int) -> Sequence[Record]:
        if self._again:
            again, self._again = self._again, []
            return again
        records = list(await self.inner.get(limit))
        self._again = records
        return records

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)


class TwiceLog:
    """A log that delivers everything twice, to groups and to followers."""

    def __init__(self, inner: Log) -> None:
        self.inner = inner

    @asynccontextmanager
    async def subscribe(self, topic: str, group: str) -> AsyncIterator[TwiceSubscription]:
        async with self.inner.subscribe(topic, group) as subscription:
            yield TwiceSubscription(subscription)

    async def follow(self, topic: str, positions: Mapping[int, int]) -> AsyncIterator[Record]:
        async for record in self.inner.follow(topic, positions):
            yield record
            yield record

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)


@asynccontextmanager
async def open_twice(path: Path) -> AsyncIterator[Any]:
    async with open_local(path) as log:
        yield TwiceLog(log)


QUESTIONS = [
    SEED,
    "What does complete response mean in CLL?",
    "What is MRD in CLL?",
    "What is complete response in multiple myeloma?",
    "What is a quokka?",
]


async def test_everything_twice_is_everything_once(tmp_path: Path) -> None:
    async with whole(tmp_path / "once", GUIDELINES) as once:
        wanted = {q: await once.ask(q) for q in QUESTIONS}
    async with whole(tmp_path / "twice", GUIDELINES, open_twice) as twice:
        for question in QUESTIONS:
            answer = await twice.ask(question)
            assert answer["status"] == wanted[question]["status"], question
            if answer["status"] == "published":
                check_published(await twice.sealed(answer["answer_id"]))
                assert (
                    answer["review"]["content_sha256"]
                    == wanted[question]["review"]["content_sha256"]
                )
            assert same_answer(answer, await twice.ask(question))
        twice.log = cast(TwiceLog, twice.log).inner  # what is in it is looked at once
        await _one_of_each(twice)


async def _one_of_each(twice: Any) -> None:
    contents: dict[tuple[str, int], set[bytes]] = {}
    for rendered in await twice.messages(topics.ANSWER_RENDERED):
        key = (rendered.run.answer_id, rendered.run.revision)
        contents.setdefault(key, set()).add(rendered.content)
    assert contents
    assert all(len(found) == 1 for found in contents.values())
    leaves = {
        (s.answer_id, s.revision, s.leaf_index) for s in await twice.messages(topics.ANSWER_SEALED)
    }
    assert max(Counter((a, r) for a, r, _ in leaves).values()) == 1
    assert len({leaf for _, _, leaf in leaves}) == len(contents)
    for topic in topics.TOPICS:
        assert sum((await twice.log.ends(topic.name + topics.DEAD_SUFFIX)).values()) == 0
