"""The answer for machines (plumbline.answer/1): everything a reader gets, as one JSON object."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from plumbline.common.v1.common_pb2 import Run
from plumbline.common.v1.status_pb2 import Outcome, QuestionEnded
from plumbline_bus import Hop
from plumbline_gateway.standing import Told
from plumbline_gateway.stored import Published, Sealed, Withdrawn
from plumbline_pages.address import answer_path, short_path
from plumbline_pages.words import words

SCHEMA = "plumbline.answer/1"
OUTCOMES = {
    Outcome.OUTCOME_NOT_COVERED: "not_covered",
    Outcome.OUTCOME_WITHHELD: "withheld",
    Outcome.OUTCOME_FAILED: "failed",
}


def empty(status: str, run: Run, base: str) -> dict[str, Any]:
    """An object of which nothing but the run is known yet."""
    return {
        "schema": SCHEMA,
        "status": status,
        "reason": None,
        "answer_id": run.answer_id or None,
        "revision": run.revision or None,
        "url": base + short_path(run.answer_id) if run.answer_id else None,
        "ai_generated": True,
        "question": {
            "asked": None,
            "canonical": None,
            "type": None,
            "audience": run.audience,
            "locale": run.locale,
        },
        "urgent": None,
        "stale": None,
        "cause": {"kind": run.cause.kind or "asked", "ref": run.cause.ref or None},
        "title": None,
        "category": None,
        "published_at": None,
        "checked_at": None,
        "notices": [],
        "sections": [],
        "claims": [],
        "passages": [],
        "not_stated": [],
        "made_by": None,
        "retrieval": None,
        "review": None,
        "readability": None,
        "provenance": None,
    }


def ended(message: QuestionEnded, base: str) -> dict[str, Any]:
    """A run that ended without an answer, with the reason and what to do."""
    status = OUTCOMES.get(message.outcome, "failed")
    code = message.reason_code
    return {
        **empty(status, message.run, base),
        "reason": {
            "code": code,
            "message": words(f"ended.{status}.message").striptags(),
            "what_to_do": words(f"ended.{status}.what_to_do").striptags(),
            "nearest": list(message.nearest_titles),
        },
    }


def published(
    answer: Published, sealed: Sealed | None, told: Told, current: Mapping[str, str], base: str
) -> dict[str, Any]:
    """A published revision: the reviewed content, and what is known about it today."""
    content, run = answer.content, answer.run
    receipt: dict[str, Any] = {"status": "pending", "leaf_index": None, "url": None}
    if sealed is not None:
        url = f"{base}/v1/answers/{run.answer_id}/receipt"
        receipt = {"status": "sealed", "leaf_index": sealed.leaf_index, "url": url}
    whole = empty("published", run, base)
    copied = ("title", "category", "notices", "sections", "claims", "not_stated", "made_by")
    return {
        **whole,
        **{name: content[name] for name in copied},
        "url": base + answer_path(content["title"], run.answer_id),
        "question": {**whole["question"], "type": content["question_type"]},
        "stale": _stale(told.stale(content, current)),
        "published_at": answer.published_at,
        "checked_at": told.rechecked[1] if told.rechecked else answer.published_at,
        "passages": [_passage(p, told, current, base) for p in content["passages"]],
        "retrieval": content["retrieval"],
        "review": _review(answer),
        "readability": content["readability"],
        "provenance": {
            "trace_id": answer.trace_id,
            "receipt": receipt,
            "stages": _stages(answer.trail),
        },
    }


def withdrawn(state: Withdrawn, base: str, recalled: str | None = None) -> dict[str, Any]:
    """A page that was taken down: why, and what to do; `recalled`: the words of a recall."""
    run, cause = state.published.run, state.message.cause
    return {
        **empty("withdrawn", run, base),
        "cause": {"kind": cause.kind, "ref": cause.ref or None},
        "published_at": state.published.published_at,
        "reason": {
            "code": state.message.reason_code,
            "message": words("ended.withdrawn.message").striptags(),
            "what_to_do": words("ended.withdrawn.what_to_do").striptags(),
            "nearest": [],
            **({} if recalled is None else {"why": recalled}),
        },
    }


def _stale(said: dict[str, Any] | None) -> dict[str, Any] | None:
    """The five words of plumbline.answer/1 for the whole; claim by claim there is a sixth."""
    if said and said["severity"] == "meaning_changed":
        return {**said, "severity": "withdrawn"}
    return said


def _passage(
    passage: dict[str, Any], told: Told, current: Mapping[str, str], base: str
) -> dict[str, Any]:
    url = f"{base}/passages/{passage['occurrence_id']}"
    return {
        **passage,
        "edition_status": told.edition_status(passage, current),
        "now": told.stands_now(passage, current),
        "url": url,
    }


def _review(answer: Published) -> dict[str, Any]:
    repaired = any(claim["verdict"] == "repaired" for claim in answer.content["claims"])
    signature = answer.review["signatures"][0]
    return {
        "verdict": "repair" if repaired else "pass",
        "policy_version": answer.content["policy"]["version"],
        "policy_sha256": answer.content["policy"]["sha256"],
        "content_sha256": answer.content_sha256,
        "keyid": signature["keyid"],
        "signature": signature["sig"],
        "checks": answer.content["checks"],
    }


def _stages(trail: Sequence[Hop]) -> list[dict[str, Any]]:
    return [
        {"service": hop.service, "event_id": hop.event_id, "ms": _milliseconds(hop)}
        for hop in trail
    ]


def _milliseconds(hop: Hop) -> float:
    lasted = datetime.fromisoformat(hop.ended) - datetime.fromisoformat(hop.started)
    return round(lasted.total_seconds() * 1000, 1)
