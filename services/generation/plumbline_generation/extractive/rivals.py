"""Other categories that the evidence sets beside the terms asked about."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from plumbline_generation.extractive.evidence import Library
from plumbline_generation.extractive.glossary import Glossary
from plumbline_generation.extractive.reading import Stems, named, read_tokens
from plumbline_generation.extractive.terms import Term, is_short

SIBLING_USES: Final = ("column", "row")


def rival_names(terms: Sequence[Term], library: Library, glossary: Glossary) -> set[Stems]:
    """Names of other categories: built like a term, containing one, or used where one is used."""
    own = {form for term in terms for form in term.forms}
    heads = {head for term in terms for head in term.heads}
    uses = {
        use
        for form in own
        if form in glossary.names
        for use in glossary.names[form].uses
        if use in SIBLING_USES or use.startswith("prefix")
    }
    rivals = {
        stems
        for stems, name in glossary.names.items()
        if (len(stems) > 1 and (stems[-1] in heads or any(contains(stems, form) for form in own)))
        or uses & name.uses
    }
    rivals |= {
        tuple(word.stem for word in read_tokens(surface))
        for surface in _kindred(terms, library)
        if not is_short(surface)
    }
    return rivals - own


def rival_short(terms: Sequence[Term], library: Library) -> set[tuple[str, ...]]:
    """Abbreviations of other concepts of the same kind."""
    return {
        tuple(word.text for word in read_tokens(surface))
        for surface in _kindred(terms, library)
        if is_short(surface)
    }


def _kindred(terms: Sequence[Term], library: Library) -> Iterator[str]:
    """What the evidence calls other lexicon concepts of the terms' kinds."""
    concepts = {term.concept.id: term.concept.kind for term in terms if term.concept}
    kinds = frozenset(concepts.values())
    texts = [*library.headings(), *(unit.text for unit in library.units)] if kinds else []
    for text in texts:
        for found in named(text):
            if found.concept.kind in kinds and found.concept.id not in concepts:
                yield text[found.start : found.end]


def contains(stems: Stems, part: Stems) -> bool:
    """Whether the one holds the other as a run, and more."""
    size = len(part)
    return len(stems) > size and any(
        stems[at : at + size] == part for at in range(len(stems) - size + 1)
    )
