"""The commands of whoever looks after a home: read the options, do it, print it, return a code."""

from __future__ import annotations

import argparse
import json
import os
import sqlite3
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import httpx
from tqdm import tqdm

from plumbline_bus import BusError, Look, brokers_of
from plumbline_embedded.backup import take_backup
from plumbline_embedded.dead import bare, described, found, letters, value_of
from plumbline_embedded.doctor import examine, lines
from plumbline_embedded.home import Home, existing_home, served_url
from plumbline_embedded.home_format import HomeError
from plumbline_embedded.lag import lags
from plumbline_embedded.on_brokers import look_at_log, replay_on_brokers
from plumbline_embedded.restore import RestoreError, restore
from plumbline_embedded.snapshots import BackupError

NO_SERVER: Final = 7
REPLAY_SECONDS: Final = 120.0
PRIVATE: Final = "what follows may hold a reader's own words: keep it to yourself, and delete it"


def doctor_command(options: argparse.Namespace) -> int:
    """Look at everything; 1 if anything fails."""
    report = examine(existing_home(), os.environ, min_free_mib=options.min_free_mib)
    if options.json:
        _print_json(report.as_json())
    else:
        print("\n".join(lines(report)))
    return 0 if report.ok else 1


def backup_command(options: argparse.Namespace) -> int:
    """The home in one file."""
    home, file = existing_home(), Path(options.file).absolute()
    try:
        with _bar("backup") as bar:
            manifest = take_backup(home, file, os.environ, bar)
    except (BackupError, HomeError) as error:
        return _fail(str(error))
    except sqlite3.DatabaseError as error:
        return _fail(f"a store is damaged ({error}); see: plumbline doctor")
    except OSError as error:
        return _fail(f"no backup was made: {error.strerror or error}; make room, or name another")
    size_mb = file.stat().st_size / 1e6
    print(f"{file}: {len(manifest.members)} files, {size_mb:.1f} MB, from {home.path}")
    print("it holds the private keys: keep it where only you can read it")
    return 0


def restore_command(options: argparse.Namespace) -> int:
    """A home from such a file."""
    home = existing_home()
    try:
        with _bar("restore") as bar:
            done = restore(home, Path(options.file), bar, force=options.force)
    except RestoreError as error:
        return _fail(str(error))
    except OSError as error:
        return _fail(f"nothing was restored: {error.strerror or error}")
    print(f"{home.path}: as it was at {done.manifest.made_at}, {done.manifest.ledger_size} leaves")
    if done.aside is not None:
        print(f"what was there is now {done.aside}; to undo, move it back")
    print("look at it with: plumbline doctor; serve it with: plumbline run")
    return 0


def lag_command(options: argparse.Namespace) -> int:
    """How far each group is behind."""

    def told(look: Look) -> None:
        found_lags = lags(look)
        if options.json:
            groups = [lag.as_json() for lag in found_lags]
            _print_json({"schema": "plumbline.lag/1", "groups": groups})
            return
        rows = [
            (lag.group, str(lag.lag), "" if lag.oldest_seconds is None else f"{lag.oldest_seconds}")
            for lag in found_lags
        ]
        _print_table(("group", "lag", "oldest, s"), rows)

    return _looking(told)


def dead_list_command(options: argparse.Namespace) -> int:
    """Which dead letters there are."""

    def told(look: Look) -> None:
        there = list(letters(look, _prefix(), options.topic))
        if options.json:
            found_letters = [letter.as_json() for letter in there]
            _print_json({"schema": "plumbline.dead/1", "letters": found_letters})
            return
        rows = [
            (x.topic, str(x.partition), str(x.offset), x.at, x.reason, x.state, x.key)
            for x in there
        ]
        _print_table(("topic", "partition", "offset", "at", "reason", "state", "key"), rows)

    return _looking(told)


def dead_show_command(options: argparse.Namespace) -> int:
    """One dead letter: ids and headers, and its message only when asked for."""

    def told(look: Look) -> None:
        place = (options.topic, options.partition, options.offset)
        record = found(look, *place, prefix=_prefix())
        for name, value in described(record):
            print(f"{name}: {value}")
        if options.value:
            print(f"plumbline: {PRIVATE}", file=sys.stderr)
            print(value_of(record, options.topic))

    return _looking(told)


def dead_replay_command(options: argparse.Namespace) -> int:
    """Bring dead letters of a topic back: of a home's own log its server does it, which holds it.

    On brokers this command does, and asks a site which revision comes next.
    """
    try:
        name = bare(options.topic)
        answer = _replayed(name, options.limit)
    except httpx.HTTPError as error:
        return _fail(f"the server does not answer ({type(error).__name__}); see: plumbline doctor")
    except NobodyServes as error:
        return _fail(str(error), NO_SERVER)
    except (BusError, HomeError, ValueError) as error:
        return _fail(str(error))
    if options.json:
        _print_json({"schema": "plumbline.replay/1", **answer})
        return 0
    print(
        f"{answer['appended']} appended as they were, {answer['next_revision']} asked as the next "
        f"revision, {answer['answered']} answered meanwhile, {answer['unreadable']} unreadable"
    )
    return 0


class NobodyServes(RuntimeError):
    """Nobody does here what the command must ask for."""


def _replayed(topic: str, limit: int) -> dict[str, Any]:
    if brokers_of(os.environ.get("PLUMBLINE_LOG_URL", "")):
        if (site := served_url()) is None:
            raise NobodyServes(
                "a site says which revision of a question comes next: name one with PLUMBLINE_URL"
            )
        return replay_on_brokers(topic, limit, site, os.environ).as_json()
    home = existing_home()
    if home.serving() is None:
        raise NobodyServes("no Plumbline server is running here; start one: plumbline run")
    reply = _ask_server(home, "/v1/dead-letters/replay", {"topic": topic, "limit": limit})
    answer: dict[str, Any] = reply.json()
    if reply.status_code != httpx.codes.OK:
        raise HomeError(f"{answer.get('title')}; {answer.get('what_to_do')}")
    return answer


def _ask_server(home: Home, path: str, body: dict[str, Any]) -> httpx.Response:
    transport = httpx.HTTPTransport(uds=str(home.admin_socket))
    with httpx.Client(transport=transport, base_url="http://admin", timeout=REPLAY_SECONDS) as c:
        return c.post(path, json=body)


def _looking(tell: Callable[[Look], None]) -> int:
    home = existing_home()
    try:
        with look_at_log(home, os.environ) as look:
            tell(look)
    except FileNotFoundError:
        return _fail(f"{home.path} has no log; say which home with PLUMBLINE_HOME")
    except sqlite3.DatabaseError as error:
        return _fail(f"{home.log} is damaged ({error}); see: plumbline doctor")
    except (BusError, ValueError) as error:
        return _fail(str(error))
    return 0


def _prefix() -> str:
    return os.environ.get("PLUMBLINE_TOPIC_PREFIX", "")


@contextmanager
def _bar(what: str) -> Iterator[Callable[[int], Callable[[int], None]]]:
    """A bar on a terminal, opened once it is known how many bytes there will be."""
    with tqdm(desc=what, unit="B", unit_scale=True, disable=not sys.stderr.isatty()) as bar:

        def opened(total: int) -> Callable[[int], None]:
            bar.reset(total)
            return advance

        def advance(count: int) -> None:
            bar.update(count)

        yield opened


def _print_table(names: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    widths = [max(map(len, column)) for column in zip(names, *rows, strict=True)]
    for row in (names, *rows):
        padded = (f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True))
        print("  ".join(padded).rstrip())


def _print_json(thing: dict[str, Any]) -> None:
    print(json.dumps(thing, ensure_ascii=False))


def _fail(message: str, code: int = 1) -> int:
    print(f"plumbline: {message}", file=sys.stderr)
    return code
