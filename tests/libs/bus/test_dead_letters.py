"""A dead letter is the record byte for byte, with Spring's headers after its own."""

from __future__ import annotations

import struct

import pytest
from libs.bus.rig import SECRET, everything

from plumbline_bus import Log, Record, Reject, Unavailable
from plumbline_bus.dead_letters import bury, letter_headers, ordering_key

RECORD = Record(
    topic="question.asked.v1",
    partition=3,
    offset=1 << 33,
    key="answer/7",
    value=bytes(range(256)),
    headers=(("ce_id", b"e1"), ("twice", b"1"), ("twice", b"\xff"), ("traceparent", b"00-a-b-01")),
    timestamp_ms=1_790_000_000_123,
)


async def test_a_rejected_record_is_dead_lettered_byte_for_byte(log: Log) -> None:
    await bury(log, RECORD, Reject("no-such-audience"), "no-such-audience")
    (letter,) = await everything(log, "question.asked.v1.dead")
    assert (letter.key, letter.value) == (RECORD.key, RECORD.value)
    assert letter.headers[: len(RECORD.headers)] == RECORD.headers
    assert dict(letter.headers[len(RECORD.headers) :]) == {
        "kafka_dlt-original-topic": b"question.asked.v1",
        "kafka_dlt-original-partition": struct.pack(">i", 3),
        "kafka_dlt-original-offset": struct.pack(">q", 1 << 33),
        "kafka_dlt-original-timestamp": struct.pack(">q", 1_790_000_000_123),
        "kafka_dlt-exception-fqcn": b"plumbline_bus.errors.Reject",
        "kafka_dlt-exception-message": b"no-such-audience",
    }


def test_the_text_of_an_error_never_reaches_a_header() -> None:
    headers = letter_headers(RECORD, ValueError(SECRET), "internal")
    assert all(SECRET.encode() not in value for _, value in headers)


async def test_a_letter_that_cannot_be_written_is_an_error(log: Log) -> None:
    class Full:
        async def append(self, *_: object, **__: object) -> None:
            raise Unavailable("disk full")

    with pytest.raises(Unavailable):
        await bury(Full(), RECORD, Reject("x"), "x")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("key", "expected"), [("a/1", "a"), ("g@2018/passages/0", "g@2018"), ("bare", "bare"), ("", "")]
)
def test_records_are_in_order_with_those_whose_key_begins_the_same(key: str, expected: str) -> None:
    record = Record("t", 0, 0, key, b"", (), 0)
    assert ordering_key(record) == expected
