"""Dead letters brought back: each as it was, but a question that has ended as its next revision."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, Protocol

from plumbline.gateway.v1.events_pb2 import QuestionAsked
from plumbline.topics import DEAD_SUFFIX, TOPICS, Topic
from plumbline_bus import Log, NoSuchTopic, Record, publish
from plumbline_bus.dead_letters import ordering_key
from plumbline_bus.errors import Undecodable
from plumbline_bus.event import parse
from plumbline_gateway.identity import asked_id

LETTER_HEADERS: Final = "kafka_dlt-"  # what begins so was added when the record was put aside
SERVICE: Final = "operating"
QUIET_SECONDS: Final = 0.5  # without a letter for so long: all have been brought back


class Runs(Protocol):
    """What is known of the runs of an answer."""

    def highest_revision(self, answer: str) -> int:
        """The highest revision that was rendered or ended; 0 when none."""
        ...

    def is_published(self, answer: str) -> bool:
        """Whether there is a published revision."""
        ...


@dataclass
class Replayed:
    """What became of the letters."""

    topic: str
    appended: int = 0  # byte for byte
    next_revision: int = 0  # questions that had ended, asked as the next revision
    answered: int = 0  # questions that somebody asked again meanwhile, and that are published
    unreadable: int = 0  # records that this version cannot read either; they stay where they are

    def as_json(self) -> dict[str, Any]:
        """As one object."""
        return asdict(self)


def replay_group(topic: str, prefix: str = "") -> str:
    """The group whose positions on the dead letters of a topic say what was brought back."""
    return f"{prefix}{SERVICE}.{topic}{DEAD_SUFFIX}"


def topic_named(name: str) -> Topic[Any]:
    """The topic of a name, a lane's or not. NoSuchTopic when there is none."""
    for topic in TOPICS:
        if name in topic.names:
            return topic
    raise NoSuchTopic(f"no topic {name}; one of: {', '.join(n for t in TOPICS for n in t.names)}")


async def replay(
    log: Log,
    name: str,
    runs: Runs,
    *,
    limit: int,
    prefix: str = "",
    quiet_seconds: float = QUIET_SECONDS,
) -> Replayed:
    """Bring back up to `limit` letters of a topic that were not brought back before, oldest first.

    A letter counts as brought back once its record is durable; after a crash in between it is
    brought back once more, with the same event id. NoSuchTopic; Unavailable from the log.
    """
    replaying = Replaying(log, topic_named(name), name, runs, prefix)
    letters = f"{prefix}{name}{DEAD_SUFFIX}"
    ends = await log.ends(letters)
    async with log.subscribe(letters, replay_group(name, prefix)) as subscription:
        while limit > 0:
            try:
                async with asyncio.timeout(quiet_seconds):
                    batch = await subscription.get(limit)
            except TimeoutError:
                break
            # Those that came since are for the next time: some may be these very ones again.
            old = [letter for letter in batch if letter.offset < ends[letter.partition]]
            for letter in old:
                await replaying.bring_back(letter)
            await subscription.commit({letter.partition: letter.offset + 1 for letter in old})
            limit -= len(batch)
    return replaying.done


class Replaying:
    """Brings letters of one topic back, and counts them."""

    def __init__(self, log: Log, topic: Topic[Any], name: str, runs: Runs, prefix: str) -> None:
        self._log = log
        self._topic = topic
        self._name = f"{prefix}{name}"
        self._runs = runs
        self._prefix = prefix
        self.done = Replayed(name)

    async def bring_back(self, letter: Record) -> None:
        """One letter; what became of it is durable when this returns."""
        record = as_it_was(letter)
        try:
            message = parse(record, self._topic)
        except Undecodable:
            # Again it would be put aside at once, and too many in a row stop the service.
            self.done.unreadable += 1
            return
        if isinstance(message, QuestionAsked):
            await self._ask_again(record, message)
        else:
            await self._append(record, self._topic.partition_key(message))

    async def _ask_again(self, record: Record, asked: QuestionAsked) -> None:
        """Its reader was told that the run ended, so it is the next one that answers."""
        answer = asked.run.answer_id
        if self._runs.is_published(answer):
            self.done.answered += 1
            return
        revision = self._runs.highest_revision(answer) + 1
        if revision <= asked.run.revision:
            await self._append(record, answer)
            return
        again = QuestionAsked()
        again.CopyFrom(asked)
        again.run.revision = revision
        # The id that a gateway gives to this run, so that asking it there as well is the same run.
        identity = asked_id(answer, revision)
        await publish(self._log, again, service="gateway", event_id=identity, prefix=self._prefix)
        self.done.next_revision += 1

    async def _append(self, record: Record, partition_key: str) -> None:
        await self._log.append(
            self._name,
            partition_key=partition_key or ordering_key(record),
            record_key=record.key,
            value=record.value,
            headers=record.headers,
        )
        self.done.appended += 1


def as_it_was(letter: Record) -> Record:
    """The record that was put aside, without the headers that say why."""
    kept = tuple(h for h in letter.headers if not h[0].startswith(LETTER_HEADERS))
    return letter._replace(headers=kept)


def names_of(topics: Sequence[Topic[Any]] = TOPICS) -> list[str]:
    """Every name that may have dead letters."""
    return [name for topic in topics for name in topic.names]
