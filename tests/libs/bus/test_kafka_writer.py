"""Appending through a producer that dies."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import cast

import pytest
from libs.bus.rig import QUICK

from plumbline_bus import Unavailable
from plumbline_bus.kafka_client import Producer, in_our_words
from plumbline_bus.kafka_connect import Clients
from plumbline_bus.kafka_writer import Writer


class Records:
    """A batch of aiokafka's, as far as it is used."""

    def append(self, **_: object) -> object:
        return object()

    def size(self) -> int:
        return 1


class Client:
    """A producer of aiokafka's; `send` is what sending does."""

    def __init__(self, send: Callable[[], int]) -> None:
        self._send = send

    def create_batch(self) -> Records:
        return Records()

    async def send_batch(self, *_: object, **__: object) -> asyncio.Future[object]:
        offset = self._send()
        sent: asyncio.Future[object] = asyncio.get_running_loop().create_future()
        sent.set_result(type("Sent", (), {"offset": offset})())
        return sent


class TwoClients:
    """The first one's background task has died; the second one is well."""

    def __init__(self) -> None:
        self.let_gone: list[Client] = []
        self._left = [Client(dead), Client(lambda: 7)]

    async def producer(self) -> Producer:
        return Producer(self._left.pop(0))

    def let_go(self, client: Client) -> None:
        self.let_gone.append(client)


def dead() -> int:
    raise RuntimeError("unable to perform operation: the handler is closed")


async def test_a_producer_whose_task_died_is_replaced_and_nobody_waits_for_ever() -> None:
    clients = TwoClients()
    writer = Writer(cast(Clients, clients), QUICK)
    with pytest.raises(Unavailable):
        await writer.append("t", 0, b"k", b"v", ())
    assert len(clients.let_gone) == 1
    assert (await writer.append("t", 0, b"k", b"v", ())).offset == 7


async def test_a_connection_that_was_closed_just_now_is_the_world_not_a_bug() -> None:
    with pytest.raises(Unavailable), in_our_words("committing"):
        raise RuntimeError("unable to perform operation on a closed transport")
