"""What a deployment must have kept, whatever was done to it: every question, once and provably."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from system.deployed import Deployed

from plumbline.topics import (
    ANSWER_DRAFTED,
    ANSWER_RENDERED,
    ANSWER_REVIEWED,
    ANSWER_SEALED,
    EVIDENCE_RETRIEVED,
    QUESTION_ASKED,
    QUESTION_ENDED,
    Topic,
)
from plumbline_bus import Record
from plumbline_bus.event import trail_of
from plumbline_bus.kafka_look import look_at_brokers
from plumbline_provenance.receipt import parse_receipt
from plumbline_provenance.verify import verify
from plumbline_tlog.canonical import decode
from plumbline_tlog.checkpoint import Checkpoint, open_checkpoint
from plumbline_tlog.dsse import parse_envelope
from plumbline_tlog.fsck import check_tiles
from plumbline_tlog.note import Verifier

CHAIN = (QUESTION_ASKED, EVIDENCE_RETRIEVED, ANSWER_DRAFTED, ANSWER_REVIEWED, ANSWER_RENDERED)
READ: tuple[Topic[Any], ...] = (*CHAIN, ANSWER_SEALED, QUESTION_ENDED)
ENDINGS = {"published", "not_covered", "withheld"}  # a failure would be ours
Statement = dict[str, Any]


@dataclass(frozen=True)
class Kept:
    """What was found, once everything was checked."""

    endings: Mapping[str, str]  # answer id → status
    statements: Mapping[str, Statement]  # of the published ones: answer id → predicate
    records: Mapping[str, list[Record]]  # topic → its records
    stall_seconds: float  # the longest time in which questions were open, and none ended
    slowest_seconds: float  # from asked to ended

    def published(self) -> int:
        """How many were."""
        return len(self.statements)

    def said(self) -> str:
        """Counts, for whoever reads along."""
        again = {
            name: len(found) - len({record.key for record in found})
            for name, found in self.records.items()
        }
        return (
            f"{len(self.endings)} accepted questions ended, {self.published()} published; "
            f"longest stall {self.stall_seconds:.1f} s, slowest {self.slowest_seconds:.1f} s\n"
            f"records that were delivered again, and so stand again in the log: {again}"
        )


def check_kept(site: Deployed, accepted: Iterable[str]) -> Kept:
    """Every accepted question ended; one content and one leaf of each revision; all is proven."""
    trust = tuple((site.keys / "trust.txt").read_text().split())
    endings: dict[str, str] = {}
    receipts: dict[str, bytes] = {}
    gateway = site.gateway()
    with httpx.Client(base_url=gateway.url, timeout=100) as client:
        for answer in accepted:
            reply = client.get(f"/v1/answers/{answer}", headers={"Prefer": "wait=60"})
            endings[answer] = reply.json()["status"]
            assert endings[answer] in ENDINGS, (answer, reply.json())
        for answer, status in endings.items():
            if status == "published":
                receipts[answer] = gateway.receipt(answer, seconds=60)
    records = all_records(site)
    assert {verify(receipt, trust).exit_code for receipt in receipts.values()} == {0}
    check_one_of_each(records)
    runs = check_leaves(site, records)
    statements = {answer: statement_of(receipt) for answer, receipt in receipts.items()}
    assert {(answer, made["revision"]) for answer, made in statements.items()} <= runs
    check_chains(records, statements)
    stall, slowest = waits(records)
    return Kept(endings, statements, records, stall, slowest)


def all_records(site: Deployed) -> dict[str, list[Record]]:
    """Topic, without prefix and lane → its records, whatever their order."""
    with look_at_brokers(site.bootstrap, site.prefix) as look:
        return {
            topic.name: [
                record for name in topic.names for record in look.records(site.prefix + name)
            ]
            for topic in READ
        }


def check_one_of_each(records: Mapping[str, list[Record]]) -> None:
    """One content of each revision, and one signed review of it."""
    for topic in (ANSWER_REVIEWED, ANSWER_RENDERED):
        contents: dict[str, set[tuple[bytes, bytes]]] = {}
        for record in records[topic.name]:
            message = topic.message.FromString(record.value)
            contents.setdefault(record.key, set()).add((message.content, message.review))
        assert all(len(found) == 1 for found in contents.values()), topic.name


def check_leaves(site: Deployed, records: Mapping[str, list[Record]]) -> set[tuple[str, int]]:
    """One leaf of each revision and kind, none beside them, and a ledger that is whole."""
    leaves: dict[tuple[str, int, str], set[int]] = {}
    for record in records[ANSWER_SEALED.name]:
        sealed = ANSWER_SEALED.message.FromString(record.value)
        run = (sealed.answer_id, sealed.revision, sealed.kind)
        leaves.setdefault(run, set()).add(sealed.leaf_index)
    (provenance,) = site.of("provenance")
    ledger = Path(provenance.environ["PLUMBLINE_PROVENANCE_DIRECTORY"]) / "ledger"
    checkpoint = check_ledger(ledger, site.keys / "trust.txt")
    assert sorted(tuple(found) for found in leaves.values()) == [
        (index,) for index in range(checkpoint.size)
    ]
    return {(answer, revision) for answer, revision, _ in leaves}


def check_ledger(ledger: Path, trust: Path) -> Checkpoint:
    """The checkpoint of a ledger in whose files nothing is missing or wrong."""
    (vkey,) = [line for line in trust.read_text().split() if line.startswith("plumbline/log+")]
    checkpoint = open_checkpoint((ledger / "checkpoint").read_text(), Verifier.parse(vkey))
    check_tiles(lambda path: (ledger / path).read_bytes(), checkpoint)
    return checkpoint


def statement_of(receipt: bytes) -> Statement:
    """What a receipt says of its revision."""
    payload = parse_envelope(parse_receipt(decode(receipt)).statement).payload
    return dict(json.loads(payload)["predicate"])


def check_chains(records: Mapping[str, list[Record]], statements: Mapping[str, Statement]) -> None:
    """Every event that a statement names stands in the log, and came of the one before it."""
    trails = {
        (topic.owner, record.header("ce_id")): (
            record.key,
            [(hop.service, hop.event_id) for hop in trail_of(record)],
        )
        for topic in CHAIN
        for record in records[topic.name]
    }
    for answer, made in statements.items():
        hops = [(stage["service"], stage["event_id"]) for stage in made["runDetails"]["stages"]]
        assert [service for service, _ in hops] == [topic.owner for topic in CHAIN]
        for number, hop in enumerate(hops, start=1):
            assert trails[hop] == (f"{answer}/{made['revision']}", hops[:number])


def waits(records: Mapping[str, list[Record]]) -> tuple[float, float]:
    """The longest time without an ending while questions were open, and the longest of a question.

    By the times of the records, in seconds.
    """
    asked = firsts(records[QUESTION_ASKED.name])
    ended = firsts([*records[ANSWER_RENDERED.name], *records[QUESTION_ENDED.name]])
    moves = sorted(
        [(at, 1) for run, at in asked.items() if run in ended]
        + [(ended[run], -1) for run in asked if run in ended]
    )
    longest = since = open_now = 0
    for at, move in moves:
        if open_now == 0:
            since = at
        if move < 0:
            longest, since = max(longest, at - since), at
        open_now += move
    slowest = max((ended[run] - at for run, at in asked.items() if run in ended), default=0)
    return longest / 1000, slowest / 1000


def firsts(records: Iterable[Record]) -> dict[str, int]:
    """Record key → when the first of it was appended, Unix ms."""
    found: dict[str, int] = {}
    for record in records:
        found[record.key] = min(record.timestamp_ms, found.get(record.key, record.timestamp_ms))
    return found
