"""A recall, and its end: which answers are looked at again, and what is to be done about them."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from plumbline.regeneration.v1 import events_pb2 as wire
from plumbline.regeneration.v1.events_pb2 import SourceRecalled
from plumbline_bus import Event
from plumbline_regeneration.answers import Answer, Answers
from plumbline_regeneration.campaigns import REMADE, Campaign, Campaigns
from plumbline_regeneration.damage import Touched
from plumbline_regeneration.database import Database
from plumbline_regeneration.judgement import recalled
from plumbline_regeneration.recalls import COMPOSER, LIFTED, POLICY, RECALL, Recall, Recalls
from plumbline_regeneration.reconcile import Reconciler

MOST_LISTED: Final = 1_000  # of the answers that a recall would reach: a person looks through them


class Recalling:
    """Recalls come from a person, and again from the log: whatever was done is not done twice.

    They are kept first. Which answers they reach is looked at afterwards, some at a time, so that
    one that reaches every answer keeps nobody waiting.
    """

    def __init__(
        self,
        database: Database,
        answers: Answers,
        campaigns: Campaigns,
        recalls: Recalls,
        reconciler: Reconciler,
    ) -> None:
        self._db = database
        self._answers = answers
        self._campaigns = campaigns
        self._reconciler = reconciler
        self.recalls = recalls

    def apply_recalled(self, event: Event[SourceRecalled]) -> None:
        """What the log says was recalled or lifted."""
        said = event.message
        recall = Recall(said.recall_id, said.kind, said.target, said.why, said.lifted, said.at)
        with self._db.applying(event):
            self.recalls.put(recall, said=True)

    def recall(self, recall: Recall) -> Campaign:
        """Keep a recall, or the end of one; the campaign that does what it asks for."""
        with self._db.together():
            self.recalls.put(recall, said=False)
            return self._campaign(recall)

    def lift(self, recall: Recall, at: str) -> Recall:
        """The end of a recall, not yet kept."""
        return recall if recall.lifted else replace(recall, lifted=True, at=at)

    def matched(self, recall: Recall) -> tuple[int, int]:
        """How many published answers it reaches, and how many there are. Changes nothing."""
        return len(self.recalls.reached(recall)), self._answers.count()

    def preview(self, recall: Recall) -> list[Touched]:
        """The first answers that it reaches, with the claims that rest on it. Changes nothing."""
        found = []
        for answer_id in self.recalls.reached(recall, most=MOST_LISTED):
            answer = self._answers.find(answer_id)
            if answer is None:
                continue
            claims = recall.claims(answer, self._answers.citations(answer_id))
            if claims is not None:
                judged = recalled(recall.recall_id, claims)
                found.append(self._reconciler.touched(answer, judged, recall.at))
        return found

    def look_further(self, most: int) -> bool:
        """Look at some answers that a recall, or its end, reaches; False when none is left."""
        with self._db.together():
            if (next_one := self.recalls.to_look_at()) is None:
                return False
            recall, after = next_one
            campaign = self._campaign(recall)
            if recall.lifted:
                some = [one for one in self._to_bring_back(recall) if one > after][:most]
            else:
                some = self.recalls.reached(recall, after, most)
            for answer_id in some:
                self._look_at(answer_id, recall, campaign)
            self.recalls.looked(recall, some[-1] if len(some) == most else None)
        return True

    def _campaign(self, recall: Recall) -> Campaign:
        ref = recall.recall_id + (LIFTED if recall.lifted else "")
        return self._campaigns.open(RECALL, ref, recall.why, recall.at)

    def _look_at(self, answer_id: str, recall: Recall, campaign: Campaign) -> None:
        answer = self._answers.find(answer_id)
        if answer is None:
            return
        if not recall.lifted:
            self._reconciler.judge(answer, recall.at)
        elif not recall.precedes(answer):
            self._again(answer, campaign)

    def _to_bring_back(self, recall: Recall) -> list[str]:
        """What the recall took down, changed, or was about to. In order."""
        before = self._campaign(replace(recall, lifted=False))
        touched = self._campaigns.touched(before.campaign_id)
        if recall.kind in (COMPOSER, POLICY):  # what was made again by something else stands
            return sorted(one for one, outcome in touched.items() if outcome != REMADE)
        return sorted({*self.recalls.reached(recall), *touched})

    def _again(self, answer: Answer, campaign: Campaign) -> None:
        known = self._campaigns.work(answer.answer_id)
        if known and (known.campaign_id, known.revision) == (campaign.campaign_id, answer.revision):
            return
        other = self._reconciler.judged(answer)
        if other and (other[0] == RECALL or other[1].severity > wire.SEVERITY_UNSPECIFIED):
            self._reconciler.judge(answer, campaign.opened_at)
            return
        self._reconciler.ask_again(answer.run, answer, campaign, campaign.opened_at)
