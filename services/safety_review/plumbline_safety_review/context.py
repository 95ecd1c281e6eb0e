"""What a quotation hangs on: its lead-in, its headers, the sentence before it, the rest of its own
sentence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from plumbline.ingest.v1.events_pb2 import (
    SPAN_KIND_CELL,
    SPAN_KIND_COLUMN_HEADER,
    SPAN_KIND_LEAD_IN,
    SPAN_KIND_ROW_HEADER,
    SPAN_KIND_SENTENCE,
    Passage,
    Span,
)
from plumbline_clinical.sentences import sentence_spans
from plumbline_safety_review.quotes import Quote

LIST_MARK_LENGTH = 4  # "10. " or "(a) ": a quotation may leave out the mark of its item


def spans_of(passage: Passage) -> Sequence[Span]:
    """Its spans; a passage that lists none is read sentence by sentence."""
    return passage.spans or [
        Span(kind=SPAN_KIND_SENTENCE, start=start, end=end)
        for start, end in _sentences(passage.text)
    ]


@lru_cache(maxsize=1024)
def _sentences(text: str) -> tuple[tuple[int, int], ...]:
    return tuple(sentence_spans(text))


def touched(quote: Quote) -> list[Span]:
    """The spans that a quotation takes words from, in order."""
    return [
        span
        for span in spans_of(quote.placed.passage)
        if span.start < quote.end and span.end > quote.start
    ]


def is_lead_in(quote: Quote) -> bool:
    """Whether it quotes words that introduce what stands below them."""
    spans = touched(quote)
    return bool(spans) and all(span.kind == SPAN_KIND_LEAD_IN for span in spans)


def whole(quote: Quote) -> Quote:
    """The quotation widened to the whole of every span it takes words from, but for a list mark."""
    spans = touched(quote)
    if not spans:
        return quote
    start, end = min(span.start for span in spans), max(span.end for span in spans)
    if 0 < quote.start - start <= LIST_MARK_LENGTH and _is_list_mark(quote, start):
        start = quote.start
    return replace(quote, start=min(start, quote.start), end=max(end, quote.end))


def _is_list_mark(quote: Quote, start: int) -> bool:
    mark = quote.placed.passage.text[start : quote.start].strip()
    return not mark.isalpha() and len(mark) <= LIST_MARK_LENGTH


def leads_in(quote: Quote) -> list[Quote]:
    """The lead-ins above it, outermost first."""
    spans = spans_of(quote.placed.passage)
    found: list[Quote] = []
    for span in touched(quote):
        above, seen = span.lead_in, set[int]()
        chain: list[Quote] = []
        while 0 < above <= len(spans) and above not in seen:
            seen.add(above)
            lead = spans[above - 1]
            chain.insert(0, Quote(quote.placed, lead.start, lead.end))
            above = lead.lead_in
        found += [lead for lead in chain if lead not in found]
    return found


def headers(quote: Quote) -> list[Quote]:
    """The headers of the cells it quotes, row before column; a header has none itself."""
    spans = spans_of(quote.placed.passage)
    found: list[Quote] = []
    for span in touched(quote):
        if span.kind != SPAN_KIND_CELL:
            continue
        for index in (span.row_header, span.column_header):
            if 0 < index <= len(spans):
                header = Quote(quote.placed, spans[index - 1].start, spans[index - 1].end)
                found += [header] if header not in found else []
    return found


def sentence_before(quote: Quote) -> Quote | None:
    """The unit of the same passage that stands right before it; None at the beginning."""
    headers_of_tables = (SPAN_KIND_COLUMN_HEADER, SPAN_KIND_ROW_HEADER)
    before = [
        span
        for span in spans_of(quote.placed.passage)
        if span.end <= quote.start and span.kind not in headers_of_tables
    ]
    return Quote(quote.placed, before[-1].start, before[-1].end) if before else None


def covers(quotes: Sequence[Quote], wanted: Quote) -> bool:
    """Whether one of these quotations holds all of the wanted words, in the same place."""
    place = wanted.placed.passage.occurrence_id
    return any(
        quote.placed.passage.occurrence_id == place
        and quote.start <= wanted.start
        and quote.end >= wanted.end
        for quote in quotes
    )
