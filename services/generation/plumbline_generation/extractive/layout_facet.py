"""The page of a facet: what the evidence says of the symptoms, the treatment, … of a thing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from plumbline_generation.extractive import glue
from plumbline_generation.extractive.answering import Answering, Found
from plumbline_generation.extractive.cues import ORDERING
from plumbline_generation.extractive.evidence import Library, Unit
from plumbline_generation.extractive.facets import Facet, FacetPart
from plumbline_generation.extractive.focus import aims_of, kind_sentence
from plumbline_generation.extractive.glossary import Glossary
from plumbline_generation.extractive.linking import Linker
from plumbline_generation.extractive.listing import by_heading, is_brief, label_of_section, lead
from plumbline_generation.extractive.plan import Fixed, Part, Plan, Said
from plumbline_generation.extractive.question import Question
from plumbline_generation.extractive.reading import read_tokens, stems_of, tokens
from plumbline_generation.extractive.sides import Sides
from plumbline_generation.extractive.statements import quoted
from plumbline_generation.extractive.titles import facet_title

MOST_KEY_POINTS: Final = 3
MOST_OF_ONE: Final = 2  # of a page of one section
Section = tuple[FacetPart, list[Found]]


class FacetPage:
    """Orders what one library says of one facet of one thing."""

    def __init__(
        self, question: Question, facet: Facet, library: Library, glossary: Glossary, linker: Linker
    ) -> None:
        self._question = question
        self._facet = facet
        self._library = library
        words = linker.without_disease(question.about)
        term = linker.link(words, whole=True) if words else None
        # Once more by its own name: a slip of the hand hid what the lexicon knows of it.
        self._term = linker.link(read_tokens(term.name)) or term if term else None
        self._words = read_tokens(self._term.name) if self._term else tuple(words)
        self._aims = aims_of(self._words, library)
        self._sides = Sides((self._term,), library, glossary) if self._term else None

        self._answering = Answering(
            facet, self._aims, question.facet_words, library, glossary, self._sides
        )

    def plan(self) -> Plan | None:
        """The page; None when nothing in the evidence answers."""
        found = self._answering.found()
        if not found:
            return None
        every = self._sections(found)
        sections = [section for section in every if section[1]]
        not_stated = self._missing(every)
        return Plan(
            question_type=self._facet.question_type,
            title=self._title(found),
            parts=(
                glue.key_points(self._leads(sections, found)),
                *(
                    Part(part.id, "answer", part.heading, tuple(by_heading(self._ordered(members))))
                    for part, members in sections
                ),
                glue.questions(Fixed(glue.questions_of(self._facet.question_type))),
                glue.own_case(),
                glue.gaps(not_stated),
            ),
            not_stated=not_stated,
        )

    def _missing(self, sections: Sequence[Section]) -> tuple[str, ...]:
        """The parts that a page on one thing's side effects should have and has not."""
        if self._facet.id != "side_effects" or not self._aims:
            return ()
        return tuple(part.heading.rstrip("?") for part, members in sections if not members)

    def _title(self, found: Sequence[Found]) -> str:
        if label := self._label(found):
            return facet_title(self._facet.title, label, self._library)
        return facet_title(self._facet.title_of_disease, self._library.called, self._library)

    def _label(self, found: Sequence[Found]) -> str:
        """What is asked about, as the sentences chosen or their headings name it; "" if none do."""
        if all(word.low in ORDERING for word in self._words):
            return ""
        if self._term is None:
            label = label_of_section(max(found, key=lambda one: one.points).unit)
            return "" if ":" in label else label
        texts = [text for one in found for text in (one.unit.text, *one.unit.section)]
        named = self._kind(found) or any(map(self._names, texts))
        return self._term.label if named else ""

    def _names(self, text: str) -> bool:
        return set(stems_of(self._words)) <= {word.stem for word in tokens(text)}

    def _kind(self, found: Sequence[Found]) -> Unit | None:
        """What says that the things spoken of are of the kind asked about, where none says so."""
        if any(self._names(one.unit.text) for one in found):
            return None
        return kind_sentence(self._words, self._library)

    # Where they stand.

    def _sections(self, found: Sequence[Found]) -> list[Section]:
        """By part; a part that the question itself asks for comes first."""
        members: dict[str, list[Found]] = {part.id: [] for part in self._facet.parts}
        for one in found:
            members[self._part_of(one.unit).id].append(one)
        asked = self._question.normal
        parts = sorted(self._facet.parts, key=lambda part: part.says.search(asked) is None)
        return [(part, members[part.id]) for part in parts]

    def _part_of(self, unit: Unit) -> FacetPart:
        """By its innermost heading before its own words, the last part first."""
        parts = self._facet.parts
        heading = unit.section[-1] if unit.section else ""
        for part in reversed(parts):
            if part.headed.search(heading):
                return part
        # A list stands together, where its lead-in says.
        text = unit.leads[0].text if unit.leads else unit.text
        return next((part for part in reversed(parts) if part.says.search(text)), parts[0])

    def _ordered(self, members: Sequence[Found]) -> list[Unit]:
        chosen = {one.unit for one in members}
        return [unit for unit in self._library.units if unit in chosen]

    def _leads(self, sections: Sequence[Section], found: Sequence[Found]) -> list[Said]:
        """The first of the best sentences of each section; a list comes whole, and once."""
        leads: dict[tuple[Unit, ...], Said] = {}
        several = 1 if len(sections) > 1 else MOST_OF_ONE
        for at, (_, members) in enumerate(sections):
            best = self._best(members)[:several]
            for unit in best if not at else filter(is_brief, best):
                said = lead(unit, self._library)
                leads.setdefault(said.quotes[0] if said.quotes else (), said)
        kind = self._kind(found)
        return [
            *([Said(quoted([kind]))] if kind else []),
            *list(leads.values())[:MOST_KEY_POINTS],
        ]

    def _best(self, members: Sequence[Found]) -> list[Unit]:
        """The guideline's own order decides among equals: it says the main thing first.

        Of a list only its first item: the rest of it stands below, or comes with it.
        """
        brief = [one for one in members if is_brief(one.unit)] or list(members)
        best = max(one.points for one in brief)
        equal = [one for one in brief if one.points == best]
        section = min(equal, key=lambda one: one.unit.rank).unit.section
        ordered = self._ordered([one for one in equal if one.unit.section == section])
        heads = {next(iter(unit.leads), unit): unit for unit in reversed(ordered)}
        return [unit for unit in ordered if heads[next(iter(unit.leads), unit)] is unit]
