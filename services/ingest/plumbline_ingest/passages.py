"""Blocks to passages: one thought under one heading path, about 60 to 250 words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
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
from plumbline_ingest.spans import Range, Spans

ENOUGH_WORDS: Final = 60  # a paragraph of this length is a thought by itself


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
            above = self._taken_above(block, prose)
            yield from self._prose(prose)
            prose = []
            yield self._listed(above, block)
        yield from self._prose(prose)

    def _taken_above(self, block: Placed, prose: list[Placed]) -> list[Placed]:
        """What belongs to this list or table, taken off the end of the prose above it: the words
        that lead in to it, and a title above them.
        """
        if not prose or not prose[-1].leads_in:
            return []
        lead = prose.pop()
        if self._words(lead.start, block.end) > MOST_WORDS:
            *before, lead = self._parted(lead)
            if before:
                prose += before
                return [lead]
        above = [lead]
        while prose and prose[-1].leads_in:
            if self._words(prose[-1].start, lead.end) >= ENOUGH_WORDS:
                break
            above.insert(0, prose.pop())
        return above

    def _parted(self, lead: Placed) -> list[Placed]:
        """A long paragraph in two: its last sentences are enough to stand above a list."""
        found = sentences(self.text, lead.start, lead.end)
        if self._words(lead.start, lead.end) >= ENOUGH_WORDS:
            for (_, end), (start, _) in pairwise(found):
                if self._words(start, lead.end) < ENOUGH_WORDS or start == found[-1][0]:
                    return [replace(lead, end=end, leads_in=False), replace(lead, start=start)]
        return [lead]

    def _prose(self, blocks: Sequence[Placed]) -> Iterator[Cut]:
        for group in self._packed(list(self._units(blocks))):
            start, end = group[0][0], group[-1][1]
            spans = Spans(self.text, start)
            spans.add_paragraphs(group)
            yield self._cut(blocks[0], start, end, PASSAGE_KIND_PROSE, spans)

    def _units(self, blocks: Sequence[Placed]) -> Iterator[list[Range]]:
        """What may not be parted: a portion, and the short lines above it that lead in to it."""
        waiting: list[Range] = []
        for block in blocks:
            first, *rest = self._portions(block)
            waiting.append(first)
            if block.leads_in and not rest and self._is_short(waiting):
                continue
            yield waiting
            yield from ([portion] for portion in rest)
            waiting = []
        if waiting:
            yield waiting

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

    def _packed(self, units: Sequence[list[Range]]) -> list[list[Range]]:
        """Short paragraphs together until they are a thought; a short rest joins the last one."""
        groups: list[list[Range]] = []
        for unit in units:
            if groups and self._is_short(groups[-1]) and self._fits(groups[-1], unit):
                groups[-1] += unit
            else:
                groups.append(list(unit))
        if len(groups) > 1 and self._is_short(groups[-1]) and self._fits(groups[-2], groups[-1]):
            groups[-2:] = [groups[-2] + groups[-1]]
        return groups

    def _is_short(self, group: Sequence[Range]) -> bool:
        return self._words(group[0][0], group[-1][1]) < ENOUGH_WORDS

    def _fits(self, group: Sequence[Range], unit: Sequence[Range]) -> bool:
        return self._words(group[0][0], unit[-1][1]) <= MOST_WORDS

    def _listed(self, above: Sequence[Placed], block: Placed) -> Cut:
        """A list or table under the words that lead in to it."""
        start = above[0].start if above else block.start
        spans = Spans(self.text, start)
        lead_in = spans.add_lead_ins([(lead.start, lead.end) for lead in above])
        if block.kind == "table":
            spans.add_cells(block.pieces, lead_in)
        else:
            spans.add_items(block.pieces, lead_in)
        kind = PASSAGE_KIND_TABLE if block.kind == "table" else PASSAGE_KIND_LIST
        return self._cut(block, start, block.end, kind, spans)

    def _words(self, start: int, end: int) -> int:
        return len(self.text[start:end].split())

    def _cut(
        self, block: Placed, start: int, end: int, kind: PassageKind.ValueType, spans: Spans
    ) -> Cut:
        return Cut(start, end, block.section, kind, tuple(spans.found))
