"""Brokers for the tests that need one: started once, and only if a test asks."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from kafka.cluster import HOW_TO_RUN, OLDER_VERSION, VERSION, Cluster, can_start, cluster

# How long one example takes depends on who else uses the machine, and says nothing here. In CI the
# examples are the same each time: a new one is looked for by people.
settings.register_profile(
    "plumbline",
    deadline=None,
    derandomize=os.environ.get("CI") == "true",
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("plumbline")

# Children are forked only to become another program. gRPC, used in this process by some tests,
# would start its threads again in each, and one in a hundred dies of that before it is anything.
os.environ["GRPC_ENABLE_FORK_SUPPORT"] = "false"


def need_kafka() -> None:
    """Skip where no broker can be started; fail instead where nothing may be skipped."""
    if not can_start():
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(HOW_TO_RUN)


def start(version: str, nodes: int, folder: Path) -> Iterator[Cluster]:
    """A cluster, as a fixture yields it."""
    need_kafka()
    with cluster(version, nodes=nodes, folder=folder) as started:
        yield started


@pytest.fixture(scope="session")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Bootstrap servers of a broker that all tests share."""
    if given := os.environ.get("PLUMBLINE_TEST_KAFKA"):
        yield given
    else:
        for started in start(VERSION, 1, tmp_path_factory.mktemp("kafka")):
            yield started.bootstrap


@pytest.fixture(scope="session")
def older_kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Bootstrap servers of a broker of the oldest supported version."""
    for started in start(OLDER_VERSION, 1, tmp_path_factory.mktemp("older-kafka")):
        yield started.bootstrap


@pytest.fixture
def own_kafka(tmp_path: Path) -> Iterator[Cluster]:
    """A broker of its own, to be killed."""
    yield from start(VERSION, 1, tmp_path / "kafka")


@pytest.fixture(scope="module")
def one_kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """The same, of a module of tests."""
    yield from start(VERSION, 1, tmp_path_factory.mktemp("kafka"))


@pytest.fixture(scope="module")
def three_kafkas(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A cluster of three, to be killed one at a time and started again."""
    yield from start(VERSION, 3, tmp_path_factory.mktemp("kafka"))
