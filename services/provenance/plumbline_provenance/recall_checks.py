"""What a recall's receipt must hold: its words, and the log key's Statement about them."""

from __future__ import annotations

import hashlib
from typing import Any

from plumbline_provenance.bindings import Carried
from plumbline_provenance.formats import (
    IN_TOTO_STATEMENT,
    LIFTED,
    LOG_KEY,
    RECALL_PREDICATE,
    RECALL_SCHEMA,
    RECALLED,
    STATEMENT_TYPE,
)
from plumbline_provenance.shape import Invalid, member, members, objects
from plumbline_tlog.canonical import decode

SAID = ("kind", "target", "why", "lifted", "at")  # by the recall and by its statement alike


def check_recall(carried: Carried) -> str:
    """The recall can be read, stands under its own name, and carries nothing of an answer."""
    receipt, value = carried.receipt, recall_in(carried)
    lifted, recall_id = value["lifted"], value["recall_id"]
    expected = (recall_id, 2 if lifted else 1, f"{LIFTED if lifted else RECALLED}/{recall_id}")
    if (receipt.answer_id, receipt.revision, receipt.kind) != expected:
        raise Invalid("the recall stands under another name than its own")
    if receipt.review or receipt.rendering:
        raise Invalid("a recall carries a review or a rendering")
    return f"{'lifted' if lifted else 'recalled'}: {value['kind']} {value['target']}"


def check_recall_statement(carried: Carried) -> str:
    """The log key signed a Statement about this recall that says the same."""
    value = recall_in(carried)
    statement = carried.payload(carried.receipt.statement, STATEMENT_TYPE, LOG_KEY)
    members(statement, ("_type", "subject", "predicateType", "predicate"), "the statement")
    if (statement["_type"], statement["predicateType"]) != (IN_TOTO_STATEMENT, RECALL_PREDICATE):
        raise Invalid("the statement is of another type")
    digest = hashlib.sha256(carried.receipt.content).hexdigest()
    subjects = [
        member(member(s, "digest", dict), "sha256", str) for s in objects(statement, "subject")
    ]
    if subjects != [digest]:
        raise Invalid("the statement is about something else than this recall")
    predicate = member(statement, "predicate", dict)
    says = {name: predicate.get(name) for name in ("recallId", *SAID)}
    if says != {"recallId": value["recall_id"], **{name: value[name] for name in SAID}}:
        raise Invalid("the statement says something else than the recall")
    return "it says the same as the recall"


def recall_in(carried: Carried) -> dict[str, Any]:
    """The recall that a receipt carries. Invalid, or NotCanonical."""
    value = decode(carried.receipt.content)
    members(value, ("schema", "recall_id", *SAID), "the recall")
    for name in ("schema", "recall_id", "kind", "target", "why", "at"):
        member(value, name, str)
    member(value, "lifted", bool)
    if value["schema"] != RECALL_SCHEMA:
        raise Invalid(f"the recall is not {RECALL_SCHEMA}")
    return dict(value)
