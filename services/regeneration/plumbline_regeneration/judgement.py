"""What a newer edition means for one answer: which claims it hits, how badly, or not at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from plumbline.ingest.v1 import events_pb2 as ingest
from plumbline.regeneration.v1 import events_pb2 as wire
from plumbline.regeneration.v1.events_pb2 import StandsNow
from plumbline_regeneration.answers import Citation
from plumbline_regeneration.editions import Editions, Fate

SEVERITY_OF: Final = {
    ingest.CHANGE_KIND_SAME: wire.SEVERITY_UNSPECIFIED,
    ingest.CHANGE_KIND_MOVED: wire.SEVERITY_MOVED,
    ingest.CHANGE_KIND_REWORDED: wire.SEVERITY_REWORDED,
    ingest.CHANGE_KIND_NUMBER_CHANGED: wire.SEVERITY_NUMBER_CHANGED,
    ingest.CHANGE_KIND_MEANING_CHANGED: wire.SEVERITY_MEANING_CHANGED,
    ingest.CHANGE_KIND_WITHDRAWN: wire.SEVERITY_WITHDRAWN,
}


@dataclass(frozen=True)
class Judgement:
    """What is to be done. `severity` SEVERITY_UNSPECIFIED: nothing changed, `stands` says where.

    `ref` is the edition that asks for it; `claims` the ids of those hit, sorted, each with how bad
    it is for that one.
    """

    ref: str
    severity: wire.Severity.ValueType
    claims: Mapping[str, wire.Severity.ValueType]
    stands: tuple[StandsNow, ...]


def severity_name(severity: int) -> str:
    """As it is told to machines: "number_changed"; "none" when nothing changed."""
    if severity == wire.SEVERITY_UNSPECIFIED:
        return "none"
    name = wire.Severity.Name(wire.Severity.ValueType(severity))
    return name.removeprefix("SEVERITY_").lower()


def hits(fate: Fate) -> bool:
    """Whether what rests on it has to be made again."""
    return SEVERITY_OF[ingest.ChangeKind.ValueType(fate.kind)] != wire.SEVERITY_UNSPECIFIED


def judge(citations: Sequence[Citation], editions: Editions, today: str) -> Judgement | None:
    """What the editions in force on that day mean for an answer; None: it rests on them."""
    severity: wire.Severity.ValueType = wire.SEVERITY_UNSPECIFIED
    hit: dict[str, wire.Severity.ValueType] = {}
    stands: dict[str, StandsNow] = {}
    refs: list[tuple[int, str]] = []
    for citation in citations:
        current = editions.in_force(citation.guideline_id, today)
        if not editions.is_older(citation.edition_id, current):
            continue
        fate = editions.fate(citation.edition_id, current, citation.range)
        found = SEVERITY_OF[ingest.ChangeKind.ValueType(fate.kind)]
        refs.append((found, current))
        severity = max(severity, found)
        if found:
            hit[citation.claim_id] = max(hit.get(citation.claim_id, found), found)
        elif fate.now:
            place = citation.range.occurrence_id
            now = fate.now[0].occurrence_id
            version = editions.version(current)
            stands.setdefault(
                place, StandsNow(occurrence_id=place, version=version, now_occurrence_id=now)
            )
    if not refs:
        return None
    worst = max(refs)[1]
    places = tuple(stands[place] for place in sorted(stands))
    return Judgement(worst, severity, dict(sorted(hit.items())), places)


def recalled(recall_id: str, claims: Sequence[str]) -> Judgement:
    """What a recall means for an answer of which it reaches these claims; none: the whole of it."""
    return Judgement(
        recall_id, wire.SEVERITY_RECALLED, dict.fromkeys(claims, wire.SEVERITY_RECALLED), ()
    )
