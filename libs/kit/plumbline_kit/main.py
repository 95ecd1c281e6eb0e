"""main(): one service as its own process: settings, telemetry, log, run, exit code."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import uvloop

from plumbline_bus import Log, create_topics, open_local
from plumbline_kit.service import Service, run, stopped_by_signals
from plumbline_kit.settings import SettingsError, load, refuse_unknown, variables
from plumbline_kit.telemetry import set_up_logs
from plumbline_kit.telemetry_export import telemetry

OpenService = Callable[[Any, Log], AbstractAsyncContextManager[Service]]


def main(open_service: OpenService, settings: type[Any]) -> None:
    """Run one service until SIGTERM. The log is a local file for now, so one process holds it."""
    service = settings.__module__.split(".")[0].removeprefix("plumbline_")
    described = "\n".join(f"  {name}" for name in variables(settings, service))
    parser = argparse.ArgumentParser(
        prog=f"python -m plumbline_{service}",
        description=f"Run the {service} service.",
        epilog=f"settings (environment):\n  PLUMBLINE_LOG_URL  path of the log file\n{described}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.parse_args()
    try:
        refuse_unknown(os.environ, variables(settings, service))
        loaded = load(settings, service, os.environ)
        path = Path(os.environ.get("PLUMBLINE_LOG_URL", "log.sqlite"))
    except SettingsError as error:
        sys.exit(str(error))
    set_up_logs()
    try:
        with telemetry(service, os.environ):
            uvloop.run(_serve(open_service, loaded, path))
    except SettingsError as error:
        sys.exit(str(error))


async def _serve(open_service: OpenService, settings: Any, path: Path) -> None:
    prefix = os.environ.get("PLUMBLINE_TOPIC_PREFIX", "")
    stop = asyncio.Event()
    with stopped_by_signals(stop):
        async with open_local(path) as log:
            await create_topics(log, prefix)
            async with open_service(settings, log) as service:
                await run(log, [service], prefix=prefix, stop=stop)
