"""Long lists and tables in parts that fit a passage; no cell stands without its header."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from typing import Final

from plumbline_ingest.blocks import Item, ItemList, Table

MOST_WORDS: Final = 250  # more than this is cut, at a sentence, item or row
WHOLE_WORDS: Final = 400  # a list or table says more whole, with its lead-in, than in parts

Row = tuple[str, ...]


def in_parts(block: ItemList | Table) -> Sequence[ItemList | Table]:
    """The block in one part, or in several that each stay under `MOST_WORDS` where they can.

    An item stays with what is nested in it; a part of a table has the caption, the header and the
    row that names its group. What leads in to the block is not repeated here.
    """
    if isinstance(block, Table):
        return list(_table_parts(block))
    if _words([item.text for item in block.items]) <= WHOLE_WORDS:
        return [block]
    return [ItemList(tuple(items)) for items in _runs(block.items)]


def _runs(items: Sequence[Item]) -> Iterator[list[Item]]:
    run: list[Item] = []
    for family in _families(items):
        if run and _words([item.text for item in (*run, *family)]) > MOST_WORDS:
            yield run
            run = []
        run += family
    yield run


def _families(items: Sequence[Item]) -> list[list[Item]]:
    """Every outermost item with what is nested in it, and the words that go on with it."""
    families: list[list[Item]] = []
    for item in items:
        if (item.depth == 0 and not item.continues) or not families:
            families.append([])
        families[-1].append(item)
    return families


def _table_parts(table: Table) -> Iterator[Table]:
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


def _words(texts: Sequence[str]) -> int:
    return sum(len(text.split()) for text in texts)
