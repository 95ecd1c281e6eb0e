"""The demonstration corpus, read as in production, gives the page the seed question asks for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from services.generation.guidelines import section_texts, table_of

from plumbline.common.v1.common_pb2 import Run
from plumbline.generation.v1.events_pb2 import Draft
from plumbline.retrieval.v1.events_pb2 import Evidence, EvidenceRetrieved, RetrievalInfo
from plumbline_generation.composer import Refusal
from plumbline_generation.extractive import ExtractiveComposer
from plumbline_ingest.documents import Document
from plumbline_ingest.edition import make_edition
from plumbline_ingest.manifest import parse_manifest

GUIDELINES = Path(__file__).parents[3] / "deploy" / "guidelines"
SEED = "What is partial response vs complete response in CLL treatment"
COMPOSER = ExtractiveComposer()
ROWS = [
    "Lymph nodes",
    "Spleen and liver",
    "General symptoms",
    "Lymphocytes in blood",
    "Platelets",
    "Haemoglobin",
    "Bone marrow",
]


def unchanged(content: bytes) -> bytes:
    return content


def evidence(
    question: str,
    *folders: str,
    disease: str = "cll",
    edit: Callable[[bytes], bytes] = unchanged,
) -> EvidenceRetrieved:
    found: list[Evidence] = []
    for folder in folders:
        manifest = parse_manifest((GUIDELINES / folder / "guideline.toml").read_text("utf-8"))
        documents = [
            Document(name, edit((GUIDELINES / folder / name).read_bytes()))
            for name in manifest.files
        ]
        edition = make_edition(manifest, documents)
        for passage in edition.passages:
            found.append(
                Evidence(
                    passage=passage,
                    edition_id=edition.edition_id,
                    guideline_id=manifest.id,
                    edition=edition.opened,
                    rank=len(found) + 1,
                )
            )
    return EvidenceRetrieved(
        run=Run(answer_id="a" * 32, revision=1),
        question=question,
        evidence=found,
        retrieval=RetrievalInfo(mode="lexical", disease=disease),
        attempt=1,
    )


def drafted(retrieved: EvidenceRetrieved) -> Draft:
    found = asyncio.run(COMPOSER.compose(retrieved))
    assert isinstance(found, Draft), found
    return found


def test_the_seed_question_has_every_row_and_every_caution() -> None:
    draft = drafted(evidence(SEED, "cll-response-2018", "cll-mrd"))
    table = table_of(draft)
    assert list(table) == ROWS
    assert all(cell for cells in table.values() for cell in cells)
    assert draft.category == "CLL"
    context = " ".join(section_texts(draft, "context"))
    assert "does not mean that CLL is cured" in context
    assert "MRD is separate" in context
    assert "BTK inhibitor" in context
    assert section_texts(draft, "why")
    assert "How many of these findings are needed" in draft.not_stated


def test_a_removed_line_is_an_empty_cell_that_the_page_names() -> None:
    line = "- Platelets: the count is ≥100 × 10<sup>9</sup>/L or up by ≥50% from baseline.\n"

    def without_line(content: bytes) -> bytes:
        assert line.encode() in content
        return content.replace(line.encode(), b"")

    draft = drafted(evidence(SEED, "cll-response-2018", edit=without_line))
    assert list(table_of(draft)) == ROWS
    partial, complete = table_of(draft)["Platelets"]
    assert partial == []
    assert complete == ["the count is ≥100 × 10⁹/L."]
    assert "“Platelets” for “partial response”" in draft.not_stated


def test_only_the_edition_in_force_speaks() -> None:
    both = drafted(evidence(SEED, "cll-response-2008", "cll-response-2018"))
    new = drafted(evidence(SEED, "cll-response-2018"))
    assert table_of(both) == table_of(new)


@pytest.mark.parametrize("disease", ["multiple-myeloma", "cll"])
def test_another_disease_never_stands_in(disease: str) -> None:
    retrieved = evidence(
        "What is a complete response?", "cll-response-2018", "myeloma-response", disease=disease
    )
    known = {found.edition.scope.disease for found in retrieved.evidence}
    found = asyncio.run(COMPOSER.compose(retrieved))
    if disease not in known:
        assert isinstance(found, Refusal)
        return
    assert isinstance(found, Draft)
    own = {
        one.passage.occurrence_id
        for one in retrieved.evidence
        if one.edition.scope.disease == disease
    }
    assert {place.occurrence_id for claim in found.claims for place in claim.citations} <= own


@pytest.mark.parametrize(
    "question",
    [
        "What side effects does venetoclax have?",
        "What is the best diet in CLL?",
        "Does CLL run in families?",
        "How much does treatment cost?",
    ],
)
def test_what_the_corpus_does_not_cover_is_refused(question: str) -> None:
    retrieved = evidence(question, "cll-response-2018", "cll-mrd", "cll-staging")
    assert isinstance(asyncio.run(COMPOSER.compose(retrieved)), Refusal)
