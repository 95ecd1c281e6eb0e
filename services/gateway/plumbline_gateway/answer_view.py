"""A published answer's page as it is today: its sources may have changed since it was made."""

from __future__ import annotations

from typing import Any

import plumbline_pages as pages
from plumbline_gateway.events import newest_mark
from plumbline_gateway.front import Front
from plumbline_gateway.page_views import card_of, named
from plumbline_gateway.stored import Published


def answer(front: Front, published: Published) -> bytes:
    """A published page, with what is known about it today written into its places."""
    run, stale = published.run, front.stale(published)
    covering = _covering(published.content, stale) if stale else {}
    page = pages.cover(published.page, covering) if stale else pages.Covered(published.page, "")
    shown = _stale(front, published, stale, f"#{page.first}" if page.first else "")
    sealed = front.site.runs.sealed(run.answer_id, run.revision)
    card = card_of(front, run.urgent)
    return pages.fill(
        page.page,
        state=pages.stale_banner(shown) if shown else "",
        seal=pages.seal_line(sealed.leaf_index if sealed else None),
        urgent=pages.urgent_block(card) if card else "",
        live=pages.live_line(run.answer_id, str(newest_mark(front, run.answer_id))),
        parts=pages.standing_parts(_standing(front, published, shown)),
        editions=_editions(front, published),
    )


def banner(front: Front, published: Published) -> str:
    """The same banner for the proof record of the page; "" while all its sources stand."""
    address = pages.answer_path(published.title, published.run.answer_id)
    shown = _stale(front, published, front.stale(published), address)
    return pages.stale_banner(shown) if shown else ""


def old_version(front: Front, published: Published, newest: str) -> bytes:
    """A version kept for the record. `newest`: the answer's address; "" when it was taken down."""
    run = published.run
    sealed = front.site.runs.sealed(run.answer_id, run.revision)
    page = pages.old_version(
        published.page,
        number=run.revision,
        published_at=published.published_at,
        newest=newest,
    )
    return pages.fill(page, seal=pages.seal_line(sealed.leaf_index) if sealed else "")


def _editions(front: Front, published: Published) -> dict[str, str]:
    """occurrence id → what the edition of a cited passage is today."""
    told, current = front.told(published), front.current()
    made = {}
    for passage in published.content["passages"]:
        now = told.stands_now(passage, current)
        status = told.edition_status(passage, current)
        stands_in = now["version"] if now and status == "superseded" else ""
        made[passage["occurrence_id"]] = pages.edition_state(status, stands_in)
    return made


def _covering(content: dict[str, Any], stale: dict[str, Any]) -> dict[str, str | None]:
    """claim id → the edition whose words are covered, or None where they may still be read."""
    versions = {p["id"]: p["version"] for p in content["passages"]}
    return {
        claim["id"]: versions[claim["citations"][0]["passage"]]
        if claim["id"] in stale["covered"]
        else None
        for claim in content["claims"]
        if claim["id"] in stale["claims"]
    }


def _stale(
    front: Front, published: Published, stale: dict[str, Any] | None, first: str
) -> pages.Stale | None:
    if stale is None:
        return None
    by = stale["by"]
    guideline, _, version = by.partition("@")
    at = stale["since"] or front.site.shelf.edition_indexed_at(by) or published.published_at
    covering = _covering(published.content, stale)
    return pages.Stale(
        stale["severity"],
        since=front.site.shelf.edition_indexed_at(by) or at,
        by=named(front, by),
        changed=len(covering),
        total=len(published.content["claims"]),
        covered=sum(version is not None for version in covering.values()),
        first=first,
        changes=pages.diff_path(guideline, version) if front.site.edition_changes.of(by) else "",
    )


def _standing(front: Front, published: Published, stale: pages.Stale | None) -> pages.Standing:
    run, told = published.run, front.told(published)
    before = front.site.runs.published_before(run.answer_id, run.revision)
    return pages.Standing(
        revision=run.revision,
        published_at=published.published_at,
        sentences=len(published.content["claims"]),
        editions=list(
            dict.fromkeys(
                pages.edition_named(p["title"], p["version"]) for p in published.content["passages"]
            )
        ),
        proof=pages.record_path(published.title, run.answer_id),
        changes=pages.changes_path(published.title, run.answer_id) if before else "",
        stale=stale,
        rechecked=(told.rechecked[1], named(front, told.rechecked[0].cause.ref))
        if told.rechecked
        else None,
    )
