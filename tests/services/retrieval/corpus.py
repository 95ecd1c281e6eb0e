"""Editions written for the tests, as ingest says them: two real diseases and an invented one."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from google.protobuf.message import Message

from plumbline.ingest.v1.events_pb2 import (
    PASSAGE_KIND_PROSE,
    EditionClosed,
    EditionIngested,
    EditionOpened,
    LicencePolicy,
    Passage,
    PassagesListed,
    Scope,
)
from plumbline_bus import Event
from plumbline_retrieval.admission import Admission
from plumbline_retrieval.edge_index import open_edge_index
from plumbline_retrieval.editions import Editions, open_database
from plumbline_retrieval.embed import DIMENSIONS, Embedder
from plumbline_retrieval.found import Found, NotCovered
from plumbline_retrieval.intake import Intake, edition_digest
from plumbline_retrieval.questions import Questions
from plumbline_retrieval.recalls import Recalls
from plumbline_retrieval.results import Results
from plumbline_retrieval.search import Finder

M = TypeVar("M", bound=Message)
TODAY = "2026-11-24"
Sections = Mapping[str, Sequence[str]]

CLL: Sections = {
    "Complete response (CR)": [
        "Complete response means that no sign of CLL is found with the standard checks. Complete "
        "response is also called complete remission.",
        "These findings are listed for a complete response in CLL: no lymph node measures ≥1.5 "
        "cm; the spleen measures <13 cm and the liver size is normal; platelets are ≥100 × 10⁹/L;"
        " haemoglobin is ≥11.0 g/dL without transfusion; the bone marrow has no CLL cells.",
    ],
    "Partial response (PR)": [
        "Partial response means that CLL has shrunk by at least half but some CLL is left.",
        "These findings are listed for a partial response in CLL: lymph nodes are down by ≥50% "
        "from baseline; the spleen is down by ≥50% from baseline; platelets are ≥100 × 10⁹/L or "
        "up by ≥50%.",
    ],
    "Why the response matters": [
        "The response shows how well a treatment has worked against CLL. With a BTK inhibitor "
        "alone, such as ibrutinib, the best response is often a partial response.",
    ],
    "MRD is a separate test": [
        "A test for measurable residual disease (MRD) looks for very small amounts of CLL. A "
        "complete response does not mean that CLL is cured. A person with a complete response can"
        " still have a positive MRD test.",
    ],
    "When treatment starts": [
        "Treatment of CLL is started when there are signs of active disease: night sweats, weight"
        " loss of ≥10% in 6 months, or platelets that fall. Otherwise doctors watch and wait.",
    ],
}
MYELOMA: Sections = {
    "Complete response": [
        "Complete response in multiple myeloma means that no M-protein is found in blood and "
        "urine and that plasma cells make up <5% of the bone marrow.",
    ],
    "Partial response": [
        "Partial response in multiple myeloma means that M-protein in blood is down by ≥50% and "
        "in urine by ≥90%.",
    ],
}
ZORVIC: Sections = {
    "Full quell": [
        "A full quell in Zorvic syndrome means that no zorvic plaque measures ≥7.3 mm and that "
        "the drell index is below 42 drells.",
    ],
    "Half quell": [
        "A half quell in Zorvic syndrome means that zorvic plaques are down by ≥35% while the "
        "drell index stays above 42 drells.",
    ],
    "Treatment with nexamol": ["Zorvic syndrome is treated with nexamol for 19 days."],
}


def edition(
    guideline_id: str,
    sections: Sections,
    *,
    disease: str,
    version: str = "2018",
    effective_date: str = "2018-06-01",
    label: str = "",
    title: str = "",
    may_generate_from: bool = True,
) -> list[EditionIngested]:
    """The parts of an edition: opened, one record of passages for each section, closed."""
    edition_id, start = f"{guideline_id}@{version}", 0
    opened = EditionOpened(
        version=version,
        title=title or f"{label or disease}: how the response is judged",
        publisher="Tests",
        effective_date=effective_date,
        licence="CC-BY-4.0",
        policy=LicencePolicy(may_index=True, may_generate_from=may_generate_from),
        scope=Scope(disease=disease, disease_label=label or disease),
    )
    listed: list[list[Passage]] = []
    for heading, texts in sections.items():
        listed.append([])
        for text in texts:
            listed[-1].append(passage(guideline_id, edition_id, opened.title, heading, text, start))
            start += len(text) + 2
    everything = [one for group in listed for one in group]
    closed = EditionClosed(count=len(everything), digest=edition_digest(opened, everything))
    parts = [
        EditionIngested(opened=opened),
        *(EditionIngested(passages=PassagesListed(passages=group)) for group in listed),
        EditionIngested(closed=closed),
    ]
    for part in parts:
        part.edition_id, part.guideline_id = edition_id, guideline_id
    return parts


def passage(
    guideline_id: str, edition_id: str, title: str, heading: str, text: str, start: int
) -> Passage:
    """One passage in its place."""
    space = uuid.uuid5(uuid.UUID(int=0), edition_id)
    return Passage(
        occurrence_id=str(uuid.uuid5(space, str(start))),
        passage_id=hashlib.sha256(f"{guideline_id}\0{text}".encode()).hexdigest()[:32],
        start=start,
        end=start + len(text),
        text=text,
        text_sha256=hashlib.sha256(text.encode()).hexdigest(),
        section=[title, heading],
        kind=PASSAGE_KIND_PROSE,
    )


def cll(version: str = "2018", effective_date: str = "2018-06-01") -> list[EditionIngested]:
    return edition(
        "cll-response",
        CLL,
        disease="cll",
        label="chronic lymphocytic leukaemia",
        title="CLL: how the response to treatment is judged",
        version=version,
        effective_date=effective_date,
    )


def myeloma() -> list[EditionIngested]:
    return edition(
        "myeloma-response", MYELOMA, disease="multiple-myeloma", label="multiple myeloma"
    )


def zorvic() -> list[EditionIngested]:
    return edition("zorvic-response", ZORVIC, disease="zorvic syndrome", label="Zorvic syndrome")


def event(message: M, *, time: str = f"{TODAY}T10:00:00.000000Z") -> Event[M]:
    """An event as the loop hands it over."""
    return Event(message, "id", "tests", time, (), "topic", 0, 0, "")


@dataclass
class Desk:
    """The parts of the service, put together without a log."""

    editions: Editions
    intake: Intake
    finder: Finder
    results: Results
    questions: Questions
    admission: Admission
    recalls: Recalls

    async def hold(self, *all_parts: Sequence[EditionIngested]) -> None:
        for parts in all_parts:
            for part in parts:
                await self.intake.take(part)

    async def found(self, question: str, today: str = TODAY) -> Found:
        result = await self.finder.find(question, today)
        assert isinstance(result, Found), result
        return result

    async def refused(self, question: str, today: str = TODAY) -> NotCovered:
        result = await self.finder.find(question, today)
        assert isinstance(result, NotCovered), [e.edition_id for e in result.evidence]
        return result


def places(found: Found) -> list[str]:
    """Where the evidence stands, best first. Scores may differ in the last digit of a 32-bit "
    "number."""
    return [evidence.passage.occurrence_id for evidence in found.evidence]


@contextmanager
def open_desk(directory: Path, embedder: Embedder | None) -> Iterator[Desk]:
    """A desk whose stores lie in a directory."""
    with (
        open_database(directory / "editions.sqlite") as database,
        open_database(directory / "results.sqlite") as results,
        open_edge_index(directory / "index", DIMENSIONS if embedder else 0) as index,
    ):
        editions = Editions(database)
        intake = Intake(database, editions, index, embedder)
        recalls = Recalls(results)
        finder = Finder(editions, index, embedder, recalls)
        questions = Questions(results)
        admission = Admission(finder, editions, questions, embedder, results)
        yield Desk(editions, intake, finder, Results(results), questions, admission, recalls)
