"""Cutting a passage where it is quoted, so that each quotation is exactly some whole marks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from string import ascii_lowercase

Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a passage. `label` ("a", "b"…) names it when it is quoted, else ""."""

    start: int
    end: int
    text: str
    label: str


def pieces(text: str, ranges: Iterable[Range]) -> tuple[Piece, ...]:
    """The text cut at every end of a quoted range (code points); joined again it is the text.

    Ranges may repeat, touch and overlap: each is a run of whole pieces. ValueError when one is
    empty or leaves the text.
    """
    quoted = sorted(set(ranges))
    if any(not 0 <= start < end <= len(text) for start, end in quoted):
        raise ValueError("a quoted range is empty or leaves its passage")
    cuts = sorted({0, len(text), *(cut for span in quoted for cut in span)})
    made: list[Piece] = []
    count = 0
    for start, end in pairwise(cuts):
        inside = any(a <= start and end <= b for a, b in quoted)
        made.append(Piece(start, end, text[start:end], _label(count) if inside else ""))
        count += inside
    return tuple(made)


def labels(cut: Sequence[Piece], start: int, end: int) -> list[str]:
    """The marks that make up one quoted range, in order."""
    return [piece.label for piece in cut if piece.label and start <= piece.start < end]


def place_path(section: Sequence[str], title: str) -> str:
    """Where in an edition a passage stands; its own title, when a path begins with it, is cut."""
    inner = section[1:] if section and section[0] == title else section
    return " › ".join(inner)


def _label(index: int) -> str:
    """a…z, then aa, ab…"""
    rest, last = divmod(index, len(ascii_lowercase))
    return (_label(rest - 1) if rest else "") + ascii_lowercase[last]
