"""From the words of a question to a term that stands in the evidence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from plumbline_clinical.lexicon import Concept
from plumbline_generation.extractive.evidence import Library
from plumbline_generation.extractive.glossary import Glossary, Name
from plumbline_generation.extractive.reading import (
    Stems,
    Token,
    alike,
    named,
    read_named,
    tokens,
)
from plumbline_generation.extractive.terms import LONGEST_ABBREVIATION, Term, term_of
from plumbline_generation.extractive.variants import Variants


class Linker:
    """Links words of a question to the terms of one library."""

    def __init__(self, library: Library, glossary: Glossary) -> None:
        self._library = library
        self._glossary = glossary
        self._variants = Variants(glossary)
        self._texts = [*library.headings(), *(unit.text for unit in library.units)]
        self._vocabulary: dict[str, Token] = {}
        for text in self._texts:
            for word in tokens(text):
                self._vocabulary.setdefault(word.stem, word)

    def link(self, words: Sequence[Token], *, whole: bool = False) -> Term | None:
        """The term that these words name, or None.

        `whole`: every word that names something must be matched, but for the disease; else a
        context that follows the name may stay unmatched.
        """
        for variant in self._variants.of(words, whole=whole):
            if term := self._link(variant):
                return term
        return None

    def without_disease(self, words: Sequence[Token]) -> list[Token]:
        """The words without any name of the library's disease."""
        return self._variants.without_disease(words)

    def one_name(self, words: Sequence[Token], part: Sequence[Token]) -> bool:
        """Whether `part` never stands in the evidence but in these words: "watch and wait"."""
        inside, alone = ([frozenset([w.stem]) for w in run] for run in (words, part))
        whole = len(list(self._surfaces(inside)))
        return whole > 0 and whole == len(list(self._surfaces(alone)))

    def link_pair(self, one: Sequence[Token], other: Sequence[Token]) -> tuple[Term | None, ...]:
        """Two terms that may share a word: "red and green group", "group A and B"."""
        if completed := self._completed(one, other):
            return completed
        first, second = self._best(one, other, tail=True), self._best(other, one, tail=False)
        if first is None or second is None:
            return self._other_heads(one, other) or (first, second)
        if first and second and first.concept and first.concept == second.concept:
            # One thing to the lexicon, two to this evidence: its own words decide.
            return self._by_own_words(one) or first, self._by_own_words(other) or second
        return first, second

    def _by_own_words(self, words: Sequence[Token]) -> Term | None:
        return next(filter(None, map(self._by_words, self._variants.of(words))), None)

    def _completed(self, one: Sequence[Token], other: Sequence[Token]) -> tuple[Term, Term] | None:
        """Two single words that are the first words of two names with one last word."""
        mine, theirs = (next(iter(self._variants.of(words)), ()) for words in (one, other))
        if (
            len(mine) != 1
            or len(theirs) != 1
            or self._abbreviated(mine)
            or self._abbreviated(theirs)
        ):
            return None
        for name in self._glossary.names.values():
            if len(name.words) == 2 and name.words[0].stem == mine[0].stem:
                beside = (theirs[0].stem, name.words[1].stem)
                if beside in self._glossary.names:
                    end = name.words[1]
                    first, second = self._by_words([*mine, end]), self._by_words([*theirs, end])
                    return (first, second) if first and second else None
        return None

    def _best(self, own: Sequence[Token], other: Sequence[Token], *, tail: bool) -> Term | None:
        shared = [list(variant) for variant in self._variants.of(other)][-1:]
        for mine in self._variants.of(own):
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
        starts = [[*theirs[: len(theirs) - len(mine)], *mine], [theirs[0], *mine]]
        for words in ends + starts if tail else starts + ends:
            if term := self._link(words):
                return term
        return None

    def _other_heads(
        self, one: Sequence[Token], other: Sequence[Token]
    ) -> tuple[Term, Term] | None:
        """The last word that both share may have another name in the evidence: try its names."""
        mine, theirs = (next(iter(self._variants.of(words)), ()) for words in (one, other))
        if len(theirs) < 2 or not mine:
            return None
        front = mine[:-1] if mine[-1].stem == theirs[-1].stem else mine
        heads = dict.fromkeys(name.stems[-1] for name in self._names() if len(name.words) > 1)
        for head in heads:
            end = self._vocabulary[head]
            first, second = self._link([*front, end]), self._link([*theirs[:-1], end])
            if first and second:
                return first, second
        return None

    def comparable(self, one: Term, other: Term) -> bool:
        """Whether the evidence sets the two side by side: one kind, one last word, or one use."""
        if one.concept and other.concept:
            return one.concept.kind == other.concept.kind
        return bool(one.heads & other.heads) or bool(self._uses(one) & self._uses(other))

    def _uses(self, term: Term) -> set[str]:
        known = (self._glossary.names.get(form) for form in term.forms)
        return {use for name in known if name for use in name.uses} - {"subject"}

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
        """Stems of the evidence the word may stand for; a word that stands there is no slip."""
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
        return term_of(names, concept, standing, self._glossary.short)

    def _names(self) -> Iterable[Name]:
        return self._glossary.names.values()


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
