"""RE-COMPARE: every cell rests on words about its own column and its own row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from plumbline.generation.v1.events_pb2 import TableBlock
from plumbline_safety_review.case import Case, Statement
from plumbline_safety_review.context import headers, leads_in, whole
from plumbline_safety_review.naming import Name, named_in, names_of, partly_named
from plumbline_safety_review.quotes import Quote
from plumbline_safety_review.verdict import Check, Finding


def examine(case: Case) -> Iterator[Finding]:
    """Cells or columns exchanged keep every word true and make every cell false, so nothing mends
    it.
    """
    for statement in case.statements:
        for place in case.places.get(statement.id, ()):
            if place.table is None or not all(quote.is_a_range for quote in statement.quotes):
                continue
            if not _own_column(statement, columns_of(place.table), place.column):
                yield Finding("other-column", statement.id)
            if not _own_row(statement, rows_of(place.table), place.row):
                yield Finding("other-row", statement.id)


def columns_of(table: TableBlock) -> list[Name]:
    """The names of its columns."""
    return names_of([(column, "") for column in table.columns])


def rows_of(table: TableBlock) -> list[Name]:
    """The names of its rows, by label and by machine name."""
    return names_of([(row.label, row.slot) for row in table.rows])


def _own_column(statement: Statement, names: Sequence[Name], own: int) -> bool:
    """Whether some quote is about this column and none is about another one only.

    A claim that stands in several columns has the same words from the other places in `also`.
    """
    nearest = [_nearest(_outwards(quote), names) for quote in statement.quotes]
    if any(own in named for named in nearest) and all(own in named for named in nearest if named):
        return True
    return any(
        quote.is_a_range
        and quote.text == statement.quoted
        and own in _nearest(_outwards(quote), names)
        for quote in statement.also
    )


def _own_row(statement: Statement, names: Sequence[Name], own: int) -> bool:
    """Whether the claim's words, or what they hang on, name this row; a row of one name may be
    half named. The words are those of the whole item: a cell may leave out the label it opens with.
    """
    items = (whole(quote).text for quote in statement.quotes)
    levels = ["\n".join((*items, *statement.structure)), *statement.headings]
    named = _nearest(levels, names)
    return own in named or (not named and any(partly_named(text, names[own]) for text in levels))


def _nearest(levels: Sequence[str], names: Sequence[Name]) -> frozenset[int]:
    """The names used by the nearest words that use any."""
    return next((named for text in levels if (named := named_in(text, names))), frozenset())


def _outwards(quote: Quote) -> list[str]:
    """From the quoted words outwards: with headers and lead-ins; headings; the words before; the
    title.
    """
    return [
        "\n".join(part.text for part in (quote, *leads_in(quote), *headers(quote))),
        *reversed(quote.placed.passage.section),
        quote.placed.passage.text[: quote.start],
        quote.placed.edition.manifest.title,
    ]


CHECK = Check("RE-COMPARE", "1", examine)
