"""A draft under review: its claims with the words they cite, where each stands, and what is
current.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from plumbline.generation.v1.events_pb2 import Citation, Claim, Draft, Section, TableBlock
from plumbline.retrieval.v1.events_pb2 import RetrievalInfo
from plumbline_safety_review.catalogue import Catalogue
from plumbline_safety_review.context import headers, leads_in, whole
from plumbline_safety_review.passages import Edition, Placed
from plumbline_safety_review.quotes import Quote
from plumbline_safety_review.remedy import Remedy


def _left_out_before(quote: Quote) -> str:
    cut = quote.placed.passage.text[whole(quote).start : quote.start].rstrip()
    return cut.removesuffix(":") if cut.endswith(":") else ""


@dataclass(frozen=True)
class Statement:
    """A claim as it stands now, perhaps repaired, with what it is made of in order."""

    id: str
    text: str
    said_verbatim: bool
    quotes: tuple[Quote, ...]
    also: tuple[Quote, ...] = ()
    unknown: tuple[str, ...] = ()
    repaired: bool = False

    @cached_property
    def quote_texts(self) -> tuple[str, ...]:
        """The words it cites, in citation order."""
        return tuple(quote.text for quote in self.quotes)

    @cached_property
    def structure(self) -> tuple[str, ...]:
        """The lead-ins and headers that its quotes hang on."""
        return tuple(
            part.text for quote in self.quotes for part in (*leads_in(quote), *headers(quote))
        )

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """Labels that its quotes' own items open with and the quotes leave out.

        "Name: …" says what the rest is about. One with a figure is not taken: figures are quoted.
        """
        cut = (_left_out_before(quote) for quote in self.quotes if quote.is_a_range)
        return tuple(text for text in cut if text and not any(c.isdigit() for c in text))

    @cached_property
    def headings(self) -> tuple[str, ...]:
        """The headings above its quotes, the nearest first."""
        return tuple(
            heading for quote in self.quotes for heading in reversed(quote.placed.passage.section)
        )

    @cached_property
    def quoted(self) -> str:
        """The words it cites, joined by one space."""
        return " ".join(self.quote_texts)

    @property
    def is_verbatim(self) -> bool:
        """Whether the text is exactly the words it cites, whatever the draft says."""
        return bool(self.quotes) and self.text == self.quoted

    @property
    def remedy(self) -> Remedy:
        """What can still be done about its words: quote them, unless it is a quotation already."""
        return Remedy.QUOTE if self.quotes and not self.is_verbatim else Remedy.NONE


@dataclass(frozen=True)
class Place:
    """Where a claim stands on the page. `column` is -1 outside a table; `before` are the claims
    above it.
    """

    section: Section
    label: str = ""
    before: tuple[str, ...] = ()
    table: TableBlock | None = None
    row: int = -1
    column: int = -1


@dataclass(frozen=True)
class Case:
    """Everything that a check may look at. It holds no word of the asker."""

    draft: Draft
    statements: tuple[Statement, ...]
    retrieval: RetrievalInfo
    catalogue: Catalogue
    current: Mapping[str, str] = field(default_factory=dict)
    added_notices: tuple[str, ...] = ()

    @cached_property
    def by_id(self) -> Mapping[str, Statement]:
        """Statements by claim id; of two with one id, the last."""
        return {statement.id: statement for statement in self.statements}

    @cached_property
    def places(self) -> Mapping[str, tuple[Place, ...]]:
        """Where each claim stands, in page order of first use."""
        places: dict[str, list[Place]] = {}
        for claim_id, place in _walk(self.draft):
            places.setdefault(claim_id, []).append(place)
        return {claim_id: tuple(found) for claim_id, found in places.items()}

    @cached_property
    def in_page_order(self) -> tuple[Statement, ...]:
        """Statements that stand on the page, in the order a reader meets them."""
        return tuple(self.by_id[claim_id] for claim_id in self.places if claim_id in self.by_id)

    @property
    def composed(self) -> Iterator[Statement]:
        """Statements that say something else than the words they cite."""
        return (one for one in self.statements if one.quotes and not one.is_verbatim)

    @cached_property
    def cited(self) -> tuple[Placed, ...]:
        """Every cited passage once, in page order of first use."""
        found: dict[str, Placed] = {}
        for statement in (*self.in_page_order, *self.statements):
            for quote in (*statement.quotes, *statement.also):
                found.setdefault(quote.placed.passage.occurrence_id, quote.placed)
        return tuple(found.values())

    @cached_property
    def editions(self) -> tuple[Edition, ...]:
        """Every cited edition once, in page order of first use."""
        found = {placed.edition.edition_id: placed.edition for placed in self.cited}
        return tuple(found.values())

    @property
    def notice_ids(self) -> tuple[str, ...]:
        """The notices of the page: the draft's and those that a repair added."""
        return (*self.draft.notice_ids, *self.added_notices)


def statements_of(claims: Sequence[Claim], placed: Mapping[str, Placed]) -> tuple[Statement, ...]:
    """The claims of a draft with the words they cite, as this service holds them."""
    return tuple(_statement(claim, placed) for claim in claims)


def _statement(claim: Claim, placed: Mapping[str, Placed]) -> Statement:
    def quotes(citations: Sequence[Citation]) -> tuple[Quote, ...]:
        known = (c for c in citations if c.occurrence_id in placed)
        return tuple(Quote(placed[c.occurrence_id], c.start, c.end) for c in known)

    unknown = tuple(
        c.occurrence_id for c in (*claim.citations, *claim.also) if c.occurrence_id not in placed
    )
    return Statement(
        claim.id,
        claim.text,
        claim.verbatim,
        quotes(claim.citations),
        quotes(claim.also),
        unknown,
    )


def _walk(draft: Draft) -> Iterator[tuple[str, Place]]:
    for section in draft.sections:
        for block in section.blocks:
            if block.WhichOneof("block") == "claims":
                ids = tuple(block.claims.claims)
                for number, claim_id in enumerate(ids):
                    yield claim_id, Place(section, block.claims.label, ids[:number])
            elif block.WhichOneof("block") == "table":
                yield from _walk_table(section, block.table)


def _walk_table(section: Section, table: TableBlock) -> Iterator[tuple[str, Place]]:
    for number, row in enumerate(table.rows):
        for column, cell in enumerate(row.cells):
            ids = tuple(cell.claims)
            for index, claim_id in enumerate(ids):
                yield claim_id, Place(section, "", ids[:index], table, number, column)


def occurrences(draft: Draft) -> list[str]:
    """Every place that a draft cites."""
    every = (citation for claim in draft.claims for citation in (*claim.citations, *claim.also))
    return list(dict.fromkeys(citation.occurrence_id for citation in every))
