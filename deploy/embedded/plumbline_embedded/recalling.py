"""The recall command: look first, ask where it reaches nothing or everything, then call back."""

from __future__ import annotations

import argparse
import sys
from typing import Any, Final, TextIO
from urllib.parse import quote

from plumbline_embedded.changing import USAGE, Refused, call, fail, told
from plumbline_embedded.home import Home

KINDS: Final = ("source", "edition", "composer", "policy", "passage")
RECALLS: Final = "/v1/recalls"


def recall_command(options: argparse.Namespace) -> int:
    """Recall, lift, or list; 1 when nothing was done because a person said no."""
    if options.list:
        return told(options, lambda home: call(home.campaign_socket, "GET", RECALLS), list_text)
    if options.lift is not None:
        return told(options, lambda home: _lift(home, options.lift), recall_text)
    if not (options.why or "").strip():
        return fail("say why, in a line that readers will see: --why TEXT", USAGE)
    return told(options, lambda home: _recall(home, options), reached_text)


def _lift(home: Home, recall_id: str) -> Any:
    if not recall_id.strip():
        raise Refused("name the recall; plumbline recall --list lists them", USAGE)
    return call(home.campaign_socket, "POST", f"{RECALLS}/{quote(recall_id, safe='')}/lift")


def _recall(home: Home, options: argparse.Namespace) -> Any:
    kind = next(kind for kind in KINDS if getattr(options, kind) is not None)
    wanted = {"kind": kind, "target": getattr(options, kind), "why": options.why}
    seen = call(home.campaign_socket, "POST", RECALLS, json={**wanted, "dry_run": True})
    if options.dry_run:
        return seen
    if seen["matched"] in (0, seen["total"]) and not options.yes:
        ask_first(seen, sys.stdin)
    return call(home.campaign_socket, "POST", RECALLS, json={**wanted, "confirmed": True})


def ask_first(seen: dict[str, Any], stdin: TextIO) -> None:
    """Return when a person means it. Refused when not, or when nobody can be asked."""
    name = f"{seen['recall']['kind']} {seen['recall']['target']}"
    rests = "Every published answer rests" if seen["matched"] else "No published answer rests"
    if not stdin.isatty():
        raise Refused(f"{rests} on {name}. Nothing was recalled; say --yes if that is meant", USAGE)
    sys.stderr.write(f"{rests} on {name}. Recall it all the same? [y/N] ")
    sys.stderr.flush()
    if stdin.readline().strip().casefold() not in ("y", "yes"):
        raise Refused("nothing was recalled")


def reached_text(found: dict[str, Any]) -> str:
    """For a terminal."""
    one, dry = found["recall"], not found["recall"]["campaign_id"]
    lines = [
        f"{one['kind']} {one['target']}: {found['matched']} of {found['total']} published answers "
        + ("would be marked and made again" if dry else "are marked and made again")
    ]
    for hit in found["answers"]:
        rests = f"{len(hit['claims'])} of its sentences" if hit["claims"] else "all of it"
        lines.append(f"  {hit['answer_id']}  {hit['title']}  ({rests})")
    if found["answers"] and (more := found["matched"] - len(found["answers"])):
        lines.append(f"  and {more} more")
    if not dry:
        short = one["recall_id"][:8]
        lines.append(f"recall {short}; progress: plumbline campaigns {one['campaign_id'][:8]}")
        lines.append(f"to undo it: plumbline recall --lift {short}")
    return "\n".join(lines)


def recall_text(one: dict[str, Any]) -> str:
    """For a terminal: one line."""
    state = "lifted" if one["lifted"] else "recalled"
    day = one["at"][: len("YYYY-MM-DD")]
    name = f"{one['kind']} {one['target']}"
    return f"{one['recall_id'][:8]}  {state} {day}  {name}: {one['why']}"


def list_text(found: list[dict[str, Any]]) -> str:
    """For a terminal."""
    return "\n".join(recall_text(one) for one in found) or "nothing was recalled"
