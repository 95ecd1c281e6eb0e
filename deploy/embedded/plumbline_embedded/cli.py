"""The plumbline command: run, ask, ingest, verify, and what looks after a home."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from plumbline_embedded import commands
from plumbline_embedded.changing_cli import add_changing
from plumbline_embedded.operating_cli import add_operating


def parser() -> argparse.ArgumentParser:
    """Every command with its options."""
    top = argparse.ArgumentParser(
        prog="plumbline",
        description="Answers from clinical guidelines, with the proof for every sentence.",
    )
    sub = top.add_subparsers(dest="command", required=True, metavar="COMMAND")

    run = sub.add_parser("run", help="all services in one process, until SIGTERM or Ctrl-C")
    run.add_argument("--host", help="address to listen on (HOST; 127.0.0.1)")
    run.add_argument("--port", type=int, help="port to listen on; 0 picks a free one (PORT; 8000)")
    run.set_defaults(act=commands.run)

    demo = sub.add_parser("demo-update", help="watch an answer change when its guideline does")
    demo.add_argument("--port", type=int, default=0, help="port to listen on; 0 picks a free one")
    demo.add_argument(
        "--yes", type=float, metavar="SECONDS", help="wait so long before the step, not for Enter"
    )
    demo.add_argument(
        "--hold",
        type=float,
        default=10.0,
        metavar="SECONDS",
        help="hold the new version back, to look at the page being checked again (10)",
    )
    demo.set_defaults(act=commands.demo_update)

    ask = sub.add_parser("ask", help="ask a question and wait for the reviewed answer")
    ask.add_argument(
        "question", metavar="QUESTION", help="the question, or - to read it from stdin"
    )
    ask.add_argument("--json", action="store_true", help="print the answer object and nothing else")
    ask.add_argument("--url", help="where the server is (PLUMBLINE_URL; else the running home's)")
    ask.add_argument("--audience", choices=("patient", "clinician"), default="patient")
    ask.add_argument("--locale", default="en")
    ask.add_argument("--timeout", type=float, default=60.0, metavar="SECONDS")
    ask.add_argument("--wait", choices=("published", "sealed"), default="published")
    ask.set_defaults(act=commands.ask)

    ingest = sub.add_parser("ingest", help="hand in guidelines and wait until they can be found")
    ingest.add_argument(
        "paths", nargs="+", metavar="PATH", help="a guideline folder, a manifest, documents"
    )
    ingest.add_argument("--licence", metavar="ID", help="SPDX id or LicenseRef-… of bare documents")
    ingest.add_argument(
        "--dry-run", action="store_true", help="show the manifest and write nothing"
    )
    ingest.add_argument(
        "--json", action="store_true", help="print the results object and nothing else"
    )
    ingest.set_defaults(act=commands.ingest)

    search = sub.add_parser("search", help="see which passages a question finds, and why")
    search.add_argument("question", metavar="QUESTION")
    search.add_argument("--explain", action="store_true", help="say how it was decided")
    search.add_argument("--json", action="store_true", help="print one object and nothing else")
    search.set_defaults(act=commands.search)

    verify = sub.add_parser("verify", help="check a receipt, offline, against the keys you trust")
    verify.add_argument("file", metavar="FILE", help="the receipt")
    verify.add_argument(
        "--trust", metavar="FILE", help="public keys you trust (the home's keys/trust.txt)"
    )
    verify.add_argument(
        "--json", action="store_true", help="print the report object and nothing else"
    )
    verify.add_argument(
        "--online",
        action="store_true",
        help="also check that the running server's ledger of today begins with the receipt's",
    )
    verify.set_defaults(act=commands.verify)

    add_changing(sub)
    add_operating(sub)
    return top


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command; its exit code is the process's."""
    options = parser().parse_args(arguments)
    try:
        sys.exit(options.act(options))
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        sys.exit(0)  # whoever read our output has had enough
