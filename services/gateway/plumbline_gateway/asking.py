"""The desk: a known answer at once, a stored ending while it holds, else one new run."""

from __future__ import annotations

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from plumbline.common.v1.common_pb2 import Cause, Run
from plumbline.common.v1.status_pb2 import Outcome, QuestionProgressed, Stage
from plumbline.gateway.v1.events_pb2 import QuestionAsked
from plumbline.topics import QUESTION_ASKED
from plumbline_bus import Log, Unavailable, publish
from plumbline_gateway.identity import answer_id, asked_id, received_id
from plumbline_gateway.intake import Question
from plumbline_gateway.problems import Problem
from plumbline_gateway.site import Site
from plumbline_gateway.stored import Ended, Published, Withdrawn

FAILED_HOLDS = timedelta(
    seconds=60
)  # a failure of ours may pass; asking again sooner would only repeat it
# After this the log has dropped the question, so a run that has not ended by then never will.
ASKED_KEPT = timedelta(seconds=QUESTION_ASKED.retention_seconds or 0)
ASKED = "asked"  # the cause of a run that a reader started
MAX_PENDING = 2_000  # runs under way; more would wait longer than a reader does
APPEND_SECONDS = 1.7  # so a reader hears within two seconds that the log cannot be reached
TELL_SECONDS = 0.2

Clock = Callable[[], datetime]
State = Published | Ended | Withdrawn | Run


def utc_now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


def stamp(moment: datetime) -> str:
    """RFC 3339, UTC, microseconds: the form that event times have, so that they compare as text."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@dataclass(frozen=True)
class Identity:
    """What makes a question an answer id here."""

    key: bytes
    prefix: str = ""


class Desk:
    """Takes questions. One answer has at most one run under way that this gateway started."""

    def __init__(self, site: Site, log: Log, identity: Identity, clock: Clock = utc_now) -> None:
        self._site = site
        self._log = log
        self._identity = identity
        self._clock = clock
        self._starting: dict[str, asyncio.Task[Run]] = {}
        self._under_way: set[tuple[str, int]] = set()
        self._waiting: defaultdict[str, set[asyncio.Event]] = defaultdict(set)
        self.readers = 0  # of published pages, waiting for what becomes of them
        self.closing = False

    def state(self, answer: str) -> State | None:
        """The newest of an answer's published, ended and pending runs; None for an unknown one."""
        runs = self._site.runs
        published, ended = runs.latest_published(answer), runs.latest_ended(answer)
        pending = runs.pending(answer)
        if pending is not None and published is None:
            return pending
        if published is None:
            return ended
        told = self._site.standing.of(answer, published.run.revision)
        if told.withdrawn:
            return Withdrawn(published, *told.withdrawn)
        # If both ever meet in one revision, rendered wins. A run that was to replace a page and
        # ended without one takes nothing down: whoever asked for it says so.
        if ended and ended.message.run.revision > published.run.revision:
            return ended if ended.message.run.cause.kind == ASKED else published
        return published

    async def ask(self, question: Question) -> State:
        """The state of this question's answer, starting a run when there is none that holds.

        A run it returns is durable in the log. Problem 503 when too much is under way, or when the
        log is away.
        """
        answer = answer_id(self._identity.key, question.text, question.audience, question.locale)
        known = self.state(answer)
        if known is not None and self._holds(known):
            return known
        task = self._starting.get(answer)
        if task is None:
            if len(self._under_way) >= MAX_PENDING:
                raise Problem(503, "busy", retry_after_seconds=20)
            # Counted here, where it was seen that none holds: one may arrive before the task runs.
            revision = self._site.runs.highest_revision(answer) + 1
            task = asyncio.create_task(self._start(answer, revision, question))
            self._starting[answer] = task
            task.add_done_callback(lambda _: self._starting.pop(answer, None))
        return await asyncio.shield(task)

    def _holds(self, known: State) -> bool:
        if isinstance(known, Published):
            return True
        if isinstance(known, Run):
            asked_at = self._site.runs.asked_at(known.answer_id, known.revision)
            return not asked_at or self._clock() - datetime.fromisoformat(asked_at) < ASKED_KEPT
        if isinstance(known, Withdrawn):
            return self._site.shelf.last_indexed_at() <= known.at
        if known.message.outcome == Outcome.OUTCOME_FAILED:
            return self._clock() - datetime.fromisoformat(known.at) < FAILED_HOLDS
        return self._site.shelf.last_indexed_at() <= known.at

    async def _start(self, answer: str, revision: int, question: Question) -> Run:
        started = stamp(self._clock())
        run = Run(
            answer_id=answer,
            revision=revision,
            audience=question.audience,
            locale=question.locale,
            cause=Cause(kind=ASKED),
            urgent=question.urgent,
        )
        asked = QuestionAsked(run=run, question=question.text, canonical=question.canonical)
        try:
            async with asyncio.timeout(APPEND_SECONDS):
                await publish(
                    self._log,
                    asked,
                    service="gateway",
                    event_id=asked_id(answer, run.revision),
                    prefix=self._identity.prefix,
                    started=started,
                )
        except (TimeoutError, Unavailable):
            # The record may have been taken all the same: asking again is the same run.
            raise Problem(503, "log-away", retry_after_seconds=2) from None
        self._site.add_asked(run, started)
        # Another gateway's may be over already.
        if self._site.runs.highest_revision(answer) < revision:
            self._under_way.add((answer, revision))
        await self._tell(run)
        return run

    async def _tell(self, run: Run) -> None:
        """Other gateways know of the run: its reader may be sent to one of them next.

        Not worth failing for: they hear of it with the next stage too.
        """
        received = QuestionProgressed(
            answer_id=run.answer_id, revision=run.revision, stage=Stage.STAGE_RECEIVED
        )
        with contextlib.suppress(TimeoutError, Unavailable):
            async with asyncio.timeout(TELL_SECONDS):
                await publish(
                    self._log,
                    received,
                    service="gateway",
                    event_id=received_id(run.answer_id, run.revision),
                    prefix=self._identity.prefix,
                )

    def moved(self, answer: str, revision: int, *, final: bool) -> None:
        """Something arrived for an answer: whoever waits looks again."""
        if final:
            self._under_way.discard((answer, revision))
        for waiter in self._waiting.pop(answer, ()):
            waiter.set()

    def close(self) -> None:
        """Whoever waits looks once more, and waits no longer: the process is to end."""
        self.closing = True
        for waiters in list(self._waiting.values()):
            for waiter in waiters:
                waiter.set()

    async def wait(self, answer: str, seconds: float) -> State | None:
        """The state once it is final, or whatever it is when the time is over."""
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        while isinstance(state := self.state(answer), Run) and loop.time() < until:
            await self.changes(answer, self.watch(answer), until - loop.time())
        return state

    def watch(self, answer: str) -> asyncio.Event:
        """Watch for whatever arrives for the answer from now on; to be handed to `changes`."""
        changed = asyncio.Event()
        self._waiting[answer].add(changed)
        return changed

    async def changes(self, answer: str, changed: asyncio.Event, seconds: float) -> bool:
        """Wait for a watched event; False when nothing arrived in time."""
        try:
            async with asyncio.timeout(seconds):
                await changed.wait()
        except TimeoutError:
            return False
        finally:
            self._waiting[answer].discard(changed)
            if not self._waiting[answer]:
                del self._waiting[answer]
        return True
