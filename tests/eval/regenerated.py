"""What regeneration said of changed editions, counted against the truth."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from eval.mutated import KINDS, Change, Mutated
from eval.resting import Published, changed, resting_on, touched

from plumbline.regeneration.v1 import events_pb2 as wire
from plumbline.regeneration.v1.events_pb2 import AnswerStaled
from plumbline_ingest.alignment import Kind

GRAVITY = {
    Kind.MOVED: wire.SEVERITY_MOVED,
    Kind.REWORDED: wire.SEVERITY_REWORDED,
    Kind.NUMBER_CHANGED: wire.SEVERITY_NUMBER_CHANGED,
    Kind.MEANING_CHANGED: wire.SEVERITY_WITHDRAWN,
    Kind.WITHDRAWN: wire.SEVERITY_WITHDRAWN,
}


@dataclass(frozen=True)
class Said:
    """What regeneration said of an edition: pages that are stale, and runs asked for."""

    staled: dict[str, AnswerStaled]
    requested: frozenset[str]


@dataclass
class Counted:
    """Answers, over some editions; `kinds` and `found` by what was done to what they quote."""

    needed: int = 0
    staled: int = 0  # of those needed
    remade: int = 0
    needless: int = 0
    claims: int = 0
    claims_right: int = 0
    too_mild: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)

    def count(self, answers: Mapping[str, Published], pair: Mutated, said: Said) -> None:
        """Take in what was said of one edition."""
        needed = touched(answers.values(), pair)
        self.needed += len(needed)
        self.staled += len(needed.keys() & said.staled.keys() & said.requested)
        self.remade += len(said.requested)
        self.needless += len(said.requested - needed.keys())
        self.claims += sum(len(claims) for claims in needed.values())
        self.claims_right += sum(
            len(claims & {one.claim_id for one in said.staled[answer_id].claims})
            for answer_id, claims in needed.items()
            if answer_id in said.staled
        )
        least: dict[str, int] = {}
        for change in changed(pair):
            for answer_id in resting_on(answers.values(), pair.old, {change.old}):
                self.kinds[change.done] += 1
                self.found[change.done] += answer_id in said.staled
                least[answer_id] = max(least.get(answer_id, 0), gravity(change))
        self.too_mild += sum(
            said.staled[answer_id].severity < worst
            for answer_id, worst in least.items()
            if answer_id in said.staled
        )

    def report(self, editions: int, answers: int) -> None:
        """The table."""
        print(f"\n{editions} editions, each put to {answers} published answers")
        for what, count, of in (
            ("needed, and staled and asked for", self.staled, self.needed),
            ("re-makes that were needless", self.needless, self.remade),
            ("claims hit that the page names", self.claims_right, self.claims),
            ("said to be milder than they are", self.too_mild, self.staled),
        ):
            print(f"  {what:34} {count:6} of {of:6}  {100 * count / max(1, of):.2f} %")
        for done in KINDS:
            if self.kinds[done]:
                found, of = self.found[done], self.kinds[done]
                print(f"  staled for {done:23} {found:6} of {of:6}  {100 * found / of:.2f} %")


def gravity(change: Change) -> int:
    """The mildest that may be said of a change."""
    return min(GRAVITY[kind] for kind in change.kinds)
