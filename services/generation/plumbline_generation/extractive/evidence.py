"""The evidence as units that can be quoted, each with its headings, lead-in and headers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from plumbline.ingest.v1.events_pb2 import (
    PASSAGE_KIND_TABLE,
    SPAN_KIND_CELL,
    SPAN_KIND_COLUMN_HEADER,
    SPAN_KIND_ITEM,
    SPAN_KIND_LEAD_IN,
    SPAN_KIND_ROW_HEADER,
    SPAN_KIND_SENTENCE,
    Scope,
    Span,
)
from plumbline.retrieval.v1.events_pb2 import Evidence
from plumbline_clinical.lexicon import concept, mentions
from plumbline_generation.extractive.unquotable import is_housekeeping, unquotable

MARKER: Final = re.compile(r"(?:[-*+•–]|\(?\d{1,2}[.)]|\(?[a-z][.)])\s+")
SAYS_SOMETHING: Final = re.compile(r"[^\W_]")
# Cells that hold a mark for "nothing is said".
BLANK_CELL: Final = re.compile(
    r"^\W*(?:n/?a|not applicable|not stated|unknown)?\W*$", re.IGNORECASE
)

# What a title says of the edition and not of the disease: "(R)", "– for patients".
LONGEST_LABEL: Final = 80  # code points; safety_review takes no longer one
SENTENCE_END: Final = re.compile(r"[?!:;.](?:\s|$)")
# At most three words that name: "extragonadal …", "childhood acute …".
NARROWED: Final = re.compile(
    r"(?:(?!(?:a|an|the|about|and|of|for|in|on|to|i|my|what|know|guides?|guidelines?|with|\w+ing)\b)"
    r"[\w-]+ ){1,3}",
    re.IGNORECASE,
)
EDITION_WORDS: Final = re.compile(r"\s*\([^)]*\)|\s*[–—|].*$")

STATING: Final = (SPAN_KIND_SENTENCE, SPAN_KIND_ITEM, SPAN_KIND_CELL)


@dataclass(eq=False)
class Unit:
    """One quotable range of one passage. Compared by identity.

    `text` is the passage's text of [start, end), code points. `before` is the sentence, lead-in or
    item before it in the same passage; `opens` says that a blank line stands between the two.
    """

    occurrence_id: str
    guideline_id: str
    kind: int
    start: int
    end: int
    text: str
    section: tuple[str, ...]
    rank: int
    in_table: bool
    words_allowed: int
    lead_in: Unit | None = None
    row: Unit | None = None
    column: Unit | None = None
    before: Unit | None = None
    opens: bool = True

    @property
    def states(self) -> bool:
        """Whether it can stand as a claim, with what it needs around it."""
        return self.kind in STATING and not (
            self.kind == SPAN_KIND_CELL and BLANK_CELL.match(self.text)
        )

    @property
    def unquotable(self) -> bool:
        """Whether a page for everyone may not quote it: a remark on the text, a directive."""
        return unquotable(self.text, self.kind) or is_housekeeping(self.section)

    @property
    def leads(self) -> tuple[Unit, ...]:
        """The lead-ins it stands under, the outermost first."""
        return (*self.lead_in.leads, self.lead_in) if self.lead_in else ()

    @property
    def is_cell(self) -> bool:
        """Whether it is the cell of a table."""
        return self.kind == SPAN_KIND_CELL

    @property
    def is_item(self) -> bool:
        """Whether it is the item of a list."""
        return self.kind == SPAN_KIND_ITEM


@dataclass(frozen=True)
class Library:
    """The units of one disease's evidence, in the order in which a reader would meet them.

    `called` is the disease as the titles of its documents name it.
    """

    units: tuple[Unit, ...]
    disease: str
    disease_label: str
    called: str
    titles: tuple[str, ...]
    demonstrations: frozenset[str] = field(default_factory=frozenset)

    def stating(self) -> Iterator[Unit]:
        """Those that can stand as a claim."""
        return (unit for unit in self.units if unit.states and not unit.unquotable)

    def headings(self) -> list[str]:
        """Every heading once, outermost first."""
        return list(dict.fromkeys(part for unit in self.units for part in unit.section))


def libraries(evidence: Sequence[Evidence]) -> list[Library]:
    """The evidence of each disease by itself, the disease of the best passage first.

    Passages that may not be composed from are left out. Of one guideline only its newest edition is
    read: two editions in one answer would mix two sets of numbers.
    """
    usable = [found for found in in_rank(evidence) if found.edition.policy.may_generate_from]
    newest: dict[str, tuple[str, str]] = {}
    for found in usable:
        edition = (found.edition.effective_date, found.edition.version)
        newest[found.guideline_id] = max(newest.get(found.guideline_id, edition), edition)
    by_disease: dict[str, list[Evidence]] = {}
    for found in usable:
        edition = (found.edition.effective_date, found.edition.version)
        if edition == newest[found.guideline_id]:
            by_disease.setdefault(found.edition.scope.disease, []).append(found)
    return [_library(group) for group in by_disease.values()]


def in_rank(evidence: Iterable[Evidence]) -> list[Evidence]:
    """Best first; ties by occurrence, so that the order of arrival decides nothing."""
    return sorted(evidence, key=lambda found: (found.rank, found.passage.occurrence_id))


def _library(group: list[Evidence]) -> Library:
    guidelines = list(dict.fromkeys(found.guideline_id for found in group))
    once = {found.passage.occurrence_id: found for found in reversed(group)}
    read = sorted(
        once.values(),
        key=lambda found: (guidelines.index(found.guideline_id), found.passage.start),
    )
    scope = group[0].edition.scope
    units = tuple(unit for found in read for unit in units_of(found))
    titles = tuple(dict.fromkeys(found.edition.title for found in group))
    return Library(
        units=units,
        disease=scope.disease,
        disease_label=label_of_disease(scope),
        called=_called(scope, titles, units),
        titles=titles,
        demonstrations=frozenset(
            found.passage.occurrence_id for found in read if found.edition.demonstration
        ),
    )


def label_of_disease(scope: Scope) -> str:
    """The disease as a reader knows it: the lexicon's label, else the manifest's own words."""
    try:
        return concept(scope.disease).label
    except KeyError:
        written = scope.disease_label or scope.disease
        name = EDITION_WORDS.sub("", written).strip() or written
        return name if len(name) <= LONGEST_LABEL else SENTENCE_END.split(name)[0][:LONGEST_LABEL]


def _called(scope: Scope, titles: Sequence[str], units: Iterable[Unit]) -> str:
    """A narrower name of the disease that every title has, as it stands in running text."""
    label = label_of_disease(scope)
    surfaces = [set(_names_in(title, scope)) for title in titles]
    names = {name.casefold() for name in surfaces[0]} if surfaces else set()
    if len(names) != 1 or any({name.casefold() for name in one} != names for one in surfaces):
        return label
    written = re.compile(rf"\b{re.escape(names.pop())}\b", re.IGNORECASE)
    found = [each[0] for unit in units for each in written.finditer(unit.text)]
    surface = min([*found, *surfaces[0]], key=lambda name: sum(map(str.isupper, name)))
    return surface if len(surface) > len(label) or " " in surface else label


def _names_in(title: str, scope: Scope) -> Iterator[str]:
    """The disease where a title names it, with what narrows it down at the title's beginning."""
    for found in mentions(title):
        if found.concept.id == scope.disease:
            written = title[found.start : found.end]
            narrow = not written.isupper() and NARROWED.fullmatch(title[: found.start])
            yield title[0 if narrow else found.start : found.end]


def units_of(found: Evidence) -> list[Unit]:
    """The units of one passage in order, linked to each other."""
    passage = found.passage
    units = [_unit(found, span) for span in passage.spans]
    before: Unit | None = None
    for unit, span in zip(units, passage.spans, strict=True):
        unit.lead_in = _linked(units, span.lead_in)
        unit.row = _linked(units, span.row_header)
        unit.column = _linked(units, span.column_header)
        unit.before = before
        unit.opens = before is None or "\n\n" in passage.text[before.end : unit.start]
        if unit.kind in (SPAN_KIND_SENTENCE, SPAN_KIND_LEAD_IN, SPAN_KIND_ITEM):
            before = unit
    return [unit for unit in units if unit.start < unit.end]


def _linked(units: list[Unit], index: int) -> Unit | None:
    return units[index - 1] if 0 < index <= len(units) else None


def _unit(found: Evidence, span: Span) -> Unit:
    text, start = found.passage.text[span.start : span.end], span.start
    if span.kind == SPAN_KIND_ITEM and (marker := MARKER.match(text)):
        start += marker.end()
    start += len(found.passage.text[start : span.end]) - len(
        found.passage.text[start : span.end].lstrip()
    )
    kept = found.passage.text[start : span.end].rstrip()
    return Unit(
        occurrence_id=found.passage.occurrence_id,
        guideline_id=found.guideline_id,
        kind=span.kind,
        start=start,
        end=start + len(kept),
        text=kept,
        section=tuple(found.passage.section),
        rank=found.rank,
        in_table=found.passage.kind == PASSAGE_KIND_TABLE
        or span.kind in (SPAN_KIND_CELL, SPAN_KIND_COLUMN_HEADER, SPAN_KIND_ROW_HEADER),
        words_allowed=found.edition.policy.may_quote_words,
    )
