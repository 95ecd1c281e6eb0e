"""The one place where this package reads the time of day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

Now = Callable[[], str]


def utc_now() -> str:
    """RFC 3339, UTC, always six digits of a second: 2026-11-24T10:00:00.123456Z."""
    return f"{datetime.now(UTC).replace(tzinfo=None).isoformat(timespec='microseconds')}Z"
