"""From sentences to passages: what became of each passage, and where it stands now."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from plumbline.ingest.v1.events_pb2 import Passage
from plumbline_ingest.alignment.pairing import Pairs, pair
from plumbline_ingest.alignment.sentences import Sentence, sentences_of
from plumbline_ingest.alignment.verdicts import Kind, SentenceChange, reworded


@dataclass(frozen=True, slots=True)
class PassageChange:
    """What became of a passage. `old` None: it is new; `new` None: it is gone.

    `sentences` has every one of the old passage, then those that were put into it.
    """

    kind: Kind
    old: Passage | None
    new: Passage | None
    sentences: tuple[SentenceChange, ...] = ()


def align(old: Sequence[Passage], new: Sequence[Passage]) -> list[PassageChange]:
    """Every passage of the old edition in its order, then those that are new."""
    before, after = sentences_of(old), sentences_of(new)
    pairs = pair(before, after)
    moved = _moved(before, after, pairs)
    fates: defaultdict[int, list[SentenceChange]] = defaultdict(list)
    for one in before:
        partner = after[pairs[one.place]] if one.place in pairs else None
        fates[one.passage].append(_fate(one, partner, moved))
    homes = {number: _home(changes) for number, changes in fates.items()}
    come = _come(after, set(pairs.values()))
    changes = [_change(passage, fates[i], homes.get(i), new, come) for i, passage in enumerate(old)]
    inherited = {home for home in homes.values() if home is not None}
    inherited |= {after[place].passage for place in pairs.values()}
    # Also what came into a passage that took in some of an old one, and is the home of none.
    fresh = [number for number in range(len(new)) if number not in inherited or number in come]
    return [*changes, *(PassageChange(Kind.NEW, None, new[n], tuple(come[n])) for n in fresh)]


def _fate(one: Sentence, partner: Sentence | None, moved: set[int]) -> SentenceChange:
    if partner is None:
        return SentenceChange(Kind.WITHDRAWN, one, None)
    if one.key == partner.key:
        kind = Kind.MOVED if one.place in moved else Kind.SAME
        return SentenceChange(kind, one, partner)
    return reworded(one, partner)


def _moved(before: Sequence[Sentence], after: Sequence[Sentence], pairs: Pairs) -> set[int]:
    """Those that stand under another heading, or out of the order that most others keep."""
    kept = [p for p in sorted(pairs) if before[p].section == after[pairs[p]].section]
    in_order = _longest_rising([pairs[place] for place in kept])
    return pairs.keys() - {kept[index] for index in in_order}


def _longest_rising(values: Sequence[int]) -> set[int]:
    """Indices of a longest strictly rising subsequence (patience sorting, n log n)."""
    tails: list[int] = []  # the smallest last value of a subsequence of each length
    ends: list[int] = []  # its index
    before: list[int] = []
    for index, value in enumerate(values):
        length = bisect_left(tails, value)
        before.append(ends[length - 1] if length else -1)
        tails[length : length + 1] = [value]
        ends[length : length + 1] = [index]
    chain: set[int] = set()
    index = ends[-1] if ends else -1
    while index >= 0:
        chain.add(index)
        index = before[index]
    return chain


def _home(changes: Iterable[SentenceChange]) -> int | None:
    """The new passage that most of its sentences stand in now; the first of equals."""
    count = Counter(change.new.passage for change in changes if change.new)
    return max(count, key=lambda number: (count[number], -number), default=None)


def _come(after: Sequence[Sentence], paired: set[int]) -> defaultdict[int, list[SentenceChange]]:
    """New sentences by the passage they stand in."""
    come: defaultdict[int, list[SentenceChange]] = defaultdict(list)
    for one in after:
        if one.place not in paired:
            come[one.passage].append(SentenceChange(Kind.NEW, None, one))
    return come


def _change(
    passage: Passage,
    fates: Sequence[SentenceChange],
    home: int | None,
    new: Sequence[Passage],
    come: dict[int, list[SentenceChange]],
) -> PassageChange:
    if home is None:
        return PassageChange(Kind.WITHDRAWN, passage, None, tuple(fates))
    put_in = come.pop(home, [])  # said once, where it was first seen
    kind = max(change.kind for change in fates)
    if kind == Kind.WITHDRAWN or (put_in and kind < Kind.REWORDED):
        # Some of it went or came; the rest says how grave that is.
        kept = [change.kind for change in fates if change.kind != Kind.WITHDRAWN]
        kind = max(Kind.REWORDED, *kept)
    return PassageChange(kind, passage, new[home], (*fates, *put_in))
