"""The gRPC face of the search: what a question finds, and why. It changes and keeps nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial
from typing import Any, Final

import grpc

from plumbline.retrieval.v1 import search_service_pb2 as pb
from plumbline.retrieval.v1.search_service_pb2_grpc import (
    SearchServiceServicer,
    add_SearchServiceServicer_to_server,
)
from plumbline_kit.grpc_server import GrpcService
from plumbline_retrieval.editions import Editions
from plumbline_retrieval.explained import explanation_of, passages_of
from plumbline_retrieval.found import Found
from plumbline_retrieval.index import Index
from plumbline_retrieval.search import Finder

MOST_CHARACTERS: Final = 2_000  # as the gateway takes

Context = grpc.aio.ServicerContext[Any, Any]
Today = Callable[[], str]


def utc_today() -> str:
    """The day it is, YYYY-MM-DD, in UTC as event times are."""
    return datetime.now(UTC).date().isoformat()


def is_day(text: str) -> bool:
    """Whether this is a day, written in the one form that days are compared in."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


class SearchFace(SearchServiceServicer):
    """A question in; passages with their scores, and how the decision was come to, out."""

    def __init__(
        self, finder: Finder, editions: Editions, index: Index, today: Today = utc_today
    ) -> None:
        self._finder = finder
        self._editions = editions
        self._index = index
        self._today = today

    async def Search(self, request: pb.SearchRequest, context: Context) -> pb.SearchResponse:
        """The search that an answer to this question would be made from."""
        if not request.question.strip() or len(request.question) > MOST_CHARACTERS:
            await context.abort(
                grpc.StatusCode.INVALID_ARGUMENT,
                f"a question has from 1 to {MOST_CHARACTERS} characters",
            )
        today = request.today or self._today()
        if not is_day(today):
            await context.abort(grpc.StatusCode.INVALID_ARGUMENT, "a day is written YYYY-MM-DD")
        way = await self._finder.explained(request.question, today)
        response = pb.SearchResponse(explanation=explanation_of(way, request.question))
        if isinstance(way.result, Found):
            response.passages.extend(passages_of(way, way.result))
            response.retrieval.CopyFrom(way.result.info)
        else:
            response.reason_code = way.result.reason
            response.nearest_titles.extend(way.result.nearest_titles)
        return response

    async def Held(self, request: pb.HeldRequest, context: Context) -> pb.HeldResponse:
        """What the index holds of each edition, counted in it."""
        counts = await self._index.counts()
        return pb.HeldResponse(
            editions=[
                pb.HeldEdition(
                    edition_id=edition.edition_id,
                    passages=edition.passages,
                    points=counts.get(edition.edition_id, 0),
                )
                for edition in self._editions.held
            ]
        )


def search_service(finder: Finder, editions: Editions, index: Index) -> GrpcService:
    """The service, ready to be served."""
    return GrpcService(
        pb.DESCRIPTOR.services_by_name["SearchService"],
        partial(add_SearchServiceServicer_to_server, SearchFace(finder, editions, index)),
    )
