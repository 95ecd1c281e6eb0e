"""The same evidence gives the same bytes, in whatever order it arrives."""

from __future__ import annotations

import asyncio
import time

import pytest
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


@pytest.mark.parametrize("way", WAYS)
def test_24_passages_are_composed_while_nobody_notices(way: str) -> None:
    text = WAYS[way] + "".join(
        f"\n## Note {number}\n\nThe response in zorvic is told on day {number}. It is written. "
        f"Ward {number} keeps the paper for {number} years.\n"
        for number in range(2, 24)
    )
    evidence = retrieved(QUESTION, Guideline(text))
    del evidence.evidence[24:]
    as_bytes(evidence)
    fastest = min(timed(evidence) for _ in range(5))
    assert fastest < 0.05  # seconds; measured 0.01, on a machine that does other things too


def timed(evidence: EvidenceRetrieved) -> float:
    started = time.perf_counter()
    as_bytes(evidence)
    return time.perf_counter() - started
