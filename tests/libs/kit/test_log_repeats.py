"""What a library says again and again is heard now and then, and nothing else is withheld."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest

from plumbline_kit.log_repeats import MOST_KINDS, Repeats
from plumbline_kit.telemetry import set_up_logs

AWAY = "Unable connect to node with id %s: %s"


def line(at: float, text: str = AWAY, name: str = "aiokafka.x", *args: object) -> logging.LogRecord:
    record = logging.LogRecord(name, logging.ERROR, "f.py", 1, text, args, None)
    record.created = at
    return record


def test_one_kind_of_line_comes_once_in_a_while_with_how_many_were_withheld() -> None:
    repeats = Repeats("aiokafka", seconds=10)
    assert repeats.filter(line(0, AWAY, "aiokafka.x", 1, "refused"))
    assert not any(repeats.filter(line(at, AWAY, "aiokafka.x", 2, "closed")) for at in (1, 5, 9.9))
    again = line(10)
    assert repeats.filter(again)
    assert vars(again)["withheld"] == 3
    alone = line(30)
    assert repeats.filter(alone)
    assert "withheld" not in vars(alone)


def test_other_kinds_other_loggers_and_other_libraries_are_heard() -> None:
    repeats = Repeats("aiokafka", seconds=10)
    assert repeats.filter(line(0))
    assert repeats.filter(line(1, "Heartbeat failed"))
    assert repeats.filter(line(1, name="aiokafka.y"))
    assert all(repeats.filter(line(at, name="plumbline_bus.consume")) for at in (1, 1, 1))
    assert all(repeats.filter(line(at, name="aiokafkas")) for at in (1, 1))


def test_a_clock_that_is_set_back_silences_nothing() -> None:
    repeats = Repeats("aiokafka", seconds=10)
    assert repeats.filter(line(1000))
    assert repeats.filter(line(0))


def test_a_library_that_writes_numbers_into_its_texts_fills_no_memory() -> None:
    repeats = Repeats("aiokafka", seconds=10)
    for number in range(3 * MOST_KINDS):
        assert repeats.filter(line(0, f"{number} is away"))
    assert len(repeats._said) <= MOST_KINDS


@pytest.fixture
def root_as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.mark.usefixtures("root_as_it_was")
def test_it_is_so_in_a_process_of_ours() -> None:
    out = io.StringIO()
    set_up_logs(stream=out)
    for node in range(5):
        logging.getLogger("aiokafka").error(AWAY, node, "refused")
        logging.getLogger("plumbline_bus").error("dead letter")
    said = [json.loads(text)["message"] for text in out.getvalue().splitlines()]
    assert said.count("dead letter") == 5
    assert said.count(AWAY % (0, "refused")) == 1
    assert len(said) == 6
