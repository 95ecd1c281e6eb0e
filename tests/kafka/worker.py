"""A process that answers questions from a broker until it is told to stop, or killed.

python worker.py BOOTSTRAP PREFIX INSTANCE SECONDS_PER_QUESTION
"""

from __future__ import annotations

import asyncio
import signal
import sys

from libs.bus.apart import apart_on_kafka

from plumbline.gateway.v1.events_pb2 import QuestionAsked
from plumbline.retrieval.v1.events_pb2 import EvidenceRetrieved
from plumbline.topics import QUESTION_ASKED
from plumbline_bus import Route, consume, create_topics


async def main(bootstrap: str, prefix: str, instance: str, seconds: str) -> None:
    async def answer(question: QuestionAsked) -> list[EvidenceRetrieved]:
        await asyncio.sleep(float(seconds))
        return [EvidenceRetrieved(run=question.run)]

    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with apart_on_kafka(bootstrap, prefix, instance=instance) as log:
        await create_topics(log)
        sys.stdout.write("working\n")
        sys.stdout.flush()
        await consume(log, "retrieval", Route(QUESTION_ASKED, answer, concurrency=4), stop)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
