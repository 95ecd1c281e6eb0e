"""From the words of a question to a term that stands in the evidence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from plumbline_clinical.lexicon import Concept
from plumbline_generation.extractive.cues import CONTEXT_PREPOSITIONS, FUNCTION
from plumbline_generation.extractive.evidence import Library
from plumbline_generation.extractive.glossary import Glossary, Name, trimmed
from plumbline_generation.extractive.reading import (
    Stems,
    Token,
    alike,
    named,
    read_named,
    read_tokens,
    stems_of,
    tokens,
)

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


class Linker:
    """Links words of a question to the terms of one library."""

    def __init__(self, library: Library, glossary: Glossary) -> None:
        self._library = library
        self._glossary = glossary
        self._texts = [*library.headings(), *(unit.text for unit in library.units)]
        self._vocabulary: dict[str, Token] = {}
        for text in self._texts:
            for word in tokens(text):
                self._vocabulary.setdefault(word.stem, word)

    def link(self, words: Sequence[Token]) -> Term | None:
        """The term that these words name, or None. Every word that names something must be matched."""
        for variant in self.variants(words):
            if term := self._link(variant):
                return term
        return None

    def link_pair(self, one: Sequence[Token], other: Sequence[Token]) -> tuple[Term | None, ...]:
        """Two terms that may share a word: "partial and complete response", "stage A and B"."""
        first, second = self._best(one, other, tail=True), self._best(other, one, tail=False)
        if first is None and second is None:
            return self._other_heads(one, other)
        if first and second and first.concept and first.concept == second.concept:
            # One thing to the lexicon, two to this evidence: its own words decide.
            return self._by_own_words(one) or first, self._by_own_words(other) or second
        return first, second

    def _by_own_words(self, words: Sequence[Token]) -> Term | None:
        return next(filter(None, map(self._by_words, self.variants(words))), None)

    def _best(self, own: Sequence[Token], other: Sequence[Token], *, tail: bool) -> Term | None:
        shared = [list(variant) for variant in self.variants(other)][-1:]
        for mine in self.variants(own):
            for theirs in shared:
                if len(mine) < len(theirs) and not self._abbreviated(mine):
                    borrowed = self._borrowing(mine, theirs, tail=tail)
                    if borrowed:
                        return borrowed
        return self.link(own)

    def _borrowing(
        self, mine: Sequence[Token], theirs: Sequence[Token], *, tail: bool
    ) -> Term | None:
        ends = [[*mine, *theirs[len(mine) :]], [*mine, theirs[-1]]]
        starts = [[theirs[0], *mine]]
        for words in ends + starts if tail else starts + ends:
            if term := self._link(words):
                return term
        return None

    def _other_heads(self, one: Sequence[Token], other: Sequence[Token]) -> tuple[Term | None, ...]:
        """The head that both share may have another word in the evidence: try the evidence's heads."""
        mine, theirs = (next(iter(self.variants(words)), ()) for words in (one, other))
        if len(theirs) < 2 or not mine:
            return None, None
        front = mine[:-1] if mine[-1].stem == theirs[-1].stem else mine
        heads = dict.fromkeys(name.stems[-1] for name in self._names() if len(name.words) > 1)
        for head in heads:
            end = self._vocabulary[head]
            first, second = self._link([*front, end]), self._link([*theirs[:-1], end])
            if first and second:
                return first, second
        return None, None

    def comparable(self, one: Term, other: Term) -> bool:
        """Whether the evidence sets the two side by side: one kind, one last word, or one use."""
        if one.concept and other.concept:
            return one.concept.kind == other.concept.kind
        return bool(one.heads & other.heads) or bool(self._uses(one) & self._uses(other))

    def _uses(self, term: Term) -> set[str]:
        known = (self._glossary.names.get(form) for form in term.forms)
        return {use for name in known if name for use in name.uses} - {"subject"}

    def variants(self, words: Sequence[Token]) -> Iterator[tuple[Token, ...]]:
        """The words that may be the term: all of them, then without the context they stand in."""
        seen: set[Stems] = set()
        led = self._without_disease(words, led_only=True)
        bare = self._without_disease(words, led_only=False)
        for inside in (led, bare, _before_context(bare)):
            for candidate in (_edged(inside), trimmed(inside)):
                if candidate and stems_of(candidate) not in seen:
                    seen.add(stems_of(candidate))
                    yield candidate

    def _without_disease(self, words: Sequence[Token], *, led_only: bool) -> list[Token]:
        """Words without the disease and what leads to it ("in Z"); `led_only` keeps "Z response"."""
        kept: list[Token] = []
        named_disease = _disease_words(" ".join(word.text for word in words))
        index = 0
        while index < len(words):
            end = index
            while end < len(words) and self._of_disease(words[index : end + 1], named_disease):
                end += 1
            led = bool(kept) and kept[-1].low in FUNCTION
            if end == index or (led_only and not led):
                kept.extend(words[index : max(end, index + 1)])
            else:
                while kept and kept[-1].low in FUNCTION:
                    kept.pop()
            index = max(end, index + 1)
        return kept

    def _of_disease(self, words: Sequence[Token], named_disease: frozenset[str]) -> bool:
        return words[0].low not in FUNCTION and (
            all(word.low in named_disease for word in words) or self._glossary.is_disease(words)
        )

    def _abbreviated(self, words: Sequence[Token]) -> bool:
        return len(words) == 1 and (
            _concept_of(words) is not None or self._short_form(words) is not None
        )

    def _link(self, words: Sequence[Token]) -> Term | None:
        concept = _concept_of(words)
        if concept and (term := self._by_concept(concept)):
            return term
        if stems := self._short_form(words):
            return self._by_stems(stems)
        return self._by_words(words)

    def _short_form(self, words: Sequence[Token]) -> Stems | None:
        written = "-".join(word.text for word in words).casefold()
        for short, stems in self._glossary.short.items():
            if short.casefold() == written:
                return stems
        return None

    def _by_concept(self, concept: Concept) -> Term | None:
        surfaces = [
            text[found.start : found.end]
            for text in self._texts
            for found in named(text)
            if found.concept.id == concept.id
        ]
        names = [*surfaces, concept.preferred, *concept.synonyms]
        return self._term(names, concept, len(surfaces)) if surfaces else None

    def _by_stems(self, stems: Stems) -> Term | None:
        surfaces = list(self._surfaces([frozenset({stem}) for stem in stems]))
        return self._term(surfaces, None, len(surfaces)) if surfaces else None

    def _by_words(self, words: Sequence[Token]) -> Term | None:
        likely = [self._likely(word) for word in words]
        if not all(likely):
            return None
        surfaces = list(self._surfaces(likely))
        return self._term(surfaces, None, len(surfaces)) if surfaces else None

    def _likely(self, word: Token) -> frozenset[str]:
        """Stems of the evidence that the word may stand for; a word that stands there is no slip."""
        if word.stem in self._vocabulary:
            return frozenset({word.stem})
        return frozenset(stem for stem, known in self._vocabulary.items() if alike(word, known))

    def _surfaces(self, wanted: Sequence[frozenset[str]]) -> Iterator[str]:
        size = len(wanted)
        for text in self._texts:
            words = tokens(text)
            for start in range(len(words) - size + 1):
                if all(words[start + step].stem in wanted[step] for step in range(size)):
                    yield text[words[start].start : words[start + size - 1].end]

    def _term(self, names: list[str], concept: Concept | None, standing: int) -> Term:
        """A term by its names, of which the first `standing` stand in the evidence."""
        forms: set[Stems] = set()
        short: set[tuple[str, ...]] = set()
        for name in dict.fromkeys(names):
            if is_short(name):
                short.add(tuple(word.text for word in read_tokens(name)))
            else:
                forms.add(stems_of(read_tokens(name)))
        short |= {
            tuple(word.text for word in read_tokens(abbreviation))
            for abbreviation, stems in self._glossary.short.items()
            if stems in forms
        }
        name = in_running_text(best_name(names[:standing]), concept)
        return Term(name, name[:1].upper() + name[1:], frozenset(forms), frozenset(short), concept)

    def _names(self) -> Iterable[Name]:
        return self._glossary.names.values()


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


def _concept_of(words: Sequence[Token]) -> Concept | None:
    """The lexicon concept that all the words together name; a disease is none."""
    text = " ".join(word.text for word in words)
    written = [text]
    if len(text) <= LONGEST_ABBREVIATION:
        written += [text.upper(), "-".join(word.text for word in words).upper()]
    for candidate in written:
        for found in read_named(candidate):
            whole = found.start == 0 and found.end == len(candidate)
            if whole and found.concept.kind != "disease":
                return found.concept
    return None


def _disease_words(text: str) -> frozenset[str]:
    return frozenset(
        word.low
        for written in (text, text.upper())
        for found in read_named(written)
        if found.concept.kind == "disease"
        for word in read_tokens(written[found.start : found.end])
    )


def _edged(words: Sequence[Token]) -> tuple[Token, ...]:
    """The words without the scaffolding of the question at either edge."""
    start, end = 0, len(words)
    while start < end and words[start].scaffolding:
        start += 1
    while end > start and words[end - 1].scaffolding:
        end -= 1
    return tuple(words[start:end])


def _before_context(words: Sequence[Token]) -> Sequence[Token]:
    """The words up to the first preposition that follows something."""
    for index, word in enumerate(words):
        if word.low in CONTEXT_PREPOSITIONS and not all(seen.generic for seen in words[:index]):
            return words[:index]
    return words
