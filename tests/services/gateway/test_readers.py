"""Pages of answers are counted as they are served, and told to the log without being waited for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from services.gateway.rendered import ANSWER, Signers, event, rendered

from plumbline.gateway.v1.events_pb2 import AnswersRead
from plumbline.topics import ANSWERS_READ
from plumbline_bus import Health, Unavailable, create_topics, open_local, publish
from plumbline_clinical.red_flags import load_policy
from plumbline_gateway.app import build_app
from plumbline_gateway.asking import Desk, Identity, utc_now
from plumbline_gateway.followers import Arrivals
from plumbline_gateway.front import Front
from plumbline_gateway.prebuilt import Prebuilt
from plumbline_gateway.readers import MOST_ANSWERS, Readers
from plumbline_gateway.site import Site

TRIAGE = Path(__file__).resolve().parents[3] / "deploy" / "policy" / "triage.toml"


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[tuple[Prebuilt, httpx.AsyncClient]]:
    """A gateway with two revisions of one answer."""
    signers, site, pages = Signers(), Site(tmp_path / "site.sqlite"), Prebuilt()
    desk = Desk(site, None, Identity(b"k" * 32))  # type: ignore[arg-type]
    front = Front(site, desk, load_policy(TRIAGE), signers.trust, utc_now, pages)
    arrivals = Arrivals(site, desk, signers.trust, pages.forget)
    for revision in (1, 2):
        arrivals.rendered(event(rendered(signers, revision=revision), offset=revision))
    pages.serve_through(build_app(front, Health()))
    transport = httpx.ASGITransport(app=pages)
    async with httpx.AsyncClient(transport=transport, base_url="http://site") as client:
        yield pages, client
    site.close()


async def test_an_answers_page_counts_whether_built_held_or_known_to_the_reader(
    served: tuple[Prebuilt, httpx.AsyncClient],
) -> None:
    pages, client = served
    address = (await client.get(f"/answers/{ANSWER}")).headers["location"]
    assert pages.take_served() == {}, "a redirect is not yet a page"
    built = await client.get(address)
    assert pages.take_served() == {ANSWER: 1}
    held = await client.get(address)
    known = await client.get(address, headers={"if-none-match": built.headers["etag"]})
    assert [built.status_code, held.status_code, known.status_code] == [200, 200, 304]
    assert pages.take_served() == {ANSWER: 2}
    assert pages.take_served() == {}


async def test_nothing_else_counts(served: tuple[Prebuilt, httpx.AsyncClient]) -> None:
    pages, client = served
    address = (await client.get(f"/answers/{ANSWER}")).headers["location"]
    await client.get(address)
    pages.take_served()
    assert (await client.head(address)).status_code == 200
    others = ("/", "/library", f"{address}/provenance", f"{address}/v/1", f"/v1/answers/{ANSWER}")
    for path in (*others, *others[:2]):  # home and library are held by now
        assert (await client.get(path)).status_code == 200
    for path in (f"/answers/{'e' * 32}", "/answers/nothing", "/nothing"):
        assert (await client.get(path)).status_code == 404
    assert pages.take_served() == {}


class Counted:
    """What a site counted, and a log that is away until it is `there`."""

    def __init__(self, **served: int) -> None:
        self.served = served
        self.there = True
        self.said: list[tuple[dict[str, int], str]] = []

    def take(self) -> dict[str, int]:
        served, self.served = self.served, {}
        return served

    async def say(self, message: AnswersRead, event_id: str) -> None:
        self.said.append(({one.answer_id: one.times for one in message.answers}, event_id))
        if not self.there:
            raise Unavailable("away")


async def test_while_the_log_is_away_counts_are_kept_and_said_under_one_id() -> None:
    counted = Counted(b=2, a=1)
    readers = Readers(counted.take, counted.say)
    counted.there = False
    assert not await readers.tell(5)
    counted.served = {"a": 7}
    assert not await readers.tell(5)
    counted.there = True
    assert await readers.tell(5)
    told, ids = [said for said, _ in counted.said], [event_id for _, event_id in counted.said]
    assert told == [{"a": 1, "b": 2}] * 3 + [{"a": 7}]
    assert len(set(ids[:3])) == 1
    assert ids[3] != ids[0], "what is new is another event"
    assert await readers.tell(5)
    assert len(counted.said) == 4, "nothing was read: nothing is said"


async def test_at_the_end_it_is_said_once_more() -> None:
    stop, counted = asyncio.Event(), Counted(a=1)
    serving = asyncio.create_task(Readers(counted.take, counted.say).serve(stop))
    await asyncio.sleep(0)
    assert not counted.said
    stop.set()
    await serving
    assert [said for said, _ in counted.said] == [{"a": 1}]


async def test_a_log_that_hangs_is_waited_for_no_longer_than_said() -> None:
    async def hang(_: AnswersRead, __: str) -> None:
        await asyncio.Event().wait()

    assert not await Readers(Counted(a=1).take, hang).tell(0.01)


async def test_more_answers_than_a_record_takes_are_several_records() -> None:
    served = {f"{number:032x}": 2**32 - 1 for number in range(2 * MOST_ANSWERS + 1)}
    async with open_local(":memory:") as log:
        await create_topics(log)

        async def say(message: AnswersRead, event_id: str) -> None:
            await publish(log, message, service="gateway", event_id=event_id)

        assert await Readers(lambda: served, say).tell(30)
        ends = await log.ends(ANSWERS_READ.name)
        assert sum(ends.values()) == 3
        told: dict[str, int] = {}
        async for record in log.follow(ANSWERS_READ.name, {}):
            told |= {r.answer_id: r.times for r in AnswersRead.FromString(record.value).answers}
            if len(told) == len(served):
                break
    assert told == served
