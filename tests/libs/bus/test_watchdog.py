"""The watchdog: unread records for too long, without a break, and only then."""

from __future__ import annotations

import pytest

from plumbline_bus import Stalled
from plumbline_bus.watchdog import Watchdog


class Seconds:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Seconds:
    return Seconds()


def test_unread_records_that_do_not_come_for_a_minute_are_a_stall(clock: Seconds) -> None:
    dog = Watchdog("group on topic", 60, clock)
    for clock.now in range(0, 60, 5):
        dog.look(unread=True)
    clock.now = 60
    with pytest.raises(Stalled, match="group on topic"):
        dog.look(unread=True)


def test_whatever_came_begins_the_minute_anew(clock: Seconds) -> None:
    dog = Watchdog("x", 60, clock)
    clock.now = 59
    dog.well()
    clock.now = 118
    dog.look(unread=True)
    clock.now = 119
    with pytest.raises(Stalled):
        dog.look(unread=True)


def test_nothing_to_read_is_no_stall_however_long(clock: Seconds) -> None:
    dog = Watchdog("x", 60, clock)
    for clock.now in range(0, 100_000, 1000):
        dog.look(unread=False)
    clock.now += 59
    dog.look(unread=True)
