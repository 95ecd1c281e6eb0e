"""One question asked in many ways gives one set of rows."""

from __future__ import annotations

import asyncio

import pytest
from services.generation.guidelines import Guideline, retrieved, table_of
from services.generation.invented import LABELLED_LISTS, SECTIONS

from plumbline.generation.v1.events_pb2 import Draft
from plumbline_generation.composer import Refusal
from plumbline_generation.extractive import ExtractiveComposer

COMPOSER = ExtractiveComposer()

LIKE_OURS = """# CLL: judging the response

## Complete response (CR)

Complete response means that no sign of CLL is found.

These findings are listed for a complete response in CLL:

- Lymph nodes: no lymph node measures ≥1.5 cm.
- Platelets: the count is ≥100 × 10⁹/L.
- Haemoglobin: the level is ≥11.0 g/dL without transfusion.

## Partial response (PR)

Partial response means that CLL has shrunk by at least half.

These findings are listed for a partial response in CLL:

- Lymph nodes: the size is down by ≥50% from baseline.
- Platelets: the count is ≥100 × 10⁹/L or up by ≥50% from baseline.
- Haemoglobin: the level is ≥11 g/dL or up by ≥50% from baseline.

## Stable disease (SD)

Stable disease means that CLL has neither reached a partial response nor grown.

These findings are listed for stable disease in CLL:

- Lymph nodes: the change in size is between −49% and +49%.
- Platelets: the change in the count is between −49% and +49%.
"""

PHRASINGS = (
    "What is partial response vs complete response in CLL treatment",
    "complete response vs partial response in CLL",
    "PR vs CR in CLL",
    "pr vs. cr cll",
    "whats the diffrence between partial responce and complete responce in cll",
    "What is the difference between partial remission and complete remission in CLL?",
    "How does a complete response differ from a partial response in CLL?",
    "Compare partial and complete response for chronic lymphocytic leukemia",
    "complete or partial remission, what is the difference?",
    "partal response versus compleet response CLL",
    "In CLL, what is partial and complete response?",
    "What do complete response and partial response mean in simple words?",
    "CLL: CR/PR difference",
    "is a partial response the same as a complete response in CLL",
    "how do partial responses and complete responses compare?",
)


def cll(text: str = LIKE_OURS) -> Guideline:
    return Guideline(text, id="cll-response", disease="cll", disease_label="CLL")


def composed(question: str, guideline: Guideline) -> Draft:
    found = asyncio.run(COMPOSER.compose(retrieved(question, guideline, disease="")))
    assert isinstance(found, Draft), found
    return found


@pytest.mark.parametrize("question", PHRASINGS)
def test_every_phrasing_fills_the_same_rows(question: str) -> None:
    draft = composed(question, cll())
    first = table_of(composed(PHRASINGS[0], cll()))
    rows = table_of(draft)
    assert draft.question_type == "comparison"
    assert list(rows) == ["Lymph nodes", "Platelets", "Haemoglobin"]
    assert [sorted(cells) for cells in rows.values()] == [sorted(cells) for cells in first.values()]


@pytest.mark.parametrize(
    "question",
    [
        "What is a half response vs a full response?",
        "full remission vs half remission",
        "Full responce or half responce in zorvic syndrom, whats the diference",
        "compare half and full response in zorvic syndrome",
    ],
)
@pytest.mark.parametrize("text", [SECTIONS, LABELLED_LISTS])
def test_an_unknown_disease_is_asked_about_as_freely(question: str, text: str) -> None:
    rows = table_of(composed(question, Guideline(text)))
    assert [label.split()[0] for label in rows] == ["Glim", "Vell", "Tarn"]


def test_the_title_is_made_of_type_and_terms() -> None:
    draft = composed("whats the diffrence between pr and cr", cll())
    assert draft.title == ("Partial response and complete response in CLL: what is the difference?")
    assert draft.category == "CLL"


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("What is a full response in zorvic syndrome?", "Full response"),
        ("define half response", "Half response"),
        ("half response meaning", "Half response"),
        ("What does full response mean?", "Full response"),
        ("full respons", "Full response"),
    ],
)
def test_a_definition_is_recognised(question: str, title: str) -> None:
    draft = composed(question, Guideline(SECTIONS))
    assert draft.question_type == "definition"
    assert draft.title == f"{title} in Zorvic syndrome: what does it mean?"


@pytest.mark.parametrize(
    "question",
    [
        "flumox response vs brumox response",
        "What is the difference between flumox and brumox?",
        "What is a flumox?",
        "best holiday in spain",
        "What is the weather today?",
        "Can I drink coffee with glimtinib?",
        "Which vaccine helps against zorvic syndrome?",
        "how much does it cost",
    ],
)
def test_what_does_not_stand_in_the_evidence_is_refused(question: str) -> None:
    found = asyncio.run(COMPOSER.compose(retrieved(question, Guideline(SECTIONS))))
    assert isinstance(found, Refusal)
    assert found.reason_code in ("terms-not-in-evidence", "focus-not-in-evidence")


def test_a_comparison_with_one_known_side_says_that_the_other_is_missing() -> None:
    draft = composed("flumox response vs full response", Guideline(SECTIONS))
    assert draft.question_type == "definition"
    assert draft.not_stated[0] == "The other thing you asked to compare"
    assert not table_of(draft)
    assert "flumox" not in str(draft).casefold()
