"""Ready while everything that reported is well."""

from __future__ import annotations

from plumbline_bus import Health
from plumbline_bus.health import Concern


def test_a_service_is_ready_until_something_says_otherwise() -> None:
    health = Health()
    assert health.ready
    health.set("index", False, "not open")
    health.set("log", False, "full")
    health.set("log", True)
    assert not health.ready
    assert health.reasons() == {"index": "not open"}
    health.set("index", True)
    assert health.ready


def test_a_shared_name_is_well_again_when_the_last_one_goes_on() -> None:
    health = Health()
    concern = Concern(health, "route")
    concern.goes_on("nobody")
    concern.waits("first", "no index")
    concern.waits("second", "no model")
    assert health.reasons() == {"route": "no model"}
    concern.goes_on("second")
    assert health.reasons() == {"route": "no index"}
    concern.goes_on("first")
    assert health.ready
