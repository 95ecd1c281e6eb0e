"""What a doctor reads of every record in the log: whether it still says what was hashed and signed.

SQLite finds a page that is broken, but not one whose words were changed: it keeps no checksums.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from typing import Any, Final

from plumbline.ingest.v1.events_pb2 import EditionIngested, EditionOpened, Passage
from plumbline.rendering.v1.events_pb2 import AnswerRendered
from plumbline.topics import (
    ANSWER_RENDERED,
    ANSWER_SEALED,
    DEAD_SUFFIX,
    EDITION_INGESTED,
    TOPICS,
    Topic,
)
from plumbline_bus import LocalLook, Record
from plumbline_bus.errors import Undecodable
from plumbline_bus.event import parse
from plumbline_embedded.check import Check, fail, ok
from plumbline_embedded.dead import original_place
from plumbline_embedded.home import Home
from plumbline_embedded.stores import LEDGER, RESTORE, opened_beside
from plumbline_gateway.trust import RENDERING_TYPE, REVIEW_TYPE, verifiers
from plumbline_kit.keys import read_trust
from plumbline_provenance.store import Store as LedgerStore
from plumbline_retrieval.intake import edition_digest
from plumbline_tlog.dsse import BadSignature, open_envelope

CHANGED: Final = "was changed after it was written"


def check_records(home: Home, look: LocalLook, prefix: str) -> Check:
    """Every record can be read; editions have their digest, published answers their signatures."""
    trust = tuple(read_trust(home.keys / "trust.txt"))
    count = 0
    for topic in TOPICS:
        for name in (f"{prefix}{name}" for name in topic.names):
            put_aside = {original_place(r) for r in look.records(f"{name}{DEAD_SUFFIX}")}
            for record, message in _read(look, name, topic):
                count += 1
                if (record.partition, record.offset) in put_aside:
                    continue
                if message is None or (topic is ANSWER_RENDERED and not _signed(message, trust)):
                    return fail("records", f"{record.where} {CHANGED}, or cannot be read", RESTORE)
    if changed := _changed_edition(look, prefix):
        return fail("records", f"the edition {changed} {CHANGED}", RESTORE)
    return ok("records", f"{count} read, as they were hashed and signed")


def check_sealed(home: Home, look: LocalLook, prefix: str) -> Check:
    """The ledger has every leaf that the log says it has; if not, it is an older copy."""
    topic = f"{prefix}{ANSWER_SEALED.name}"
    ends = look.ends(topic)
    last = [look.find(topic, partition, end - 1) for partition, end in ends.items() if end]
    leaves = [ANSWER_SEALED.message.FromString(r.value).leaf_index + 1 for r in last if r]
    with opened_beside(home.path / LEDGER) as connection:  # after the log: it may only be ahead
        size = LedgerStore(connection).size
    said = max(leaves, default=0)
    if said > size:
        return fail("sealed", f"the log says that {said} leaves were sealed, not {size}", RESTORE)
    return ok("sealed", f"{said} leaves in the log, {size} in the ledger")


def _read(look: LocalLook, name: str, topic: Topic[Any]) -> Iterator[tuple[Record, Any]]:
    """Every record with its message; None when it holds none."""
    for record in look.records(name):
        try:
            yield record, parse(record, topic)
        except Undecodable:
            yield record, None


def _signed(rendered: AnswerRendered, trust: Sequence[str]) -> bool:
    """Whether content and pages are those that were signed. Words are compared when admitted."""
    try:
        review = open_envelope(rendered.review, REVIEW_TYPE, verifiers(trust, "review"))
        rendering = open_envelope(rendered.rendering, RENDERING_TYPE, verifiers(trust, "render"))
    except (BadSignature, ValueError):
        return False
    digest = hashlib.sha256(rendered.content).hexdigest()
    signed = json.loads(rendering)
    if not digest == json.loads(review)["content_sha256"] == signed["content_sha256"]:
        return False
    listed = {page["media_type"]: page["sha256"] for page in signed["renditions"]}
    pages = {page.media_type: hashlib.sha256(page.body).hexdigest() for page in rendered.renditions}
    return listed == pages


def _changed_edition(look: LocalLook, prefix: str) -> str | None:
    """An edition whose parts are not what its last part says; None when there is none."""
    name = f"{prefix}{EDITION_INGESTED.name}"
    put_aside = {original_place(r) for r in look.records(f"{name}{DEAD_SUFFIX}")}
    parts = Parts()
    for record, part in _read(look, name, EDITION_INGESTED):
        if part is None or (record.partition, record.offset) in put_aside:
            continue
        if not parts.take(part):
            return str(part.edition_id)
    return None


class Parts:
    """Editions put together from their parts, as retrieval does it; none is held for long."""

    def __init__(self) -> None:
        self._opened: dict[str, EditionOpened] = {}
        self._listed: dict[str, dict[int, Passage]] = {}
        self._whole: dict[str, str] = {}  # edition → digest

    def take(self, part: EditionIngested) -> bool:
        """One part, in the order of the log; False when it closes an edition that differs."""
        edition = part.edition_id
        if part.HasField("opened"):
            self._opened[edition], self._listed[edition] = part.opened, {}
        for passage in part.passages.passages:
            self._listed.setdefault(edition, {})[passage.start] = passage
        if not part.HasField("closed"):
            return True
        opened = self._opened.pop(edition, None)
        listed = self._listed.pop(edition, {})
        if opened is not None:
            in_order = [listed[start] for start in sorted(listed)]
            self._whole[edition] = edition_digest(opened, in_order)
        return self._whole.get(edition) == part.closed.digest  # the last part may come again
