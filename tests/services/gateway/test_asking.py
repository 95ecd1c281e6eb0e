"""One answer, one run at a time; endings hold as long as they should; nothing is lost."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from services.gateway.rendered import ANSWER, Signers, content, event, rendered

from plumbline.common.v1.common_pb2 import Run
from plumbline.common.v1.status_pb2 import Outcome, QuestionEnded
from plumbline.gateway.v1.events_pb2 import QuestionAsked
from plumbline.retrieval.v1.events_pb2 import EditionIndexed
from plumbline.topics import QUESTION_ASKED, QUESTION_PROGRESSED
from plumbline_bus import Log, Unavailable, create_topics, open_local
from plumbline_bus.event import decode
from plumbline_gateway import answer_object
from plumbline_gateway.asking import Desk, Identity, stamp
from plumbline_gateway.followers import Arrivals
from plumbline_gateway.front import run_of
from plumbline_gateway.identity import answer_id
from plumbline_gateway.intake import Question
from plumbline_gateway.problems import Problem
from plumbline_gateway.site import Site
from plumbline_gateway.standing import Told
from plumbline_gateway.stored import Ended, Published

KEY = b"k" * 32
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


def question(text: str = "What is zu?") -> Question:
    return Question(text, text.casefold().rstrip("?"), "patient", "en", None)


class Gateway:
    """A store, a desk and a clock that the test moves."""

    def __init__(self, log: Log, path: Path) -> None:
        self.log = log
        self.now = NOW
        self.signers = Signers()
        self.site = Site(path)
        self.desk = Desk(self.site, log, Identity(KEY), lambda: self.now)
        self.forgotten: list[str | None] = []
        self.arrivals = Arrivals(self.site, self.desk, self.signers.trust, self.forgotten.append)

    async def asked(self) -> list[QuestionAsked]:
        ends = await self.log.ends(QUESTION_ASKED.name)
        total, found = sum(ends.values()), []
        if total:
            async for record in self.log.follow(QUESTION_ASKED.name, {}):
                found.append(QuestionAsked.FromString(record.value))
                if len(found) == total:
                    break
        return found

    def ended(self, run: Run, outcome: Outcome.ValueType, offset: int = 0) -> None:
        message = QuestionEnded(run=run, outcome=outcome, reason_code="why")
        self.arrivals.ended(event(message, offset=offset, time=stamp(self.now)))


@pytest.fixture
async def gateway(tmp_path: Path) -> AsyncIterator[Gateway]:
    async with open_local(":memory:") as log:
        await create_topics(log)
        yield Gateway(log, tmp_path / "site.sqlite")


async def test_a_question_is_durable_before_it_is_accepted(gateway: Gateway) -> None:
    run = await gateway.desk.ask(question())
    assert isinstance(run, Run)
    (asked,) = await gateway.asked()
    assert asked.run == run
    assert asked.run.answer_id == answer_id(KEY, "What is zu?", "patient", "en")


async def test_another_gateway_knows_of_the_run_before_any_stage_is_reached(
    gateway: Gateway, tmp_path: Path
) -> None:
    run = await gateway.desk.ask(question())
    other = Gateway(gateway.log, tmp_path / "other.sqlite")
    assert other.desk.state(run_of(run).answer_id) is None
    async for record in gateway.log.follow(QUESTION_PROGRESSED.name, {}):
        other.arrivals.progressed(decode(record, QUESTION_PROGRESSED, ""))
        break
    state = other.desk.state(run_of(run).answer_id)
    assert isinstance(state, Run)
    assert state.revision == run_of(run).revision


async def test_asking_again_while_it_runs_is_the_same_run(gateway: Gateway) -> None:
    runs = await asyncio.gather(*(gateway.desk.ask(question()) for _ in range(5)))
    runs.append(await gateway.desk.ask(question("  what IS   zu ??")))
    assert all(run == runs[0] for run in runs)
    assert len(await gateway.asked()) == 1


async def test_an_ending_that_arrives_while_a_run_is_started_leaves_it_the_same_run(
    gateway: Gateway,
) -> None:
    answer = answer_id(KEY, "What is zu?", "patient", "en")
    asking = asyncio.create_task(gateway.desk.ask(question()))
    of_another = Run(answer_id=answer, revision=1)  # started at another gateway, and over
    loop = asyncio.get_running_loop()
    loop.call_soon(gateway.ended, of_another, Outcome.OUTCOME_NOT_COVERED)
    run = await asking
    assert isinstance(run, Run)
    assert run.revision == 1
    assert isinstance(gateway.desk.state(answer), Ended)
    assert not gateway.desk._under_way


async def test_a_question_that_differs_in_a_number_is_another(gateway: Gateway) -> None:
    await gateway.desk.ask(question("Is ≥1.5 enough?"))
    await gateway.desk.ask(question("Is >1.5 enough?"))
    assert len(await gateway.asked()) == 2


@pytest.mark.parametrize("outcome", [Outcome.OUTCOME_NOT_COVERED, Outcome.OUTCOME_WITHHELD])
async def test_an_ending_holds_until_an_edition_comes(
    gateway: Gateway, outcome: Outcome.ValueType
) -> None:
    run = await gateway.desk.ask(question())
    assert isinstance(run, Run)
    gateway.ended(run, outcome)
    gateway.now += timedelta(days=3)
    assert isinstance(await gateway.desk.ask(question()), Ended)

    indexed = EditionIndexed(edition_id="g@1", guideline_id="g")
    gateway.arrivals.indexed(event(indexed, time=stamp(gateway.now)))
    again = await gateway.desk.ask(question())
    assert isinstance(again, Run)
    assert again.revision == 2


async def test_a_run_that_never_ended_holds_as_long_as_the_log_keeps_its_question(
    gateway: Gateway,
) -> None:
    first = await gateway.desk.ask(question())
    gateway.now += timedelta(days=7) - timedelta(seconds=1)
    assert await gateway.desk.ask(question()) == first
    assert len(await gateway.asked()) == 1
    gateway.now += timedelta(seconds=2)
    assert await gateway.desk.ask(question()) == first  # the same run, said once more
    assert len(await gateway.asked()) == 2
    await gateway.desk.ask(question())
    assert len(await gateway.asked()) == 2


async def test_a_failure_holds_for_a_minute(gateway: Gateway) -> None:
    run = await gateway.desk.ask(question())
    assert isinstance(run, Run)
    gateway.ended(run, Outcome.OUTCOME_FAILED)
    gateway.now += timedelta(seconds=59)
    assert isinstance(await gateway.desk.ask(question()), Ended)
    gateway.now += timedelta(seconds=2)
    again = await gateway.desk.ask(question())
    assert isinstance(again, Run)
    assert again.revision == 2


async def test_rendered_wins_over_ended_in_one_revision(gateway: Gateway) -> None:
    gateway.ended(Run(answer_id=ANSWER, revision=1), Outcome.OUTCOME_FAILED)
    gateway.arrivals.rendered(event(rendered(gateway.signers), offset=1))
    assert isinstance(gateway.desk.state(ANSWER), Published)


async def test_the_first_page_of_a_revision_stands(gateway: Gateway) -> None:
    gateway.arrivals.rendered(event(rendered(gateway.signers)))
    other = rendered(gateway.signers, content(title="Another title"))
    gateway.arrivals.rendered(event(other, offset=1))
    state = gateway.desk.state(ANSWER)
    assert isinstance(state, Published)
    assert state.title == content()["title"]


async def test_a_forged_page_moves_the_position_and_shows_nothing(gateway: Gateway) -> None:
    forged = rendered(Signers())
    gateway.arrivals.rendered(event(forged, offset=4))
    assert gateway.desk.state(ANSWER) is None
    assert gateway.site.positions("t") == {0: 5}


async def test_who_waits_is_told_when_the_answer_comes(gateway: Gateway) -> None:
    gateway.site.add_asked(Run(answer_id=ANSWER, revision=1), stamp(NOW))
    waiting = asyncio.create_task(gateway.desk.wait(ANSWER, 5))
    await asyncio.sleep(0)
    gateway.arrivals.rendered(event(rendered(gateway.signers)))
    assert isinstance(await waiting, Published)


async def test_waiting_has_an_end(gateway: Gateway) -> None:
    gateway.site.add_asked(Run(answer_id=ANSWER, revision=1), stamp(NOW))
    assert isinstance(await gateway.desk.wait(ANSWER, 0.01), Run)


async def test_a_restart_remembers_what_was_accepted(gateway: Gateway, tmp_path: Path) -> None:
    run = await gateway.desk.ask(question())
    assert isinstance(run, Run)
    again = Gateway(gateway.log, tmp_path / "site.sqlite")
    assert again.desk.state(run.answer_id) == run


async def test_a_log_that_is_away_is_told_with_when_to_come_again(tmp_path: Path) -> None:
    class Away:
        async def append(self, *_: object, **__: object) -> None:
            raise Unavailable("no broker")

    desk = Desk(Site(tmp_path / "s.sqlite"), Away(), Identity(KEY))  # type: ignore[arg-type]
    with pytest.raises(Problem) as refused:
        await desk.ask(question())
    assert (refused.value.status, refused.value.retry_after_seconds) == (503, 2)


async def test_an_answer_whose_edition_was_replaced_says_so(gateway: Gateway) -> None:
    gateway.arrivals.rendered(event(rendered(gateway.signers)))
    published = gateway.desk.state(ANSWER)
    assert isinstance(published, Published)
    current = {"zu-guide": "3"}
    made = answer_object.published(published, None, Told(), current, "http://x")
    assert made["passages"][0]["edition_status"] == "superseded"
    assert made["stale"] == {
        "since": None,
        "severity": "reworded",
        "by": "zu-guide@3",
        "claims": ["c1"],
        "severities": {"c1": "reworded"},
        "covered": [],
    }
    assert answer_object.published(published, None, Told(), {"zu-guide": "2"}, "")["stale"] is None


async def test_stages_carry_their_time(gateway: Gateway) -> None:
    gateway.arrivals.rendered(event(rendered(gateway.signers)))
    published = gateway.desk.state(ANSWER)
    assert isinstance(published, Published)
    made = answer_object.published(published, None, Told(), {}, "http://x")
    assert made["provenance"]["stages"] == [{"service": "rendering", "event_id": "e1", "ms": 4.2}]
