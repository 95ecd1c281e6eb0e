"""Long tables in parts that each carry their caption, their header and the row that names a group."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Final

from plumbline_ingest.blocks import Table

MOST_WORDS: Final = 250  # of one part; as much as a passage of prose
WHOLE_WORDS: Final = 400  # a table of up to this many words stays in one piece, as a list does

Row = tuple[str, ...]


def in_parts(table: Table) -> Iterator[Table]:
    """The table, or parts of it that fit a passage: no cell stands without its header.

    A row that by itself is longer than a passage is not cut.
    """
    fixed = _words(table.header) + _words((table.caption,))
    if fixed + sum(map(_words, table.rows)) + _words(table.notes) <= WHOLE_WORDS:
        yield table
        return
    parts = list(_shared_out(table, fixed))
    for number, rows in enumerate(parts, start=1):
        notes = table.notes if number == len(parts) else ()
        yield dataclasses.replace(table, rows=tuple(rows), notes=notes)


def _shared_out(table: Table, fixed: int) -> Iterator[list[Row]]:
    part: list[Row] = []
    group: Row | None = None
    size = fixed
    for row in table.rows:
        if part and size + _words(row) > MOST_WORDS:
            spare = [part.pop()] if table.is_group(part[-1]) else []  # it belongs to what follows
            if part:
                yield part
            part = spare or ([group] if group and not table.is_group(row) else [])
            size = fixed + sum(map(_words, part))
        if table.is_group(row):
            group = row
        part.append(row)
        size += _words(row)
    yield part


def _words(cells: Row) -> int:
    return sum(len(cell.split()) for cell in cells)
