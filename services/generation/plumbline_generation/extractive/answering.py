"""Which units of the evidence answer a facet of what is asked about, and how well."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from plumbline_clinical.text import stem
from plumbline_generation.extractive.context import TOO_ALIKE, likeness
from plumbline_generation.extractive.cues import ORDERING
from plumbline_generation.extractive.evidence import Library, Unit
from plumbline_generation.extractive.facets import Facet, facet_of_heading, facets, pattern
from plumbline_generation.extractive.focus import Aims, around, denied, held
from plumbline_generation.extractive.glossary import Glossary
from plumbline_generation.extractive.reading import Token, akin, named, quantity_ranges, tokens
from plumbline_generation.extractive.sides import Hold, Sides
from plumbline_generation.extractive.statements import is_long, whole

MOST_GROUPS: Final = 24  # sentences, or lists, of one page
MOST_UNDER_HEADING: Final = 10
MOST_WORDS: Final = 320  # two minutes' reading; a list that begins is read to its end
MOST_OF_MANY: Final = 3  # under each heading of a page that goes through many things
NEAR_BEST: Final = 0.6  # share of the best score below which a sentence is beside the point
PURE: Final = 0.5  # share of a heading's telling words; a heading of less is about something else
TITLE_PURE: Final = 0.6  # the same of a title, which speaks for many sections
LONGEST_HEADING: Final = 9  # words; what is longer is a sentence
HEADED: Final = 2.0
TITLED: Final = 1.0
SAID: Final = 0.9
ASKED_HEADING: Final = 1.0  # its heading takes up the very word asked with
EXACTLY: Final = 0.3  # its heading says nothing else
OWN: Final = 0.75  # it names what is asked about itself and not only in a heading
LISTS: Final = re.compile(r"\binclud(?:es?|ing)\b", re.IGNORECASE)
LISTED: Final = 0.3  # a list of just this answers more than a sentence about it
NARROW: Final = 0.8  # what holds for one stage comes after what holds for all
NAMES_IT: Final = 0.4  # the disease; what is said of any disease comes after
OPENING: Final = 3  # words
NEAR_WORDS: Final = 3  # between the disease and what is said of it


def _is_sentence(heading: str) -> bool:
    """Whether a heading says something instead of naming it."""
    return heading.endswith(".") or len(tokens(heading)) > LONGEST_HEADING


@dataclass(frozen=True)
class Found:
    """A unit that answers, with how well. `own`: it names what is asked about itself."""

    unit: Unit
    points: float
    own: bool


class Answering:
    """Reads one library for one facet of what the aims name; without aims, of its disease."""

    def __init__(
        self,
        facet: Facet,
        aims: Aims,
        asked: Sequence[Token],
        library: Library,
        glossary: Glossary,
        sides: Sides | None,
    ) -> None:
        self._facet = facet
        self._aims = aims
        self._asked = asked
        self._library = library
        self._glossary = glossary
        self._sides = sides
        self._named = any(aim.word.low not in ORDERING for aim in aims)
        kin = [one for one in facets() if one.id in (facet.id, *facet.also)]
        self._stems = frozenset(stem(word) for one in kin for word in one.words)

    def found(self) -> list[Found]:
        """The units that answer, best first; a list is taken whole."""
        scored = [found for unit in self._library.stating() if (found := self._read(unit))]
        scored.sort(key=lambda one: (-one.points, one.unit.rank))
        enough = self._enough(scored)
        chosen: list[Found] = []
        groups: dict[tuple[str, ...], set[Unit]] = {}
        words, lengths = 0, self._lengths(scored)
        for one in scored:
            group = next(iter(one.unit.leads), one.unit)
            under = groups.setdefault(one.unit.section, set())
            full = len(under) >= self._most() or sum(map(len, groups.values())) >= MOST_GROUPS
            full = full or (words > 0 and words + lengths[group] > MOST_WORDS)
            if one.points < enough or (full and group not in under):
                continue
            if not self._repeats(one.unit, chosen):
                words += lengths[group] * (group not in under)
                under.add(group)
                chosen.append(one)
        return chosen

    def _lengths(self, scored: Sequence[Found]) -> Counter[Unit]:
        """The words of each sentence, and of each list by its outermost lead-in."""
        lengths: Counter[Unit] = Counter()
        for one in scored:
            lengths[next(iter(one.unit.leads), one.unit)] += len(tokens(one.unit.text))
        return lengths

    def _enough(self, scored: Sequence[Found]) -> float:
        """The points below which a unit is beside the point, given the best."""
        best = scored[0].points if scored else 0.0
        if self._facet.spans:
            return TITLED if best >= HEADED and not self._aims else 0.0
        return NEAR_BEST * best

    def _most(self) -> int:
        return MOST_OF_MANY if self._facet.spans and not self._aims else MOST_UNDER_HEADING

    def _repeats(self, unit: Unit, chosen: Sequence[Found]) -> bool:
        if unit.is_item or quantity_ranges(unit.text):
            return any(unit.text == other.unit.text for other in chosen)
        return likeness(unit, [other.unit for other in chosen]) >= TOO_ALIKE

    def _read(self, unit: Unit) -> Found | None:
        if whole(unit) is None or self._of_another(unit) or self._unasked(unit):
            return None
        mine = held(unit.text, self._aims)
        near = frozenset().union(*(held(text, self._aims) for text in around(unit))) - mine
        if len(mine | near) < len(self._aims):
            return None
        own = self._named and len(mine) == len(self._aims)
        points = self._points(unit, own)
        if points <= 0:
            return None
        texts = [lead.text for lead in unit.leads]
        texts += [unit.text] if LISTS.search(unit.text) else []
        lists = any(map(self._facet.says.search, texts))
        points += LISTED * lists + OWN * own - 0.5 * is_long(unit)
        if not self._aims:
            points += NAMES_IT * self._names_disease(unit) - NARROW * self._narrow(unit)
        return Found(unit, points, own)

    def _narrow(self, unit: Unit) -> bool:
        """Whether it speaks of one stage only, where no stage is asked about."""
        texts = [one.text for one in (*unit.leads, unit)]
        return self._facet.id != "stages" and any(map(pattern("one_stage").search, texts))

    def _names_disease(self, unit: Unit) -> bool:
        said = {word.stem for one in (*unit.leads, unit) for word in tokens(one.text)}
        names = (self._library.called, self._library.disease_label)
        return any({word.stem for word in tokens(name)} <= said for name in names)

    def _points(self, unit: Unit, own: bool) -> float:
        deep, title = unit.section[1:] or unit.section, unit.section[:1]
        says = SAID * self._says(unit)
        announcing = [heading for heading in deep if self._announces(heading, PURE, unit.section)]
        if announcing:
            exact = EXACTLY * any(self._pure(heading, 1.0) for heading in announcing)
            return HEADED + says + exact + ASKED_HEADING * any(map(self._asks, announcing))
        elsewhere = any(self._announces_another(heading) for heading in deep)
        if elsewhere and not own:
            return 0.0
        if not elsewhere and any(self._announces(heading, TITLE_PURE) for heading in title):
            return TITLED + says
        return says if self._aims or self._says_of_disease(unit) else 0.0

    def _says(self, unit: Unit) -> bool:
        """Whether its words or its lead-in's tell of the facet, or of a part of it."""
        texts = [unit.text, *([unit.lead_in.text] if unit.lead_in else [])]
        patterns = [self._facet.says]
        if self._named:
            patterns += [part.says for part in self._facet.parts[1:]]
        return any(pattern.search(text) for pattern in patterns for text in texts)

    def _asks(self, heading: str) -> bool:
        words = tokens(heading)
        return any(akin(asked, word) for asked in self._asked for word in words if not asked.empty)

    def _announces(self, heading: str, least: float, path: Sequence[str] = ()) -> bool:
        """Whether the heading is about the facet: of what is asked, and of little else."""
        first = facet_of_heading(self._bare(heading))
        if first is None or first.id not in (self._facet.id, *self._facet.also):
            return False
        if _is_sentence(heading):
            says = self._facet.says.search(heading) or self._facet.heading.search(heading)
            return bool(says) and any(map(self._names_asked, (heading, *path)))
        return self._pure(heading, least)

    def _announces_another(self, heading: str) -> bool:
        other = facet_of_heading(self._bare(heading))
        return other is not None and other.id not in (self._facet.id, *self._facet.also)

    def _bare(self, heading: str) -> str:
        """The heading without what is asked about: "stage IV" is no section on stages."""
        kept = heading
        for word in reversed(tokens(heading)):
            if held(word.text, self._aims):
                kept = kept[: word.start] + kept[word.end :]
        return kept

    def _names_asked(self, heading: str) -> bool:
        if self._aims:
            return len(held(heading, self._aims)) == len(self._aims)
        return any(self._glossary.is_disease([word]) for word in tokens(heading))

    def _pure(self, heading: str, least: float) -> bool:
        telling = [
            word
            for word in tokens(heading)
            if not (word.generic or word.low in ORDERING or self._glossary.is_disease([word]))
        ]
        pure = sum(
            word.stem in self._stems
            or self._facet.heading.search(word.text) is not None
            or bool(held(word.text, self._aims))
            for word in telling
        )
        # A heading half of which names something else is about that, but where a page may go
        # through many things.
        names = not self._facet.spans and any(
            not held(heading[one.start : one.end], self._aims)
            for one in named(heading)
            if one.concept.kind != "disease"
            and any(w.stem not in self._stems for w in tokens(heading[one.start : one.end]))
        )
        if names and pure < len(telling):
            return pure > least * len(telling)
        return pure >= least * len(telling)

    def _says_of_disease(self, unit: Unit) -> bool:
        """Of a disease as a whole only what names it close to the words asked with.

        Asked what it is, what opens with its name.
        """
        words = tokens(unit.text)
        if not self._asked:
            return any(self._glossary.is_disease([word]) for word in words[:OPENING])
        named = [at for at, word in enumerate(words) if self._glossary.is_disease([word])]
        said = [at for at, word in enumerate(words) if any(akin(one, word) for one in self._asked)]
        return any(abs(one - other) <= NEAR_WORDS for one in named for other in said)

    def _of_another(self, unit: Unit) -> bool:
        """Whether it speaks of something else of the kind asked about, or of who has it not."""
        if self._aims and denied(unit.section, self._aims):
            return True
        if self._sides is None:
            return False
        about = self._sides.about(unit)
        if not about.other or 0 in about.mentioned or held(unit.text, self._aims):
            return False
        return not self._set_under(unit, about.hold)

    def _set_under(self, unit: Unit, hold: Hold) -> bool:
        """Whether what it stands under names all that is asked: a longer name of the same thing."""
        over = {Hold.HEADING: unit.section[-1:], Hold.LEAD_IN: around(unit)[len(unit.section) :]}
        return any(len(held(text, self._aims)) == len(self._aims) for text in over.get(hold, ()))

    def _unasked(self, unit: Unit) -> bool:
        """How long people lived is told to who asks for it, and how one takes part in a trial."""
        if self._facet.id == "treatment" and pattern("enrolling").search(unit.text):
            return True
        if self._facet.id == "outlook":
            return False
        return bool(pattern("mortal").search(unit.text)) and bool(quantity_ranges(unit.text))
