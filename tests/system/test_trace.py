"""One question is one trace through every service, and its edges are those of the map."""

from __future__ import annotations

from pathlib import Path

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from system.conftest import GUIDELINES, SEED
from system.in_process import whole

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]

EDGES = [  # (what was published, what was processed because of it)
    ("question.asked.v1", "retrieval"),
    ("evidence.retrieved.v1", "generation"),
    ("answer.drafted.v1", "safety_review"),
    ("answer.reviewed.v1", "rendering"),
    ("answer.rendered.v1", "provenance"),
]


@pytest.fixture(scope="module")
def exporter() -> InMemorySpanExporter:
    """Collects the spans of this process."""
    kept = InMemorySpanExporter()
    provider = trace.get_tracer_provider()
    if not isinstance(provider, TracerProvider):
        provider = TracerProvider()
        trace.set_tracer_provider(provider)
    provider.add_span_processor(SimpleSpanProcessor(kept))
    return kept


async def test_one_trace_runs_through_every_service(
    tmp_path: Path, exporter: InMemorySpanExporter
) -> None:
    async with whole(tmp_path / "home", GUIDELINES) as plumbline:
        exporter.clear()
        answer = await plumbline.ask("What does partial response mean in CLL?")
        answer = await plumbline.sealed(answer["answer_id"])
    spans = {
        s.context.span_id: s
        for s in exporter.get_finished_spans()
        if s.context and f"{s.context.trace_id:032x}" == answer["provenance"]["trace_id"]
    }
    for topic, service in EDGES:
        processed = [
            s
            for s in spans.values()
            if s.name == f"process {topic}" and _group(s).startswith(f"{service}.")
        ]
        assert len(processed) == 1, (topic, service)
        parent = processed[0].parent
        assert parent is not None
        assert spans[parent.span_id].name == f"publish {topic}"
    roots = [s for s in spans.values() if s.parent is None]
    assert len(roots) == 1
    _check_attributes(list(spans.values()), answer["passages"])


def _group(span: ReadableSpan) -> str:
    return str((span.attributes or {}).get("messaging.consumer.group.name", ""))


def _check_attributes(spans: list[ReadableSpan], passages: list[dict[str, str]]) -> None:
    said = " ".join(f"{s.name} {dict(s.attributes or {})}" for s in spans)
    assert all(p["occurrence_id"] in said for p in passages), "retrieval names its passages"
    assert "composer/extractive" in said
    assert "partial response mean" not in said.lower(), "a question is on a span"


async def test_stages_name_every_service_in_order(tmp_path: Path) -> None:
    async with whole(tmp_path / "home", GUIDELINES) as plumbline:
        answer = await plumbline.ask(SEED)
    services = [stage["service"] for stage in answer["provenance"]["stages"]]
    assert services == ["gateway", "retrieval", "generation", "safety_review", "rendering"]
    assert len({stage["event_id"] for stage in answer["provenance"]["stages"]}) == len(services)
