"""One published sentence beside the passage it rests on: how proof looks, for the home page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from plumbline_pages.library import edition_named

LONGEST_CLAIM: Final = 120  # characters: two lines of the home page
LONGEST_PASSAGE: Final = 500  # a reader should take it in at a glance


@dataclass(frozen=True, slots=True)
class Proof:
    """A sentence, and the passage around the words it rests on."""

    claim: str
    before: str
    quote: str
    after: str
    source: str
    url: str


def proof_from(content: Mapping[str, Any], url: str) -> Proof | None:
    """The first sentence of a published answer that shows well; None when none does.

    It rests on one quotation, is short, and its passage says more than the quotation. `url` is
    the answer's path.
    """
    passages = {passage["id"]: passage for passage in content["passages"]}
    for claim in content["claims"]:
        if len(claim["citations"]) != 1:
            continue
        cited = claim["citations"][0]
        passage = passages[cited["passage"]]
        if _shows_well(claim["text"], cited["quote"], passage["text"]):
            return Proof(
                claim=claim["text"],
                before=passage["text"][: cited["start"]],
                quote=cited["quote"],
                after=passage["text"][cited["end"] :],
                source=edition_named(passage["title"], passage["version"]),
                url=url,
            )
    return None


def _shows_well(claim: str, quote: str, passage: str) -> bool:
    return len(claim) <= LONGEST_CLAIM and len(quote) < len(passage) <= LONGEST_PASSAGE
