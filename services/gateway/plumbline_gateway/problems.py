"""What can be wrong with a request, as problem+json (RFC 9457) that says what to do."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from plumbline.common.v1.common_pb2 import UrgentCard
from plumbline_pages.words import words


@dataclass(eq=False)
class Problem(Exception):
    """A refused request. `code` is stable; the words come from the catalogue."""

    status: int
    code: str
    details: dict[str, Any] = field(default_factory=dict)
    retry_after_seconds: int | None = None
    urgent: dict[str, Any] | None = None  # a refusal carries the card too
    card: UrgentCard | None = None  # the same, for a page

    @property
    def title(self) -> str:
        """What is wrong, for a reader."""
        return words(f"problem.{self.code}.title").striptags()

    @property
    def what_to_do(self) -> str:
        """What to do about it."""
        return words(f"problem.{self.code}.what_to_do", **self._filled()).striptags()

    def _filled(self) -> dict[str, object]:
        shown = {**self.details, "n": self.details.get("over", self.retry_after_seconds or 0)}
        return {**shown, "kinds": ", ".join(self.details.get("kinds", ()))}

    def body(self) -> dict[str, Any]:
        """The problem object."""
        return {
            "type": f"urn:plumbline:problem:{self.code}",
            "title": self.title,
            "status": self.status,
            "code": self.code,
            "what_to_do": self.what_to_do,
            **({"kinds": self.details["kinds"]} if "kinds" in self.details else {}),
            **({"urgent": self.urgent} if self.urgent else {}),
        }

    def headers(self) -> dict[str, str]:
        """Retry-After where trying again helps."""
        if self.retry_after_seconds is None:
            return {}
        return {"Retry-After": str(self.retry_after_seconds)}
