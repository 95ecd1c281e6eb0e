"""The reviewed content: RFC 8785 JSON, serialised here once and never again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from plumbline.common.v1.common_pb2 import Run
from plumbline.generation.v1.events_pb2 import Block, Cell, Section
from plumbline_clinical.readability import fk_grade_masked
from plumbline_safety_review.case import Case, Statement
from plumbline_safety_review.passages import Placed
from plumbline_safety_review.policy import Policy
from plumbline_safety_review.quotes import Quote
from plumbline_safety_review.review import Passed
from plumbline_tlog.canonical import encode

SCHEMA = "plumbline.content/1"


def content_of(passed: Passed, run: Run, policy: Policy) -> bytes:
    """The bytes that are signed. The same draft, passages and policy give the same bytes."""
    case = passed.case
    draft = case.draft
    numbered = {placed.passage.occurrence_id: f"p{n}" for n, placed in enumerate(case.cited, 1)}
    return encode(
        {
            "schema": SCHEMA,
            "title": draft.title,
            "category": draft.category,
            "question_type": draft.question_type,
            "audience": run.audience or "patient",
            "locale": run.locale or "en",
            "scope": _scope(case),
            "notices": _notices(case),
            "sections": [_section(case, section) for section in draft.sections],
            "claims": [_claim(statement, numbered) for statement in case.statements],
            "passages": [
                _passage(placed, numbered[placed.passage.occurrence_id]) for placed in case.cited
            ],
            "not_stated": list(draft.not_stated),
            "made_by": _made_by(case),
            "retrieval": _retrieval(case),
            "readability": {"fk_grade_masked": _grade(case)},
            "checks": checks_json(passed.checks),
            "policy": {"version": policy.version, "sha256": policy.sha256},
        }
    )


def checks_json(checks: Sequence[tuple[str, str, str]]) -> list[dict[str, str]]:
    """What each check said, as it stands in the content and as it is hashed."""
    return [{"id": one, "version": version, "verdict": verdict} for one, version, verdict in checks]


def _scope(case: Case) -> dict[str, str]:
    """What the cited editions are about; they agree, or the draft had been withheld."""
    scope = case.editions[0].manifest.scope
    return {"disease": scope.disease, "disease_label": scope.disease_label or scope.disease}


def _notices(case: Case) -> list[dict[str, str]]:
    return [
        {"id": notice.id, "text": notice.text}
        for notice in case.catalogue.notices.values()
        if notice.id in case.notice_ids
    ]


def _section(case: Case, section: Section) -> dict[str, Any]:
    return {
        "id": section.id,
        "role": section.role,
        "heading": section.heading,
        "blocks": [_block(case, block) for block in section.blocks],
    }


def _block(case: Case, block: Block) -> dict[str, Any]:
    match block.WhichOneof("block"):
        case "claims":
            label = {"label": block.claims.label} if block.claims.label else {}
            return {"kind": "claims", "claims": list(block.claims.claims), **label}
        case "table":
            rows = [
                {"slot": row.slot, "label": row.label, "cells": [_cell(cell) for cell in row.cells]}
                for row in block.table.rows
            ]
            return {"kind": "table", "columns": list(block.table.columns), "rows": rows}
        case _:
            template = case.catalogue.templates[block.template.template_id]
            text = template.filled(dict(block.template.terms))
            return {"kind": "template", "template_id": template.id, "text": text}


def _cell(cell: Cell) -> dict[str, Any]:
    return {"claims": list(cell.claims)} if cell.claims else {"not_stated": True}


def _claim(statement: Statement, numbered: Mapping[str, str]) -> dict[str, Any]:
    kind = "verbatim" if statement.is_verbatim else "composed"
    verdict = "repaired" if statement.repaired else {"composed": "supported"}.get(kind, kind)
    also = [_citation(quote, numbered) for quote in statement.also]
    return {
        "id": statement.id,
        "text": statement.text,
        "kind": kind,
        "verdict": verdict,
        "citations": [_citation(quote, numbered) for quote in statement.quotes],
        **({"also": also} if also else {}),
    }


def _citation(quote: Quote, numbered: Mapping[str, str]) -> dict[str, Any]:
    return {
        "passage": numbered[quote.placed.passage.occurrence_id],
        "start": quote.start,
        "end": quote.end,
        "quote": quote.text,
    }


def _passage(placed: Placed, number: str) -> dict[str, Any]:
    passage, edition = placed.passage, placed.edition
    manifest = edition.manifest
    return {
        "id": number,
        "occurrence_id": passage.occurrence_id,
        "passage_id": passage.passage_id,
        "guideline_id": edition.guideline_id,
        "title": manifest.title,
        "publisher": manifest.publisher,
        "version": manifest.version,
        "effective_date": manifest.effective_date,
        "licence": manifest.licence,
        "demonstration": manifest.demonstration,
        "based_on": manifest.based_on,
        "section": list(passage.section),
        "start": passage.start,
        "end": passage.end,
        "text": passage.text,
        "text_sha256": passage.text_sha256,
        "scope": {"disease": manifest.scope.disease},
    }


def _made_by(case: Case) -> dict[str, Any]:
    made_by = case.draft.made_by
    return {
        "kind": made_by.kind,
        "name": made_by.name,
        "version": made_by.version,
        "rules_sha256": made_by.rules_sha256,
        "model": None,
        "prompt_sha256": None,
    }


def _retrieval(case: Case) -> dict[str, Any]:
    info = case.retrieval
    model = {"name": info.embedding_model, "sha256": info.embedding_sha256}
    return {
        "mode": info.mode,
        "embedding_model": model if info.embedding_model else None,
        "corpus_digest": info.corpus_digest,
    }


def _grade(case: Case) -> float:
    """Flesch-Kincaid grade of everything we say, with condition terms masked; one decimal."""
    texts = [statement.text for statement in case.statements]
    terms: set[str] = set()
    for section in case.draft.sections:
        for block in section.blocks:
            terms.update(block.table.columns)
            terms.update(block.template.terms.values())
            if block.WhichOneof("block") == "template":
                template = case.catalogue.templates[block.template.template_id]
                texts += template.filled(dict(block.template.terms)).split("\n")
    sentences = (text if text.rstrip()[-1:] in ".?!" else f"{text}." for text in texts)
    # Blank lines part them: a cell is a sentence of its own, whatever it begins with.
    return round(fk_grade_masked("\n\n".join(sentences), sorted(terms)), 1)
