"""The fixed pages of a question that ended without an answer."""

from __future__ import annotations

from collections.abc import Sequence

from plumbline_pages.environment import page
from plumbline_pages.urgent import UrgentCard, block_or_nothing
from plumbline_pages.words import has_words, words


def not_covered(
    reason_code: str,
    nearest: Sequence[str] = (),
    urgent: UrgentCard | None = None,
    *,
    answer_id: str = "",
    demonstration: bool = False,
) -> str:
    """Our sources do not cover it. `nearest`: titles looked at and not used, nearest first."""
    known = f"not_covered.reason.{reason_code}"
    why = words(known if has_words(known) else "not_covered.reason.other")
    return _ended("not_covered", why, nearest, urgent, answer_id, demonstration)


def withheld(
    reason_code: str,
    nearest: Sequence[str] = (),
    urgent: UrgentCard | None = None,
    *,
    answer_id: str = "",
    demonstration: bool = False,
) -> str:
    """A draft existed and could not be proven. The code is for machines; no reader needs it."""
    del reason_code
    return _ended("withheld", words("withheld.why"), nearest, urgent, answer_id, demonstration)


def failed(
    reason_code: str = "",
    urgent: UrgentCard | None = None,
    *,
    answer_id: str = "",
    demonstration: bool = False,
) -> str:
    """Something of ours broke; the question may be asked again."""
    del reason_code
    return page(
        "failed.html",
        answer_id=answer_id,
        urgent_block=block_or_nothing(urgent),
        demonstration=demonstration,
    )


def _ended(
    kind: str,
    why: str,
    nearest: Sequence[str],
    urgent: UrgentCard | None,
    answer_id: str,
    demonstration: bool,
) -> str:
    return page(
        "ended.html",
        kind=kind,
        why=why,
        nearest=nearest,
        answer_id=answer_id,
        urgent_block=block_or_nothing(urgent),
        demonstration=demonstration,
    )
