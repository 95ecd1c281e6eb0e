"""Blocks to passages: one thought under one heading path, about 60 to 250 words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from plumbline.ingest.v1.events_pb2 import (
    PASSAGE_KIND_LIST,
    PASSAGE_KIND_PROSE,
    PASSAGE_KIND_TABLE,
    PassageKind,
    Span,
)
from plumbline_ingest.layout import EditionText, Placed
from plumbline_ingest.parts import MOST_WORDS
from plumbline_ingest.sentences import sentences
from plumbline_ingest.spans import Spans

ENOUGH_WORDS: Final = 60  # a paragraph of this length is a thought by itself

Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Cut:
    """A passage without its name: a range of the edition's text, and what can be quoted of it."""

    start: int
    end: int
    section: tuple[str, ...]
    kind: PassageKind.ValueType
    spans: tuple[Span, ...]


def cut_passages(edition: EditionText) -> list[Cut]:
    """The passages of an edition in order. None mixes headings; none overlaps another."""
    return [cut for thought in edition.thoughts for cut in _Thought(edition.text, thought).cuts()]


@dataclass(frozen=True, slots=True)
class _Thought:
    """Blocks that follow each other under one heading path."""

    text: str
    blocks: Sequence[Placed]

    def cuts(self) -> Iterator[Cut]:
        prose: list[Placed] = []
        for block in self.blocks:
            if block.kind == "prose":
                prose.append(block)
                continue
            lead = prose.pop() if prose and prose[-1].leads_in else None
            yield from self._prose(prose)
            prose = []
            yield self._table(lead, block) if block.kind == "table" else self._list(lead, block)
        yield from self._prose(prose)

    def _prose(self, blocks: Sequence[Placed]) -> Iterator[Cut]:
        if not blocks:
            return
        ranges = [part for block in blocks for part in self._portions(block)]
        for group in self._packed(ranges):
            spans = Spans(self.text, group[0][0])
            for start, end in group:
                spans.add_sentences(start, end)
            yield self._cut(blocks[0], group[0][0], group[-1][1], PASSAGE_KIND_PROSE, spans)

    def _portions(self, block: Placed) -> Iterator[Range]:
        """The paragraph, or runs of its sentences when it is too long for one passage."""
        if self._words(block.start, block.end) <= MOST_WORDS:
            yield block.start, block.end
            return
        found = sentences(self.text, block.start, block.end)
        first = 0
        for number, (_, end) in enumerate(found):
            following = found[number + 1][1] if number + 1 < len(found) else None
            if following is None or self._words(found[first][0], following) > MOST_WORDS:
                yield found[first][0], end
                first = number + 1

    def _packed(self, ranges: Sequence[Range]) -> list[list[Range]]:
        """Short paragraphs together until they are a thought; a short rest joins the last one."""
        groups: list[list[Range]] = []
        for part in ranges:
            if groups and self._is_short(groups[-1]) and self._fits(groups[-1], part):
                groups[-1].append(part)
            else:
                groups.append([part])
        if (
            len(groups) > 1
            and self._is_short(groups[-1])
            and self._fits(groups[-2], groups[-1][-1])
        ):
            groups[-2:] = [groups[-2] + groups[-1]]
        return groups

    def _is_short(self, group: Sequence[Range]) -> bool:
        return self._words(group[0][0], group[-1][1]) < ENOUGH_WORDS

    def _fits(self, group: Sequence[Range], part: Range) -> bool:
        return self._words(group[0][0], part[1]) <= MOST_WORDS

    def _list(self, lead: Placed | None, block: Placed) -> Cut:
        start = lead.start if lead else block.start
        spans = Spans(self.text, start)
        lead_in = spans.add_lead_in(lead.start, lead.end) if lead else 0
        spans.add_items(block.pieces, lead_in)
        return self._cut(block, start, block.end, PASSAGE_KIND_LIST, spans)

    def _table(self, lead: Placed | None, block: Placed) -> Cut:
        start = lead.start if lead else block.start
        spans = Spans(self.text, start)
        lead_in = spans.add_lead_in(lead.start, lead.end) if lead else 0
        spans.add_cells(block.pieces, lead_in)
        return self._cut(block, start, block.end, PASSAGE_KIND_TABLE, spans)

    def _words(self, start: int, end: int) -> int:
        return len(self.text[start:end].split())

    def _cut(
        self, block: Placed, start: int, end: int, kind: PassageKind.ValueType, spans: Spans
    ) -> Cut:
        return Cut(start, end, block.section, kind, tuple(spans.found))
