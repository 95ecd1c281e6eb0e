"""Properties of the review: it settles, it brings nothing of its own, and less evidence never
helps.
"""

from __future__ import annotations

import sqlite3
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from services.safety_review.drafts import ROWS, Shelf, case_of, comparison, edition, policy

from plumbline.generation.v1.events_pb2 import Draft
from plumbline_safety_review.case import Case
from plumbline_safety_review.passages import Passages
from plumbline_safety_review.review import Passed, Withheld, review

SOURCE = edition()
SHELF = Shelf(Passages(sqlite3.connect(":memory:", isolation_level=None)))
SHELF.read(SOURCE)
WORDS = sorted({word for row in ROWS for cell in row[2:] for word in cell.split()})
TEXT = st.one_of(
    st.lists(st.sampled_from([*WORDS, "not", "always", "cured"]), min_size=1, max_size=12).map(
        " ".join
    ),
    st.sampled_from([cell for row in ROWS for cell in row[2:]]),
)


@st.composite
def drafts(draw: st.DrawFn) -> Draft:
    """The worked answer with up to five claims reworded, recited or cut."""
    draft = comparison(SOURCE).draft()
    places = [citation for claim in draft.claims for citation in claim.citations]
    for _ in range(draw(st.integers(0, 5))):
        claim = draft.claims[draw(st.integers(0, len(draft.claims) - 1))]
        match draw(st.integers(0, 3)):
            case 0:
                claim.text = draw(TEXT)
            case 1:
                claim.citations[0].CopyFrom(draw(st.sampled_from(places)))
            case 2:
                claim.citations[0].end -= draw(
                    st.integers(0, claim.citations[0].end - claim.citations[0].start - 1)
                )
            case 3:
                claim.text = draw(TEXT)
                claim.verbatim = not claim.verbatim
    return draft


@settings(max_examples=60, deadline=None)
@given(drafts())
def test_a_review_of_what_passed_changes_nothing(draft: Draft) -> None:
    outcome = review(case_of(draft, SHELF.passages), policy())
    if isinstance(outcome, Passed):
        settled = replace(
            outcome.case,
            statements=tuple(replace(one, repaired=False) for one in outcome.case.statements),
        )
        again = review(settled, policy())
        assert isinstance(again, Passed)
        assert again.verdict == "pass"
        assert texts(again.case) == texts(outcome.case)


@settings(max_examples=60, deadline=None)
@given(drafts())
def test_a_repair_says_only_what_the_sources_say(draft: Draft) -> None:
    outcome = review(case_of(draft, SHELF.passages), policy())
    if isinstance(outcome, Passed):
        for statement in outcome.case.statements:
            if statement.repaired:
                assert statement.text == " ".join(quote.text for quote in statement.quotes)


@settings(max_examples=60, deadline=None)
@given(drafts(), st.data())
def test_removing_evidence_never_lets_a_withheld_draft_pass(
    draft: Draft, data: st.DataObject
) -> None:
    draft.claims[data.draw(st.integers(0, len(draft.claims) - 1))].ClearField("citations")
    outcome = review(case_of(draft, SHELF.passages), policy())
    assert isinstance(outcome, Withheld)


@settings(max_examples=40, deadline=None)
@given(drafts(), st.sets(st.sampled_from([p.occurrence_id for p in SOURCE.passages]), min_size=1))
def test_a_passage_that_is_not_held_never_lets_a_draft_pass(draft: Draft, lost: set[str]) -> None:
    whole = case_of(draft, SHELF.passages)
    cited = {quote.placed.passage.occurrence_id for one in whole.statements for quote in one.quotes}
    statements = tuple(
        replace(
            one,
            quotes=tuple(q for q in one.quotes if q.placed.passage.occurrence_id not in lost),
            unknown=tuple(lost & cited),
        )
        for one in whole.statements
    )
    if lost & cited:
        assert isinstance(review(replace(whole, statements=statements), policy()), Withheld)


def texts(case: Case) -> list[str]:
    return [statement.text for statement in case.statements]
