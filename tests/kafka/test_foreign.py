"""Records that another program put into a topic: without a key, a value, or what headers say."""

from __future__ import annotations

import pytest
from aiokafka import AIOKafkaProducer
from libs.bus.apart import apart_on_kafka
from libs.bus.rig import ASKED, Spying, ask, consuming, eventually, everything, evidence, together

from plumbline.topics import EVIDENCE_RETRIEVED, QUESTION_ASKED
from plumbline_bus import Patience, Route, create_topics

pytestmark = pytest.mark.kafka


async def test_they_are_dead_letters_and_what_comes_after_them_goes_on(kafka: str) -> None:
    async with apart_on_kafka(kafka) as log:
        await create_topics(log)
        await log.ends(ASKED)  # it is made when it is first used
        async with AIOKafkaProducer(bootstrap_servers=kafka) as foreign:
            for key, value, headers in (
                (b"k", None, []),  # a tombstone
                (None, b"\xff", [("ce_type", None), ("ce_id", b"\xff")]),
                (b"\xff\xfe", b"", [("", b"")]),
            ):
                await foreign.send_and_wait(
                    f"{log.prefix}{ASKED}", key=key, value=value, headers=headers, partition=0
                )
        await ask(log, together(1)[0])
        spy = Spying(log)
        async with consuming(spy, Route(QUESTION_ASKED, evidence), Patience()):
            await eventually(lambda: any(4 in positions.values() for positions in spy.commits))
        letters = await everything(log, f"{ASKED}.dead")
        assert {letter.header("kafka_dlt-exception-message") for letter in letters} == {
            "missing-type"
        }
        assert len(letters) == 3
        assert len(await everything(log, EVIDENCE_RETRIEVED.name)) == 1
