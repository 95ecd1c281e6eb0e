"""RE-ANSWERS: what the title asks about stands in the evidence of the lead."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from plumbline_clinical.lexicon import mentions
from plumbline_clinical.text import STOP_WORDS, stem, words
from plumbline_safety_review.case import Case, Statement
from plumbline_safety_review.facts import facts
from plumbline_safety_review.paraphrase import canonical, canonical_stems
from plumbline_safety_review.verdict import Check, Finding

ASKED_ABOUT = ("response", "drug", "drug_class", "marker", "stage", "test")
LEADING_ROLES = ("key_points", "answer", "definition", "comparison")


def examine(case: Case) -> Iterator[Finding]:
    """Faithful and beside the point is no answer."""
    lead = _lead(case)
    said = "\n".join(_said(statement) for statement in lead)
    asked = {m.concept.id for m in mentions(case.draft.title) if m.concept.kind in ASKED_ABOUT}
    if asked - facts(said).concepts:
        yield Finding("title-not-answered")
    rest = _other_words(case)
    if rest and 2 * len(rest & canonical_stems(said)) < len(rest):
        yield Finding("title-beside-the-point")


def _lead(case: Case) -> Sequence[Statement]:
    """The claims of the first part that answers; without one, all of them."""
    for role in LEADING_ROLES:
        ids = [
            claim_id
            for claim_id, places in case.places.items()
            if any(place.section.role == role for place in places)
        ]
        if ids:
            return [case.by_id[one] for one in ids if one in case.by_id]
    return case.in_page_order


def _said(statement: Statement) -> str:
    """The words a claim cites with everything that says what they are about."""
    parts = [statement.text, *statement.quote_texts, *statement.structure, *statement.headings]
    for quote in statement.quotes:
        manifest = quote.placed.edition.manifest
        parts += [manifest.title, manifest.scope.disease_label]
    return "\n".join(dict.fromkeys(parts))


def _other_words(case: Case) -> frozenset[str]:
    """Words of the title that carry meaning, outside terms and glue."""
    title = case.draft.title
    named = mentions(title)
    return frozenset(
        canonical(stem(word.text))
        for word in words(title)
        if word.text.casefold() not in STOP_WORDS
        and stem(word.text) not in case.catalogue.glue
        and not any(m.start <= word.start and word.end <= m.end for m in named)
    )


CHECK = Check("RE-ANSWERS", "1", examine)
