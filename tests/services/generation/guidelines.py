"""Small guidelines as passages, from Markdown, so that a test shows all of its evidence."""

import re
import uuid
from dataclasses import dataclass, field
from hashlib import sha256

from plumbline.common.v1.common_pb2 import Run
from plumbline.generation.v1.events_pb2 import Draft
from plumbline.ingest.v1.events_pb2 import (
    PASSAGE_KIND_LIST,
    PASSAGE_KIND_PROSE,
    PASSAGE_KIND_TABLE,
    SPAN_KIND_CELL,
    SPAN_KIND_COLUMN_HEADER,
    SPAN_KIND_ITEM,
    SPAN_KIND_LEAD_IN,
    SPAN_KIND_ROW_HEADER,
    SPAN_KIND_SENTENCE,
    EditionOpened,
    LicencePolicy,
    Passage,
    Scope,
    Span,
)
from plumbline.retrieval.v1.events_pb2 import Evidence, EvidenceRetrieved, RetrievalInfo
from plumbline_clinical.sentences import sentence_spans

SPACE = uuid.UUID("6ba7b811-9dad-11d1-80b4-00c04fd430c8")
ITEM = re.compile(r"^(?:[-*]|\d+\.) ")


@dataclass
class Guideline:
    """A guideline of a test: its Markdown and what its manifest says."""

    text: str
    id: str = "zorvic-response"
    version: str = "2026"
    disease: str = "zorvic syndrome"
    disease_label: str = "Zorvic syndrome"
    effective_date: str = "2026-01-31"
    demonstration: bool = True
    policy: LicencePolicy = field(
        default_factory=lambda: LicencePolicy(may_index=True, may_generate_from=True)
    )

    def evidence(self) -> list[Evidence]:
        """Its passages, ranked as they stand."""
        edition = EditionOpened(
            version=self.version,
            title=f"Guideline {self.id}",
            effective_date=self.effective_date,
            policy=self.policy,
            scope=Scope(disease=self.disease, disease_label=self.disease_label),
            demonstration=self.demonstration,
        )
        found: list[Evidence] = []
        for start, text, section in blocks(self.text):
            edition_id = f"{self.id}@{self.version}"
            passage = Passage(
                occurrence_id=str(uuid.uuid5(SPACE, f"{edition_id}/{start}")),
                passage_id=sha256(f"{self.id}{text}".encode()).hexdigest()[:32],
                start=start,
                end=start + len(text),
                text=text,
                text_sha256=sha256(text.encode()).hexdigest(),
                section=section,
            )
            read_spans(passage)
            found.append(
                Evidence(
                    passage=passage,
                    edition_id=edition_id,
                    guideline_id=self.id,
                    edition=edition,
                    rank=len(found) + 1,
                )
            )
        return found


def blocks(text: str) -> list[tuple[int, str, list[str]]]:
    """Blocks between blank lines, a list joined to its lead-in, each with its headings."""
    found: list[tuple[int, str, list[str]]] = []
    section: list[tuple[int, str]] = []
    for match in re.finditer(r"[^\n]+(?:\n[^\n]+)*", text):
        block = match[0]
        if heading := re.match(r"^(#+) (.*)$", block):
            level = len(heading[1])
            section = [*(part for part in section if part[0] < level), (level, heading[2])]
            continue
        path = [name for _, name in section]
        last = found[-1] if found else None
        if last and ITEM.match(block) and last[1].endswith(":") and last[2] == path:
            found[-1] = (last[0], text[last[0] : match.end()], path)
        else:
            found.append((match.start(), block, path))
    return found


def read_spans(passage: Passage) -> None:
    """The kind of a block and its spans."""
    if passage.text.startswith("|"):
        passage.kind = PASSAGE_KIND_TABLE
        passage.spans.extend(table_spans(passage.text))
    elif re.search(r"^(?:[-*]|\d+\.) ", passage.text, re.MULTILINE):
        passage.kind = PASSAGE_KIND_LIST
        passage.spans.extend(list_spans(passage.text))
    else:
        passage.kind = PASSAGE_KIND_PROSE
        passage.spans.extend(
            Span(kind=SPAN_KIND_SENTENCE, start=start, end=end)
            for start, end in sentence_spans(passage.text)
        )


def list_spans(text: str) -> list[Span]:
    spans: list[Span] = []
    lead_in = at = 0
    for line in text.splitlines(keepends=True):
        bare = line.rstrip("\n")
        if marker := ITEM.match(bare):
            start = at + marker.end()
            spans.append(
                Span(kind=SPAN_KIND_ITEM, start=start, end=at + len(bare), lead_in=lead_in)
            )
        elif bare:
            for start, end in sentence_spans(bare):
                spans.append(Span(kind=SPAN_KIND_SENTENCE, start=at + start, end=at + end))
            if bare.endswith(":"):
                spans[-1].kind = SPAN_KIND_LEAD_IN
                lead_in = len(spans)
        at += len(line)
    return spans


def table_spans(text: str) -> list[Span]:
    spans: list[Span] = []
    columns: list[int] = []
    at = 0
    for number, line in enumerate(text.splitlines(keepends=True)):
        cells = list(re.finditer(r"(?<=\|)[^|\n]*(?=\|)", line))
        row = 0
        for column, cell in enumerate(cells):
            if number == 1:
                break
            bare = cell[0].strip()
            start = at + cell.start() + (len(cell[0]) - len(cell[0].lstrip()))
            span = Span(start=start, end=start + len(bare))
            if number == 0:
                span.kind = SPAN_KIND_COLUMN_HEADER
                columns.append(len(spans) + 1)
            elif column == 0:
                span.kind = SPAN_KIND_ROW_HEADER
                row = len(spans) + 1
            else:
                span.kind = SPAN_KIND_CELL
                span.row_header, span.column_header = row, columns[column]
            spans.append(span)
        at += len(line)
    return spans


def retrieved(
    question: str, *guidelines: Guideline, disease: str = "", label: str = "", attempt: int = 1
) -> EvidenceRetrieved:
    """The evidence of whole guidelines for a question, ranked through."""
    evidence = [found for guideline in guidelines for found in guideline.evidence()]
    for rank, found in enumerate(evidence, start=1):
        found.rank = rank
    return EvidenceRetrieved(
        run=Run(answer_id="0" * 31 + "1", revision=1, audience="patient", locale="en"),
        question=question,
        evidence=evidence,
        retrieval=RetrievalInfo(mode="lexical", disease=disease, disease_label=label),
        attempt=attempt,
    )


def claim_texts(draft: Draft) -> dict[str, str]:
    """Claim id → text."""
    return {claim.id: claim.text for claim in draft.claims}


def table_of(draft: Draft) -> dict[str, list[list[str]]]:
    """Row label → for each column the texts of its claims."""
    texts = claim_texts(draft)
    for section in draft.sections:
        for block in section.blocks:
            if block.WhichOneof("block") == "table":
                return {
                    row.label: [[texts[claim] for claim in cell.claims] for cell in row.cells]
                    for row in block.table.rows
                }
    return {}


def section_texts(draft: Draft, role: str) -> list[str]:
    """The texts of a section's claims in order."""
    texts = claim_texts(draft)
    return [
        texts[claim]
        for section in draft.sections
        if section.role == role
        for block in section.blocks
        for claim in block.claims.claims
    ]
