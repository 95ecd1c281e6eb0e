"""A composer that is stuck for one answer in twenty; as a program, generation with it.

python tests/bench/sticky.py        # settings as of python -m plumbline_generation
"""

from __future__ import annotations

import asyncio
import hashlib

from plumbline.generation.v1.events_pb2 import Draft, MadeBy
from plumbline.retrieval.v1.events_pb2 import EvidenceRetrieved
from plumbline_generation import service
from plumbline_generation.composer import Refusal
from plumbline_generation.extractive import ExtractiveComposer
from plumbline_kit.main import main

STUCK_SECONDS = 60.0
ONE_IN = 20  # 5 %


def is_stuck(answer_id: str) -> bool:
    """Whether the composer is stuck for this answer; whoever asks knows it too."""
    return hashlib.sha256(answer_id.encode()).digest()[0] * ONE_IN < 256


class Sticky:
    """Extractive, but stuck for some."""

    def __init__(self) -> None:
        self._real = ExtractiveComposer()

    @property
    def made_by(self) -> MadeBy:
        return self._real.made_by

    async def compose(self, retrieved: EvidenceRetrieved) -> Draft | Refusal:
        if is_stuck(retrieved.run.answer_id):
            await asyncio.sleep(STUCK_SECONDS)
        return await self._real.compose(retrieved)


if __name__ == "__main__":
    service.first_composer = Sticky
    main(service.open_service, service.Settings)
