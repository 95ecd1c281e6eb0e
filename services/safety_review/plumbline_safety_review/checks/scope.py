"""EV-SCOPE: what is cited is about one disease, and about the one that was asked about."""

from __future__ import annotations

from collections.abc import Iterator

from plumbline_clinical.text import matching
from plumbline_safety_review.case import Case
from plumbline_safety_review.passages import Edition
from plumbline_safety_review.verdict import Check, Finding


def examine(case: Case) -> Iterator[Finding]:
    """Words that are true of one disease are false of another, however alike they look."""
    if len({edition.disease for edition in case.editions}) > 1:
        yield Finding("several-diseases")
    asked = matching(case.retrieval.disease)
    if asked and any(asked not in _names(edition) for edition in case.editions):
        yield Finding("other-disease")


def _names(edition: Edition) -> tuple[str, ...]:
    scope = edition.manifest.scope
    return matching(scope.disease), matching(scope.disease_label)


CHECK = Check("EV-SCOPE", "1", examine)
