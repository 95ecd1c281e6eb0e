"""Whether a question tells of an emergency, by the rules of a policy file; and its fixed card."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from plumbline_clinical.red_flags_scope import (
    it_is_there,
    sentences_of,
    told_as_crisis,
    told_as_present,
    told_at_all,
)
from plumbline_clinical.red_flags_temperature import Thermometer
from plumbline_clinical.spelling import nearest
from plumbline_clinical.text import split_words

SCHEMA = "plumbline.triage/1"
SCOPES = {"present": told_as_present, "crisis": told_as_crisis, "always": told_at_all}
MACRO = re.compile(r"<([A-Z]+)>")
# A policy may be stricter without a signature, never looser. Sources: see the policy's own table.
LOOSEST = {"emergency_from_celsius": Decimal("38.0"), "call_from_celsius": Decimal("37.5")}
STRICTEST_LOW = Decimal("36.0")


@dataclass(frozen=True, slots=True)
class Phone:
    """A number to call, and who answers."""

    label: str
    number: str


@dataclass(frozen=True, slots=True)
class Card:
    """Fixed text, shown as it stands. `sha256` is over the RFC 8785 JSON of all that is shown:

    {"id", "lines", "phones": [{"label", "number"}], "title"}.
    """

    id: str
    title: str
    lines: tuple[str, ...]
    phones: tuple[Phone, ...]
    sha256: str

    @property
    def text(self) -> str:
        """The lines, one below the other."""
        return "\n".join(self.lines)


@dataclass(frozen=True, slots=True)
class Rule:
    """One family of patterns, the card it calls for, and how a match must be meant."""

    id: str
    card_id: str
    pattern: re.Pattern[str]
    scope: str


@dataclass(frozen=True, slots=True)
class TemperatureRule:
    """The thresholds, in degrees Celsius, and the cards they call for."""

    thermometer: Thermometer
    emergency_from: Decimal
    emergency_below: Decimal
    call_from: Decimal
    emergency_card: str
    call_card: str

    def card_for(self, celsius: Decimal) -> str | None:
        """The card that a temperature calls for, or None."""
        if celsius >= self.emergency_from or celsius < self.emergency_below:
            return self.emergency_card
        return self.call_card if celsius >= self.call_from else None


@dataclass(frozen=True, slots=True)
class TriagePolicy:
    """A policy file as read. `sha256` is that of the file's bytes; cards, the most urgent first."""

    version: str
    jurisdiction: str
    sha256: str
    cards: dict[str, Card]
    rules: tuple[Rule, ...]
    temperature: TemperatureRule
    spelling: tuple[str, ...]
    left_alone: frozenset[str]


@dataclass(frozen=True, slots=True)
class UrgentMatch:
    """The most urgent card, and every rule that fired, in the order of the policy."""

    card_id: str
    rules: tuple[str, ...]


def load_policy(path: Path) -> TriagePolicy:
    """Read a policy file. ValueError where it is no policy, or looser than its signature allows."""
    raw = path.read_bytes()
    data = tomllib.loads(raw.decode("utf-8"))
    if data.get("schema") != SCHEMA:
        raise ValueError(f"{path.name} is not of schema {SCHEMA}")
    cards = {row["id"]: card_of(row, data["phones"]) for row in data["cards"]}
    rules = tuple(rule_of(row, data["words"]) for row in data["rules"])
    temperature = temperature_rule(data["temperature"], data.get("signed_off_by", ""))
    named = {rule.card_id for rule in rules} | {temperature.emergency_card, temperature.call_card}
    if unknown := named - set(cards):
        raise ValueError(f"{path.name} names cards that are not there: {sorted(unknown)}")
    return TriagePolicy(
        version=data["version"],
        jurisdiction=data["jurisdiction"],
        sha256=hashlib.sha256(raw).hexdigest(),
        cards=cards,
        rules=rules,
        temperature=temperature,
        spelling=tuple(data["spelling"]["words"]),
        left_alone=frozenset(data["spelling"]["leave"]),
    )


def card_of(row: Mapping[str, Any], phones: Mapping[str, Any]) -> Card:
    """A card with the deployment's numbers written into its words."""
    numbers = {name: phone["number"] for name, phone in phones.items()}
    title = row["title"].format_map(numbers)
    lines = [line.format_map(numbers) for line in row["lines"]]
    called = [Phone(phones[name]["label"], phones[name]["number"]) for name in row["phones"]]
    shown = {
        "id": row["id"],
        "lines": lines,
        "phones": [{"label": phone.label, "number": phone.number} for phone in called],
        "title": title,
    }
    # Strings only, so this is RFC 8785.
    canonical = json.dumps(shown, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    return Card(row["id"], title, tuple(lines), tuple(called), digest)


def rule_of(row: Mapping[str, Any], words: Mapping[str, str]) -> Rule:
    """A rule with its patterns joined and the pieces filled in."""
    scope = row.get("scope", "present")
    if scope not in SCOPES or not row.get("source"):
        raise ValueError(f"rule {row['id']} has no source, or a scope that is not known")
    joined = "|".join(f"(?:{pattern})" for pattern in row["patterns"])
    while MACRO.search(joined):
        joined = MACRO.sub(lambda macro: words[macro[1]], joined)
    return Rule(row["id"], row["card"], re.compile(joined, re.IGNORECASE), scope)


def temperature_rule(table: Mapping[str, Any], signed_off_by: str) -> TemperatureRule:
    """The temperature rule; ValueError where it is looser than the default without a signature."""
    values = {name: Decimal(str(table[name])) for name in LOOSEST}
    below = Decimal(str(table["emergency_below_celsius"]))
    looser = any(values[name] > loosest for name, loosest in LOOSEST.items())
    if (looser or below < STRICTEST_LOW) and not signed_off_by:
        raise ValueError("a looser temperature threshold needs signed_off_by")
    return TemperatureRule(
        Thermometer.of(table),
        values["emergency_from_celsius"],
        below,
        values["call_from_celsius"],
        table["emergency_card"],
        table["call_card"],
    )


def evaluate(policy: TriagePolicy, question: str) -> UrgentMatch | None:
    """The urgent card that a question calls for, or None.

    A match counts when it is told as happening now to the writer or someone close, and also when
    that is unclear; never when it is denied, supposed, long past, or asked about in general.
    """
    fired: dict[str, str] = {}
    sentences = [respelt(policy, sentence) for sentence in sentences_of(question)]
    there = it_is_there(sentences)
    for sentence in sentences:
        fired |= patterns_in(policy, sentence, there)
        fired |= temperatures_in(policy.temperature, sentence, there)
    if not fired:
        return None
    card = next(card_id for card_id in policy.cards if card_id in fired.values())
    order = [*(rule.id for rule in policy.rules), "temperature"]
    return UrgentMatch(card, tuple(rule_id for rule_id in order if rule_id in fired))


def patterns_in(policy: TriagePolicy, sentence: str, there: bool) -> dict[str, str]:
    """The rules whose patterns a sentence tells as present, with their cards."""
    return {
        rule.id: rule.card_id
        for rule in policy.rules
        if any(
            SCOPES[rule.scope](sentence, match.start(), match.end(), there)
            for match in rule.pattern.finditer(sentence)
        )
    }


def temperatures_in(rule: TemperatureRule, sentence: str, there: bool) -> dict[str, str]:
    """The card that the temperatures of a sentence call for, under the id "temperature"."""
    cards = [
        card
        for reading in rule.thermometer.read(sentence)
        if (card := rule.card_for(reading.celsius)) is not None
        and told_as_present(sentence, reading.start, reading.end, there)
    ]
    if not cards:
        return {}
    urgent = rule.emergency_card if rule.emergency_card in cards else cards[0]
    return {"temperature": urgent}


def respelt(policy: TriagePolicy, sentence: str) -> str:
    """The sentence with misspelt words of the policy's list put right."""
    parts, position = [], 0
    for word in split_words(sentence):
        folded = word.text.casefold()
        if folded in policy.left_alone or folded in policy.spelling:
            continue
        if (right := nearest(folded, policy.spelling, max_distance=2)) is not None:
            parts += [sentence[position : word.start], right]
            position = word.end
    return "".join([*parts, sentence[position:]])
