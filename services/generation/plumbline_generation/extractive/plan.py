"""The plan of a page, made of quotes, and how it becomes a draft of numbered claims."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from plumbline.generation.v1.events_pb2 import (
    Block,
    Cell,
    Citation,
    Claim,
    ClaimsBlock,
    Draft,
    Row,
    Section,
    TableBlock,
    TemplateBlock,
)
from plumbline_generation.extractive.reading import tokens
from plumbline_generation.extractive.statements import Quote


@dataclass(frozen=True)
class Said:
    """Quotes in order, perhaps under a label that stands in the evidence."""

    quotes: tuple[Quote, ...]
    label: str = ""


@dataclass(frozen=True)
class Line:
    """One row of a table: for each column its quotes."""

    slot: str
    label: str
    cells: tuple[tuple[Quote, ...], ...]


@dataclass(frozen=True)
class Table:
    """A comparison."""

    columns: tuple[str, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Fixed:
    """Fixed words by id, and the terms that fill their places."""

    template_id: str
    terms: Mapping[str, str] = field(default_factory=dict)


Content = Said | Table | Fixed


@dataclass(frozen=True)
class Part:
    """One section of the page."""

    id: str
    role: str
    heading: str
    content: tuple[Content, ...]


@dataclass(frozen=True)
class Plan:
    """A whole page."""

    question_type: str
    title: str
    parts: tuple[Part, ...]
    not_stated: tuple[str, ...] = ()

    def quotes(self) -> list[Quote]:
        """Every quote in the order of the page, repeats included."""
        return [
            quote for part in self.parts for content in part.content for quote in quotes_of(content)
        ]


def quotes_of(content: Content) -> list[Quote]:
    """The quotes of one block in order."""
    if isinstance(content, Said):
        return list(content.quotes)
    if isinstance(content, Table):
        return [quote for line in content.lines for cell in line.cells for quote in cell]
    return []


Place = tuple[tuple[str, int, int], ...]


class Claims:
    """Numbers quotes as claims in the order of the page. One place is one claim throughout."""

    def __init__(self) -> None:
        self.claims: list[Claim] = []
        self._ids: dict[Place, str] = {}
        self._quoted: dict[str, dict[tuple[int, int], int]] = {}

    def ids(self, quotes: Sequence[Quote]) -> list[str]:
        """The claims' ids, the same words once, without what a source's licence has no room for."""
        once = {text_of(quote): quote for quote in reversed(quotes)}
        found = (self._id(quote) for quote in reversed(once.values()))
        return list(dict.fromkeys(claim_id for claim_id in found if claim_id))

    def _id(self, quote: Quote) -> str:
        place = tuple((unit.occurrence_id, unit.start, unit.end) for unit in quote)
        if place not in self._ids:
            if not self._room(quote):
                return ""
            self._ids[place] = f"c{len(self.claims) + 1}"
            citations = [Citation(occurrence_id=o, start=start, end=end) for o, start, end in place]
            self.claims.append(
                Claim(id=self._ids[place], text=text_of(quote), verbatim=True, citations=citations)
            )
        return self._ids[place]

    def _room(self, quote: Quote) -> bool:
        """Whether each passage may be quoted so far; counts the words if so."""
        wanted = {occurrence: dict(spans) for occurrence, spans in self._quoted.items()}
        for unit in quote:
            spans = wanted.setdefault(unit.occurrence_id, {})
            spans[unit.start, unit.end] = len(tokens(unit.text))
            if unit.words_allowed and sum(spans.values()) > unit.words_allowed:
                return False
        self._quoted = wanted
        return True


def text_of(quote: Quote) -> str:
    """The words of a quote, joined by one space."""
    return " ".join(unit.text for unit in quote)


def drafted(plan: Plan) -> Draft:
    """The draft of a plan: claims numbered from c1 in page order, empty sections left out."""
    claims = Claims()
    sections = [_section(part, claims) for part in plan.parts]
    return Draft(
        title=plan.title,
        question_type=plan.question_type,
        sections=[section for section in sections if section.blocks],
        claims=claims.claims,
        not_stated=plan.not_stated,
    )


def _section(part: Part, claims: Claims) -> Section:
    blocks = [_block(content, claims) for content in part.content]
    kept = [block for block in blocks if block is not None]
    return Section(id=part.id, role=part.role, heading=part.heading, blocks=kept)


def _block(content: Content, claims: Claims) -> Block | None:
    if isinstance(content, Fixed):
        return Block(
            template=TemplateBlock(template_id=content.template_id, terms=dict(content.terms))
        )
    if isinstance(content, Table):
        return Block(table=_table(content, claims)) if content.lines else None
    ids = claims.ids(content.quotes)
    return Block(claims=ClaimsBlock(claims=ids, label=content.label)) if ids else None


def _table(table: Table, claims: Claims) -> TableBlock:
    return TableBlock(
        columns=table.columns,
        rows=[
            Row(
                slot=line.slot,
                label=line.label,
                cells=[Cell(claims=claims.ids(quotes)) for quotes in line.cells],
            )
            for line in table.lines
        ],
    )
