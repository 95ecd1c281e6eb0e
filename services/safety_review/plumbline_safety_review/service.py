"""The safety review, assembled."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from plumbline.topics import ANSWER_DRAFTED, BACKGROUND, EDITION_INGESTED
from plumbline_bus import EventRoute, Follower, Log
from plumbline_kit.service import Service
from plumbline_safety_review.checks import CHECKS
from plumbline_safety_review.handlers import Desk, on_answer_drafted
from plumbline_safety_review.passages import open_passages
from plumbline_safety_review.policy import load_policy
from plumbline_safety_review.results import open_results
from plumbline_tlog.note import load_signer

KEY_NAME = "plumbline/review"


@dataclass(frozen=True)
class Settings:
    """Where the review keeps its passages and results, what it signs with, and the policy it
    follows.
    """

    directory: Path
    key_file: Path
    policy_file: Path
    topic_prefix: str = ""


@asynccontextmanager
async def open_service(settings: Settings, log: Log) -> AsyncIterator[Service]:
    """Open both stores. PolicyError when the policy and the checks differ; ValueError when the key
    is none.
    """
    policy = load_policy(settings.policy_file, CHECKS)
    signer = load_signer(settings.key_file, KEY_NAME)
    settings.directory.mkdir(parents=True, exist_ok=True)
    editions = settings.topic_prefix + EDITION_INGESTED.name

    async def ends() -> Mapping[int, int]:
        return await log.ends(editions)

    with (
        open_passages(settings.directory / "passages.sqlite") as passages,
        open_results(settings.directory / "results.sqlite") as results,
    ):
        handle = partial(
            on_answer_drafted,
            desk=Desk(passages, results, policy, signer, ends, utc_seconds),
        )
        yield Service(
            "safety_review",
            routes=[
                EventRoute(ANSWER_DRAFTED, handle),
                EventRoute(ANSWER_DRAFTED, handle, lane=BACKGROUND),
            ],
            followers=[Follower(EDITION_INGESTED, passages.positions, passages.apply)],
        )


def utc_seconds() -> str:
    """RFC 3339, UTC, whole seconds."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
