"""A draft of 40 claims is reviewed in the time that the whole question can spare."""

from __future__ import annotations

import time

from services.safety_review.drafts import WHY, Edition, Shelf, case_of, comparison, policy

from plumbline_safety_review.review import Passed, review

LIMIT_SECONDS = 0.025  # one sixth of the 150 ms from ask to published
TRIES = 5  # the best of them: other work on the machine is not the review's


def test_forty_claims_are_reviewed_within_the_limit(source: Edition, shelf: Shelf) -> None:
    page = comparison(source)
    more = [page.claim(text) for text in WHY * 5]
    page.section("context", "Important context", page.claims_block(*more))
    draft = page.draft()
    assert len(draft.claims) == 40
    rules, best = policy(), 1.0
    for _ in range(TRIES):
        started = time.perf_counter()
        outcome = review(case_of(draft, shelf.passages), rules)
        best = min(best, time.perf_counter() - started)
        assert isinstance(outcome, Passed)
    assert best < LIMIT_SECONDS
