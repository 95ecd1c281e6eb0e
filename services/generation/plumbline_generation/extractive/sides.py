"""Which of the compared terms a unit of the evidence speaks about, and how surely."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from plumbline_generation.extractive.cues import DETERMINERS
from plumbline_generation.extractive.evidence import Library, Unit
from plumbline_generation.extractive.glossary import Glossary, label_of
from plumbline_generation.extractive.reading import (
    Stems,
    Token,
    stems_of,
    tokens,
    verb_at,
)
from plumbline_generation.extractive.rivals import rival_names, rival_short
from plumbline_generation.extractive.terms import Term

CONJUNCTIONS: Final = ("and", "or", "versus", "vs", "nor", "to")

# A sentence that opens so brings in a thing of its own; what is measured opens with "the".
OWN_SUBJECT: Final = re.compile(
    r"^(?:an? |(?:in|with|for) [^,.]{2,60}, |[^:.;!?]{2,60}:\s|\S+(?: \S+){0,3} means? )",
    re.IGNORECASE,
)


class Hold(IntEnum):
    """How a unit came to be about a side, the surest last."""

    NONE = 0
    INHERITED = 1  # the sentence before it is
    HEADING = 2
    LEAD_IN = 3
    MENTION = 4  # it names the side somewhere
    SUBJECT = 5  # it opens with the side's name
    HEADER = 6  # a table says so


@dataclass(frozen=True)
class About:
    """What a unit speaks about: sides, those it names itself, and whether another category."""

    sides: frozenset[int] = frozenset()
    hold: Hold = Hold.NONE
    mentioned: frozenset[int] = frozenset()
    other: bool = False

    def only(self, side: int) -> bool:
        """Whether it speaks about this side and no other."""
        return self.sides == {side} and not self.other


@dataclass(frozen=True)
class Spot:
    """A name found in a text: the terms it names and its tokens [start, end)."""

    terms: frozenset[int]
    start: int
    end: int


class Sides:
    """Reads units for the terms asked about (sides 0, 1) among all categories of the evidence."""

    def __init__(self, terms: Sequence[Term], library: Library, glossary: Glossary) -> None:
        self.count = len(terms)
        self.terms = tuple(terms)
        rivals = rival_names(terms, library, glossary)
        self._forms = _forms(terms, rivals)
        self._short = {
            short: frozenset({at}) for at, term in enumerate(terms) for short in term.short
        }
        for short in rival_short(terms, library):
            self._short.setdefault(short, frozenset({self.count}))
        self._by_start = _by_start(self._forms, self._short)
        self._spots: dict[str, list[Spot]] = {}
        self._about: dict[Unit, About] = {}

    def spots(self, text: str) -> list[Spot]:
        """Every category named in the text, longest name first at each place, never overlapping."""
        if text not in self._spots:
            self._spots[text] = self._find(tokens(text))
        return self._spots[text]

    def _find(self, words: Sequence[Token]) -> list[Spot]:
        found: list[Spot] = []
        at = 0
        while at < len(words):
            spot = self._spot(words, at)
            if spot:
                found.append(spot)
            at = spot.end if spot else at + 1
        return found

    def _spot(self, words: Sequence[Token], at: int) -> Spot | None:
        sizes = {*self._by_start.get(words[at].stem, ()), *self._by_start.get(words[at].text, ())}
        for size in sorted(sizes, reverse=True):
            part = words[at : at + size]
            terms = self._forms.get(stems_of(part)) or self._short.get(
                tuple(word.text for word in part)
            )
            if terms:
                return Spot(terms, at, at + len(part))
        return None

    def named_in(self, text: str) -> frozenset[int]:
        """The sides that the text names; another category counts as side `count`."""
        return frozenset().union(*(spot.terms for spot in self.spots(text)))

    def about(self, unit: Unit) -> About:
        """What the unit speaks about."""
        if unit not in self._about:
            self._about[unit] = self._read(unit)
        return self._about[unit]

    def _read(self, unit: Unit) -> About:
        if unit.is_cell:
            return self._of_cell(unit)
        spots = self.spots(unit.text)
        mentioned = self._known(spot.terms for spot in spots)
        opening = frozenset().union(*(spot.terms for spot in self._opening(unit, spots)))
        if opening:
            return self._made(opening, Hold.SUBJECT, mentioned)
        return self._from_around(unit, spots, mentioned)

    def _from_around(self, unit: Unit, spots: Sequence[Spot], mentioned: frozenset[int]) -> About:
        whole = frozenset().union(*(spot.terms for spot in spots))
        if whole and not (unit.lead_in and self._led(unit).sides):
            return self._made(whole, Hold.MENTION, mentioned)
        if unit.lead_in and (led := self._led(unit)).sides | ({-1} if led.other else set()):
            return About(led.sides, Hold.LEAD_IN, mentioned, led.other)
        if heading := self.of_heading(unit.section):
            return self._made(heading, Hold.HEADING, mentioned)
        return self._inherited(unit)

    def _led(self, unit: Unit) -> About:
        return self.about(unit.lead_in) if unit.lead_in else About()

    def _inherited(self, unit: Unit) -> About:
        """A sentence without a name goes on about what the sentence before it opened with."""
        if unit.before is None or unit.opens or unit.is_item or OWN_SUBJECT.match(unit.text):
            return About()
        before = self.about(unit.before)
        goes_on = before.hold in (Hold.SUBJECT, Hold.INHERITED)
        return About(before.sides, Hold.INHERITED, other=before.other) if goes_on else About()

    def _of_cell(self, unit: Unit) -> About:
        for header in (unit.column, unit.row):
            if header and (found := self.named_in(header.text)):
                return self._made(found, Hold.HEADER, self._known([self.named_in(unit.text)]))
        heading = self.of_heading(unit.section)
        return self._made(heading, Hold.HEADING, frozenset()) if heading else About()

    def of_heading(self, section: Sequence[str]) -> frozenset[int]:
        """The categories that the innermost heading to name one names."""
        for heading in reversed(section):
            if found := self.named_in(heading):
                return found
        return frozenset()

    def _opening(self, unit: Unit, spots: Sequence[Spot]) -> Iterator[Spot]:
        """The names it opens with: "A Z is …", "In a Z, …", "Z and Y both …", "Z: …"."""
        words = tokens(unit.text)
        label = label_of(unit.text)
        end = 0
        for spot in spots:
            before = words[end : spot.start]
            if any(not word.empty or verb_at(words, end + at) for at, word in enumerate(before)):
                return
            if label and words[spot.start].start > len(label):
                return
            end = spot.end
            yield spot

    def _made(self, terms: frozenset[int], hold: Hold, mentioned: frozenset[int]) -> About:
        return About(self._known([terms]), hold, mentioned, other=self.count in terms)

    def opens_with_term(self, unit: Unit) -> int | None:
        """The end of the one term that is the sentence's grammatical subject, in code points."""
        words = tokens(unit.text)
        spots = self.spots(unit.text)
        if not spots or self.count in spots[0].terms:
            return None
        lead = words[: spots[0].start]
        if any(word.low not in DETERMINERS for word in lead):
            return None
        return words[spots[0].end - 1].end

    def _known(self, terms: Iterable[frozenset[int]]) -> frozenset[int]:
        return frozenset().union(*terms) - {self.count}


def _forms(terms: Sequence[Term], rivals: set[Stems]) -> Mapping[Stems, frozenset[int]]:
    """Every name with the terms it names, two terms sharing their last word among them."""
    forms: dict[Stems, frozenset[int]] = {rival: frozenset({len(terms)}) for rival in rivals}
    for at, term in enumerate(terms):
        forms.update((form, frozenset({at})) for form in term.forms)
    for at, term in enumerate(terms):
        for to, other in enumerate(terms):
            if at != to:
                forms.update((shared, frozenset({at, to})) for shared in _shared(term, other))
    return forms


def _shared(term: Term, other: Term) -> Iterator[Stems]:
    for form in term.forms:
        for second in other.forms:
            if len(form) > 1 and len(second) > 1 and form[-1] == second[-1]:
                for conjunction in CONJUNCTIONS:
                    yield (*form[:-1], conjunction, *second)


def _by_start(*names: Mapping[tuple[str, ...], frozenset[int]]) -> dict[str, set[int]]:
    """The first word of every name, with how many words the names have that start so."""
    sizes: dict[str, set[int]] = {}
    for form in (form for forms in names for form in forms):
        sizes.setdefault(form[0], set()).add(len(form))
    return sizes
