"""The sentences of an edition as alignment sees them: words, headers, place."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from plumbline.ingest.v1.events_pb2 import Passage, Span
from plumbline_clinical.text import stems

NUMERAL: Final = re.compile(r"\d+(?:[.,]\d+)*|[⁰¹²³⁴⁵⁶⁷⁸⁹]+|\bnumeral\b")


@dataclass(frozen=True)
class Sentence:
    """One span of a passage: a sentence, lead-in, item, header or cell.

    `start`, `end` are code points of the edition's text. `headers` are the words that a cell's row
    and column header say; "" for what stands in no table.
    """

    place: int  # its number in the edition
    passage: int  # the number of its passage
    start: int
    end: int
    text: str
    headers: str
    section: tuple[str, ...]

    @property
    def key(self) -> tuple[str, str]:
        """Two sentences of one key say the same words of the same thing."""
        return " ".join(self.text.split()), self.headers

    @cached_property
    def masked(self) -> frozenset[str]:
        """Its stems, its headers' too, with every numeral alike: what it talks about."""
        return frozenset(stems(NUMERAL.sub(" numeral ", f"{self.headers} {self.text}")))


def sentences_of(passages: Sequence[Passage]) -> list[Sentence]:
    """Every sentence of an edition, in order."""
    spans = [(n, passage, span) for n, passage in enumerate(passages) for span in passage.spans]
    return [
        Sentence(
            place=place,
            passage=number,
            start=passage.start + span.start,
            end=passage.start + span.end,
            text=passage.text[span.start : span.end],
            headers=_headers(passage, span),
            section=tuple(passage.section),
        )
        for place, (number, passage, span) in enumerate(spans)
    ]


def _headers(passage: Passage, span: Span) -> str:
    headers = [passage.spans[i - 1] for i in (span.row_header, span.column_header) if i]
    return " · ".join(passage.text[header.start : header.end] for header in headers)
