"""Nothing that was not reviewed, exactly as it was reviewed, gets past the door."""

from collections.abc import Callable

import pytest
from services.gateway.rendered import Signers, content, page_of, rendered

from plumbline.rendering.v1.events_pb2 import AnswerRendered
from plumbline_gateway.trust import Untrusted, admit


def test_a_reviewed_page_is_admitted() -> None:
    signers = Signers()
    trusted = admit(rendered(signers), signers.trust)
    assert trusted.content == content()
    assert trusted.page == page_of(content())


def _tampered(message: AnswerRendered) -> AnswerRendered:
    message.content = message.content.replace(b"1.5", b"2.5")
    return message


def _no_review(message: AnswerRendered) -> AnswerRendered:
    message.review = b""
    return message


def _swapped(message: AnswerRendered) -> AnswerRendered:
    message.review = message.rendering
    return message


def _other_bytes(message: AnswerRendered) -> AnswerRendered:
    message.renditions[0].body += b" "
    return message


def _other_answer(message: AnswerRendered) -> AnswerRendered:
    message.run.answer_id = "f" * 32
    return message


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (_tampered, "signature-of-another"),
        (_no_review, "signature"),
        (_swapped, "signature"),
        (_other_bytes, "page-digest"),
        (_other_answer, "signature-of-another"),
    ],
)
def test_a_message_changed_after_signing_is_refused(
    change: Callable[[AnswerRendered], AnswerRendered], why: str
) -> None:
    signers = Signers()
    with pytest.raises(Untrusted, match=why):
        admit(change(rendered(signers)), signers.trust)


def test_a_review_by_another_key_is_refused() -> None:
    ours, theirs = Signers(), Signers()
    with pytest.raises(Untrusted, match="signature"):
        admit(rendered(Signers(review=theirs.review, render=ours.render)), ours.trust)


def test_the_key_of_rendering_cannot_pass_a_review() -> None:
    signers = Signers()
    with pytest.raises(Untrusted, match="signature"):
        admit(rendered(Signers(review=signers.render, render=signers.render)), signers.trust)


def test_a_review_replayed_for_another_revision_is_refused() -> None:
    signers = Signers()
    with pytest.raises(Untrusted, match="signature-of-another"):
        admit(rendered(signers, revision=2, signed_revision=1), signers.trust)


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        ("1.5 zu or", "2.5 zu or", "claims-differ"),
        ("10⁹", "109", "claims-differ"),
        ('data-claim="c1"', 'data-claim="c2"', "claims-missing"),
        ("No gland", "<b>Any</b> gland", "claims-differ"),
    ],
)
def test_a_page_that_says_something_else_is_refused(before: str, after: str, why: str) -> None:
    signers = Signers()
    page = page_of(content()).decode().replace(before, after).encode()
    with pytest.raises(Untrusted, match=why):
        admit(rendered(signers, page=page), signers.trust)
