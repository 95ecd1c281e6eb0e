"""The review policy: a versioned file that says which checks are on, in which version, and what
they may do.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from plumbline_safety_review.remedy import Remedy
from plumbline_safety_review.verdict import Check, Finding, Verdict

_ACTIONS = {"repair": Verdict.REPAIR, "withhold": Verdict.WITHHOLD}


class PolicyError(ValueError):
    """The policy file cannot be used with this program; the message says what to change."""


@dataclass(frozen=True)
class Policy:
    """A policy as read. `sha256` is that of the file's bytes; `checks` are those that are on, in
    order.
    """

    version: str
    sha256: str
    checks: tuple[Check, ...]
    actions: Mapping[str, Verdict]
    most_repaired: Fraction

    def action(self, check_id: str, finding: Finding) -> Verdict:
        """What a finding leads to. What nothing mends is withheld, whatever the file allows."""
        if finding.remedy is Remedy.NONE:
            return Verdict.WITHHOLD
        return self.actions[check_id]


def load_policy(path: Path, known: Sequence[Check]) -> Policy:
    """Read a policy file. PolicyError when it and the checks of this program do not agree
    exactly.
    """
    raw = path.read_bytes()
    try:
        data = tomllib.loads(raw.decode("utf-8"))
        rows: dict[str, Any] = data["checks"]
        version, most_repaired = str(data["version"]), Fraction(data["limits"]["most_repaired"])
    except (ValueError, KeyError, TypeError) as error:
        raise PolicyError(f"{path} is not a review policy: {error}") from error
    _refuse_differences(path, rows, known)
    on = tuple(check for check in known if rows[check.id]["on"])
    actions = {check.id: _ACTIONS[rows[check.id]["action"]] for check in on}
    return Policy(version, hashlib.sha256(raw).hexdigest(), on, actions, most_repaired)


def _refuse_differences(path: Path, rows: Mapping[str, Any], known: Sequence[Check]) -> None:
    """A check that the file does not know, or knows in another version, must never be skipped in
    silence.
    """
    ids = {check.id for check in known}
    if set(rows) != ids:
        differing = ", ".join(sorted(set(rows) ^ ids))
        raise PolicyError(f"{path} and this program differ about: {differing}")
    for check in known:
        row = rows[check.id]
        if set(row) != {"on", "version", "action"} or row["action"] not in _ACTIONS:
            raise PolicyError(
                f"{path}: {check.id} needs on, version and action (repair or withhold)"
            )
        if row["on"] and row["version"] != check.version:
            raise PolicyError(f"{path}: {check.id} is version {check.version} in this program")
