"""The proof record of a published answer, from what is stored with it."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import datetime

import plumbline_pages as pages
from plumbline.common.v1.status_pb2 import Stage
from plumbline_bus import Hop
from plumbline_gateway.front import Front
from plumbline_gateway.stored import Published, Sealed
from plumbline_gateway.trust import verifiers
from plumbline_tlog.canonical import base64_decode
from plumbline_tlog.checkpoint import Checkpoint, open_checkpoint
from plumbline_tlog.dsse import parse_envelope
from plumbline_tlog.errors import TlogError
from plumbline_tlog.hashes import leaf_hash

COUNTED: dict[str, int] = {  # whose hop a counted stage is
    "retrieval": Stage.STAGE_FOUND,
    "generation": Stage.STAGE_WRITTEN,
    "safety_review": Stage.STAGE_CHECKED,
}
PLAIN_BASE = re.compile(
    r"https?://[\w.:\[\]-]+"
)  # a Host header may be anything; a command may not


def record(front: Front, published: Published, base: str, state: str) -> str:
    """The page. `base` is the site's address as the reader reached it, `state` the banner."""
    run, content = published.run, published.content
    sealed = front.site.runs.sealed(run.answer_id, run.revision)
    counts = {stage: n for stage, n, _ in front.site.runs.progress(run.answer_id, run.revision)}
    current, told, stale = front.current(), front.told(published), front.stale(published)
    signature = published.review["signatures"][0]
    return pages.record(
        pages.Record(
            answer_id=run.answer_id,
            revision=run.revision,
            cause=run.cause.kind or "asked",
            url=pages.answer_path(published.title, run.answer_id),
            base=base if PLAIN_BASE.fullmatch(base) else "",
            published_at=published.published_at,
            content=content,
            content_sha256=published.content_sha256,
            keyid=signature["keyid"],
            signature=signature["sig"],
            trace_id=published.trace_id,
            stages=stage_times(sealed.trail if sealed else published.trail, counts),
            current=frozenset(
                (p["guideline_id"], p["version"])
                for p in content["passages"]
                if told.edition_status(p, current) == "current"
            ),
            seal=_seal(sealed, front.trust) if sealed else None,
            moved=frozenset(stale["claims"] if stale else ()),
        ),
        state,
    )


def stage_times(trail: Sequence[Hop], counts: dict[int, int]) -> list[pages.StageTime]:
    """The hops of a trail on one scale, from the start of the first."""
    if not trail:
        return []
    zero = datetime.fromisoformat(trail[0].started)
    return [
        pages.StageTime(
            service=hop.service,
            start_ms=_milliseconds(zero, datetime.fromisoformat(hop.started)),
            took_ms=_milliseconds(
                datetime.fromisoformat(hop.started), datetime.fromisoformat(hop.ended)
            ),
            count=counts.get(COUNTED.get(hop.service, Stage.STAGE_UNSPECIFIED)) or None,
        )
        for hop in trail
    ]


def _milliseconds(start: datetime, end: datetime) -> float:
    return (end - start).total_seconds() * 1000


def _seal(sealed: Sealed, trust: Sequence[str]) -> pages.Seal | None:
    """What the receipt says of the ledger; None unless a trusted log key signed it."""
    try:
        receipt = json.loads(sealed.receipt)
        checkpoint = _checkpoint(receipt["checkpoint"], trust)
        return pages.Seal(
            leaf_index=receipt["leaf_index"],
            tree_size=checkpoint.size,
            leaf_sha256=leaf_hash(base64_decode(receipt["leaf"])).hex(),
            root_sha256=checkpoint.root.hex(),
            steps=[base64_decode(step).hex() for step in receipt["inclusion"]],
            keyids=[
                parse_envelope(base64_decode(receipt[name])).keyid
                for name in ("rendering", "statement")
            ],
            receipt_bytes=len(sealed.receipt),
        )
    except (TlogError, ValueError, KeyError, TypeError):
        return None


def _checkpoint(note: str, trust: Sequence[str]) -> Checkpoint:
    for verifier in verifiers(trust, "log"):
        return open_checkpoint(note, verifier)
    raise ValueError("no key of a log is trusted")
