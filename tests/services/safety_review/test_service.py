"""The service, assembled: what it reads, and that it refuses a policy or key it cannot use."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from services.safety_review.drafts import POLICY_FILE

from plumbline.topics import ANSWER_DRAFTED, BACKGROUND, EDITION_INGESTED
from plumbline_bus import create_topics, open_local
from plumbline_safety_review.policy import PolicyError
from plumbline_safety_review.service import Settings, open_service
from plumbline_tlog.note import new_signer


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    key = tmp_path / "review.pem"
    key.write_bytes(new_signer("plumbline/review").pem)
    return Settings(tmp_path / "safety_review", key, POLICY_FILE)


async def test_it_reads_drafts_of_both_lanes_and_follows_editions(settings: Settings) -> None:
    async with open_local(":memory:") as log:
        await create_topics(log, "")
        async with open_service(settings, log) as service:
            assert service.name == "safety_review"
            assert [(route.topic, route.lane) for route in service.routes] == [
                (ANSWER_DRAFTED, ""),
                (ANSWER_DRAFTED, BACKGROUND),
            ]
            assert [follower.topic for follower in service.followers] == [EDITION_INGESTED]
    assert (settings.directory / "results.sqlite").exists()


async def test_a_policy_it_cannot_follow_is_refused(settings: Settings, tmp_path: Path) -> None:
    other = tmp_path / "review.toml"
    other.write_text('version = "1"\n[limits]\nmost_repaired = "1/3"\n[checks]\n')
    async with open_local(":memory:") as log:
        with pytest.raises(PolicyError):
            async with open_service(replace(settings, policy_file=other), log):
                pass


async def test_a_key_file_that_holds_no_key_is_refused(settings: Settings, tmp_path: Path) -> None:
    empty = tmp_path / "empty.pem"
    empty.write_bytes(b"")
    async with open_local(":memory:") as log:
        with pytest.raises(ValueError, match="holds no readable private key"):
            async with open_service(replace(settings, key_file=empty), log):
                pass
