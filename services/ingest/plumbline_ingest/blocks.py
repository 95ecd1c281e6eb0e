"""What a document is made of: headings, paragraphs, lists, tables and breaks, in reading order."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 1 is the title."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph on one line."""

    text: str


@dataclass(frozen=True, slots=True)
class Item:
    """One list item. `depth` is 0 for the outermost list; `marker` is what stood before it."""

    text: str
    depth: int
    marker: str


@dataclass(frozen=True, slots=True)
class ItemList:
    """Items of one list, nested ones in place."""

    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table; every row has as many cells as the header, empty ones are ""."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Break:
    """A rule across the page: what stands before and after it are two thoughts."""


Block = Heading | Paragraph | ItemList | Table | Break
