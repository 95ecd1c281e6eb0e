"""plumbline doctor: everything that can be wrong with a home, with or without a server."""

from __future__ import annotations

import shutil
import sqlite3
import struct
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

from google.protobuf.message import DecodeError

from plumbline_bus import LocalLook, look_at
from plumbline_embedded.check import FAIL, Check, fail, warn
from plumbline_embedded.doctor_home import (
    check_disk,
    check_home,
    check_keys,
    check_python,
    check_trust,
)
from plumbline_embedded.doctor_index import check_index
from plumbline_embedded.doctor_log import (
    check_dead_letters,
    check_followers,
    check_lag,
    check_log,
    stored_positions,
)
from plumbline_embedded.doctor_records import check_records, check_sealed
from plumbline_embedded.doctor_server import (
    check_model,
    check_server,
    check_services,
    check_sockets,
)
from plumbline_embedded.doctor_stores import check_ledger, check_stores
from plumbline_embedded.home import Home
from plumbline_embedded.stores import LEDGER, RESTORE

SCHEMA: Final = "plumbline.doctor/1"
MIN_FREE_MIB: Final = 256  # some days of a busy home


@dataclass(frozen=True)
class Report:
    """All findings. It is well when none of them failed; warnings are for a quiet hour."""

    checks: tuple[Check, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing failed."""
        return all(check.status != FAIL for check in self.checks)

    def as_json(self) -> dict[str, Any]:
        """The object that `--json` prints."""
        checks = [check.as_json() for check in self.checks]
        return {"schema": SCHEMA, "ok": self.ok, "checks": checks}


def free_bytes(path: Path) -> int:
    """Free on the disk that holds this path."""
    return shutil.disk_usage(path).free


def examine(
    home: Home,
    environ: Mapping[str, str],
    *,
    min_free_mib: int = MIN_FREE_MIB,
    free: Callable[[Path], int] = free_bytes,
) -> Report:
    """Look at everything. Changes nothing, and holds up nobody who serves the home."""
    return Report(tuple(_checks(home, environ, min_free_mib, free)))


def _checks(
    home: Home, environ: Mapping[str, str], min_free_mib: int, free: Callable[[Path], int]
) -> Iterator[Check]:
    yield check_python()
    if not home.path.is_dir():
        what = "say where it is with PLUMBLINE_HOME, or make one: plumbline run"
        yield fail("home", f"there is no {home.path}", what)
        return
    yield check_disk(home, free, min_free_mib)
    yield check_home(home)
    apart = bool(environ.get("PLUMBLINE_LOG_URL"))
    if apart or home.log.exists():  # a home without a log is new: the first start makes the rest
        yield from check_keys(home)
        yield check_trust(home)
    if apart:
        what = "look there with: plumbline topics diff, plumbline dead list, plumbline lag"
        yield warn("log", "not in the home (PLUMBLINE_LOG_URL), so not looked at", what)
    elif home.log.exists():
        unused = _is_unused(home)
        yield from check_stores(home, unused=unused)
        if not unused:
            yield _sound("ledger", lambda: check_ledger(home))
        yield from _log_checks(home, environ)
    yield check_model(home, environ)
    yield check_server(home, environ)
    yield from check_services(home)
    yield from check_sockets(home)


def _log_checks(home: Home, environ: Mapping[str, str]) -> Iterator[Check]:
    prefix = environ.get("PLUMBLINE_TOPIC_PREFIX", "")
    address = environ.get("PLUMBLINE_RETRIEVAL_ADDRESS") or home.address("retrieval")
    served = home.serving() is not None
    looks: dict[str, Callable[[LocalLook], Check]] = {
        "log": check_log,
        "records": lambda look: check_records(home, look, prefix),
        "sealed": lambda look: check_sealed(home, look, prefix),
        "index": lambda look: check_index(home, look, prefix, address),
        "dead-letters": lambda look: check_dead_letters(look, prefix),
        "lag": lambda look: check_lag(look, served=served),
    }
    yield _sound("followers", partial(_followers, home, prefix))
    for name, look_for in looks.items():
        yield _sound(name, partial(_looked, home, look_for))


def _is_unused(home: Home) -> bool:
    """Whether nothing was ever said here: a first start that did not get far leaves such a home."""
    try:
        with look_at(home.log) as look:
            said = any(end for topic in look.topics for end in look.ends(topic).values())
    except (sqlite3.DatabaseError, ValueError):
        return False
    return not said and not (home.path / LEDGER).exists()


def _followers(home: Home, prefix: str) -> Check:
    positions = stored_positions(home, prefix)  # before the log, which only grows meanwhile
    return _looked(home, lambda look: check_followers(look, positions))


def _looked(home: Home, look_for: Callable[[LocalLook], Check]) -> Check:
    with look_at(home.log) as look:
        return look_for(look)


def _sound(name: str, check: Callable[[], Check]) -> Check:
    """A check that could not be made has failed."""
    try:
        return check()
    except (sqlite3.DatabaseError, DecodeError, LookupError, struct.error) as error:
        return fail(name, f"cannot be checked, a store is damaged: {error}", RESTORE)
    except ValueError as error:
        return fail(name, f"cannot be checked: {error}", "upgrade Plumbline, or restore a backup")


def lines(report: Report) -> Iterator[str]:
    """The report for a terminal."""
    width = max(len(check.name) for check in report.checks)
    for check in report.checks:
        yield f"{check.status:<5} {check.name:<{width}}  {check.detail}"
        if check.what_to_do:
            yield f"{'':<5} {'':<{width}}  → {check.what_to_do}"
    yield _verdict(report)


def _verdict(report: Report) -> str:
    counts = {s: sum(c.status == s for c in report.checks) for s in ("ok", "warn", "fail")}
    return ", ".join(f"{count} {status}" for status, count in counts.items())
