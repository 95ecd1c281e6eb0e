"""The pages for readers: ask, wait, read, and look at what an answer rests on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import parse_qs

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from plumbline.common.v1.common_pb2 import Run
from plumbline_gateway import (
    answer_view,
    history_view,
    page_views,
    record_view,
    shelf_views,
)
from plumbline_gateway.api_routes import base_url, read_body
from plumbline_gateway.asking import State
from plumbline_gateway.front import Front, run_of
from plumbline_gateway.intake import read_question
from plumbline_gateway.prebuilt import EVERY, Page, Receive, Scope, Send, build, respond
from plumbline_gateway.problems import Problem
from plumbline_gateway.stored import Ended, Published, Withdrawn
from plumbline_pages.address import (
    answer_path,
    changes_path,
    record_path,
    short_path,
    split_segment,
)
from plumbline_pages.assets import asset, assets

HTML = "text/html; charset=utf-8"
FOR_EVER = "public, max-age=31536000, immutable"


class Built(Response):
    """A built page as the framework sends it: compressed, and 304 to who has it."""

    def __init__(self, page: Page, status: int = 200) -> None:
        super().__init__(status_code=status)
        self._page = page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        await respond(self._page, scope, send, self.status_code)


def html(body: str, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A page that is made for this request."""
    page = build(body.encode(), HTML, cache="no-store")
    more = [(name.lower().encode(), value.encode()) for name, value in (headers or {}).items()]
    return Built(replace(page, headers=(*page.headers, *more)), status)


def found(body: str | None) -> Response:
    """A page, or that there is nothing at this address."""
    return html(page_views.not_found(), 404) if body is None else html(body)


def refusal(problem: Problem) -> Response:
    """A problem as a page, for a reader who came with a browser."""
    if problem.status == 404:
        return html(page_views.not_found(), 404)
    return html(page_views.refused(problem), problem.status, problem.headers())


def page_routes(front: Front) -> APIRouter:
    """The routes for readers."""
    router = APIRouter(include_in_schema=False)

    def kept(path: str, body: bytes, answer_id: str) -> Response:
        page = build(body, HTML, answer_id=answer_id)
        front.pages.put(path, page)
        return Built(page)

    @router.get("/")
    async def home() -> Response:
        return kept("/", page_views.home(front).encode(), EVERY)

    @router.get("/library")
    async def library() -> Response:
        return kept("/library", shelf_views.library(front).encode(), EVERY)

    @router.get("/library/{number:int}")
    async def part_of_library(number: int) -> Response:
        return found(shelf_views.library_part(front, number))

    @router.get("/library/of/{guideline_id:path}")
    async def guideline(guideline_id: str) -> Response:
        return found(shelf_views.guideline(front, guideline_id))

    @router.get("/ask")
    async def where_to_ask() -> Response:
        return RedirectResponse("/#ask", 303)  # the address that is left after a refused form

    @router.post("/ask")
    async def ask(request: Request) -> Response:
        form = parse_qs(
            (await read_body(request)).decode("utf-8", "surrogateescape"), keep_blank_values=True
        )
        fields = {name: values[0] for name, values in form.items()}
        try:
            question = read_question(fields, front.policy)
            state = await front.desk.ask(question)
        except Problem as problem:
            text = fields.get("question", "").encode("utf-8", "replace").decode("utf-8")
            return html(page_views.home(front, problem, text), problem.status, problem.headers())
        # A known answer is shared, but the card belongs to whoever asked: it is shown on the way.
        if question.urgent and not isinstance(state, Run):
            return html(page_views.urgent(front, question.urgent, _address(state)))
        return RedirectResponse(_address(state), 303)

    @router.get("/answers/{name}")
    async def answer(name: str) -> Response:
        segment = split_segment(name)
        state = front.desk.state(segment[1]) if segment else None
        if state is None:
            return html(page_views.not_found(), 404)
        if isinstance(state, Published):
            address = _address(state)
            if address != f"/answers/{name}":
                return RedirectResponse(address, 302)
            front.pages.count(state.run.answer_id)
            return kept(address, answer_view.answer(front, state), state.run.answer_id)
        if isinstance(state, Ended):
            return html(page_views.ended(front, state))
        if isinstance(state, Withdrawn):
            return html(page_views.withdrawn(front, state), 410)
        return html(page_views.progress(front, state))

    @router.get("/answers/{name}/provenance")
    async def record(name: str, request: Request) -> Response:
        segment = split_segment(name)
        state = front.desk.state(segment[1]) if segment else None
        if state is None:
            return html(page_views.not_found(), 404)
        if not isinstance(state, Published):
            return RedirectResponse(_address(state), 302)  # there is nothing to prove yet
        address = record_path(state.title, state.run.answer_id)
        if address != f"/answers/{name}/provenance":
            return RedirectResponse(address, 302)
        banner = answer_view.banner(front, state)
        return html(record_view.record(front, state, base_url(request), banner))

    @router.get("/answers/{name}/changes")
    async def changes(name: str) -> Response:
        state = published_at(name)
        before = state and front.site.runs.published_before(state.run.answer_id, state.run.revision)
        if not state or not before:
            return html(page_views.not_found(), 404)
        address = changes_path(state.title, state.run.answer_id)
        if address != f"/answers/{name}/changes":
            return RedirectResponse(address, 302)
        return html(history_view.what_changed(front, before, state))

    @router.get("/answers/{name}/v/{revision:int}")
    async def old_version(name: str, revision: int) -> Response:
        segment = split_segment(name)
        kept_one = front.site.runs.published(segment[1], revision) if segment else None
        if kept_one is None:
            return html(page_views.not_found(), 404)
        state = front.desk.state(kept_one.run.answer_id)
        standing = isinstance(state, Published)
        newest = _address(state) if state and standing else ""
        if isinstance(state, Published) and state.run.revision == revision:
            return RedirectResponse(newest, 302)
        page = answer_view.old_version(front, kept_one, newest)
        return html(page.decode(), headers={"X-Robots-Tag": "noindex"})

    @router.get("/guidelines/{guideline_id}/editions/{version}/diff")
    async def edition_diff(guideline_id: str, version: str) -> Response:
        return found(history_view.edition_diff(front, guideline_id, version))

    def published_at(name: str) -> Published | None:
        segment = split_segment(name)
        state = front.desk.state(segment[1]) if segment else None
        return state if isinstance(state, Published) else None

    @router.get("/passages/{occurrence_id}")
    async def passage(occurrence_id: str) -> Response:
        return found(shelf_views.passage(front, occurrence_id))

    @router.get("/s/{name}")
    async def of_an_older_page(name: str) -> Response:
        file = asset(f"/s/{name}")
        if file is None:
            return html(page_views.not_found(), 404)
        return Response(
            file.body, media_type=file.media_type, headers={"Cache-Control": "no-cache"}
        )

    for path, held in assets().items():
        front.pages.put(path, build(held.body, held.media_type, cache=FOR_EVER))
    return router


def _address(state: State) -> str:
    run = run_of(state)
    if isinstance(state, Published):
        return answer_path(state.title, run.answer_id)
    return short_path(run.answer_id)
