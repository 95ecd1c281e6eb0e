"""EV-STALE: only the edition that is in force speaks; two editions of one guideline never mix."""

from __future__ import annotations

from collections.abc import Iterator

from plumbline_safety_review.case import Case
from plumbline_safety_review.verdict import Check, Finding


def examine(case: Case) -> Iterator[Finding]:
    """In force: the newest effective date that is not after the draft's time."""
    for edition in case.editions:
        if case.current.get(edition.guideline_id) != edition.edition_id:
            yield Finding("not-in-force")
    if len({edition.guideline_id for edition in case.editions}) != len(case.editions):
        yield Finding("mixed-editions")


CHECK = Check("EV-STALE", "1", examine)
