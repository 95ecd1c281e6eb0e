"""run(): one stop for everything, a drain with an end, and one failure that ends all."""

import asyncio
import logging
from pathlib import Path

import httpx
import pytest

from plumbline.common.v1.common_pb2 import Run
from plumbline.gateway.v1.events_pb2 import QuestionAsked
from plumbline.topics import QUESTION_ASKED
from plumbline_bus import Route, create_topics, event_id, open_local, publish
from plumbline_kit.http_server import HttpServer, PortBusy
from plumbline_kit.service import Service, run
from plumbline_kit.telemetry import JsonFormatter


async def _app(scope, receive, send) -> None:  # type: ignore[no-untyped-def]
    await asyncio.sleep(0.05)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"done"})


async def test_a_request_in_hand_is_finished_before_the_server_ends() -> None:
    server, stop = HttpServer(_app), asyncio.Event()
    async with open_local(":memory:") as log, httpx.AsyncClient() as client:
        running = asyncio.create_task(run(log, [Service("s", servers=[server])], stop=stop))
        asked = asyncio.create_task(client.get(server.url))
        await asyncio.sleep(0.02)
        stop.set()
        assert (await asked).text == "done"
        await running


async def test_a_busy_port_is_told_with_what_to_do() -> None:
    first = HttpServer(_app)
    with pytest.raises(PortBusy, match="choose another with PORT"):
        HttpServer(_app, port=int(first.url.rsplit(":", 1)[1]))


async def test_a_unix_socket_is_private_even_under_a_long_path(tmp_path: Path) -> None:
    path = tmp_path / ("long" * 30) / "s.sock"
    HttpServer(_app, uds=path)
    assert path.stat().st_mode & 0o777 == 0o600


async def test_a_drain_that_runs_out_is_cut_and_not_an_error() -> None:
    begun = asyncio.Event()

    async def never(_: QuestionAsked) -> list[QuestionAsked]:
        begun.set()
        await asyncio.Event().wait()
        return []

    stop = asyncio.Event()
    async with open_local(":memory:") as log:
        await create_topics(log)
        service = Service("s", [Route(QUESTION_ASKED, never)])
        running = asyncio.create_task(run(log, [service], stop=stop, drain_seconds=0.1))
        asked = QuestionAsked(run=Run(answer_id="a" * 32, revision=1), question="?")
        await publish(log, asked, service="gateway", event_id=event_id("gateway", "a", "q", 0))
        await begun.wait()
        stop.set()
        await asyncio.wait_for(running, 5)


async def test_one_failure_ends_all() -> None:
    class Broken:
        async def serve(self, stop: asyncio.Event) -> None:
            raise OSError("disk")

    async with open_local(":memory:") as log:
        with pytest.raises(ExceptionGroup, match="unhandled errors"):
            await run(log, [Service("a", servers=[Broken()]), Service("b")])


def test_a_log_line_names_an_exception_and_its_places_but_not_its_text() -> None:
    try:
        raise ValueError("my private question")
    except ValueError as error:
        info = (ValueError, error, error.__traceback__)
    record = logging.LogRecord("x", logging.ERROR, __file__, 1, "failed", None, info)
    line = JsonFormatter().format(record)
    assert "ValueError" in line
    assert "private" not in line
