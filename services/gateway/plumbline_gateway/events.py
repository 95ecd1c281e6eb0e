"""How far a run is, and what becomes of its page, as events: resumable, on every gateway alike."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from plumbline.common.v1.common_pb2 import Run
from plumbline.common.v1.status_pb2 import Stage
from plumbline_gateway.asking import Desk
from plumbline_gateway.front import Front, run_of
from plumbline_gateway.stored import Ended, Published, Withdrawn
from plumbline_pages import answer_path, short_path

HEARTBEAT_SECONDS = 15.0  # below the half minute after which proxies drop a silent connection
NAMES: dict[int, str] = {
    Stage.STAGE_RECEIVED: "received",
    Stage.STAGE_FOUND: "found",
    Stage.STAGE_WRITTEN: "written",
    Stage.STAGE_CHECKED: "checked",
    Stage.STAGE_RENDERED: "rendered",
    Stage.STAGE_SEALED: "sealed",
}
ENDED = 9  # ordinal of a run that ended without an answer: after every stage
# Readers of published pages who are told at once; one more is told within BUSY_MS.
MOST_READERS = 2_000
AGAIN_MS, BUSY_MS = 1_000, 60_000
MICROSECONDS = 1_000_000


@dataclass(frozen=True, order=True)
class Mark:
    """Where a reader is: `<revision>.<ordinal>`, the id of an event.

    The ordinal is the stage; for what becomes of a published page later, its time in microseconds,
    which is the same wherever the record is read.
    """

    revision: int
    ordinal: int

    @classmethod
    def parse(cls, text: str | None) -> Mark:
        """The mark in a Last-Event-ID; before everything when there is none that can be read."""
        first, _, second = (text or "").partition(".")
        if not (first.isdecimal() and second.isdecimal()):
            return cls(0, 0)
        return cls(int(first), int(second))

    def __str__(self) -> str:
        return f"{self.revision}.{self.ordinal}"


@dataclass(frozen=True)
class ProgressEvent:
    """One event: its mark, its name and its data (no text of anybody)."""

    mark: Mark
    name: str
    data: dict[str, Any]

    @property
    def final(self) -> bool:
        """Nothing comes after it."""
        return self.name in ("ended", "withdrawn")

    def encode(self) -> bytes:
        """As it is sent."""
        data = json.dumps(self.data, separators=(",", ":"))
        return f"id: {self.mark}\nevent: {self.name}\ndata: {data}\n\n".encode()


def events_of(front: Front, answer: str) -> list[ProgressEvent]:
    """Everything that is known of the newest run, in order."""
    state = front.desk.state(answer)
    if state is None:
        return []
    run = run_of(state)
    at = front.site.runs.asked_at(answer, run.revision)
    made = [_stage(run, Stage.STAGE_RECEIVED, 0, at)]
    for stage, count, at in front.site.runs.progress(answer, run.revision):
        # Rendered and sealed are told from what is stored: only then can a reader have them.
        if Stage.STAGE_RECEIVED < stage < Stage.STAGE_RENDERED:
            made.append(_stage(run, stage, count, at))
    if isinstance(state, Published):
        made += _of_page(front, state)
    elif isinstance(state, Withdrawn):
        data = {"url": short_path(answer), "code": state.message.reason_code}
        made.append(ProgressEvent(_later(run, state.at), "withdrawn", data))
    elif isinstance(state, Ended):
        data = {"url": short_path(answer), "code": state.message.reason_code}
        made.append(ProgressEvent(Mark(run.revision, ENDED), "ended", data))
    return made


def newest_mark(front: Front, answer: str) -> Mark:
    """The mark of the last thing that is known of an answer."""
    return max((event.mark for event in events_of(front, answer)), default=Mark(0, 0))


def _of_page(front: Front, state: Published) -> list[ProgressEvent]:
    """That a page is there, is sealed, and what was said of it since."""
    run, told = state.run, front.told(state)
    url = answer_path(state.title, run.answer_id)
    made = [ProgressEvent(_mark(run, Stage.STAGE_RENDERED), "published", {"url": url})]
    if sealed := front.site.runs.sealed(run.answer_id, run.revision):
        place = {"leaf_index": sealed.leaf_index}
        made.append(ProgressEvent(_mark(run, Stage.STAGE_SEALED), "sealed", place))
    since: list[ProgressEvent] = []
    if told.staled and front.stale(state):
        since.append(ProgressEvent(_later(run, told.staled[1]), "stale", {"url": url}))
    if told.rechecked:
        since.append(ProgressEvent(_later(run, told.rechecked[1]), "rechecked", {"url": url}))
    return made + sorted(since, key=lambda event: event.mark)


def _later(run: Run, at: str) -> Mark:
    moment = datetime.fromisoformat(at)
    return Mark(run.revision, int(moment.timestamp()) * MICROSECONDS + moment.microsecond)


def _mark(run: Run, stage: int) -> Mark:
    return Mark(run.revision, stage)


def _stage(run: Run, stage: int, count: int, at: str | None) -> ProgressEvent:
    data = {"stage": NAMES[stage], "count": count or None, "at": at}
    return ProgressEvent(_mark(run, stage), "stage", data)


async def stream(front: Front, desk: Desk, answer: str, seen: Mark) -> AsyncIterator[bytes]:
    """What comes after `seen`, as it happens: until a run ends without a page, or a page is down.

    Whoever reads a published page when very many do gets what is known, and is asked to come again.
    """
    settled = isinstance(desk.state(answer), Published)
    if settled and desk.readers >= MOST_READERS:
        yield f"retry: {BUSY_MS}\n\n".encode()
        for event in events_of(front, answer):
            if event.mark > seen:
                yield event.encode()
        return
    yield f"retry: {AGAIN_MS}\n\n".encode()
    desk.readers += settled
    try:
        async for chunk in _as_it_happens(front, desk, answer, seen):
            yield chunk
    finally:
        desk.readers -= settled


async def _as_it_happens(front: Front, desk: Desk, answer: str, seen: Mark) -> AsyncIterator[bytes]:
    while not desk.closing:
        changed = desk.watch(answer)  # before looking, so that nothing falls in between
        for event in events_of(front, answer):
            if event.mark > seen:
                yield event.encode()
                seen = event.mark
            if event.final:
                return
        if not await desk.changes(answer, changed, HEARTBEAT_SECONDS):
            yield b": still here\n\n"
