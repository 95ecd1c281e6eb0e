"""The page for developers: what each address takes and gives, from the description of the API."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from plumbline_pages.environment import page


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that the API does. `responses`: status and what it means."""

    method: str
    path: str
    summary: str
    description: str
    responses: Sequence[tuple[str, str]]


def docs(operations: Sequence[Operation]) -> str:
    """The operations in the order given; texts are those of the API's description."""
    return page("docs.html", operations=operations, demonstration=False)
