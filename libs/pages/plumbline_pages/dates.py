"""Dates as a reader writes them: 21 November 2026."""

from __future__ import annotations

import re
from typing import Final

_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_ISO: Final = re.compile(r"(\d{4})-(\d{2})(?:-(\d{2}))?(?:[T ].*)?", re.DOTALL)
_TIME: Final = re.compile(r"\d{4}-\d{2}-\d{2}T(\d{2}:\d{2}:\d{2})(?:\.\d+)?(?:Z|\+00:00)\Z")


def day(moment: str) -> str:
    """The day of an ISO 8601 date or time, in full; its month when no day is given.

    Anything else is returned as it is: a source may say "2018" and mean no more.
    """
    match = _ISO.fullmatch(moment)
    if not match or not 1 <= int(match[2]) <= len(_MONTHS):
        return moment
    month = f"{_MONTHS[int(match[2]) - 1]} {match[1]}"
    return f"{int(match[3])} {month}" if match[3] else month


def moment(time: str) -> str:
    """An ISO 8601 time in UTC with its seconds, as records show it; else as `day` has it."""
    match = _TIME.match(time)
    return f"{day(time)}, {match[1]} UTC" if match else day(time)


def clock(time: str) -> str:
    """The time of day of an ISO 8601 time in UTC, with seconds; else as `day` has it."""
    match = _TIME.match(time)
    return match[1] if match else day(time)


def iso_day(moment: str) -> str:
    """The date part of an ISO 8601 time, for a `datetime` attribute."""
    return moment.partition("T")[0]
