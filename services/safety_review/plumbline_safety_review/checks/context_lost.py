"""EX-CONTEXT: a quotation comes with what it hangs on: its whole sentence, lead-in, headers,
antecedent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from plumbline_safety_review.case import Case, Place, Statement
from plumbline_safety_review.context import (
    covers,
    headers,
    is_lead_in,
    leads_in,
    sentence_before,
    whole,
)
from plumbline_safety_review.facts import facts
from plumbline_safety_review.paraphrase import canonical_stems, load_paraphrase
from plumbline_safety_review.quotes import Quote
from plumbline_safety_review.remedy import Remedy
from plumbline_safety_review.verdict import Check, Finding

DANGLES = re.compile(
    r"^\W*(?:(?:this|that|these|those|it|its|they|them|their|such|he|she|his|her)\b(?!['’])"
    r"|(?:however|therefore|thus|hence|otherwise|instead|similarly|likewise|moreover|furthermore)\b"
    r"|(?:in contrast|by contrast|in addition|in that case|as a result|for this reason)\b)"
    r"|\bthe (?:former|latter)\b",
    re.IGNORECASE,
)
# "It is uncommon for …": the pronoun stands for what follows, not for what went before.
LOOKS_AHEAD = re.compile(
    r"^\W*it (?:is|was|may be|can be|remains|is also) (?:\w+ ){0,2}\w+ (?:for|that|to|when|if)\b",
    re.IGNORECASE,
)
# "The following apply" points down the page; it does not say that one thing follows another.
POINTS_DOWN = re.compile(r"\bthe following\b", re.IGNORECASE)
NARROWING = frozenset(
    {
        "any",
        "some",
        "most",
        "either",
        "only",
        "if",
        "unless",
        "after",
        "before",
        "during",
        "until",
        "within",
    }
)


def examine(case: Case) -> Iterator[Finding]:
    """What is missing and can be quoted is quoted; what hangs in the air with nothing above it is
    withheld.
    """
    for statement in case.statements:
        if not statement.quotes or not all(quote.is_a_range for quote in statement.quotes):
            continue  # other checks withhold it
        if with_context(case, statement) != statement.quotes:
            yield Finding("context-missing", statement.id, Remedy.CONTEXT)
        elif _hangs(case, statement, statement.quotes[0], statement.text) and (
            sentence_before(statement.quotes[0]) is None
        ):
            yield Finding("dangling", statement.id, statement.remedy)


def with_context(case: Case, statement: Statement) -> tuple[Quote, ...]:
    """The claim's quotes, with everything they hang on before them; the same quotes when nothing
    lacks.
    """
    held = _above(case, statement)
    found: list[Quote] = []
    for quote in statement.quotes:
        widened = _whole_if_needed(quote)
        needed = [*_leads(case, statement, quote), *_headers(case, statement, quote)]
        before = sentence_before(quote)
        if before is not None and _hangs(case, statement, quote, quote.text):
            needed.append(before)
        found += [one for one in needed if not covers([*held, *found, *statement.quotes], one)]
        found.append(widened)
    return tuple(_once(found))


def _once(quotes: Sequence[Quote]) -> list[Quote]:
    """Without quotations that another one, widened, now holds."""
    return [
        quote
        for number, quote in enumerate(quotes)
        if not covers([*quotes[:number], *(q for q in quotes[number + 1 :] if q != quote)], quote)
    ]


def _above(case: Case, statement: Statement) -> list[Quote]:
    """What a reader has just read in the same block."""
    places = case.places.get(statement.id, ())
    ids = places[0].before if places else ()
    return [quote for one in ids if one in case.by_id for quote in case.by_id[one].quotes]


def _whole_if_needed(quote: Quote) -> Quote:
    """The whole sentence, when what was cut off denies, hedges, narrows or limits what is left."""
    wide = whole(quote)
    text = quote.placed.passage.text
    cut = (text[wide.start : quote.start], text[quote.end : wide.end])
    if not any(part.strip(" .;:,|") for part in cut):
        return quote
    splits_a_word = any(
        side and part and side.isalnum() and part.isalnum()
        for side, part in ((cut[0][-1:], quote.text[:1]), (cut[1][:1], quote.text[-1:]))
    )
    return wide if splits_a_word or any(map(_narrows, cut)) else quote


def _narrows(text: str) -> bool:
    said = facts(text)
    return bool(
        said.denials
        or said.strength
        or said.obligation
        or said.quantities
        or any(operator.kept for operator in said.operators)
        or any(word.narrows for word in said.words)
        or load_paraphrase().condition.search(text)
    )


def _leads(case: Case, statement: Statement, quote: Quote) -> Iterator[Quote]:
    """Lead-ins that carry a condition ("any of these", "if …"); one that only names its subject
    may go.
    """
    for lead in leads_in(quote):
        said = facts(POINTS_DOWN.sub("these", lead.text))
        if (
            said.denials
            or said.strength
            or said.quantities
            or any(operator.id in NARROWING for operator in said.operators)
            or load_paraphrase().condition.search(lead.text)
        ):
            yield lead


def _headers(case: Case, statement: Statement, quote: Quote) -> Iterator[Quote]:
    """In a table of ours the row and column say it; elsewhere the source's own headers must."""
    places: Sequence[Place] = case.places.get(statement.id, ())
    if places and all(place.column >= 0 for place in places):
        return
    labels = canonical_stems(" ".join(place.label for place in places))
    for header in headers(quote):
        if not canonical_stems(header.text) <= labels:
            yield header


def _hangs(case: Case, statement: Statement, quote: Quote, text: str) -> bool:
    """Whether the text refers to something that is not told before it."""
    if not DANGLES.search(text) or LOOKS_AHEAD.match(text) or is_lead_in(quote):
        return False  # a lead-in's "these" stand below it
    told = [*_above(case, statement), *statement.quotes[: statement.quotes.index(quote)]]
    before = sentence_before(quote)
    return before is None or not covers(told, before)


CHECK = Check("EX-CONTEXT", "1", examine)
