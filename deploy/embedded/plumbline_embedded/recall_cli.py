"""The options of the recall command."""

from __future__ import annotations

import argparse
from typing import Any


def add_recall(sub: Any) -> None:
    """Add the command to the parser's."""
    recall = sub.add_parser(
        "recall", help="call back a source, edition, composer, policy or passage, or lift that"
    )
    what = recall.add_mutually_exclusive_group(required=True)
    for kind, form, of in (
        ("source", "G", "a guideline, whatever its edition"),
        ("edition", "G@V", "one edition; the one before it does not come back"),
        ("composer", "NAME@VERSION", "what a composer has made until now"),
        ("policy", "V", "what was reviewed under a policy until now"),
        ("passage", "ID", "a passage, by its occurrence_id or passage_id"),
    ):
        what.add_argument(f"--{kind}", metavar=form, help=of)
    what.add_argument("--lift", metavar="ID", help="end a recall, by its id or the beginning of it")
    what.add_argument("--list", action="store_true", help="list all recalls")
    recall.add_argument("--why", metavar="TEXT", help="why, in a line that readers will see")
    recall.add_argument(
        "--dry-run", action="store_true", help="list the answers and change nothing"
    )
    recall.add_argument(
        "--yes", action="store_true", help="also if it reaches no answer, or every one"
    )
    recall.add_argument("--json", action="store_true", help="print one object")
    recall.set_defaults(act=_recall)


def _recall(options: argparse.Namespace) -> int:
    from plumbline_embedded.recalling import recall_command

    return recall_command(options)
