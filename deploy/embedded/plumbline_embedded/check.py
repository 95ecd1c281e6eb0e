"""What a doctor says of one thing: how it is, why, and what to do."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Final

OK: Final = "ok"
WARN: Final = "warn"
FAIL: Final = "fail"


@dataclass(frozen=True)
class Check:
    """One finding. `what_to_do` is None exactly when all is well."""

    name: str
    status: str
    detail: str
    what_to_do: str | None = None

    def as_json(self) -> dict[str, Any]:
        """As one object."""
        return asdict(self)


def ok(name: str, detail: str) -> Check:
    """All is well."""
    return Check(name, OK, detail)


def warn(name: str, detail: str, what_to_do: str) -> Check:
    """It goes on, but somebody should look."""
    return Check(name, WARN, detail, what_to_do)


def fail(name: str, detail: str, what_to_do: str) -> Check:
    """It does not work, or what it says cannot be relied on."""
    return Check(name, FAIL, detail, what_to_do)
