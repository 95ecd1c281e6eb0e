"""What is, against what should be: work arises where an answer rests on what no longer stands."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Final

from plumbline.common.v1.common_pb2 import Run
from plumbline.common.v1.status_pb2 import OUTCOME_FAILED, QuestionEnded
from plumbline.regeneration.v1 import events_pb2 as wire
from plumbline.rendering.v1.events_pb2 import AnswerRendered
from plumbline.retrieval.v1.events_pb2 import EditionIndexed
from plumbline_bus import Event, Unavailable
from plumbline_regeneration.answers import Answer, Answers
from plumbline_regeneration.campaigns import (
    DONE,
    FAILED,
    LOST,
    REMADE,
    REQUESTED,
    WAITING,
    Campaign,
    Campaigns,
    Work,
)
from plumbline_regeneration.damage import Touched, damage
from plumbline_regeneration.database import Database
from plumbline_regeneration.editions import Editions
from plumbline_regeneration.judgement import Judgement, hits, judge, recalled
from plumbline_regeneration.later import Later
from plumbline_regeneration.readers import Readers
from plumbline_regeneration.recalls import RECALL, Recalls

EDITION: Final = "edition"
MOST_TRIES: Final = 3  # of a run that failed; then a person has to look
LOOKED_AT: Final = 100  # answers of a preview before others get a turn: some 10 ms of work


class Reconciler:
    """Takes in what the log says and keeps the work to be done up to date.

    It looks at states, never at the order of events: whatever comes first, or twice, the same work
    remains. `now` (RFC 3339, UTC) gives the day on which "in force" is judged.
    """

    def __init__(
        self,
        database: Database,
        editions: Editions,
        answers: Answers,
        campaigns: Campaigns,
        recalls: Recalls,
        readers: Readers,
        now: Callable[[], str],
    ) -> None:
        self._db = database
        self._editions = editions
        self._answers = answers
        self._campaigns = campaigns
        self._recalls = recalls
        self._readers = readers
        self._now = now
        self._later = Later(database)

    def _today(self) -> str:
        return self._now()[: len("YYYY-MM-DD")]

    def apply_indexed(self, event: Event[EditionIndexed]) -> None:
        """An edition can be found. Unavailable until its alignment was read too."""
        indexed = event.message
        if not self._editions.is_closed(indexed.edition_id):
            raise Unavailable(f"waiting for all of {indexed.edition_id}")
        with self._db.applying(event):
            self._editions.set_indexed(indexed.edition_id)
            self.look_at(indexed.guideline_id, event.time)
            if self._editions.in_force(indexed.guideline_id, self._today()) == indexed.edition_id:
                self._admit(indexed, event.time)

    def apply_rendered(self, event: Event[AnswerRendered]) -> None:
        """A revision was published: it is judged at once, and ends the run that was asked for."""
        run = event.message.run
        with self._db.applying(event):
            self._answers.ended(run.answer_id, run.revision)
            if not self._answers.put(event.message):
                return
            work = self._campaigns.work(run.answer_id)
            if work and work.state != DONE and work.revision < run.revision:
                self._campaigns.finish(work, REMADE)
            answer = self._answers.find(run.answer_id)
            assert answer
            self.judge(answer, event.time)

    def apply_ended(self, event: Event[QuestionEnded]) -> None:
        """A run ended without a page. One that was asked for here means: no longer answered."""
        run = event.message.run
        with self._db.applying(event):
            self._answers.ended(run.answer_id, run.revision)
            work = self._campaigns.work(run.answer_id)
            if work is None or work.state != REQUESTED or work.requested != run.revision:
                return
            if event.message.outcome != OUTCOME_FAILED:
                self._campaigns.move(run.answer_id, LOST, reason=event.message.reason_code)
            elif work.tries < MOST_TRIES:
                self._campaigns.move(run.answer_id, WAITING)
            else:
                self._campaigns.finish(work, FAILED)

    def look_at(self, guideline_id: str, at: str) -> None:
        """Judge the answers that the edition in force hits; those it leaves alone can wait.

        Costs as much as there are different ranges of older editions, and answers hit: however many
        answers are published.
        """
        current = self._editions.in_force(guideline_id, self._today())
        hit: set[str] = set()
        for edition_id, cited in self._answers.ranges_on_older(guideline_id, current):
            if self._editions.is_older(edition_id, current) and hits(
                self._editions.fate(edition_id, current, cited)
            ):
                hit.update(self._answers.citing(guideline_id, edition_id, cited))
        self._judge_all(sorted(hit), at)
        self._later.put(guideline_id, current)

    def look_further(self, most: int) -> bool:
        """Judge some of those that could wait; False when none is left."""
        with self._db.together():
            found = self._later.take(most)
            self._judge_all(found, self._now())
        return bool(found)

    def _judge_all(self, answer_ids: Sequence[str], at: str) -> None:
        for answer_id in answer_ids:
            if answer := self._answers.find(answer_id):
                self.judge(answer, at)

    def look_at_the_date(self, at: str) -> None:
        """Editions may have come into force since: look at every guideline once."""
        for guideline_id in self._editions.guidelines():
            with self._db.together():
                self.look_at(guideline_id, at)

    def look_again(self, edition_id: str) -> Campaign | None:
        """The campaign of an edition that is in force, with whatever it has not looked at yet.

        None for an edition that is not in force.
        """
        guideline_id = edition_id.partition("@")[0]
        if self._editions.in_force(guideline_id, self._today()) != edition_id:
            return None
        with self._db.together():
            campaign = self._campaigns.open(EDITION, edition_id, "", self._now())
            self.look_at(guideline_id, self._now())
        return campaign

    async def preview(self, edition_id: str) -> list[Touched]:
        """What this edition means for the answers that rest on others. Changes nothing.

        In the order in which they would be made again; of a large guideline, others get a turn now
        and then.
        """
        guideline_id = edition_id.partition("@")[0]
        found = []
        for number, answer_id in enumerate(
            self._answers.resting_on_older(guideline_id, edition_id), start=1
        ):
            if number % LOOKED_AT == 0:
                await asyncio.sleep(0)
            answer = self._answers.find(answer_id)
            judged = judge(self._answers.citations(answer_id), self._editions, self._today())
            if answer and judged and judged.ref == edition_id:
                found.append(self.touched(answer, judged, self._now()))
        return sorted(found, key=lambda one: (-one.damage, one.answer.answer_id))

    def touched(self, answer: Answer, judged: Judgement, at: str) -> Touched:
        """How many read an answer, and how much harm it does when this became of its sources."""
        readers = self._readers.of(answer.answer_id, at)
        harm = damage(judged.severity, readers, answer.published_at, at)
        return Touched(answer, judged, readers, harm)

    def judged(self, answer: Answer) -> tuple[str, Judgement] | None:
        """What recalls and editions mean for an answer, and which of both it is; None: nothing."""
        citations = self._answers.citations(answer.answer_id)
        for recall in self._recalls.standing():
            claims = recall.claims(answer, citations)
            if claims is not None:
                return RECALL, recalled(recall.recall_id, claims)
        judged = judge(citations, self._editions, self._today())
        return (EDITION, judged) if judged else None

    def judge(self, answer: Answer, at: str) -> None:
        """Put down what is to be done about an answer, unless it was put down before."""
        found = self.judged(answer)
        if found is None:
            return
        kind, judged = found
        campaign = self._campaigns.open(kind, judged.ref, "", at)
        known = self._campaigns.work(answer.answer_id)
        if known and (known.campaign_id, known.revision) == (campaign.campaign_id, answer.revision):
            return  # this edition or recall has been looked at for this revision
        self._campaigns.put(
            Work(
                answer.answer_id,
                answer.revision,
                campaign.campaign_id,
                judged.severity,
                judged.claims,
                judged.stands,
                answer.run,
                self.touched(answer, judged, at).damage,
            )
        )

    def _admit(self, indexed: EditionIndexed, at: str) -> None:
        """Questions whose best passages now include one of this edition: to be asked again."""
        for run in indexed.admitted:
            known = self._campaigns.work(run.answer_id)
            if known and known.state != DONE and known.severity > wire.SEVERITY_UNSPECIFIED:
                continue  # it is made again anyway
            answer = self._answers.find(run.answer_id)
            campaign = self._campaigns.open(EDITION, indexed.edition_id, "", at)
            self.ask_again(run, answer, campaign, at)

    def ask_again(self, run: Run, answer: Answer | None, campaign: Campaign, at: str) -> None:
        """Put down a new run without a word to readers: what is published, if anything is, holds.

        `run` is the question's when there is no answer.
        """
        readers = self._readers.of(run.answer_id, at)
        since = answer.published_at if answer else at
        self._campaigns.put(
            Work(
                run.answer_id,
                answer.revision if answer else 0,
                campaign.campaign_id,
                wire.SEVERITY_ADDED,
                {},
                (),
                answer.run if answer else run,
                damage(wire.SEVERITY_ADDED, readers, since, at),
            )
        )
