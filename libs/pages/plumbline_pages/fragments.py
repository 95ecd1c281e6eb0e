"""What the gateway writes into a finished page at serve time, and the places it goes to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from plumbline_pages.environment import page
from plumbline_pages.words import words

URGENT: Final = "<!--plumbline:urgent-->"  # before everything else in the main part
STATE: Final = "<!--plumbline:state-->"  # right after the heading
SEAL: Final = "<!--plumbline:seal-->"  # in the block that ends the answer


def state_banner(
    severity: str, *, since: str, by: str, changed: int, total: int, moved: Sequence[str] = ()
) -> str:
    """The banner of an answer whose source changed. `severity` "withdrawn" says so; else: replaced.

    `since` is an ISO time, `by` names the edition, `changed` of `total` sentences rest on it;
    `moved`: the claims they are, which the script marks one by one.
    """
    kind = "withdrawn" if severity == "withdrawn" else "superseded"
    return page(
        "state.html", kind=kind, since=since, by=by, changed=changed, total=total, moved=moved
    )


def seal_line(leaf_index: int | None) -> str:
    """Whether the record stands in the ledger yet, and where (entries count from 0)."""
    if leaf_index is None:
        return page("seal.html", state="pending", line=words("seal.pending"))
    return page("seal.html", state="done", line=words("seal.done", entry=leaf_index))


def fill(html: bytes, *, state: str = "", seal: str = "", urgent: str = "") -> bytes:
    """The page with each place filled by a fragment of this package; "" leaves nothing there.

    No text of an answer can hold a place: a place is markup, and text is escaped.
    """
    for place, fragment in ((URGENT, urgent), (STATE, state), (SEAL, seal)):
        html = html.replace(place.encode(), fragment.encode(), 1)
    return html
