"""One review: run everything, repair by quotation, run everything again, and never loop."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from plumbline_safety_review.case import Case
from plumbline_safety_review.policy import Policy
from plumbline_safety_review.repair import repaired
from plumbline_safety_review.suite import run_suite
from plumbline_safety_review.verdict import Judged, Verdict, worst

MOST_ROUNDS = 2  # a quotation may need its lead-in, and that is all; a third round would be a loop
UNKNOWN_PASSAGE = "unknown-passage"
UNAVAILABLE = "review-unavailable"
TOO_MANY_REPAIRS = "too-many-repairs"
NOT_MENDED = "not-mended"

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Passed:
    """A case in its final, repaired form, with what each check said of it."""

    case: Case
    checks: tuple[tuple[str, str, str], ...]
    verdict: str


@dataclass(frozen=True)
class Withheld:
    """Nothing may be published; why, as a code."""

    reason_code: str
    checks: int = 0


def review(case: Case, policy: Policy, answer_id: str = "") -> Passed | Withheld:
    """Pass, repair or withhold. Anything that goes wrong withholds: review fails closed."""
    if any(statement.unknown for statement in case.statements):
        return Withheld(UNKNOWN_PASSAGE)
    try:
        return _review(case, policy)
    except Exception:
        logger.exception("a check failed; the answer is withheld", extra={"answer_id": answer_id})
        return Withheld(UNAVAILABLE, len(policy.checks))


def _review(case: Case, policy: Policy) -> Passed | Withheld:
    repairs: set[str] = set()
    for _ in range(MOST_ROUNDS + 1):
        judged = run_suite(case, policy)
        if worst(judged) is Verdict.WITHHOLD:
            return Withheld(_reason(judged), len(policy.checks))
        if not judged:
            return _passed(case, policy, repairs)
        repairs |= {one.check_id for one in judged}
        case = repaired(case, judged)
    return Withheld(NOT_MENDED, len(policy.checks))


def _passed(case: Case, policy: Policy, repairs: set[str]) -> Passed | Withheld:
    mended = sum(statement.repaired for statement in case.statements)
    if mended and Fraction(mended, len(case.statements)) > policy.most_repaired:
        return Withheld(TOO_MANY_REPAIRS, len(policy.checks))
    checks = tuple(
        (check.id, check.version, "repair" if check.id in repairs else "pass")
        for check in policy.checks
    )
    return Passed(case, checks, "repair" if repairs else "pass")


def _reason(judged: Sequence[Judged]) -> str:
    """The check that withheld, in lower case: the first in the order of the suite."""
    fatal = Counter(one.check_id for one in judged if one.action is Verdict.WITHHOLD)
    return next(iter(fatal)).lower()
