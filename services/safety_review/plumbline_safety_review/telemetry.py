"""The span of a review: which policy, which verdict of which check, never what was judged."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry.trace import Span

from plumbline.common.v1.common_pb2 import Run
from plumbline_kit import telemetry_names as names
from plumbline_kit.telemetry import step
from plumbline_safety_review.policy import Policy
from plumbline_safety_review.review import Passed, Withheld


@contextmanager
def reviewing(run: Run, policy: Policy) -> Iterator[Span]:
    """Around one review."""
    attributes: dict[str, str | int] = {
        names.SPAN_KIND: "GUARDRAIL",
        names.ANSWER_ID: run.answer_id,
        names.REVISION: run.revision,
        names.POLICY: policy.sha256,
    }
    with step("review draft", attributes) as span:
        yield span


def tell_outcome(span: Span, outcome: Passed | Withheld) -> None:
    """The verdict; of what passed, that of each check too."""
    if isinstance(outcome, Withheld):
        span.set_attribute(names.VERDICT, "withhold")
        span.set_attribute(names.REASON, outcome.reason_code)
        return
    span.set_attribute(names.VERDICT, outcome.verdict)
    for check_id, version, verdict in outcome.checks:
        said = {names.EVALUATION_NAME: f"{check_id}@{version}", names.EVALUATION_LABEL: verdict}
        span.add_event(names.EVALUATION, said)
