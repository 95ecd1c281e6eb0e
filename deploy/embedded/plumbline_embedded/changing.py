"""The commands about changing guidelines: ask the running services, print what they say."""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import httpx
from tqdm import tqdm

from plumbline_embedded.home import Home, candidate_homes

NO_SERVER: Final = 7
USAGE: Final = 2
UNPROCESSABLE: Final = 422  # what was typed is wrong
LOOK_SECONDS: Final = 0.5
LEFT: Final = ("new", "waiting", "requested", "lost")


class Refused(Exception):
    """The service said no; the message says why and what to do. `code` is the exit code."""

    def __init__(self, message: str, code: int = 1) -> None:
        super().__init__(message)
        self.code = code


def diff_command(options: argparse.Namespace) -> int:
    """What a newer edition changed; 0 also when that is nothing."""
    path = f"/v1/guidelines/{quote(options.guideline, safe='')}/diff"
    return told(
        options,
        lambda home: call(
            home.ingest_socket, "GET", path, params={"old": options.old, "new": options.new}
        ),
        diff_text,
    )


def regenerate_command(options: argparse.Namespace) -> int:
    """The answers that an edition touches; without --dry-run, how far its campaign is."""
    if "@" not in options.edition:
        return fail(f"{options.edition} is no edition: write guideline@version", USAGE)

    def ask(home: Home) -> Any:
        if options.dry_run:
            path = f"/v1/editions/{quote(options.edition, safe='@')}/affected"
            return call(home.campaign_socket, "GET", path)
        path = f"/v1/editions/{quote(options.edition, safe='@')}/campaign"
        return call(home.campaign_socket, "POST", path)

    return told(options, ask, affected_text if options.dry_run else campaign_text)


def campaigns_command(options: argparse.Namespace) -> int:
    """List, look at, steer or watch campaigns."""
    if (options.action or options.rate or options.watch) and not options.campaign:
        return fail("name the campaign; plumbline campaigns lists them", USAGE)

    def ask(home: Home) -> Any:
        if not options.campaign:
            return call(home.campaign_socket, "GET", "/v1/campaigns")
        path = f"/v1/campaigns/{quote(options.campaign, safe='')}"
        if options.action or options.rate:
            body = {"action": options.action, "rate": options.rate}
            call(home.campaign_socket, "POST", path, json=body)
        if options.watch:
            _watch(home, path)
        return call(home.campaign_socket, "GET", path)

    return told(options, ask, campaign_text if options.campaign else campaigns_text)


def webhooks_command(options: argparse.Namespace) -> int:
    """List, add or remove who is told of changed answers."""

    def ask(home: Home) -> Any:
        socket, path = home.campaign_socket, "/v1/webhooks"
        if options.what == "add":
            return call(socket, "POST", path, json={"url": options.url})
        if options.what == "remove":
            return call(socket, "DELETE", f"{path}/{quote(options.id, safe='')}")
        return call(socket, "GET", path)

    return told(options, ask, webhooks_text)


def webhooks_text(found: Any) -> str:
    """For a terminal."""
    if isinstance(found, list):
        lines = [f"{one['id']}  {one['url']}  {one['said'] or 'nothing sent yet'}" for one in found]
        return "\n".join(lines) or "nobody is told; add one: plumbline webhooks add URL"
    if "secret" in found:
        return f"{found['id']}  {found['url']}\nsecret, shown only now: {found['secret']}"
    return f"{found['id']} is told no more"


def diff_text(found: dict[str, Any]) -> str:
    """For a terminal."""
    counts = ", ".join(f"{n} {kind.replace('_', ' ')}" for kind, n in found["passages"].items())
    lines = [f"{found['guideline_id']}: {found['old']} → {found['new']}: {counts or 'nothing'}"]
    for one in found["sentences"]:
        lines.append(f"\n{one['kind'].replace('_', ' ')}")
        for mark, side in (("-", one["old"]), ("+", one["new"])):
            if side and side["text"]:
                lines.append(f"  {mark} {side['text']}")
        for change in one["quantities"]:
            lines.append(f"    {_quantity(change.get('old'))} → {_quantity(change.get('new'))}")
    return "\n".join(lines)


def _quantity(said: dict[str, str] | None) -> str:
    if not said:
        return "nothing"
    comparator = said.get("comparator", "=").replace("=", "", said.get("comparator") == "=")
    high = f"–{said['high']}" if said.get("high") else ""
    return f"{comparator}{said.get('value', '0')}{high} {said.get('unit', '')}".strip()


def affected_text(found: dict[str, Any]) -> str:
    """For a terminal."""
    hit = [one for one in found["answers"] if one["severity"] != "none"]
    lines = [
        f"{found['edition_id']}: {len(hit)} answers would be made again, "
        f"{len(found['answers']) - len(hit)} would be checked and stand"
    ]
    for one in hit:
        severity, claims = one["severity"].replace("_", " "), ", ".join(one["claims"])
        read = f"read {one['readers']} times in 7 days"
        lines.append(f"  {severity:15} {one['answer_id']}  {one['title']}  ({claims}; {read})")
    return "\n".join(lines)


def campaigns_text(found: list[dict[str, Any]]) -> str:
    """For a terminal."""
    return "\n".join(campaign_text(one) for one in found) or "no guideline has changed yet"


def campaign_text(one: dict[str, Any]) -> str:
    """For a terminal: one line."""
    counts = ", ".join(f"{n} {name}" for name, n in one["counts"].items()) or "nothing to do"
    state = one["state"] if one["left"] else "done"
    return f"{one['campaign_id'][:8]}  {one['kind']} {one['ref']}: {state}: {counts}"


def _watch(home: Home, path: str) -> None:
    """A bar until nothing is left to do, or nothing may be done."""
    seen = call(home.campaign_socket, "GET", path)
    total = sum(seen["counts"].values())
    with tqdm(total=total, desc=seen["ref"], disable=not sys.stderr.isatty()) as bar:
        while seen["left"] and seen["state"] == "running":
            bar.total = sum(seen["counts"].values())
            bar.update(bar.total - seen["left"] - bar.n)
            time.sleep(LOOK_SECONDS)
            seen = call(home.campaign_socket, "GET", path)
        bar.update(sum(seen["counts"].values()) - seen["left"] - bar.n)


def call(socket: Path, method: str, path: str, **more: Any) -> Any:
    """What a service says. Refused when it refuses, or does not answer."""
    transport = httpx.HTTPTransport(uds=str(socket))
    try:
        with httpx.Client(transport=transport, base_url="http://plumbline", timeout=120) as client:
            reply = client.request(method, path, **more)
    except httpx.TransportError:
        raise Refused(
            "the server does not answer; start it with: plumbline run", NO_SERVER
        ) from None
    if reply.status_code >= 400:
        said = reply.json()
        why = str(said.get("detail") or said.get("title") or "the server refused")
        raise Refused(why, USAGE if reply.status_code == UNPROCESSABLE else 1)
    return reply.json()


def told(options: argparse.Namespace, ask: Any, text: Any) -> int:
    """Print what the running home's services say; the exit code."""
    home = next((home for home in candidate_homes() if home.serving()), None)
    if home is None:
        return fail("no Plumbline server is running here; start one with: plumbline run", NO_SERVER)
    try:
        found = ask(home)
    except Refused as refusal:
        return fail(str(refusal), refusal.code)
    print(json.dumps(found, ensure_ascii=False, indent=1) if options.json else text(found))
    return 0


def fail(message: str, code: int = 1) -> int:
    """Say why on stderr; the exit code."""
    print(f"plumbline: {message}", file=sys.stderr)
    return code
