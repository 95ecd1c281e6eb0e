"""Repair by quotation: a flagged sentence becomes the words it cites, with what they hang on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from plumbline_safety_review.case import Case, Statement
from plumbline_safety_review.checks.context_lost import with_context
from plumbline_safety_review.quotes import Quote
from plumbline_safety_review.remedy import Remedy
from plumbline_safety_review.verdict import Judged, Verdict


def repaired(case: Case, judged: Sequence[Judged]) -> Case:
    """The case with every repair of these findings made. It brings no word that the
    sources lack.
    """
    flagged = _flagged(judged, Remedy.QUOTE) | _flagged(judged, Remedy.CONTEXT)
    widened = _flagged(judged, Remedy.CONTEXT)
    statements = tuple(
        _quoted(one, with_context(case, one) if one.id in widened else one.quotes)
        if one.id in flagged
        else one
        for one in case.statements
    )
    return Case(
        draft=case.draft,
        statements=statements,
        retrieval=case.retrieval,
        catalogue=case.catalogue,
        current=case.current,
        added_notices=(*case.added_notices, *_missing_notices(case, judged)),
    )


def _quoted(statement: Statement, quotes: Iterable[Quote]) -> Statement:
    held = replace(statement, quotes=tuple(quotes), repaired=True)
    return replace(held, text=held.quoted)


def _flagged(judged: Sequence[Judged], remedy: Remedy) -> frozenset[str]:
    return frozenset(
        one.finding.claim_id
        for one in judged
        if one.action is Verdict.REPAIR and one.finding.remedy is remedy and one.finding.claim_id
    )


def _missing_notices(case: Case, judged: Sequence[Judged]) -> tuple[str, ...]:
    if not any(one.finding.remedy is Remedy.NOTICE for one in judged):
        return ()
    demonstration = any(edition.manifest.demonstration for edition in case.editions)
    return tuple(
        notice.id
        for notice in case.catalogue.notices.values()
        if notice.id not in case.notice_ids
        and (notice.needed == "always" or (notice.needed == "demonstration" and demonstration))
    )
