"""plumbline ask: one question, waited for, as an object and an exit code."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx

STEP_SECONDS = 10.0  # one request waits this long at most; then it is asked for again
EXIT = {
    "published": 0,
    "refused": 2,
    "not_covered": 3,
    "withheld": 4,
    "withdrawn": 4,
    "failed": 5,
    "pending": 6,
}
NO_SERVER = 7
SEALED_LOOK_SECONDS = 0.05

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Asked:
    """How a question ended: the object, and the exit code that says the same."""

    answer: dict[str, Any]
    exit_code: int


def ask(
    client: httpx.Client,
    question: str,
    *,
    audience: str = "patient",
    locale: str = "en",
    timeout_seconds: float = 60.0,
    wait_for: str = "published",
    progress: Progress = lambda _: None,
) -> Asked:
    """Ask and wait. A busy server (429, 503) is asked again after Retry-After, until time is up."""
    until = time.monotonic() + timeout_seconds
    body = {"question": question, "audience": audience, "locale": locale}
    answer = _post(client, body, until, progress)
    while answer["status"] == "pending" and time.monotonic() < until:
        progress("waiting for the answer to be checked")
        mine = answer["question"]
        answer = _get(client, answer, until)
        answer["question"] |= {"asked": mine["asked"], "canonical": mine["canonical"]}
    if answer["status"] == "published" and wait_for == "sealed":
        return _until_sealed(client, answer, until, progress)
    return Asked(answer, EXIT[answer["status"]])


def no_server(message: str) -> Asked:
    """Nobody answers: what to run."""
    reason = {"code": "no-server", "message": message, "what_to_do": "plumbline run", "nearest": []}
    return Asked({"schema": "plumbline.answer/1", "status": "failed", "reason": reason}, NO_SERVER)


def _post(
    client: httpx.Client, body: dict[str, str], until: float, progress: Progress
) -> dict[str, Any]:
    while True:
        reply = client.post(
            "/v1/questions", json=body, headers={"Prefer": f"wait={_step(until):.0f}"}
        )
        if reply.status_code in (200, 202):
            return dict(reply.json())
        if reply.status_code not in (429, 503):
            return _refused(reply, body)
        pause = float(reply.headers.get("Retry-After", "1"))
        if time.monotonic() + pause >= until:
            return _pending(body)
        progress(f"the server is busy; asking again in {pause:.0f} s")
        time.sleep(pause)


def _get(client: httpx.Client, answer: dict[str, Any], until: float) -> dict[str, Any]:
    reply = client.get(
        f"/v1/answers/{answer['answer_id']}", headers={"Prefer": f"wait={_step(until):.0f}"}
    )
    reply.raise_for_status()
    return dict(reply.json())


def _until_sealed(
    client: httpx.Client, answer: dict[str, Any], until: float, progress: Progress
) -> Asked:
    question = answer["question"]
    while answer["provenance"]["receipt"]["status"] != "sealed":
        if time.monotonic() >= until:
            return Asked(answer, EXIT["pending"])
        progress("published; waiting for the ledger")
        time.sleep(SEALED_LOOK_SECONDS)
        answer = {**_get(client, answer, until), "question": question}
    return Asked(answer, EXIT["published"])


def _step(until: float) -> float:
    return max(0.0, min(STEP_SECONDS, until - time.monotonic()))


def _refused(reply: httpx.Response, body: dict[str, str]) -> dict[str, Any]:
    try:
        problem = reply.json()
    except ValueError:
        problem = {"title": f"the server answered {reply.status_code}", "status": reply.status_code}
    status = "refused" if reply.status_code < 500 else "failed"
    reason = {
        "code": problem.get("code", "other"),
        "message": problem.get("title"),
        "what_to_do": problem.get("what_to_do"),
        "nearest": [],
    }
    return {**_pending(body), "status": status, "reason": reason, "problem": problem} | {
        "urgent": problem.get("urgent")
    }


def _pending(body: dict[str, str]) -> dict[str, Any]:
    question = {"asked": body["question"], "canonical": None, "type": None}
    question |= {"audience": body["audience"], "locale": body["locale"]}
    return {"schema": "plumbline.answer/1", "status": "pending", "question": question}


def to_terminal(message: str) -> None:
    """Progress, on a terminal only, on standard error."""
    if sys.stderr.isatty():
        sys.stderr.write(f"{message} …\n")
