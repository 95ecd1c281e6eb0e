"""What a doctor finds when it holds the index against the log: each edition there, each passage."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from typing import Final

import grpc

from plumbline.ingest.v1.events_pb2 import EditionIngested
from plumbline.retrieval.v1 import search_service_pb2 as pb
from plumbline.retrieval.v1.search_service_pb2_grpc import SearchServiceStub
from plumbline.topics import DEAD_SUFFIX, EDITION_INDEXED, EDITION_INGESTED
from plumbline_bus import LocalLook, LogInUse
from plumbline_bus.local_lock import held
from plumbline_embedded.check import Check, fail, ok, warn
from plumbline_embedded.dead import original_place
from plumbline_embedded.home import Home
from plumbline_embedded.stores import EDITIONS, INDEX, opened_beside
from plumbline_kit.grpc_channel import open_channel

CALL_SECONDS: Final = 10.0  # it counts every point, beside its readers' questions
CLOSED: Final = "/closed/0"  # how the record key of an edition's last part ends
REINDEX: Final = (
    f"stop the server, move {INDEX} and {EDITIONS} away, start it: made again from the log"
)
RESTART: Final = "restart the server: it makes the index again from the log"


class Unreadable(RuntimeError):
    """The engine cannot read its own files."""


Held = Mapping[str, tuple[str, int]]
"""Edition → (digest, passages that can be found)."""


def check_index(home: Home, look: LocalLook, prefix: str, address: str) -> Check:
    """Every edition that the log closed, and that was not put aside, can be found, all of it.

    `address` is where retrieval is asked when the home is served.
    """
    topic = f"{prefix}{EDITION_INGESTED.name}"
    closed = _closed(look, topic)
    if not closed:
        return ok("index", "no editions yet")
    found = _held(home)
    if found is None or not (home.path / INDEX).is_dir():
        if home.serving():
            return fail("index", f"{INDEX} or {EDITIONS} is not there", RESTART)
        return warn("index", "not there yet", "start the server: it makes it from the log")
    if wrong := sorted(e for e, (digest, _) in found.items() if closed.get(e) != digest):
        return fail("index", f"{_some(wrong)} is held with other content than the log's", REINDEX)
    indexed = {key for _, _, key in look.keys(f"{prefix}{EDITION_INDEXED.name}")}
    if lacking := sorted(set(closed) - (set(found) & indexed)):
        if look.unread(f"{prefix}retrieval.{EDITION_INGESTED.name}", topic).records:
            said = f"{_some(lacking)} is not indexed yet"
            return warn("index", said, "wait, or start the server")
        return fail("index", f"{_some(lacking)} cannot be found, but the log has it", REINDEX)
    return _check_points(home, found, address)


def _check_points(home: Home, found: Held, address: str) -> Check:
    """Whether the index itself has every passage that its store of editions names."""
    try:
        counts = _asked(address) if home.serving() else _counted(home)
    except (grpc.RpcError, FileNotFoundError) as error:
        said = error.code().name if isinstance(error, grpc.RpcError) else "no socket"
        return fail("index", f"the server does not say what it holds ({said})", RESTART)
    except LogInUse:
        return warn("index", "a server is starting or stopping", "run this again when it is done")
    except Unreadable as error:
        return fail("index", f"{INDEX} cannot be read: {error}", REINDEX)
    if lacking := sorted(e for e, (_, count) in found.items() if counts.get(e, 0) < count):
        said = f"{_some(lacking)} lacks points: some of its passages cannot be found"
        return fail("index", said, RESTART)
    passages = sum(count for _, count in found.values())
    return ok("index", f"{len(found)} editions, {passages} passages")


def _asked(address: str) -> Mapping[str, int]:
    """Of the server: it has the index open, and nobody else may. grpc.RpcError."""
    with open_channel(address) as channel:
        answer = SearchServiceStub(channel).Held(pb.HeldRequest(), timeout=CALL_SECONDS)
        return {edition.edition_id: edition.points for edition in answer.editions}


def _counted(home: Home) -> Mapping[str, int]:
    """In the index itself, while no server can start. LogInUse; Unreadable.

    In a process of its own: some damaged files end the one that opens them.
    """
    command = [sys.executable, "-m", "plumbline_embedded.index_counts", str(home.path / INDEX)]
    with held(home.log):
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 (ours)
    if done.returncode:
        said = done.stderr.strip().splitlines() or [f"ended with {done.returncode}"]
        raise Unreadable(said[-1][:200])
    counts: dict[str, int] = json.loads(done.stdout)
    return counts


def _some(editions: list[str]) -> str:
    more = f" and {len(editions) - 1} more" if editions[1:] else ""
    return f"{editions[0]}{more}"


def _closed(look: LocalLook, topic: str) -> dict[str, str]:
    """Edition → its digest, of each whose last part stands in the log and was not put aside."""
    put_aside = {original_place(letter) for letter in look.records(f"{topic}{DEAD_SUFFIX}")}
    found = {}
    for partition, offset, key in look.keys(topic):
        if key.endswith(CLOSED) and (partition, offset) not in put_aside:
            record = look.find(topic, partition, offset)
            digest = EditionIngested.FromString(record.value).closed.digest if record else ""
            found[key.removesuffix(CLOSED)] = digest
    return found


def _held(home: Home) -> dict[str, tuple[str, int]] | None:
    """As the store of retrieval says; None when it is not there."""
    if not (home.path / EDITIONS).is_file():
        return None
    with opened_beside(home.path / EDITIONS) as connection:
        rows = connection.execute("select edition_id, digest, passages from editions").fetchall()
    return {edition: (digest, passages) for edition, digest, passages in rows}
