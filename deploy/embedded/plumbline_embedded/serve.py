"""plumbline run: all services in one process, on the home's log or on brokers, until SIGTERM."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import (
    AbstractAsyncContextManager,
    AsyncExitStack,
    asynccontextmanager,
    closing,
    nullcontext,
)
from datetime import UTC, datetime
from pathlib import Path

from plumbline_bus import CATCHING_UP, LocalLog, Log, Retention, brokers_of, create_topics, open_log
from plumbline_bus.local_lock import held
from plumbline_embedded.admin import RunsOfSite, admin_app
from plumbline_embedded.assembly import folder, settings_for
from plumbline_embedded.first_start import first_start
from plumbline_embedded.home import Home, Serving
from plumbline_embedded.home_format import VERSION, HomeError
from plumbline_gateway.site import Site
from plumbline_kit import garbage
from plumbline_kit.http_server import HttpServer
from plumbline_kit.keys import load_or_create
from plumbline_kit.service import Server, Service, run
from plumbline_kit.settings import SettingsError

READY_SECONDS = 120.0  # for anything but a long log, which takes as long as it takes
SAY_SECONDS = 10.0
LOOK_SECONDS = 0.01

OpenLog = Callable[[Path], AbstractAsyncContextManager[Log]]


def chosen_log(path: Path) -> AbstractAsyncContextManager[Log]:
    """The log that PLUMBLINE_LOG_URL names, else the home's own file."""
    url = os.environ.get("PLUMBLINE_LOG_URL") or path
    return open_log(url, instance=os.environ.get("PLUMBLINE_INSTANCE", ""))


def on_brokers() -> bool:
    """Whether PLUMBLINE_LOG_URL names brokers. SettingsError when it names nothing that is."""
    try:
        return bool(brokers_of(os.environ.get("PLUMBLINE_LOG_URL", "")))
    except ValueError as error:
        raise SettingsError(str(error)) from None


@asynccontextmanager
async def open_services(
    home: Home, host: str, port: int, open_log: OpenLog = chosen_log
) -> AsyncIterator[tuple[Log, list[Service]]]:
    """Open the log and every service of a home.

    HomeError, KeysMissing, LogInUse (another process holds the home), PortBusy, SettingsError.
    """
    apart = on_brokers()
    served_before = (folder(home, "gateway", os.environ) / "site.sqlite").exists()
    new = home.open()
    # On brokers the home has no log of its own, neither to be the lock of it nor to show its age.
    with held(home.log) if apart else nullcontext():
        load_or_create(home.keys, may_create=new and not (apart and served_before))
        async with AsyncExitStack() as stack:
            log = await stack.enter_async_context(open_log(home.log))
            await _make_topics(log)
            services = [
                await stack.enter_async_context(open_service(settings, log))
                for open_service, settings in settings_for(home, host, port, os.environ)
            ]
            site = stack.enter_context(
                closing(Site(folder(home, "gateway", os.environ) / "site.sqlite"))
            )
            yield log, [*services, operating(log, home, site, services)]


async def _make_topics(log: Log) -> None:
    try:
        await create_topics(log, topic_prefix())
    except ValueError as error:
        raise HomeError(f"{error}; use another PLUMBLINE_TOPIC_PREFIX") from None


def operating(log: Log, home: Home, site: Site, services: Sequence[Service]) -> Service:
    """What a broker and its operators do elsewhere: dropping old records, replaying dead letters.

    `site` is a second look at the gateway's own store, which says which revision comes next.
    """
    healths = {service.name: service.health for service in services}
    app = admin_app(log, RunsOfSite(site), healths, topic_prefix())
    servers: list[Server] = [HttpServer(app, uds=home.admin_socket)]
    if isinstance(log, LocalLog):  # a broker drops them by itself
        servers.append(Retention(log, topic_prefix()))
    return Service("operating", servers=servers)


@asynccontextmanager
async def running(
    home: Home, host: str, port: int, stop: asyncio.Event, open_log: OpenLog = chosen_log
) -> AsyncIterator[tuple[Log, str]]:
    """All services of a home, running and ready; yields the log and the URL of the site.

    Leaving it drains them. What makes one of them fail is raised, whether here or while inside.
    """
    async with open_services(home, host, port, open_log) as (log, services):
        inside = asyncio.current_task()
        work = asyncio.create_task(run(log, services, prefix=topic_prefix(), stop=stop))
        assert inside is not None
        work.add_done_callback(lambda _: None if stop.is_set() else inside.cancel())
        try:
            await until_ready(services)
            yield log, site_url(services)
        except asyncio.CancelledError:
            if not work.done():
                raise  # it was not a failure of theirs
        finally:
            stop.set()
            try:
                await work
            except ExceptionGroup as group:
                raise group.exceptions[0] from None  # one service failed: that is the reason


async def serve(
    home: Home, host: str, port: int, guidelines: Path | None, stop: asyncio.Event
) -> None:
    """Serve a home until `stop`. Prints `ready URL` on stdout once readers may come."""
    async with running(home, host, port, stop) as (_, url):
        garbage.settle()
        starting = asyncio.create_task(_start(home, url, guidelines))
        stopping = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait({starting, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if starting.done():
                starting.result()  # raises what went wrong while starting
                await stopping
        finally:
            starting.cancel()
            stopping.cancel()
            if (serving := home.serving()) and serving.pid == os.getpid():
                home.server_file.unlink(missing_ok=True)


async def _start(home: Home, url: str, guidelines: Path | None) -> None:
    if guidelines is not None:
        await first_start(home, url, guidelines)
    started = datetime.now(UTC).isoformat(timespec="seconds")
    home.announce(Serving(os.getpid(), url, VERSION, started))
    sys.stdout.write(f"ready {url}\n")
    sys.stdout.flush()


def topic_prefix() -> str:
    """Put verbatim before topics, dead letters and groups."""
    return os.environ.get("PLUMBLINE_TOPIC_PREFIX", "")


def site_url(services: Sequence[Service]) -> str:
    """Where the gateway listens."""
    servers = [server for service in services for server in service.servers]
    return next(s.url for s in servers if isinstance(s, HttpServer) and s.url)


async def until_ready(services: Sequence[Service]) -> None:
    """A log that is still being followed is waited for, and that is said; nothing else for long."""
    now = asyncio.get_running_loop().time
    patience, say = now() + READY_SECONDS, now() + SAY_SECONDS
    while ill := {s.name: s.health.reasons() for s in services if not s.health.ready}:
        if all(why == CATCHING_UP for reasons in ill.values() for why in reasons.values()):
            patience = now() + READY_SECONDS
        elif now() > patience:
            raise HomeError(f"not ready after {READY_SECONDS:.0f} s: {ill}")
        if now() > say:
            say = now() + SAY_SECONDS
            sys.stderr.write(f"reading the log again: {', '.join(sorted(ill))} …\n")
        await asyncio.sleep(LOOK_SECONDS)
