"""What a document is made of: headings, paragraphs, lists, tables and breaks, in reading order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, TypeVar

Part = TypeVar("Part")

BULLET: Final = "•"  # a dash before a number would read as a minus


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 1 is the title. One without words ends the sections of its level."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph on one line."""

    text: str


@dataclass(frozen=True, slots=True)
class Item:
    """One list item. `depth` is 0 for the outermost list; `marker` is what stood before it.

    `continues`: these words go on with the item above, behind what was nested in it.
    """

    text: str
    depth: int
    marker: str
    continues: bool = False


@dataclass(frozen=True, slots=True)
class ItemList:
    """Items of one list, nested ones in place."""

    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table; every row has as many cells as the header, empty ones are "".

    A row of one cell in a wider table names the rows below it ("Adults"), up to the next such row.
    `header` is () when no column has a name. The notes stand under the table.
    """

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str = ""
    notes: tuple[str, ...] = ()

    def is_group(self, row: tuple[str, ...]) -> bool:
        """Whether this row names the rows below it."""
        return len(row) == 1 < max(map(len, (self.header, *self.rows)))


@dataclass(frozen=True, slots=True)
class Reference:
    """A line of the literature list, or its heading: part of the text, never of a passage."""

    text: str


@dataclass(frozen=True, slots=True)
class Break:
    """A rule across the page: what stands before and after it are two thoughts."""


Block = Heading | Paragraph | ItemList | Table | Reference | Break


def one_item(parts: Iterable[Part], depth: int) -> Iterator[Part | Item]:
    """The parts of one item of this depth: words behind what is nested in it go on with it, under a
    bullet. Its number said twice would count an item that is none.
    """
    spoken = False
    for part in parts:
        if isinstance(part, Item) and part.depth == depth:
            yield Item(part.text, depth, BULLET, continues=True) if spoken else part
            spoken = True
        else:
            yield part
