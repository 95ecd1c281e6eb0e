"""The one place where this package reads the time of day."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache

Now = Callable[[], str]


def utc_now() -> str:
    """RFC 3339, UTC, always six digits of a second: 2026-11-24T10:00:00.123456Z."""
    seconds, nanoseconds = divmod(time.time_ns(), 1_000_000_000)
    return f"{second(seconds)}.{nanoseconds // 1000:06}Z"


@lru_cache(maxsize=1)  # every record is stamped twice, and the second is mostly the last one's
def second(since_1970: int) -> str:
    """A second without its fraction."""
    return datetime.fromtimestamp(since_1970, UTC).strftime("%Y-%m-%dT%H:%M:%S")
