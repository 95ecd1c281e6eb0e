"""Editions and drafts for the tests of the review: a demonstration text in our own words."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from google.protobuf.message import Message

from plumbline.common.v1.common_pb2 import Cause, Run
from plumbline.generation.v1.events_pb2 import (
    AnswerDrafted,
    Block,
    Cell,
    Citation,
    Claim,
    ClaimsBlock,
    Draft,
    MadeBy,
    Row,
    Section,
    TableBlock,
    TemplateBlock,
)
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
    EditionClosed,
    EditionIngested,
    EditionOpened,
    LicencePolicy,
    Passage,
    PassagesListed,
    Scope,
    Span,
)
from plumbline.retrieval.v1.events_pb2 import RetrievalInfo
from plumbline_bus import Event
from plumbline_clinical.sentences import sentence_spans
from plumbline_safety_review.case import Case, occurrences, statements_of
from plumbline_safety_review.catalogue import load_catalogue
from plumbline_safety_review.checks import CHECKS
from plumbline_safety_review.passages import Passages, edition_digest
from plumbline_safety_review.policy import Policy, load_policy

M = TypeVar("M", bound=Message)

POLICY_FILE = Path(__file__).parents[3] / "deploy" / "policy" / "review.toml"
ANSWER_ID = "53e8df32ef6c5f2e8688a91462c32a04"
TIME = "2026-11-24T10:00:00.123456Z"

CR_A = (
    "Complete response, group A. No lymph node measures 1.5 cm or more. The spleen measures "
    "less than 13 cm and the liver is normal in size. There are no constitutional symptoms. "
    "The number of lymphocytes in the blood is normal."
)
PR_A = (
    "Partial response, group A. Lymph nodes have decreased by 50% or more from baseline. "
    "Enlargement of the liver or spleen has decreased by 50% or more from baseline. "
    "Constitutional symptoms may be of any kind. Lymphocytes in the blood have decreased by "
    "50% or more from baseline."
)
PR_B = (
    "Partial response, group B. Platelets are 100 × 10⁹/L or more, or have risen by 50% or "
    "more over baseline. Haemoglobin is 11 g/dL or more, or has risen by 50% or more over "
    "baseline. In the bone marrow, CLL cells or B-lymphoid nodules are present, or the marrow "
    "was not examined."
)
CR_B = (
    "Complete response, group B. Platelets are 100 × 10⁹/L or more. Haemoglobin is 11.0 g/dL "
    "or more, without a transfusion and without erythropoietin. The bone marrow has a normal "
    "number of cells, no CLL cells and no B-lymphoid nodules."
)
BASICS = (
    "A complete response means that the standard checks find no sign of CLL. A partial "
    "response means that CLL has shrunk by at least half but some of it is left. Response is "
    "judged after treatment."
)
MRD = (
    "MRD status is distinct from the standard response groups and adds to them. A complete "
    "response is not the same as eradication of the disease. MRD tests look for CLL cells "
    "that the standard checks do not show. The tests in use reach a sensitivity of 10⁻⁴, "
    "which is one cell in 10,000. Undetectable MRD is uncommon when ibrutinib is given alone "
    "and without a break. It is more frequent with combinations that contain venetoclax."
)
RESPONSE = (
    (("Measuring response", "What is compared"), BASICS),
    (("Measuring response", "Complete response"), CR_A),
    (("Measuring response", "Partial response"), PR_A),
    (("Measuring response", "Partial response"), PR_B),
    (("Measuring response", "Complete response"), CR_B),
    (("Residual disease",), MRD),
)


@dataclass(frozen=True)
class Edition:
    """An edition as ingest would say it."""

    guideline_id: str = "cll-response"
    version: str = "2018"
    effective_date: str = "2018-06-21"
    disease: str = "cll"
    disease_label: str = "chronic lymphocytic leukaemia"
    title: str = "Measuring response in CLL"
    demonstration: bool = True
    may_quote_words: int = 0
    passages: tuple[Passage, ...] = ()

    @property
    def edition_id(self) -> str:
        return f"{self.guideline_id}@{self.version}"

    @property
    def opened(self) -> EditionOpened:
        return EditionOpened(
            version=self.version,
            title=self.title,
            publisher="Demonstration",
            effective_date=self.effective_date,
            licence="CC-BY-4.0",
            policy=LicencePolicy(
                may_index=True, may_generate_from=True, may_quote_words=self.may_quote_words
            ),
            scope=Scope(disease=self.disease, disease_label=self.disease_label, audience="patient"),
            demonstration=self.demonstration,
            based_on="Hallek and others 2018",
        )

    def parts(self) -> list[EditionIngested]:
        digest = edition_digest(self.opened, self.passages)
        return [
            self._part(opened=self.opened),
            *(self._part(passages=PassagesListed(passages=[one])) for one in self.passages),
            self._part(closed=EditionClosed(count=len(self.passages), digest=digest)),
        ]

    def _part(self, **part: object) -> EditionIngested:
        return EditionIngested(
            edition_id=self.edition_id,
            guideline_id=self.guideline_id,
            **part,  # type: ignore[arg-type]
        )


def edition(
    sections: Sequence[tuple[tuple[str, ...], str]] = RESPONSE,
    *,
    extra: Sequence[Passage] = (),
    **manifest: object,
) -> Edition:
    """An edition of prose passages, one per section."""
    bare = Edition(**manifest)  # type: ignore[arg-type]
    passages, start = [], 0
    for section, text in sections:
        passages.append(prose(bare.edition_id, start, section, text))
        start += len(text) + 2
    return Edition(**manifest, passages=(*passages, *extra))  # type: ignore[arg-type]


def prose(edition_id: str, start: int, section: tuple[str, ...], text: str) -> Passage:
    spans = [Span(kind=SPAN_KIND_SENTENCE, start=a, end=b) for a, b in sentence_spans(text)]
    return passage(edition_id, start, section, text, PASSAGE_KIND_PROSE, spans)


def listed(
    edition_id: str, start: int, section: tuple[str, ...], lead: str, items: Sequence[str]
) -> Passage:
    """A list with its lead-in."""
    text, spans = lead, [Span(kind=SPAN_KIND_LEAD_IN, start=0, end=len(lead))]
    for item in items:
        text += "\n- "
        spans.append(
            Span(kind=SPAN_KIND_ITEM, start=len(text), end=len(text) + len(item), lead_in=1)
        )
        text += item
    return passage(edition_id, start, section, text, PASSAGE_KIND_LIST, spans)


def table(
    edition_id: str, start: int, section: tuple[str, ...], rows: Sequence[Sequence[str]]
) -> Passage:
    """A table; the first row and the first column are headers."""
    text, spans, headers = "", list[Span](), dict[int, int]()
    for number, row in enumerate(rows):
        row_header = 0
        for column, cell in enumerate(row):
            text += ("\n" if number and not column else "") + (" | " if column else "")
            kind = SPAN_KIND_CELL if number and column else SPAN_KIND_ROW_HEADER
            kind = SPAN_KIND_COLUMN_HEADER if not number else kind
            spans.append(
                Span(
                    kind=kind,
                    start=len(text),
                    end=len(text) + len(cell),
                    row_header=row_header,
                    column_header=headers.get(column, 0),
                )
            )
            text += cell
            if not number:
                headers[column] = len(spans)
            elif not column:
                row_header = len(spans)
    return passage(edition_id, start, section, text, PASSAGE_KIND_TABLE, spans)


def passage(
    edition_id: str,
    start: int,
    section: tuple[str, ...],
    text: str,
    kind: int,
    spans: Sequence[Span],
) -> Passage:
    return Passage(
        occurrence_id=str(uuid.uuid5(uuid.NAMESPACE_URL, f"{edition_id}/{start}")),
        passage_id=hashlib.sha256(text.encode()).hexdigest()[:32],
        start=start,
        end=start + len(text),
        text=text,
        text_sha256=hashlib.sha256(text.encode()).hexdigest(),
        section=section,
        kind=kind,  # type: ignore[arg-type]
        spans=spans,
    )


@dataclass
class Shelf:
    """Passages read from editions, the way the follower does it."""

    passages: Passages
    offset: int = 0

    def read(self, *editions: Edition) -> None:
        for one in editions:
            for part in one.parts():
                self.apply(part)

    def apply(self, part: EditionIngested) -> None:
        self.passages.apply(event(part, offset=self.offset, topic="edition.ingested.v1"))
        self.offset += 1


def event(message: M, *, offset: int = 0, time: str = TIME, topic: str = "") -> Event[M]:
    return Event(message, "id", "source", time, (), topic, 0, offset, "")


def cite(source: Edition, *quotes: str) -> list[Citation]:
    """Citations of these words, wherever they stand first in the edition."""
    found = []
    for quote in quotes:
        one = next(p for p in source.passages if quote in p.text)
        start = one.text.index(quote)
        found.append(Citation(occurrence_id=one.occurrence_id, start=start, end=start + len(quote)))
    return found


@dataclass
class Page:
    """A draft as it grows."""

    source: Edition
    sections: list[Section] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)

    def claim(self, *quotes: str, text: str = "", verbatim: bool | None = None) -> str:
        claim_id = f"c{len(self.claims) + 1}"
        said = text or " ".join(quotes)
        self.claims.append(
            Claim(
                id=claim_id,
                text=said,
                verbatim=not text if verbatim is None else verbatim,
                citations=cite(self.source, *quotes),
            )
        )
        return claim_id

    def claims_block(self, *ids: str, label: str = "") -> Block:
        return Block(claims=ClaimsBlock(claims=ids, label=label))

    def section(self, role: str, heading: str, *blocks: Block) -> None:
        self.sections.append(Section(id=role, role=role, heading=heading, blocks=blocks))

    def draft(self, **over: object) -> Draft:
        fields: dict[str, object] = {
            "title": "What is complete response vs partial response in CLL?",
            "category": "CLL",
            "question_type": "comparison",
            "not_stated": ["How long a complete response lasts"],
            "made_by": MadeBy(
                kind="extractive", name="extractive", version="1", rules_sha256="0" * 64
            ),
            "notice_ids": [
                "general-information",
                "made-by-software",
                "not-clinician-read",
                "demonstration",
            ],
        }
        fields.update(over)
        return Draft(sections=self.sections, claims=self.claims, **fields)  # type: ignore[arg-type]


def row(slot: str, label: str, *cells: Sequence[str]) -> Row:
    return Row(slot=slot, label=label, cells=[Cell(claims=cell) for cell in cells])


ROWS: tuple[tuple[str, str, str, str], ...] = (
    (
        "lymph_nodes",
        "Lymph nodes",
        "No lymph node measures 1.5 cm or more.",
        "Lymph nodes have decreased by 50% or more from baseline.",
    ),
    (
        "spleen_liver",
        "Spleen and liver",
        "The spleen measures less than 13 cm and the liver is normal in size.",
        "Enlargement of the liver or spleen has decreased by 50% or more from baseline.",
    ),
    (
        "symptoms",
        "Symptoms",
        "There are no constitutional symptoms.",
        "Constitutional symptoms may be of any kind.",
    ),
    (
        "blood_lymphocytes",
        "Blood lymphocytes",
        "The number of lymphocytes in the blood is normal.",
        "Lymphocytes in the blood have decreased by 50% or more from baseline.",
    ),
    (
        "platelets",
        "Platelets",
        "Platelets are 100 × 10⁹/L or more.",
        "Platelets are 100 × 10⁹/L or more, or have risen by 50% or more over baseline.",
    ),
    (
        "haemoglobin",
        "Haemoglobin",
        "Haemoglobin is 11.0 g/dL or more, without a transfusion and without erythropoietin.",
        "Haemoglobin is 11 g/dL or more, or has risen by 50% or more over baseline.",
    ),
    (
        "bone_marrow",
        "Bone marrow",
        "The bone marrow has a normal number of cells, no CLL cells and no B-lymphoid nodules.",
        "In the bone marrow, CLL cells or B-lymphoid nodules are present, or the marrow was not "
        "examined.",
    ),
)
LEADS = (
    "A complete response means that the standard checks find no sign of CLL.",
    "A partial response means that CLL has shrunk by at least half but some of it is left.",
)
WHY = (
    "MRD tests look for CLL cells that the standard checks do not show.",
    "MRD status is distinct from the standard response groups and adds to them.",
    "Undetectable MRD is uncommon when ibrutinib is given alone and without a break.",
    "It is more frequent with combinations that contain venetoclax.",
)


def comparison(source: Edition) -> Page:
    """The worked answer: two leads, seven rows, why it matters, questions, gaps. Every claim
    verbatim.
    """
    page = Page(source)
    leads = [page.claim(text) for text in LEADS]
    page.section(
        "key_points",
        "In short",
        page.claims_block(leads[0], label="Complete response"),
        page.claims_block(leads[1], label="Partial response"),
        Block(template=TemplateBlock(template_id="next-step")),
    )
    rows = [
        row(slot, label, [page.claim(left)], [page.claim(right)])
        for slot, label, left, right in ROWS
    ]
    columns = ["Complete response", "Partial response"]
    page.section("comparison", "Side by side", Block(table=TableBlock(columns=columns, rows=rows)))
    page.section("why", "Why it matters", page.claims_block(*(page.claim(text) for text in WHY)))
    terms = {"x": "complete response", "y": "partial response"}
    template = TemplateBlock(template_id="questions-comparison", terms=terms)
    page.section("questions", "Questions to ask your oncologist", Block(template=template))
    gaps = Block(template=TemplateBlock(template_id="gaps-lead"))
    page.section("gaps", "What our sources do not say", gaps)
    return page


def drafted(draft: Draft, *, answer_id: str = ANSWER_ID, disease: str = "cll") -> AnswerDrafted:
    return AnswerDrafted(
        run=Run(
            answer_id=answer_id,
            revision=1,
            audience="patient",
            locale="en",
            cause=Cause(kind="asked"),
        ),
        draft=draft,
        retrieval=RetrievalInfo(mode="lexical", corpus_digest="d" * 64, disease=disease),
        attempt=1,
    )


def case_of(draft: Draft, passages: Passages, *, on_date: str = TIME[:10]) -> Case:
    """The case as the handler makes it."""
    placed = passages.placed(occurrences(draft))
    guidelines = {one.edition.guideline_id for one in placed.values()}
    current: Mapping[str, str] = {one: passages.current(one, on_date) for one in guidelines}
    return Case(
        draft=draft,
        statements=statements_of(draft.claims, placed),
        retrieval=RetrievalInfo(mode="lexical", disease="cll"),
        catalogue=load_catalogue(),
        current=current,
    )


def policy() -> Policy:
    return load_policy(POLICY_FILE, CHECKS)
