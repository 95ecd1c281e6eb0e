"""The options of the commands about changing guidelines: diff, regenerate, campaigns, webhooks."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from plumbline_embedded.recall_cli import add_recall


def add_changing(sub: Any) -> None:
    """Add the commands to the parser's."""
    diff = sub.add_parser("diff", help="what a newer edition of a guideline changed")
    diff.add_argument("guideline", metavar="GUIDELINE", help="its id")
    diff.add_argument(
        "old", metavar="OLD", nargs="?", default="", help="a version (the one before)"
    )
    diff.add_argument("new", metavar="NEW", nargs="?", default="", help="a version (the newest)")
    diff.add_argument("--json", action="store_true", help="print one object")
    diff.set_defaults(act=_act("diff_command"))

    regenerate = sub.add_parser(
        "regenerate", help="which answers an edition touches, and how far making them again is"
    )
    regenerate.add_argument("--edition", metavar="G@V", required=True, help="guideline@version")
    regenerate.add_argument(
        "--dry-run", action="store_true", help="list the answers and start nothing"
    )
    regenerate.add_argument("--json", action="store_true", help="print one object")
    regenerate.set_defaults(act=_act("regenerate_command"))

    campaigns = sub.add_parser("campaigns", help="answers being made again: list, watch, steer")
    campaigns.add_argument(
        "campaign", metavar="ID", nargs="?", help="one of them, or its beginning"
    )
    steer = campaigns.add_mutually_exclusive_group()
    for action, what in (
        ("pause", "start no more runs; what readers must know is still told"),
        ("resume", "go on"),
        ("cancel", "give up what is left, for good"),
    ):
        steer.add_argument(
            f"--{action}", dest="action", action="store_const", const=action, help=what
        )
    campaigns.add_argument("--rate", type=float, metavar="N", help="runs started per second")
    campaigns.add_argument("--watch", action="store_true", help="show progress until it is done")
    campaigns.add_argument("--json", action="store_true", help="print one object")
    campaigns.set_defaults(act=_act("campaigns_command"))
    add_recall(sub)
    _add_webhooks(
        sub.add_parser("webhooks", help="who is told of changed answers: list, add, remove")
    )


def _add_webhooks(webhooks: argparse.ArgumentParser) -> None:
    sub = webhooks.add_subparsers(dest="what", required=True, metavar="WHAT")
    listing = sub.add_parser("list", help="who is told, and how the last try went")
    added = sub.add_parser("add", help="tell an address from now on; its secret is shown once")
    added.add_argument("url", metavar="URL")
    removed = sub.add_parser("remove", help="tell it no more")
    removed.add_argument("id", metavar="ID")
    for one in (listing, added, removed):
        one.add_argument("--json", action="store_true", help="print one object")
        one.set_defaults(act=_act("webhooks_command"))


def _act(name: str) -> Callable[[argparse.Namespace], int]:
    """The command of that name, imported only when it is run."""

    def act(options: argparse.Namespace) -> int:
        from plumbline_embedded import changing

        command: Callable[[argparse.Namespace], int] = getattr(changing, name)
        return command(options)

    return act
