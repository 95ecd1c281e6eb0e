"""What we use of aiokafka's admin client: topics and groups, made, listed, described, set."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from aiokafka import errors as kafka_errors
from aiokafka.admin import NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from plumbline_bus.kafka_client import in_our_words

SET_FOR_TOPIC: Final = 1  # DYNAMIC_TOPIC_CONFIG of the protocol: not a broker's, not a default


@dataclass(frozen=True)
class Described:
    """A topic as it is. `settings` has what is in force, `own` what was set for this topic."""

    partitions: int
    copies: int
    settings: Mapping[str, str]
    own: Mapping[str, str]


class Admin:
    """Topics and groups: made, listed, described, set."""

    def __init__(self, client: Any) -> None:
        self._client = client

    async def topics(self) -> dict[str, int]:
        """Every topic whose partitions all have a leader, and how many those are.

        All are asked for: asking for one by name creates it where brokers are set to do so.
        """
        with in_our_words("listing topics"):
            found = await self._client.describe_topics()
        return {
            topic["topic"]: len(topic["partitions"])
            for topic in found
            if not topic["error_code"] and all(p["leader"] >= 0 for p in topic["partitions"])
        }

    async def described(self, prefix: str) -> dict[str, Described]:
        """Every topic whose name begins so, with its settings."""
        with in_our_words("describing topics"):
            found = {
                topic["topic"]: topic["partitions"]
                for topic in await self._client.describe_topics()
                if topic["topic"].startswith(prefix) and not topic["is_internal"]
            }
            wanted = [ConfigResource(ConfigResourceType.TOPIC, name) for name in found]
            answers = await self._client.describe_configs(wanted) if found else []
        entries = {r[3]: r[4] for answer in answers for r in answer.resources if not r[0]}
        return {
            name: Described(
                partitions=len(partitions),
                copies=min((len(p["replicas"]) for p in partitions), default=0),
                settings={e[0]: e[1] for e in entries.get(name, ())},
                own={e[0]: e[1] for e in entries.get(name, ()) if e[3] == SET_FOR_TOPIC},
            )
            for name, partitions in found.items()
        }

    async def groups(self, prefix: str) -> dict[str, dict[str, dict[int, int]]]:
        """Group → topic → partition → committed position, of groups whose name begins so."""
        with in_our_words("listing groups"):
            names = {name for name, *_ in await self._client.list_consumer_groups()}
            return {name: await self._positions(name) for name in names if name.startswith(prefix)}

    async def _positions(self, group: str) -> dict[str, dict[int, int]]:
        found: dict[str, dict[int, int]] = {}
        for place, stored in (await self._client.list_consumer_group_offsets(group)).items():
            found.setdefault(place.topic, {})[place.partition] = stored.offset
        return found

    async def set(self, topic: str, settings: Mapping[str, str]) -> None:
        """Give a topic these settings of its own; any other of its own goes back to the default."""
        wanted = ConfigResource(ConfigResourceType.TOPIC, topic, dict(settings))
        with in_our_words(f"setting {topic}"):
            for answer in await self._client.alter_configs([wanted]):
                for code, *_ in answer.resources:
                    if (error := kafka_errors.for_code(code)) is not kafka_errors.NoError:
                        raise error(topic)

    async def brokers(self) -> int:
        """How many brokers there are now."""
        with in_our_words("counting brokers"):
            return len((await self._client.describe_cluster())["brokers"])

    async def create(
        self, topic: str, partitions: int, copies: int, settings: Mapping[str, str]
    ) -> None:
        """Create a topic; nothing when another was quicker."""
        await self.create_all([(topic, partitions, copies, settings)])

    async def create_all(self, topics: Collection[tuple[str, int, int, Mapping[str, str]]]) -> None:
        """The same for many at once: (name, partitions, copies, settings) of each."""
        new = [
            NewTopic(name, count, copies, topic_configs=dict(own))
            for name, count, copies, own in topics
        ]
        with in_our_words("creating topics"):
            answer = await self._client.create_topics(new)
            for name, code, *_ in answer.topic_errors:
                error = kafka_errors.for_code(code)
                if error not in (kafka_errors.NoError, kafka_errors.TopicAlreadyExistsError):
                    raise error(name)
