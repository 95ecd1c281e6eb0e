"""What the routes share: the store, the desk, the policy and the pages made so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from plumbline.common.v1.common_pb2 import Run
from plumbline_clinical.red_flags import TriagePolicy
from plumbline_gateway import answer_object
from plumbline_gateway.asking import Clock, Desk, State
from plumbline_gateway.intake import Question, urgent_object
from plumbline_gateway.prebuilt import Prebuilt
from plumbline_gateway.site import Site
from plumbline_gateway.standing import Told
from plumbline_gateway.stored import Ended, Published, Withdrawn


@dataclass
class Front:
    """Everything a request may need. One per gateway."""

    site: Site
    desk: Desk
    policy: TriagePolicy
    trust: tuple[str, ...]
    clock: Clock
    pages: Prebuilt

    @property
    def today(self) -> str:
        """The date (YYYY-MM-DD)."""
        return self.clock().date().isoformat()

    def current(self) -> Mapping[str, str]:
        """guideline id → the version that is current now."""
        return self.site.shelf.current(self.today)

    def object_of(
        self, state: State, base: str, question: Question | None = None
    ) -> dict[str, Any]:
        """The answer object of a state; the asker's words only when this request brought them."""
        if isinstance(state, Published):
            made = self._published(state, base)
        elif isinstance(state, Withdrawn):
            recall = self.told(state.published).recalls.find(state.message.cause.ref)
            made = answer_object.withdrawn(state, base, recall.why if recall else None)
        elif isinstance(state, Ended):
            made = answer_object.ended(state.message, base)
        else:
            made = answer_object.empty("pending", state, base)
        made["urgent"] = urgent_object(run_of(state).urgent, self.policy)
        if question is not None:
            made["urgent"] = urgent_object(question.urgent, self.policy)
            made["question"] |= {"asked": question.text, "canonical": question.canonical}
        return made

    def told(self, published: Published) -> Told:
        """What has been said about a published revision since."""
        return self.site.standing.of(published.run.answer_id, published.run.revision)

    def stale(self, published: Published) -> dict[str, Any] | None:
        """The answer object's `stale` for a published revision, as of now."""
        return self.told(published).stale(published.content, self.current())

    def _published(self, published: Published, base: str) -> dict[str, Any]:
        sealed = self.site.runs.sealed(published.run.answer_id, published.run.revision)
        told = self.told(published)
        return answer_object.published(published, sealed, told, self.current(), base)


def run_of(state: State) -> Run:
    """The run that a state is about."""
    if isinstance(state, Published):
        return state.run
    if isinstance(state, Withdrawn):
        return state.published.run
    return state.message.run if isinstance(state, Ended) else state
