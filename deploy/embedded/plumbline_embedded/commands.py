"""What each command does: read the options, do it, print it, return the exit code."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import uvloop
from tqdm import tqdm

from plumbline_bus import BusError
from plumbline_embedded.answer_text import answer_text
from plumbline_embedded.asking import Asked, no_server, to_terminal
from plumbline_embedded.asking import ask as ask_server
from plumbline_embedded.home import Home, candidate_homes, chosen_home, served_url
from plumbline_embedded.home_format import HomeError
from plumbline_embedded.ingesting import all_found, open_ingester, summary, told
from plumbline_embedded.shipped import shipped
from plumbline_kit.http_server import PortBusy
from plumbline_kit.keys import KeysMissing
from plumbline_kit.service import stopped_by_signals
from plumbline_kit.settings import SettingsError
from plumbline_kit.telemetry import set_up_logs
from plumbline_provenance.verify import main as verify_receipt

USAGE = 2
NO_SERVER = 7
NOBODY = "no Plumbline server is running here; start one with: plumbline run"
START_ERRORS = (BusError, HomeError, KeysMissing, PortBusy, SettingsError)


def run(options: argparse.Namespace) -> int:
    """All services in one process, until SIGTERM."""
    from plumbline_embedded.serve import (
        serve,
    )  # the services are slow to import; other commands need none
    from plumbline_kit.telemetry_export import telemetry

    set_up_logs(os.environ.get("PLUMBLINE_LOG_LEVEL", "WARNING"))
    host = options.host or os.environ.get("HOST") or "127.0.0.1"

    async def until_told() -> None:
        stop = asyncio.Event()
        with stopped_by_signals(stop):
            await serve(chosen_home(), host, port, guidelines_folder(), stop)

    try:
        port = options.port if options.port is not None else int(os.environ.get("PORT") or 8000)
    except ValueError as error:
        return _fail(f"PORT must be a number: {error}", USAGE)
    try:
        with telemetry("plumbline", os.environ):
            uvloop.run(until_told())
    except START_ERRORS as error:
        return _fail(str(error))
    except OSError as error:
        return _fail(f"cannot use the home: {error.strerror or error}")
    return 0


def demo_update(options: argparse.Namespace) -> int:
    """A guideline gets a new edition while its reader looks on, in a home that is then removed."""
    from plumbline_embedded.demo_update import NoDemonstration, Pace
    from plumbline_embedded.demo_update import demo_update as show

    set_up_logs(os.environ.get("PLUMBLINE_LOG_LEVEL", "WARNING"))
    os.environ.pop("PLUMBLINE_LOG_URL", None)  # its home is its own, and so is its log

    async def until_told() -> None:
        stop = asyncio.Event()
        with stopped_by_signals(stop):
            folder = guidelines_folder() or shipped("guidelines")
            await show(folder, options.port, Pace(options.yes, options.hold), stop)

    try:
        uvloop.run(until_told())
    except (*START_ERRORS, NoDemonstration) as error:
        return _fail(str(error))
    except TimeoutError:
        return _fail("the new version did not come; look for a warning above")
    return 0


def guidelines_folder() -> Path | None:
    """PLUMBLINE_GUIDELINES; the demonstration corpus when unset, none when empty."""
    given = os.environ.get("PLUMBLINE_GUIDELINES")
    if given is None:
        return shipped("guidelines")
    if not given:
        return None
    if not Path(given).is_dir():
        raise SettingsError(f"PLUMBLINE_GUIDELINES={given} is not a folder")
    return Path(given)


def ask(options: argparse.Namespace) -> int:
    """One question."""
    question = (
        sys.stdin.buffer.read().decode("utf-8", "surrogateescape")
        if options.question == "-"
        else options.question
    )
    url = options.url or served_url()
    asked = (
        no_server("No Plumbline server was found.") if url is None else _ask(url, question, options)
    )
    if options.json:
        _print_json(asked.answer)
    elif asked.exit_code == NO_SERVER:
        print(f"{asked.answer['reason']['message']} Start one with: plumbline run", file=sys.stderr)
    else:
        print(answer_text(asked.answer), end="")
    return asked.exit_code


def _ask(url: str, question: str, options: argparse.Namespace) -> Asked:
    try:
        with httpx.Client(base_url=url, timeout=options.timeout + 5) as client:
            return ask_server(
                client,
                question,
                audience=options.audience,
                locale=options.locale,
                timeout_seconds=options.timeout,
                wait_for=options.wait,
                progress=to_terminal,
            )
    except (httpx.ConnectError, httpx.UnsupportedProtocol, httpx.InvalidURL):
        return no_server(f"No Plumbline server answers at {url}.")


def ingest(options: argparse.Namespace) -> int:
    """Hand guidelines in."""
    if (where := _ingest_at()) is None:
        return _fail(NOBODY, NO_SERVER)
    started = time.monotonic()
    results = asyncio.run(_ingest(*where, options))
    if options.json:
        _print_json({"schema": "plumbline.ingest/1", "results": results})
    elif len(results) > 1:
        print(summary(results, time.monotonic() - started, dry_run=options.dry_run))
    return 1 if any(result["status"] == "refused" for result in results) else 0


def _ingest_at() -> tuple[Path, str] | None:
    """(socket, site) of the served home, or of services that run apart, by their settings."""
    apart, site = os.environ.get("PLUMBLINE_INGEST_SOCKET"), os.environ.get("PLUMBLINE_URL")
    if apart and site:
        return Path(apart), site
    home = _served_home()
    serving = home.serving() if home else None
    return (home.ingest_socket, serving.url) if home and serving else None


async def _ingest(socket: Path, site: str, options: argparse.Namespace) -> list[dict[str, Any]]:
    """The results; each is told as it comes, but for --json."""
    found = all_found([Path(path) for path in options.paths])
    results = []
    async with open_ingester(socket, site) as ingester:
        for thing in tqdm(found, desc="guidelines", disable=not sys.stderr.isatty()):
            result = (
                thing
                if isinstance(thing, dict)
                else await ingester.hand_in(thing, options.licence, dry_run=options.dry_run)
            )
            results.append(result)
            if not options.json:
                tqdm.write(told(result, dry_run=options.dry_run))
    return results


def search(options: argparse.Namespace) -> int:
    """Which passages a question finds."""
    from plumbline_embedded.searching import search_and_tell  # gRPC is slow to import

    if (address := _address("retrieval")) is None:
        return _fail(NOBODY, NO_SERVER)
    return search_and_tell(address, options)


def verify(options: argparse.Namespace) -> int:
    """Check a receipt; the verifier is a program of its own that needs no server and no service."""
    trust = ["--trust", options.trust] if options.trust else []
    arguments = [options.file, *trust, *(["--json"] if options.json else [])]
    if not options.online:
        return verify_receipt(arguments)
    from plumbline_embedded.online import Away, consistent_with

    if (address := _address("provenance")) is None:
        return _fail(NOBODY, NO_SERVER)
    try:
        return verify_receipt(arguments, consistent_with(address))
    except Away as error:
        return _fail(str(error), NO_SERVER)


def _address(service: str) -> str | None:
    """Where a service is asked over gRPC: as it is set, else at the home that is served."""
    if given := os.environ.get(f"PLUMBLINE_{service.upper()}_ADDRESS"):
        return given
    return home.address(service) if (home := _served_home()) else None


def _served_home() -> Home | None:
    return next((home for home in candidate_homes() if home.serving()), None)


def _print_json(thing: dict[str, Any]) -> None:
    print(json.dumps(thing, ensure_ascii=False))


def _fail(message: str, code: int = 1) -> int:
    print(f"plumbline: {message}", file=sys.stderr)
    return code
