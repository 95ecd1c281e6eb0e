"""A composer that is stuck is not waited for."""

from __future__ import annotations

import asyncio
import logging

import pytest

from plumbline.common.v1.common_pb2 import Run
from plumbline.generation.v1.events_pb2 import Draft, MadeBy
from plumbline.retrieval.v1.events_pb2 import EvidenceRetrieved
from plumbline_generation.composer import Refusal
from plumbline_generation.deadline import WithinDeadline

RETRIEVED = EvidenceRetrieved(run=Run(answer_id="a" * 32, revision=1), question="glorps?")


class Composer:
    def __init__(self, name: str, seconds: float = 0) -> None:
        self._name, self._seconds = name, seconds

    @property
    def made_by(self) -> MadeBy:
        return MadeBy(name=self._name)

    async def compose(self, retrieved: EvidenceRetrieved) -> Draft | Refusal:
        await asyncio.sleep(self._seconds)
        return Draft(title=self._name)


async def test_the_first_composes_while_it_is_in_time() -> None:
    draft = await WithinDeadline(Composer("first"), Composer("other"), 5).compose(RETRIEVED)
    assert isinstance(draft, Draft)
    assert draft.title == "first"


async def test_the_other_composes_when_it_is_not(caplog: pytest.LogCaptureFixture) -> None:
    slow = WithinDeadline(Composer("first", 60), Composer("other"), 0.01)
    draft = await slow.compose(RETRIEVED)
    assert isinstance(draft, Draft)
    assert draft.title == "other"
    (record,) = [r for r in caplog.records if r.levelno == logging.WARNING]
    assert "glorps" not in str(record.__dict__)
