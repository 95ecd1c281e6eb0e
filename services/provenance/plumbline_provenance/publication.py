"""What goes into the ledger and what comes out of it."""

from __future__ import annotations

from dataclasses import dataclass

Identity = tuple[str, int, str]
"""(answer_id, revision, kind): one leaf for each, for ever."""


@dataclass(frozen=True, slots=True)
class Publication:
    """A verified revision, ready to be sealed."""

    answer_id: str
    revision: int
    kind: str
    content: bytes
    content_sha256: str
    review: bytes
    rendering: bytes
    statement: bytes  # the in-toto Statement, not yet signed
    review_key: str  # vkey
    render_key: str  # vkey

    @property
    def identity(self) -> Identity:
        """What there is only one of."""
        return self.answer_id, self.revision, self.kind


@dataclass(frozen=True, slots=True)
class Sealed:
    """A revision in the ledger. The receipt's bytes never change."""

    leaf_index: int
    content_sha256: str
    receipt: bytes
