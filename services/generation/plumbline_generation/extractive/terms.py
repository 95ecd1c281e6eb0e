"""A term: a thing asked about, by the names it has in the evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from plumbline_clinical.lexicon import Concept
from plumbline_generation.extractive.reading import Stems, read_tokens, stems_of

LONGEST_ABBREVIATION: Final = 7  # letters; what is longer is a word


@dataclass(frozen=True)
class Term:
    """A thing asked about, by the names it has in the evidence.

    `name` stands in the evidence as it is here; `label` is the same with a capital. `forms` are its
    names as stems, `short` its abbreviations as written.
    """

    name: str
    label: str
    forms: frozenset[Stems]
    short: frozenset[tuple[str, ...]]
    concept: Concept | None = None

    @property
    def heads(self) -> frozenset[str]:
        """The last stems of its names of more than one word."""
        return frozenset(form[-1] for form in self.forms if len(form) > 1)


def is_short(name: str) -> bool:
    """Whether a name is an abbreviation: few letters, most of them capitals."""
    letters = [letter for letter in name if letter.isalpha()]
    capitals = sum(letter.isupper() for letter in letters)
    return len(name) <= LONGEST_ABBREVIATION and capitals * 2 > len(letters) and " " not in name


def best_name(surfaces: Sequence[str]) -> str:
    """The name a reader meets: spelt out before short, then the most frequent, in running form."""
    spelt = [surface for surface in surfaces if not is_short(surface)] or list(surfaces)
    counts: dict[str, int] = {}
    for surface in spelt:
        counts[surface.casefold()] = counts.get(surface.casefold(), 0) + 1
    most = max(counts, key=lambda folded: (counts[folded], -len(folded)))
    same = [surface for surface in spelt if surface.casefold() == most]
    return min(same, key=lambda surface: (sum(letter.isupper() for letter in surface), surface))


def in_running_text(name: str, concept: Concept | None) -> str:
    """A name that stands in the evidence only with a capital, as it would stand inside a sentence.

    A capital that is more than the first letter of a heading stays: of the lexicon's own name, of a
    single word, or with another beside it.
    """
    if is_short(name) or " " not in name or name[1:] != name[1:].lower():
        return name
    if concept and concept.preferred[:1].isupper():
        return name
    return name[:1].lower() + name[1:]


def term_of(
    names: Sequence[str], concept: Concept | None, standing: int, short_forms: Mapping[str, Stems]
) -> Term:
    """A term by its names, of which the first `standing` stand in the evidence.

    `short_forms` are the evidence's abbreviations with what they stand for.
    """
    forms: set[Stems] = set()
    short: set[tuple[str, ...]] = set()
    for name in dict.fromkeys(names):
        words = read_tokens(name)
        if is_short(name):
            short.add(tuple(word.text for word in words))
        else:
            forms.add(stems_of(words))
    short |= {
        tuple(word.text for word in read_tokens(abbreviation))
        for abbreviation, stems in short_forms.items()
        if stems in forms
    }
    name = in_running_text(best_name(names[:standing]), concept)
    return Term(name, name[:1].upper() + name[1:], frozenset(forms), frozenset(short), concept)
