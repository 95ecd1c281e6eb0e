"""An edition: its manifest and passages under their names, and the messages that say so."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from google.protobuf.json_format import MessageToDict

from plumbline.ingest.v1.events_pb2 import (
    AlignmentListed,
    EditionClosed,
    EditionIngested,
    EditionOpened,
    LicencePolicy,
    Passage,
    PassagesListed,
    Scope,
)
from plumbline_clinical.lexicon import concept, mentions
from plumbline_ingest.blocks import Block
from plumbline_ingest.documents import Document
from plumbline_ingest.errors import Refused
from plumbline_ingest.flat_lists import unflatten
from plumbline_ingest.html_page import read_page
from plumbline_ingest.layout import lay_out
from plumbline_ingest.licence import Policy, compile_licence
from plumbline_ingest.manifest import Manifest, is_html
from plumbline_ingest.markdown import markdown_blocks
from plumbline_ingest.passages import Cut, cut_passages
from plumbline_ingest.plain_text import plain_blocks
from plumbline_ingest.record_parts import FIELD_BYTES, PART_BYTES, in_parts
from plumbline_ingest.references import set_apart

_NO_NAMESPACE: Final = uuid.UUID(int=0)


@dataclass(frozen=True, slots=True)
class Edition:
    """An edition, ready to be stored and said. Equal sources give equal editions, byte for byte."""

    manifest: Manifest
    policy: Policy
    documents: tuple[Document, ...]
    text: str
    opened: EditionOpened
    passages: tuple[Passage, ...]
    digest: str
    aligned: AlignmentListed | None = None  # with the edition before, where there is one

    @property
    def edition_id(self) -> str:
        return self.manifest.edition_id

    @property
    def source_sha256(self) -> str:
        """Of the manifest and the files as they were sent: equal sources need no second edition."""
        whole = hashlib.sha256(_canonical(MessageToDict(_without_text(self.opened))))
        for document in self.documents:
            whole.update(_sha256(document.name.encode()) + _sha256(document.content))
        return whole.hexdigest()

    def parts(self) -> Iterator[EditionIngested]:
        """The messages that say it: opened, passages and alignment in parts, closed."""
        yield self._part(opened=self.opened)
        for passages in in_parts(self.passages):
            yield self._part(passages=PassagesListed(passages=passages))
        if self.aligned:
            for changes in in_parts(self.aligned.changes):
                before = self.aligned.from_edition_id
                listed = AlignmentListed(from_edition_id=before, changes=changes)
                yield self._part(alignment=listed)
        yield self._part(closed=EditionClosed(count=len(self.passages), digest=self.digest))

    def _part(self, **part: Any) -> EditionIngested:
        return EditionIngested(edition_id=self.edition_id, guideline_id=self.manifest.id, **part)


def make_edition(manifest: Manifest, documents: Sequence[Document]) -> Edition:
    """Read the documents under this manifest. Refused for a reason that its sender can act on."""
    policy = compile_licence(manifest.licence)
    laid_out = lay_out(read_blocks(document) for document in documents)
    cuts = cut_passages(laid_out)
    if not cuts:
        raise Refused("there is no text in it beside headings; nothing could be quoted")
    text = laid_out.text
    passages = tuple(_passage(manifest, text, cut) for cut in cuts)
    _refuse_too_large(passages)  # now, for it would not fit a record later
    opened = _opened(manifest, policy, text)
    return Edition(
        manifest, policy, tuple(documents), text, opened, passages, _digest(opened, passages)
    )


def read_blocks(document: Document) -> list[Block]:
    """The blocks of a document, by what its name says it is: its literature list set apart, the
    lists in its lines parted.
    """
    name = document.name.lower()
    if is_html(name):
        blocks: Iterable[Block] = read_page(document.source).blocks
    elif name.endswith(".txt"):
        blocks = plain_blocks(document.text)
    else:
        blocks = markdown_blocks(document.text)
    return list(unflatten(set_apart(blocks)))


def occurrence_id(edition_id: str, start: int) -> str:
    """UUIDv5 of (edition, start): this place, and no other."""
    return str(uuid.uuid5(uuid.uuid5(_NO_NAMESPACE, edition_id), str(start)))


def passage_id(guideline_id: str, text: str) -> str:
    """32 hex digits of SHA-256 of guideline, NUL, text: this text, wherever it stands."""
    return hashlib.sha256(f"{guideline_id}\0{text}".encode()).hexdigest()[:32]


def _passage(manifest: Manifest, text: str, cut: Cut) -> Passage:
    words = text[cut.start : cut.end]
    return Passage(
        occurrence_id=occurrence_id(manifest.edition_id, cut.start),
        passage_id=passage_id(manifest.id, words),
        start=cut.start,
        end=cut.end,
        text=words,
        text_sha256=hashlib.sha256(words.encode()).hexdigest(),
        section=cut.section,
        kind=cut.kind,
        spans=cut.spans,
    )


def _opened(manifest: Manifest, policy: Policy, text: str) -> EditionOpened:
    return EditionOpened(
        version=manifest.version,
        title=manifest.title,
        publisher=manifest.publisher,
        effective_date=manifest.effective_date.isoformat(),
        licence=policy.licence,
        policy=LicencePolicy(
            may_index=policy.may_index,
            may_quote_words=policy.may_quote_words,
            may_generate_from=policy.may_generate_from,
        ),
        scope=_scope(manifest),
        text_sha256=hashlib.sha256(text.encode()).hexdigest(),
        text_length=len(text),
        demonstration=manifest.demonstration,
        based_on=manifest.based_on,
    )


def _scope(manifest: Manifest) -> Scope:
    """The disease under its lexicon id where it has one, else in the manifest's own words."""
    disease, label = manifest.disease, manifest.disease
    try:
        label = concept(disease).preferred
    except KeyError:
        # Only when the words are nothing but that name: "a rare form of X" is not X.
        for known in mentions(disease):
            if known.concept.kind == "disease" and disease[known.start : known.end] == disease:
                disease = known.concept.id
    return Scope(
        disease=disease, disease_label=label, audience=manifest.audience, other=dict(manifest.other)
    )


def _refuse_too_large(passages: Iterable[Passage]) -> None:
    for passage in passages:
        if passage.ByteSize() + FIELD_BYTES > PART_BYTES:
            raise Refused(
                f"one passage under {' › '.join(passage.section) or 'no heading'} is larger than "
                f"{PART_BYTES >> 10} KiB; split its table or paragraph"
            )


def _digest(opened: EditionOpened, passages: Sequence[Passage]) -> str:
    whole = hashlib.sha256(_canonical(MessageToDict(opened)))
    for passage in passages:
        whole.update(_sha256(_canonical(MessageToDict(passage))))
    return whole.hexdigest()


def _without_text(opened: EditionOpened) -> EditionOpened:
    """What comes from the manifest alone; how we normalise text may change, its source does not."""
    bare = EditionOpened()
    bare.CopyFrom(opened)
    for name in ("text_sha256", "text_length", "policy"):
        bare.ClearField(name)
    return bare


def _canonical(value: dict[str, Any]) -> bytes:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def _sha256(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()
