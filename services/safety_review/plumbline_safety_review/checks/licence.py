"""EV-LICENCE: no more of a passage is quoted than its licence allows."""

from __future__ import annotations

from collections.abc import Iterator

from plumbline_safety_review.case import Case
from plumbline_safety_review.verdict import Check, Finding


def examine(case: Case) -> Iterator[Finding]:
    """Answers are made only from editions that allow it; quoted words are counted once per
    passage.
    """
    if not all(edition.manifest.policy.may_generate_from for edition in case.editions):
        yield Finding("may-not-generate")
    places: dict[str, set[int]] = {}
    for statement in case.statements:
        for quote in statement.quotes:
            place = places.setdefault(quote.placed.passage.occurrence_id, set())
            place.update(range(quote.start, quote.end))
    for placed in case.cited:
        most = placed.edition.manifest.policy.may_quote_words
        if not most:
            continue
        quoted = places.get(placed.passage.occurrence_id, set())
        text = "".join(c if i in quoted else " " for i, c in enumerate(placed.passage.text))
        if len(text.split()) > most:
            yield Finding("too-many-words")


CHECK = Check("EV-LICENCE", "1", examine)
