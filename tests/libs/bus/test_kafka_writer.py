"""Appending through a producer that dies."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import cast

import pytest
from libs.bus.rig import QUICK

from plumbline_bus import RecordTooLarge, Unavailable
from plumbline_bus.kafka_client import Producer, in_our_words
from plumbline_bus.kafka_connect import LARGEST_REQUEST_BYTES, Clients
from plumbline_bus.kafka_writer import Writer


class Records:
    """A batch of aiokafka's, as far as it is used."""

    def append(self, **_: object) -> object:
        return object()

    def size(self) -> int:
        return 1


class TooLarge(Records):
    """One with room for a single record, which is larger than any topic takes."""

    def __init__(self) -> None:
        self._room = True

    def append(self, **_: object) -> object:
        room, self._room = self._room, False
        return object() if room else None

    def size(self) -> int:
        return LARGEST_REQUEST_BYTES + 1


class Client:
    """A producer of aiokafka's; `send` is what sending does."""

    def __init__(self, send: Callable[[], int], batch: Callable[[], Records] = Records) -> None:
        self._send = send
        self.create_batch = batch

    async def send_batch(self, *_: object, **__: object) -> asyncio.Future[object]:
        offset = self._send()
        sent: asyncio.Future[object] = asyncio.get_running_loop().create_future()
        sent.set_result(type("Sent", (), {"offset": offset})())
        return sent


class TwoClients:
    """The first one's background task has died; the second one is well."""

    def __init__(self, first: Callable[[], int], batch: Callable[[], Records] = Records) -> None:
        self.let_gone: list[Client] = []
        self._left = [Client(first, batch), Client(lambda: 7)]

    async def producer(self) -> Producer:
        return Producer(self._left.pop(0))

    def let_go(self, client: Client) -> None:
        self.let_gone.append(client)


def dead() -> int:
    raise RuntimeError("unable to perform operation: the handler is closed")


async def test_a_producer_whose_task_died_is_replaced_and_nobody_waits_for_ever() -> None:
    clients = TwoClients(dead)
    writer = Writer(cast(Clients, clients), QUICK)
    with pytest.raises(Unavailable):
        await writer.append("t", 0, b"k", b"v", ())
    assert len(clients.let_gone) == 1
    assert (await writer.append("t", 0, b"k", b"v", ())).offset == 7


class Failing:
    """Fails the first time, in one way or another."""

    def __init__(self, error: BaseException) -> None:
        self._errors = [error]

    def __call__(self) -> int:
        if self._errors:
            raise self._errors.pop()
        return 7


@pytest.mark.parametrize(
    ("error", "heard"),
    [(asyncio.CancelledError(), Unavailable), (KeyError("a bug"), KeyError)],
    ids=["cut off from within", "a bug"],
)
async def test_whatever_happens_to_a_batch_everyone_in_it_hears_of_it_and_the_next_goes_on(
    error: BaseException, heard: type[Exception]
) -> None:
    clients = TwoClients(Failing(error))
    writer = Writer(cast(Clients, clients), QUICK)
    together = [writer.append("t", 0, b"k", b"v", ()) for _ in range(3)]
    async with asyncio.timeout(5):
        outcomes = await asyncio.gather(*together, return_exceptions=True)
        assert [type(outcome) for outcome in outcomes] == [heard] * 3
        assert (await writer.append("t", 0, b"k", b"v", ())).offset == 7
    assert clients.let_gone == []


async def test_one_too_large_whose_caller_has_gone_is_nobody_elses_failure() -> None:
    writer = Writer(cast(Clients, TwoClients(lambda: 7, TooLarge)), QUICK)
    gone = writer.append("t", 0, b"k", b"v", ())
    there = writer.append("t", 0, b"k", b"v", ())
    gone.cancel()
    with pytest.raises(RecordTooLarge):
        await asyncio.wait_for(there, 5)


async def test_a_connection_that_was_closed_just_now_is_the_world_not_a_bug() -> None:
    with pytest.raises(Unavailable), in_our_words("committing"):
        raise RuntimeError("unable to perform operation on a closed transport")
