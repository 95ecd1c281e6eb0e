"""The fixed pages of a question that ended without an answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from plumbline_pages.address import linked_path
from plumbline_pages.environment import page
from plumbline_pages.urgent import UrgentCard, block_or_nothing
from plumbline_pages.words import has_words, words


@dataclass(frozen=True, slots=True)
class Searched:
    """Where the answer was looked for: when (ISO 8601, UTC), and how much was held then."""

    when: str
    guidelines: int
    passages: int


def not_covered(
    reason_code: str,
    nearest: Sequence[str] = (),
    urgent: UrgentCard | None = None,
    *,
    searched: Searched | None = None,
    answer_id: str = "",
    demonstration: bool = False,
) -> str:
    """Our sources do not cover it. `nearest`: titles looked at and not used, nearest first."""
    known = f"not_covered.reason.{reason_code}"
    why = words(known if has_words(known) else "not_covered.reason.other")
    return page(
        "ended.html",
        kind="not_covered",
        why=why,
        nearest=nearest,
        searched=searched,
        answer_id=answer_id,
        urgent_block=block_or_nothing(urgent),
        demonstration=demonstration,
    )


def withheld(
    reason_code: str,
    nearest: Sequence[str] = (),
    urgent: UrgentCard | None = None,
    *,
    searched: Searched | None = None,
    answer_id: str = "",
    demonstration: bool = False,
) -> str:
    """A draft existed and could not be proven. The code is for machines; no reader needs it."""
    del reason_code
    return page(
        "ended.html",
        kind="withheld",
        why=words("withheld.why"),
        nearest=nearest,
        searched=searched,
        answer_id=answer_id,
        urgent_block=block_or_nothing(urgent),
        demonstration=demonstration,
    )


def withdrawn(
    title: str,
    *,
    since: str,
    by: str,
    recalled: bool = False,
    old: str = "",
    changes: str = "",
    urgent: UrgentCard | None = None,
    answer_id: str = "",
    demonstration: bool = False,
) -> str:
    """A page that was taken down: what it was called, since when (ISO time), and what did it.

    `old`: where the old text is kept, `changes`: what that edition changed; "" for none.
    """
    return page(
        "withdrawn.html",
        title=title,
        since=since,
        by=by,
        recalled=recalled,
        old=old,
        changes=changes,
        answer_id=answer_id,
        linked=linked_path(answer_id) if answer_id else "",
        urgent_block=block_or_nothing(urgent),
        demonstration=demonstration,
    )


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
