"""A draft with one wrong fact is put on the log: its words never leave the gateway."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import pytest_asyncio
from system.conftest import GUIDELINES, SEED
from system.in_process import Whole, whole

from plumbline import topics
from plumbline.generation.v1.events_pb2 import AnswerDrafted
from plumbline_bus import event_id, publish

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(180),
    pytest.mark.asyncio(loop_scope="module"),
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def plumbline(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Whole]:
    async with whole(tmp_path_factory.mktemp("mutants") / "home", GUIDELINES) as running:
        yield running


def replaced(before: str, after: str) -> Callable[[AnswerDrafted], list[str]]:
    """Replace words in every claim that has them; the new texts are what must not be seen."""

    def mutate(drafted: AnswerDrafted) -> list[str]:
        changed = []
        for claim in drafted.draft.claims:
            if before in claim.text:
                claim.text = claim.text.replace(before, after)
                changed.append(claim.text)
        assert changed, f"no claim says {before!r}"
        return changed

    return mutate


def categories_swapped(drafted: AnswerDrafted) -> list[str]:
    changed = []
    for claim in drafted.draft.claims:
        text = claim.text.replace("omplete response", "\0").replace(
            "artial response", "omplete response"
        )
        text = text.replace("Pomplete", "Complete").replace("pomplete", "complete")
        text = text.replace("C\0", "Partial response").replace("c\0", "partial response")
        if text != claim.text:
            claim.text = text
            changed.append(text)
    return changed


MUTANTS = {
    "a number": replaced("1.5 cm", "2.5 cm"),
    "a direction of a boundary": replaced("≥50%", "≤50%"),
    "a boundary": replaced("≥1.5", ">1.5"),
    "digits exchanged": replaced("13 cm", "31 cm"),
    "another threshold": replaced("11.0 g/dL", "10 g/dL"),
    "an exponent": replaced("10⁹", "10⁶"),
    "normal for any": replaced("is normal", "is any"),
    "a lost condition": replaced(" without transfusion or erythropoietin", ""),
    "a negation": replaced("does not mean", "means"),
    "the categories": categories_swapped,
}


async def _drafted(plumbline: Whole) -> AnswerDrafted:
    asked = await plumbline.ask(SEED)
    for drafted in await plumbline.messages(topics.ANSWER_DRAFTED):
        if drafted.run.answer_id == asked["answer_id"]:
            return AnswerDrafted.FromString(drafted.SerializeToString())
    raise AssertionError("no draft")


async def _review(plumbline: Whole, drafted: AnswerDrafted) -> dict[str, Any]:
    drafted.run.answer_id = secrets.token_hex(16)
    await publish(
        plumbline.log,
        drafted,
        service="generation",
        event_id=event_id("generation", drafted.run.answer_id, "test", 0),
    )
    for _ in range(500):
        reply = await plumbline.site.get(
            f"/v1/answers/{drafted.run.answer_id}", headers={"Prefer": "wait=10"}
        )
        if reply.status_code == 200 and reply.json()["status"] != "pending":
            return dict(reply.json())
    raise AssertionError("never ended")


def _columns_swapped(drafted: AnswerDrafted) -> None:
    for section in drafted.draft.sections:
        for block in section.blocks:
            if block.WhichOneof("block") == "table":
                columns = list(reversed(block.table.columns))
                del block.table.columns[:]
                block.table.columns.extend(columns)


@pytest.mark.parametrize("verbatim", [True, False], ids=["verbatim", "composed"])
@pytest.mark.parametrize("name", sorted(MUTANTS))
async def test_a_mutants_words_are_never_published(
    plumbline: Whole, name: str, verbatim: bool
) -> None:
    drafted = await _drafted(plumbline)
    before = {claim.text for claim in drafted.draft.claims}
    changed = set(MUTANTS[name](drafted)) - before
    for claim in drafted.draft.claims:
        if claim.text in changed:
            claim.verbatim = verbatim
    answer = await _review(plumbline, drafted)
    assert answer["status"] in ("published", "withheld")
    said = {claim["text"] for claim in answer["claims"]}
    assert not said & changed
    if answer["status"] == "published":
        assert answer["review"]["verdict"] == "repair"
        page = (await plumbline.site.get(answer["url"])).text
        assert not any(text in page for text in changed)


async def test_columns_that_changed_places_are_never_published(plumbline: Whole) -> None:
    drafted = await _drafted(plumbline)
    wanted = await plumbline.ask(SEED)
    _columns_swapped(drafted)
    answer = await _review(plumbline, drafted)
    assert answer["status"] == "withheld" or answer["sections"] == wanted["sections"]


async def test_a_faithful_paraphrase_passes(plumbline: Whole) -> None:
    drafted = await _drafted(plumbline)
    (claim,) = [c for c in drafted.draft.claims if "1.5 cm" in c.text][:1]
    claim.text = "Lymph nodes: none is 1.5 cm or more."
    claim.verbatim = False
    answer = await _review(plumbline, drafted)
    assert answer["status"] == "published", answer["reason"]
    (passed,) = [c for c in answer["claims"] if c["id"] == claim.id]
    assert (passed["text"], passed["verdict"]) == (claim.text, "supported")


async def test_the_untouched_draft_passes(plumbline: Whole) -> None:
    answer = await _review(plumbline, await _drafted(plumbline))
    assert answer["status"] == "published"
    assert answer["review"]["verdict"] == "pass"
