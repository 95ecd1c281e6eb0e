"""A subject that no word list knows: invented disease, categories, figures and units."""

from __future__ import annotations

import sqlite3
from dataclasses import replace

import pytest
from services.safety_review.drafts import Page, Shelf, case_of, edition, policy, row

from plumbline.generation.v1.events_pb2 import Block, Draft, TableBlock
from plumbline.retrieval.v1.events_pb2 import RetrievalInfo
from plumbline_safety_review.case import Case
from plumbline_safety_review.passages import Passages
from plumbline_safety_review.review import Passed, Withheld, review

FULL = "Full quiescence means that no blue nodules are seen."
HALF = "Half quiescence means that blue nodules have shrunk by 40% or more."
COUNT_FULL = "In full quiescence, the flim count is below 12 flims per zorb."
COUNT_HALF = (
    "In half quiescence, the flim count is 12 to 30 flims per zorb, without any mardex treatment."
)
HEAT_FULL = "Joint heat is absent."
HEAT_HALF = "Joint heat may still be present in adults."
SOURCE = edition(
    (
        (("Zorvic syndrome", "Full quiescence"), f"{FULL} {COUNT_FULL} {HEAT_FULL}"),
        (("Zorvic syndrome", "Half quiescence"), f"{HALF} {COUNT_HALF} {HEAT_HALF}"),
    ),
    guideline_id="zorvic",
    version="2026",
    effective_date="2026-01-31",
    disease="zorvic syndrome",
    disease_label="zorvic syndrome",
    title="Zorvic syndrome: judging response",
)
SHELF = Shelf(Passages(sqlite3.connect(":memory:", isolation_level=None)))
SHELF.read(SOURCE)


def draft(changed: dict[str, str] | None = None, *, verbatim: bool = True) -> Draft:
    page = Page(SOURCE)
    leads = [page.claims_block(page.claim(FULL)), page.claims_block(page.claim(HALF))]
    page.section("key_points", "In short", *leads)
    rows = [
        row("flim_count", "Flim count", [page.claim(COUNT_FULL)], [page.claim(COUNT_HALF)]),
        row("joint_heat", "Joint heat", [page.claim(HEAT_FULL)], [page.claim(HEAT_HALF)]),
    ]
    columns = ["Full quiescence", "Half quiescence"]
    page.section("comparison", "Side by side", Block(table=TableBlock(columns=columns, rows=rows)))
    for claim in page.claims:
        if claim.text in (changed or {}):
            claim.text, claim.verbatim = (changed or {})[claim.text], verbatim
    return page.draft(
        title="What is full quiescence vs half quiescence in zorvic syndrome?",
        category="zorvic syndrome",
        not_stated=["How long half quiescence lasts"],
    )


def case(made: Draft) -> Case:
    asked = RetrievalInfo(mode="lexical", disease="zorvic syndrome")
    return replace(case_of(made, SHELF.passages), retrieval=asked)


def test_a_verbatim_comparison_passes() -> None:
    outcome = review(case(draft()), policy())
    assert isinstance(outcome, Passed)
    assert outcome.verdict == "pass"


@pytest.mark.parametrize("verbatim", [True, False])
@pytest.mark.parametrize(
    ("quote", "mutant"),
    [
        (COUNT_FULL, "In half quiescence, the flim count is below 12 flims per zorb."),
        (COUNT_FULL, "In full quiescence, the flim count is below 21 flims per zorb."),
        (COUNT_FULL, "In full quiescence, the flim count is above 12 flims per zorb."),
        (COUNT_FULL, "In full quiescence, the flim count is at most 12 flims per zorb."),
        (COUNT_FULL, "In full quiescence, the flim count is below 12 grims per zorb."),
        (COUNT_FULL, "In full quiescence, the flim count is below 12."),
        (COUNT_HALF, "In half quiescence, the flim count is 12 to 30 flims per zorb."),
        (COUNT_HALF, COUNT_HALF.replace("30", "33")),
        (COUNT_HALF, COUNT_HALF.replace("without", "with")),
        (HALF, "Full quiescence means that blue nodules have shrunk by 40% or more."),
        (HALF, "Half quiescence means that blue nodules have grown by 40% or more."),
        (HALF, "Half quiescence means that red nodules have shrunk by 40% or more."),
        (FULL, "Full quiescence means that blue nodules are seen."),
        (HEAT_FULL, "Joint heat is present."),
        (HEAT_HALF, "Joint heat is still present in adults."),
        (HEAT_HALF, "Joint heat may still be present."),
    ],
)
def test_a_mutant_is_repaired(quote: str, mutant: str, verbatim: bool) -> None:
    outcome = review(case(draft({quote: mutant}, verbatim=verbatim)), policy())
    assert isinstance(outcome, Passed)
    texts = [statement.text for statement in outcome.case.statements]
    assert mutant not in texts
    assert quote in texts


@pytest.mark.parametrize("number", [0, 1])
def test_cells_exchanged_are_withheld(number: int) -> None:
    made = draft()
    cells = made.sections[1].blocks[0].table.rows[number].cells
    left, right = list(cells[0].claims), list(cells[1].claims)
    cells[0].claims[:], cells[1].claims[:] = right, left
    assert isinstance(review(case(made), policy()), Withheld)


@pytest.mark.parametrize(
    ("quote", "paraphrase"),
    [
        (COUNT_FULL, "Less than 12 flims per zorb"),
        (HALF, "Half quiescence: blue nodules are smaller by at least 40%."),
        (FULL, "Full quiescence: no blue nodules are found."),
    ],
)
def test_a_faithful_paraphrase_passes(quote: str, paraphrase: str) -> None:
    outcome = review(case(draft({quote: paraphrase}, verbatim=False)), policy())
    assert isinstance(outcome, Passed)
    assert paraphrase in [statement.text for statement in outcome.case.statements]
