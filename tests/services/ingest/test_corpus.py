"""The demonstration corpus says its facts, in short sentences, each with a source."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest

from plumbline.ingest.v1 import events_pb2 as wire
from plumbline_clinical.quantities import Quantity, quantities
from plumbline_clinical.readability import fk_grade_masked
from plumbline_ingest.documents import Document
from plumbline_ingest.edition import Edition, make_edition
from plumbline_ingest.manifest import parse_manifest

CORPUS = Path(__file__).parents[3] / "deploy" / "guidelines"
FOLDERS = sorted(path.parent for path in CORPUS.glob("*/guideline.toml"))
MOST_WORDS = 20
HIGHEST_GRADE = 8.0  # Flesch-Kincaid, condition terms masked
NOTICE = "This text is a demonstration and is not for care."
DANGLING = re.compile(r"^(This|That|It|They|Such|However|Therefore|The former|The latter)\b")
LABEL = re.compile(r"[^.:]{1,60}: ")


@dataclass(frozen=True)
class Fact:
    """A row of facts.toml."""

    id: str
    section: str
    says: str
    source: str
    slot: str = ""
    comparator: str = ""
    value: str = ""
    unit: str = ""

    def is_said_by(self, unit: Unit) -> bool:
        return (
            unit.section == self.section
            and self.says in unit.text
            and (not self.slot or self.slot in (unit.label, unit.row))
        )


@dataclass(frozen=True)
class Unit:
    """A sentence, lead-in, item or cell: what a claim may be made of."""

    section: str
    kind: int
    text: str
    row: str

    @property
    def label(self) -> str:
        return self.text.split(":")[0]


def load(folder: Path) -> Edition:
    manifest = parse_manifest((folder / "guideline.toml").read_text("utf-8"))
    return make_edition(
        manifest, [Document(name, (folder / name).read_bytes()) for name in manifest.files]
    )


def units(folder: Path) -> list[Unit]:
    found = []
    for passage in load(folder).passages:
        for span in passage.spans:
            text = passage.text[span.start : span.end]
            header = passage.spans[span.row_header - 1] if span.row_header else None
            row = passage.text[header.start : header.end] if header else ""
            if span.kind != wire.SPAN_KIND_COLUMN_HEADER and text != NOTICE:
                found.append(Unit(passage.section[-1], span.kind, text, row))
    return found


def facts(folder: Path) -> list[Fact]:
    rows = tomllib.loads((folder / "facts.toml").read_text("utf-8"))["fact"]
    return [Fact(**row) for row in rows]


def states(fact: Fact, quantity: Quantity) -> bool:
    return (
        quantity.value == Decimal(fact.value)
        and quantity.comparator == fact.comparator
        and quantity.unit == fact.unit
    )


@pytest.fixture(params=FOLDERS, ids=lambda folder: folder.name)
def folder(request: pytest.FixtureRequest) -> Path:
    path: Path = request.param
    return path


def test_the_corpus_is_labelled_and_may_be_used(folder: Path) -> None:
    edition = load(folder)
    assert edition.manifest.demonstration
    assert edition.manifest.based_on
    assert edition.policy.may_generate_from
    assert NOTICE in edition.text
    assert edition.opened.scope.disease


def test_the_corpus_is_what_it_should_be() -> None:
    editions = {load(folder).edition_id for folder in FOLDERS}
    assert {"cll-response@2008", "cll-response@2018"} <= editions
    assert {load(folder).manifest.id for folder in FOLDERS} == {
        "cll-response",
        "cll-staging",
        "cll-mrd",
        "cll-starting-treatment",
        "cll-diagnosis",
        "cll-tests-before-treatment",
        "cll-first-treatment",
        "cll-side-effects",
        "cll-infection",
        "myeloma-response",
    }
    assert (CORPUS / "questions.txt").read_text("utf-8") == (
        "What is partial response vs complete response in CLL treatment\n"
    )


def test_every_sentence_is_short_and_names_its_subject(folder: Path) -> None:
    for unit in units(folder):
        assert len(unit.text.split()) <= MOST_WORDS, unit.text
        assert not DANGLING.match(unit.text), unit.text
        if unit.kind == wire.SPAN_KIND_ITEM:
            assert LABEL.match(unit.text), unit.text


def test_prose_reads_at_grade_eight_or_below(folder: Path) -> None:
    grades = [
        fk_grade_masked(unit.text, [])
        for unit in units(folder)
        if unit.kind in (wire.SPAN_KIND_SENTENCE, wire.SPAN_KIND_ITEM)
    ]
    assert sum(grades) / len(grades) <= HIGHEST_GRADE


def test_every_fact_is_said_exactly_once(folder: Path) -> None:
    said = units(folder)
    for fact in facts(folder):
        assert len([unit for unit in said if fact.is_said_by(unit)]) == 1, fact


def test_every_sentence_is_a_fact_with_a_named_source(folder: Path) -> None:
    known = facts(folder)
    sources = tomllib.loads((folder / "facts.toml").read_text("utf-8"))["sources"]
    assert {fact.source for fact in known} == set(sources)
    assert len({fact.id for fact in known}) == len(known)
    for unit in units(folder):
        if unit.kind != wire.SPAN_KIND_ROW_HEADER:
            assert any(fact.is_said_by(unit) for fact in known), unit


def test_every_number_is_the_number_of_its_fact(folder: Path) -> None:
    said = units(folder)
    for fact in facts(folder):
        if fact.value:
            (unit,) = [unit for unit in said if fact.is_said_by(unit)]
            assert any(states(fact, quantity) for quantity in quantities(unit.text)), (
                fact,
                quantities(unit.text),
            )


def test_no_number_stands_in_the_corpus_without_its_fact(folder: Path) -> None:
    known = facts(folder)
    for unit in units(folder):
        own = [fact for fact in known if fact.is_said_by(unit)]
        stated = {Decimal(fact.value) for fact in own if fact.value}
        words = " ".join(f"{fact.says} {fact.slot}" for fact in own)
        for quantity in quantities(unit.text):
            written = unit.text[quantity.start : quantity.end]
            assert quantity.value in stated or written in words, (unit, written)


def test_the_two_editions_differ_where_the_rules_changed() -> None:
    old, new = (
        {(unit.section, unit.label): unit.text for unit in units(CORPUS / f"cll-response-{year}")}
        for year in (2008, 2018)
    )
    complete = "Complete response (CR)"
    for label in ("Lymph nodes", "Lymphocytes in blood", "Platelets", "Haemoglobin", "Bone marrow"):
        assert old[complete, label] != new[complete, label]
    assert (complete, "Neutrophils") in old
    assert (complete, "Neutrophils") not in new
