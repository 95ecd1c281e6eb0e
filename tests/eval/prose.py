"""The prose of an edition as paragraphs of sentences, and an edition made of such paragraphs."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

from plumbline.ingest.v1.events_pb2 import PASSAGE_KIND_TABLE, SPAN_KIND_ITEM
from plumbline_ingest.documents import Document
from plumbline_ingest.edition import Edition, make_edition

MOST_READINGS = 4


@dataclass
class Line:
    """A sentence on its way into a new edition, and what has been done to it."""

    text: str
    was: str | None  # None: it was not there before
    done: str = ""


@dataclass
class Block:
    """A paragraph under its headings."""

    section: tuple[str, ...]
    lines: list[Line]
    is_item: bool = False


def blocks_of(edition: Edition) -> list[Block]:
    """The paragraphs, lead-ins and items of an edition, without its tables."""
    blocks: list[Block] = []
    for passage in edition.passages:
        if passage.kind == PASSAGE_KIND_TABLE:
            continue
        end = 0
        for span in passage.spans:
            line = Line(passage.text[span.start : span.end], passage.text[span.start : span.end])
            item = span.kind == SPAN_KIND_ITEM
            if item or not end or "\n" in passage.text[end : span.start]:
                blocks.append(Block(tuple(passage.section), [], item))
            blocks[-1].lines.append(line)
            end = span.end
    return blocks


def steady(edition: Edition) -> Edition:
    """Its first edition, of sentences that stay the same when it is written down and read again.

    What a page runs together ("… one of these: - in the blood. - in the marrow.") reads differently
    the first time, which is no change that anybody made.
    """
    for _ in range(MOST_READINGS):
        again = edition_of(edition, blocks_of(edition), "1")
        if again.text == edition.text:
            break
        edition = again
    return again


def edition_of(edition: Edition, blocks: Sequence[Block], version: str) -> Edition:
    """The edition that these blocks make, by way of Markdown as any other."""
    written: list[str] = []
    at: tuple[str, ...] = ()
    for block in blocks:
        if block.section != at:
            same = 0
            while same < min(len(at), len(block.section)) and at[same] == block.section[same]:
                same += 1
            written += [f"{'#' * (d + 1)} {h}" for d, h in enumerate(block.section)][same:]
            at = block.section
        said = " ".join(line.text for line in block.lines if line.done != "deleted")
        written.append(f"- {said}" if block.is_item else said)
    manifest = dataclasses.replace(edition.manifest, version=version, files=("text.md",))
    document = Document("text.md", "\n\n".join(written).encode())
    return make_edition(manifest, [document])
