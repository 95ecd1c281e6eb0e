"""An answer object as plain text for a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Any

from plumbline_pages.words import words

WIDTH = 88


def answer_text(answer: dict[str, Any]) -> str:
    """The whole answer, its markers and its sources; or why there is none and what to do."""
    return "\n".join(_lines(answer)).strip() + "\n"


def _lines(answer: dict[str, Any]) -> Iterator[str]:
    if urgent := answer.get("urgent"):
        yield from (*urgent["text"], "")
    if answer["status"] != "published":
        yield from _ending(answer)
        return
    yield from (answer["title"], "=" * min(len(answer["title"]), WIDTH))
    yield from _banner(answer)
    yield from _wrapped(" ".join(notice["text"] for notice in answer["notices"]))
    for section in answer["sections"]:
        yield from ("", section["heading"], "-" * len(section["heading"]))
        for block in section["blocks"]:
            yield from _block(block, answer)
        if section["role"] == "gaps":
            yield from (f"- {line}" for line in answer["not_stated"])
    yield from ("", "Sources", "-------")
    for passage in answer["passages"]:
        where = " > ".join(passage["section"])
        number = passage["id"].removeprefix("p")
        yield from _wrapped(f"[{number}] {passage['title']}, {passage['version']}: {where}")
    receipt = answer["provenance"]["receipt"]
    sealed = f"entry {receipt['leaf_index']}" if receipt["status"] == "sealed" else "being sealed"
    yield from ("", f"{answer['url']}  (revision {answer['revision']}, {sealed})")


def _banner(answer: dict[str, Any]) -> Iterator[str]:
    """That a source changed, which edition or recall did it, and how much rests on it."""
    stale = answer["stale"]
    if not stale:
        return
    severity, by = stale["severity"], stale["by"]
    n, total = len(stale["claims"]), len(answer["claims"])
    said = [
        words(f"state.heading.{severity}"),
        words("state.caused", by=f"{by} ({stale['why']})" if stale.get("why") else by),
        words("state.changed", n=n, all=total),
        words(f"state.did.{severity}"),
        *([words("state.rest")] if n < total else []),
    ]
    yield from ("", *_wrapped("! " + " ".join(one.striptags() for one in said), "  "), "")


def _ending(answer: dict[str, Any]) -> Iterator[str]:
    reason = answer.get("reason") or {"message": answer["status"], "what_to_do": None}
    yield from _wrapped(reason["message"] or answer["status"])
    if answer["status"] == "withdrawn":
        by = answer["cause"]["ref"]
        said = f"{by} ({reason['why']})" if reason.get("why") else by
        yield from _wrapped(words("state.caused", by=said).striptags())
    if reason.get("what_to_do"):
        yield from _wrapped(reason["what_to_do"])
    if reason.get("nearest"):
        yield from ("", "Nearest in our library:", *(f"- {title}" for title in reason["nearest"]))
    if answer.get("url"):
        yield from ("", answer["url"])


def _block(block: dict[str, Any], answer: dict[str, Any]) -> Iterator[str]:
    if block["kind"] == "claims":
        label = f"{block['label']}: " if block.get("label") else ""
        yield from _wrapped(label + " ".join(_claim(c, answer) for c in block["claims"]))
    elif block["kind"] == "template":
        for line in block["text"].splitlines():
            yield from _wrapped(line)
    else:
        for row in block["rows"]:
            yield row["label"]
            for column, cell in zip(block["columns"], row["cells"], strict=True):
                said = " ".join(_claim(c, answer) for c in cell.get("claims", []))
                yield from _wrapped(f"  {column}: {said or 'not stated in our sources'}", "    ")


def _claim(claim_id: str, answer: dict[str, Any]) -> str:
    claim = next(c for c in answer["claims"] if c["id"] == claim_id)
    numbers = dict.fromkeys(c["passage"].removeprefix("p") for c in claim["citations"])
    markers = "".join(f"[{number}]" for number in numbers)
    stale = answer["stale"] or {"claims": [], "covered": []}
    if claim_id in stale["covered"]:  # to be read on purpose only: on the page, or with --json
        return f"({words('state.mark')}: {words('state.covered')}) {markers}"
    said = f"{claim['text']} {markers}"
    return f"{said} ({words('state.mark')})" if claim_id in stale["claims"] else said


def _wrapped(text: str, indent: str = "") -> list[str]:
    found = textwrap.wrap(
        text,
        WIDTH,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,  # an id that is broken cannot be copied
    )
    return found or [""]
