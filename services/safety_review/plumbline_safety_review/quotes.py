"""A quotation: a range of a passage that is held here."""

from __future__ import annotations

from dataclasses import dataclass

from plumbline_safety_review.passages import Placed


@dataclass(frozen=True)
class Quote:
    """A range of a passage, in code points of its text."""

    placed: Placed
    start: int
    end: int

    @property
    def text(self) -> str:
        """The words of that range."""
        return self.placed.passage.text[self.start : self.end]

    @property
    def is_a_range(self) -> bool:
        """Whether the range holds something and lies within its passage."""
        return 0 <= self.start < self.end <= len(self.placed.passage.text)
