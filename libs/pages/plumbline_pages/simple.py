"""Two short pages: nothing at this address, and a request that was refused."""

from __future__ import annotations

from plumbline_pages.environment import page
from plumbline_pages.urgent import UrgentCard, block_or_nothing


def not_found() -> str:
    """The page for an unknown address."""
    return page("not_found.html", demonstration=False)


def refused(problem_title: str, what_to_do: str, urgent: UrgentCard | None = None) -> str:
    """The page for a problem that is not about the question's words (those go back to the form)."""
    return page(
        "refused.html",
        problem_title=problem_title,
        what_to_do=what_to_do,
        urgent_block=block_or_nothing(urgent),
        demonstration=False,
    )
