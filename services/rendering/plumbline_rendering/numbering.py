"""The numbers of a page: passages and sentences by first use, and a mark for every quotation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from plumbline_pages.quotes import Piece, labels, pieces
from plumbline_pages.unbroken import Run, runs
from plumbline_rendering.content import Claim, Content, Passage


@dataclass(frozen=True, slots=True)
class Marker:
    """The number behind a sentence: one per passage, with the marks its quotations are made of."""

    number: int
    marks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A claim at one place of the page. `number` is the claim's; `id` is this place's alone."""

    id: str
    number: int
    claim: str
    match: str
    runs: tuple[Run, ...]
    markers: tuple[Marker, ...]

    @property
    def head(self) -> tuple[Run, ...]:
        """The sentence but for its last run."""
        return self.runs[:-1]

    @property
    def tail(self) -> str:
        """The last run: no line breaks between it and the first marker."""
        return self.runs[-1].text if self.runs else ""


@dataclass(frozen=True, slots=True)
class Listed:
    """A passage in the list at the end, cut where it is quoted."""

    number: int
    passage: Passage
    pieces: tuple[Piece, ...]
    used_in: tuple[Sentence, ...]


@dataclass
class Numbering:
    """Hands out numbers while the page is walked through once, from top to bottom."""

    content: Content
    _passages: dict[str, int] = field(default_factory=dict)
    _claims: dict[str, int] = field(default_factory=dict)
    _places: dict[str, list[Sentence]] = field(default_factory=dict)
    _cut: dict[str, tuple[Piece, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for passage in self.content.passages.values():
            ranges = [
                (citation.start, citation.end)
                for claim in self.content.claims.values()
                for citation in claim.citations
                if citation.passage == passage.id
            ]
            self._cut[passage.id] = pieces(passage.text, ranges)

    def sentence(self, claim_id: str) -> Sentence:
        """The claim at the next place of the page. KeyError when there is no such claim."""
        claim = self.content.claims[claim_id]
        number = self._claims.setdefault(claim_id, len(self._claims) + 1)
        places = self._places.setdefault(claim_id, [])
        made = Sentence(
            id=f"s{number}" if not places else f"s{number}-{len(places) + 1}",
            number=number,
            claim=claim_id,
            match="word" if claim.verbatim else "plain",
            runs=runs(claim.text),
            markers=tuple(self._markers(claim)),
        )
        places.append(made)
        return made

    def _markers(self, claim: Claim) -> Iterable[Marker]:
        by_passage: dict[str, set[str]] = {}
        for citation in claim.citations:
            found = labels(self._cut[citation.passage], citation.start, citation.end)
            by_passage.setdefault(citation.passage, set()).update(found)
        for passage_id, marks in by_passage.items():
            number = self._passages.setdefault(passage_id, len(self._passages) + 1)
            in_order = [piece.label for piece in self._cut[passage_id] if piece.label in marks]
            yield Marker(number, tuple(f"{number}{label}" for label in in_order))

    @property
    def stated(self) -> int:
        """How many claims stand on the page so far."""
        return len(self._claims)

    def listed(self) -> list[Listed]:
        """The passages in the order of their numbers, each with the sentences that rest on it."""
        return [
            Listed(number, self.content.passages[passage_id], self._cut[passage_id], used_in)
            for passage_id, number in sorted(self._passages.items(), key=lambda item: item[1])
            for used_in in [tuple(self._resting_on(passage_id))]
        ]

    def _resting_on(self, passage_id: str) -> Iterable[Sentence]:
        for claim_id, places in self._places.items():
            cited = self.content.claims[claim_id].citations
            if any(citation.passage == passage_id for citation in cited):
                yield places[0]
