"""A site whose drafts can be held back from review, and a line to it that can be cut."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from system.in_process import Whole, whole

from plumbline import topics
from plumbline_bus import Log, open_local

CHUNK_BYTES = 65_536


@dataclass
class Gate:
    """While it is held, no draft reaches review: a run stays where its reader can look at it."""

    _open: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self._open.set()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold drafts back until the block ends."""
        self._open.clear()
        try:
            yield
        finally:
            self._open.set()

    @asynccontextmanager
    async def log(self, path: Path) -> AsyncIterator[Log]:
        """The local log behind this gate."""
        async with open_local(path) as log:
            append = log.append

            async def through(topic: str, **record: Any) -> Any:
                if topic.startswith(topics.ANSWER_DRAFTED.name):  # both lanes
                    await self._open.wait()
                return await append(topic, **record)

            log.append = through  # type: ignore[method-assign]
            yield log


@dataclass
class Stage:
    """The running site and its gate."""

    gate: Gate
    whole: Whole

    @property
    def url(self) -> str:
        return str(self.whole.site.base_url).rstrip("/")


@asynccontextmanager
async def stage(home: Path, guidelines: Path | None) -> AsyncIterator[Stage]:
    """All of Plumbline with the demonstration corpus, or with nothing."""
    gate = Gate()
    async with whole(home, guidelines, gate.log) as running:
        yield Stage(gate, running)


class Line:
    """A TCP line to a site. What the browser sends is kept; the line may be cut at any moment."""

    def __init__(self, url: str) -> None:
        self._to = urlsplit(url)
        self._ends: set[asyncio.StreamWriter] = set()
        self.sent = b""

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self.cut()
        self._server.close()

    def cut(self) -> None:
        """Cut every connection that is open now; new ones get through."""
        for end in self._ends:
            end.transport.abort()
        self._ends.clear()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(self._to.hostname, self._to.port)
        self._ends |= {writer, back}
        with suppress(ConnectionError):
            await asyncio.gather(self._pass(reader, back, keep=True), self._pass(there, writer))

    async def _pass(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, keep: bool = False
    ) -> None:
        while data := await reader.read(CHUNK_BYTES):
            if keep:
                self.sent += data
            writer.write(data)
            await writer.drain()
        writer.close()
