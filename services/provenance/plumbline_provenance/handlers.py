"""AnswerRendered in, and what became of it later; AnswerSealed out."""

from __future__ import annotations

import hashlib
import logging
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from google.protobuf.message import Message
from opentelemetry import trace

from plumbline.common.v1.status_pb2 import QuestionProgressed, Stage
from plumbline.provenance.v1.events_pb2 import AnswerSealed
from plumbline.regeneration.v1.events_pb2 import SourceRecalled
from plumbline.rendering.v1.events_pb2 import AnswerRendered
from plumbline_bus import Event, Reject, Unavailable
from plumbline_kit import telemetry_names as names
from plumbline_provenance.anchors import check_anchors
from plumbline_provenance.checkpoint_key import LedgerRefused
from plumbline_provenance.content import parse_content
from plumbline_provenance.formats import PUBLISHED
from plumbline_provenance.outcome import Outcome, outcome_of
from plumbline_provenance.publication import Identity, Publication, Sealed
from plumbline_provenance.recall import recall_of
from plumbline_provenance.receipt import parse_receipt
from plumbline_provenance.shape import Invalid
from plumbline_provenance.statement import make_statement
from plumbline_provenance.trust import Trust, Untrusted
from plumbline_tlog.canonical import decode
from plumbline_tlog.errors import TlogError

logger = logging.getLogger(__name__)


class Ledger(Protocol):
    """Where revisions are sealed: one leaf each, the first stands."""

    async def find(self, identity: Identity) -> Sealed | None:
        """The stored leaf and receipt; None when there is none."""
        ...

    async def seal(self, publication: Publication) -> Sealed:
        """The stored leaf and receipt, durable when this returns."""
        ...


async def on_answer_rendered(
    event: Event[AnswerRendered], *, ledger: Ledger, trust: Trust
) -> list[Message]:
    """Seal what two trusted keys signed; delivered again, the stored receipt, byte for byte.

    A leaf cannot be taken back, so an answer whose quotations are not in their passages is refused
    here too, whatever its review says.
    """
    answer = event.message
    publication = publication_of(event, trust)
    with failing():
        sealed = await ledger.seal(publication)
    span = trace.get_current_span()
    span.set_attribute(names.LEDGER_INDEX, sealed.leaf_index)
    span.set_attribute(names.CONTENT_DIGEST, sealed.content_sha256)
    logger.info("sealed", extra={"answer_id": answer.run.answer_id, "leaf": sealed.leaf_index})
    return [
        said(publication, sealed),
        QuestionProgressed(
            answer_id=answer.run.answer_id,
            revision=answer.run.revision,
            stage=Stage.STAGE_SEALED,
        ),
    ]


async def on_outcome(event: Event[Outcome], *, ledger: Ledger) -> list[Message]:
    """Seal what became of a published revision. It waits until that revision itself is sealed."""
    message = event.message
    with failing():
        published = await ledger.find((message.answer_id, message.revision, PUBLISHED))
        if published is None:
            raise Unavailable("its revision is not sealed yet")
        receipt = parse_receipt(decode(published.receipt))
        made = outcome_of(message, receipt, event.trail, event.trace_id)
        sealed = await ledger.seal(made)
    return [said(made, sealed)]


async def on_recalled(event: Event[SourceRecalled], *, ledger: Ledger) -> list[Message]:
    """Seal that something was called back, or that this was lifted."""
    made = recall_of(event.message, event.trail, event.trace_id)
    with failing():
        sealed = await ledger.seal(made)
    return [said(made, sealed)]


@contextmanager
def failing() -> Iterator[None]:
    """A ledger that cannot seal now is the world's fault, not the record's."""
    try:
        yield
    except (OSError, sqlite3.OperationalError, LedgerRefused) as error:
        raise Unavailable(f"the ledger cannot seal: {type(error).__name__}") from error


def said(publication: Publication, sealed: Sealed) -> AnswerSealed:
    """That it stands in the ledger, and where."""
    return AnswerSealed(
        answer_id=publication.answer_id,
        revision=publication.revision,
        kind=publication.kind,
        leaf_index=sealed.leaf_index,
        content_sha256=sealed.content_sha256,
        receipt=sealed.receipt,
    )


def publication_of(event: Event[AnswerRendered], trust: Trust) -> Publication:
    """What is sealed of an answer; Reject, with a reason code, when it may not be."""
    answer = event.message
    try:
        signed = trust.require(answer)
        check_anchors(parse_content(answer.content))
        statement = make_statement(answer, event.trail, event.trace_id)
    except Untrusted as error:
        raise Reject(error.reason) from error
    except (Invalid, TlogError) as error:
        raise Reject("content-not-anchored") from error
    return Publication(
        answer_id=answer.run.answer_id,
        revision=answer.run.revision,
        kind=PUBLISHED,
        content=answer.content,
        content_sha256=hashlib.sha256(answer.content).hexdigest(),
        review=answer.review,
        rendering=answer.rendering,
        statement=statement,
        review_key=signed.review_key.vkey,
        render_key=signed.render_key.vkey,
    )
