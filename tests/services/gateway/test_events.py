"""A run's events are the same wherever they are read, and go on where a reader left off."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from services.gateway.rendered import ANSWER, Signers, event, rendered

from plumbline.common.v1.common_pb2 import Cause, Run
from plumbline.common.v1.status_pb2 import Outcome, QuestionEnded, QuestionProgressed, Stage
from plumbline.ingest.v1.events_pb2 import EditionOpened
from plumbline.provenance.v1.events_pb2 import AnswerSealed
from plumbline.regeneration.v1.events_pb2 import (
    AnswerRechecked,
    AnswerStaled,
    AnswerWithdrawn,
    Severity,
)
from plumbline.retrieval.v1.events_pb2 import EditionIndexed
from plumbline_clinical.red_flags import load_policy
from plumbline_gateway.asking import Desk, Identity, utc_now
from plumbline_gateway.events import MOST_READERS, Mark, events_of, newest_mark, stream
from plumbline_gateway.followers import Arrivals
from plumbline_gateway.front import Front
from plumbline_gateway.prebuilt import Prebuilt
from plumbline_gateway.site import Site

TRIAGE = Path(__file__).resolve().parents[3] / "deploy" / "policy" / "triage.toml"
RUN = Run(answer_id=ANSWER, revision=1)
SAID: dict[str, Any] = {
    "answer_id": ANSWER,
    "revision": 1,
    "cause": Cause(kind="edition", ref="zu-guide@3"),
}
STALED = AnswerStaled(severity=Severity.SEVERITY_NUMBER_CHANGED, **SAID)
RECHECKED, WITHDRAWN = AnswerRechecked(**SAID), AnswerWithdrawn(reason_code="why", **SAID)


class Gateway:
    """One replica: its own store, the same messages."""

    def __init__(self, path: Path, signers: Signers) -> None:
        site = Site(path)
        self.desk = Desk(site, None, Identity(b"k" * 32))  # type: ignore[arg-type]
        policy = load_policy(TRIAGE)
        self.front = Front(site, self.desk, policy, signers.trust, utc_now, Prebuilt())
        self.arrivals = Arrivals(site, self.desk, signers.trust, lambda _: None)
        self.offset = 0

    def progressed(self, stage: Stage.ValueType, count: int) -> None:
        message = QuestionProgressed(answer_id=ANSWER, revision=1, stage=stage, count=count)
        self.arrivals.progressed(event(message, offset=self._next()))

    def rendered(self, signers: Signers) -> None:
        self.arrivals.rendered(event(rendered(signers), offset=self._next()))

    def sealed(self) -> None:
        message = AnswerSealed(
            answer_id=ANSWER, revision=1, leaf_index=7, receipt=b"{}", kind="published"
        )
        self.arrivals.sealed(event(message, offset=self._next()))

    def indexed(self) -> None:
        edition = EditionOpened(title="Zu guide", version="3", effective_date="2026-02-01")
        message = EditionIndexed(edition_id="zu-guide@3", guideline_id="zu-guide", edition=edition)
        self.arrivals.indexed(event(message, offset=self._next()))

    def standing(self, message: AnswerStaled | AnswerRechecked | AnswerWithdrawn) -> None:
        offset = self._next()
        time = f"2026-11-24T10:00:{offset:02}.000000Z"
        self.arrivals.standing(event(message, offset=offset, time=time))

    def ended(self) -> None:
        message = QuestionEnded(run=RUN, outcome=Outcome.OUTCOME_NOT_COVERED, reason_code="why")
        self.arrivals.ended(event(message, offset=self._next()))

    def _next(self) -> int:
        self.offset += 1
        return self.offset


@pytest.fixture
def signers() -> Signers:
    return Signers()


@pytest.fixture
def gateway(tmp_path: Path, signers: Signers) -> Gateway:
    return Gateway(tmp_path / "a.sqlite", signers)


async def _read(gateway: Gateway, seen: str | None = None, until: str = "") -> list[str]:
    """The ids that come, until the stream ends or that event is told."""
    marks: list[str] = []
    async for chunk in stream(gateway.front, gateway.desk, ANSWER, Mark.parse(seen)):
        lines = dict(line.split(": ", 1) for line in chunk.decode().splitlines() if ": " in line)
        marks += [lines["id"]] if "id" in lines else []
        if lines.get("event") == until:
            break
    return marks


async def test_a_whole_run_is_told_in_order_and_then_ends(
    gateway: Gateway, signers: Signers
) -> None:
    gateway.progressed(Stage.STAGE_FOUND, 12)
    reading = asyncio.create_task(_read(gateway, until="sealed"))
    await asyncio.sleep(0)
    for stage in (Stage.STAGE_WRITTEN, Stage.STAGE_CHECKED, Stage.STAGE_RENDERED):
        gateway.progressed(stage, 1)
        await asyncio.sleep(0)
    gateway.rendered(signers)
    await asyncio.sleep(0)
    gateway.sealed()
    assert await asyncio.wait_for(reading, 5) == ["1.1", "1.2", "1.3", "1.4", "1.5", "1.6"]


async def test_a_reader_goes_on_at_another_gateway_where_it_left_off(
    tmp_path: Path, signers: Signers
) -> None:
    for name in ("a", "b"):
        gateway = Gateway(tmp_path / f"{name}.sqlite", signers)
        gateway.progressed(Stage.STAGE_FOUND, 12)
        gateway.rendered(signers)
        gateway.sealed()
        assert await _read(gateway, "1.2", "sealed") == ["1.5", "1.6"]


async def test_a_run_without_an_answer_ends_the_stream(gateway: Gateway) -> None:
    gateway.progressed(Stage.STAGE_FOUND, 0)
    gateway.ended()
    assert await _read(gateway) == ["1.1", "1.2", "1.9"]


async def test_a_reader_of_a_page_hears_what_becomes_of_it(
    tmp_path: Path, signers: Signers
) -> None:
    told: list[list[str]] = []
    for name in ("a", "b"):
        gateway = Gateway(tmp_path / f"{name}.sqlite", signers)
        gateway.rendered(signers)
        gateway.sealed()
        gateway.indexed()
        reading = asyncio.create_task(_read(gateway, "1.6", "withdrawn"))
        for message in (STALED, RECHECKED, WITHDRAWN):
            await asyncio.sleep(0)
            gateway.standing(message)
        told.append(await asyncio.wait_for(reading, 5))
        assert str(newest_mark(gateway.front, ANSWER)) == told[-1][-1]
        assert gateway.desk.readers == 0
    assert told[0] == told[1]  # the same on every gateway
    marks = [Mark.parse(mark) for mark in told[0]]
    assert len(marks) == 3
    assert marks == sorted(marks)


async def test_the_end_of_the_process_is_not_held_up_by_readers(
    gateway: Gateway, signers: Signers
) -> None:
    gateway.rendered(signers)
    reading = asyncio.create_task(_read(gateway))
    await asyncio.sleep(0)
    assert gateway.desk.readers == 1
    gateway.desk.close()
    assert await asyncio.wait_for(reading, 5) == ["1.1", "1.5"]
    assert gateway.desk.readers == 0


async def test_one_reader_too_many_is_told_and_asked_to_come_again(
    gateway: Gateway, signers: Signers
) -> None:
    gateway.rendered(signers)
    gateway.desk.readers = MOST_READERS
    chunks = [c async for c in stream(gateway.front, gateway.desk, ANSWER, Mark(1, 1))]
    assert chunks[0] == b"retry: 60000\n\n"
    assert b"event: published" in chunks[1]


async def test_an_event_carries_no_text(gateway: Gateway, signers: Signers) -> None:
    gateway.rendered(signers)
    for told in events_of(gateway.front, ANSWER):
        assert set(told.data) <= {"stage", "count", "at", "url", "leaf_index", "code"}


@pytest.mark.parametrize("text", [None, "", "x", "1", "1.x", "-1.2", "²·1"])
def test_an_id_that_cannot_be_read_starts_from_the_beginning(text: str | None) -> None:
    assert Mark.parse(text) == Mark(0, 0)


async def test_a_page_that_comes_again_is_not_looked_at_again(
    gateway: Gateway, signers: Signers, monkeypatch: pytest.MonkeyPatch
) -> None:
    gateway.rendered(signers)
    forgotten: list[str | None] = []
    monkeypatch.setattr("plumbline_gateway.followers.admit", lambda *_: pytest.fail("looked at"))
    monkeypatch.setattr(gateway.arrivals, "_forget", forgotten.append)
    gateway.rendered(signers)
    assert not forgotten
    assert dict(gateway.front.site.positions("t")) == {0: gateway.offset + 1}
