"""One upload from bytes to a published edition, or a reason why not."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from plumbline.ingest.v1.events_pb2 import AlignmentListed
from plumbline_ingest.alignment.messages import changes_between
from plumbline_ingest.documents import Document
from plumbline_ingest.edition import Edition, make_edition
from plumbline_ingest.errors import Refused
from plumbline_ingest.guess import guess_manifest
from plumbline_ingest.licence import compile_licence
from plumbline_ingest.manifest import Manifest, check_file_name, parse_manifest, to_toml
from plumbline_ingest.notices import notice
from plumbline_ingest.publisher import Publisher
from plumbline_ingest.store import Kept, Store


@dataclass(frozen=True, slots=True)
class Upload:
    """What was sent. `manifest` None: guess one. `licence` is for a manifest that does not say."""

    manifest: str | None
    documents: Sequence[Document]
    licence: str = ""
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of it: "ingested", "unchanged" or "refused".

    `reason` says why it was refused, or what is to be known of what was taken.
    """

    status: str
    guideline_id: str = ""
    version: str = ""
    edition_id: str = ""
    passages: int = 0
    reason: str = ""
    manifest: str = ""


def today_utc() -> date:
    """Today, in UTC."""
    return datetime.now(UTC).date()


class Intake:
    """Takes uploads one after the other into a store, and has them published."""

    def __init__(
        self, store: Store, publisher: Publisher, today: Callable[[], date] = today_utc
    ) -> None:
        self._store = store
        self._publisher = publisher
        self._today = today

    async def take(self, upload: Upload) -> Outcome:
        """Read, keep and publish; a refusal is an outcome.

        Unavailable when the log is away: what was kept is published later.
        """
        manifest: Manifest | None = None
        try:
            manifest = await self._manifest(upload)
            compile_licence(manifest.licence)  # before the long part
            named = _named(manifest, upload.documents)
            edition = await asyncio.to_thread(make_edition, manifest, named)
            if upload.dry_run:
                return _outcome(edition, "ingested" if self._is_new(edition) else "unchanged")
            edition = await self._aligned(edition)
            told = notice(edition, self._store.of(manifest.id), self._today())
            is_new = self._store.add(edition)
        except Refused as refusal:
            return _refusal(manifest, refusal)
        kept = self._store.find(edition.edition_id)
        assert kept
        if not kept.published:  # also when an earlier upload was kept but never said to the end
            await self._publisher.publish(kept)
            is_new = True
        outcome = _outcome(edition, "ingested" if is_new else "unchanged", kept)
        return dataclasses.replace(outcome, reason=told) if is_new else outcome

    async def _manifest(self, upload: Upload) -> Manifest:
        if upload.manifest is not None:
            manifest = parse_manifest(upload.manifest)
            return dataclasses.replace(manifest, licence=manifest.licence or upload.licence)
        if len(upload.documents) != 1:
            raise Refused(
                "without a guideline.toml each document is a guideline; send them one by one"
            )
        guessed = await asyncio.to_thread(
            guess_manifest, upload.documents[0], upload.licence, self._today()
        )
        # Without a date of its own it keeps the one it came with, or it would change each day.
        if kept := self._store.find(guessed.edition_id):
            return dataclasses.replace(guessed, effective_date=kept.effective_date)
        self._refuse_never_current(guessed)
        return guessed

    def _refuse_never_current(self, guessed: Manifest) -> None:
        """Of two editions of one day the later version is current; a guessed one may be a hash."""
        same_day = self._store.of_the_day(guessed.id, guessed.effective_date)
        if same_day and same_day[-1].version > guessed.version:
            raise Refused(
                f"{same_day[-1].edition_id} took effect on the same day, {guessed.effective_date}, "
                "and which of the two is newer nothing says; write a guideline.toml with a version "
                f"that sorts after {same_day[-1].version!r}"
            )

    async def _aligned(self, edition: Edition) -> Edition:
        """The edition with what became of the one before it; a new guideline has none."""
        before = self._store.before(edition)
        if before is None or not self._is_new(edition):
            return edition
        old = self._store.passages(before.edition_id)
        changes = await asyncio.to_thread(changes_between, old, edition.passages)
        listed = AlignmentListed(from_edition_id=before.edition_id, changes=changes)
        return dataclasses.replace(edition, aligned=listed)

    def _is_new(self, edition: Edition) -> bool:
        kept = self._store.find(edition.edition_id)
        if kept and kept.digest != edition.digest and kept.source_sha256 != edition.source_sha256:
            raise Refused(
                f"{edition.edition_id} is here already with other content; raise the version"
            )
        return kept is None


def _named(manifest: Manifest, documents: Sequence[Document]) -> list[Document]:
    """The documents that the manifest names, in its order."""
    sent = {check_file_name(document.name): document for document in documents}
    for name in manifest.files:
        if name not in sent:
            raise Refused(f"{name} is named in guideline.toml but is not there")
    return [dataclasses.replace(sent[name], name=name) for name in manifest.files]


def _outcome(edition: Edition, status: str, kept: Kept | None = None) -> Outcome:
    manifest = edition.manifest
    passages = kept.passages if kept else len(edition.passages)
    toml = to_toml(manifest)
    return Outcome(status, manifest.id, manifest.version, edition.edition_id, passages, "", toml)


def _refusal(manifest: Manifest | None, refusal: Refused) -> Outcome:
    if manifest is None:
        return Outcome("refused", reason=refusal.reason)
    return Outcome(
        "refused",
        manifest.id,
        manifest.version,
        manifest.edition_id,
        reason=refusal.reason,
        manifest=to_toml(manifest),
    )
