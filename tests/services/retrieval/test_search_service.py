"""The gRPC face of the search: the same passages as an answer, each part of their score, why."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

import grpc
import pytest
from libs.kit.calling import channel_to, refusal
from services.retrieval.corpus import TODAY, Desk

from plumbline.retrieval.v1.search_service_pb2 import SearchRequest
from plumbline.retrieval.v1.search_service_pb2_grpc import SearchServiceStub
from plumbline_kit.grpc_server import GrpcServer
from plumbline_retrieval.rank import COSINE_FLOOR
from plumbline_retrieval.search_service import search_service

if TYPE_CHECKING:  # a type of the stubs only
    from plumbline.retrieval.v1.search_service_pb2_grpc import SearchServiceAsyncStub

QUESTION = "What is complete response in CLL?"


def served(desk: Desk) -> GrpcServer:
    service = search_service(desk.finder, desk.editions, desk.finder.index)
    return GrpcServer([service], "127.0.0.1:0")


@pytest.fixture
async def search(full: Desk) -> AsyncIterator[SearchServiceAsyncStub]:
    async with channel_to(served(full)) as channel:
        yield SearchServiceStub(channel)


async def test_it_finds_what_an_answer_rests_on_with_every_part_of_the_score(
    full: Desk, search: SearchServiceAsyncStub
) -> None:
    found = await search.Search(SearchRequest(question=QUESTION, today=TODAY), timeout=10)
    evidence = (await full.found(QUESTION)).evidence
    assert [p.passage for p in found.passages] == [e.passage for e in evidence]
    assert [p.rank for p in found.passages] == list(range(1, len(evidence) + 1))
    passages: list[Any] = list(found.passages)
    for side in ("dense", "bm25"):
        score, rank = f"{side}_score", f"{side}_rank"
        assert all(p.HasField(score) == p.HasField(rank) for p in passages)
        both = [(getattr(p, rank), getattr(p, score)) for p in passages if p.HasField(score)]
        assert len({place for place, _ in both}) == len(both) > 1
        by_place = [value for _, value in sorted(both)]
        assert by_place == sorted(by_place, reverse=True)
    why = found.explanation
    chosen = [subject for subject in why.subjects if subject.chosen]
    assert [(s.named, s.passed, all(s.covers)) for s in chosen] == [(True, True, True)]
    assert why.floor.cosine == pytest.approx(COSINE_FLOOR)
    assert why.floor.best_cosine >= COSINE_FLOOR
    assert 0 < why.floor.above <= why.floor.candidates


async def test_what_may_not_be_answered_says_at_which_gate_it_ended(
    search: SearchServiceAsyncStub,
) -> None:
    question = "What is whooping cough in CLL?"
    found = await search.Search(SearchRequest(question=question, today=TODAY), timeout=10)
    assert not found.passages
    assert found.reason_code == "not-in-sources"
    assert found.nearest_titles
    named = [subject for subject in found.explanation.subjects if subject.named]
    assert len(named) == 1
    assert False in named[0].covers
    assert not found.explanation.HasField("floor")  # never looked at


async def test_without_a_model_there_is_no_dense_side(lexical_full: Desk) -> None:
    async with channel_to(served(lexical_full)) as channel:
        request = SearchRequest(question=QUESTION, today=TODAY)
        found = await SearchServiceStub(channel).Search(request, timeout=10)
    assert found.retrieval.mode == "lexical"
    assert found.passages
    assert not any(p.HasField("dense_score") or p.HasField("dense_rank") for p in found.passages)
    assert not found.explanation.floor.HasField("cosine")


async def test_another_day_is_answered_from_the_editions_of_that_day(
    search: SearchServiceAsyncStub,
) -> None:
    found = await search.Search(SearchRequest(question=QUESTION, today="2010-01-01"), timeout=10)
    assert {p.edition_id.partition("@")[2] for p in found.passages} == {"2008"}


@pytest.mark.parametrize(
    "asked",
    [
        SearchRequest(),
        SearchRequest(question=" \n"),
        SearchRequest(question="x" * 2_001),
        SearchRequest(question=QUESTION, today="tomorrow"),
        SearchRequest(question=QUESTION, today="20260101"),
    ],
    ids=["nothing", "space", "too-long", "no-day", "another-form-of-day"],
)
async def test_a_request_that_cannot_be_meant_is_an_invalid_argument(
    search: SearchServiceAsyncStub, asked: SearchRequest
) -> None:
    assert await refusal(search.Search, asked) is grpc.StatusCode.INVALID_ARGUMENT
