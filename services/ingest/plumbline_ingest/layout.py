"""Blocks to the edition's text: each part of each block gets its exact code point range."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from plumbline_ingest.blocks import (
    Block,
    Break,
    Heading,
    ItemList,
    Paragraph,
    Reference,
    Table,
)
from plumbline_ingest.parts import in_parts
from plumbline_ingest.sentences import leads_in, sentences

BLOCK_END: Final = "\n\n"
CELL_SEPARATOR: Final = " | "
_INDENT: Final = "  "


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a block that can be quoted: [start, end) of the edition's text.

    `depth` is an item's depth. `role` is what a part of a table is: "caption", "header", "group",
    "cell" or "note"; `row` and `column` are a cell's place.
    """

    start: int
    end: int
    depth: int = 0
    role: str = ""
    row: int = 0
    column: int = 0


@dataclass(frozen=True, slots=True)
class Placed:
    """A block in its place: prose has one piece, a list one per item, a table one per cell."""

    kind: str  # "prose", "list" or "table"
    section: tuple[str, ...]
    start: int
    end: int
    pieces: tuple[Piece, ...]
    leads_in: bool = False  # prose that introduces the block after it


@dataclass(frozen=True, slots=True)
class EditionText:
    """The normalised text of an edition. `thoughts` are runs of blocks that may share a passage."""

    text: str
    thoughts: tuple[tuple[Placed, ...], ...]


@dataclass
class _Page:
    """The text as it grows, and where we are in it."""

    parts: list[str] = field(default_factory=list)
    length: int = 0
    headings: dict[int, str] = field(default_factory=dict)
    thoughts: list[list[Placed]] = field(default_factory=lambda: [[]])

    def write(self, text: str) -> tuple[int, int]:
        """Append, and say where it came to stand."""
        start = self.length
        self.parts.append(text)
        self.length += len(text)
        return start, self.length

    @property
    def section(self) -> tuple[str, ...]:
        return tuple(self.headings[level] for level in sorted(self.headings))

    def open_section(self, heading: Heading) -> None:
        self.headings = {
            level: text for level, text in self.headings.items() if level < heading.level
        }
        self.thoughts.append([])
        if heading.text:
            self.headings[heading.level] = heading.text
            self.write(heading.text + BLOCK_END)

    def place(self, kind: str, start: int, end: int, pieces: Iterable[Piece]) -> None:
        leading = kind == "prose" and leads_in(self.parts[-1])
        self.thoughts[-1].append(Placed(kind, self.section, start, end, tuple(pieces), leading))

    def write_prose(self, text: str) -> None:
        start, end = self.write(text)
        self.place("prose", start, end, [Piece(start, end)])
        self.write(BLOCK_END)


def lay_out(documents: Iterable[Iterable[Block]]) -> EditionText:
    """An edition's documents, one after the other, as one text; each has its own headings."""
    page = _Page()
    for blocks in documents:
        page.headings = {}
        page.thoughts.append([])
        before: Block | None = None
        for block in blocks:
            _lay(block, page, before)
            before = block
    text = "".join(page.parts).removesuffix("\n")
    assert unicodedata.is_normalized("NFC", text)
    return EditionText(text, tuple(tuple(run) for run in page.thoughts if run))


def _lay(block: Block, page: _Page, before: Block | None) -> None:
    match block:
        case Heading():
            page.open_section(block)
        case Paragraph():
            page.write_prose(block.text)
        case ItemList() | Table():
            _lay_parts(block, page, before)
        case Reference():
            page.thoughts.append([])  # a passage never reaches across it
            page.write(block.text + BLOCK_END)
        case Break():
            page.thoughts.append([])


def _lay_parts(block: ItemList | Table, page: _Page, before: Block | None) -> None:
    """Every part of a long list or table stands under the words that lead in to the whole."""
    for number, part in enumerate(in_parts(block)):
        if number and isinstance(before, Paragraph) and leads_in(before.text):
            start, end = sentences(before.text, 0, len(before.text))[-1]
            page.write_prose(before.text[start:end])
        if isinstance(part, Table):
            _lay_table(part, page)
        else:
            _lay_items(part, page)


def _lay_items(block: ItemList, page: _Page) -> None:
    pieces = []
    for number, item in enumerate(block.items):
        page.write(("\n" if number else "") + _INDENT * item.depth + item.marker + " ")
        start, end = page.write(item.text)
        pieces.append(Piece(start, end, depth=item.depth))
    # From the line's beginning, so that the first marker is part of the list.
    first = pieces[0].start - len(block.items[0].marker) - 1
    page.place("list", first, pieces[-1].end, pieces)
    page.write(BLOCK_END)


def _lay_table(table: Table, page: _Page) -> None:
    start = page.length
    pieces: list[Piece] = []

    def write(text: str, role: str, row: int = 0, column: int = 0) -> None:
        first, end = page.write(text)
        if text:
            pieces.append(Piece(first, end, role=role, row=row, column=column))

    if table.caption:
        write(table.caption, "caption")
        page.write(BLOCK_END)
    rows = [table.header, *table.rows] if table.header else table.rows
    for number, row in enumerate(rows):
        page.write("\n" if number else "")
        named = "group" if table.is_group(row) else "cell"
        named = "header" if table.header and number == 0 else named
        for column, cell in enumerate(row):
            page.write(CELL_SEPARATOR if column else "")
            write(cell, named, number, column)
    for note in table.notes:
        page.write(BLOCK_END)
        write(note, "note")
    if pieces:
        page.place("table", start, page.length, pieces)
    page.write(BLOCK_END)
