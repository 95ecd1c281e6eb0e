"""The service, assembled, on a real log: what is rendered comes out sealed."""

import asyncio
from pathlib import Path

from services.provenance.answers import TRAIL, World

from plumbline.provenance.v1.events_pb2 import AnswerSealed
from plumbline.topics import ANSWER_RENDERED, ANSWER_SEALED
from plumbline_bus import create_topics, open_local, publish
from plumbline_kit.service import run
from plumbline_provenance.service import Settings, open_service
from plumbline_provenance.verify import verify


async def test_what_is_rendered_comes_out_sealed_and_what_is_forged_does_not(
    world: World, tmp_path: Path
) -> None:
    settings = Settings(tmp_path / "provenance", tmp_path / "log.pem", tmp_path / "trust.txt")
    settings.key_file.write_bytes(world.log.pem)
    settings.trust_file.write_text("\n".join(world.trust) + "\n")
    answers = [World().answer(1), *(world.answer(number) for number in (2, 3))]
    stop = asyncio.Event()
    async with open_local(tmp_path / "log.sqlite") as log:
        await create_topics(log, "")
        for answer in answers:
            await publish(
                log, answer, service="rendering", event_id=answer.run.answer_id, trail=TRAIL
            )
        sealed: list[AnswerSealed] = []
        async with open_service(settings, log) as service, asyncio.TaskGroup() as tasks:
            tasks.create_task(run(log, [service], stop=stop))
            async for record in log.follow(ANSWER_SEALED.name, {}):
                sealed.append(AnswerSealed.FromString(record.value))
                if len(sealed) == 2:
                    break
            stop.set()
        dead = await log.ends(ANSWER_RENDERED.name + ".dead")
    assert {message.answer_id for message in sealed} == {
        answer.run.answer_id for answer in answers[1:]
    }
    assert all(verify(message.receipt, world.trust).exit_code == 0 for message in sealed)
    assert sum(dead.values()) == 1
