"""Every claim stands on words of a passage: the checks that need nothing but the content."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from plumbline_provenance.content import Content
from plumbline_provenance.shape import Invalid


def check_passages(content: Content) -> str:
    """Each passage's digest is that of its text."""
    _distinct((passage.id for passage in content.passages), "passage")
    for passage in content.passages:
        if hashlib.sha256(passage.text.encode()).hexdigest() != passage.text_sha256:
            raise Invalid(f"the text of passage {passage.id} has another SHA-256 than stated")
    return f"{len(content.passages)} passages have the SHA-256 they state"


def check_quotes(content: Content) -> str:
    """Each claim has a citation, and each quotation stands in its passage at its range."""
    _distinct((claim.id for claim in content.claims), "claim")
    passages = {passage.id: passage.text for passage in content.passages}
    quotes = 0
    for claim in content.claims:
        if not claim.citations:
            raise Invalid(f"claim {claim.id} has no citation")
        for citation in (*claim.citations, *claim.also):
            text = passages.get(citation.passage)
            if text is None:
                raise Invalid(f"claim {claim.id} cites a passage that is not carried")
            inside = 0 <= citation.start < citation.end <= len(text)
            if not inside or text[citation.start : citation.end] != citation.quote:
                raise Invalid(f"a quotation of claim {claim.id} is not in its passage at its range")
            quotes += 1
    return f"{quotes} quotations stand in their passages, character for character"


def check_verbatim(content: Content) -> str:
    """A verbatim claim is its quotations in citation order, joined by one space."""
    verbatim = [claim for claim in content.claims if claim.verbatim]
    for claim in verbatim:
        if claim.text != " ".join(citation.quote for citation in claim.citations):
            raise Invalid(f"claim {claim.id} is called verbatim and is not its quotations")
    return f"{len(verbatim)} of {len(content.claims)} claims are their quotations and nothing else"


def check_anchors(content: Content) -> None:
    """All of them."""
    for check in (check_passages, check_quotes, check_verbatim):
        check(content)


def _distinct(ids: Iterable[str], what: str) -> None:
    seen: set[str] = set()
    for item in ids:
        if item in seen:
            raise Invalid(f"two have the {what} id {item}")
        seen.add(item)
