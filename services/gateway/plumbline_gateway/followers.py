"""What the gateway follows, and what each message does to its store."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Any

from plumbline import topics
from plumbline.common.v1.status_pb2 import QuestionEnded, QuestionProgressed
from plumbline.provenance.v1.events_pb2 import AnswerSealed
from plumbline.regeneration.v1.events_pb2 import SourceRecalled
from plumbline.rendering.v1.events_pb2 import AnswerRendered
from plumbline.retrieval.v1.events_pb2 import EditionIndexed
from plumbline_bus import Event, Follower
from plumbline_gateway.asking import Desk
from plumbline_gateway.site import Site
from plumbline_gateway.trust import Untrusted, admit

logger = logging.getLogger(__name__)


class Arrivals:
    """Applies what arrives; `forget(answer_id)` drops pages made before, None drops all."""

    def __init__(
        self,
        site: Site,
        desk: Desk,
        trust: Sequence[str],
        forget: Callable[[str | None], None],
        prefix: str = "",
    ) -> None:
        self._site = site
        self._desk = desk
        self._trust = trust
        self._forget = forget
        self._prefix = prefix

    def progressed(self, event: Event[QuestionProgressed]) -> None:
        """A run reached a stage."""
        self._site.apply_progressed(event)
        self._desk.moved(event.message.answer_id, event.message.revision, final=False)

    def ended(self, event: Event[QuestionEnded]) -> None:
        """A run ended without an answer."""
        self._site.apply_ended(event)
        self._desk.moved(event.message.run.answer_id, event.message.run.revision, final=True)

    def rendered(self, event: Event[AnswerRendered]) -> None:
        """A page arrived: it is stored only when both signatures and every claim on it hold.

        One that came before is not looked at again: after an outage thousands may come twice, and a
        gateway is not ready before it is through.
        """
        run = event.message.run
        if self._site.runs.has_published(run):
            self._site.apply_rendered(event, None)
            return
        try:
            trusted = admit(event.message, self._trust)
        except Untrusted as error:
            logger.error(
                "a rendered answer was refused",
                extra={"answer_id": run.answer_id, "revision": run.revision, "reason": str(error)},
            )
            trusted = None
        self._site.apply_rendered(event, trusted)
        self._forget(run.answer_id)
        self._desk.moved(run.answer_id, run.revision, final=trusted is not None)

    def sealed(self, event: Event[AnswerSealed]) -> None:
        """A revision stands in the ledger: its page says so from now on."""
        self._site.apply_sealed(event)
        self._forget(event.message.answer_id)
        self._desk.moved(event.message.answer_id, event.message.revision, final=False)

    def indexed(self, event: Event[EditionIndexed]) -> None:
        """An edition can be found: pages that rest on the one before must say so."""
        self._site.apply_indexed(event)
        self._forget(None)

    def standing(self, event: Event[Any]) -> None:
        """Something has become of a published revision: its page says so from now on."""
        self._site.apply_standing(event)
        self._forget(event.message.answer_id)
        self._desk.moved(event.message.answer_id, event.message.revision, final=False)

    def recalled(self, event: Event[SourceRecalled]) -> None:
        """Something was called back, or that was lifted: whatever rests on it says so."""
        self._site.apply_recalled(event)
        self._forget(None)

    def followers(self) -> list[Follower[Any]]:
        """The table: topic → what it does."""
        return [
            self._follower(topics.EDITION_INGESTED, self._site.apply_ingested),
            self._follower(topics.EDITION_INDEXED, self.indexed),
            self._follower(topics.QUESTION_PROGRESSED, self.progressed),
            self._follower(topics.QUESTION_ENDED, self.ended),
            self._follower(topics.ANSWER_RENDERED, self.rendered),
            self._follower(topics.ANSWER_SEALED, self.sealed),
            self._follower(topics.SOURCE_RECALLED, self.recalled),
            self._follower(topics.ANSWER_STALED, self.standing),
            self._follower(topics.ANSWER_RECHECKED, self.standing),
            self._follower(topics.ANSWER_WITHDRAWN, self.standing),
        ]

    def _follower(
        self, topic: topics.Topic[Any], apply: Callable[[Event[Any]], None]
    ) -> Follower[Any]:
        return Follower(topic, lambda: self._site.positions(self._prefix + topic.name), apply)
