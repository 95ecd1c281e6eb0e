"""From reviewed sections to what a page shows, in the order that was reviewed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from plumbline_rendering.content import BadContent, Content
from plumbline_rendering.numbering import Listed, Numbering, Sentence

SENTENCES_IN_A_PARAGRAPH: Final = 3  # more is a wall of text on a phone
LEAD_IN_CHARACTERS: Final = 24  # "A next step:" is set in bold, a whole clause is not


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Proven sentences, under a label when there is one."""

    label: str
    sentences: Sequence[Sentence]
    kind: str = "claims"


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a comparison; a cell without sentences is one that no source fills."""

    label: str
    cells: Sequence[Sequence[Sentence]]

    @property
    def proven(self) -> bool:
        """Whether anything in it is stated: only then the thick line runs beside it."""
        return any(self.cells)


@dataclass(frozen=True, slots=True)
class Table:
    """A comparison. `first` names the column of row labels, if the content does."""

    first: str
    columns: Sequence[str]
    rows: Sequence[Row]
    kind: str = "table"


@dataclass(frozen=True, slots=True)
class Fixed:
    """Our own fixed words: never beside the thick line."""

    lines: Sequence[str]
    kind: str = "template"


Block = Paragraph | Table | Fixed


@dataclass(frozen=True, slots=True)
class Part:
    """One section. `id` is its anchor."""

    id: str
    role: str
    heading: str
    blocks: Sequence[Block]

    @property
    def lines(self) -> list[str]:
        """All fixed lines of the section, in order."""
        return [line for block in self.blocks if isinstance(block, Fixed) for line in block.lines]


@dataclass(frozen=True, slots=True)
class Layout:
    """The whole answer, laid out. `stated`: how many claims stand on the page."""

    parts: Sequence[Part]
    own_case: Sequence[str]
    passages: Sequence[Listed]
    stated: int

    def part(self, role: str) -> Part | None:
        """The first section of a role."""
        return next((part for part in self.parts if part.role == role), None)


def lay_out(content: Content) -> Layout:
    """Walk through the content once. BadContent when its sections do not fit together."""
    numbering = Numbering(content)
    try:
        parts = [
            _part(f"part-{place}", section, numbering)
            for place, section in enumerate(content.whole["sections"], 1)
        ]
    except (KeyError, TypeError, AttributeError) as error:
        raise BadContent("content-shape") from error
    if numbering.stated != len(content.claims):
        raise BadContent("claim-without-place")
    return Layout(
        parts=[part for part in parts if part.role != "own_case"],
        own_case=[line for part in parts if part.role == "own_case" for line in part.lines],
        passages=numbering.listed(),
        stated=numbering.stated,
    )


def lead_in(line: str) -> tuple[str, str]:
    """A fixed line as its short lead-in with the colon ("" when it has none), and the rest."""
    before, colon, after = line.partition(": ")
    return (f"{before}:", after) if colon and len(before) <= LEAD_IN_CHARACTERS else ("", line)


def _part(anchor: str, section: Mapping[str, Any], numbering: Numbering) -> Part:
    blocks = [made for block in section["blocks"] for made in _blocks(block, numbering)]
    return Part(anchor, section["role"], section["heading"], blocks)


def _blocks(block: Mapping[str, Any], numbering: Numbering) -> Sequence[Block]:
    match block["kind"]:
        case "claims":
            return _paragraphs(block, numbering)
        case "table":
            return [_table(block, numbering)]
        case "template":
            return [Fixed([line.strip() for line in block["text"].splitlines() if line.strip()])]
        case _:
            raise BadContent("content-shape")


def _paragraphs(block: Mapping[str, Any], numbering: Numbering) -> list[Block]:
    sentences = [numbering.sentence(claim) for claim in block["claims"]]
    label = block.get("label", "").rstrip(": ")
    return [
        Paragraph("" if start else label, sentences[start : start + SENTENCES_IN_A_PARAGRAPH])
        for start in range(0, len(sentences), SENTENCES_IN_A_PARAGRAPH)
    ]


def _table(block: Mapping[str, Any], numbering: Numbering) -> Table:
    rows = [
        Row(row["label"], [_cell(cell, numbering) for cell in row["cells"]])
        for row in block["rows"]
    ]
    columns = list(block["columns"])
    width = max((len(row.cells) for row in rows), default=len(columns))
    first = columns.pop(0) if len(columns) == width + 1 else ""
    if any(len(row.cells) != len(columns) for row in rows):
        raise BadContent("table-shape")
    return Table(first, columns, rows)


def _cell(cell: Mapping[str, Any], numbering: Numbering) -> list[Sentence]:
    return [numbering.sentence(claim) for claim in cell.get("claims", ())]
