"""Every page a reader can meet, by name: those of the running site, and states it rarely has."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from browser.stage import Stage
from playwright.async_api import Page, Route
from system.conftest import SEED

from plumbline_gateway.prebuilt import SECURITY_HEADERS
from plumbline_pages import (
    Call,
    FieldError,
    Stale,
    UrgentCard,
    cover,
    failed,
    home,
    progress,
    refused,
    stale_banner,
    steps,
    urgent_card,
    withdrawn,
    withheld,
)

NAMES = (
    *("home", "answer", "record", "passage", "library", "guideline", "not_covered", "urgent_block"),
    *("not_found", "unknown", "docs"),
    *("error", "progress", "withheld", "failed", "urgent", "refused", "changed", "withdrawn"),
)
HEADERS = {name.decode(): value.decode() for name, value in SECURITY_HEADERS}


@dataclass(frozen=True)
class EveryPage:
    """Paths of the running site, and pages made by the same functions for what it lacks."""

    paths: dict[str, str]
    made: dict[str, str]

    async def show(self, page: Page, name: str) -> None:
        """Go there. A made page comes with the headers of the real ones."""
        if name in self.paths:
            await page.goto(self.paths[name])
            return
        html = self.made[name]

        async def give(route: Route) -> None:
            await route.fulfill(body=html, content_type="text/html; charset=utf-8", headers=HEADERS)

        await page.route("**/state/*", give)
        await page.route("**/v1/answers/*/events", lambda _: None)  # nothing happens there
        await page.goto(f"/state/{name}")


async def every_page(site: Stage) -> EveryPage:
    """Ask what is needed to have them all."""
    whole = site.whole
    seed = await whole.ask(SEED)
    answer = _path(seed)
    html = (await whole.site.get(answer)).text
    passage = re.search(r'href="(/passages/[^"]+)"', html)
    assert passage
    other = await whole.ask("How is asthma treated in children?")
    urgent = await whole.ask("I have a fever of 39, what should I do about it?")
    return EveryPage(
        {
            "home": "/",
            "answer": answer,
            "record": f"{answer}/provenance",
            "passage": passage[1],
            "library": "/library",
            "guideline": f"/library/of/{seed['passages'][0]['guideline_id']}",
            "not_covered": _path(other),
            "urgent_block": _path(urgent),
            "not_found": "/answers/nothing-of-the-kind",
            "unknown": "/nothing/of/the/kind",
            "docs": "/docs",
        },
        _made(html),
    )


def _path(answer: dict[str, Any]) -> str:
    return "/" + str(answer["url"]).split("/", 3)[3]


def _made(answer: str) -> dict[str, str]:
    card = UrgentCard(
        "Get help now",
        ["A sign.", "Call this number.", "Then the other."],
        [Call("111"), Call("999")],
        "1",
        ["have collapsed"],
        ["which drugs you take"],
    )
    reached: dict[str, tuple[float | None, int | None]] = {"received": (0, None), "found": (1, 9)}
    stale = Stale("number_changed", "2026-11-21T10:00:00Z", "Guide, 2026", 2, 9, covered=1)
    short = re.sub(r'<div class="wrap after">.*</main>', "</main>", answer, flags=re.DOTALL)
    changed = cover(short.encode(), {"c1": "2018", "c3": None}).page.decode()
    return {
        "error": home([], FieldError("too-long", 120), "my own words"),
        "progress": progress("0" * 32, f"/answers/{'0' * 32}", steps(reached), demonstration=True),
        "withheld": withheld("why", ["Guide"]),
        "failed": failed(),
        "withdrawn": withdrawn("What is it?", since="2026-11-21T10:00:00Z", by="Guide, 2026"),
        "urgent": urgent_card(card, "/answers/x"),
        "refused": refused("The question is too long", "Write at most 2,000 characters."),
        "changed": changed.replace("</h1>", f"</h1>{stale_banner(stale)}", 1),
    }
