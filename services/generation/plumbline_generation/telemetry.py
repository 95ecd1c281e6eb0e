"""The span of composing: who composed which answer, never a word of the question."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry.trace import Span, Tracer

from plumbline.generation.v1.events_pb2 import MadeBy
from plumbline.retrieval.v1.events_pb2 import EvidenceRetrieved
from plumbline_kit.telemetry import tracer

# OpenTelemetry GenAI semantic conventions, status "Development" (read with semconv 1.42.0).
OPERATION = "gen_ai.operation.name"
PROVIDER = "gen_ai.provider.name"
REQUEST_MODEL = "gen_ai.request.model"
RESPONSE_MODEL = "gen_ai.response.model"
# OpenInference: what kind of step a viewer shows.
SPAN_KIND = "openinference.span.kind"
# Ours.
ANSWER_ID = "plumbline.answer.id"
REVISION = "plumbline.answer.revision"
EVIDENCE = "plumbline.evidence.count"
CLAIMS = "plumbline.claims.count"
QUESTION_TYPE = "plumbline.question.type"
REASON = "plumbline.reason_code"


class Composing:
    """Says on a span how composing ended."""

    def __init__(self, span: Span) -> None:
        self._span = span

    def drafted(self, claims: int, question_type: str) -> None:
        """A draft was written."""
        self._span.set_attribute(CLAIMS, claims)
        self._span.set_attribute(QUESTION_TYPE, question_type)

    def refused(self, reason_code: str) -> None:
        """The evidence could not answer."""
        self._span.set_attribute(REASON, reason_code)


@contextmanager
def composing(
    retrieved: EvidenceRetrieved, made_by: MadeBy, spans: Tracer | None = None
) -> Iterator[Composing]:
    """A span around one composition, with the composer's pinned identity."""
    identity = f"{made_by.name}@{made_by.version}+{made_by.rules_sha256}"
    attributes: dict[str, str | int] = {
        OPERATION: "text_completion",
        PROVIDER: "plumbline",
        REQUEST_MODEL: identity,
        RESPONSE_MODEL: identity,
        SPAN_KIND: "CHAIN",
        ANSWER_ID: retrieved.run.answer_id,
        REVISION: retrieved.run.revision,
        EVIDENCE: len(retrieved.evidence),
    }
    with (spans or tracer("plumbline_generation")).start_as_current_span(
        f"text_completion {made_by.name}", attributes=attributes
    ) as span:
        yield Composing(span)
