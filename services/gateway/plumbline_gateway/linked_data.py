"""An answer's page for machines that know schema.org: what it is, rests on, and is worth today."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Final

from plumbline_pages.words import words

MEDIA_TYPE: Final = "application/ld+json"
CONTEXT: Final = "https://schema.org"
# MedicalGuideline alone is no CreativeWork, so it could be neither cited nor have a version.
EDITION: Final = ["MedicalGuideline", "CreativeWork"]
MADE_BY: Final = {  # by the kind of composer: whether training data had a part in the words
    "extractive": f"{CONTEXT}/AlgorithmicMediaDigitalSource",
    "model": f"{CONTEXT}/TrainedAlgorithmicMediaDigitalSource",
}
# Text that ends no element and opens none, wherever somebody puts it into a page.
ESCAPED: Final = {ord(c): f"\\u{ord(c):04x}" for c in "<>&\u2028\u2029"}

Node = dict[str, Any]


def encode(node: Node) -> bytes:
    """As it is sent, in UTF-8."""
    return json.dumps(node, ensure_ascii=False, separators=(",", ":")).translate(ESCAPED).encode()


def page_node(answer: dict[str, Any], first_published_at: str) -> Node:
    """A MedicalWebPage, from the answer object (published or withdrawn) and when its address first
    had a page.

    Nothing is said that the object does not show: no reviewer is named, for no clinician has read
    it; `lastReviewed` is the day on which the review program, or a re-check, last held it against
    its sources; `dateModified` is when its newest text was published. Covered words are left out.
    """
    made = {
        "@context": CONTEXT,
        "@type": "MedicalWebPage",
        "@id": answer["url"],
        "url": answer["url"],
        "identifier": answer["answer_id"],
        "version": answer["revision"],
        "inLanguage": answer["question"]["locale"],
        "audience": {
            "@type": "MedicalAudience",
            "audienceType": answer["question"]["audience"].capitalize(),
        },
        "datePublished": first_published_at,
        "dateModified": answer["published_at"],
        "creativeWorkStatus": _status(answer),
    }
    if answer["status"] == "withdrawn":
        return made | {"correction": _taken_down(answer)}
    return made | _published(answer)


def _published(answer: dict[str, Any]) -> Node:
    made = {
        "name": answer["title"],
        "description": " ".join(notice["text"] for notice in answer["notices"]),
        "about": _named("MedicalCondition", answer["category"]),
        "lastReviewed": answer["checked_at"][: len("YYYY-MM-DD")],
        "digitalSourceType": MADE_BY.get(answer["made_by"]["kind"]),
        "subjectOf": {"@type": "WebPage", "url": f"{answer['url']}/provenance"},
        "citation": _editions(answer["passages"]),
        "isBasedOn": [_passage(passage) for passage in answer["passages"]],
        "hasPart": [_claim(claim, answer) for claim in answer["claims"]],
    }
    return made | ({"correction": _stale(answer["stale"])} if answer["stale"] else {})


def _named(kind: str, name: str) -> Node | None:
    """None, which says nothing in JSON-LD, for what has no name."""
    return {"@type": kind, "name": name} if name else None


def _status(answer: dict[str, Any]) -> Node:
    if answer["status"] == "withdrawn":
        return _term("withdrawn", "linked.withdrawn")
    return _term("stale", "state.mark") if answer["stale"] else _term("published", "linked.stands")


def _term(code: str, name: str) -> Node:
    return {"@type": "DefinedTerm", "termCode": code, "name": words(name).striptags()}


def _stale(stale: dict[str, Any]) -> Node:
    """That a source changed, how badly, since when, and the edition or recall that did it."""
    heading = words(f"state.heading.{stale['severity']}").striptags()
    return {
        "@type": "CorrectionComment",
        "text": " ".join([heading, *([stale["why"]] if stale.get("why") else [])]),
        "keywords": stale["severity"],
        "dateCreated": stale["since"],
        "about": _cause(stale["severity"] == "recalled", stale["by"]),
    }


def _taken_down(answer: dict[str, Any]) -> Node:
    reason, cause = answer["reason"], answer["cause"]
    return {
        "@type": "CorrectionComment",
        "text": " ".join(part for part in (reason["message"], reason.get("why")) if part),
        "keywords": reason["code"],
        "about": _cause(cause["kind"] == "recall", cause["ref"]),
    }


def _cause(recall: bool, ref: str) -> Node:
    """An edition by its id, "<guideline_id>@<version>"; or a recall by its own."""
    return {"@type": "CreativeWork" if recall else EDITION, "identifier": ref}


def _edition_id(passage: dict[str, Any]) -> str:
    return f"{passage['guideline_id']}@{passage['version']}"


def _editions(passages: Iterable[dict[str, Any]]) -> list[Node]:
    """Each edition once, in the order in which they are cited."""
    made: dict[tuple[str, str], Node] = {}
    for passage in passages:
        key = (passage["guideline_id"], passage["version"])
        made.setdefault(
            key,
            {
                "@type": EDITION,
                "identifier": _edition_id(passage),
                "name": passage["title"],
                "version": passage["version"],
                "guidelineDate": passage["effective_date"],
                "publisher": _named("Organization", passage["publisher"]),
                "license": _named("CreativeWork", passage["licence"]),
                "creativeWorkStatus": passage["edition_status"],
            },
        )
    return list(made.values())


def _passage(passage: dict[str, Any]) -> Node:
    """The passage by its address and hash; its words are read there."""
    return {
        "@type": "Quotation",
        "@id": passage["url"],
        "url": passage["url"],
        "isPartOf": {
            "@type": EDITION,
            "identifier": _edition_id(passage),
        },
        "identifier": {
            "@type": "PropertyValue",
            "propertyID": "sha256",
            "value": passage["text_sha256"],
        },
    }


def _claim(claim: dict[str, Any], answer: dict[str, Any]) -> Node:
    """One factual sentence and the passages that it is made of."""
    urls = {passage["id"]: passage["url"] for passage in answer["passages"]}
    cited = dict.fromkeys(urls[citation["passage"]] for citation in claim["citations"])
    stale = answer["stale"] or {"severities": {}, "covered": []}
    severity = stale["severities"].get(claim["id"])
    return {
        "@type": "Claim",
        "identifier": claim["id"],
        **({} if claim["id"] in stale["covered"] else {"text": claim["text"]}),
        **({"creativeWorkStatus": _term(severity, "state.mark")} if severity else {}),
        "citation": [{"@id": url} for url in cited],
    }
