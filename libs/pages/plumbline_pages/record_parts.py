"""The parts of a proof record that come from the reviewed content: sentences, passages, checks."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from plumbline_pages.quotes import Piece, pieces
from plumbline_pages.words import has_words, words

EditionKey = tuple[str, str]  # guideline id and version
Json = Mapping[str, Any]

# Which heading a check stands under, by the first part of its id; in the order of the page.
GROUPS: Final = {
    "evidence": ("EV",),
    "citations": ("CI", "EX"),
    "facts": ("GR",),
    "answer": ("ST", "RE", "CL", "TR"),
}
OTHER: Final = "other"  # for a check of a later version


@dataclass(frozen=True, slots=True)
class SentenceShown:
    """One factual sentence. `context`: the row and column, or the label, that it stands under.

    `moved`: its source has changed since, and it is being checked again.
    """

    number: int
    context: str
    text: str
    passages: tuple[int, ...]
    verbatim: bool
    repaired: bool
    moved: bool = False


@dataclass(frozen=True, slots=True)
class PassageShown:
    """One passage, cut where it is quoted."""

    number: int
    name: str
    data: Json
    pieces: tuple[Piece, ...]
    used_in: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class CheckShown:
    """One check of the review. `name`: what it looks at, in plain words."""

    id: str
    version: str
    name: str
    repaired: bool


@dataclass(frozen=True, slots=True)
class CheckGroup:
    """Checks under one heading."""

    name: str
    checks: Sequence[CheckShown]


def sentences(content: Json, moved: Collection[str] = ()) -> list[SentenceShown]:
    """Every claim, in the order of the content. `moved`: ids of those whose source changed."""
    numbers = {p["id"]: number for number, p in enumerate(content["passages"], 1)}
    contexts: dict[str, str] = {}
    for claim_id, context in _contexts(content["sections"]):
        contexts.setdefault(claim_id, context)
    return [
        SentenceShown(
            number=number,
            context=contexts.get(claim["id"], ""),
            text=claim["text"],
            passages=tuple(dict.fromkeys(numbers[c["passage"]] for c in _cited(claim))),
            verbatim=claim["kind"] == "verbatim",
            repaired=claim["verdict"] == "repaired",
            moved=claim["id"] in moved,
        )
        for number, claim in enumerate(content["claims"], 1)
    ]


def _cited(claim: Json) -> list[Json]:
    return [*claim["citations"], *claim.get("also", ())]


def _contexts(sections: Sequence[Json]) -> Iterator[tuple[str, str]]:
    """(claim id, what it stands under) at every place of the page, from top to bottom."""
    for section in sections:
        for block in section["blocks"]:
            label = str(block.get("label", "")).rstrip(": ")
            yield from ((claim, label) for claim in block.get("claims", ()))
            yield from _in_rows(block)


def _in_rows(block: Json) -> Iterator[tuple[str, str]]:
    for row in block.get("rows", ()):
        columns = block["columns"][-len(row["cells"]) :]
        for column, cell in zip(columns, row["cells"], strict=False):
            yield from ((claim, f"{column}, {row['label']}") for claim in cell.get("claims", ()))


def passages(content: Json, told: Sequence[SentenceShown]) -> list[PassageShown]:
    """Every passage with its quotations marked, numbered as on the answer's page."""
    quoted: dict[str, list[tuple[int, int]]] = {p["id"]: [] for p in content["passages"]}
    for claim in content["claims"]:
        for citation in _cited(claim):
            quoted[citation["passage"]].append((citation["start"], citation["end"]))
    return [
        PassageShown(
            number=number,
            name=passage["section"][-1] if passage["section"] else passage["title"],
            data=passage,
            pieces=pieces(passage["text"], quoted[passage["id"]]),
            used_in=tuple(s.number for s in told if number in s.passages),
        )
        for number, passage in enumerate(content["passages"], 1)
    ]


def check_groups(checks: Sequence[Json]) -> list[CheckGroup]:
    """The checks under their headings, each in the order in which they were run."""
    grouped: dict[str, list[CheckShown]] = {name: [] for name in (*GROUPS, OTHER)}
    for check in checks:
        known = f"check.{check['id']}"
        name = words(known) if has_words(known) else check["id"]
        shown = CheckShown(check["id"], check["version"], name, check["verdict"] != "pass")
        grouped[_group(check["id"])].append(shown)
    return [CheckGroup(name, found) for name, found in grouped.items() if found]


def _group(check_id: str) -> str:
    prefix = check_id.partition("-")[0]
    return next((name for name, prefixes in GROUPS.items() if prefix in prefixes), OTHER)
