"""Titles, composed from the kind of question and words that stand in the evidence."""

from __future__ import annotations

from plumbline_generation.extractive.evidence import Library
from plumbline_generation.extractive.reading import tokens
from plumbline_generation.extractive.terms import Term


def comparison_title(one: Term, other: Term, library: Library) -> str:
    """A whole question about both terms."""
    names = f"{one.label} and {other.name}"
    return f"{names}{_in_disease(names, library)}: what is the difference?"


def definition_title(term: Term, library: Library) -> str:
    """A whole question about one term."""
    return f"{term.label}{_in_disease(term.label, library)}: what does it mean?"


def general_title(heading: str, library: Library) -> str:
    """A whole question about what a heading of the evidence names."""
    subject = heading.rstrip(" ?.:")
    return f"What do our sources say about “{subject}”{_in_disease(subject, library)}?"


def facet_title(pattern: str, label: str, library: Library) -> str:
    """A whole question about one facet of what `label` names."""
    asked = f"{label}{_in_disease(label, library)}"
    return pattern.format(x=asked[:1].upper() + asked[1:])


def _in_disease(said: str, library: Library) -> str:
    """ " in Z", unless the words before it name the disease already."""
    already = {word.stem for word in tokens(said)}
    names = [tokens(name) for name in (library.called, library.disease_label)]
    known = any(name and all(word.stem in already for word in name) for name in names)
    return "" if known or not library.called else f" in {library.called}"
