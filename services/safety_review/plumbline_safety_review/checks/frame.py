"""ST-FRAME: title, headings, labels and gaps carry no citation, so no fact may hide in them."""

from __future__ import annotations

from collections.abc import Iterator

from plumbline.generation.v1.events_pb2 import Block
from plumbline_safety_review.case import Case
from plumbline_safety_review.verdict import Check, Finding
from plumbline_safety_review.vocabulary import Vocabulary, hidden, vocabulary_of

LONGEST_TITLE = 200  # code points
LONGEST_LABEL = 80
LONGEST_GAP = 240


def examine(case: Case) -> Iterator[Finding]:
    """Every word of the frame stands in the cited evidence or in our catalogue, and states
    nothing.
    """
    words = vocabulary_of(case)
    draft = case.draft
    if not _fits(draft.title, LONGEST_TITLE) or not words.heading(draft.title):
        yield Finding("title")
    if not _fits(draft.category, LONGEST_LABEL) or not words.name(draft.category):
        yield Finding("category")
    for section in draft.sections:
        if not _fits(section.heading, LONGEST_TITLE) or not words.heading(section.heading):
            yield Finding("heading")
        for block in section.blocks:
            yield from (Finding(why) for why in _block(block, words))
    for gap in draft.not_stated:
        if not _fits(gap, LONGEST_GAP) or not words.gap(gap):
            yield Finding("not-stated")


def _block(block: Block, words: Vocabulary) -> Iterator[str]:
    if block.claims.label and not _names(block.claims.label, words):
        yield "label"
    if not all(_names(column, words) for column in block.table.columns):
        yield "column"
    if not all(_names(row.label, words) for row in block.table.rows):
        yield "row-label"
    if not all(_names(term, words) for term in block.template.terms.values()):
        yield "template-term"


def _names(text: str, words: Vocabulary) -> bool:
    return _fits(text, LONGEST_LABEL) and (words.name(text) or words.heading(text))


def _fits(text: str, longest: int) -> bool:
    return 0 < len(text.strip()) <= len(text) <= longest and not hidden(text)


CHECK = Check("ST-FRAME", "1", examine)
