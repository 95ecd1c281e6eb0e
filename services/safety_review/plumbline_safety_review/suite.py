"""Every check of the policy, run on one case, all of them whatever the first ones say."""

from __future__ import annotations

from plumbline_safety_review.case import Case
from plumbline_safety_review.policy import Policy
from plumbline_safety_review.verdict import Judged


def run_suite(case: Case, policy: Policy) -> list[Judged]:
    """What every check found, each with the action the policy gives it; empty when all passed."""
    return [
        Judged(check.id, finding, policy.action(check.id, finding))
        for check in policy.checks
        for finding in check.examine(case)
    ]
