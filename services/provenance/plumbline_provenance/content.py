"""The reviewed content as far as a receipt speaks of it: passages, claims, makers, checks."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from plumbline_provenance.formats import CONTENT_SCHEMA
from plumbline_provenance.shape import Invalid, member, objects, texts
from plumbline_tlog.canonical import decode, encode


@dataclass(frozen=True, slots=True)
class Passage:
    """A cited passage of one edition, with its whole text."""

    id: str
    occurrence_id: str
    guideline_id: str
    version: str
    section: tuple[str, ...]
    text: str
    text_sha256: str


@dataclass(frozen=True, slots=True)
class Citation:
    """A range of a passage, [start, end) in code points of its text, and the words there."""

    passage: str
    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence that states a fact. `also` is further support, not part of what it is made of."""

    id: str
    text: str
    verbatim: bool
    citations: tuple[Citation, ...]
    also: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Content:
    """What was reviewed. The members that are only passed on stay as they were read."""

    sha256: str
    audience: str
    locale: str
    passages: tuple[Passage, ...]
    claims: tuple[Claim, ...]
    made_by: dict[str, Any]
    retrieval: dict[str, Any]
    checks: tuple[dict[str, Any], ...]
    policy_version: str
    policy_sha256: str

    @property
    def checks_sha256(self) -> str:
        """What the review signs of its checks."""
        return hashlib.sha256(encode(list(self.checks))).hexdigest()


def parse_content(data: bytes) -> Content:
    """Read content bytes. Invalid, or NotCanonical when they are not RFC 8785 JSON.

    Members that a receipt does not speak of are passed over: the review signs all of the bytes.
    """
    value = decode(data)
    if member(value, "schema", str) != CONTENT_SCHEMA:
        raise Invalid(f"the content is not {CONTENT_SCHEMA}")
    policy = member(value, "policy", dict)
    return Content(
        sha256=hashlib.sha256(data).hexdigest(),
        audience=member(value, "audience", str),
        locale=member(value, "locale", str),
        passages=tuple(_passage(item) for item in objects(value, "passages")),
        claims=tuple(_claim(item) for item in objects(value, "claims")),
        made_by=member(value, "made_by", dict),
        retrieval=member(value, "retrieval", dict),
        checks=tuple(objects(value, "checks")),
        policy_version=member(policy, "version", str),
        policy_sha256=member(policy, "sha256", str),
    )


def _passage(value: dict[str, Any]) -> Passage:
    return Passage(
        id=member(value, "id", str),
        occurrence_id=member(value, "occurrence_id", str),
        guideline_id=member(value, "guideline_id", str),
        version=member(value, "version", str),
        section=tuple(texts(value, "section")),
        text=member(value, "text", str),
        text_sha256=member(value, "text_sha256", str),
    )


def _claim(value: dict[str, Any]) -> Claim:
    kind = member(value, "kind", str)
    if kind not in ("verbatim", "composed"):
        raise Invalid("a claim is neither verbatim nor composed")
    also = objects(value, "also") if "also" in value else []
    return Claim(
        id=member(value, "id", str),
        text=member(value, "text", str),
        verbatim=kind == "verbatim",
        citations=tuple(_citation(item) for item in objects(value, "citations")),
        also=tuple(_citation(item) for item in also),
    )


def _citation(value: dict[str, Any]) -> Citation:
    return Citation(
        passage=member(value, "passage", str),
        start=member(value, "start", int),
        end=member(value, "end", int),
        quote=member(value, "quote", str),
    )
