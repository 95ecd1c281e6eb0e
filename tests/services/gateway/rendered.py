"""A rendered answer, signed by keys of the test's own, and what arrives around it."""

from __future__ import annotations

import hashlib
import html
from dataclasses import dataclass, field
from typing import Any

import rfc8785

from plumbline.common.v1.common_pb2 import Cause, Run
from plumbline.rendering.v1.events_pb2 import AnswerRendered
from plumbline_bus import Event, Hop
from plumbline_gateway.trust import HTML, RENDERING_TYPE, REVIEW_TYPE
from plumbline_tlog import dsse
from plumbline_tlog.note import Signer, new_signer

ANSWER = "0123456789abcdef" * 2
TEXT = "No gland may measure 1.5 zu or more (≥1.5 zu, 10⁹)."


@dataclass
class Signers:
    """The keys of a test."""

    review: Signer = field(default_factory=lambda: new_signer("plumbline/review"))
    render: Signer = field(default_factory=lambda: new_signer("plumbline/render"))

    @property
    def trust(self) -> tuple[str, ...]:
        return (self.review.vkey, self.render.vkey)


def content(**changed: Any) -> dict[str, Any]:
    """Reviewed content with one claim about one passage."""
    passage = {
        "id": "p1",
        "occurrence_id": "11111111-1111-5111-8111-111111111111",
        "passage_id": "22" * 16,
        "guideline_id": "zu-guide",
        "title": "Zu guide",
        "publisher": "Demonstration",
        "version": "2",
        "effective_date": "2026-01-01",
        "licence": "CC-BY-4.0",
        "demonstration": True,
        "based_on": "",
        "section": ["Full response"],
        "start": 10,
        "end": 10 + len(TEXT),
        "text": TEXT,
        "text_sha256": hashlib.sha256(TEXT.encode()).hexdigest(),
        "scope": {"disease": "zu"},
    }
    citation = {"passage": "p1", "start": 0, "end": len(TEXT), "quote": TEXT}
    claim = {
        "id": "c1",
        "text": TEXT,
        "kind": "verbatim",
        "verdict": "verbatim",
        "citations": [citation],
    }
    blocks = [{"kind": "claims", "claims": ["c1"]}]
    return {
        "schema": "plumbline.content/1",
        "title": "What is a full response in zu?",
        "category": "zu",
        "question_type": "definition",
        "audience": "patient",
        "locale": "en",
        "scope": {"disease": "zu", "disease_label": "zu"},
        "notices": [{"id": "general-information", "text": "General information."}],
        "sections": [
            {"id": "short", "role": "key_points", "heading": "In short", "blocks": blocks}
        ],
        "claims": [claim],
        "passages": [passage],
        "not_stated": [],
        "made_by": {
            "kind": "extractive",
            "name": "composer/extractive",
            "version": "1",
            "rules_sha256": "0" * 64,
            "model": None,
            "prompt_sha256": None,
        },
        "retrieval": {"mode": "lexical", "embedding_model": None, "corpus_digest": "0" * 64},
        "readability": {"fk_grade_masked": 5.1},
        "checks": [{"id": "GR-NUM", "version": "1", "verdict": "pass"}],
        "policy": {"version": "1", "sha256": "0" * 64},
        **changed,
    }


def page_of(made: dict[str, Any]) -> bytes:
    """A page that says every claim."""
    claims = "".join(
        f'<p><span class="s" data-claim="{c["id"]}">{html.escape(c["text"])}'
        f'<a data-aside href="#q">1</a></span></p>'
        for c in made["claims"]
    )
    body = f"<!doctype html><title>t</title><h1>{html.escape(made['title'])}</h1>"
    return f"{body}<!--plumbline:state-->{claims}<!--plumbline:seal-->".encode()


def rendered(
    signers: Signers,
    made: dict[str, Any] | None = None,
    *,
    revision: int = 1,
    signed_revision: int | None = None,
    page: bytes | None = None,
) -> AnswerRendered:
    """The message, signed for `signed_revision` (the same one unless said)."""
    made = made or content()
    data = rfc8785.dumps(made)
    body = page_of(made) if page is None else page
    covered = {
        "answer_id": ANSWER,
        "revision": signed_revision or revision,
        "content_sha256": hashlib.sha256(data).hexdigest(),
    }
    review: dict[str, Any] = {
        **covered,
        "policy_sha256": "0" * 64,
        "checks_sha256": "0" * 64,
        "verdict": "pass",
    }
    digest = hashlib.sha256(body).hexdigest()
    rendering: dict[str, Any] = {**covered, "renditions": [{"media_type": HTML, "sha256": digest}]}
    message = AnswerRendered(
        run=Run(
            answer_id=ANSWER,
            revision=revision,
            audience="patient",
            locale="en",
            cause=Cause(kind="asked"),
        ),
        content=data,
        review=dsse.sign(rfc8785.dumps(review), REVIEW_TYPE, signers.review),
        rendering=dsse.sign(rfc8785.dumps(rendering), RENDERING_TYPE, signers.render),
        published_at="2026-11-24T10:00:00Z",
    )
    message.renditions.add(media_type=HTML, body=body, sha256=digest)
    return message


def event(
    message: Any, *, offset: int = 0, time: str = "2026-11-24T10:00:00.000000Z"
) -> Event[Any]:
    """The message as it arrives."""
    hop = Hop("rendering", "e1", "2026-11-24T10:00:00.000000Z", "2026-11-24T10:00:00.004200Z")
    return Event(message, f"id{offset}", "rendering", time, (hop,), "t", 0, offset, "ab" * 16)
