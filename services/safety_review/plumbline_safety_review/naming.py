"""Which of several names a text uses: the columns or the rows of a comparison."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from plumbline_clinical.lexicon import concept, mentions
from plumbline_clinical.text import STOP_WORDS, stem, words
from plumbline_safety_review.paraphrase import canonical

JOINS = frozenset({"and", "or", "versus", "vs", "either", "both"})


@dataclass(frozen=True)
class Name:
    """One thing that is compared: its words in order, and the concepts it goes by."""

    stems: tuple[str, ...]
    concepts: frozenset[str]


def names_of(labels: Sequence[tuple[str, str]]) -> list[Name]:
    """Names from (label, machine name) pairs. A concept that all share tells nothing and is left
    out.
    """
    concepts = [_concepts(label, machine) for label, machine in labels]
    shared = frozenset.intersection(*concepts) if len(concepts) > 1 else frozenset[str]()
    return [
        Name(tuple(one for one, _ in _stems(label)), own - shared)
        for (label, _), own in zip(labels, concepts, strict=True)
    ]


def named_in(text: str, names: Sequence[Name]) -> frozenset[int]:
    """Indexes of the names that the text uses. "Full or half zorv" uses both.

    A name inside a longer one is not used by it: "half zorv" is not "zorv".
    """
    found = {mention.concept.id for mention in mentions(text)}
    places = [_places(text, name, names) for name in names]
    return frozenset(
        number
        for number, name in enumerate(names)
        if name.concepts & found
        or any(not _within(place, number, places) for place in places[number])
    )


def partly_named(text: str, name: Name) -> bool:
    """Whether the text holds at least half the words of a name, in any order."""
    held = {one for one, _ in _stems(text)}
    return bool(name.stems) and 2 * len(held.intersection(name.stems)) >= len(name.stems)


@lru_cache(maxsize=4096)
def _concepts(label: str, machine: str) -> frozenset[str]:
    found = {mention.concept.id for mention in mentions(label) if mention.concept.kind != "disease"}
    for candidate in {machine, machine.replace("_", "-")}:
        try:
            found.add(concept(candidate).id)
        except KeyError:
            continue
    return frozenset(found)


@lru_cache(maxsize=16_384)
def _stems(text: str) -> tuple[tuple[str, str], ...]:
    """(canonical stem, word) of the words that carry meaning or join names."""
    return tuple(
        (canonical(stem(word.text)), word.text.casefold())
        for word in words(text)
        if word.text.casefold() in JOINS or word.text.casefold() not in STOP_WORDS
    )


def _places(text: str, name: Name, names: Sequence[Name]) -> list[tuple[int, int]]:
    """Where the words of a name follow each other, nothing between them but joins and words of the
    others.
    """
    between = {one for other in names for one in other.stems}
    found = _stems(text)
    places: list[tuple[int, int]] = []
    for first, (one, _) in enumerate(found):
        if name.stems and one == name.stems[0]:
            last = _follow(found, first, name.stems, between)
            places += [(first, last)] if last else []
    return places


def _follow(
    found: Sequence[tuple[str, str]], first: int, wanted: Sequence[str], between: set[str]
) -> int:
    """One past the last word of the name that begins there; 0 when it does not."""
    position = first + 1
    for one in wanted[1:]:
        joined = False
        while position < len(found) and found[position][0] != one:
            joined |= found[position][1] in JOINS
            if found[position][1] not in JOINS and not (joined and found[position][0] in between):
                return 0
            position += 1
        if position == len(found):
            return 0
        position += 1
    return position


def _within(place: tuple[int, int], own: int, places: Sequence[Sequence[tuple[int, int]]]) -> bool:
    """Whether the place lies inside a longer name's place."""
    return any(
        start <= place[0] and place[1] <= end and end - start > place[1] - place[0]
        for number, others in enumerate(places)
        if number != own
        for start, end in others
    )
