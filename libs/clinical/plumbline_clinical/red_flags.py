"""Whether a question tells of an emergency, by a policy file; and the fixed card that is shown."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Phone:
    """A number to call and who answers it."""

    label: str
    number: str


@dataclass(frozen=True, slots=True)
class Card:
    """Fixed, reviewed text. `sha256` is that of its RFC 8785-like JSON: id, title, lines, phones."""

    id: str
    title: str
    lines: tuple[str, ...]
    phones: tuple[Phone, ...]
    sha256: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One family of patterns and the card it calls for."""

    id: str
    card_id: str
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class TriagePolicy:
    """A policy file as read. `sha256` is that of the file's bytes."""

    version: str
    sha256: str
    cards: dict[str, Card]
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class UrgentMatch:
    """The card to show and the rules that called for it, in the order of the policy."""

    card_id: str
    rules: tuple[str, ...]


def load_policy(path: Path) -> TriagePolicy:
    """Read a policy file. ValueError if it is not a policy."""
    raw = path.read_bytes()
    data = tomllib.loads(raw.decode("utf-8"))
    cards = {}
    for row in data["cards"]:
        phones = tuple(Phone(p["label"], p["number"]) for p in row.get("phones", []))
        body = json.dumps(row, sort_keys=True, ensure_ascii=False).encode()
        digest = hashlib.sha256(body).hexdigest()
        cards[row["id"]] = Card(row["id"], row["title"], tuple(row["lines"]), phones, digest)
    rules = tuple(
        Rule(r["id"], r["card"], re.compile("|".join(r["patterns"]), re.IGNORECASE))
        for r in data["rules"]
    )
    return TriagePolicy(data["version"], hashlib.sha256(raw).hexdigest(), cards, rules)


def evaluate(policy: TriagePolicy, question: str) -> UrgentMatch | None:
    """The urgent card that a question calls for, or None."""
    hits = [rule for rule in policy.rules if rule.pattern.search(question)]
    if not hits:
        return None
    return UrgentMatch(hits[0].card_id, tuple(rule.id for rule in hits))
