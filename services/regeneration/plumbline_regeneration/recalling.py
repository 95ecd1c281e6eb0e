"""A recall, and its end: which answers are looked at again, and what is to be done about them."""

from __future__ import annotations

from dataclasses import replace

from plumbline.regeneration.v1 import events_pb2 as wire
from plumbline.regeneration.v1.events_pb2 import SourceRecalled
from plumbline_bus import Event
from plumbline_regeneration.answers import Answer, Answers
from plumbline_regeneration.campaigns import REMADE, Campaign, Campaigns
from plumbline_regeneration.database import Database
from plumbline_regeneration.judgement import Judgement
from plumbline_regeneration.recalls import COMPOSER, LIFTED, POLICY, RECALL, Recall, Recalls
from plumbline_regeneration.reconcile import Reconciler, added


class Recalling:
    """Recalls come from a person, and again from the log: whatever was done is not done twice."""

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
            self._act(recall)

    def recall(self, recall: Recall) -> None:
        """Keep a recall and what is to be done about it; saying both is the runner's."""
        with self._db.together():
            self.recalls.put(recall, said=False)
            self._act(recall)

    def lift(self, recall: Recall, at: str) -> Recall:
        """End a recall: what it took from answers may come back."""
        lifted = recall if recall.lifted else replace(recall, lifted=True, at=at)
        self.recall(lifted)
        return lifted

    def preview(self, recall: Recall) -> tuple[list[tuple[Answer, Judgement]], int]:
        """The answers that it reaches, and how many are published in all. Changes nothing."""
        found = []
        for answer_id in self.recalls.reached(recall):
            answer = self._answers.find(answer_id)
            if answer is None:
                continue
            claims = recall.claims(answer, self._answers.citations(answer_id))
            if claims is not None:
                judged = Judgement(recall.recall_id, wire.SEVERITY_RECALLED, claims, ())
                found.append((answer, judged))
        return found, self._answers.count()

    def campaign(self, recall: Recall) -> Campaign:
        """The campaign of a recall, or of its end."""
        ref = recall.recall_id + (LIFTED if recall.lifted else "")
        return self._campaigns.open(RECALL, ref, recall.why, recall.at)

    def _act(self, recall: Recall) -> None:
        now = self.recalls.find(recall.recall_id)
        if now != recall:
            return  # it was lifted since
        campaign = self.campaign(recall)
        if recall.lifted:
            self._bring_back(recall, campaign)
            return
        for answer_id in self.recalls.reached(recall):
            if answer := self._answers.find(answer_id):
                self._reconciler.judge(answer, recall.at)

    def _bring_back(self, recall: Recall, campaign: Campaign) -> None:
        """Ask again what the recall took down, changed, or was about to."""
        before = self._campaigns.open(
            RECALL, recall.recall_id, recall.why, recall.at
        )  # it may be that only the end of it was heard of
        touched = self._campaigns.touched(before.campaign_id)
        as_it_was = recall.kind in (COMPOSER, POLICY)
        if not as_it_was:
            touched = dict.fromkeys(self.recalls.reached(recall), "") | touched
        for answer_id, outcome in sorted(touched.items()):
            answer = self._answers.find(answer_id)
            if answer is None or recall.precedes(answer):
                continue
            if as_it_was and outcome == REMADE:
                continue  # it stands, made by something else
            self._again(answer, campaign)

    def _again(self, answer: Answer, campaign: Campaign) -> None:
        known = self._campaigns.work(answer.answer_id)
        if known and (known.campaign_id, known.revision) == (campaign.campaign_id, answer.revision):
            return
        other = self._reconciler.judged(answer)
        if other and (other[0] == RECALL or other[1].severity > wire.SEVERITY_UNSPECIFIED):
            self._reconciler.judge(answer, campaign.opened_at)
            return
        self._campaigns.put(added(answer.run, answer, campaign.campaign_id, campaign.opened_at))
