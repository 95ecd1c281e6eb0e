"""What became of each sentence of an edition in the next one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from plumbline.ingest.v1 import events_pb2 as wire
from plumbline_bus import create_topics, open_local
from plumbline_ingest.alignment import Kind, align
from plumbline_ingest.alignment.messages import changes_between
from plumbline_ingest.alignment.misspelling import misspelt
from plumbline_ingest.documents import Document
from plumbline_ingest.edition import Edition, make_edition
from plumbline_ingest.intake import Intake, Upload
from plumbline_ingest.manifest import Manifest
from plumbline_ingest.publisher import Publisher
from plumbline_ingest.store import Store

FULL = "## Full answer\n\nFull answer means that no glorps are left."
BLOOD = "The blood count is at least 100 zorks in a full answer."
PART = "## Part answer\n\nPart answer means that half of the glorps are gone."


def edition(markdown: str, version: str = "1", year: int = 2020) -> Edition:
    manifest = Manifest(
        id="zorvic",
        title="Zorvic syndrome",
        publisher="Demonstration",
        version=version,
        effective_date=date(year, 1, 1),
        licence="CC-BY-4.0",
        files=("text.md",),
        disease="zorvic syndrome",
    )
    return make_edition(manifest, [Document("text.md", markdown.encode())])


def fates(old: str, new: str) -> dict[str, str]:
    """Each sentence with what became of it."""
    return {
        (one.old or one.new).text: one.kind.name  # type: ignore[union-attr]
        for change in align(edition(old).passages, edition(new).passages)
        for one in change.sentences
    }


@pytest.mark.parametrize(
    ("now", "kind"),
    [
        (BLOOD, "SAME"),
        (BLOOD.replace("100", "150"), "NUMBER_CHANGED"),
        (BLOOD.replace("zorks", "months"), "NUMBER_CHANGED"),
        (BLOOD.replace("at least", "below"), "NUMBER_CHANGED"),
        (BLOOD.replace("is at", "is not at"), "MEANING_CHANGED"),
        (BLOOD.replace("count", "cuont"), "REWORDED"),
        (f"In other words, {BLOOD}", "REWORDED"),
        ("", "WITHDRAWN"),
    ],
)
def test_a_sentence_gets_the_kind_of_its_change(now: str, kind: str) -> None:
    said = fates(f"{FULL} {BLOOD}\n\n{PART}", f"{FULL} {now}\n\n{PART}")
    assert said.pop(BLOOD) == kind
    assert set(said.values()) == {"SAME"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (
            "Live vaccines are safe in a full answer.",
            "Live vaccines are not safe in a full answer.",
        ),
        ("Pain is uncommon in a full answer.", "Pain is not uncommon in a full answer."),
        ("Ibrutinib is given in a full answer.", "Venetoclax is given in a full answer."),
        ("Glorps must be counted first.", "Glorps may be counted first."),
        ("Glorps grow in number and increase.", "Glorps grow in number and decrease."),
    ],
)
def test_another_meaning_in_nearly_the_same_words_is_told_apart(old: str, new: str) -> None:
    assert fates(f"{FULL} {old}", f"{FULL} {new}")[old] == "MEANING_CHANGED"


def test_the_same_words_under_another_heading_have_moved() -> None:
    said = fates(f"{FULL} {BLOOD}\n\n{PART}", f"{FULL}\n\n{PART} {BLOOD}")
    assert said.pop(BLOOD) == "MOVED"
    assert set(said.values()) == {"SAME"}


def test_a_cell_is_known_by_its_row_and_column() -> None:
    table = (
        "## Answers\n\n| Sign | Full | Part |\n|---|---|---|\n| Glorps | 0 | 5 |\n| Zips | 5 | 9 |"
    )
    changes = align(edition(table).passages, edition(table.replace("| 5 | 9", "| 6 | 9")).passages)
    changed = [one for change in changes for one in change.sentences if one.kind != Kind.SAME]
    assert [(c.kind, c.old and c.old.headers, c.new and c.new.text) for c in changed] == [
        (Kind.NUMBER_CHANGED, "Zips · Full", "6")
    ]


def test_changed_quantities_are_named_with_what_they_became() -> None:
    (change,) = changes_between(
        edition(f"{FULL} {BLOOD}").passages,
        edition(f"{FULL} {BLOOD.replace('100', '150')}").passages,
    )
    assert change.kind == wire.CHANGE_KIND_NUMBER_CHANGED
    (changed,) = [s for s in change.sentences if s.kind == wire.CHANGE_KIND_NUMBER_CHANGED]
    (quantity,) = changed.quantities
    assert (quantity.old.value, quantity.old.comparator, quantity.old.unit) == (
        "100",
        ">=",
        "zorks",
    )
    assert quantity.new.value == "150"
    assert changed.old_text == BLOOD


sentences = st.lists(
    st.sampled_from(
        [f"Glorp {word} has {n} zorks in it." for word in "abcdefgh" for n in (1, 2)] + [BLOOD]
    ),
    min_size=1,
    max_size=12,
)


GLORPS = ["Glorp a has 1 zorks in it.", "Glorp b has 1 zorks in it."]
parts = st.lists(sentences, min_size=1, max_size=3)


def in_parts(texts: Sequence[Sequence[str]]) -> Edition:
    """An edition with a section for each of these texts."""
    return edition("\n\n".join(f"## Part {n}\n\n{' '.join(text)}" for n, text in enumerate(texts)))


@settings(max_examples=60, deadline=None)
@given(parts, parts)
@example([[*GLORPS, BLOOD]], [GLORPS, [BLOOD, "It is new."]])
def test_every_sentence_is_told_once_and_stands_where_it_is_said_to(
    before: Sequence[Sequence[str]], after: Sequence[Sequence[str]]
) -> None:
    old, new = in_parts(before), in_parts(after)
    told = [one for c in changes_between(old.passages, new.passages) for one in c.sentences]
    left = [(s.old_start, s.old_end) for s in told if s.kind != wire.CHANGE_KIND_NEW]
    right = [(s.new_start, s.new_end) for s in told if s.kind != wire.CHANGE_KIND_WITHDRAWN]
    assert sorted(left) == spans(old)
    assert sorted(right) == spans(new)
    for one in told:
        if one.kind in (wire.CHANGE_KIND_SAME, wire.CHANGE_KIND_MOVED):
            assert old.text[one.old_start : one.old_end] == new.text[one.new_start : one.new_end]


def spans(of: Edition) -> list[tuple[int, int]]:
    return sorted((p.start + s.start, p.start + s.end) for p in of.passages for s in p.spans)


@settings(max_examples=30, deadline=None)
@given(sentences)
def test_an_edition_against_itself_is_the_same(text: Sequence[str]) -> None:
    one = edition(f"# Old\n\n{' '.join(text)}")
    assert {c.kind for c in align(one.passages, one.passages)} == {Kind.SAME}


@pytest.mark.parametrize(
    ("one", "other", "slip"),
    [
        ("reduce the count", "redcue the count", True),
        ("recommended here", "recomended here", True),
        ("it prevents harm", "it presents harm", False),
        ("typical signs", "atypical signs", False),
        ("it is now open", "it is not open", False),
        ("after 12 months", "after 21 months", False),
        ("the same", "the same", False),
    ],
)
def test_a_slip_of_the_pen_is_told_from_another_word(one: str, other: str, slip: bool) -> None:
    assert misspelt(one, other) == slip


async def test_an_edition_is_published_with_what_became_of_the_one_before(
    store: Store,
) -> None:
    async with open_local(":memory:") as log:
        await create_topics(log)
        await take_two_editions(Intake(store, Publisher(log, store)))
    assert not any(part.WhichOneof("part") == "alignment" for part in store.parts("zorvic@1"))
    kinds = [part.WhichOneof("part") for part in store.parts("zorvic@2")]
    assert kinds == ["opened", "passages", "alignment", "closed"]
    (alignment,) = [p.alignment for p in store.parts("zorvic@2") if p.HasField("alignment")]
    assert alignment.from_edition_id == "zorvic@1"
    assert [c.kind for c in alignment.changes] == [wire.CHANGE_KIND_NUMBER_CHANGED]


async def take_two_editions(intake: Intake) -> None:
    for version, year, text in [("1", 2020, BLOOD), ("2", 2021, BLOOD.replace("100", "150"))]:
        assert await taken(intake, version, year, f"{FULL} {text}") == ("ingested", "")


async def taken(intake: Intake, version: str, year: int, text: str) -> tuple[str, str]:
    toml = (
        f'id = "zorvic"\ntitle = "Zorvic"\npublisher = "D"\nversion = "{version}"\n'
        f'effective_date = {year}-01-01\nlicence = "CC-BY-4.0"\nfiles = ["text.md"]\n'
        '[scope]\ndisease = "zorvic syndrome"\n'
    )
    outcome = await intake.take(Upload(toml, [Document("text.md", text.encode())]))
    return outcome.status, outcome.reason


async def test_who_hands_an_edition_in_is_told_what_it_does(store: Store) -> None:
    async with open_local(":memory:") as log:
        await create_topics(log)
        intake = Intake(store, Publisher(log, store))
        assert await taken(intake, "2", 2021, f"{FULL} {BLOOD}") == ("ingested", "")
        status, reason = await taken(intake, "1", 2020, f"{FULL} {BLOOD}")
        assert (status, "stays in force" in reason) == ("ingested", True)
        status, reason = await taken(intake, "9", 2999, f"{FULL} {BLOOD}")
        assert (status, "comes into force on 2999-01-01" in reason) == ("ingested", True)
        status, reason = await taken(intake, "3", 2022, "# Tea\n\nPour hot water on the leaves.")
        assert (status, "1 of 1 passages of zorvic@2" in reason) == ("ingested", True)
        assert await taken(intake, "3", 2022, "# Tea\n\nPour hot water on the leaves.") == (
            "unchanged",
            "",
        )
