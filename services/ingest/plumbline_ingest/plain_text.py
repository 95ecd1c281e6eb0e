"""Plain text to blocks: blank lines part paragraphs, a short line by itself is a heading."""

from __future__ import annotations

import re
from typing import Final

from plumbline_ingest.blocks import BULLET, Block, Heading, Item, ItemList, Paragraph
from plumbline_ingest.lines import one_line

_LONGEST_HEADING: Final = 80  # characters; a line of prose by itself is usually longer
_ITEM: Final = re.compile(r"[ \t]*(?:([-*•–])|(\d{1,3}[.)]))[ \t]+(?=\S)")
_UNDERLINE: Final = re.compile(r"[=\-~_*]{3,}\s*")


def plain_blocks(source: str) -> list[Block]:
    """The blocks of a plain text. The first line is the title when it stands by itself."""
    blocks: list[Block] = []
    for paragraph in re.split(r"\n[ \t]*\n", source):
        lines = [line for line in paragraph.split("\n") if line.strip()]
        lines = [line for line in lines if not _UNDERLINE.fullmatch(line.strip())]
        if lines:
            blocks += _paragraph(lines, first=not blocks)
    return blocks


def _paragraph(lines: list[str], *, first: bool) -> list[Block]:
    if len(lines) == 1 and _is_heading(lines[0]):
        return [Heading(1 if first else 2, one_line(lines[0].lstrip("# ")))]
    starts = [number for number, line in enumerate(lines) if _ITEM.match(line)]
    if not starts:
        return [Paragraph(one_line(" ".join(lines)))]
    before = one_line(" ".join(lines[: starts[0]]))
    ends = [*starts[1:], len(lines)]
    items = tuple(_item(lines[start:end]) for start, end in zip(starts, ends, strict=True))
    return [*([Paragraph(before)] if before else []), ItemList(items)]


def _item(lines: list[str]) -> Item:
    match = _ITEM.match(lines[0])
    assert match
    marker = BULLET if match[1] else match[2].rstrip(")").rstrip(".") + "."
    return Item(one_line(" ".join([lines[0][match.end() :], *lines[1:]])), 0, marker)


def _is_heading(line: str) -> bool:
    words = line.strip()
    return (
        len(words) <= _LONGEST_HEADING
        and words[-1] not in ".:;,?!"
        and not _ITEM.match(line)
        and any(letter.isalpha() for letter in words)
    )
