"""Evidence in, a draft or a refusal out: reads the question, finds its terms, lays out the page."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Final

from plumbline.generation.v1.events_pb2 import Draft, MadeBy
from plumbline.retrieval.v1.events_pb2 import EvidenceRetrieved
from plumbline_generation.composer import Refusal
from plumbline_generation.extractive import glue
from plumbline_generation.extractive.evidence import Library, libraries
from plumbline_generation.extractive.facets import Facet, facet, pattern
from plumbline_generation.extractive.glossary import Glossary
from plumbline_generation.extractive.layout_comparison import compare
from plumbline_generation.extractive.layout_definition import define
from plumbline_generation.extractive.layout_facet import FacetPage
from plumbline_generation.extractive.layout_general import answer
from plumbline_generation.extractive.linking import Linker
from plumbline_generation.extractive.plan import Plan, drafted
from plumbline_generation.extractive.question import Pair, Question, read_question
from plumbline_generation.extractive.reading import read_named, read_tokens
from plumbline_generation.extractive.terms import Term

NAME: Final = "composer/extractive"
VERSION: Final = "1"

NO_EVIDENCE: Final = "no-usable-evidence"
NO_TERMS: Final = "terms-not-in-evidence"
NO_FOCUS: Final = "focus-not-in-evidence"
NOTHING_SAID: Final = "nothing-said-of-terms"


@dataclass(frozen=True)
class Shelf:
    """One disease's evidence, with what it names."""

    library: Library
    glossary: Glossary
    linker: Linker


class ExtractiveComposer:
    """Composes whole sentences of the evidence by rules. The same evidence gives the same draft."""

    def __init__(self) -> None:
        self.made_by = MadeBy(
            kind="extractive", name=NAME, version=VERSION, rules_sha256=rules_sha256()
        )

    async def compose(self, retrieved: EvidenceRetrieved) -> Draft | Refusal:
        """A draft of verbatim claims, or a refusal when the evidence cannot answer."""
        shelves = [_shelf(library) for library in _libraries(retrieved)]
        if not shelves:
            return Refusal(NO_EVIDENCE)
        plan = _plan(read_question(retrieved.question), shelves)
        if isinstance(plan, Refusal):
            return plan
        found, shelf = plan
        return self._draft(found, shelf.library, retrieved)

    def _draft(self, plan: Plan, library: Library, retrieved: EvidenceRetrieved) -> Draft | Refusal:
        draft = drafted(plan)
        if not draft.claims:
            return Refusal(NOTHING_SAID)
        draft.category = library.disease_label
        draft.made_by.CopyFrom(self.made_by)
        cited = {place.occurrence_id for claim in draft.claims for place in claim.citations}
        draft.notice_ids.extend(glue.NOTICES)
        if cited & library.demonstrations:
            draft.notice_ids.append(glue.DEMONSTRATION_NOTICE)
        return draft


def _libraries(retrieved: EvidenceRetrieved) -> list[Library]:
    """The evidence by disease; only of the disease asked about where the question names one."""
    asked = retrieved.retrieval.disease
    found = libraries(retrieved.evidence)
    return [library for library in found if not asked or library.disease == asked]


def _shelf(library: Library) -> Shelf:
    glossary = Glossary(library)
    return Shelf(library, glossary, Linker(library, glossary))


def _plan(question: Question, shelves: list[Shelf]) -> tuple[Plan, Shelf] | Refusal:
    """Comparison before a facet before a definition before anything else."""
    said = any(pair.plain for pair in question.pairs)
    known = False
    for terms, shelf in _compared(question.pairs, shelves):
        known = True
        if plan := _of_terms(terms, shelf):
            return plan, shelf
    if said:
        return Refusal(NOTHING_SAID if known else NO_TERMS)
    if question.facet:
        named = _of_name(question, shelves)
        return named or _of_facet(question, question.facet, shelves)
    return _of_anything(question, shelves)


def _of_name(question: Question, shelves: list[Shelf]) -> tuple[Plan, Shelf] | None:
    """What a whole name means that only ends like a facet: "what is Z therapy?"."""
    if not question.named:
        return None
    for shelf in shelves:
        term = shelf.linker.link(question.named)
        whole = term and len(read_tokens(term.name)) >= len(question.named)
        plan = term and whole and define(term, shelf.library, shelf.glossary, plainly=True)
        if plan:
            return plan, shelf
    return None


def _of_facet(
    question: Question, asked: Facet, shelves: list[Shelf]
) -> tuple[Plan, Shelf] | Refusal:
    """The facet asked for. Whether a thing does harm may be answered by what it is."""
    harm = any(pattern("harmful").fullmatch(word.low) for word in question.facet_words)
    for shelf in shelves:
        if harm and not shelf.linker.without_disease(question.about):
            continue  # the disease has no side effects
        page = FacetPage(question, asked, shelf.library, shelf.glossary, shelf.linker)
        if plan := page.plan():
            return plan, shelf
    if not harm:
        return Refusal(NO_FOCUS)
    return _of_anything(replace(question, subject=question.about, focus=question.about), shelves)


def _of_anything(question: Question, shelves: list[Shelf]) -> tuple[Plan, Shelf] | Refusal:
    for shelf in shelves:
        if _of_disease(question, shelf):
            about = FacetPage(
                question, facet("about"), shelf.library, shelf.glossary, shelf.linker
            ).plan()
            if about:
                return about, shelf
        term = shelf.linker.link(question.subject, whole=True)
        if term and (plan := define(term, shelf.library, shelf.glossary)):
            return plan, shelf
    for shelf in shelves:
        if plan := answer(question, shelf.library, shelf.glossary):
            return plan, shelf
    return Refusal(NO_FOCUS)


def _of_disease(question: Question, shelf: Shelf) -> bool:
    """Whether nothing but the disease of the shelf is asked about, and no disease beside it."""
    asked = [word for word in question.subject if not word.scaffolding]
    names = read_named(" ".join(word.text for word in asked))
    named = {found.concept.id for found in names if found.concept.kind == "disease"}
    left = shelf.linker.without_disease(asked)
    return bool(asked) and not left and named <= {shelf.library.disease}


def _compared(
    pairs: Iterable[Pair], shelves: list[Shelf]
) -> Iterable[tuple[tuple[Term | None, ...], Shelf]]:
    """Readings in which both terms stand in the evidence; then those in which one does."""
    half: list[tuple[tuple[Term | None, ...], Shelf]] = []
    for pair in pairs:
        for shelf in shelves:
            if not pair.plain and shelf.linker.one_name(pair.joined, pair.one):
                continue
            one, other = shelf.linker.link_pair(pair.one, pair.other)
            if one and other and _two(one, other):
                if pair.plain or shelf.linker.comparable(one, other):
                    yield (one, other), shelf
            elif pair.plain and _half(pair, one, other, shelf):
                half.append(((one, other), shelf))
    yield from half


def _two(one: Term, other: Term) -> bool:
    """Whether they are two things, also to a reader."""
    return one.forms != other.forms and one.name.casefold() != other.name.casefold()


def _half(pair: Pair, one: Term | None, other: Term | None, shelf: Shelf) -> bool:
    """Whether one side is known and not the disease: "what helps against Z?" compares nothing."""
    known = pair.one if one else pair.other if other else ()
    return bool(shelf.linker.without_disease(known))


def _of_terms(terms: tuple[Term | None, ...], shelf: Shelf) -> Plan | None:
    one, other = terms
    if one and other:
        return compare(one, other, shelf.library, shelf.glossary)
    known = one or other
    return define(known, shelf.library, shelf.glossary, half=True) if known else None


@lru_cache(maxsize=1)
def rules_sha256() -> str:
    """SHA-256 over the rules of this package, in order of their names: lower-case hex."""
    digest = hashlib.sha256()
    folder = Path(__file__).parent
    for path in sorted([*folder.glob("*.py"), *folder.glob("*.toml")]):
        source = path.read_bytes()
        digest.update(f"{path.name} {len(source)}\n".encode())
        digest.update(source)
    return digest.hexdigest()
