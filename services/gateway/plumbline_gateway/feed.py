"""The Atom feed of answers that changed (RFC 4287): titles, addresses and causes, no text."""

from __future__ import annotations

from dataclasses import dataclass
from xml.etree import ElementTree as ET

ATOM = "http://www.w3.org/2005/Atom"
SEVERITY = "urn:plumbline:severity"  # the scheme of a category
MOST_ENTRIES = 100


@dataclass(frozen=True)
class Entry:
    """One thing that happened to an answer. `at` is RFC 3339; `what` a sentence for readers.

    `severity`: how badly what changed hit it, as the API has it; "" for what is no bad news.
    """

    answer_id: str
    revision: int
    kind: str
    title: str
    url: str
    at: str
    what: str
    severity: str = ""


def atom(base: str, entries: list[Entry]) -> bytes:
    """The feed, newest first. Its ids are URNs, so that they survive another host name."""
    feed = ET.Element("feed", {"xmlns": ATOM})
    _text(feed, "id", "urn:plumbline:changes")
    _text(feed, "title", "Plumbline: answers that changed")
    _text(feed, "updated", entries[0].at if entries else "1970-01-01T00:00:00Z")
    ET.SubElement(feed, "link", {"rel": "self", "href": f"{base}/feed.atom"})
    ET.SubElement(feed, "link", {"rel": "alternate", "href": f"{base}/"})
    author = ET.SubElement(feed, "author")
    _text(author, "name", "Plumbline")
    for one in entries:
        entry = ET.SubElement(feed, "entry")
        _text(entry, "id", f"urn:plumbline:{one.answer_id}:{one.revision}:{one.kind}:{one.at}")
        _text(entry, "title", one.title)
        _text(entry, "updated", one.at)
        _text(entry, "summary", one.what)
        ET.SubElement(entry, "link", {"rel": "alternate", "href": base + one.url})
        ET.SubElement(entry, "category", {"term": one.kind})
        if one.severity:
            ET.SubElement(entry, "category", {"term": one.severity, "scheme": SEVERITY})
    return bytes(ET.tostring(feed, encoding="utf-8", xml_declaration=True))


def _text(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = text
