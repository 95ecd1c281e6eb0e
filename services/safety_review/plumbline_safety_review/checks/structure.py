"""ST-SCHEMA: a draft whose parts do not fit together is not read any further than this."""

from __future__ import annotations

import re
from collections.abc import Iterator

from plumbline.generation.v1.events_pb2 import Block, Draft, TableBlock
from plumbline_safety_review.case import Case, Statement
from plumbline_safety_review.verdict import Check, Finding
from plumbline_safety_review.vocabulary import hidden

CLAIM_ID = re.compile(r"c[1-9]\d{0,3}")
SECTION_ID = re.compile(r"[a-z_]+")
SLOT = re.compile(r"[a-z0-9_]+")
SHA256 = re.compile(r"[0-9a-f]{64}")
LONGEST_CLAIM = 1200  # code points; a claim is a sentence with its lead-in, not a page
COMPOSERS = ("extractive", "model")


def examine(case: Case) -> Iterator[Finding]:
    """Ids, roles, blocks, tables, templates and the composer's name, as the contract has them."""
    for why in (*_claims(case), *_sections(case), *_maker(case.draft)):
        yield Finding(why)


def _claims(case: Case) -> Iterator[str]:
    ids = [statement.id for statement in case.statements]
    if not ids:
        yield "no-claims"
    if len(set(ids)) != len(ids):
        yield "claim-id-twice"
    if set(case.places) != set(ids):
        yield "claims-and-page-differ"
    for statement in case.statements:
        yield from _claim(statement)


def _claim(statement: Statement) -> Iterator[str]:
    if not CLAIM_ID.fullmatch(statement.id):
        yield "claim-id"
    if len(statement.text) > LONGEST_CLAIM or not statement.text.strip():
        yield "claim-length"
    if hidden(statement.text) - hidden(statement.quoted):
        yield "hidden-character"


def _sections(case: Case) -> Iterator[str]:
    sections = case.draft.sections
    if len({section.id for section in sections}) != len(sections):
        yield "section-id-twice"
    for section in sections:
        if not SECTION_ID.fullmatch(section.id):
            yield "section-id"
        if section.role not in case.catalogue.roles:
            yield "section-role"
        for block in section.blocks:
            yield from _block(case, block)


def _block(case: Case, block: Block) -> Iterator[str]:
    match block.WhichOneof("block"):
        case "claims":
            if not block.claims.claims:
                yield "empty-block"
        case "table":
            yield from _table(block.table)
        case "template":
            template = case.catalogue.templates.get(block.template.template_id)
            if template is None:
                yield "unknown-template"
            elif set(block.template.terms) != template.places:
                yield "template-terms"
        case _:
            yield "unknown-block"


def _table(table: TableBlock) -> Iterator[str]:
    columns, slots = list(table.columns), [row.slot for row in table.rows]
    if len(columns) < 2 or len({column.casefold() for column in columns}) != len(columns):
        yield "table-columns"
    if not slots or len(set(slots)) != len(slots):
        yield "table-rows"
    for row in table.rows:
        if not SLOT.fullmatch(row.slot) or len(row.cells) != len(columns):
            yield "table-row"
        if not any(cell.claims for cell in row.cells):
            yield "row-without-evidence"


def _maker(draft: Draft) -> Iterator[str]:
    made_by = draft.made_by
    if made_by.kind not in COMPOSERS or not made_by.name or not made_by.version:
        yield "made-by"
    if not SHA256.fullmatch(made_by.rules_sha256):
        yield "rules-hash"
    if not SECTION_ID.fullmatch(draft.question_type):
        yield "question-type"


CHECK = Check("ST-SCHEMA", "1", examine)
