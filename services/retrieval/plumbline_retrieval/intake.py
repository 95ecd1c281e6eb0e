"""Parts of an edition in; the edition, whole and findable, out."""

from __future__ import annotations

import asyncio
import hashlib
import json
import sqlite3
from collections.abc import Sequence
from typing import Any, Final

from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message

from plumbline.ingest.v1.events_pb2 import (
    CHANGE_KIND_NEW,
    EditionIngested,
    EditionOpened,
    Passage,
)
from plumbline.retrieval.v1.events_pb2 import EditionIndexed
from plumbline_bus import Reject
from plumbline_retrieval.bm25 import passage_vector
from plumbline_retrieval.editions import Edition, Editions, kept, transaction
from plumbline_retrieval.embed import Embedder
from plumbline_retrieval.index import Index, Point
from plumbline_retrieval.tokens import Tokens
from plumbline_retrieval.vocabulary import vocabulary_of

PUT_PASSAGES: Final = 64  # at a time, so that a long document needs no more memory than a short one


class Intake:
    """Collects the parts of editions and makes whole ones findable.

    Any part may come again, and the process may die at any moment: a part is stored under its
    place, an edition is held only after its vectors are on the disk, and then not touched again.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        editions: Editions,
        index: Index,
        embedder: Embedder | None,
        turn: asyncio.Lock | None = None,
    ) -> None:
        """`connection` keeps the parts of what is not whole yet; `turn` is shared by intakes of
        the same editions, of which one takes at a time."""
        self._db = connection
        self._editions = editions
        self._index = index
        self._embedder = embedder
        self._turn = turn or asyncio.Lock()

    async def take(self, part: EditionIngested) -> list[EditionIndexed]:
        """Store one part; at the last, index the edition and say so. Reject what is wrong."""
        async with self._turn:
            return await self._take(part)

    async def _take(self, part: EditionIngested) -> list[EditionIndexed]:
        kind = part.WhichOneof("part")
        held = self._editions.find(part.edition_id)
        if held is not None:
            return self._again(held, part)
        if kind == "opened":
            self._open(part)
        elif kind == "passages":
            self._list(part)
        elif kind == "closed":
            return [await self._close(part)]
        elif kind == "alignment":
            self._align(part)
        else:
            raise Reject("edition-part-empty")
        return []

    def _again(self, held: Edition, part: EditionIngested) -> list[EditionIndexed]:
        """A part of an edition that is held: the same says the same again, another is wrong."""
        if part.WhichOneof("part") != "closed":
            return []
        if part.closed.digest != held.digest:
            raise Reject("edition-changed")  # editions are immutable
        return [indexed(held)]

    def _open(self, part: EditionIngested) -> None:
        manifest = part.opened.SerializeToString(deterministic=True)
        row = self._db.execute(
            "SELECT manifest FROM opened WHERE edition_id = ?", (part.edition_id,)
        ).fetchone()
        if row is not None and bytes(row[0]) == manifest:
            return
        # Another beginning: what was listed after the first one does not belong to this one.
        with transaction(self._db):
            self._forget(part.edition_id)
            self._db.execute("INSERT INTO opened VALUES (?, ?)", (part.edition_id, manifest))

    def _align(self, part: EditionIngested) -> None:
        """Which passages hold a sentence that was not there before."""
        self._editions.set_aligned(part.edition_id)
        self._editions.set_new(
            part.edition_id,
            (
                sentence.new_occurrence_id
                for change in part.alignment.changes
                for sentence in change.sentences
                if sentence.kind == CHANGE_KIND_NEW
            ),
        )

    def _list(self, part: EditionIngested) -> None:
        with transaction(self._db):
            self._db.executemany(
                "INSERT OR REPLACE INTO listed VALUES (?, ?, ?)",
                ((part.edition_id, p.start, kept(p)) for p in part.passages.passages),
            )

    async def _close(self, part: EditionIngested) -> EditionIndexed:
        opened, passages = self._collected(part.edition_id)
        closed = part.closed
        if opened is None or len(passages) != closed.count:
            self._drop(part.edition_id)
            raise Reject("edition-incomplete")
        if edition_digest(opened, passages) != closed.digest:
            self._drop(part.edition_id)
            raise Reject("edition-digest-differs")
        findable = passages if opened.policy.may_index else []
        edition = Edition(
            edition_id=part.edition_id,
            guideline_id=part.guideline_id,
            opened=opened,
            digest=closed.digest,
            passages=len(findable),
            # In a thread: a long document takes a second, and questions are asked meanwhile.
            vocabulary=await asyncio.to_thread(vocabulary_of, opened, findable, Tokens),
        )
        for start in range(0, len(findable), PUT_PASSAGES):
            some = findable[start : start + PUT_PASSAGES]
            await self._index.put(await self._points(edition, some))
        await self._index.flush()  # before it is held: what is held is never put again
        self._editions.add(edition, findable)
        return indexed(edition)

    async def _points(self, edition: Edition, passages: Sequence[Passage]) -> list[Point]:
        texts = [searched_text(edition.opened, passage) for passage in passages]
        sparse = await asyncio.to_thread(lambda: [passage_vector(text) for text in texts])
        dense: list[tuple[float, ...]] = [()] * len(texts)
        if self._embedder is not None:
            dense = [tuple(row) for row in (await self._embedder.embed(texts)).tolist()]
        return [
            Point(
                occurrence_id=passage.occurrence_id,
                edition_id=edition.edition_id,
                guideline_id=edition.guideline_id,
                disease=edition.disease,
                dense=vector,
                sparse=words,
            )
            for passage, vector, words in zip(passages, dense, sparse, strict=True)
        ]

    def _collected(self, edition_id: str) -> tuple[EditionOpened | None, list[Passage]]:
        row = self._db.execute(
            "SELECT manifest FROM opened WHERE edition_id = ?", (edition_id,)
        ).fetchone()
        rows = self._db.execute(
            "SELECT passage FROM listed WHERE edition_id = ? ORDER BY start", (edition_id,)
        )
        passages = [Passage.FromString(found[0]) for found in rows]
        return (EditionOpened.FromString(row[0]) if row else None), passages

    def _drop(self, edition_id: str) -> None:
        """So that ingesting it again starts clean."""
        with transaction(self._db):
            self._forget(edition_id)

    def _forget(self, edition_id: str) -> None:
        self._db.execute("DELETE FROM opened WHERE edition_id = ?", (edition_id,))
        self._db.execute("DELETE FROM listed WHERE edition_id = ?", (edition_id,))


def searched_text(opened: EditionOpened, passage: Passage) -> str:
    """What is searched of a passage: a heading often names what its text only describes."""
    return ". ".join([opened.title, *passage.section, passage.text])


def indexed(edition: Edition) -> EditionIndexed:
    """The message that an edition can be found; the same each time."""
    return EditionIndexed(
        edition_id=edition.edition_id,
        guideline_id=edition.guideline_id,
        edition=edition.opened,
        passages=edition.passages,
        digest=edition.digest,
    )


def edition_digest(opened: EditionOpened, passages: Sequence[Passage]) -> str:
    """What EditionClosed.digest must be, as ingest makes it.

    SHA-256 over the manifest and the SHA-256 of each passage in order, all as sorted, compact JSON.
    """
    whole = hashlib.sha256(canonical(opened))
    for passage in passages:
        whole.update(hashlib.sha256(canonical(passage)).digest())
    return whole.hexdigest()


def canonical(message: Message) -> bytes:
    """A message as sorted, compact JSON, UTF-8."""
    value: dict[str, Any] = MessageToDict(message)
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
