"""The options of the commands that look after a home, and of those that look at its log."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from importlib import import_module
from typing import Any

REPLAYED_AT_ONCE = 20  # more broken ones in a row stop a service: see what comes of the first


def add_operating(sub: Any) -> None:
    """Add the commands to the parser's."""
    doctor = sub.add_parser("doctor", help="look at everything and say what to do; 1 if any fails")
    doctor.add_argument("--json", action="store_true", help="print the report object")
    doctor.add_argument(
        "--min-free-mib", type=int, default=256, metavar="MIB", help="fail with less free (256)"
    )
    doctor.set_defaults(act=_act("doctor_command"))

    backup = sub.add_parser("backup", help="the whole home in one file, while it is served or not")
    backup.add_argument("file", metavar="FILE", help="a new .tar.gz; it will hold the keys")
    backup.set_defaults(act=_act("backup_command"))

    restore = sub.add_parser("restore", help="make a home from a backup")
    restore.add_argument("file", metavar="FILE", help="what plumbline backup wrote")
    restore.add_argument(
        "--force", action="store_true", help="move the home that is there aside first"
    )
    restore.set_defaults(act=_act("restore_command"))

    lag = sub.add_parser("lag", help="how far each group is behind the log")
    lag.add_argument("--json", action="store_true", help="print one object")
    lag.set_defaults(act=_act("lag_command"))
    _add_topics(sub.add_parser("topics", help="topics on the brokers: list, apply, diff"))
    _add_dead(sub.add_parser("dead", help="records that were put aside: list, show, replay"))


def _add_topics(topics: argparse.ArgumentParser) -> None:
    sub = topics.add_subparsers(dest="what", required=True, metavar="WHAT")
    for name, told in (
        ("list", "every topic, and whether it is what it must be"),
        ("apply", "make what is missing, set what is set otherwise"),
        ("diff", "what is not as it must be; 1 if anything is"),
    ):
        one = sub.add_parser(name, help=told)
        one.add_argument("--json", action="store_true", help="print one object")
        one.set_defaults(act=_act(f"{name}_command", "topics"))


def _add_dead(dead: argparse.ArgumentParser) -> None:
    sub = dead.add_subparsers(dest="what", required=True, metavar="WHAT")
    listing = sub.add_parser("list", help="which there are, and why")
    listing.add_argument("topic", nargs="?", metavar="TOPIC")
    listing.add_argument("--json", action="store_true", help="print one object")
    listing.set_defaults(act=_act("dead_list_command"))

    show = sub.add_parser("show", help="ids and headers of one; never its words unless asked for")
    show.add_argument("topic", metavar="TOPIC")
    show.add_argument("partition", type=int, metavar="PARTITION")
    show.add_argument("offset", type=int, metavar="OFFSET")
    show.add_argument("--value", action="store_true", help="its message too: it may be private")
    show.set_defaults(act=_act("dead_show_command"))

    replay = sub.add_parser("replay", help="bring those of a topic back, oldest first")
    replay.add_argument("topic", metavar="TOPIC")
    replay.add_argument("--limit", type=int, default=REPLAYED_AT_ONCE, metavar="N")
    replay.add_argument("--json", action="store_true", help="print one object")
    replay.set_defaults(act=_act("dead_replay_command"))


def _act(name: str, module: str = "operating") -> Callable[[argparse.Namespace], int]:
    """The command of that name, imported only when it is run: other commands need none of it."""

    def act(options: argparse.Namespace) -> int:
        there = import_module(f"plumbline_embedded.{module}")
        command: Callable[[argparse.Namespace], int] = getattr(there, name)
        return command(options)

    return act
