"""What changed: from one version of an answer to the next, and from one edition to the next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from plumbline_pages.address import answer_path, record_path
from plumbline_pages.dates import clock, day
from plumbline_pages.environment import page
from plumbline_pages.library import edition_named, guideline_path
from plumbline_pages.quantity_text import quantity_text
from plumbline_pages.word_diff import Stretch, word_diff
from plumbline_pages.words import words

NUMBERS: Final = ("boundary_moved", "number_changed", "number_removed", "number_added")
GROUPS: Final = {  # heading → the kinds under it, in the order of the page
    "numbers": NUMBERS,
    "reworded": ("reworded",),
    "dropped": ("dropped",),
    "new": ("new",),
}
SAME: Final = "same"
SHOWN: Final = 200  # changed sentences of an edition: more is read as JSON


@dataclass(frozen=True, slots=True)
class Changed:
    """A sentence before and after; None where it came or went. `…_editions`: what it rests on."""

    kind: str
    where: str
    before: str | None
    after: str | None
    before_editions: Sequence[str] = ()
    after_editions: Sequence[str] = ()

    @property
    def stretches(self) -> tuple[list[Stretch], list[Stretch]]:
        """Both sides with the words that differ told apart."""
        if self.before is None or self.after is None:
            return [Stretch(self.before or "", False)], [Stretch(self.after or "", False)]
        return word_diff(self.before, self.after)


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing that happened, and when (ISO). `what` is the name of a text."""

    at: str
    what: str
    by: str = ""
    n: int = 0


@dataclass(frozen=True, slots=True)
class Version:
    """A published version of an answer, where it is read, and why it was made."""

    number: int
    published_at: str
    cause: str
    url: str


@dataclass(frozen=True, slots=True)
class History:
    """An answer's newest version against the one before. `cause`, `by`: why it was made."""

    answer_id: str
    title: str
    number: int
    published_at: str
    cause: str
    by: str
    sentences: int
    changed: Sequence[Changed]
    moments: Sequence[Moment]
    versions: Sequence[Version]
    edition_changes: str = ""
    demonstration: bool = False


def what_changed(history: History) -> str:
    """The page that says what an answer's newest version changed."""
    counts = Counter(one.kind for one in history.changed)
    day_of = day(history.published_at)
    return page(
        "what_changed.html",
        h=history,
        url=answer_path(history.title, history.answer_id),
        proof=record_path(history.title, history.answer_id),
        sum=_sum(counts),
        same=[one for one in history.changed if one.kind == SAME],
        groups=[
            (name, found)
            for name, kinds in GROUPS.items()
            if (found := [one for one in history.changed if one.kind in kinds])
        ],
        moments=[
            (one, clock(one.at) if day(one.at) == day_of else day(one.at))
            for one in history.moments
        ],
        demonstration=history.demonstration,
    )


def _sum(counts: Mapping[str, int]) -> Markup:
    """How many sentences each thing became of, in one sentence."""
    sums = {name: sum(counts.get(kind, 0) for kind in kinds) for name, kinds in GROUPS.items()}
    said = [words(f"changes.sum.{name}", n=n) for name, n in sums.items() if n]
    if not said:
        return words("changes.sum.nothing")
    first, last = Markup(", ").join(said[:-1]), said[-1]
    whole = words("changes.and", first=first, last=last) if first else last
    return words("changes.sum.end", sum=whole)


@dataclass(frozen=True, slots=True)
class SentenceChanged:
    """A sentence of an edition before and after, and its quantities (each side may be missing)."""

    kind: str
    before: str
    after: str
    quantities: Sequence[Mapping[str, Mapping[str, str]]] = ()

    @property
    def stretches(self) -> tuple[list[Stretch], list[Stretch]]:
        """Both sides with the words that differ told apart."""
        if not self.before or not self.after:
            return [Stretch(self.before, False)], [Stretch(self.after, False)]
        return word_diff(self.before, self.after)

    @property
    def amounts(self) -> list[tuple[str, str]]:
        """The quantities that differ, as text; "" where there was or is none."""
        return [(quantity_text(q.get("old")), quantity_text(q.get("new"))) for q in self.quantities]


@dataclass(frozen=True, slots=True)
class EditionDiff:
    """An edition against the one before. `same`: how many sentences are word for word the same."""

    guideline_id: str
    title: str
    old: str
    new: str
    same: int
    sentences: Sequence[SentenceChanged]
    demonstration: bool = False


def edition_diff(diff: EditionDiff) -> str:
    """The page that says what an edition changed, the gravest first."""
    kinds = ("number_changed", "meaning_changed", "withdrawn", "new", "reworded", "moved")
    shown = diff.sentences[:SHOWN]
    groups = [(kind, [one for one in shown if one.kind == kind]) for kind in kinds]
    return page(
        "edition_diff.html",
        d=diff,
        name=edition_named(diff.title, diff.new),
        counts=Counter(one.kind for one in diff.sentences),
        kinds=kinds,
        groups=[(kind, found) for kind, found in groups if found],
        more=len(diff.sentences) - len(shown),
        back=guideline_path(diff.guideline_id),
        demonstration=diff.demonstration,
    )
