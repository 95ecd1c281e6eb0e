"""The names of the formats that a receipt is made of; a change of form changes a name."""

from __future__ import annotations

from typing import Final

RECEIPT_SCHEMA: Final = "plumbline.receipt/1"
LEAF_SCHEMA: Final = "plumbline.leaf/1"
RECALL_SCHEMA: Final = "plumbline.recall/1"
CONTENT_SCHEMA: Final = "plumbline.content/1"
VERIFY_SCHEMA: Final = "plumbline.verify/1"

REVIEW_TYPE: Final = "application/vnd.plumbline.review+json"
RENDERING_TYPE: Final = "application/vnd.plumbline.rendering+json"
STATEMENT_TYPE: Final = "application/vnd.in-toto+json"

IN_TOTO_STATEMENT: Final = "https://in-toto.io/Statement/v1"
ANSWER_PREDICATE: Final = "https://plumbline.example/attestation/answer/v1"
OUTCOME_PREDICATE: Final = "https://plumbline.example/attestation/outcome/v1"
RECALL_PREDICATE: Final = "https://plumbline.example/attestation/recall/v1"

REVIEW_KEY: Final = "plumbline/review"
RENDER_KEY: Final = "plumbline/render"
LOG_KEY: Final = "plumbline/log"
ROLES: Final = (REVIEW_KEY, RENDER_KEY, LOG_KEY)  # the order of a receipt's keys

# Kinds of leaves. Those of outcomes are followed by a slash and their cause, those of recalls by
# the recall's id.
PUBLISHED: Final = "published"
RECHECKED: Final = "rechecked"
WITHDRAWN: Final = "withdrawn"
OUTCOMES: Final = (RECHECKED, WITHDRAWN)
RECALLED: Final = "recalled"
LIFTED: Final = "lifted"
RECALLS: Final = (RECALLED, LIFTED)
PASSING: Final = ("pass", "repair")  # the verdicts of a review under which anything is published
SALT_BYTES: Final = 32
