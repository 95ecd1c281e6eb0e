"""What has become of published revisions: staled, checked again, or taken down."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from plumbline.regeneration.v1.events_pb2 import (
    AnswerRechecked,
    AnswerStaled,
    AnswerWithdrawn,
    Severity,
)
from plumbline_clinical.quantities import numbers
from plumbline_gateway import recalls
from plumbline_gateway.editions import edition_status
from plumbline_gateway.recalls import Recalls

RECALLED, NUMBER = Severity.SEVERITY_RECALLED, Severity.SEVERITY_NUMBER_CHANGED
# Then the words are as dangerous as a number.
COVERED = (Severity.SEVERITY_WITHDRAWN, Severity.SEVERITY_MEANING_CHANGED, RECALLED)
REWORDED = Severity.SEVERITY_REWORDED  # of a replaced edition until it is known what changed


@dataclass(frozen=True)
class Told:
    """The last word of each kind about one revision, and when it was said; None: never."""

    staled: tuple[AnswerStaled, str] | None = None
    rechecked: tuple[AnswerRechecked, str] | None = None
    withdrawn: tuple[AnswerWithdrawn, str] | None = None
    recalls: Recalls = field(default_factory=Recalls)

    def stands_now(
        self, passage: dict[str, Any], current: Mapping[str, str]
    ) -> dict[str, str] | None:
        """Where the words of a passage stand in the edition in force, if a re-check found them."""
        if self.rechecked is None:
            return None
        version = current.get(passage["guideline_id"])
        for found in self.rechecked[0].passages:
            if found.occurrence_id == passage["occurrence_id"] and found.version == version:
                return {"version": found.version, "occurrence_id": found.now_occurrence_id}
        return None

    def stale(self, content: dict[str, Any], current: Mapping[str, str]) -> dict[str, Any] | None:
        """The answer object's `stale`: None while every source stands.

        What regeneration said of the edition in force counts. Until it has spoken, each claim that
        rests on a replaced edition does, as "reworded". What was recalled comes before both.
        """
        if recalled := self._recalled(content):
            return recalled
        old = {
            passage["id"]: passage["guideline_id"]
            for passage in content["passages"]
            if edition_status(current, passage["guideline_id"], passage["version"]) != "current"
            and self.stands_now(passage, current) is None
        }
        if old and self.staled and self.staled[0].severity != RECALLED:
            message, since = self.staled
            claims = _severities(message, content)
            return _said(content, since, message.cause.ref, claims, message.severity)
        if not old:
            return None
        guideline = sorted(old.values())[0]
        hit = [
            c["id"] for c in content["claims"] if any(x["passage"] in old for x in c["citations"])
        ]
        by = f"{guideline}@{current[guideline]}"
        return _said(content, None, by, dict.fromkeys(hit, REWORDED), REWORDED)

    def edition_status(self, passage: dict[str, Any], current: Mapping[str, str]) -> str:
        """The edition of a cited passage: "current", "superseded", or "withdrawn": recalled."""
        guideline, version = passage["guideline_id"], passage["version"]
        if self.recalls.of_edition(guideline, version):
            return "withdrawn"
        return edition_status(current, guideline, version)

    def _recalled(self, content: dict[str, Any]) -> dict[str, Any] | None:
        """What is stale by a recall that was not lifted; the claims as regeneration said them."""
        if self.staled and self.staled[0].severity == RECALLED:
            message, since = self.staled
            recall = self.recalls.find(message.cause.ref)
            if recall is None or not recall.lifted:
                claims = _severities(message, content)
                why = recall.why if recall else ""
                by = message.cause.ref
                return {**_said(content, since, by, claims, RECALLED), "why": why}
        reached = {p["id"]: r for p in content["passages"] if (r := self.recalls.of_passage(p))}
        hit = [
            claim["id"]
            for claim in content["claims"]
            if any(c["passage"] in reached for c in [*claim["citations"], *claim.get("also", [])])
        ]
        if not hit:
            return None
        recall = max(reached.values(), key=lambda one: (one.at, one.recall_id))
        claims = dict.fromkeys(hit, RECALLED)
        said = _said(content, recall.at, recall.recall_id, claims, RECALLED)
        return {**said, "why": recall.why}


def _severities(message: AnswerStaled, content: dict[str, Any]) -> dict[str, Severity.ValueType]:
    """claim id → how badly it is hit; all of them, when the message names none."""
    named = {one.claim_id: one.severity for one in message.claims}
    return named or {claim["id"]: message.severity for claim in content["claims"]}


def _said(
    content: dict[str, Any],
    since: str | None,
    by: str,
    claims: dict[str, Severity.ValueType],
    worst: Severity.ValueType,
) -> dict[str, Any]:
    """The answer object's `stale`. `covered`: the claims whose words nobody is to rely on.

    Where a number changed, those with a number; where the sources no longer say it, or say
    otherwise, any. Other words may be read on.
    """
    texts = {claim["id"]: claim["text"] for claim in content["claims"]}
    covered = [
        claim
        for claim, severity in claims.items()
        if severity in COVERED or (severity == NUMBER and numbers(texts.get(claim, "")))
    ]
    return {
        "since": since,
        "severity": severity_name(worst),
        "by": by,
        "claims": list(claims),
        "severities": {claim: severity_name(severity) for claim, severity in claims.items()},
        "covered": covered,
    }


def severity_name(severity: Severity.ValueType) -> str:
    """As the API has it: "number_changed"."""
    return Severity.Name(severity).removeprefix("SEVERITY_").lower()


class Standing:
    """The table of what was said about published revisions; `Site` keeps the positions."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def put(self, message: AnswerStaled | AnswerRechecked | AnswerWithdrawn, at: str) -> None:
        """Keep the last word of its kind."""
        self._db.execute(
            "INSERT OR REPLACE INTO standing VALUES (?, ?, ?, ?, ?)",
            (
                message.answer_id,
                message.revision,
                type(message).__name__,
                message.SerializeToString(deterministic=True),
                at,
            ),
        )

    def of(self, answer: str, revision: int) -> Told:
        """Everything said about one revision."""
        rows = self._db.execute(
            "SELECT kind, message, at FROM standing WHERE answer_id = ? AND revision = ?",
            (answer, revision),
        )
        said = {str(kind): (bytes(message), str(at)) for kind, message, at in rows}
        return Told(
            _read(said, AnswerStaled),
            _read(said, AnswerRechecked),
            _read(said, AnswerWithdrawn),
            recalls.read(self._db),
        )


def _read(said: dict[str, tuple[bytes, str]], kind: type[Any]) -> Any:
    found = said.get(kind.__name__)
    return (kind.FromString(found[0]), found[1]) if found else None
