"""Every page of the library of pages, made from plain words or from hostile ones."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from plumbline_pages import (
    Call,
    Edition,
    FieldError,
    Operation,
    PassageText,
    Proof,
    Topic,
    UrgentCard,
    UsedIn,
    docs,
    failed,
    home,
    library,
    not_covered,
    not_found,
    passage,
    progress,
    refused,
    state_banner,
    steps,
    urgent_card,
    withheld,
)

ANSWER_ID = "53e8df32ef6c5f2e8688a91462c32a04"
Pages = Callable[[str], dict[str, str]]


def make_pages(words: str) -> dict[str, str]:
    """Every page, with `words` in each field that takes text."""
    w = words
    card = UrgentCard(w, [w, w], [Call(w)], w, [w], [w])
    edition = Edition(w, w, w, w, w, w, demonstration=True, based_on=w, status=w, passages=3)
    place = PassageText(w, [w, w], 3, 3 + len(w), w)
    reached: dict[str, tuple[float | None, int | None]] = {"received": (0.0, None), "found": (1, 9)}
    quoted = [(0, max(1, len(w) // 2))] if w else []
    return {
        "home": home(
            [(w, w)],
            FieldError(w, 3, [w], w),
            w,
            [Topic(w, 3, w)],
            proof=Proof(w, w, w, w, w, w),
            urgent=card,
            demonstration=True,
        ),
        "progress": progress(ANSWER_ID, w, steps(reached), card, demonstration=True),
        "not_covered": not_covered(w, [w, w], card, answer_id=w),
        "withheld": withheld(w, [w], card, answer_id=w),
        "failed": failed(w, card, answer_id=w),
        "urgent": urgent_card(card, w),
        "urgent_refused": urgent_card(card, None),
        "library": library([edition, edition]),
        "passage": passage(place, edition, quoted, [UsedIn(w, w)]),
        "docs": docs([Operation(w, w, w, w + w, [(w, w)])]),
        "not_found": not_found(),
        "refused": refused(w, w, card),
        "state": state_banner(w, since=w, by=w, changed=1, total=2),
    }


@pytest.fixture(scope="session")
def pages() -> Pages:
    return make_pages
