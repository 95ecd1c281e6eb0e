"""/live and /ready of a process: what they say, and when."""

from __future__ import annotations

import httpx
import pytest

from plumbline_bus import Health
from plumbline_kit.health_server import serving_health
from plumbline_kit.settings import SettingsError


async def test_it_is_live_at_once_and_ready_only_when_its_service_is() -> None:
    async with serving_health({}) as (app, url), httpx.AsyncClient(base_url=url) as client:
        assert (await client.get("/live")).json() == {"status": "live"}
        starting = await client.get("/ready")
        assert (starting.status_code, starting.json()["reasons"]) == (503, {"process": "starting"})
        app.health = health = Health()
        assert (await client.get("/ready")).status_code == 200
        health.set("rendering.answer.reviewed.v1", False, "Kafka does not answer")
        away = await client.get("/ready")
        assert away.status_code == 503
        assert away.json()["reasons"] == {"rendering.answer.reviewed.v1": "Kafka does not answer"}
        assert (await client.get("/else")).status_code == 404


@pytest.mark.parametrize("address", ["8081", ":8081", "0.0.0.0:", "here:http"])
async def test_an_address_that_is_none_is_told(address: str) -> None:
    with pytest.raises(SettingsError, match="host:port"):
        async with serving_health({"PLUMBLINE_HEALTH_ADDRESS": address}):
            pass
