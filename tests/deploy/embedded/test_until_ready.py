"""A start waits for a long log, and not for anything else."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from plumbline.topics import EDITION_INDEXED
from plumbline_bus import Follower
from plumbline_embedded import serve
from plumbline_embedded.home_format import HomeError
from plumbline_kit.service import Service


@pytest.fixture
def service() -> Service:
    """One that follows a topic and has not begun."""
    follower: Follower[Any] = Follower(EDITION_INDEXED, dict, lambda _: None)
    return Service("gateway", followers=[follower])


async def test_a_log_that_is_still_read_is_waited_for_and_that_is_said(
    service: Service, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(serve, "READY_SECONDS", 0.05)
    monkeypatch.setattr(serve, "SAY_SECONDS", 0.01)
    waiting = asyncio.create_task(serve.until_ready([service]))
    await asyncio.sleep(0.2)
    assert not waiting.done()
    service.health.set(f"gateway.{EDITION_INDEXED.name}", True)
    await waiting
    assert "gateway" in capsys.readouterr().err


async def test_whatever_else_is_wrong_ends_the_start_with_the_reason(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serve, "READY_SECONDS", 0.05)
    service.health.set("ledger", False, "the disk is full")
    with pytest.raises(HomeError, match="the disk is full"):
        await serve.until_ready([service])
