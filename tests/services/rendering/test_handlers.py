from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest

from plumbline.common.v1.status_pb2 import QuestionProgressed, Stage
from plumbline.rendering.v1.events_pb2 import AnswerRendered
from plumbline.safety_review.v1.events_pb2 import AnswerReviewed
from plumbline_bus import Reject, open_local
from plumbline_rendering.handlers import RENDERING_TYPE, on_answer_reviewed
from plumbline_rendering.review import review_keys
from plumbline_rendering.service import Settings, open_service
from plumbline_tlog.dsse import open_envelope
from plumbline_tlog.note import Signer, new_signer

Json = dict[str, Any]
Reviewed = Callable[..., AnswerReviewed]


async def handle(message: AnswerReviewed, review: Signer, render: Signer) -> list[Any]:
    keys = review_keys([render.vkey, review.vkey])
    return list(await on_answer_reviewed(message, keys=keys, signer=render))


async def test_a_reviewed_answer_becomes_a_signed_page(
    content: Json, reviewed: Reviewed, review_signer: Signer, render_signer: Signer
) -> None:
    message = reviewed(content)
    rendered, progressed = await handle(message, review_signer, render_signer)
    assert isinstance(rendered, AnswerRendered)
    assert rendered.run == message.run
    assert rendered.content == message.content
    assert rendered.review == message.review
    assert rendered.published_at == message.published_at
    [page] = rendered.renditions
    assert page.media_type == "text/html; charset=utf-8"
    assert page.sha256 == hashlib.sha256(page.body).hexdigest()
    signed = open_envelope(rendered.rendering, RENDERING_TYPE, [render_signer.verifier])
    assert json.loads(signed) == {
        "answer_id": message.run.answer_id,
        "revision": 2,
        "content_sha256": hashlib.sha256(message.content).hexdigest(),
        "renditions": [{"media_type": page.media_type, "sha256": page.sha256}],
    }
    assert progressed == QuestionProgressed(
        answer_id=message.run.answer_id,
        revision=2,
        stage=Stage.STAGE_RENDERED,
        count=len(content["claims"]),
    )


async def test_the_same_message_gives_the_same_bytes(
    content: Json, reviewed: Reviewed, review_signer: Signer, render_signer: Signer
) -> None:
    message = reviewed(content)
    first = await handle(message, review_signer, render_signer)
    again = await handle(message, review_signer, render_signer)
    assert [m.SerializeToString() for m in first] == [m.SerializeToString() for m in again]


@pytest.mark.parametrize(
    "signed",
    [
        {"answer_id": "0" * 32},
        {"revision": 1},
        {"revision": True},
        {"content_sha256": "0" * 64},
        {"policy_sha256": "0" * 64},
        {"checks_sha256": "0" * 64},
        {"verdict": "withhold"},
    ],
)
async def test_a_review_of_anything_else_is_refused(
    content: Json,
    reviewed: Reviewed,
    review_signer: Signer,
    render_signer: Signer,
    signed: Json,
) -> None:
    with pytest.raises(Reject, match="review-signature"):
        await handle(reviewed(content, **signed), review_signer, render_signer)


@pytest.mark.parametrize("name", ["plumbline/review", "plumbline/render", "plumbline/log"])
async def test_a_review_signed_by_another_key_is_refused(
    content: Json, reviewed: Reviewed, review_signer: Signer, render_signer: Signer, name: str
) -> None:
    other = new_signer(name)
    with pytest.raises(Reject, match="review-signature"):
        await handle(reviewed(content, other), review_signer, render_signer)


async def test_renderings_own_key_cannot_pass_a_review(
    content: Json, reviewed: Reviewed, review_signer: Signer, render_signer: Signer
) -> None:
    with pytest.raises(Reject, match="review-signature"):
        await handle(reviewed(content, render_signer), review_signer, render_signer)


@pytest.mark.parametrize("review", [b"", b"{}", b"\xff"])
async def test_a_missing_or_unreadable_review_is_refused(
    content: Json,
    reviewed: Reviewed,
    review_signer: Signer,
    render_signer: Signer,
    review: bytes,
) -> None:
    message = reviewed(content)
    message.review = review
    with pytest.raises(Reject, match="review-signature"):
        await handle(message, review_signer, render_signer)


async def test_content_changed_after_the_review_is_refused(
    content: Json, reviewed: Reviewed, review_signer: Signer, render_signer: Signer
) -> None:
    message = reviewed(content)
    message.content = message.content.replace(b"1.5 cm", b"2.5 cm")
    with pytest.raises(Reject, match="review-signature"):
        await handle(message, review_signer, render_signer)


async def test_a_signed_misquotation_is_refused_by_its_code(
    content: Json, reviewed: Reviewed, review_signer: Signer, render_signer: Signer
) -> None:
    content["claims"][0]["citations"][0]["quote"] = "other words"
    with pytest.raises(Reject, match="quote-mismatch"):
        await handle(reviewed(content), review_signer, render_signer)


async def test_the_service_reads_both_lanes(
    tmp_path: Any, review_signer: Signer, render_signer: Signer
) -> None:
    key, trust = tmp_path / "render.pem", tmp_path / "trust.txt"
    key.write_bytes(render_signer.pem)
    trust.write_text(f"{review_signer.vkey}\n{render_signer.vkey}\n")
    async with (
        open_local(":memory:") as log,
        open_service(Settings(key_file=key, trust_file=trust), log) as service,
    ):
        assert service.name == "rendering"
        assert [route.lane for route in service.routes] == ["", "background"]
