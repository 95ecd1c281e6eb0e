"""Answers made for these tests, signed with keys made for these tests."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any, TypeVar

from google.protobuf.message import Message

from plumbline.common.v1.common_pb2 import Cause, Run
from plumbline.rendering.v1.events_pb2 import AnswerRendered, Rendition
from plumbline_bus import Event, Hop
from plumbline_provenance.formats import (
    LOG_KEY,
    RENDER_KEY,
    RENDERING_TYPE,
    REVIEW_KEY,
    REVIEW_TYPE,
)
from plumbline_provenance.handlers import publication_of
from plumbline_provenance.publication import Publication
from plumbline_provenance.trust import Trust
from plumbline_tlog import dsse
from plumbline_tlog.canonical import encode
from plumbline_tlog.note import Signer, new_signer

M = TypeVar("M", bound=Message)
TRAIL = (
    Hop("gateway", "11111111", "2026-11-24T10:00:00.000001Z", "2026-11-24T10:00:00.000002Z"),
    Hop("rendering", "22222222", "2026-11-24T10:00:01.000001Z", "2026-11-24T10:00:01.000002Z"),
)
TRACE_ID = "0af7651916cd43dd8448eb211c80319c"


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def content_value(
    text: str = "A zorvic full answer needs ≥1.5 dram. Platelets ≥ 100 × 10⁹/L.",
) -> Any:
    """Content with two passages, a verbatim claim of two quotations and a composed one."""
    second = "It is judged after 10⁻⁴ sprigs."
    first_quote = text[: text.index(".", text.index("dram")) + 1]
    passages = [
        _passage("p1", "occ-1", text, ["Judging", "Full"]),
        _passage("p2", "occ-2", second, []),
    ]
    return {
        "schema": "plumbline.content/1",
        "title": "Zorvic answers",
        "audience": "patient",
        "locale": "en",
        "claims": [
            {
                "id": "c1",
                "text": f"{first_quote} {second}",
                "kind": "verbatim",
                "verdict": "verbatim",
                "citations": [
                    _citation("p1", 0, first_quote),
                    _citation("p2", 0, second),
                ],
            },
            {
                "id": "c2",
                "text": "It takes sprigs.",
                "kind": "composed",
                "verdict": "supported",
                "citations": [_citation("p2", second.index("10"), "10⁻⁴ sprigs")],
                "also": [_citation("p1", 0, first_quote)],
            },
        ],
        "passages": passages,
        "made_by": {"kind": "extractive", "name": "composer", "version": "1"},
        "retrieval": {"mode": "lexical", "embedding_model": None, "corpus_digest": "00" * 32},
        "checks": [{"id": "GR-NUM", "version": "1", "verdict": "pass"}],
        "policy": {"version": "2026-11", "sha256": "11" * 32},
        "readability": {"fk_grade_masked": 7.4},
    }


def _passage(passage_id: str, occurrence: str, text: str, section: list[str]) -> dict[str, Any]:
    return {
        "id": passage_id,
        "occurrence_id": occurrence,
        "guideline_id": "zorvic-response",
        "version": "2026",
        "section": section,
        "text": text,
        "text_sha256": sha256(text.encode()),
    }


def _citation(passage: str, start: int, quote: str) -> dict[str, Any]:
    return {"passage": passage, "start": start, "end": start + len(quote), "quote": quote}


@dataclass(frozen=True)
class World:
    """The keys of one home, and the answers signed with them."""

    review: Signer = field(default_factory=lambda: new_signer(REVIEW_KEY))
    render: Signer = field(default_factory=lambda: new_signer(RENDER_KEY))
    log: Signer = field(default_factory=lambda: new_signer(LOG_KEY))

    @property
    def trust(self) -> tuple[str, ...]:
        return self.review.vkey, self.render.vkey, self.log.vkey

    def answer(
        self,
        number: int = 1,
        revision: int = 1,
        *,
        content: Any = None,
        review: dict[str, Any] | None = None,
        rendering: dict[str, Any] | None = None,
    ) -> AnswerRendered:
        """A rendered answer; `review` and `rendering` replace members of what is signed."""
        run = Run(
            answer_id=f"{number:032x}",
            revision=revision,
            audience="patient",
            locale="en",
            cause=Cause(kind="asked"),
        )
        value = content or content_value()
        data = encode(value)
        covered = {
            "answer_id": run.answer_id,
            "revision": revision,
            "content_sha256": sha256(data),
        }
        page = b"<p>the page of %d</p>" % number
        pages = [{"media_type": "text/html; charset=utf-8", "sha256": sha256(page)}]
        reviewed = {
            **covered,
            "policy_sha256": value["policy"]["sha256"],
            "checks_sha256": sha256(encode(value["checks"])),
            "verdict": "pass",
            **(review or {}),
        }
        rendered = {**covered, "renditions": pages, **(rendering or {})}
        return AnswerRendered(
            run=run,
            content=data,
            review=dsse.sign(encode(reviewed), REVIEW_TYPE, self.review),
            published_at="2026-11-24T10:00:01Z",
            renditions=[Rendition(body=page, **pages[0])],
            rendering=dsse.sign(encode(rendered), RENDERING_TYPE, self.render),
        )

    def event(
        self, answer: M, trail: tuple[Hop, ...] = TRAIL, trace_id: str = TRACE_ID
    ) -> Event[M]:
        return Event(
            message=answer,
            id="33333333",
            source="rendering",
            time="2026-11-24T10:00:02.000000Z",
            trail=trail,
            topic="answer.rendered.v1",
            partition=0,
            offset=0,
            trace_id=trace_id,
        )

    def publication(self, number: int = 1, revision: int = 1) -> Publication:
        """The answer of that number, verified and ready to be sealed."""
        return publication_of(self.event(self.answer(number, revision)), Trust(self.trust))
