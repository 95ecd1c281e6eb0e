"""An HTML table to rows in which every cell stands in every row and column that it spans."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from plumbline_ingest.blocks import Table
from plumbline_ingest.errors import Refused
from plumbline_ingest.html_boilerplate import is_left_out
from plumbline_ingest.html_tree import Element
from plumbline_ingest.html_words import words_of

WIDEST_COLUMNS: Final = 200  # HTML allows spans of 1000; no reader sees such a table
MOST_CELLS: Final = 100_000
MOST_LETTERS: Final = 4 * 1_048_576  # of one table, spans written out
_JOINER: Final = "; "  # between the parts of a cell that no mark parts
_LAYOUT_ROLES: Final = frozenset(("presentation", "none"))
_SECTIONS: Final = ("thead", "tbody", "tfoot")


@dataclass(frozen=True, slots=True)
class _Cell:
    """A cell in one of the places it spans; `number` tells cells of equal words apart."""

    text: str
    is_header: bool
    number: int


_EMPTY: Final = _Cell("", is_header=False, number=-1)
_Grid = list[list[_Cell]]


def cells_of(table: Element) -> list[Element]:
    """The cells of a table in order, not those of tables inside it."""
    return [cell for rows in _rows(table).values() for row in rows for cell in _cells(row)]


def is_layout(table: Element) -> bool:
    """Whether a table only arranges a page: it says so, is one column or row without headers, or
    holds headings or other tables.

    Refused when a table with headers holds another: neither way of reading it would be true.
    """
    cells = cells_of(table)
    has_headers = any(cell.tag == "th" for cell in cells)
    inside = [found for cell in cells for found in cell.walk() if found is not cell]
    if any(found.tag == "table" for found in inside):
        if has_headers:
            raise Refused(
                "the document holds a table inside a cell of a table with headers; write them one "
                "after the other"
            )
        return True
    if has_headers:
        return False
    rows = [row for part in _rows(table).values() for row in part if _cells(row)]
    is_line = len(rows) == 1 or all(len(_cells(row)) == 1 for row in rows)
    return table.role in _LAYOUT_ROLES or is_line or any(found.heading_level for found in inside)


def read_table(table: Element) -> Table:
    """The table with its caption, header, rows, groups and notes.

    Without header and rows all its words, if there are any, are notes.
    """
    captions = [words_of(part.children) for part in table.elements if part.tag == "caption"]
    grids = {name: _grid(rows) for name, rows in _rows(table).items()}
    width = max((len(row) for grid in grids.values() for row in grid), default=0)
    head, body, foot = (_padded(grids[name], width) for name in _SECTIONS)
    if not head:
        head, body = _leading_headers(body)
    while head and _is_one_cell(head[0]):
        captions.append(head.pop(0)[0].text)
    rows = [_row(row) for row in (*body, *foot)]
    notes: list[str] = []
    while width > 1 and rows and len(rows[-1]) == 1:  # nothing below that it could name
        notes.insert(0, rows.pop()[0])
    header = tuple(_column_name(column) for column in zip(*head, strict=True))
    if not any(header):
        header = ()
    rows = [row for row in rows if any(row)]
    said = tuple(filter(None, captions))
    if not (header or rows):
        return Table((), (), "", (*said, *filter(None, notes)))
    return Table(header, tuple(rows), " ".join(said), tuple(filter(None, notes)))


def _rows(table: Element) -> dict[str, list[Element]]:
    """Its rows by section. Where the foot stands in the source says nothing: it is the end."""
    found: dict[str, list[Element]] = {name: [] for name in _SECTIONS}
    for part in table.elements:
        if part.tag in found:
            found[part.tag] += [row for row in part.elements if row.tag == "tr"]
        elif part.tag == "tr":
            found["tbody"].append(part)
    return found


def _cells(row: Element) -> list[Element]:
    return [
        cell
        for cell in row.elements
        if cell.tag in ("td", "th") and not is_left_out(cell, in_document=True)
    ]


def _grid(rows: Sequence[Element]) -> _Grid:
    """Every place of these rows with the cell that covers it, as the HTML table model has it."""
    grid: list[dict[int, _Cell]] = [{} for _ in rows]
    number = letters = 0
    for y, row in enumerate(rows):
        x = 0
        for element in _cells(row):
            while x in grid[y]:
                x += 1
            cell = _Cell(words_of(element.children, joiner=_JOINER), element.tag == "th", number)
            number += 1
            down = min(_span(element, "rowspan") or len(rows), len(rows) - y)
            across = max(1, min(_span(element, "colspan"), WIDEST_COLUMNS - x))
            letters += len(cell.text) * down * across
            _refuse_too_large(x + across, len(rows), letters)
            for below in grid[y : y + down]:
                for place in range(x, x + across):
                    below.setdefault(place, cell)
            x += across
    return [_filled(row) for row in grid]


def _refuse_too_large(columns: int, rows: int, letters: int) -> None:
    if columns > WIDEST_COLUMNS or columns * rows > MOST_CELLS or letters > MOST_LETTERS:
        raise Refused(
            f"the document holds a table of more than {WIDEST_COLUMNS} columns, {MOST_CELLS:,} "
            f"cells or {MOST_LETTERS >> 20} MiB; split it"
        )


def _span(cell: Element, name: str) -> int:
    """How far it spans; 0 (allowed for rows) means to the end."""
    said = cell.attributes.get(name, "1").strip()
    return int(said) if said.isascii() and said.isdigit() and len(said) < 6 else 1


def _filled(row: dict[int, _Cell]) -> list[_Cell]:
    return [row.get(place, _EMPTY) for place in range(max(row, default=-1) + 1)]


def _padded(grid: _Grid, width: int) -> _Grid:
    rows = [row + [_EMPTY] * (width - len(row)) for row in grid]
    return [row for row in rows if any(cell.text for cell in row)]


def _leading_headers(body: _Grid) -> tuple[_Grid, _Grid]:
    """Rows of header cells at the top of a table that does not say where its head ends."""
    end = 0
    while end < len(body) and all(cell.is_header or not cell.text for cell in body[end]):
        end += 1
    return (body[:end], body[end:]) if end < len(body) else ([], body)


def _is_one_cell(row: Sequence[_Cell]) -> bool:
    """Whether one cell spans the whole of a wider table."""
    return len(row) > 1 and len({cell.number for cell in row}) == 1


def _row(row: Sequence[_Cell]) -> tuple[str, ...]:
    return (row[0].text,) if _is_one_cell(row) else tuple(cell.text for cell in row)


def _column_name(column: Sequence[_Cell]) -> str:
    """The headers over a column from the top, each once: "Dose: mg"."""
    return ": ".join(_different(column))


def _different(column: Sequence[_Cell]) -> Iterator[str]:
    before = ""
    for cell in column:
        if cell.text and cell.text != before:
            yield cell.text
            before = cell.text
