"""The same evidence gives the same bytes, in whatever order it arrives."""

from __future__ import annotations

import asyncio

from hypothesis import given, settings
from hypothesis import strategies as st
from services.generation.guidelines import Guideline, retrieved
from services.generation.invented import SECTIONS, TABLE, WAYS

from plumbline.generation.v1.events_pb2 import Draft
from plumbline.retrieval.v1.events_pb2 import EvidenceRetrieved
from plumbline_generation.extractive import ExtractiveComposer

QUESTION = "What is the difference between a full response and a half response?"
COMPOSER = ExtractiveComposer()


def as_bytes(evidence: EvidenceRetrieved) -> bytes:
    found = asyncio.run(COMPOSER.compose(evidence))
    assert isinstance(found, Draft)
    return found.SerializeToString(deterministic=True)


@settings(max_examples=30, deadline=None)
@given(data=st.data(), way=st.sampled_from(sorted(WAYS)))
def test_the_order_of_arrival_decides_nothing(data: st.DataObject, way: str) -> None:
    evidence = retrieved(QUESTION, Guideline(WAYS[way]), Guideline(SECTIONS, id="second"))
    for found in evidence.evidence:
        found.rank = 1
    shuffled = EvidenceRetrieved()
    shuffled.CopyFrom(evidence)
    del shuffled.evidence[:]
    shuffled.evidence.extend(data.draw(st.permutations(list(evidence.evidence))))
    assert as_bytes(shuffled) == as_bytes(evidence)


def test_a_passage_that_comes_twice_is_read_once() -> None:
    evidence = retrieved(QUESTION, Guideline(TABLE))
    once = as_bytes(evidence)
    evidence.evidence.extend(list(evidence.evidence))
    assert as_bytes(evidence) == once
