"""What a check finds, and how findings become one verdict."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

from plumbline_safety_review.remedy import Remedy

if TYPE_CHECKING:
    from plumbline_safety_review.case import Case


class Verdict(IntEnum):
    """From harmless to fatal; several become the greatest of them."""

    PASS = 0
    REPAIR = 1
    WITHHOLD = 2


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong with one claim, or with the whole answer when `claim_id` is empty.

    `why` is a short code and never holds a word of the draft.
    """

    why: str
    claim_id: str = ""
    remedy: Remedy = Remedy.NONE


@dataclass(frozen=True, slots=True)
class Check:
    """One check. The same case always gives the same findings."""

    id: str
    version: str
    examine: Callable[[Case], Iterable[Finding]]


@dataclass(frozen=True, slots=True)
class Judged:
    """A finding with the check that made it and the action that the policy gives it."""

    check_id: str
    finding: Finding
    action: Verdict


def worst(judged: Iterable[Judged]) -> Verdict:
    """The greatest action; PASS when there is none."""
    return max((one.action for one in judged), default=Verdict.PASS)
