"""Literature lists and credits: in the text of an edition, but nothing is claimed from them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from plumbline_ingest.blocks import Block, Break, Heading, ItemList, Paragraph, Reference, Table

# A heading that is nothing but this. "Sources" is not here: it also heads a text on where lead or
# a vitamin comes from.
_HEADING: Final = re.compile(
    r"(?:[\d.]+\s+|[A-Z]\.\s+)?"
    r"(?:(?:selected |key |cited )?references?(?: cited| list| and notes)?|"
    r"notes and references|list of references|bibliography|(?:works|literature) cited|"
    r"end ?notes)\s*:?",
    re.IGNORECASE,
)

# Who made a figure or table, and who may copy it. It goes on to the end of its paragraph.
_CREDIT: Final = re.compile(
    r"[\Wᵃ-ᶻʰʲʳˡˢʷˣʸ]*(?:(?i:(?:re)?printed (?:from|with|by)|reproduced (?:from|with|by)|"
    r"adapted (?:from|with)|(?:modified|used) with permission|courtesy of|copyright\b|"
    r"all rights reserved)|[A-Z][\w’'-]+ [A-Z]{1,3}(?:, [A-Z][\w’'-]+ [A-Z]{1,3})*,? et al)"
)


def is_credit(sentence: str) -> bool:
    """Whether a sentence begins to say where a figure or table comes from."""
    return sentence.startswith("©") or _CREDIT.match(sentence) is not None


def heads_references(text: str) -> bool:
    """Whether a heading of these words stands over a literature list."""
    return _HEADING.fullmatch(text.strip()) is not None


def set_apart(blocks: Iterable[Block]) -> Iterator[Block]:
    """The same blocks; what stands under a heading of references, up to the next heading of its
    level or above, is references.
    """
    level: int | None = None
    for block in blocks:
        if isinstance(block, Heading) and (level is None or block.level <= level):
            level = block.level if heads_references(block.text) else None
        if level is None:
            yield block
        else:
            yield from as_references([block])


def as_references(blocks: Iterable[Block]) -> Iterator[Reference]:
    """Every line of these blocks as a reference, with the marker that stood before it."""
    for block in blocks:
        yield from (Reference(line) for line in _lines(block) if line)


def _lines(block: Block) -> list[str]:
    match block:
        case Heading() | Paragraph() | Reference():
            return [block.text]
        case ItemList():
            return [f"{item.marker} {item.text}" for item in block.items]
        case Table():
            rows = (block.header, *block.rows)
            return [block.caption, *(" | ".join(filter(None, row)) for row in rows), *block.notes]
        case Break():
            return []
