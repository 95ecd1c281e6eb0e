"""Traces and metrics as a collector gets them: whole, by the conventions, and without a word."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status
from system.collector import Collector, Seen, collecting
from system.conftest import GUIDELINES, SEED
from system.deployed import Deployed
from system.served import Served, Site, served

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]

SERVICES = {
    *("gateway", "retrieval", "generation", "safety_review", "rendering", "provenance"),
}
EDGES = (  # what was sent, who processed it because of that
    ("question.asked.v1", "gateway", "retrieval"),
    ("evidence.retrieved.v1", "retrieval", "generation"),
    ("answer.drafted.v1", "generation", "safety_review"),
    ("answer.reviewed.v1", "safety_review", "rendering"),
    ("answer.rendered.v1", "rendering", "provenance"),
    ("answer.rendered.v1", "rendering", "gateway"),
    ("answer.sealed.v1", "provenance", "gateway"),
)
CANARY = "sphygmoquetzal"  # in every question, address, header and document of these tests
STRANGERS_TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
ENDED, LAG = "plumbline.questions.ended", "plumbline.group.lag"
SOON = {  # milliseconds, but for the last: seconds
    "OTEL_BSP_SCHEDULE_DELAY": "100",
    "OTEL_METRIC_EXPORT_INTERVAL": "300",
    "OTEL_EXPORTER_OTLP_TIMEOUT": "2",
}


class WatchedSite:
    """A site, of so many gateways, whose telemetry goes to a collector; its topics' prefix."""

    def __init__(
        self, site: Site, collector: Collector, gateways: int = 1, prefix: str = ""
    ) -> None:
        self.site = site
        self.collector = collector
        self.prefix = prefix
        self.ends = Counter({("POST /v1/questions", "gateway"): 1})
        for topic, _, reader in EDGES:
            self.ends[f"process {prefix}{topic}", reader] = gateways if reader == "gateway" else 1

    def sealed_answer(self, question: str) -> dict[str, Any]:
        """Ask, and wait until the answer is sealed."""
        asked = self.site.ask(question)
        self.site.receipt(asked["answer_id"])
        return dict(self.site.get(f"/v1/answers/{asked['answer_id']}").json())

    def whole_trace(self, answer: dict[str, Any]) -> list[Seen]:
        """Its spans, once all have arrived, from whichever process; AssertionError: never."""
        trace_id = answer["provenance"]["trace_id"]

        def complete() -> bool:
            spans = self.collector.trace(trace_id)
            parents = {seen.parent for seen in spans if seen.parent}
            ended = Counter((seen.name, seen.service) for seen in spans)
            return ended >= self.ends and parents <= {seen.span_id for seen in spans}

        until(complete)
        return self.collector.trace(trace_id)


class Watched(WatchedSite):
    """One server of all services."""

    def __init__(self, server: Served, collector: Collector) -> None:
        super().__init__(server, collector)
        self.server = server


def until(true: Callable[[], bool], seconds: float = 60) -> None:
    """Wait for it."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.05)


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    home = tmp_path_factory.mktemp("watched") / "home"
    environ = {"PLUMBLINE_LOG_LEVEL": "DEBUG", **SOON}
    with collecting() as collector:
        environ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.url
        with served(home, GUIDELINES, **environ) as server:
            yield Watched(server, collector)


def only(spans: list[Seen], name: str, service: str = "") -> Seen:
    (found,) = (s for s in spans if s.name == name and service in ("", s.service))
    return found


def test_a_question_is_one_trace_from_the_request_through_every_service(watched: Watched) -> None:
    check_trace(watched, watched.sealed_answer("What does partial response mean in CLL?"))


@pytest.mark.kafka
@pytest.mark.timeout(600)
def test_services_apart_on_brokers_make_the_same_trace_without_a_word_of_the_question(
    apart: Deployed, told: Collector
) -> None:
    watched = WatchedSite(apart.gateway(1), told, len(apart.of("gateway")), apart.prefix)
    assert watched.site.ask(f"Can a {CANARY} cure CLL?")["status"] == "not_covered"
    question = "What does partial response mean for blood counts in CLL?"
    check_trace(watched, watched.sealed_answer(question))
    sent = b"".join(told.bodies).lower()
    words = question.lower().split()
    assert not [f"{a} {b}" for a, b in pairwise(words) if f"{a} {b}".encode() in sent]
    assert CANARY.encode() not in sent
    assert not [name for name, one in apart.replicas.items() if CANARY in one.said().lower()]


def check_trace(watched: WatchedSite, answer: dict[str, Any]) -> None:
    """One whole trace, in which every step of the answer says what it did."""
    spans = watched.whole_trace(answer)
    by_id = {seen.span_id: seen for seen in spans}
    assert {seen.service for seen in spans} >= SERVICES
    (root,) = (seen for seen in spans if not seen.parent)
    assert (root.name, root.service) == ("POST /v1/questions", "gateway")
    assert root.span.kind == Span.SPAN_KIND_SERVER
    assert all(seen.parent in by_id for seen in spans if seen is not root)
    for base, sender, reader in EDGES:
        topic = f"{watched.prefix}{base}"
        name = f"process {topic}"
        # What a gateway follows, it follows by itself: that is no group at the brokers.
        group = f"{'' if reader == 'gateway' else watched.prefix}{reader}.{base}"
        several = [seen for seen in spans if (seen.name, seen.service) == (name, reader)]
        assert len(several) == watched.ends[name, reader]
        for processed in several:
            sent = by_id[processed.parent]
            assert (sent.name, sent.service) == (f"send {topic}", sender)
            assert [link.span_id.hex() for link in processed.span.links] == [sent.span_id]
            check_messaging(topic, sent, processed)
            assert processed.said["messaging.consumer.group.name"] == group
    assert by_id[only(spans, f"send {watched.prefix}question.asked.v1").parent] is root
    check_steps(spans, by_id, answer, watched.prefix)
    assert all(seen.span.status.code != Status.STATUS_CODE_ERROR for seen in spans)


def check_messaging(topic: str, sent: Seen, processed: Seen) -> None:
    assert sent.span.kind == Span.SPAN_KIND_PRODUCER
    assert processed.span.kind == Span.SPAN_KIND_CONSUMER
    at_both_ends = (
        *("messaging.system", "messaging.destination.name", "messaging.message.id"),
        *("messaging.destination.partition.id", "messaging.kafka.offset"),
        "messaging.kafka.message.key",
    )
    assert [sent.said[n] for n in at_both_ends] == [processed.said[n] for n in at_both_ends]
    assert sent.said["messaging.system"] == "kafka"
    assert sent.said["messaging.destination.name"] == topic
    for seen, name, kind in ((sent, "send", "send"), (processed, "process", "process")):
        assert seen.said["messaging.operation.name"] == name
        assert seen.said["messaging.operation.type"] == kind


def check_steps(
    spans: list[Seen], by_id: dict[str, Seen], answer: dict[str, Any], prefix: str
) -> None:
    """The spans of the work itself: what was found, who composed, what was checked and sealed."""
    found = only(spans, "retrieval passages", "retrieval")
    places = found.said["plumbline.passage.ids"]
    assert {passage["occurrence_id"] for passage in answer["passages"]} <= set(places)
    digests = dict(zip(places, found.said["plumbline.passage.digests"], strict=True))
    assert all(digests[p["occurrence_id"]] == p["text_sha256"] for p in answer["passages"])
    assert found.said["retrieval.documents.0.document.id"] == places[0]
    assert found.said["gen_ai.operation.name"] == "retrieval"
    assert found.said["gen_ai.data_source.id"] == answer["retrieval"]["corpus_digest"]

    made_by = answer["made_by"]
    composed = only(spans, f"text_completion {made_by['name']}", "generation")
    identity = f"{made_by['name']}@{made_by['version']}+{made_by['rules_sha256']}"
    for name in ("gen_ai.request.model", "gen_ai.response.model"):
        assert composed.said[name] == identity

    review = only(spans, "review draft", "safety_review")
    assert review.said["plumbline.review.policy_sha256"] == answer["review"]["policy_sha256"]
    events = [{a.key: a.value.string_value for a in e.attributes} for e in review.span.events]
    assert {e.name for e in review.span.events} == {"gen_ai.evaluation.result"}
    assert [(e["gen_ai.evaluation.name"], e["gen_ai.evaluation.score.label"]) for e in events] == [
        (f"{c['id']}@{c['version']}", c["verdict"]) for c in answer["review"]["checks"]
    ]

    sealing = only(spans, f"process {prefix}answer.rendered.v1", "provenance")
    receipt = answer["provenance"]["receipt"]
    assert sealing.said["plumbline.ledger.index"] == receipt["leaf_index"]
    for seen, topic in (
        (found, "question.asked.v1"),
        (composed, "evidence.retrieved.v1"),
        (review, "answer.drafted.v1"),
    ):
        assert seen.said["plumbline.answer.id"] == answer["answer_id"]
        assert by_id[seen.parent].name == f"process {prefix}{topic}"


def test_an_answer_names_every_service_that_made_it_in_order(watched: Watched) -> None:
    stages = watched.sealed_answer(SEED)["provenance"]["stages"]
    services = [stage["service"] for stage in stages]
    assert services == ["gateway", "retrieval", "generation", "safety_review", "rendering"]
    assert len({stage["event_id"] for stage in stages}) == len(services)


def test_no_word_of_a_question_or_a_document_leaves_by_telemetry_or_logs(
    watched: Watched, tmp_path: Path
) -> None:
    server = watched.server
    answered = f"What does partial response mean in CLL? {CANARY}?"
    ended = [server.ask(answered), server.ask(f"Can a {CANARY} cure CLL?")]
    document = tmp_path / "canary.md"
    document.write_text(f"# The {CANARY} syndrome\n\nA {CANARY} grows in every {CANARY}.\n")
    options = ("--licence", "CC-BY-4.0")
    assert server.ingest(document, options=options)[0]["status"] == "ingested"
    # The word may be in what was ingested (its id is the file's name), hence a name of its own.
    ended.append(server.ask(f"What is the {CANARY} syndrome?"))
    server.run("search", f"What does {CANARY} mean in CLL?", "--explain")
    headers = {
        "host": CANARY,
        "user-agent": CANARY,
        "baggage": f"said={CANARY}",
        "traceparent": f"00-{STRANGERS_TRACE}-00f067aa0ba902b7-00",
    }
    server.get(f"/{CANARY}?q={CANARY}", headers=headers)
    server.get(f"/answers/{CANARY}?q={CANARY}", headers=headers)
    asked = httpx.post(
        f"{server.url}/v1/questions?{CANARY}",
        json={"question": f"Is {CANARY} a partial response in CLL?"},
        headers={**headers, "prefer": "wait=30"},
        timeout=60,
    )
    ended.append(asked.json())
    server.ask("")  # refused
    last = watched.sealed_answer("What does stable disease mean in CLL?")
    watched.whole_trace(last)
    until(lambda: bool(watched.collector.newest(ENDED)))

    sent = b"".join(watched.collector.bodies).lower()
    assert CANARY.encode() not in sent
    assert b"grows in every" not in sent
    assert STRANGERS_TRACE not in {s.span.trace_id.hex() for s in watched.collector.spans}
    assert CANARY not in server.stderr().lower()
    assert "partial response mean" not in server.stderr().lower()
    assert {answer["status"] for answer in ended} <= {"published", "not_covered"}
    calls = [s for s in watched.collector.spans if s.name.endswith("SearchService/Search")]
    assert [s.said["rpc.response.status_code"] for s in calls] == ["OK"]


def test_metrics_say_how_far_how_long_and_how_it_ended(watched: Watched) -> None:
    collector = watched.collector
    watched.sealed_answer(SEED)
    watched.server.ask("What is whooping cough?")

    def outcomes() -> dict[str, int]:
        return {dict(k)["outcome"]: n for k, n in collector.newest(ENDED).items()}

    until(lambda: {"published", "not_covered"} <= outcomes().keys())
    until(lambda: set(collector.newest(LAG).values()) == {0})
    lagging = {dict(k)["messaging.consumer.group.name"] for k in collector.newest(LAG)}
    stages = {
        (dict(k)["plumbline.service"], dict(k)["messaging.destination.name"])
        for k in collector.newest("messaging.process.duration")
    }
    for topic, _, reader in EDGES:
        assert f"{reader}.{topic}" in lagging
        assert (reader, topic) in stages
    waited = collector.newest("plumbline.question.duration")
    assert {dict(k)["outcome"]: n for k, n in waited.items()}["published"] >= 1
    until(lambda: list(collector.newest("plumbline.ledger.size").values())[-1:] > [0])
    routes = {dict(k).get("http.route") for k in collector.newest("http.server.request.duration")}
    assert "/v1/questions" in routes


def test_a_collector_that_does_not_answer_delays_no_question_and_is_told_once(
    watched: Watched,
) -> None:
    server, collector = watched.server, watched.collector
    said = len(server.stderr())

    def told() -> list[str]:
        lines = re.findall(r"telemetry (\w+ \w+).*?\"signal\": \"(\w+)\"", server.stderr()[said:])
        return sorted(f"{signal} {words}" for words, signal in lines)

    collector.answers.clear()
    try:
        assert server.ask("What does progressive disease mean in CLL?")["status"] == "published"
        until(lambda: len(told()) >= 2)
        assert server.ask("What is staging in CLL?")["status"] in ("published", "not_covered")
        assert told() == ["metrics cannot be", "traces cannot be"]
    finally:
        collector.answers.set()
    until(lambda: len(told()) >= 4)
    assert told()[1::2] == ["metrics is delivered", "traces is delivered"]
    watched.whole_trace(watched.sealed_answer("What is MRD in CLL?"))
