"""Kafka's default partitioner, by its own golden values."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plumbline_bus.partition import murmur2, partition_of

# org.apache.kafka.common.utils.UtilsTest.testMurmur2, signed 32-bit.
GOLDEN = {
    b"21": -973932308,
    b"foobar": -790332482,
    b"a-little-bit-long-string": -985981536,
    b"a-little-bit-longer-string": -1486304829,
    b"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8": -58897971,
    b"abc": 479470107,
}


@pytest.mark.parametrize(("data", "expected"), GOLDEN.items())
def test_the_hash_has_the_golden_values_of_kafkas_own_tests(data: bytes, expected: int) -> None:
    assert murmur2(data) == expected & 0xFFFFFFFF


@given(st.text(st.characters(exclude_categories=["Cs"])), st.integers(1, 64))
def test_a_key_always_has_the_same_partition_within_the_count(key: str, partitions: int) -> None:
    found = partition_of(key, partitions)
    assert 0 <= found < partitions
    assert partition_of(key, partitions) == found
