"""Whether a sentence, with its headings, holds the words that a question is about."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from plumbline_generation.extractive.evidence import Library, Unit
from plumbline_generation.extractive.glossary import PARTS
from plumbline_generation.extractive.reading import (
    Stems,
    Token,
    akin,
    named,
    read_named,
    read_tokens,
    stems_of,
    tokens,
)
from plumbline_generation.extractive.statements import whole

# "A, B and C are Zs", "A is a Z": what the evidence says to be of one kind.
KIND: Final = re.compile(
    r"^(?P<members>[^.;:()]{2,120}?) (?:is|are) (?:an? |the )?(?P<kind>[^.;:,()]{2,60})\.?$",
    re.IGNORECASE,
)
WITHOUT: Final = ("without", "no", "non")
DENIED_WITHIN: Final = 5  # words between "without" and what is denied


@dataclass(frozen=True)
class Aim:
    """A word asked about, with the lexicon concepts it names and its kinds in the evidence."""

    word: Token
    concepts: frozenset[str]
    members: tuple[Stems, ...] = ()


Aims = tuple[Aim, ...]


def aims_of(words: Sequence[Token], library: Library) -> Aims:
    """Each word asked about, once."""
    text = " ".join(word.text for word in words)
    ids: dict[str, set[str]] = {}
    for written in (text, text.upper()):
        for found in read_named(written):
            for word in tokens(written[found.start : found.end]):
                ids.setdefault(word.low, set()).add(found.concept.id)
    members = tuple(_members(stems_of(words), library)) if words else ()
    once = {word.stem: word for word in words}
    return tuple(Aim(w, frozenset(ids.get(w.low, ())), members) for w in once.values())


def held(text: str, aims: Aims) -> frozenset[int]:
    """Which aims stand in a text: by word, by another name, or by one of their kind."""
    words = tokens(text)
    concepts = {found.concept for found in named(text)}
    names = {concept.id for concept in concepts} | {concept.broader for concept in concepts}
    stems = stems_of(words)
    return frozenset(
        at
        for at, aim in enumerate(aims)
        if aim.concepts & names
        or any(akin(aim.word, word) for word in words)
        or any(_runs(stems, member) for member in aim.members)
    )


def kind_sentence(words: Sequence[Token], library: Library) -> Unit | None:
    """The sentence that says what is of the kind that the words name."""
    kind = stems_of(words)
    if not kind:
        return None
    return next((unit for unit in library.stating() if _kind_of(unit) == kind), None)


def around(unit: Unit) -> list[str]:
    """What a unit is read under: its headings, and what is quoted with it."""
    return [*unit.section, *(piece.text for piece in whole(unit) or () if piece is not unit)]


def denied(headings: Iterable[str], aims: Aims) -> bool:
    """Whether one of the headings sets what is asked about apart: "people without Z"."""
    return any(_denied(heading, aims) for heading in headings)


def _denied(text: str, aims: Aims) -> bool:
    words = tokens(text)
    at = [place for place, word in enumerate(words) if held(word.text, aims)]
    return bool(at) and any(
        word.low in WITHOUT for word in words[max(0, at[0] - DENIED_WITHIN) : at[0]]
    )


def _members(kind: Stems, library: Library) -> Iterable[Stems]:
    for unit in library.stating():
        if _kind_of(unit) == kind and (found := KIND.match(unit.text)):
            for name in PARTS.split(found["members"]):
                if stems := stems_of(read_tokens(name)):
                    yield stems


def _kind_of(unit: Unit) -> Stems:
    found = None if unit.is_cell else KIND.match(unit.text)
    return stems_of(read_tokens(found["kind"])) if found else ()


def _runs(stems: Stems, part: Stems) -> bool:
    size = len(part)
    return any(stems[at : at + size] == part for at in range(len(stems) - size + 1))
