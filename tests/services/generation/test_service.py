"""The service, assembled: what it reads, where it keeps its results."""

from __future__ import annotations

from pathlib import Path

from services.generation.guidelines import Guideline, retrieved
from services.generation.invented import SECTIONS

from plumbline.generation.v1.events_pb2 import AnswerDrafted
from plumbline.topics import EVIDENCE_RETRIEVED
from plumbline_bus import Route, open_local
from plumbline_generation.service import Settings, open_service


async def test_it_reads_evidence_and_keeps_its_results_in_its_folder(tmp_path: Path) -> None:
    settings = Settings(directory=tmp_path / "generation")
    async with open_local(":memory:") as log, open_service(settings, log) as service:
        route, background = service.routes
        assert background.topic is EVIDENCE_RETRIEVED
        assert service.name == "generation"
        assert route.topic is EVIDENCE_RETRIEVED
        assert isinstance(route, Route)
        drafted, _ = await route.handle(
            retrieved("full response vs half response", Guideline(SECTIONS))
        )
        assert isinstance(drafted, AnswerDrafted)
    assert (tmp_path / "generation" / "results.sqlite").exists()
