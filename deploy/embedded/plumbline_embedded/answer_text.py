"""An answer object as plain text for a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Any

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


def _ending(answer: dict[str, Any]) -> Iterator[str]:
    reason = answer.get("reason") or {"message": answer["status"], "what_to_do": None}
    yield from _wrapped(reason["message"] or answer["status"])
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
    return f"{claim['text']} " + "".join(f"[{number}]" for number in numbers)


def _wrapped(text: str, indent: str = "") -> list[str]:
    return textwrap.wrap(text, WIDTH, subsequent_indent=indent, break_long_words=False) or [""]
