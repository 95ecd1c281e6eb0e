"""What changed: an answer's newest version, and an edition, each against the one before."""

from __future__ import annotations

from collections.abc import Sequence

from google.protobuf.json_format import MessageToDict

import plumbline_pages as pages
from plumbline.regeneration.v1.events_pb2 import Severity
from plumbline_gateway.edition_changes import kind_of
from plumbline_gateway.front import Front
from plumbline_gateway.page_views import named
from plumbline_gateway.stored import Published
from plumbline_gateway.what_changed import changes_of


def what_changed(front: Front, before: Published, now: Published) -> str:
    """The page about two published versions of one answer, the newest and the one before."""
    run = now.run
    guideline, _, version = run.cause.ref.partition("@")
    compared = front.site.edition_changes.of(run.cause.ref)
    return pages.what_changed(
        pages.History(
            answer_id=run.answer_id,
            title=now.title,
            number=run.revision,
            published_at=now.published_at,
            cause=run.cause.kind or "asked",
            by=named(front, run.cause.ref),
            sentences=len(now.content["claims"]),
            changed=[
                pages.Changed(
                    one.kind,
                    one.where,
                    one.before,
                    one.after,
                    one.before_editions,
                    one.after_editions,
                )
                for one in changes_of(before.content, now.content)
            ],
            moments=_moments(front, before, now),
            versions=_versions(front, now),
            edition_changes=pages.diff_path(guideline, version) if compared else "",
            demonstration=any(p["demonstration"] for p in now.content["passages"]),
        )
    )


def _moments(front: Front, before: Published, now: Published) -> list[pages.Moment]:
    """How it went, in order: the edition, the notice, the run, the page."""
    by, found = named(front, now.run.cause.ref), []
    if at := front.site.shelf.edition_indexed_at(now.run.cause.ref):
        found.append(pages.Moment(at, "arrived", by))
    if told := front.told(before).staled:
        grave = told[0].severity >= Severity.SEVERITY_NUMBER_CHANGED
        found.append(pages.Moment(told[1], "covered" if grave else "told"))
    if now.trail:
        found.append(pages.Moment(now.trail[0].started, "again"))
    found.append(pages.Moment(now.published_at, "published", n=now.run.revision))
    return sorted(found, key=lambda one: one.at)


def _versions(front: Front, now: Published) -> Sequence[pages.Version]:
    """Every published version, the newest first."""
    title, answer = now.title, now.run.answer_id
    return [
        pages.Version(
            run.revision,
            at,
            run.cause.kind or "asked",
            pages.answer_path(title, answer)
            if run.revision == now.run.revision
            else pages.version_path(title, answer, run.revision),
        )
        for run, at in front.site.shelf.versions(answer)
    ]


def edition_diff(front: Front, guideline_id: str, version: str) -> str | None:
    """What an edition changed; None for an unknown one and for the first of its guideline."""
    edition_id = f"{guideline_id}@{version}"
    compared = front.site.edition_changes.of(edition_id)
    held = front.site.shelf.edition(edition_id)
    if compared is None or held is None:
        return None
    return pages.edition_diff(
        pages.EditionDiff(
            guideline_id,
            held.edition.title,
            old=compared.from_version,
            new=version,
            same=compared.same,
            sentences=[
                pages.SentenceChanged(
                    kind_of(one),
                    one.old_text,
                    one.new_text,
                    [MessageToDict(change) for change in one.quantities],
                )
                for one in compared.sentences
            ],
            demonstration=held.edition.demonstration,
        )
    )
