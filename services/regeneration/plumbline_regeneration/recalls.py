"""What people called back, and which published answers a recall reaches."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID, uuid5

from plumbline.regeneration.v1 import events_pb2 as wire
from plumbline.regeneration.v1.events_pb2 import SourceRecalled
from plumbline_regeneration.answers import Answer, Citation
from plumbline_regeneration.database import Database

RECALL: Final = "recall"  # as a Cause says it
LIFTED: Final = "/lifted"  # after the recall's id, in the Cause of what is made again once it ended
NAMESPACE: Final = UUID("b1c59c1c-2f54-5a02-9a53-64f0f4e1b0b7")
MAX_CHARACTERS: Final = 500  # of a target or of the words that say why: a line on a page

SOURCE, EDITION = wire.RECALL_KIND_SOURCE, wire.RECALL_KIND_EDITION
COMPOSER, POLICY = wire.RECALL_KIND_COMPOSER, wire.RECALL_KIND_POLICY
PASSAGE = wire.RECALL_KIND_PASSAGE
KIND_NAMES: Final = {
    "source": SOURCE,
    "edition": EDITION,
    "composer": COMPOSER,
    "policy": POLICY,
    "passage": PASSAGE,
}
FORMS: Final = {
    SOURCE: (re.compile(r"[^@\s]+"), "write a guideline's id; one edition goes with edition"),
    EDITION: (re.compile(r"[^@\s]+@\S+"), "write guideline@version"),
    COMPOSER: (re.compile(r"[^@\s]+@\S+"), "write name@version, as made_by of an answer says"),
    POLICY: (re.compile(r"\S+"), "write a policy's version, as the review of an answer says"),
    PASSAGE: (
        re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
        "write the occurrence_id or passage_id that an answer's passages carry",
    ),
}
# Answers that a recall may reach, for one parameter: the target.
REACHED: Final = {
    SOURCE: "SELECT DISTINCT answer_id FROM citations WHERE guideline_id = :t",
    EDITION: "SELECT DISTINCT answer_id FROM citations WHERE guideline_id = :g AND edition_id = :t",
    COMPOSER: "SELECT answer_id FROM answers WHERE composer = :t",
    POLICY: "SELECT answer_id FROM answers WHERE policy = :t",
    PASSAGE: "SELECT answer_id FROM citations WHERE occurrence_id = :t"
    " UNION SELECT answer_id FROM citations WHERE passage_id = :t",
}


class Misnamed(ValueError):
    """A target that none can have, or words that cannot be shown; the message says what to do."""


@dataclass(frozen=True)
class Recall:
    """One recall. `at`: when it was made, or lifted (RFC 3339, UTC)."""

    recall_id: str
    kind: wire.RecallKind.ValueType
    target: str
    why: str
    lifted: bool
    at: str

    @property
    def message(self) -> SourceRecalled:
        """As the log carries it."""
        return SourceRecalled(
            recall_id=self.recall_id,
            kind=self.kind,
            target=self.target,
            why=self.why,
            lifted=self.lifted,
            at=self.at,
        )

    @property
    def name(self) -> str:
        """What sort of thing it names, in a word."""
        return wire.RecallKind.Name(self.kind).removeprefix("RECALL_KIND_").lower()

    def claims(self, answer: Answer, citations: Iterable[Citation]) -> tuple[str, ...] | None:
        """The claims that rest on it, sorted; () for the whole answer; None: it is not reached.

        A composer or policy is recalled as it was: what was published later is not reached.
        """
        if self.kind in (COMPOSER, POLICY):
            of = answer.composer if self.kind == COMPOSER else answer.policy
            return () if of == self.target and not self.precedes(answer) else None
        hit = {one.claim_id for one in citations if self.target in self._names(one)}
        return tuple(sorted(hit)) or None

    def precedes(self, answer: Answer) -> bool:
        """Whether the answer was published after it, or because of it."""
        made = answer.run.cause.kind == RECALL and answer.run.cause.ref == self.recall_id
        return made or datetime.fromisoformat(answer.published_at) > datetime.fromisoformat(self.at)

    def _names(self, citation: Citation) -> tuple[str, ...]:
        if self.kind == SOURCE:
            return (citation.guideline_id,)
        if self.kind == EDITION:
            return (citation.edition_id,)
        return (citation.range.occurrence_id, citation.passage_id)


class Recalls:
    """The table of recalls. One that was not said yet is said when the log can be reached."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def named(self, kind: str, target: str, why: str, at: str) -> Recall:
        """A recall of this, not yet kept; the one in force if there is one. Misnamed."""
        number, target, why = KIND_NAMES[kind], target.strip(), why.strip()
        form, what_to_do = FORMS[number]
        if not form.fullmatch(target) or len(target) > MAX_CHARACTERS:
            raise Misnamed(f"this is no {kind}: {what_to_do}")
        if not why or len(why) > MAX_CHARACTERS or not why.isprintable():
            raise Misnamed(f"say why, in one line of at most {MAX_CHARACTERS} characters")
        earlier = [one for one in self.all() if (one.kind, one.target) == (number, target)]
        standing = next((one for one in earlier if not one.lifted), None)
        # Recalled twice is recalled once; after it was lifted it is another recall.
        recall_id = uuid5(NAMESPACE, f"{kind}|{target}|{len(earlier)}").hex
        return standing or Recall(recall_id, number, target, why, False, at)

    def put(self, recall: Recall, *, said: bool) -> None:
        """Keep it. A lifted one stays lifted; what was said stays said."""
        known = self.find(recall.recall_id)
        if known and (known.lifted, known.at) >= (recall.lifted, recall.at):
            if said and known == recall:
                self.set_said(recall)
            return
        self._db.rows.execute(
            "INSERT OR REPLACE INTO recalls VALUES (?, ?, ?, ?, ?, ?, ?, '')",
            (
                *(recall.recall_id, recall.kind, recall.target, recall.why),
                *(recall.lifted, recall.at, said),
            ),
        )

    def set_said(self, recall: Recall) -> None:
        """It stands in the log."""
        self._db.rows.execute(
            "UPDATE recalls SET said = 1 WHERE recall_id = ? AND lifted = ?",
            (recall.recall_id, recall.lifted),
        )

    def find(self, recall_id: str) -> Recall | None:
        """The recall of that id."""
        return next((one for one in self._where("recall_id = ?", recall_id)), None)

    def all(self) -> list[Recall]:
        """Every recall, the newest first."""
        return self._where("1 = ?", 1)

    def standing(self) -> list[Recall]:
        """Those that were not lifted, the newest first."""
        return self._where("lifted = ?", 0)

    def unsaid(self) -> list[Recall]:
        """Those that the log does not hold yet."""
        return self._where("said = ?", 0)

    def to_look_at(self) -> tuple[Recall, str] | None:
        """A recall, or its end, and the answer that was looked at last; None: nothing is left."""
        row = self._db.rows.execute(
            "SELECT recall_id, after_answer_id FROM recalls WHERE after_answer_id IS NOT NULL"
            " ORDER BY at, recall_id LIMIT 1"
        ).fetchone()
        recall = self.find(str(row[0])) if row else None
        return (recall, str(row[1])) if recall else None

    def looked(self, recall: Recall, after: str | None) -> None:
        """It was looked at up to this answer; None: at all of them."""
        self._db.rows.execute(
            "UPDATE recalls SET after_answer_id = ? WHERE recall_id = ?", (after, recall.recall_id)
        )

    def reached(self, recall: Recall, after: str = "", most: int = -1) -> list[str]:
        """The ids of published answers that rest on it now, in order; the next `most` of them."""
        guideline_id = recall.target.partition("@")[0]
        rows = self._db.rows.execute(
            f"SELECT answer_id FROM ({REACHED[recall.kind]})"  # noqa: S608 (ours)
            " WHERE answer_id > :after ORDER BY answer_id LIMIT :most",
            {"t": recall.target, "g": guideline_id, "after": after, "most": most},
        )
        return [str(row[0]) for row in rows]

    def _where(self, condition: str, value: object) -> list[Recall]:
        rows: Sequence[Sequence[object]] = self._db.rows.execute(
            "SELECT recall_id, kind, target, why, lifted, at FROM recalls"  # noqa: S608 (ours)
            f" WHERE {condition} ORDER BY at DESC, recall_id",
            (value,),
        ).fetchall()
        return [
            Recall(
                str(r[0]),
                wire.RecallKind.ValueType(int(str(r[1]))),
                *(str(r[2]), str(r[3]), bool(r[4]), str(r[5])),
            )
            for r in rows
        ]
