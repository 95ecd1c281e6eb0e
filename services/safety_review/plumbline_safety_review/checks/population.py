"""GR-POP: a claim keeps every condition, population and small word that narrows its quotes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from plumbline_safety_review.case import Case
from plumbline_safety_review.evidence import Evidence, evidence_of
from plumbline_safety_review.facts import Facts, facts
from plumbline_safety_review.paraphrase import canonical_stems, load_paraphrase
from plumbline_safety_review.verdict import Check, Finding

CONDITION_ENDS = re.compile(r"[,;:()]|\.(?=\s|$)|\s(?=(?:and|but)\b)")
BRACKETED = re.compile(r"\(([^()]{3,})\)")
ENOUGH_OF_A_CONDITION = 0.75  # its plainer form may drop one word of four, and none of three


def examine(case: Case) -> Iterator[Finding]:
    """A true sentence without its condition misleads more than a wrong one that is seen to be
    wrong.
    """
    for statement in case.composed:
        claim, evidence = facts(statement.text), evidence_of(statement)
        if any(_lost(condition, claim) for condition in _conditions(evidence)):
            yield Finding("condition-lost", statement.id, statement.remedy)
        if _qualifiers(evidence) - claim.all_stems:
            yield Finding("qualifier-lost", statement.id, statement.remedy)
        if _denied_items_lost(claim, evidence):
            yield Finding("denied-item-lost", statement.id, statement.remedy)
        if _small_words_differ(claim, evidence):
            yield Finding("small-word-differs", statement.id, statement.remedy)


def _conditions(evidence: Evidence) -> Iterator[frozenset[str]]:
    """The words of each condition: what follows its cue up to the next stop, and what stands in
    brackets.
    """
    opens = load_paraphrase().condition
    for quote in evidence.quotes:
        for cue in opens.finditer(quote.text):
            end = CONDITION_ENDS.search(quote.text, cue.end())
            yield _weighty(quote.text[cue.end() : end.start() if end else len(quote.text)])
        for bracketed in BRACKETED.finditer(quote.text):
            inner = facts(bracketed[1])
            if inner.denials or inner.operators or inner.quantities or opens.search(bracketed[1]):
                yield _weighty(bracketed[1])


def _weighty(text: str) -> frozenset[str]:
    return canonical_stems(text) - load_paraphrase().free


def _lost(condition: frozenset[str], claim: Facts) -> bool:
    held = len(condition & claim.all_stems)
    return bool(condition) and held < ENOUGH_OF_A_CONDITION * len(condition)


def _qualifiers(evidence: Evidence) -> frozenset[str]:
    """Narrowing words of the quotes, by their canonical stems; those inside a term belong to the
    term.
    """
    return frozenset(word.stem for quote in evidence.quotes for word in quote.words if word.narrows)


def _denied_items_lost(claim: Facts, evidence: Evidence) -> bool:
    """Whether of several denied things ("no A and no B") some are kept and some are not."""
    held = [
        _kept(quote.text[term.start : term.end], term.concept_id, claim)
        for quote in evidence.quotes
        for term in quote.terms
        if term.denied
    ]
    return any(held) and not all(held)


def _kept(written: str, concept_id: str, claim: Facts) -> bool:
    return concept_id in claim.concepts or canonical_stems(written) <= claim.all_stems


def _small_words_differ(claim: Facts, evidence: Evidence) -> bool:
    said, held = frozenset(claim.operators), evidence.operators
    lost = {operator for operator in held - said if operator.kept}
    return bool(said - held or lost) or _alternatives([claim]) != _alternatives(evidence.quotes)


def _alternatives(texts: Sequence[Facts]) -> int:
    """How often "or" joins: each may have become an "and"."""
    return sum(operator.id == "or" for text in texts for operator in text.operators)


CHECK = Check("GR-POP", "1", examine)
