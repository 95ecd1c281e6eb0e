"""Which sentence of the new edition each one of the old has become."""

from __future__ import annotations

import heapq
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Final

from plumbline_ingest.alignment.sentences import Sentence

# Share of the words, weighed by rarity, that a sentence must keep to be the same one reworded. On
# our own mutated editions (tests/eval/test_alignment.py) rewordings keep above 0.6, and different
# sentences of one section share below 0.4.
ENOUGH: Final = 0.5
NEIGHBOURS: Final = (
    0.15  # added where the sentence before, or after, is its partner's neighbour too
)
SAME_SECTION: Final = 0.05
MOST_RIVALS: Final = 24  # candidates that are looked at for one sentence

Pairs = dict[int, int]  # place in the old edition → place in the new one


def _beside(edition: Sequence[Sentence], one: Sentence, step: int) -> tuple[str, str] | None:
    place = one.place + step
    return edition[place].key if 0 <= place < len(edition) else None


# How two equal sentences may be known from their copies, from the surest way to the last.
SURROUNDINGS: Final[Sequence[Callable[[Sequence[Sentence], Sentence], Hashable]]] = (
    lambda all_, one: (one.key, one.section, _beside(all_, one, -1), _beside(all_, one, 1)),
    lambda all_, one: (one.key, one.section, _beside(all_, one, -1)),
    lambda all_, one: (one.key, one.section, _beside(all_, one, 1)),
    lambda all_, one: (one.key, one.section),
    lambda all_, one: (one.key, _beside(all_, one, -1)),
    lambda all_, one: one.key,
)


def pair(old: Sequence[Sentence], new: Sequence[Sentence]) -> Pairs:
    """Each old sentence with the new one it has become; who is missing is gone, or is new."""
    pairs = _equal(old, new)
    pairs |= _alike(old, new, pairs)
    return pairs


def _equal(old: Sequence[Sentence], new: Sequence[Sentence]) -> Pairs:
    """Those of the same words. Where the words stand in several places, the surroundings decide."""
    pairs: Pairs = {}
    for same in SURROUNDINGS:
        taken = set(pairs.values())
        waiting: defaultdict[Hashable, list[int]] = defaultdict(list)
        for one in reversed(new):
            if one.place not in taken:
                waiting[same(new, one)].append(one.place)
        for one in old:
            if one.place not in pairs and (places := waiting.get(same(old, one))):
                pairs[one.place] = places.pop()
    return pairs


def _alike(old: Sequence[Sentence], new: Sequence[Sentence], equal: Pairs) -> Pairs:
    """The best partners among those left over, most alike first."""
    taken = set(equal.values())
    left = [one for one in old if one.place not in equal]
    right = [one for one in new if one.place not in taken]
    if not left or not right:
        return {}
    weight = _rarity([*old, *new])
    offers = sorted(
        (-_likeness(one, other, equal, weight), one.place, other.place)
        for one in left
        for other in _rivals(one, right, weight)
    )
    pairs: Pairs = {}
    given: set[int] = set()
    for likeness, place, partner in offers:
        if -likeness >= ENOUGH and place not in pairs and partner not in given:
            pairs[place] = partner
            given.add(partner)
    return pairs


def _rarity(sentences: Iterable[Sentence]) -> Callable[[Iterable[str]], float]:
    """The weight of some stems: the rarer, the more."""
    count = Counter(stem for one in sentences for stem in one.masked)
    most = 1 + max(count.values(), default=1)
    weight = {stem: math.log(1 + most / seen) for stem, seen in count.items()}
    return lambda stems: sum(weight[stem] for stem in sorted(stems))


def _rivals(
    one: Sentence, right: Sequence[Sentence], weight: Callable[[Iterable[str]], float]
) -> list[Sentence]:
    """The few that share most with it: only these are looked at closely."""
    sharing = ((weight(one.masked & other.masked), -other.place, other) for other in right)
    best = heapq.nlargest(MOST_RIVALS, sharing, key=lambda found: found[:2])
    return [other for shared, _, other in best if shared > 0]


def _likeness(
    one: Sentence, other: Sentence, equal: Pairs, weight: Callable[[Iterable[str]], float]
) -> float:
    """Share of words in common, 0 to 1, and a little for standing in the same surroundings."""
    whole = weight(one.masked) + weight(other.masked)
    likeness = 2 * weight(one.masked & other.masked) / whole if whole else 0.0
    for step in (-1, 1):
        if equal.get(one.place + step) == other.place + step:
            likeness += NEIGHBOURS
    return likeness + (SAME_SECTION if one.section == other.section else 0.0)
