"""A question as it comes in: the urgent card first, then everything that could be wrong with it."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import dataclass, replace
from typing import Any

from plumbline.common.v1.common_pb2 import UrgentCard
from plumbline_clinical.personal_data import personal_data
from plumbline_clinical.question import canonical_question, letters
from plumbline_clinical.red_flags import TriagePolicy, evaluate
from plumbline_gateway.problems import Problem

MAX_CHARACTERS = 2_000
MAX_BYTES = 65_536  # of a request body; a question of 2,000 characters fits in any encoding of JSON
AUDIENCES = ("patient", "clinician")
LOCALES = ("en",)


@dataclass(frozen=True)
class Question:
    """A question that may be asked of the log."""

    text: str
    canonical: str
    audience: str
    locale: str
    urgent: UrgentCard | None


def read_json(body: bytes) -> dict[str, Any]:
    """The request object. Problem 400 for bytes that are not UTF-8 or not a JSON object."""
    if len(body) > MAX_BYTES:
        raise Problem(413, "too-long", {"limit": MAX_CHARACTERS, "over": len(body) - MAX_BYTES})
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise Problem(400, "encoding") from None
    try:
        read = json.loads(text)
    except (json.JSONDecodeError, RecursionError):
        raise Problem(400, "json") from None
    if not isinstance(read, dict):
        raise Problem(400, "json")
    return read


def read_question(fields: dict[str, Any], policy: TriagePolicy) -> Question:
    """Check a question. The card is looked for before every other check: a refusal carries it.

    Problem 400, 413 or 422; nothing is stored and nothing is logged.
    """
    text = fields.get("question")
    if not isinstance(text, str):
        raise Problem(422, "empty")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:  # a lone surrogate, written as an escape in JSON
        raise Problem(400, "encoding") from None
    text = unicodedata.normalize("NFC", text)
    urgent = urgent_card(policy, text[: MAX_CHARACTERS * 2])
    try:
        _refuse_bad(text)
        audience = _one_of(fields.get("audience"), AUDIENCES, "audience")
        locale = _one_of(fields.get("locale"), LOCALES, "locale")
    except Problem as problem:
        raise replace(problem, card=urgent, urgent=urgent_object(urgent, policy)) from None
    return Question(text.strip(), canonical_question(text), audience, locale, urgent)


def _refuse_bad(text: str) -> None:
    if not text.strip():
        raise Problem(422, "empty")
    if len(text) > MAX_CHARACTERS:
        raise Problem(
            413, "too-long", {"limit": MAX_CHARACTERS, "over": len(text) - MAX_CHARACTERS}
        )
    if not letters(text):
        raise Problem(422, "no-letters")
    if kinds := personal_data(text):
        raise Problem(422, "personal-data", {"kinds": kinds})


def _one_of(value: Any, allowed: tuple[str, ...], name: str) -> str:
    if value is None:
        return allowed[0]
    if value not in allowed:
        raise Problem(422, "unsupported", {"name": name, "allowed": ", ".join(allowed)})
    return str(value)


def urgent_card(policy: TriagePolicy, text: str) -> UrgentCard | None:
    """The card of a question with a red flag, as it rides on every message: ids, no words."""
    match = evaluate(policy, text)
    if match is None:
        return None
    card = policy.cards[match.card_id]
    return UrgentCard(
        card_id=match.card_id, version=policy.version, sha256=card.sha256, rules=sorted(match.rules)
    )


def urgent_object(urgent: UrgentCard | None, policy: TriagePolicy) -> dict[str, Any] | None:
    """The card for machines: what rode on the message, with its fixed text."""
    if urgent is None or not urgent.card_id:
        return None
    card = policy.cards.get(urgent.card_id)
    return {
        "card_id": urgent.card_id,
        "version": urgent.version,
        "sha256": urgent.sha256,
        "text": list(card.lines) if card else [],
        "rules": list(urgent.rules),
    }
