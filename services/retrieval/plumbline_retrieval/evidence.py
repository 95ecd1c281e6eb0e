"""Chosen passages as they are said: ranked, with their editions, as many as one record takes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from plumbline.retrieval.v1.events_pb2 import Evidence
from plumbline_retrieval.editions import Edition, Placed

MOST_BYTES: Final = 524_288  # half of what one record takes
MOST_TITLES: Final = 3


def in_order(chosen: Iterable[Placed], scores: Mapping[str, float]) -> list[tuple[Placed, float]]:
    """Best first; a passage that came along with its section and was no candidate is last."""
    lowest = min(scores.values())
    scored = ((placed, scores.get(placed.passage.occurrence_id, lowest)) for placed in chosen)
    return sorted(scored, key=lambda pair: (-pair[1], pair[0].passage.occurrence_id))


def evidence_of(
    chosen: Iterable[tuple[Placed, float]], editions: Mapping[str, Edition]
) -> tuple[Evidence, ...]:
    """Ranked passages as they are said, as many as one record takes."""
    found: list[Evidence] = []
    room = MOST_BYTES
    for placed, score in chosen:
        edition = editions[placed.edition_id]
        evidence = Evidence(
            passage=placed.passage,
            edition_id=edition.edition_id,
            guideline_id=edition.guideline_id,
            edition=edition.opened,
            rank=len(found) + 1,
            score=score,
        )
        room -= evidence.ByteSize()
        if room < 0:
            break
        found.append(evidence)
    return tuple(found)


def titles(editions: Iterable[Edition]) -> tuple[str, ...]:
    """The titles of editions, each once, the first few."""
    return tuple(dict.fromkeys(edition.opened.title for edition in editions))[:MOST_TITLES]
