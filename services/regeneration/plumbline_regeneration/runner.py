"""Does the work: tells readers first, then asks for new revisions, a few at a time."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Final

from google.protobuf.message import Message

from plumbline.common.v1.common_pb2 import Run
from plumbline.regeneration.v1 import events_pb2 as wire
from plumbline.regeneration.v1.events_pb2 import (
    AnswerRechecked,
    AnswerStaled,
    AnswerWithdrawn,
    RegenerationRequested,
)
from plumbline_bus import Health, Unavailable, event_id
from plumbline_regeneration.answers import Answers
from plumbline_regeneration.campaigns import (
    DROPPED,
    LOST,
    RECHECKED,
    REQUESTED,
    WAITING,
    WITHDRAWN,
    Campaign,
    Campaigns,
    Work,
)
from plumbline_regeneration.recalling import Recalling
from plumbline_regeneration.reconcile import Reconciler

SERVICE: Final = "regeneration"
LOOK_SECONDS: Final = 0.1
AWAY_SECONDS: Final = 2.0
MOST_LIVE: Final = 4  # runs under way at a time: what is idle, never what readers wait for
AT_ONCE: Final = 500  # staled or rechecked between two looks
RECALLED_AT_ONCE: Final = 200  # answers that a recall reaches: some 20 ms of work
LOOKED_AT: Final = 100  # answers that nothing hit, between two looks: some 10 ms of work
OVERDUE_SECONDS: Final = 120.0  # a run that says nothing for so long is asked for again

Say = Callable[[Message, str], Awaitable[None]]

logger = logging.getLogger(__name__)


class Runner:
    """A server beside the followers. It acts only while they have caught up.

    `say` appends a message under an id; ids repeat when something is said again, so it counts once.
    `now` is RFC 3339, UTC.
    """

    def __init__(
        self,
        reconciler: Reconciler,
        answers: Answers,
        campaigns: Campaigns,
        recalling: Recalling,
        say: Say,
        health: Health,
        now: Callable[[], str],
    ) -> None:
        self._reconciler = reconciler
        self._answers = answers
        self._campaigns = campaigns
        self._recalling = recalling
        self._say = say
        self._health = health
        self._now = now
        self._may_start = 0.0
        self._day = ""

    async def serve(self, stop: asyncio.Event) -> None:
        """Until told to stop."""
        while not stop.is_set():
            wait = LOOK_SECONDS
            try:
                if self._health.ready:
                    await self.work_once()
            except Unavailable as error:
                logger.warning("the log cannot be reached; campaigns wait: %s", error)
                wait = AWAY_SECONDS
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), wait)

    async def work_once(self) -> None:
        """Everything that can be done now."""
        if self._now()[:10] != self._day:
            self._reconciler.look_at_the_date(self._now())
            self._day = self._now()[:10]
        await self._recall()
        for work in self._campaigns.untold(AT_ONCE):
            await self._tell(work)
        self._reconciler.look_further(LOOKED_AT)
        for work in self._campaigns.next(LOST, AT_ONCE):
            await self._withdraw(work)
        for work in self._campaigns.next(REQUESTED, MOST_LIVE):
            if self._seconds_since(work.requested_at) > OVERDUE_SECONDS:
                await self._request(work, work.requested)
        for work in self._campaigns.next(WAITING, MOST_LIVE):
            if self._campaigns.live() >= MOST_LIVE or not self._has_token(work):
                break
            await self._request(work, 1 + self._answers.highest_revision(work.answer_id))

    async def _recall(self) -> None:
        """All that recalls reach is looked at before anything else; readers come in between."""
        await self.say_recalls()
        left = True
        while left:
            left = self._recalling.look_further(RECALLED_AT_ONCE)
            await asyncio.sleep(0)

    async def say_recalls(self) -> None:
        """What was recalled or lifted stands in the log before anything is done about it."""
        for recall in self._recalling.recalls.unsaid():
            step = "lift" if recall.lifted else "recall"
            await self._say(recall.message, event_id(SERVICE, recall.recall_id, step, 0))
            self._recalling.recalls.set_said(recall)

    async def _tell(self, work: Work) -> None:
        """Readers learn of it before anything else is done."""
        campaign, answer = self._campaign(work), self._answers.find(work.answer_id)
        if work.severity == wire.SEVERITY_UNSPECIFIED and answer:
            rechecked = AnswerRechecked(
                answer_id=work.answer_id,
                revision=work.revision,
                cause=campaign.cause,
                passages=work.stands,
                content_sha256=answer.content_sha256,
            )
            await self._say(rechecked, self._id(work, "recheck"))
            self._campaigns.finish(work, RECHECKED)
            return
        if work.severity >= wire.SEVERITY_MOVED and answer:
            staled = AnswerStaled(
                answer_id=work.answer_id,
                revision=work.revision,
                severity=work.severity,
                cause=campaign.cause,
                claims=[
                    wire.StaledClaim(claim_id=claim, severity=severity)
                    for claim, severity in work.claims.items()
                ],
            )
            await self._say(staled, self._id(work, "stale"))
        if work.requested:  # its run is under way for an older reason; what it makes is judged
            at = work.requested_at
            self._campaigns.move(work.answer_id, REQUESTED, requested=work.requested, at=at)
        else:
            self._campaigns.move(work.answer_id, WAITING)

    async def _request(self, work: Work, revision: int) -> None:
        run = Run()
        run.CopyFrom(work.run)
        run.revision = revision
        run.cause.CopyFrom(self._campaign(work).cause)
        await self._say(
            RegenerationRequested(run=run), event_id(SERVICE, work.answer_id, "request", revision)
        )
        self._campaigns.move(work.answer_id, REQUESTED, requested=revision, at=self._now())

    async def _withdraw(self, work: Work) -> None:
        answer = self._answers.find(work.answer_id)
        if answer is None or work.severity < wire.SEVERITY_MOVED:
            # It never had a page, or has one that still holds: there is nothing to take down.
            self._campaigns.finish(work, DROPPED)
            return
        withdrawn = AnswerWithdrawn(
            answer_id=work.answer_id,
            revision=work.revision,
            cause=self._campaign(work).cause,
            reason_code=work.reason,
            content_sha256=answer.content_sha256,
        )
        await self._say(withdrawn, self._id(work, "withdraw"))
        self._campaigns.finish(work, WITHDRAWN)

    def _has_token(self, work: Work) -> bool:
        """Whether the campaign's rate lets another run start now."""
        now = asyncio.get_running_loop().time()
        if now < self._may_start:
            return False
        self._may_start = now + 1 / self._campaign(work).rate
        return True

    def _campaign(self, work: Work) -> Campaign:
        campaign = self._campaigns.find(work.campaign_id)
        assert campaign
        return campaign

    def _id(self, work: Work, step: str) -> str:
        return event_id(SERVICE, f"{work.campaign_id}/{work.answer_id}", step, work.revision)

    def _seconds_since(self, at: str) -> float:
        now = datetime.fromisoformat(self._now())
        return (now - datetime.fromisoformat(at)).total_seconds() if at else 0.0
