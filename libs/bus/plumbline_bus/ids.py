"""Event ids that come out the same however often a step is repeated."""

from __future__ import annotations

from hashlib import sha1
from typing import Final
from uuid import UUID

# Fixed for ever: another value would make every redelivered record look new to its readers.
EVENTS: Final = UUID("8d1e7f36-3f0a-5c6b-9a55-2b7c1d0e4f91")
NAMESPACE: Final = EVENTS.bytes
VARIANT: Final = {digit: "89ab"[int(digit, 16) % 4] for digit in "0123456789abcdef"}


def event_id(service: str, cause: str, step: str, index: int) -> str:
    """The id of output `index` that `step` of `service` makes of the event `cause`.

    Built from business ids only, never from a partition, an offset or the time: those change when
    a record is delivered again or replayed, and readers drop what they have seen by this id.
    """
    name = f"{service}|{cause}|{step}|{index}".encode()
    made = sha1(NAMESPACE + name, usedforsecurity=False).hexdigest()
    # RFC 9562, 5.5, as `uuid.uuid5` does it; this is done for every event, and in half the time.
    return f"{made[:8]}-{made[8:12]}-5{made[13:16]}-{VARIANT[made[16]]}{made[17:20]}-{made[20:32]}"
