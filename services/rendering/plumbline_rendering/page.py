"""One reviewed answer as an HTML page: a pure function, the same bytes every time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from plumbline_pages.address import answer_path, linked_path, object_path, record_path
from plumbline_pages.environment import environment
from plumbline_pages.fragments import LIVE, SEAL, STATE, URGENT, edition_place
from plumbline_rendering.content import Content, Passage
from plumbline_rendering.layout import Layout, lay_out, lead_in

_TEMPLATES: Final = Path(__file__).parent / "templates"
DEMONSTRATION: Final = "demonstration"  # id of the notice that stands at the very top


@dataclass(frozen=True, slots=True)
class Revision:
    """Which revision the page shows, and since when it may be shown."""

    answer_id: str
    number: int
    published_at: str


def answer_page(content: Content, revision: Revision) -> bytes:
    """The page, in UTF-8, with the places that are filled when it is served left open.

    BadContent when the content's sections do not fit together.
    """
    whole = content.whole
    laid_out = lay_out(content)
    template = environment(_TEMPLATES).get_template("answer.html")
    page = template.render(
        title=whole["title"],
        category=whole["category"],
        notices=[n["text"] for n in whole["notices"] if n["id"] != DEMONSTRATION],
        strip=_strip(whole["notices"]),
        demonstration=any(p.demonstration for p in content.passages.values()),
        revision=revision,
        address=answer_path(whole["title"], revision.answer_id),
        proof=record_path(whole["title"], revision.answer_id),
        object=object_path(revision.answer_id),
        linked=linked_path(revision.answer_id),
        answer=laid_out,
        lead_in=lead_in,
        questions=laid_out.part("questions"),
        not_stated=whole["not_stated"],
        editions=_editions(laid_out),
        facts=_facts(content),
        places={
            "urgent": URGENT,
            "state": STATE,
            "seal": SEAL,
            "live": LIVE,
            "edition": edition_place,
        },
    )
    return page.encode()


def _strip(notices: Sequence[Any]) -> str:
    return next((str(n["text"]) for n in notices if n["id"] == DEMONSTRATION), "")


def _editions(laid_out: Layout) -> list[Passage]:
    """One passage of each edition, in the order of first use, to speak for its edition."""
    by_edition: dict[tuple[str, str], Passage] = {}
    for listed in laid_out.passages:
        passage = listed.passage
        by_edition.setdefault((passage.guideline_id, passage.version), passage)
    return list(by_edition.values())


def _facts(content: Content) -> dict[str, Any]:
    """What the margin says about the answer as a whole."""
    whole = content.whole
    return {
        "passed": sum(check["verdict"] == "pass" for check in whole["checks"]),
        "repaired": sum(claim.repaired for claim in content.claims.values()),
        "writer": f"{whole['made_by']['name']} {whole['made_by']['version']}",
        "model": whole["made_by"]["model"],
        "lexical": whole["retrieval"]["mode"] == "lexical",
    }
