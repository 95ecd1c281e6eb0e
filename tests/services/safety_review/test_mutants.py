"""One wrong fact inside right words: each mutant is repaired by quotation or withheld, in both
forms.
"""

from __future__ import annotations

import pytest
from services.safety_review.drafts import Edition, Page, Shelf, case_of, comparison, policy

from plumbline.generation.v1.events_pb2 import Draft
from plumbline_safety_review.review import Passed, Withheld, review

NODES_CR = "No lymph node measures 1.5 cm or more."
NODES_PR = "Lymph nodes have decreased by 50% or more from baseline."
SPLEEN_CR = "The spleen measures less than 13 cm and the liver is normal in size."
LYMPHOCYTES_CR = "The number of lymphocytes in the blood is normal."
PLATELETS_CR = "Platelets are 100 × 10⁹/L or more."
PLATELETS_PR = "Platelets are 100 × 10⁹/L or more, or have risen by 50% or more over baseline."
HB_CR = "Haemoglobin is 11.0 g/dL or more, without a transfusion and without erythropoietin."
MARROW_CR = "The bone marrow has a normal number of cells, no CLL cells and no B-lymphoid nodules."
MARROW_PR = (
    "In the bone marrow, CLL cells or B-lymphoid nodules are present, or the marrow was not "
    "examined."
)
SYMPTOMS_CR = "There are no constitutional symptoms."
SYMPTOMS_PR = "Constitutional symptoms may be of any kind."
LEAD_CR = "A complete response means that the standard checks find no sign of CLL."
LEAD_PR = "A partial response means that CLL has shrunk by at least half but some of it is left."
UMRD = "Undetectable MRD is uncommon when ibrutinib is given alone and without a break."
STATUS = "MRD status is distinct from the standard response groups and adds to them."

MUTANTS = [
    (NODES_CR, "No lymph node measures 2.5 cm or more."),
    (NODES_CR, "No lymph node measures more than 1.5 cm."),
    (NODES_CR, "None >1.5 cm"),
    (NODES_CR, "None ≥2.5 cm"),
    (NODES_CR, "No lymph node measures 1.5 cm or less."),
    (NODES_CR, "No lymph node measures 1.5 mm or more."),
    (NODES_CR, "Lymph nodes measure 1.5 cm or more."),
    (NODES_CR, "Any lymph node measures 1.5 cm or more."),
    (NODES_CR, "No lymph node measures 1.5 cm or more, so CLL is cured."),
    (NODES_PR, "Lymph nodes have decreased by 50% or less from baseline."),
    (NODES_PR, "Lymph nodes have decreased by more than 50% from baseline."),
    (NODES_PR, "Decrease ≤50%"),
    (NODES_PR, "Lymph nodes have increased by 50% or more from baseline."),
    (NODES_PR, "Lymph nodes have not decreased by 50% or more from baseline."),
    (NODES_PR, "Lymph nodes are 50% or more from baseline."),
    (NODES_PR, "Lymph nodes have decreased by 50% or more from baseline, and they heal fast."),
    (SPLEEN_CR, "The spleen measures less than 31 cm and the liver is normal in size."),
    (SPLEEN_CR, "The spleen measures 13 cm or less and the liver is normal in size."),
    (SPLEEN_CR, "The liver measures less than 13 cm and the spleen is normal in size."),
    (SPLEEN_CR, "The spleen measures less than 13 cm and the liver is of any size."),
    (SPLEEN_CR, "The spleen measures less than 13 cm and the liver is not normal in size."),
    (LYMPHOCYTES_CR, "The number of lymphocytes in the blood is any."),
    (LYMPHOCYTES_CR, "Any"),
    (LYMPHOCYTES_CR, "The number of lymphocytes in the blood is abnormal."),
    (LYMPHOCYTES_CR, "The number of lymphocytes in the blood is not normal."),
    (PLATELETS_CR, "Platelets are 100 × 10⁶/L or more."),
    (PLATELETS_CR, "Platelets are 100 × 109/L or more."),
    (PLATELETS_CR, "Platelets are 10 × 10⁹/L or more."),
    (PLATELETS_CR, "Haemoglobin is 100 × 10⁹/L or more."),
    (PLATELETS_PR, PLATELETS_PR.replace("or have", "and have")),
    (PLATELETS_PR, PLATELETS_PR.replace("risen", "fallen")),
    (PLATELETS_PR, PLATELETS_PR.replace("50%", "150%")),
    (PLATELETS_PR, PLATELETS_PR.replace("100", "50", 1)),
    (PLATELETS_PR, "Platelets are 100 × 10⁹/L or more."),
    (HB_CR, "Haemoglobin is 10.0 g/dL or more, without a transfusion and without erythropoietin."),
    (HB_CR, "Haemoglobin is 11.0 mg/dL or more, without a transfusion and without erythropoietin."),
    (HB_CR, "Haemoglobin is 11.0 g/dL or more."),
    (HB_CR, "Haemoglobin is 11.0 g/dL or more, without erythropoietin."),
    (HB_CR, "Haemoglobin is 11.0 g/dL or more, without a transfusion."),
    (HB_CR, "Haemoglobin is 11.0 g/dL or more, with a transfusion and without erythropoietin."),
    (MARROW_CR, "The bone marrow has a normal number of cells and no CLL cells."),
    (MARROW_CR, "The bone marrow has any number of cells, no CLL cells and no B-lymphoid nodules."),
    (MARROW_PR, MARROW_PR.replace("cells or", "cells and")),
    (SYMPTOMS_CR, "There are constitutional symptoms."),
    (SYMPTOMS_PR, "Constitutional symptoms are of any kind."),
    (LEAD_CR, "A partial response means that the standard checks find no sign of CLL."),
    (LEAD_CR, "A complete response means that the standard checks find signs of CLL."),
    (LEAD_CR, "A complete response means that CLL is cured."),
    (LEAD_PR, LEAD_PR.replace("partial", "complete")),
    (LEAD_PR, LEAD_PR.replace("at least", "at most")),
    (LEAD_PR, LEAD_PR.replace("shrunk", "grown")),
    (LEAD_PR, LEAD_PR.replace("some of it is", "none of it is")),
    (UMRD, "Undetectable MRD is uncommon when acalabrutinib is given alone and without a break."),
    (UMRD, "Undetectable MRD is common when ibrutinib is given alone and without a break."),
    (UMRD, "Undetectable MRD is uncommon when ibrutinib is given."),
    (UMRD, "Undetectable MRD is uncommon when ibrutinib is given and without a break."),
    (UMRD, "Detectable MRD is uncommon when ibrutinib is given alone and without a break."),
    (UMRD, "Undetectable MRD does not happen when ibrutinib is given alone and without a break."),
    (STATUS, "MRD status is part of the standard response groups and adds to them."),
    (STATUS, "MRD status is not distinct from the standard response groups and adds to them."),
]  # fmt: skip

PARAPHRASES = [
    (NODES_CR, "None is 1.5 cm or more"),
    (NODES_CR, "None ≥1.5 cm"),
    (NODES_CR, "No lymph node is 1.5 cm or larger."),
    (NODES_PR, "Smaller by 50% or more"),
    (NODES_PR, "Decrease ≥50%"),
    (NODES_PR, "Lymph nodes have shrunk by at least half from baseline."),
    (NODES_PR, "Lymph nodes are down by 50% or more since before treatment."),
    (SPLEEN_CR, "Spleen under 13 cm, liver of normal size"),
    (SPLEEN_CR, "The spleen is below 13 cm and the liver has a normal size."),
    (SPLEEN_CR, "Spleen <13 cm; liver normal"),
    (LYMPHOCYTES_CR, "Normal"),
    (LYMPHOCYTES_CR, "The blood has a normal number of lymphocytes."),
    (PLATELETS_CR, "100 × 10⁹/L or more"),
    (PLATELETS_CR, "At least 100 × 10⁹/L platelets"),
    (PLATELETS_PR, "100 × 10⁹/L or more, or up by 50% or more over baseline"),
    (PLATELETS_PR, "Platelets ≥100 × 10⁹/L, or an increase of ≥50% from baseline"),
    (HB_CR, "11.0 g/dL or more, without a transfusion or erythropoietin"),
    (HB_CR, "Haemoglobin of at least 11 g/dL, untransfused and without erythropoietin"),
    (MARROW_CR, "Normal number of cells; no CLL cells, no B-lymphoid nodules"),
    (MARROW_PR, "CLL cells or B-lymphoid nodules are present, or the bone marrow was not tested."),
    (SYMPTOMS_CR, "None"),
    (SYMPTOMS_CR, "No constitutional symptoms"),
    (LEAD_PR, "Partial response: CLL is smaller by at least 50% but some of it remains."),
    (UMRD, "Undetectable MRD is rare when ibrutinib is used by itself and without a break."),
    (STATUS, "MRD status is separate from the standard response groups, and it adds to them."),
]  # fmt: skip


def with_words(source: Edition, quote: str, text: str, *, verbatim: bool) -> tuple[str, Page]:
    """The worked answer with other words at the claim that cites this quote."""
    page = comparison(source)
    claim = next(one for one in page.claims if one.text == quote)
    claim.text, claim.verbatim = text, verbatim
    return claim.id, page


def words_of(outcome: Passed) -> list[str]:
    return [statement.text for statement in outcome.case.statements]


@pytest.mark.parametrize("verbatim", [True, False], ids=["verbatim", "composed"])
@pytest.mark.parametrize(("quote", "mutant"), MUTANTS)
def test_a_mutant_is_replaced_by_its_source(
    source: Edition, shelf: Shelf, quote: str, mutant: str, verbatim: bool
) -> None:
    claim_id, page = with_words(source, quote, mutant, verbatim=verbatim)
    published = words_of_quotes(source)
    outcome = review(case_of(page.draft(), shelf.passages), policy())
    assert isinstance(outcome, Passed)  # one of twenty is mended, so the answer stands
    mended = outcome.case.by_id[claim_id]
    assert mended.repaired
    assert mended.text == quote
    assert outcome.verdict == "repair"
    assert mutant not in words_of(outcome) or mutant in published


def words_of_quotes(source: Edition) -> set[str]:
    """Sentences of the source: a mutant may be another true one, in the wrong place."""
    return {claim.text for claim in comparison(source).claims}


@pytest.mark.parametrize(("quote", "paraphrase"), PARAPHRASES)
def test_a_faithful_paraphrase_passes_as_supported(
    source: Edition, shelf: Shelf, quote: str, paraphrase: str
) -> None:
    claim_id, page = with_words(source, quote, paraphrase, verbatim=False)
    outcome = review(case_of(page.draft(), shelf.passages), policy())
    assert isinstance(outcome, Passed)
    assert outcome.verdict == "pass"
    assert outcome.case.by_id[claim_id].text == paraphrase
    assert not outcome.case.by_id[claim_id].repaired


def table_of(draft: Draft) -> int:
    return next(n for n, section in enumerate(draft.sections) if section.role == "comparison")


@pytest.mark.parametrize("number", range(7))
def test_cells_exchanged_between_columns_are_withheld(
    source: Edition, shelf: Shelf, number: int
) -> None:
    draft = comparison(source).draft()
    row = draft.sections[table_of(draft)].blocks[0].table.rows[number]
    left, right = list(row.cells[0].claims), list(row.cells[1].claims)
    row.cells[0].claims[:], row.cells[1].claims[:] = right, left
    outcome = review(case_of(draft, shelf.passages), policy())
    assert isinstance(outcome, Withheld)
    assert outcome.reason_code == "re-compare"


def test_columns_exchanged_are_withheld(source: Edition, shelf: Shelf) -> None:
    draft = comparison(source).draft()
    columns = draft.sections[table_of(draft)].blocks[0].table.columns
    columns[:] = list(reversed(columns))
    outcome = review(case_of(draft, shelf.passages), policy())
    assert isinstance(outcome, Withheld)


@pytest.mark.parametrize("number", range(6))
def test_rows_exchanged_are_withheld(source: Edition, shelf: Shelf, number: int) -> None:
    draft = comparison(source).draft()
    rows = draft.sections[table_of(draft)].blocks[0].table.rows
    one, other = rows[number].cells[0], rows[number + 1].cells[0]
    first, second = list(one.claims), list(other.claims)
    one.claims[:], other.claims[:] = second, first
    assert isinstance(review(case_of(draft, shelf.passages), policy()), Withheld)


def test_more_than_a_third_of_repaired_claims_is_withheld(source: Edition, shelf: Shelf) -> None:
    page = comparison(source)
    for claim in page.claims[: len(page.claims) // 3 + 1]:
        claim.text += " This is certain."
    outcome = review(case_of(page.draft(), shelf.passages), policy())
    assert isinstance(outcome, Withheld)
    assert outcome.reason_code == "too-many-repairs"
