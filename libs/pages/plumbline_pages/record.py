"""The proof record of an answer: what it rests on, who made and checked it, how to verify it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from plumbline_pages.environment import page
from plumbline_pages.record_parts import EditionKey, check_groups, passages, sentences
from plumbline_pages.waterfall import StageTime, waterfall


@dataclass(frozen=True, slots=True)
class Seal:
    """Where the record stands in the ledger. Entries count from 0; hashes are lower-case hex.

    `steps`: the inclusion proof, the leaf's sibling first. `keyids`: of rendering and of the log.
    """

    leaf_index: int
    tree_size: int
    leaf_sha256: str
    root_sha256: str
    steps: Sequence[str]
    keyids: Sequence[str]
    receipt_bytes: int


@dataclass(frozen=True, slots=True)
class Record:
    """One published revision, and all that is known of how it came about.

    `url` is the answer's path, `base` the site's address as the reader typed it, `content` the
    reviewed content (plumbline.content/1). `current`: the editions that are the newest we hold;
    `moved`: the claims whose source has changed since.
    """

    answer_id: str
    revision: int
    cause: str
    url: str
    base: str
    published_at: str
    content: Mapping[str, Any]
    content_sha256: str
    keyid: str
    signature: str
    trace_id: str
    stages: Sequence[StageTime]
    current: frozenset[EditionKey]
    seal: Seal | None = None
    moved: frozenset[str] = frozenset()


def record(shown: Record, state: str = "") -> str:
    """The page. `state`: the banner of a changed source, a fragment of this package."""
    content = shown.content
    told = sentences(content, shown.moved)
    checks = check_groups(content["checks"])
    return page(
        "record.html",
        r=shown,
        content=content,
        state=Markup(state),  # noqa: S704 (made by an escaping template)
        sentences=told,
        passages=passages(content, told),
        editions=_editions(content, shown.current),
        checks=checks,
        repaired=sum(sentence.repaired for sentence in told),
        clinician=not any(n["id"] == "not-clinician-read" for n in content["notices"]),
        fall=waterfall(shown.stages),
        quotations=sum(len(_cited(claim)) for claim in content["claims"]),
        verbatim=sum(claim["kind"] == "verbatim" for claim in content["claims"]),
        demonstration=any(p["demonstration"] for p in content["passages"]),
    )


def _cited(claim: Mapping[str, Any]) -> list[Any]:
    return [*claim["citations"], *claim.get("also", ())]


def _editions(
    content: Mapping[str, Any], current: frozenset[EditionKey]
) -> list[tuple[str, str, str]]:
    """(title, version, status) of every edition that is cited, in the order of first use."""
    made: dict[EditionKey, tuple[str, str, str]] = {}
    for passage in content["passages"]:
        key = (passage["guideline_id"], passage["version"])
        status = "current" if key in current else "superseded"
        made.setdefault(key, (passage["title"], passage["version"], status))
    return list(made.values())
