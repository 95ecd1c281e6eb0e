"""What changed from one revision of an answer to the next, claim by claim."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from plumbline_clinical.quantities import (
    Quantity,
    convertible,
    numbers,
    quantities,
    same_quantity,
    same_value,
)

ALIKE: Final = (
    0.5  # share of characters in common, from which one claim is taken for another's heir
)

SAME, REWORDED, DROPPED, NEW = "same", "reworded", "dropped", "new"
BOUNDARY_MOVED, NUMBER_CHANGED = "boundary_moved", "number_changed"
NUMBER_REMOVED, NUMBER_ADDED = "number_removed", "number_added"


@dataclass(frozen=True)
class Said:
    """A claim where it stands: `place` is (section role, row slot, column), `where` for readers.

    `editions`: the versions of what it cites.
    """

    claim_id: str
    text: str
    place: tuple[str, str, str]
    where: str
    editions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Change:
    """A claim before and after; None where it came or went. `…_editions`: what each rests on."""

    kind: str
    where: str
    before: str | None
    after: str | None
    before_editions: tuple[str, ...] = ()
    after_editions: tuple[str, ...] = ()

    def as_json(self) -> dict[str, str | None]:
        """As the API says it."""
        return {
            "kind": self.kind,
            "where": self.where,
            "before": self.before,
            "after": self.after,
        }


def changes_of(old: dict[str, Any], new: dict[str, Any]) -> list[Change]:
    """Every claim of both contents once, in the order of the page: sums add up to both counts.

    Claims of the same words are the same, wherever they stand; then those of one place in a table;
    then those that are most alike within a section.
    """
    before, after = list(_claims(old)), list(_claims(new))
    pairs = _pairs(before, after)
    changes = [
        _change(before[index], after[pairs[index]]) if index in pairs else _dropped(before[index])
        for index in range(len(before))
    ]
    came = [one for index, one in enumerate(after) if index not in pairs.values()]
    added = (Change(NEW, one.where, None, one.text, (), one.editions) for one in came)
    return [*changes, *added]


def _claims(content: dict[str, Any]) -> Iterator[Said]:
    """Each claim once, at its most telling place: a table's row before a paragraph."""
    claims = {claim["id"]: claim for claim in content["claims"]}
    versions = {passage["id"]: passage["version"] for passage in content["passages"]}
    places: dict[str, tuple[tuple[str, str, str], str]] = {}
    for section in content["sections"]:
        for block in section["blocks"]:
            for claim_id, slot, column, label in _in_block(block):
                place = (section["role"], slot, column)
                if claim_id not in places or (slot and not places[claim_id][0][1]):
                    places[claim_id] = place, label or section["heading"]
    for claim_id, (place, where) in places.items():
        claim = claims[claim_id]
        editions = dict.fromkeys(versions[cited["passage"]] for cited in claim["citations"])
        yield Said(claim_id, claim["text"], place, where, tuple(editions))


def _in_block(block: dict[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    """(claim, slot, column, row label) of everything that a block says."""
    if block["kind"] == "claims":
        yield from ((claim, "", "", "") for claim in block["claims"])
    elif block["kind"] == "table":
        for row in block["rows"]:
            columns = block["columns"][-len(row["cells"]) :]  # the first may name the rows
            for column, cell in zip(columns, row["cells"], strict=False):
                label = row["label"] if len(columns) == 1 else f"{row['label']}, {column}"
                for claim in cell.get("claims", []):
                    yield claim, row["slot"], column, label


def _pairs(before: Sequence[Said], after: Sequence[Said]) -> dict[int, int]:
    """Index before → index after."""
    pairs: dict[int, int] = {}
    free = dict.fromkeys(range(len(after)))
    by_text: defaultdict[str, list[int]] = defaultdict(list)
    by_place: defaultdict[tuple[str, str, str], list[int]] = defaultdict(list)
    for index, one in enumerate(after):
        by_text[one.text].append(index)
        if one.place[1]:
            by_place[one.place].append(index)
    ways: list[Callable[[Said], list[int]]] = [
        lambda one: by_text[one.text],
        lambda one: by_place[one.place],
    ]
    for heirs in ways:
        for index, one in enumerate(before):
            left = [i for i in heirs(one) if i in free]
            if index not in pairs and left:
                pairs[index] = left[0]
                del free[left[0]]
    offers = sorted(
        (-_alike(before[i].text, after[j].text), i, j)
        for i in range(len(before))
        if i not in pairs
        for j in free
        if before[i].place[0] == after[j].place[0]
    )
    for likeness, i, j in offers:
        if -likeness >= ALIKE and i not in pairs and j in free:
            pairs[i] = j
            del free[j]
    return pairs


def _alike(one: str, other: str) -> float:
    return difflib.SequenceMatcher(None, one, other, autojunk=False).ratio()


def _dropped(one: Said) -> Change:
    return Change(DROPPED, one.where, one.text, None, one.editions)


def _change(before: Said, after: Said) -> Change:
    return Change(
        _kind(before.text, after.text),
        after.where,
        before.text,
        after.text,
        before.editions,
        after.editions,
    )


def _kind(before: str, after: str) -> str:
    if before == after:
        return SAME
    old, new = quantities(before), quantities(after)
    gone = [q for q in old if not any(same_quantity(q, other) for other in new)]
    come = [q for q in new if not any(same_quantity(q, other) for other in old)]
    if gone and come:
        return BOUNDARY_MOVED if all(_value_in(q, come) for q in gone) else NUMBER_CHANGED
    if gone or come:
        return NUMBER_REMOVED if gone else NUMBER_ADDED
    return REWORDED if sorted(numbers(before)) == sorted(numbers(after)) else NUMBER_CHANGED


def _value_in(quantity: Quantity, others: Sequence[Quantity]) -> bool:
    """Whether one of the others has this value, whatever its comparator: a boundary that moved."""
    return any(
        convertible(other.unit, quantity.unit)
        and same_value(quantity.value, quantity.unit, other.value, other.unit)
        for other in others
    )
