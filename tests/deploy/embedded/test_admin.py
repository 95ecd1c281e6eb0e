"""What the owner may ask the serving process for: how its services are, letters brought back."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from plumbline_bus import Health, create_topics, open_local
from plumbline_embedded.admin import admin_app

HEALTHS = {"generation": Health(), "gateway": Health()}


class NoRuns:
    """Nothing was asked yet."""

    def highest_revision(self, answer: str) -> int:
        return 0

    def is_published(self, answer: str) -> bool:
        return False


@pytest.fixture
async def admin() -> AsyncIterator[httpx.AsyncClient]:
    """A client of the socket."""
    async with open_local(":memory:") as log:
        await create_topics(log)
        transport = httpx.ASGITransport(admin_app(log, NoRuns(), HEALTHS))
        async with httpx.AsyncClient(transport=transport, base_url="http://admin") as client:
            yield client


async def test_it_says_what_each_service_waits_for(admin: httpx.AsyncClient) -> None:
    HEALTHS["generation"].set("model", False, "the model server is away")
    told = (await admin.get("/v1/services")).json()
    assert told == {"generation": {"model": "the model server is away"}, "gateway": {}}
    HEALTHS["generation"].set("model", True)
    assert (await admin.get("/v1/services")).json() == {"generation": {}, "gateway": {}}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"topic": "question.asked.v1", "limit": 1}, 200),
        ({"topic": "question.askd.v1", "limit": 1}, 404),
        ({"topic": "question.asked.v1", "limit": 0}, 422),
        ({"topic": "question.asked.v1", "limit": 1, "all": True}, 422),
    ],
)
async def test_what_may_be_brought_back(
    admin: httpx.AsyncClient, body: dict[str, object], status: int
) -> None:
    assert (await admin.post("/v1/dead-letters/replay", json=body)).status_code == status
