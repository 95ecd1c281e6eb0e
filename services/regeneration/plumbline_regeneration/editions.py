"""Editions, which of them is in force, and what became of a range of an older one."""

from __future__ import annotations

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from plumbline.ingest.v1.events_pb2 import (
    CHANGE_KIND_MOVED,
    CHANGE_KIND_NEW,
    CHANGE_KIND_SAME,
    CHANGE_KIND_WITHDRAWN,
    EditionIngested,
)
from plumbline_bus import Event
from plumbline_regeneration.database import Database

KEPT_IN_MEMORY: Final = 8  # alignments; a campaign reads one again and again
MOST_REMEMBERED: Final = 100_000  # look-ups; many answers cite the same sentences
UNCHANGED: Final = frozenset({CHANGE_KIND_SAME, CHANGE_KIND_MOVED})


@dataclass(frozen=True, slots=True)
class Range:
    """Some code points [start, end) of an edition's text, in one place."""

    start: int
    end: int
    occurrence_id: str


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a range: the gravest kind of change in it, and where its words stand now.

    `kind` is a ChangeKind; `now` is empty unless every word of it still stands.
    """

    kind: int
    now: tuple[Range, ...]


GONE: Final = Fate(CHANGE_KIND_WITHDRAWN, ())


class Editions:
    """What was ingested, as far as alignment needs it."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self._steps: OrderedDict[str, Step] = OrderedDict()
        self._remembered: dict[tuple[str | Range, ...], Any] = {}  # until an edition changes

    def apply_ingested(self, event: Event[EditionIngested]) -> None:
        """One part of an edition. Passages are for others."""
        part = event.message
        self._remembered.clear()
        with self._db.applying(event):
            match part.WhichOneof("part"):
                case "opened":
                    self._open(part)
                case "alignment":
                    self._align(part)
                case "closed":
                    self._db.rows.execute(
                        "UPDATE editions SET closed = 1 WHERE edition_id = ?", (part.edition_id,)
                    )

    def is_closed(self, edition_id: str) -> bool:
        """Whether every part of it was read."""
        row = self._db.rows.execute(
            "SELECT closed FROM editions WHERE edition_id = ?", (edition_id,)
        ).fetchone()
        return bool(row and row[0])

    def set_indexed(self, edition_id: str) -> None:
        """It can be found from now on."""
        self._remembered.clear()
        self._db.rows.execute("UPDATE editions SET indexed = 1 WHERE edition_id = ?", (edition_id,))

    def in_force(self, guideline_id: str, today: str) -> str:
        """The id of the edition with the newest effective date not after that day; "" for none."""
        key = ("in force", guideline_id, today)
        return str(self._once(key, lambda: self._in_force(guideline_id, today)))

    def _in_force(self, guideline_id: str, today: str) -> str:
        row = self._db.rows.execute(
            "SELECT edition_id FROM editions WHERE guideline_id = ? AND indexed = 1"
            " AND effective_date <= ? ORDER BY effective_date DESC, version DESC LIMIT 1",
            (guideline_id, today),
        ).fetchone()
        return str(row[0]) if row else ""

    def guidelines(self) -> list[str]:
        """Every guideline that can be found."""
        rows = self._db.rows.execute("SELECT DISTINCT guideline_id FROM editions WHERE indexed = 1")
        return [str(row[0]) for row in rows]

    def is_older(self, edition_id: str, than: str) -> bool:
        """Whether an edition was replaced by the other; False for one that is not known yet."""
        return bool(
            self._once(("older", edition_id, than), lambda: self._is_older(edition_id, than))
        )

    def _is_older(self, edition_id: str, than: str) -> bool:
        order = "SELECT effective_date, version FROM editions WHERE edition_id = ?"
        one = self._db.rows.execute(order, (edition_id,)).fetchone()
        other = self._db.rows.execute(order, (than,)).fetchone()
        return bool(one and other and one < other)

    def version(self, edition_id: str) -> str:
        """The version that an edition calls itself; "" when it is not known here."""
        row = self._db.rows.execute(
            "SELECT version FROM editions WHERE edition_id = ?", (edition_id,)
        ).fetchone()
        return str(row[0]) if row else ""

    def fate(self, old_edition: str, new_edition: str, cited: Range) -> Fate:
        """What became of a range on the way from one edition to another, through those between.

        An edition that no way leads from counts as gone: what rests on it has to be looked at.
        """
        key = ("fate", old_edition, new_edition, cited)
        fate: Fate = self._once(key, lambda: self._fate(old_edition, new_edition, cited))
        return fate

    def _once(self, key: tuple[str | Range, ...], look: Callable[[], Any]) -> Any:
        if key not in self._remembered:
            if len(self._remembered) >= MOST_REMEMBERED:
                self._remembered.clear()
            self._remembered[key] = look()
        return self._remembered[key]

    def _fate(self, old_edition: str, new_edition: str, cited: Range) -> Fate:
        way = self._way(old_edition, new_edition)
        if way is None:
            return GONE
        ranges, kind = [cited], int(CHANGE_KIND_SAME)
        for edition_id in way:
            step = self._step(edition_id)
            fates = [step.fate(one) for one in ranges]
            kind = max([kind, *(fate.kind for fate in fates)])
            if kind not in UNCHANGED:
                return Fate(kind, ())
            ranges = [one for fate in fates for one in fate.now]
        return Fate(kind, tuple(ranges))

    def _way(self, old_edition: str, new_edition: str) -> list[str] | None:
        """The editions after the old one up to the new one, each made from the one before."""
        way: list[str] = []
        at = new_edition
        while at != old_edition:
            row = self._db.rows.execute(
                "SELECT came_from FROM editions WHERE edition_id = ?", (at,)
            ).fetchone()
            if not row or not row[0] or at in way:
                return None
            way.append(at)
            at = str(row[0])
        return way[::-1]

    def _open(self, part: EditionIngested) -> None:
        opened = part.opened
        self._db.rows.execute(
            "INSERT OR IGNORE INTO editions (edition_id, guideline_id, version, effective_date)"
            " VALUES (?, ?, ?, ?)",
            (part.edition_id, part.guideline_id, opened.version, opened.effective_date),
        )

    def _align(self, part: EditionIngested) -> None:
        self._db.rows.execute(
            "UPDATE editions SET came_from = ? WHERE edition_id = ?",
            (part.alignment.from_edition_id, part.edition_id),
        )
        self._db.rows.executemany(
            "INSERT OR REPLACE INTO sentences VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    *(part.edition_id, one.old_start, one.old_end, one.kind),
                    *(one.new_start, one.new_end, one.new_occurrence_id),
                )
                for change in part.alignment.changes
                for one in change.sentences
                if one.kind != CHANGE_KIND_NEW
            ],
        )

    def _step(self, edition_id: str) -> Step:
        if edition_id not in self._steps:
            rows = self._db.rows.execute(
                "SELECT old_start, old_end, kind, new_start, new_end, new_occurrence_id"
                " FROM sentences WHERE edition_id = ? ORDER BY old_start",
                (edition_id,),
            )
            self._steps[edition_id] = Step([Sentence(*row) for row in rows])
            if len(self._steps) > KEPT_IN_MEMORY:
                self._steps.popitem(last=False)
        self._steps.move_to_end(edition_id)
        return self._steps[edition_id]


@dataclass(frozen=True, slots=True)
class Sentence:
    """What became of one sentence of the edition before."""

    old_start: int
    old_end: int
    kind: int
    new_start: int
    new_end: int
    new_occurrence_id: str


class Step:
    """The way from one edition to the next: its sentences, in order, never overlapping."""

    def __init__(self, sentences: Sequence[Sentence]) -> None:
        self._sentences = sentences
        self._starts = [one.old_start for one in sentences]

    def fate(self, cited: Range) -> Fate:
        """What became of a range: of every sentence that it touches. None touched: it is gone."""
        touched = []
        index = max(0, bisect_right(self._starts, cited.start) - 1)
        while index < len(self._sentences) and self._sentences[index].old_start < cited.end:
            if self._sentences[index].old_end > cited.start:
                touched.append(self._sentences[index])
            index += 1
        if not touched:
            return GONE
        kind = max(one.kind for one in touched)
        now = tuple(_carried(cited, one) for one in touched) if kind in UNCHANGED else ()
        return Fate(kind, now)


def _carried(cited: Range, one: Sentence) -> Range:
    """The part of a range that lies in a sentence, where that sentence stands now.

    The same words may have other white space between them: then it is the whole sentence.
    """
    if one.new_end - one.new_start != one.old_end - one.old_start:
        return Range(one.new_start, one.new_end, one.new_occurrence_id)
    start = max(cited.start, one.old_start) - one.old_start + one.new_start
    end = min(cited.end, one.old_end) - one.old_start + one.new_start
    return Range(start, end, one.new_occurrence_id)
