"""What can be quoted of a passage: sentences, lead-ins, items, cells, and what each hangs on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from plumbline.ingest.v1.events_pb2 import (
    SPAN_KIND_CELL,
    SPAN_KIND_COLUMN_HEADER,
    SPAN_KIND_ITEM,
    SPAN_KIND_LEAD_IN,
    SPAN_KIND_ROW_HEADER,
    SPAN_KIND_SENTENCE,
    Span,
    SpanKind,
)
from plumbline_ingest.layout import Piece
from plumbline_ingest.references import is_credit
from plumbline_ingest.sentences import announces, stating

Range = tuple[int, int]


@dataclass
class Spans:
    """Collects the spans of one passage: ranges of the edition go in, of the passage come out."""

    text: str
    start: int
    found: list[Span] = field(default_factory=list)

    def add_sentences(self, start: int, end: int) -> None:
        """Every sentence of this paragraph, up to a credit."""
        self._add_sentences(start, end, 0)

    def add_paragraphs(self, ranges: Sequence[Range]) -> None:
        """Paragraphs that follow each other. The first sentence below one that ends with a colon
        is quoted with it.
        """
        *before, (start, end) = ranges
        self._add_sentences(start, end, self._add_above(before))

    def add_lead_ins(self, ranges: Sequence[Range]) -> int:
        """The paragraphs above a list or table; the index of what leads in to it, 0 for nothing."""
        if not ranges:
            return 0
        *before, (start, end) = ranges
        return self.add_lead_in(start, end, above=self._add_above(before))

    def _add_above(self, ranges: Sequence[Range]) -> int:
        """Paragraphs; the index of the last one if it announces what follows, else 0."""
        lead_in = 0
        for start, end in ranges:
            if announces(self.text[start:end]):
                lead_in = self.add_lead_in(start, end, above=lead_in)
            else:
                self._add_sentences(start, end, lead_in)
                lead_in = 0
        return lead_in

    def _add_sentences(self, start: int, end: int, lead_in: int) -> None:
        for first, last in stating(self.text, start, end):
            if self.found and is_credit(self.text[first:last]):
                break
            self._add(SPAN_KIND_SENTENCE, first, last, lead_in=lead_in)
            lead_in = 0

    def add_lead_in(self, start: int, end: int, above: int = 0) -> int:
        """The last sentence of the paragraph leads in; its 1-based index. Those before do not.

        `above` is the index of what leads in to the lead-in itself, 0 for nothing.
        """
        *before, last = stating(self.text, start, end)
        for first, final in before:
            self._add(SPAN_KIND_SENTENCE, first, final)
        return self._add(SPAN_KIND_LEAD_IN, *last, lead_in=above)

    def add_items(self, pieces: Sequence[Piece], lead_in: int) -> None:
        """One span per item. What stands above a deeper item leads in to it, whatever it is."""
        leads = {-1: lead_in}
        for piece, following in zip(pieces, [*pieces[1:], None], strict=True):
            above = leads[max(depth for depth in leads if depth < piece.depth)]
            leads = {depth: index for depth, index in leads.items() if depth < piece.depth}
            introduces = (
                following is not None
                and following.depth > piece.depth
                and self.text[piece.end - 1] not in ".!?"
            )
            kind = SPAN_KIND_LEAD_IN if introduces else SPAN_KIND_ITEM
            leads[piece.depth] = self._add(kind, piece.start, piece.end, lead_in=above)

    def add_cells(self, pieces: Sequence[Piece], lead_in: int) -> None:
        """Column headers, then row by row its header and its cells, each cell with both.

        A caption leads in to the whole table, a row that names a group to the rows of the group.
        """
        columns: dict[int, int] = {}
        rows: dict[int, int] = {}
        above = whole = lead_in
        for piece in pieces:
            match piece.role:
                case "caption":
                    above = whole = self.add_lead_in(piece.start, piece.end, above=lead_in)
                case "header":
                    columns[piece.column] = self._add(
                        SPAN_KIND_COLUMN_HEADER, piece.start, piece.end
                    )
                case "group":
                    above = self._add(SPAN_KIND_LEAD_IN, piece.start, piece.end, lead_in=whole)
                case "note":
                    self.add_sentences(piece.start, piece.end)
                case _:
                    self._add_cell(piece, above, columns, rows)

    def _add_cell(
        self, piece: Piece, lead_in: int, columns: Mapping[int, int], rows: dict[int, int]
    ) -> None:
        is_header = piece.column == 0
        index = self._add(
            SPAN_KIND_ROW_HEADER if is_header else SPAN_KIND_CELL,
            piece.start,
            piece.end,
            lead_in=lead_in,
            row_header=0 if is_header else rows.get(piece.row, 0),
            column_header=columns.get(piece.column, 0),
        )
        if is_header:
            rows[piece.row] = index

    def _add(
        self,
        kind: SpanKind.ValueType,
        start: int,
        end: int,
        *,
        lead_in: int = 0,
        row_header: int = 0,
        column_header: int = 0,
    ) -> int:
        self.found.append(
            Span(
                kind=kind,
                start=start - self.start,
                end=end - self.start,
                lead_in=lead_in,
                row_header=row_header,
                column_header=column_header,
            )
        )
        return len(self.found)
