"""Check a receipt offline: python -m plumbline_provenance.verify FILE [--trust FILE] [--json]

It needs the library of proofs, this package's formats and the standard library: no server.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from plumbline_provenance import anchors, bindings, recall_checks
from plumbline_provenance.bindings import Carried
from plumbline_provenance.formats import VERIFY_SCHEMA
from plumbline_provenance.receipt import Receipt, parse_receipt
from plumbline_provenance.shape import Invalid
from plumbline_tlog.canonical import decode
from plumbline_tlog.errors import TlogError
from plumbline_tlog.note import Verifier

VALID, INVALID, USAGE, NOT_TRUSTED = 0, 1, 2, 3
MAX_RECEIPT_BYTES = 16 * 1_048_576  # a record of the log holds 1 MiB; more is no receipt of ours

NOT_PROVEN = (
    "That the answer is right, or right for anybody in particular: only what it rests on, and that "
    "these words were reviewed and published.",
    "That the passages are what the publisher printed: compare them with the publisher's edition.",
    "That sentences marked as composed follow from their quotations: that is the reviewer's "
    "judgement, and its signature.",
    "When it was published: the times are the publisher's own clock.",
    "That the edition is still current, or that no later revision exists.",
    "That everybody is shown the same log: no independent witness has signed this checkpoint.",
)
NOT_PROVEN_OF_A_RECALL = (
    "That it was right to recall this: only that these words were said to everybody.",
    "When it was recalled: the times are the publisher's own clock.",
    "That it still holds: a recall may have been lifted since.",
    NOT_PROVEN[-1],
)
NOTHING_PROVEN = ("Anything: a receipt that fails one check proves nothing.",)

CHECKS: tuple[tuple[str, Callable[[Carried], str]], ...] = (
    ("keys", bindings.check_keys),
    ("content", bindings.check_content),
    ("review", bindings.check_review),
    ("rendering", bindings.check_rendering),
    ("statement", bindings.check_statement),
    ("leaf", bindings.check_leaf),
    ("inclusion", bindings.check_included),
    ("checkpoint", bindings.check_checkpoint),
    ("passages", lambda carried: anchors.check_passages(carried.content)),
    ("quotes", lambda carried: anchors.check_quotes(carried.content)),
    ("verbatim", lambda carried: anchors.check_verbatim(carried.content)),
)

RECALL_CHECKS: tuple[tuple[str, Callable[[Carried], str]], ...] = (
    ("keys", bindings.check_keys),
    ("recall", recall_checks.check_recall),
    ("statement", recall_checks.check_recall_statement),
    ("leaf", bindings.check_leaf),
    ("inclusion", bindings.check_included),
    ("checkpoint", bindings.check_checkpoint),
)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at, and what was found."""

    name: str
    ok: bool
    detail: str


Further = Callable[[Receipt], Check]


@dataclass(frozen=True, slots=True)
class Report:
    """What was found. `exit_code`: 0 valid, 1 invalid, 3 valid but by a key that is not trusted."""

    exit_code: int
    checks: tuple[Check, ...]
    not_proven: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Valid, and by trusted keys."""
        return self.exit_code == VALID

    @property
    def value(self) -> dict[str, Any]:
        """The object that `--json` prints."""
        return {
            "schema": VERIFY_SCHEMA,
            "ok": self.ok,
            "checks": [
                {"name": check.name, "ok": check.ok, "detail": check.detail}
                for check in self.checks
            ],
            "not_proven": list(self.not_proven),
        }


def verify(receipt: bytes, trust: Sequence[str], further: Further | None = None) -> Report:
    """Check a receipt against the keys it carries, then those keys against `trust` (vkeys).

    Never raises for any bytes. A carried key makes nothing trusted: without `trust`, at best 3.
    `further` is one more check, of a receipt that passed all others but that of trust.
    """
    checks = list(_checks(receipt))
    if further and all(check.ok for check in checks):
        checks.append(further(parse_receipt(decode(receipt))))
    if not all(check.ok for check in checks):
        return Report(INVALID, tuple(checks), NOTHING_PROVEN)
    carried = Carried(parse_receipt(decode(receipt)))
    checks.append(_trusted([key.vkey for key in carried.keys.values()], trust))
    not_proven = NOT_PROVEN_OF_A_RECALL if carried.is_recall else NOT_PROVEN
    return Report(VALID if checks[-1].ok else NOT_TRUSTED, tuple(checks), not_proven)


def _checks(receipt: bytes) -> Iterator[Check]:
    try:
        value = decode(receipt)
    except TlogError as error:
        yield Check("canonical", False, f"the file is {error}")
        return
    yield Check("canonical", True, "the bytes are the one encoding of what they say")
    try:
        carried = Carried(parse_receipt(value))
    except (TlogError, Invalid) as error:
        yield Check("members", False, _printable(str(error)))
        return
    yield Check("members", True, "all are known, none is missing")
    for name, check in RECALL_CHECKS if carried.is_recall else CHECKS:
        try:
            yield Check(name, True, _printable(check(carried)))
        except (TlogError, Invalid) as error:
            yield Check(name, False, _printable(str(error)))


def _printable(line: str) -> str:
    """Without what could steer a terminal: a receipt may come from anybody."""
    return "".join(character if character.isprintable() else "\ufffd" for character in line)


def _trusted(keys: Sequence[str], trust: Sequence[str]) -> Check:
    trusted = {line.strip() for line in trust}
    unknown = [Verifier.parse(key).keyid for key in keys if key not in trusted]
    if unknown:
        return Check("trust", False, "not in the trust file: " + ", ".join(unknown))
    return Check("trust", True, "every key is in the trust file")


def main(argv: Sequence[str] | None = None, further: Further | None = None) -> int:
    """The command. Prints a report (or one JSON object) to stdout; returns the exit code.

    What `further` raises goes on.
    """
    parser = argparse.ArgumentParser(
        prog="plumbline verify", description="Check a receipt offline."
    )
    parser.add_argument("file", type=Path, help="the receipt")
    parser.add_argument("--trust", type=Path, help="public keys, one a line (default: the home's)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    arguments = parser.parse_args(argv)
    try:
        trust = _trust_lines(arguments.trust)
    except (OSError, UnicodeDecodeError) as error:
        sys.stderr.write(f"cannot read the trust file: {_reason(error)}\n")
        return USAGE
    report = _verify_file(arguments.file, trust, further)
    if arguments.json:
        sys.stdout.write(json.dumps(report.value) + "\n")
    else:
        sys.stdout.write(_plain(arguments.file, report))
    return report.exit_code


def _verify_file(path: Path, trust: Sequence[str], further: Further | None) -> Report:
    try:
        with path.open("rb") as file:
            receipt = file.read(MAX_RECEIPT_BYTES + 1)
    except OSError as error:
        return _unreadable(_printable(f"cannot read the receipt: {_reason(error)}"))
    if not receipt:
        return _unreadable("the file is empty")
    if len(receipt) > MAX_RECEIPT_BYTES:
        return _unreadable("the file is too large to be a receipt")
    return verify(receipt, trust, further)


def _unreadable(why: str) -> Report:
    return Report(INVALID, (Check("file", False, why),), NOTHING_PROVEN)


def _trust_lines(path: Path | None) -> list[str]:
    """The lines of the trust file; none when it was not named and the home has none."""
    found = path or next((file for file in _home_trust_files() if file.exists()), None)
    return found.read_text("utf-8").splitlines() if found else []


def _home_trust_files() -> Iterator[Path]:
    """Where a home may be: PLUMBLINE_HOME if it is set, else here, else the user's data folder."""
    if home := os.environ.get("PLUMBLINE_HOME"):
        yield Path(home) / "keys" / "trust.txt"
        return
    yield Path(".plumbline") / "keys" / "trust.txt"
    data = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    yield Path(data) / "plumbline" / "keys" / "trust.txt"


def _plain(path: Path, report: Report) -> str:
    verdict = {VALID: "valid", INVALID: "INVALID", NOT_TRUSTED: "valid, but by keys not trusted"}
    name = _printable(str(path))
    if report.checks[0].name in ("file", "canonical") and not report.checks[0].ok:
        return f"{name}: INVALID: {report.checks[0].detail}\n"  # there is no more to say
    lines = [f"{name}: {verdict[report.exit_code]}"]
    lines += [
        f"  {'ok  ' if check.ok else 'FAIL'} {check.name}: {check.detail}"
        for check in report.checks
    ]
    lines += ["This does not prove:", *(f"  - {sentence}" for sentence in report.not_proven)]
    return "\n".join(lines) + "\n"


def _reason(error: Exception) -> str:
    if isinstance(error, OSError):
        return f"{error.filename}: {error.strerror}"
    return "it is not UTF-8 text"


if __name__ == "__main__":
    sys.exit(main())
