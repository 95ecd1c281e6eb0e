"""What a search comes to, and the way that it took."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from plumbline.retrieval.v1.events_pb2 import Evidence, RetrievalInfo
from plumbline_retrieval.index import Hits
from plumbline_retrieval.rank import Ranked
from plumbline_retrieval.reading import Reading
from plumbline_retrieval.scope import Gate, Subject


@dataclass(frozen=True)
class Found:
    """Evidence, best first."""

    evidence: tuple[Evidence, ...]
    info: RetrievalInfo


@dataclass(frozen=True)
class NotCovered:
    """Why no held edition may answer, and the titles that came nearest."""

    reason: str
    nearest_titles: tuple[str, ...]


@dataclass
class Way:
    """How a search came to its result, filled in as it goes: for whoever asks why."""

    reading: Reading
    subjects: tuple[Subject, ...]
    passed: Gate
    chosen: Subject | None = None
    hits: Hits | None = None
    above: tuple[Ranked, ...] = ()  # the candidates that reach the floor, best first
    result: Found | NotCovered = NotCovered("", ())
    dense: Sequence[float] = ()  # the question's vector
