"""What ties a receipt's parts together: digests, signatures by the carried keys, a Merkle proof."""

from __future__ import annotations

import hashlib
from functools import cached_property
from typing import Any

from plumbline_provenance.content import Content, parse_content
from plumbline_provenance.formats import (
    ANSWER_PREDICATE,
    IN_TOTO_STATEMENT,
    LOG_KEY,
    OUTCOME_PREDICATE,
    OUTCOMES,
    PASSING,
    PUBLISHED,
    RECALLS,
    RENDER_KEY,
    RENDERING_TYPE,
    REVIEW_KEY,
    REVIEW_TYPE,
    ROLES,
    STATEMENT_TYPE,
)
from plumbline_provenance.leaf import leaf_bytes
from plumbline_provenance.receipt import Receipt
from plumbline_provenance.shape import Invalid, member, members, objects
from plumbline_tlog.canonical import decode
from plumbline_tlog.checkpoint import open_checkpoint, parse_checkpoint
from plumbline_tlog.dsse import open_envelope, parse_envelope
from plumbline_tlog.hashes import leaf_hash
from plumbline_tlog.note import Verifier, parse_note
from plumbline_tlog.proofs import check_inclusion

COVERED = ("answer_id", "revision", "content_sha256")  # what review and rendering both sign


class Carried:
    """A receipt with its parts read on demand; what cannot be read raises where it is needed."""

    def __init__(self, receipt: Receipt) -> None:
        self.receipt = receipt

    @cached_property
    def content(self) -> Content:
        """The reviewed content."""
        return parse_content(self.receipt.content)

    @cached_property
    def keys(self) -> dict[str, Verifier]:
        """Role → key. Invalid unless there is one for each role, in order, under its own name.

        A recall is signed by the log alone: the places of the other two are empty.
        """
        if self.is_recall:
            return {LOG_KEY: self._log_key_alone()}
        verifiers = [Verifier.parse(vkey) for vkey in self.receipt.keys]
        if tuple(verifier.name for verifier in verifiers) != ROLES:
            raise Invalid("the keys are not review, render and log, in this order")
        return {verifier.name: verifier for verifier in verifiers}

    @property
    def is_recall(self) -> bool:
        """Whether it is the receipt of a recall, which is no answer."""
        return self.receipt.kind.partition("/")[0] in RECALLS

    def _log_key_alone(self) -> Verifier:
        *others, vkey = self.receipt.keys
        verifier = Verifier.parse(vkey)
        if any(others) or verifier.name != LOG_KEY:
            raise Invalid("a recall carries another key than the log's")
        return verifier

    def payload(self, envelope: bytes, payload_type: str, role: str) -> Any:
        """The JSON value that this role's carried key signed."""
        return decode(open_envelope(envelope, payload_type, [self.keys[role]]))

    @cached_property
    def renditions(self) -> list[tuple[str, str]]:
        """Media type and SHA-256 of each page that rendering signed, in its order."""
        payload = self.payload(self.receipt.rendering, RENDERING_TYPE, RENDER_KEY)
        members(payload, (*COVERED, "renditions"), "the rendering")
        self.require_covered(payload, "the rendering")
        pages = objects(payload, "renditions")
        for page in pages:
            members(page, ("media_type", "sha256"), "a rendition")
        return [(member(page, "media_type", str), member(page, "sha256", str)) for page in pages]

    def require_covered(self, payload: dict[str, Any], what: str) -> None:
        """Invalid unless a signed payload speaks of this answer, revision and content."""
        receipt = self.receipt
        expected = (receipt.answer_id, receipt.revision, self.content.sha256)
        found = (
            member(payload, "answer_id", str),
            member(payload, "revision", int),
            member(payload, "content_sha256", str),
        )
        if found != expected:
            raise Invalid(f"{what} is of another answer, revision or content")


def check_keys(carried: Carried) -> str:
    """Every carried key has its own id and its role's name."""
    return "signed by " + ", ".join(verifier.keyid for verifier in carried.keys.values())


def check_content(carried: Carried) -> str:
    """The content can be read."""
    return f"SHA-256 {carried.content.sha256}"


def check_review(carried: Carried) -> str:
    """The review key signed this content, answer, revision, policy and checks, and let it pass."""
    content = carried.content
    payload = carried.payload(carried.receipt.review, REVIEW_TYPE, REVIEW_KEY)
    members(payload, (*COVERED, "policy_sha256", "checks_sha256", "verdict"), "the review")
    carried.require_covered(payload, "the review")
    if payload["policy_sha256"] != content.policy_sha256:
        raise Invalid("the review was made under another policy than the content states")
    if payload["checks_sha256"] != content.checks_sha256:
        raise Invalid("the review made other checks than the content states")
    if payload["verdict"] not in PASSING:
        raise Invalid("the review did not let it pass")
    return f"verdict {payload['verdict']} under policy {content.policy_version}"


def check_rendering(carried: Carried) -> str:
    """The render key signed this content's pages."""
    return f"{len(carried.renditions)} renditions of this content are signed"


def check_statement(carried: Carried) -> str:
    """The log key signed a Statement whose subjects are this content and its pages."""
    receipt = carried.receipt
    statement = carried.payload(receipt.statement, STATEMENT_TYPE, LOG_KEY)
    members(statement, ("_type", "subject", "predicateType", "predicate"), "the statement")
    published = receipt.kind == PUBLISHED
    expected = (IN_TOTO_STATEMENT, ANSWER_PREDICATE if published else OUTCOME_PREDICATE)
    if (statement["_type"], statement["predicateType"]) != expected:
        raise Invalid("the statement is of another type")
    subjects = objects(statement, "subject")
    kinds = [member(subject, "mediaType", str) for subject in subjects]
    about = list(zip(kinds, _digests(subjects), strict=True))
    if about != [("application/json", carried.content.sha256), *carried.renditions]:
        raise Invalid("the statement's subjects are not this content and its renditions")
    predicate = member(statement, "predicate", dict)
    named = (member(predicate, "answerId", str), member(predicate, "revision", int))
    if named != (receipt.answer_id, receipt.revision):
        raise Invalid("the statement is of another answer or revision")
    if published:
        rests_on = _digests(objects(predicate, "resolvedDependencies"))
        if rests_on != [passage.text_sha256 for passage in carried.content.passages]:
            raise Invalid("the statement names other passages than the content")
    else:
        check_outcome(predicate, receipt.kind)
    return f"its subjects are this content and {len(subjects) - 1} renditions"


def check_outcome(predicate: dict[str, Any], kind: str) -> None:
    """Invalid unless the statement names the outcome and cause that the leaf's kind names."""
    cause = member(predicate, "cause", dict)
    if f"{member(predicate, 'outcome', str)}/{member(cause, 'ref', str)}" != kind:
        raise Invalid("the statement is of another outcome than the leaf")


def check_leaf(carried: Carried) -> str:
    """The leaf commits to this statement, answer, revision and kind."""
    receipt = carried.receipt
    if receipt.kind != PUBLISHED and receipt.kind.partition("/")[0] not in (*OUTCOMES, *RECALLS):
        raise Invalid("the leaf is of an unknown kind")
    statement = parse_envelope(receipt.statement).payload
    expected = leaf_bytes(
        statement, receipt.answer_id, receipt.salt, receipt.revision, receipt.kind
    )
    if receipt.leaf != expected:
        raise Invalid("the leaf commits to something else")
    return f"it commits to statement {hashlib.sha256(statement).hexdigest()}"


def check_included(carried: Carried) -> str:
    """The leaf stands at its index under the checkpoint's root."""
    receipt = carried.receipt
    checkpoint = parse_checkpoint(parse_note(receipt.checkpoint).text)
    if checkpoint.size != receipt.tree_size:
        raise Invalid("the checkpoint is of a tree of another size")
    leaf = leaf_hash(receipt.leaf)
    check_inclusion(leaf, receipt.leaf_index, receipt.tree_size, receipt.inclusion, checkpoint.root)
    return f"leaf {receipt.leaf_index} of {receipt.tree_size}"


def check_checkpoint(carried: Carried) -> str:
    """The log key, and nobody else, signed the checkpoint."""
    note = carried.receipt.checkpoint
    if len(parse_note(note).signatures) != 1:
        raise Invalid("the checkpoint has more than one signature")
    checkpoint = open_checkpoint(note, carried.keys[LOG_KEY])
    return f"{checkpoint.origin} had {checkpoint.size} leaves"


def _digests(descriptors: list[dict[str, Any]]) -> list[str]:
    return [member(member(item, "digest", dict), "sha256", str) for item in descriptors]
