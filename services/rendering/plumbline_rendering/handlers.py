"""What rendering does: a reviewed answer in, its page out, signed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Final

import rfc8785
from google.protobuf.message import Message

from plumbline.common.v1.status_pb2 import QuestionProgressed, Stage
from plumbline.rendering.v1.events_pb2 import AnswerRendered, Rendition
from plumbline.safety_review.v1.events_pb2 import AnswerReviewed
from plumbline_bus import Reject
from plumbline_rendering.content import BadContent, Content, read
from plumbline_rendering.page import Revision, answer_page
from plumbline_rendering.review import is_reviewed
from plumbline_tlog.dsse import sign
from plumbline_tlog.note import Signer, Verifier

RENDERING_TYPE: Final = "application/vnd.plumbline.rendering+json"
HTML: Final = "text/html; charset=utf-8"


async def on_answer_reviewed(
    message: AnswerReviewed, *, keys: Sequence[Verifier], signer: Signer
) -> Sequence[Message]:
    """Render what was reviewed. The same message gives the same bytes.

    Reject "review-signature" unless a trusted review passed exactly this content for this
    revision; Reject with a code of BadContent when it cannot be put on a page.
    """
    if not is_reviewed(message, keys):
        raise Reject("review-signature")
    run = message.run
    try:
        content = read(message.content)
        page = answer_page(content, Revision(run.answer_id, run.revision, message.published_at))
    except BadContent as error:
        raise Reject(str(error)) from error
    rendered = AnswerRendered(
        run=run,
        content=message.content,
        review=message.review,
        published_at=message.published_at,
        renditions=[_rendition(HTML, page)],
    )
    rendered.rendering = sign(_signed_over(rendered), RENDERING_TYPE, signer)
    return [rendered, _progressed(rendered, content)]


def _rendition(media_type: str, body: bytes) -> Rendition:
    return Rendition(media_type=media_type, body=body, sha256=hashlib.sha256(body).hexdigest())


def _signed_over(rendered: AnswerRendered) -> bytes:
    return rfc8785.dumps(
        {
            "answer_id": rendered.run.answer_id,
            "revision": rendered.run.revision,
            "content_sha256": hashlib.sha256(rendered.content).hexdigest(),
            "renditions": [
                {"media_type": r.media_type, "sha256": r.sha256} for r in rendered.renditions
            ],
        }
    )


def _progressed(rendered: AnswerRendered, content: Content) -> QuestionProgressed:
    return QuestionProgressed(
        answer_id=rendered.run.answer_id,
        revision=rendered.run.revision,
        stage=Stage.STAGE_RENDERED,
        count=len(content.claims),
    )
