"""What the handler needs of whoever composes: evidence in, a draft or a refusal out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from plumbline.generation.v1.events_pb2 import Draft, MadeBy
from plumbline.retrieval.v1.events_pb2 import EvidenceRetrieved


@dataclass(frozen=True)
class Refusal:
    """The evidence cannot answer; `reason_code` is for machines, without a word of the question."""

    reason_code: str


class Composer(Protocol):
    """Writes drafts. Every fact of a draft stands in a claim, every claim in the evidence."""

    @property
    def made_by(self) -> MadeBy:
        """Who composes: the identity that every draft carries."""
        ...

    async def compose(self, retrieved: EvidenceRetrieved) -> Draft | Refusal:
        """A draft, or a refusal when the evidence cannot answer. Unavailable: try again later."""
        ...
