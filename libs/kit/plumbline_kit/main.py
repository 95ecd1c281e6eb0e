"""main(): one service as its own process: settings, telemetry, health, log, run, exit code."""

from __future__ import annotations

import argparse
import asyncio
import dataclasses
import logging
import os
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from typing import Any, Final

import uvloop

from plumbline_bus import (
    BusError,
    Log,
    LogInUse,
    Unavailable,
    brokers_of,
    create_topics,
    open_log,
    require_topics,
)
from plumbline_bus.topics_admin import Lists
from plumbline_kit import garbage
from plumbline_kit.health_server import HealthApp, serving_health, unwell
from plumbline_kit.service import Service, run, stopped_by_signals
from plumbline_kit.settings import SettingsError, load, refuse_unknown, variables
from plumbline_kit.telemetry import set_up_logs
from plumbline_kit.telemetry_export import telemetry

OpenService = Callable[[Any, Log], AbstractAsyncContextManager[Service]]

SHARED: Final = """\
  PLUMBLINE_LOG_URL         kafka://host:port,host:port, or the path of a log file (one process)
  PLUMBLINE_TOPIC_PREFIX    put before topics, dead letters and groups
  PLUMBLINE_INSTANCE        the name of this process among its like, the same at every start
  PLUMBLINE_HEALTH_ADDRESS  host:port where /live and /ready are served
  PLUMBLINE_LOG_LEVEL       INFO"""

BUSY_SECONDS: Final = 30.0

logger = logging.getLogger(__name__)


class CannotStart(Exception):
    """What is wrong with the world or the settings, in one line."""


def main(open_service: OpenService, settings: type[Any]) -> None:
    """Run one service until SIGTERM. One line on standard error says why it did not, exit code 1.

    On brokers it needs every topic to be there: making them is an operator's act, not a service's.
    """
    service = settings.__module__.split(".")[0].removeprefix("plumbline_")
    described = "\n".join(f"  {name}" for name in variables(settings, service))
    parser = argparse.ArgumentParser(
        prog=f"python -m plumbline_{service}",
        description=f"Run the {service} service.",
        epilog=f"settings (environment):\n{SHARED}\n{described}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.parse_args()
    try:
        refuse_unknown(os.environ, variables(settings, service))
        loaded = load(settings, service, os.environ, **shared(settings))
        set_up_logs(os.environ.get("PLUMBLINE_LOG_LEVEL", "INFO"))
        with telemetry(service, os.environ):
            uvloop.run(_serve(service, open_service, loaded))
    except (CannotStart, SettingsError, BusError) as error:
        sys.exit(f"{service}: {error}")
    except ExceptionGroup as group:
        sys.exit(f"{service}: {_why(group)}")


def shared(settings: type[Any]) -> dict[str, Any]:
    """Settings that a deployment gives to all services at once."""
    prefixed = "topic_prefix" in {field.name for field in dataclasses.fields(settings)}
    return {"topic_prefix": os.environ.get("PLUMBLINE_TOPIC_PREFIX", "")} if prefixed else {}


async def _serve(name: str, open_service: OpenService, settings: Any) -> None:
    stop = asyncio.Event()
    with stopped_by_signals(stop):
        async with _started(name, open_service, settings) as (log, service, app):
            app.health = service.health
            garbage.settle()
            try:
                await run(log, [service], prefix=_prefix(), stop=stop)
            finally:
                app.health = unwell("stopping")


@asynccontextmanager
async def _started(
    name: str, open_service: OpenService, settings: Any
) -> AsyncIterator[tuple[Log, Service, HealthApp]]:
    url = os.environ.get("PLUMBLINE_LOG_URL") or "log.sqlite"
    async with AsyncExitStack() as stack:
        try:
            app, health_url = await stack.enter_async_context(serving_health(os.environ))
            logger.info("starting", extra={"service": name, "health": health_url})
            on_brokers = bool(brokers_of(url))
            instance = os.environ.get("PLUMBLINE_INSTANCE", "")
            log = await stack.enter_async_context(open_log(url, instance=instance))
            if on_brokers:
                await _until_topics(log)
            else:
                await create_topics(log, _prefix())
            service = await stack.enter_async_context(open_service(settings, log))
        except LogInUse as error:
            raise CannotStart(
                f"{error}; services that run apart need PLUMBLINE_LOG_URL=kafka://host:port"
            ) from error
        except (BusError, SettingsError, OSError, ValueError, RuntimeError) as error:
            raise CannotStart(str(error)) from error  # nothing of a record is in hand yet
        logger.info("started", extra={"service": name})
        yield log, service, app


async def _until_topics(log: Lists) -> None:
    """Brokers that are busy are asked again: everything may be starting at once."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + BUSY_SECONDS
    while True:
        try:
            return await require_topics(log, _prefix())
        except Unavailable:
            if loop.time() > deadline:
                raise


def _why(group: ExceptionGroup[Exception]) -> str:
    """The first failure in words that may be shown; the log has the places of every one."""
    failed = [error for error in group.exceptions if isinstance(error, BusError)]
    for error in group.exceptions:
        logger.error("the service failed", exc_info=error)
    return str(failed[0]) if failed else f"{type(group.exceptions[0]).__name__}, a bug: see its log"


def _prefix() -> str:
    return os.environ.get("PLUMBLINE_TOPIC_PREFIX", "")
