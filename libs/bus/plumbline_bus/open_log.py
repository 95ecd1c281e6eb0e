"""Which log an address means: a file on this machine, or the brokers of a cluster."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from plumbline_bus.errors import Unavailable
from plumbline_bus.local import LocalLog, open_local

if TYPE_CHECKING:
    from plumbline_bus.kafka import KafkaLog

KAFKA: Final = "kafka://"
BROKER: Final = re.compile(r"(?:[^\s:,/\[\]]+|\[[0-9a-fA-F:.]+\]):\d{1,5}")


def brokers_of(url: str) -> str:
    """`host:port,host:port` of a `kafka://` address; "" when it is the path of a file.

    ValueError when it is neither.
    """
    scheme, found, rest = url.partition("://")
    if not found:
        return ""
    brokers = [broker.strip() for broker in rest.rstrip("/").split(",")]
    if f"{scheme}{found}" != KAFKA or not all(BROKER.fullmatch(b) for b in brokers):
        raise ValueError(
            "the address of a log is the path of a file, or kafka://host:port,host:port "
            f"(PLUMBLINE_LOG_URL is {url!r})"
        )
    return ",".join(brokers)


@asynccontextmanager
async def open_log(url: Path | str, *, instance: str = "") -> AsyncIterator[LocalLog | KafkaLog]:
    """Open the log at an address. `instance` names this process among its like, on brokers only.

    LogInUse when another process holds the file; Unavailable when no broker answers; ValueError
    when the address is none, or when what talks to brokers is not installed.
    """
    brokers = brokers_of(str(url))
    if not brokers:
        async with open_local(url) as local:
            yield local
        return
    try:
        from plumbline_bus.kafka import open_kafka  # an extra: a log in a file needs none of it
    except ModuleNotFoundError as error:
        raise ValueError(f"{error.name} is not installed: install plumbline-bus[kafka]") from None
    async with AsyncExitStack() as stack:
        try:
            cluster = await stack.enter_async_context(open_kafka(brokers, instance=instance))
        except Unavailable as error:
            raise Unavailable(f"no broker answers at {brokers}; {error}") from None
        yield cluster
