"""The span of composing: who composed which answer, never a word of the question."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry.trace import Span, Tracer

from plumbline.generation.v1.events_pb2 import MadeBy
from plumbline.retrieval.v1.events_pb2 import EvidenceRetrieved
from plumbline_kit import telemetry_names as names
from plumbline_kit.telemetry import step


class Composing:
    """Says on a span how composing ended."""

    def __init__(self, span: Span) -> None:
        self._span = span

    def drafted(self, claims: int, question_type: str) -> None:
        """A draft was written."""
        self._span.set_attribute(names.CLAIMS, claims)
        self._span.set_attribute(names.QUESTION_TYPE, question_type)

    def refused(self, reason_code: str) -> None:
        """The evidence could not answer."""
        self._span.set_attribute(names.REASON, reason_code)


@contextmanager
def composing(
    retrieved: EvidenceRetrieved, made_by: MadeBy, tracer: Tracer | None = None
) -> Iterator[Composing]:
    """A span around one composition, with the composer's pinned identity."""
    identity = f"{made_by.name}@{made_by.version}+{made_by.rules_sha256}"
    attributes: dict[str, str | int] = {
        names.OPERATION: "text_completion",
        names.PROVIDER: "plumbline",
        names.REQUEST_MODEL: identity,
        names.RESPONSE_MODEL: identity,
        names.SPAN_KIND: "CHAIN",
        names.ANSWER_ID: retrieved.run.answer_id,
        names.REVISION: retrieved.run.revision,
        names.EVIDENCE: len(retrieved.evidence),
    }
    with step(f"text_completion {made_by.name}", attributes, tracer) as span:
        yield Composing(span)
